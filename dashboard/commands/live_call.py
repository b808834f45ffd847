"""`floorwatch doctor --live-call`: one test call at a real switch, on record, that proves what stepping in needs.

Invariants: no audit line, no call; while calls are going on it needs a second word; nobody's call is touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from collectors.asterisk.control_actions import CONTROL, LIVE_CALL
from collectors.asterisk.login import open_link
from collectors.asterisk.session import Session
from collectors.clock import SystemClock
from collectors.link import ActionRefused
from dashboard.access.audit import Audit
from dashboard.access.audit_line import Target
from dashboard.commands.operator import operator
from dashboard.commands.processes import control_link, the_switch
from dashboard.control.asterisk import live_call_words, versions
from dashboard.control.asterisk.live_call import LiveCall, Outcome, Step, Way
from dashboard.control.asterisk.live_call_ways import ByPhone, BySound
from dashboard.control.media import MediaConfig, MediaError
from dashboard.settings import Settings, SettingsError, SwitchSettings
from dashboard.store.engine import opened
from dashboard.supervision.reasons import Reason

MARKS: Final[dict[Outcome, str]] = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}
ACTION: Final = "monitoring.live_call"
WANTED: Final = frozenset(
    {
        "OriginateResponse", "ChanSpyStart", "ChanSpyStop", "BridgeEnter", "Hangup", "HangupRequest", "SoftHangupRequest",
        "CoreShowChannel", "CoreShowChannelsComplete",
    }
)  # fmt: skip
EVENTS: Final = "system,call"
NEEDED: Final = ("Originate", "Redirect", "Hangup")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """`switch` None: the only one. `phone` "": by the sound server, as for a browser. `is_sure`: although calls are going on."""

    switch: str | None = None
    phone: str = ""
    is_sure: bool = False


def examine(settings: Settings, asked: Asked, say: Say) -> int:
    """Places the call and prints each step; 1 if something is wrong, else 0. Raises `SettingsError`, `LinkError`, `StoreError`."""
    name, switch = the_switch(settings, asked.switch)
    if not switch.control_username:
        raise SettingsError(
            f"switches.{name}.control_username: no account to step in with. docs/switch-accounts.md shows how to make one."
        )
    if asked.phone and not CONTROL.values["Originate", "Channel"].fullmatch(asked.phone):
        raise SettingsError(f"--phone {asked.phone}: write one endpoint as the switch names it, such as PJSIP/2001.")
    return asyncio.run(_examine(settings, name, switch, asked, say))


async def _examine(settings: Settings, name: str, switch: SwitchSettings, asked: Asked, say: Say) -> int:
    wrong: list[Step] = []

    def told(step: Step) -> None:
        say(f"{MARKS[step.outcome]}  {step.what}: {step.words}")
        if step.outcome == "wrong":
            wrong.append(step)

    async with open_link(control_link(name, switch), SystemClock(), WANTED, EVENTS, LIVE_CALL) as session:
        version = await _version(session)
        told(Step("ok", f"switch {name}", f"Asterisk {version or 'of unknown version'}: {versions.expected(version)}"))
        for step in await _obstacles(session, settings, switch, asked, version):
            told(step)
        if not wrong:
            _on_record(settings, name, asked)
            async for way in _ways(settings, switch, asked, told):
                await LiveCall(session, way, told).run()
    say("Stepping in works on this switch." if not wrong else f"{len(wrong)} to mend.")
    return 1 if wrong else 0


async def _version(session: Session) -> str:
    try:
        return (await session.ask("CoreSettings")).get("AsteriskVersion")
    except ActionRefused:
        return ""


async def _obstacles(
    session: Session, settings: Settings, switch: SwitchSettings, asked: Asked, version: str
) -> list[Step]:
    """Why the call must not, or cannot, be placed; also where its legs could not be hung up again."""
    lacking = await _lacking(session)
    if lacking:
        return [Step("wrong", "rights", words) for words in lacking]
    try:
        channels = await session.ask_list("CoreShowChannels")
    except ActionRefused:
        words = "the account may not list calls: it lacks the write class 'reporting'. Add it to 'write' in its manager.conf."
        return [Step("wrong", "calls", words)]
    if channels and not asked.is_sure:
        words = f"{len(channels)} legs are up. The test call touches none of them; say --yes, or come back when it is quiet."
        return [Step("wrong", "calls", words)]
    if asked.phone:
        return []
    if not settings.control.media_secret.get_secret_value() or not switch.websocket_client:
        words = (
            "no sound in browsers is set up (control.media_secret, websocket_client). Name a phone: --phone PJSIP/2001."
        )
        return [Step("wrong", "browser", words)]
    if version and not versions.speaks_with_browsers(version):
        return [Step("wrong", "browser", f"Asterisk {version} is too old for it. Name a phone: --phone PJSIP/2001.")]
    return []


async def _lacking(session: Session) -> list[str]:
    """A sentence for each action that the account may not send. The switch lists those that it may."""
    try:
        allowed = {name.lower() for name, _ in (await session.ask("ListCommands")).items}
    except ActionRefused:
        return []
    return [
        live_call_words.of_reply(Reason.SWITCH_FORBIDS, action, "", "")
        for action in NEEDED
        if action.lower() not in allowed
    ]


def _on_record(settings: Settings, name: str, asked: Asked) -> None:
    with opened(settings.effective_database_url) as engine:
        details = {"phone": asked.phone or "browser", "although_calls": asked.is_sure}
        Audit.of(settings, engine).record(operator(), ACTION, Target("switch", name, name), details=details)


async def _ways(
    settings: Settings, switch: SwitchSettings, asked: Asked, told: Callable[[Step], None]
) -> AsyncIterator[Way]:
    if asked.phone:
        told(Step("note", "phone", f"{asked.phone} rings now; pick it up, and stay until it hangs up by itself."))
        yield ByPhone(asked.phone)
        return
    try:
        async with BySound(MediaConfig.of(settings), switch.websocket_client).listening() as way:
            yield way
    except MediaError as error:
        words = (
            f"{error} Where `floorwatch control` is running it has that port: stop it for the test, or name a phone."
        )
        told(Step("wrong", "browser", words))
