"""AWS Organizations: what accounts are called, and in which organisational unit each is.

https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
It answers in the management account, and in accounts it has delegated to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.access import Access
from integrations.aws import failures
from integrations.aws.clients import PATIENT, client
from integrations.aws.pages import items
from integrations.calls import within
from integrations.plain import line

REGION = "us-east-1"
DEADLINE_SECONDS = 300.0
#: Units lie in units, five deep at most.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Account:
    """`unit` is its path from the root, such as `Workloads/Payments`; "" for the root itself."""

    id: str
    name: str
    unit: str
    active: bool


async def accounts(access: Access) -> tuple[Account, ...]:
    """All of the organisation, by id. Raises DeliveryError."""
    found = await within(DEADLINE_SECONDS, "AWS Organizations", _accounts, access)
    return tuple(sorted(found, key=lambda one: one.id))


def _accounts(access: Access) -> list[Account]:
    with failures.told():
        organizations = client("organizations", REGION, access, PATIENT)
        try:
            roots = [*items(organizations.list_roots, "Roots")]
            return [one for root in roots for one in _below(organizations, root["Id"], "", 0)]
        finally:
            organizations.close()


def _below(organizations: Any, parent: str, path: str, depth: int) -> Iterator[Account]:
    for one in items(organizations.list_accounts_for_parent, "Accounts", ParentId=parent):
        state = one.get("State") or one.get("Status")
        name = line(str(one.get("Name", "")), 80)
        yield Account(str(one["Id"]), name, path, state == "ACTIVE")
    if depth == _DEEPEST:
        return
    units = items(
        organizations.list_organizational_units_for_parent, "OrganizationalUnits", ParentId=parent
    )
    for unit in units:
        name = line(str(unit["Name"]), 128)
        yield from _below(organizations, unit["Id"], f"{path}/{name}".lstrip("/"), depth + 1)
