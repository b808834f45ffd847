"""What a session is, and how it stands in Redis: a hash that opens nothing by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

Stage = Literal["password", "full"]
SecondFactor = Literal["", "totp", "recovery", "provider"]
Via = Literal["password", "provider", "invitation"]

STAGES = frozenset({"password", "full"})


@dataclass(frozen=True, slots=True)
class Session:
    """`id` stays while the cookie changes, and opens nothing. `stage` `password`: a second factor is still to be proven.
    `second_factor`: by what it was proven, "" for not at all. `via`: what opened it. `cookie`, `previous`: digests."""

    id: str
    account_id: str
    stage: Stage
    second_factor: SecondFactor
    via: Via
    created_at_ms: int
    seen_at_ms: int
    rotated_at_ms: int
    address: str
    browser: str
    cookie: str
    previous: str

    def fields(self) -> dict[str, str | int]:
        """As kept, all but the id."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "id"}


def read(session_id: str, found: Mapping[str, str]) -> Session | None:
    """None for a hash that is no whole session."""
    try:
        if found["stage"] not in STAGES or not found["account_id"]:
            return None
        return Session(
            id=session_id,
            account_id=found["account_id"],
            stage=cast("Stage", found["stage"]),
            second_factor=cast("SecondFactor", found["second_factor"]),
            via=cast("Via", found["via"]),
            created_at_ms=int(found["created_at_ms"]),
            seen_at_ms=int(found["seen_at_ms"]),
            rotated_at_ms=int(found["rotated_at_ms"]),
            address=found["address"],
            browser=found["browser"],
            cookie=found["cookie"],
            previous=found["previous"],
        )
    except (KeyError, ValueError):
        return None
