"""The rights at AWS that the settings need: for the policy, and for a look at each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.settings import Settings
from integrations.aws.permissions import ACTIONS

#: Whose: costbot's own, or those of COSTBOT_AWS_ROLE in the account that pays.
Whose = Literal["bot", "role"]


@dataclass(frozen=True, slots=True)
class Right:
    """What may be done with what; `why` is a word for the statement, such as `ReadExports`."""

    why: str
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    condition: Mapping[str, Any] = field(default_factory=dict[str, Any])
    whose: Whose = "role"


def asked(why: str, *operations: str, also: Sequence[str] = (), whose: Whose = "role") -> Right:
    """The rights for requests that AWS ties to no resource; `why` in words or as a name."""
    name = "".join(word[0].upper() + word[1:] for word in why.replace("-", " ").split())
    return Right(name, tuple(ACTIONS[one] for one in operations) + tuple(also), whose=whose)


def reading(uri: str) -> tuple[Right, ...]:
    """The rights to read a bill at an address: what lies below it in S3, or a table of sums."""
    scheme, _, name = uri.partition("://")
    if scheme == "dynamodb":
        looks = tuple(ACTIONS[one] for one in ("DescribeTable", "Query", "Scan"))
        return (Right("ReadTable", looks, (_table(name.rstrip("/")),)),)
    from bot.sources.s3 import below
    from integrations.aws.exports import Place

    place = Place.of(uri)
    prefix, bucket = below(place), f"arn:aws:s3:::{place.bucket}"
    prefixes = (prefix, f"{prefix}/*") if prefix else ("", "*")
    listing = Right(
        "ListExports",
        (ACTIONS["ListObjectsV2"],),
        (bucket,),
        {"StringLike": {"s3:prefix": list(prefixes)}},
    )
    objects = f"{bucket}/{prefix}/*" if prefix else f"{bucket}/*"
    return listing, Right("ReadExports", (ACTIONS["GetObject"],), (objects,))


def _table(name: str) -> str:
    return f"arn:aws:dynamodb:*:*:table/{name}"


def _aggregates(settings: Settings) -> list[Right]:
    """What publishing the sums, or answering from them, needs: the bot's own, as its table is."""
    if not settings.aggregates_table:
        return []
    reading = (ACTIONS["Query"],)
    publishing = tuple(
        ACTIONS[one]
        for one in (
            "DescribeTable",
            "CreateTable",
            "DescribeTimeToLive",
            "UpdateTimeToLive",
            "Query",
            "PutItem",
            "UpdateItem",
            "BatchWriteItem",
        )
    )
    table = (_table(settings.aggregates_table),)
    if settings.aggregates_serve:
        return [Right("ReadSums", reading, table, whose="bot")]
    return [Right("PublishSums", publishing, table, whose="bot")]


def _athena(settings: Settings) -> list[Right]:
    """What asking Athena needs, in the account of the bot: its tables, its copies, its results.

    docs.aws.amazon.com/athena/latest/ug/managed-policies.html
    """
    if settings.engine != "athena":
        return []
    from bot.athena import where
    from integrations.aws.exports import Place

    at = where(settings)
    place = Place.of(at.location.rstrip("/"))
    bucket, below = f"arn:aws:s3:::{place.bucket}", f"arn:aws:s3:::{place.bucket}/{place.prefix}/*"
    queries = ("StartQueryExecution", "GetQueryExecution", "GetQueryResults", "StopQueryExecution")
    asking = tuple(f"athena:{one}" for one in queries)
    workgroup = (f"arn:aws:athena:*:*:workgroup/{at.workgroup}",)
    tables = (
        "arn:aws:glue:*:*:catalog",
        f"arn:aws:glue:*:*:database/{at.database}",
        f"arn:aws:glue:*:*:table/{at.database}/*",
    )
    prefix = {"StringLike": {"s3:prefix": [place.prefix, f"{place.prefix}/*"]}}
    return [
        Right("AskAthena", asking, workgroup, whose="bot"),
        Right("FindTables", ("glue:GetDatabase", "glue:GetTable"), tables, whose="bot"),
        Right("ListCopies", ("s3:ListBucket",), (bucket,), prefix, whose="bot"),
        Right("KeepCopies", ("s3:GetObject", "s3:PutObject"), (below,), whose="bot"),
    ]


def _units() -> list[Right]:
    """What counting units in CloudWatch needs, where costbot runs."""
    from bot.assembly import ROUTES
    from bot.unit_file import read
    from domain.unit import CloudWatchMetric

    if any(isinstance(unit.metric, CloudWatchMetric) for unit in read(ROUTES)):
        return [asked("count units", "GetMetricData", whose="bot")]
    return []


def rights(settings: Settings) -> list[Right]:
    """All that is switched on needs; the account's own where no role is taken."""
    from bot.collecting import switched_on

    found: list[Right] = []
    for collector, source in switched_on(settings):
        found += collector.rights(source)
    if settings.aws_budgets:
        found.append(
            Right("ReadBudgets", (ACTIONS["DescribeBudgets"],), ("arn:aws:budgets::*:budget/*",))
        )
    if settings.estimated_charges:
        found.append(asked("ReadEstimate", "GetMetricData"))
    found += [*_aggregates(settings), *_athena(settings), *_units()]
    if settings.cloudtrail:
        found.append(asked("ReadTrail", "LookupEvents", whose="bot"))
    if settings.cloudtrail_role:
        roles = (f"arn:aws:iam::*:role/{settings.cloudtrail_role}",)
        found.append(Right("ReadTrailElsewhere", ("sts:AssumeRole",), roles, whose="bot"))
    if settings.aws_role:
        found.append(Right("TakeRole", ("sts:AssumeRole",), (settings.aws_role,), whose="bot"))
    return found


def of(settings: Settings, whose: Whose) -> list[Right]:
    """Each once; without a role all of them are the bot's."""
    mine = [
        right
        for right in rights(settings)
        if right.whose == whose or (whose == "bot" and not settings.aws_role)
    ]
    once = {(one.why, one.actions, one.resources, str(one.condition)): one for one in mine}
    return list(once.values())
