"""`/tv`: where a TV begins. A paired one goes on to its wall; any other shows the code by which it is let in.

The page asks `/tv/pairing` every two seconds. The answer in which the device token travels sets it as a cookie that no script
reads; the token stands in no page, address or log. The code in the picture stands behind a `#`, which browsers keep to
themselves.
"""

from __future__ import annotations

from typing import Final

import segno
from flask import Response, after_this_request, jsonify, request

from dashboard.access.cookies import CookieName, attributes, cookie_name, value_of
from dashboard.access.pairing import Offer
from dashboard.access.unavailable import AccessUnavailable
from dashboard.pages.asking import actor
from dashboard.pages.asset_addresses import ASSETS, asset_address
from dashboard.pages.doors import FILE, PUBLIC, Doors
from dashboard.pages.forms import see_other
from dashboard.pages.headers import CACHE
from dashboard.pages.preferences import Preferences, preferences, remember
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from layouts.texts import catalogue
from layouts.tv import Picture, TvView, tv

PAGE: Final = "wall"
"""A TV has its wall's language and theme."""
WALL: Final = "/wall/?as=screen"
"""Where a paired TV goes: its own cookie counts there, whoever else has signed in on the same browser."""

DESK: Final = "/screens/"
AGAIN_S: Final = 5
_STYLES: Final = ("css/core/tokens.css", "css/core/icons.css", "css/core/widgets.css", "css/tv/tv.css")
_SCRIPTS: Final = ("js/parts/door.js", "js/parts/offline.js", "js/tv/pairing.js")
_WORKER: Final = "js/tv/service_worker.js"


def view(chosen: Preferences, offer: Offer | None, desk: str, again_s: int) -> TvView:
    """The page. `desk`: the whole address at which the code is entered."""
    return TvView(
        lang=chosen.lang,
        theme=chosen.theme,
        code=offer.code if offer else "",
        left_s=offer.left_s if offer else 0,
        address=desk.split("://", 1)[-1],
        picture=picture(f"{desk}#pair={offer.code}") if offer else None,
        again_s=again_s,
        styles=tuple(asset_address(name) for name in _STYLES),
        scripts=tuple(asset_address(name) for name in _SCRIPTS),
        icon=asset_address("icons/favicon.svg"),
    )


def picture(text: str) -> Picture:
    """A QR code, each row of dark cells as one stroke of the path."""
    code = segno.make(text, error="m", micro=False)
    rows = [bytes(row) for row in code.matrix]
    strokes: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                strokes.append(f"M{x} {y}h{end - x}v1h{x - end}z")
            x = end + 1
    return Picture(len(rows), "".join(strokes))


def register(doors: Doors, services: Services) -> None:
    """Mounts page and answer; open to anybody, because nobody has signed in on a TV."""

    def show() -> Response:
        if services.screens.records.by_token(_cookie("screen"), actor().address) is not None:
            _renew("screen", _cookie("screen"))
            return see_other(WALL)
        page = _pairing_page(services)
        if _cookie("screen"):  # this TV was sent away
            page.headers["Clear-Site-Data"] = CACHE
        return page

    def look() -> Response:
        offer = services.pairing.look(_cookie("pairing"))
        if offer is None:
            return jsonify(state="over")
        if not offer.screen_id:
            return jsonify(state="waiting", left_s=offer.left_s)
        return jsonify(state="paired", to=WALL) if _fetched(services, offer) else jsonify(state="over")

    doors.route("/tv", "tv", show, PUBLIC)
    doors.route("/tv/away", "tv.away", lambda: _away_page(services), PUBLIC)
    doors.route("/tv/service_worker.js", "tv.service_worker", _service_worker, FILE)
    doors.route("/tv/pairing", "tv.pairing", look, PUBLIC, methods=("POST",))


def _pairing_page(services: Services) -> Response:
    chosen = preferences(PAGE, request.args, request.cookies)
    offer, again_s = None, AGAIN_S
    try:
        offer = services.pairing.look(_cookie("pairing"))
        if offer is not None and offer.screen_id:
            if _fetched(services, offer):
                return see_other(WALL)
            offer = None
        offer = offer or services.pairing.start(actor().address)
        _renew("pairing", offer.cookie)
    except AccessUnavailable:
        pass
    except Refused as refused:
        again_s = int(str(refused.values["wait_s"]))
    if "lang" in request.args:
        after_this_request(lambda response: remember(PAGE, chosen, response))
    seen = view(chosen, offer, _desk(services), 0 if offer else again_s)
    page = Response(str(tv(seen, catalogue(chosen.lang, "screens"))), mimetype="text/html")
    page.cache_control.no_store = True
    return page


def _away_page(services: Services) -> Response:
    """What a TV shows that is switched on while nobody answers and that has no picture: kept by its service worker."""
    chosen = preferences(PAGE, request.args, request.cookies)
    seen = view(chosen, None, _desk(services), AGAIN_S)
    return Response(str(tv(seen, catalogue(chosen.lang, "screens"))), mimetype="text/html")


def _service_worker() -> Response:
    """It stands between TVs and this server for `/wall/` and `/tv`, so it is looked at anew each time."""
    answer = Response((ASSETS / _WORKER).read_bytes(), mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.cache_control.no_cache = True
    return answer


def _desk(services: Services) -> str:
    return (services.settings.web.public_url or request.host_url).rstrip("/") + DESK


def _fetched(services: Services, offer: Offer) -> bool:
    """Whether this TV has its token now: as a cookie of the answer at hand."""
    token = services.screens.fetch(offer, actor().address)
    if token is None:
        return False
    _renew("screen", token)
    return True


def _cookie(name: CookieName) -> str:
    return value_of(request.cookies, name, is_secure=request.is_secure)


def _renew(name: CookieName, value: str) -> None:
    is_secure = request.is_secure
    settings = attributes(name, is_secure=is_secure)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(cookie_name(name, is_secure=is_secure), value, **settings)
        return response
