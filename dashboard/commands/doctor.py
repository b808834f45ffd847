"""`floorwatch doctor`: looks at everything a site needs and says in words what is wrong, with the remedy.

Each examination is independent: one failure does not hide the next. Nothing is changed anywhere.
"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from collectors.asterisk import rights
from collectors.asterisk.login import LinkConfig
from collectors.link import LinkError
from collectors.stream import StreamError, check_redis, connect
from dashboard import floor_file
from dashboard.access.account_changes import count_admins
from dashboard.commands.processes import link
from dashboard.settings import Settings, SettingsError, SwitchSettings
from dashboard.store import StoreError, open_store
from dashboard.store.engine import opened, reading
from dashboard.store.migrate import newest, revision_of

Verdict = Literal["ok", "warning", "wrong"]
MARKS: dict[Verdict, str] = {"ok": "ok   ", "warning": "note ", "wrong": "WRONG"}
DEFAULT_SECRETS = {"", "ClueCon", "amp111", "mysecret", "secret", "password", "asterisk", "admin"}
_WATCH_S = 3.0
"""How long each account listens to its switch."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    verdict: Verdict
    what: str
    words: str


def examine(settings: Settings, say: Callable[[str], None]) -> int:
    """Print all findings; 1 if something is wrong, else 0."""
    findings = asyncio.run(_all(settings))
    for finding in findings:
        say(f"{MARKS[finding.verdict]}  {finding.what}: {finding.words}")
    wrong = sum(finding.verdict == "wrong" for finding in findings)
    say("Everything is as it should be." if not wrong else f"{wrong} to mend.")
    return 1 if wrong else 0


async def _all(settings: Settings) -> list[Finding]:
    findings = [
        Finding("ok", "settings", f"site {settings.site!r}"),
        *_floor_file(settings),
        *await _redis(settings),
        *_database(settings),
        *_access(settings),
        *_own_file("audit anchor", settings.audit_anchor),
        *_own_file("access key", settings.access_key_file),
        *_own_file("history key", settings.history_key_file),
        *_encryption(settings),
    ]
    if not settings.switches:
        findings.append(
            Finding("wrong", "switches", "none is configured. Add a table [switches.NAME]; docs/settings.md shows one.")
        )
    for name, switch in settings.switches.items():
        findings += [*_secret(name, switch), *_queue_log(name, switch), *await _switch(name, switch)]
        control = await _control(name, switch)
        findings += [*control, *_stepping_in(settings, name, switch, control)]
    return findings


def _floor_file(settings: Settings) -> Iterable[Finding]:
    if not settings.floor_file:
        return [Finding("ok", "floor file", "none: names, targets and limits are kept in the directory, under /admin.")]
    try:
        read = floor_file.read(settings.floor_file)
    except SettingsError as error:
        return [Finding("wrong", "floor file", str(error))]
    return [
        Finding(
            "ok",
            "floor file",
            f"{len(read.queues)} queues, {len(read.agents)} agents, {len(read.pause_reasons)} pause reasons",
        )
    ]


async def _redis(settings: Settings) -> list[Finding]:
    try:
        client = connect(settings.effective_redis_url, name="floorwatch-doctor")
        try:
            facts = await check_redis(client, settings.site)
        finally:
            await client.aclose()
    except StreamError as error:
        return [Finding("wrong", "redis", str(error))]
    found = [Finding("warning", "redis", words) for words in facts.warnings]
    return [Finding("ok", "redis", f"{facts.product} {facts.version}, {facts.policy}"), *found]


def _database(settings: Settings) -> list[Finding]:
    try:
        engine = open_store(settings.effective_database_url)
        with engine.connect():
            return [Finding("ok", "database", engine.dialect.name)]
    except StoreError as error:
        return [Finding("wrong", "database", str(error))]
    except Exception as error:  # noqa: BLE001 — every driver has its own errors, and one line tells any of them
        return [Finding("wrong", "database", f"cannot be opened: {str(error).splitlines()[0]}")]


def _access(settings: Settings) -> list[Finding]:
    """Whether anybody can administer this installation. A database that cannot be opened has its finding already."""
    try:
        with opened(settings.effective_database_url) as engine:
            if revision_of(engine) != newest():
                words = "the database has no tables of this release yet: floorwatch db upgrade, or any process at its start."
                return [Finding("warning", "accounts", words)]
            with reading(engine) as connection:
                admins = count_admins(connection)
    except StoreError:
        return []
    if not admins:
        words = "there is no administrator yet: floorwatch web prints a code for the first one when it starts."
        return [Finding("warning", "accounts", words)]
    return [Finding("ok", "accounts", f"{admins} that administer")]


