"""A whole site for people who step into calls: switch, collector, historian, control, gateway, pages, Valkey and a database, each a
process that can be killed. The switch is the simulated one on which nobody does anything by himself; its own books are the truth.
"""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from collectors.simulator import SimulatorConfig, floor_file
from collectors.supervisor_legs import command_of, is_supervisor_leg
from dashboard import floor_file as floor_files
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.directory.seeding import seed
from dashboard.pages.services import now_ms
from dashboard.store.schema import audit_lines, monitoring_sessions
from dashboard.supervision.messages import Messages
from dashboard.supervision.policies import General, Marks
from tests import postgres_server
from tests.keyring import ADDRESS, HERE
from tests.patience import HANG_S
from tests.pipeline.site import START_S, until
from tests.ports import free_ports
from tests.screens.tv_site import TvSite

SWITCH = "pbx1"
AGENTS, QUEUES, SUPERVISORS = 8, 3, 4
PATIENCE_S = HANG_S
"""For what takes a second on an idle machine."""

_SWITCH = """
import asyncio
from pathlib import Path
from collectors.simulator import SimulatorConfig, WebSocketClient, run
asyncio.run(run(SimulatorConfig(
    agents={agents}, queues={queues}, supervisors={supervisors}, scripted=True, wrap_up_s=0, port={port},
    control_port={books}, queue_log_path=Path({queue_log!r}),
    websocket_clients=(WebSocketClient("floorwatch", "ws://127.0.0.1:{media}/media"),),
)))
"""


@dataclass(frozen=True)
class Talk:
    """A caller who talks with somebody. `agent`: the interface; `caller`: the unique id of his channel."""

    caller: str
    agent: str

    @property
    def extension(self) -> str:
        """The agent, as the switch's people are called."""
        return "".join(letter for letter in self.agent if letter.isdigit())


