"""A row that cannot be read: the error names the file, the line and the column."""

import csv
import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.lake.bills import FOCUS_ROW, put
from tests.lake.wrong import AGAIN, CUT, GOOD, HEADER, KNOWN, TWO_LINES, refusal, row, text
from tests.shared import SHARED, needs_shared

CELLS: list[tuple[str, list[str], str]] = [
    (
        "text in a cost",
        [GOOD, TWO_LINES, row(BilledCost="twelve")],
        f"line 5, column BilledCost: 'twelve' is not an amount. {CUT}",
    ),
    (
        "a thousands separator",
        [row(EffectiveCost="1,000.00")],
        f"line 2, column EffectiveCost: '1,000.00' is not an amount. {CUT}",
    ),
    (
        "a date of another country",
        [GOOD, row(ChargePeriodStart="9/2/2023")],
        f"line 3, column ChargePeriodStart: '9/2/2023' is not a date. {CUT}",
    ),
    (
        "a day that is none",
        [row(BillingPeriodStart="2026-02-30")],
        f"line 2, column BillingPeriodStart: '2026-02-30' is not a date. {CUT}",
    ),
    (
        "a date far away",
        [TWO_LINES, row(ChargePeriodStart="0026-10-05")],
        "line 4, column ChargePeriodStart: the date makes no sense.",
    ),
    (
        "no cost at all",
        [TWO_LINES, GOOD, "", row(BilledCost="")],
        "line 6, column BilledCost: a row has no value here.",
    ),
    (
        "no account",
        [row(BillingAccountId="NULL")],
        "line 2, column BillingAccountId: a row has no value here.",
    ),
    (
        "tags that are no JSON",
        [row(Tags="team=payments")],
        f"line 2, column Tags: 'team=payments' is not a JSON object. {CUT}",
    ),
    (
        "tags that are a list",
        [GOOD, TWO_LINES, row(Tags='["payments"]')],
        "line 5, column Tags: the value is not a JSON object.",
    ),
    (
        "too few fields",
        [TWO_LINES, "1,2,3", GOOD],
        f"line 4: the row has 3 fields, the header 20. {CUT}",
    ),
    (
        "too many fields",
        [TWO_LINES, "", GOOD + ",more"],
        f"line 5: the row has 21 fields, the header 20. {CUT}",
    ),
    (
        "text after a closing quotation mark",
        [TWO_LINES, '"1"2' + GOOD[5:]],
        f"line 4: a quotation mark is not closed, or text follows the closing one. {CUT}",
    ),
    (
        "a quotation mark that is never closed",
        [GOOD, GOOD[:-1], GOOD],
        f"line 3: a quotation mark is not closed, or text follows the closing one. {CUT}",
    ),
    (
        "another currency",
        [TWO_LINES, row(BillingCurrency="EUR")],
        "line 4, column BillingCurrency: the row is in EUR, other charges are in USD."
        " costbot adds up one currency: give each its own COSTBOT_DATA_DIR.",
    ),
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "message"), [case[1:] for case in CELLS], ids=[c[0] for c in CELLS]
)
def test_a_wrong_row(data: Path, tmp_path: Path, lines: list[str], message: str, end: str) -> None:
    path = text(tmp_path / "a.csv", HEADER, *lines, end=end)
    assert refusal(data, path) == f"{path}, {message}"


def test_lines_are_counted_behind_a_byte_order_mark_and_in_compressed_files(
    data: Path, tmp_path: Path
) -> None:
    lines = "\n".join([HEADER, TWO_LINES, row(BilledCost="x"), ""]).encode()
    marked = tmp_path / "a.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + lines)
    assert refusal(data, marked) == (
        f"{marked}, line 4, column BilledCost: 'x' is not an amount. {CUT}"
    )
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(lines))
    assert refusal(data, packed).startswith(f"{packed}, line 4, column BilledCost")


