"""The pages of paired screens: letting a TV in, the list with its lamps, changing one, sending one away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import Option, actions, button, choice_field, form, link_button, text_field
from layouts.forms.panel import panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.forms.table import Column, badge, table
from layouts.texts import LANGUAGES, Catalogue

ROOT = "/screens/"
LIST = "screens"
"""Id of the list: the part of the page that its script renews."""

_LAMPS = {"live": "live", "delayed": "delayed", "away": "stale", "never": "connecting", "expected": "connecting"}


@dataclass(frozen=True, slots=True)
class Row:
    """A screen of the list, in words. `link`: `live`, `delayed`, `away`, `never` or `expected`; `since` goes with `away`.
    `restarts`: how often its page had to load itself anew within a day."""

    id: str
    name: str
    board: str
    scope: str
    link: str
    since: str
    release: str
    address: str
    is_blank: bool
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the fields of a screen hold."""

    boards: tuple[Option, ...]
    scope: ScopeChoice
    code: str = ""
    name: str = ""
    board: str = ""
    lang: str = ""
    theme: str = ""
    address_range: str = ""


def screens_page(rows: Sequence[Row], wishes: Wishes, tv: str, errors: Mapping[str, str], texts: Catalogue) -> h.Node:
    """Pairing and list. `tv`: the address that a TV opens."""
    return h.div(class_="columns screens")[_pairing(wishes, tv, errors, texts), _listed(rows, tv, texts)]


def change_page(row: Row, wishes: Wishes, paired: str, errors: Mapping[str, str], texts: Catalogue) -> h.Node:
    """One screen's fields. `paired`: by whom and when, in words."""
    return panel(
        row.name,
        form(
            f"{ROOT}{row.id}/",
            _fields(wishes, errors, texts),
            actions(button(texts("form.save")), link_button(texts("form.cancel"), ROOT)),
            error=errors.get("", ""),
        ),
        hint=paired,
    )


def revoke_page(row: Row, texts: Catalogue) -> h.Node:
    """Once more, before a TV is sent away."""
    return panel(
        row.name,
        h.p[texts("screens.revoke.text", name=row.name)],
        form(
            f"{ROOT}{row.id}/revoke",
            actions(button(texts("screens.revoke.button"), "danger"), link_button(texts("form.cancel"), ROOT)),
        ),
    )


def _pairing(wishes: Wishes, tv: str, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    code = text_field(
        "code",
        texts("screens.code"),
        wishes.code,
        hint=texts("screens.code.hint"),
        error=errors.get("code", ""),
        required=True,
        maxlength=20,
        autofocus=bool(errors.get("code")),
    )
    fields = form(
        f"{ROOT}pair",
        code,
        _fields(wishes, errors, texts),
        actions(button(texts("screens.pair.button"))),
        error=errors.get("", ""),
    )
    return panel(texts("screens.pair.title"), fields, hint=texts("screens.pair.hint", address=tv), name="pair")


def _fields(wishes: Wishes, errors: Mapping[str, str], texts: Catalogue) -> h.Node:
    langs = [Option(lang, texts(f"screens.lang.{lang}")) for lang in LANGUAGES]
    themes = [Option(theme, texts(f"screens.theme.{theme}")) for theme in ("dark", "light")]
    return [
        text_field(
            "name",
            texts("screens.name"),
            wishes.name,
            hint=texts("screens.name.hint"),
            error=errors.get("name", ""),
            required=True,
            maxlength=60,
        ),
        choice_field("board", texts("screens.board"), wishes.boards, wishes.board, error=errors.get("board", "")),
        scope_fields(wishes.scope, texts, texts("screens.scope"), errors.get("scope", "")),
        h.div(class_="pair")[
            choice_field("lang", texts("screens.lang"), langs, wishes.lang, error=errors.get("lang", "")),
            choice_field("theme", texts("screens.theme"), themes, wishes.theme, error=errors.get("theme", "")),
        ],
        text_field(
            "address_range",
            texts("screens.address_range"),
            wishes.address_range,
            hint=texts("screens.address_range.hint"),
            error=errors.get("address_range", ""),
            maxlength=60,
        ),
    ]


def _listed(rows: Sequence[Row], tv: str, texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("screens.name"),
        texts("screens.board"),
        texts("screens.column.link"),
        texts("screens.column.address"),
        Column(texts("screens.column.actions"), "actions"),
    ]
    title = texts("screens.list.title")
    shown = table(columns, [_row(row, texts) for row in rows], texts("screens.list.empty", address=tv), caption=title)
    announce = bool(rows) and actions(link_button(texts("screens.announce"), f"{ROOT}announce"))
    return panel(title, shown, announce, name=LIST)


def _row(row: Row, texts: Catalogue) -> list[h.Node]:
    return [
        [row.name, h.small[row.scope]],
        row.board,
        [_lamp(row, texts), row.is_blank and " ", row.is_blank and badge("warn", texts("screens.blank"))],
        [row.address or "–", row.release and h.small[row.release], _restarts(row, texts)],
        _actions(row, texts),
    ]


def _restarts(row: Row, texts: Catalogue) -> h.Node:
    return row.restarts > 0 and [" ", badge("warn", texts("screens.restarts", n=row.restarts))]


def _lamp(row: Row, texts: Catalogue) -> h.Element:
    return h.span(class_=f"age_lamp is-{_LAMPS[row.link]}", data_link=row.link)[
        h.i(class_="lamp", aria_hidden="true"), h.span[texts(f"screens.link.{row.link}", time=row.since)]
    ]


def _actions(row: Row, texts: Catalogue) -> h.Element:
    blank = "unblank" if row.is_blank else "blank"
    return h.div[
        _link(row, "change", "", texts),
        _order(row, blank, texts),
        _order(row, "reload", texts),
        _link(row, "revoke", "revoke", texts),
    ]


def _order(row: Row, order: str, texts: Catalogue) -> h.Element:
    label = texts(f"screens.action.{order}")
    named = texts("screens.action.of", action=label, name=row.name)
    return h.form(action=f"{ROOT}{row.id}/{order}", method="post")[
        h.button(type="submit", class_="button plain", aria_label=named)[label]
    ]


def _link(row: Row, action: str, path: str, texts: Catalogue) -> h.Element:
    label = texts(f"screens.action.{action}")
    kind = "danger" if action == "revoke" else "plain"
    named = texts("screens.action.of", action=label, name=row.name)
    return h.a(class_=f"button {kind}", href=f"{ROOT}{row.id}/{path}", aria_label=named)[label]
