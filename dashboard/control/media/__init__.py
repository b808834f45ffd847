"""The sound of calls in browsers: the switch dials us, the supervisor's page is on the other side, nothing in between is kept."""

from dashboard.control.media.config import MediaConfig, MediaError
from dashboard.control.media.hears import Hears
from dashboard.control.media.server import Media

__all__ = ["Hears", "Media", "MediaConfig", "MediaError"]
