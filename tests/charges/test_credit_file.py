"""The credits of costbot.toml: what is written is known, and a mistake is told with its place."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.credit_file import read
from domain.charge import Grant
from domain.errors import SettingsError

HERE = r"costbot\.toml, \[\[credits\]\] 1"


def written(folder: Path, text: str) -> Path:
    file = folder / "costbot.toml"
    file.write_text(text)
    return file


def test_what_is_written_is_known(tmp_path: Path):
    file = written(
        tmp_path,
        '[[credits]]\nname = "Activate"\namount = 25_000.50\nsince = 2026-03-01\n'
        '[[credits]]\nname = "Migration"\nexpires = "2027-03-31"\n',
    )
    assert read(file) == (
        Grant("Activate", Decimal("25000.50"), date(2026, 3, 1)),
        Grant("Migration", expires=date(2027, 3, 31)),
    )
    assert read(tmp_path / "none.toml") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[credits]\nname = 'a'", r"a credit is written as a list\. Write \[\[credits\]\]"),
        ("credits = [1]", HERE + r": a credit is a table"),
        ("[[credits]]\namount = 5", HERE + r", name: it is missing\. Write name ="),
        ("[[credits]]\nname = 'a'", HERE + r' "a": neither amount nor expires is there'),
        ("[[credits]]\nname = 'a'\namuont = 5", HERE + r' "a", amuont: .* Write amount\.'),
        ("[[credits]]\nname = 'a'\namount = '5'", HERE + r" \"a\", amount: '5' is no amount"),
        ("[[credits]]\nname = 'a'\namount = -5", HERE + r' "a", amount: -5 is no amount'),
        ("[[credits]]\nname = 'a'\namount = true", HERE + r' "a", amount: true is no amount'),
        ("[[credits]]\nname = 'a'\namount = nan", HERE + r' "a", amount: NaN is no amount'),
        ("[[credits]]\nname = 'a'\nexpires = 'soon'", HERE + r" \"a\", expires: 'soon' is no day"),
        ("[[credits]]\nname = 'a'\nexpires = 2027", HERE + r' "a", expires: 2027 is no day'),
        (
            "[[credits]]\nname = 'a'\nexpires = 2027-01-31\nsince = 2026-01-31",
            HERE + r' "a", since: there is no amount',
        ),
        (
            "[[credits]]\nname = 'a'\namount = 5\n[[credits]]\nname = 'A'\namount = 5",
            r"\[\[credits\]\], name: 'A' is there twice",
        ),
        ("[[credits", "cannot be read as TOML"),
    ],
)
def test_a_mistake_says_where_and_what_to_write(tmp_path: Path, text: str, told: str):
    with pytest.raises(SettingsError, match=told):
        read(written(tmp_path, text))
