"""One Dash app a page, several in one server, each with nothing but its own libraries.

Dash gives every app of a process the scripts of every component library that any of them imported; a wall would carry the
desk's grid (600 KB). A `PageApp` names the libraries that it uses. It also keeps the page's own promises: language and theme
stand in the first bytes of HTML (no flash of the wrong theme), everything comes from this server, and nothing of the server's
versions is told.

What a page needs before it can draw comes early: its own styles and scripts as one file each (`dashboard.pages.bundle`), what Dash
asks for first is named in the head of the HTML, and of Dash's libraries it gets those that it uses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from dash import Dash, Output
from dash.resources import Css, Scripts
from flask import after_this_request, request

from dashboard.pages import bundle
from dashboard.pages.asking import actor
from dashboard.pages.doors import FILE, Doors, Need
from dashboard.pages.preferences import Preferences, preferences, remember
from layouts.texts import catalogue

ASSETS = bundle.ASSETS
FONT = "inter-latin-variable.woff2"

INDEX = """<!doctype html>
<html lang="{lang}" data-theme="{theme}">
<head>
{metas}
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="{icon}">
{css}
{early}
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

_OF_PAGES = ("wall", "floor", "me", "monitor", "widgets_me", "widgets_monitor", "tv", "forms", "vendor", "worklets")
"""Folders of assets that belong to one page, to those that are no Dash app, or to no page at all (what a browser's audio runs)."""

_OF_CONTROLS = ("audio", "controls", "widgets_controls")
"""Folders of the pages from which one steps into calls."""

_OF_CHARTS = ("charts", "day", "widgets_day")
"""Of the pages of a day, with its charts; Plotly's own file is in no bundle (`dashboard.pages.charts`)."""

_OF_DESKS = ("alarms", "widgets_alarms")
"""Of the pages that people work at: alerts show there."""

_LOADING = re.compile(r'<div class="_dash-loading">.*?</div>', re.DOTALL)
_OPENING = '<div class="opening"><i class="icon icon-brand"></i></div>'
"""What Dash shows until its scripts have run, and what we do: the same as after that, until the layout is there."""

_EARLY = """<link rel="preload" as="font" type="font/woff2" href="{font}" crossorigin>
<link rel="preload" as="fetch" href="{prefix}_dash-layout" crossorigin>
<link rel="preload" as="fetch" href="{prefix}_dash-dependencies" crossorigin>"""
"""What the browser would otherwise hear of late: from the style sheet, or when all scripts have run."""

_OF_DASH = ("dcc/", "dash_table/", "deps/polyfill@")
"""What Dash gives every page, by its path in Dash: component libraries of which our pages use nothing, and what browsers lacked
that know no container queries either, without which no page of ours can be read."""

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
    `is_drawn_as_one`: its layout is a `layouts.drawing.Drawing`, which needs none of Dash's elements.
    `without`: folders of assets that belong to other pages; `shares`: those of another page that it uses too. `has_controls`: one steps
    into calls from here. `has_charts`: it shows a day with its charts. `has_alarms`: alerts show there. `remembers`: an address that
    names language and theme sets them for this browser. `theme_of`: the page whose theme this one shares."""

    def __init__(
        self,
        page: str,
        doors: Doors,
        need: Need,
        *,
        libraries: Sequence[str] = (),
        is_drawn_as_one: bool = False,
        without: Sequence[str] = (),
        shares: Sequence[str] = (),
        has_controls: bool = False,
        has_charts: bool = False,
        has_alarms: bool = False,
        remembers: bool = False,
        theme_of: str = "",
        title: str = "",
    ) -> None:
        self.page = page
        self._title = title or f"title.{page}"
        self._theme_of = theme_of or page
        self._doors = doors
        self._without = (*_OF_DASH, "html/") if is_drawn_as_one else _OF_DASH
        self.remembers = remembers
        parts = ((has_controls, _OF_CONTROLS), (has_charts, _OF_CHARTS), (has_alarms, _OF_DESKS))
        shared = [folder for has_them, folders in parts if not has_them for folder in folders]
        left_out = {*_OF_PAGES, *shared, *without} - {page, f"widgets_{page}", *shares}
        self.own_scripts = bundle.scripts(f"{page}.js", bundle.sources(".js", left_out))
        self.own_styles = bundle.styles(f"{page}.css", bundle.sources(".css", left_out))
        super().__init__(
            f"floorwatch.{page}",
            server=doors.server,  # type: ignore[arg-type]
            routes_pathname_prefix=f"/{page}/",
            requests_pathname_prefix=f"/{page}/",
            assets_folder=str(ASSETS),
            assets_path_ignore=[f"^{folder}$" for folder in sorted(left_out)],
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
        for own in (self.own_scripts, self.own_styles):
            doors.server.add_url_rule(f"/{page}/assets/{own.name}", f"{page}.{own.name}", own.answer)
        doors.server.add_url_rule(f"/{page}/assets/{bundle.FONTS}/<name>", f"{page}.font", bundle.font_answer)
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
        pieces["app_entry"] = _LOADING.sub(_OPENING, pieces["app_entry"])
        pieces.update(
            lang=chosen.lang,
            theme=chosen.theme,
            title=escape(texts(self._title)),
            no_script=escape(texts("no_script")),
            icon=self.get_asset_url("icons/favicon.svg"),
            early=_EARLY.format(font=self.get_asset_url(bundle.font(FONT)), prefix=f"/{self.page}/"),
        )
        return INDEX.format(**pieces)

    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return {key: value for key, value in config.items() if key not in _TOLD_TO_NOBODY}

    def _walk_assets_directory(self) -> None:
        """In place of one resource a file: all of them as one, made already."""
        styles, scripts = (self.get_asset_url(own.address) for own in (self.own_styles, self.own_scripts))
        self.css.append_css({"external_url": styles, "external_only": True})
        self.scripts.append_script({"external_url": scripts, "external_only": True})  # type: ignore[no-untyped-call]

    def _collect_and_register_resources(self, resources: Any, include_async: bool = True, url_attr: str = "src") -> Any:  # noqa: FBT001, FBT002 — Dash's own signature
        """Without what no page of ours uses of Dash."""
        used = [kept for one in resources if (kept := _used(one, self._without)) is not None]
        return super()._collect_and_register_resources(used, include_async, url_attr)  # type: ignore[no-untyped-call]


def _used(resource: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any] | None:
    """`resource` with those of its files that our pages use; None if all of them are `without`."""
    if resource.get("namespace") != "dash":
        return resource
    named = resource.get("relative_package_path", [])
    paths = [path for path in ([named] if isinstance(named, str) else named) if not path.startswith(without)]
    return resource | {"relative_package_path": paths} if paths else None
