"""The fleet: every resource that costs something every day, as columns of equal length."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from integrations.demo.catalogue import (
    LADDERS,
    SERVICES,
    Meter,
    Rhythm,
    Service,
    resource_template,
)
from integrations.demo.forgotten import LEFTOVERS, service_of
from integrations.demo.organisation import ACCOUNTS, REGIONS, Account, account_id, tags_of

DAYS_A_MONTH = 30.4
#: Dollars a month below which a meter or a copy is left out, for a bill of readable size.
WORTH_A_ROW = 80
#: Kinds of which one runs at most 24 hours a day.
WHOLE = frozenset(
    (
        "instance", "db", "cache", "natgateway", "loadbalancer", "warehouse", "domain", "kafka",
        "cluster", "mlendpoint", "connection", "emr", "training", "notebook",
    )
)  # fmt: skip
#: Services that run in an account's second region, too.
EVERYWHERE = frozenset(("ec2", "ebs", "rds", "network", "alb", "cloudwatch", "s3"))
#: How far a meter's busiest day is above its mean.
PEAK = {Rhythm.DAILY: 1.6, Rhythm.BATCH: 1.6}


@dataclass(frozen=True, slots=True)
class Line:
    """One meter of one account in one region. `daily` is a quantity, `discount` a private one."""

    account: Account
    region: str
    service: Service
    meter: Meter
    daily: float
    copies: int
    key: str
    forgotten: str = ""
    discount: tuple[str, float] = ("EdpDiscount", 0.03)
    first: int = 0
    last: int = 10**9
    app: str = ""
    name: str = ""

    @property
    def usage_type(self) -> str:
        return REGIONS[self.region][1] + self.meter.usage_type

    @property
    def price(self) -> float:
        return round(self.meter.price * REGIONS[self.region][2], 10)

    @property
    def hourly(self) -> bool:
        return _hourly(self.meter)


@dataclass(frozen=True, slots=True)
class Fleet:
    """`lines`, and per resource: its line, its quantity a day, its life, its id and its tags."""

    lines: tuple[Line, ...]
    line: NDArray[np.int32]
    daily: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    ids: list[str | None] = field(repr=False)
    apps: list[str] = field(repr=False)
    tags: list[dict[str, str] | None] = field(repr=False)

    def __len__(self) -> int:
        return len(self.line)

    def per_resource(self, value: Callable[[Line], float]) -> NDArray[np.float64]:
        return np.array([value(line) for line in self.lines], dtype=np.float64)[self.line]


def build(
    first_day: int, last_day: int, seed: int, scale: float, extras: tuple[Line, ...]
) -> Fleet:
    """The organisation's resources; `scale` splits the same money among more of them."""
    lines = (*_lines(scale), *_leftovers(), *extras)
    rng = np.random.default_rng([seed, 1])
    resources = [piece for line in lines for piece in _resources(line, first_day, last_day, rng)]
    number = {line.key: place for place, line in enumerate(lines)}
    owners = np.array([number[line.key] for line, *_ in resources], dtype=np.int32)
    copies = [copy for _, copy, *_ in resources]
    apps = [line.app or _app(line, copy) for line, copy, *_ in resources]
    daily = np.array([quantity for _, _, quantity, *_ in resources])
    return Fleet(
        lines=lines,
        line=owners,
        daily=daily,
        first=np.array([first for *_, first, _ in resources], dtype=np.int64),
        last=np.array([last for *_, last in resources], dtype=np.int64),
        ids=[_identify(lines[owner], copy) for owner, copy in zip(owners, copies, strict=True)],
        apps=apps,
        tags=_tags(lines, owners, daily, apps, rng),
    )


def _lines(scale: float) -> list[Line]:
    return [
        _line(account, region, key, meter, dollars, scale)
        for account in ACCOUNTS
        for key, whole in account.spend.items()
        for region, part in _places(account, key, whole * scale)
        for meter, dollars in _meters(key, whole * part, scale)
    ]


def _places(account: Account, key: str, dollars: float) -> list[tuple[str, float]]:
    """A quarter of the larger bills is spent in the second region."""
    if key not in EVERYWHERE or len(account.regions) == 1 or dollars < 12 * WORTH_A_ROW:
        return [(account.regions[0], 1.0)]
    return [(account.regions[0], 0.75), (account.regions[1], 0.25)]


def _meters(key: str, dollars: float, scale: float) -> list[tuple[Meter, float]]:
    """The service's meters with their money; what is not worth a row goes to the others."""
    meters = SERVICES[key].meters
    worth = [meter for meter in meters if dollars * meter.share * scale >= WORTH_A_ROW]
    kept = worth or [max(meters, key=lambda meter: meter.share)]
    shares = sum(meter.share for meter in kept)
    return [(meter, dollars * meter.share / shares) for meter in kept]


def _line(
    account: Account, region: str, key: str, meter: Meter, dollars: float, scale: float
) -> Line:
    spend = dollars * np.exp(-account.growth / 2)
    factor = REGIONS[region][2]
    if meter.ladder:
        meter = _step(meter, spend / factor, scale)
    daily = spend / (DAYS_A_MONTH * meter.price * factor)
    if meter.rhythm is Rhythm.MONTHLY:
        daily *= DAYS_A_MONTH
    discount = ("EdpDiscount", 0.03)
    if key == "cloudfront":
        discount = ("PrivateRateDiscount", 0.22)
    if meter.commitment:
        discount = ("", 0.0)
    name = f"{account.name}/{region}/{key}/{meter.usage_type}"
    return Line(account, region, SERVICES[key], meter, daily, _copies(meter, daily, scale), name,
                discount=discount)  # fmt: skip


