"""The people at their desks: who is told what they may do, and how far what they asked for is.

A desk is computed once for a person, however many pages they have open, only when something of it may have changed, and at most
`AT_ONCE` in one tick; it travels when it is another. How far a command is goes out at once, from the fold, to all pages of who asked.
Invariant: a page that comes (again) hears its desk, and every own command that is open or came to its end within `RECENT_MS`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from msgspec import structs

from dashboard.access.actor import Actor
from dashboard.floor.changes import Changes
from dashboard.floor.state import Command, Control, Floor
from dashboard.live import frames
from dashboard.live.audience import Audience
from dashboard.live.command_scene import Ground, accounts_with
from dashboard.live.desk import Desk, DeskControl, control_of, desk_of
from dashboard.live.dirty import Dirty
from dashboard.live.people import People
from dashboard.live.screens import Screen
from dashboard.live.sessions_now import UNFINISHED
from dashboard.live.supervision import Supervision
from dashboard.live.visitor import DESKS
from dashboard.supervision.commands import DEADLINE_MS, Request
from dashboard.supervision.reasons import Reason

AT_ONCE: Final = 100
RECENT_MS: Final = 30_000
UNTOLD_MS: Final = DEADLINE_MS + 1_000
"""Nobody took a command of which nothing was told for so long."""


@dataclass(slots=True, eq=False)
class _Person:
    """`desk`: as it was told last; None: not yet."""

    actor: Actor
    desk: Desk | None = None
    screens: set[Screen] = field(default_factory=set)
    behind: set[Screen] = field(default_factory=set)
    """Pages that have not heard it."""


class Desks:
    """All of a gateway. `controlled`: switches with a control account; None: not known."""

    def __init__(self, audience: Audience, supervision: Supervision, controlled: Collection[str] | None = None) -> None:
        self._audience = audience
        self._supervision = supervision
        self._controlled = controlled
        self._people: dict[str, _Person] = {}
        """By account: pages of one account have one actor's rights, whatever browser they are in."""
        self._due: dict[str, None] = {}
        self._controls: dict[str, Control] = {}
        self._control: dict[str, DeskControl] = {}
        self._untold: dict[str, Request] = {}

    @property
    def someone_waits(self) -> bool:
        """Whether a desk is to be looked at."""
        return bool(self._due)

    def ground(self, floor: Floor, people: People, now_ms: int) -> Ground:
        """What commands are judged on now."""
        return Ground(floor, self._supervision, people.parents, now_ms, self._controlled)

    # -- pages that come and go -----------------------------------------------------------------------------------------

    def shows(self, screen: Screen, floor: Floor, now_ms: int) -> None:
        """A page shows a board: if it is a person's desk, it is told from now on."""
        actor = screen.visitor.actor
        if screen.board not in DESKS or not screen.visitor.is_person:
            return
        person = self._people.setdefault(actor.account_id, _Person(actor))
        person.actor = actor
        person.screens.add(screen)
        person.behind.add(screen)
        self._due[actor.account_id] = None
        for command in floor.core.commands.values():
            if command.told.account == actor.account_id and _is_news(command, now_ms):
                self._audience.tell(screen, frames.command_now(command, now_ms))

    def is_now(self, screen: Screen) -> None:
        """Who is at a page was looked at again: the same one, perhaps with other rights."""
        person = self._people.get(screen.visitor.actor.account_id)
        if person is not None and screen in person.screens and person.actor.grants != screen.visitor.actor.grants:
            person.actor = screen.visitor.actor
            self._due[person.actor.account_id] = None

    def leaves(self, screen: Screen) -> None:
        """It shows its board no more."""
        account = screen.visitor.actor.account_id
        person = self._people.get(account)
        if person is not None:
            person.screens.discard(screen)
            person.behind.discard(screen)
            if not person.screens:
                del self._people[account]
                self._due.pop(account, None)

    # -- what changes ---------------------------------------------------------------------------------------------------

    def requested(self, request: Request) -> None:
        """A command was sent: somebody has to take it."""
        self._untold[request.id] = request

    def not_requested(self, request: Request) -> None:
        """It was not sent after all."""
        self._untold.pop(request.id, None)

    def folded(self, changes: Changes, floor: Floor, now_ms: int) -> None:
        """What was asked for moved on: told at once."""
        if changes.monitorings or changes.commands:
            self._supervision.doubt()
        for name in changes.commands:
            self._untold.pop(name, None)
            command = floor.core.commands.get(name)
            if command is not None:
                self._tell(command.told.account, frames.command_now(command, now_ms))
                self._touch(command.told.account)
        for switch in changes.controls:
            self._control_told(switch, floor)

    def move(self, dirty: Dirty, floor: Floor, people: People, now_ms: int) -> None:
        """The floor changed as `dirty` says, or time passed. After `people.move`."""
        if dirty.everything or dirty.settings or people.moved or self._is_control_other(floor, people, now_ms):
            self.touch_all()
        elif dirty.supervision:
            for one in self._supervision.sessions(floor, now_ms):
                self._touch(one.account or "")

    def touch_all(self) -> None:
        """Rules or rights may be others."""
        self._due |= dict.fromkeys(self._people)

    def second(self, now_ms: int) -> None:
        """Commands that nobody took are over."""
        for name, request in list(self._untold.items()):
            if now_ms > request.asked_at_ms + UNTOLD_MS:
                del self._untold[name]
                self._tell(request.account, frames.command_untold(request, Reason.CONTROL_DOWN, now_ms))

    def tell(self, floor: Floor, people: People, now_ms: int, at_ms: float) -> bool:
        """Desks that are others are told, some at a time. Returns whether some are left."""
        ground = self.ground(floor, people, now_ms)
        for account in list(self._due)[:AT_ONCE]:
            person = self._people[account]
            desk = desk_of(person.actor, ground, people)
            if desk != person.desk:
                person.desk = desk
                person.behind |= person.screens
            if self._send(person, now_ms, at_ms):
                del self._due[account]
            else:
                self._due.pop(account)
                self._due[account] = None  # behind the others: a page that is full holds up nobody
        return bool(self._due)

    # -- inside ---------------------------------------------------------------------------------------------------------

    def _send(self, person: _Person, now_ms: int, at_ms: float) -> bool:
        if person.desk is None or not person.behind:
            return True
        frame = frames.plain_json(structs.replace(person.desk, at=now_ms))
        for screen in list(person.behind):
            if screen.has_ended or self._audience.say(screen, frame, at_ms, "desk"):
                person.behind.discard(screen)
        return not person.behind

    def _tell(self, account: str, frame: bytes) -> None:
        person = self._people.get(account)
        for screen in person.screens if person is not None else ():
            self._audience.tell(screen, frame)

    def _touch(self, *accounts: str) -> None:
        self._due |= dict.fromkeys(account for account in accounts if account in self._people)

    def _control_told(self, switch: str, floor: Floor) -> None:
        """A phone's state touches whose phone it is; what control can do, all (`move` sees it)."""
        new, old = floor.core.controls[switch], self._controls.get(switch)
        self._controls[switch] = new
        standing = self._supervision.standing
        if standing is None or old is None or old.phones == new.phones:
            return
        devices = {one for one in old.phones.keys() | new.phones.keys() if old.phones.get(one) != new.phones.get(one)}
        self._touch(*accounts_with(standing.phones, switch, devices))

    def _is_control_other(self, floor: Floor, people: People, now_ms: int) -> bool:
        before, self._control = self._control, control_of(self.ground(floor, people, now_ms))
        return before != self._control


def _is_news(command: Command, now_ms: int) -> bool:
    return command.told.state in UNFINISHED or now_ms - command.at_ms <= RECENT_MS
