"""The views that screens share: one channel for each board and kind of eyes, however many screens show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.live.audience import Audience
from dashboard.live.channels import Channel, Moment
from dashboard.live.dirty import Dirty
from dashboard.live.screens import Screen
from dashboard.live.sights import Sights
from dashboard.live.tally import Tally
from dashboard.live.viewer import Viewer
from dashboard.wallboards.published import Published

EMPTY_CHANNEL_MS: Final = 60_000.0
"""A view that nobody shows is kept so long: screens that reload find it warm."""


@dataclass(slots=True)
class _Shared:
    channel: Channel
    empty_since: float | None = None


class SharedViews:
    """By name (what screens ask for) and viewer. `at_ms`: steady time."""

    def __init__(self, audience: Audience, sights: Sights, tally: Tally) -> None:
        self._audience = audience
        self._sights = sights
        self._tally = tally
        self._views: dict[tuple[str, Viewer], _Shared] = {}

    def __len__(self) -> int:
        return len(self._views)

    @property
    def channels(self) -> list[Channel]:
        """All of them."""
        return [shared.channel for shared in self._views.values()]

    @property
    def viewers(self) -> set[Viewer]:
        """Whose eyes look at them."""
        return {viewer for _, viewer in self._views}

    def find(self, name: str, viewer: Viewer) -> Channel | None:
        """The view of a name that these eyes share."""
        shared = self._views.get((name, viewer))
        return None if shared is None else shared.channel

    def join(self, screen: Screen, name: str, found: Published, viewer: Viewer, moment: Moment, at_ms: float) -> bool:
        """One more screen shows a view, as it is now. Returns whether somebody waits for a snapshot."""
        shared = self._views.get((name, viewer))
        if shared is None:
            sight = self._sights.of(viewer, moment.at_ms)
            channel = Channel(found.board, sight, name=name, revision=found.revision)
            shared = self._views[name, viewer] = _Shared(channel)
        shared.channel.screens.add(screen)
        shared.empty_since = None
        return self._serve_snapshots(shared.channel, moment, at_ms)

    def leave(self, screen: Screen, at_ms: float) -> None:
        """A screen shows its view no more."""
        if screen.board is None or screen.viewer is None:
            return
        shared = self._views.get((screen.board, screen.viewer))
        if shared is not None:
            shared.channel.screens.discard(screen)
            if not shared.channel.screens:
                shared.empty_since = at_ms

    def drop(self, channel: Channel) -> None:
        """There is no such board any more."""
        del self._views[channel.name, channel.viewer]

    def drop_empty(self, at_ms: float) -> None:
        """Those that nobody has shown for `EMPTY_CHANNEL_MS`."""
        for key, shared in list(self._views.items()):
            if shared.empty_since is not None and at_ms - shared.empty_since > EMPTY_CHANNEL_MS:
                del self._views[key]

    def move(self, dirty: Dirty, moment: Moment, at_ms: float) -> int:
        """The floor changed as `dirty` says, and the sights with it: patches go out. Returns how many views were looked at."""
        touched = [channel for channel in self.channels if self._is_touched(channel, dirty, moment)]
        for channel in touched:
            self._publish(channel, dirty, moment, at_ms)
        return len(touched)

    def catch_up(self, moment: Moment, at_ms: float) -> bool:
        """Snapshots for who is out of step. Returns whether somebody still waits."""
        someone_waits = False
        for channel in self.channels:
            someone_waits |= self._serve_snapshots(channel, moment, at_ms)
        return someone_waits

    def _is_touched(self, channel: Channel, dirty: Dirty, moment: Moment) -> bool:
        return dirty.everything or dirty.settings or not self._sights.of(channel.viewer, moment.at_ms).is_still

    def _publish(self, channel: Channel, dirty: Dirty, moment: Moment, at_ms: float) -> None:
        sight = self._sights.of(channel.viewer, moment.at_ms)
        if dirty.everything or dirty.settings:
            channel.rebuild(sight)
            return
        patch = channel.advance(sight, moment)
        if patch is not None:
            self._tally.encoded.add(1, "patch")
            self._audience.publish(channel, patch, at_ms)

    def _serve_snapshots(self, channel: Channel, moment: Moment, at_ms: float) -> bool:
        sight = self._sights.of(channel.viewer, moment.at_ms)
        return self._audience.catch_up(
            channel, lambda screen: channel.snapshot(moment, sight, compressed=screen.takes_gzip), at_ms
        )
