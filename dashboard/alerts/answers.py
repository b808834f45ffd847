"""What the other side answered, read where Apprise's plug-ins throw it away.

The chat services answer 200 and say in the body that they took nothing (a wrong key, a missing word, too many messages): a plug-in alone
would count that as told. So the plug-ins that we use speak through `Heard` instead of `requests`: the same calls, which note the status and
the service's own error number of this thread's last call, and follow no redirect. Nothing else of an answer is kept: it may quote secrets.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

import requests
from urllib3.exceptions import HTTPError

ERROR_NUMBERS: Final = ("errcode", "code", "StatusCode")
"""Where 企业微信 and 钉钉, 飞书, and older 飞书 robots say how it went; 0 is well."""

MOST_BYTES: Final = 20_000


@dataclass(slots=True)
class LastAnswer:
    """`status`: of HTTP, 0: nobody answered. `number`: the service's own; 0 is well."""

    status: int = 0
    number: int = 0


class Heard:
    """In place of the module `requests` in a plug-in."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    @property
    def last(self) -> LastAnswer:
        """Of this thread."""
        found: LastAnswer | None = getattr(self._of_thread, "last", None)
        return found or LastAnswer()

    def forget(self) -> None:
        """Before a call."""
        self._of_thread.last = LastAnswer()

    def post(self, url: str, **options: Any) -> requests.Response:
        """`requests.post`."""
        return self.request("POST", url, **options)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """`requests.request`, without redirects."""
        wanted = options | {"allow_redirects": False, "stream": True}
        answer = requests.request(method, url, **wanted)  # noqa: S113 — the plug-in's own timeout is among them
        _read_some(answer)
        self._of_thread.last = LastAnswer(answer.status_code, _number(answer))
        return answer

    def listen_in(self, plug_in: ModuleType) -> None:
        """From now on this plug-in speaks through here."""
        plug_in.requests = self  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        """All else is `requests`'s own."""
        return getattr(requests, name)


def _read_some(answer: requests.Response) -> None:
    """The beginning of the body, and no more: who answers endlessly is heard no longer."""
    try:
        body = answer.raw.read(MOST_BYTES, decode_content=True)
    except HTTPError as error:  # urllib3's: a connection that broke in the middle
        raise requests.ConnectionError(str(error)) from error
    finally:
        answer.close()
    answer._content = body  # what `content` gives; there is no other way to set it
    answer._content_consumed = True  # type: ignore[attr-defined]


def _number(answer: requests.Response) -> int:
    try:
        said = answer.json()
    except ValueError:
        return 0
    if not isinstance(said, dict):
        return 0
    numbers = (said.get(name) for name in ERROR_NUMBERS)
    return next((number for number in numbers if isinstance(number, int) and not isinstance(number, bool)), 0)
