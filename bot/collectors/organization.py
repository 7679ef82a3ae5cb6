"""AWS Organizations: the names of accounts, and their organisational units.

The names are shown where the bill has none, so each machine keeps them beside its bills.
"""

import asyncio
from dataclasses import asdict

from bot.collectors.model import Asked, Came, Collector, chosen
from bot.rights import Right, asked
from cards import words
from integrations.aws import organization
from integrations.aws.permissions import ACTIONS
from store.lake.named import remember

NAME = "organization"


async def collect(wish: Asked) -> Came:
    accounts = await organization.accounts(wish.settings.aws_access)
    names = {one.id: one.name for one in accounts if one.name}
    await asyncio.to_thread(remember, wish.settings.data_dir, names)
    units = {one.unit for one in accounts if one.unit}
    said = f"{words.plural(len(accounts), 'account')} in {words.plural(len(units), 'unit')}"
    return Came(said, {"accounts": [asdict(one) for one in accounts]})


#: Roots and units of any organisation: which one it is, is known to AWS alone.
_PARENTS = ("arn:aws:organizations::*:root/o-*/r-*", "arn:aws:organizations::*:ou/o-*/ou-*")


def rights(_source: str) -> tuple[Right, Right]:
    below = (ACTIONS["ListAccountsForParent"], ACTIONS["ListOrganizationalUnitsForParent"])
    return asked("find roots", "ListRoots"), Right("ListAccounts", below, _PARENTS)


COLLECTOR = Collector(NAME, chosen(NAME), collect, rights, here=True)
