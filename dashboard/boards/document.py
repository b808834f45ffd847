"""The board document: what a screen shows, typed. Format 1.

A board says what to show of which queues and teams, where on its grid, and when a number is bad; it never says how it looks. It is
what the designer edits, what the database keeps, what is exported and imported, and what gateway and pages read. Boards are frozen
and hashable: two screens with equal boards share one view.

A board has pages; with more than one they take turns. All tiles of all pages are one view, so that a red tile of a page that is not
shown is known. Words of people stand in `Title`s, in the languages that we ship; an empty one means: the product's own word.

`dashboard.boards.reading` reads and checks; nothing else makes a board of what came from outside.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from collectors.events import SlFormula

FORMAT: Final = 1

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
SwitchId = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
MetricId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Words = Annotated[str, msgspec.Meta(max_length=500)]
Window = Literal[
    "now", "day", "yesterday", "interval", "interval:-1", "last_5_min", "last_15_min", "last_30_min", "last_60_min"
]
Worse = Literal["above", "below"]
Sound = Literal["none", "chime", "bell", "alarm"]
Theme = Literal["dark", "light"]
Lang = Literal["zh-CN", "en"]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Moment = Annotated[str, msgspec.Meta(pattern=r"^(\d{4}-\d\d-\d\dT)?([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A local time of the site: of one day (`2026-12-31T18:00`) or of every day (`18:00`)."""

COLUMNS: Final = 24
ROWS: Final = 24
"""The grid of a wall that is wider than high."""

PORTRAIT_COLUMNS: Final = 12
PORTRAIT_ROWS: Final = 44
"""The grid of one that is higher than wide: a cell is about as large as on the other."""

MOST_TILES: Final = 40
MOST_PAGES: Final = 12


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, cache_hash=True):
    """A part of a board. Unknown fields are mistakes; what has its default is not written. Boards and tiles are keys that are looked up
    many times a second, so each counts its hash once."""


class Title(Part, frozen=True):
    """What people read, in the languages that we ship."""

    zh: Words = ""
    en: Words = ""


class Place(Part, frozen=True, omit_defaults=False):
    """Where a tile stands, in cells of the grid: left, top, width, height."""

    x: Annotated[int, msgspec.Meta(ge=0, le=COLUMNS - 1)]
    y: Annotated[int, msgspec.Meta(ge=0, le=PORTRAIT_ROWS - 1)]
    w: Annotated[int, msgspec.Meta(ge=1, le=COLUMNS)]
    h: Annotated[int, msgspec.Meta(ge=1, le=PORTRAIT_ROWS)]


class Hours(Part, frozen=True, rename={"from_time": "from", "to_time": "to"}, omit_defaults=False):
    """A stretch of every day, by the site's clock; past midnight where `to` is the earlier one."""

    from_time: TimeOfDay
    to_time: TimeOfDay


class Limits(Part, frozen=True):
    """When a number is bad, in the metric's own unit. Each of `target`, `amber`, `red` that is left out is the queue's own where
    queues have one, else there is none. `worse` left out: the metric's own direction. A level changes only after it has
    lasted `hold_s`; during `quiet` there is none. `sound`: once, when red begins."""

    target: float | None = None
    amber: float | None = None
    red: float | None = None
    worse: Worse | None = None
    hold_s: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 20
    quiet: tuple[Hours, ...] = ()
    sound: Sound = "none"


class TileBase(Part, frozen=True, tag_field="kind", kw_only=True):
    """What every tile has. `at` may only be missing where no wall shows the board. `portrait`: where it stands on a screen that is
    higher than wide; left out, the board is packed by itself (`dashboard.boards.portrait`). Empty `queues`, `teams`: the board's."""

    id: Id
    at: Place | None = None
    portrait: Place | None = None
    title: Title = Title()
    queues: tuple[SwitchId, ...] = ()
    teams: tuple[SwitchId, ...] = ()


class NumberTile(TileBase, frozen=True, tag="number"):
    """Any metric against its target, with others in small print (`also`), how it went today as a line, and an arrow."""

    metric: MetricId
    also: tuple[MetricId, ...] = ()
    window: Window = "day"
    formula: SlFormula | None = None
    threshold_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] | None = None
    limits: Limits = Limits()
    trend: Literal["none", "arrow", "line"] = "line"


