"""Where calls are sent: the text of an extensions.conf, its variables and expressions. Pure; nothing here knows of a floor."""

from .extensions import Dialplan, Step
from .values import expand

__all__ = ["Dialplan", "Step", "expand"]
