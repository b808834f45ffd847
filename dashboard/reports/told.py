"""A report in the words of one language: what its columns are called and mean, and how each cell reads. Pages, files and letters ask it.

Ids become names only here, after a report was made of what its reader may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dashboard.floor.metrics import REGISTRY
from dashboard.reports.report import Cell, Column, Kind, Report
from dashboard.sheets import CellKind, Value
from layouts.figures import NONE, duration, figure
from layouts.texts import Catalogue, catalogue

ROOMS = ("forms", "wall", "reports", "mail")
"""Of words: formulas are written as on the walls."""

_SHEET_KINDS: dict[Kind, CellKind] = {
    "count": "count",
    "mean": "number",
    "amount": "number",
    "seconds": "seconds",
    "share": "share",
    "moment": "moment",
    "day": "day",
}
"""All others are text."""
NUMBERS: frozenset[Kind] = frozenset({"count", "mean", "amount", "seconds", "share"})
"""Kinds of figures."""
_SERVICE_LEVELS = frozenset({"service_level", "service_level_live"})


@dataclass(frozen=True, slots=True)
class Definition:
    """What stands in a column. `metric`: id in the dictionary, "" for none. `window`: in which window a fact counts. `formula`: by
    which it is computed, in words; "" for what is no formula."""

    column: str
    metric: str
    unit: str
    window: str
    meaning: str
    formula: str


def words(lang: str) -> Catalogue:
    """The words of reports in a language."""
    return catalogue(lang, *ROOMS)


class Told:
    """One report in one language."""

    def __init__(self, report: Report, texts: Catalogue) -> None:
        self.report = report
        self.texts = texts
        self.zone = ZoneInfo(report.names.settings.time_zone)

    @property
    def title(self) -> str:
        """What the report is called."""
        return self.texts(f"reports.name.{self.report.question.report}")

    @property
    def days(self) -> str:
        """The days that it is about, as they fell."""
        return days_text(self.report.question.from_day, self.report.question.to_day)

    def head(self, column: Column) -> str:
        """What stands above a column."""
        metric, texts = column.definition, self.texts
        own = texts.words.get(f"reports.column.{column.id}")
        if own is not None:
            return own
        if column.id.startswith("weekday."):
            return texts(f"reports.{column.id}")
        if metric is not None and column.of:
            reason = self.report.names.reason(column.of, texts.lang)
            return texts("reports.paused_by", metric=metric.names[texts.lang], reason=reason)
        return metric.names[texts.lang] if metric is not None else column.id

    def definition(self, column: Column) -> Definition:
        """What it means."""
        metric, texts = column.definition, self.texts
        own = texts.words.get(f"reports.means.{column.id}", "")
        unit = texts.words.get(f"reports.unit.{column.kind}", "")
        if metric is None:
            return Definition(self.head(column), "", unit, "", own, "")
        meaning = metric.definitions[texts.lang]
        formula = texts.words.get(f"definition.formula.{metric.id}", "")
        if column.metric in _SERVICE_LEVELS:
            formula = self._service_level()
        window = texts.words.get(f"reports.basis.{metric.basis}", "")
        return Definition(self.head(column), metric.id, unit, window, own or meaning, formula)

    def shown(self, column: Column, cell: Cell) -> str:
        """A cell as people read it."""
        if cell is None:
            return NONE
        match column.kind:
            case "seconds" if isinstance(cell, int | float):
                return duration(cell)
            case "share" if isinstance(cell, int | float):
                return figure(cell, "ratio")
            case "count" | "mean" if isinstance(cell, int | float):
                return figure(cell, "count")
            case "amount" if isinstance(cell, int | float):
                return figure(cell, "amount")
            case "moment" if isinstance(cell, int | float):
                return f"{self._local(cell):%Y-%m-%d %H:%M:%S}"
            case "day" if isinstance(cell, date):
                return f"{cell.isoformat()} {self.texts(f'reports.weekday.{cell.isoweekday()}')}"
        return self._text(column, cell)

    @property
    def has_heads(self) -> bool:
        """Whether something stands before the figures: days, names. A report of one line has nothing."""
        return not self.report.columns or self.report.columns[0].kind not in NUMBERS

    def sheet_kind(self, column: Column) -> CellKind:
        """As what a spreadsheet has it."""
        return _SHEET_KINDS.get(column.kind, "text")

    def value(self, column: Column, cell: Cell) -> Value:
        """A cell as a spreadsheet has it."""
        if cell is None or isinstance(cell, bool):
            return None if cell is None else self._text(column, cell)
        if column.kind == "moment" and isinstance(cell, int | float):
            return self._local(cell)
        return cell if self.sheet_kind(column) != "text" else self._text(column, cell)

    def staff_number(self, cell: Cell) -> str:
        """Of an agent, as a spreadsheet joins people by it; "" for none."""
        known = self.report.names.agents.get(str(cell))
        return known.staff_number if known is not None else ""

    def notes(self) -> tuple[str, ...]:
        """What whoever reads the figures must know."""
        return tuple(self.texts(f"reports.note.{note.word}", **note.values) for note in self.report.notes)

    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """What was asked for besides the days, as (what, which): only what was chosen."""
        asked, names, texts = self.report.question, self.report.names, self.texts
        found = (
            ("step", texts(f"reports.step.{asked.step}") if asked.step else ""),
            ("each", texts(f"reports.each.{asked.each}") if asked.each else ""),
            ("queue", texts.listing(names.queue(queue, texts.lang) for queue in asked.queues)),
            ("team", texts.listing(names.team(team, texts.lang) for team in asked.teams)),
            ("agent", texts.listing(names.agent(agent) for agent in asked.agents)),
            ("metric", REGISTRY[asked.metric].names[texts.lang] if asked.metric in REGISTRY else ""),
            ("formula", texts(f"formula.{asked.formula}") if asked.formula else ""),
            ("threshold", texts("reports.seconds", count=asked.threshold_s) if asked.threshold_s is not None else ""),
        )
        return tuple((texts(f"reports.field.{name}"), which) for name, which in found if which)

    def _local(self, at_ms: float) -> datetime:
        """By the site's clock, without a zone: spreadsheets know none."""
        return datetime.fromtimestamp(at_ms / 1000, self.zone).replace(tzinfo=None, microsecond=0)

    def _text(self, column: Column, cell: Cell) -> str:
        names, lang, text = self.report.names, self.texts.lang, str(cell)
        match column.kind:
            case "queue":
                return names.queue(text, lang)
            case "team":
                return names.team(text, lang) if text else self.texts("reports.no_team")
            case "agent":
                return names.agent(text)
            case "word":
                return self._word(column, text)
            case "words":
                return self.texts.listing(self._word(column, one) for one in text.split())
        return text

    def _word(self, column: Column, text: str) -> str:
        return self.texts.words.get(f"reports.word.{column.id}.{text}", text)

    def _service_level(self) -> str:
        """The formula that was asked for, or each queue's own."""
        asked, texts = self.report.question, self.texts
        name = texts(f"formula.{asked.formula}") if asked.formula else texts("reports.own_formula")
        whole = texts.words.get(f"formula.{asked.formula}.whole", "") if asked.formula else ""
        within = (
            texts("reports.threshold_s", seconds=asked.threshold_s)
            if asked.threshold_s is not None
            else texts("reports.own_threshold")
        )
        return texts.listing(part for part in (name, whole, within) if part)


def days_text(from_day: date, to_day: date) -> str:
    """One day, or the first and the last."""
    return from_day.isoformat() if from_day == to_day else f"{from_day.isoformat()} – {to_day.isoformat()}"
