"""A whole site for a test: the bundled Valkey, a switch, and the product's own processes, each a real one on loopback.

Everything is started by the same command line that people use. `close` ends all of it by pid, whatever happened before.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from collectors.stream.embedded import bundled, socket_path
from dashboard.access.permissions import Role
from dashboard.settings import load
from tests.keyring import Keyring
from tests.patience import HANG_S
from tests.ports import free_ports

COMMAND = (sys.executable, "-m", "dashboard.cli")
START_S = 100.0
"""For several of our processes together: each takes a core for seconds."""
END_S = HANG_S
ANSWER_S = 20.0
"""For one look at whether somebody answers: it is taken again."""


def until(condition: Callable[[], Any], within_s: float, what: str) -> Any:
    """The condition's first true value. Fails the test after `within_s` seconds."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {within_s:g} s: {what}")


class Site:
    """One site in `folder`. `ami_port` is where its collector looks for the switch."""

    def __init__(self, folder: Path, *, time_zone: str = "Asia/Shanghai", has_queue_log: bool = True) -> None:
        self.folder = folder
        self.queue_log = folder / "queue_log"
        self.queue_log.touch()
        self.switch_port, self.live_port, self.web_port, self.collector_port, self.history_port = free_ports(5)
        self.ami_port = self.switch_port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.arguments: dict[str, tuple[str, ...]] = {}
        self.has_queue_log = has_queue_log
        self.switch_settings: list[str] = []
        self.more_settings: list[str] = []
        self._keys: Keyring | None = None
        self._token = ""
        self.username, self.secret = "sup", "ami-secret"
        self.floor_file = folder / "floor.toml"
        self.floor_file.write_text(f'time_zone = "{time_zone}"\n', encoding="utf-8")

    @property
    def settings(self) -> Path:
        """Write the settings file as things are now, and name it."""
        lines = [
            'site = "test"',
            f'data = "{self.folder}"',
            f'floor_file = "{self.floor_file}"',
            "[switches.pbx1]",
            f"port = {self.ami_port}",
            f'username = "{self.username}"',
            f'secret = "{self.secret}"',
            f'queue_log = "{self.queue_log}"' if self.has_queue_log else "",
            *self.switch_settings,
            f"[live]\nport = {self.live_port}",
            f"[web]\nport = {self.web_port}",
            "[history]\ncheckpoint_every_s = 1",
            f"[vitals]\ncollector_port = {self.collector_port}\nhistory_port = {self.history_port}",
            *self.more_settings,
        ]
        file = self.folder / "floorwatch.toml"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    @property
    def keys(self) -> Keyring:
        """Ways in; the site's Redis must run when one is made."""
        if self._keys is None:
            self._keys = Keyring(load(str(self.settings)))
        return self._keys

    @property
    def token(self) -> str:
        """An API token that reads everything."""
        self._token = self._token or self.keys.token(Role.MANAGER, Role.ADMIN)
        return self._token

    @property
    def bearer(self) -> dict[str, str]:
        """That token as a header."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def environment(self) -> dict[str, str]:
        """For a command of this site."""
        return {**os.environ, "FLOORWATCH_CONFIG": str(self.settings), "PYTHONUNBUFFERED": "1"}

    def start_valkey(self) -> None:
        """Start the bundled server in the folder, or start it again."""
        options = ["--port", "0", "--unixsocket", str(socket_path(self.folder)), "--dir", str(self.folder)]
        options += [
            "--appendonly",
            "yes",
            "--appendfsync",
            "everysec",
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]
        socket_path(self.folder).unlink(missing_ok=True)
        self._spawn("valkey", (str(bundled()), *options))
        until(socket_path(self.folder).exists, HANG_S, "Valkey listens")

    def start(self, name: str, *arguments: str) -> None:
        """Start `floorwatch name arguments…`; with no arguments as it was started before."""
        self.arguments[name] = arguments or self.arguments.get(name, ())
        self._spawn(name, (*COMMAND, name, *self.arguments[name]))

    def run_python(self, name: str, script: str) -> None:
        """Start a Python program of the test's own, as one of the site's processes."""
        self._spawn(name, (sys.executable, "-c", script))

    def start_all(self, *, web: bool = False) -> None:
        """Collector, historian and gateway; waits until the gateway is ready."""
        _ = self.keys  # the schema, before anybody asks for it: a database without one is left alone for a while
        for name in ("collect", "history", "live", *(("web",) if web else ())):
            self.start(name)
        until(lambda: self.status("/readyz") == 200, START_S, "the gateway is ready")

    def kill(self, name: str) -> None:
        """`kill -9`, and wait until it is gone."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(HANG_S)

    def end(self, name: str) -> int:
        """Ask it to end, and wait. Returns its exit code."""
        process = self.processes[name]
        process.send_signal(signal.SIGTERM)
        code = process.wait(END_S)
        del self.processes[name]  # one that does not end is killed by `close`
        return code

    def close(self) -> None:
        """End everything."""
        for process in reversed(list(self.processes.values())):
            process.kill()
            process.wait(HANG_S)
        self.processes.clear()
        if self._keys is not None:
            self._keys.close()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [*COMMAND, *arguments], env=self.environment, capture_output=True, text=True, timeout=HANG_S, check=False
        )

    def floor(self) -> dict[str, Any]:
        """`floorwatch floor --json`."""
        done = self.command("floor", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def status(self, path: str, port: int = 0) -> int:
        """The HTTP status of the gateway's (or another port's) answer; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port or self.live_port}{path}", timeout=ANSWER_S) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def get(self, path: str) -> Any:
        """The gateway's JSON answer."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.live_port}{path}", headers=self.bearer)
        with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
            return json.load(answer)

    def log(self, name: str) -> str:
        """What a process has said."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def _spawn(self, name: str, argv: tuple[str, ...]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )


@contextlib.contextmanager
def site(folder: Path, **options: Any) -> Iterator[Site]:
    """A site with its Valkey running."""
    made = Site(folder, **options)
    try:
        made.start_valkey()
        yield made
    finally:
        made.close()