class ServiceLevelTile(TileBase, frozen=True, tag="service_level"):
    """Service level with its formula's name. Without limits: amber below the target, red so far below as `levels` says."""

    also: tuple[MetricId, ...] = ()
    window: Window = "day"
    formula: SlFormula | None = None
    threshold_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] | None = None
    limits: Limits = Limits()


class LongestWaitTile(TileBase, frozen=True, tag="longest_wait"):
    """How long the oldest caller waits, by the limits of the queue where it waits, unless the tile has its own."""

    limits: Limits = Limits()


class AgentStatesTile(TileBase, frozen=True, tag="agent_states"):
    """How many agents are in which state."""


class WaitingCallersTile(TileBase, frozen=True, tag="waiting_callers"):
    """Who waits, oldest first. `rows`: at most so many are sent; 0: all."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 30


class QueueTableTile(TileBase, frozen=True, tag="queue_table"):
    """Queues, worst first, with a figure a column; pages by itself when they do not fit. `limits` are the service level's."""

    columns: tuple[MetricId, ...] = ("waiting", "longest_wait", "service_level", "agents_available")
    window: Window = "day"
    formula: SlFormula | None = None
    threshold_s: Annotated[int, msgspec.Meta(ge=1, le=3600)] | None = None
    limits: Limits = Limits()
    rows: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0


class AgentsTile(TileBase, frozen=True, tag="agents"):
    """Everybody, a small tile each. `label`: what stands on it. `rows`: at most so many; 0: all. `signed_out`: these too."""

    rows: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 0
    signed_out: bool = False
    label: Literal["name", "staff_number"] = "name"


class HalfHoursTile(TileBase, frozen=True, tag="half_hours"):
    """The day interval by interval: offered, answered, abandoned and service level; or dialled, connected and connect rate."""

    series: Literal["inbound", "outbound"] = "inbound"
    limits: Limits = Limits()


LeaderboardId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^([a-z0-9][a-z0-9_-]*)?$")]
"""A leaderboard's id; "": none was chosen yet, and the tile says so."""


class TopListTile(TileBase, frozen=True, tag="top_list"):
    """The agents with most of a metric. Who has none is not in it; equal figures share a rank. With a `leaderboard`: its first ones, by
    their score, whatever `metric` and `window` say."""

    metric: MetricId = "calls_handled"
    leaderboard: LeaderboardId = ""
    window: Window = "day"
    rows: Annotated[int, msgspec.Meta(ge=3, le=10)] = 5


class LeaderboardHeadTile(TileBase, frozen=True, tag="leaderboard_head"):
    """What a leaderboard is about: its period and state, how long it still runs, what it takes to be on it, prizes."""

    leaderboard: LeaderboardId = ""


class PodiumTile(TileBase, frozen=True, tag="podium"):
    """The first three of a leaderboard."""

    leaderboard: LeaderboardId = ""


class RankingTile(TileBase, frozen=True, tag="ranking"):
    """Who stands where, ten a page. `is_beside_podium`: the first three stand there, and not here too."""

    leaderboard: LeaderboardId = ""
    is_beside_podium: bool = False


class TeamRaceTile(TileBase, frozen=True, tag="team_race"):
    """Teams against each other."""

    leaderboard: LeaderboardId = ""


class BestsTile(TileBase, frozen=True, tag="bests"):
    """Reasons to smile: who climbed most, the longest streak, the newest badge."""

    leaderboard: LeaderboardId = ""


class GoalsTile(TileBase, frozen=True, tag="goals"):
    """What all want to reach together, and how far they are."""

    leaderboard: LeaderboardId = ""


class CelebrationTile(TileBase, frozen=True, tag="celebration"):
    """The newest good news. When it has just come, it is celebrated over the whole screen for three seconds."""

    leaderboard: LeaderboardId = ""


class RestQuotaTile(TileBase, frozen=True, tag="rest_quota"):
    """How many rest for which reason, of how many who may at once. `reasons` empty: all that have a quota."""

    reasons: tuple[SwitchId, ...] = ()


class TickerTile(TileBase, frozen=True, tag="ticker"):
    """The board's messages, and announcements, in a tile. Without such a tile they stand in a line at the bottom."""


class TextTile(TileBase, frozen=True, tag="text"):
    """A note."""

    text: Title = Title()
    size: Literal["small", "normal", "large"] = "normal"


class Clock(Part, frozen=True):
    """One clock. `zone`: IANA name; "" for the site's. `label`: what stands beside it."""

    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""
    label: Title = Title()