def _step(meter: Meter, dollars: float, scale: float) -> Meter:
    """The smallest size of the ladder that needs no more than two resources (times scale)."""
    ladder = LADDERS[meter.ladder]
    fits = (step for step in ladder if dollars / (step[1] * 24 * DAYS_A_MONTH) <= 2 * scale)
    size, price = next(fits, ladder[-1])
    return replace(meter, usage_type=meter.usage_type.format(size=size), price=price)


def _hourly(meter: Meter) -> bool:
    return meter.resource in WHOLE and meter.unit == "Hours"


def _copies(meter: Meter, daily: float, scale: float) -> int:
    if _hourly(meter):
        hours = 24 / PEAK.get(meter.rhythm, 1.0)
        return max(1, round(daily / hours))
    most = scale * daily * meter.price * DAYS_A_MONTH / WORTH_A_ROW
    return max(1, round(min(meter.copies * scale, most))) if meter.resource else 1


def _leftovers() -> list[Line]:
    home = next(account for account in ACCOUNTS if account.forgotten)
    return [
        Line(home, home.regions[0], service_of(left), left.meter, left.quantity * left.count,
             left.count, f"{home.name}/leftover/{nth}", forgotten=left.check, name=left.name)
        for nth, left in enumerate(LEFTOVERS)
    ]  # fmt: skip


def _resources(
    line: Line, first_day: int, last_day: int, rng: np.random.Generator
) -> list[tuple[Line, int, float, int, int]]:
    """(line, copy, quantity a day, first day, last day) of each resource of a line."""
    life = (max(first_day, line.first), min(last_day, line.last))
    if line.hourly and line.meter.rhythm is Rhythm.ALWAYS:
        made = [(line, copy, 24.0, *life) for copy in range(line.copies)]
        grown = 0 if line.meter.commitment or line.forgotten else line.copies * line.account.growth
        starts = np.linspace(first_day, last_day, round(grown) + 2)[1:-1]
        return made + [
            (line, line.copies + nth, 24.0, int(start), life[1]) for nth, start in enumerate(starts)
        ]
    parts = np.full(line.copies, 1.0) if line.forgotten else rng.uniform(0.4, 1.0, line.copies)
    return [
        (line, copy, float(line.daily * part), *life)
        for copy, part in enumerate(parts / parts.sum())
    ]


def _identify(line: Line, copy: int) -> str | None:
    if not line.meter.resource:
        return None
    template = resource_template(line.meter.resource, line.service.code)
    owner = _thing(line)
    digest = hashlib.blake2b(f"{owner}#{copy}".encode(), digest_size=8).hexdigest()
    plain = line.name or f"{line.account.name}-{line.meter.resource}"
    return template.format(
        hex=digest, HEX=digest[:13].upper(), name=f"{plain}-{digest[:6]}", region=line.region,
        account=account_id(line.account.name),
    )  # fmt: skip


def _app(line: Line, copy: int) -> str:
    """One of the account's apps; the same for all meters of a resource."""
    apps = line.account.apps
    return apps[(crc32(_thing(line).encode()) + copy) % len(apps)]


def _thing(line: Line) -> str:
    """Meters of one service on one kind of resource are billed on the same resources."""
    if line.name:
        return f"{line.account.name}/{line.region}/{line.name}/{line.meter.resource}" + (
            f"/{line.meter.usage_type}" if line.forgotten else ""
        )
    same = line.key.rsplit("/", 1)[0]
    own = line.meter.usage_type if line.meter.resource in ("instance", "volume") else ""
    return f"{same}/{line.meter.resource}/{own}"


def _tags(
    lines: tuple[Line, ...],
    owners: NDArray[np.int32],
    daily: NDArray[np.float64],
    apps: list[str],
    rng: np.random.Generator,
) -> list[dict[str, str] | None]:
    """Tags as people leave them: some resources have none, some keys and values are misspelt.

    The dearest resources, the planted ones and team ml's are tagged with care.
    """
    bill = daily * np.array([_paid(line) for line in lines])[owners]
    careful = np.array([bool(lines[owner].app or lines[owner].account.team == "ml")
                        for owner in owners]) | (bill > bill.sum() / 200)  # fmt: skip
    order = rng.permutation(len(owners))
    place = np.empty(len(owners))
    place[order] = np.cumsum(np.where(careful, 0.0, bill)[order]) / bill.sum()
    return [
        _mangle(tags_of(lines[owner].account, app), 1.0 if neat else at)
        for owner, app, at, neat in zip(owners, apps, place.tolist(), careful.tolist(), strict=True)
    ]


def _paid(line: Line) -> float:
    """Dollars a day of one unit a day: nothing where a commitment pays."""
    days = DAYS_A_MONTH if line.meter.rhythm is Rhythm.MONTHLY else 1.0
    return 0.0 if line.meter.commitment else line.price / days


def _mangle(tags: dict[str, str], at: float) -> dict[str, str] | None:
    if at < 0.10:
        return None
    if at < 0.13:
        return {"Team": tags["team"], **{key: tags[key] for key in ("env", "app")}}
    if at < 0.16:
        typos = {"prod": "prd", "staging": "stage", "dev": "Dev"}
        return tags | {"env": typos.get(tags["env"], "PROD")}
    if at < 0.18:
        return {"app": tags["app"], "owner": f"{tags['team']}@northwind.example"}
    return {key: tags[key] for key in ("team", "env", "app")} if at < 0.30 else tags
