"""The Block Kit linter finds what Slack would refuse, rule by rule."""

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from tests.lint.blocks import lint

Json = dict[str, Any]


def words(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def button(n: int = 0, **more: Any) -> Json:
    return {"type": "button", "action_id": f"a{n}", "text": words(), "value": "v"} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def rich(text: str = "x") -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 1, columns: int = 1, text: str = "x") -> Json:
    return {"type": "table", "rows": [[cell(text)] * columns for _ in range(rows)]}


def bars(categories: int = 2, series: int = 1, values: int | None = None, name: str = "s") -> Json:
    labels = [f"c{n}" for n in range(categories)]
    data = [{"label": f"c{n}", "value": n} for n in range(categories if values is None else values)]
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {
            "type": "bar",
            "series": [{"name": f"{name}{n}", "data": data} for n in range(series)],
            "axis_config": {"categories": labels},
        },
    }


def pie(parts: int = 2, value: float = 1.0) -> Json:
    segments = [{"label": f"p{n}", "value": value} for n in range(parts)]
    return {
        "type": "data_visualization",
        "title": "t",
        "chart": {"type": "pie", "segments": segments},
    }


def header(text: str = "x") -> Json:
    return {"type": "header", "text": words(text)}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


SELECT = {
    "type": "static_select",
    "action_id": "s",
    "options": [{"text": words(), "value": "v"}],
}

FINE = {
    "header": header("x" * 150),
    "section": section(text=words("x" * 3000), fields=[words("x" * 2000)], accessory=button()),
    "divider": {"type": "divider", "block_id": "d"},
    "context": {"type": "context", "elements": [words(), {"type": "mrkdwn", "text": "*x*"}]},
    "actions": actions(*(button(n, style="danger") for n in range(24)), SELECT),
    "image": {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x"},
    "rich text": rich("x" * 5000),
    "table": table(100, 20, "x"),
    "bar chart": bars(20, 6),
    "pie": pie(6),
}

BROKEN = {
    "no list": ({"type": "divider"}, "must be a list"),
    "unknown type": ([{"type": "sparkle"}], "'sparkle' is not allowed here"),
    "unknown key": ([{"type": "divider", "colour": 1}], "unknown key 'colour'"),
    "no object": (["text"], "is not allowed here"),
    "long header": ([header("x" * 151)], "151 characters"),
    "an emoji counts twice": ([header("😀" * 76)], "152 characters"),
    "empty header": ([header("")], "0 characters"),
    "header in mrkdwn": ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "none of"),
    "text is no string": ([header(7)], "must be a string"),  # pyright: ignore
    "section of nothing": ([section()], "text or fields is missing"),
    "long section": ([section(text=words("x" * 3001))], "3001 characters"),
    "many fields": ([section(fields=[words()] * 11)], "11 items"),
    "long field": ([section(fields=[words("x" * 2001)])], "2001 characters"),
    "long context": ([{"type": "context", "elements": [words()] * 11}], "11 items"),
    "empty context": ([{"type": "context", "elements": []}], "0 items"),
    "many buttons": ([actions(*(button(n) for n in range(26)))], "26 items"),
    "long label": ([actions(button(text=words("x" * 76)))], "76 characters"),
    "long value": ([actions(button(value="x" * 2001))], "2001 characters"),
    "strange style": ([actions(button(style="default"))], "'default' is none of"),
    "one action_id twice": ([actions(button(1), button(1))], "action_id 'a1' is used twice"),
    "one block_id twice": ([header() | {"block_id": "b"}] * 2, "block_id 'b' is used twice"),
    "long block_id": ([header() | {"block_id": "b" * 256}], "256 characters"),
    "picture without words": ([{"type": "image", "image_url": "https://x"}], "alt_text is missing"),
    "picture from a file": (
        [{"type": "image", "image_url": "file:///etc/passwd", "alt_text": "x"}],
        "http or https",
    ),
    "empty rich text": ([rich("")], "0 characters"),
    "link to a script": (
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "link", "url": "javascript:alert(1)", "text": "x"}],
                    }
                ],
            }
        ],
        "http or https",
    ),
    "many rows": ([table(101)], "101 items"),
    "many columns": ([table(1, 21)], "21 items"),
    "empty cell": ([table(text="")], "0 characters"),
    "ragged rows": ([{"type": "table", "rows": [[cell()], [cell(), cell()]]}], "different lengths"),
    "strange alignment": ([table() | {"column_settings": [{"align": "top"}]}], "'top' is none of"),
    "two tables": ([table(), table()], "2 of table"),
    "much in a table": ([table(51, 1, "x" * 200)], "10200 characters in table"),
    "long chart title": ([bars() | {"title": "x" * 51}], "51 characters"),
    "many categories": ([bars(21)], "21 items"),
    "many series": ([bars(2, 7)], "7 items"),
    "long series name": ([bars(name="x" * 20)], "21 characters"),
    "a value is missing": ([bars(3, values=2)], "one value for every category"),
    "no finite value": ([pie(value=float("nan"))], "finite"),
    "many slices": ([pie(7)], "7 items"),
    "slice of nothing": ([pie(value=0)], "greater than 0"),
    "three charts": ([bars(), pie(), pie()], "3 of data_visualization"),
    "51 blocks": ([{"type": "divider"}] * 51, "51 items"),
    "much text": ([rich("x" * 4500)] * 3, "13500 characters in all blocks"),
    "markdown in sum": ([{"type": "markdown", "text": "x" * 6001}] * 2, "12002 characters"),
    "alert in a message": ([{"type": "alert", "text": words()}], "not allowed in a message"),
    "option of nothing": ([actions(SELECT | {"options": []})], "0 items"),
    "no options": (
        [actions({"type": "static_select", "action_id": "s"})],
        "either options or option_groups",
    ),
    "long option": (
        [actions(SELECT | {"options": [{"text": words("x" * 76), "value": "v"}]})],
        "76 characters",
    ),
}


@pytest.mark.parametrize("name", FINE)
def test_takes_what_is_at_the_limit(name: str) -> None:
    assert lint([FINE[name]]) == []


@pytest.mark.parametrize("name", BROKEN)
def test_finds(name: str) -> None:
    blocks, words_of_the_problem = BROKEN[name]
    assert any(words_of_the_problem in problem for problem in lint(blocks)), lint(blocks)


def test_a_modal_takes_more_blocks_but_no_tables() -> None:
    assert lint([{"type": "divider"}] * 100, "modal") == []
    assert lint([{"type": "divider"}] * 101, "modal") != []
    assert lint([table()], "modal") == ["blocks: table is not allowed in a modal"]
    assert lint([{"type": "alert", "text": words()}], "modal") == []


def sdk_refuses(block: Any) -> bool:
    try:
        parsed = Block.parse(block)
        return parsed is None or not parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError):
        return True


@pytest.mark.parametrize("name", BROKEN)
def test_refuses_whatever_slacks_own_models_refuse(name: str) -> None:
    """The models catch less; what they catch, the linter catches too, and for no fine block."""
    blocks, _ = BROKEN[name]
    refused = [block for block in blocks if isinstance(block, dict) and sdk_refuses(block)]
    assert all(lint([block]) for block in refused if block.get("type") != "data_visualization")


def test_slacks_own_models_take_what_the_linter_calls_fine() -> None:
    modelled = [block for block in FINE.values() if block["type"] != "data_visualization"]
    assert [block["type"] for block in modelled if sdk_refuses(block)] == []
    assert (
        sum(
            map(
                sdk_refuses,
                (blocks[0] for blocks, _ in BROKEN.values() if isinstance(blocks, list)),
            )
        )
        >= 8
    )
