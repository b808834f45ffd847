"""What a list of calls is asked for, to and from the query of an address: each number of a report opens into its calls by one.

A question is whole in its address, so a link reproduces the list. What an address holds is hostile: a name or a value that is
none is refused in words, never ignored, so that nobody takes a longer list for the one that was asked for. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final, Literal, get_args
from urllib.parse import quote, urlencode

from dashboard.refusal import Refused

ROOT: Final = "/calls/"
AGENT_ROOT: Final = "/agents/"
LONGEST_DAYS: Final = 100
"""Single calls of so many days at most are one list."""
LONGEST_S: Final = 86_400
MOST_NAMES: Final = 50
"""So many queues, teams or agents at most are named by one question."""

MOST_OF_KEY: Final = 300

Which = Literal["visits", "offers", "own"]
Sort = Literal["-at", "at", "-wait", "wait", "-talk", "talk"]

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "list": get_args(Which),
    "basis": ("joined", "ended"),
    "outcome": ("waiting", "answered", "abandoned", "left", "missed", "rejected", "cut_short", "lost", "unknown"),
    "reason": ("timeout", "key", "empty", "withdraw", "transfer", "callback", "lost", "unknown"),
    "rang": ("yes", "no"),
    "short": ("yes", "no"),
    "within": ("yes", "no"),
    "transferred": ("out", "in"),
    "overflow": ("out", "in"),
    "repeat": ("yes", "no"),
    "ended_by": ("caller", "agent", "transfer", "takeover", "switch", "unknown"),
    "back": ("yes", "no"),
    "kind": ("outbound", "inbound", "internal"),
    "connected": ("yes", "no"),
    "sort": get_args(Sort),
}
"""What one of several is, by its name in the address."""
SECONDS: Final = ("wait_from", "wait_to", "talk_from", "talk_to")
NAMES: Final = {"queue": "queues", "team": "teams", "agent": "agents"}
OTHERS: Final = frozenset({"from", "to", "clock", "weekday", "same", "after", "before", "lang", "theme", "said"})
OF_VISITS: Final = frozenset(
    {"reason", "rang", "short", "within", "transferred", "overflow", "repeat", "back", "wait_from", "wait_to"}
)
"""What only a visit to a queue has."""
OF_OWN_CALLS: Final = frozenset({"kind", "connected"})

_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_MARK: Final = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class CallsQuestion:
    """Fields named as in the address where that is a name. `from_day` None: today (of the site). `clock`: minutes of the local
    day, [from, to). `weekdays`: 1 is Monday. `talk_*`: talk and hold together. `same`: a contact (`contact_key`) whose caller is meant.
    `after`, `before`: marks of paging."""

    which: Which = "visits"
    from_day: date | None = None
    to_day: date | None = None
    clock: tuple[int, int] | None = None
    weekdays: tuple[int, ...] = ()
    basis: Literal["joined", "ended"] = "joined"
    queues: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    outcome: str = ""
    reason: str = ""
    rang: str = ""
    short: str = ""
    within: str = ""
    wait_from: int | None = None
    wait_to: int | None = None
    talk_from: int | None = None
    talk_to: int | None = None
    transferred: str = ""
    overflow: str = ""
    repeat: str = ""
    ended_by: str = ""
    back: str = ""
    kind: str = ""
    connected: str = ""
    same: str = ""
    sort: Sort = "-at"
    after: str = ""
    before: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Of the address, what is as usual left out."""
        found: list[tuple[str, str]] = []
        for one in fields(self):
            value = getattr(self, one.name)
            if value in {one.default, None} if not isinstance(value, tuple) else not value:
                continue
            found += [(_PARAMETERS.get(one.name, one.name), text) for text in _texts(one.name, value)]
        return found

    def href(self) -> str:
        """The address of the list."""
        query = urlencode(self.pairs())
        return f"{ROOT}?{query}" if query else ROOT


_PARAMETERS: Final = {
    "which": "list",
    "from_day": "from",
    "to_day": "to",
    "weekdays": "weekday",
    "queues": "queue",
    "teams": "team",
    "agents": "agent",
}
"""Fields whose parameters are called otherwise."""


def contact_key(switch: str, boot: str, call: str) -> str:
    """A contact as pages name it. Boots and switches hold no slash."""
    return f"{switch}/{boot}/{call}"


def contact_href(switch: str, boot: str, call: str) -> str:
    """Where one contact's whole path is shown."""
    return ROOT + quote(contact_key(switch, boot, call), safe="/")


def agent_href(agent: str, day: date | None = None) -> str:
    """Where an agent's day is shown. `day` None: today."""
    return AGENT_ROOT + quote(agent, safe="/") + (f"?day={day.isoformat()}" if day else "")


