"""What control may send: one action each, the one that was meant, whatever text people and switches put into its fields."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.asterisk.codec import MAX_SENT_HEADERS, Decoder, ProtocolError, encode
from collectors.asterisk.control_actions import CONTEXTS, CONTROL

Headers = list[tuple[str, str]]

ORIGINATE: Headers = [
    ("Channel", "PJSIP/2001"), ("Context", "floorwatch-monitor"), ("Exten", "listen"), ("Priority", "1"),
    ("Async", "true"), ("Timeout", "8000"), ("ChannelId", "fw-0123456789abcdef"),
]  # fmt: skip
GOOD: dict[str, list[Headers]] = {
    "Originate": [
        [*ORIGINATE, ("CallerID", '"Floorwatch" <2001>'), ("Variable", "FW_TARGET=bj-pbx1-1795290601.1")],
        [*ORIGINATE, ("Variable", r"PJSIP_HEADER(add,Call-Info)=<sip:localhost>\;answer-after=0")],
        [("Channel", "WebSocket/floorwatch/c(slin16)f(json)v(sid=0123456789abcdef)d(in)"), *ORIGINATE[1:]],
    ],
    "Redirect": [
        [("Channel", "fw-0123456789abcdef"), ("Context", context), ("Exten", exten), ("Priority", "1")]
        for context, exten in zip(CONTEXTS, ("private", "sales", "客服", "phone"), strict=True)
    ],
    "Hangup": [[("Channel", "1795290601.1"), ("Cause", "16")]],
    "Setvar": [
        [("Channel", "1795290601.1"), ("Variable", "FW_QUEUE"), ("Value", "客服")],
        [("Channel", "1795290601.1"), ("Variable", "FW_PHONE"), ("Value", "PJSIP/2001")],
    ],
    "QueuePause": [
        [("Interface", "Local/1005@agents/n"), ("Paused", "true"), ("Reason", "Supervisor: see me")],
        [("Interface", "PJSIP/1001"), ("Paused", "false"), ("Queue", "vip")],
    ],
    "QueueAdd": [[("Queue", "sales"), ("Interface", "PJSIP/1008"), ("MemberName", "张伟 O'Brien"), ("Penalty", "0")]],
    "QueueRemove": [[("Queue", "sales"), ("Interface", "PJSIP/1008")]],
    "QueuePenalty": [[("Queue", "sales"), ("Interface", "PJSIP/1008"), ("Penalty", "3")]],
}  # fmt: skip
HOSTILE = (
    "\r\n\r\nAction: Originate\r\nChannel: Local/1@x", "\nVariable: A=b", "\0", ",uqEB", "1,FW_TARGET=2", "/.*/", "a&PJSIP/2002",
    "${SHELL(id)}", "DB(fw/x)=1", "FW_TARGET=1,uqw", "listen,1", "PJSIP/trunk/sip:x@y", "true\r", " ", "q|r", 'x"y', "2;3", "sales^2",
    "SPYGROUP= ", "FW_TARGET= ", "fw-1\u2028",
)  # fmt: skip
"""Each holds what no id, word or number of a switch holds."""


def sent_as(action: str, headers: Headers) -> list[list[tuple[str, str]]]:
    return [message.items for message in Decoder().feed(encode(action, headers, CONTROL))]


def test_there_is_an_example_of_each_action() -> None:
    assert set(GOOD) == set(CONTROL.needed)


@pytest.mark.parametrize(("action", "headers"), [(action, one) for action, all_ in GOOD.items() for one in all_])
def test_what_is_meant_is_sent_as_it_is(action: str, headers: Headers) -> None:
    assert sent_as(action, headers) == [[("Action", action), *headers]]


@pytest.mark.parametrize("action", sorted(GOOD))
def test_what_would_mean_something_wider_is_not_sent(action: str) -> None:
    for key in CONTROL.needed[action]:
        with pytest.raises(ProtocolError, match=re.escape(f"without the key '{key}'")):
            encode(action, [pair for pair in GOOD[action][0] if pair[0] != key], CONTROL)


@pytest.mark.parametrize(
    "action", ["Command", "Bridge", "ModuleLoad", "DBPut", "UpdateConfig", "QueueReset", "Atxfer", "originate"]
)
def test_there_is_no_such_action(action: str) -> None:
    assert action not in CONTROL.keys
    with pytest.raises(ProtocolError, match="not one that may be sent"):
        encode(action, {}, CONTROL)


@pytest.mark.parametrize(
    "key", ["Application", "Data", "ExtraChannel", "Codecs", "EarlyMedia", "OtherChannelId", "Account"]
)
def test_an_originate_has_a_context_and_no_application(key: str) -> None:
    with pytest.raises(ProtocolError, match="may not carry"):
        encode("Originate", [*ORIGINATE, (key, "ChanSpy")], CONTROL)


WORDS = ("Reason", "MemberName", "CallerID", "Queue")
"""Keys with text of people, or ids that a switch may choose freely."""


@pytest.mark.parametrize(("action", "headers"), [(action, all_[0]) for action, all_ in GOOD.items()])
def test_hostile_text_in_any_field_is_refused_or_stays_its_text(action: str, headers: Headers) -> None:
    for place, (key, right) in enumerate(headers):
        for text in (*HOSTILE, *(right + one for one in HOSTILE), *(one + right for one in HOSTILE)):
            tried = [*headers[:place], (key, text), *headers[place + 1 :]]
            try:
                sent = sent_as(action, tried)
            except ProtocolError:
                continue
            assert sent == [[("Action", action), *tried]]
            assert key in WORDS, (action, key, text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Channel", "Local/1@from-internal"),
        ("Channel", "PJSIP/2001@trunk"),
        ("Channel", "Message/ast_msg_queue"),
        ("Context", "from-internal"),
        ("Context", "floorwatch-monitor-2"),
        ("Async", "false"),
        ("Timeout", "0"),
        ("Timeout", "1\u0661\u0661\u0661"),
        ("ChannelId", "1795290601.1"),
    ],
)
def test_an_originate_rings_one_phone_into_one_of_our_contexts(key: str, value: str) -> None:
    with pytest.raises(ProtocolError, match=f"The value of {key}"):
        encode("Originate", [(k, value if k == key else v) for k, v in ORIGINATE], CONTROL)


TEXT = st.one_of(
    st.text(max_size=40),
    st.sampled_from(HOSTILE),
    st.builds("{}{}".format, st.text(max_size=5), st.sampled_from(HOSTILE)),
)


@given(st.sampled_from(sorted(CONTROL.keys)), st.data())
@settings(max_examples=100)
def test_no_text_makes_a_second_or_another_action(action: str, data: st.DataObject) -> None:
    keys = st.sampled_from([*sorted(CONTROL.keys[action]), "ActionID", "Variable"])
    headers = data.draw(st.lists(st.tuples(st.one_of(keys, TEXT), TEXT), max_size=8))
    for good in GOOD.get(action, [[]]):
        tried = [*good, *headers]
        try:
            sent = sent_as(action, tried)
        except ProtocolError:
            continue
        assert sent == [[("Action", action), *tried]]
        assert {key for key, _ in tried} <= CONTROL.keys[action] | {"ActionID"}


@given(TEXT)
@settings(max_examples=100)
def test_a_variable_line_sets_one_variable_of_ours(text: str) -> None:
    for line in (text, f"FW_TARGET={text}", f"FW_CALLER={text}", f"FW_QUEUE={text}"):
        try:
            encode("Originate", [*ORIGINATE, ("Variable", line)], CONTROL)
        except ProtocolError:
            continue
        assert line.startswith(("FW_", "PJSIP_HEADER(add,"))
        assert "," not in line.removeprefix("PJSIP_HEADER(add,")
        assert not set("\r\n&|$^") & set(line)


def test_a_line_for_each_variable_and_not_too_many() -> None:
    lines = [("Variable", f"FW_TARGET={n}.1") for n in range(MAX_SENT_HEADERS)]
    most = MAX_SENT_HEADERS - len(ORIGINATE) - 1
    assert encode("Originate", [*ORIGINATE, *lines[:most]], CONTROL).count(b"Variable: ") == most
    with pytest.raises(ProtocolError, match="more than 128 headers"):
        encode("Originate", [*ORIGINATE, *lines], CONTROL)
    with pytest.raises(ProtocolError, match="once only"):
        encode("Hangup", [("Channel", "1.1"), ("Channel", "1.2")], CONTROL)
