"""The floor file: names, targets, limits and the pause catalogue, from TOML to the `FloorSettings` that it stands for.

The historian brings it into the directory (`dashboard.directory.seeding`), as long as nobody has changed the directory by hand.
Raises `SettingsError` with one line that names the file and the entry.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

from collectors.events import AgentSettings, FloorSettings, PauseReasonSettings, QueueSettings, TeamSettings
from dashboard.directory.entries import (
    Entry,
    GivenTeamId,
    Name,
    Named,
    QueueEntry,
    ReasonEntry,
    RulesEntry,
    StaffNumber,
    SwitchId,
    TeamId,
)
from dashboard.settings import SettingsError


class AgentEntry(Entry):
    """`[agents."PJSIP/1001"]`: who it is. Entries with one staff number and one name are one person."""

    name: Name = ""
    staff_number: StaffNumber = ""
    team: TeamId = ""


class TeamTable(Named):
    """`[teams.ID]`."""

    parent: TeamId = ""


class FloorFile(RulesEntry):
    """The whole file. A pause reason's key is the reason as the switch sends it."""

    default_queue: QueueEntry = QueueEntry()
    queues: dict[SwitchId, QueueEntry] = Field(default_factory=dict)
    agents: dict[SwitchId, AgentEntry] = Field(default_factory=dict)
    teams: dict[GivenTeamId, TeamTable] = Field(default_factory=dict)
    pause_reasons: dict[SwitchId, ReasonEntry] = Field(default_factory=dict)


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
    return FloorSettings(
        time_zone=file.time_zone,
        day_starts_at_min=file.day_starts_at_min,
        interval_min=file.interval_min,
        effective_call_s=file.effective_call_s,
        default_queue=_queue(file.default_queue),
        queues={key: _queue(entry) for key, entry in file.queues.items()},
        agents={key: AgentSettings(e.name, e.staff_number, e.team) for key, e in file.agents.items()},
        teams={key: TeamSettings(e.names(), e.parent) for key, e in file.teams.items()},
        pause_reasons={
            key: PauseReasonSettings(e.names(), e.category, e.limit_s, e.quota, e.icon)
            for key, e in file.pause_reasons.items()
        },
        state_limits_s={str(state): limit_s for state, limit_s in file.state_limits_s.items()},
    )


def _queue(entry: QueueEntry) -> QueueSettings:
    values = entry.model_dump(exclude={"name_zh", "name_en"})
    return QueueSettings(names=entry.names(), **values)