class ClockTile(TileBase, frozen=True, tag="clock"):
    """One clock, or several places'."""

    clocks: tuple[Clock, ...] = (Clock(),)
    seconds: bool = True
    date: bool = True


class PictureTile(TileBase, frozen=True, tag="picture"):
    """A picture or logo that somebody uploaded. `picture`: its id. `alt`: what it shows."""

    picture: Annotated[str, msgspec.Meta(max_length=32, pattern=r"^[0-9a-f]*$")] = ""
    fit: Literal["contain", "cover"] = "contain"
    alt: Title = Title()


class CountdownTile(TileBase, frozen=True, tag="countdown"):
    """Time left until a moment. `over`: what stands there afterwards."""

    until: Moment
    over: Title = Title()


class LinkLampTile(TileBase, frozen=True, tag="link_lamp"):
    """Is each switch there? `switches` empty: all."""

    switches: tuple[SwitchId, ...] = ()


Tile = (
    NumberTile
    | ServiceLevelTile
    | LongestWaitTile
    | AgentStatesTile
    | WaitingCallersTile
    | QueueTableTile
    | AgentsTile
    | HalfHoursTile
    | TopListTile
    | LeaderboardHeadTile
    | PodiumTile
    | RankingTile
    | TeamRaceTile
    | BestsTile
    | GoalsTile
    | CelebrationTile
    | RestQuotaTile
    | TickerTile
    | TextTile
    | ClockTile
    | PictureTile
    | CountdownTile
    | LinkLampTile
)
"""Any tile; `kind_of(tile)` is its name in the document, in layouts/widgets and in assets/js/widgets."""

TILES: Final[dict[str, type[TileBase]]] = {str(one.__struct_config__.tag): one for one in Tile.__args__}
"""Name of a kind → its type."""

STANDING: Final = frozenset({"ticker", "text", "clock", "picture", "countdown", "link_lamp"})
"""Kinds that the gateway sends no value for: the page has all they need."""

OF_LEADERBOARDS: Final = frozenset(
    {"leaderboard_head", "podium", "ranking", "team_race", "bests", "goals", "celebration"}
)
"""Kinds that show nothing but a leaderboard: who takes part is its matter, not the board's queues and teams."""

HAVE_LIMITS: Final = frozenset({"number", "service_level", "longest_wait"})
"""Kinds that have an alarm of their own."""


def kind_of(tile: TileBase) -> str:
    """The name of a tile's kind."""
    return str(tile.__struct_config__.tag)


class Page(Part, frozen=True):
    """One page of a board. `seconds`: how long it is shown before the next one."""

    tiles: tuple[Tile, ...]
    title: Title = Title()
    seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 20


class Rotation(Part, frozen=True):
    """How pages take turns. `stops_on_red`: a page with a red tile comes first and stays while it is red."""

    stops_on_red: bool = True


class Sounds(Part, frozen=True):
    """Whether tiles that have a sound make it. `volume` in percent; none during `quiet`."""

    on: bool = False
    volume: Annotated[int, msgspec.Meta(ge=1, le=100)] = 60
    quiet: tuple[Hours, ...] = ()


class Message(Part, frozen=True, rename={"from_time": "from", "until_time": "until"}):
    """A message of the ticker; higher priorities come first and more often. Shown from `from` until `until`, where given."""

    text: Title
    priority: Literal["normal", "high"] = "normal"
    from_time: Moment | None = None
    until_time: Moment | None = None


class Ticker(Part, frozen=True):
    """Messages, a page each. `seconds`: how long one is shown."""

    messages: tuple[Message, ...] = ()
    seconds: Annotated[int, msgspec.Meta(ge=3, le=120)] = 10


class Board(Part, frozen=True):
    """A board. Empty `queues`, `teams`: all that the viewer may see. `theme`, `lang`: what a screen gets when it is given this board
    and nobody chose; a screen's own count."""

    id: Id
    title: Title
    pages: tuple[Page, ...]
    format: Literal[1] = FORMAT
    queues: tuple[SwitchId, ...] = ()
    teams: tuple[SwitchId, ...] = ()
    theme: Theme | None = None
    lang: Lang | None = None
    rotation: Rotation = Rotation()
    sounds: Sounds = Sounds()
    ticker: Ticker = Ticker()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All tiles of all pages, in order."""
        return tuple(tile for page in self.pages for tile in page.tiles)
