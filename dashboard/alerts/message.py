"""What a channel is told: a few plain lines in its language. Pure.

They name the rule, the metric, what it is about and its numbers; no caller, no number of a caller, nobody but who the alert is about. An
alert that is over before it could be told is one line, from when to when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from collectors.events import FloorSettings, MeasureSettings
from dashboard.alerts.rule import Measured
from dashboard.floor.metrics import known
from layouts.figures import duration, figure
from layouts.texts import Catalogue, catalogue

What = Literal["began", "ended", "both"]

ROOM: Final = "alerts"
MOST_LINES: Final = 20
"""Of one message; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as it stands when it is told. `about`: the name in the channel's language, "" for the rule's whole set. `measures`: the
    site's own, for their names."""

    what: What
    rule: str
    level: str
    measured: Measured
    about: str
    value: float | None
    worst: float | None
    began_at_ms: int
    ended_at_ms: int | None = None
    ended_why: str = ""
    measures: Mapping[str, MeasureSettings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """`title` has one line, `body` some."""

    title: str
    body: str


def words_of(lang: str) -> Catalogue:
    """The words of messages."""
    return catalogue(lang, ROOM)


def text_of(told: Sequence[Told], lang: str, time_zone: str, site: str) -> Text:
    """One message about one alert or several."""
    words = words_of(lang)
    if len(told) == 1:
        return Text(headline(told[0], words), "\n".join(_details(told[0], words, time_zone, site)))
    lines = [f"{headline(one, words)} · {_when(one, words, time_zone)}" for one in told[:MOST_LINES]]
    if len(told) > MOST_LINES:
        lines.append(words("alert.message.more", count=len(told) - MOST_LINES))
    return Text(words("alert.message.several", count=len(told)), "\n".join([*lines, site]))


def test_text(lang: str, by: str, site: str) -> Text:
    """What the test button sends."""
    words = words_of(lang)
    return Text(words("alert.message.test"), words("alert.message.test.body", by=by, site=site))


def headline(told: Told, words: Catalogue) -> str:
    """`[red] Waiting 7 ≥ 5 · After-sales`."""
    mark = words("alert.message.over") if told.what != "began" else words(f"alert.level.{told.level}")
    subject = told.about or words(f"alert.all.{told.measured.of}")
    return words(
        "alert.message.headline", mark=mark, subject=subject, limit=limit_words(told.measured, words, told.measures)
    )


def limit_words(measured: Measured, words: Catalogue, measures: Mapping[str, MeasureSettings]) -> str:
    """`Waiting ≥ 5`, with the window where there is one. `measures`: the site's own."""
    metric = known(measured.metric, measures)
    name = metric.names[words.lang] if metric else measured.metric
    sign = "≥" if measured.side == "above" else "≤"
    limit = f"{name} {sign} {figure(measured.threshold, metric.unit if metric else '')}"
    return limit if measured.window == "now" else f"{limit} ({words('alert.window.' + measured.window)})"


def name_of(about: str, measured: Measured, settings: FloorSettings, lang: str) -> str:
    """What people call a queue, a team or an agent; its id where it has no name; "" for the whole set."""
    if not about:
        return ""
    if measured.of == "agents":
        agent = settings.agents.get(about)
        return (agent.name if agent else "") or about
    known = (settings.queues if measured.of == "queues" else settings.teams).get(about)
    if known is None:
        return about
    names = (known.names.zh, known.names.en) if lang.startswith("zh") else (known.names.en, known.names.zh)
    return names[0] or names[1] or about


def _details(told: Told, words: Catalogue, time_zone: str, site: str) -> list[str]:
    metric = known(told.measured.metric)
    unit = metric.unit if metric else ""
    lines = [words("alert.message.rule", name=told.rule), _when(told, words, time_zone)]
    if told.what == "began":
        lines.append(words("alert.message.value", value=figure(told.value, unit)))
    else:
        lines.append(words("alert.message.worst", value=figure(told.worst, unit)))
        lines.append(words(f"alert.why.{told.ended_why}"))
    return [*lines, site]


def _when(told: Told, words: Catalogue, time_zone: str) -> str:
    zone = ZoneInfo(time_zone)
    began = datetime.fromtimestamp(told.began_at_ms / 1000, zone).strftime("%m-%d %H:%M:%S")
    if told.ended_at_ms is None or told.what == "began":
        return words("alert.message.since", at=began)
    ended = datetime.fromtimestamp(told.ended_at_ms / 1000, zone).strftime("%H:%M:%S")
    lasted = duration((told.ended_at_ms - told.began_at_ms) / 1000)
    return words("alert.message.span", began=began, ended=ended, lasted=lasted)
