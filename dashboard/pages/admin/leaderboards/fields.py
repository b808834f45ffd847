"""Between a leaderboard and the fields of its form: names of fields are paths in the document, so that every mistake finds its field.

Rows without a metric (a prize without words) are left out, and what follows moves up: what is shown again is what was understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, get_args

from collectors.events import FloorSettings
from dashboard.boards.document import Hours, Lang, Sound, Theme, Title, Window
from dashboard.floor.directions import Worse
from dashboard.floor.metrics import known
from dashboard.floor.scoring.scheme import By, Compares, GroupBy, Least, Part, QualityFloor, Scheme
from dashboard.leaderboards.checking import mistakes
from dashboard.leaderboards.document import Badge, Celebrations, Goal, Leaderboard, Period, PeriodKind, Prize, Who
from dashboard.leaderboards.stored import LeaderboardRefused
from dashboard.pages.forms import Posted
from dashboard.refusal import Refused
from layouts.forms.directory.state import Filled

LISTS: Final = ("who.teams", "who.queues")
ROWS: Final = {
    "scheme.parts": ("metric", "weight", "by", "zero", "full", "cap", "per_hour", "quality", "worse"),
    "scheme.quality": ("metric", "least", "worse"),
    "prizes": ("rank", "zh", "en"),
    "goals": ("of", "metric", "target", "window"),
    "badges": ("id", "zh", "en", "metric", "least", "calls", "days", "icon"),
}
KEYS: Final = {
    "scheme.parts": "metric",
    "scheme.quality": "metric",
    "prizes": "rank",
    "goals": "metric",
    "badges": "metric",
}
"""The field without which a row is not there."""

MOST_ROWS: Final = 12
ICONS: Final = (
    "star",
    "crown",
    "flame",
    "heart",
    "bolt",
    "shield",
    "medal",
    "target",
    "rocket",
    "flag",
    "gift",
    "climb",
)
_SINGLE: Final = (
    "title.zh", "title.en", "rules.zh", "rules.en", "top", "team_race", "theme", "lang",
    "period.kind", "period.hours.from", "period.hours.to", "period.from", "period.to",
    "who.without", "who.since_months", "who.up_to_months",
    "scheme.compares", "scheme.groups", "scheme.tenure_months",
    "scheme.least.calls", "scheme.least.minutes", "scheme.least.is_prorated", "scheme.least.full_hours",
    "celebrations.leader", "celebrations.goals", "celebrations.finish", "celebrations.badges",
    "celebrations.sound", "celebrations.settled_s", "celebrations.quiet",
    "counts", "version",
)  # fmt: skip
_FIELDS: Final = (
    (re.compile(r"^(scheme\.parts\.\d+)\.(target|high)$"), r"\1.full"),
    (re.compile(r"^(scheme\.parts\.\d+)\.low$"), r"\1.zero"),
    (re.compile(r"^(prizes\.\d+)\.prize$"), r"\1.zh"),
    (re.compile(r"^(badges\.\d+)\.(title|id)$"), r"\1.zh"),
    (re.compile(r"^celebrations\.quiet.*$"), "celebrations.quiet"),
    (re.compile(r"^period\.hours$"), "period.hours.from"),
    (re.compile(r"^rules$"), "rules.zh"),
    (re.compile(r"^(prizes|goals|badges|scheme\.parts|scheme\.quality)$"), r"\1.0.metric"),
)
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_OF: Final = Literal["agents", "queues"]
_SPAN: Final = re.compile(r"(([01]\d|2[0-3]):[0-5]\d)\s*[-–~—]\s*(([01]\d|2[0-3]):[0-5]\d)")


def posted_fields(posted: Posted) -> Filled:
    """What was typed, with rows moved up."""
    values = {name: posted[name] for name in _SINGLE}
    for group, names in ROWS.items():
        there = [i for i in range(MOST_ROWS) if posted[f"{group}.{i}.{KEYS[group]}"]]
        for to, i in enumerate(there):
            values |= {f"{group}.{to}.{name}": posted[f"{group}.{i}.{name}"] for name in names}
    return Filled(values, lists={name: posted.all(name) for name in LISTS})


def rows(filled: Filled, group: str) -> int:
    """How many rows of a group stand in the form."""
    return sum(1 for i in range(MOST_ROWS) if filled.value(f"{group}.{i}.{KEYS[group]}"))


# -- from a leaderboard ------------------------------------------------------------------------------------------------


def fields_of(document: Leaderboard, settings: FloorSettings, version: int = 0) -> Filled:
    """A leaderboard in its form."""
    values = dict(_plain(document, settings))
    values["version"] = str(version)
    for i, part in enumerate(document.scheme.parts):
        values |= _row("scheme.parts", i, _part_fields(part))
    for i, floor in enumerate(document.scheme.quality):
        least = shown(floor.least, floor.metric)
        values |= _row("scheme.quality", i, {"metric": floor.metric, "least": least, "worse": floor.worse or ""})
    for i, prize in enumerate(document.prizes):
        values |= _row("prizes", i, {"rank": str(prize.rank), "zh": prize.prize.zh, "en": prize.prize.en})
    for i, goal in enumerate(document.goals):
        target = shown(goal.target, goal.metric)
        values |= _row(
            "goals", i, {"of": goal.of, "metric": goal.metric, "target": target, "window": goal.window or ""}
        )
    for i, badge in enumerate(document.badges):
        values |= _row("badges", i, _badge_fields(badge))
    return Filled(values, lists={"who.teams": document.who.teams, "who.queues": document.who.queues})


def _row(group: str, i: int, fields: Mapping[str, str]) -> dict[str, str]:
    return {f"{group}.{i}.{name}": value for name, value in fields.items()}


def _plain(one: Leaderboard, settings: FloorSettings) -> Iterator[tuple[str, str]]:
    hours, least, said = one.period.hours, one.scheme.least, one.celebrations
    yield from {"title.zh": one.title.zh, "title.en": one.title.en}.items()
    yield from {"rules.zh": one.rules.zh, "rules.en": one.rules.en}.items()
    yield from {
        "top": str(one.top),
        "team_race": _yes(one.team_race),
        "theme": one.theme or "",
        "lang": one.lang or "",
    }.items()
    yield "period.kind", one.period.kind
    yield "period.hours.from", hours.from_time if hours else ""
    yield "period.hours.to", hours.to_time if hours else ""
    yield "period.from", one.period.from_time or ""
    yield "period.to", one.period.to_time or ""
    yield "who.without", "\n".join(agent_shown(agent, settings) for agent in one.who.without)
    yield "who.since_months", "" if one.who.since_months is None else str(one.who.since_months)
    yield "who.up_to_months", "" if one.who.up_to_months is None else str(one.who.up_to_months)
    yield "scheme.compares", one.scheme.compares
    yield "scheme.groups", one.scheme.groups
    yield "scheme.tenure_months", ", ".join(str(months) for months in one.scheme.tenure_months)
    yield from {"scheme.least.calls": str(least.calls), "scheme.least.minutes": str(least.minutes)}.items()
    yield "scheme.least.is_prorated", _yes(least.is_prorated)
    yield "scheme.least.full_hours", str(least.full_hours)
    for name in ("leader", "goals", "finish", "badges"):
        yield f"celebrations.{name}", _yes(getattr(said, name))
    yield "celebrations.sound", said.sound
    yield "celebrations.settled_s", str(said.settled_s)
    yield "celebrations.quiet", ", ".join(f"{one.from_time}-{one.to_time}" for one in said.quiet)


def _part_fields(part: Part) -> dict[str, str]:
    full = part.target if part.by == "target" else part.high
    return {
        "metric": part.metric,
        "weight": str(part.weight),
        "by": part.by,
        "zero": "" if part.low is None else shown(part.low, part.metric),
        "full": "" if full is None else shown(full, part.metric),
        "cap": str(part.cap),
        "per_hour": _yes(part.per_hour),
        "quality": _yes(part.is_quality),
        "worse": part.worse or "",
    }


def _badge_fields(badge: Badge) -> dict[str, str]:
    return {
        "id": badge.id,
        "zh": badge.title.zh,
        "en": badge.title.en,
        "metric": badge.metric,
        "least": shown(badge.least, badge.metric),
        "calls": str(badge.calls),
        "days": str(badge.days),
        "icon": badge.icon,
    }


def _yes(is_so: bool) -> str:  # noqa: FBT001 — what a box says
    return "yes" if is_so else ""


def is_ratio(metric: str) -> bool:
    """Whether people read and write it in percent."""
    found = known(metric)
    return found is not None and found.unit == "ratio"


def shown(value: float, metric: str) -> str:
    """A number as people write it: ratios in percent."""
    return f"{value * 100 if is_ratio(metric) else value:.10g}"


def agent_shown(agent: str, settings: FloorSettings) -> str:
    """As people name an agent: number and name."""
    own = settings.agents.get(agent)
    return f"{own.staff_number or agent} · {own.name}" if own is not None and own.name else agent


# -- to a leaderboard --------------------------------------------------------------------------------------------------


def number_of(typed: str, metric: str, field: str = "value") -> float | None:
    """What a person wrote, in the metric's own unit; None for nothing. Raises `Refused`."""
    plain = typed.replace(",", "").replace("，", "").rstrip("%％ ").strip()
    if not plain:
        return None
    try:
        return round(float(plain) / (100 if is_ratio(metric) else 1), 9)
    except ValueError:
        raise Refused("leaderboards.refused.number", field) from None


