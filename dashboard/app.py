"""The pages' server: `gunicorn dashboard.app:server -k gthread --no-control-socket`.

Serves pages and nothing live: every number comes from the gateway, over a websocket, past this process. The live pages are Dash
apps, each with nothing but its own libraries; pages of forms are documents. All of them stand behind one guard.
"""

from __future__ import annotations

import atexit
import importlib
from functools import partial
from typing import Final, Protocol

from flask import Flask, Response, jsonify, request

from dashboard import process_log
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.proxies import Proxies
from dashboard.pages import (
    account,
    admin,
    agent_day,
    alerts,
    announce,
    appearance,
    asset_addresses,
    audit,
    business_api,
    calls,
    charts,
    compression,
    failures,
    first_admin,
    floor,
    home,
    leaderboard,
    me,
    monitor,
    oidc,
    own_phone,
    queue_day,
    reports,
    screens,
    second_factor,
    sign_in,
    sign_out,
    today,
    tv,
    wall,
    welcome,
)
from dashboard.pages.admin import accounts as admin_accounts
from dashboard.pages.admin import boards as admin_boards
from dashboard.pages.doors import FILE, Doors
from dashboard.pages.forms import WAITING
from dashboard.pages.guard import Guard
from dashboard.pages.headers import Headers
from dashboard.pages.proxies import BehindProxies
from dashboard.pages.services import Services
from dashboard.pages.web_config import WebConfig
from dashboard.settings import load
from dashboard.store.engine import StoreError


class Room(Protocol):
    """A module with pages of forms."""

    def register(self, doors: Doors, services: Services) -> None:
        """Enters its routes into the table."""


LIVE_PAGES: Final = (wall, floor, me, monitor, today, queue_day, leaderboard)
ROOMS: Final[tuple[Room, ...]] = (
    home,
    sign_in,
    second_factor,
    oidc,
    sign_out,
    first_admin,
    welcome,
    screens,
    announce,
    tv,
    admin,
    account,
    own_phone,
    appearance,
    admin_accounts,
    admin_boards,
    audit,
    calls,
    agent_day,
    reports,
    alerts,
    business_api,
)
"""Whoever adds pages of forms adds the module here."""


def create(services: Services) -> Flask:
    """A server with all pages."""
    server = Flask("floorwatch", static_folder=None)
    doors = Doors(server)
    Guard(services, doors).install()
    failures.install(server, services.audit)
    server.extensions[WAITING] = {"people": partial(_unclaimed, services), "alerts": partial(_open_alerts, services)}
    apps = [page.register(doors, services) for page in LIVE_PAGES]
    asset_addresses.register(doors)
    charts.register(doors)
    for room in ROOMS:
        room.register(doors, services)
    doors.route("/healthz", "healthz", _healthz, FILE)
    config = WebConfig.of(services.settings)
    headers = Headers(
        doors=doors,
        live_pages=frozenset(app.page for app in apps),
        script_hashes=sorted({found for app in apps for found in app.csp_hashes()}),
        gateway=config.gateway,
        audio=config.audio,
    )

    @server.after_request
    def finish(response: Response) -> Response:
        return compression.compressed(headers.added(response), request)

    proxies = Proxies.of(services.settings.access.trusted_proxies)
    server.wsgi_app = BehindProxies(server.wsgi_app, proxies)  # type: ignore[method-assign]
    return server


def _unclaimed(services: Services, who: Actor) -> int:
    """Agents that nobody is yet, for those who can change that. Nothing while the database is away: pages go on."""
    if not who.may(Permission.DIRECTORY_EDIT):
        return 0
    try:
        return services.directory.agents.unclaimed_count(who)
    except StoreError:
        return 0


def _open_alerts(services: Services, who: Actor) -> int:
    """Alerts that ask for somebody, in this person's scope. Nothing while the database is away."""
    if not who.may(Permission.ALERTS_VIEW):
        return 0
    try:
        return services.alerts.waiting(who)
    except StoreError:
        return 0


def _healthz() -> Response:
    return jsonify(status="ok")


def __getattr__(name: str) -> Flask:
    """`server`, made when first asked for: importing this module reads no settings."""
    if name != "server":
        raise AttributeError(name)
    settings = load()
    process_log.begin(settings.log_level)
    services = Services.of(settings)
    atexit.register(services.close)
    made = create(services)
    importlib.import_module(__name__).__dict__["server"] = made
    return made
