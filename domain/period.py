"""Periods: whole UTC billing days, from a first day up to, not including, an end day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The UTC days `start <= day < end`, as FOCUS and Cost Explorer count them; never empty."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period holds at least one day: {self.start} to {self.end}")

    @classmethod
    def day(cls, day: date) -> "Period":
        return cls(day, day + ONE_DAY)

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        return cls(date(year, month, 1), next_month(date(year, month, 1)))

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - ONE_DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range(self.days))

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"


def next_month(day: date) -> date:
    """The first day of the month after `day`'s."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
