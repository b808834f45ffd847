"""From the fields of the form to a leaderboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

from collectors.events import FloorSettings
from dashboard.boards.document import Hours, Lang, Sound, Theme, Title, Window
from dashboard.floor.directions import Worse
from dashboard.floor.scoring.scheme import By, Compares, GroupBy, Least, Part, QualityFloor, Scheme
from dashboard.leaderboards.checking import mistakes
from dashboard.leaderboards.document import Badge, Celebrations, Goal, Leaderboard, Period, PeriodKind, Prize, Who
from dashboard.leaderboards.stored import LeaderboardRefused
from dashboard.pages.admin.agents_typed import agents_typed
from dashboard.pages.admin.leaderboards.fields.icons import ICONS
from dashboard.pages.admin.leaderboards.fields.mistaken import field_of
from dashboard.pages.admin.leaderboards.fields.typed import Typed
from dashboard.refusal import Refused
from layouts.forms.directory.state import Filled

_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_OF: Final = Literal["agents", "queues"]
_SPAN: Final = re.compile(r"(([01]\d|2[0-3]):[0-5]\d)\s*[-–~—]\s*(([01]\d|2[0-3]):[0-5]\d)")


def document_of(filled: Filled, settings: FloorSettings) -> Leaderboard:
    """What the form says. Raises `LeaderboardRefused` with every mistake."""
    read = Typed(filled)
    document = Leaderboard(
        Title(read.text("title.zh"), read.text("title.en")),
        _scheme(read),
        _period(read),
        _who(read, filled, settings),
        top=read.whole("top", 50, 3, 10),
        team_race=read.yes("team_race"),
        prizes=tuple(_prize(read, f"prizes.{i}") for i in read.count("prizes")),
        goals=tuple(_goal(read, f"goals.{i}") for i in read.count("goals")),
        badges=tuple(_badge(read, f"badges.{i}", i) for i in read.count("badges")),
        celebrations=_celebrations(read),
        rules=Title(read.text("rules.zh"), read.text("rules.en")),
        theme=read.one_of("theme", Theme, None),
        lang=read.one_of("lang", Lang, None),
    )
    typed = {one.field for one in read.wrong}
    wrong = read.wrong + [one for one in mistakes(document, settings) if field_of(one.field) not in typed]
    if wrong:
        raise LeaderboardRefused(wrong)
    return document


def _scheme(read: Typed) -> Scheme:
    months = [int(one) for one in re.findall(r"\d{1,4}", read.text("scheme.tenure_months"))]
    return Scheme(
        tuple(_part(read, f"scheme.parts.{i}") for i in read.count("scheme.parts")),
        compares=read.one_of("scheme.compares", Compares, "agents"),
        quality=tuple(_floor(read, f"scheme.quality.{i}") for i in read.count("scheme.quality")),
        least=Least(
            read.whole("scheme.least.calls", 100_000),
            read.whole("scheme.least.minutes", 100_000),
            read.yes("scheme.least.is_prorated"),
            read.whole("scheme.least.full_hours", 1000, 1, 8),
        ),
        groups=read.one_of("scheme.groups", GroupBy, "none"),
        tenure_months=tuple(months) or (3,),
    )


def _part(read: Typed, field: str) -> Part:
    metric = read.text(f"{field}.metric")
    by = read.one_of(f"{field}.by", By, "target")
    zero, full = read.number(f"{field}.zero", metric), read.number(f"{field}.full", metric)
    return Part(
        metric,
        read.whole(f"{field}.weight", 100, 1, 1),
        by,
        target=full if by == "target" else None,
        low=None if by == "rank" else zero,
        high=full if by == "range" else None,
        worse=read.one_of(f"{field}.worse", Worse, None),
        cap=read.whole(f"{field}.cap", 200, 100, 100),
        is_quality=read.yes(f"{field}.quality"),
        per_hour=read.yes(f"{field}.per_hour"),
    )


def _floor(read: Typed, field: str) -> QualityFloor:
    metric = read.text(f"{field}.metric")
    return QualityFloor(metric, read.needed(f"{field}.least", metric), read.one_of(f"{field}.worse", Worse, None))


def _period(read: Typed) -> Period:
    kind: PeriodKind = read.one_of("period.kind", PeriodKind, "day")
    begins, ends = read.text("period.hours.from"), read.text("period.hours.to")
    if kind == "shift":
        wrong = [name for name, time in (("from", begins), ("to", ends)) if not _CLOCK.fullmatch(time)]
        read.wrong += [Refused("leaderboards.refused.shift_hours", f"period.hours.{name}") for name in wrong]
        return Period(kind, Hours(begins, ends) if not wrong else Hours("00:00", "00:30"))
    if kind == "contest":
        return Period(kind, from_time=_moment(read.text("period.from")), to_time=_moment(read.text("period.to")))
    return Period(kind)


def _moment(typed: str) -> str:
    """As a browser sends it, or as people write it."""
    return typed.replace(" ", "T")[:16]


def _who(read: Typed, filled: Filled, settings: FloorSettings) -> Who:
    since, until = read.text("who.since_months"), read.text("who.up_to_months")
    return Who(
        teams=tuple(filled.list("who.teams")),
        queues=tuple(filled.list("who.queues")),
        without=tuple(_agents(read, settings)),
        since_months=read.whole("who.since_months", 600) if since else None,
        up_to_months=read.whole("who.up_to_months", 600, 1) if until else None,
    )


def _agents(read: Typed, settings: FloorSettings) -> Iterator[str]:
    for typed, agent in dict.fromkeys(agents_typed(read.text("who.without"), settings)):
        if agent is None:
            read.wrong.append(Refused("leaderboards.refused.agent", "who.without", agent=typed[:60]))
        else:
            yield agent


def _prize(read: Typed, field: str) -> Prize:
    return Prize(read.whole(f"{field}.rank", 50, 1), Title(read.text(f"{field}.zh"), read.text(f"{field}.en")))


def _goal(read: Typed, field: str) -> Goal:
    metric = read.text(f"{field}.metric")
    of, window = read.one_of(f"{field}.of", _OF, "agents"), read.one_of(f"{field}.window", Window, None)
    return Goal(metric, read.needed(f"{field}.target", metric), of, window)


def _badge(read: Typed, field: str, place: int) -> Badge:
    metric, icon = read.text(f"{field}.metric"), read.text(f"{field}.icon")
    typed = read.text(f"{field}.id")
    return Badge(
        typed if _ID.fullmatch(typed) else f"badge-{place + 1}",
        Title(read.text(f"{field}.zh"), read.text(f"{field}.en")),
        metric,
        read.needed(f"{field}.least", metric),
        calls=read.whole(f"{field}.calls", 10_000),
        days=read.whole(f"{field}.days", 60, 1, 1),
        icon=icon if icon in ICONS else ICONS[0],
    )


def _celebrations(read: Typed) -> Celebrations:
    return Celebrations(
        leader=read.yes("celebrations.leader"),
        goals=read.yes("celebrations.goals"),
        finish=read.yes("celebrations.finish"),
        badges=read.yes("celebrations.badges"),
        sound=read.one_of("celebrations.sound", Sound, "none"),
        quiet=tuple(_quiet(read)),
        settled_s=read.whole("celebrations.settled_s", 3600),
    )


def _quiet(read: Typed) -> Iterator[Hours]:
    for piece in re.split(r"[,，;；\n]+", read.text("celebrations.quiet")):
        if not piece.strip():
            continue
        match = _SPAN.fullmatch(piece.strip().replace("：", ":"))
        if match is None:
            read.wrong.append(Refused("leaderboards.refused.hours", "celebrations.quiet"))
            return
        yield Hours(match[1], match[3])
