"""`/assets/…`: our own styles, scripts and icons for pages that are no Dash app, each under an address that changes with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Response, request, send_from_directory

from dashboard.pages.doors import FILE, Doors

ASSETS: Final = Path(__file__).resolve().parents[2] / "assets"
SUFFIXES: Final = frozenset({".css", ".js", ".svg", ".woff2"})
_YEAR_S = 31_536_000


@cache
def asset_address(name: str) -> str:
    """The address of `assets/NAME`. Raises `FileNotFoundError`: a page that names a missing file does not come up."""
    changed_s = int((ASSETS / name).stat().st_mtime)
    return f"/assets/{name}?m={changed_s}"


def register(doors: Doors) -> None:
    """Mounts them: they hold nothing of anybody."""
    doors.route("/assets/<path:name>", "assets", _asset, FILE)


def _asset(name: str) -> Response:
    wanted = name if Path(name).suffix in SUFFIXES else ""
    response = send_from_directory(ASSETS, wanted, max_age=_YEAR_S if "m" in request.args else 0)
    response.cache_control.public = True
    return response
