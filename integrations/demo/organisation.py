"""Who spends in the demo organisation: accounts, teams, regions, and what each account buys."""

from dataclasses import dataclass

PAYER_ID = "410000000001"
PAYER_NAME = "Northwind Commerce"

#: Region id -> (name, usage type prefix, list price against us-east-1).
REGIONS: dict[str, tuple[str, str, float]] = {
    "us-east-1": ("US East (N. Virginia)", "", 1.0),
    "us-west-2": ("US West (Oregon)", "USW2-", 1.0),
    "eu-west-1": ("EU (Ireland)", "EU-", 1.08),
    "eu-central-1": ("EU (Frankfurt)", "EUC1-", 1.14),
    "ap-southeast-1": ("Asia Pacific (Singapore)", "APS1-", 1.2),
    "ap-northeast-1": ("Asia Pacific (Tokyo)", "APN1-", 1.24),
}

#: Team -> cost centre.
COST_CENTRES = {
    "payments": "CC-1010",
    "storefront": "CC-1020",
    "data": "CC-2010",
    "ml": "CC-2020",
    "platform": "CC-3010",
    "security": "CC-3020",
    "growth": "CC-4010",
    "corporate-it": "CC-5010",
}

#: Names nobody would choose and everybody gets: markup, a mention, a link; right-to-left and emoji.
HOSTILE_APP = "<!channel> *bold* <https://evil.example|click>"
FOREIGN_APP = "🛒 عربة التسوق \u202etekram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account: `spend` is dollars a month at list price, by service key of the catalogue.

    `weekend` is a Saturday against a Friday, `growth` a year against the year before (logarithm),
    `peak` how much higher the end of November is.
    """

    name: str
    team: str
    env: str
    apps: tuple[str, ...]
    regions: tuple[str, ...]
    spend: dict[str, float]
    weekend: float = 0.9
    growth: float = 0.12
    peak: float = 0.05
    forgotten: bool = False


def _spread(dollars: float, **weights: float) -> dict[str, float]:
    whole = sum(weights.values())
    return {key.replace("_", "-"): dollars * part / whole for key, part in weights.items()}


def _web(dollars: float) -> dict[str, float]:
    return _spread(
        dollars, ec2=26, ebs=9, network=9, alb=6, rds=20, cache=6, s3=5, cloudwatch=7, vpc=3, sqs=2,
        awslambda=3, dynamodb=5, api=2, secrets=1, kms=1, waf=1, ecr=1, backup=2, sns=1,
    )  # fmt: skip


def _data(dollars: float) -> dict[str, float]:
    return _spread(
        dollars, ec2=18, ebs=10, network=7, s3=24, redshift=14, glue=9, athena=5, kinesis=5, msk=6,
        cloudwatch=4, kms=1, secrets=1, steps=1, vpc=2, awslambda=2,
    )  # fmt: skip


def _ml(dollars: float) -> dict[str, float]:
    return _spread(
        dollars, gpu=38, sagemaker=26, s3=12, ebs=9, efs=6, ecr=3, cloudwatch=3, network=2, kms=1,
    )  # fmt: skip


def _guard(dollars: float) -> dict[str, float]:
    return _spread(
        dollars, guardduty=30, securityhub=14, inspector=10, config=18, cloudtrail=16, s3=9, kms=3,
    )  # fmt: skip


ACCOUNTS: tuple[Account, ...] = (
    Account(
        name="payments-prod", team="payments", env="prod", apps=("ledger", "card-gateway", "fraud"),
        regions=("us-east-1", "eu-west-1"), spend=_web(27_000), weekend=0.93, peak=0.35,
    ),
    Account(
        name="payments-staging", team="payments", env="staging", apps=("ledger", "card-gateway"),
        regions=("us-east-1",), spend=_web(4_200), weekend=0.45,
    ),
    Account(
        name="orders-prod", team="payments", env="prod", apps=("orders", "invoicing"),
        regions=("us-east-1",), spend=_web(14_000) | {"rds-reserved": 4_608}, weekend=0.95,
        peak=0.35,
    ),
    Account(
        name="storefront-prod", team="storefront", env="prod",
        apps=("shop-web", "basket", FOREIGN_APP), regions=("us-east-1", "eu-central-1"),
        spend=_web(29_000) | {"cloudfront": 9_500, "route53": 400, "ecs": 5_000},
        weekend=1.18, peak=0.5, growth=0.18,
    ),
    Account(
        name="storefront-staging", team="storefront", env="staging", apps=("shop-web", "basket"),
        regions=("us-east-1",), spend=_web(3_600), weekend=0.4,
    ),
    Account(
        name="search-prod", team="storefront", env="prod", apps=("search", "catalog"),
        regions=("us-east-1", "ap-southeast-1"),
        spend=_web(7_000) | {"opensearch": 7_500, "ec2-plan": 4_000}, weekend=1.1, peak=0.4,
    ),
    Account(
        name="data-platform", team="data", env="prod", apps=("pipelines", "warehouse", "events"),
        regions=("us-east-1",), spend=_data(30_000) | {"ec2-plan": 8_000, "emr": 3_000},
        weekend=0.8, growth=0.25,
    ),
    Account(
        name="data-lake-prod", team="data", env="prod", apps=("lake", "events"),
        regions=("us-east-1", "us-west-2"), spend=_data(12_000), weekend=0.97, growth=0.3,
    ),
    Account(
        name="analytics-dev", team="data", env="dev", apps=("notebooks", "warehouse"),
        regions=("us-west-2",), spend=_data(4_000), weekend=0.3,
    ),
    Account(
        name="ml-research", team="ml", env="dev", apps=("training", "experiments"),
        regions=("us-west-2",), spend=_ml(22_000), weekend=0.62, growth=0.3,
    ),
    Account(
        name="ml-serving-prod", team="ml", env="prod", apps=("ranking", "recommender"),
        regions=("us-east-1",), spend=_ml(11_000) | {"alb": 500}, weekend=1.05, peak=0.25,
    ),
    Account(
        name="platform-prod", team="platform", env="prod", apps=("kubernetes", "service-mesh"),
        regions=("us-east-1", "eu-west-1"),
        spend=_web(16_000) | {"eks": 300, "ec2-plan": 14_000}, weekend=0.9,
    ),
    Account(
        name="network-hub", team="platform", env="shared", apps=("transit", "dns"),
        regions=("us-east-1", "eu-central-1"),
        spend={"network": 5_200, "vpc": 2_600, "directconnect": 1_900, "route53": 900,
               "cloudwatch": 500}, weekend=0.85,
    ),
    Account(
        name="ci-build", team="platform", env="dev", apps=("runners", "artifacts"),
        regions=("us-east-1",),
        spend={"ec2": 5_200, "ebs": 900, "codebuild": 2_400, "ecr": 1_100, "s3": 700,
               "network": 600}, weekend=0.25, growth=0.2,
    ),
    Account(
        name="security-audit", team="security", env="prod", apps=("detection",),
        regions=("us-east-1", "eu-west-1"), spend=_guard(9_500), weekend=0.96,
    ),
    Account(
        name="log-archive", team="security", env="prod", apps=("log-archive",),
        regions=("us-east-1",), spend={"s3": 4_300, "kms": 250, "cloudtrail": 900, "athena": 250},
        weekend=0.95, growth=0.35,
    ),
    Account(
        name="mobile-prod", team="growth", env="prod", apps=("mobile-api", "push"),
        regions=("us-east-1", "ap-northeast-1"),
        spend=_web(9_000) | {"sns": 1_400, "api": 1_900}, weekend=1.12, peak=0.3, growth=0.35,
    ),
    Account(
        name="marketing-web", team="growth", env="prod", apps=("campaigns", HOSTILE_APP),
        regions=("eu-central-1",), spend=_web(4_800) | {"cloudfront": 1_500}, weekend=1.0, peak=0.4,
    ),
    Account(
        name="corporate-it", team="corporate-it", env="prod", apps=("intranet", "desktops"),
        regions=("eu-central-1",),
        spend={"workspaces": 3_900, "quicksight": 1_300, "ec2": 2_300, "rds": 1_500, "efs": 900,
               "systemsmanager": 300, "backup": 500}, weekend=0.5, growth=0.02,
    ),
    Account(
        name="sandbox-legacy", team="platform", env="dev", apps=("spike-2023",),
        regions=("us-west-2",), spend={"cloudwatch": 120, "s3": 260}, weekend=0.9, growth=0.0,
        forgotten=True,
    ),
    Account(
        name="org-management", team="platform", env="shared", apps=("billing",),
        regions=("us-east-1",), spend={"cloudtrail": 320, "costexplorer": 140, "s3": 180},
        weekend=0.95,
    ),
)  # fmt: skip


def account_id(name: str) -> str:
    """The twelve digits of an account; org-management is the payer."""
    if name == "org-management":
        return PAYER_ID
    place = [account.name for account in ACCOUNTS].index(name)
    return f"{420000000000 + 7_654_321_987 * (place + 3) % 500_000_000_000:012d}"


def tags_of(account: Account, app: str) -> dict[str, str]:
    """The tags a careful colleague puts on a resource."""
    return {
        "team": account.team,
        "env": account.env,
        "app": app,
        "cost-center": COST_CENTRES[account.team],
    }
