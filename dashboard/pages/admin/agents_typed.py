"""Agents in a text field of a form, a line each: how they stand there, and whom what was typed means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectors.events import FloorSettings


def agents_shown(agents: Iterable[str], settings: FloorSettings) -> str:
    """Number and name, as people know them; the switch's id of somebody without."""
    return "\n".join(_shown(agent, settings) for agent in agents)


def agents_typed(text: str, settings: FloorSettings) -> Iterator[tuple[str, str | None]]:
    """What each line that says something begins with, and the agent's id: by staff number or by the switch's id. None for somebody
    whom the directory does not know: nothing would ever be found of them."""
    by_staff = {own.staff_number: agent for agent, own in settings.agents.items() if own.staff_number}
    for line in text.split("\n"):
        typed = line.split("·")[0].strip()
        if typed:
            yield typed, by_staff.get(typed, typed if typed in settings.agents else None)


def _shown(agent: str, settings: FloorSettings) -> str:
    own = settings.agents.get(agent)
    return f"{own.staff_number or agent} · {own.name}" if own is not None and own.name else agent
