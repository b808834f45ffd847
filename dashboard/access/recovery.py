"""Recovery codes: ten, each good once instead of the second factor, for the day the phone is lost.

59 random bits each, too few for a plain digest (ASVS 5.0, 6.5.2): kept as argon2id, salted with the account's random id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from argon2 import Type
from argon2.low_level import hash_secret_raw
from sqlalchemy import Connection, delete, func, insert, select, update

from dashboard.access.codes import ALPHABET, new_code, typed_code
from dashboard.access.passwords import Cost
from dashboard.store.schema import recovery_codes

COUNT: Final = 10
_GROUPS: Final = 3
_LENGTH: Final = 12


def new_codes() -> list[str]:
    """Ten codes, to be shown once."""
    return [new_code(_GROUPS) for _ in range(COUNT)]


def is_form(typed: str) -> bool:
    """Whether what was typed could be one."""
    code = typed_code(typed)
    return len(code) == _LENGTH and set(code) <= set(ALPHABET)


def hashed(account_id: str, typed: str, cost: Cost) -> str:
    """As kept; as much work as for a password, so not within a transaction."""
    raw = hash_secret_raw(
        typed_code(typed).encode(),
        account_id.encode(),
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    return raw.hex()


def replace_codes(connection: Connection, account_id: str, hashes: Iterable[str]) -> None:
    """These are the account's codes now; none: it has none."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": one} for one in hashes]
    if rows:
        connection.execute(insert(recovery_codes), rows)


def use(connection: Connection, account_id: str, code_hash: str, now_ms: int) -> bool:
    """Whether it was a code that is still good; it is not any more."""
    table = recovery_codes.c
    same = (table.account_id == account_id) & (table.code_hash == code_hash) & table.used_at_ms.is_(None)
    return connection.execute(update(recovery_codes).where(same).values(used_at_ms=now_ms)).rowcount == 1


def count_left(connection: Connection, account_id: str) -> int:
    """How many are still good."""
    table = recovery_codes.c
    query = select(func.count()).where(table.account_id == account_id, table.used_at_ms.is_(None))
    return connection.execute(query).scalar_one()
