"""`/admin/monitoring/`: which queues may be monitored, whom never, and how it goes."""

from __future__ import annotations

from typing import Final

from flask import Response

from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.admin import section
from dashboard.pages.doors import Doors, needs
from dashboard.pages.scope_choice import queue_names
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.supervision.policies import General, Marks, Rules
from layouts.forms import Option
from layouts.forms.directory.state import Filled
from layouts.forms.monitoring import CHECKS, ROOT, MonitoringView, QueueLine, SparedLine, monitoring_page
from layouts.texts import Catalogue

NEED: Final = needs(Permission.MONITOR_RULES)
_EMPTY: Final = Filled({})


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = MonitoringPages(services)
    doors.route(ROOT, "monitoring_rules", pages.shown, NEED)
    for path, name, take in (
        (ROOT, "general", pages.change_general),
        (f"{ROOT}queues", "queues", pages.change_queues),
        (f"{ROOT}spare", "spare", pages.spare),
        (f"{ROOT}unspare", "unspare", pages.unspare),
    ):
        doors.route(path, f"monitoring_rules.{name}", take, NEED, methods=("POST",))


class MonitoringPages:
    """One page with three forms."""

    def __init__(self, services: Services) -> None:
        self._policies = services.policies
        self._directory = services.directory

    def shown(self) -> Response:
        """As it is."""
        return self._page()

    def change_general(self) -> Response:
        """How it goes on the whole floor."""
        posted = forms.posted()
        typed = {name: posted[name] for name in (*CHECKS, "most_min")}
        is_on = {name: typed[name] == "yes" for name in CHECKS}
        try:
            self._policies.put_general(forms.actor(), General(most_min=forms.whole(typed["most_min"]), **is_on))
        except Refused as refused:
            return self._page(general=_again(refused, typed))
        return forms.said(ROOT, "said.saved")

    def change_queues(self) -> Response:
        """The marks of every queue that the page showed."""
        posted = forms.posted()
        announced, cards = posted.all("announced"), posted.all("cards")
        marks = {queue: Marks(queue in announced, queue in cards) for queue in posted.all("queue")}
        self._policies.put_queues(forms.actor(), marks)
        return forms.said(ROOT, "said.saved")

    def spare(self) -> Response:
        """Somebody goes on the list."""
        posted = forms.posted()
        try:
            self._policies.spare(forms.actor(), posted["agent"], posted["why"])
        except Refused as refused:
            return self._page(spare=_again(refused, {name: posted[name] for name in ("agent", "why")}))
        return forms.said(ROOT, "said.saved")

    def unspare(self) -> Response:
        """Somebody is taken off it."""
        self._policies.unspare(forms.actor(), forms.posted()["agent"])
        return forms.said(ROOT, "said.removed")

    def _page(self, general: Filled | None = None, spare: Filled | None = None) -> Response:
        rules = self._policies.get(forms.actor())
        view = MonitoringView(
            queues=self._queues(rules),
            spared=[SparedLine(one.agent, one.name, one.why) for one in rules.spared],
            sparable=[Option(one.agent, f"{one.name} · {one.agent}") for one in rules.sparable],
            general=general or _kept(rules.general),
            spare=spare or _EMPTY,
            may_change_general=rules.may_change_general,
        )
        status = 422 if general or spare else 200
        return section.page("queues", "monitoring", monitoring_page(view, _words()), status=status, styles=_STYLES)

    def _queues(self, rules: Rules) -> list[QueueLine]:
        """Those of the directory and the switch that are theirs to mark, and marked ones that are gone from both."""
        actor = forms.actor()
        known = dict(queue_names(self._directory, actor, forms.chosen().lang))
        names = {queue: queue for queue in rules.queues} | known
        return [
            QueueLine(queue, name, marks.is_announced, marks.takes_cards)
            for queue, name in sorted(names.items(), key=lambda one: (one[1], one[0]))
            for marks in (rules.queues.get(queue, Marks()),)
            if self._policies.may_mark(actor, queue)
        ]


_STYLES: Final = ("css/forms/monitoring.css",)


def _words() -> Catalogue:
    return forms.texts(*section.ROOMS, "monitoring_rules")


def _again(refused: Refused, typed: dict[str, str]) -> Filled:
    return Filled(typed, forms.field_errors(refused, _words()))


def _kept(general: General) -> Filled:
    checks = {name: "yes" if getattr(general, name) else "" for name in CHECKS}
    return Filled({**checks, "most_min": str(general.most_min)})
