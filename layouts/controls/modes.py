"""The modes of stepping in, from the quietest on."""

from __future__ import annotations

MODES = ("listen", "whisper", "barge", "private", "takeover")
