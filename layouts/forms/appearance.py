"""How one appears on leaderboards: a form for oneself; and the list from which what offends is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import htpy as h

from layouts.forms.avatar import Face, avatar
from layouts.forms.directory.state import Filled
from layouts.forms.fields import (
    Option,
    actions,
    area_field,
    button,
    file_field,
    form,
    link_button,
    radio_field,
    text_field,
)
from layouts.forms.notice import notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import Column, table
from layouts.texts import Catalogue

ROOT = "/me/appearance/"
ADMIN = "/admin/leaderboards/appearances/"


@dataclass(frozen=True, slots=True)
class AppearanceView:
    """`face`: as it is kept. `number`: the staff number, "" for none. `picture_error`: what is wrong with an uploaded file.
    `reset_reason`: why something was taken back; "": nothing was."""

    face: Face
    filled: Filled
    name: str
    number: str
    tints: int
    takes_part: str
    longest: int
    picture_error: str = ""
    reset_reason: str = ""
    has_place: bool = False


@dataclass(frozen=True, slots=True)
class ChosenLine:
    """Somebody in the list. `shown_as`: what of it they appear by."""

    person_id: str
    name: str
    staff_number: str
    nickname: str
    shown_as: str
    face: Face

    @property
    def href(self) -> str:
        """Where it is looked at alone."""
        return f"{ADMIN}{quote(self.person_id, safe='')}/"


def appearance_page(view: AppearanceView, texts: Catalogue) -> h.Node:
    """How it looks, what one is called, whether one takes part, one's picture."""
    return [
        bool(view.reset_reason) and notice("warn", texts("own_place.reset", reason=view.reset_reason)),
        h.div(class_="columns appearance")[
            _preview(view, texts),
            panel(texts("own_place.choose"), _choices(view, texts), hint=texts("own_place.choose.hint")),
            _picture(view, texts),
        ],
    ]


def nobody_page(texts: Catalogue) -> h.Node:
    """For an account that belongs to nobody on the floor."""
    return panel(texts("own_place.title"), h.p[texts("own_place.nobody")])


def chosen_list(lines: Sequence[ChosenLine], query: str, found: int, texts: Catalogue) -> h.Node:
    """Who has a nickname or a picture. `found`: how many, of whom `lines` are the first."""
    columns = [texts(f"own_place.column.{name}") for name in ("shown", "name", "nickname", "number")]
    return [
        h.p(class_="lead")[texts("own_place.admin.lead")],
        form(
            ADMIN,
            text_field("q", texts("own_place.admin.search"), query, kind="search", maxlength=100),
            button(texts("form.search"), "plain"),
            method="get",
            layout="row",
        ),
        h.p(class_="hint")[texts("own_place.admin.found", n=found)],
        table(
            [*columns, Column(texts("own_place.admin.look"), "actions")],
            [_chosen_row(line, texts) for line in lines],
            texts("own_place.admin.none"),
            caption=texts("own_place.admin.title"),
        ),
    ]


def reset_page(line: ChosenLine, filled: Filled, texts: Catalogue) -> h.Node:
    """One of them, and taking something back."""
    whats = [
        Option(what, texts(f"own_place.reset.{what}"))
        for what, there in (("nickname", line.nickname), ("avatar", line.face.avatar))
        if there
    ]
    return h.div(class_="columns")[
        panel(
            line.name,
            _wall_row(line.face),
            facts(
                Fact(texts("own_place.column.nickname"), line.nickname or "–"),
                Fact(texts("own_place.column.number"), line.staff_number or "–"),
                Fact(texts("own_place.shown_as"), texts(f"own_place.shown_as.{line.shown_as}")),
            ),
        ),
        panel(
            texts("own_place.reset.title"),
            form(
                line.href,
                radio_field(
                    "what", texts("own_place.reset.what"), whats, filled.value("what"), error=filled.error("what")
                ),
                area_field(
                    "reason",
                    texts("own_place.reset.reason"),
                    filled.value("reason"),
                    hint=texts("own_place.reset.reason.hint"),
                    error=filled.error("reason"),
                    maxlength=300,
                ),
                actions(button(texts("own_place.reset.button"), "danger"), link_button(texts("form.cancel"), ADMIN)),
                error=filled.whole(texts),
            )
            if whats
            else h.p[texts("own_place.reset.nothing")],
            hint=texts("own_place.reset.hint"),
        ),
    ]


