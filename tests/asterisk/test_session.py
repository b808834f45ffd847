"""One life of a link, over real sockets: how it begins, what it hears, and each way in which it ends."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from collectors.asterisk.codec import Message
from collectors.asterisk.login import LinkConfig, open_link
from collectors.asterisk.session import Pace, Session
from collectors.events import LINK_REASONS
from collectors.link import (
    ActionRefused,
    Closed,
    Heard,
    LinkError,
    LoginFailed,
    NotASwitch,
    NoTrust,
    Refused,
    RingDropped,
    Silent,
    SwitchStopped,
    Unreachable,
)
from tests.asterisk.loop import ManualClock, in_loop, until
from tests.asterisk.scripted import BANNER, SECRET, Peer, ScriptedSwitch, listing, message, refusal, scripted
from tests.patience import HANG_S


def to(switch: ScriptedSwitch, **changes: object) -> LinkConfig:
    values: dict[str, object] = {"name": "pbx", "port": switch.port, "username": "sup", "secret": SECRET} | changes
    return LinkConfig(**values)  # type: ignore[arg-type]


def events(heard: list[Heard[Message]]) -> list[str]:
    return [one.event for chunk in heard for one in chunk.messages]


async def hear(session: Session, count: int) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        names += events(await session.heard())
    return names


async def end_of(session: Session) -> LinkError:
    try:
        while True:
            await session.heard()
    except LinkError as error:
        return error


# -- beginning ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["md5", "plain"])
@in_loop
async def test_login(way: str) -> None:
    async with scripted() as switch, open_link(to(switch, login=way), ManualClock(), None) as session:
        assert session.decoder.banner == "Asterisk Call Manager/12.0.0"
        await until(lambda: "Ping" in switch.peer.actions)
        assert switch.peer.actions[-3:] == ["Login", "Events", "Ping"]
        assert (switch.peer.asked[-3].get("Secret") == SECRET) == (way == "plain")
        assert switch.peer.asked[-2].get("EventMask") == "system,call,agent,user"


@in_loop
async def test_point_42_a_wrong_password_is_a_failed_login() -> None:
    async with scripted() as switch:
        with pytest.raises(
            LoginFailed, match=r"'pbx' at 127\.0\.0\.1:\d+ refused the login of 'sup' \(Authentication failed\)"
        ):
            async with open_link(to(switch, secret="wrong"), ManualClock(), None):
                pass
        await until(lambda: switch.peer.is_over)


@in_loop
async def test_point_43_there_is_no_wait_for_fully_booted() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        assert (await session.ask("CoreStatus")).get("CoreStartupTime") == "18:39:53"


@in_loop
async def test_nothing_listens() -> None:
    async with scripted() as switch:
        config = to(switch)
    with pytest.raises(Refused, match="refuses connections"):
        async with open_link(config, ManualClock(), None):
            pass


@in_loop
async def test_no_such_host() -> None:
    with pytest.raises(Unreachable, match="no such host name"):
        async with open_link(LinkConfig("pbx", host="no-such-host.invalid"), ManualClock(), None):
            pass


@in_loop
async def test_closed_at_once() -> None:
    async def turn_away(_: Peer) -> bool:
        return False

    async with scripted(greet=turn_away) as switch:
        with pytest.raises(Closed, match="before its greeting: look at permit, deny"):
            async with open_link(to(switch), ManualClock(), None):
                pass


@in_loop
async def test_something_else_answers() -> None:
    async def greet_as_ssh(peer: Peer) -> bool:
        peer.push(b"SSH-2.0-OpenSSH_9.9\r\n")
        return True

    async with scripted(greet=greet_as_ssh) as switch:
        with pytest.raises(NotASwitch, match="no Asterisk manager interface: check host and port"):
            async with open_link(to(switch), ManualClock(), None):
                pass


@in_loop
async def test_a_switch_that_never_answers_the_login() -> None:
    async with scripted() as switch:
        del switch.answers["Login"]
        with pytest.raises(Silent, match="did not finish the login"):
            async with open_link(to(switch, open_s=0.05), ManualClock(), None):
                pass
        await until(lambda: switch.peer.is_over)


@in_loop
async def test_a_switch_that_says_nothing() -> None:
    async def stare(_: Peer) -> bool:
        return True

    async with scripted(greet=stare) as switch:
        with pytest.raises(Silent, match="took the connection but"):
            async with open_link(to(switch, open_s=0.05), ManualClock(), None):
                pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `pbx.test` and its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate for a TLS server can be made")
    folder = tmp_path_factory.mktemp("tls")
    key, file = folder / "key.pem", folder / "both.pem"
    subject = ["-subj", "/CN=pbx.test", "-addext", "subjectAltName=DNS:pbx.test", "-days", "2", "-nodes"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command = [openssl, "req", "-x509", *curve, *subject, "-keyout", str(key), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


@in_loop
async def test_tls_verifies_the_certificate(certificate: Path) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(certificate)
    async with scripted(trust=trust) as switch:
        good = {"tls": True, "tls_ca": str(certificate), "tls_server_name": "pbx.test"}
        async with open_link(to(switch, **good), ManualClock(), None) as session:
            assert (await session.ask("CoreStatus")).response == "Success"
        for wrong, words in (
            (good | {"tls_ca": ""}, "not trusted"),
            (good | {"tls_server_name": "other.test"}, "not trusted"),
            (good | {"tls_ca": "/no/such/file.pem"}, "cannot be used"),
        ):
            with pytest.raises(NoTrust, match=words):
                async with open_link(to(switch, **wrong), ManualClock(), None):
                    pass
        async with open_link(to(switch, tls=True, tls_verify=False), ManualClock(), None) as session:
            assert (await session.ask("CoreStatus")).response == "Success"


@in_loop
async def test_tls_to_a_plain_port() -> None:
    async with scripted() as switch:
        with pytest.raises(NoTrust, match="does not speak TLS"):
            async with open_link(to(switch, tls=True), ManualClock(), None):
                pass


# -- living ------------------------------------------------------------------------------------------------------------


@in_loop
async def test_live_events_and_a_list_between_them() -> None:
    item = (("Event", "QueueParams"), ("Queue", "sales"))
    join, leave = message(("Event", "QueueCallerJoin")), message(("Event", "QueueCallerLeave"))
    async with (
        scripted({"QueueStatus": lambda asked: join + listing(asked, "QueueStatusComplete", item) + leave}) as switch,
        open_link(to(switch), ManualClock(), None) as session,
    ):
        items = await session.ask_list("QueueStatus")
        assert [one.get("Queue") for one in items] == ["sales"]
        assert events(session.drain()) == ["QueueCallerJoin", "QueueCallerLeave"]


@in_loop
async def test_unwanted_events_are_not_heard() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), frozenset({"Hangup"})) as session:
        switch.peer.push(message(("Event", "VarSet")) + message(("Event", "Hangup")) + message(("Event", "CEL")))
        assert await hear(session, 1) == ["Hangup"]
        assert session.decoder.skipped == 2


@in_loop
async def test_a_refused_action_does_not_end_the_life() -> None:
    async with scripted({"CoreShowChannels": refusal}) as switch, open_link(to(switch), ManualClock(), None) as session:
        with pytest.raises(ActionRefused, match="refused CoreShowChannels: Permission denied"):
            await session.ask_list("CoreShowChannels")
        assert (await session.ask("CoreStatus")).response == "Success"


@in_loop
async def test_a_pong_tells_the_skew_and_the_way_there() -> None:
    clock = ManualClock(1_795_286_400_000)
    async with scripted() as switch, open_link(to(switch), clock, None) as session:
        (heard,) = await session.heard()
        assert heard.alive is not None
        assert (heard.alive.skew_ms, heard.alive.round_trip_ms) == (250, 0)


@pytest.mark.parametrize("timestamp", ["", "soon", "inf", "nan"])
@in_loop
async def test_a_pong_without_a_usable_time_has_no_skew(timestamp: str) -> None:
    def answer(asked: object) -> bytes:
        return message(("Response", "Success"), ("ActionID", asked.action_id), ("Timestamp", timestamp))  # type: ignore[attr-defined]

    async with scripted({"Ping": answer}) as switch, open_link(to(switch), ManualClock(), None) as session:
        (heard,) = await session.heard()
        assert heard.alive is not None
        assert heard.alive.skew_ms is None


@in_loop
async def test_a_ring_that_overflows_is_dropped_told_once_and_the_life_goes_on() -> None:
    clock = ManualClock()
    pace = Pace(ring_messages=100)
    async with scripted() as switch, open_link(to(switch, pace=pace), clock, None) as session:
        await session.heard()
        switch.peer.push(message(("Event", "Hangup")) * 1000)
        await until(lambda: session.messages_read > 1000)
        with pytest.raises(RingDropped) as dropped:
            await session.heard()
        assert dropped.value.count + session._ring_size == 1000
        assert dropped.value.since_ms == clock.now_ms()
        session.drain()
        switch.peer.push(message(("Event", "AgentConnect")))
        assert await hear(session, 1) == ["AgentConnect"]
        assert session.dropped == dropped.value.count


@in_loop
async def test_a_listener_that_sleeps_does_not_stop_the_reading() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        switch.peer.push(message(("Event", "Hangup"), ("Channel", "x" * 500)) * 20_000)
        await asyncio.wait_for(switch.peer.writer.drain(), HANG_S)
        await until(lambda: session.messages_read > 20_000)


# -- ending ------------------------------------------------------------------------------------------------------------


@in_loop
async def test_three_unanswered_pings_are_death_within_eight_seconds() -> None:
    clock = ManualClock()
    async with scripted() as switch, open_link(to(switch), clock, None) as session:
        await session.heard()
        del switch.answers["Ping"], switch.answers["CoreStatus"]
        question = asyncio.create_task(session.ask("CoreStatus"))
        died = asyncio.create_task(end_of(session))
        started_ms = clock.now_ms()
        while not died.done() and clock.now_ms() < started_ms + 60_000:
            await clock.advance(0.5)
            await asyncio.sleep(0.005)
        assert clock.now_ms() - started_ms <= 8000
        error = await died
        assert isinstance(error, Silent)
        assert "did not answer 3 pings" in str(error)
        with pytest.raises(Silent):
            await question
        await until(lambda: switch.peer.is_over)


@in_loop
async def test_any_byte_is_a_sign_of_life() -> None:
    clock = ManualClock()
    async with scripted() as switch, open_link(to(switch), clock, None) as session:
        del switch.answers["Ping"]
        for _ in range(10):
            switch.peer.push(message(("Event", "Hangup")))
            assert await hear(session, 1) == ["Hangup"]
            await clock.advance(2)


@in_loop
async def test_a_question_has_a_deadline() -> None:
    clock = ManualClock()
    async with scripted() as switch, open_link(to(switch, pace=Pace(list_s=5)), clock, None) as session:
        del switch.answers["QueueStatus"]
        question = asyncio.create_task(session.ask_list("QueueStatus"))
        await until(lambda: "QueueStatus" in switch.peer.actions)
        for _ in range(3):
            await clock.advance(2)
            await session.heard()
        with pytest.raises(Silent, match="did not finish its answer to QueueStatus"):
            await question


@in_loop
async def test_what_was_heard_before_the_end_is_given_first() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        await session.heard()
        switch.peer.push(message(("Event", "Hangup")) + b"Event: Hang")
        switch.peer.close()
        assert await hear(session, 1) == ["Hangup"]
        assert isinstance(await end_of(session), Closed)
        with pytest.raises(Closed):
            await session.ask("Ping")


@in_loop
async def test_point_7_a_clean_stop_is_told_from_a_break() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        switch.peer.push(message(("Event", "Shutdown"), ("Shutdown", "Cleanly"), ("Restart", "False")))
        await hear(session, 1)
        switch.peer.close()
        assert isinstance(await end_of(session), SwitchStopped)


@in_loop
async def test_a_reset_is_a_closed_link() -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        await session.heard()
        switch.peer.reset()
        assert isinstance(await end_of(session), Closed)


@pytest.mark.parametrize(
    "garbage",
    [b"x" * 100_000, b"Event: A\r\nK: " + b"x" * 1_000_000, bytes(range(256)) * 2000],
    ids=["no-end", "huge", "binary"],
)
@in_loop
async def test_garbage_ends_the_life_with_one_error(garbage: bytes) -> None:
    async with scripted() as switch, open_link(to(switch), ManualClock(), None) as session:
        await session.heard()
        switch.peer.push(message(("Event", "Hangup")) + garbage)
        assert await hear(session, 1) == ["Hangup"]
        assert isinstance(await end_of(session), NotASwitch)
        await until(lambda: switch.peer.is_over)


@in_loop
async def test_bytes_one_by_one() -> None:
    async def drip(peer: Peer) -> bool:
        for byte in BANNER:
            peer.push(bytes([byte]))
            await peer.writer.drain()
        return True

    async with scripted(greet=drip) as switch, open_link(to(switch), ManualClock(), None) as session:
        for byte in message(("Event", "Hangup"), ("Cause", "16")):
            switch.peer.push(bytes([byte]))
            await switch.peer.writer.drain()
        assert await hear(session, 1) == ["Hangup"]


def test_every_end_has_a_word_that_screens_know() -> None:
    def all_of(kind: type[LinkError]) -> list[type[LinkError]]:
        return [kind, *(found for below in kind.__subclasses__() for found in all_of(below))]

    assert {kind.reason for kind in all_of(LinkError)} <= set(LINK_REASONS)
