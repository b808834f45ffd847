"""`floorwatch rebuild …`: makes history anew, with a bar for people, refusing while a historian writes it.

The rebuild holds the historian's own lease, so that none begins meanwhile. A bar that was interrupted goes on where it was.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from collectors.events import Entry, FloorSettings, SnapshotTaken
from collectors.stream import START, Lease, LeaseLost, Reader, StreamDown, connect
from dashboard.access.audit import Audit, Target
from dashboard.commands.operator import operator
from dashboard.directory.outbox import Outbox
from dashboard.history.historian import LEASE
from dashboard.history.numbers import Numbers, key_of
from dashboard.history.rebuild import (
    LogFiles,
    LogSource,
    Made,
    RebuildError,
    Rebuilding,
    StreamSource,
    Wish,
    forget,
    known_since,
)
from dashboard.history.rebuild.names import known_names
from dashboard.history.recording.half_hours import HalfHours
from dashboard.settings import Settings
from dashboard.store import open_store, upgrade
from dashboard.store.coverage import LIVE, QUEUE_LOG

Say = Callable[[str], None]
Work = Callable[[Callable[[int, int, int], None]], Made]
_END_MS: Final = 1 << 62
_AT_ONCE: Final = 2_000
_SHOWN_NAMES: Final = 8


class _Stopped(Exception):  # noqa: N818 (what happened, not what is wrong)
    """Somebody asked for the end."""


async def from_logs(
    settings: Settings, paths: Sequence[str], *, until: date | None, names: Path | None, anew: bool, say: Say
) -> None:
    """From the queue_log files named (`PATH`, or `SWITCH=PATH`), or those that the settings name. Raises `RebuildError`."""
    logs = [LogFiles.found(switch, found) for switch, found in _by_switch(settings, paths).items()]
    engine = _opened(settings)
    try:
        floor_settings = _floor_settings(engine, settings.site)
        known = known_names(engine, settings.site, floor_settings, names)
        source = LogSource(settings.site, logs, {log.switch: known for log in logs})
        rebuilding = _rebuilding(settings, engine, floor_settings)
        wish = _log_wish(engine, settings.site, logs, floor_settings, _midnight(until, floor_settings))
        if anew:
            forget(engine, settings.site)

        def work(progress: Callable[[int, int, int], None]) -> Made:
            return rebuilding(progress).run(source, wish)

        made = await _guarded(settings, work, say, needs_stream=False)
        _put_on_record(settings, engine, made, [str(file.path) for log in logs for file in log.files])
    finally:
        engine.dispose()
    _tell(made, "lines", say)
    if source.unknown_names:
        shown = ", ".join(source.unknown_names[:_SHOWN_NAMES])
        say(
            f"{len(source.unknown_names)} names are nobody's that the floor or the directory knows ({shown}): what they did is kept "
            "under the name; give --names FILE and rebuild again to join it with their interfaces."
        )


async def from_stream(settings: Settings, *, anew: bool, say: Say) -> None:
    """From what the stream still holds. Raises `RebuildError`, `StreamError`."""
    engine = _opened(settings)
    client = connect(settings.effective_redis_url, name="floorwatch-rebuild")
    loop = asyncio.get_running_loop()
    try:
        reader = Reader(client, settings.site)
        span = await reader.span()
        floor_settings = _floor_settings(engine, settings.site)
        if anew:
            forget(engine, settings.site)
        rebuilding = _rebuilding(settings, engine, floor_settings)
        begun = rebuilding(lambda *_: None).begun()
        from_ms = begun.from_ms if begun is not None else await _from_ms(reader, engine, settings, floor_settings)

        def read(after: str) -> list[tuple[str, Entry]]:
            """The next entries that can be read; an empty list only at the end."""
            while True:
                rows = asyncio.run_coroutine_threadsafe(reader.read(after, _AT_ONCE, 0), loop).result()
                found = [(stream_id, entry) for stream_id, entry in rows if isinstance(entry, Entry)]
                if found or not rows:
                    return found
                after = rows[-1][0]

        source = StreamSource(read, START, span.last_id)

        def work(progress: Callable[[int, int, int], None]) -> Made:
            return rebuilding(progress).run(
                source, Wish("the stream", LIVE, from_ms, _END_MS), cursor=lambda: source.at
            )

        made = await _guarded(settings, work, say, needs_stream=True)
        _put_on_record(settings, engine, made, ["stream"])
    finally:
        await client.aclose()
        engine.dispose()
    _tell(made, "entries", say)


# -- what is asked for -------------------------------------------------------------------------------------------------


def _by_switch(settings: Settings, words: Sequence[str]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for word in words:
        name, is_named, path = word.partition("=")
        if not is_named or "/" in name:
            name, path = _only_switch(settings), word
        if name not in settings.switches:
            known = ", ".join(settings.switches) or "none"
            raise RebuildError(f"{word}: there is no switch {name} in the settings ({known}); write SWITCH=PATH.")
        found.setdefault(name, []).append(Path(path))
    if words:
        return found
    for name, switch in settings.switches.items():
        if switch.queue_log:
            log = Path(switch.queue_log)
            found[name] = sorted(one for one in log.parent.glob(f"{log.name}*") if one.is_file()) or [log]
    if not found:
        raise RebuildError(
            "No switch has a queue_log in the settings: name the files, as in: floorwatch rebuild queue-log PATH"
        )
    return found


def _only_switch(settings: Settings) -> str:
    if len(settings.switches) != 1:
        known = ", ".join(settings.switches) or "none is configured"
        raise RebuildError(f"Say of which switch each file is, as SWITCH=PATH ({known}).")
    return next(iter(settings.switches))


def _log_wish(
    engine: Engine, site: str, logs: Sequence[LogFiles], settings: FloorSettings, until_ms: int | None
) -> Wish:
    """From the first line's half-hour on, up to where the floor was watched as it happened, or to `until`."""
    since_ms = known_since(engine, site, LIVE)
    ends_ms = min(one for one in (since_ms, until_ms, _END_MS) if one is not None)
    from_ms = HalfHours(settings).start_of(min(log.files[0].first_s for log in logs) * 1000)
    if from_ms >= ends_ms:
        raise RebuildError(
            "Every line of these files is of a time that was watched as it happened, or behind --until: there is nothing to make."
        )
    words = " ".join(f"{log.switch}={file.path.absolute()}" for log in logs for file in log.files)
    return Wish(words, QUEUE_LOG, from_ms, ends_ms)