def _preview(view: AppearanceView, texts: Catalogue) -> h.Element:
    unseen = view.takes_part != "shown"
    return panel(
        texts("own_place.preview"),
        h.div(
            class_=["wall_preview", unseen and "unseen_there"],
            data_theme="dark",
            data_name=view.name,
            data_number=view.number,
            data_avatar=view.face.avatar,
        )[h.div(class_="podium_place")[avatar(view.face), h.strong[view.face.name]], _wall_row(view.face)],
        h.p(class_="hint")[texts(f"own_place.preview.{view.takes_part}")],
        view.has_place and link_button(texts("own_place.back"), "/me/"),
        hint=texts("own_place.preview.hint"),
    )


def _wall_row(face: Face) -> h.Element:
    return h.div(class_="wall_row", data_theme="dark")[avatar(face), h.strong[face.name]]


def _choices(view: AppearanceView, texts: Catalogue) -> h.Node:
    filled = view.filled
    names = [
        Option("name", texts("own_place.shown_as.name"), view.name),
        Option("nickname", texts("own_place.shown_as.nickname")),
        Option("staff_number", texts("own_place.shown_as.staff_number"), view.number or texts("own_place.no_number")),
    ]
    parts = [
        Option(one, texts(f"own_place.takes_part.{one}"), texts(f"own_place.takes_part.{one}.hint"))
        for one in ("shown", "only_me", "no")
    ]
    return form(
        ROOT,
        radio_field(
            "shown_as", texts("own_place.shown_as"), names, filled.value("shown_as"), error=filled.error("shown_as")
        ),
        text_field(
            "nickname",
            texts("own_place.nickname"),
            filled.value("nickname"),
            hint=texts("own_place.nickname.hint", most=view.longest, cjk=view.longest // 2),
            error=filled.error("nickname"),
            maxlength=40,
        ),
        _tints(view, texts),
        radio_field(
            "takes_part",
            texts("own_place.takes_part"),
            parts,
            filled.value("takes_part"),
            error=filled.error("takes_part"),
        ),
        actions(button(texts("form.save"))),
        error=filled.whole(texts),
    )


def _tints(view: AppearanceView, texts: Catalogue) -> h.Element:
    """Colours to choose from, each drawn as the avatar would be."""
    return h.fieldset(class_="field tints")[
        h.legend[texts("own_place.tint")],
        h.p(class_="hint")[texts("own_place.tint.hint")],
        h.div(class_="options")[
            (
                h.label[
                    h.input(
                        type="radio",
                        name="tint",
                        value=str(tint),
                        checked=view.filled.value("tint") == str(tint),
                        aria_label=texts("own_place.tint.of", n=tint + 1),
                    ),
                    avatar(Face(view.face.name, tint=tint)),
                ]
                for tint in range(view.tints)
            )
        ],
    ]


def _picture(view: AppearanceView, texts: Catalogue) -> h.Element:
    return panel(
        texts("own_place.picture"),
        form(
            f"{ROOT}picture",
            file_field(
                "file",
                texts("own_place.picture.file"),
                accept="image/png,image/jpeg,image/webp",
                hint=texts("own_place.picture.hint"),
                error=view.picture_error,
            ),
            actions(button(texts("own_place.picture.button"), "plain")),
            multipart=True,
        ),
        bool(view.face.avatar)
        and form(f"{ROOT}picture/remove", actions(button(texts("own_place.picture.remove"), "danger"))),
    )


def _chosen_row(line: ChosenLine, texts: Catalogue) -> list[h.Node]:
    return [
        h.span(class_="face_cell")[avatar(line.face), line.face.name],
        line.name,
        line.nickname or "–",
        line.staff_number or "–",
        h.div[link_button(texts("own_place.admin.look"), line.href)],
    ]
