"""What screens may say, and what frames look like on the wire."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import frames, said
from dashboard.live.frames import LinkLine, Refused
from dashboard.live.said import Ack, Hello
from dashboard.live.values import LongestWaitValue, Number, Row, Rows, RowsPatch, View, WaitingLine
from dashboard.supervision.reasons import Reason


def test_hello_and_ack() -> None:
    assert said.read('{"board":"default","seq":0}') == Hello("default")
    assert said.read('{"board":"default","seq":7,"gzip":true}') == Hello("default", 7, gzip=True)
    assert said.read('{"ack":123}') == Ack(123)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00\x01", 1003),
        ("", 1007),
        ("{", 1007),
        ("nonsense", 1007),
        ("[" * 1000, 1008),
        ("[]", 1008),
        ("{}", 1008),
        ('{"board":7}', 1008),
        ('{"board":"default","seq":"x"}', 1008),
        ('{"ack":null}', 1008),
        ('{"ack":1e99}', 1008),
        ('{"board":"' + "x" * 71 + '"}', 1008),
    ],
)
def test_hostile_frames_are_refused_with_a_code_and_a_sentence(message: str | bytes, code: int) -> None:
    with pytest.raises(Refused) as refused:
        said.read(message)
    assert refused.value.code == code
    assert len(refused.value.reason.encode()) <= 123


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_garbage_is_a_frame_or_refused(message: str | bytes) -> None:
    codes = set()
    try:
        said.read(message)
    except Refused as refused:
        codes.add(refused.code)
    assert codes <= {1003, 1007, 1008}


def test_a_snapshot_on_the_wire() -> None:
    line = WaitingLine("pbx1/b/c/1", "sales", "138****5678", 5, ringing=True, level="red")
    view: View = {"n": Number(3, "ok", 5), "l": Rows[Row]([line]), "w": LongestWaitValue(None, None, "none", 120)}
    frame = frames.snapshot(
        board="default",
        release="0.1.0",
        revision=3,
        seq=4,
        at_ms=9,
        position="9-0",
        view=view,
        names={"site": "main"},
        links=[LinkLine("pbx1", "live", 8, 1, None, None)],
    )
    assert msgspec.json.decode(frame) == {
        "t": "snapshot",
        "board": "default",
        "release": "0.1.0",
        "revision": 3,
        "seq": 4,
        "at": 9,
        "position": "9-0",
        "view": {
            "n": {"v": 3, "level": "ok", "target": 5, "gap_s": 0, "window_s": 0},
            "l": {
                "rows": [
                    {
                        "id": "pbx1/b/c/1",
                        "queue": "sales",
                        "number": "138****5678",
                        "since": 5,
                        "ringing": True,
                        "level": "red",
                    }
                ]
            },
            "w": {
                "since": None,
                "queue": None,
                "level": "none",
                "target": 120,
                "gap_s": 0,
                "window_s": 0,
                "level_at": None,
            },
        },
        "names": {"site": "main"},
        "links": [{"switch": "pbx1", "state": "live", "alive_at": 8, "since": 1, "reason": None, "skew_ms": None}],
    }


def test_a_patch_a_beat_and_an_error_on_the_wire() -> None:
    patch = frames.patch(seq=5, at_ms=9, position="9-0", changes={"l": RowsPatch(gone=["a"])})
    assert msgspec.json.decode(patch) == {
        "t": "patch", "seq": 5, "at": 9, "position": "9-0", "view": {"l": {"del": ["a"]}},
    }  # fmt: skip
    beat = frames.beat(at_ms=9, release="r", links=[LinkLine("pbx1", "lost", 5, 6, "timeout", None)], lag_ms=3)
    assert msgspec.json.decode(beat) == {
        "t": "beat",
        "at": 9,
        "release": "r",
        "links": [{"switch": "pbx1", "state": "lost", "alive_at": 5, "since": 6, "reason": "timeout", "skew_ms": None}],
        "lag_ms": 3,
    }
    assert msgspec.json.decode(frames.error("starting", 9)) == {"t": "error", "code": "starting", "at": 9}


def test_what_people_ask_for() -> None:
    wish = '{"command":{"ref":3,"kind":"monitor.start","agent":"PJSIP/1001","visit":"pbx1/b/c/1","mode":"listen"}}'
    assert said.read(wish) == said.Command(said.Wish(3, "monitor.start", "PJSIP/1001", "pbx1/b/c/1", mode="listen"))
    assert said.read('{"message":{"ref":4,"agents":["PJSIP/1001"],"text":"你好"}}') == said.Message(
        said.Words(4, ("PJSIP/1001",), "你好")
    )
    assert said.read('{"read":"m1"}') == said.Read("m1")


@pytest.mark.parametrize(
    "wish",
    [
        '"kind":"call.answer"',
        '"kind":"monitor.start","mode":"record"',
        '"kind":"monitor.start","via":"radio"',
        '"kind":"monitor.start","agent":"PJSIP/1001\\r\\nAction: Originate"',
        '"kind":"monitor.start","agent":"PJSIP/1001\\n"',
        '"kind":"monitor.start","visit":"' + "x" * 301 + '"',
        '"kind":"monitor.start","purpose":"' + "x" * 201 + '"',
        '"kind":"monitor.stop","opened":"fw-0123456789abcdef"',
        '"kind":"monitor.stop","opened":"0123456789ABCDEF"',
        '"kind":"agent.pause","value":"' + "x" * 201 + '"',
        '"kind":"monitor.start","account":"somebody-else"',
        '"kind":"monitor.start","ref":-1',
        '"ref":2',
    ],
)
def test_hostile_wishes_close_the_socket(wish: str) -> None:
    with pytest.raises(Refused) as refused:
        said.read('{"command":{"ref":1,' + wish + "}}")
    assert refused.value.code == 1008


def test_the_longest_message_fits_a_frame() -> None:
    text = "😀" * 300
    frame = msgspec.json.encode({"message": {"ref": 2**53, "agents": ["PJSIP/100123"] * 100, "text": text}})
    assert len(frame) <= said.FRAME_LIMIT_BYTES
    assert said.read(frame.decode()) == said.Message(said.Words(2**53, ("PJSIP/100123",) * 100, text))
    with pytest.raises(Refused):
        said.read('{"message":{"ref":1,"agents":["a"],"text":"' + "x" * 301 + '"}}')


def test_answers_to_commands_on_the_wire() -> None:
    assert msgspec.json.decode(frames.requested(3, "0123456789abcdef", "secret", 9)) == {
        "t": "command", "ref": 3, "state": "requested", "at": 9, "id": "0123456789abcdef", "ticket": "secret",
    }  # fmt: skip
    refused = {"t": "command", "ref": 3, "state": "refused", "at": 9, "reason": "no_phone", "id": None}
    assert msgspec.json.decode(frames.not_requested(3, Reason.NO_PHONE, 9)) == refused
    failed = refused | {"state": "failed", "reason": "not_confirmed", "id": "0123456789abcdef"}
    assert msgspec.json.decode(frames.not_requested(3, Reason.NOT_CONFIRMED, 9, "0123456789abcdef")) == failed
