"""The pages' server: `gunicorn dashboard.app:server -k gthread --no-control-socket`.

Serves pages and nothing live: every number comes from the gateway, over a websocket, past this process. `/wall` and `/floor`
are two Dash apps on one Flask server, so that a wall carries none of the desk's libraries.
"""

from __future__ import annotations

import importlib

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.pages import compression, floor, headers, wall
from dashboard.pages.web_config import WebConfig
from dashboard.settings import load


def create(config: WebConfig) -> Flask:
    """A server with all pages."""
    server = Flask("floorwatch", static_folder=None)
    apps = [page.register(server, config) for page in (wall, floor)]
    hashes = sorted({found for app in apps for found in app.csp_hashes()})
    server.add_url_rule("/", "home", _home)
    server.add_url_rule("/healthz", "healthz", _healthz)

    @server.after_request
    def finish(response: Response) -> Response:
        return compression.compressed(headers.guarded(response, hashes, config.gateway), request)

    return server


def _home() -> AnyResponse:
    return redirect("/floor/")


def _healthz() -> Response:
    return jsonify(status="ok")


def __getattr__(name: str) -> Flask:
    """`server`, made when first asked for: importing this module reads no settings."""
    if name != "server":
        raise AttributeError(name)
    made = create(WebConfig.of(load()))
    importlib.import_module(__name__).__dict__["server"] = made
    return made
