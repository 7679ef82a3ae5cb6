"""Publishing: only what changed, never half of a month, and never an older load over a newer."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.publishing import publishing
from bot.settings import Settings
from domain.aggregates import CUTS, WHOLE, Cut, Grain, Wanted
from domain.errors import PermanentError, TemporaryError, UserError
from domain.period import Period
from domain.query import CostQuery, Dimension
from handlers import asking
from integrations.aws.aggregates import Publisher, Served, Table, items
from integrations.aws.aggregates import publish as publish_module
from store.lake import DuckLake
from tests.aggregates.lakes import NOW, TABLE, prepared, published, put, served
from tests.peers.aws.moto_server import MotoServer

OCTOBER = Period.month(2026, 10)


def everything(dynamo: MotoServer) -> list[dict[str, Any]]:
    pages = dynamo.client("dynamodb").get_paginator("scan").paginate(TableName=TABLE)
    return [item for page in pages for item in page["Items"]]


def versions(dynamo: MotoServer) -> set[str]:
    """The versions of which there are sums."""
    keys = (item["pk"]["S"] for item in everything(dynamo))
    return {key for key in keys if key.startswith("bill#")}


def current() -> list[str]:
    return [items.partition(one) for one in Served(Table(TABLE)).known().snapshots]


def test_the_table_is_made_on_demand_and_paid_by_request(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    put(tmp_path, ["2026-10"])
    published(tmp_path)
    described = dynamo.client("dynamodb").describe_table(TableName=TABLE)["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_what_nobody_renews_ends_by_itself(
    dynamo: MotoServer, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    put(tmp_path, ["2026-10"])
    published(tmp_path)
    rows = [item for item in everything(dynamo) if item["pk"]["S"].startswith("bill#")]
    (pointer,) = (item for item in everything(dynamo) if "version" in item)
    ends = int(pointer["expires"]["N"])
    assert timedelta(days=390) < timedelta(seconds=ends - NOW.timestamp()) < timedelta(days=410)
    assert rows and all(int(row["expires"]["N"]) > ends for row in rows), "no sum before its bill"
    if "moto" in request.node.name:  # dynalite knows no time to live
        live = dynamo.client("dynamodb").describe_time_to_live(TableName=TABLE)
        assert live["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    assert published(tmp_path, later=24 * 299) == []
    (renewed,) = published(tmp_path, later=24 * 301)
    assert "2026-10" in renewed


def test_only_bills_that_changed_are_written_again(dynamo: MotoServer, tmp_path: Path) -> None:
    put(tmp_path, ["2026-09", "2026-10"])
    assert len(published(tmp_path)) == 2
    before = set(current())
    assert published(tmp_path) == []
    put(tmp_path, ["2026-09", "2026-10"], later=1)
    assert published(tmp_path, later=1) == [], "the same content, loaded again"
    put(tmp_path, ["2026-10"], cost="2", later=2)
    (said,) = published(tmp_path, later=2)
    assert said.startswith("2026-10 of 111111111111 is in costbot-aggregates: ")
    assert len(before & set(current())) == 1


def test_amounts_keep_every_digit(dynamo: MotoServer, tmp_path: Path) -> None:
    """28 digits, 12 of them after the point; DynamoDB keeps 38."""
    put(tmp_path, ["2026-10"], cost="1234567890123456.123456789012")
    published(tmp_path)
    amounts = {Decimal(item["unblended"]["N"]) for item in everything(dynamo) if "day" in item}
    assert Decimal("1234567890123456.123456789012") in amounts


def test_each_cut_adds_up_to_the_bill(dynamo: MotoServer, tmp_path: Path) -> None:
    put(tmp_path, ["2026-10"])
    published(tmp_path)
    aggregates = Served(Table(TABLE))
    (snapshot,) = aggregates.known().snapshots
    assert set(snapshot.cuts) == {cut.name for cut in (*CUTS, WHOLE)}
    for cut in (*CUTS, WHOLE):
        for grain in Grain if cut is not WHOLE else (Grain.DAY,):
            wanted = Wanted(snapshot, cut, grain, OCTOBER)
            rows = aggregates.rows([wanted], frozenset({"charge_date", "unblended_cost"}))
            total = sum((row["unblended_cost"] for row in rows), Decimal(0))
            assert total == snapshot.totals["unblended_cost"], (cut.name, grain)


def test_an_older_load_never_takes_the_place_of_a_newer(dynamo: MotoServer, tmp_path: Path) -> None:
    put(tmp_path / "new", ["2026-10"], cost="2", later=5)
    put(tmp_path / "old", ["2026-10"], cost="1", later=4)
    published(tmp_path / "new", later=5)
    before = current()
    assert published(tmp_path / "old", later=6) == []
    assert current() == before


def test_a_load_that_became_older_while_it_was_written_gives_way(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    """Both have looked, and found nothing newer; the newer one is done first."""
    put(tmp_path / "new", ["2026-10"], cost="2", later=5)
    put(tmp_path / "old", ["2026-10"], cost="1", later=4)
    publisher = Publisher(Table(TABLE))
    publisher.wanted([], NOW)
    assert publisher.publish(*prepared(tmp_path / "new"), NOW) > 0
    assert publisher.publish(*prepared(tmp_path / "old"), NOW) == 0
    (snapshot,) = Served(Table(TABLE)).known().snapshots
    assert snapshot.bill.loaded_at == NOW + timedelta(hours=5)


def sums_there(columns: frozenset[str] = frozenset({"unblended_cost"})) -> tuple[Decimal, Decimal]:
    """What the bill's newest version adds up to, and what its pointer says."""
    aggregates = Served(Table(TABLE))
    (snapshot,) = aggregates.known().snapshots
    rows = aggregates.rows([Wanted(snapshot, WHOLE, Grain.DAY, OCTOBER)], columns)
    return sum((row["unblended_cost"] for row in rows), Decimal(0)), snapshot.bill.total


