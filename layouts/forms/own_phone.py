"""The phone on which one is called when one steps into a call."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from layouts.forms.directory.state import Filled
from layouts.forms.fields import (
    Option,
    actions,
    button,
    check_field,
    choice_field,
    form,
    hidden_field,
    text_field,
)
from layouts.forms.panel import panel
from layouts.texts import Catalogue

ROOT = "/account/phone/"


def own_phone(filled: Filled, switches: Sequence[str], texts: Catalogue, *, has_one: bool) -> h.Node:
    """`switches`: names of the links; with one of them there is nothing to choose."""
    one = switches[0] if switches else ""
    return h.div(class_="columns")[
        panel(
            texts("phone.title"),
            form(
                ROOT,
                hidden_field("switch", one)
                if len(switches) < 2
                else choice_field(
                    "switch",
                    texts("phone.switch"),
                    [Option(name, name) for name in switches],
                    filled.value("switch"),
                    error=filled.error("switch"),
                ),
                text_field(
                    "device",
                    texts("phone.device"),
                    filled.value("device"),
                    hint=texts("phone.device.hint"),
                    error=filled.error("device"),
                    maxlength=90,
                ),
                check_field(
                    "answers_itself",
                    texts("phone.answers_itself"),
                    is_checked=bool(filled.value("answers_itself")),
                    hint=texts("phone.answers_itself.hint"),
                ),
                actions(button(texts("form.save"))),
                error=filled.whole(texts),
            ),
            hint=texts("phone.hint"),
        ),
        has_one
        and panel(
            texts("phone.remove.title"),
            form(f"{ROOT}remove", actions(button(texts("phone.remove"), "danger"))),
            hint=texts("phone.remove.hint"),
        ),
    ]
