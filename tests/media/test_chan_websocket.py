"""What Asterisk's chan_websocket says: the messages of a real one, and whatever else may come."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.control.media import chan_websocket, page_frames
from dashboard.control.media.chan_websocket import Full, HasRoom, Started, decode

START = {
    "event": "MEDIA_START", "connection_id": "floorwatch", "channel": "WebSocket/floorwatch/0x7f83e8003ed0",
    "channel_id": "fw-0123456789abcdef", "format": "slin16", "optimal_frame_size": 640, "ptime": 20,
    "channel_variables": {"FW_TARGET": "1795290119.154", "MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": "640"},
}  # fmt: skip
"""As design notes of a real Asterisk 23.4.1 have it."""


def test_what_it_says() -> None:
    started = decode(json.dumps(START))
    assert isinstance(started, Started)
    assert started.channel_id == "fw-0123456789abcdef"
    assert started.is_as_agreed
    assert decode('{"event":"MEDIA_XOFF","channel_id":"fw-1"}') == Full()
    assert decode('{"event":"MEDIA_XON","channel_id":"fw-1"}') == HasRoom()


@pytest.mark.parametrize("other", [{"format": "slin"}, {"optimal_frame_size": 320}, {"ptime": 40}])
def test_another_sound_than_was_agreed_is_seen(other: dict[str, object]) -> None:
    started = decode(json.dumps(START | other))
    assert isinstance(started, Started)
    assert not started.is_as_agreed


def test_what_it_is_told() -> None:
    assert json.loads(chan_websocket.direction("in")) == {"command": "SET_MEDIA_DIRECTION", "direction": "in"}
    assert json.loads(chan_websocket.flush()) == {"command": "FLUSH_MEDIA"}
    assert json.loads(chan_websocket.hang_up()) == {"command": "HANGUP"}


@given(st.text() | st.sampled_from([*(json.dumps({"event": word}) for word in ("STATUS", "MEDIA_START")), "[" * 9_000]))
def test_no_text_kills(text: str) -> None:
    assert decode(text) is None
    assert page_frames.hello(text) is None
    assert page_frames.heard(text) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*START, "heard", "ticket", "id"]), inner),
    )
)
def test_no_json_kills(value: object) -> None:
    text = json.dumps(value)
    assert isinstance(decode(text), Started | Full | HasRoom | None)
    assert isinstance(page_frames.hello(text), page_frames.Hello | None)
    assert isinstance(page_frames.heard(text), int | None)
