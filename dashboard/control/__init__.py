"""The process that executes what people ask of a switch: authorise → audit → send → confirm. One active for each switch."""

from dashboard.control.config import ControlConfig, ControlError, SwitchConfig
from dashboard.control.process import run

__all__ = ["ControlConfig", "ControlError", "SwitchConfig", "run"]
