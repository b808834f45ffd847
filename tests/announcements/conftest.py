"""Announcements on a database of each kind and a real Valkey, with screens that were paired as people do it."""

from __future__ import annotations

import pytest

from dashboard.access.audit import Audit
from dashboard.store import open_store
from dashboard.wallboards.announcement import AnnouncementWishes
from dashboard.wallboards.announcements import Announcements
from dashboard.wallboards.current_announcements import CurrentAnnouncements
from tests.screens.conftest import SITE, Room, room, valkey_server
from tests.store.databases import database_url, databases, engine

__all__ = ["database_url", "databases", "engine", "room", "valkey_server"]

AWAY = "postgresql+psycopg://nobody@127.0.0.1:9/none"
"""A database at which nobody answers."""


def message(
    *screens: str, text: str = "14:00 三号会议室开会", form: str = "banner", **changed: object
) -> AnnouncementWishes:
    """A sound one."""
    fields = {"priority": "normal", "seconds": 15, "minutes": 30} | changed
    return AnnouncementWishes(text=text, form=form, screens=screens, **fields)  # type: ignore[arg-type]


@pytest.fixture
def announcements(room: Room) -> Announcements:
    """The service."""
    audit: Audit = room.screens._audit
    return Announcements(room.engine, audit, room.redis, SITE, room.clock)


@pytest.fixture
def current(room: Room) -> CurrentAnnouncements:
    """As a gateway looks them up."""
    return CurrentAnnouncements(SITE, room.redis, room.engine, room.clock)


@pytest.fixture
def without_database(room: Room) -> CurrentAnnouncements:
    """As a gateway that cannot reach the database does."""
    return CurrentAnnouncements(SITE, room.redis, open_store(AWAY), room.clock)
