"""`/admin/accounts/`: everybody's accounts: who they are, what they may do and where, and how they come in.

Whatever is refused (the last administrator, a login that is taken) is said at its form, with everything else as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Response, request

from dashboard.access.account_view import AccountView, RoleGiven
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.pages import failures, forms
from dashboard.pages.account import session_lines, token_lines
from dashboard.pages.asking import actor
from dashboard.pages.doors import Doors, needs
from dashboard.pages.moments import site_moments
from dashboard.pages.role_words import ScopeWords, role_name
from dashboard.pages.scope_choice import offered, posted_scope
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms import accounts as layout
from layouts.forms.scope_fields import ScopeChoice
from layouts.texts import Catalogue

SECTION: Final = "accounts"
VIEW: Final = needs(Permission.ACCOUNTS_VIEW)
EDIT: Final = needs(Permission.ACCOUNTS_EDIT)
BASE: Final = layout.BASE
ROOMS: Final = ("access", "directory")
STYLES: Final = ("css/forms/account.css", "css/forms/accounts.css", "css/forms/scope.css")


def register(doors: Doors, services: Services) -> None:
    """Mounts the pages."""
    pages = AccountsPages(services)
    doors.route(BASE, "accounts", pages.listed, VIEW)
    doors.route(f"{BASE}new/", "accounts.new", pages.new, EDIT)
    doors.route(f"{BASE}new/", "accounts.new.post", pages.create, EDIT, methods=("POST",))
    doors.route(f"{BASE}<account_id>/", "accounts.one", pages.one, VIEW)
    deeds: dict[str, Callable[[str], Response]] = {
        "roles": pages.give_role,
        "roles/remove": pages.take_role,
        "name": pages.rename,
        "person": pages.link_person,
        "invite": pages.invite,
        "reset-password": pages.reset_password,
        "reset-second-factor": pages.reset_second_factor,
        "disable": pages.disable,
        "enable": pages.enable,
        "sessions/revoke": pages.revoke_session,
        "sessions/revoke-others": pages.revoke_sessions,
        "tokens/revoke": pages.revoke_token,
    }
    for path, deed in deeds.items():
        name = f"accounts.{path.replace('/', '.')}"
        doors.route(f"{BASE}<account_id>/{path}/", name, deed, EDIT, methods=("POST",))


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was refused, and in which form."""

    form: str
    refused: Refused


