"""Reverse proxies in front of the pages: whom to believe is told by `dashboard.access.proxies`; here it reaches WSGI.

Nothing else is believed: not `X-Forwarded-Host` (proxies pass `Host` on), nor the page server's own opinion of the scheme.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dashboard.access.proxies import Proxies

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class BehindProxies:
    """A WSGI app that sees the address and the scheme that the visitor used."""

    def __init__(self, app: WSGIApplication, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers a request. WSGI joins several headers of a name by commas, in order."""
        seen = self._proxies.seen(
            environ.get("REMOTE_ADDR", ""),
            [environ.get("HTTP_X_FORWARDED_FOR", "")],
            [environ.get("HTTP_X_FORWARDED_PROTO", "")],
        )
        environ["REMOTE_ADDR"] = seen.address
        environ["wsgi.url_scheme"] = "https" if seen.is_secure else "http"
        return self._app(environ, start_response)
