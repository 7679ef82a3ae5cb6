"""The pages that follow from the code: `python -m bot.docs` writes them, a test compares them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from analytics import periods
from analytics.comparisons import compared
from bot import registry
from bot.manifest import DEPLOY
from cards import data
from domain.answer import CostRow, CostTable
from domain.money import Money
from domain.period import Period
from domain.ports import Vocabulary
from domain.query import ChargeType, CostQuery, Dimension, Measure
from handlers.grammar import parse, render
from handlers.grammar.names import DIMENSION_NAMES, SERVICE_ALIASES
from handlers.kinds import Command

ROOT = Path(__file__).parent.parent

#: The day on which the examples are read, and the bill that they are read against.
TODAY = date(2026, 11, 23)
BILL = Vocabulary(
    values={
        "service": ("Amazon Elastic Compute Cloud", "Amazon Simple Storage Service"),
        "account": ("111122223333",),
        "region": ("eu-west-1", "us-east-1"),
        "usage_type": ("EUW1-NatGateway-Hours",),
    },
    tag_keys=("env", "team"),
    account_names={"111122223333": "Data Platform"},
)

PERIODS = (
    *("today", "yesterday", "last 7d", "last week", "last 2 weeks", "mtd", "this month"),
    *("last month", "last 3 months", "qtd", "ytd", "last year", "2026-10", "october", "q3 2026"),
    *("2025", "2026-10-05", "monday", "since monday", "since 2026-11-10"),
    *("2026-10-01..2026-10-15", "from 1 oct to 15 oct"),
)
COMPARISONS = ("previous", "last month", "last year", "2026-09")
FILTERS = (
    *("where team=payments", "where team=payments, search", "where region!=us-east-1"),
    *("where service~database", 'where account="Data Platform"', "where team=none"),
    *("where team=payments and region=eu-west-1", "without tax and credits", "only usage"),
    *("ec2", "nat", "not ec2"),
)

MEASURES = {
    Measure.UNBLENDED: "what each charge cost on the day it was charged",
    Measure.NET_UNBLENDED: "the same after private discounts; also: billed, invoiced",
    Measure.AMORTISED: "fees of reservations and Savings Plans spread over what they cover",
    Measure.NET_AMORTISED: "the same after private discounts; also: effective",
    Measure.LIST: "public prices, without any discount",
}
CHARGES = {
    ChargeType.USAGE: "what was used",
    ChargeType.COMMITMENT: "fees of reservations and Savings Plans, and what they left unused",
    ChargeType.CREDIT: "promotional and other credits",
    ChargeType.REFUND: "money given back",
    ChargeType.TAX: "VAT, sales tax",
    ChargeType.SUPPORT: "AWS Support",
    ChargeType.MARKETPLACE: "what other vendors sell through AWS Marketplace",
    ChargeType.OTHER: "everything else",
}

HEAD = """\
# What you can ask

`make docs` writes this page from the code.

The words are the same everywhere:

| where | how |
|---|---|
| Slack | `/cost by service last 7d`, `@costbot by service last 7d`, or a direct message |
| Teams | `@costbot by service last 7d`, or without the name in a chat with the bot |
| terminal | `python -m bot ask by service last 7d` |

Clauses come in any order, case does not matter, and small words (show me, the, of) are skipped.
A word that costbot does not know is answered with the nearest ones that it does.

## Commands
"""
WORDS = """
## Days

Days are UTC billing days. Without any, a question is about the month to date. This is what the
words mean on Monday 23 November 2026:
"""
VERSUS = """
## Comparisons

`vs` compares with other days. On the same Monday, for `mtd` (1 to 22 November):
"""
SPLITS = """
## Splits

`by` splits the cost by one thing or several: `by service, account`. `top 5 services` keeps the
largest. Any tag of the bill is a split too, by its key: `by team`, `by tag:env`. Spaces,
underscores and plurals do not matter.
"""
FILTERING = """
## Filters

`=` is, `!=` is not, `~` contains. Several values of one thing are separated by commas, several
filters by `and`. A value with spaces goes in quotes. `none` is a charge that has no value there.
"""
JSON_HEAD = """
## Answers for programs

