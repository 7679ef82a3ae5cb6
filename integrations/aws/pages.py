"""Lists that come in pages."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.errors import TemporaryError
from integrations.calls import still_wanted

#: A page that leads to ever more pages is no answer.
MOST = 1000
_TOKENS = ("NextToken", "nextToken")


def pages(call: Callable[..., Any], **asked: Any) -> Iterator[Mapping[str, Any]]:
    """Every page of an operation of boto3 that hands on a NextToken or a nextToken."""
    for _ in range(MOST):
        still_wanted()
        page = call(**asked)
        yield page
        token = next((name for name in _TOKENS if page.get(name)), None)
        if token is None:
            return
        asked[token] = page[token]
    raise TemporaryError("AWS's answer does not end")


def items(call: Callable[..., Any], key: str, **asked: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of the list `key` on every page."""
    for page in pages(call, **asked):
        yield from page.get(key, ())
