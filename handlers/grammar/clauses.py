"""The clauses of a question: what splits, what filters, which days, which measure, how many."""

from collections.abc import Sequence
from datetime import date

from analytics import periods
from analytics.comparisons import compared
from analytics.periods import NamedPeriod
from domain.period import ONE_DAY, Period
from domain.query import TIME_DIMENSIONS, CostQuery, Dimension, Measure
from handlers.grammar import keywords, teach
from handlers.grammar.cursor import Cursor
from handlers.grammar.filters import Filters
from handlers.grammar.lexicon import Lexicon
from handlers.grammar.meanings import kind_ahead
from handlers.grammar.names import MEASURES
from handlers.grammar.problem import choices
from handlers.grammar.question import Question

MOST_ROWS = 1000
_TOP_ROWS = 10


class Clauses:
    """Reads clause after clause and remembers what each one asks for."""

    def __init__(
        self, text: str, today: date, lexicon: Lexicon, commands: Sequence[str] = ()
    ) -> None:
        self._cursor = Cursor(text, today, lexicon)
        self._commands = commands
        self._groups: list[Dimension] = []
        self._filters = Filters(self._cursor)
        self._measure: Measure | None = None
        self._limit: int | None = None
        self._period: NamedPeriod | None = None
        self._versus: str | None = None
        self._versus_at = 0
        self._versus_count = 1
        self._comparing = False

    def question(self, default: Measure) -> Question:
        readers = (
            self._read_versus,
            self._read_period,
            self._read_split,
            self._read_amount,
            self._read_top,
            self._read_verb,
            self._filters.read_or,
            self._filters.read_including,
            self._filters.read_not,
            self._read_measure,
            self._filters.read_named,
            self._read_filler,
            self._read_dimension,
            self._filters.read_value,
            self._read_no_days,
            self._filters.read_owned,
            self._filters.read_like,
        )
        while not self._cursor.ended:
            if not any(reader() for reader in readers):
                raise teach.word(self._cursor, self._commands)
        return self._asked(default)

    def _asked(self, default: Measure) -> Question:
        today = self._cursor.today
        period = self._period or periods.to_date("month", today)
        compare = compared(self._versus, period, today) if self._versus else None
        earlier = self._versus in ("last week", "last month", "last quarter", "last year")
        if compare and earlier and _mostly(period, compare):
            self._cursor.at = self._versus_at
            raise teach.same_days(self._cursor, compare.label, self._versus_count)
        if self._versus and compare is None:
            self._cursor.at = self._versus_at
            raise teach.compare(self._cursor)
        groups = self._groups or ([Dimension("service")] if self._limit else [])
        query = CostQuery(
            period.period,
            self._measure or default,
            tuple(dict.fromkeys(groups)),
            tuple(self._filters.kept),
            compare.period if compare else None,
            self._limit,
        )
        measured, dated = self._measure is not None, self._period is not None
        return Question(query, period, compare, measured, self._caution(query), dated)

    def _caution(self, query: CostQuery) -> str:
        """A tag with a rival: what carries only the other one counts as having none."""
        none = [f.dimension for f in query.filters if None in f.values]
        keys = dict.fromkeys(d.key for d in (*query.group_by, *none) if d.key is not None)
        pairs = ((key, self._cursor.lexicon.rivals(key)) for key in keys)
        return " ".join(
            f"The bill also has the tag {choices(rivals)}: what carries only that counts as no "
            f"{key}."
            for key, rivals in pairs
            if rivals
        )

    def _read_versus(self) -> bool:
        cursor = self._cursor
        word = cursor.here.lower
        waiting = self._comparing and self._versus is None
        joins = waiting and word in ("with", "to", "and")
        if word not in keywords.VERSUS and not joins:
            return False
        start = cursor.at
        cursor.take()
        if word.startswith("compar"):
            if cursor.here.lower not in ("with", "to", "against"):
                self._comparing = True
                return True
            cursor.take()
        if self._versus is not None:
            raise cursor.puzzle("I can compare with one period at a time.")
        found = cursor.period(self._compared)
        if found is None and self._compares_values(start):
            return True
        if found is None and joins:
            cursor.at = start
            return False
        if found is None and not cursor.starts_clause():
            raise teach.compare(cursor)
        self._versus = found[0].words if found else "previous"
        self._versus_at = cursor.at if found else start
        self._versus_count = found[1] if found else 1
        cursor.take(found[1] if found else 0)
        return True

    def _compares_values(self, start: int) -> bool:
        """ec2 vs s3: two values of one kind beside each other, `start` being the vs."""
        kind = kind_ahead(self._cursor)
        if kind is None or not self._filters.follows_value(kind, start):
            return False
        self._groups.append(kind)
        return True

    def _compared(self, said: str, today: date) -> NamedPeriod | None:
        return compared(said, periods.dates(Period.day(today - ONE_DAY)), today)

    def _read_period(self) -> bool:
        found = self._cursor.period(apart=self._comparing and self._cursor.compares_to())
        if found is None:
            return False
        if self._period is not None:
            raise teach.two_periods(self._cursor, found[1])
        self._period = found[0]
        self._cursor.take(found[1])
        return True

    def _read_split(self) -> bool:
        """by service, account and tag:env"""
        cursor = self._cursor
        if cursor.here.lower not in keywords.BY:
            return False
        cursor.take()
        while True:
            cursor.skip(keywords.ARTICLES - {"tag", "tags"})
            found = cursor.name()
            if found is None and cursor.here.lower in ("cost", "costs", "spend", "price"):
                cursor.take()
                return True
            if found is None:
                raise teach.split(cursor)
            self._groups.append(found[0])
            cursor.take(found[1])
            if not self._another_split():
                return True

    def _another_split(self) -> bool:
        """After a comma or "and": one more dimension, unless another clause begins there."""
        cursor = self._cursor
        if cursor.here.kind != "comma" and cursor.here.lower not in ("and", "then"):
            return False
        start = cursor.at
        cursor.take()
        while cursor.here.lower in keywords.BY or cursor.here.lower == "then":
            cursor.take()
        is_filter = cursor.starts_clause() or self._filters.ahead() is not None
        if not is_filter and (cursor.name() or kind_ahead(cursor) is None):
            return True
        cursor.at = start
        cursor.take()
        return False

    def _read_top(self) -> bool:
        """top 5 services"""
        cursor = self._cursor
        leads = 1 if cursor.here.kind == "word" and keywords.number(cursor.here.text) else 0
        if cursor.ahead(leads).lower in keywords.LEAST:
            raise teach.cheapest(cursor, leads)
        if not self._superlative(leads):
            return False
        if self._limit is not None:
            raise cursor.puzzle("I can keep the top of one list at a time.")
        first = cursor.here.lower == "first"
        self._limit = self._read_number() if leads else None
        cursor.take(self._superlative(0))
        self._limit = self._limit or self._read_number() or _TOP_ROWS
        if cursor.here.lower not in ("top", "limit", "first"):
            cursor.take(self._superlative(0))
        if first and (found := cursor.name()) and found[0].name in TIME_DIMENSIONS:
            raise teach.first_days(cursor, found[1])
        if self._filters.ahead() is None and (found := cursor.name()):
            self._groups.append(found[0])
            cursor.take(found[1])
        return True

    def _superlative(self, skip: int) -> int:
        """How many tokens say "the dearest": biggest, most expensive."""
        word, after = self._cursor.ahead(skip).lower, self._cursor.ahead(skip + 1).lower
        if word == "most" and after in ("expensive", "costly"):
            return 2
        return 1 if word in keywords.TOP else 0

    def _read_number(self) -> int | None:
        cursor = self._cursor
        found = keywords.number(cursor.here.text) if cursor.here.kind == "word" else None
        if found is None:
            return None
        if not 1 <= found <= MOST_ROWS:
            raise cursor.puzzle(f"Ask for the top 1 to {MOST_ROWS}.", ("10", "100"))
        cursor.take()
        return found

    def _read_amount(self) -> bool:
        """over 1000: charges are not kept by what they cost."""
        cursor = self._cursor
        if cursor.here.lower not in keywords.AMOUNT:
            return False
        start, count = cursor.at, 1
        while cursor.ahead(count).lower in ("than", "or", "to"):
            count += 1
        cursor.take(count)
        is_amount = cursor.here.kind == "word" and keywords.is_amount(cursor.here.text)
        is_amount = is_amount and cursor.period() is None
        cursor.at = start
        if is_amount or cursor.here.lower == "than":
            raise teach.amount(cursor, count + is_amount)
        return False

    def _read_verb(self) -> bool:
        """list services: a verb where a list follows, else the measure "list price"."""
        cursor = self._cursor
        if cursor.here.lower != "list" or cursor.measure() not in (None, ("list", 1)):
            return False
        after = cursor.ahead(1)
        named = after.kind == "word" and cursor.lexicon.dimension(after.text) is not None
        if not named and after.lower not in keywords.TOP | keywords.ARTICLES | {"me"}:
            return False
        cursor.take()
        return True

    def _read_no_days(self) -> bool:
        if self._cursor.here.lower in keywords.PERIOD_STARTS:
            raise teach.no_days(self._cursor)
        return False

    def _read_measure(self) -> bool:
        found = self._cursor.measure()
        if found is None:
            return False
        if self._measure not in (None, MEASURES[found[0]]):
            raise self._cursor.puzzle("I can sum one measure at a time.", (), found[1])
        self._measure = MEASURES[found[0]]
        self._cursor.take(found[1])
        return True

    def _read_filler(self) -> bool:
        here, after = self._cursor.here, self._cursor.ahead(1)
        orders = here.lower in keywords.ORDER and after.lower == "by"
        if not orders and here.kind != "comma" and here.lower not in keywords.FILLERS:
            return False
        self._cursor.take()
        return True

    def _read_dimension(self) -> bool:
        """`services mtd` splits; `account prod` filters."""
        cursor = self._cursor
        found = cursor.name()
        if found is None:
            return False
        named_before = self._filters.follows_value(found[0])
        cursor.take(found[1])
        if named_before:
            return True
        if found[0].name in TIME_DIMENSIONS or not self._filters.read_value_of(found[0]):
            self._groups.append(found[0])
        return True


def _mostly(asked: NamedPeriod, other: NamedPeriod) -> bool:
    """Whether more than half of the days asked for are also those to compare with."""
    shared = min(asked.period.end, other.period.end) - max(asked.period.start, other.period.start)
    return 2 * shared.days > asked.period.days
