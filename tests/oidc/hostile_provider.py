"""A provider of our own on loopback that lies on demand: for what no honest provider can be made to do.

It has everything but a sign-in page: the test is the browser, and hands the nonce over.
"""

from __future__ import annotations

import contextlib
import hmac
import json
import threading
import time
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry

from dashboard.settings import OidcRole, OidcSettings

CLIENT_ID = "floorwatch"
NOW_S = 1_790_000_000
EVERY_ALGORITHM = list(JWSRegistry.algorithms)


def signed(claims: dict[str, Any], key: Any, algorithm: str = "ES256", kid: str | None = None) -> str:
    """A token as anybody may make one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of algorithms that nobody should use
        header = {"alg": algorithm, "kid": kid or key.kid}
        return jwt.encode(header, dict(claims), key, algorithms=EVERY_ALGORITHM)


def signed_with_a_shared_secret(claims: dict[str, Any], secret: bytes, kid: str) -> str:
    """HS256 by hand: the library itself refuses to take a public key for a secret."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": kid}, claims)]
    text = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    return (text + b"." + urlsafe_b64encode(hmac.digest(secret, text, "sha256")).rstrip(b"=")).decode()


class HostileProvider:
    """`claims`, `document`, `answer`: what it says beyond, or instead of, the truth. `token`: makes the ID token of claims."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self.shown: list[Any] = [self.key]
        self.document: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.answer: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.token: Callable[[dict[str, Any]], str] = lambda claims: signed(claims, self.key)
        self.nonce = ""
        self.delay_s = 0.0
        self.raw: bytes | None = None
        self.status = 200
        self.location = ""
        self.asked: list[str] = []
        self.posted: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._asker())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()

    def settings(self, **changed: Any) -> OidcSettings:
        """As we would be configured for it."""
        roles = {
            "floor-managers": OidcRole(role="manager"),
            "sales-leads": OidcRole(role="supervisor", teams=("sales",)),
        }
        return OidcSettings(**{"issuer": self.issuer, "client_id": CLIENT_ID, "roles": roles} | changed)

    def true_claims(self) -> dict[str, Any]:
        """What an honest provider would say."""
        return {
            "iss": self.issuer, "sub": "subject-1", "aud": CLIENT_ID, "iat": NOW_S, "exp": NOW_S + 300, "nonce": self.nonce,
            "name": "李娜", "groups": ["floor-managers"],
        }  # fmt: skip

    def said(self, path: str) -> dict[str, Any]:
        """The honest document at `path`, and what is put over it."""
        match path:
            case "/.well-known/openid-configuration":
                honest = {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                }
                return honest | self.document
            case "/keys":
                return dict(KeySet(self.shown).as_dict(private=False))
            case "/token":
                claims = self.true_claims() | self.claims
                kept = {name: value for name, value in claims.items() if value is not None}
                return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(kept)} | self.answer
            case _:
                return {"sub": "subject-1"} | self.userinfo

    def _asker(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805 — `self` is the asker's below
        class Asker(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(self.path)
                time.sleep(provider.delay_s)
                body = provider.raw if provider.raw is not None else json.dumps(provider.said(self.path)).encode()
                self.send_response(provider.status)
                if provider.location:
                    self.send_header("Location", provider.location)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # the asker has gone
                    self.wfile.write(body)

            def do_POST(self) -> None:
                provider.posted.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.do_GET()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Asker


@contextlib.contextmanager
def hostile_provider() -> Iterator[HostileProvider]:
    """One that runs."""
    provider = HostileProvider()
    try:
        yield provider
    finally:
        provider.close()
