"""Which reports there are, and what each answers."""

from __future__ import annotations

from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import link_button
from layouts.forms.notice import notice
from layouts.forms.reports import SCHEDULES
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class ReportCard:
    """One report. `questions`: two or three that it answers, each with the address that does."""

    name: str
    about: str
    href: str
    quick: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShelfView:
    """`since`: the first day of which anything is kept, "" for none yet. `scope`: what of it all this person sees."""

    cards: tuple[ReportCard, ...]
    since: str
    scope: str
    may_schedule: bool


def shelf(view: ShelfView, texts: Catalogue) -> h.Element:
    """The page."""
    return h.div(class_="reports")[
        h.p(class_="lead")[texts("reports.lead"), " ", view.scope],
        notice("info", texts("reports.since", day=view.since) if view.since else texts("reports.nothing_yet")),
        h.ul(class_="shelf")[
            (
                h.li[
                    h.h2[h.a(href=card.href)[card.name]],
                    h.p[card.about],
                    h.p(class_="chips")[(h.a(href=href)[label] for label, href in card.quick)],
                ]
                for card in view.cards
            )
        ],
        view.may_schedule and h.p(class_="actions")[link_button(texts("schedule.all"), SCHEDULES)],
    ]
