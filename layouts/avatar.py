"""How a person without a picture of their own is drawn: the first sign of the name that they chose, on their tint. The same as
assets/js/parts/avatar.js does; the look is assets/css/core/avatars.css."""

from __future__ import annotations

import re
from typing import Final

TINTS: Final = 12
_NUMBER: Final = re.compile(r"\D{0,2}(\d+)\D{0,2}")


def sign_of(name: str) -> str:
    """What stands for a name: its first sign; of a number its last two digits, which differ."""
    found = _NUMBER.fullmatch(name)
    return found[1][-2:] if found else name[:1].upper()
