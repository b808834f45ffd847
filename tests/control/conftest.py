"""The servers that these tests run on."""

from tests.redis_server import valkey
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "valkey"]
