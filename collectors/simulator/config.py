"""What a simulated switch is told: frozen values with sane defaults, so that a test or a demo names only what it cares about.

Invariant: two equal `SimulatorConfig`s with the same `start_at` make the same world, call by call.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .traps import TRAPS

CLASSES = (
    "system", "call", "log", "verbose", "command", "agent", "user", "config", "dtmf", "reporting", "cdr",
    "dialplan", "originate", "agi", "cc", "aoc", "test", "security", "message",
)  # fmt: skip
"""AMI privilege classes, as the switch prints them."""

ALL = frozenset(CLASSES)
NOISES = frozenset({"varset", "newexten", "cel", "rtcp", "cdr"})


class SimulatorError(Exception):
    """Bad surroundings or a bad value, in one sentence for people."""


@dataclass(frozen=True, slots=True)
class Account:
    """A manager.conf account: which classes of events it reads, which actions it may send."""

    username: str
    secret: str
    read: frozenset[str] = ALL
    write: frozenset[str] = ALL


DEFAULT_ACCOUNTS = (
    Account("sup", "ami-secret"),
    Account("floorwatch", "floorwatch", frozenset({"call", "agent", "system", "user"}), frozenset({"reporting"})),
    Account(
        "readonly",
        "ami-secret",
        frozenset({"call", "agent", "reporting", "user"}),
        frozenset({"call", "agent", "reporting"}),
    ),
    Account("fw", "ami-secret", frozenset({"call", "agent"}), frozenset({"call", "agent", "originate"})),
    Account(
        "floorwatch-control",
        "floorwatch-control",
        frozenset({"call", "agent", "user", "system"}),
        frozenset({"call", "agent", "originate", "reporting"}),
    ),
)


@dataclass(frozen=True, slots=True)
class WebSocketClient:
    """A section of websocket_client.conf: where sound of `WebSocket/NAME/…` goes. `wss:` with `ca_path`, or unverified."""

    name: str
    uri: str
    username: str = "asterisk"
    password: str = "ws-secret"  # noqa: S105 - the simulator's own
    timeout_s: float = 1.0
    retry_s: float = 0.2
    attempts: int = 2
    ca_path: Path | None = None
    verifies: bool = True


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """A switch with its floor.

    `queues` and `calls_per_hour` 0: sized to the agents (about 80 % occupancy in the busy hours). `speed`: switch seconds
    per real second. `start_at`: epoch seconds of the first moment that can be seen (None: the present). `warm_up_s`: how
    long the floor has been at work by then (0: everybody idle, nobody waiting). `history_hours`: how much of the past is
    lived, and written to `queue_log_path`, before that. `curve_hour_at_start`: what hour of the working day it is at
    `start_at` (None: the real one). `port` 0: any free one. `control_port`: the loopback test endpoint (None: none).
    `report_exits`: the dialplan sends a UserEvent `QueueExit` when Queue() ends unanswered. A client whose buffer is above
    `write_limit_bytes`, or takes nothing for `write_timeout_s`, is closed. `disaster_every_s`: how often trap 7 strikes.
    `scripted`: nobody does anything by himself (no calls, breaks, lost phones, own calls): tests say what happens (`hands.py`).
    `supervisors`: how many phones from 8001 on (0: one for 40 agents). `listens_per_hour`: how often a supervisor dials ChanSpy
    by himself. `spy_group`: what the dialplan's SPYGROUP is for callers and who talks to them. `dialplan`: the text of an
    extensions.conf; its contexts take the place of the simulator's own. `asterisk`: the version that it says it is.
    `websocket_clients`: where it can carry sound to; `websocket_json`: chan_websocket.conf's control_message_format.
    `keep_visits`: the truth lists every visit. `truth_path`: where the truth is written at the end.
    """

    agents: int = 60
    queues: int = 0
    calls_per_hour: float = 0
    seed: int = 1
    speed: float = 1.0
    host: str = "127.0.0.1"
    port: int = 5038
    control_port: int | None = None
    traps: frozenset[int] = frozenset()
    noise: frozenset[str] = frozenset()
    accounts: tuple[Account, ...] = DEFAULT_ACCOUNTS
    queue_log_path: Path | None = None
    truth_path: Path | None = None
    keep_visits: bool = False
    start_at: float | None = None
    warm_up_s: float = 60
    history_hours: float = 0
    curve_hour_at_start: float | None = 14.5
    talk_mean_s: float = 170
    patience_mean_s: float = 150
    wrap_up_s: int = 12
    ring_mean_s: float = 3.5
    missed_share: float = 0.03
    own_calls_per_hour: float = 0.6
    pauses_per_hour: float = 0.7
    time_zone: str = "Asia/Shanghai"
    system_name: str = ""
    timestamps: bool = True
    channel_variables: tuple[str, ...] = ()
    report_exits: bool = True
    write_limit_bytes: int = 16_000_000
    write_timeout_s: float = 5.0
    disaster_every_s: float = 180
    scripted: bool = False
    supervisors: int = 0
    listens_per_hour: float = 4
    spy_group: str = "floor"
    dialplan: str = ""
    asterisk: str = "23.4.1"
    websocket_clients: tuple[WebSocketClient, ...] = (WebSocketClient("floorwatch", "ws://127.0.0.1:8055/media"),)
    websocket_json: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.agents <= 9000:
            raise SimulatorError(f"agents = {self.agents}: the simulator has 1 to 9000 agents.")
        if self.speed <= 0:
            raise SimulatorError(f"speed = {self.speed}: must be above 0 (1 is real time).")
        if unknown := self.traps - set(TRAPS):
            raise SimulatorError(
                f"trap {min(unknown)}: there is no such point; docs/simulator.md lists 1 to {max(TRAPS)}."
            )
        if silent := sorted(number for number in self.traps if TRAPS[number].shown == "never"):
            raise SimulatorError(f"trap {silent[0]}: {TRAPS[silent[0]].what} An AMI stream cannot show it.")
        if strange := self.noise - NOISES:
            raise SimulatorError(f"noise {min(strange)!r}: choose from {', '.join(sorted(NOISES))}.")


@dataclass(frozen=True, slots=True)
class ReplayConfig:
    """A recording, served again: `directory` holds ami-N.raw.gz and its companions. Arrival times are divided by `speed`.

    `queue_log_path`: the recording's queue_log lines are appended there as their time passes. `stay`: keep the last
    connection open after its last byte. `connect_timeout_s`: how long the first client may take to come. `account`: the
    folder inside the recording that another account's connections are in (`readonly-account`), or "".
    """

    directory: Path
    speed: float = 1.0
    host: str = "127.0.0.1"
    port: int = 5038
    username: str = ""
    secret: str = ""
    queue_log_path: Path | None = None
    stay: bool = False
    connect_timeout_s: float | None = None
    account: str = ""

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise SimulatorError(f"speed = {self.speed}: must be above 0 (1 is real time).")
