"""The command line, from the words typed to what is printed."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from tests.lake.bills import write_csv
from tests.walks.conftest import EC2, NASTY, ROWS, S3


@pytest.fixture(autouse=True)
def here(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but the data folder, and no costbot.toml beside the tests."""
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(data_dir))
    monkeypatch.chdir(tmp_path)


def asked(capsys: pytest.CaptureFixture[str], words: str) -> dict[str, Any]:
    assert main(["ask", "--json", *words.split()]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_total_is_the_sum_of_the_bill_to_the_last_digit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = asked(capsys, "total 2026-10")["data"]
    assert (data["total"], data["currency"], data["measure"]) == ("100.1", "USD", "unblended")
    assert data["period"] == ["2026-10-01", "2026-11-01"]
    assert data["columns"] == ["cost"]
    assert data["rows"] == [["100.1"]]


def test_a_split_has_a_row_for_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    data = asked(capsys, "by service 2026-11 vs 2026-10")["data"]
    assert data["columns"] == ["service", "cost", "previous", "change"]
    assert data["rows"] == [[EC2, "54.03", "60.03", "-6"], [S3, "10.02", "40.07", "-30.05"]]
    assert (data["total"], data["previous_total"]) == ("64.05", "100.1")


def test_the_answer_is_also_there_as_words_and_as_a_card(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = asked(capsys, "by team 2026-10")
    assert "$100.10" in answer["text"]
    kinds = [block["kind"] for block in answer["card"]["blocks"]]
    assert kinds == ["text", "chart", "table", "note", "buttons"]
    assert [NASTY, "40.07"] in answer["data"]["rows"]


def test_days_are_settled_two_days_after_they_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "total 2026-11")["data"]["settled_through"] == "2026-11-21"


def test_a_question_that_makes_no_sense_teaches_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["ask", "by", "colour"]) == 1
    said = capsys.readouterr().out
    assert "I cannot split by 'colour'. Try one of: service, account, region" in said


def test_days_without_a_bill_are_not_free_of_charge(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "total", "2025-03"]) == 1
    assert "No loaded bill covers Mar 2025" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    ["where service~zzz 2026-10", "resource i-0 2026-10", "by day where resource=i-0 2026-10"],
)
def test_nothing_that_matches_is_not_a_cost_of_nothing(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked(capsys, words)
    assert answer["text"].split("\n\n")[1:3] == ["$0.00", "No charge matches."]
    assert "table" not in [block["kind"] for block in answer["card"]["blocks"]]


def test_where_every_charge_has_the_tag_there_is_nothing_to_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = asked(capsys, "untagged team 2026-10")
    assert "$0.00 of $100.10 (0.0 %) has no team tag." in answer["text"]
    assert [block["kind"] for block in answer["card"]["blocks"]] == ["text", "note", "buttons"]


def test_charges_that_cancel_out_are_a_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "data"))
    rows = [ROWS[0], ROWS[0] | {"BilledCost": "-60.03", "ServiceName": S3}]
    assert main(["load", str(write_csv(tmp_path / "bill.csv", rows))]) == 0
    capsys.readouterr()
    assert "No charge matches" not in asked(capsys, "total 2026-10")["text"]


def test_loading_says_what_it_did_and_twice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "data"))
    bill = write_csv(tmp_path / "bill.csv", ROWS)
    assert main(["load", str(bill)]) == 0
    assert "2026-10  111111111111  2 rows  $100.10  loaded" in capsys.readouterr().out
    assert main(["load", str(bill)]) == 0
    assert "2026-10  111111111111  2 rows  $100.10  unchanged" in capsys.readouterr().out
    write_csv(bill, [*ROWS[:1], ROWS[1] | {"BilledCost": "41.07"}, *ROWS[2:]])
    assert main(["load", str(bill)]) == 0
    assert "$101.10  restated, +$1.00" in capsys.readouterr().out
    assert main(["ask", "status"]) == 0
    assert "+$1.00" in capsys.readouterr().out


def test_a_broken_file_is_one_clear_line_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COSTBOT_DATA_DIR", str(tmp_path / "data"))
    bill = write_csv(tmp_path / "bill.csv", [*ROWS, ROWS[0] | {"BilledCost": "much"}])
    assert main(["load", str(bill)]) == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("costbot: ")
    for part in ("bill.csv", "line 7", "BilledCost"):
        assert part in said


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COSTBOT_BIND", "everywhere")
    assert main(["ask"]) == 1
    assert "COSTBOT_BIND" in capsys.readouterr().err


def test_the_list_names_every_command_and_action(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    for name in ("overview", "spend", "movers", "untagged", "status", "help", "ask", "share"):
        assert f" {name} " in said
