"""Boards in the library: who may touch which, drafts of two people, what screens show, going back, taking away."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard.access.actor import Denied
from dashboard.access.audit_check import verify
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.boards import TEMPLATES
from dashboard.boards.document import Title
from dashboard.boards.reading import BoardRefused
from dashboard.refusal import Refused
from dashboard.wallboards.naming import checked_id
from dashboard.wallboards.stored import DraftConflict, UnknownBoard
from tests.access.ledger import lines_of
from tests.patience import HANG_S
from tests.wallboards.library_room import (
    HELPER,
    MANAGER,
    NAME,
    SALES,
    SELLER,
    TRAINER,
    LibraryRoom,
    document,
    person,
)


def word(deed: Callable[[], Any]) -> str:
    """What is refused."""
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.word


def test_from_a_template_to_the_screens_and_back(room: LibraryRoom) -> None:
    library = room.library
    made = library.make(SELLER, "default", "sales", NAME, SALES)
    assert (made.id, made.revision, made.draft_version, made.draft.title, made.draft.id) == (
        "sales",
        0,
        1,
        NAME,
        "sales",
    )
    assert made.is_changed
    assert room.published.all() == {}

    assert library.save_draft(SELLER, "sales", document(red=5), 1) == 2
    assert library.publish(SELLER, "sales", 2, " first \n one ") == 1
    assert not library.get(SELLER, "sales").is_changed
    shown = room.published.find("sales")
    assert shown is not None
    assert (shown.revision, shown.board) == (1, library.get(SELLER, "sales").draft)

    library.save_draft(SELLER, "sales", document(red=7), 2)
    assert room.published.find("sales") == shown, "a draft changes no screen"
    assert library.get(SELLER, "sales").is_changed
    assert library.publish(SELLER, "sales", 3) == 2
    assert word(lambda: library.publish(SELLER, "sales", 3)) == "boards.refused.nothing_new"

    room.clock.ms += 60_000
    assert library.restore(MANAGER, "sales", 1, 3) == 3
    again = room.published.find("sales")
    assert again is not None
    assert (again.revision, again.board) == (3, shown.board)
    assert library.get(SELLER, "sales").draft_version == 4
    assert [(one.number, one.published_by, one.restored_from, one.note, one.is_shown) for one in
            library.history(SELLER, "sales")] == [
        (3, "陈经理", 1, "", True), (2, "Sally", None, "", False), (1, "Sally", None, "first one", False),
    ]  # fmt: skip
    assert word(lambda: library.restore(MANAGER, "sales", 3, 4)) == "boards.refused.shown_already"
    assert room.actions == [
        "board.made", "board.published", "board.changed", "board.published", "board.restored",
    ]  # fmt: skip
    assert verify(room.engine, room.audit.anchor, room.clock.ms).is_intact


def test_of_many_who_save_at_once_one_does(room: LibraryRoom) -> None:
    room.library.make(MANAGER, "number", "sales", NAME, SALES)

    def save(red: int) -> str:
        try:
            return str(room.library.save_draft(SELLER, "sales", document(red=red), 1))
        except DraftConflict as conflict:
            return f"conflict {conflict.version}"

    with ThreadPoolExecutor(6) as pool:
        told = sorted(pool.map(save, range(2, 8)))
    assert told == ["2", *["conflict 2"] * 5]
    assert room.actions == ["board.made", "board.changed"]


def test_two_people_do_not_overwrite_each_other_unseen(room: LibraryRoom) -> None:
    library = room.library
    library.make(MANAGER, "default", "sales", NAME, SALES)
    library.save_draft(SELLER, "sales", document(red=5), 1)
    with pytest.raises(DraftConflict) as late:
        library.save_draft(MANAGER, "sales", document(red=6), 1)
    assert (late.value.version, late.value.by, late.value.at_ms) == (2, "Sally", room.clock.ms)
    assert late.value.values["time"] == "2023-11-15 06:13", "by the site's clock"
    for deed in (lambda: library.publish(MANAGER, "sales", 1), lambda: library.restore(MANAGER, "sales", 1, 1)):
        assert word(deed) == "boards.refused.conflict"
    assert library.get(MANAGER, "sales").draft.tiles[0].limits.red == 5  # type: ignore[union-attr]
    assert library.save_draft(MANAGER, "sales", document(red=6), 2) == 3
    assert room.actions == ["board.made", "board.changed", "board.changed"], "one line for whoever goes on"
    assert library.save_draft(MANAGER, "sales", document(red=7), 3) == 4
    assert library.save_draft(MANAGER, "sales", document(red=7), 4) == 4, "nothing is different"
    assert len(room.actions) == 3


def test_who_may_not_see_a_board_is_told_nothing_of_it(room: LibraryRoom) -> None:
    library = room.library
    library.make(SELLER, "default", "sales", NAME, SALES)
    library.publish(SELLER, "sales", 1)
    before, lines = room.published.all(), len(lines_of(room.engine))
    deeds: list[Callable[[str], Any]] = [
        lambda board: library.get(HELPER, board),
        lambda board: library.history(HELPER, board),
        lambda board: library.revision(HELPER, board, 1),
        lambda board: library.exported(HELPER, board),
        lambda board: library.make(HELPER, board, "stolen", NAME, Scope(frozenset({"support"}))),
        lambda board: library.save_draft(HELPER, board, document(), 1),
        lambda board: library.publish(HELPER, board, 1),
        lambda board: library.restore(HELPER, board, 1, 1),
        lambda board: library.remove(HELPER, board),
        lambda board: library.imported(
            HELPER, json.dumps(document()).encode(), scope=SALES, board_id=board, replaces=True
        ),
    ]
    for deed in deeds:
        for board in ("sales", "nothing"):
            with pytest.raises(Denied):
                deed(board)
    assert library.listed(HELPER) == []
    assert "sales" not in library.walls(HELPER)
    assert library.walls(SELLER) == {board: one.title for board, one in TEMPLATES.items()} | {"sales": NAME}
    assert room.published.draft("sales", HELPER) is None
    assert room.published.draft("sales", TRAINER) is None
    found = room.published.draft("sales", SELLER)
    assert found is not None
    assert found.revision == 1
    assert (room.published.all(), len(lines_of(room.engine))) == (before, lines)
    with pytest.raises(UnknownBoard):
        library.get(MANAGER, "nothing")
    for denied in (lambda: library.listed(TRAINER), lambda: library.make(TRAINER, "default", "x", NAME, EVERYTHING)):
        with pytest.raises(Denied):
            denied()
    assert library.walls(TRAINER).keys() == TEMPLATES.keys()


def test_a_board_names_only_what_lies_in_its_scope_and_a_scope_in_its_makers(room: LibraryRoom) -> None:
    library = room.library
    foreign: list[Callable[[], Any]] = [
        lambda: library.make(SELLER, "default", "all", NAME, EVERYTHING),
        lambda: library.imported(SELLER, json.dumps(document()).encode(), scope=EVERYTHING),
    ]
    for deed in foreign:
        with pytest.raises(Denied):
            deed()
    assert (library.listed(MANAGER), room.actions) == ([], []), "and nothing of it was kept"
    assert word(lambda: library.make(SELLER, "default", "none", NAME, NOTHING)) == "boards.refused.scope_missing"
    library.make(SELLER, "default", "sales", NAME, SALES)
    strange = document(queues=["support", "sales"], teams=["support-team", "night-team"])
    with pytest.raises(BoardRefused) as refused:
        library.save_draft(SELLER, "sales", {**strange, "queues": ["support"]}, 1)
    assert [(one.word, one.page, one.tile, one.field, one.values) for one in refused.value.mistakes] == [
        ("out_of_scope", 0, "", "queues", {"names": ("support",)}),
        ("out_of_scope", 1, "waiting", "queues", {"names": ("support",)}),
        ("out_of_scope", 1, "waiting", "teams", {"names": ("support-team",)}),
    ]
    with pytest.raises(BoardRefused):
        library.save_draft(MANAGER, "sales", strange, 1)
    within = document(queues=["sales"], teams=["sales-team", "night-team"])
    assert library.save_draft(SELLER, "sales", within, 1) == 2, "teams below a team of the scope count"


@pytest.mark.parametrize(
    ("board_id", "refused"),
    [
        ("", "boards.refused.id_missing"),
        ("Sales", "boards.refused.id"),
        ("a/b", "boards.refused.id"),
        ("-a", "boards.refused.id"),
        ("é", "boards.refused.id"),
        ("a\n", ""),
        ("x" * 65, "boards.refused.id"),
        ("default", "boards.refused.id_reserved"),
        ("floor", "boards.refused.id_reserved"),
        ("pictures", "boards.refused.id_reserved"),
        ("sales", "boards.refused.id_taken"),
    ],
)
def test_ids_are_words_for_addresses(board_id: str, refused: str) -> None:
    if refused:
        assert word(lambda: checked_id(board_id, {"sales"})) == refused
    else:
        assert checked_id(board_id, {"sales"}) == board_id.strip()


def test_an_id_is_used_once_also_after_its_board_is_gone(room: LibraryRoom) -> None:
    room.library.make(MANAGER, "number", "sales", NAME, SALES)
    room.library.remove(MANAGER, "sales")
    assert word(lambda: room.library.make(SELLER, "number", "sales", NAME, SALES)) == "boards.refused.id_taken"


def test_a_free_id_is_proposed(room: LibraryRoom) -> None:
    room.library.make(MANAGER, "default", "sales-wall", NAME, SALES)
    assert room.library.proposed_id(SELLER, NAME) == "sales-wall-2"
    assert room.library.proposed_id(SELLER, Title(zh="销售")) == "board"
    assert room.library.proposed_id(SELLER, Title(en="Default")) == "default-2"
    assert word(lambda: room.library.make(SELLER, "default", "x", Title(" "), SALES)) == "boards.refused.title_missing"


def test_a_board_on_a_screen_stays_and_the_screens_are_named_to_who_may_know_them(room: LibraryRoom) -> None:
    library = room.library
    library.make(MANAGER, "default", "sales", NAME, SALES)
    library.publish(MANAGER, "sales", 1)
    room.screen("sales", "TV of sales", SALES)
    room.screen("sales", "TV of the boss", EVERYTHING)
    with pytest.raises(Refused) as refused:
        library.remove(SELLER, "sales")
    assert refused.value.values == {"names": "TV of sales", "others": 1}
    assert library.listed(SELLER)[0].shown_on.names == ("TV of sales",)
    assert library.get(MANAGER, "sales").shown_on.names == ("TV of sales", "TV of the boss")
    library.make(MANAGER, "sales", "spare", NAME, SALES)
    library.remove(SELLER, "spare")
    assert [one.id for one in library.listed(MANAGER)] == ["sales"]
    assert room.actions[-1] == "board.removed"
    with pytest.raises(UnknownBoard):
        library.get(MANAGER, "spare")


def test_a_removed_board_is_on_no_screen(room: LibraryRoom) -> None:
    room.library.make(MANAGER, "default", "sales", NAME, SALES)
    room.library.publish(MANAGER, "sales", 1)
    assert set(room.published.all()) == {"sales"}
    room.library.remove(MANAGER, "sales")
    assert room.published.all() == {}
    assert room.published.draft("sales", MANAGER) is None


def test_an_import_is_whole_or_nothing(room: LibraryRoom) -> None:
    library = room.library
    wrong = document() | {"queues": "sales", "theme": "pink", "colour": 1}
    wrong["pages"][0]["tiles"][0] |= {"metric": "unknown", "window": "week", "at": {"x": 30, "y": 0, "w": 1, "h": 1}}
    with pytest.raises(BoardRefused) as refused:
        library.imported(SELLER, json.dumps(wrong).encode(), scope=SALES, board_id="mine")
    assert len(refused.value.mistakes) >= 5
    assert library.listed(MANAGER) == []
    assert room.actions == []
    made = library.imported(SELLER, json.dumps(document() | {"id": "from-file"}).encode(), scope=SALES)
    assert (made.id, made.revision, made.made_by) == ("from-file", 0, "Sally")
    again = json.dumps(document(red=4)).encode()
    assert word(lambda: library.imported(SELLER, again, scope=SALES, board_id="from-file")) == "boards.refused.id_taken"
    replaced = library.imported(SELLER, again, scope=SALES, board_id="from-file", replaces=True)
    assert (replaced.draft_version, replaced.draft.tiles[0].limits.red) == (2, 4.0)  # type: ignore[union-attr]
    assert room.actions == ["board.imported", "board.imported"]
    exported = library.exported(SELLER, "from-file")
    assert library.imported(MANAGER, exported, scope=EVERYTHING, board_id="copy").draft.pages == replaced.draft.pages
    assert library.exported(SELLER, "default").startswith(b'{\n  "format": 1')


def test_every_change_tells_who_shows_boards(room: LibraryRoom) -> None:
    told: list[bytes] = []
    listener = room.redis.pubsub()  # type: ignore[no-untyped-call]
    listener.psubscribe("*")
    listener.get_message(timeout=HANG_S)
    room.library.make(MANAGER, "default", "sales", NAME, SALES)
    room.library.save_draft(MANAGER, "sales", document(), 1)
    room.library.publish(MANAGER, "sales", 2)
    while message := listener.get_message(timeout=HANG_S if len(told) < 3 else 0.2):
        told.append(message["data"])
    listener.close()
    assert told == [b'{"kind":"boards","id":"sales"}'] * 3


def test_what_a_newer_release_wrote_is_listed_and_named(room: LibraryRoom) -> None:
    from sqlalchemy import update

    from dashboard.store.engine import writing
    from dashboard.store.schema import board_revisions, boards

    room.library.make(MANAGER, "default", "sales", NAME, SALES)
    room.library.publish(MANAGER, "sales", 1)
    with writing(room.engine) as connection:
        newer = json.dumps(document() | {"format": 99})
        connection.execute(update(boards).values(draft=newer))
        connection.execute(update(board_revisions).values(document=newer))
    (line,) = room.library.listed(MANAGER)
    assert line.title == Title()
    assert room.published.all() == {}
    assert room.published.draft("sales", MANAGER) is None
    assert room.library.history(MANAGER, "sales")[0].board is None
    for deed in (lambda: line.draft, lambda: room.library.exported(MANAGER, "sales")):
        assert word(deed) == "boards.refused.unreadable"


def test_an_admin_of_part_of_the_floor_is_bound_to_it(room: LibraryRoom) -> None:
    room.library.make(MANAGER, "default", "sales", NAME, EVERYTHING)
    assert room.library.listed(person(Role.ADMIN, SALES)) == []
