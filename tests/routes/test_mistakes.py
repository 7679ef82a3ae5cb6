"""Every mistake in the routing is refused at start: where, what, and what to write."""

from pathlib import Path

import pytest

from bot import route_file
from bot.route_file import Known
from bot.settings import load_settings
from domain.errors import SettingsError

TO = 'to = ["slack:C1"]'
KNOWN = Known(kinds={"spike", "budget"}, switched_on={"slack", "pagerduty"})


def refused(folder: Path, text: str, known: Known | None = None) -> str:
    file = folder / "costbot.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as error:
        route_file.read(file, (), known)
    return str(error.value)


ROUTE = "costbot.toml, [[route]] 1, "
MISTAKES = [
    ("to = 'slack:C1'\nseverty = 'high'", ROUTE + "severty: costbot does not know this key. Write severity. Another label goes into where = { label = \"value\" }."),  # noqa: E501
    (f"{TO}\nseverity = 'hgih'", ROUTE + "severity: 'hgih' is no severity. Write one of info, low, medium, high, critical; it means at least that."),  # noqa: E501
    (f"{TO}\nseverity = 3", ROUTE + "severity: 3 is no text. Write severity = \"high\", in quotes."),  # noqa: E501
    ("kind = 'spike'", ROUTE + "to: it says nowhere where to. Name places of slack, teams, jira, pagerduty, datadog, sim, console, aws, or owner."),  # noqa: E501
    ("to = []", ROUTE + "to: the list is empty. Write to = [\"slack:C0123ABCD\", \"pagerduty\"], or leave it out."),  # noqa: E501
    ("to = ['slack:C1', 5]", ROUTE + "to: ['slack:C1', 5] is no text and no list of texts. Write to = "),  # noqa: E501
    ("to = 'mail:me'", ROUTE + "to: 'mail:me' begins with none of slack, teams, jira, pagerduty, datadog, sim, console, aws; write it as slack:C0123ABCD."),  # noqa: E501
    ("to = 'Slack:C1'", ROUTE + "to: 'Slack:C1' begins with none of slack"),
    ("to = 'jira'", ROUTE + "to: 'jira' does not say where; write it as jira:OPS."),
    ("to = 'slack:#cost'", ROUTE + "to: 'slack:#cost' needs the channel's id instead of its name"),
    ("to = 'teams:19:a b'", ROUTE + "to: 'teams:19:a b' has a space in it"),
    ("to = 'owner'", ROUTE + "to: no owner has said where it wants to hear. Write [owners.rooms]"),
    (f"{TO}\namount = -5", ROUTE + "amount: -5 is no amount above zero. Write amount = 500"),
    (f"{TO}\namount = 0", ROUTE + "amount: 0 is no amount above zero."),
    (f"{TO}\namount = true", ROUTE + "amount: true is no amount above zero."),
    (f"{TO}\namount = 'much'", ROUTE + "amount: 'much' is no amount above zero."),
    (f"{TO}\namount = nan", ROUTE + "amount: NaN is no amount above zero."),
    (f"{TO}\naccount = 111122223333", ROUTE + "account: 111122223333 is no text and no list of texts. Write account ="),  # noqa: E501
    (f"{TO}\nteam = ''", ROUTE + "team: '' is no text and no list of texts."),
    (f"{TO}\nwhere = 'team=x'", ROUTE + "where: 'team=x' is no table. Write where = {"),
    (f"{TO}\nwhere = {{ env = 5 }}", "costbot.toml, [[route]] 1, where, env: 5 is no text"),
    (f"{TO}\nteam = 'a'\nwhere = {{ 'tag:Team' = 'b' }}", "where, tag:Team: it stands beside where as well. Keep one"),  # noqa: E501
    (f"{TO}\nquiet = '25:00-07:00'", ROUTE + "quiet: '25:00-07:00' has a time that no clock shows"),
    (f"{TO}\nquiet = '22:00-22:00'", ROUTE + "quiet: '22:00-22:00' begins when it ends"),
    (f"{TO}\nquiet = '22:00-07:00 Berlin'", ROUTE + "quiet: '22:00-07:00 Berlin' is in a time zone that does not exist; write one such as Europe/Berlin."),  # noqa: E501
    (f"{TO}\nquiet = '22:00-07:00 ../x'", ROUTE + "quiet: '22:00-07:00 ../x' is in a time zone"),
    (f"{TO}\nquiet = 'Sat-Snu'", ROUTE + "quiet: 'Sat-Snu' names a day that does not exist"),
    (f"{TO}\nquiet = 'Europe/Berlin'", ROUTE + "quiet: 'Europe/Berlin' is no window of the week"),
    (f"{TO}\nquiet = 'Mon-Sun'", ROUTE + "quiet: it is always quiet. Leave some hours"),
    (f"{TO}\nquiet = ['0:00-12:00', '12:00-24:00']", ROUTE + "quiet: it is always quiet."),
    (f"{TO}\nescalate_after = '30m'", ROUTE + "escalate_to: it is missing beside escalate_after. Write escalate_to = [\"pagerduty\"], or remove escalate_after."),  # noqa: E501
    (f"{TO}\nescalate_to = 'pagerduty'", ROUTE + "escalate_after: it is missing beside escalate_to."),  # noqa: E501
    (f"{TO}\nescalate_after = 'soon'\nescalate_to = 'pagerduty'", ROUTE + "escalate_after: 'soon' is no time to wait. Write \"30m\"."),  # noqa: E501
    (f"{TO}\nescalate_after = '0m'\nescalate_to = 'pagerduty'", ROUTE + "escalate_after: '0m' is no time to wait."),  # noqa: E501
    (f"name = 5\n{TO}", ROUTE + "name: 5 is no text. Write name = \"payments pages\", in quotes."),
    (f"name = 'pages'\n{TO}\nkind = ''", 'costbot.toml, [[route]] 1 "pages", kind: \'\' is no text'),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), MISTAKES, ids=[text for text, _ in MISTAKES])