def test_the_line_is_right_far_down_a_file(data: Path, tmp_path: Path) -> None:
    body = [TWO_LINES] * 80_000
    path = text(tmp_path / "a.csv", HEADER, *body, row(BilledCost="x"), *body[:10])
    assert refusal(data, path).startswith(f"{path}, line 160002, column BilledCost: 'x' is not")


@pytest.mark.parametrize("rows", [0, 300])
@pytest.mark.parametrize("column", ["ServiceName", "ChargePeriodStart", "Tags", "BilledCost"])
def test_what_is_not_utf_8_is_named_wherever_it_is(
    data: Path, tmp_path: Path, column: str, rows: int
) -> None:
    """A spreadsheet of another alphabet saved it, or a byte was lost on the way."""
    path = tmp_path / "a.csv"
    lines = [HEADER, *[GOOD] * rows, TWO_LINES, row(**{column: '{"a": "ü"}'}), GOOD, ""]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    problem = "the text is not UTF-8. Save the file as UTF-8, or download it again."
    if column == "BilledCost":
        problem = f"""'{{"a": "\N{REPLACEMENT CHARACTER}"}}' is not an amount. {CUT}"""
    assert refusal(data, path) == f"{path}, line {rows + 4}, column {column}: {problem}"


@pytest.mark.parametrize("column", ["ServiceName", "ChargePeriodStart", "BilledCost"])
def test_parquet_text_that_is_not_utf_8_is_named(data: Path, tmp_path: Path, column: str) -> None:
    cells = {name: [value.encode()] * 2 for name, value in FOCUS_ROW.items()}
    cells[column][1] = "Müller".encode("latin-1")
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({name: pa.array(two) for name, two in cells.items()}), path)
    assert refusal(data, path) == f"{path}, column {column}: a text is not UTF-8. {CUT}"


def test_a_broken_letter_where_nobody_reads_spoils_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{HEADER},x_Comment", f"{GOOD},fine", f"{GOOD},für Müller", ""]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    assert put(tmp_path, path).rows == 2


def test_a_truncated_gzip(data: Path, tmp_path: Path) -> None:
    whole = gzip.compress(
        "\n".join([HEADER, *[row(SkuMeter=str(n)) for n in range(5000)]]).encode()
    )
    path = tmp_path / "a.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    message = refusal(data, path)
    line = int(message.split("line ")[1].split(":")[0])
    assert message == f"{path}, line {line}: the compressed file ends too early. {AGAIN}"
    assert 1000 < line < 5000
    path.write_bytes(whole[:-4])
    assert "the compressed file ends too early" in refusal(data, path)
    path.write_bytes(whole[:30])
    assert refusal(data, path) == (
        f"{path}, line 1: the header cannot be read. Download the file again."
    )


def parquet(path: Path, **changes: object) -> Path:
    cells = {**FOCUS_ROW, **changes}
    pq.write_table(pa.table({name: [FOCUS_ROW[name], cell] for name, cell in cells.items()}), path)
    return path


def test_a_file_that_is_wrong_in_two_ways(data: Path, tmp_path: Path) -> None:
    wrong = [TWO_LINES, row(BilledCost="x"), row(BillingAccountId="")]
    path = text(tmp_path / "a.csv", HEADER, *wrong)
    assert refusal(data, path) == (
        f"{path}, line 4, column BilledCost: 'x' is not an amount. {CUT}"
    )
    path = text(tmp_path / "b.csv", HEADER, row(BillingAccountId=""), row(BilledCost="x"))
    assert refusal(data, path) in (
        f"{path}, line 2, column BillingAccountId: a row has no value here.",
        f"{path}, line 3, column BilledCost: 'x' is not an amount. {CUT}",
    )


