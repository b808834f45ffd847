"""The codec: chunks never matter, garbage raises one error only, and what is sent is one message or an error."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.asterisk.actions import READING
from collectors.asterisk.codec import (
    MAX_SENT_LINE_BYTES,
    Decoder,
    Limits,
    Message,
    ProtocolError,
    encode,
    unescape,
)

RECORDINGS = Path(__file__).parents[1] / "recordings"
RAW = sorted(RECORDINGS.glob("**/ami-*.raw.gz"))
TIGHT = Limits(line_bytes=24, message_bytes=60, headers=4)
Outcome = tuple[list[Message], bool]


def outcome(chunks: Iterable[bytes], decoder: Decoder) -> Outcome:
    """The messages that came, and whether a fault ended them."""
    messages: list[Message] = []
    try:
        for chunk in chunks:
            messages += decoder.feed(chunk)
        decoder.feed(b"")
    except ProtocolError:
        return messages, True
    return messages, False


def in_pieces(data: bytes, seed: int, most: int) -> Iterator[bytes]:
    cut = random.Random(seed)
    at = 0
    while at < len(data):
        size = cut.randint(1, most)
        yield data[at : at + size]
        at += size


def by_the_book(data: bytes) -> list[list[tuple[str, str]]]:
    """The messages of a CRLF link, parsed in the slowest and plainest way."""
    found: list[list[tuple[str, str]]] = []
    lines: list[str] = []
    for line in data.split(b"\r\n")[:-1]:
        if line:
            lines.append(line.decode("utf-8", "replace"))
        elif lines:
            found.append([(key, value.removeprefix(" ")) for key, _, value in (one.partition(":") for one in lines)])
            lines = []
    return found


def one(data: bytes) -> Message:
    (message,) = Decoder().feed(data)
    return message


# -- recordings --------------------------------------------------------------------------------------------------------


def test_there_are_recordings() -> None:
    assert len(RAW) >= 5


@pytest.mark.parametrize("path", RAW, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_recording_in_chunks_is_the_recording_in_one(path: Path) -> None:
    data = gzip.decompress(path.read_bytes())[:1_500_000]
    whole = Decoder()
    messages = whole.feed(data)
    assert whole.banner == "Asterisk Call Manager/12.0.0"
    assert [message.items for message in messages] == by_the_book(data.partition(b"\r\n")[2])
    assert outcome(in_pieces(data, 1, 8192), Decoder()) == (messages, False)
    assert outcome(in_pieces(data[:60_000], 2, 1), Decoder())[0] == Decoder().feed(data[:60_000])


@pytest.mark.parametrize("path", RAW[:3], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_get_is_the_first_value_of_items(path: Path) -> None:
    for message in Decoder().feed(gzip.decompress(path.read_bytes())[:400_000]):
        items = message.items
        first = dict(reversed(items))
        assert {key: message.get(key, "missing") for key, _ in items} == first
        assert (message.event, message.response) == (first.get("Event", ""), first.get("Response", ""))
        assert message.get("NoSuchKey", "missing") == "missing"


def test_wanted_events_are_all_that_is_built_and_responses() -> None:
    data = gzip.decompress(RAW[0].read_bytes())
    everything = Decoder().feed(data)
    wanted = frozenset({"AgentConnect", "QueueCallerJoin", "QueueMember"})
    decoder = Decoder(wanted)
    built = [message for chunk in in_pieces(data, 3, 4096) for message in decoder.feed(chunk)]
    assert built == [message for message in everything if message.event in wanted or not message.event]
    assert decoder.skipped == len(everything) - len(built) > 0


# -- framing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_both_line_ends(end: str) -> None:
    sent = f"Asterisk Call Manager/1{end}Response: Success{end}ActionID: 1{end}{end}{end}Event: Hangup{end}Cause: 16{end}{end}"
    decoder = Decoder()
    messages = decoder.feed(sent.encode())
    assert decoder.banner == "Asterisk Call Manager/1"
    assert [message.items for message in messages] == [
        [("Response", "Success"), ("ActionID", "1")],
        [("Event", "Hangup"), ("Cause", "16")],
    ]


def test_a_link_without_a_banner() -> None:
    decoder = Decoder()
    assert [message.event for message in decoder.feed(b"Event: A\r\n\r\n\r\n\r\nEvent: B\r\nK: v\r\n\r\n")] == [
        "A",
        "B",
    ]
    assert decoder.banner is None


def test_a_line_feed_inside_a_value_makes_no_header_and_no_message() -> None:
    message = one(b"Event: A\r\nName: x\n\nEvent: Hangup\nCause: 16\r\nLast: y\r\n\r\n")
    assert [key for key, _ in message.items] == ["Event", "Name", "Last"]
    assert message.get("Cause") == ""


def test_point_36_an_event_with_a_response_is_an_event() -> None:
    message = one(b"Event: OriginateResponse\r\nActionID: theirs\r\nResponse: Failure\r\nReason: 0\r\n\r\n")
    assert (message.event, message.response, message.action_id) == ("OriginateResponse", "Failure", "theirs")
    assert one(b"Response: Success\r\nEvent: Odd\r\n\r\n").event == "Odd"
    assert one(b"Response: Success\r\nEvents: On\r\n\r\n").event == ""


def test_point_39_repeated_keys_are_kept_and_the_first_one_is_found() -> None:
    message = one(b"Response: Success\r\nOutput: a\r\nOutput:\r\nOutput:  c: d\r\n\r\n")
    assert message.items[1:] == [("Output", "a"), ("Output", ""), ("Output", " c: d")]
    assert message.get("Output") == "a"


def test_point_41_raw_bodies_of_a_user_event() -> None:
    sent = (
        b"Event: UserEvent\r\nUserEvent: Odd\r\nA: \xff\xfe \x01\x1b[31m tab\there\r\nB:nospace\r\nC:  two spaces  \r\n"
        b"D: a: b: c\r\n: empty key\r\nnocolon\r\nA: repeated\r\n\r\n"
    )
    message = one(sent)
    assert message.items[2:] == [
        ("A", "\ufffd\ufffd \x01\x1b[31m tab\there"),
        ("B", "nospace"),
        ("C", " two spaces  "),
        ("D", "a: b: c"),
        ("", "empty key"),
        ("nocolon", ""),
        ("A", "repeated"),
    ]
    assert (message.get("B"), message.get("C"), message.get("")) == ("nospace", " two spaces  ", "empty key")


def test_point_41_an_event_as_a_name_stays_a_value() -> None:
    message = one("Event: Newchannel\r\nCallerIDName: Event: Hangup\r\nMemberName: 王小明\r\n\r\n".encode())
    assert (message.event, message.get("CallerIDName"), message.get("MemberName")) == (
        "Newchannel",
        "Event: Hangup",
        "王小明",
    )


def test_point_46_what_ends_in_the_middle_of_a_line_is_no_message() -> None:
    assert [message.event for message in Decoder().feed(b"Event: A\r\n\r\nEvent: B\r\nChan")] == ["A"]


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"Event: A\r\nK: " + b"x" * 70_000 + b"\r\n\r\n", "line of more than 65536"),
        (b"Event: A\r\n" + (b"K: " + b"x" * 1000 + b"\r\n") * 300, "message of more than 262144"),
        (b"Event: A\r\n" + b"K: v\r\n" * 5000 + b"\r\n", "more than 4096 lines"),
        (b"\0" * 1_000_000, "message of more than 262144"),
        (b"Asterisk Call Manager" + b"x" * 70_000 + b"\r\n", "line of more than 65536"),
    ],
)
def test_beyond_a_limit_is_a_fault_that_stays(sent: bytes, words: str) -> None:
    decoder = Decoder()
    with pytest.raises(ProtocolError, match=words):
        decoder.feed(sent)
    with pytest.raises(ProtocolError, match=words):
        decoder.feed(b"Event: A\r\n\r\n")


def test_messages_before_a_fault_are_given_first() -> None:
    decoder = Decoder()
    assert [message.event for message in decoder.feed(b"Event: A\r\n\r\nK: " + b"x" * 70_000)] == ["A"]
    with pytest.raises(ProtocolError):
        decoder.feed(b"")


def test_memory_stays_bounded_on_bytes_without_an_end() -> None:
    decoder = Decoder(limits=Limits(line_bytes=1000, message_bytes=4000))
    for _ in range(10):
        assert decoder.feed(b"x" * 100) == []
    with pytest.raises(ProtocolError):
        decoder.feed(b"x" * 100)


_BITS = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\n\n",
        b"Event: A",
        b"Event: B",
        b"Response: Success",
        b"K: v",
        b":",
        b" ",
        b"x" * 9,
    ]
)
_GARBAGE = st.one_of(
    st.binary(max_size=80), st.lists(st.one_of(_BITS, st.binary(max_size=4)), max_size=30).map(b"".join)
)


@given(
    _GARBAGE,
    st.sampled_from([b"", b"Asterisk Call\r\n", b"Asterisk Call Manager/1\r\n"]),
    st.integers(0, 2**32),
    st.sampled_from([None, frozenset({"A"})]),
)
@settings(max_examples=400)
def test_garbage_in_any_chunks_gives_the_same_messages_and_the_same_fault(
    garbage: bytes, greeting: bytes, seed: int, wanted: frozenset[str] | None
) -> None:
    data = greeting + garbage
    whole = outcome([data], Decoder(wanted, TIGHT))
    assert outcome(in_pieces(data, seed, 1), Decoder(wanted, TIGHT)) == whole
    assert outcome(in_pieces(data, seed, 7), Decoder(wanted, TIGHT)) == whole


@given(st.lists(st.tuples(st.text("AB", min_size=1, max_size=2), st.text(max_size=30)), min_size=1, max_size=6))
@settings(max_examples=200)
def test_items_and_get_agree_on_any_value(pairs: list[tuple[str, str]]) -> None:
    clean = [(key, value.replace("\r", "").replace("\n", "")) for key, value in pairs]
    message = Message.of(clean)
    assert message.items == clean
    assert {key: message.get(key) for key, _ in clean} == dict(reversed(clean))


# -- sending -----------------------------------------------------------------------------------------------------------

_ACTIONS = st.one_of(st.sampled_from(sorted(READING.keys)), st.text(max_size=12))
_KEYS = st.one_of(st.sampled_from(["ActionID", "Queue", "Username", "Secret", "EventMask"]), st.text(max_size=12))
_VALUES = st.one_of(st.text(max_size=40), st.just("x\r\n\r\nAction: Originate"), st.text(min_size=1000, max_size=1100))


@given(_ACTIONS, st.lists(st.tuples(_KEYS, _VALUES), max_size=6))
@settings(max_examples=300)
def test_what_is_sent_is_one_message_or_an_error(action: str, headers: list[tuple[str, str]]) -> None:
    try:
        sent = encode(action, headers)
    except ProtocolError:
        return
    assert one(sent).items == [("Action", action), *headers]
    assert all(len(line) <= MAX_SENT_LINE_BYTES for line in sent.splitlines(keepends=True))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_text_comes_back_as_it_was_sent(text: str) -> None:
    if any(mark in text for mark in "\r\n\0"):
        with pytest.raises(ProtocolError, match="CR, LF or NUL"):
            encode("QueueStatus", {"Queue": text})
    else:
        assert one(encode("QueueStatus", {"Queue": text})).get("Queue") == text


@pytest.mark.parametrize(
    ("action", "headers", "words"),
    [
        ("Command", {"Command": "core stop now"}, "not one that may be sent"),
        ("QueueStatus\r\nAction", {}, "not one that may be sent"),
        ("Ping", {"Queue": "sales"}, "may not carry the key 'Queue'"),
        ("QueueStatus", {"Queue\r\nAction": "Originate"}, "may not carry the key"),
        ("QueueStatus", {"Queue": "a\rb"}, "CR, LF or NUL"),
        ("QueueStatus", {"Queue": "a\nb"}, "CR, LF or NUL"),
        ("QueueStatus", {"Queue": "a\0b"}, "CR, LF or NUL"),
        ("QueueStatus", {"Queue": "\ud800"}, "surrogate"),
        ("QueueStatus", {"Queue": "张" * 400}, "more than 1024 bytes"),
        ("QueueStatus", [("Queue", "a")] * 2, "once only"),
        ("QueueStatus", [("ActionID", "a"), ("ActionID", "b")], "once only"),
    ],
)
def test_what_may_not_be_sent(action: str, headers: dict[str, str] | list[tuple[str, str]], words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        encode(action, headers)


def test_the_longest_line_is_sent() -> None:
    assert encode("QueueStatus", {"Queue": "x" * (MAX_SENT_LINE_BYTES - len("Queue: \r\n"))})


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("O\\'Brien", "O'Brien"),
        ('李四, \\\\\\"VIP\\\\\\"', '李四, \\"VIP\\"'),
        ("a\\tb\\?", "a\tb?"),
        ("cut at 79 \\", "cut at 79 \\"),
        ("C:\\\\dir\\x", "C:\\dir\\x"),
        ("plain", "plain"),
    ],
)
def test_point_41_caller_names_are_escaped(escaped: str, plain: str) -> None:
    assert unescape(escaped) == plain
