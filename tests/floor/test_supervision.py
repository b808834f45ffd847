"""What screens know of sessions, commands and control processes, from the entries alone."""

from __future__ import annotations

from msgspec.structs import replace

from collectors import events as e
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.fold import fold
from dashboard.floor.links import links
from dashboard.floor.supervision import REMEMBERED_MS
from tests.floor.site import Site
from tests.floor.world import T0

CONTROL = e.control_writer("pbx1")
ASKED = e.CommandChanged(
    "0123456789abcdef", "monitor.start", "authorised", "pbx1", "a1", "王芳", agent="PJSIP/1001", session="fw-0123456789abcdef",
    mode="listen", via="phone", purpose="new colleague", ends_at_ms=T0 + 1_800_000,
)  # fmt: skip
OTHER = "1111111111111111"


def states(site: Site) -> dict[str, str]:
    return {key: command.told.state for key, command in site.floor.core.commands.items()}


def alive(site: Site, at_s: float) -> None:
    site.tell(at_s, e.SourceAlive())


def test_a_command_is_known_as_it_was_told_last() -> None:
    site = Site()
    for at_s, state in ((1, "authorised"), (1.1, "audited"), (1.2, "sent"), (2, "confirmed"), (60, "ended")):
        changes = site.tell(at_s, replace(ASKED, state=state), switch=CONTROL)
        assert changes.commands == {ASKED.command}
        assert changes.of_supervision
    command = site.floor.core.commands[ASKED.command]
    assert (command.told.state, command.told.by, command.told.purpose) == ("ended", "王芳", "new colleague")
    assert (command.at_ms, command.confirmed_ms) == (T0 + 60_000, T0 + 2_000)


def test_what_is_over_is_remembered_for_ten_minutes_and_a_session_until_its_end() -> None:
    site = Site()
    over_s = REMEMBERED_MS / 1000
    changed = replace(ASKED, command=OTHER, kind="monitor.mode", state="confirmed")
    site.tell(1, replace(ASKED, state="confirmed"), changed, switch=CONTROL)
    site.tell(
        2, replace(ASKED, command="2222222222222222", kind="agent.pause", session=None, state="sent"), switch=CONTROL
    )
    alive(site, over_s)
    assert set(states(site)) == {ASKED.command, OTHER, "2222222222222222"}
    alive(site, over_s + 3)
    assert states(site) == {ASKED.command: "confirmed"}
    site.tell(1_000, replace(ASKED, state="ended", reason="stopped"), switch=CONTROL)
    alive(site, 1_000 + over_s - 1)
    assert states(site) == {ASKED.command: "ended"}
    alive(site, 1_000 + over_s)
    assert states(site) == {}


def test_a_session_whose_end_nobody_told_does_not_stay_for_ever() -> None:
    site = Site()
    site.tell(1, replace(ASKED, state="confirmed"), switch=CONTROL)
    alive(site, 1_800 + REMEMBERED_MS / 1000 - 1)
    assert states(site)
    alive(site, 1_800 + REMEMBERED_MS / 1000)
    assert not states(site)


def test_what_control_says_of_itself() -> None:
    site = Site()
    phones: dict[str, e.Device] = {"PJSIP/2001": "free"}
    changes = site.tell(1, e.ControlChanged("pbx1", "", "browser_off", phones, "23.4.1"), switch=CONTROL)
    assert changes.controls == {"pbx1"}
    site.tell(6, e.ControlChanged("pbx1", "switch_down"), switch=CONTROL)
    control = site.floor.core.controls["pbx1"]
    assert (control.at_ms, control.why_not, control.phones) == (T0 + 6_000, "switch_down", {})


def test_a_control_process_is_no_link_and_its_silence_no_gap() -> None:
    site = Site()
    site.tell(1, e.ControlChanged("pbx1"), switch=CONTROL)
    for at_s in (2, 4, 6, 8, 10, 12):
        alive(site, at_s)
    assert [link.switch for link in links(site.floor, T0 + 12_000)] == ["pbx1"]
    assert site.look("offered", 12).gap_s == 0
    assert not site.tell(13, replace(ASKED, state="sent"), switch=CONTROL).links


def test_commands_are_in_a_checkpoint_and_told_once() -> None:
    site = Site()
    site.tell(
        1, e.ControlChanged("pbx1", phones={"PJSIP/2001": "ringing"}), replace(ASKED, state="confirmed"), switch=CONTROL
    )
    again = load(dump(site.floor))
    assert dump(again) == dump(site.floor)
    assert again.core.commands[ASKED.command].told == replace(ASKED, state="confirmed")
    old = e.Entry("site", CONTROL, "", 1, 1, T0 + 2_000, replace(ASKED, state="audited"))
    assert not fold(again, old).any
    assert dump(again) == dump(site.floor)


# -- sessions -------------------------------------------------------------------------------------------------------------------


def test_another_mode_keeps_the_start_of_the_session() -> None:
    site = Site()
    site.tell(1, e.MonitoringStarted("fw-1", "PJSIP/1001", "PJSIP/2001", "listen", "c1"))
    changes = site.tell(5, e.MonitoringStarted("fw-1", "PJSIP/1001", "PJSIP/2001", "whisper", "c1"))
    (key,) = changes.monitorings
    session = site.floor.core.monitorings[key]
    assert (session.started_ms, session.mode, session.mode_since_ms) == (T0 + 1_000, "whisper", T0 + 5_000)
    assert changes.agents == {"PJSIP/1001"}
    assert site.tell(9, e.MonitoringStopped("fw-1", "PJSIP/1001")).monitorings == {key}
    assert not site.floor.core.monitorings


def test_another_agent_in_the_same_session_is_a_new_start() -> None:
    site = Site()
    site.tell(1, e.MonitoringStarted("fw-1", "PJSIP/1001", "PJSIP/2001", "barge"))
    site.tell(5, e.MonitoringStarted("fw-1", "PJSIP/1004", "PJSIP/2001", "barge"))
    (session,) = site.floor.core.monitorings.values()
    assert (session.agent, session.started_ms) == ("PJSIP/1004", T0 + 5_000)
    assert not site.floor.agents["PJSIP/1001"].monitored
    assert site.floor.agents["PJSIP/1004"].monitored


def test_whose_caller_was_taken_over_is_heard_no_more() -> None:
    site = Site()
    site.tell(1, e.MonitoringStarted("fw-1", "PJSIP/1001", "PJSIP/2001", "barge"))
    site.tell(5, e.MonitoringStarted("fw-1", "PJSIP/1001", "PJSIP/2001", "takeover"))
    (session,) = site.floor.core.monitorings.values()
    assert (session.mode, session.started_ms) == ("takeover", T0 + 1_000)
    assert not site.floor.agents["PJSIP/1001"].monitored
    site.tell(8, e.MonitoringStopped("fw-1", "PJSIP/1001"))
    assert not site.floor.core.monitorings
