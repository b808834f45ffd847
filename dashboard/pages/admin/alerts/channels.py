"""Channels of alerts: the list, a form, a test message. Parses, asks `ChannelBook`, answers; what is allowed is decided there."""

from __future__ import annotations

from typing import Final

from flask import Response

from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.alerts.addresses import KINDS, Address
from dashboard.alerts.channel_book import ChannelLine, ChannelWishes
from dashboard.pages import forms
from dashboard.pages.admin.alerts import section
from dashboard.pages.alerts import fate_words
from dashboard.pages.doors import Doors
from dashboard.pages.role_words import ScopeWords
from dashboard.pages.scope_choice import offered, posted_scope, reader_of
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.forms import Option
from layouts.forms.alerts.channels import CHANNELS, ChannelRow, channel_page, channels_page
from layouts.forms.directory.state import Filled
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

_TITLE: Final = "title.alert_channels"


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages, need = ChannelPages(services), section.CHANNELS_NEED
    doors.route(CHANNELS, "alert_channels", pages.listed, need)
    doors.route(f"{CHANNELS}new/", "alert_channels.new", pages.new, need)
    doors.route(f"{CHANNELS}new/", "alert_channels.make", pages.make, need, methods=("POST",))
    doors.route(f"{CHANNELS}<channel_id>/", "alert_channels.one", pages.one, need)
    doors.route(f"{CHANNELS}<channel_id>/", "alert_channels.change", pages.change, need, methods=("POST",))
    doors.route(f"{CHANNELS}<channel_id>/test", "alert_channels.test", pages.test, need, methods=("POST",))
    doors.route(f"{CHANNELS}<channel_id>/remove", "alert_channels.remove", pages.remove, need, methods=("POST",))


class ChannelPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._book = services.alert_channels

    def listed(self) -> Response:
        """All of theirs."""
        return self._list()

    def new(self) -> Response:
        """An empty form."""
        within = forms.actor().scope(Permission.ALERTS_CHANNELS)
        chosen = EVERYTHING if within.is_everything else NOTHING
        return self._form("", Filled({"lang": forms.chosen().lang, "kind": KINDS[0]}), chosen)

    def make(self) -> Response:
        """A new one."""
        return self._put("")

    def one(self, channel_id: str) -> Response:
        """As it stands, without its address."""
        line = self._book.get(forms.actor(), channel_id)
        return self._form(channel_id, Filled({"name": line.name, "kind": line.kind, "lang": line.lang}), line.scope)

    def change(self, channel_id: str) -> Response:
        """Saved."""
        return self._put(channel_id)

    def test(self, channel_id: str) -> Response:
        """A line goes there now."""
        fate, words = self._book.test(forms.actor(), channel_id), section.words()
        sentence = fate_words(fate.kept, words) or words("channels.tested")
        return self._list(sentence, is_good=fate.is_told)

    def remove(self, channel_id: str) -> Response:
        """It goes, if no rule tells it."""
        try:
            self._book.remove(forms.actor(), channel_id)
        except Refused as refused:
            line = self._book.get(forms.actor(), channel_id)
            filled = {"name": line.name, "kind": line.kind, "lang": line.lang}
            return self._form(channel_id, Filled(filled, _errors(refused)), line.scope, status=422)
        return forms.said(CHANNELS, "said.channel_removed")

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _put(self, channel_id: str) -> Response:
        posted = forms.posted()
        url, secret = posted["address"], posted["secret"]
        scope = posted_scope(posted)
        address = None if channel_id and not url else Address(url, secret)
        wishes = ChannelWishes(posted["name"], posted["kind"], address, scope, posted["lang"])
        try:
            self._book.put(forms.actor(), channel_id, wishes)
        except Refused as refused:
            typed = {name: posted[name] for name in ("name", "kind", "lang")}
            return self._form(channel_id, Filled(typed, _errors(refused)), scope, status=422)
        return forms.said(CHANNELS, "said.channel_saved")

    def _form(self, channel_id: str, filled: Filled, chosen: Scope, *, status: int = 200) -> Response:
        words, actor = section.words(), forms.actor()
        within = actor.scope(Permission.ALERTS_CHANNELS)
        choice = offered(self._services.directory, reader_of(actor, within), within, chosen, words.lang)
        kinds = [Option(kind, words(f"channels.kind.{kind}")) for kind in KINDS]
        if channel_id:
            kinds = [one for one in kinds if one.value == filled.value("kind")]
        return section.page(_TITLE, channel_page(channel_id, filled, kinds, choice, words), status=status)

    def _list(self, said: str = "", *, is_good: bool = True) -> Response:
        words, actor = section.words(), forms.actor()
        reader = reader_of(actor, actor.scope(Permission.ALERTS_CHANNELS))
        scopes = ScopeWords(self._services.directory, reader, words)
        rows = [_row(line, words, scopes) for line in self._book.listed(actor)]
        return section.page(_TITLE, channels_page(rows, words), said=said, is_good=is_good)


def _row(line: ChannelLine, words: Catalogue, scopes: ScopeWords) -> ChannelRow:
    kind, word = _last(line, words)
    return ChannelRow(
        id=line.id,
        name=line.name,
        kind=words(f"channels.kind.{line.kind}"),
        where=line.where,
        scope=scopes.of(line.scope),
        rules=words.listing(line.rules),
        last=kind,
        last_word=word,
    )


def _last(line: ChannelLine, words: Catalogue) -> tuple[BadgeKind, str]:
    if line.last is None:
        return "plain", words("channels.last.none")
    error, sent_at_ms = line.last
    if sent_at_ms is not None:
        return "good", fate_words(error, words) or words("channels.last.told")
    return "bad", fate_words(error, words)


def _errors(refused: Refused) -> dict[str, str]:
    return forms.field_errors(refused, section.words())
