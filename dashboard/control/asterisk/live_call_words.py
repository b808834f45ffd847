"""What a failed step of the test call means, in one sentence with the remedy. Data and look-ups."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from dashboard.supervision.reasons import Reason

DOC: Final = "docs/switch-accounts.md"

DEAF: Final = (
    "the switch took the call and told nothing of it: the account lacks the read class 'call'. "
    "Add it to 'read' in its manager.conf."
)
NO_TEST_CALL: Final = f"the switch could not call its own extension: is the dialplan of {DOC} loaded whole?"

_CLASSES: Final = MappingProxyType({"Originate": "originate", "Redirect": "call", "Setvar": "call", "Hangup": "call"})

_FAILURES: Final = MappingProxyType(
    {
        Reason.PHONE_UNREACHABLE: "the phone cannot be reached (cause {cause}): is it registered, is it written as the switch names it?",
        Reason.PHONE_BUSY: "the phone is busy. Hang up and try again.",
        Reason.PHONE_RANG_OUT: "the phone rang and nobody answered. Pick it up when it rings, or let it answer by itself.",
        Reason.PHONE_DECLINED: "the phone declined. Look at its do-not-disturb setting.",
        Reason.MEDIA_UNREACHABLE: (
            "the switch could not connect to our sound server: look at uri, username and password of websocket_client.conf, the "
            "firewall, and whether 'module show like websocket' lists chan_websocket and res_websocket_client as Running."
        ),
        Reason.HUNG_UP: "the phone hung up before the mode stood.",
        Reason.DIALPLAN_MISSING: "there is no extension '{mode}' in floorwatch-monitor. Take the whole context of "
        + DOC
        + ".",
        Reason.GROUP_REFUSED: (
            "ChanSpy let nobody in: its group g(…) is not the SPYGROUP of 'selftest', its FILTER takes the dash out of ids (write \\-, "
            "not \\\\-), or app_chanspy is not loaded. Compare with " + DOC + "."
        ),
        Reason.CALL_OVER: "Bridge() did not find the caller: is app_bridge… (bridge_simple) loaded, does the line read ${{FW_CALLER}}?",
        Reason.NOT_CONFIRMED: (
            "the switch said nothing of it in time. The leg is hung up. Is the extension the one of " + DOC + "?"
        ),
    }
)


def of_failure(reason: Reason, mode: str, cause: str = "") -> str:
    """Why a mode did not come to stand."""
    known = _FAILURES.get(reason, "the switch ended the leg (cause {cause}). Its own log says why.")
    return known.format(mode=mode, cause=cause or "none")


def refused(mode: str) -> str:
    """The dialplan itself hung up with cause 21."""
    return (
        f"the dialplan refused this leg in '{mode}' (Hangup(21)): its list floorwatch-phones does not know the phone, or FW_TARGET "
        f"came out empty. Compare with {DOC}."
    )


def of_reply(reason: Reason, action: str, exten: str, words: str) -> str:
    """What an `Error` reply to an action means."""
    if reason is Reason.DIALPLAN_MISSING:
        return f"there is no extension '{exten}' in floorwatch-monitor. Write the contexts of {DOC} and reload the dialplan."
    if reason is Reason.SWITCH_FORBIDS:
        return (
            f"the account may not send {action}: it lacks the write class '{_CLASSES.get(action, 'call')}'. "
            "Add it to 'write' in its manager.conf."
        )
    return f"the switch refused {action}: {words}."
