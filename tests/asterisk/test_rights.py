"""What an account may do, from the recorded words of a real switch and on a scripted one."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.asterisk.codec import Decoder, Message
from collectors.asterisk.login import LinkConfig
from collectors.asterisk.rights import (
    COLLECTOR,
    CONTROL,
    Account,
    Rights,
    classes_of,
    classes_of_commands,
    examine,
    missing_reads,
)
from collectors.link import LoginFailed
from tests.asterisk.loop import in_loop
from tests.asterisk.scripted import SECRET, Answer, ScriptedSwitch, listing, login, message, refusal, reply, scripted

RECORDINGS = Path(__file__).parents[1] / "recordings"


def messages(recording: str) -> list[Message]:
    return Decoder().feed(gzip.decompress((RECORDINGS / recording / "ami-1.raw.gz").read_bytes()))


def commands(recording: str) -> Message:
    """The recorded reply to ListCommands."""
    return next(one for one in messages(recording) if not one.event and one.get("CoreShowChannels"))


def commands_answer(recording: str) -> Answer:
    pairs = [pair for pair in commands(recording).items if pair[0] not in {"Response", "ActionID"}]
    return lambda asked: reply(asked, *pairs)


def test_the_write_classes_of_recorded_accounts() -> None:
    everything = classes_of_commands(commands("small"))
    assert {"command", "originate", "system", "config", "agent", "user", "reporting", "call"} <= everything
    assert classes_of_commands(commands("normal/readonly-account")) == {"call", "agent", "reporting"}


def test_the_read_classes_of_recorded_accounts() -> None:
    everything = classes_of(messages("normal"))
    assert {"system", "call", "agent", "user", "dialplan", "cdr"} <= everything
    assert classes_of(messages("normal/readonly-account")) == {"call", "agent", "reporting", "user"}


def test_a_class_is_missing_only_where_lists_changed_and_nothing_was_heard() -> None:
    def channel(call: str) -> Message:
        return Message.of({"Event": "CoreShowChannel", "Uniqueid": call, "Duration": "00:00:01"})

    def entry(call: str) -> Message:
        return Message.of({"Event": "QueueEntry", "Queue": "sales", "Uniqueid": call, "Wait": "3"})

    nothing = frozenset[str]()
    assert missing_reads([channel("1")], [channel("1")], nothing) == nothing
    assert missing_reads([channel("1")], [channel("2")], nothing) == {"call"}
    assert missing_reads([channel("1")], [channel("2")], frozenset({"call"})) == nothing
    assert missing_reads([entry("1")], [channel("2")], nothing) == {"call", "agent"}
    assert missing_reads([entry("1")], [entry("1")], nothing) == nothing


def and_then(answer: Answer, *events: tuple[tuple[str, str], ...]) -> Answer:
    return lambda asked: answer(asked) + b"".join(message(*event) for event in events)


FULLY_BOOTED = (("Event", "FullyBooted"), ("Privilege", "system,all"))
HANGUP = (("Event", "Hangup"), ("Privilege", "call,all"))
JOIN = (("Event", "QueueCallerJoin"), ("Privilege", "agent,all"))
SAID = (("Event", "UserEvent"), ("Privilege", "user,all"))


async def examined(switch: ScriptedSwitch, account: Account = COLLECTOR, **answers: Answer) -> Rights:
    settings: dict[str, Answer] = {
        "CoreSettings": lambda asked: reply(asked, ("AsteriskVersion", "23.4.1")),
        "ListCommands": commands_answer("normal/readonly-account"),
        **answers,
    }
    switch.answers |= settings
    link = LinkConfig("pbx", port=switch.port, username="sup", secret=SECRET)
    return await examine(link, account, watch_s=0, clock=QuickClock())


class QuickClock:
    """Waits are turns of the loop."""

    def now_ms(self) -> int:
        return 1_795_286_400_000

    def monotonic_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


@in_loop
async def test_an_account_as_it_should_be() -> None:
    only_reporting: Answer = lambda asked: reply(  # noqa: E731 — a table row
        asked, ("CoreShowChannels", " (Priv: system,reporting,all)"), ("ConfbridgeList", " (Priv: reporting,all)")
    )
    async with scripted() as switch:
        found = await examined(
            switch, Login=and_then(login, FULLY_BOOTED, HANGUP, JOIN, SAID), ListCommands=only_reporting
        )
    assert (found.lacking, found.too_many, found.unseen) == ([], [], frozenset())
    assert found.summary == "Asterisk 23.4.1, logged in as sup; reads agent, call, system, user"
    assert "Events" in switch.peer.actions


@in_loop
async def test_too_many_rights_and_a_missing_class_in_words() -> None:
    async with scripted() as switch:
        found = await examined(switch, Login=and_then(login, HANGUP))
    (words,) = found.lacking
    assert words.startswith(
        "the account 'sup' lacks the read class 'system': reloads and stops of the switch are not seen"
    )
    assert words.endswith("Add it to 'read' in its manager.conf.")
    assert found.too_many == [
        "the account 'sup' may write agent, call: the collector only reads. Leave 'write = reporting'."
    ]
    assert found.unseen == {"agent", "user"}
    assert "nothing heard yet of agent, user (quiet, or missing)" in found.summary


@in_loop
async def test_a_missing_agent_class_is_proven_by_two_lists() -> None:
    def changing() -> Callable[[Message], bytes]:
        calls = iter(range(10))

        def answer(asked: Message) -> bytes:
            item = (("Event", "QueueEntry"), ("Queue", "sales"), ("Uniqueid", str(next(calls))))
            return listing(asked, "QueueStatusComplete", item)

        return answer

    async with scripted() as switch:
        found = await examined(switch, Login=and_then(login, FULLY_BOOTED), QueueStatus=changing())
        assert any("lacks the read class 'agent': queues are not seen at all" in words for words in found.lacking)
        found = await examined(switch, Login=and_then(login, FULLY_BOOTED, JOIN), QueueStatus=changing())
        assert found.lacking == []


@in_loop
async def test_a_missing_write_class_in_words() -> None:
    async with scripted() as switch:
        found = await examined(
            switch,
            Login=and_then(login, FULLY_BOOTED),
            CoreSettings=refusal,
            CoreShowChannels=refusal,
            ListCommands=lambda asked: reply(asked, ("Ping", " (Priv: <none>)")),
        )
    assert found.lacking == [
        "the account 'sup' lacks the write class 'reporting': calls cannot be listed. Add it to 'write'."
    ]
    assert found.too_many == []
    assert "Asterisk of unknown version" in found.summary


@in_loop
async def test_a_switch_that_does_not_list_its_commands() -> None:
    async with scripted() as switch:
        found = await examined(switch, Login=and_then(login, FULLY_BOOTED), ListCommands=refusal)
    assert (found.writes, found.lacking, found.too_many) == (None, [], [])
    assert "what it may write cannot be told" in found.summary


def may_write(*classes: str) -> Answer:
    """ListCommands of an account with these classes, by actions of a real switch that need one class only."""
    proof = {
        "call": "Redirect", "agent": "QueuePause", "originate": "Originate", "reporting": "ConfbridgeList",
        "command": "Command", "system": "DBPut",
    }  # fmt: skip
    return lambda asked: reply(asked, *((proof[name], f" (Priv: {name},all)") for name in classes))


HEARS_ALL = and_then(login, FULLY_BOOTED, HANGUP, JOIN, SAID)


@in_loop
async def test_the_control_account_as_it_should_be() -> None:
    async with scripted() as switch:
        writes = may_write("call", "agent", "originate", "reporting")
        found = await examined(switch, CONTROL, Login=HEARS_ALL, ListCommands=writes)
        assert (found.lacking, found.too_many, found.unseen) == ([], [], frozenset())
        asked = set(switch.peer.actions)
    assert asked <= {
        "Challenge",
        "Login",
        "Events",
        "Ping",
        "CoreSettings",
        "ListCommands",
        "QueueStatus",
        "CoreShowChannels",
    }


@in_loop
async def test_a_control_account_that_lacks_what_it_is_for() -> None:
    async with scripted() as switch:
        found = await examined(switch, CONTROL, Login=HEARS_ALL, ListCommands=may_write("agent", "reporting"))
    assert found.lacking == [
        (
            "the account 'sup' lacks the write class 'call': modes cannot be changed, calls not taken over, moved or ended. "
            "Add it to 'write'."
        ),
        "the account 'sup' lacks the write class 'originate': supervisors cannot be called. Add it to 'write'.",
    ]
    assert found.too_many == []


@in_loop
async def test_a_control_account_that_may_do_more() -> None:
    async with scripted() as switch:
        writes = may_write("call", "agent", "originate", "reporting", "command", "system")
        found = await examined(switch, CONTROL, Login=HEARS_ALL, ListCommands=writes)
    assert found.lacking == []
    (words,) = found.too_many
    assert words.startswith("the account 'sup' may write command, system: stepping into calls needs no more")
    assert words.endswith("Leave 'write = agent,call,originate,reporting'.")


@in_loop
async def test_a_control_account_that_hears_nothing_of_calls() -> None:
    async with scripted() as switch:
        found = await examined(
            switch, CONTROL, Login=and_then(login, HANGUP), ListCommands=refusal, CoreShowChannels=refusal
        )
    assert [words.partition(": ")[0] for words in found.lacking] == [
        "the account 'sup' lacks the read class 'system'", "the account 'sup' lacks the write class 'reporting'",
    ]  # fmt: skip


@in_loop
async def test_no_login_no_examination() -> None:
    async with scripted({"Login": refusal}) as switch:
        with pytest.raises(LoginFailed):
            await examine(LinkConfig("pbx", port=switch.port, username="sup"), watch_s=0)
