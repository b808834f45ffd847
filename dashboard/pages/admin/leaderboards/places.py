"""From standings to what pages show of them: every score with its parts, the numbers that were used, and what would lift it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from collectors.events import FloorSettings
from dashboard.floor.metrics import known
from dashboard.floor.scoring.explanation import Asked, Explanation, PartReason, enough, explained, short
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.tenure import step_words
from dashboard.pages.admin.leaderboards.section import agent_name, metric_name, queue_name, team_name
from layouts.figures import figure
from layouts.forms.leaderboards.tried import GroupView, PartView, PlaceView
from layouts.texts import Catalogue

MOST: Final = 200
"""Places on a page: every one of them is opened into its parts."""


class Places:
    """Of one scheme, in words of one language."""

    def __init__(self, scheme: Scheme, settings: FloorSettings, texts: Catalogue) -> None:
        self._scheme = scheme
        self._settings = settings
        self._texts = texts

    def part_names(self) -> list[str]:
        """The columns of a table of them."""
        return [self.metric(part.metric) for part in self._scheme.parts]

    def metric(self, metric: str) -> str:
        """As the dictionary calls it."""
        return metric_name(metric, self._settings, self._texts.lang)

    def groups(
        self, standings: Sequence[Standing], dids: Mapping[str, Did], first: int = 0, most: int = MOST
    ) -> list[GroupView]:
        """Group by group, in the order that they come in: `most` of them, from the `first` on. Of somebody whose next place is one that
        is not among them it is not said what is missing."""
        found: dict[str, list[PlaceView]] = {}
        above: Standing | None = None
        ties = begins = 0
        for place, one in enumerate(standings):
            before = standings[place - 1] if place else None
            if before is None or before.group != one.group:
                above, ties, begins = None, 0, place
            elif before.score > one.score:
                above, ties, begins = before, place - begins, place
            if first <= place < first + most:
                # else somebody stands in between whom the reader does not see
                is_next = above is not None and one.rank == above.rank + ties
                found.setdefault(one.group, []).append(self._place(one, dids[one.id], above if is_next else None))
        return [GroupView(self._group(group), places) for group, places in found.items()]

    def teams(self, standings: tuple[Standing, ...]) -> list[PlaceView]:
        """Teams against each other."""
        texts, lang = self._texts, self._texts.lang
        return [
            PlaceView(
                one.id,
                str(one.rank),
                team_name(one.id, self._settings, lang),
                texts("leaderboards.of", count=one.of),
                hundredths(one.score),
                (),
            )
            for one in standings
        ]

    def _place(self, one: Standing, did: Did, above: Standing | None) -> PlaceView:
        texts = self._texts
        why = explained(self._scheme, did, one, above, self._settings.measures)
        return PlaceView(
            one.id,
            str(one.rank) if one.rank else "",
            agent_name(one.id, self._settings),
            team_name(one.team, self._settings, texts.lang),
            hundredths(one.score),
            [self._part(part, texts) for part in why.parts],
            [(self._asked(ask), ask.is_met) for ask in why.asked],
            texts(f"leaderboards.why_not.{one.why_not}") if one.why_not else "",
            self._next(why),
        )

    def _part(self, part: PartReason, texts: Catalogue) -> PartView:
        unit = self._unit(part.metric)
        value = figure(part.value, unit)
        if part.hours is not None:
            value = texts("leaderboards.each_hour", value=value)
        points = texts("leaderboards.points", points=hundredths(part.points), most=hundredths(part.most))
        return PartView(
            self.metric(part.metric), value, hundredths(part.points), self._how(part, points), self._lift(part)
        )

    def _how(self, part: PartReason, points: str) -> str:
        texts, unit = self._texts, self._unit(part.metric)
        if part.value is None:
            return texts("leaderboards.how.none", points=points)
        value = figure(part.value, unit)
        if part.hours is not None:
            numbers = {"sum": figure(part.sum, unit), "hours": f"{part.hours:.1f}", "value": value}
            value = texts("leaderboards.how.hours", **numbers)
        if part.full is None:
            return texts("leaderboards.how.rank", value=value, points=points)
        said = texts(
            "leaderboards.how", value=value, zero=figure(part.zero, unit), full=figure(part.full, unit), points=points
        )
        return (
            said
            if part.before is None
            else texts("leaderboards.how.before", said=said, before=figure(part.before, unit))
        )

    def _lift(self, part: PartReason) -> str:
        if part.lift_to is None:
            return ""
        unit = self._unit(part.metric)
        value = enough(part.lift_to, unit, is_less_better=part.is_less_better)
        return self._texts("leaderboards.lift", value=figure(value, unit))

    def _asked(self, ask: Asked) -> str:
        texts = self._texts
        if ask.metric in {"calls", "minutes"}:
            return texts(f"leaderboards.asked.{ask.metric}", value=math.floor(ask.value or 0), least=f"{ask.least:.0f}")
        unit, value = self._unit(ask.metric), ask.value
        if value is not None and not ask.is_met:
            value = short(value, unit, is_less_better=ask.is_less_better)
        word = "leaderboards.asked.most" if ask.is_less_better else "leaderboards.asked.least"
        return texts(word, metric=self.metric(ask.metric), value=figure(value, unit), least=figure(ask.least, unit))

    def _next(self, why: Explanation) -> str:
        if not why.needed:
            return ""
        points = hundredths(why.needed)
        if not why.lift:
            return self._texts("leaderboards.next.none", points=points)
        return self._texts("leaderboards.next", points=points, metric=self.metric(why.lift))

    def _group(self, group: str) -> str:
        scheme, texts = self._scheme, self._texts
        match scheme.groups:
            case "team":
                return team_name(group, self._settings, texts.lang) or texts("leaderboards.group.none")
            case "queue":
                return queue_name(group, self._settings, texts.lang) or texts("leaderboards.group.none")
            case "tenure":
                return step_words(group, scheme.tenure_months, texts)
            case _:
                return ""

    def _unit(self, metric: str) -> str:
        found = known(metric)
        return found.unit if found is not None else ""


def hundredths(points: int) -> str:
    """`6213` → `62.13`."""
    sign, points = ("−", -points) if points < 0 else ("", points)
    return f"{sign}{points // 100}.{points % 100:02}"
