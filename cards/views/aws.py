"""What AWS itself says, beside costbot's own answers: anomalies, advice, forecast, commitments."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from cards import words
from cards.model import Block, Bold, Buttons, Card, Column, Facts, Note, Span, Table, Text, Tone
from domain.advice import Advice, AwsAnomaly, Root
from domain.collected import Collected
from domain.money import Money

ROWS = 5
#: Where a source is switched on.
HOW = "COSTBOT_COLLECT"


def aws(
    found: Sequence[Collected],
    now: datetime,
    name: words.Name = words.as_is,
    buttons: Buttons | None = None,
    rows: int = ROWS,
) -> Card:
    """`found` is what was collected, by source."""
    if not found:
        said = f"Nothing is collected from AWS. {HOW} switches sources on, for example "
        return Card("What AWS itself says", (Text((said, Bold("optimization-hub"), ".")),))
    known = {one.source: one for one in found}
    advised = [known.get("optimization-hub"), known.get("compute-optimizer")]
    # A chat draws one table well: what can be saved comes first.
    blocks: list[Block] = [*_advice(advised, name, rows)]
    blocks += _anomalies(known.get("anomalies"), name, rows)
    blocks += _moved(known.get("comparison"))
    blocks += [Text((Bold("Where this is from"),)), _sources(found, now)]
    blocks += [Text((Bold(one.source), f": {one.failure}")) for one in found if one.failure]
    blocks.append(
        Note(("AWS's own numbers, estimates among them; costbot's own come from the bill.",))
    )
    blocks += [buttons] if buttons else []
    broken = any(one.failure for one in found)
    return Card("What AWS itself says", tuple(blocks), Tone.WARNING if broken else Tone.NEUTRAL)


def _sources(found: Sequence[Collected], now: datetime) -> Facts:
    return Facts(tuple((one.source, (f"{_state(one)} ({_ago(one, now)})",)) for one in found))


def _state(one: Collected) -> str:
    if one.doing:
        return one.doing
    return "fails, see below" if one.failure else one.said


def _ago(one: Collected, now: datetime) -> str:
    if one.good_at is None:
        return "never"
    hours = int((now - one.good_at).total_seconds() // 3600)
    return "now" if hours == 0 else f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def _anomalies(found: Collected | None, name: words.Name, most: int) -> list[Block]:
    if found is None or not found.content.get("anomalies"):
        return []
    every = [AwsAnomaly.of(item) for item in found.content["anomalies"]]
    facts: list[tuple[str, tuple[Span, ...]]] = [
        (_days(one), (Bold(_dollars(one.impact)), f", {_what(one, name)}")) for one in every[:most]
    ]
    left = _more(len(every) - most, "anomaly", "anomalies")
    return [Text((Bold("Anomalies that AWS sees"),)), Facts(tuple(facts)), *left]


def _days(one: AwsAnomaly) -> str:
    first = words.day(one.first)
    return f"{first}, goes on" if one.last is None else first


def _what(one: AwsAnomaly, name: words.Name) -> str:
    if not one.roots:
        return one.service or "no cause is told"
    root = one.roots[0]
    account = name("account", root.account) if root.account else ""
    said = ", ".join(part for part in (root.service, account, root.region, root.usage_type) if part)
    return f"{said} ({_dollars(root.part)} of it)" if root.part else said


def _advice(sources: Sequence[Collected | None], name: words.Name, most: int) -> list[Block]:
    """The dearest, each resource once: the hub repeats what the optimizer says."""
    every = [Advice.of(item) for one in sources if one for item in one.content.get("advice", ())]
    once: dict[str, Advice] = {}
    for one in sorted(every, key=lambda one: (-one.saves, one.resource, one.source)):
        once.setdefault(one.resource, one)
    if not once:
        return []
    rows = tuple(
        (_resource(one, name), _better(one), words.money(Money(one.saves, one.currency)))
        for one in [*once.values()][:most]
    )
    columns = (Column("Advice of AWS"), Column("What to do"), Column("A month", True))
    return [
        Table(columns, rows),
        *_more(len(once) - most, "recommendation"),
    ]


def _resource(one: Advice, name: words.Name) -> str:
    short = one.resource.rsplit(":", 1)[-1].rsplit("/", 1)[-1] or one.kind
    return f"{short} in {name('account', one.account)}"


def _better(one: Advice) -> str:
    change = f": {one.current} to {one.better}" if one.better else ""
    care = ", restarts" if one.restart else ""
    return f"{one.action}{change}{care}"


def _moved(compared: Collected | None) -> list[Block]:
    """What changed most between two months, and why AWS thinks so."""
    facts: list[tuple[str, tuple[Span, ...]]] = []
    moved = compared.content.get("moved", ()) if compared else ()
    for one in moved[:3]:
        after, before = Money(Decimal(one["after"]), "USD"), Money(Decimal(one["before"]), "USD")
        why = f" ({one['why']})" if one["why"] else ""
        facts.append((one["service"], (words.change(after, before), why)))
    if compared is None or not facts:
        return []
    return [Text((Bold("What moved most"), f", {compared.said}")), Facts(tuple(facts))]


def _more(count: int, one: str, many: str | None = None) -> list[Block]:
    return [Note((f"And {words.plural(count, one, many)} more.",))] if count > 0 else []


def _dollars(amount: Decimal) -> str:
    return words.money(Money(amount, "USD"))


def _example() -> tuple[Collected, ...]:
    at = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)
    anomaly = AwsAnomaly(
        "a-1",
        date(2026, 11, 17),
        None,
        "Amazon EC2",
        Decimal("2700.75"),
        Decimal("1299.25"),
        Decimal(4000),
        "",
        (Root("Amazon EC2", "222222222222", "eu-west-1", "BoxUsage:p4d", Decimal("2500.5")),),
    )
    advice = (
        Advice(
            "Cost Optimization Hub",
            "222222222222",
            "eu-west-1",
            "arn:aws:ec2:eu-west-1:222222222222:instance/i-0a1b2c3d4e5f60718",
            "Ec2Instance",
            "Rightsize",
            "m5.4xlarge",
            "m5.2xlarge",
            Decimal("512.37"),
            "USD",
            "Medium",
            True,
            True,
        ),
        Advice(
            "Compute Optimizer",
            "222222222222",
            "eu-west-1",
            "arn:aws:ec2:eu-west-1:222222222222:volume/vol-0a1b2c3d",
            "EBSVolume",
            "Delete",
            "",
            "",
            Decimal(40),
            "USD",
        ),
    )
    return (
        Collected("anomalies", at, at, "1 anomaly in 30 days", {"anomalies": [anomaly.json()]}),
        Collected(
            "comparison",
            at,
            at,
            "2 services, 2026-10 against 2026-09",
            {
                "moved": [
                    {
                        "service": "Amazon RDS",
                        "before": "100",
                        "after": "40",
                        "why": "fewer hours of db.r5 (USAGE_CHANGE)",
                    }
                ]
            },
        ),
        Collected("coverage", at, at, "savings plans used 90.4 %, savings plans cover 40.0 %"),
        Collected(
            "optimization-hub",
            at,
            at,
            "2 recommendations, $552.37 a month",
            {"advice": [one.json() for one in advice]},
        ),
        Collected(
            "organization",
            at,
            None,
            failure="AWS does not allow it: give costbot's role or user organizations:ListRoots",
            failed_since=at,
        ),
    )


EXAMPLES = {
    "collected": aws(_example(), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
    "nothing": aws((), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)),
}
