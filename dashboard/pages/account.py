"""`/account/…`: what is one's own: language, password, second factor, sessions and API tokens.

`/account/set-up/` is the only page for somebody who has to do something first: choose a password, set up a second factor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import segno
from flask import Response

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.scope import NOTHING, Scope
from dashboard.access.second_factor import Enrolment
from dashboard.access.session_record import Session
from dashboard.access.tokens import TokenView
from dashboard.pages import forms
from dashboard.pages.asking import actor
from dashboard.pages.doors import SETTING_UP, Doors, Need, needs
from dashboard.pages.guard import SET_UP
from dashboard.pages.moments import site_moments
from dashboard.pages.preferences import Preferences, remember
from dashboard.pages.role_words import ScopeWords
from dashboard.pages.scope_choice import offered, posted_scope, reader_of
from dashboard.pages.services import Services, now_ms
from dashboard.refusal import Refused
from dashboard.supervision.rights import STEPPING_IN
from layouts.forms import Tab
from layouts.forms import account as layout
from layouts.forms.scope_fields import ScopeChoice
from layouts.texts import LANGUAGES

SECTION = "account"
OWN = needs(Permission.ACCOUNT_OWN)
STYLES = ("css/forms/account.css", "css/forms/scope.css")
STEPS_IN = needs(*STEPPING_IN)
TABS = (
    ("account.tab.profile", "/account/", OWN),
    ("account.tab.password", "/account/password/", OWN),
    ("account.tab.second", "/account/second-factor/", OWN),
    ("account.tab.phone", "/account/phone/", STEPS_IN),
    ("account.tab.appearance", "/me/appearance/", OWN),
    ("account.tab.sessions", "/account/sessions/", OWN),
    ("account.tab.tokens", "/account/tokens/", OWN),
)
SECOND = "/account/second-factor/"
NO_ERRORS: Mapping[str, str] = {}


def register(doors: Doors, services: Services) -> None:
    """Mounts the pages."""
    pages = AccountPages(services)
    both: tuple[tuple[str, str, Callable[[], Response], Callable[[], Response], Need], ...] = (
        ("/account/password/", "password", pages.password, pages.change_password, OWN),
        ("/account/tokens/", "tokens", pages.tokens, pages.make_token, OWN),
        (SET_UP, "set_up", pages.set_up, pages.set_up_post, SETTING_UP),
    )
    for path, name, show, take, need in both:
        doors.route(path, f"account.{name}", show, need)
        doors.route(path, f"account.{name}.post", take, need, methods=("POST",))
    shown: tuple[tuple[str, str, Callable[[], Response]], ...] = (
        ("/account/", "profile", pages.profile),
        (SECOND, "second_factor", pages.second_factor),
        ("/account/sessions/", "sessions", pages.sessions),
    )
    for path, name, show in shown:
        doors.route(path, f"account.{name}", show, OWN)
    taken: tuple[tuple[str, str, Callable[[], Response]], ...] = (
        ("/account/language/", "language", pages.set_language),
        (f"{SECOND}begin/", "second_factor.begin", pages.begin_second_factor),
        (f"{SECOND}confirm/", "second_factor.confirm", pages.confirm_second_factor),
        (f"{SECOND}recovery/", "second_factor.recovery", pages.new_recovery_codes),
        (f"{SECOND}off/", "second_factor.off", pages.remove_second_factor),
        ("/account/sessions/revoke/", "sessions.revoke", pages.revoke_session),
        ("/account/sessions/revoke-others/", "sessions.revoke_others", pages.revoke_other_sessions),
        ("/account/tokens/revoke/", "tokens.revoke", pages.revoke_token),
    )
    for path, name, take in taken:
        doors.route(path, f"account.{name}", take, OWN, methods=("POST",))


@dataclass(frozen=True, slots=True)
class AccountPages:
    """The pages with their services."""

    services: Services

    # -- who one is ----------------------------------------------------------------------------------------------------

    def profile(self) -> Response:
        """Roles with where they hold, and the language."""
        texts, view = forms.texts("access"), self.services.accounts.own(actor())
        words = ScopeWords(self.services.directory, actor(), texts)
        shown = layout.Profile(
            login=view.login,
            name=view.name,
            person=view.person_name,
            lang=view.lang,
            roles=words.lines(view.roles),
            has_second_factor=view.has_second_factor,
            last_sign_in_ms=view.last_sign_in_ms,
        )
        return _page("/account/", layout.profile(shown, texts, site_moments(self.services)))

    def set_language(self) -> Response:
        """For this account, and for this browser, which may have chosen another before."""
        lang = forms.posted()["lang"]
        lang = lang if lang in LANGUAGES else ""
        self.services.accounts.set_lang(actor(), lang)
        chosen = forms.chosen()
        return remember(
            forms.PAGE, Preferences(lang or chosen.lang, chosen.theme), forms.said("/account/", "said.saved")
        )

    # -- the password --------------------------------------------------------------------------------------------------

    def password(self) -> Response:
        """The form."""
        return self._password_form()

    def change_password(self) -> Response:
        """Takes the old and the new one."""
        try:
            self._change_password()
        except Refused as refused:
            return self._password_form(refused)
        return forms.said("/account/password/", "said.password_changed")

    def _change_password(self) -> None:
        posted = forms.posted()
        new = posted.secret("password")
        if new != posted.secret("again"):
            raise Refused("new_password.again.different", "again")
        self.services.accounts.change_password(actor(), posted.secret("old"), new)

    def _password_form(self, refused: Refused | None = None) -> Response:
        texts = forms.texts("access")
        own = self.services.accounts.own(actor())
        content = layout.password(
            "/account/password/", own.login, texts, _errors(refused), has_password=own.has_password
        )
        return _page("/account/password/", content, refused=refused)

    # -- the second factor ---------------------------------------------------------------------------------------------

    def second_factor(self) -> Response:
        """How it stands."""
        return self._second_factor()

    def begin_second_factor(self) -> Response:
        """A new seed, shown in this answer."""
        return self._begin(f"{SECOND}confirm/", SECOND, self._second_factor)

    def confirm_second_factor(self) -> Response:
        """It counts from now on; the recovery codes, shown in this answer."""
        return self._confirm(f"{SECOND}confirm/", SECOND, onward=SECOND)

    def new_recovery_codes(self) -> Response:
        """Instead of the old ones."""
        try:
            codes = self.services.second_factors.new_recovery_codes(actor(), forms.posted()["code"])
        except Refused as refused:
            return self._second_factor(codes_refused=refused)
        return _page(SECOND, layout.recovery_codes(codes, SECOND, forms.texts("access")))

    def remove_second_factor(self) -> Response:
        """Off with it."""
        try:
            self.services.second_factors.remove(actor(), forms.posted()["off_code"])
        except Refused as refused:
            return self._second_factor(off_refused=refused)
        return forms.said(SECOND, "said.second_factor_removed")

    def _second_factor(
        self,
        refused: Refused | None = None,
        *,
        codes_refused: Refused | None = None,
        off_refused: Refused | None = None,
    ) -> Response:
        texts, factors = forms.texts("access"), self.services.second_factors
        if self.services.accounts.own(actor()).has_second_factor:
            left = factors.recovery_codes_left(actor())
            content = layout.second_factor_there(left, texts, _errors(codes_refused), _errors(off_refused))
        else:
            asks = factors.needs_password(actor())
            content = layout.second_factor_begin(f"{SECOND}begin/", texts, _errors(refused), asks_password=asks)
        return _page(SECOND, content, refused=refused or codes_refused or off_refused)

    def _begin(self, action: str, again: str, form: Callable[[Refused], Response]) -> Response:
        try:
            enrolment = self.services.second_factors.start(actor(), forms.posted().secret("password"))
        except Refused as refused:
            return form(refused)
        texts = forms.texts("access")
        return _page(SECOND, layout.second_factor_confirm(action, again, _seed(enrolment), texts, NO_ERRORS))

    def _confirm(self, action: str, again: str, *, onward: str) -> Response:
        texts = forms.texts("access")
        try:
            codes = self.services.second_factors.confirm(actor(), forms.posted()["code"])
        except Refused as refused:
            content = layout.second_factor_confirm(action, again, None, texts, _errors(refused))
            return _page(SECOND, content, refused=refused)
        return _page(SECOND, layout.recovery_codes(codes, onward, texts))

    # -- what has to be done first -------------------------------------------------------------------------------------

    def set_up(self) -> Response:
        """What this account has to do before anything else; whoever has nothing to do goes on."""
        return self._set_up()

    def set_up_post(self) -> Response:
        """A new password, or one of the two steps of a second factor."""
        match actor().must_set_up:
            case "password":
                return self._set_up_password()
            case "second_factor" if "code" in forms.posted():
                return self._confirm(SET_UP, SET_UP, onward="/")
            case "second_factor":
                return self._begin(SET_UP, SET_UP, self._set_up)
            case _:
                return forms.see_other("/")

    def _set_up_password(self) -> Response:
        try:
            self._change_password()
        except Refused as refused:
            return self._set_up(refused)
        return forms.see_other("/")

    def _set_up(self, refused: Refused | None = None) -> Response:
        texts, errors = forms.texts("access"), _errors(refused)
        match actor().must_set_up:
            case "password":
                content = layout.password(SET_UP, self.services.accounts.own(actor()).login, texts, errors)
            case "second_factor":
                asks = self.services.second_factors.needs_password(actor())
                content = layout.second_factor_begin(SET_UP, texts, errors, asks_password=asks)
            case _:
                return forms.see_other("/")
        return _page(SET_UP, content, refused=refused)

    # -- sessions and tokens -------------------------------------------------------------------------------------------

    def sessions(self) -> Response:
        """Where one is signed in."""
        lines = session_lines(self.services.sessions.own(actor()), actor().session)
        when = site_moments(self.services)
        content = layout.sessions(lines, "/account/sessions/", forms.texts("access"), when, is_own=True)
        return _page("/account/sessions/", content)

    def revoke_session(self) -> Response:
        """Ends one."""
        self.services.sessions.revoke(actor(), forms.posted()["session"])
        return forms.said("/account/sessions/", "said.session_ended")

    def revoke_other_sessions(self) -> Response:
        """Ends all but this one."""
        self.services.sessions.revoke_others(actor())
        return forms.said("/account/sessions/", "said.sessions_ended")

    def tokens(self) -> Response:
        """The list, and the form for a new one."""
        return self._tokens()

    def make_token(self) -> Response:
        """A new one, shown in this answer and never again."""
        posted = forms.posted()
        days = int(posted["days"]) if posted["days"].isascii() and posted["days"].isdecimal() else 0
        scope, permissions = posted_scope(posted), posted.all("permissions")
        try:
            _, secret = self.services.tokens.make(actor(), posted["name"], permissions, days, scope)
        except Refused as refused:
            chosen = {name: posted.all(name) for name in ("name", "permissions", "days")}
            return self._tokens(refused, chosen, scope)
        return self._tokens(secret=secret)

    def revoke_token(self) -> Response:
        """Ends one."""
        self.services.tokens.revoke(actor(), forms.posted()["token"])
        return forms.said("/account/tokens/", "said.token_revoked")

    def _tokens(
        self,
        refused: Refused | None = None,
        chosen: Mapping[str, Sequence[str]] | None = None,
        scope: Scope = NOTHING,
        *,
        secret: str = "",
    ) -> Response:
        tokens, texts, when = self.services.tokens, forms.texts("access"), site_moments(self.services)
        within = tokens.limitable(actor())
        reader = reader_of(actor(), within)
        lines = token_lines(tokens.own(actor()), ScopeWords(self.services.directory, reader, texts))
        content = layout.token_page(
            lines,
            [one.value for one in tokens.offered(actor())],
            self._scope_choice(reader, within, scope),
            texts,
            when,
            _errors(refused),
            chosen or {},
            secret=secret,
        )
        return _page("/account/tokens/", content, refused=refused)

    def _scope_choice(self, reader: Actor, within: Scope, chosen: Scope) -> ScopeChoice:
        """As far as one's own scope goes, or a part of it. Who has nothing to choose from has nothing to choose."""
        found = offered(self.services.directory, reader, within, chosen, forms.chosen().lang)
        is_whole = chosen.is_everything or not (found.queues or found.teams)
        return replace(found, may_everything=True, is_everything=is_whole)


