"""The ribbon: a day's states as bars, a lane for each state, so that a state is told by its place, icon and word, never by colour alone.

Drawn on the server, in percent of the stretch that the address asks for, so it is there without a script, and its buttons are links.
The script (assets/js/forms/day_ribbon.js) moves the same bars; what it needs stands on them as seconds since the day began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import htpy as h

from layouts.forms.frame import icon
from layouts.texts import Catalogue

LANE = 30
"""Height of a lane, px; a bar leaves 3 above and below."""
AXIS = 24
OVERVIEW = 26
_PAD = 3
LEAST = 0.12
"""A bar is never narrower, in percent: what was short was there too."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One state's stretch. `start_s`, `end_s`: since the day began. `what`, `when`, `about`: what the line above tells of it; `label`: on
    the bar, where there is room. `href`: the contact's path, "" for none. `is_sure` False: revised, or not seen live."""

    lane: int
    state: str
    start_s: float
    end_s: float
    what: str
    when: str
    about: str = ""
    label: str = ""
    href: str = ""
    is_running: bool = False
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment on the axis: a whole hour, or part of one."""

    at_s: float
    label: str


@dataclass(frozen=True, slots=True)
class Ribbon:
    """`lanes`: states in order, from top to bottom. `length_s`: of the day. `first_s`, `last_s`: what is shown. `now_s`: where now is, None
    on other days. `gaps`: unknown stretches. `links`: deed (`in`, `out`, `left`, `right`, `all`) → address. `clock_s`: what
    the local clock reads when the day begins, in seconds after midnight; `jump`: when it is changed, and by how much (both s)."""

    lanes: tuple[str, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    gaps: tuple[tuple[float, float], ...]
    length_s: float
    first_s: float
    last_s: float
    now_s: float | None
    links: Mapping[str, str]
    clock_s: int
    jump: tuple[float, int] | None = None

    @property
    def height(self) -> int:
        """Of the lanes."""
        return LANE * len(self.lanes)


def ribbon(view: Ribbon, texts: Catalogue) -> h.Element:
    """The ribbon with its buttons, and the line that tells of the bar one looks at."""
    return h.div(
        class_="ribbon",
        id="ribbon",
        data_length=_number(view.length_s),
        data_first=_number(view.first_s),
        data_last=_number(view.last_s),
        data_now=None if view.now_s is None else _number(view.now_s),
        data_clock=str(view.clock_s),
        data_jump=None if view.jump is None else f"{_number(view.jump[0])} {view.jump[1]}",
    )[
        h.div(class_="ribbon_tools")[
            h.p(class_="told", id="told", aria_live="polite")[texts("ribbon.hint")],
            h.div(class_="ribbon_buttons", role="group", aria_label=texts("ribbon.buttons"))[
                (_button(deed, view.links[deed], texts) for deed in ("left", "out", "in", "right", "all"))
            ],
        ],
        h.div(class_="ribbon_body")[
            h.ul(class_="lane_names", aria_hidden="true")[
                (h.li(class_=f"s-{state}")[icon(state), h.span[texts(f"state.{state}")]] for state in view.lanes)
            ],
            h.div(
                class_="lanes",
                id="lanes",
                tabindex="0",
                role="application",
                aria_label=texts("ribbon.label"),
                aria_describedby="ribbon-keys",
            )[_drawing(view)],
            _overview(view, texts),
        ],
        h.p(class_="hint", id="ribbon-keys")[texts("ribbon.keys")],
    ]


def _button(deed: str, href: str, texts: Catalogue) -> h.Element:
    words = {"left": "‹", "right": "›", "in": "+", "out": "−"}
    return h.a(class_="button plain", href=href, data_deed=deed, aria_label=texts(f"ribbon.{deed}"), role="button")[
        words.get(deed, texts(f"ribbon.{deed}"))
    ]


def _drawing(view: Ribbon) -> h.Element:
    place = _Place(view.first_s, view.last_s)
    return h.svg(width="100%", height=str(view.height + AXIS), aria_hidden="true", focusable="false")[
        h.defs[_hatch("unknown"), _hatch("unsure")],
        h.g(class_="stripes")[
            (
                h.rect(x="0", y=str(n * LANE), width="100%", height=str(LANE), class_="odd" if n % 2 else "even")
                for n in range(len(view.lanes))
            )
        ],
        h.g(class_="gaps")[
            (
                h.rect(
                    class_="gap",
                    y="0",
                    height=str(view.height),
                    data_start=_number(first),
                    data_end=_number(last),
                    **place.of(first, last),
                )
                for first, last in view.gaps
            )
        ],
        h.g(class_="ticks")[(_tick(tick, place, view.height) for tick in view.ticks)],
        h.g(class_="bars")[(_bar(bar, place) for bar in view.bars)],
        view.now_s is not None
        and h.rect(class_="now", y="0", width="2", height=str(view.height), x=place.x(view.now_s)),
    ]


def _bar(bar: Bar, place: _Place) -> h.Element:
    return h.svg(
        class_=["bar", f"s-{bar.state}", bar.is_running and "is-running"],
        y=str(bar.lane * LANE + _PAD),
        height=str(LANE - 2 * _PAD),
        data_start=_number(bar.start_s),
        data_end=_number(bar.end_s),
        data_what=bar.what,
        data_when=bar.when,
        data_about=bar.about or None,
        data_href=bar.href or None,
        data_state=bar.state,
        data_running="yes" if bar.is_running else None,
        **place.of(bar.start_s, bar.end_s),
    )[
        h.rect(class_="fill", width="100%", height="100%", rx="3"),
        not bar.is_sure and h.rect(class_="unsure", width="100%", height="100%", rx="3"),
        bar.label and h.text(x="6", y=str((LANE - 2 * _PAD) / 2 + 4.5))[bar.label],
        h.title[" · ".join(part for part in (bar.what, bar.when, bar.about) if part)],
    ]


def _tick(tick: Tick, place: _Place, height: int) -> h.Element:
    return h.svg(class_="tick", x=place.x(tick.at_s), overflow="visible", data_at=_number(tick.at_s))[
        h.line(y2=str(height)), h.text(y=str(height + 16))[tick.label]
    ]


def _overview(view: Ribbon, texts: Catalogue) -> h.Element:
    """The whole day in one line, with what is shown above marked on it."""
    place = _Place(0, view.length_s)
    shown = place.of(view.first_s, view.last_s)
    return h.div(class_="overview", id="overview", title=texts("ribbon.overview"))[
        h.svg(width="100%", height=str(OVERVIEW), aria_hidden="true", focusable="false")[
            (
                h.rect(
                    class_=f"s-{bar.state}",
                    y="6",
                    height=str(OVERVIEW - 12),
                    **place.of(bar.start_s, bar.end_s, least=0.05),
                )
                for bar in view.bars
            ),
            h.rect(class_="window", id="window", y="1", height=str(OVERVIEW - 2), rx="3", **shown),
        ]
    ]


def _hatch(name: str) -> h.Element:
    return h.pattern(
        id=f"hatch-{name}", width="6", height="6", patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )[h.rect(width="2", height="6", class_=f"hatch {name}")]


@dataclass(frozen=True, slots=True)
class _Place:
    """From seconds to percent of what is shown."""

    first_s: float
    last_s: float

    def x(self, at_s: float) -> str:
        return f"{_rounded(100 * (at_s - self.first_s) / (self.last_s - self.first_s))}%"

    def of(self, first_s: float, last_s: float, *, least: float = LEAST) -> dict[str, str]:
        share = 100 * (last_s - first_s) / (self.last_s - self.first_s)
        return {"x": self.x(first_s), "width": f"{_rounded(max(share, least))}%"}


def _rounded(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return _rounded(value)
