"""Whatever is done to the directory, the newest row of the outbox says what the tables say, and no row is written in vain."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.events import FloorSettings
from dashboard.access.actor import Denied
from dashboard.directory import Rooms
from dashboard.refusal import Refused
from dashboard.store import open_store, upgrade
from dashboard.store.engine import writing
from dashboard.store.schema import metadata
from tests.directory.office import ADMIN, Office
from tests.store.databases import Databases

Deed = Callable[[Rooms], Any]

few = st.sampled_from(["a", "b", "c"])
names = st.sampled_from(["王芳", "李娜", ""])
seconds = st.sampled_from([5, 20, 60])


def _person(rooms: Rooms, place: int) -> str:
    known = rooms.people.listed(ADMIN, with_left=True)
    return known[place % len(known)].id if known else "nobody"


places = st.integers(0, 5)
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.builds(lambda t, p: lambda r: r.teams.add(ADMIN, {"id": t, "parent_id": p}), few, st.one_of(st.just(""), few)),
    st.builds(lambda t, p, n: lambda r: r.teams.change(ADMIN, t, {"parent_id": p, "name_zh": n}), few, few, names),
    st.builds(lambda t: lambda r: r.teams.remove(ADMIN, t), few),
    st.builds(lambda n, s, t: lambda r: r.people.add(ADMIN, {"display_name": n, "staff_number": s, "team_id": t}),
              names, st.sampled_from(["", "1", "2"]), st.one_of(st.just(""), few)),
    st.builds(lambda i, n, t: lambda r: r.people.change(ADMIN, _person(r, i), {"nickname": n, "team_id": t}),
              places, names, st.one_of(st.just(""), few)),
    st.builds(lambda i, n: lambda r: r.people.change(ADMIN, _person(r, i), {"display_name": n}), places, names),
    st.builds(lambda i: lambda r: r.people.leave(ADMIN, _person(r, i)), places),
    st.builds(lambda i: lambda r: r.people.come_back(ADMIN, _person(r, i)), places),
    st.builds(lambda a, i: lambda r: r.agents.claim(ADMIN, f"PJSIP/{a}", _person(r, i)), few, places),
    st.builds(lambda a: lambda r: r.agents.release(ADMIN, f"PJSIP/{a}"), few),
    st.builds(lambda a: lambda r: r.agents.set_aside(ADMIN, f"PJSIP/{a}"), few),
    st.builds(lambda q, t: lambda r: r.queues.put(ADMIN, q, {"threshold_s": t}), st.one_of(st.just("*"), few), seconds),
    st.builds(lambda q: lambda r: r.queues.remove(ADMIN, q), st.one_of(st.just("*"), few)),
    st.builds(lambda q, m: lambda r: r.reasons.put(ADMIN, q, {"limit_min": m}), few, seconds),
    st.builds(lambda q: lambda r: r.reasons.remove(ADMIN, q), few),
    st.builds(lambda s: lambda r: r.rules.put(ADMIN, {"state_limits_s": {"talking": s}}), seconds),
    st.builds(lambda m: lambda r: r.rules.put(ADMIN, {"interval_min": m}), st.sampled_from([15, 30])),
)  # fmt: skip


@contextmanager
def _office(databases: Databases) -> Iterator[Office]:
    folder = Path(tempfile.mkdtemp(prefix="floorwatch-"))
    engine = open_store(databases.empty())
    upgrade(engine)
    try:
        yield Office(engine, folder)
    finally:
        engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)


def _try(deed: Deed, rooms: Rooms) -> None:
    with suppress(Refused, Denied):
        deed(rooms)


def _empty(office: Office) -> None:
    with writing(office.engine) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())


def test_the_outbox_says_what_the_tables_say(databases: Databases) -> None:
    with _office(databases) as office:

        @settings(max_examples=40)
        @given(st.lists(st.tuples(deeds, st.booleans()), max_size=14))
        def holds(plan: list[tuple[Deed, bool]]) -> None:
            _empty(office)
            together: list[Deed] = []
            for deed, is_one_of_many in plan:
                if is_one_of_many:
                    together.append(deed)
                    continue
                with office.directory.together(ADMIN, "directory.imported") as change:
                    for one in together:
                        _try(one, change)
                together.clear()
                _try(deed, office.directory)
                told = office.all_told
                assert (told[-1] if told else FloorSettings()) == office.settings
                assert all(one != other for one, other in pairwise(told)), "a row although nothing had changed"

        holds()