def session_lines(found: Sequence[Session], current: str) -> list[layout.SessionLine]:
    """As lists show them. `current`: id of the session that asks."""
    return [
        layout.SessionLine(
            id=one.id,
            browser=one.browser,
            address=one.address,
            created_at_ms=one.created_at_ms,
            seen_at_ms=one.seen_at_ms,
            is_current=one.id == current,
        )
        for one in found
    ]


def token_lines(found: Sequence[TokenView], words: ScopeWords) -> list[layout.TokenLine]:
    """As lists show them. One without a limit reaches as far as its owner does."""
    whole = forms.texts("access")("token.scope.owner")
    return [
        layout.TokenLine(
            id=one.id,
            name=one.name,
            permissions=one.permissions,
            where=whole if one.scope.is_everything else words.of(one.scope),
            created_at_ms=one.created_at_ms,
            expires_at_ms=one.expires_at_ms,
            last_used_at_ms=one.last_used_at_ms,
            is_revoked=one.revoked_at_ms is not None,
            is_over=one.revoked_at_ms is not None or one.expires_at_ms <= now_ms(),
        )
        for one in found
    ]


def _seed(enrolment: Enrolment) -> layout.Seed:
    """Dark on light in both themes: cameras want it so."""
    picture = segno.make(enrolment.uri, micro=False).svg_inline(
        scale=5, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None
    )
    groups = (enrolment.seed[at : at + 4] for at in range(0, len(enrolment.seed), 4))
    return layout.Seed(" ".join(groups), picture)


def _errors(refused: Refused | None) -> dict[str, str]:
    return forms.field_errors(refused, forms.texts("access")) if refused else {}


def page(here: str, content: Any, *, is_refused: bool = False) -> Response:
    """A page of the account; `here`: its tab."""
    texts = forms.texts("access")
    is_setting_up = bool(actor().must_set_up)
    tabs = [Tab(texts(word), href, href == here) for word, href, need in TABS if need.is_met_by(actor())]
    return forms.page(
        SECTION,
        "account.set_up" if is_setting_up else "account.title",
        content,
        status=422 if is_refused else 200,
        tabs=() if is_setting_up else tabs,
        is_standalone=is_setting_up,
        styles=STYLES,
    )


def _page(here: str, content: Any, *, refused: Refused | None = None) -> Response:
    return page(here, content, is_refused=refused is not None)
