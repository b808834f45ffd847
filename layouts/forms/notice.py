"""Sentences that stand out: what was done, what is wrong, and a secret that is shown once."""

from __future__ import annotations

from typing import Literal

import htpy as h

NoticeKind = Literal["good", "info", "warn", "bad"]

_ICONS: dict[NoticeKind, str] = {"good": "check", "info": "brand", "warn": "level-amber", "bad": "level-red"}


def notice(kind: NoticeKind, *text: h.Node) -> h.Element:
    """A sentence with a mark of its kind. What is wrong is told at once by a screen reader."""
    return h.div(class_=f"notice {kind}", role="alert" if kind == "bad" else "status")[
        h.i(class_=f"icon icon-{_ICONS[kind]}", aria_hidden="true"), h.div[text]
    ]


def shown_once(label: str, secret: str, note: str) -> h.Element:
    """A secret to be written down now: a token, a one-time code. `note` says that it is not shown again."""
    return h.div(class_="shown_once", role="status")[
        h.p(class_="label")[label], h.code(tabindex="0")[secret], h.p(class_="hint")[note]
    ]
