"""What of a floor's folding becomes history: pure, from what the floor tells to rows. `dashboard.history.writing` writes them."""

from dashboard.history.recording.pending import Pending
from dashboard.history.recording.recorder import Recording

__all__ = ["Pending", "Recording"]
