"""Where bills come from, besides files: one file for each kind of address, which exports SOURCE."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from bot.sources.model import Source

_NOT = ("model",)


@cache
def every() -> Mapping[str, Source]:
    """The sources by the beginning of their addresses."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _NOT)
    found = [importlib.import_module(f"{__name__}.{name}").SOURCE for name in names]
    return {source.scheme: source for source in found}
