"""The filters of a question: team=payments, without credits, in eu-west-1, for lambda, ec2."""

from domain.query import TIME_DIMENSIONS, Dimension, Filter
from handlers.grammar import keywords, teach
from handlers.grammar.cursor import Cursor
from handlers.grammar.meanings import Op, could_be, kind_ahead, meanings, phrases
from handlers.grammar.problem import Puzzle
from handlers.grammar.values import Values, read_values, resolve

_OPPOSITE: dict[Op, Op] = {"=": "!=", "!=": "="}


class Filters:
    """Reads filters where the cursor stands, and keeps them; one dimension's values together."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self.kept: list[Filter] = []
        self._ended_at = -1

    def ahead(self) -> tuple[Dimension, str, int] | None:
        """A name and a comparison: the dimension, the operator and how many tokens they are."""
        cursor = self._cursor
        if cursor.here.kind == "quoted" and cursor.ahead(1).kind != "op":
            return None
        found = cursor.name()
        operator = cursor.operator(found[1]) if found else None
        if found and operator and self._only_says_in(found):
            return None
        return (found[0], operator[0], found[1] + operator[1]) if found and operator else None

    def _only_says_in(self, name: tuple[Dimension, int]) -> bool:
        """services in october, accounts in eu-west-1: no list of values follows this "in"."""
        cursor, start = self._cursor, self._cursor.at
        if cursor.ahead(name[1]).lower != "in":
            return False
        cursor.at = start + name[1] + 1
        kind = kind_ahead(cursor) if cursor.here.lower not in keywords.ARTICLES else None
        others = kind not in (None, name[0]) and not could_be(cursor, name[0])
        try:
            return others or cursor.period() is not None
        except Puzzle:
            return True
        finally:
            cursor.at = start

    def read_named(self, negated: bool = False) -> bool:
        """team=payments · region is not us-east-1 · account:prod"""
        cursor = self._cursor
        found = self.ahead()
        if found is None:
            if cursor.here.text in ("<", ">", "<=", ">=") and cursor.here.kind == "op":
                raise teach.amount(cursor, 2)
            signed = cursor.ahead(1).kind == "op" and cursor.here.lower not in keywords.FILLERS
            if signed or cursor.here.kind == "op":
                raise teach.name(cursor)
            return self._read_colon(negated)
        dimension, sign, count = found
        if sign not in ("=", "!=", "~") or (negated and sign == "~"):
            raise teach.operator(cursor, sign, count)
        if dimension.name in TIME_DIMENSIONS:
            raise teach.days(cursor, count)
        op: Op = _OPPOSITE[sign] if negated else sign
        cursor.take(count)
        values = read_values(cursor, dimension, op)
        self._keep(dimension, "=" if (dimension.name, op) == ("account", "~") else op, values)
        return True

    def read_not(self) -> bool:
        """without credits and tax · only usage · untagged team"""
        cursor = self._cursor
        word = cursor.here.lower
        if word in keywords.UNTAGGED:
            return self._read_untagged("=")
        before = word == "before" and self._charge(cursor.ahead(1).text)
        if word not in keywords.NOT | keywords.ONLY and not before:
            return False
        cursor.take()
        if word in keywords.ONLY and not cursor.ended and cursor.starts_clause():
            return True
        if word in keywords.ONLY and cursor.ended and cursor.at > 1:
            return True
        while True:
            cursor.skip(keywords.ARTICLES - {"tag", "tags"})
            if not self._read_thing(only=word in keywords.ONLY):
                raise teach.excluded(cursor, word)
            cursor.skip({"tag", "tags", "cost", "costs", "charges"})
            if not self._another_thing():
                return True

    def _another_thing(self) -> bool:
        cursor = self._cursor
        if cursor.here.kind != "comma" and cursor.here.lower not in ("and", "or", "nor"):
            return False
        cursor.take()
        return not cursor.starts_clause() and (
            (kind_ahead(cursor) is not None) or cursor.name() is not None
        )

    def _read_thing(self, only: bool) -> bool:
        """What "without" or "only" is about: a filter, a value, or a tag that is not set."""
        cursor = self._cursor
        if cursor.here.lower in keywords.UNTAGGED:
            return self._read_untagged("=" if only else "!=")
        if self.ahead() is not None:
            return self.read_named(negated=not only)
        if self.read_value("=" if only else "!="):
            return True
        found = cursor.name()
        if found is None or found[0].name in TIME_DIMENSIONS:
            return self.read_like("=" if only else "!=")
        if only and found[0].name != "tag":
            return False
        cursor.take(found[1])
        if cursor.starts_clause() or cursor.here.lower in ("tag", "tags"):
            self._keep(found[0], "!=" if only else "=", (None,))
        else:
            op: Op = "=" if only else "!="
            self._keep(found[0], op, read_values(cursor, found[0], op))
        return True

    def read_value(self, op: Op = "=") -> bool:
        """A value that stands alone: ec2, eu-west-1, an account's name, credits."""
        cursor = self._cursor
        for said, count in phrases(cursor):
            meant = meanings(cursor, said)
            after = cursor.ahead(count)
            named = cursor.lexicon.dimension(after.text) if after.kind == "word" else None
            meant = [one for one in meant if one[0] == named] or meant
            if len(meant) > 1:
                pairs = [(of, value) for of, _, values in meant for value in values if value]
                raise teach.several(cursor, said, pairs, count)
            if meant:
                dimension, found, values = meant[0]
                if (op == "!=" and found == "~") or self._adds_other(dimension):
                    raise teach.inside(cursor, said, count)
                self._keep(dimension, op if found == "=" else found, values, joins=True)
                cursor.take(count)
                self._ended_at = cursor.at
                return True
        return False

    def _adds_other(self, dimension: Dimension) -> bool:
        """s3 and nat: what is billed inside services cannot be added to a service."""
        cursor = self._cursor
        joint = cursor.tokens[cursor.at - 1] if cursor.at else None
        if joint is None or (joint.kind != "comma" and joint.lower != "and"):
            return False
        names = {dimension.name, self.kept[-1].dimension.name if self.kept else ""}
        return self._ended_at == cursor.at - 1 and names == {"service", "usage_type"}

    def read_or(self) -> bool:
        """ec2 or rds: values of one kind; anything else that "or" could join is refused."""
        cursor = self._cursor
        if cursor.here.lower != "or":
            return False
        start, kept = cursor.at, self.kept[-1] if self._ended_at == cursor.at else None
        cursor.take()
        cursor.skip(keywords.ARTICLES)
        found = [m for said, _ in phrases(cursor) for m in meanings(cursor, said)][:1]
        if kept and found and (found[0][0], found[0][1]) == (kept.dimension, kept.op):
            return True
        cursor.at = start
        raise cursor.puzzle(
            "'or' joins values of one kind, such as: ec2 or s3. Other conditions hold together.",
            ("and",),
        )

    def read_including(self) -> bool:
        """with credits: they are counted anyway, so nothing is filtered."""
        cursor = self._cursor
        word, start = cursor.here.lower, cursor.at
        if word not in keywords.INCLUDING:
            return False
        cursor.take()
        cursor.skip(keywords.ARTICLES)
        taken = False
        while self._charge(cursor.here.text) and self.ahead() is None:
            cursor.take()
            taken = True
            if self._charge(cursor.ahead(1).text) and (
                cursor.here.kind == "comma" or cursor.here.lower == "and"
            ):
                cursor.take()
        if taken and cursor.here.lower not in keywords.ONLY:
            return True
        cursor.at = start
        if word == "with":
            return False
        raise cursor.puzzle(
            "Everything is counted unless you leave it out or ask for it alone, such as: "
            "without credits, or only tax.",
            ("only",),
        )

    def _charge(self, said: str) -> bool:
        return bool(said and self._cursor.lexicon.exact(Dimension("charge"), said))

    def _read_untagged(self, op: Op) -> bool:
        """untagged · untagged env · untagged ec2: what follows, if no tag, filters for itself."""
        cursor = self._cursor
        cursor.take()
        keys = 0
        while (found := self._key_ahead()) is not None:
            self._keep(found[0], op, (None,))
            cursor.take(found[1])
            keys += 1
            start = cursor.at
            if cursor.here.kind == "comma" or cursor.here.lower == "and":
                cursor.take()
            if self._key_ahead() is None:
                cursor.at = start
                break
        if not keys:
            self._keep(teach.owner(cursor), op, (None,))
        return True

    def _key_ahead(self) -> tuple[Dimension, int] | None:
        """The name of a tag, when no comparison follows it."""
        cursor = self._cursor
        found = cursor.name() if cursor.here.lower not in keywords.FILLERS else None
        is_key = found is not None and found[0].name == "tag" and self.ahead() is None
        return found if is_key else None

    def read_owned(self) -> bool:
        """A value before the tag it is of: the payments team."""
        cursor = self._cursor
        said, tag = cursor.here, cursor.ahead(1)
        if said.kind not in ("word", "quoted") or tag.kind != "word":
            return False
        dimension = cursor.lexicon.dimension(tag.text)
        if dimension is None or dimension.name != "tag" or cursor.ahead(2).kind == "op":
            return False
        self._keep(dimension, "=", resolve(cursor, dimension, said.text, "="))
        cursor.take(2)
        return True

    def follows_value(self, dimension: Dimension, at: int | None = None) -> bool:
        """Whether a value of the dimension stands just before: the payments prod account."""
        at = self._cursor.at if at is None else at
        return self._ended_at == at and self.kept[-1].dimension == dimension

    def read_like(self, op: Op = "=") -> bool:
        """A part of one service's or account's name; raises Puzzle when it is part of several."""
        cursor = self._cursor
        for said, count in phrases(cursor):
            found = cursor.lexicon.bare_like(said)
            if len(found) > 1:
                raise teach.several(cursor, said, found, count)
            if found:
                self._keep(found[0][0], op, (found[0][1],))
                cursor.take(count)
                self._ended_at = cursor.at
                return True
        return False

    def read_value_of(self, dimension: Dimension) -> bool:
        """The value after a name without a sign: account prod, team payments."""
        cursor = self._cursor
        if cursor.here.kind not in ("word", "quoted") or cursor.starts_clause():
            return False
        if cursor.lexicon.lists(dimension) and not could_be(cursor, dimension):
            return False
        if cursor.name() is not None:
            return False
        if (
            dimension.name == "tag"
            and (kind_ahead(cursor) is not None)
            and not could_be(cursor, dimension)
        ):
            return False
        self._keep(dimension, "=", read_values(cursor, dimension, "="))
        return True

    def _read_colon(self, negated: bool) -> bool:
        """region:us-east-1, as other search boxes write it."""
        cursor = self._cursor
        name, colon, value = cursor.here.text.partition(":")
        known = cursor.lexicon.dimension(name) if colon and cursor.here.kind == "word" else None
        if known is None or known.name in TIME_DIMENSIONS or not value:
            return False
        op: Op = "!=" if negated else "="
        self._keep(known, op, resolve(cursor, known, value, op))
        cursor.take()
        return True

    def _keep(self, dimension: Dimension, op: Op, values: Values, joins: bool = False) -> None:
        """`ec2 s3` asks for both: a second "=" or "!=" of a dimension joins the first."""
        for place, kept in enumerate(self.kept):
            if (kept.dimension, kept.op) == (dimension, op) and (joins or op != "~"):
                joined = tuple(dict.fromkeys((*kept.values, *values)))
                self.kept[place] = Filter(dimension, op, joined)
                return
        self.kept.append(Filter(dimension, op, values))
