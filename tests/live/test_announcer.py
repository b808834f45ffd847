"""Announcements on their way to screens: to whom, and when."""

from __future__ import annotations

from dashboard.wallboards.announcement import Announcement
from tests.live.people import screen
from tests.live.test_gateway import Hall

TV = screen()
TV_ID = TV.actor.id


def said(id_: str, until_ms: int, *screens: str) -> Announcement:
    return Announcement(id_, "banner", f"text of {id_}", "normal", until_ms, 15, screens)


def test_a_paired_screen_is_told_after_its_hello_and_when_its_list_changes() -> None:
    hall = Hall()
    now_ms = hall.scene.now.at_ms
    hall.gateway.announcer.know([said("a", now_ms + 60_000, TV_ID), said("b", now_ms + 60_000, "another")])
    _, tv = hall.screen(who=TV)
    (first,) = tv.of("announce")
    assert first["messages"] == [
        {
            "id": "a",
            "form": "banner",
            "text": "text of a",
            "priority": "normal",
            "until": now_ms + 60_000,
            "seconds": 15,
        }
    ]
    hall.second()
    assert len(tv.of("announce")) == 1  # nothing new
    hall.gateway.announcer.know([])
    hall.gateway.announce(hall.scene.now)
    assert tv.of("announce")[-1]["messages"] == []


def test_it_is_taken_off_when_it_ends() -> None:
    hall = Hall()
    hall.gateway.announcer.know([said("a", hall.scene.now.at_ms + 5_000, TV_ID)])
    _, tv = hall.screen(who=TV)
    hall.scene.wait(5)
    hall.second()
    assert [len(frame["messages"]) for frame in tv.of("announce")] == [1, 0]


def test_a_persons_browser_is_told_nothing() -> None:
    hall = Hall()
    hall.gateway.announcer.know([said("a", hall.scene.now.at_ms + 5_000, TV_ID)])
    _, desk = hall.screen()
    hall.second()
    assert desk.of("announce") == []


def test_until_anything_is_known_a_screen_is_not_told_that_there_is_nothing() -> None:
    hall = Hall()
    _, tv = hall.screen(who=TV)
    hall.second()
    assert tv.of("announce") == []
    hall.gateway.announcer.know([])
    hall.second()
    assert tv.of("announce")[-1]["messages"] == []


def test_a_stuck_screen_is_told_when_it_drains() -> None:
    hall = Hall()
    _, tv = hall.screen(who=TV)
    tv.unsent = 1
    hall.gateway.announcer.know([said("a", hall.scene.now.at_ms + 60_000, TV_ID)])
    hall.second()
    assert tv.of("announce") == []
    tv.unsent = 0
    hall.second()
    assert len(tv.of("announce")) == 1
