"""The gateway without its sockets' and clocks' machinery: what folds in, what goes out, when.

`folded` takes changes from the replica; `tick` brings every view up to date and sends patches; `second` moves what only time
moves, sends the heartbeat and ends screens that are too far behind. All three are plain calls with the time as an argument;
`dashboard.live.server` makes them at the right moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from collectors.vitals import Vitals
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.alerts.current import OpenNow
from dashboard.boards import Board, leaderboard_of, queue_of
from dashboard.floor.changes import Changes
from dashboard.floor.state import Floor
from dashboard.leaderboards.current import Current
from dashboard.leaderboards.standings.past import PastSums
from dashboard.leaderboards.standings.period_numbers import Wanted
from dashboard.live import frames, said, views
from dashboard.live.alarms import Alarms
from dashboard.live.announcer import Announcer
from dashboard.live.audience import Audience, Write
from dashboard.live.boards_known import DRAFT, BoardsKnown, draft_of
from dashboard.live.channels import Channel, Moment
from dashboard.live.clocks import Instant
from dashboard.live.desks import Desks
from dashboard.live.dirty import Dirty
from dashboard.live.leaderboards import LeaderboardsNow
from dashboard.live.own_pages import OwnPages, is_own
from dashboard.live.pace import Pace
from dashboard.live.paired import Paired
from dashboard.live.people import People
from dashboard.live.screens import Screen, Socket
from dashboard.live.shared_views import SharedViews
from dashboard.live.sights import Sights
from dashboard.live.supervision import Supervision
from dashboard.live.tally import Tally
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Visitor, need_of
from dashboard.supervision.messages import Message
from dashboard.supervision.standing import Standing
from dashboard.wallboards.published import Published

EARLY_AT_ONCE = 200

Asked = said.Reveal | said.Command | said.Message | said.Read
"""What a person asks for beyond looking."""


@dataclass
class Gateway:
    """One site's floor, shown to any number of screens. `boards`: the shipped ones. `awaits_boards`: more are published, and will be told
    to `replace_boards`. `denied` hears who asked for a board without being allowed to; `draft_wanted` who wants a draft, and answers
    with `draft_is`. `controlled`: switches with a control account; None: not known."""

    boards: Mapping[str, Board]
    release: str
    write: Write
    most_views: int = 1_000
    tally: Tally = field(default_factory=lambda: Tally(Vitals()))
    pace: Pace = field(default_factory=Pace)
    floor: Floor | None = None
    position: str = ""
    lag_ms: int | None = None
    someone_waits: bool = False
    denied: Callable[[Actor, Permission, str], None] = lambda _actor, _need, _board: None
    draft_wanted: Callable[[Screen], None] = lambda _screen: None
    awaits_boards: bool = False
    announcer: Announcer = field(default_factory=Announcer)
    controlled: Collection[str] | None = None

    def __post_init__(self) -> None:
        self.audience = Audience(self.write, self.tally)
        self._paired = Paired(self.audience, self.announcer)
        self._boards = BoardsKnown(self.boards, are_published_known=not self.awaits_boards)
        self._astray: set[Screen] = set()
        """Shown nothing, because there is no board of that id (yet)."""
        self.people: People | None = None
        self.supervision = Supervision()
        self.desks = Desks(self.audience, self.supervision, self.controlled)
        self.alarms = Alarms(self.audience)
        self.leaderboards = LeaderboardsNow()
        self.sights = Sights(self.supervision, self.leaderboards)
        self._views = SharedViews(self.audience, self.sights, self.tally)
        self._own = OwnPages(self.audience, self.supervision, self.leaderboards)
        self._dirty = Dirty()
        self._early: set[Screen] = set()

    # -- the floor ----------------------------------------------------------------------------------------------------

    def folded(self, changes: Changes, floor: Floor, position: str, events: int, now: Instant) -> None:
        """The floor moved (it is the same object, changed in place, or a new one after a restart of the stream)."""
        is_another = floor is not self.floor
        self.floor = floor
        self.position = position
        if is_another:
            self.people = People(floor).watch()
            self.sights.follow(floor, self.people)
            self.leaderboards.follow(floor, now.at_ms)
            self._dirty.everything = True
        self._dirty.add(changes)
        self.leaderboards.folded(changes)
        self.desks.folded(changes, floor, now.at_ms)
        if self._dirty or self.desks.someone_waits:
            self.pace.changed(events, now.steady_ms)

    def rules_are(self, standing: Standing, now: Instant) -> None:
        """The rules of stepping in, phones and who is who, as they stand."""
        before, self.supervision.standing = self.supervision.standing, standing
        if self.floor is not None and (before is None or before.policy != standing.policy):
            self._dirty.agents |= self.floor.agents.keys()
        self.desks.touch_all()
        self.pace.changed(1, now.steady_ms)

    def messages_are(self, messages: Mapping[str, tuple[Message, ...]], now: Instant) -> None:
        """What is written to agents now."""
        changed = self.supervision.written_otherwise(messages)
        if self.floor is not None and changed & self.floor.agents.keys():
            self._dirty.agents |= changed & self.floor.agents.keys()
            self.pace.changed(1, now.steady_ms)

    def alerts_are(self, every: tuple[OpenNow, ...], now: Instant) -> None:
        """What is open now."""
        self.alarms.are(every)
        self.alarms.tell(self.floor, now.at_ms, now.steady_ms)

    def leaderboards_are(self, current: Current, now: Instant) -> None:
        """What is kept of leaderboards now. Who shows one that was changed gets its snapshot, who shows one that is gone hears that."""
        before = self.leaderboards.current
        self.leaderboards.know(current, now.at_ms)
        if before is None or before.known != current.known:
            self._boards.replace_leaderboards(self.leaderboards.boards())
            self._publish(now)
            self._renew_leaderboards(now, were_known=before is not None)
            self._catch_up(now)
        self.pace.changed(1, now.steady_ms)

    def past_is(self, wanted: Wanted, sums: PastSums, now: Instant) -> bool:
        """What a leaderboard's period needs of history; False: it is wanted still."""
        self.pace.changed(1, now.steady_ms)
        return self.leaderboards.know_past(wanted, sums)

    def tick(self, now: Instant) -> None:
        """Bring the views up to date and send what changed."""
        began = time.perf_counter()
        views_computed = self._publish(now)
        self._catch_up(now)
        took = time.perf_counter() - began
        self.tally.tick_took(took, views_computed)
        self.pace.ticked(now.steady_ms, took * 1000)

    def second(self, now: Instant) -> None:
        """What only time moves; the heartbeat; screens that are too far behind."""
        self._dirty.time = True
        self.sights.second()
        self._publish(now)
        self._beat(now)
        for screen in self.audience.screens:
            if screen.board is not None:
                self._paired.order(screen, now.at_ms, now.steady_ms)
        self.announce(now)
        self.desks.second(now.at_ms)
        self.alarms.tell(self.floor, now.at_ms, now.steady_ms)
        self.audience.close_overdue(now.steady_ms)
        self._catch_up(now)
        self._views.drop_empty(now.steady_ms)
        self.sights.keep(self._views.viewers)

    # -- screens ------------------------------------------------------------------------------------------------------

    def opened(self, socket: Socket, visitor: Visitor, now: Instant) -> Screen:
        """A screen connected; it shows nothing until it asks for a board."""
        screen = Screen(socket, visitor, now.steady_ms)
        self.audience.screens.add(screen)
        return screen

    def heard(self, screen: Screen, message: str | bytes, now: Instant) -> Asked | None:
        """A frame from a screen; what needs more than the floor is given back. Raises `frames.Refused` when it breaks the
        protocol."""
        found = said.read(message)
        if not isinstance(found, said.Command):  # a selection is many of these at once: they have a pace of their own
            screen.speaks(now.steady_ms)
        if isinstance(found, said.Ack):
            channel = self._channel_of(screen)
            screen.acknowledged(found.ack, channel.seq if channel else 0, now.steady_ms)
            return None
        if not isinstance(found, said.Hello):
            return found
        screen.takes_gzip = found.gzip
        screen.release = found.release or self.release
        screen.restarts = max(0, found.restarts)
        self._paired.order(screen, now.at_ms, now.steady_ms)
        self._show(screen, screen.visitor.board(found.board), now)
        self._paired.announce(screen, now.at_ms, now.steady_ms)
        return None

    def is_now(self, screen: Screen, visitor: Visitor, now: Instant) -> None:
        """Who is at a screen was looked at again: what changed for them is shown anew, or no more."""
        before, screen.visitor = screen.visitor, visitor
        if visitor.orders != before.orders:
            screen.is_ordered = False
        if screen.board is None or screen.has_ended:
            return
        self.desks.is_now(screen)
        self._paired.order(screen, now.at_ms, now.steady_ms)
        board = visitor.board(screen.board)
        if board != screen.board or visitor.viewer(board) != screen.viewer:
            self._show(screen, board, now)
        elif draft_of(board) is not None:
            self.draft_wanted(screen)

    def dismiss(self, screen: Screen, code: int, reason: str) -> None:
        """Nobody is known there any more, or they may not see this."""
        if not screen.has_ended:
            self.audience.end(screen, code, reason)

    def announce(self, now: Instant) -> None:
        """Each paired screen whose announcements are others than it was told is told anew."""
        for screen in self.audience.screens:
            self._paired.announce(screen, now.at_ms, now.steady_ms)

    # -- boards -------------------------------------------------------------------------------------------------------

    def replace_boards(self, published: Mapping[str, Published], now: Instant) -> None:
        """What is published now. Who shows a board that is another one gets its snapshot; who shows one that is gone hears that, and
        gets it when it is there again."""
        were_known = self._boards.are_published_known
        self._boards.replace(published)
        self._publish(now)
        for channel in self._views.channels:
            if draft_of(channel.name) is None:
                self._renew_board(channel, now)
        for screen in list(self._astray):
            if screen.board is not None and (not were_known or self._found(screen, screen.board) is not None):
                self._show(screen, screen.board, now)
        self._catch_up(now)

    def draft_is(self, screen: Screen, board_id: str, found: Published | None, now: Instant) -> None:
        """The draft that was wanted; None: there is none, for who asks."""
        name = f"{DRAFT}{board_id}"
        if screen.has_ended or screen.board != name or screen.viewer is None:
            return
        if found is None:
            self._leave_channel(screen, now)
            self._lose(screen, now)
        elif self.floor is None:
            self._await_floor(screen, now)
        else:
            channel = self._views.find(name, screen.viewer)
            if channel is not None:
                self._change_board(channel, found, now)
            if channel is None or screen not in channel.screens:
                self._join(screen, name, found, screen.viewer, now)
            else:
                self._catch_up(now)

    def showing_drafts(self) -> list[Screen]:
        """Who shows drafts, or wants to."""
        return [screen for screen in self.audience.screens if screen.board and draft_of(screen.board) is not None]

    def _renew_board(self, channel: Channel, now: Instant) -> None:
        for screen in [one for one in channel.screens if self._found(one, channel.name) is None]:
            self._leave_channel(screen, now)  # it is gone, or about others now
            self._lose(screen, now)
        found = self._boards.find(channel.name)
        if found is None:
            self._views.drop(channel)
        elif channel.screens:
            self._change_board(channel, found, now)

    def _renew_leaderboards(self, now: Instant, *, were_known: bool) -> None:
        """Boards that show something of a leaderboard, and who waits for one."""
        for channel in self._views.channels:
            if leaderboard_of(channel.name) is not None:
                self._renew_board(channel, now)
            elif any(getattr(tile, "leaderboard", "") for tile in channel.board.tiles):
                channel.rebuild(self.sights.of(channel.viewer, now.at_ms))
        for screen in list(self._astray):
            if screen.board is None or leaderboard_of(screen.board) is None:
                continue
            if not were_known or self._found(screen, screen.board) is not None:
                self._show(screen, screen.board, now)

    def _change_board(self, channel: Channel, found: Published, now: Instant) -> None:
        if (channel.board, channel.revision) != (found.board, found.revision):
            channel.becomes(found.board, found.revision, self.sights.of(channel.viewer, now.at_ms))

    def _lose(self, screen: Screen, now: Instant) -> None:
        """A screen has no board to show; it says so once."""
        screen.is_in_step = False
        is_new = screen not in self._astray
        self._astray.add(screen)
        is_known = self._boards.are_published_known
        if screen.board is not None and leaderboard_of(screen.board) is not None:
            is_known = self.leaderboards.current is not None
        if is_new and not screen.has_ended:
            self.audience.say(
                screen, frames.error("unknown_board" if is_known else "starting", now.at_ms), now.steady_ms
            )

    def _await_floor(self, screen: Screen, now: Instant) -> None:
        self._early.add(screen)
        self.audience.say(screen, frames.error("starting", now.at_ms), now.steady_ms)

    # -- screens that come and go ---------------------------------------------------------------------------------------

    def left(self, screen: Screen, now: Instant) -> None:
        """The connection is gone."""
        self._leave_channel(screen, now)
        self._astray.discard(screen)
        self._early.discard(screen)
        self.audience.screens.discard(screen)

    @property
    def channels(self) -> list[Channel]:
        """The distinct views that are kept up to date."""
        return [*self._views.channels, *self._own.channels]

    # -- inside -------------------------------------------------------------------------------------------------------

    def _publish(self, now: Instant) -> int:
        """Bring everything up to date that changed, and some of what has aged. Returns how many views were looked at."""
        dirty, self._dirty = self._dirty, Dirty()
        someone_waits = self.sights.someone_waits or self._own.someone_waits or self.leaderboards.someone_waits
        if self.floor is None or self.people is None or not (dirty or someone_waits):
            return 0
        moment = self._moment(now)
        dirty.leaderboards = self.leaderboards.move(now.at_ms, now.steady_ms, is_second=dirty.time)
        dirty.agents |= self.supervision.move(self.floor, dirty, now.at_ms)
        self._own.move(self.floor, dirty, moment, now.steady_ms)
        self.people.move(dirty)
        self.desks.move(dirty, self.floor, self.people, now.at_ms)
        self.sights.move(now.at_ms, dirty)
        return self._views.move(dirty, moment, now.steady_ms) + self._own.renewed

    def _catch_up(self, now: Instant) -> None:
        self.someone_waits = False
        if self.floor is None or self.people is None:
            return
        if self._early:
            self._greet_early_screens(now)
        moment = self._moment(now)
        self.someone_waits |= self._views.catch_up(moment, now.steady_ms)
        self._own.catch_up(self.floor, moment, now.steady_ms)
        self.someone_waits |= self._own.someone_waits or self.sights.someone_waits or bool(self._early)
        self.someone_waits |= self.leaderboards.someone_waits
        self.someone_waits |= self.desks.tell(self.floor, self.people, now.at_ms, now.steady_ms)

    def _show(self, screen: Screen, board_id: str, now: Instant) -> None:
        self._leave_channel(screen, now)
        self._astray.discard(screen)
        viewer = screen.visitor.viewer(board_id)
        screen.shows(board_id, viewer)
        found = self._found(screen, board_id)
        if viewer is None:
            self.denied(screen.visitor.actor, need_of(board_id), board_id)
            self.dismiss(screen, frames.NOT_ALLOWED, "You may not see this board.")
        elif draft_of(board_id) is not None:
            self.draft_wanted(screen)
        elif found is None:
            self._lose(screen, now)
        elif self.floor is None:
            self._await_floor(screen, now)
        elif is_own(board_id, viewer):
            self._own.join(screen, found.board, viewer, self.floor, self._moment(now), now.steady_ms)
            self.someone_waits |= self._own.someone_waits
        else:
            self._join(screen, board_id, found, viewer, now)
            self.desks.shows(screen, self.floor, now.at_ms)
            self.someone_waits |= self.desks.someone_waits

    def _found(self, screen: Screen, board_id: str) -> Published | None:
        """The board of an id; for a person only one that is about something that they may see."""
        found, viewer = self._boards.find(board_id), screen.visitor.viewer(board_id)
        if found is None or viewer is None or screen.visitor.orders is not None:
            return found
        return found if found.is_for(viewer.scope) and self._has_queue(board_id) else None

    def _has_queue(self, board_id: str) -> bool:
        """A single queue's board is there while the queue is: made-up names are no views to keep."""
        queue, floor = queue_of(board_id), self.floor
        return queue is None or floor is None or queue in floor.queues or queue in floor.settings.queues

    def _join(self, screen: Screen, board_id: str, found: Published, viewer: Viewer, now: Instant) -> None:
        self._astray.discard(screen)
        if self._views.find(board_id, viewer) is None:
            if len(self._views) >= self.most_views:
                self.audience.say(screen, frames.error("overloaded", now.at_ms), now.steady_ms)
                return
            self._publish(now)
        moment = self._moment(now)
        self.someone_waits |= self._views.join(screen, board_id, found, viewer, moment, now.steady_ms)

    def _channel_of(self, screen: Screen) -> Channel | None:
        if screen.board is None or screen.viewer is None:
            return None
        shared = self._views.find(screen.board, screen.viewer)
        return shared if shared is not None else self._own.find(screen.board, screen.viewer)

    def _leave_channel(self, screen: Screen, now: Instant) -> None:
        self._own.leave(screen)
        self.desks.leaves(screen)
        self._views.leave(screen, now.steady_ms)

    def _beat(self, now: Instant) -> None:
        links = views.links(self.floor, now.at_ms) if self.floor is not None else []
        frame = frames.beat(at_ms=now.at_ms, release=self.release, links=links, lag_ms=self.lag_ms)
        self.tally.encoded.add(1, "beat")
        self.audience.beat(frame, now.steady_ms)

    def _greet_early_screens(self, now: Instant) -> None:
        """Screens that asked while the floor was not there yet."""
        for screen in list(self._early)[:EARLY_AT_ONCE]:
            self._early.discard(screen)
            if screen.board is not None and not screen.has_ended:
                self._show(screen, screen.board, now)

    def _moment(self, now: Instant) -> Moment:
        return Moment(now.at_ms, self.position, self.release)
