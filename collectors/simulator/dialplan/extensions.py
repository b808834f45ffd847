"""An extensions.conf as Asterisk reads it: contexts, extensions with patterns, priorities, labels, includes.

Invariants: an exact extension wins over a pattern, a context's own over an included one; what cannot be read is a
SimulatorError that names the line; nothing is expanded here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from collectors.simulator.config import SimulatorError

_STEP = re.compile(r"(?P<priority>\d+|n|hint)(?:\((?P<label>[^)]*)\))?\s*,\s*(?P<rest>.*)", re.DOTALL)
_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}


@dataclass(frozen=True, slots=True)
class Step:
    """One priority: an application with its data, unexpanded."""

    application: str
    data: str
    label: str = ""


@dataclass(slots=True)
class _Context:
    extensions: dict[str, list[Step]] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)


class Dialplan:
    """`steps(context, exten)` gives the priorities of an extension, None where there is none."""

    def __init__(self, *texts: str) -> None:
        """Of several texts, a later one's context takes the place of an earlier one's of the same name."""
        self._contexts: dict[str, _Context] = {}
        for text in texts:
            self._contexts.update(_read(text))

    def steps(self, context: str, exten: str) -> list[Step] | None:
        found = self._contexts.get(context)
        if found is None:
            return None
        exact = found.extensions.get(exten)
        if exact is not None:
            return exact
        for pattern, steps in found.extensions.items():
            if pattern.startswith("_") and _pattern(pattern).fullmatch(exten):
                return steps
        for included in found.includes:
            steps_there = self.steps(included, exten)
            if steps_there is not None:
                return steps_there
        return None

    def knows(self, context: str) -> bool:
        return context in self._contexts


def _read(text: str) -> dict[str, _Context]:
    contexts: dict[str, _Context] = {}
    present = steps = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).strip()
        if not line:
            continue
        if line.startswith("["):
            present = contexts.setdefault(line[1 : line.find("]")], _Context())
            steps = None
            continue
        key, arrow, value = (part.strip() for part in line.partition("=>"))
        if present is None or not arrow:
            continue  # [general] settings have no arrow
        if key == "include":
            present.includes.append(value)
        elif key == "exten":
            name, _, rest = value.partition(",")
            steps = present.extensions.setdefault(name.strip(), [])
            _add(steps, rest.strip(), number)
        elif key == "same" and steps is not None:
            _add(steps, value, number)
        else:
            raise SimulatorError(f"extensions.conf line {number}: {line!r} is neither exten, same nor include.")
    return contexts


def _add(steps: list[Step], text: str, number: int) -> None:
    found = _STEP.fullmatch(text)
    if found is None:
        raise SimulatorError(f"extensions.conf line {number}: {text!r} has no priority and application.")
    if found["priority"] == "hint":
        return
    name, opens, data = found["rest"].partition("(")
    steps.append(Step(name.strip(), data.rstrip().removesuffix(")") if opens else "", found["label"] or ""))


def _without_comment(line: str) -> str:
    for place, sign in enumerate(line):
        if sign == ";" and (place == 0 or line[place - 1] != "\\"):
            return line[:place]
    return line


def _pattern(pattern: str) -> re.Pattern[str]:
    parts, place = [], 1
    while place < len(pattern):
        sign = pattern[place]
        if sign == "[":
            end = pattern.find("]", place)
            parts.append(pattern[place : end + 1])
            place = end
        else:
            parts.append(_CLASSES.get(sign, re.escape(sign)))
        place += 1
    return re.compile("".join(parts))
