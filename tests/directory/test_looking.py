"""Who may look changes nothing, by none of the verbs, however much they may see."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import Scope
from dashboard.directory import Directory
from tests.directory.office import ADMIN, Office, actor

VERBS: dict[str, Callable[[Directory, Actor, str], object]] = {
    "people.add": lambda d, who, _: d.people.add(who, {"display_name": "x"}),
    "people.change": lambda d, who, person: d.people.change(who, person, {"nickname": "x"}),
    "people.leave": lambda d, who, person: d.people.leave(who, person),
    "people.come_back": lambda d, who, person: d.people.come_back(who, person),
    "teams.add": lambda d, who, _: d.teams.add(who, {"id": "night", "name_zh": "夜班"}),
    "teams.change": lambda d, who, _: d.teams.change(who, "sales", {"name_zh": "x"}),
    "teams.remove": lambda d, who, _: d.teams.remove(who, "sales"),
    "agents.claim": lambda d, who, person: d.agents.claim(who, "PJSIP/1002", person),
    "agents.release": lambda d, who, _: d.agents.release(who, "PJSIP/1001"),
    "agents.set_aside": lambda d, who, _: d.agents.set_aside(who, "PJSIP/1003"),
    "queues.put": lambda d, who, _: d.queues.put(who, "600", {"threshold_s": 5}),
    "queues.remove": lambda d, who, _: d.queues.remove(who, "600"),
    "reasons.put": lambda d, who, _: d.reasons.put(who, "lunch", {"limit_min": 5}),
    "reasons.add_defaults": lambda d, who, _: d.reasons.add_defaults(who),
    "reasons.remove": lambda d, who, _: d.reasons.remove(who, "lunch"),
    "rules.put": lambda d, who, _: d.rules.put(who, {"interval_min": 15}),
    "together": lambda d, who, _: _entered(d.together(who, "directory.imported")),
}


def _entered(unit: AbstractContextManager[object]) -> None:
    with unit:
        pass


def test_every_verb_is_denied_to_who_may_only_look(office: Office) -> None:
    directory = office.directory
    directory.teams.add(ADMIN, {"id": "sales", "name_zh": "销售"})
    person = directory.people.add(ADMIN, {"display_name": "王芳", "team_id": "sales"}).id
    directory.agents.claim(ADMIN, "PJSIP/1001", person)
    directory.queues.put(ADMIN, "600", {"threshold_s": 20})
    directory.reasons.put(ADMIN, "lunch", {"name_zh": "就餐", "category": "rest"})
    before, told = office.settings, len(office.log())
    for role in (Role.AUDITOR, Role.ANALYST, Role.SUPERVISOR):
        for name, verb in VERBS.items():
            with pytest.raises(Denied) as denied:
                verb(directory, actor(role), person)
            assert denied.value.permission is Permission.DIRECTORY_EDIT, name
    assert (office.settings, len(office.log())) == (before, told)


def test_the_row_of_all_other_queues_is_nobodys_who_does_not_see_all(office: Office) -> None:
    """Not even where a scope names it as if it were a queue."""
    for scope in (Scope(frozenset({"600"})), Scope(frozenset({"*"}))):
        with pytest.raises(Denied):
            office.directory.queues.put(actor(Role.MANAGER, scope), "*", {"threshold_s": 5})
        with pytest.raises(Denied):
            office.directory.queues.remove(actor(Role.MANAGER, scope), "*")
    assert office.directory.queues.put(actor(Role.MANAGER), "*", {"threshold_s": 5}).entry.threshold_s == 5
