"""What the doctor says of the account that steps into calls, on a scripted switch."""

from __future__ import annotations

from pydantic import SecretStr

from collectors.asterisk.codec import Message
from dashboard.commands.doctor import Finding, _control, _stepping_in
from dashboard.settings import ControlSettings, Settings, SwitchSettings
from tests.asterisk.loop import in_loop
from tests.asterisk.scripted import SECRET, Answer, reply, scripted

USER = "floorwatch-control"


def switch(port: int, **more: object) -> SwitchSettings:
    return SwitchSettings.model_validate(
        {"port": port, "control_username": USER, "control_secret": SecretStr(SECRET)} | more
    )


def collectors_rights(asked: Message) -> bytes:
    return reply(asked, ("ConfbridgeList", " (Priv: reporting,all)"))


@in_loop
async def test_without_an_account_nothing_is_wrong() -> None:
    (found,) = await _control("pbx1", switch(1, control_username=""))
    assert (found.verdict, found.what) == ("ok", "switch pbx1, control")
    assert "nobody steps into calls" in found.words


@in_loop
async def test_an_account_of_its_own_with_a_secret_of_its_own() -> None:
    (found,) = await _control("pbx1", switch(1, username=USER))
    assert (found.verdict, "the same account as the collector's" in found.words) == ("wrong", True)
    (found,) = await _control("pbx1", switch(1, control_secret=SecretStr("")))
    assert (found.verdict, "FLOORWATCH_SWITCHES__PBX1__CONTROL_SECRET" in found.words) == ("wrong", True)


@in_loop
async def test_what_it_lacks_is_said() -> None:
    answers: dict[str, Answer] = {"ListCommands": collectors_rights, "CoreSettings": reply}
    async with scripted(answers) as asterisk:
        found = await _control("pbx1", switch(asterisk.port), watch_s=0)
    wrong = [finding.words for finding in found if finding.verdict == "wrong"]
    assert any(f"the account '{USER}' lacks the write class 'originate'" in words for words in wrong)
    assert {finding.what for finding in found} == {"switch pbx1, control", "switch pbx1, control, rights"}


def test_whether_stepping_in_is_set_up_is_one_line() -> None:
    bare, whole = Settings(), Settings(control=ControlSettings(media_secret=SecretStr("random")))
    good, bad = [Finding("ok", "", "")], [Finding("wrong", "", "")]
    assert list(_stepping_in(whole, "pbx1", switch(1, control_username=""), good)) == []
    told = [
        _stepping_in(settings, "pbx1", switch(1, websocket_client="floorwatch"), control)
        for settings, control in ((whole, bad), (bare, good), (whole, good))
    ]
    words = [finding.words for findings in told for finding in findings]
    assert words[0] == "not before that account is right."
    assert "by phone only" in words[1]
    assert "in browsers by its connection 'floorwatch'" in words[2]
    assert words[2].endswith("floorwatch doctor --live-call --switch pbx1")
