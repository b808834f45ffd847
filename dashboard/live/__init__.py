"""The live gateway: what the floor looks like now, to any number of screens, and the live HTTP API."""

from dashboard.live.config import LiveConfig, LiveError

__all__ = ["LiveConfig", "LiveError", "run"]


async def run(config: LiveConfig) -> None:
    """The process `floorwatch live`; see `dashboard.live.process.run`."""
    from dashboard.live import process

    await process.run(config)