def read_question(address: Mapping[str, Sequence[str]]) -> CallsQuestion:
    """What an address asks for. Raises `Refused`, whose field is the name in the address."""
    unknown = address.keys() - CHOICES.keys() - {*SECONDS} - NAMES.keys() - OTHERS
    if unknown:
        raise Refused("calls.refused.unknown", "", name=min(unknown)[:40])
    given = {name: _one(values) for name, values in address.items() if name not in {*NAMES, "weekday"}}
    values: dict[str, object] = {name: _choice(name, text) for name, text in given.items() if name in CHOICES and text}
    values |= {name: _seconds(name, text) for name, text in given.items() if name in SECONDS and text}
    values |= {field: _names(name, address.get(name, ())) for name, field in NAMES.items()}
    values |= {name: _mark(name, given[name]) for name in ("after", "before") if given.get(name)}
    values["same"] = _contact(given.get("same", ""))
    values["which"] = values.pop("list", "visits")
    values["clock"] = _clock(given.get("clock", ""))
    values["weekdays"] = _weekdays(address.get("weekday", ()))
    question = CallsQuestion(**values)  # type: ignore[arg-type]
    first, last = _days(given.get("from", ""), given.get("to", ""))
    _refuse_mixed(question, values)
    return _with_days(question, first, last)


def day_of(text: str, field: str) -> date:
    """A day as addresses write it. Raises `Refused`."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise Refused("calls.refused.day", field)
    return day


def _days(first_text: str, last_text: str) -> tuple[date | None, date | None]:
    first = day_of(first_text, "from") if first_text else None
    last = day_of(last_text, "to") if last_text else None
    if first and last and first > last:
        raise Refused("calls.refused.days", "from")
    first, last = first or last, last or first
    if first and last and last - first >= timedelta(LONGEST_DAYS):
        raise Refused("calls.refused.many_days", "to", most=LONGEST_DAYS)
    return first, last


def _with_days(question: CallsQuestion, first: date | None, last: date | None) -> CallsQuestion:
    given = {one.name: getattr(question, one.name) for one in fields(question)}
    return CallsQuestion(**given | {"from_day": first, "to_day": last})


def _refuse_mixed(question: CallsQuestion, values: Mapping[str, object]) -> None:
    """What the asked list has nothing of."""
    foreign = OF_OWN_CALLS if question.which == "visits" else OF_VISITS
    if question.which == "offers":
        foreign |= OF_OWN_CALLS | {"talk_from", "talk_to", "ended_by"}
    if question.which == "own":
        foreign |= {"outcome", "queue"}
    wrong = sorted(name for name in foreign if values.get(NAMES.get(name, name)))
    if wrong:
        raise Refused("calls.refused.mixed", wrong[0], name=wrong[0])
    for low, high in (("wait_from", "wait_to"), ("talk_from", "talk_to")):
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            raise Refused("calls.refused.seconds_order", low)


def _one(values: Sequence[str]) -> str:
    return values[-1].strip() if values else ""


def _choice(name: str, text: str) -> str:
    if text not in CHOICES[name]:
        raise Refused("calls.refused.choice", name, name=name)
    return text


def _seconds(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= LONGEST_S):
        raise Refused("calls.refused.seconds", name, most=LONGEST_S)
    return int(text)


def _names(name: str, values: Sequence[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text for text in values if text))
    if len(found) > MOST_NAMES or any(len(text) > 200 or not text.isprintable() for text in found):
        raise Refused("calls.refused.names", name, most=MOST_NAMES)
    return found


def _contact(text: str) -> str:
    if text and (text.count("/") < 2 or len(text) > MOST_OF_KEY or not text.isprintable()):
        raise Refused("calls.refused.contact", "same")
    return text


def _mark(name: str, text: str) -> str:
    if not _MARK.fullmatch(text):
        raise Refused("calls.refused.mark", name)
    return text


def _clock(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Refused("calls.refused.clock", "clock")
    from_h, from_min, to_h, to_min = map(int, found.groups())
    first, last = from_h * 60 + from_min, to_h * 60 + to_min
    if not first < last <= 24 * 60:
        raise Refused("calls.refused.clock", "clock")
    return first, last


def _weekdays(values: Sequence[str]) -> tuple[int, ...]:
    found = [text.strip() for text in values if text.strip()]
    if any(text not in {"1", "2", "3", "4", "5", "6", "7"} for text in found):
        raise Refused("calls.refused.choice", "weekday", name="weekday")
    return tuple(sorted({int(text) for text in found}))


def _texts(name: str, value: object) -> tuple[str, ...]:
    if name == "clock" and isinstance(value, tuple):
        return ("-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in value),)
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)
