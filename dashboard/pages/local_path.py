"""Where to go next, when the address says so: only ever to a page of this server.

`next` comes from the address bar, so anybody can put anything into a link to the sign-in page. What is not plainly a path of
ours counts as not given; nothing is repaired.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

LONGEST: Final = 1000
_PATH = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")
_NOT_AGAIN: Final = ("/sign-in", "/sign-out", "/first-admin", "/welcome")


def local_path(text: str | None, default: str = "/") -> str:
    """`text` if it is a path (and query) of this server that may follow a sign-in, else `default`. Letters beyond ASCII are
    percent-encoded."""
    if not text or len(text) > LONGEST:
        return default
    path = "".join(letter if letter <= "~" else quote(letter) for letter in text)
    return path if _is_local(path) else default


def _is_local(path: str) -> bool:
    if not _PATH.fullmatch(path) or path.split("?", 1)[0].startswith(_NOT_AGAIN):
        return False
    # Proxies and browsers differ in what they decode and how often: no reading of it may leave this host.
    once = unquote(path.split("?", 1)[0])
    return all(_is_harmless(reading) for reading in (path.split("?", 1)[0], once, unquote(once)))


def _is_harmless(path: str) -> bool:
    return "//" not in path and "\\" not in path and all(letter.isprintable() for letter in path)
