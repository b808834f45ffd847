"""What a screen must know of leaderboards besides how they stand: titles, what counts, what is asked, prizes, badges. Typed by people.

It travels with the snapshot's names, so that a change of words needs no new page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.boards import Board, Title
from dashboard.floor.directions import worse_side
from dashboard.floor.metrics import known as known_metric
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.standings.past import metrics_of
from dashboard.leaderboards.tenure import step_words, steps
from layouts.texts import catalogue

if TYPE_CHECKING:
    from dashboard.live.sight import Sight


def leaderboard_words(sight: Sight, board: Board) -> dict[str, dict[str, Any]]:
    """Of each leaderboard that a board shows something of, and that its viewer may be told of, by its id."""
    asked = dict.fromkeys(str(getattr(tile, "leaderboard", "")) for tile in board.tiles)
    found: dict[str, dict[str, Any]] = {}
    for leaderboard in asked:
        is_told = bool(leaderboard) and sight.shows_leaderboard(leaderboard)
        running = sight.leaderboards.running(leaderboard) if is_told else None
        if running is not None:
            found[leaderboard] = _words(sight, running.known.document)
    return found


def _words(sight: Sight, document: Leaderboard) -> dict[str, Any]:
    scheme, measures = document.scheme, sight.floor.settings.measures
    metrics = {*metrics_of(scheme), *(goal.metric for goal in document.goals)}
    return {
        "title": _title(document.title),
        "rules": _title(document.rules),
        "compares": scheme.compares,
        "period": document.period.kind,
        "top": document.top,
        "metrics": {metric: _metric(sight, metric) for metric in sorted(metrics)},
        "parts": [{"metric": part.metric, "weight": part.weight} for part in scheme.parts],
        "least": {
            "calls": scheme.least.calls,
            "minutes": scheme.least.minutes,
            "prorated": scheme.least.is_prorated,
        },
        "quality": [
            {"metric": one.metric, "least": one.least, "worse": one.worse or worse_side(one.metric, measures)}
            for one in scheme.quality
        ],
        "prizes": [{"rank": one.rank, **_title(one.prize)} for one in document.prizes],
        "badges": {one.id: {**_title(one.title), "icon": one.icon} for one in document.badges},
        "groups": _groups(sight, document),
    }


def _title(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


def _metric(sight: Sight, metric: str) -> dict[str, str]:
    found = known_metric(metric, sight.floor.settings.measures)
    if found is None:
        return {"zh": metric, "en": metric, "unit": "count"}
    return {"zh": found.names["zh-CN"], "en": found.names["en"], "unit": found.unit}


def _groups(sight: Sight, document: Leaderboard) -> dict[str, dict[str, str]]:
    """Names of groups that screens do not know by themselves; queues and teams only where this viewer may read them."""
    if document.scheme.groups == "tenure":
        return {step: _step(step, document.scheme.tenure_months) for step in steps(document.scheme.tenure_months)}
    if document.scheme.groups == "queue":
        known, visible = sight.floor.settings.queues, sight.named_queues()
        among = known if visible is None else known.keys() & visible
        return {queue: {"zh": known[queue].names.zh, "en": known[queue].names.en} for queue in among}
    return {}


def _step(step: str, months: tuple[int, ...]) -> dict[str, str]:
    zh, en = (step_words(step, months, catalogue(lang, "leaderboards")) for lang in ("zh-CN", "en"))
    return {"zh": zh, "en": en}
