"""What every table is made of: names of constraints that are the same on each database, and the column types we use."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData, String

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""A whole number of 64 bits. SQLite numbers rows by itself only in a column of exactly its own type."""

Id = String(32)
"""Ids that we give: random, in hexadecimal digits, so that nobody can guess the next one."""

SwitchId = String(200)
"""Ids that the switch gives: of queues, agents and pause reasons."""
