"""What belongs to which command: the table by which a wish is known to be one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from msgspec import structs

from collectors.events import CommandKind
from dashboard.live.frames import POLICY, Refused
from dashboard.live.said import Wish


@dataclass(frozen=True, slots=True)
class Fields:
    """`needs`: must be there. `may`: can be. All else must not."""

    needs: frozenset[str]
    may: frozenset[str] = frozenset()


def _of(needs: str, may: str = "") -> Fields:
    return Fields(frozenset(needs.split()), frozenset(may.split()))


FIELDS: Final[dict[CommandKind, tuple[Fields, ...]]] = {
    "monitor.start": (_of("agent visit mode", "via purpose value"),),
    "monitor.mode": (_of("opened mode"),),
    "monitor.follow": (_of("opened value"),),
    "monitor.stop": (_of("opened"),),
    "call.take_over": (_of("opened"), _of("agent visit", "via purpose")),
    "call.hang_up": (_of("visit", "agent purpose sure"),),
    "call.move": (_of("visit queue", "purpose"),),
    "call.pull": (_of("visit", "purpose"),),
    "agent.pause": (_of("agent", "value queue"),),
    "agent.resume": (_of("agent", "queue"),),
    "agent.sign_out": (_of("agent", "queue"),),
    "agent.add": (_of("agent queue", "value"),),
    "agent.penalty": (_of("agent queue value"),),
}
"""Each kind with the forms that it has."""

_ALWAYS: Final = frozenset({"ref", "kind"})


def require_form(wish: Wish) -> None:
    """Raises `Refused` for a wish that lacks what belongs to it, or holds what does not: no page of ours sends one."""
    given = {name for name in wish.__struct_fields__ if name not in _ALWAYS and _is_given(wish, name)}
    if not any(form.needs <= given <= form.needs | form.may for form in FIELDS[wish.kind]):
        raise Refused(POLICY, f"These fields are none of {wish.kind}.")


def _is_given(wish: Wish, name: str) -> bool:
    return bool(getattr(wish, name) != _PLAIN[name])


_PLAIN: Final[dict[str, object]] = structs.asdict(Wish(0, "monitor.stop"))