def _midnight(day: date | None, settings: FloorSettings) -> int | None:
    if day is None:
        return None
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.time_zone)).timestamp()) * 1000


async def _from_ms(reader: Reader, engine: Engine, settings: Settings, floor_settings: FloorSettings) -> int:
    """From when on the stream tells everything: behind the first list of each switch, from a whole half-hour on."""
    missing, seen, after, last_ms = set(settings.switches), set(), START, 0
    while missing and (rows := await reader.read(after, _AT_ONCE, 0)):
        after = rows[-1][0]
        for _, entry in rows:
            if isinstance(entry, Entry):
                seen.add(entry.switch)
                if isinstance(entry.event, SnapshotTaken) and entry.switch in missing:
                    missing.discard(entry.switch)
                    last_ms = max(last_ms, entry.at_ms)
    if not last_ms or missing & seen:
        lacking = ", ".join(sorted(missing & seen or missing)) or "any switch"
        raise RebuildError(
            f"The stream does not hold who was there to begin with at {lacking}: restart its collector, which lists it, and rebuild "
            "later; or rebuild from queue_log."
        )
    since_ms = known_since(engine, settings.site, LIVE, QUEUE_LOG)
    half_hour = HalfHours(floor_settings).at(last_ms)
    if half_hour is None or since_ms is None:
        return 0
    return half_hour[0] if since_ms > half_hour[0] else half_hour[1]


# -- running -----------------------------------------------------------------------------------------------------------


def _opened(settings: Settings) -> Engine:
    engine = open_store(settings.effective_database_url, is_patient=True)
    upgrade(engine)
    return engine


def _floor_settings(engine: Engine, site: str) -> FloorSettings:
    newest = Outbox(engine, site).newest()
    return FloorSettings() if newest is None else newest.settings


def _rebuilding(
    settings: Settings, engine: Engine, floor_settings: FloorSettings
) -> Callable[[Callable[[int, int, int], None]], Rebuilding]:
    numbers = Numbers(key_of(settings.history_key_file), keeps=settings.history.keep_numbers)
    return lambda progress: Rebuilding(engine, settings.site, numbers, floor_settings, progress=progress)


async def _guarded(settings: Settings, work: Work, say: Say, *, needs_stream: bool) -> Made:
    """Does the work in a thread, with the historian's lease held. Without Redis no historian can be active."""
    client = connect(settings.effective_redis_url, name="floorwatch-rebuild")
    lease = Lease(client, settings.site, LEASE)
    try:
        try:
            if not await lease.try_acquire():
                raise RebuildError(f"A historian of {settings.site} is active: stop floorwatch history first.")
        except StreamDown:
            if needs_stream:
                raise
        return await _with_bar(work, lease, say)
    finally:
        with suppress(StreamDown):
            await lease.release()
        await client.aclose()


async def _with_bar(work: Work, lease: Lease, say: Say) -> Made:
    stop = threading.Event()
    columns = (TextColumn("{task.fields[lines]:,} lines"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("", total=None, lines=0)

        def progress(done: int, total: int, lines: int) -> None:
            bar.update(task, completed=done, total=total, lines=lines)
            if stop.is_set():
                raise _Stopped

        working = asyncio.ensure_future(asyncio.to_thread(work, progress))
        keeping = asyncio.ensure_future(_kept(lease))
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise RebuildError("A historian became active meanwhile: stop it, and give the same words to go on.")
            return working.result()
        except asyncio.CancelledError:
            say("Stopping at the next whole stretch; the same words go on from there.")
            raise
        finally:
            stop.set()
            keeping.cancel()
            with suppress(_Stopped):
                await working


async def _kept(lease: Lease) -> None:
    """Until somebody else has it."""
    if not lease.is_held:
        await asyncio.Event().wait()
    with suppress(LeaseLost):
        await lease.keep()


def _put_on_record(settings: Settings, engine: Engine, made: Made, sources: list[str]) -> None:
    details = {"sources": sources[:_SHOWN_NAMES], "lines": made.lines, "rows": sum(made.rows.values())}
    Audit.of(settings, engine).record(operator(), "history.rebuilt", Target("history", settings.site), details=details)


def _tell(made: Made, what: str, say: Say) -> None:
    rows = ", ".join(f"{count:,} {table}" for table, count in sorted(made.rows.items()) if count) or "nothing new"
    before = f" (from line {made.lines - made.new:,} on)" if made.was_resumed else ""
    say(f"{made.lines:,} {what} read{before}. Written: {rows}.")
