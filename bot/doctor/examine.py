"""Every check at once, each within its time, and what they found as text and as JSON."""

import asyncio
import importlib
import json
import pkgutil
from collections.abc import Sequence

from bot.doctor import checks
from bot.doctor.model import Check, Level, Patient, Remark, bad

#: Whoever does not answer within this is not answering.
SECONDS = 20.0
_SIGNS = {Level.OK: "✓", Level.OFF: "·", Level.WARNING: "!", Level.BAD: "✗"}


def every() -> tuple[Check, ...]:
    """The checks, in the order of their files."""
    names = sorted(info.name for info in pkgutil.iter_modules(checks.__path__))
    return tuple(importlib.import_module(f"{checks.__name__}.{name}").CHECK for name in names)


async def examine(patient: Patient, among: Sequence[Check] | None = None) -> list[Remark]:
    """What all checks say, in their order."""
    found = await asyncio.gather(*(_one(check, patient) for check in among or every()))
    return [remark for remarks in found for remark in remarks]


async def _one(check: Check, patient: Patient) -> Sequence[Remark]:
    try:
        async with asyncio.timeout(SECONDS):
            return await check.run(patient)
    except TimeoutError:
        said = f"no answer within {SECONDS:.0f} seconds"
        return [bad(check.about, said, "look whether this machine reaches it, proxies included")]
    except Exception as error:  # A check that stumbles must not hide what the others say.
        said = f"the check itself failed ({type(error).__name__})"
        return [bad(check.about, said, "report this to the authors of costbot")]


def verdict(remarks: Sequence[Remark]) -> int:
    """0 when all is well, 1 for warnings, 2 when something does not work."""
    levels = {remark.level for remark in remarks}
    return 2 if Level.BAD in levels else 1 if Level.WARNING in levels else 0


def as_text(remarks: Sequence[Remark]) -> str:
    """A line for each remark, and below it what to do."""
    width = max((len(remark.about) for remark in remarks), default=0)
    lines: list[str] = []
    for one in remarks:
        lines.append(f"{_SIGNS[one.level]} {one.about:{width}}  {one.said}")
        if one.todo:
            who = f" ({one.who})" if one.who else ""
            lines.append(f"  {'':{width}}  → {one.todo}{who}")
    counts = {level: sum(one.level is level for one in remarks) for level in Level}
    lines.append("")
    lines.append(
        f"{counts[Level.OK]} well, {counts[Level.WARNING]} to look at, "
        f"{counts[Level.BAD]} broken, {counts[Level.OFF]} off"
    )
    return "\n".join(lines)


def as_json(remarks: Sequence[Remark]) -> str:
    """One object with the exit code and a list of remarks."""
    listed = [
        {
            "about": one.about,
            "level": one.level.value,
            "said": one.said,
            "todo": one.todo,
            "who": one.who,
        }
        for one in remarks
    ]
    return json.dumps({"verdict": verdict(remarks), "remarks": listed})
