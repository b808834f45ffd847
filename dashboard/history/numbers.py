"""Other parties' numbers as history keeps them: masked for reading, as a keyed hash for finding again, whole only if the site says so.

The hash is HMAC-SHA256 under the site's own key, cut to 16 bytes: who has the database without the key file cannot try out all
numbers. It is taken of the digits alone, as far as they tell the same line: `+86 138 1234 5678`, `0 138-1234-5678` and
`13812345678` are one. What has fewer than three digits (`anonymous`) is no number to be found again.
"""

from __future__ import annotations

import hmac
import os
from pathlib import Path
from typing import Final, NamedTuple

from dashboard.access.key_files import write_key_file
from dashboard.access.masking import masked
from dashboard.history.config import HistoryError
from dashboard.history.recording.rows import text

_KEY_BYTES: Final = 32
_HASH_BYTES: Final = 16
_FEWEST_DIGITS: Final = 3
_CHINA: Final = "86"
_MOBILE: Final = 11


class KeptNumber(NamedTuple):
    """A number as the tables hold it; all None where there was none."""

    masked: str | None = None
    hash: bytes | None = None
    whole: str | None = None


class Numbers:
    """Makes `KeptNumber`s. `key`: what `key_of` gave; `keeps`: whole numbers too."""

    def __init__(self, key: bytes, *, keeps: bool = False) -> None:
        self._key = key
        self._keeps = keeps

    def __call__(self, number: str | None) -> KeptNumber:
        if not number:
            return KeptNumber()
        return KeptNumber(text(masked(number), 40), self.hash(number), text(number, 80) if self._keeps else None)

    def hash(self, number: str) -> bytes | None:
        """By which the number is found again; None if it has too few digits."""
        digits = normal(number)
        if len(digits) < _FEWEST_DIGITS:
            return None
        return hmac.digest(self._key, digits.encode(), "sha256")[:_HASH_BYTES]


def normal(number: str) -> str:
    """The digits that tell the line: without punctuation, trunk zeros and the country code of China."""
    is_international = number.lstrip().startswith("+")
    digits = "".join(digit for digit in number if digit in "0123456789")
    is_international = is_international or digits.startswith("00")
    digits = digits.lstrip("0")
    is_mobile = len(digits) == len(_CHINA) + _MOBILE and digits[len(_CHINA)] == "1"
    if digits.startswith(_CHINA) and (is_international or is_mobile):
        digits = digits[len(_CHINA) :].lstrip("0")
    return digits


def key_of(file: Path) -> bytes:
    """The site's key: the file's first line, made at need. Raises `HistoryError`."""
    try:
        if not file.exists():
            write_key_file(file, os.urandom(_KEY_BYTES).hex().encode() + b"\n", is_first=True)
        key = bytes.fromhex(file.read_text().split("\n", 1)[0].strip())
    except (OSError, ValueError) as error:
        raise HistoryError(f"{file}, the key of callers' numbers, cannot be used ({error}).") from error
    if len(key) < _HASH_BYTES:
        raise HistoryError(f"{file}, the key of callers' numbers, is too short: bring the file back from a backup.")
    return key
