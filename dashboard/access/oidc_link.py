"""HTTP to the OpenID provider: bounded in time and size, following no redirect, and never more than a few at once.

A provider that hangs must not take the pages' threads with it: local sign-in goes on while it is away. So each conversation has
time-outs, few run at once, and after a failure the next ones are spared the wait for some seconds.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response
from urllib3.exceptions import HTTPError

CONNECT_S: Final = 3.0
READ_S: Final = 5.0
WHOLE_S: Final = 8.0
LARGEST: Final = 512 * 1024
AT_ONCE: Final = 2
SPARED_S: Final = 5.0


class ProviderAway(Exception):  # noqa: N818 — the field's word
    """The provider does not answer, or not as a provider does. The text is for the log."""


class Link(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """A session of requests that is bounded in time and size."""

    def send(self, request: PreparedRequest, **settings: Any) -> Response:
        """One request, its answer read whole."""
        limits = {"timeout": (CONNECT_S, READ_S), "stream": True}
        response: Response = super().send(request, **(settings | limits))
        response.raw = io.BytesIO(_bounded(response))
        return response

    def get_redirect_target(self, resp: Response) -> None:
        """No redirect is followed: where a provider lives is written in its own document."""


def _bounded(response: Response) -> bytes:
    deadline = time.monotonic() + WHOLE_S
    found = bytearray()
    try:
        while piece := response.raw.read1(65_536, decode_content=True):
            found += piece
            if len(found) > LARGEST or time.monotonic() > deadline:
                raise ProviderAway("The provider's answer is too long or takes too long.")
    except (HTTPError, OSError) as error:
        raise ProviderAway(f"The provider's answer broke off ({type(error).__name__}).") from None
    finally:
        response.close()
    return bytes(found)


class Line:
    """The way to the provider, shared by the threads of a process. `clock_s`: a monotonic clock."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._spared_until_s = 0.0

    @contextmanager
    def talking(self) -> Iterator[None]:
        """Around a conversation. Raises `ProviderAway` for one that fails, and at once for those right after it."""
        if self._clock_s() < self._spared_until_s:
            raise ProviderAway("The provider was away a moment ago.")
        if not self._free.acquire(timeout=CONNECT_S):
            raise ProviderAway("Others are still waiting for the provider.")
        try:
            yield
        except (RequestException, OAuthError, ProviderAway) as error:
            if not isinstance(error, OAuthError):
                self._spared_until_s = self._clock_s() + SPARED_S
            raise error if isinstance(error, (ProviderAway, OAuthError)) else _away(error) from None
        finally:
            self._free.release()


def _away(error: RequestException) -> ProviderAway:
    """Without the error's own text: it may hold addresses with codes in them."""
    return ProviderAway(f"The provider cannot be reached ({type(error).__name__}).")


def json_of(link: Link, url: str, *, bearer: str = "") -> dict[str, Any]:
    """The JSON object at `url`. Raises `ProviderAway` for anything else."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    response = link.request("GET", url, withhold_token=True, headers=headers)
    if response.status_code != 200:
        raise ProviderAway(f"The provider answered with status {response.status_code}.")
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise ProviderAway("The provider's answer is no JSON object.")
    return document
