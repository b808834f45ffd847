"""A switch that speaks AMI over TCP without a telephone: a simulated floor with its own truth, or a recording served again.

It knows nothing of the collector: what it prints follows recordings of a real Asterisk.
"""

from .config import (
    ALL,
    CLASSES,
    DEFAULT_ACCOUNTS,
    NOISES,
    Account,
    ReplayConfig,
    SimulatorConfig,
    SimulatorError,
    WebSocketClient,
)
from .floor_file import floor_file
from .replay import RecordingServer, replay
from .server import SimulatorServer, run
from .traps import TRAPS, Trap
from .world import World

__all__ = [
    "ALL",
    "CLASSES",
    "DEFAULT_ACCOUNTS",
    "NOISES",
    "TRAPS",
    "Account",
    "RecordingServer",
    "ReplayConfig",
    "SimulatorConfig",
    "SimulatorError",
    "SimulatorServer",
    "Trap",
    "WebSocketClient",
    "World",
    "floor_file",
    "replay",
    "run",
]
