"""Every error of ours, by what the caller should do about it.

CostbotError
├── UserError          tell the person; the message says what to do next
│   ├── NoBillError        nothing is loaded yet
│   ├── OnlySumsError      the question needs charges, and there are only sums of them
│   └── FormError          a field of a form is wrong: show what beside it
├── InputError         a file is wrong: fix it at the named line and column
├── SettingsError      a setting is wrong: stop the start and name it
└── DeliveryError      an outside system did not take what we sent
    ├── TemporaryError     try again, not before `retry_after` seconds; it may have been taken
    │   └── NotTakenError      the same, and it is certain that nothing was taken
    │       └── TooSoonError       this one has to wait; the others need not
    └── PermanentError     trying again cannot help
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath


class CostbotError(Exception):
    """The root: whatever costbot raises on purpose."""


class UserError(CostbotError):
    """Something the person can put right; `suggestions` are whole commands to offer as buttons."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class NoBillError(UserError):
    """There is nothing to answer from."""

    def __init__(self) -> None:
        super().__init__("No bill is loaded yet. Load one with: python -m bot load <path>")


class OnlySumsError(UserError):
    """Whoever answers has sums of the bill and not the bill; who has that can be asked."""


class FormError(UserError):
    """What a person filled in cannot be used; `faults` say why, by the name of the field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


@dataclass
class InputError(CostbotError):
    """A bill that cannot be read; `line` counts physical lines from 1, the header included."""

    problem: str
    file: str | PurePath
    line: int | None = None
    column: str | None = None
    advice: str = ""

    def __str__(self) -> str:
        where = str(self.file)
        where += f", line {self.line}" if self.line is not None else ""
        where += f", column {self.column}" if self.column else ""
        return f"{where}: {self.problem}" + (f" {self.advice}" if self.advice else "")


class SettingsError(CostbotError):
    """A setting that is missing or makes no sense; the message names it."""


class DeliveryError(CostbotError):
    """An outside system did not take what we sent."""


class TemporaryError(DeliveryError):
    """Worth another try, `retry_after` seconds from now at the earliest."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotTakenError(TemporaryError):
    """The other side did not take it, so that sending it again cannot have its effect twice.

    A `retry_after` is what it asked of everybody.
    """


class TooSoonError(NotTakenError):
    """Nothing was tried: `retry_after` has to pass for this copy, while others may go on."""


class PermanentError(DeliveryError):
    """The same request will be refused again."""
