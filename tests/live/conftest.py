"""The servers that these tests run on."""

from tests.redis_server import server, valkey

__all__ = ["server", "valkey"]
