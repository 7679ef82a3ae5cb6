"""What two rooms full of people see in the end."""

from domain.finding import Finding
from tests.walks.office import Office


async def both(office: Office, found: Finding, *words: str) -> None:
    """Slack and Teams say so in the end: in words, or as a link."""
    missing: list[str] = []

    def said() -> bool:
        missing[:] = [
            f"{word} in {place}"
            for place, shown in (("Slack", _slack(office, found)), ("Teams", _teams(office, found)))
            for word in words
            if word not in shown
        ]
        return not missing

    try:
        await office.until(said)
    except TimeoutError:
        shown = (_slack(office, found), _teams(office, found))
        raise AssertionError(f"missing: {missing}; shown: {shown}") from None


def _slack(office: Office, found: Finding) -> str:
    links = office.messages(found)[-1].links if office.messages(found) else set[str]()
    return "\n".join([office.in_slack(found), *links])


def _teams(office: Office, found: Finding) -> str:
    links = office.cards(found)[-1].activity if office.cards(found) else ""
    return f"{office.in_teams(found)}\n{links}"