class _Reading:
    """What is typed, and what of it makes no sense."""

    def __init__(self, filled: Filled) -> None:
        self._filled = filled
        self.wrong: list[Refused] = []

    def text(self, field: str) -> str:
        return self._filled.value(field)

    def yes(self, field: str) -> bool:
        return bool(self._filled.value(field))

    def whole(self, field: str, most: int, least: int = 0, empty: int = 0) -> int:
        typed = self._filled.value(field)
        if not typed:
            return empty
        if typed.isascii() and typed.isdigit() and len(typed) < 9 and least <= int(typed) <= most:
            return int(typed)
        self.wrong.append(Refused("leaderboards.refused.whole", field, least=least, most=most))
        return empty or least

    def number(self, field: str, metric: str) -> float | None:
        try:
            return number_of(self._filled.value(field), metric, field)
        except Refused as refused:
            self.wrong.append(refused)
            return None

    def needed(self, field: str, metric: str) -> float:
        value = self.number(field, metric)
        if value is None and not any(one.field == field for one in self.wrong):
            self.wrong.append(Refused("leaderboards.refused.number", field))
        return value or 0.0

    def one_of(self, field: str, every: Any, other: Any) -> Any:
        typed = self._filled.value(field)
        return typed if typed in get_args(every) else other

    def count(self, group: str) -> range:
        return range(rows(self._filled, group))


