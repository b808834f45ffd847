"""Nobody can say who this is: neither the database nor its copy in Redis answers."""

from __future__ import annotations


class AccessUnavailable(Exception):  # noqa: N818 — the field's word
    """Neither yes nor no. What is open stays open; what is new is told to come back (503)."""
