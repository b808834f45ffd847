"""What became of one item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboard.refusal import Refused

Word = Literal["taken", "same", "outdated", "corrected", "withdrawn", "refused"]
"""same: it was told before, word for word. outdated: a newer revision is known already. Neither changes anything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`id`: "" where it could not be read. `why`: of what was refused."""

    id: str
    word: Word
    why: Refused | None = None
