"""The first run: a proposal for whatever the switch reports, and all that is confirmed in one transaction."""

from __future__ import annotations

import pytest

from collectors.events import AgentSettings
from dashboard.access.actor import Denied
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory.proposals import FirstRun, PersonChoice, Proposals, proposed_name, proposed_number
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.refusal import Refused
from tests.directory.office import ADMIN, Office, actor

SEEN = Seen(
    7_000,
    (
        SeenAgent("Local/1001@agents/n", "王芳 (1001)", ("sales",), 2),
        SeenAgent("PJSIP/1001", "王芳", ("sales",), 3),
        SeenAgent("PJSIP/1002", "PJSIP/1002", ("600",)),
        SeenAgent("PJSIP/1003", "Li\x00Na"),
    ),
    ("600", "sales", "vip-hotline", "售后"),
    ("Break", "自定义"),
)


@pytest.mark.parametrize(
    ("switch_name", "agent", "name", "number"),
    [
        ("王芳 (1001)", "PJSIP/1001", "王芳", "1001"),
        ("1001 - Dave Lee", "Local/1005@agents/n", "Dave Lee", "1005"),
        ("PJSIP/1002", "PJSIP/1002", "", "1002"),
        ("SIP/9", "SIP/9", "", ""),
        ("8001", "Agent/8001", "", "8001"),
        ("<b>Eve</b>", "PJSIP/77@x", "<b>Eve</b>", "77"),
        ("", "1234", "", "1234"),
        ("a\nb" + "x" * 200, "PJSIP/reception", "a b" + "x" * 97, ""),
    ],
)
def test_names_and_numbers_are_guessed_from_what_looks_like_one(
    switch_name: str, agent: str, name: str, number: str
) -> None:
    assert (proposed_name(switch_name, agent), proposed_number(agent)) == (name, number)


def test_a_whole_floor_is_named_on_one_page(office: Office) -> None:
    office.seen = SEEN
    proposals = Proposals(office.directory)
    found = proposals.of(ADMIN)
    assert found.at_ms == 7_000
    assert [(one.agent.id, one.display_name, one.staff_number) for one in found.agents] == [
        ("Local/1001@agents/n", "王芳", "1001"),
        ("PJSIP/1001", "王芳", "1001"),
        ("PJSIP/1002", "", "1002"),
        ("PJSIP/1003", "Li Na", "1003"),
    ]
    assert [(one.id, one.name_zh, one.name_en) for one in found.queues] == [
        ("600", "", ""), ("sales", "销售", "Sales"), ("vip-hotline", "", "Vip hotline"), ("售后", "售后", ""),
    ]  # fmt: skip
    assert [(one.reason, one.entry.name_zh, one.entry.name_en) for one in found.reasons] == [
        ("Break", "小休", "Break"), ("自定义", "自定义", ""),
    ]  # fmt: skip
    chosen = FirstRun(
        [PersonChoice(one.agent.id, "", one.display_name, one.staff_number) for one in found.agents[:2]],
        ["PJSIP/1002"],
        {"sales": {"name_zh": "销售", "wrap_up_s": "10"}},
        {"Break": found.reasons[0].entry.model_dump()},
    )
    assert proposals.confirm(ADMIN, chosen) == {
        "person.added": 1, "agent.claimed": 2, "agent.set_aside": 1, "queue.added": 1, "reason.added": 1,
    }  # fmt: skip
    assert office.settings.agents == dict.fromkeys(
        ("Local/1001@agents/n", "PJSIP/1001"), AgentSettings("王芳", "1001", "")
    )
    assert office.told_settings == office.settings
    assert [action for action, *_ in office.log()] == ["directory.confirmed"]
    left = proposals.of(ADMIN)
    assert [one.agent.id for one in left.agents] == ["PJSIP/1003"]
    assert [one.id for one in left.queues] == ["600", "vip-hotline", "售后"]
    assert [one.reason for one in left.reasons] == ["自定义"]


def test_somebody_who_is_there_is_proposed_not_made_twice(office: Office) -> None:
    wang = office.directory.people.add(ADMIN, {"display_name": "王芳", "staff_number": "1001"})
    office.directory.people.add(ADMIN, {"display_name": "赵云", "staff_number": "1003"})
    office.seen = SEEN
    found = {one.agent.id: one for one in Proposals(office.directory).of(ADMIN).agents}
    assert found["PJSIP/1001"].person_id == wang.id
    assert (found["PJSIP/1003"].person_id, found["PJSIP/1003"].staff_number) == ("", "")  # the number is another's


def test_one_fault_keeps_all_of_it_out_and_says_where(office: Office) -> None:
    office.seen = SEEN
    proposals = Proposals(office.directory)
    good = PersonChoice("PJSIP/1001", "", "王芳", "1001")
    for chosen, field, word in (
        (FirstRun([good, PersonChoice("PJSIP/1003", "", " ")]), "PJSIP/1003:display_name", "missing"),
        (FirstRun([good, PersonChoice("X/1", "", "李娜", "1001")]), "X/1:staff_number", "staff_number_taken"),
        (FirstRun([good], queues={"sales": {"threshold_s": "x"}}), "sales:threshold_s", "no_whole_number"),
        (FirstRun([good], reasons={"Break": {"quota": "-1"}}), "Break:quota", "at_least"),
        (FirstRun([good], ["PJSIP/1001", "\x00"]), "\x00:id", "control_character"),
    ):
        with pytest.raises(Refused) as refused:
            proposals.confirm(ADMIN, chosen)
        assert (refused.value.field, refused.value.word) == (field, f"directory.refused.{word}")
    assert office.traces() == (0, 0, 0)
    assert office.directory.people.listed(ADMIN) == []


def test_proposals_within_a_scope(office: Office) -> None:
    office.seen = SEEN
    proposals = Proposals(office.directory)
    manager = actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset()))
    found = proposals.of(manager)
    assert [one.agent.id for one in found.agents] == ["PJSIP/1002"]
    assert [one.id for one in found.queues] == ["600"]
    with pytest.raises(Denied):
        proposals.confirm(manager, FirstRun([PersonChoice("PJSIP/1002", "", "x")]))
    with pytest.raises(Denied):
        proposals.confirm(actor(Role.SUPERVISOR), FirstRun())
    assert office.traces() == (0, 0, 0)
