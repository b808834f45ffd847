"""Forms and their fields: a label, a hint, the value, and what is wrong with it, tied together for everybody who reads.

Browsers' own checks are off (`novalidate`): what is wrong is said by the service, in the user's language, at the field.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import htpy as h

from layouts.forms.notice import notice

ButtonKind = Literal["primary", "plain", "danger"]
CheckKind = Literal["checkbox", "radio"]
TextKind = Literal["text", "password", "email", "search", "number", "date", "time", "datetime-local"]


@dataclass(frozen=True, slots=True)
class Option:
    """`value` travels, `label` is read, `hint` explains."""

    value: str
    label: str
    hint: str = ""


def form(
    action: str,
    *children: h.Node,
    multipart: bool = False,
    error: str = "",
    method: str = "post",
    layout: str = "stacked",
) -> h.Element:
    """`error`: a sentence about the whole form. `layout`: `stacked`, or `row` for one line of fields and a button."""
    return h.form(
        action=action,
        method=method,
        class_=f"form {layout}",
        enctype="multipart/form-data" if multipart else None,
        novalidate=True,
    )[error and notice("bad", error), children]


def text_field(
    name: str,
    label: str,
    value: str = "",
    *,
    kind: TextKind = "text",
    hint: str = "",
    error: str = "",
    required: bool = False,
    autocomplete: str = "off",
    maxlength: int = 200,
    inputmode: str = "",
    autofocus: bool = False,
) -> h.Element:
    """One line. A password's value is never sent back."""
    box = h.input(
        type=kind,
        value=value if kind != "password" else None,
        autocomplete=autocomplete,
        maxlength=maxlength,
        inputmode=inputmode or None,
        autofocus=autofocus,
        spellcheck="false",
        **_tied(name, hint, error, required=required),
    )
    return _field(name, label, box, hint, error)


def area_field(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    error: str = "",
    required: bool = False,
    maxlength: int = 2000,
    rows: int = 3,
) -> h.Element:
    """Several lines."""
    box = h.textarea(rows=rows, maxlength=maxlength, **_tied(name, hint, error, required=required))[value]
    return _field(name, label, box, hint, error)


def choice_field(
    name: str,
    label: str,
    options: Sequence[Option],
    value: str = "",
    *,
    hint: str = "",
    error: str = "",
    required: bool = False,
) -> h.Element:
    """One of several."""
    box = h.select(**_tied(name, hint, error, required=required))[
        (h.option(value=option.value, selected=option.value == value)[option.label] for option in options)
    ]
    return _field(name, label, box, hint, error)


def checks_field(
    name: str,
    label: str,
    options: Sequence[Option],
    chosen: Collection[str],
    *,
    hint: str = "",
    error: str = "",
    empty: str = "",
) -> h.Element:
    """Any of several: each chosen value travels under the same name. `empty`: the sentence where there is no option."""
    boxes = _options(name, options, chosen, "checkbox") if options else empty and h.p(class_="hint")[empty]
    return _set_of_fields(name, label, boxes, hint, error)


def radio_field(
    name: str,
    label: str,
    options: Sequence[Option],
    value: str = "",
    *,
    hint: str = "",
    error: str = "",
) -> h.Element:
    """One of few, all of them in sight."""
    return _set_of_fields(name, label, _options(name, options, (value,), "radio"), hint, error)


def check_field(
    name: str,
    label: str,
    *,
    is_checked: bool = False,
    value: str = "yes",
    hint: str = "",
    error: str = "",
) -> h.Element:
    """One thing, on or off."""
    return h.div(class_=["field", "checks", error and "wrong"])[
        _check(f"{name}-field", name, Option(value, label, hint), is_checked=is_checked),
        error and h.p(class_="error")[error],
    ]


def file_field(name: str, label: str, *, accept: str = "", hint: str = "", error: str = "") -> h.Element:
    """A file; its form is `multipart`."""
    box = h.input(type="file", accept=accept or None, **_tied(name, hint, error, required=True))
    return _field(name, label, box, hint, error)


def hidden_field(name: str, value: str) -> h.VoidElement:
    """What travels with the form unseen; as hostile as everything else when it comes back."""
    return h.input(type="hidden", name=name, value=value)


def actions(*buttons: h.Node) -> h.Element:
    """A form's buttons, the most likely first."""
    return h.div(class_="actions")[buttons]


def button(label: str, kind: ButtonKind = "primary", name: str = "", value: str = "") -> h.Element:
    """Sends its form, and with it `name=value`."""
    return h.button(type="submit", class_=f"button {kind}", name=name or None, value=value or None)[label]


def link_button(label: str, href: str, kind: ButtonKind = "plain") -> h.Element:
    """Looks like a button, goes to a page."""
    return h.a(class_=f"button {kind}", href=href)[label]


def _field(name: str, label: str, box: h.Node, hint: str, error: str) -> h.Element:
    return h.div(class_=["field", error and "wrong"])[
        h.label(for_=f"{name}-field")[label],
        hint and h.p(class_="hint", id=f"{name}-hint")[hint],
        box,
        error and h.p(class_="error", id=f"{name}-error")[error],
    ]


def _set_of_fields(name: str, label: str, boxes: h.Node, hint: str, error: str) -> h.Element:
    return h.fieldset(class_=["field", "checks", error and "wrong"], aria_describedby=_described(name, hint, error))[
        h.legend[label],
        hint and h.p(class_="hint", id=f"{name}-hint")[hint],
        boxes,
        error and h.p(class_="error", id=f"{name}-error")[error],
    ]


def _options(name: str, options: Sequence[Option], chosen: Collection[str], kind: CheckKind) -> h.Element:
    return h.div(class_="options")[
        (
            _check(f"{name}-{number}", name, option, is_checked=option.value in chosen, kind=kind)
            for number, option in enumerate(options)
        )
    ]


def _tied(name: str, hint: str, error: str, *, required: bool) -> dict[str, Any]:
    return {
        "id": f"{name}-field",
        "name": name,
        "required": required,
        "aria_invalid": "true" if error else None,
        "aria_describedby": _described(name, hint, error),
    }


def _described(name: str, hint: str, error: str) -> str | None:
    ids = [f"{name}-{what}" for what, text in (("hint", hint), ("error", error)) if text]
    return " ".join(ids) or None


def _check(box_id: str, name: str, option: Option, *, is_checked: bool, kind: CheckKind = "checkbox") -> h.Element:
    return h.label(class_="check", for_=box_id)[
        h.input(type=kind, id=box_id, name=name, value=option.value, checked=is_checked),
        h.span[option.label, option.hint and h.small[option.hint]],
    ]
