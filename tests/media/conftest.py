"""The server that these tests run on."""

from tests.redis_server import valkey

__all__ = ["valkey"]
