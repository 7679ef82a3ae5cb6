"""How much of the unusual people want to hear: less of some teams, accounts or services."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from domain.period import Period
from domain.query import CostQuery, Dimension
from handlers import asking, replies
from handlers.grammar import owner_tag
from handlers.kinds import Context

#: What holds for everything that is not named.
EVERYTHING = ""


async def of(
    context: Context, keys: Sequence[tuple[str, str]], period: Period
) -> Mapping[int, str]:
    """The word for each account and service, by its number: of the service, the account, its
    team.
    """
    words = {name.casefold(): word for name, word in context.use.sensitivity.items()}
    usual = words.get(EVERYTHING, "normal")
    if set(words) <= {EVERYTHING}:
        return dict.fromkeys(range(len(keys)), usual)
    named = replies.names(context)
    teams = await _teams(context, period)
    found: dict[int, str] = {}
    for number, (account, service) in enumerate(keys):
        names = (service, account, named("account", account), teams.get(account, ""))
        chosen = (words[name.casefold()] for name in names if name and name.casefold() in words)
        found[number] = next(chosen, usual)
    return found


async def _teams(context: Context, period: Period) -> Mapping[str, str]:
    """The team that has most of an account's cost."""
    tag = owner_tag(context.use.lake.vocabulary(), context.use.owner_tags)
    if tag is None:
        return {}
    split = (Dimension("account"), Dimension("tag", tag))
    query = CostQuery(period, context.use.measure, split, limit=None)
    table = await asking.ask(context.use.lake, query)
    most: dict[str, tuple[Decimal, str]] = {}
    for row in table.rows:
        account, team = row.key
        if account and team:
            most[account] = max(most.get(account, (Decimal(0), "")), (row.cost, team))
    return {account: team for account, (_, team) in most.items()}
