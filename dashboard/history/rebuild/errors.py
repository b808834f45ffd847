"""Why history cannot be made anew."""

from __future__ import annotations


class RebuildError(Exception):
    """The text is one sentence, with the place and the remedy."""
