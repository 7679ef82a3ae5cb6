"""Compute Optimizer: what is too large and what nobody uses, in the regions of the bill."""

import asyncio
from decimal import Decimal

from bot.collectors.model import Asked, Came, Collector, chosen, needs
from cards import words
from domain.money import Money
from integrations.aws import optimizer
from store.lake import DuckLake

NAME = "compute-optimizer"
#: The dearest regions of the bill; where nothing is spent there is nothing to advise.
REGIONS = 12
#: What the bill calls a region and is none.
_NONE = {"global", "aws-global"}
#: What Compute Optimizer looks at in the name of whoever asks.
_LOOKS = (
    "ec2:DescribeInstances",
    "ec2:DescribeVolumes",
    "lambda:ListFunctions",
    "lambda:ListProvisionedConcurrencyConfigs",
    "rds:DescribeDBClusters",
    "rds:DescribeDBInstances",
)


async def collect(asked: Asked) -> Came:
    lake = DuckLake(asked.settings.data_dir)
    known = await asyncio.to_thread(lambda: lake.vocabulary().values.get("region", ()))
    regions = [region for region in known if region not in _NONE][:REGIONS]
    await asked.progress(f"asking {words.plural(len(regions), 'region')}")
    advice = await optimizer.advice(asked.settings.aws_access, regions)
    saves = sum((one.saves for one in advice), Decimal(0))
    currency = advice[0].currency if advice else "USD"
    said = f"{words.plural(len(advice), 'recommendation')}, {words.money(Money(saves, currency))}"
    return Came(f"{said} a month", {"advice": [one.json() for one in advice]})


COLLECTOR = Collector(
    NAME,
    chosen(NAME),
    collect,
    needs(
        "GetEnrollmentStatus",
        "GetEC2InstanceRecommendations",
        "GetEBSVolumeRecommendations",
        "GetLambdaFunctionRecommendations",
        "GetRDSDatabaseRecommendations",
        "GetIdleRecommendations",
        also=_LOOKS,
    ),
)
