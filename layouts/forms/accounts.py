"""The pages of all accounts: the list, a new one, and one account with everything that an administrator can do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import htpy as h

from layouts.forms import account as own
from layouts.forms.fields import (
    Option,
    actions,
    area_field,
    button,
    choice_field,
    form,
    hidden_field,
    link_button,
    text_field,
)
from layouts.forms.moment import Moments
from layouts.forms.notice import notice, shown_once
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.scope_fields import ScopeChoice, scope_fields
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue

BASE = "/admin/accounts/"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in the list. `is_waiting`: nobody has signed in with it yet, and it has no password."""

    id: str
    login: str
    name: str
    person: str
    roles: tuple[own.RoleLine, ...]
    is_enabled: bool
    has_second_factor: bool
    is_waiting: bool
    last_sign_in_ms: int | None


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role that an account has. `key`: names it when it is taken away; "" for one from the provider's groups."""

    line: own.RoleLine
    key: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One account. `code`: one-time code that was just made, `code_address`: where it is used. `errors`: form → field →
    sentence. `typed`: field → what was filled in."""

    line: AccountLine
    given: tuple[GivenRole, ...]
    created_at_ms: int
    staff_number: str
    may_edit: bool
    scope: ScopeChoice | None = None
    role_options: tuple[Option, ...] = ()
    sessions: tuple[own.SessionLine, ...] = ()
    tokens: tuple[own.TokenLine, ...] = ()
    code: str = ""
    code_address: str = ""
    errors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The form for a new one, as it was filled in."""

    role_options: tuple[Option, ...]
    scope: ScopeChoice
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def account_list(
    lines: Sequence[AccountLine], asked: str, texts: Catalogue, when: Moments, *, may_edit: bool
) -> h.Node:
    """All of them, or those that fit what was asked for."""
    rows: list[list[h.Node]] = [
        [
            [h.a(href=f"{BASE}{line.id}/")[line.login], h.small[line.name]],
            own.roles(line.roles, texts),
            badges(line, texts),
            when(line.last_sign_in_ms, texts("form.never")),
        ]
        for line in lines
    ]
    return [
        h.div(class_="bar")[
            form(
                BASE,
                text_field("q", texts("accounts.search"), asked, kind="search", maxlength=100),
                actions(button(texts("form.search"), "plain")),
                method="get",
                layout="row",
            ),
            may_edit and link_button(texts("accounts.new"), f"{BASE}new/", "primary"),
        ],
        table(
            [texts("account.login"), texts("account.roles"), texts("accounts.standing"), texts("account.last_sign_in")],
            rows,
            texts("accounts.none"),
            caption=texts("nav.accounts"),
        ),
    ]


def badges(line: AccountLine, texts: Catalogue) -> h.Node:
    """How it stands, in a few words."""
    return [
        badge("good", texts("accounts.enabled")) if line.is_enabled else badge("bad", texts("accounts.disabled")),
        badge("plain", texts("accounts.second_factor")) if line.has_second_factor else None,
        badge("warn", texts("accounts.waiting")) if line.is_waiting else None,
    ]


def new_account(view: NewAccount, texts: Catalogue) -> h.Node:
    """Who, with which role, and where."""
    typed, errors = view.typed, view.errors
    return panel(
        texts("accounts.new"),
        form(
            f"{BASE}new/",
            text_field(
                "login",
                texts("account.login"),
                typed.get("login", ""),
                hint=texts("new_password.login.hint"),
                error=errors.get("login", ""),
                required=True,
                maxlength=64,
                autofocus=True,
            ),
            text_field(
                "name",
                texts("account.name"),
                typed.get("name", ""),
                error=errors.get("name", ""),
                required=True,
                maxlength=100,
            ),
            _staff_number(typed.get("staff_number", ""), texts, errors),
            _role(view.role_options, typed.get("role", ""), texts, errors),
            scope_fields(view.scope, texts, texts("accounts.scope"), errors.get("roles", "")),
            actions(button(texts("accounts.create")), link_button(texts("form.cancel"), BASE)),
            error=errors.get("", ""),
        ),
        hint=texts("accounts.new.hint"),
    )


def detail(view: Detail, texts: Catalogue, when: Moments) -> h.Node:
    """Everything about one account; without `may_edit` nothing can be changed."""
    line = view.line
    about = panel(
        texts("accounts.about"),
        facts(
            Fact(texts("account.login"), line.login),
            Fact(texts("account.name"), line.name),
            Fact(texts("account.person"), line.person or texts("account.person.none")),
            Fact(texts("accounts.standing"), badges(line, texts)),
            Fact(texts("account.last_sign_in"), when(line.last_sign_in_ms, texts("form.never"))),
            Fact(texts("accounts.created"), when(view.created_at_ms)),
        ),
    )
    if not view.may_edit:
        return h.div(class_="columns")[about, _roles(view, texts)]
    base = f"{BASE}{line.id}/"
    return [
        _code(view, texts),
        h.div(class_="columns")[about, _roles(view, texts)],
        h.div(class_="columns")[_give_role(view, texts), _who(view, texts)],
        h.div(class_="columns")[_coming_in(view, texts), _standing(view, texts)],
        own.sessions(view.sessions, f"{base}sessions/", texts, when, is_own=False),
        panel(texts("account.tokens"), own.tokens(view.tokens, f"{base}tokens/", texts, when), name="tokens"),
    ]


