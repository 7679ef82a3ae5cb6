"""Which events of CloudTrail release software, and where a service of the bill writes its own.

Names as in the services' API references; Lambda's have a date behind them.
"""

_AWS = ".amazonaws.com"

#: How the names of events begin that are a deploy, by their source.
DEPLOYS: dict[str, tuple[str, ...]] = {
    f"ecs{_AWS}": ("UpdateService", "CreateService"),
    f"lambda{_AWS}": ("UpdateFunctionCode", "PublishVersion", "CreateFunction"),
    f"cloudformation{_AWS}": ("CreateStack", "UpdateStack", "ExecuteChangeSet"),
    f"codedeploy{_AWS}": ("CreateDeployment",),
    f"autoscaling{_AWS}": ("UpdateAutoScalingGroup", "StartInstanceRefresh", "SetDesiredCapacity"),
    f"eks{_AWS}": ("UpdateNodegroup", "UpdateClusterVersion", "CreateNodegroup"),
    f"elasticbeanstalk{_AWS}": ("UpdateEnvironment", "CreateEnvironment"),
    f"apprunner{_AWS}": ("StartDeployment", "UpdateService"),
}

#: Words of a service's name in the bill, and its events' source.
_SOURCES = {
    "elastic compute cloud": "ec2",
    "virtual private cloud": "ec2",
    "elastic block store": "ec2",
    "relational database": "rds",
    "simple storage": "s3",
    "elastic container service": "ecs",
    "elastic container registry": "ecr",
    "elastic kubernetes": "eks",
    "elastic load balancing": "elasticloadbalancing",
    "elastic file system": "elasticfilesystem",
    "elastic mapreduce": "elasticmapreduce",
    "key management": "kms",
    "simple queue": "sqs",
    "simple notification": "sns",
    "opensearch": "es",
    "elasticache": "elasticache",
    "cloudfront": "cloudfront",
    "cloudwatch": "monitoring",
    "dynamodb": "dynamodb",
    "redshift": "redshift",
    "sagemaker": "sagemaker",
    "bedrock": "bedrock",
    "kinesis": "kinesis",
    "lambda": "lambda",
    "glue": "glue",
    "athena": "athena",
    "workspaces": "workspaces",
    "guardduty": "guardduty",
}


def source_of(service: str | None) -> str | None:
    """Where a service writes its events, None for one that is not known."""
    said = (service or "").lower()
    found = next((source for words, source in _SOURCES.items() if words in said), None)
    return f"{found}{_AWS}" if found else None