class Office(TvSite):
    """See the module. People are made by `person`, calls by `talk` and `call`."""

    def __init__(self, folder: Path, database: postgres_server.PostgresServer) -> None:
        super().__init__(folder, database)
        self.books_port, self.sound_port, self.media_port, vitals_port = free_ports(4)
        self.control_port = vitals_port
        self.switch_settings = [
            'control_username = "floorwatch-control"',
            'control_secret = "floorwatch-control"',
            'websocket_client = "floorwatch"',
        ]
        self.more_settings = [
            f"control_port = {vitals_port}",
            f'[control]\nport = {self.sound_port}\nmedia_port = {self.media_port}\nmedia_secret = "ws-secret"',
        ]
        config = SimulatorConfig(agents=AGENTS, queues=QUEUES, supervisors=SUPERVISORS, wrap_up_s=0)
        self.floor_file.write_text(floor_file(config), encoding="utf-8")

    # -- life

    def start_switch(self) -> None:
        """A process of the switch: empty, but for its agents."""
        values = {"port": self.switch_port, "books": self.books_port, "media": self.media_port}
        sizes = {"agents": AGENTS, "queues": QUEUES, "supervisors": SUPERVISORS}
        self.run_python("switch", _SWITCH.format(**values, **sizes, queue_log=str(self.queue_log)))

    def start_everything(self) -> None:
        """All of it; waits until it is live, and people may step in."""
        self.start_switch()
        _ = self.keys
        seed(self.keys.services.audit, "test", floor_files.read(str(self.floor_file)), now_ms())
        self.start("control")
        self.start_all(web=True)
        until(lambda: self.status("/healthz", self.web_port) == 200, START_S, "the pages are served")
        until(lambda: self.status("/readyz", self.control_port) == 200, START_S, "control has its link")

    # -- people

    def open_rules(self) -> None:
        """Every queue is announced; agents are told; a reason is asked for."""
        manager = self.keys.actor(Role.MANAGER)
        self.keys.services.policies.put_general(manager, General(True, False, True, 30, False))
        self.keys.services.policies.put_queues(manager, {queue: Marks(is_announced=True) for queue in self.queues})

    def person(self, role: Role, name: str, *, phone: str = "", agent: str = "") -> tuple[Actor, str]:
        """Somebody with an account, and the cookie of their browser."""
        services = self.keys.services
        listed = services.directory.people.listed(HERE)
        person_id = next((one.id for one in listed if agent in one.agents), None) if agent else None
        given = [RoleGiven(role, EVERYTHING)]
        account = services.accounts.create(HERE, f"{role}-{now_ms()}", name, roles=given, person_id=person_id)
        cookie = services.sessions.begin(account, ADDRESS, "tests", stage="full", second_factor="totp")
        actor = services.doorkeeper.by_session(cookie, ADDRESS)
        assert actor is not None
        if phone:
            services.phones.choose(actor, SWITCH, phone, answers_itself=True)
        return actor, cookie

    # -- the switch: what people do there, and what is so

    @property
    def queues(self) -> list[str]:
        return list(self.truth()["queues"])

    def truth(self) -> Any:
        return self.ask_switch("GET", "/truth")

    def call(self, queue: str) -> str:
        """Somebody calls, and stays; the unique id."""
        return str(self.ask_switch("POST", f"/call?queue={queue}")["done"])

    def talk(self, queue: str = "") -> Talk:
        """Somebody who calls and is answered; the gateway knows of it."""
        caller = self.call(queue or self.queues[0])

        def found() -> str:
            return next((one["agent"] for one in self.truth()["live"]["handlings"] if one["call"] == caller), "")

        agent = until(found, PATIENCE_S, "somebody answers")
        until(lambda: self.agent(agent)["state"] == "talking", PATIENCE_S, "the floor shows the talk")
        return Talk(caller, agent)

    def agent(self, id_: str) -> Any:
        """An agent as the gateway shows them."""
        return next(one for one in self.get("/api/v1/agents")["agents"] if one["id"] == id_)

    def waits(self, caller: str) -> str:
        """The queue in which a caller waits; "" when in none."""
        return next((str(one["queue"]) for one in self.truth()["live"]["waiting"] if one["call"] == caller), "")

    @property
    def joins(self) -> list[Any]:
        """The switch's truth: who was on whose call."""
        return list(self.ask_switch("GET", "/joins"))

    def joined(self, mode: str, agent: str) -> list[Any]:
        """Who is in this agent's call in this mode now."""
        return [one for one in self.joins if one["to"] is None and (one["mode"], one["agent"]) == (mode, agent)]

    def hears(self, party: str) -> set[int]:
        """The tones that a party is sent now; none when it is gone."""
        with contextlib.suppress(urllib.error.HTTPError):
            return set(self.ask_switch("GET", f"/hears/{party}")["hertz"])
        return set()

    def legs(self) -> list[str]:
        """Supervisors' legs that the switch has now."""
        return [one["id"] for one in self.ask_switch("GET", "/channels") if is_supervisor_leg(one["id"])]

    def is_up(self, channel: str) -> bool:
        return channel in {one["id"] for one in self.ask_switch("GET", "/channels")}

    def ask_switch(self, method: str, path: str) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.books_port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=HANG_S) as answer:  # noqa: S310 — always http
            return json.load(answer)

    # -- records

    def keep_on_disk(self) -> None:
        """What Redis and the database were told is on their disks: this database answers before it is."""
        self.keys.services.redis.waitaof(1, 0, 10_000)
        with self.keys.services.engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))

    @property
    def messages(self) -> Messages:
        services = self.keys.services
        return Messages(services.engine, services.audit, services.redis, "test", now_ms)

    def audit(self, *actions: str) -> list[Any]:
        """Lines of these actions, oldest first."""
        with self.keys.services.engine.connect() as connection:
            rows = connection.execute(
                select(audit_lines).where(audit_lines.c.action.in_(actions)).order_by(audit_lines.c.seq)
            )
            return list(rows.mappings())

    def sessions(self) -> dict[str, Any]:
        """The rows of sessions, by command."""
        with self.keys.services.engine.connect() as connection:
            return {row["command"]: row for row in connection.execute(select(monitoring_sessions)).mappings()}

    def ends(self, command: str, within_s: float = PATIENCE_S) -> str:
        """Waits until a session's end is on record, as a row and as a line; its reason."""

        def ended() -> bool:
            lines = [one for one in self.audit("monitoring.ended") if command in one["details"]]
            return bool(lines) and self.sessions()[command]["ended_at_ms"] is not None

        until(ended, within_s, "the session's end is on record")
        (line,) = [one for one in self.audit("monitoring.ended") if command in one["details"]]
        reason = str(self.sessions()[command]["reason"])
        assert f'"{reason}"' in line["details"]
        return reason

    def nobody_is_left(self) -> None:
        """No leg of ours at the switch, nobody on anybody's call, no session that is open on record; and nobody was ever on a call
        without a line in the audit log."""
        until(lambda: not self.legs(), PATIENCE_S, "no supervisor's leg is left")
        assert [one for one in self.joins if one["to"] is None] == []
        until(
            lambda: all(one["ended_at_ms"] is not None for one in self.sessions().values()),
            PATIENCE_S,
            "every session is closed on record",
        )
        lines = "".join(one["details"] for one in self.audit("monitor.start", "call.take_over", "call.pull"))
        by_command = {one["session"] for one in self.joins if is_supervisor_leg(one["session"])}
        assert [leg for leg in by_command if f'"{command_of(leg)}"' not in lines] == []


@contextlib.contextmanager
def office(folder: Path) -> Iterator[Office]:
    """A running one, with its rules open."""
    with postgres_server.own() as database:
        made = Office(folder, database)
        try:
            made.start_valkey()
            made.start_everything()
            made.open_rules()
            yield made
        finally:
            made.close()
