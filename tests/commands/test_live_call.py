"""`floorwatch doctor --live-call` against simulated switches: each version, each fault, in words; and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from collectors.simulator import SimulatorConfig, WebSocketClient
from collectors.simulator.config import DEFAULT_ACCOUNTS, Account
from collectors.simulator.server import SimulatorServer
from dashboard.commands import live_call
from dashboard.commands.live_call import ACTION, Asked, _examine, examine
from dashboard.control.asterisk import live_call_words, versions
from dashboard.control.asterisk.live_call_ways import ByPhone
from dashboard.settings import ControlSettings, Settings, SettingsError, SwitchSettings
from dashboard.store import StoreError
from dashboard.store.engine import opened
from dashboard.store.migrate import upgrade
from dashboard.store.schema import audit_lines
from tests.asterisk.loop import in_loop
from tests.ports import free_port

ASTERISK = Path(__file__).parent.parent.parent / "docs" / "asterisk"
PLAIN, GUARDED = (
    (ASTERISK / name).read_text(encoding="utf-8") for name in ("extensions.conf", "extensions-guarded.conf")
)
KNOWN = GUARDED.replace("2001", "8001")
NAME = "floorwatch-control"
SECRET = "ws-secret"
MODES = ["listen", "whisper", "barge", "private", "takeover"]
BY_PHONE = Asked(phone="PJSIP/8001")


@pytest.fixture(autouse=True)
def nobody_holds_the_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever picks it up here is a program, and needs no time to listen."""
    monkeypatch.setattr(ByPhone, "stay_s", 0.02)


class Site:
    """A switch and the settings for it. `report`: what the last run said, by what it is about."""

    def __init__(self, server: SimulatorServer, settings: Settings) -> None:
        self.server = server
        self.settings = settings
        self.report: dict[str, tuple[str, str]] = {}

    async def run(self, asked: Asked = BY_PHONE) -> int:
        lines: list[str] = []
        code = await _examine(self.settings, "pbx", self.settings.switches["pbx"], asked, lines.append)
        self.report = {}
        for line in lines[:-1]:
            what, _, words = line[7:].partition(": ")
            self.report[what] = (line[:5].strip(), words)
        return code

    def wrong(self) -> list[str]:
        return [what for what, (mark, _words) in self.report.items() if mark == "WRONG"]

    def records(self) -> list[Any]:
        with opened(self.settings.effective_database_url) as engine, engine.connect() as connection:
            return list(connection.execute(select(audit_lines).where(audit_lines.c.action == ACTION)).mappings())

    @property
    def legs(self) -> list[str]:
        return [channel.name for channel in self.server.world.exchange.channels.values()]

    @property
    def modes(self) -> list[str]:
        """The simulator's truth: what the supervisor's legs were in."""
        return [row["mode"] for row in self.server.world.joins.rows]


@asynccontextmanager
async def site(
    folder: Path, *, account: Account | None = None, secret: str = SECRET, **switch: Any
) -> AsyncIterator[Site]:
    port = free_port()
    client = WebSocketClient("floorwatch", f"ws://127.0.0.1:{port}/media", password=secret)
    accounts = (account,) if account else DEFAULT_ACCOUNTS
    config: dict[str, Any] = {
        "agents": 4, "supervisors": 3, "scripted": True, "port": 0, "speed": 6.0, "warm_up_s": 0, "accounts": accounts, "dialplan": PLAIN,
        "websocket_clients": (client,),
    }  # fmt: skip
    async with SimulatorServer(SimulatorConfig(**config | switch)) as server:
        settings = Settings(
            data=folder,
            switches={
                "pbx": SwitchSettings(
                    port=server.port,
                    control_username=NAME,
                    control_secret=SecretStr(NAME),
                    websocket_client="floorwatch",
                )
            },
            control=ControlSettings(media_port=port, media_secret=SecretStr(SECRET)),
        )
        with opened(settings.effective_database_url) as engine:
            upgrade(engine)
        yield Site(server, settings)


@in_loop
@pytest.mark.parametrize(
    ("version", "browsers"),
    [("20.10.0", "that needs 20.18"), ("22.10.1", "and sound in browsers"), ("23.4.1", "and sound in browsers")],
)
async def test_each_version_by_phone_and_by_sound(tmp_path: Path, version: str, browsers: str) -> None:
    async with site(tmp_path, asterisk=version, speed=1.0 if "sound" in browsers else 6.0) as at:
        assert await at.run() == 0, at.report
        assert browsers in at.report["switch pbx"][1]
        assert at.modes == MODES
        assert [at.report[mode][0] for mode in [*MODES, "end", "clean-up"]] == ["ok"] * 7
        is_old = version.startswith("20")
        assert await at.run(Asked()) == int(is_old), at.report
        if is_old:
            assert at.wrong() == ["browser"]
            assert "too old" in at.report["browser"][1]
        else:
            assert at.modes == [*MODES, *MODES]
            assert "frames of sound" in at.report["takeover"][1]
            assert "nothing is heard" in at.report["private"][1]
        assert at.legs == []
        assert [line["actor_kind"] for line in at.records()] == ["system"] * (1 if is_old else 2)


FAULTS: list[tuple[str, dict[str, Any], list[str], str]] = [
    ("an extension is missing", {"dialplan": PLAIN.replace("exten => barge,", "exten => barg,")}, ["barge"], "no extension 'barge'"),
    ("the test call is missing", {"dialplan": PLAIN.replace("selftest", "self-test")}, ["test call"], "no extension 'selftest'"),
    ("another group", {"dialplan": KNOWN.replace("SPYGROUP=floor", "SPYGROUP=cards")}, MODES[:4], "is not the SPYGROUP"),
    ("an unknown phone", {"dialplan": GUARDED}, ["listen"], "does not know the phone"),
    ("two backslashes", {"dialplan": PLAIN.replace("\\-", "\\\\-")}, MODES[:4], "takes the dash out"),
]  # fmt: skip