def document_of(filled: Filled, settings: FloorSettings) -> Leaderboard:
    """What the form says. Raises `LeaderboardRefused` with every mistake."""
    read = _Reading(filled)
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


def errors_of(wrong: Iterable[Refused]) -> list[Refused]:
    """The same, each at the field of the form that it is about; the first one of a field."""
    found: dict[str, Refused] = {}
    for one in wrong:
        field = field_of(one.field)
        found.setdefault(field, Refused(one.word, field, **one.values))
    return list(found.values())


def field_of(path: str) -> str:
    """The field of the form that stands for a place in the document."""
    for pattern, field in _FIELDS:
        path = pattern.sub(field, path)
    return path


def _scheme(read: _Reading) -> Scheme:
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


def _part(read: _Reading, field: str) -> Part:
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


def _floor(read: _Reading, field: str) -> QualityFloor:
    metric = read.text(f"{field}.metric")
    return QualityFloor(metric, read.needed(f"{field}.least", metric), read.one_of(f"{field}.worse", Worse, None))


def _period(read: _Reading) -> Period:
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


def _who(read: _Reading, filled: Filled, settings: FloorSettings) -> Who:
    since, until = read.text("who.since_months"), read.text("who.up_to_months")
    return Who(
        teams=tuple(filled.list("who.teams")),
        queues=tuple(filled.list("who.queues")),
        without=tuple(_agents(read, settings)),
        since_months=read.whole("who.since_months", 600) if since else None,
        up_to_months=read.whole("who.up_to_months", 600, 1) if until else None,
    )


def _agents(read: _Reading, settings: FloorSettings) -> Iterator[str]:
    """By staff number or by the switch's id, one a line."""
    by_staff = {own.staff_number: agent for agent, own in settings.agents.items() if own.staff_number}
    for line in dict.fromkeys(read.text("who.without").split("\n")):
        typed = line.split("·")[0].strip()
        agent = by_staff.get(typed, typed if typed in settings.agents else "")
        if agent:
            yield agent
        elif typed:
            read.wrong.append(Refused("leaderboards.refused.agent", "who.without", agent=typed[:60]))


def _prize(read: _Reading, field: str) -> Prize:
    return Prize(read.whole(f"{field}.rank", 50, 1), Title(read.text(f"{field}.zh"), read.text(f"{field}.en")))


def _goal(read: _Reading, field: str) -> Goal:
    metric = read.text(f"{field}.metric")
    of, window = read.one_of(f"{field}.of", _OF, "agents"), read.one_of(f"{field}.window", Window, None)
    return Goal(metric, read.needed(f"{field}.target", metric), of, window)


def _badge(read: _Reading, field: str, place: int) -> Badge:
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


def _celebrations(read: _Reading) -> Celebrations:
    return Celebrations(
        leader=read.yes("celebrations.leader"),
        goals=read.yes("celebrations.goals"),
        finish=read.yes("celebrations.finish"),
        badges=read.yes("celebrations.badges"),
        sound=read.one_of("celebrations.sound", Sound, "none"),
        quiet=tuple(_quiet(read)),
        settled_s=read.whole("celebrations.settled_s", 3600),
    )


def _quiet(read: _Reading) -> Iterator[Hours]:
    for piece in re.split(r"[,，;；\n]+", read.text("celebrations.quiet")):
        if not piece.strip():
            continue
        match = _SPAN.fullmatch(piece.strip().replace("：", ":"))
        if match is None:
            read.wrong.append(Refused("leaderboards.refused.hours", "celebrations.quiet"))
            return
        yield Hours(match[1], match[3])
