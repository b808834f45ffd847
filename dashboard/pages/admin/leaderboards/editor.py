"""The form of one leaderboard, tried with real numbers before it is saved. Parses, asks the shelf, answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Response, request

from collectors.events import FloorSettings
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.boards.document import Title
from dashboard.floor.directions import CUSTOM, worse_side
from dashboard.floor.metrics import REGISTRY, known
from dashboard.floor.scoring.points import MICRO, ReadyPart, shares
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.scheme_checks import counted_metrics
from dashboard.leaderboards.shelf import Counts, counts_otherwise
from dashboard.leaderboards.standings import periods
from dashboard.leaderboards.stored import LeaderboardRefused, StoredLeaderboard
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.leaderboards.tried import Tried, Which
from dashboard.pages import forms
from dashboard.pages.admin.leaderboards import fields, section
from dashboard.pages.admin.leaderboards.places import MOST, Places
from dashboard.pages.doors import Doors
from dashboard.pages.scope_choice import offered, reader_of
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import Refused
from layouts.figures import figure
from layouts.forms.directory.state import Filled
from layouts.forms.leaderboards.editor import ROOT, SPARE, EditorChoices, EditorView, MetricOption, editor
from layouts.forms.leaderboards.shelf import beside
from layouts.forms.leaderboards.tried import TriedView
from layouts.texts import Catalogue

_EMPTY: Final = TEMPLATES["service"]


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages, need = EditorPages(services), section.EDIT
    doors.route(f"{ROOT}new/", "leaderboards.new", pages.new, need)
    doors.route(f"{ROOT}new/", "leaderboards.make", pages.make, need, methods=("POST",))
    doors.route(f"{ROOT}<leaderboard_id>/", "leaderboards.one", pages.one, need)
    doors.route(f"{ROOT}<leaderboard_id>/", "leaderboards.change", pages.change, need, methods=("POST",))


class EditorPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shelf = services.leaderboards
        self._trying = services.leaderboards_tried

    def new(self) -> Response:
        """A template, or the first of them without a name."""
        document = TEMPLATES.get(request.args.get("template", "")) or _unnamed(_EMPTY)
        settings = self._trying.names(forms.actor())
        return self._form(None, fields.fields_of(document, settings), settings)

    def one(self, leaderboard_id: str) -> Response:
        """As it stands. One that this release cannot read: an empty form, to make it anew."""
        stored = self._shelf.get(forms.actor(), leaderboard_id)
        settings = self._trying.names(forms.actor())
        filled = fields.fields_of(stored.readable or _unnamed(_EMPTY), settings, stored.version)
        return self._form(stored, filled, settings)

    def make(self) -> Response:
        """A new one, off; or the same form with what was asked for."""
        return self._posted(None)

    def change(self, leaderboard_id: str) -> Response:
        """Saved, if it says from when it counts."""
        return self._posted(self._shelf.get(forms.actor(), leaderboard_id))

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _posted(self, stored: StoredLeaderboard | None) -> Response:
        posted, settings = forms.posted(), self._trying.names(forms.actor())
        deed, typed = posted["deed"], fields.posted_fields(posted)
        if deed == "more":
            return self._form(stored, typed, settings, spare=SPARE + 2)
        try:
            document = fields.document_of(typed, settings)
            if deed in {"try", "try_running"}:
                which: Which = "running" if deed == "try_running" else "last"
                return self._form(stored, typed, settings, tried=(document, which))
            return self._saved(stored, document, typed, settings)
        except LeaderboardRefused as refused:
            wrong = fields.errors_of(refused.every)
        except Refused as refused:
            wrong = fields.errors_of([refused])
        errors = forms.field_errors(wrong, section.words())
        return self._form(stored, replace(typed, errors=errors), settings, status=422)

    def _saved(
        self, stored: StoredLeaderboard | None, document: Leaderboard, typed: Filled, settings: FloorSettings
    ) -> Response:
        actor = forms.actor()
        if stored is None:
            made = self._shelf.make(actor, document, actor.scope(Permission.LEADERBOARDS_EDIT))
            return forms.said(f"{ROOT}{made}/", "said.leaderboard_made")
        counts: Counts = "from_now" if typed.value("counts") == "from_now" else "from_begin"
        if _must_ask(stored, document, settings) and typed.value("counts") not in {"from_now", "from_begin"}:
            raise Refused("leaderboards.refused.counts", "counts")
        self._shelf.change(actor, stored.id, document, forms.whole(typed.value("version")), counts)
        return forms.said(f"{ROOT}{stored.id}/", "said.leaderboard_saved")

    def _form(
        self,
        stored: StoredLeaderboard | None,
        filled: Filled,
        settings: FloorSettings,
        *,
        tried: tuple[Leaderboard, Which] | None = None,
        spare: int = SPARE,
        status: int = 200,
    ) -> Response:
        words = section.words()
        asks = "counts" in filled.errors or bool(filled.value("counts"))
        view = EditorView(
            stored.id if stored is not None else "",
            filled,
            self._choices(settings, words),
            parts=min(fields.rows(filled, "scheme.parts") + spare, 8),
            floors=min(fields.rows(filled, "scheme.quality") + spare - 1, 4),
            prizes=min(fields.rows(filled, "prizes") + spare, 10),
            goals=min(fields.rows(filled, "goals") + spare - 1, 6),
            badges=min(fields.rows(filled, "badges") + spare - 1, 12),
            examples=examples(filled, settings, words),
            tried=self._tried(stored, *tried, words) if tried is not None else None,
            asks_counts=asks,
        )
        name, unreadable = words("leaderboards.new"), ""
        if stored is not None and stored.readable is not None:
            name = section.title_of(stored.readable.title, words.lang)
        elif stored is not None:
            name, unreadable = stored.name, words("leaderboards.refused.unreadable", id=stored.id)
        return section.page(
            stored is not None and beside(stored.id, stored.version, words, is_on=stored.is_on),
            editor(view, words),
            name=name,
            said=unreadable,
            is_good=not unreadable,
            status=status,
        )

    def _choices(self, settings: FloorSettings, words: Catalogue) -> EditorChoices:
        actor = forms.actor()
        within = actor.scope(Permission.LEADERBOARDS_EDIT)
        scope = offered(self._services.directory, reader_of(actor, within), within, within, words.lang)
        of_queues = [
            one.id
            for one in REGISTRY.values()
            if "queue" in one.scopes and one.kind not in {"state", "since"} and one.unit != "word"
        ]
        own = [f"{CUSTOM}{name}" for name in settings.measures]
        return EditorChoices(
            metrics=[_metric(one, settings, words.lang) for one in (*counted_metrics(), *own)],
            queue_metrics=[_metric(one, settings, words.lang) for one in of_queues],
            teams=scope.teams,
            queues=scope.queues,
            icons=fields.ICONS,
        )

    def _tried(
        self, stored: StoredLeaderboard | None, document: Leaderboard, which: Which, words: Catalogue
    ) -> TriedView:
        actor, title = forms.actor(), words("leaderboards.try.title")
        scope: Scope = stored.scope if stored is not None else actor.scope(Permission.LEADERBOARDS_EDIT)
        other = ("try", words("leaderboards.try.last"))
        if which == "last":
            other = ("try_running", words("leaderboards.try.running"))
        found = self._trying.before_saving(actor, document, scope, which)
        if found is None:
            return TriedView(title, words("leaderboards.try.nothing"), (), (), other=other)
        view = tried_view(title, found, words)
        return replace(view, other=other, pages=(view.pages[0], None, None))  # a link would lose what is typed


def tried_view(title: str, found: Tried, words: Catalogue, first: int = 0) -> TriedView:
    """What was counted, as pages show it: of those whom the reader may see, from the `first` on."""
    places = Places(found.document.scheme, found.settings, words)
    seen = tuple(one for one in found.ranks.all() if one.id in found.seen)
    notes = [words("leaderboards.note.history")] if found.is_running else []
    teams = found.ranks.teams() if found.document.scheme.compares == "teams" or found.document.team_race else ()
    mine = {found.dids[one].team for one in found.seen}
    return TriedView(
        title,
        section.bounds_words(found.bounds, found.settings),
        places.groups(seen, found.dids, first),
        places.part_names(),
        notes,
        places.teams(tuple(team for team in teams if team.id in mine)),
        pages=pages(first, len(seen), words),
    )


def pages(first: int, every: int, words: Catalogue) -> tuple[str, int | None, int | None]:
    """Which of how many are shown, and where the pages before and after it begin."""
    if every <= MOST:
        return "", None, None
    last = min(first + MOST, every)
    said = words("leaderboards.pages", first=first + 1, last=last, every=every)
    return said, max(first - MOST, 0) if first else None, last if last < every else None


def examples(filled: Filled, settings: FloorSettings, words: Catalogue) -> list[str]:
    """What the numbers of each part mean: a value six tenths of the way, and its points."""
    try:
        scheme = fields.document_of(filled, settings).scheme
    except LeaderboardRefused:
        return []
    found = []
    for part, most in zip(scheme.parts, shares([one.weight for one in scheme.parts]), strict=True):
        counted = ReadyPart(part, most, settings.measures)
        if counted.by_rank:
            found.append(words("leaderboards.example.rank", most=_short(most)))
            continue
        value = _round(counted.zero + (counted.full - counted.zero) * 6 // 10)
        unit = one.unit if (one := known(part.metric)) is not None else ""
        hour = words("leaderboards.example.hour") if part.per_hour else ""
        points = _short(counted.points(value))
        found.append(
            words("leaderboards.example", value=figure(value / MICRO, unit) + hour, points=points, most=_short(most))
        )
    return found


def _short(points: int) -> str:
    """`2500` → `25`."""
    return f"{points / 100:.2f}".rstrip("0").rstrip(".")


def _round(value: int) -> int:
    """To whole numbers where they are large enough: people count calls, not thousandths of one."""
    return round(value / MICRO) * MICRO if abs(value) >= 3 * MICRO else value


def _metric(metric: str, settings: FloorSettings, lang: str) -> MetricOption:
    unit = "%" if fields.is_ratio(metric) else "s" if (one := known(metric)) is not None and one.unit == "s" else ""
    less = worse_side(metric, settings.measures) == "above"
    return MetricOption(metric, section.metric_name(metric, settings, lang), unit, less)


def _must_ask(stored: StoredLeaderboard, document: Leaderboard, settings: FloorSettings) -> bool:
    """In the middle of a period of one that is on, what counts is changed: somebody has to say from when it counts."""
    before = stored.readable
    if before is None or not stored.is_on or not counts_otherwise(before, document):
        return False
    return periods.running(before.period, now_ms(), periods.clock_of(settings)) is not None


def _unnamed(document: Leaderboard) -> Leaderboard:
    """What counts of it, and nothing else."""
    return Leaderboard(Title(), document.scheme, document.period)
