"""People for tests of the gateway's own rules: a door whose book of people is in memory. What the real one does is tested
in `test_handshake` and in tests/access."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit_line import Target
from dashboard.access.keys import digest
from dashboard.access.permissions import SCREEN_PERMISSIONS, Permission, Role, permissions_of
from dashboard.access.revealing import Reveals
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.screen_record import ScreenRecord, Seen
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.admission import Admission
from dashboard.live.denials import Denials
from dashboard.live.server import Access
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Orders, Visitor
from dashboard.store import StoreError

ALL = Viewer(EVERYTHING)
_ids = itertools.count(1)


def person(scope: Scope = EVERYTHING, role: Role = Role.MANAGER, *more: Permission) -> Actor:
    """Somebody with a role in a scope; `more`: permissions beyond the role's."""
    number = next(_ids)
    grant = Grant(role, scope, permissions_of(role) | frozenset(more))
    return Actor(
        "person", f"p{number}", "王芳", (grant,), account_id=f"a{number}", session=f"s{number}", address="10.0.0.7"
    )


def visitor(scope: Scope = EVERYTHING, role: Role = Role.MANAGER) -> Visitor:
    """The same, at a socket."""
    return Visitor(person(scope, role))


def screen(board: str = "default", scope: Scope = EVERYTHING, **orders: object) -> Visitor:
    """A paired TV."""
    grant = Grant("screen", scope, SCREEN_PERMISSIONS)
    actor = Actor("screen", f"tv{next(_ids)}", "大厅左", (grant,), session="t", address="10.0.0.8", board=board)
    return Visitor(actor, Orders(board, "zh-CN", "dark", **orders))  # type: ignore[arg-type]


class Door:
    """Everybody who may come in, by what they show. `is_away`: nobody can say who anybody is."""

    def __init__(self) -> None:
        self.by_secret: dict[str, Actor] = {"all": person(EVERYTHING, Role.MANAGER, Permission.METRICS_READ)}
        self.records: dict[str, ScreenRecord] = {}
        self.is_away = False
        self.asked = 0
        self.screens = self

    def by_session(self, cookie: str, address: str) -> Actor | None:  # noqa: ARG002 — the protocol has it
        return self._actor(cookie)

    def by_token(self, secret: str, address: str) -> Actor | ScreenRecord | None:  # noqa: ARG002
        """Of programs and, as the screens' records, of TVs."""
        return self._actor(secret) or self.records.get(digest(secret))

    def by_hash(self, token_hash: str, address: str) -> ScreenRecord | None:  # noqa: ARG002
        self._count()
        return self.records.get(token_hash)

    def again(self, actor: Actor) -> Actor | None:
        self._count()
        return next((one for one in self.by_secret.values() if one.session == actor.session), None)

    def _actor(self, secret: str) -> Actor | None:
        self._count()
        return self.by_secret.get(secret)

    def _count(self) -> None:
        self.asked += 1
        if self.is_away:
            raise AccessUnavailable("away")


class Book:
    """An audit log and the sightings, in memory. `is_full`: nothing can be written."""

    def __init__(self) -> None:
        self.recorded: list[tuple[Actor, str, Target, str]] = []
        self.refused: list[tuple[Actor, str, Target]] = []
        self.seen: dict[str, Seen] = {}
        self.is_full = False

    def record(self, actor: Actor, action: str, target: Target = Target(), *, reason: str = "") -> int:  # noqa: B008
        if self.is_full:
            raise StoreError("full")
        self.recorded.append((actor, action, target, reason))
        return len(self.recorded)

    def denied(self, actor: Actor, what: str, target: Target | str = "") -> None:
        assert isinstance(target, Target)
        self.refused.append((actor, what, target))

    def tell_repeats(self) -> None:
        """Nothing is repeated here."""

    def saw(self, seen: Mapping[str, Seen]) -> None:
        self.seen.update(seen)


def access(door: Door, book: Book, most_reveals: int = 30) -> Access:
    """As the process puts it together."""
    admission = Admission(door)  # type: ignore[arg-type]  # programs and TVs share one book here
    counts: dict[str, int] = {}

    def is_too_many(account_id: str) -> bool:
        counts[account_id] = counts.get(account_id, 0) + 1
        return counts[account_id] > most_reveals

    return Access(admission, Denials(book, admission.in_thread, lambda: None), Reveals(book, is_too_many), book)
