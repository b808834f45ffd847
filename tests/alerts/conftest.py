"""The servers and databases that these tests run on."""

from tests.redis_server import server, valkey
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "server", "valkey"]
