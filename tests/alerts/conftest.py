"""The databases that these tests run on."""

from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine"]
