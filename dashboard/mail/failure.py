"""What keeps a letter from arriving, in words that a catalogue has in every language (room `mail`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["later", "never", "unknown"]
"""`later`: it did not go, and another try may help. `never`: it did not go, and will not. `unknown`: the server had all of it and did not
say what it did with it."""


class MailFailed(Exception):  # noqa: N818 — what became of the letter
    """No recipient is known to have it. `word`: id of the sentence; `values`: what it names."""

    def __init__(self, word: str, fate: Fate, **values: object) -> None:
        super().__init__(f"{word} {values}" if values else word)
        self.word = word
        self.fate = fate
        self.values = values


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient whom the server did not take. `code`: of SMTP; `words`: the server's own, as text."""

    code: int
    words: str

    @property
    def is_final(self) -> bool:
        """Whether another try is of no use."""
        return self.code >= 500
