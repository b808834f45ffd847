"""The demo's rules of alerts: the shipped ones, two of them on, so that a visitor meets an alert within minutes."""

from __future__ import annotations

from typing import Final

from dashboard.access.actor import system
from dashboard.alerts.message import words_of
from dashboard.alerts.templates import TEMPLATES
from dashboard.pages.services import Services

ON: Final = frozenset({"waiting", "longest_wait"})
_DEMO: Final = system("floorwatch demo")


def demo_alerts(services: Services) -> None:
    """Makes them at the first start; what a visitor has changed since stays."""
    if services.alert_rules.listed(_DEMO):
        return
    words = words_of("zh-CN")
    for name, rule in TEMPLATES.items():
        services.alert_rules.put(_DEMO, "", words(f"alert.template.{name}"), rule, is_on=name in ON)
