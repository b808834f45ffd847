"""Rules that we ship as a beginning: what call centres watch first. Nothing of them is on until somebody switches it on."""

from __future__ import annotations

from typing import Final

from dashboard.alerts.rule import Measured, Rule

TEMPLATES: Final[dict[str, Rule]] = {
    "waiting": Rule(Measured("waiting", 5, each=True), level="amber", hold_s=30, recover_s=60),
    "longest_wait": Rule(Measured("longest_wait", 120, each=True), level="red", hold_s=10, recover_s=30, sound="alarm"),
    "service_level": Rule(Measured("service_level", 0.8, each=True, window="last_30_min"), hold_s=300, recover_s=300),
    "abandon_rate": Rule(
        Measured("abandon_rate", 0.1, each=True, window="last_60_min"), level="red", hold_s=120, recover_s=300
    ),
    "nobody_free": Rule(Measured("agents_available", 0, each=True), hold_s=120, recover_s=60),
    "unreachable": Rule(Measured("agents_unreachable", 1, each=True), hold_s=120, recover_s=60),
    "missed": Rule(
        Measured("calls_missed", 3, of="agents", each=True, window="last_60_min"), hold_s=0, recover_s=0, sound="none"
    ),
    "paused": Rule(Measured("paused", 3600, of="agents", each=True, window="day"), hold_s=0, recover_s=0, sound="none"),
}
"""By name; `alert.template.NAME` is what it is called."""
