"""Codes that people read and type: first administrator, invitations, recovery."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, O, 1, I and L, which one takes for another on paper and across a room. Just under 5 bits a letter."""


def new_code(groups: int, letters: int = 4) -> str:
    """A random code: `groups` of `letters`, with dashes between them."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(letters)) for _ in range(groups))


def typed_code(text: str) -> str:
    """What was typed, as codes are kept: capitals only, without spaces and dashes, full-width letters as plain ones."""
    wide = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(letter for letter in wide if letter.isalnum())
