"""The pages of one's own account: who one is here, password, second factor, sessions and API tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import htpy as h
from markupsafe import Markup

from layouts.forms.fields import (
    Option,
    actions,
    button,
    checks_field,
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
from layouts.texts import LANGUAGES, Catalogue

Errors = Mapping[str, str]
"""Field → sentence; "" for the whole form."""


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role in words, and where it holds."""

    role: str
    where: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Who one is here. `person`: name in the directory, "" for nobody's. `lang`: "" for the browser's."""

    login: str
    name: str
    person: str
    lang: str
    roles: tuple[RoleLine, ...]
    has_second_factor: bool
    last_sign_in_ms: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list."""

    id: str
    browser: str
    address: str
    created_at_ms: int
    seen_at_ms: int
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class TokenLine:
    """An API token in a list. `where`: its scope in words. `is_over`: it opens nothing any more."""

    id: str
    name: str
    permissions: tuple[str, ...]
    where: str
    created_at_ms: int
    expires_at_ms: int
    last_used_at_ms: int | None
    is_revoked: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Seed:
    """What the phone needs. `picture`: an SVG of our own making."""

    text: str
    picture: str


def profile(view: Profile, texts: Catalogue, when: Moments) -> h.Node:
    """Who one is, and in which language one reads."""
    languages = [
        Option("", texts("account.lang.browser")),
        *(Option(lang, texts(f"lang.{lang}")) for lang in LANGUAGES),
    ]
    return h.div(class_="columns")[
        panel(
            texts("account.who"),
            facts(
                Fact(texts("account.login"), view.login),
                Fact(texts("account.name"), view.name),
                Fact(texts("account.person"), view.person or texts("account.person.none")),
                Fact(texts("account.roles"), roles(view.roles, texts)),
                Fact(texts("account.last_sign_in"), when(view.last_sign_in_ms, texts("form.never"))),
            ),
            hint=texts("account.who.hint"),
        ),
        panel(
            texts("account.lang"),
            form(
                "/account/language/",
                choice_field("lang", texts("account.lang"), languages, view.lang, hint=texts("account.lang.hint")),
                actions(button(texts("form.save"))),
            ),
        ),
    ]


def roles(lines: Sequence[RoleLine], texts: Catalogue) -> h.Node:
    """Roles below each other, each with where it holds."""
    if not lines:
        return texts("account.roles.none")
    return h.ul(class_="lines")[(h.li[h.b[line.role], h.small[line.where] if line.where else None] for line in lines)]


def password(action: str, login: str, texts: Catalogue, errors: Errors, *, has_password: bool = True) -> h.Node:
    """The old one and the new one, twice. `login`: so that a password manager knows whose they are."""
    if not has_password:
        return panel(texts("account.password"), notice("info", texts("password.none")))
    return panel(
        texts("account.password"),
        form(
            action,
            h.input(type="text", name="username", value=login, autocomplete="username", hidden=True),
            _secret("old", texts("account.password.old"), errors, "current-password"),
            _secret(
                "password", texts("new_password.password"), errors, "new-password", texts("new_password.password.hint")
            ),
            _secret("again", texts("new_password.again"), errors, "new-password"),
            actions(button(texts("account.password.submit"))),
            error=errors.get("", ""),
        ),
        hint=texts("account.password.lead"),
    )


def second_factor_begin(action: str, texts: Catalogue, errors: Errors, *, asks_password: bool) -> h.Node:
    """Why, and the way to it. `asks_password`: the sign-in was too long ago."""
    return panel(
        texts("account.second"),
        h.p(class_="lead")[texts("account.second.lead")],
        form(
            action,
            _secret("password", texts("account.password.old"), errors, "current-password") if asks_password else None,
            actions(button(texts("account.second.begin"))),
            error=errors.get("", ""),
        ),
    )


def second_factor_confirm(action: str, again: str, seed: Seed | None, texts: Catalogue, errors: Errors) -> h.Node:
    """The seed as a picture and in letters, and the field for the first code. `seed` None: the phone has it already.
    `again`: where one begins anew."""
    steps = (
        h.div(class_="enrol")[
            h.div(class_="qr", role="img", aria_label=texts("account.second.qr"))[Markup(seed.picture)],  # noqa: S704 — our own drawing
            h.div[
                h.p[texts("account.second.scan")],
                h.p(class_="hint")[texts("account.second.typed")],
                h.code(tabindex="0")[seed.text],
            ],
        ]
        if seed
        else None
    )
    return panel(
        texts("account.second.confirm"),
        steps,
        form(
            action,
            text_field(
                "code",
                texts("second.totp"),
                error=errors.get("code", ""),
                hint=texts("account.second.code.hint"),
                required=True,
                autocomplete="one-time-code",
                inputmode="numeric",
                maxlength=20,
                autofocus=True,
            ),
            actions(button(texts("account.second.turn_on")), link_button(texts("account.second.again"), again)),
            error=errors.get("", ""),
        ),
    )


def recovery_codes(codes: Sequence[str], onward: str, texts: Catalogue) -> h.Node:
    """Shown this once, after the second factor was set up or new ones were made."""
    return panel(
        texts("account.recovery"),
        notice("warn", texts("account.recovery.lead")),
        h.ol(class_="codes")[(h.li[h.code[code]] for code in codes)],
        actions(link_button(texts("account.recovery.kept"), onward, "primary")),
    )


