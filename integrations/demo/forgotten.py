"""What the demo organisation forgot to switch off, resource by resource, for the savings checks."""

from dataclasses import dataclass

from integrations.demo.catalogue import SERVICES, Meter, Rhythm, Service


@dataclass(frozen=True, slots=True)
class Leftover:
    """`count` equal resources, each using `quantity` every day; `check` would find them."""

    check: str
    service: str
    meter: Meter
    quantity: float
    count: int = 1
    name: str = "spike-2023"

    @property
    def monthly(self) -> float:
        """Dollars of 30.4 days, at list price."""
        return self.count * self.quantity * 30.4 * self.meter.price


_BLOCK, _NET = ("Storage", "Block Storage"), ("Networking", "Network Infrastructure")


def _flat(
    usage: str, operation: str, unit: str, price: float, kind: str, category: tuple[str, str]
) -> Meter:
    return Meter(usage, operation, unit, price, 1, kind, 1, Rhythm.ALWAYS, kind=category)


_COMPUTE = ("Compute", "Virtual Machines")
LEFTOVERS: tuple[Leftover, ...] = (
    Leftover(
        "ebs-unattached", "ebs",
        _flat("EBS:VolumeUsage.gp2", "CreateVolume-Gp2", "GB-Months", 0.10, "volume", _BLOCK),
        500 / 30.4, count=9,
    ),
    Leftover(
        "ebs-gp2-gp3", "ebs",
        _flat("EBS:VolumeUsage.gp2", "CreateVolume-Gp2", "GB-Months", 0.10, "volume", _BLOCK),
        1000 / 30.4, count=4, name="spike-2023-data",
    ),
    Leftover(
        "ebs-snapshot-old", "ebs",
        _flat("EBS:SnapshotUsage", "CreateSnapshot", "GB-Months", 0.05, "snapshot", _BLOCK),
        2400 / 30.4, count=2,
    ),
    Leftover(
        "natgw-idle", "network",
        _flat("NatGateway-Hours", "NatGateway", "Hours", 0.045, "natgateway", _NET), 24, count=3,
    ),
    Leftover(
        "ec2-prev-gen", "ec2",
        _flat("BoxUsage:m3.xlarge", "RunInstances", "Hours", 0.266, "instance", _COMPUTE), 24, 2,
    ),
    Leftover(
        "ec2-prev-gen", "ec2",
        _flat("BoxUsage:m4.2xlarge", "RunInstances", "Hours", 0.40, "instance", _COMPUTE), 24, 2,
    ),
    Leftover(
        "eip-idle", "vpc",
        _flat("PublicIPv4:IdleAddress", "AllocateAddressVPC", "Hours", 0.005, "elastic-ip", _NET),
        24, count=6,
    ),
    Leftover(
        "elb-idle", "alb",
        _flat("LoadBalancerUsage", "LoadBalancing:Application", "Hours", 0.0225, "loadbalancer",
              ("Networking", "Application Networking")), 24, count=2,
    ),
    Leftover(
        "kinesis-idle", "kinesis",
        _flat("Storage-ShardHour", "shardHourStorage", "Hours", 0.015, "stream",
              ("Analytics", "Streaming Analytics")), 24 * 8,
    ),
)  # fmt: skip


def service_of(leftover: Leftover) -> Service:
    return SERVICES[leftover.service]
