"""What a person asked for and cannot have: one clear sentence in their language, beside the field that it is about.

Services raise it; pages show it at the field, commands print its English sentence.
"""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 — the field's word
    """`word`: id of the sentence in the catalogues. `field`: name of the form's field, "" for the whole form.
    `values`: what the sentence names."""

    def __init__(self, word: str, field: str = "", **values: object) -> None:
        super().__init__(word)
        self.word = word
        self.field = field
        self.values = values


class NotThere(Refused):
    """There is nothing of that id: told only to whom nothing is hidden. Pages answer 404."""
