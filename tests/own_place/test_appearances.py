"""How people choose to appear: what they may, what nobody may for them, and what is taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.notices import Notice
from dashboard.access.permissions import SCREEN_PERMISSIONS, Role
from dashboard.access.scope import Scope
from dashboard.leaderboards.people.appearances import AVATAR_SIDE, MOST_A_MINUTE, UnknownAvatar, Wishes
from dashboard.leaderboards.people.appearing import TINTS, Appearing, of_agent
from dashboard.refusal import Refused
from tests.own_place.conftest import SALES, SUPPORT, Room, person

LI, WANG, ANN = person("li"), person("wang"), person("ann")
DEER = Wishes("nickname", "小鹿", "shown", "3")


def photograph(colour: str = "red") -> bytes:
    """A photograph that says where it was taken, and holds more than a picture."""
    notes = Image.Exif()
    notes[0x010E] = "secret place"
    out = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(out, "JPEG", exif=notes)
    return out.getvalue() + b"<script>secret</script>"


def refusal(deed: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.word.removeprefix("own_place.refused."), refused.value.field


def test_who_chose_nothing_appears_by_name_and_takes_part(room: Room) -> None:
    known = room.known()
    assert {agent: (one.name, one.is_shown, one.person) for agent, one in known.items()} == {
        "PJSIP/1001": ("李文博", True, "li"),
        "PJSIP/1002": ("王芳", True, "wang"),
        "PJSIP/1003": ("Ann Lee", True, "ann"),
    }
    assert all(0 <= one.tint < TINTS and not one.avatar for one in known.values())
    assert of_agent(known, "PJSIP/1001", "x") is known["PJSIP/1001"]
    assert of_agent(known, "PJSIP/9", "Desk 9").name == "Desk 9"
    assert of_agent(known, "PJSIP/9", "").name == "PJSIP/9"


def test_an_own_choice_is_kept_audited_and_told_once(room: Room) -> None:
    heard = room.listening()
    chosen = room.appearances.choose(LI, DEER)
    assert room.appearances.own(LI) == chosen
    assert room.known()["PJSIP/1001"] == chosen.shown == Appearing("小鹿", "", 3, "shown", "li")
    assert room.next_of(heard) == Notice("leaderboards")
    room.appearances.choose(LI, DEER)
    room.appearances.choose(LI, Wishes("staff_number", "小鹿", "only_me", "99"))
    assert room.known()["PJSIP/1001"] == Appearing("0417", "", 3, "only_me", "li")
    lines = room.lines()
    assert [(line.action, line.actor_id, line.target_id) for line in lines] == [("appearance.changed", "li", "li")] * 2
    assert '"only_me"' in lines[1].details
    assert "小鹿" not in lines[1].details, "what stayed is not in the line"


def test_a_number_or_nickname_that_is_gone_shows_no_name_in_its_place(room: Room) -> None:
    room.appearances.choose(LI, Wishes("staff_number", "小鹿"))
    room.change_person("li", staff_number=None)
    assert room.known()["PJSIP/1001"].name == "小鹿"


def test_who_leaves_takes_nickname_and_picture_along(room: Room) -> None:
    room.appearances.choose(LI, DEER)
    avatar = room.appearances.draw(LI, photograph()).avatar.removeprefix("/avatars/")
    room.leaves("li")
    assert "PJSIP/1001" not in room.known()
    with pytest.raises(Denied):
        room.appearances.own(LI)
    for anybody in (LI, SALES, person("boss", Role.MANAGER)):
        with pytest.raises(UnknownAvatar):
            room.appearances.file(anybody, avatar)
    assert room.appearances.choose(WANG, DEER).shown.name == "小鹿"


def test_choices_that_are_none_are_refused_at_their_field(room: Room) -> None:
    choose = room.appearances.choose
    assert refusal(lambda: choose(LI, Wishes("emperor"))) == ("choice", "shown_as")
    assert refusal(lambda: choose(LI, Wishes(takes_part="maybe"))) == ("choice", "takes_part")
    assert refusal(lambda: choose(LI, Wishes("nickname"))) == ("nickname_missing", "nickname")
    assert refusal(lambda: choose(ANN, Wishes("staff_number"))) == ("no_staff_number", "shown_as")
    assert room.lines() == []


@pytest.mark.parametrize("nickname", ["王芳", "王 芳", "王.芳", "ann lee", "АNN_LЕЕ", "0418", "ａｎｎｌｅｅ"])
def test_nobody_is_called_as_somebody_else(room: Room, nickname: str) -> None:
    word, field = refusal(lambda: room.appearances.choose(LI, Wishes("nickname", nickname)))
    assert word in {"nickname_taken", "nickname_letters"}
    assert field == "nickname"


def test_one_nickname_is_one_persons_and_the_directorys_is_ones_own(room: Room) -> None:
    room.appearances.choose(WANG, DEER)
    assert refusal(lambda: room.appearances.choose(LI, Wishes("name", "小·鹿"))) == ("nickname_taken", "nickname")
    assert refusal(lambda: room.appearances.choose(WANG, Wishes("nickname", "文博")))[0] == "nickname_taken"
    assert room.appearances.choose(LI, Wishes("nickname", "文博")).shown.name == "文博"
    room.appearances.choose(WANG, Wishes())
    assert room.appearances.choose(LI, DEER).shown.name == "小鹿"


def test_a_picture_is_encoded_anew_and_has_another_address_each_time(room: Room) -> None:
    first = room.appearances.draw(LI, photograph())
    body = room.appearances.file(LI, first.avatar.removeprefix("/avatars/"))
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (AVATAR_SIDE, AVATAR_SIDE), {})
    assert b"secret" not in body
    second = room.appearances.draw(LI, photograph())
    assert second.avatar != first.avatar
    assert room.known()["PJSIP/1001"].avatar == second.avatar
    with pytest.raises(UnknownAvatar):
        room.appearances.file(LI, first.avatar.removeprefix("/avatars/"))
    assert room.appearances.undraw(LI).avatar == ""
    room.appearances.undraw(LI)
    actions = [line.action for line in room.lines()]
    assert actions == ["appearance.picture", "appearance.picture", "appearance.picture_removed"]
    for hostile in (b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 50, photograph()[:300], b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(Refused) as refused:
            room.appearances.draw(LI, hostile)
        assert refused.value.field == "file"


def test_who_may_see_a_picture(room: Room) -> None:
    screen = Grant("", Scope(frozenset({"sales"})), SCREEN_PERMISSIONS)
    tv = Actor("screen", "tv", "TV", (screen,))
    lost = Actor("screen", "tv2", "TV", (Grant("", Scope(frozenset({"night"})), SCREEN_PERMISSIONS),))
    avatar = room.appearances.draw(WANG, photograph()).avatar.removeprefix("/avatars/")
    for may in (WANG, SALES, tv, person("boss", Role.MANAGER), person("trainer", Role.TRAINER)):
        assert room.appearances.file(may, avatar)
    for may_not in (LI, SUPPORT, lost, person("root", Role.AUDITOR), Actor("nobody", "", "")):
        with pytest.raises(UnknownAvatar):
            room.appearances.file(may_not, avatar)
    room.appearances.choose(WANG, Wishes(takes_part="only_me"))
    for may in (WANG, SALES):
        assert room.appearances.file(may, avatar)
    for may_not in (tv, person("trainer", Role.TRAINER)):
        with pytest.raises(UnknownAvatar):
            room.appearances.file(may_not, avatar)
    with pytest.raises(UnknownAvatar):
        room.appearances.file(WANG, "0" * 32)


def test_what_offends_is_taken_back_with_a_reason_and_does_not_return(room: Room) -> None:
    room.appearances.choose(WANG, DEER)
    room.appearances.draw(WANG, photograph())
    (line,) = room.appearances.listed(SALES)
    assert (line.name, line.nickname, bool(line.avatar)) == ("王芳", "小鹿", True)
    assert room.appearances.listed(SUPPORT) == []
    for stranger in (SUPPORT, LI, person("boss", Role.QUALITY)):
        with pytest.raises(Denied):
            room.appearances.reset(stranger, "wang", "nickname", "no")
    with pytest.raises(Denied):
        room.appearances.reset(SALES, "nobody", "nickname", "no")
    assert refusal(lambda: room.appearances.reset(SALES, "wang", "nickname", " \n")) == ("reason_missing", "reason")
    assert refusal(lambda: room.appearances.reset(SALES, "wang", "nickname", "x" * 301)) == ("reason_long", "reason")
    assert refusal(lambda: room.appearances.reset(SALES, "wang", "takes_part", "x")) == ("what", "what")
    heard = room.listening()
    room.appearances.reset(SALES, "wang", "nickname", "not\nkind")
    assert room.next_of(heard) == Notice("leaderboards")
    own = room.appearances.own(WANG)
    assert (own.shown.name, own.nickname, own.reset_reason) == ("0418", "", "not kind")
    room.appearances.reset(SALES, "wang", "avatar", "not you")
    room.appearances.reset(SALES, "wang", "avatar", "again")
    assert (room.appearances.own(WANG).avatar, room.appearances.own(WANG).reset_reason) == ("", "not you")
    assert refusal(lambda: room.appearances.choose(WANG, DEER)) == ("nickname_reset", "nickname")
    room.appearances.choose(WANG, Wishes("nickname", "大橙子"))
    assert room.appearances.own(WANG).reset_reason == ""
    resets = [line for line in room.lines() if line.action.endswith("_reset")]
    assert [(line.action, line.reason, line.actor_id) for line in resets] == [
        ("appearance.nickname_reset", "not kind", "sally"),
        ("appearance.avatar_reset", "not you", "sally"),
    ]
    assert "小鹿" in resets[0].details


def test_who_has_no_appearance(room: Room) -> None:
    appearances = room.appearances
    token = Actor("token", "t", "t", LI.grants, account_id="li")
    screen = Actor("screen", "tv", "TV", (Grant("", Scope(), SCREEN_PERMISSIONS),))
    for nobody in (token, screen, SALES, Actor("nobody", "", ""), person("ghost")):
        assert not appearances.is_somebody(nobody)
        deeds: list[Callable[[], Any]] = [
            lambda who=nobody: appearances.own(who),  # type: ignore[misc]
            lambda who=nobody: appearances.choose(who, DEER),  # type: ignore[misc]
            lambda who=nobody: appearances.draw(who, photograph()),  # type: ignore[misc]
            lambda who=nobody: appearances.undraw(who),  # type: ignore[misc]
        ]
        for deed in deeds:
            with pytest.raises(Denied):
                deed()
    assert appearances.is_somebody(LI)
    for denied in (LI, token, screen, person("trainer", Role.TRAINER)):
        with pytest.raises(Denied):
            appearances.listed(denied)
    assert room.lines() == []


def test_changes_of_one_person_are_bounded(room: Room) -> None:
    for n in range(MOST_A_MINUTE):
        room.appearances.choose(LI, Wishes(tint=str((n + 1) % 2)))
    assert refusal(lambda: room.appearances.choose(LI, DEER)) == ("often", "")
    room.appearances.choose(WANG, DEER)
    room.clock.ms += 60_001
    room.appearances.choose(LI, Wishes(tint="7"))
