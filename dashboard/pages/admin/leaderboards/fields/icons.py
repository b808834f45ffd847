"""The pictures that a badge may have."""

from __future__ import annotations

from typing import Final

ICONS: Final = (
    "star",
    "crown",
    "flame",
    "heart",
    "bolt",
    "shield",
    "medal",
    "target",
    "rocket",
    "flag",
    "gift",
    "climb",
)