def _own_file(what: str, file: Path) -> list[Finding]:
    """A file that is made at need, for this account alone."""
    folder = next(place for place in file.absolute().parents if place.exists())
    if not folder.is_dir() or not os.access(file if file.exists() else folder, os.W_OK):
        words = f"{file} cannot be written by this account. Give it that file, or name another one (docs/settings.md)."
        return [Finding("wrong", what, words)]
    if file.exists() and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [Finding("warning", what, f"{file} can be read by others: chmod 600 {file}")]
    return [Finding("ok", what, str(file) if file.exists() else f"{file}, made at need")]


def _encryption(settings: Settings) -> list[Finding]:
    """Passwords and cookies must not cross a network in clear."""
    is_only_here = {settings.web.host, settings.live.host} <= {"127.0.0.1", "::1", "localhost"}
    address = settings.web.public_url
    if (address and not address.startswith("https://")) or (not address and not is_only_here):
        words = "people reach the pages without TLS: put a proxy in front (docs/process-web.md) and set web.public_url."
        return [Finding("warning", "TLS", words)]
    return [Finding("ok", "TLS", address or "pages and gateway listen on this machine only")]


def _secret(name: str, switch: SwitchSettings) -> list[Finding]:
    if switch.secret.get_secret_value() in DEFAULT_SECRETS:
        words = f"empty or a default one. Set FLOORWATCH_SWITCHES__{name.upper()}__SECRET to the account's own."
        return [Finding("wrong", f"switch {name}, secret", words)]
    return []


def _queue_log(name: str, switch: SwitchSettings) -> list[Finding]:
    what = f"switch {name}, queue_log"
    if not switch.queue_log:
        words = "none: exits show as unknown unless the dialplan reports them (docs/switch-asterisk.md), and gaps stay gaps."
        return [Finding("warning", what, words)]
    try:
        with open(switch.queue_log, "rb"):  # noqa: PTH123 — only whether this account may read it
            return [Finding("ok", what, switch.queue_log)]
    except OSError as error:
        return [Finding("wrong", what, f"{switch.queue_log}: {error.strerror}. The collector must be able to read it.")]


async def _switch(name: str, switch: SwitchSettings) -> list[Finding]:
    return await _account(f"switch {name}", link(name, switch), rights.COLLECTOR)


async def _control(name: str, switch: SwitchSettings, watch_s: float = _WATCH_S) -> list[Finding]:
    """The account that steps into calls: one of its own, so that the reading one stays harmless."""
    what = f"switch {name}, control"
    if not switch.control_username:
        return [Finding("ok", what, "no account: nobody steps into calls of this switch.")]
    if switch.control_username == switch.username:
        words = "the same account as the collector's, which only reads. Make one of its own (docs/switch-accounts.md)."
        return [Finding("wrong", what, words)]
    secret = switch.control_secret.get_secret_value()
    if secret in DEFAULT_SECRETS:
        words = (
            f"empty or a default secret. Set FLOORWATCH_SWITCHES__{name.upper()}__CONTROL_SECRET to the account's own."
        )
        return [Finding("wrong", what, words)]
    account = replace(link(name, switch), username=switch.control_username, secret=secret)
    return await _account(what, account, rights.CONTROL, watch_s)


def _stepping_in(settings: Settings, name: str, switch: SwitchSettings, control: list[Finding]) -> Iterable[Finding]:
    """Whether supervisors can step into calls of this switch, in one line; where there is no account, that line stands already."""
    what = f"switch {name}, stepping in"
    if not switch.control_username:
        return []
    if any(finding.verdict == "wrong" for finding in control):
        return [Finding("warning", what, "not before that account is right.")]
    has_sound = bool(settings.control.media_secret.get_secret_value())
    if has_sound and switch.websocket_client:
        how = f"by phone, and in browsers by its connection {switch.websocket_client!r}"
    else:
        how = "by phone only (in browsers: control.media_secret and the switch's websocket_client)"
    return [Finding("ok", what, f"set up, {how}. To prove it: floorwatch doctor --live-call --switch {name}")]


async def _account(what: str, account: LinkConfig, purpose: rights.Account, watch_s: float = _WATCH_S) -> list[Finding]:
    try:
        report = await rights.examine(account, purpose, watch_s=watch_s)
    except LinkError as error:
        return [Finding("wrong", what, str(error))]
    lacking = [Finding("wrong", f"{what}, rights", words) for words in report.lacking]
    excess = [Finding("warning", f"{what}, rights", words) for words in report.too_many]
    return [Finding("ok", what, report.summary), *lacking, *excess]
