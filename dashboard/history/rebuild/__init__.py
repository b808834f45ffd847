"""History made anew: from the stream as far as it reaches, or from the switches' own queue_log files, years of them."""

from dashboard.history.rebuild.errors import RebuildError
from dashboard.history.rebuild.log_files import LogFiles
from dashboard.history.rebuild.rebuilding import Made, Rebuilding, Wish
from dashboard.history.rebuild.sources import LogSource, StreamSource
from dashboard.history.rebuild.tables import forget, known_since

__all__ = [
    "LogFiles",
    "LogSource",
    "Made",
    "RebuildError",
    "Rebuilding",
    "StreamSource",
    "Wish",
    "forget",
    "known_since",
]
