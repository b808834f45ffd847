"""A channel: one distinct view (board, scope, masking), its place in the sequence, and the screens that show it.

Invariants: the view is computed once per tick and encoded once, however many screens show it; `seq` rises by one with every
patch, and with every rebuilding; a snapshot carries the `seq` that the next patch follows.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from dashboard.boards import Board
from dashboard.live import frames, views
from dashboard.live.patches import diff
from dashboard.live.screens import Screen
from dashboard.live.sight import Sight
from dashboard.live.values import Patch
from dashboard.live.viewer import Viewer

GZIP_FROM_BYTES = 65_536
"""Smaller snapshots are not worth it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a frame is true: our clock (epoch, ms), the stream id, and which release says so."""

    at_ms: int
    position: str
    release: str


@dataclass(frozen=True, slots=True)
class Encoded:
    """A frame as bytes; compressed ones travel as binary frames."""

    body: bytes
    as_text: bool = True


class Channel:
    """One view that is kept up to date. `name`: what screens ask for to get it. `revision`: of the board, 0 for a shipped one."""

    def __init__(self, board: Board, sight: Sight, *, name: str = "", revision: int = 0) -> None:
        self.board = board
        self.name = name or board.id
        self.revision = revision
        self.viewer: Viewer = sight.viewer
        self.seq = 1
        self.screens: set[Screen] = set()
        self.view = views.view(sight, board)
        self._snapshots: dict[bool, Encoded] = {}

    def becomes(self, board: Board, revision: int, sight: Sight) -> None:
        """The board is another one now, under the same name."""
        self.board = board
        self.revision = revision
        self.rebuild(sight)

    def rebuild(self, sight: Sight) -> None:
        """Everything may be different: every screen needs a snapshot."""
        self.view = views.view(sight, self.board)
        self._moved()
        for screen in self.screens:
            screen.is_in_step = False

    def advance(self, sight: Sight, moment: Moment) -> bytes | None:
        """The patch frame for what changed; None: nothing that this view shows."""
        changes = views.advance(self.view, sight, self.board)
        return self._patch(changes, moment) if changes else None

    def renew(self, sight: Sight, moment: Moment) -> bytes | None:
        """The same by a sight that was not there before: for small views, which need no memory of what may have changed."""
        before, self.view = self.view, views.view(sight, self.board)
        changes = diff(before, self.view)
        return self._patch(changes, moment) if changes else None

    def snapshot(self, moment: Moment, sight: Sight, *, compressed: bool) -> Encoded:
        """The whole view; encoded, and compressed, once for all screens that need it at this `seq`."""
        plain = self._snapshots.get(False)
        if plain is None:
            body = frames.snapshot(
                board=self.name,
                release=moment.release,
                revision=self.revision,
                seq=self.seq,
                at_ms=moment.at_ms,
                position=moment.position,
                view=self.view,
                names=views.names(sight, self.board),
                links=views.links(sight.floor, moment.at_ms),
            )
            plain = self._snapshots[False] = Encoded(body)
        if not compressed or len(plain.body) < GZIP_FROM_BYTES:
            return plain
        if True not in self._snapshots:
            self._snapshots[True] = Encoded(gzip.compress(plain.body, compresslevel=1), as_text=False)
        return self._snapshots[True]

    def forget_snapshots(self) -> None:
        """Nobody needs them now: big boards should not be held twice."""
        self._snapshots.clear()

    def _patch(self, changes: Patch, moment: Moment) -> bytes:
        self._moved()
        return frames.patch(seq=self.seq, at_ms=moment.at_ms, position=moment.position, changes=changes)

    def _moved(self) -> None:
        self.seq += 1
        self._snapshots.clear()