@in_loop
@pytest.mark.parametrize(("dialplan", "wrong", "words"), [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS])
async def test_a_fault_of_the_dialplan(tmp_path: Path, dialplan: dict[str, Any], wrong: list[str], words: str) -> None:
    async with site(tmp_path, **dialplan) as at:
        assert await at.run() == 1
        assert at.wrong() == wrong, at.report
        assert words in at.report[wrong[0]][1]
        assert at.legs == []


def account(*, reads: str = "system call agent user", writes: str = "call agent originate reporting") -> Account:
    return Account(NAME, NAME, frozenset(reads.split()), frozenset(writes.split()))


RIGHTS: list[tuple[Account, str, str]] = [
    (account(writes="call agent reporting"), "rights", "lacks the write class 'originate'"),
    (account(writes="agent originate reporting"), "rights", "lacks the write class 'call'"),
    (account(writes="call agent originate"), "calls", "lacks the write class 'reporting'"),
    (account(reads="system agent user"), "test call", "lacks the read class 'call'"),
]


@in_loop
@pytest.mark.parametrize(("having", "wrong", "words"), RIGHTS)
async def test_a_missing_right(tmp_path: Path, having: Account, wrong: str, words: str) -> None:
    async with site(tmp_path, account=having) as at:
        assert await at.run() == 1
        assert at.wrong() == [wrong], at.report
        assert words in at.report[wrong][1]
        assert (at.modes, at.legs) == ([], [])


@in_loop
async def test_phones_and_sound_that_are_not_reached(tmp_path: Path) -> None:
    async with site(tmp_path, secret="not-ours") as at:
        assert await at.run(Asked(phone="PJSIP/9999")) == 1
        assert "cannot be reached" in at.report["listen"][1]
        assert at.report["whisper, barge, private, takeover"][0] == "note"
        at.server.world.phones.set("8001", "decline", 0)
        assert await at.run() == 1
        assert "declined" in at.report["listen"][1]
        assert await at.run(Asked()) == 1
        assert "could not connect to our sound server" in at.report["listen"][1]
        assert at.legs == []


@in_loop
async def test_without_sound_set_up_or_while_control_has_its_port(tmp_path: Path) -> None:
    async with site(tmp_path) as at:
        whole = at.settings
        at.settings = whole.model_copy(update={"control": ControlSettings()})
        assert await at.run(Asked()) == 1
        assert "--phone" in at.report["browser"][1]
        at.settings = whole.model_copy(
            update={"control": ControlSettings(media_port=at.server.port, media_secret=SecretStr(SECRET))}
        )
        assert await at.run(Asked()) == 1
        assert "stop it for the test" in at.report["browser"][1]
        assert at.modes == []


@in_loop
async def test_calls_that_go_on_are_asked_about_and_left_alone(tmp_path: Path) -> None:
    async with site(tmp_path) as at:
        caller = at.server.world.hands.call(next(iter(at.server.world.queues)))
        at.server.flush()
        assert await at.run() == 1
        assert (at.wrong(), at.records(), at.modes) == (["calls"], [], [])
        assert "--yes" in at.report["calls"][1]
        assert await at.run(replace(BY_PHONE, is_sure=True)) == 0, at.report
        assert at.server.world.exchange.find(caller) is not None
        assert {row["call"] for row in at.server.world.joins.rows} == {None}
        assert len(at.records()) == 1


@in_loop
async def test_without_its_line_there_is_no_call(tmp_path: Path) -> None:
    async with site(tmp_path) as at:
        at.settings = at.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/no/such/folder.sqlite"})
        with pytest.raises(StoreError):
            await at.run()
        assert (at.modes, at.legs) == ([], [])


@pytest.mark.parametrize("page", ["switch-accounts.md", "switch-accounts.zh-CN.md"])
def test_the_guide_names_the_versions_and_the_words(page: str) -> None:
    text = (ASTERISK.parent / page).read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in re.findall(r"^\| 2\d \|.*$", text, re.MULTILINE)]
    firsts = {int(row[0]): re.search(r"\d\d\.\d+", row[2]) for row in rows}
    assert {major: found and found[0] for major, found in firsts.items()} == {
        **{major: f"{major}.{minor}" for major, minor in versions.FIRST.items()},
        21: None,
    }
    assert {int(row[0]): row[3] for row in rows if row[3] in versions.TRIED.values()} == dict(versions.TRIED)
    table = re.findall(r"^\| ([A-Za-z][^|`]*?) \|", text[text.rindex("|---|---|") :], re.MULTILINE)
    said = Path(live_call_words.__file__).read_text(encoding="utf-8") + Path(live_call.__file__).read_text(
        encoding="utf-8"
    )
    parts = [part.strip(" …,") for row in table for part in row.split("…")]
    assert len(table) == 6
    assert [part for part in parts if part and part not in said] == []


def test_what_cannot_be_asked() -> None:
    bare = Settings(switches={"pbx": SwitchSettings()})
    with pytest.raises(SettingsError, match="no account to step in with"):
        examine(bare, Asked(), print)
    with_account = Settings(switches={"pbx": SwitchSettings(control_username=NAME)})
    with pytest.raises(SettingsError, match="one endpoint"):
        examine(with_account, Asked(phone="Local/1@evil&PJSIP/1"), print)
