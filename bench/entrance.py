"""A way into a gateway that a bench runs in its own process: one token, one actor who sees everything, nothing on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dashboard.access.actor import Actor, Grant
from dashboard.access.audit_line import Target
from dashboard.access.permissions import Role
from dashboard.access.revealing import Reveals
from dashboard.access.scope import EVERYTHING
from dashboard.access.screen_record import ScreenRecord, Seen
from dashboard.live.admission import Admission
from dashboard.live.denials import Denials
from dashboard.live.server import Access
from dashboard.live.viewer import Viewer

TOKEN: Final = "bench"  # noqa: S105 — it opens nothing but a bench
HEADER: Final = f"Authorization: Bearer {TOKEN}"
EVERYBODY: Final = Actor("person", "bench", "bench", (Grant.of(Role.MANAGER),), account_id="bench", session="bench")
ALL: Final = Viewer(EVERYTHING)


class OpenDoor:
    """Whoever shows the token is `EVERYBODY`."""

    @property
    def screens(self) -> OpenDoor:
        return self

    def by_session(self, cookie: str, address: str) -> Actor | None:
        return self.by_token(cookie, address)

    def by_token(self, bearer: str, address: str) -> Actor | None:
        del address
        return EVERYBODY if bearer == TOKEN else None

    def by_hash(self, token_hash: str, address: str) -> ScreenRecord | None:
        del token_hash, address
        return None

    def again(self, actor: Actor) -> Actor | None:
        return actor


class NoBook:
    """Takes everything, keeps nothing."""

    def record(self, actor: Actor, action: str, target: Target = Target(), *, reason: str = "") -> int:  # noqa: B008
        del actor, action, target, reason
        return 0

    def denied(self, actor: Actor, what: str, target: Target | str = "") -> None:
        del actor, what, target

    def tell_repeats(self) -> None:
        """Nothing was refused."""

    def saw(self, seen: Mapping[str, Seen]) -> None:
        del seen


def entrance() -> Access:
    """As the process puts it together, with an open door."""
    admission, book = Admission(OpenDoor()), NoBook()  # type: ignore[arg-type]  # programs and TVs share one door here
    denials = Denials(book, admission.in_thread, lambda: None)
    return Access(admission, denials, Reveals(book, lambda _account: False), book)
