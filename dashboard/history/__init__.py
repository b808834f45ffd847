"""The historian: the one process that folds the stream to keep what it says."""

from dashboard.history.config import HistoryConfig, HistoryError
from dashboard.history.historian import run
from dashboard.history.retention import KeptDays

__all__ = ["HistoryConfig", "HistoryError", "KeptDays", "run"]
