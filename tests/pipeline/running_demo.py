"""A running `floorwatch demo` on a folder of the test's own, its processes by name, and the ways in that it prints."""

from __future__ import annotations

import contextlib
import http.cookiejar
import json
import signal
import subprocess
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from pathlib import Path

from playwright.sync_api import Page

from tests.patience import HANG_S
from tests.pipeline.site import COMMAND, until
from tests.ports import ports_in_a_row

WORDS = ("simulate", "collect", "history", "live", "control", "gunicorn", "valkey")
"""One of these is in each process's command line."""
STARTS_WITHIN_S = 120.0
"""The demo itself waits for a minute, then says what it has."""


class Demo:
    """`data`: its folder, kept when it ends. `port`: of its pages; the gateway is on the next one."""

    def __init__(self, data: Path, agents: int) -> None:
        self.data = data
        self.port = ports_in_a_row(7)
        self.address = f"http://127.0.0.1:{self.port}"
        self.agents = agents
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it has said where it is."""
        command = [
            *COMMAND,
            "demo",
            "--port",
            str(self.port),
            "--agents",
            str(self.agents),
            "--data",
            str(self.data),
            "--no-past",
        ]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(lambda: self._has_ended or "Open http://" in self.heard, STARTS_WITHIN_S, "the demo says where it is")
        assert not self._has_ended, self.heard

    def stop(self) -> None:
        """Ctrl-C; it must end well and leave nobody behind."""
        assert self._process is not None
        left = self.children
        self._process.send_signal(signal.SIGINT)
        assert self._process.wait(HANG_S) == 0, self.heard
        assert "Traceback" not in self.heard
        until(
            lambda: not any(Path(f"/proc/{pid}").exists() for pid in left.values()), HANG_S, "all children have ended"
        )

    def close(self) -> None:
        """Whatever happened before."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(HANG_S)

    @property
    def heard(self) -> str:
        """What it has said since it was started."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def children(self) -> dict[str, int]:
        """The running descendants, by the word that names them."""
        assert self._process is not None
        found: dict[str, int] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or not descends(int(entry.name), self._process.pid):
                continue
            with contextlib.suppress(OSError):
                argv = (entry / "cmdline").read_bytes().decode().split("\0")
                for word in WORDS:
                    if any(part == word or (word == "valkey" and "valkey-server" in part) for part in argv):
                        found.setdefault(word, int(entry.name))
        return found

    @property
    def passwords(self) -> dict[str, str]:
        """Login → password, as its folder keeps them."""
        rows = json.loads((self.data / "accounts.json").read_text(encoding="utf-8"))
        return {row["login"]: row["password"] for row in rows}

    @property
    def _log(self) -> Path:
        return self.data.parent / "demo.log"

    @property
    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


class Visitor:
    """A browser without a window: keeps its cookies, follows where it is sent."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path: str, **form: str) -> HTTPResponse:
        """The page at the end of the way; `form`: what is posted. Raises `HTTPError` for an answer that is a refusal."""
        body = urllib.parse.urlencode(form).encode() if form else None
        answer = self._opener.open(f"{self.demo.address}{path}", body, timeout=HANG_S)
        assert isinstance(answer, HTTPResponse)
        return answer

    def sign_in(self, login: str) -> str:
        """Signs in by the form; the path that it leads to."""
        with self.open("/sign-in", login=login, password=self.demo.passwords[login], next="/") as answer:
            return urllib.parse.urlsplit(answer.url).path


def sign_in(page: Page, demo: Demo, login: str) -> None:
    """Fills in the form that the page shows."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.passwords[login])
    page.press("input[name=password]", "Enter")


def descends(pid: int, ancestor: int) -> bool:
    """Whether `ancestor` is above `pid`."""
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            return False
        if pid == ancestor:
            return True
    return False
