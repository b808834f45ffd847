"""A board from a file: all that is wrong with it, or a new draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import htpy as h

from layouts.forms.boards.shelf import BOARDS, IMPORT, id_field, mistake_list
from layouts.forms.fields import actions, button, check_field, file_field, form, link_button
from layouts.forms.panel import panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class ImportView:
    """The fields, and what was wrong with the file that was sent."""

    scope: ScopeChoice
    id: str = ""
    replaces: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[str, ...] = ()


def import_page(view: ImportView, texts: Catalogue) -> h.Node:
    """The file, and where it goes."""
    return panel(
        texts("boards.import"),
        mistake_list(view.mistakes, texts),
        form(
            IMPORT,
            file_field(
                "file",
                texts("boards.field.file"),
                accept=".json,application/json",
                hint=texts("boards.field.file.hint"),
                error=view.errors.get("file", ""),
            ),
            id_field(view.id, view.errors, texts, "boards.field.id.import_hint"),
            scope_fields(view.scope, texts, texts("boards.field.scope"), view.errors.get("scope", "")),
            check_field(
                "replaces",
                texts("boards.field.replaces"),
                is_checked=view.replaces,
                hint=texts("boards.field.replaces.hint"),
            ),
            actions(button(texts("boards.import.button")), link_button(texts("form.cancel"), BOARDS)),
            multipart=True,
            error=view.errors.get("", ""),
        ),
        hint=texts("boards.import.hint"),
    )
