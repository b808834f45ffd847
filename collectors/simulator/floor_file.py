"""The simulated floor's own floor file: names, teams, limits and the pause catalogue as TOML, so that screens show people.

Format: the floor file of docs/settings.md. Every text is a basic TOML string with all controls escaped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping

from .config import SimulatorConfig
from .names import REASONS, Reason
from .staff import plan

STATE_LIMITS_S = {"talking": 480, "holding": 90, "ringing": 15, "wrapping_up": 120, "paused": 1800, "unreachable": 60}


def floor_file(config: SimulatorConfig) -> str:
    """The TOML text that describes the floor of `config`."""
    return "\n".join(_lines(config)) + "\n"


def _lines(config: SimulatorConfig) -> Iterator[str]:
    staff = plan(config)
    yield f"time_zone = {_text(config.time_zone)}"
    yield from _table("state_limits_s", STATE_LIMITS_S)
    yield from _table("default_queue", {"wrap_up_s": config.wrap_up_s})
    for queue in staff.queues:
        yield from _table(
            f"queues.{_text(queue.id)}", {"name_zh": queue.zh, "name_en": queue.en, "wrap_up_s": queue.wrap_up_s}
        )
    for team in staff.teams:
        yield from _table(f"teams.{_text(team.id)}", {"name_zh": team.zh, "name_en": team.en})
    for reason in REASONS:
        quota = _quota(config, reason) if reason.category == "rest" else 0
        yield from _table(
            f"pause_reasons.{_text(reason.id)}",
            {
                "name_zh": reason.id,
                "name_en": reason.en,
                "category": reason.category,
                "limit_min": reason.limit_min,
                "quota": quota,
                "icon": reason.icon,
            },
        )
    for agent in staff.agents:
        values = {"name": agent.name, "staff_number": agent.extension, "team": agent.team}
        yield from _table(f"agents.{_text(agent.interface)}", values)


def _quota(config: SimulatorConfig, reason: Reason) -> int:
    """So many that an ordinary day keeps within it: its agents do not know of it."""
    resting = config.agents * config.pauses_per_hour * reason.share * reason.mean_min / 60
    return max(3, round(resting + 3 * math.sqrt(resting)))


def _table(name: str, values: Mapping[str, str | float]) -> Iterator[str]:
    yield f"\n[{name}]"
    for key, value in values.items():
        yield f"{key} = {_text(value) if isinstance(value, str) else value}"


def _text(value: str) -> str:
    # JSON's string escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
