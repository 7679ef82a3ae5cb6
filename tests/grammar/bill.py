"""The words of the bill that the dialogues are about."""

from datetime import date

from bot import registry
from domain.ports import Vocabulary

TODAY = date(2026, 11, 23)

ACCOUNTS = {
    "111111111111": "payments prod",
    "222222222222": "payments dev",
    "333333333333": "search",
    "444444444444": "data lake",
}

BILL = Vocabulary(
    values={
        "service": (
            "Amazon Elastic Compute Cloud",
            "Amazon Simple Storage Service",
            "AWS Lambda",
            "Amazon DynamoDB",
            "Amazon Relational Database Service",
            "AmazonCloudWatch",
            "Amazon CloudFront",
            "Amazon Elastic Container Service",
            "Amazon Elastic Kubernetes Service",
            "Elastic Load Balancing",
            "Amazon Kinesis",
            "Amazon Kinesis Firehose",
            "Amazon Virtual Private Cloud",
            "AWS Support (Business)",
        ),
        "region": ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1"),
        "account": tuple(ACCOUNTS),
        "charge": ("usage", "credit", "tax", "support"),
        "tag:team": ("payments", "search", "platform"),
        "tag:env": ("prod", "staging", "dev"),
        "usage_type": ("BoxUsage:m5.large", "NatGateway-Bytes", "EBS:VolumeUsage.gp3"),
    },
    tag_keys=("team", "env", "Cost Center", "user:project"),
    account_names=ACCOUNTS,
)

COMMANDS = tuple(registry.commands())
