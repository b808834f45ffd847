"""What is sent to an Asterisk and what its words mean: recipes, causes, versions, keys. Pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.asterisk.codec import ProtocolError, encode
from collectors.asterisk.control_actions import CONTROL
from dashboard.control.asterisk import causes, recipes
from dashboard.control.asterisk.lines import CallKey
from dashboard.control.asterisk.recipes import Action, Spot
from dashboard.control.asterisk.versions import speaks_with_browsers
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason

SPOT = Spot("1795289457.1", "1795289450.0", "sales")
PHONE = Phone("anna", "pbx", "PJSIP/2001", answers_itself=True)
LEG = "fw-0123456789abcdef"


def lines(action: Action) -> list[str]:
    """As the switch reads them."""
    return encode(action.name, action.headers, CONTROL).decode().split("\r\n")[:-2]


def test_ringing_a_supervisors_phone() -> None:
    assert lines(recipes.call_phone(LEG, PHONE, "listen", SPOT, stays=False)) == [
        "Action: Originate",
        "Channel: PJSIP/2001",
        "Context: floorwatch-monitor",
        "Exten: listen",
        "Priority: 1",
        "Async: true",
        "Timeout: 8000",
        'CallerID: "Floorwatch" <2001>',
        f"ChannelId: {LEG}",
        "Variable: FW_TARGET=1795289457.1",
        "Variable: FW_CALLER=1795289450.0",
        f"Variable: FW_SESSION={LEG}",
        "Variable: FW_QUEUE=sales",
        "Variable: FW_FOLLOW=0",
        r"Variable: PJSIP_HEADER(add,Call-Info)=<sip:localhost>\;answer-after=0",
    ]


@pytest.mark.parametrize(("mode", "direction"), [("listen", "d(in)"), ("whisper", ""), ("takeover", "")])
def test_connecting_a_browser(mode: str, direction: str) -> None:
    action = recipes.call_browser(LEG, "0123456789abcdef", "floorwatch", mode, SPOT, stays=True)  # type: ignore[arg-type]
    assert f"Channel: WebSocket/floorwatch/c(slin16)f(json)v(sid=0123456789abcdef){direction}" in lines(action)
    assert "Variable: FW_FOLLOW=1" in lines(action)


def test_everything_else_that_is_sent() -> None:
    sent = [
        recipes.switch_mode(LEG, "barge"),
        *recipes.retarget(LEG, SPOT),
        recipes.stay(LEG, stays=True),
        recipes.hang_up(LEG),
        recipes.move("1.1", "support"),
        *recipes.pull("1.1", "PJSIP/2001", "sales"),
        recipes.pause("Local/1005@agents/n", "", "lunch"),
        recipes.resume("PJSIP/1001", "sales"),
        recipes.remove("PJSIP/1001", "sales"),
        recipes.add("PJSIP/1001", "sales", name='Wang, "Li" | <x>', phone="", penalty="3"),
        recipes.penalise("PJSIP/1001", "sales", "7"),
    ]
    told = [line for action in sent for line in lines(action)]
    assert {line.partition(": ")[2] for line in told if line.startswith("Action: ")} == {
        "Redirect", "Setvar", "Hangup", "QueuePause", "QueueAdd", "QueueRemove", "QueuePenalty",
    }  # fmt: skip
    assert "MemberName: Wang   Li     x " in told


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_a_second_action_or_variable(agent: str, queue: str, words: str) -> None:
    """One message, with exactly the keys of its recipe; or it is not sent at all."""
    spot = Spot(agent, words, queue)
    made = [
        recipes.call_phone(LEG, Phone("a", "pbx", agent), "listen", spot, stays=False),
        recipes.move(agent, queue),
        *recipes.pull(agent, words, queue),
        recipes.pause(agent, queue, words),
        recipes.add(agent, queue, name=words, phone="", penalty=""),
        recipes.penalise(agent, queue, words),
        recipes.hang_up(agent),
    ]
    for action in made:
        try:
            sent = encode(action.name, action.headers, CONTROL)
        except ProtocolError:
            continue
        assert sent.count(b"\r\n\r\n") == 1
        assert sent.count(b"\n") == sent.count(b"\r\n") == len(action.headers) + 2
        for line in sent.split(b"\r\n"):
            if action.name == "Originate" and line.startswith(b"Variable: "):
                assert b"," not in line
                assert line.count(b"=") == 1


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("17", Reason.PHONE_BUSY),
        ("21", Reason.PHONE_DECLINED),
        ("19", Reason.PHONE_RANG_OUT),
        ("3", Reason.PHONE_UNREACHABLE),
        ("0", Reason.SWITCH_REFUSED),
        ("", Reason.SWITCH_REFUSED),
        ("x", Reason.SWITCH_REFUSED),
    ],
)
def test_the_cause_of_a_hang_up_says_why(cause: str, reason: Reason) -> None:
    assert causes.unanswered(cause, "phone") is reason
    assert causes.unanswered(cause, "browser") is Reason.MEDIA_UNREACHABLE


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Extension does not exist.", Reason.DIALPLAN_MISSING),
        ("Permission denied", Reason.SWITCH_FORBIDS),
        ("Originate Access Forbidden: app or data blacklisted", Reason.SWITCH_FORBIDS),
        ("No such channel", Reason.CALL_OVER),
        ("Channel does not exist: fw-1", Reason.CALL_OVER),
        ("Member not dynamic", Reason.STATIC_MEMBER),
        ("Unable to remove interface: Not there", Reason.NOT_MEMBER),
        ("something else", Reason.SWITCH_REFUSED),
    ],
)
def test_an_error_reply_says_why(words: str, reason: Reason) -> None:
    assert causes.refused(words) is reason


@pytest.mark.parametrize(
    ("version", "answer"),
    [
        ("23.4.1", "yes"),
        ("23.2.0", "yes"),
        ("23.1.9", "no"),
        ("22.8.0", "yes"),
        ("22.7.3", "no"),
        ("21.12.0", "no"),
        ("20.18.0", "yes"),
        ("20.17.9", "no"),
        ("24.0.0-rc1", "yes"),
        ("certified/20.7-cert1", "no"),
        ("18.26.4", "no"),
        ("", "no"),
        ("GIT-master", "no"),
    ],
)
def test_which_switch_speaks_with_browsers(version: str, answer: str) -> None:
    assert speaks_with_browsers(version) is (answer == "yes")


def test_the_key_of_a_call_is_taken_apart() -> None:
    assert CallKey.of("pbx/2026-11-22 14:49:05/1795330145.0/1") == CallKey(
        "pbx", "2026-11-22 14:49:05", "1795330145.0", 1
    )
    assert CallKey.of("pbx/linked 1/2/1.1/0") == CallKey("pbx", "linked 1/2", "1.1", 0)
    for odd in ("", "pbx", "a/b/c/x", "/b/c/1", "a/b//1", "a/b/c/99999999", "a/b/c/²"):
        assert CallKey.of(odd) is None


@given(st.text(max_size=80))
def test_no_text_breaks_the_key(text: str) -> None:
    found = CallKey.of(text)
    assert found is None or f"{found.switch}/{found.boot}/{found.call}/{found.visit}".startswith(found.switch)