`python -m bot ask --json <words>` prints one object and leaves with 0, or with 1 when the question
could not be answered. `text` is the answer in words, `card` the same as blocks, and `data` the
numbers, or null when there are none:
"""
JSON_TAIL = """
- Amounts are exact decimals as text, with every digit of the bill. Do not read them as floats.
- `rows` add up to `total` exactly. What a limit leaves out is the last row, called "3 others".
- `period` is half open: the first day is inside, the second is not.
- A question with `vs` adds the columns `previous` and `change`, and `previous_total`.
- A missing value, such as a tag that is not set, is null.
- `settled_through` is the newest day that will hardly change any more; AWS corrects newer ones.
"""


def main() -> None:
    """Write every page."""
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        print(path.relative_to(ROOT))


def pages() -> dict[Path, str]:
    """Every page by where it belongs."""
    found = _in_reading_order(registry.commands().values())
    return {
        ROOT / "docs" / "commands.md": commands_page(found),
        DEPLOY / "teams" / "manifest.json": teams_manifest(found),
    }


def commands_page(commands: Sequence[Command]) -> str:
    """Commands, the words of a question, and answers for programs."""
    return "".join(
        [
            HEAD,
            *(_command(command) for command in commands),
            WORDS,
            _table(("words", "are", "first day", "last day"), map(_period, PERIODS)),
            VERSUS,
            _table(("words", "are", "first day", "last day"), map(_comparison, COMPARISONS)),
            SPLITS,
            _table(("split", "also called"), map(_dimension, DIMENSION_NAMES)),
            FILTERING,
            _table(("words", "are read as"), map(_filter, FILTERS)),
            "\nShort names of services: " + ", ".join(map(_code, SERVICE_ALIASES)) + ".\n",
            "\n## Measures\n\nOne word chooses which price is summed.\n",
            _table(("measure", "is"), ((_code(m), MEASURES[m]) for m in Measure)),
            "\n## Charge types\n\nFor `by charge type`, `only …` and `without …`.\n",
            _table(("charge type", "is"), ((_code(kind), CHARGES[kind]) for kind in ChargeType)),
            JSON_HEAD,
            f"\n```json\n{_answer()}\n```\n",
            JSON_TAIL,
        ]
    )


def teams_manifest(commands: Sequence[Command]) -> str:
    """The committed manifest with the commands that Teams offers while somebody types."""
    manifest = json.loads((DEPLOY / "teams" / "manifest.json").read_text())
    offered = sorted(commands, key=lambda command: command.name != "help")
    (manifest["bots"][0]["commandLists"][0])["commands"] = [
        {"title": command.name, "description": command.summary} for command in offered[:12]
    ]
    return json.dumps(manifest, indent=2) + "\n"


def _in_reading_order(commands: Iterable[Command]) -> list[Command]:
    """Those that need no name of their own first."""
    return sorted(commands, key=lambda command: command.usage[0].startswith(command.name))


def _command(command: Command) -> str:
    lines = ["", f"### {command.name}", "", f"{command.summary}.", ""]
    lines += [f"    {_said(usage)}" for usage in command.usage]
    if command.aliases:
        lines += ["", "Also: " + ", ".join(map(_code, command.aliases)) + "."]
    examples = [f"- {_code(_said(example))}" for example in command.examples]
    return "\n".join([*lines, "", "For example:", "", *examples]) + "\n"


def _said(words: str) -> str:
    return f"/cost {words}".strip()


def _period(words: str) -> tuple[str, ...]:
    named = periods.read(words, TODAY)
    if named is None:
        raise ValueError(f"{words!r} is no period")
    return _code(words), named.label, str(named.period.start), str(named.period.last)


def _comparison(words: str) -> tuple[str, ...]:
    named = compared(words, periods.to_date("month", TODAY), TODAY)
    if named is None:
        raise ValueError(f"{words!r} is no comparison")
    return _code(f"vs {words}"), named.label, str(named.period.start), str(named.period.last)


def _dimension(name: str) -> tuple[str, ...]:
    others = (other for other in DIMENSION_NAMES[name] if other != name.replace("_", ""))
    return _code(name.replace("_", " ")), ", ".join(others)


def _filter(words: str) -> tuple[str, ...]:
    return _code(words), _code(render(parse(words, TODAY, BILL)).removesuffix(" mtd"))


def _answer() -> str:
    table = CostTable(
        CostQuery(Period.month(2026, 10), group_by=(Dimension("service"),), limit=1),
        (CostRow(("Amazon Elastic Compute Cloud",), Decimal("1234.5678901")),),
        Money(Decimal("1300.0678901"), "USD"),
        rest=CostRow((), Decimal("65.5")),
        rest_count=3,
    )
    return json.dumps(data.table(table) | {"settled_through": "2026-10-31"}, indent=2)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _code(text: str) -> str:
    return f"`{text}`"


if __name__ == "__main__":
    main()
