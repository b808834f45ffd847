"""Text as people type it, in the form in which it is kept, sent and shown.

Invariant: what comes out holds no line end and no control character, so that it can neither begin a second line of a switch's action
nor hide a part of itself on a screen.
"""

from __future__ import annotations


def in_one_line(text: str) -> str:
    """Without what cannot be printed, one space between words; "" if nothing is left."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
