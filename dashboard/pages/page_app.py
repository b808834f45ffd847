"""One Dash app a page, several in one server, each with nothing but its own libraries.

Dash gives every app of a process the scripts of every component library that any of them imported; a wall would carry the
desk's grid (600 KB). A `PageApp` names the libraries that it uses. It also keeps the page's own promises: language and theme
stand in the first bytes of HTML (no flash of the wrong theme), everything comes from this server, and nothing of the server's
versions is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from dash import Dash, Output
from dash.resources import Css, Scripts
from flask import after_this_request, request

from dashboard.pages.asking import actor
from dashboard.pages.doors import FILE, Doors, Need
from dashboard.pages.preferences import Preferences, preferences, remember
from layouts.texts import catalogue

ASSETS = Path(__file__).resolve().parents[2] / "assets"

INDEX = """<!doctype html>
<html lang="{lang}" data-theme="{theme}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{icon}">
{css}
</head>
<body>
<noscript>{no_script}</noscript>
{app_entry}
{config}
{scripts}
{renderer}
</body>
</html>"""

_FILES = ("assets/", "_dash-component-suites/", "_favicon.ico")
"""What holds nothing of anybody."""

_OF_PAGES = ("wall", "floor", "me", "widgets_me", "tv", "forms", "vendor")
"""Folders of assets that belong to one page, or to those that are no Dash app."""

_TOLD_TO_NOBODY = ("dash_version_url", "python_version", "ddk_version")


class _ChosenScripts(Scripts):
    def __init__(self, libraries: Sequence[str]) -> None:
        super().__init__(serve_locally=True, eager=False)  # type: ignore[no-untyped-call]
        self._libraries = list(libraries)

    def get_all_scripts(self, dev_bundles: bool = False) -> Any:  # noqa: FBT001, FBT002 — Dash's own signature
        return self.get_library_scripts(self._libraries, dev_bundles)  # type: ignore[no-untyped-call]


class _ChosenCss(Css):
    def __init__(self, libraries: Sequence[str]) -> None:
        super().__init__(serve_locally=True)
        self._libraries = list(libraries)

    def get_all_css(self) -> Any:
        return self.get_library_css(self._libraries)


class PageApp(Dash):
    """The app of `page`, at `/{page}/`, open to whoever meets `need`; so are all routes that Dash adds for it, but its files. Each
    callback is opened by itself: `answers`. `libraries`: import names of component libraries beside Dash's own.
    `without`: folders of assets that belong to other pages. `remembers`: an address that names language and theme sets them
    for this browser. `theme_of`: the page whose theme this one shares."""

    def __init__(
        self,
        page: str,
        doors: Doors,
        need: Need,
        *,
        libraries: Sequence[str] = (),
        without: Sequence[str] = (),
        remembers: bool = False,
        theme_of: str = "",
    ) -> None:
        self.page = page
        self._theme_of = theme_of or page
        self._doors = doors
        self.remembers = remembers
        super().__init__(
            f"floorwatch.{page}",
            server=doors.server,  # type: ignore[arg-type]
            routes_pathname_prefix=f"/{page}/",
            requests_pathname_prefix=f"/{page}/",
            assets_folder=str(ASSETS),
            assets_path_ignore=[f"^{folder}$" for folder in sorted({*_OF_PAGES, *without} - {page, f"widgets_{page}"})],
            serve_locally=True,
            compress=False,
            update_title="",
            add_log_handler=False,
            pages_folder="",
            use_pages=False,
            meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        )
        self.scripts = _ChosenScripts(libraries)
        self.css = _ChosenCss(libraries)
        for rule in doors.server.url_map.iter_rules():
            if rule.rule.startswith(f"/{page}/"):
                is_file = rule.rule.startswith(tuple(f"/{page}/{folder}" for folder in _FILES))
                doors.allow(rule.endpoint, FILE if is_file else need)

    def answers(self, output: Output, need: Need) -> None:
        """Opens the callback that writes `output`."""
        self._doors.allow_callback(self.page, str(output), need)

    def preferences(self) -> Preferences:
        """Language and theme of the request at hand."""
        return preferences(self._theme_of, request.args, request.cookies, lang=actor().lang)

    def interpolate_index(self, **pieces: Any) -> str:  # type: ignore[override]  # Dash names all pieces
        """The page's HTML, in the language and theme of the request."""
        chosen = self.preferences()
        if self.remembers and request.args.keys() & {"lang", "theme"}:
            after_this_request(lambda response: remember(self._theme_of, chosen, response))
        texts = catalogue(chosen.lang)
        pieces.update(
            lang=chosen.lang,
            theme=chosen.theme,
            title=escape(texts(f"title.{self.page}")),
            no_script=escape(texts("no_script")),
            icon=self.get_asset_url("icons/favicon.svg"),
        )
        return INDEX.format(**pieces)

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return {key: value for key, value in config.items() if key not in _TOLD_TO_NOBODY}
