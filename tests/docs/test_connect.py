"""README's sections about Jira, PagerDuty and Datadog: short, and true of the code."""

import re

import pytest
from aiohttp import web

from bot.api import webhooks
from bot.senders import senders
from bot.settings import Secret, Settings
from integrations.datadog.dashboard import TITLE
from integrations.jira.text import MARK
from store.state import Memory
from tests.shared import ROOT

README = (ROOT / "README.md").read_text()
NEEDED = {
    "Jira": {"JIRA_URL", "JIRA_EMAIL", "JIRA_TOKEN", "JIRA_PROJECT", "JIRA_WEBHOOK_SECRET"},
    "PagerDuty": {"PAGERDUTY_ROUTING_KEY", "PAGERDUTY_EVENTS_URL", "PAGERDUTY_WEBHOOK_SECRET"},
    "Datadog": {"DD_API_KEY", "DD_APP_KEY", "DD_HOST"},
}


def section(vendor: str) -> str:
    return README.split(f"## Connect {vendor}\n")[1].split("\n## ")[0].strip()


@pytest.mark.parametrize("vendor", NEEDED)
def test_each_setting_of_a_vendor_is_in_its_few_lines(vendor: str) -> None:
    text = section(vendor)
    assert len(text.splitlines()) <= 12
    assert set(re.findall(r"\b(?:JIRA|PAGERDUTY|DD)_[A-Z_]+\b", text)) == NEEDED[vendor]


def test_the_addresses_of_webhooks_are_those_that_are_listened_to() -> None:
    settings = Settings(
        jira_webhook_secret=Secret("one"), pagerduty_webhook_secret=Secret("another")
    )
    app = web.Application()
    for sender in senders(settings, None):
        webhooks.attach(app, no_memory, sender)
    paths = {resource.canonical for resource in app.router.resources()}
    named = set(re.findall(r"/webhooks/\w+", section("Jira") + section("PagerDuty")))
    assert paths == named == {"/webhooks/jira", "/webhooks/pagerduty"}


async def no_memory() -> Memory:
    raise AssertionError("nobody speaks here")


def test_the_filter_of_the_webhook_lets_our_tickets_through() -> None:
    (label,) = re.findall(r"JQL `labels = (\w+)`", section("Jira"))
    assert label == MARK


def test_the_dashboard_has_the_name_that_the_page_gives() -> None:
    assert f"*{TITLE}*" in section("Datadog")
