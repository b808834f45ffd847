"""The pages' server with every file for itself and all libraries that Dash brings along, as Dash does it by itself: what
`bench.first_picture` compares with. `gunicorn bench.as_dash_serves:server`."""

from __future__ import annotations

from dash import Dash

from dashboard.pages.page_app import PageApp

for name in ("_walk_assets_directory", "_collect_and_register_resources"):
    setattr(PageApp, name, getattr(Dash, name))

from dashboard.app import server as server  # noqa: E402, PLC0414 — made by what was changed above
