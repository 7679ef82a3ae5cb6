"""CloudTrail: what was changed in an account around a day, for the answer to why a cost changed.

LookupEvents gives the management events of the last 90 days of one account and region, newest
first, 50 a page, two requests a second at most:
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
It needs cloudtrail:LookupEvents and nothing else; with a role for other accounts sts:AssumeRole.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Any

from domain.cause import Happening
from domain.errors import DeliveryError
from domain.period import Period
from integrations.aws import failures
from integrations.aws.trail_events import DEPLOYS, source_of
from integrations.calls import still_wanted, within
from integrations.plain import line

log = logging.getLogger(__name__)

#: Somebody waits for the answer in a chat.
DEADLINE_SECONDS = 8.0
CONNECT_SECONDS, READ_SECONDS = 2.0, 4.0
#: Pages that are read; more would take longer than AWS's two requests a second allow.
PAGES = 3
#: Happenings that are told.
MOST = 6
#: Where services without a region write their events.
GLOBAL_REGION = "us-east-1"
_LONGEST = 80


class Trail:
    """Fills `domain.ports.Happenings`. Without `role` it sees the account of its own credentials;
    with the name of a role that exists in every account, the others too."""

    def __init__(self, role: str = "", *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._role = role
        self._deadline_seconds = deadline_seconds

    async def near(
        self, days: Period, account: str, region: str | None, service: str | None
    ) -> tuple[Happening, ...]:
        """What was changed; nothing, and a line in the log, where AWS does not say."""
        place = region or GLOBAL_REGION
        try:
            events = await within(
                self._deadline_seconds, "CloudTrail", self._events, days, account, place
            )
        except DeliveryError as error:
            log.warning("CloudTrail was not asked for %s in %s: %s", account, place, error)
            return ()
        return _told(events, place, source_of(service))

    def _events(self, days: Period, account: str, region: str) -> list[Mapping[str, Any]]:
        """The events of an account that changed something; none of an account it cannot see."""
        with failures.told():
            session = self._session(account)
            if session is None:
                return []
            client = _client(session, "cloudtrail", region)
            try:
                return list(_pages(client, days))
            finally:
                client.close()

    def _session(self, account: str) -> Any:
        """A session in the account, None where only another one can be seen."""
        import boto3

        # Asked to say all, botocore writes session tokens into the log.
        logging.getLogger("botocore").setLevel(logging.INFO)
        session = boto3.Session()
        sts = _client(session, "sts", GLOBAL_REGION)
        try:
            still_wanted()
            caller = sts.get_caller_identity()
            if caller.get("Account") == account:
                return session
            if not self._role or not caller.get("Arn"):
                return None
            still_wanted()
            partition = caller["Arn"].split(":")[1]
            role = f"arn:{partition}:iam::{account}:role/{self._role}"
            answer = sts.assume_role(RoleArn=role, RoleSessionName="costbot-why")
        finally:
            sts.close()
        keys = answer.get("Credentials", {})
        names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
        return boto3.Session(*(keys.get(name) for name in names)) if keys else None


def _client(session: Any, service: str, region: str) -> Any:
    from botocore.config import Config

    config = Config(
        # An answer that cannot be had now is left out; nobody waits for a second attempt.
        retries={"total_max_attempts": 1},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
    )
    return session.client(service, region_name=region, config=config)


def _pages(client: Any, days: Period) -> Iterator[Mapping[str, Any]]:
    more: dict[str, str] = {}
    for _ in range(PAGES):
        still_wanted()
        page = client.lookup_events(
            LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
            StartTime=datetime.combine(days.start, time(), UTC),
            EndTime=datetime.combine(days.end, time(), UTC),
            MaxResults=50,
            **more,
        )
        yield from page.get("Events", [])
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _told(
    events: Iterable[Mapping[str, Any]], region: str, source: str | None
) -> tuple[Happening, ...]:
    """Deploys and the changes of the service in question, each kind by each person once, by time.

    What was refused changed nothing.
    """
    found: dict[tuple[str, str], Happening] = {}
    dated = [event for event in events if event.get("EventTime")]
    for event in sorted(dated, key=lambda one: one["EventTime"]):
        name, written = str(event.get("EventName", "")), str(event.get("EventSource", ""))
        deploy = name.startswith(DEPLOYS.get(written, ("\0",)))
        if (deploy or written == source) and not _refused(event):
            who = line(str(event.get("Username", "")), _LONGEST)
            found.setdefault((name, who), _happening(event, name, who, region, deploy))
    near = sorted(found.values(), key=lambda one: one.source != source)[:MOST]
    return tuple(sorted(near, key=lambda one: one.at))


def _happening(
    event: Mapping[str, Any], name: str, who: str, region: str, deploy: bool
) -> Happening:
    resources = event.get("Resources") or [{}]
    about = line(str(resources[0].get("ResourceName", "")), _LONGEST)
    return Happening(
        event["EventTime"].astimezone(UTC),
        line(name, _LONGEST),
        who,
        str(event.get("EventSource", "")),
        region,
        about,
        deploy,
    )


def _refused(event: Mapping[str, Any]) -> bool:
    """Whether the whole event has an error code; one that cannot be read has none."""
    try:
        whole = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        return False
    return isinstance(whole, dict) and bool(whole.get("errorCode"))
