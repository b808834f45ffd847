"""Which Asterisk can connect a call to our media server: `chan_websocket` with JSON frames. Pure."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

FIRST: Final = MappingProxyType({20: 18, 22: 8, 23: 2})
"""Major release → the first minor one that can. 21 never could; later ones all can."""

_VERSION = re.compile(r"(?:certified/)?(\d{1,3})\.(\d{1,3})")


TRIED: Final = MappingProxyType({22: "22.10.1", 23: "23.4.1"})
"""Major release → the one on which each recipe was run. 20 has the same applications and actions by its documentation."""


def expected(version: str) -> str:
    """What this version should be able to do, in one line."""
    found = _VERSION.match(version)
    if found is None:
        return "its version cannot be read: phones should work, sound in browsers is not tried"
    major = int(found[1])
    phones = "all modes by phone" if major >= min(FIRST) else "older than any version that is supported (20)"
    if speaks_with_browsers(version):
        return f"{phones}, and sound in browsers"
    since = f"{major}.{FIRST[major]}" if major in FIRST else " or ".join(f"{m}.{n}" for m, n in FIRST.items())
    return f"{phones}; no sound in browsers (that needs {since})"


def speaks_with_browsers(version: str) -> bool:
    """`version` as CoreSettings tells it (`23.4.1`); what cannot be read cannot."""
    found = _VERSION.match(version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(FIRST) or (major in FIRST and minor >= FIRST[major])
