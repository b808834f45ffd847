"""The list of boards, the templates beside it, a new board, and taking one away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

import htpy as h

from layouts.forms.boards.sketch import Box, sketch
from layouts.forms.fields import Option, actions, button, choice_field, form, link_button, text_field
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue

BOARDS = "/admin/boards/"
NEW = f"{BOARDS}new"
IMPORT = f"{BOARDS}import"


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A board of the list, in words. `revision` 0: never published. `is_changed`: the draft is not what screens show.
    `other_screens`: how many more show it that the reader does not manage."""

    id: str
    title: str
    scope: str
    boxes: tuple[Box, ...]
    draft_by: str
    draft_at: h.Node
    revision: int
    published_by: str
    published_at: h.Node
    is_changed: bool
    screens: str
    other_screens: int = 0


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template. `about`: what it is for."""

    id: str
    title: str
    about: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class MakeView:
    """The fields of a new board."""

    sources: tuple[Option, ...]
    scope: ScopeChoice
    source: str = ""
    id: str = ""
    zh: str = ""
    en: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def board_href(board_id: str, page: str = "") -> str:
    """Address of a board's page; "" for the designer."""
    return f"{BOARDS}{quote(board_id, safe='')}{f'/{page}' if page else ''}"


def wall_href(board_id: str) -> str:
    """Where a board is seen as a screen shows it."""
    return f"/wall/?board={quote(board_id, safe='')}"


def boards_page(lines: Sequence[BoardLine], templates: Sequence[TemplateLine], texts: Catalogue) -> h.Node:
    """Ours, then what is shipped."""
    return [
        h.div(class_="list_head")[
            h.p(class_="hint")[texts("boards.lead")],
            h.div(class_="actions")[
                link_button(texts("boards.make"), NEW, "primary"), link_button(texts("boards.import"), IMPORT)
            ],
        ],
        _listed(lines, texts),
        panel(
            texts("boards.templates"),
            h.ul(class_="templates")[(_template(line, texts) for line in templates)],
            hint=texts("boards.templates.hint"),
            name="templates",
        ),
    ]


def make_page(view: MakeView, texts: Catalogue) -> h.Node:
    """From a template or another board."""
    return panel(
        texts("boards.make"),
        form(
            NEW,
            mistake_list(view.mistakes, texts),
            choice_field(
                "source", texts("boards.field.source"), view.sources, view.source, error=view.errors.get("source", "")
            ),
            title_fields(view.zh, view.en, view.errors, texts),
            id_field(view.id, view.errors, texts),
            scope_fields(view.scope, texts, texts("boards.field.scope"), view.errors.get("scope", "")),
            actions(button(texts("boards.make.button")), link_button(texts("form.cancel"), BOARDS)),
            error=view.errors.get("", ""),
        ),
        hint=texts("boards.make.hint"),
    )


def remove_page(line: BoardLine, error: str, texts: Catalogue) -> h.Node:
    """Once more, before a board is taken away."""
    return panel(
        line.title,
        h.p[texts("boards.remove.text")],
        facts(Fact(texts("boards.column.screens"), screens_of(line, texts))),
        form(
            board_href(line.id, "remove"),
            actions(button(texts("boards.remove"), "danger"), link_button(texts("form.cancel"), BOARDS)),
            error=error,
        ),
    )


def title_fields(zh: str, en: str, errors: Mapping[str, str], texts: Catalogue) -> h.Element:
    """What people read, in both languages; one is enough."""
    return h.div(class_="pair")[
        text_field("title", texts("boards.field.title.zh"), zh, error=errors.get("title", ""), maxlength=100),
        text_field("title_en", texts("boards.field.title.en"), en, error=errors.get("title_en", ""), maxlength=100),
    ]


def id_field(value: str, errors: Mapping[str, str], texts: Catalogue, hint: str = "boards.field.id.hint") -> h.Element:
    """The word that stands in addresses."""
    return text_field("id", texts("boards.field.id"), value, hint=texts(hint), error=errors.get("id", ""), maxlength=64)


def mistake_list(mistakes: Sequence[str], texts: Catalogue) -> h.Node:
    """Everything that is wrong with a document, each with its place."""
    if not mistakes:
        return None
    return notice(
        "bad",
        h.p[texts("boards.mistakes", n=len(mistakes))],
        h.ol(class_="mistakes")[(h.li[one] for one in mistakes)],
    )


def screens_of(line: BoardLine, texts: Catalogue) -> str:
    """Where a board hangs, in words."""
    others = texts("boards.other_screens", n=line.other_screens) if line.other_screens else ""
    return texts.listing(part for part in (line.screens, others) if part) or texts("boards.no_screens")


def _listed(lines: Sequence[BoardLine], texts: Catalogue) -> h.Node:
    if not lines:
        return h.div(class_="nothing_yet")[
            h.p[texts("boards.none")], actions(link_button(texts("boards.make"), NEW, "primary"))
        ]
    columns: list[Column | str] = [
        texts("boards.column.board"),
        texts("boards.column.draft"),
        texts("boards.column.published"),
        texts("boards.column.screens"),
        Column(texts("boards.column.actions"), "actions"),
    ]
    return table(columns, [_row(line, texts) for line in lines], "", caption=texts("boards.title"))


def _row(line: BoardLine, texts: Catalogue) -> list[h.Node]:
    name = h.div(class_="named")[
        sketch(line.boxes), h.span[h.a(href=board_href(line.id))[line.title], h.small[line.id, " · ", line.scope]]
    ]
    return [
        name,
        h.span[h.span(class_="who_changed")[line.draft_by], h.small[line.draft_at]],
        h.span[_state(line, texts), line.revision > 0 and h.small[line.published_by, " · ", line.published_at]],
        screens_of(line, texts),
        h.div[
            [
                _link(line, deed, board_href(line.id, page), texts)
                for deed, page in (("design", ""), ("history", "history"))
            ],
            _link(line, "copy", f"{NEW}?source={quote(line.id, safe='')}", texts),
            _link(line, "export", board_href(line.id, "export"), texts),
            _link(line, "remove", board_href(line.id, "remove"), texts),
        ],
    ]


def _state(line: BoardLine, texts: Catalogue) -> h.Node:
    if not line.revision:
        return badge("plain", texts("boards.never_published"))
    return [
        badge("good", texts("boards.revision", n=line.revision)),
        line.is_changed and badge("warn", texts("boards.draft_newer")),
    ]


def _link(line: BoardLine, deed: str, href: str, texts: Catalogue) -> h.Element:
    label = texts(f"boards.action.{deed}")
    kind = "danger" if deed == "remove" else "plain"
    named = texts("boards.action.of", action=label, name=line.title)
    return h.a(class_=f"button {kind}", href=href, aria_label=named)[label]


def _template(line: TemplateLine, texts: Catalogue) -> h.Element:
    def named(label: str) -> str:
        return texts("boards.action.of", action=label, name=line.title)

    preview, make = texts("boards.action.preview"), texts("boards.action.make")
    return h.li[
        sketch(line.boxes),
        h.div(class_="about")[h.h3[line.title], h.p(class_="hint")[line.about]],
        h.div(class_="actions")[
            h.a(
                class_="button plain",
                href=f"{NEW}?source={quote(line.id, safe='')}",
                aria_label=named(make),
            )[make],
            h.a(
                class_="button plain",
                href=wall_href(line.id),
                target="_blank",
                rel="noopener",
                aria_label=named(preview),
            )[preview],
        ],
    ]
