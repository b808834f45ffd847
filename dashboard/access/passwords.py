"""Passwords: what is taken as one, and how it is kept (argon2id).

Rules, after OWASP ASVS 5.0 (V6.2, level 2) and NIST SP 800-63B: 8 characters at least, 128 at most, any character of any
script, no rule of composition, never cut; what is common, or made of the person's own names, is refused by zxcvbn (its lists
hold 30,000 common passwords; score 3 of 4 is wanted). Text is brought to the form NFKC first, because an input method for
Chinese writes the same keys in wide forms.

Each check costs the same whether there is such an account or not: `verify` works with a hash of its own for those without one.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from dashboard.refusal import Refused

SHORTEST: Final = 8
LONGEST: Final = 128
SCORE: Final = 3
_JUDGED: Final = 72
"""Characters that zxcvbn looks at: what comes after them can only make it better."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one argon2id hash. The default is above what ASVS 5.0 asks for (19 MiB at two passes)."""

    passes: int = 2
    memory_kib: int = 47_104
    lanes: int = 1


class Passwords:
    """`site`: a word that nobody at this site may use as a password. A check takes one thread and `cost.memory_kib`."""

    def __init__(self, site: str = "", cost: Cost = Cost()) -> None:
        self.cost = cost
        self._site = site
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=Type.ID
        )
        self.checks = 0
        """Verifications done, so that a test can see that each sign-in costs one."""

    def check(self, password: str, own_words: Iterable[str] = (), *, field: str = "password") -> None:
        """Refuses in words what must not be a password. `own_words`: names, login, whatever others know of the person."""
        text = normalised(password)
        if len(text) < SHORTEST:
            raise Refused("password.too_short", field, characters=SHORTEST)
        if len(text) > LONGEST:
            raise Refused("password.too_long", field, characters=LONGEST)
        if _score(text, (*own_words, self._site, "floorwatch")) < SCORE:
            raise Refused("password.too_easy", field)

    def hash(self, password: str) -> str:
        """As kept."""
        return self._hasher.hash(_bytes(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether it is the one; the same work for an account without a password (None)."""
        self.checks += 1
        try:
            self._hasher.verify(kept or self._nobodys, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether it was made at another cost than today's: hash it anew when its owner signs in."""
        return self._hasher.check_needs_rehash(kept)

    @functools.cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's")


def normalised(password: str) -> str:
    """NFKC: full-width and half-width forms of a character are one."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return normalised(password).encode("utf-8", "surrogatepass")


def _score(text: str, own_words: Iterable[str]) -> int:
    """How hard it is to guess, 0 to 4; spaces between the parts of a name do not make it harder."""
    words = {part for word in own_words for part in (word, *word.replace("@", " ").replace(".", " ").split()) if part}
    forms = {text, "".join(text.split())}
    results: list[dict[str, Any]] = [zxcvbn(form[:_JUDGED], user_inputs=sorted(words)) for form in forms if form]
    return min((int(result["score"]) for result in results), default=0)