def _code(view: Detail, texts: Catalogue) -> h.Node:
    if not view.code:
        return None
    return h.div[
        shown_once(texts("accounts.code"), view.code, texts("form.shown_once")),
        h.p(class_="hint")[texts("accounts.code.use", address=view.code_address)],
    ]


def _roles(view: Detail, texts: Catalogue) -> h.Element:
    rows: list[list[h.Node]] = [
        [
            given.line.role,
            given.line.where,
            form(
                f"{BASE}{view.line.id}/roles/remove/",
                hidden_field("role", given.key),
                button(texts("form.remove"), "danger"),
                layout="row",
            )
            if view.may_edit and given.key
            else texts("accounts.role.provider")
            if not given.key
            else None,
        ]
        for given in view.given
    ]
    columns: list[Column | str] = [
        texts("accounts.role"),
        texts("accounts.scope"),
        Column(texts("table.actions"), "actions"),
    ]
    refused = view.errors.get("roles_remove", {})
    sentence = next(iter(refused.values()), "")
    return panel(
        texts("account.roles"),
        notice("bad", sentence) if sentence else None,
        table(columns, rows, texts("account.roles.none"), caption=texts("account.roles")),
        name="roles",
    )


def _give_role(view: Detail, texts: Catalogue) -> h.Node:
    errors = view.errors.get("roles", {})
    if view.scope is None:
        return None
    return panel(
        texts("accounts.role.give"),
        form(
            f"{BASE}{view.line.id}/roles/",
            _role(view.role_options, view.typed.get("role", ""), texts, errors),
            scope_fields(view.scope, texts, texts("accounts.scope"), errors.get("roles", "")),
            actions(button(texts("accounts.role.give"))),
            error=errors.get("", ""),
        ),
    )


def _who(view: Detail, texts: Catalogue) -> h.Element:
    errors, base = view.errors, f"{BASE}{view.line.id}/"
    renaming, linking = errors.get("name", {}), errors.get("person", {})
    return panel(
        texts("accounts.who"),
        form(
            f"{base}name/",
            text_field(
                "name",
                texts("account.name"),
                view.typed.get("name", view.line.name),
                error=renaming.get("name", ""),
                required=True,
                maxlength=100,
            ),
            actions(button(texts("form.save"))),
            error=renaming.get("", ""),
        ),
        form(
            f"{base}person/",
            _staff_number(view.typed.get("staff_number", view.staff_number), texts, linking),
            actions(button(texts("accounts.person.link"))),
            error=linking.get("", ""),
        ),
    )


def _coming_in(view: Detail, texts: Catalogue) -> h.Element:
    base, refused = f"{BASE}{view.line.id}/", view.errors.get("coming_in", {})
    sentence = next(iter(refused.values()), "")
    return panel(
        texts("accounts.coming_in"),
        notice("bad", sentence) if sentence else None,
        _deed(f"{base}invite/", texts("accounts.invite"), texts("accounts.invite.hint"), "plain"),
        _deed(
            f"{base}reset-password/", texts("accounts.reset_password"), texts("accounts.reset_password.hint"), "danger"
        ),
        _deed(
            f"{base}reset-second-factor/", texts("accounts.reset_second"), texts("accounts.reset_second.hint"), "danger"
        )
        if view.line.has_second_factor
        else None,
    )


def _deed(action: str, label: str, hint: str, kind: str) -> h.Element:
    return form(
        action,
        h.p(class_="hint")[hint],
        actions(button(label, "danger" if kind == "danger" else "plain")),
        layout="deed",
    )


def _standing(view: Detail, texts: Catalogue) -> h.Element:
    base, errors = f"{BASE}{view.line.id}/", view.errors.get("standing", {})
    word = "disable" if view.line.is_enabled else "enable"
    return panel(
        texts(f"accounts.{word}"),
        form(
            f"{base}{word}/",
            area_field(
                "reason",
                texts("accounts.reason"),
                view.typed.get("reason", ""),
                hint=texts("accounts.reason.hint"),
                error=errors.get("reason", ""),
                maxlength=500,
                rows=2,
            ),
            actions(button(texts(f"accounts.{word}"), "danger" if view.line.is_enabled else "primary")),
            error=errors.get("", ""),
        ),
        hint=texts(f"accounts.{word}.hint"),
    )


def _staff_number(value: str, texts: Catalogue, errors: Mapping[str, str]) -> h.Element:
    return text_field(
        "staff_number",
        texts("accounts.staff_number"),
        value,
        hint=texts("accounts.staff_number.hint"),
        error=errors.get("staff_number", "") or errors.get("person", ""),
        maxlength=40,
    )


def _role(options: Sequence[Option], value: str, texts: Catalogue, errors: Mapping[str, str]) -> h.Node:
    return [
        choice_field("role", texts("accounts.role"), options, value, error=errors.get("role", ""), required=True),
        h.details[
            h.summary[texts("accounts.role.what")],
            facts(*(Fact(option.label, option.hint) for option in options if option.hint)),
        ],
    ]