@dataclass(frozen=True, slots=True)
class AccountsPages:
    """The pages with their services."""

    services: Services

    # -- looking -------------------------------------------------------------------------------------------------------

    def listed(self) -> Response:
        """All accounts, or those whose login or name holds what was asked for."""
        asked = request.args.get("q", "").strip()[:100]
        words = self._words()
        wanted = asked.casefold()
        found = [
            self._line(view, words)
            for view in self.services.accounts.listed(actor())
            if wanted in f"{view.login}\n{view.name}\n{view.person_name}".casefold()
        ]
        may_edit = actor().may(Permission.ACCOUNTS_EDIT)
        content = layout.account_list(found, asked, forms.texts(*ROOMS), site_moments(self.services), may_edit=may_edit)
        return _page("nav.accounts", content)

    def one(self, account_id: str) -> Response:
        """An account."""
        return self._detail(account_id)

    # -- a new one -----------------------------------------------------------------------------------------------------

    def new(self) -> Response:
        """The form."""
        return self._new_form()

    def create(self) -> Response:
        """A new account and its one-time code, shown in this answer."""
        posted, accounts = forms.posted(), self.services.accounts
        try:
            person_id = self._person_id(posted["staff_number"])
            roles = [RoleGiven(posted["role"], _scope_of(posted["role"], posted_scope(posted)))]
            made = accounts.create(actor(), posted["login"], posted["name"], roles=roles, person_id=person_id)
            code = self.services.invitations.invite(actor(), made)
        except Refused as refused:
            return self._new_form(refused)
        return self._detail(made, code=code)

    def _new_form(self, refused: Refused | None = None) -> Response:
        posted, texts = forms.posted(), forms.texts(*ROOMS)
        typed = {name: posted[name] for name in ("login", "name", "staff_number")} | _role_typed(posted)
        choice = self._choice(posted_scope(posted) if refused else NOTHING)
        errors = forms.field_errors(refused, texts) if refused else {}
        view = layout.NewAccount(self._role_options(), choice, typed, errors)
        return _page("accounts.new", layout.new_account(view, texts), status=422 if refused else 200)

    # -- changing one --------------------------------------------------------------------------------------------------

    def give_role(self, account_id: str) -> Response:
        """One role more."""
        posted = forms.posted()

        def deed() -> None:
            new = RoleGiven(posted["role"], _scope_of(posted["role"], posted_scope(posted)))
            kept = self._by_hand(account_id)
            self.services.accounts.set_roles(actor(), account_id, [*kept, *([new] if new not in kept else [])])

        return self._done(account_id, "roles", deed)

    def take_role(self, account_id: str) -> Response:
        """One role less."""
        key = forms.posted()["role"]

        def deed() -> None:
            kept = [given for given in self._by_hand(account_id) if _key(given) != key]
            self.services.accounts.set_roles(actor(), account_id, kept)

        return self._done(account_id, "roles_remove", deed)

    def rename(self, account_id: str) -> Response:
        """Another name."""
        name = forms.posted()["name"]
        return self._done(account_id, "name", lambda: self.services.accounts.rename(actor(), account_id, name))

    def link_person(self, account_id: str) -> Response:
        """Whose account it is, by staff number; without one nobody's."""
        number = forms.posted()["staff_number"]

        def deed() -> None:
            self.services.accounts.link_person(actor(), account_id, self._person_id(number))

        return self._done(account_id, "person", deed)

    def invite(self, account_id: str) -> Response:
        """A one-time code, shown in this answer; what there is goes on until it is used."""
        return self._with_code(account_id, lambda: self.services.invitations.invite(actor(), account_id))

    def reset_password(self, account_id: str) -> Response:
        """The same, and the password and all sessions end now."""
        return self._with_code(account_id, lambda: self.services.invitations.reset(actor(), account_id))

    def reset_second_factor(self, account_id: str) -> Response:
        """For somebody who lost their phone and their codes."""
        return self._done(account_id, "coming_in", lambda: self.services.second_factors.reset(actor(), account_id))

    def disable(self, account_id: str) -> Response:
        """Closes it."""
        reason = forms.posted()["reason"]
        return self._done(account_id, "standing", lambda: self.services.accounts.disable(actor(), account_id, reason))

    def enable(self, account_id: str) -> Response:
        """Opens it again."""
        reason = forms.posted()["reason"]
        return self._done(account_id, "standing", lambda: self.services.accounts.enable(actor(), account_id, reason))

    def revoke_session(self, account_id: str) -> Response:
        """Ends one session."""
        session = forms.posted()["session"]
        self.services.sessions.revoke(actor(), session)
        return forms.said(f"{BASE}{account_id}/", "said.session_ended")

    def revoke_sessions(self, account_id: str) -> Response:
        """Ends all."""
        self.services.sessions.revoke_all(actor(), account_id)
        return forms.said(f"{BASE}{account_id}/", "said.sessions_ended")

    def revoke_token(self, account_id: str) -> Response:
        """Ends a token."""
        self.services.tokens.revoke(actor(), forms.posted()["token"])
        return forms.said(f"{BASE}{account_id}/", "said.token_revoked")

    # ------------------------------------------------------------------------------------------------------------------

    def _done(self, account_id: str, form: str, deed: Callable[[], None]) -> Response:
        try:
            deed()
        except Refused as refused:
            return self._detail(account_id, trouble=Trouble(form, refused))
        return forms.said(f"{BASE}{account_id}/", "said.saved")

    def _with_code(self, account_id: str, deed: Callable[[], str]) -> Response:
        try:
            code = deed()
        except Refused as refused:
            return self._detail(account_id, trouble=Trouble("coming_in", refused))
        return self._detail(account_id, code=code)

    def _detail(self, account_id: str, *, code: str = "", trouble: Trouble | None = None) -> Response:
        try:
            found = self.services.accounts.find(actor(), account_id)
        except Refused:
            return failures.answer(404)
        texts, posted, words = forms.texts(*ROOMS), forms.posted(), self._words()
        may_edit = actor().may(Permission.ACCOUNTS_EDIT)
        view = layout.Detail(
            line=self._line(found, words),
            given=tuple(
                layout.GivenRole(line, _key(given) if given.origin == "hand" else "")
                for line, given in zip(words.lines(found.roles), found.roles, strict=True)
            ),
            created_at_ms=found.created_at_ms,
            staff_number=self._staff_number(found.person_id) if may_edit else "",
            may_edit=may_edit,
            scope=self._choice(posted_scope(posted) if trouble and trouble.form == "roles" else NOTHING),
            role_options=self._role_options(),
            sessions=tuple(session_lines(self.services.sessions.of(actor(), account_id), actor().session))
            if may_edit
            else (),
            tokens=tuple(token_lines(self.services.tokens.of(actor(), account_id), words)) if may_edit else (),
            code=code,
            code_address=self._code_address(code),
            errors={trouble.form: _errors(trouble, texts)} if trouble else {},
            typed=_typed(posted, trouble) if trouble else _role_typed(posted),
        )
        return _page(
            "accounts.one", layout.detail(view, texts, site_moments(self.services)), status=422 if trouble else 200
        )

    def _line(self, view: AccountView, words: ScopeWords) -> layout.AccountLine:
        return layout.AccountLine(
            id=view.id,
            login=view.login,
            name=view.name,
            person=view.person_name,
            roles=words.lines(view.roles),
            is_enabled=view.is_enabled,
            has_second_factor=view.has_second_factor,
            is_waiting=not view.has_password and view.last_sign_in_ms is None,
            last_sign_in_ms=view.last_sign_in_ms,
        )

    def _words(self) -> ScopeWords:
        return ScopeWords(self.services.directory, actor(), forms.texts(*ROOMS))

    def _choice(self, chosen: Scope) -> ScopeChoice:
        return offered(self.services.directory, actor(), EVERYTHING, chosen, forms.chosen().lang)

    def _role_options(self) -> tuple[Option, ...]:
        texts = forms.texts(*ROOMS)
        return tuple(Option(role.value, role_name(role, texts), texts(f"role.{role}.hint")) for role in Role)

    def _by_hand(self, account_id: str) -> list[RoleGiven]:
        found = self.services.accounts.find(actor(), account_id)
        return [given for given in found.roles if given.origin == "hand"]

    def _person_id(self, staff_number: str) -> str | None:
        if not staff_number:
            return None
        person = self.services.directory.people.by_staff_number(actor(), staff_number)
        if person is None:
            raise Refused("account.refused.unknown_person", "staff_number")
        return person.id

    def _staff_number(self, person_id: str | None) -> str:
        return self.services.directory.people.get(actor(), person_id).staff_number if person_id else ""

    def _code_address(self, code: str) -> str:
        """Behind the #, where no server and no log sees the code."""
        address = self.services.settings.web.public_url or request.host_url
        return f"{address.rstrip('/')}/welcome#code={code}" if code else ""


