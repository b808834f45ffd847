"""Whoever makes the request at hand, as the guard found them."""

from __future__ import annotations

from flask import g

from dashboard.access.actor import NOBODY, Actor


def actor() -> Actor:
    """`NOBODY` before the guard has looked, and for whoever is not known."""
    found: Actor = g.get("actor", NOBODY)
    return found