def test_parquet_errors_name_the_row(data: Path, tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", BilledCost="twelve")
    assert refusal(data, path) == (
        f"{path}, column BilledCost: row 2: 'twelve' is not an amount. {CUT}"
    )
    path = parquet(tmp_path / "b.parquet", ServiceName=None)
    assert refusal(data, path) == f"{path}, column ServiceName: row 2: a row has no value here."
    path = parquet(tmp_path / "c.parquet", ChargePeriodStart="soon")
    assert refusal(data, path) == (
        f"{path}, column ChargePeriodStart: row 2: 'soon' is not a date. {CUT}"
    )
    pq.write_table(pa.table({"BilledCost": [1.0], "ServiceName": ["x"]}), path)
    assert refusal(data, path) == f"{path}: this is not a bill that costbot knows. {KNOWN}"


@pytest.mark.parametrize("place", ["a page", "its values", "the footer"])
def test_a_parquet_file_that_is_damaged_inside(data: Path, tmp_path: Path, place: str) -> None:
    path = parquet(tmp_path / "a.parquet")
    content, meta = bytearray(path.read_bytes()), pq.read_metadata(path)
    column = meta.row_group(0).column(list(FOCUS_ROW).index("ServiceName"))
    start, end = column.dictionary_page_offset, column.data_page_offset
    wrong = {"a page": (start, start + 8), "its values": (end - 20, end)}
    first, last = wrong.get(place, (len(content) - 8 - meta.serialized_size, len(content) - 8))
    content[first:last] = b"\xff" * (last - first)
    path.write_bytes(content)
    said = ": the parquet file is damaged or cut off. Download it again."
    if place == "its values":
        said = f", column ServiceName: a text is not UTF-8. {CUT}"
    assert refusal(data, path) == f"{path}{said}"


FOCUS_TYPED = [
    *("BilledCost", "EffectiveCost", "ListCost", "ConsumedQuantity", "PricingQuantity"),
    *("ChargePeriodStart", "ChargePeriodEnd", "BillingPeriodStart", "Tags"),
]
CUR_TYPED = [
    *("lineItem/UnblendedCost", "pricing/publicOnDemandCost", "lineItem/UsageAmount"),
    *("lineItem/UsageStartDate", "lineItem/UsageEndDate", "bill/BillingPeriodStartDate"),
]
SAMPLE_FOCUS = SHARED / "data" / "focus_1_0_sample_1000.csv"
SAMPLE_CUR = SHARED / "data" / "aws_cur_legacy_anonymous.csv"


def spoilt(path: Path, header: list[str], cells: list[str], column: str) -> Path:
    """A file of one good row, and one with garbage in the column."""
    wrong = [
        "garbage" if name == column else cell for name, cell in zip(header, cells, strict=True)
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, cells, wrong])
    return path


def expect_named(data: Path, path: Path, column: str) -> None:
    message = refusal(data, path)
    assert message.startswith(f"{path}, line 3, column {column}: 'garbage' is not a"), message


@pytest.mark.parametrize("column", FOCUS_TYPED)
def test_among_columns_nobody_reads_the_wrong_one_is_named(
    data: Path, tmp_path: Path, column: str
) -> None:
    row = FOCUS_ROW | {"Tags": "{}", "ConsumedQuantity": "1", "PricingQuantity": "1"}
    wide = {
        name: cell
        for place, pair in enumerate(row.items())
        for name, cell in ((f"x_Unread{place}", "text"), pair)
    }
    path = spoilt(tmp_path / "a.csv", list(wide), list(wide.values()), column)
    expect_named(data, path, column)


@needs_shared
@pytest.mark.parametrize(
    ("sample", "column"),
    [(SAMPLE_FOCUS, c) for c in FOCUS_TYPED] + [(SAMPLE_CUR, c) for c in CUR_TYPED],
)
def test_in_a_real_bill_the_wrong_column_is_named(
    data: Path, tmp_path: Path, sample: Path, column: str
) -> None:
    with sample.open(newline="", encoding="utf-8-sig") as file:
        header, first = list(csv.reader(file))[:2]
    if column not in header:
        pytest.skip(f"{sample.name} has no column {column}")
    expect_named(data, spoilt(tmp_path / "a.csv", header, first, column), column)
