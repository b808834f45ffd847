"""A page server for tests, whole: real Valkey, a migrated database, accounts with roles, and visitors who are signed in."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator

from collectors.stream.embedded import bundled
from dashboard.access.audit_line import AuditLine
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope, dump
from dashboard.access.session_record import SecondFactor
from dashboard.app import create
from dashboard.pages.services import Services, now_ms
from dashboard.settings import AuditSettings, Settings
from dashboard.store.engine import writing
from dashboard.store.schema import account_roles, accounts
from tests.access.ledger import lines_of
from tests.redis_server import RedisServer, running

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

COOKIE = "floorwatch_session"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


class PageSite:
    """The pages with everything behind them."""

    def __init__(self, settings: Settings, redis: RedisServer) -> None:
        self.settings = settings
        self.redis = redis
        self.services = Services.of(settings)
        self.server: Flask = create(self.services)

    def account(
        self, role: Role | str | None, scope: Scope = EVERYTHING, *, name: str = "", lang: str = "", **columns: Any
    ) -> str:
        """A new account with one role, or none; its id. `columns`: of the table, such as `person_id`."""
        account_id = secrets.token_hex(8)
        row = {
            "id": account_id,
            "login": f"{role or 'nobody'}-{account_id}",
            "name": name or f"{role}",
            "lang": lang,
            "created_at_ms": now_ms(),
            "version": 1,
        }
        with writing(self.services.engine) as connection:
            connection.execute(insert(accounts).values(row | columns))
            if role is not None:
                values = {"account_id": account_id, "role": str(role), "scope": dump(scope), "origin": "hand"}
                connection.execute(insert(account_roles).values(values))
        return account_id

    def session(self, account_id: str, *, second_factor: SecondFactor = "totp") -> str:
        """A whole session of an account; the value of its cookie. `second_factor`: how it was proven."""
        return self.services.sessions.begin(account_id, "127.0.0.1", BROWSER, second_factor=second_factor)

    def signed_in(self, role: Role | str | None, scope: Scope = EVERYTHING, *, name: str = "", lang: str = "") -> str:
        """A new account with this role in this scope, signed in; the value of its cookie (`COOKIE`)."""
        return self.session(self.account(role, scope, name=name, lang=lang))

    def client(self, role: Role | str | None = None, scope: Scope = EVERYTHING, *, lang: str = "en") -> FlaskClient:
        """A visitor: of a new account with this role, or nobody."""
        return self.visitor(self.signed_in(role, scope, lang=lang) if role is not None else "", lang=lang)

    def visitor(self, cookie: str = "", *, lang: str = "en") -> FlaskClient:
        """A visitor with this session's cookie, reading this language."""
        client = self.server.test_client()
        client.set_cookie("floorwatch_lang", lang)
        if cookie:
            client.set_cookie(COOKIE, cookie)
        return client

    def audited(self) -> list[AuditLine]:
        """All lines of the audit log, oldest first."""
        return lines_of(self.services.engine)


@contextlib.contextmanager
def page_site(database_url: str, folder: Path, **settings: Any) -> Iterator[PageSite]:
    """A running one. `settings`: sections that differ from the defaults."""
    with running(bundled()) as redis:
        made = PageSite(
            Settings(
                data=folder,
                redis_url=redis.url,
                database_url=database_url,
                **({"audit": AuditSettings(anchor=str(folder / "heads.log"))} | settings),
            ),
            redis,
        )
        try:
            yield made
        finally:
            made.services.close()


def whole(app: WSGIApplication) -> WSGIApplication:
    """Answers of this application in one piece, closed before they are sent: werkzeug's server leaves an answer's file open when the
    browser hangs up in the midst of it."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        pieces = ClosingIterator(app(environ, start_response))
        with contextlib.closing(pieces):
            return [b"".join(pieces)]

    return answer


@contextlib.contextmanager
def served(site: PageSite) -> Iterator[str]:
    """The pages behind a real HTTP server, for browsers; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, whole(site.server), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
