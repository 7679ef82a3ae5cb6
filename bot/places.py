"""Places that a finding can be shown in, as they are written: `slack:C0123`, `jira:OPS`."""

from collections.abc import Collection

from domain.delivery import scheme

#: How each place is written; one without an address is the only one of its kind.
SCHEMES = {
    "slack": "slack:C0123ABCD",
    "teams": "teams:19:abc@thread.tacv2",
    "jira": "jira:OPS",
    "pagerduty": "pagerduty",
    "datadog": "datadog",
    "sim": "sim://ok",
    "console": "console",
    "aws": "aws",
}
#: Where people read, and may read too much.
ROOMS = ("slack", "teams", "console", "sim")
#: Where somebody is woken.
PAGERS = ("pagerduty",)
#: A ticket or a message needs to know where.
_ADDRESSED = ("slack", "teams", "jira")


def place(text: str, switched_on: Collection[str] | None = None) -> str:
    """The text, if it names a place; ValueError says what is wrong and what to write.

    `switched_on` are the schemes that are configured, None where that is not known.
    """
    name, address = scheme(text), text.partition(":")[2]
    if name not in SCHEMES:
        known = ", ".join(SCHEMES)
        raise ValueError(f"{text!r} begins with none of {known}; write it as {_example(name)}")
    if name in _ADDRESSED and not address:
        raise ValueError(f"{text!r} does not say where; write it as {SCHEMES[name]}")
    if name == "slack" and not (address.isalnum() and address.isupper()):
        raise ValueError(
            f"{text!r} needs the channel's id instead of its name; write it as {SCHEMES[name]} "
            "(in Slack: the channel's name, About, at the very bottom)"
        )
    if any(letter.isspace() for letter in text):
        raise ValueError(f"{text!r} has a space in it; write it as {SCHEMES[name]}")
    if switched_on is not None and name not in switched_on:
        on = ", ".join(sorted(switched_on)) or "nothing"
        raise ValueError(
            f"{text!r} is not switched on (switched on: {on}); set the settings of {name} or "
            "choose another place"
        )
    return text


def _example(name: str) -> str:
    return SCHEMES.get(name.strip().lower().lstrip("#@"), SCHEMES["slack"])
