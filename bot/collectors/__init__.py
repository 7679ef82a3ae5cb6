"""What is collected by itself: one file for each kind of source, which exports COLLECTOR."""

import importlib
import pkgutil
from functools import cache

from bot.collectors.model import Collector

_NOT = ("child", "model")


@cache
def every() -> tuple[Collector, ...]:
    """In file order."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name not in _NOT)
    return tuple(importlib.import_module(f"{__name__}.{name}").COLLECTOR for name in names)
