"""Whose eyes costbot looks through at AWS: its own, or those of a role in the account that pays."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """The role to take, "" for none; `external_id` is what its owner agreed on with costbot.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """

    role_arn: str = ""
    external_id: str = field(default="", repr=False)
