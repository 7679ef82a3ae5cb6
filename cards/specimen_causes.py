"""Specimen explanations that the view of why draws its EXAMPLES from."""

from datetime import date
from decimal import Decimal

from cards import specimens
from domain.answer import CostRow
from domain.cause import Cause, Effects, Explanation, Happening, Part
from domain.period import Period
from domain.query import CostQuery, Dimension


def made(before: str, now: str, **where: str | None) -> Part:
    keys = ((name, "team") if name == "team" else (name, None) for name in where)
    named = tuple(Dimension("tag", key) if key else Dimension(name) for name, key in keys)
    return Part(tuple(zip(named, where.values(), strict=True)), Decimal(before), Decimal(now))


_QUERY = CostQuery(
    Period(date(2026, 11, 16), date(2026, 11, 21)),
    compare=Period(date(2026, 11, 9), date(2026, 11, 14)),
)
EC2: dict[str, str | None] = {"service": "Amazon Elastic Compute Cloud"}
_PROD = {**EC2, "account": "payments-prod"}
_EU = {**_PROD, "region": "eu-central-1"}
_P4D = {**_EU, "usage_type": "EUC1-BoxUsage:p4d.24xlarge"}


def _rows(*rows: tuple[str, str, str]) -> tuple[CostRow, ...]:
    return tuple(CostRow((key,), Decimal(now), Decimal(before)) for key, before, now in rows)


_CAUSE = Cause(
    made("0", "3996.4", usage_type="EUC1-BoxUsage:p4d.24xlarge"),
    (
        made("18211.305", "22304.11", **EC2),
        made("6100.1", "10188.3", **_PROD),
        made("4120.2", "8147.01", **_EU),
        made("0", "3996.4", **_P4D),
    ),
    date(2026, 11, 18),
    Effects(new=Decimal("3996.4")),
    _rows(("i-0a1b2c3d4e5f60718", "0", "2664.27"), ("i-0f9e8d7c6b5a41322", "0", "1332.13")),
    (
        Happening(
            specimens.NOW.replace(day=18, hour=7), "RunInstances", "ann", "ec2", "eu-central-1",
            "i-0a1b2c3d4e5f60718",
        ),
        Happening(
            specimens.NOW.replace(day=18, hour=6), "UpdateStack", "deployer", "cloudformation",
            "eu-central-1", "training", deploy=True,
        ),
    ),
)  # fmt: skip
SPIKE = Explanation(
    _QUERY,
    made("41280.115", "45400.334"),
    (_CAUSE, Cause(made("2210.004", "1980.5", **EC2, region="us-west-2"))),
    made("39070.111", "39423.434"),
    "USD",
)
SHRANK = Cause(
    made("36500", "0", usage_type="HeavyUsage:db.r6g.4xlarge"),
    (
        made("40120.4", "4800.1", service="Amazon Relational Database Service"),
        made("36500", "0", service="Amazon Relational Database Service",
              usage_type="HeavyUsage:db.r6g.4xlarge"),
    ),
    None,
    Effects(unmetered=Decimal(-36500)),
)  # fmt: skip
HOSTILE = Cause(
    made("10", "60", team="<!channel> *bold* <https://evil.example|click>"),
    (made("10", "60", team="<!channel> *bold* <https://evil.example|click>"),),
    resources=_rows(("<at>all</at> `x` " + "very long " * 20, "0", "50")),
)
