"""Rules for JSON that a platform takes: small checks, put together, that yield what is wrong."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Problems = Iterator[str]
Rule = Callable[[Any, str], Problems]


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int = 10**9, least: int = 1) -> Rule:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, str):
            yield f"{at}: must be a string"
        elif not least <= utf16(value) <= most:
            yield f"{at}: {utf16(value)} characters, allowed are {least} to {most}"

    return check


def one_of(*allowed: Any) -> Rule:
    def check(value: Any, at: str) -> Problems:
        if not any(value is choice or value == choice for choice in allowed):
            yield f"{at}: {value!r} is none of {', '.join(map(str, allowed))}"

    return check


def integer(least: int, most: int) -> Rule:
    def check(value: Any, at: str) -> Problems:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{at}: must be a whole number from {least} to {most}"

    return check


def number(value: Any, at: str) -> Problems:
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if not numeric or not math.isfinite(value):
        yield f"{at}: must be a finite number"


def positive(value: Any, at: str) -> Problems:
    problems = list(number(value, at))
    yield from problems
    if not problems and value <= 0:
        yield f"{at}: must be greater than 0"


boolean: Rule = one_of(True, False)


def web(most: int) -> Rule:
    def check(value: Any, at: str) -> Problems:
        yield from string(most)(value, at)
        if isinstance(value, str) and not value.startswith(("http://", "https://")):
            yield f"{at}: must be an http or https address"

    return check


def items(rule: Rule, least: int, most: int) -> Rule:
    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, list):
            yield f"{at}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{at}: {len(value)} items, allowed are {least} to {most}"
        for index, item in enumerate(value):
            yield from rule(item, f"{at}[{index}]")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None) -> Rule:
    """An object with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Problems:
        if not isinstance(value, dict):
            yield f"{at}: must be an object"
            return
        yield from (f"{at}: {key} is missing" for key in required if key not in value)
        for key, inner in value.items():
            if key in known:
                yield from known[key](inner, f"{at}.{key}")
            else:
                yield f"{at}: unknown key {key!r}"

    return check


def by_type(kinds: Mapping[str, Rule]) -> Rule:
    """An object whose `type` says which rule it has to keep."""

    def check(value: Any, at: str) -> Problems:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield f"{at}: type {kind!r} is not allowed here"
        else:
            yield from kinds[kind](value, at)

    return check


def every(*rules: Rule) -> Rule:
    def check(value: Any, at: str) -> Problems:
        for rule in rules:
            yield from rule(value, at)

    return check
