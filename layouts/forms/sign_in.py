"""The pages before one is in: sign-in, the second step, and out again. One calm card, usable without any script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import htpy as h

from layouts.forms.fields import actions, button, form, hidden_field, link_button, text_field
from layouts.forms.notice import notice
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class SignIn:
    """`login`: as it was typed. `next_path`: where to go afterwards. `provider`: name of the OpenID provider, "" for none;
    `provider_href`: where its sign-in begins. `errors`: field → sentence, "" for the whole form. `is_first`: nobody is
    administrator yet."""

    login: str = ""
    next_path: str = ""
    provider: str = ""
    provider_href: str = ""
    is_first: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def sign_in(view: SignIn, texts: Catalogue) -> h.Node:
    """Login and password; the provider's button, if there is one."""
    errors = view.errors
    return _door(texts)[
        view.is_first
        and notice("info", texts("sign_in.first"), " ", h.a(href="/first-admin")[texts("sign_in.first.go")]),
        form(
            "/sign-in",
            hidden_field("next", view.next_path),
            text_field(
                "login",
                texts("sign_in.login"),
                view.login,
                error=errors.get("login", ""),
                required=True,
                autocomplete="username",
                maxlength=64,
                autofocus=not view.login or "login" in errors,
            ),
            text_field(
                "password",
                texts("sign_in.password"),
                kind="password",
                error=errors.get("password", ""),
                required=True,
                autocomplete="current-password",
                maxlength=1000,
                autofocus=bool(view.login) and "login" not in errors,
            ),
            actions(button(texts("sign_in.submit"))),
            error=errors.get("", ""),
        ),
        view.provider
        and [
            h.p(class_="or")[h.span[texts("sign_in.or")]],
            h.div(class_="actions")[link_button(texts("sign_in.provider", provider=view.provider), view.provider_href)],
        ],
        h.p(class_="hint aside")[h.a(href="/welcome")[texts("sign_in.code")]],
    ]


@dataclass(frozen=True, slots=True)
class SecondStep:
    """`is_recovery`: asks for a recovery code instead of the app's. `next_path`, `error`: as above."""

    is_recovery: bool = False
    next_path: str = ""
    error: str = ""
    other_href: str = ""


def second_step(view: SecondStep, texts: Catalogue) -> h.Node:
    """The code of the app, or a recovery code."""
    what = "recovery" if view.is_recovery else "totp"
    return _door(texts)[
        h.p(class_="lead")[texts(f"second.{what}.lead")],
        form(
            "/sign-in/second",
            hidden_field("next", view.next_path),
            hidden_field("with", what),
            text_field(
                "code",
                texts(f"second.{what}"),
                error=view.error,
                required=True,
                autocomplete="off" if view.is_recovery else "one-time-code",
                inputmode="" if view.is_recovery else "numeric",
                maxlength=40 if view.is_recovery else 12,
                autofocus=True,
            ),
            actions(button(texts("second.submit"))),
        ),
        h.p(class_="hint aside")[
            h.a(href=view.other_href)[texts("second.totp.go" if view.is_recovery else "second.recovery.go")],
            h.a(href="/sign-in")[texts("second.over")],
        ],
    ]


def sign_out(texts: Catalogue) -> h.Node:
    """For whoever comes by a link: leaving is a button, because a link may be opened by anything."""
    return [
        h.p(class_="lead")[texts("sign_out.lead")],
        form("/sign-out", actions(button(texts("sign_out.submit")), link_button(texts("sign_out.stay"), "/"))),
    ]


def refused(sentence: str, texts: Catalogue, *, again_href: str, local_href: str) -> h.Node:
    """No sign-in by the provider, and why; two ways on."""
    return _door(texts)[
        notice("bad", sentence),
        actions(
            link_button(texts("sign_in.again"), again_href, "primary"), link_button(texts("sign_in.local"), local_href)
        ),
    ]


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password chosen by whoever has a one-time code. `is_first_admin`: and with it the first administrator's account.
    `code`, `login`, `name`: as typed. `errors`: field → sentence, "" for the whole form."""

    is_first_admin: bool = False
    code: str = ""
    login: str = ""
    name: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def new_password(view: NewPassword, texts: Catalogue) -> h.Node:
    """The one-time code and a password, which is typed twice: without a script nobody can look at what was typed."""
    errors, room = view.errors, "first_admin" if view.is_first_admin else "welcome"
    hint = texts("first_admin.code.hint" if view.is_first_admin else "welcome.code.hint")
    wrong = next((name for name in ("code", "login", "name", "password", "again") if name in errors), "code")

    def line(name: str, value: str = "", *, autocomplete: str = "off", hint: str = "", longest: int = 100) -> h.Element:
        is_secret = name in {"password", "again"}
        return text_field(
            name,
            texts(f"{room}.code" if name == "code" else f"new_password.{name}"),
            value,
            kind="password" if is_secret else "text",
            hint=hint,
            error=errors.get(name, ""),
            required=True,
            autocomplete="new-password" if is_secret else autocomplete,
            maxlength=longest,
            autofocus=name == wrong,
        )

    return _door(texts)[
        h.p(class_="lead")[texts(f"{room}.lead")],
        form(
            "/first-admin" if view.is_first_admin else "/welcome",
            line("code", view.code, autocomplete="one-time-code", hint=hint),
            view.is_first_admin
            and [
                line("login", view.login, autocomplete="username", hint=texts("new_password.login.hint"), longest=64),
                line("name", view.name, autocomplete="name"),
            ],
            line("password", hint=texts("new_password.password.hint"), longest=1000),
            line("again", longest=1000),
            actions(button(texts(f"{room}.submit"))),
            error=errors.get("", ""),
        ),
    ]


def no_first_admin(texts: Catalogue) -> h.Node:
    """There is an administrator already: nothing to see."""
    return [
        h.p(class_="lead")[texts("first_admin.over")],
        actions(link_button(texts("sign_in.submit"), "/sign-in", "primary")),
    ]


def _door(texts: Catalogue) -> h.Element:
    """Around the forms; assets/js/forms/secrets.js finds the words of its buttons here."""
    return h.div(class_="door", data_show=texts("secret.show"), data_hide=texts("secret.hide"))
