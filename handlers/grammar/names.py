"""The words people use for dimensions, measures, charge types and services."""

import re

from domain.query import ChargeType, Measure

#: Every dimension with the other names people give it, singular and without spaces.
DIMENSION_NAMES: dict[str, tuple[str, ...]] = {
    "service": ("service", "product", "awsservice", "servicename"),
    "account": (
        "account",
        "linkedaccount",
        "subaccount",
        "memberaccount",
        "accountname",
        "accountid",
        "awsaccount",
    ),
    "region": ("region", "location", "awsregion"),
    "charge": ("charge", "chargetype", "chargecategory", "recordtype", "lineitemtype", "costtype"),
    "usage_type": ("usagetype", "sku", "skumeter", "meter"),
    "resource": ("resource", "resourceid", "arn"),
    "category": ("category", "servicecategory"),
    "purchase": ("purchase", "purchaseoption", "purchasetype", "pricingcategory", "pricing"),
    "operation": ("operation", "apioperation"),
    "payer": ("payer", "billingaccount", "payeraccount", "managementaccount"),
    "provider": ("provider", "cloudprovider", "providername"),
    "currency": ("currency", "billingcurrency"),
    "day": ("day", "date", "daily", "time"),
    "week": ("week", "weekly"),
    "month": ("month", "monthly"),
}
DIMENSION_OF = {name: dim for dim, names in DIMENSION_NAMES.items() for name in names}

#: What is offered when a name is not known; tags of the bill follow.
OFFERED = ("service", "account", "region", "charge type", "usage type", "resource", "day", "month")

MEASURES: dict[str, Measure] = {
    "unblended": Measure.UNBLENDED,
    "net unblended": Measure.NET_UNBLENDED,
    "unblended net": Measure.NET_UNBLENDED,
    "billed": Measure.NET_UNBLENDED,
    "invoiced": Measure.NET_UNBLENDED,
    "amortised": Measure.AMORTISED,
    "amortized": Measure.AMORTISED,
    "net amortised": Measure.NET_AMORTISED,
    "net amortized": Measure.NET_AMORTISED,
    "amortised net": Measure.NET_AMORTISED,
    "amortized net": Measure.NET_AMORTISED,
    "effective": Measure.NET_AMORTISED,
    "list": Measure.LIST,
    "list price": Measure.LIST,
    "list prices": Measure.LIST,
    "list cost": Measure.LIST,
    "public price": Measure.LIST,
}

CHARGES: dict[str, ChargeType] = {
    **{kind.value: kind for kind in ChargeType},
    "commitmentfee": ChargeType.COMMITMENT,
    "reservation": ChargeType.COMMITMENT,
    "reservationfee": ChargeType.COMMITMENT,
    "rifee": ChargeType.COMMITMENT,
    "savingsplanfee": ChargeType.COMMITMENT,
    "upfrontfee": ChargeType.COMMITMENT,
    "taxes": ChargeType.TAX,
    "vat": ChargeType.TAX,
    "supportfee": ChargeType.SUPPORT,
    "marketplacecharge": ChargeType.MARKETPLACE,
}

#: A short name, and the full names AWS prints for it, as `plain` reduces them.
SERVICE_ALIASES: dict[str, tuple[str, ...]] = {
    "acm": ("certificatemanager",),
    "alb": ("elasticloadbalancing",),
    "apigateway": ("apigateway",),
    "apigw": ("apigateway",),
    "cf": ("cloudfront",),
    "cdn": ("cloudfront",),
    "cw": ("cloudwatch",),
    "ddb": ("dynamodb",),
    "dms": ("databasemigrationservice",),
    "docdb": ("documentdb", "documentdbwithmongodbcompatibility"),
    "dx": ("directconnect",),
    "dynamo": ("dynamodb",),
    "ec2": ("elasticcomputecloud", "elasticcomputecloudcompute", "ec2", "ec2other"),
    "ecr": ("elasticcontainerregistry", "ec2containerregistry", "ecr", "ec2containerregistryecr"),
    "ecs": ("elasticcontainerservice", "ecs"),
    "efs": ("elasticfilesystem", "efs"),
    "eks": (
        "elastickubernetesservice",
        "elasticcontainerserviceforkubernetes",
        "elasticcontainerservicekubernetes",
        "eks",
    ),
    "elasticsearch": ("opensearchservice", "elasticsearchservice"),
    "elb": ("elasticloadbalancing", "elb"),
    "emr": ("elasticmapreduce", "emr"),
    "glacier": ("glacier", "s3glacier", "simplestorageserviceglacier"),
    "kafka": ("managedstreamingforapachekafka",),
    "loadbalancer": ("elasticloadbalancing",),
    "kms": ("keymanagementservice", "kms"),
    "kubernetes": ("elastickubernetesservice", "elasticcontainerserviceforkubernetes", "eks"),
    "msk": ("managedstreamingforapachekafka", "msk"),
    "nlb": ("elasticloadbalancing",),
    "opensearch": ("opensearchservice", "elasticsearchservice"),
    "r53": ("route53",),
    "rds": ("relationaldatabaseservice", "rds", "rdsservice"),
    "s3": ("simplestorageservice", "s3"),
    "secretsmanager": ("secretsmanager",),
    "ses": ("simpleemailservice", "ses"),
    "sfn": ("stepfunctions",),
    "sns": ("simplenotificationservice", "sns"),
    "sqs": ("simplequeueservice", "sqs", "queueservice"),
    "ssm": ("systemsmanager",),
    "vpc": ("virtualprivatecloud", "vpc"),
    "waf": ("waf", "webapplicationfirewall"),
}

#: Things AWS bills inside other services: a short name and what its usage types contain.
USAGE_ALIASES: dict[str, str] = {
    "nat": "NatGateway",
    "natgateway": "NatGateway",
    "natgw": "NatGateway",
    "ebs": "EBS:",
    "ebsvolume": "EBS:Volume",
    "ebssnapshot": "EBS:Snapshot",
    "fargate": "Fargate",
    "datatransfer": "DataTransfer",
    "egress": "DataTransfer-Out",
    "spot": "SpotUsage",
    "spotinstance": "SpotUsage",
}

#: Things people speak of that are no service: what they may have in mind, to be asked.
HINTS: dict[str, str] = {
    "bucket": "s3",
    "container": "ecs",
    "database": "rds",
    "function": "lambda",
    "instance": "ec2",
    "log": "cloudwatch",
    "queue": "sqs",
    "server": "ec2",
    "storage": "s3",
    "vm": "ec2",
    "volume": "ebs",
}

_PUNCTUATION = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """Letters and digits only, in lower case: "Usage type" and "usage_type" are one name."""
    return _PUNCTUATION.sub("", text.casefold())


def plain(service: str) -> str:
    """A service name without its vendor: "Amazon Elastic Compute Cloud - Compute" and the like."""
    name = squeezed(service)
    for vendor in ("amazon", "aws"):
        if name.startswith(vendor) and name != vendor:
            return name.removeprefix(vendor)
    return name


def singular(word: str) -> str:
    """A plural without its ending: services, categories, taxes."""
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
