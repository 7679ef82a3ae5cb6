"""What a form for a ticket can offer: the projects, types, priorities and people over there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """`value` is what a wish holds, `label` what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The choices for a ticket in `project`; empty where the other side did not say.

    `takes_priority` and `takes_assignee` say whether a new ticket can be given one.
    """

    project: str
    projects: tuple[Choice, ...] = ()
    types: tuple[Choice, ...] = ()
    priorities: tuple[Choice, ...] = ()
    takes_priority: bool = False
    takes_assignee: bool = False
