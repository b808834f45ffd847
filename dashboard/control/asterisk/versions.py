"""Which Asterisk can connect a call to our media server: `chan_websocket` with JSON frames. Pure."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

FIRST: Final = MappingProxyType({20: 18, 22: 8, 23: 2})
"""Major release → the first minor one that can. 21 never could; later ones all can."""

_VERSION = re.compile(r"(?:certified/)?(\d{1,3})\.(\d{1,3})")


def speaks_with_browsers(version: str) -> bool:
    """`version` as CoreSettings tells it (`23.4.1`); what cannot be read cannot."""
    found = _VERSION.match(version)
    if found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(FIRST) or (major in FIRST and minor >= FIRST[major])