def _scope_of(role: str, scope: Scope) -> Scope:
    return NOTHING if role == Role.AGENT else scope


def _key(given: RoleGiven) -> str:
    return f"{given.role} {given.kept_scope}"


_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "roles": ("role", "roles"),
    "name": ("name",),
    "person": ("staff_number", "person"),
    "standing": ("reason",),
}
"""The fields of each form: what is wrong with another one is said at the form."""


def _typed(posted: forms.Posted, trouble: Trouble) -> Mapping[str, str]:
    """What was typed into the form that was refused; the others show what is."""
    return _role_typed(posted) | {name: posted[name] for name in _FIELDS.get(trouble.form, ())}


def _role_typed(posted: forms.Posted) -> dict[str, str]:
    """The role that was chosen; before one is, the one that may least."""
    return {"role": posted["role"] or Role.AGENT.value}


def _errors(trouble: Trouble, texts: Catalogue) -> dict[str, str]:
    known = _FIELDS.get(trouble.form, ())
    found = forms.field_errors(trouble.refused, texts)
    return {name if name in known else "": sentence for name, sentence in found.items()}


def _page(title: str, content: object, *, status: int = 200) -> Response:
    return forms.page(SECTION, title, content, rooms=ROOMS, status=status, styles=STYLES)  # type: ignore[arg-type]
