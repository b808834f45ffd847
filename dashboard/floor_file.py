"""The floor file: names, targets, limits and the pause catalogue, from TOML to the `FloorSettings` that travel in the stream.

The historian reads it at start and, when it differs from what the floor already follows, writes one `SettingsChanged`.
Raises `SettingsError` with one line that names the file and the entry.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from collectors.events import (
    AgentSettings,
    FloorSettings,
    Names,
    PauseCategory,
    PauseReasonSettings,
    QueueSettings,
    SlFormula,
    TeamSettings,
)
from dashboard.settings import SettingsError

Seconds = Annotated[int, Field(ge=0, le=86_400)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Named(_Entry):
    name_zh: str = ""
    name_en: str = ""

    def names(self) -> Names:
        return Names(self.name_zh, self.name_en)


class QueueEntry(_Named):
    """`[default_queue]` and `[queues.ID]`."""

    service_level_target: Annotated[float, Field(gt=0, le=1)] = 0.8
    threshold_s: Annotated[int, Field(ge=1, le=3600)] = 20
    short_abandon_s: Seconds = 5
    formula: SlFormula = "short_abandons_removed"
    overflow_counts: bool = False
    wrap_up_s: Seconds = 0
    wait_amber_s: Seconds = 60
    wait_red_s: Seconds = 120


class AgentEntry(_Entry):
    """`[agents."PJSIP/1001"]`."""

    name: str = ""
    staff_number: str = ""
    team: str = ""


class TeamEntry(_Named):
    """`[teams.ID]`."""

    parent: str = ""


class PauseReasonEntry(_Named):
    """`[pause_reasons."Lunch"]`: the key is the reason as the switch sends it."""

    category: PauseCategory = "rest"
    limit_min: Annotated[float, Field(ge=0, le=1440)] = 0
    quota: Annotated[int, Field(ge=0, le=100_000)] = 0
    icon: str = ""


class FloorFile(_Entry):
    """The whole file."""

    time_zone: str = "Asia/Shanghai"
    day_starts_at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "00:00"
    interval_min: Annotated[int, Field(ge=15, le=60)] = 30
    effective_call_s: Seconds = 30
    default_queue: QueueEntry = QueueEntry()
    queues: dict[str, QueueEntry] = {}
    agents: dict[str, AgentEntry] = {}
    teams: dict[str, TeamEntry] = {}
    pause_reasons: dict[str, PauseReasonEntry] = {}
    state_limits_s: dict[str, Seconds] = {}

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone name such as Asia/Shanghai")
        return value

    @field_validator("interval_min")
    @classmethod
    def _whole_intervals(cls, value: int) -> int:
        if value not in (15, 30, 60):
            raise ValueError("must be 15, 30 or 60")
        return value


def read(path: str) -> FloorSettings:
    """The settings in the file at `path`; the defaults for an empty path."""
    if not path:
        return FloorSettings()
    file = Path(path)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: not valid TOML: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read: {error}. Setting floor_file names it.") from None
    try:
        return settings(FloorFile(**values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = (
            "there is no such setting"
            if first["type"] == "extra_forbidden"
            else first["msg"].removeprefix("Value error, ")
        )
        raise SettingsError(f"{file}: {where}: {what}. docs/settings.md describes the file.") from None


def settings(file: FloorFile) -> FloorSettings:
    """The file's content in the words of the stream."""
    hours, minutes = file.day_starts_at.split(":")
    return FloorSettings(
        time_zone=file.time_zone,
        day_starts_at_min=int(hours) * 60 + int(minutes),
        interval_min=file.interval_min,
        effective_call_s=file.effective_call_s,
        default_queue=_queue(file.default_queue),
        queues={key: _queue(entry) for key, entry in file.queues.items()},
        agents={key: AgentSettings(e.name, e.staff_number, e.team) for key, e in file.agents.items()},
        teams={key: TeamSettings(e.names(), e.parent) for key, e in file.teams.items()},
        pause_reasons={
            key: PauseReasonSettings(e.names(), e.category, round(e.limit_min * 60), e.quota, e.icon)
            for key, e in file.pause_reasons.items()
        },
        state_limits_s=dict(file.state_limits_s),
    )


def _queue(entry: QueueEntry) -> QueueSettings:
    values = entry.model_dump(exclude={"name_zh", "name_en"})
    return QueueSettings(names=entry.names(), **values)