def second_factor_there(codes_left: int, texts: Catalogue, codes_errors: Errors, off_errors: Errors) -> h.Node:
    """It is on: new recovery codes, or off with it; either asks for a code of it."""
    few = "warn" if codes_left <= 3 else "good"
    return [
        notice("good", texts("account.second.on")),
        h.div(class_="columns")[
            panel(
                texts("account.recovery"),
                h.p[badge("warn" if few == "warn" else "good", texts("account.recovery.left", n=codes_left))],
                form(
                    "/account/second-factor/recovery/",
                    _code("code", texts, codes_errors),
                    actions(button(texts("account.recovery.new"))),
                    error=codes_errors.get("", ""),
                ),
                hint=texts("account.recovery.hint"),
            ),
            panel(
                texts("account.second.off"),
                form(
                    "/account/second-factor/off/",
                    _code("off_code", texts, {"off_code": off_errors.get("code", "")}),
                    actions(button(texts("account.second.off"), "danger")),
                    error=off_errors.get("", ""),
                ),
                hint=texts("account.second.off.hint"),
            ),
        ],
    ]


def sessions(lines: Sequence[SessionLine], base: str, texts: Catalogue, when: Moments, *, is_own: bool) -> h.Node:
    """Where one is signed in. `base`: its addresses end in `revoke/` and `revoke-others/`."""
    rows: list[list[h.Node]] = [
        [
            [line.browser or texts("session.unknown"), line.is_current and h.small[texts("session.current")]],
            line.address,
            when(line.created_at_ms),
            when(line.seen_at_ms),
            None
            if line.is_current
            else form(
                f"{base}revoke/", hidden_field("session", line.id), button(texts("session.end"), "danger"), layout="row"
            ),
        ]
        for line in lines
    ]
    others = any(not line.is_current for line in lines)
    return panel(
        texts("account.sessions"),
        table(
            [
                texts("session.browser"),
                texts("session.address"),
                texts("session.since"),
                texts("session.seen"),
                Column(texts("table.actions"), "actions"),
            ],
            rows,
            texts("session.none"),
            caption=texts("account.sessions"),
        ),
        form(
            f"{base}revoke-others/",
            actions(button(texts("session.end_others" if is_own else "session.end_all"), "danger")),
        )
        if others
        else None,
        hint=texts("account.sessions.hint") if is_own else "",
        name="sessions",
    )


def tokens(
    lines: Sequence[TokenLine], base: str, texts: Catalogue, when: Moments, *, may_revoke: bool = True
) -> h.Element:
    """The tokens there are. `base`: its address ends in `revoke/`."""
    rows: list[list[h.Node]] = [
        [
            line.name,
            h.ul(class_="lines")[(h.li[texts(f"permission.{one}")] for one in line.permissions)],
            line.where,
            when(line.created_at_ms),
            when(line.last_used_at_ms, texts("form.never")),
            [when(line.expires_at_ms), _standing(line, texts)],
            form(
                f"{base}revoke/", hidden_field("token", line.id), button(texts("token.revoke"), "danger"), layout="row"
            )
            if may_revoke and not line.is_over
            else None,
        ]
        for line in lines
    ]
    return table(
        [
            texts("token.name"),
            texts("token.permissions"),
            texts("token.scope"),
            texts("token.made"),
            texts("token.used"),
            texts("token.expires"),
            Column(texts("table.actions"), "actions"),
        ],
        rows,
        texts("token.none"),
        caption=texts("account.tokens"),
    )


def token_page(
    lines: Sequence[TokenLine],
    offered: Sequence[str],
    scope: ScopeChoice,
    texts: Catalogue,
    when: Moments,
    errors: Errors,
    chosen: Mapping[str, Sequence[str]],
    *,
    secret: str = "",
) -> h.Node:
    """The list, and a new one. `offered`: permissions. `chosen`: what was filled in. `secret`: of the one that was just made."""
    return [
        shown_once(texts("token.secret"), secret, texts("form.shown_once")) if secret else None,
        panel(
            texts("account.tokens"), tokens(lines, "/account/tokens/", texts, when), hint=texts("account.tokens.hint")
        ),
        panel(
            texts("token.new"),
            form(
                "/account/tokens/",
                text_field(
                    "name",
                    texts("token.name"),
                    next(iter(chosen.get("name", ())), ""),
                    hint=texts("token.name.hint"),
                    error=errors.get("name", ""),
                    required=True,
                    maxlength=100,
                ),
                checks_field(
                    "permissions",
                    texts("token.permissions"),
                    [Option(one, texts(f"permission.{one}")) for one in offered],
                    chosen.get("permissions", ()),
                    error=errors.get("permissions", ""),
                    empty=texts("token.permissions.none"),
                ),
                scope_fields(
                    scope, texts, texts("token.scope"), errors.get("scope", ""), everything="token.scope.everything"
                ),
                choice_field(
                    "days",
                    texts("token.lasts"),
                    [Option(str(days), texts("token.days", n=days)) for days in (7, 30, 90, 365)],
                    next(iter(chosen.get("days", ())), "90"),
                    error=errors.get("days", ""),
                ),
                actions(button(texts("token.make"))),
                error=errors.get("", ""),
            ),
        ),
    ]


def _standing(line: TokenLine, texts: Catalogue) -> h.Node:
    if line.is_revoked:
        return h.small[badge("bad", texts("token.revoked"))]
    return h.small[badge("warn", texts("token.over"))] if line.is_over else None


def _secret(name: str, label: str, errors: Errors, autocomplete: str, hint: str = "") -> h.Element:
    return text_field(
        name,
        label,
        kind="password",
        hint=hint,
        error=errors.get(name, ""),
        required=True,
        autocomplete=autocomplete,
        maxlength=1000,
    )


def _code(name: str, texts: Catalogue, errors: Errors) -> h.Element:
    return text_field(
        name,
        texts("account.second.code"),
        error=errors.get(name, ""),
        required=True,
        autocomplete="one-time-code",
        maxlength=40,
    )
