"""What a board was, who changed what, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import htpy as h

from layouts.forms.boards.shelf import BoardLine, board_href, screens_of, wall_href
from layouts.forms.fields import actions, button, form, hidden_field, link_button
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue

SHOWN_CHANGES = 6
"""Of a revision, before the rest is folded away."""


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision in words. `changes`: sentences about what differs from the one before. `is_readable`: by this release."""

    number: int
    by: str
    at: h.Node
    note: str
    restored_from: int | None
    changes: tuple[str, ...]
    is_shown: bool
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class HistoryView:
    """`draft_changes`: what the draft has that screens do not show."""

    board: BoardLine
    revisions: tuple[RevisionLine, ...]
    draft_changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreView:
    """Going back to `revision`. `changes`: what screens would show other than now. `version`: of the draft that is given up."""

    board: BoardLine
    revision: RevisionLine
    version: int
    changes: tuple[str, ...]
    error: str = ""
    mistakes: tuple[str, ...] = ()


def history_page(view: HistoryView, texts: Catalogue) -> h.Node:
    """The board now, its unpublished changes, everything that was published."""
    line = view.board
    return [
        panel(
            line.title,
            facts(
                Fact(texts("boards.column.screens"), screens_of(line, texts)),
                Fact(texts("boards.field.scope"), line.scope),
                Fact(texts("boards.column.draft"), [line.draft_by, " · ", line.draft_at]),
            ),
            actions(
                link_button(texts("boards.action.design"), board_href(line.id), "primary"),
                bool(line.revision) and _wall(line, texts),
                link_button(texts("boards.action.export"), board_href(line.id, "export")),
            ),
        ),
        line.is_changed
        and panel(
            texts("boards.unpublished"),
            changes_list(view.draft_changes, texts),
            hint=texts("boards.unpublished.hint" if line.revision else "boards.unpublished.never"),
        ),
        _revisions(view, texts),
    ]


def restore_page(view: RestoreView, texts: Catalogue) -> h.Node:
    """Once more, with what would be other than now."""
    line = view.board
    return panel(
        texts("boards.restore.title", n=view.revision.number, name=line.title),
        bool(view.mistakes) and notice("bad", h.ol(class_="mistakes")[(h.li[one] for one in view.mistakes)]),
        h.p[texts("boards.restore.text", n=view.revision.number, screens=screens_of(line, texts))],
        changes_list(view.changes, texts),
        line.is_changed and notice("warn", texts("boards.restore.draft_lost", who=line.draft_by)),
        form(
            board_href(line.id, "restore"),
            hidden_field("revision", str(view.revision.number)),
            hidden_field("version", str(view.version)),
            actions(
                button(texts("boards.restore.button", n=view.revision.number)),
                link_button(texts("form.cancel"), board_href(line.id, "history")),
            ),
            error=view.error,
        ),
    )


def changes_list(changes: Sequence[str], texts: Catalogue) -> h.Node:
    """The first few open, the rest folded."""
    if not changes:
        return h.p(class_="hint")[texts("boards.no_changes")]
    first, rest = changes[:SHOWN_CHANGES], changes[SHOWN_CHANGES:]
    return h.div(class_="changes")[
        h.ul[(h.li[one] for one in first)],
        bool(rest)
        and h.details[h.summary[texts("boards.more_changes", n=len(rest))], h.ul[(h.li[one] for one in rest)]],
    ]


def _wall(line: BoardLine, texts: Catalogue) -> h.Element:
    return h.a(class_="button plain", href=wall_href(line.id), target="_blank", rel="noopener")[
        texts("boards.action.preview")
    ]


def _revisions(view: HistoryView, texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("boards.column.revision"),
        texts("boards.column.when"),
        texts("boards.column.what"),
        Column(texts("boards.column.actions"), "actions"),
    ]
    title = texts("boards.history.of", name=view.board.title)
    rows = [_row(line, view.board, texts) for line in view.revisions]
    return panel(texts("boards.history"), table(columns, rows, texts("boards.history.none"), caption=title))


def _what(line: RevisionLine, texts: Catalogue) -> h.Node:
    if not line.is_readable:
        return h.p(class_="hint")[texts("boards.unreadable")]
    return h.p(class_="hint")[texts("boards.first_revision")] if line.number == 1 else changes_list(line.changes, texts)


def _row(line: RevisionLine, board: BoardLine, texts: Catalogue) -> list[h.Node]:
    restore = texts("boards.action.restore")
    of = {"name": texts("boards.revision", n=line.number)}
    address = f"{board_href(board.id, 'restore')}?{urlencode({'revision': line.number})}"
    return [
        h.span[
            texts("boards.revision", n=line.number), " ", line.is_shown and badge("good", texts("boards.shown_now"))
        ],
        h.span[line.at, h.small[line.by]],
        h.div[
            line.note and h.p(class_="note")[line.note],
            bool(line.restored_from) and h.p[texts("boards.restored_from", n=line.restored_from)],
            _what(line, texts),
        ],
        h.div[
            not line.is_shown
            and line.is_readable
            and h.a(class_="button plain", href=address, aria_label=texts("boards.action.of", action=restore, **of))[
                restore
            ],
            line.is_readable
            and h.a(
                class_="button plain",
                href=f"{board_href(board.id, 'export')}?{urlencode({'revision': line.number})}",
                aria_label=texts("boards.action.of", action=texts("boards.action.export"), **of),
            )[texts("boards.action.export")],
        ],
    ]
