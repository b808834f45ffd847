"""The shelf of pictures: those that are there, one more, one less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import htpy as h

from layouts.forms.boards.shelf import BOARDS
from layouts.forms.fields import actions, button, file_field, form, text_field
from layouts.forms.panel import panel
from layouts.texts import Catalogue

PICTURES = f"{BOARDS}pictures/"
FILES = "/wall/pictures/"


@dataclass(frozen=True, slots=True)
class PictureCard:
    """A picture in words. `boards`: where it is shown, "" for nowhere."""

    id: str
    name: str
    size: str
    by: str
    at: h.Node
    boards: str = ""


def pictures_page(
    cards: Sequence[PictureCard], name: str, errors: Mapping[str, str], texts: Catalogue, *, removal: str = ""
) -> h.Node:
    """Upload beside the shelf. `name`: as it was typed. `removal`: why a picture stays."""
    return h.div(class_="columns pictures")[
        panel(
            texts("boards.picture.add"),
            form(
                PICTURES,
                file_field(
                    "file",
                    texts("boards.picture.file"),
                    accept="image/png,image/jpeg,image/webp",
                    hint=texts("boards.picture.file.hint"),
                    error=errors.get("file", ""),
                ),
                text_field(
                    "name",
                    texts("boards.picture.name"),
                    name,
                    hint=texts("boards.picture.name.hint"),
                    error=errors.get("name", ""),
                    maxlength=100,
                ),
                actions(button(texts("boards.picture.add.button"))),
                multipart=True,
                error=errors.get("", ""),
            ),
        ),
        panel(
            texts("boards.pictures"),
            bool(removal) and h.p(class_="problem", role="alert")[removal],
            h.ul(class_="picture_cards")[(_card(card, texts) for card in cards)]
            if cards
            else h.p(class_="empty_table")[texts("boards.pictures.none")],
            hint=texts("boards.pictures.hint"),
        ),
    ]


def _card(card: PictureCard, texts: Catalogue) -> h.Element:
    label = texts("boards.action.remove")
    return h.li[
        h.a(class_="shown", href=f"{FILES}{quote(card.id, safe='')}", target="_blank", rel="noopener")[
            h.img(src=f"{FILES}{quote(card.id, safe='')}", alt=card.name, loading="lazy")
        ],
        h.div(class_="about")[
            h.strong[card.name],
            h.small[card.size],
            h.small[card.by, " · ", card.at],
            h.small[texts("boards.picture.on", boards=card.boards) if card.boards else texts("boards.picture.unused")],
        ],
        not card.boards
        and h.form(action=f"{PICTURES}{quote(card.id, safe='')}/remove", method="post")[
            h.button(
                type="submit",
                class_="button danger",
                aria_label=texts("boards.action.of", action=label, name=card.name),
            )[label]
        ],
    ]