def test_a_wrong_route_is_named_with_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, f"[[route]]\n{text}\n")


TABLES = [
    ("route = 5", "costbot.toml, [[route]]: a route is written as a list. Write [[route]]"),
    ("[route]\nto = 'slack:C1'", "Write [[route]] in double brackets."),
    ("route = [5]", "costbot.toml, [[route]] 1: a route is a table."),
    ("owners = 5", "costbot.toml, the file, owners: 5 is no table. Write [owners]."),
    ("[owners]\ndefalt = 'x'", "costbot.toml, [owners], defalt: costbot does not know this key. Write default."),  # noqa: E501
    ("[owners]\ndefault = ['x']", "[owners], default: ['x'] is no text."),
    ("[owners.accounts]\n111 = 'x'", "[owners], accounts: '111' is no account id of 12 digits."),
    ("[owners.accounts]\n111122223333 = 5", "[owners], accounts: the owner of 111122223333 is no"),
    ("[owners]\nrooms = 'x'", "[owners], rooms: 'x' is no table. Write a table [owners.rooms]"),
    ("[owners.rooms]\npay = 'C1'", "[owners.rooms], pay: 'C1' begins with none of slack"),
    ("[owners]\ncsv = 'none.csv'", "[owners], csv: none.csv cannot be read (No such file or directory). Name a CSV file beside this one"),  # noqa: E501
    ("rooms = 5", "costbot.toml, the file, rooms: 5 is no table."),
    ("[rooms]\n'slack:C1' = 5", "[rooms.\"slack:C1\"], slack:C1: 5 is no table."),
    ("[rooms.'#cost']\nalerts_per_day = 5", "[rooms.\"#cost\"]: '#cost' begins with none of slack"),
    ("[rooms.'jira:OPS']\nalerts_per_day = 5", "jira:OPS is no room: nobody reads too much there."),
    ("[rooms.'slack:C1']\nalerts = 5", "alerts: costbot does not know this key. Write alerts_per_day."),  # noqa: E501
    ("[rooms.'slack:C1']", "alerts_per_day: it is no whole number from 1 up."),
    ("[rooms.'slack:C1']\nalerts_per_day = 0", "it is no whole number from 1 up. Write alerts_per_day = 10."),  # noqa: E501
    ("[rooms.'slack:C1']\nalerts_per_day = true", "it is no whole number from 1 up."),
    ("[rooms.'slack:C1']\nalerts_per_day = 1.5", "it is no whole number from 1 up."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), TABLES, ids=[text for text, _ in TABLES])
def test_a_wrong_table_is_named_with_what_to_write(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text)


def test_the_number_of_the_route_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    text = f'[[route]]\n{TO}\n[[route]]\nname = "pages"\n{TO}\nseverity = "x"\n'
    assert '[[route]] 2 "pages", severity' in refused(tmp_path, text)


CSVS = [
    ("", "owners.csv, line 1: the columns are not as expected. Write dimension,value,owner."),
    ("a,b,c\n", "owners.csv, line 1: the columns are not as expected."),
    ("dimension,value,owner\nservice,EC2\n", "owners.csv, line 2: it needs three values."),
    ("dimension,value,owner\n\nservice,EC2,\n", "owners.csv, line 3: it needs three values."),
    (
        "dimension,value,owner\nservice,EC2,a\nService,ec2,b\n",
        "owners.csv, line 3: service ec2 belongs to a already. Keep one of the two lines.",
    ),
]


@pytest.mark.parametrize(("text", "said"), CSVS)
def test_a_wrong_list_of_owners_is_named_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "owners.csv").write_text(text)
    assert said in refused(tmp_path, "[owners]\ncsv = 'owners.csv'")


def test_a_list_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "owners.csv").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read (it is not UTF-8)" in refused(tmp_path, "[owners]\ncsv='owners.csv'")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[[route]]\n{TO}\nkind = 'spkie'", "kind: there are no findings of the kind 'spkie'. Write one of budget, spike."),  # noqa: E501
        ("[[route]]\nto = 'jira:OPS'", "to: 'jira:OPS' is not switched on (switched on: pagerduty, slack); set the settings of jira"),  # noqa: E501
        ("[owners.rooms]\nx = 'teams:19:a'", "[owners.rooms], x: 'teams:19:a' is not switched on"),
        ("[rooms.'teams:19:a']\nalerts_per_day = 5", "'teams:19:a' is not switched on"),
    ],
)  # fmt: skip
def test_what_this_bot_does_not_have_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, text, KNOWN)


def test_a_file_that_is_no_toml_is_refused(tmp_path: Path) -> None:
    assert "cannot be read as TOML" in refused(tmp_path, "[[route]")


def test_settings_leave_the_tables_of_the_routing_alone(tmp_path: Path) -> None:
    file = tmp_path / "costbot.toml"
    file.write_text(
        f"costbot_engine = 'duckdb'\n[[route]]\n{TO}\n[owners]\n[rooms.'slack:C1']\n"
        "alerts_per_day = 1"
    )
    assert load_settings({}, file).engine == "duckdb"


def test_no_file_is_no_mistake(tmp_path: Path) -> None:
    assert route_file.read(tmp_path / "costbot.toml").rules == ()
