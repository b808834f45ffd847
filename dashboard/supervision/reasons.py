"""Why something is off, was refused, failed or ended: one word each, with a sentence in the catalogues (`reason.<word>`, room `monitor`).

One vocabulary for buttons, command states, sessions, history and the audit log, so that all of them say the same.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Words only: what they mean to a person stands in the catalogues."""

    # -- refused by us, or why a button is off
    NOT_PERMITTED = "not_permitted"
    MODE_NOT_PERMITTED = "mode_not_permitted"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_THERE = "not_there"
    NOT_ON_CALL = "not_on_call"
    CALL_CHANGED = "call_changed"
    NOT_WAITING = "not_waiting"
    OWN_CALL = "own_call"
    """A call outside any queue, where nobody is told of monitoring."""
    NOT_ANNOUNCED = "not_announced"
    TAKES_CARDS = "takes_cards"
    NEVER_MONITORED = "never_monitored"
    YOURSELF = "yourself"
    REASON_MISSING = "reason_missing"
    NOT_CONFIRMED_TWICE = "not_confirmed_twice"
    NO_PHONE = "no_phone"
    PHONE_ELSEWHERE = "phone_elsewhere"
    PHONE_UNREGISTERED = "phone_unregistered"
    PHONE_BUSY = "phone_busy"
    BROWSER_UNSUPPORTED = "browser_unsupported"
    """The switch is too old for it."""
    BROWSER_OFF = "browser_off"
    """No media server is set up."""
    BROWSER_NOT_CONNECTED = "browser_not_connected"
    BROWSER_INSECURE = "browser_insecure"
    """Browsers give pages without HTTPS neither sound worklets nor the microphone. The page itself says so."""
    ALREADY_IN = "already_in"
    """One supervisor, one session."""
    TAKEN_OVER = "taken_over"
    SAME_MODE = "same_mode"
    NOT_YOURS = "not_yours"
    SESSION_OVER = "session_over"
    NOT_STARTED_YET = "not_started_yet"
    STATIC_MEMBER = "static_member"
    NOT_MEMBER = "not_member"
    ALREADY_MEMBER = "already_member"
    UNKNOWN_QUEUE = "unknown_queue"
    UNKNOWN_PAUSE_REASON = "unknown_pause_reason"
    ALREADY_SO = "already_so"
    WRONG_VALUE = "wrong_value"
    """A mode, penalty or thing to follow that there is not."""
    THROTTLED = "throttled"
    AUDIT_UNAVAILABLE = "audit_unavailable"
    RULES_UNAVAILABLE = "rules_unavailable"
    CONTROL_DOWN = "control_down"
    CONTROL_OFF = "control_off"
    """No control account is set up for this switch."""
    SWITCH_DOWN = "switch_down"
    TOO_LATE = "too_late"
    # -- failed at the switch
    PHONE_UNREACHABLE = "phone_unreachable"
    PHONE_RANG_OUT = "phone_rang_out"
    PHONE_DECLINED = "phone_declined"
    CALL_OVER = "call_over"
    GROUP_REFUSED = "group_refused"
    """The dialplan's SPYGROUP does not hold the call."""
    MEDIA_UNREACHABLE = "media_unreachable"
    DIALPLAN_MISSING = "dialplan_missing"
    SWITCH_FORBIDS = "switch_forbids"
    """Our account lacks the right."""
    SWITCH_REFUSED = "switch_refused"
    NOT_CONFIRMED = "not_confirmed"
    """The switch said neither yes nor no in time."""
    # -- how a session ended
    STOPPED = "stopped"
    HUNG_UP = "hung_up"
    """By the supervisor's own phone."""
    CALL_ENDED = "call_ended"
    TRANSFERRED = "transferred"
    TIME_UP = "time_up"
    RIGHTS_WITHDRAWN = "rights_withdrawn"
    SIGNED_OUT = "signed_out"
    RULES_CHANGED = "rules_changed"
    LINK_LOST = "link_lost"
    SWITCH_RESTARTED = "switch_restarted"
    CONTROL_RESTARTED = "control_restarted"
    BROWSER_GONE = "browser_gone"
    BROWSER_SLOW = "browser_slow"
    AGENT_SIGNED_OUT = "agent_signed_out"


ON_RECORD: Final = frozenset(
    {
        Reason.NOT_PERMITTED,
        Reason.MODE_NOT_PERMITTED,
        Reason.OUT_OF_SCOPE,
        Reason.NOT_THERE,
        Reason.NOT_YOURS,
        Reason.OWN_CALL,
        Reason.NOT_ANNOUNCED,
        Reason.TAKES_CARDS,
        Reason.NEVER_MONITORED,
        Reason.YOURSELF,
    }
)
"""Refusals of rights and rules: attempts at what somebody may not, which get a line of their own in the audit log, whoever refuses them.
The others are how things stood."""
