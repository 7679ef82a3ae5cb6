"""AWS Organizations: the names of accounts, and their organisational units."""

from dataclasses import asdict

from bot.collectors.model import Asked, Came, Collector, chosen
from cards import words
from integrations.aws import organization

NAME = "organization"


async def collect(asked: Asked) -> Came:
    accounts = await organization.accounts(asked.settings.aws_access)
    units = {one.unit for one in accounts if one.unit}
    said = f"{words.plural(len(accounts), 'account')} in {words.plural(len(units), 'unit')}"
    return Came(said, {"accounts": [asdict(one) for one in accounts]})


COLLECTOR = Collector(NAME, chosen(NAME), collect)
