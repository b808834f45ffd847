"""What each kind of entry may hold: one typed model each, for forms, sheets, the floor file and the first run alike.

Texts are one line without controls, so that nothing that is typed here can break a frame, a sheet or a log. Numbers may come as
text, as a form or a sheet has them.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from collectors.events import AgentDisplayState, Names, PauseCategory, SlFormula

_UNWANTED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _one_line(value: str) -> str:
    if any(unicodedata.category(letter) in _UNWANTED for letter in value):
        raise PydanticCustomError("control_character", "holds a control character: write it on one line")
    return value


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _known_zone(value: str) -> str:
    if value not in available_timezones():
        raise PydanticCustomError(
            "time_zone", "{zone} is no time zone name such as Asia/Shanghai", {"zone": repr(value)}
        )
    return value


def _whole_interval(value: int) -> int:
    if value not in (15, 30, 60):
        raise PydanticCustomError("interval", "must be 15, 30 or 60")
    return value


def _time_of_day(value: str) -> str:
    hours, _, minutes = value.partition(":")
    is_time = len(value) == 5 and value.isascii() and hours.isdigit() and minutes.isdigit()
    if not is_time or int(hours) > 23 or int(minutes) > 59:
        raise PydanticCustomError("time_of_day", "must be a time such as 00:00 or 06:30")
    return value


def _text(most: int, least: int = 0) -> tuple[StringConstraints, AfterValidator]:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most), AfterValidator(_one_line)


Name = Annotated[str, *_text(100)]
GivenName = Annotated[str, *_text(100, least=1)]
StaffNumber = Annotated[str, *_text(40)]
TeamId = Annotated[str, *_text(64)]
GivenTeamId = Annotated[str, *_text(64, least=1)]
SwitchId = Annotated[str, *_text(200, least=1)]
Icon = Annotated[str, *_text(64)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Minutes = Annotated[float, Field(ge=0, le=1440, allow_inf_nan=False)]


class Entry(BaseModel):
    """Frozen; a key that is not in it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(Entry):
    """With a name in each of our languages; empty: the other, then the id."""

    name_zh: Name = ""
    name_en: Name = ""

    def names(self) -> Names:
        """As the stream has them."""
        return Names(self.name_zh, self.name_en)


class PersonEntry(Entry):
    """A person."""

    display_name: GivenName
    nickname: Name = ""
    staff_number: StaffNumber = ""
    joined_on: Annotated[date | None, BeforeValidator(_none_if_empty)] = None
    team_id: TeamId = ""


class TeamEntry(Named):
    """A team. `id` empty: one is made. `parent_id` empty: it belongs to no other."""

    id: TeamId = ""
    parent_id: TeamId = ""


class QueueEntry(Named):
    """Targets and limits of a queue, or of all that have none of their own."""

    service_level_target: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.8
    threshold_s: Annotated[int, Field(ge=1, le=3600)] = 20
    short_abandon_s: Seconds = 5
    formula: SlFormula = "short_abandons_removed"
    overflow_counts: bool = False
    wrap_up_s: Seconds = 0
    wait_amber_s: Seconds = 60
    wait_red_s: Seconds = 120


class QueueRules(QueueEntry):
    """The same as people enter it: what makes no sense together is refused."""

    @model_validator(mode="after")
    def _amber_before_red(self) -> QueueRules:
        if self.wait_amber_s > self.wait_red_s:
            raise PydanticCustomError("amber_above_red", "red comes after amber", {"field": "wait_red_s"})
        return self


class ReasonEntry(Named):
    """A pause reason of the catalogue. `limit_min` and `quota` 0: none."""

    category: PauseCategory = "rest"
    limit_min: Minutes = 0
    quota: Annotated[int, Field(ge=0, le=100_000)] = 0
    icon: Icon = ""

    @property
    def limit_s(self) -> int:
        """As tables and stream have it."""
        return round(self.limit_min * 60)


class RulesEntry(Entry):
    """The business day, and how long a state may last before a tile says so."""

    time_zone: Annotated[str, AfterValidator(_known_zone)] = "Asia/Shanghai"
    day_starts_at: Annotated[str, AfterValidator(_time_of_day)] = "00:00"
    interval_min: Annotated[int, AfterValidator(_whole_interval)] = 30
    effective_call_s: Seconds = 30
    state_limits_s: dict[AgentDisplayState, Seconds] = {}

    @property
    def day_starts_at_min(self) -> int:
        """As tables and stream have it: minutes after midnight."""
        hours, minutes = self.day_starts_at.split(":")
        return int(hours) * 60 + int(minutes)


class SwitchName(Entry):
    """An id that the switch gives (of an agent, queue or pause reason): any text, kept as it came."""

    id: SwitchId


FORMULAS: Final[tuple[SlFormula, ...]] = (
    "short_abandons_removed", "answered_only", "abandons_count", "early_abandons_met", "early_abandons_ignored",
)  # fmt: skip
CATEGORIES: Final[tuple[PauseCategory, ...]] = ("rest", "productive", "work_after_call")
INTERVALS: Final[tuple[Literal[15, 30, 60], ...]] = (15, 30, 60)
LIMITED_STATES: Final[tuple[AgentDisplayState, ...]] = (
    "talking", "holding", "ringing", "wrapping_up", "paused", "unreachable", "available", "monitoring",
)  # fmt: skip
"""What forms offer, in their order."""
