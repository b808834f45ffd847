"""Choosing a scope: everything, or queues and teams, of those that the one who chooses may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import Option, check_field, checks_field
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """What is offered, and what of it is chosen. `may_everything`: whether "everything" is offered too."""

    queues: tuple[Option, ...]
    teams: tuple[Option, ...]
    may_everything: bool
    is_everything: bool = False
    chosen_queues: Collection[str] = ()
    chosen_teams: Collection[str] = ()


def scope_fields(
    choice: ScopeChoice, texts: Catalogue, label: str, error: str = "", *, everything: str = "scope.everything"
) -> h.Element:
    """Fields `everything`, `queues` and `teams`. `texts` needs the room `forms`. `everything`: id of the words for it; their
    hint's ends in `.hint`."""
    return h.fieldset(class_=["field", "scope", error and "wrong"], aria_describedby="scope-error" if error else None)[
        h.legend[label],
        choice.may_everything
        and check_field(
            "everything",
            texts(everything),
            is_checked=choice.is_everything,
            hint=texts(f"{everything}.hint"),
        ),
        h.div(class_="parts")[
            checks_field(
                "queues", texts("scope.queues"), choice.queues, choice.chosen_queues, empty=texts("scope.queues.none")
            ),
            bool(choice.teams)
            and checks_field(
                "teams", texts("scope.teams"), choice.teams, choice.chosen_teams, hint=texts("scope.teams.hint")
            ),
        ],
        error and h.p(class_="error", id="scope-error")[error],
    ]
