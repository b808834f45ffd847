"""A result as a file: everybody's place with what it was made of, what each column means, and how it came about.

XLSX: standings, definitions, the period with its corrections. CSV: the standings alone. Who is in it, `dashboard.leaderboards.results.book`
decides; names are the directory's, for who may see them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.floor.metric import Metric
from dashboard.floor.metrics import known
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.results.frozen import Frozen
from dashboard.leaderboards.tenure import step_words
from dashboard.reports.files import MEDIA_TYPES, File, Format
from dashboard.reports.names import Names
from dashboard.sheets import CellKind, Head, Page, Value, write_csv, write_workbook
from layouts.figures import figure
from layouts.texts import Catalogue

_WIDE = 60
_NAME = 26
_KINDS: dict[str, CellKind] = {"s": "seconds", "ratio": "share"}
"""By a metric's unit; every other figure is a number."""


class ResultFile:
    """One result in one language. `document`: as it counted. `by`: who asks for it."""

    def __init__(self, found: Frozen, document: Leaderboard, names: Names, texts: Catalogue, by: str) -> None:
        self._found = found
        self._document = document
        self._names = names
        self._texts = texts
        self._by = by
        self._zone = ZoneInfo(names.settings.time_zone)
        self._dids = {did.id: did for did in found.counted.evidence}

    def file(self, kind: Format) -> File:
        """To be handed out."""
        if kind == "csv":
            body = write_csv(self._heads(), self._rows())
        else:
            standings = Page(self._word("standings"), self._heads(), self._rows())
            body = write_workbook([standings, self._definitions(), self._about()])
        day = f"{self._at(self._found.bounds.from_ms):%Y-%m-%d}"
        return File(f"floorwatch-leaderboard-{day}.{kind}", MEDIA_TYPES[kind], body)

    # -- the standings -------------------------------------------------------------------------------------------------

    @property
    def _scheme(self) -> Scheme:
        return self._document.scheme

    @property
    def _are_teams(self) -> bool:
        return self._scheme.compares == "teams"

    def _heads(self) -> list[Head]:
        found = [Head(self._word("rank"), "count")]
        if self._scheme.groups != "none":
            found.insert(0, Head(self._word("group")))
        if self._are_teams:
            return [
                *found,
                Head(self._word("team")),
                Head(self._word("score"), "number"),
                Head(self._word("members"), "count"),
            ]
        found += [Head(self._word(name)) for name in ("name", "staff_number", "team")]
        found.append(Head(self._word("score"), "number"))
        for part in self._scheme.parts:
            found.append(Head(self._label(part), self._kind(part)))
            found.append(Head(self._word("points_of", metric=self._label(part)), "number"))
        found += [Head(self._word("calls"), "count"), Head(self._word("signed_in"), "seconds")]
        return [*found, Head(self._word("why_not"))]

    def _rows(self) -> Iterator[list[Value]]:
        standings = sorted(self._found.counted.standings, key=lambda one: (one.group, one.rank == 0, one.rank, one.id))
        return (self._team_row(one) if self._are_teams else self._row(one) for one in standings)

    def _team_row(self, one: Standing) -> list[Value]:
        return [*self._first(one), self._names.team(one.id, self._texts.lang), one.score / 100, one.of]

    def _row(self, one: Standing) -> list[Value]:
        known_as, did = self._names.agents.get(one.id), self._dids.get(one.id)
        cells = self._first(one)
        cells += [
            self._names.agent(one.id),
            known_as.staff_number if known_as is not None else "",
            self._names.team(one.team, self._texts.lang),
            one.score / 100 if one.rank else None,
        ]
        for part in one.parts:
            cells += [part.value, part.points / 100]
        cells += [None] * (2 * (len(self._scheme.parts) - len(one.parts)))
        why_not = self._texts.words.get(f"leaderboards.why_not.{one.why_not}", "") if one.why_not else ""
        return [*cells, *_work(did), why_not]

    def _first(self, one: Standing) -> list[Value]:
        rank: Value = one.rank or None
        return [rank] if self._scheme.groups == "none" else [self._group(one.group), rank]

    def _group(self, group: str) -> str:
        match self._scheme.groups:
            case "team":
                return self._names.team(group, self._texts.lang)
            case "queue":
                return self._names.queue(group, self._texts.lang)
            case _:
                return step_words(group, self._scheme.tenure_months, self._texts)

    # -- what it means -------------------------------------------------------------------------------------------------

    def _definitions(self) -> Page:
        names = ("column", "metric", "weight", "how", "meaning", "formula")
        widths = (_NAME, _NAME, 0, _NAME, _WIDE, _WIDE)
        heads = [Head(self._word(name), width=width) for name, width in zip(names, widths, strict=True)]
        heads[2] = Head(self._word("weight"), "count")
        rows = [self._definition(part) for part in self._scheme.parts]
        for floor in self._scheme.quality:
            metric = self._metric(floor.metric)
            at = figure(floor.least, _unit(metric))
            rows.append(
                [self._word("quality"), floor.metric, None, self._word("how_least", at=at), *self._means(metric)]
            )
        return Page(self._word("definitions"), heads, rows)

    def _definition(self, part: Part) -> list[Value]:
        metric = self._metric(part.metric)
        target, low, high = (figure(one, _unit(metric)) for one in (part.target, part.low or 0, part.high))
        how = self._word(f"how_{part.by}", target=target, low=low, high=high)
        if part.per_hour:
            how = f"{how} {self._word('per_hour')}"
        return [self._label(part), part.metric, part.weight, how, *self._means(metric)]

    def _means(self, metric: Metric | None) -> tuple[str, str]:
        if metric is None:
            return "", ""
        return metric.definitions[self._texts.lang], self._texts.words.get(f"definition.formula.{metric.id}", "")

    def _about(self) -> Page:
        found, at = self._found, self._moment
        title = self._document.title
        own = title.zh or title.en if self._texts.lang.startswith("zh") else title.en or title.zh
        facts: list[tuple[str, str]] = [
            (self._word("leaderboard"), own),
            (self._word("period"), f"{at(found.bounds.from_ms)} – {at(found.bounds.to_ms)} ({self._zone.key})"),
        ]
        if found.counted_from_ms != found.bounds.from_ms:
            facts.append((self._word("counted_from"), at(found.counted_from_ms)))
        facts += [(self._word("frozen"), at(found.frozen_at_ms)), (self._word("position"), found.position)]
        if found.published_at_ms is not None:
            who = found.published_by or self._word("by_itself")
            facts.append((self._word("published"), f"{at(found.published_at_ms)} · {who}"))
        facts += [
            (self._word("corrected"), f"{at(one.made_at_ms)} · {one.made_by} · {one.reason}")
            for one in found.corrections
        ]
        facts.append((self._word("made_by"), self._by))
        return Page(
            self._word("about"),
            [Head(self._word("what"), width=_NAME), Head(self._word("which"), width=2 * _WIDE)],
            facts,
        )

    # -- words ---------------------------------------------------------------------------------------------------------

    def _word(self, name: str, **values: object) -> str:
        return self._texts(f"leaderboards.sheet.{name}", **values)

    def _metric(self, metric: str) -> Metric | None:
        return known(metric, self._names.settings.measures)

    def _label(self, part: Part) -> str:
        metric = self._metric(part.metric)
        return metric.names[self._texts.lang] if metric is not None else part.metric

    def _kind(self, part: Part) -> CellKind:
        metric = self._metric(part.metric)
        return "number" if metric is None or part.per_hour else _KINDS.get(metric.unit, "number")

    def _at(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, self._zone)

    def _moment(self, at_ms: int) -> str:
        return f"{self._at(at_ms):%Y-%m-%d %H:%M}"


def _work(did: Did | None) -> tuple[Value, Value]:
    return (None, None) if did is None else (did.calls, did.signed_in_s)


def _unit(metric: Metric | None) -> str:
    return "" if metric is None else metric.unit
