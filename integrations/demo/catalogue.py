"""What can be bought in the demo organisation: services, their meters and list prices.

Service names are those of the FOCUS export of AWS; categories and subcategories are values that
FOCUS 1.2 allows (specification/columns/servicesubcategory.md). List prices are of the order of the
public ones in us-east-1; nothing depends on them being exact.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Commitment = Literal["", "plan", "reserved"]


class Rhythm(StrEnum):
    """How a meter turns over time."""

    DAILY = "follows people: weekdays, growth, season, noise"
    STEADY = "a fleet of fixed size that idles a little"
    ALWAYS = "every hour of every day"
    MONTHLY = "once, on the first of the month"
    BATCH = "on some days only"


#: Instance sizes with hourly prices: `{size}` in a usage type becomes one of them.
LADDERS: dict[str, tuple[tuple[str, float], ...]] = {
    "m5": tuple(
        (f"m5.{size}", 0.096 * n)
        for size, n in (("large", 1), ("xlarge", 2), ("2xlarge", 4), ("4xlarge", 8),
                        ("8xlarge", 16), ("12xlarge", 24), ("24xlarge", 48))
    ),
    "c6g": tuple(
        (f"c6g.{size}", 0.068 * n)
        for size, n in (("large", 1), ("xlarge", 2), ("2xlarge", 4), ("4xlarge", 8),
                        ("8xlarge", 16))
    ),
    "r5": tuple(
        (f"r5.{size}", 0.126 * n)
        for size, n in (("large", 1), ("xlarge", 2), ("2xlarge", 4), ("4xlarge", 8),
                        ("8xlarge", 16))
    ),
    "gpu": (("g5.xlarge", 1.006), ("g5.4xlarge", 1.624), ("g5.12xlarge", 5.672)),
    "db": tuple(
        (f"db.r6g.{size}", 0.215 * n)
        for size, n in (("large", 1), ("xlarge", 2), ("2xlarge", 4), ("4xlarge", 8))
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meter:
    """One usage type; `share` is its part of the service's spend, `copies` its resources."""

    usage_type: str
    operation: str
    unit: str
    price: float
    share: float
    resource: str = ""
    copies: int = 1
    rhythm: Rhythm = Rhythm.DAILY
    ladder: str = ""
    commitment: Commitment = ""
    kind: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Service:
    """A service; `arrives` says how much of the newest and the second newest day is delivered."""

    name: str
    category: str
    subcategory: str
    code: str
    meters: tuple[Meter, ...]
    arrives: tuple[float, float] = (0.45, 0.85)


_FAST, _SLOW = (0.75, 1.0), (0.0, 0.5)
_BLOCK, _NET = ("Storage", "Block Storage"), ("Networking", "Network Infrastructure")
_A, _M, _B, _S = Rhythm.ALWAYS, Rhythm.MONTHLY, Rhythm.BATCH, Rhythm.STEADY
_EC2 = ("Amazon Elastic Compute Cloud", "Compute", "Virtual Machines", "AmazonEC2")
_RDS = ("Amazon Relational Database Service", "Databases", "Relational Databases", "AmazonRDS")
_OBS = ("Management and Governance", "Observability")


def _one(
    name: str,
    category: str,
    subcategory: str,
    code: str,
    usage: str,
    operation: str,
    unit: str,
    price: float,
    resource: str = "",
    copies: int = 1,
    rhythm: Rhythm = Rhythm.DAILY,
    arrives: tuple[float, float] = (0.45, 0.85),
) -> Service:
    meter = Meter(usage, operation, unit, price, 1.0, resource, copies, rhythm)
    return Service(name, category, subcategory, code, (meter,), arrives)  # fmt: skip