def test_replicas_that_publish_at_once_mix_nothing(dynamo: MotoServer, tmp_path: Path) -> None:
    bills: list[Any] = []
    for number in range(4):
        put(tmp_path / f"{number}", ["2026-10"], cost=f"{number + 1}", later=number)
        bills.append(prepared(tmp_path / f"{number}"))
    Publisher(Table(TABLE)).wanted([], NOW)
    together = threading.Barrier(len(bills))

    def write(bill: Any) -> None:
        together.wait()
        Publisher(Table(TABLE)).publish(*bill, NOW)

    threads = [threading.Thread(target=write, args=(bill,)) for bill in bills]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    there, said = sums_there()
    assert there == said == bills[-1][0].bill.total, "the newest load, whole"


def test_a_reader_sees_the_old_month_until_the_new_one_is_whole(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    put(tmp_path, ["2026-10"], cost="1")
    published(tmp_path)
    before = sums_there()
    put(tmp_path, ["2026-10"], cost="2", later=1)
    snapshot, sums, words = prepared(tmp_path)
    seen: list[tuple[Decimal, Decimal]] = []

    def watched(cut: Cut, grain: Grain) -> Iterable[Mapping[str, Any]]:
        yield from sums(cut, grain)
        seen.append(sums_there())

    Publisher(Table(TABLE)).publish(snapshot, watched, words, NOW)
    assert set(seen) == {before}
    assert sums_there() == (snapshot.bill.total, snapshot.bill.total) != before


def test_a_publisher_that_dies_leaves_what_was_there_and_its_rest_is_cleared(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    put(tmp_path, ["2026-10"], cost="1")
    published(tmp_path)
    before, whole = sums_there(), versions(dynamo)
    put(tmp_path, ["2026-10"], cost="2", later=1)
    snapshot, sums, words = prepared(tmp_path)

    def cut_short(cut: Cut, grain: Grain) -> Iterable[Mapping[str, Any]]:
        if cut is WHOLE:
            raise TemporaryError("killed")
        return sums(cut, grain)

    publisher = Publisher(Table(TABLE))
    with pytest.raises(TemporaryError, match="killed"):
        publisher.publish(snapshot, cut_short, words, NOW)
    assert sums_there() == before and len(versions(dynamo)) == 2
    for hours in (0.5, 1.5, 2.0):
        assert publisher.sweep(NOW + timedelta(hours=hours)) == 0, "it may still be written"
    assert publisher.sweep(NOW + timedelta(hours=2.6)) > 0
    assert versions(dynamo) == whole and sums_there() == before


def test_a_version_that_was_given_up_is_never_pointed_to(
    dynamo: MotoServer, tmp_path: Path
) -> None:
    """A machine that slept for hours wakes up, and half of what it wrote is deleted."""
    put(tmp_path, ["2026-10"])
    snapshot, sums, words = prepared(tmp_path)
    publisher = Publisher(Table(TABLE))
    publisher.wanted([], NOW)

    def slept(cut: Cut, grain: Grain) -> Iterable[Mapping[str, Any]]:
        if cut is WHOLE:
            publisher.sweep(NOW + timedelta(hours=2))
        return sums(cut, grain)

    with pytest.raises(TemporaryError, match="took too long"):
        publisher.publish(snapshot, slept, words, NOW)
    assert current() == []


def test_what_was_replaced_is_deleted_an_hour_later(dynamo: MotoServer, tmp_path: Path) -> None:
    put(tmp_path, ["2026-10"], cost="1")
    published(tmp_path)
    put(tmp_path, ["2026-10"], cost="2", later=2)
    published(tmp_path, later=2)
    assert len(versions(dynamo)) == 2, "somebody may be reading it"
    published(tmp_path, later=4)
    assert versions(dynamo) == {*current()}
    marks = [item for item in everything(dynamo) if item["pk"]["S"] == "versions"]
    assert len(marks) == 1


async def test_an_answer_is_read_anew_when_its_bill_is_replaced_meanwhile(
    dynamo: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, ["2026-10"], cost="1")
    published(tmp_path)
    other = served(tmp_path / "other")
    rows, read = Served.rows, list[int]()

    def torn(aggregates: Served, wanted: Any, columns: frozenset[str]) -> list[dict[str, Any]]:
        """The first time the bill is replaced, and the old version deleted, while it is read."""
        found = rows(aggregates, wanted, columns)
        read.append(len(found))
        if len(read) == 1:
            put(tmp_path, ["2026-10"], cost="2", later=1)
            published(tmp_path, later=1)
            return found[:1]
        return found

    monkeypatch.setattr(Served, "rows", torn)
    answer = await asking.ask(other, CostQuery(OCTOBER))
    assert answer == await asking.ask(DuckLake(tmp_path), CostQuery(OCTOBER))
    assert len(read) == 2


async def test_a_bill_with_very_many_rows_is_published_in_sums(
    dynamo: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_module, "MOST_ROWS", 3)
    put(tmp_path, ["2026-10"])
    published(tmp_path)
    (snapshot,) = Served(Table(TABLE)).known().snapshots
    assert set(snapshot.cuts) == {cut.name for cut in CUTS}
    other, lake = served(tmp_path / "other"), DuckLake(tmp_path)
    by_service = CostQuery(OCTOBER, group_by=(Dimension("service"),))
    assert await asking.ask(other, by_service) == await asking.ask(lake, by_service)
    by_both = replace(by_service, group_by=(Dimension("service"), Dimension("region")))
    with pytest.raises(UserError, match="bill of 2026-10 is kept in sums here"):
        await asking.ask(other, by_both)


def test_a_table_of_somebody_else_is_left_alone(dynamo: MotoServer, tmp_path: Path) -> None:
    dynamo.client("dynamodb").create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    put(tmp_path, ["2026-10"])
    with pytest.raises(PermanentError, match=r"has the keys id, not pk and sk: name another"):
        published(tmp_path)
    assert everything(dynamo) == []


def test_a_costbot_that_serves_does_not_publish(tmp_path: Path) -> None:
    lake = DuckLake(tmp_path)
    on = Settings(aggregates_table=TABLE)
    assert [job.name for job in publishing(lake, on)] == ["publish aggregates"]
    assert publishing(lake, Settings()) == ()
    assert publishing(lake, Settings(aggregates_table=TABLE, aggregates_serve=True)) == ()
