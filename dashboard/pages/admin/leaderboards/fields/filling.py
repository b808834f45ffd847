"""From a leaderboard to the fields of its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.events import FloorSettings
from dashboard.floor.scoring.scheme import Part
from dashboard.leaderboards.document import Badge, Leaderboard
from dashboard.pages.admin.agents_typed import agents_shown
from dashboard.pages.admin.leaderboards.fields.numbers import shown
from layouts.forms.directory.state import Filled


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
    yield "who.without", agents_shown(one.who.without, settings)
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