SERVICES: dict[str, Service] = {
    "ec2": Service(*_EC2, (
        Meter("BoxUsage:{size}", "RunInstances", "Hours", 0, 0.45, "instance", ladder="m5"),
        Meter("BoxUsage:{size}", "RunInstances", "Hours", 0, 0.25, "instance", ladder="c6g"),
        Meter("BoxUsage:{size}", "RunInstances", "Hours", 0, 0.18, "instance", ladder="r5"),
        Meter("SpotUsage:c6g.xlarge", "RunInstances:SV001", "Hours", 0.054, 0.12),
    ), _FAST),
    "ec2-plan": Service(*_EC2, (
        Meter("BoxUsage:{size}", "RunInstances", "Hours", 0, 1, "instance", 1, _S, "m5", "plan"),
    ), _FAST),
    "gpu": Service(*_EC2, (
        Meter("BoxUsage:{size}", "RunInstances", "Hours", 0, 1, "instance", ladder="gpu"),
    ), _FAST),
    "ebs": Service(*_EC2, (
        Meter("EBS:VolumeUsage.gp3", "CreateVolume-Gp3", "GB-Months", 0.08, 0.55, "volume", 2, _A,
              kind=_BLOCK),
        Meter("EBS:VolumeUsage.gp2", "CreateVolume-Gp2", "GB-Months", 0.10, 0.25, "volume", 1, _A,
              kind=_BLOCK),
        Meter("EBS:SnapshotUsage", "CreateSnapshot", "GB-Months", 0.05, 0.20, "snapshot", 1,
              kind=_BLOCK),
    )),
    "network": Service(*_EC2, (
        Meter("NatGateway-Hours", "NatGateway", "Hours", 0.045, 0.03, "natgateway", 1, _A,
              kind=_NET),
        Meter("NatGateway-Bytes", "NatGateway", "GB", 0.045, 0.42, "natgateway", kind=_NET),
        Meter("DataTransfer-Regional-Bytes", "InterZone-In", "GB", 0.01, 0.22, kind=_NET),
        Meter("DataTransfer-Out-Bytes", "RunInstances", "GB", 0.09, 0.33, kind=_NET),
    )),
    "alb": Service(
        "Elastic Load Balancing", "Networking", "Application Networking", "AWSELB", (
            Meter("LoadBalancerUsage", "LoadBalancing:Application", "Hours", 0.0225, 0.06,
                  "loadbalancer", 1, _A),
            Meter("LCUUsage", "LoadBalancing:Application", "LCU-Hours", 0.008, 0.94,
                  "loadbalancer"),
        )),
    "rds": Service(*_RDS, (
        Meter("InstanceUsage:{size}", "CreateDBInstance:0014", "Hours", 0, 0.68, "db", 1, _A, "db"),
        Meter("RDS:GP3-Storage", "CreateDBInstance:0014", "GB-Months", 0.115, 0.22, "db"),
        Meter("RDS:ChargedBackupUsage", "CreateDBInstance:0014", "GB-Months", 0.095, 0.10),
    )),
    "rds-reserved": Service(*_RDS, (
        Meter("InstanceUsage:db.r6g.4xlarge", "CreateDBInstance:0014", "Hours", 1.6, 1, "db", 4, _A,
              commitment="reserved"),
    ), (1.0, 1.0)),
    "cache": _one("Amazon ElastiCache", "Databases", "Caching", "AmazonElastiCache",
                  "NodeUsage:cache.r6g.xlarge", "CreateCacheCluster:0002", "Hours", 0.411,
                  "cache", 1, _A, _FAST),
    "s3": Service(
        "Amazon Simple Storage Service", "Storage", "Object Storage", "AmazonS3", (
            Meter("TimedStorage-ByteHrs", "StandardStorage", "GB-Months", 0.023, 0.6, "bucket", 2),
            Meter("Requests-Tier1", "PutObject", "Requests", 0.000005, 0.14, "bucket"),
            Meter("Requests-Tier2", "GetObject", "Requests", 0.0000004, 0.08, "bucket"),
            Meter("DataTransfer-Out-Bytes", "GetObject", "GB", 0.09, 0.18, "bucket"),
        ), _SLOW),
    "cloudwatch": Service("AmazonCloudWatch", *_OBS, "AmazonCloudWatch", (
        Meter("DataProcessing-Bytes", "PutLogEvents", "GB", 0.5, 0.5, "loggroup", 2),
        Meter("TimedStorage-ByteHrs", "HourlyStorageMetering", "GB-Months", 0.03, 0.15, "loggroup"),
        Meter("CW:MetricMonitorUsage", "MetricStorage:AWS/Logs-EC2", "Metrics", 0.3, 0.35),
    )),
    "vpc": Service("Amazon Virtual Private Cloud", *_NET, "AmazonVPC", (
        Meter("PublicIPv4:InUseAddress", "RunInstances", "Hours", 0.005, 0.3, rhythm=_A),
        Meter("VpcEndpoint-Hours", "VpcEndpoint", "Hours", 0.01, 0.4, "endpoint", 1, _A),
        Meter("VpcEndpoint-Bytes", "VpcEndpoint", "GB", 0.01, 0.3, "endpoint"),
    )),
    "awslambda": Service("AWS Lambda", "Compute", "Serverless Compute", "AWSLambda", (
        Meter("Lambda-GB-Second", "Invoke", "Lambda-GB-Seconds", 0.0000166667, 0.8, "function", 2),
        Meter("Request", "Invoke", "Requests", 0.0000002, 0.2, "function"),
    )),
    "dynamodb": Service("Amazon DynamoDB", "Databases", "NoSQL Databases", "AmazonDynamoDB", (
        Meter("WriteRequestUnits", "PayPerRequestThroughput", "WriteRequestUnits", 0.00000125, 0.5,
              "table", 2),
        Meter("ReadRequestUnits", "PayPerRequestThroughput", "ReadRequestUnits", 0.00000025, 0.3,
              "table"),
        Meter("TimedStorage-ByteHrs", "StandardStorage", "GB-Months", 0.25, 0.2, "table"),
    )),
    "ecs": Service("Amazon Elastic Container Service", "Compute", "Containers", "AmazonECS", (
        Meter("Fargate-vCPU-Hours:perCPU", "FargateTask", "vCPU-Hours", 0.04048, 0.8, "task", 4),
        Meter("Fargate-GB-Hours", "FargateTask", "GB-Hours", 0.004445, 0.2, "task", 4),
    ), _FAST),
    "eks": _one("Amazon Elastic Container Service for Kubernetes", "Compute", "Containers",
                "AmazonEKS", "AmazonEKS-Hours:perCluster", "CreateOperation", "Hours", 0.10,
                "cluster", 1, _A),
    "redshift": _one("Amazon Redshift", "Databases", "Data Warehouses", "AmazonRedshift",
                     "Node:ra3.xlplus", "RunComputeNode:0001", "Hours", 1.086, "warehouse", 1, _A),
    "opensearch": _one("Amazon OpenSearch Service", "Analytics", "Search", "AmazonES",
                       "ESInstance:r6g.2xlarge", "ESDomain", "Hours", 0.669, "domain", 1, _A),
    "cloudfront": Service(
        "Amazon CloudFront", "Networking", "Content Delivery", "AmazonCloudFront", (
            Meter("DataTransfer-Out-Bytes", "GET", "GB", 0.085, 0.85, "distribution", 2),
            Meter("Requests-Tier2-HTTPS", "GET", "Requests", 0.000001, 0.15, "distribution", 2),
        ), _SLOW),
    "kinesis": _one("Amazon Kinesis", "Analytics", "Streaming Analytics", "AmazonKinesis",
                    "Storage-ShardHour", "shardHourStorage", "Hours", 0.015, "stream", 2),
    "msk": _one("Amazon Managed Streaming for Apache Kafka", "Integration", "Messaging",
                "AmazonMSK", "Kafka.m5.xlarge", "RunBroker", "Hours", 0.42, "kafka", 1, _A),
    "glue": _one("AWS Glue", "Analytics", "Data Processing", "AWSGlue", "ETL-DPU-Hour", "Jobrun",
                 "DPU-Hours", 0.44, "job", 3),
    "athena": _one("Amazon Athena", "Analytics", "Analytics Platforms", "AmazonAthena",
                   "DataScannedInTB", "ExecuteQuery", "Terabytes", 5.0, "workgroup", 2),
    "emr": _one("Amazon Elastic MapReduce", "Analytics", "Data Processing", "ElasticMapReduce",
                "BoxUsage:m5.4xlarge", "RunInstances", "Hours", 0.960, "emr", 2, _B),
    "sagemaker": Service(
        "Amazon SageMaker", "AI and Machine Learning", "Machine Learning", "AmazonSageMaker", (
            Meter("Train:ml.g5.4xlarge", "CreateTrainingJob", "Hours", 2.03, 0.45, "training", 3),
            Meter("Host:ml.g5.xlarge", "RunInstance", "Hours", 1.408, 0.45, "mlendpoint", 1, _A),
            Meter("Notebk:ml.t3.xlarge", "RunInstance", "Hours", 0.2, 0.10, "notebook", 2),
        )),
    "bedrock": _one("Amazon Bedrock", "AI and Machine Learning", "Generative AI", "AmazonBedrock",
                    "ModelUnits-output-tokens", "InvokeModelInference", "1K tokens", 0.015),
    "sqs": _one("Amazon Simple Queue Service", "Integration", "Messaging", "AWSQueueService",
                "Requests-RBP", "SendMessage", "Requests", 0.0000004, "queue", 2),
    "sns": _one("Amazon Simple Notification Service", "Integration", "Messaging", "AmazonSNS",
                "DeliveryAttempts-APNS", "Publish", "Notifications", 0.0000005, "topic"),
    "steps": _one("AWS Step Functions", "Integration", "Workflow Orchestration", "AmazonStates",
                  "StateTransition", "StateMachineExecution", "StateTransitions", 0.000025,
                  "machine"),
    "api": _one("Amazon API Gateway", "Integration", "API Management", "AmazonApiGateway",
                "ApiGatewayRequest", "ApiGatewayRequest", "Requests", 0.0000035, "api"),
    "secrets": _one("AWS Secrets Manager", "Security", "Secret Management", "AWSSecretsManager",
                    "AWSSecretsManager-Secrets", "Secret", "Secrets", 0.4, "secret", 1, _A),
    "kms": _one("AWS Key Management Service", "Security", "Secret Management", "awskms",
                "KMS-Requests", "Decrypt", "Requests", 0.000003, "key"),
    "waf": _one("AWS WAF", "Networking", "Network Security", "awswaf", "WebACLV2", "WebACL",
                "Months", 5.0, "webacl", 1, _M),
    "ecr": _one("Amazon EC2 Container Registry (ECR)", "Compute", "Containers", "AmazonECR",
                "TimedStorage-ByteHrs", "StandardStorage", "GB-Months", 0.10, "repository", 2),
    "backup": _one("AWS Backup", "Storage", "Backup Storage", "AWSBackup",
                   "WarmStorage-ByteHrs-EBS", "Storage", "GB-Months", 0.05, "vault", arrives=_SLOW),
    "efs": _one("Amazon Elastic File System", "Storage", "File Storage", "AmazonEFS",
                "TimedStorage-ByteHrs", "StandardStorage", "GB-Months", 0.30, "filesystem", 2),
    "guardduty": _one("Amazon GuardDuty", "Security", "Threat Detection and Response",
                      "AmazonGuardDuty", "PaidEventsAnalyzed-Bytes", "VPCFlowLogsAnalysis", "GB",
                      1.0, "detector"),
    "securityhub": _one("AWS Security Hub", "Security", "Security Posture Management",
                        "AWSSecurityHub", "PaidComplianceCheck", "Checks", "Security Checks",
                        0.001),
    "inspector": _one("Amazon Inspector", "Security", "Security Posture Management",
                      "AmazonInspectorV2", "EC2-Agent-Instances", "EC2Scanning", "Instance-Months",
                      1.2528),
    "config": _one("AWS Config", "Management and Governance", "Compliance", "AWSConfig",
                   "ConfigurationItemRecorded", "RecordConfigurationItem", "Configuration Items",
                   0.003),
    "cloudtrail": _one("AWS CloudTrail", *_OBS, "AWSCloudTrail", "PaidEventsRecorded",
                       "PaidEventsRecorded", "Events", 0.00002),
    "systemsmanager": _one("AWS Systems Manager", "Management and Governance",
                           "Endpoint Management", "AWSSystemsManager", "MI-AdvInstances-Hrs",
                           "AdvancedInstance", "Hours", 0.00695),
    "route53": _one("Amazon Route 53", "Networking", "Network Routing", "AmazonRoute53",
                    "HostedZone", "HostedZone", "Months", 0.5, "zone", 1, _M),
    "directconnect": _one("AWS Direct Connect", "Networking", "Network Connectivity",
                          "AWSDirectConnect", "PortUsage:1Gbps", "CreateConnection", "Hours", 0.3,
                          "connection", 1, _A),
    "codebuild": _one("CodeBuild", "Developer Tools", "Continuous Integration and Deployment",
                      "CodeBuild", "Build-Min:Linux:g1.large", "CreateBuild", "Minutes", 0.02,
                      "project", 4),
    "quicksight": _one("Amazon QuickSight", "Analytics", "Business Intelligence",
                       "AmazonQuickSight", "QS-User-Enterprise-Month", "CreateUser", "Users", 24.0,
                       "", 1, _M),
    "workspaces": _one("Amazon WorkSpaces", "Compute", "End User Computing", "AmazonWorkSpaces",
                       "AW-HW-2-AlwaysOn", "Running:AlwaysOn", "Months", 35.0, "workspace", 6, _M),
    "costexplorer": _one("AWS Cost Explorer", "Management and Governance", "Cost Management",
                         "AWSCostExplorer", "APIRequest", "GetCostAndUsage", "API Requests", 0.01),
}  # fmt: skip

