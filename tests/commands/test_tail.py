"""`floorwatch tail`: one readable line an entry, and nothing in it that a caller could steer a terminal with."""

from __future__ import annotations

from collectors.events import AnyEvent, Entry, OfferStarted, QueueEntered, SnapshotTaken
from collectors.stream import Undecodable
from dashboard.commands.tail import line


def entry(event: AnyEvent, *, backfilled: bool = False) -> Entry:
    return Entry("main", "pbx1", "b", 1, 2, 1_795_286_393_000, event, backfilled=backfilled)


def test_a_line_names_the_event_and_its_fields() -> None:
    shown = line("1-0", entry(OfferStarted("sales", "17.1", 1, "PJSIP/1001")))
    assert "pbx1" in shown
    assert "OfferStarted" in shown
    assert "queue=sales  call=17.1  visit=1  agent=PJSIP/1001" in shown


def test_a_hostile_name_cannot_steer_the_terminal() -> None:
    shown = line("1-0", entry(QueueEntered("sales", "17.1", 1, name="\x1b[2J张伟\r\n")))
    assert "张伟" in shown
    assert all(char.isprintable() for char in shown)


def test_a_back_filled_entry_says_so() -> None:
    assert line("1-0", entry(OfferStarted("sales", "17.1", 1, "a"), backfilled=True)).endswith("(back-filled)")


def test_a_snapshot_is_counted_not_listed() -> None:
    shown = line("1-0", entry(SnapshotTaken([], [], [], [], [], [], [])))
    assert "members=0" in shown


def test_a_record_of_another_release_is_told() -> None:
    shown = line("1-0", Undecodable(b"\xc1", "Written by a newer release."))
    assert "cannot be read by this release: Written by a newer release." in shown
