"""What of a request counts as a way in."""

from __future__ import annotations

import asyncio

import pytest
from websockets.datastructures import Headers

from dashboard.access.credentials import Credentials, credentials
from dashboard.access.origins import Callers, WrongOrigin
from dashboard.access.proxies import Proxies
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live import admission
from dashboard.live.admission import Admission
from dashboard.live.visitor import Visitor
from tests.live.people import Door, screen, visitor
from tests.redis_server import scenario

PEER = "127.0.0.1"
ORIGIN = ("Origin", "http://127.0.0.1:8050")
COOKIES = ("Cookie", "floorwatch_session=S; floorwatch_screen=T")


def shown(
    *pairs: tuple[str, str], is_socket: bool = True, as_screen: bool = False, trusted: bool = False
) -> Credentials:
    proxies = Proxies.of([PEER] if trusted else [])
    return credentials(Headers(pairs), PEER, proxies, is_socket=is_socket, only_as_screen=as_screen)


@pytest.mark.parametrize(
    ("found", "counts"),
    [
        (shown(), Credentials(PEER)),
        (shown(COOKIES), Credentials(PEER)),
        (shown(COOKIES, is_socket=False), Credentials(PEER, None, "S", "T")),
        (shown(COOKIES, ORIGIN), Credentials(PEER, None, "S", "T")),
        (shown(COOKIES, ORIGIN, as_screen=True), Credentials(PEER, None, "", "T")),
        (shown(COOKIES, ORIGIN, ("Sec-Fetch-Site", "cross-site")), Credentials(PEER)),
        (shown(COOKIES, ("Sec-Fetch-Site", "cross-site"), is_socket=False), Credentials(PEER)),
        (shown(COOKIES, ORIGIN, ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Site", "cross-site")), Credentials(PEER)),
        (shown(COOKIES, ORIGIN, ("Authorization", "Bearer B")), Credentials(PEER, "B")),
        (shown(COOKIES, ORIGIN, ("Authorization", "bearer  B ")), Credentials(PEER, "B")),
        (shown(COOKIES, ORIGIN, ("Authorization", "Basic B")), Credentials(PEER, "")),
        (shown(("Authorization", "Bearer B"), ("Authorization", "Bearer C")), Credentials(PEER, "")),
        (shown(("Cookie", "floorwatch_session=S; floorwatch_session=X"), ORIGIN), Credentials(PEER, None, "S")),
        (shown(("Cookie", 'floorwatch_session="S"; =; ;x'), ORIGIN), Credentials(PEER, None, "S")),
        (shown(("Cookie", "floorwatch_session=" + "x" * 600), ORIGIN), Credentials(PEER)),
        (shown(COOKIES, ORIGIN, ("X-Forwarded-For", "1.2.3.4"), trusted=True), Credentials("1.2.3.4", None, "S", "T")),
        (shown(COOKIES, ORIGIN, ("X-Forwarded-For", "1.2.3.4")), Credentials(PEER, None, "S", "T")),
        (shown(COOKIES, ORIGIN, ("X-Forwarded-Proto", "https"), trusted=True), Credentials(PEER)),
        (
            shown(("Cookie", "__Host-floorwatch_session=S"), ORIGIN, ("X-Forwarded-Proto", "https"), trusted=True),
            Credentials(PEER, None, "S"),
        ),
    ],
)
def test_what_counts(found: Credentials, counts: Credentials) -> None:
    assert found == counts


@scenario
async def test_slow_or_broken_stores_are_no_answer_for_those_after(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    entrance = Admission(door)  # type: ignore[arg-type]  # programs and TVs share one book here
    known, unknown, tv = visitor(), visitor(), screen()
    door.by_secret["k"] = known.actor
    assert await entrance.again([known, unknown, tv], at_once=True) == [known, None, None]
    door.is_away = True
    before = door.asked
    answers = await entrance.again([known, unknown, tv], at_once=False)
    assert all(isinstance(answer, AccessUnavailable) for answer in answers)
    assert door.asked == before + 1, "what cannot be reached is not asked three times"
    door.is_away = False
    monkeypatch.setattr(admission, "BATCH_S", -1.0)
    assert all(isinstance(answer, AccessUnavailable) for answer in await entrance.again([known, tv], at_once=True))
    await entrance.close()


@scenario
async def test_a_crowd_that_waits_for_the_stores_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door()
    entrance = Admission(door)  # type: ignore[arg-type]  # as above
    monkeypatch.setattr(admission, "MOST_ASKING", 2)
    known = Headers([("Authorization", "Bearer all")])
    asked = [entrance.visitor(known, PEER, is_socket=False) for _ in range(3)]
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert first == second == Visitor(door.by_secret["all"])
    assert isinstance(third, AccessUnavailable)
    assert await entrance.visitor(known, PEER, is_socket=False) == first, "whoever has been answered waits no more"
    await entrance.close()


@pytest.mark.parametrize(
    ("host", "origin", "is_ours"),
    [
        ("192.168.1.5:8051", "http://192.168.1.5:8050", True),
        ("192.168.1.5:8051", "http://192.168.1.5:9000", False),
        ("192.168.1.5:8051", "http://192.168.1.5", False),
        ("192.168.1.5", "http://192.168.1.5", True),
        ("127.0.0.1:443", "https://127.0.0.1", True),
        ("127.0.0.1:8051", "http://127.0.0.1:8051", True),
        ("127.0.0.1:8051", "http://127.0.0.1:99999", False),
    ],
)
def test_another_program_on_this_host_is_another_site(host: str, origin: str, *, is_ours: bool) -> None:
    callers = Callers.of(["https://floor.example"], 8050)
    callers.check(host, None)
    if is_ours:
        callers.check(host, origin)
    else:
        with pytest.raises(WrongOrigin, match="may not read this floor"):
            callers.check(host, origin)