PLAN_SERVICE = ("Savings Plans for AWS Compute usage", "Compute", "Other (Compute)",
                "ComputeSavingsPlans")  # fmt: skip
SUPPORT_SERVICE = ("AWS Support (Business)", "Management and Governance", "Support",
                   "AWSSupportBusiness")  # fmt: skip
RDS_SERVICE = _RDS
CLOUDFRONT_SERVICE = ("Amazon CloudFront", "Networking", "Content Delivery", "AmazonCloudFront")

#: Resource kind -> id template; an ARN of the service where nothing special is known.
RESOURCES = {
    "instance": "i-0{hex}",
    "volume": "vol-0{hex}",
    "bucket": "{name}-{account}",
    "snapshot": "arn:aws:ec2:{region}:{account}:snapshot/snap-0{hex}",
    "natgateway": "arn:aws:ec2:{region}:{account}:natgateway/nat-0{hex}",
    "elastic-ip": "arn:aws:ec2:{region}:{account}:elastic-ip/eipalloc-0{hex}",
    "db": "arn:aws:rds:{region}:{account}:db:{name}",
    "loadbalancer": "arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex}",
    "distribution": "arn:aws:cloudfront::{account}:distribution/E{HEX}",
}
_NAMESPACES = {
    "msk": "kafka", "queueservice": "sqs", "vpc": "ec2", "efs": "elasticfilesystem",
    "waf": "wafv2", "inspectorv2": "inspector2",
}  # fmt: skip


def resource_template(kind: str, code: str) -> str:
    short = code.lower().removeprefix("amazon").removeprefix("aws")
    namespace = _NAMESPACES.get(short, short)
    return RESOURCES.get(kind) or f"arn:aws:{namespace}:{{region}}:{{account}}:{kind}/{{name}}"
