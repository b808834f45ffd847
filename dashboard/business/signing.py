"""Signatures of systems that have no token: who holds the secret says so with every request, and says when.

What is signed is the time and the body: `HMAC-SHA256(secret, "<timestamp>.<body>")` in hexadecimal digits. A request counts for five
minutes. The same request again within that time changes nothing that is known (`Taking.take`, `is_repeated`), so that somebody who could
record one cannot undo a correction with it, while a system whose answer was lost may simply send it again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

SOURCE_HEADER: Final = "X-Floorwatch-Source"
TIME_HEADER: Final = "X-Floorwatch-Timestamp"
SIGNATURE_HEADER: Final = "X-Floorwatch-Signature"
WITHIN_S: Final = 300


def new_secret() -> str:
    """256 random bits, as text."""
    return "fws_" + secrets.token_hex(32)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Of one request."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_right(secret: str, timestamp: str, body: bytes, shown: str) -> bool:
    """Compared without telling by the time it takes."""
    return hmac.compare_digest(signature(secret, timestamp, body).encode(), shown.strip().lower().encode())


def is_timely(timestamp: str, now_ms: int) -> bool:
    """Whole seconds of the epoch, at most five minutes from ours."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    return abs(int(timestamp) - now_ms // 1000) <= WITHIN_S
