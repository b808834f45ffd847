"""`floorwatch collect`: one switch link into the stream, under a lease, for ever.

Invariants:

* Only the holder of the switch's lease has a link to the switch; a standby costs it nothing, and takes over with a snapshot and
  a gap marked from the last thing that the stream knows.
* After a good start no outage ends the process: not the switch's, not Redis's. A setting that is wrong at the start does.
* A clean end says so in the stream and gives the lease back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from collectors import vitals
from collectors.asterisk.codec import Message
from collectors.asterisk.login import LinkConfig
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.queue_log_tail import QueueLogTail
from collectors.asterisk.switch import AsteriskSwitch
from collectors.asterisk.translate import WANTED_EVENTS, TranslateConfig, Translator
from collectors.clock import Clock, SystemClock
from collectors.collector_signs import CollectorSigns
from collectors.events import Entry
from collectors.link import LinkError
from collectors.outbox import RETRY_S, Outbox
from collectors.source import Source, SourcePace
from collectors.stream import (
    Client,
    Lease,
    LeaseLost,
    LostTail,
    StreamDown,
    StreamError,
    Trimmed,
    Writer,
    await_redis,
    connect,
)
from collectors.stream.known import Known, last_known, recalled
from collectors.together import cancellable, first_error

_log = logging.getLogger("floorwatch.collect")
_GOODBYE_S = 2.0
_LOG_MARGIN_MS = 120_000
"""How far before the gap the switch's log is read: its clock may be behind ours."""
_FIRST_REACH_MS = 25 * 3600 * 1000
"""How far back the switch's log is read where the stream does not know the switch yet: the longest business day."""


class CollectError(Exception):
    """The collector cannot start in these surroundings. One sentence, with the remedy."""


@dataclass(frozen=True, slots=True)
class CollectConfig:
    """Settings of `floorwatch collect`.

    `queue_log`: path of the switch's log, None where it cannot be read. `vitals_port` 0: no port is opened. `start_within_s`: how
    long Redis may be away when the process starts.
    """

    site: str
    redis_url: str
    link: LinkConfig
    queue_log: str | None = None
    translate: TranslateConfig = field(default_factory=TranslateConfig)
    pace: SourcePace = field(default_factory=SourcePace)
    vitals_host: str = "127.0.0.1"
    vitals_port: int = 0
    start_within_s: float = 10.0


async def run(config: CollectConfig, clock: Clock | None = None) -> None:
    """Runs until cancelled; then says goodbye in the stream and gives the lease back.

    Raises CollectError (one sentence): Redis refused or away at the start, port taken, login or right refused by the switch at
    the first link.
    """
    clock = clock or SystemClock()
    client = connect(config.redis_url, name="floorwatch-collect")
    signs = CollectorSigns(config.link.name, clock)
    lease = Lease(client, config.site, config.link.name)
    server: asyncio.Server | None = None
    try:
        facts = await await_redis(client, config.site, config.start_within_s, clock)
        for warning in facts.warnings:
            _log.warning("%s", warning)
        server = await _serve_signs(config, signs)
        while True:
            signs.stand_by()
            await lease.acquire()
            _log.info("Collecting from %s, epoch %d", config.link.place, lease.epoch)
            with suppress(LeaseLost):
                await cancellable(_Term(config, client, lease, clock, signs).serve())
            _log.warning("Another collector writes for %s: standing by", config.link.name)
    except (StreamError, LinkError) as error:
        raise CollectError(str(error)) from error
    finally:
        if server is not None:
            server.close()
        with suppress(StreamError):
            await lease.release()
        await client.aclose()


class _Term:
    """One time of holding the lease: a translator, a source and an outbox that begin where the stream ends."""

    def __init__(
        self, config: CollectConfig, client: Client, lease: Lease, clock: Clock, signs: CollectorSigns
    ) -> None:
        self._config = config
        self._client = client
        self._lease = lease
        self._clock = clock
        self._signs = signs
        self._log: QueueLogTail | None = None

    async def serve(self) -> None:
        """Raises LeaseLost, and LinkError where the first link shows that a setting is wrong."""
        known, entries = await self._remember()
        source, outbox = self._prepare(known, entries)
        self._signs.follow(source, outbox)
        try:
            async with first_error(LeaseLost, StreamError, LinkError), asyncio.TaskGroup() as tasks:
                tasks.create_task(self._lease.keep())
                tasks.create_task(outbox.run(source.resync))
                tasks.create_task(source.run())
        except LeaseLost:
            raise
        except BaseException:
            source.say_goodbye()
            with suppress(StreamError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await outbox.flush()
            raise
        finally:
            if self._log is not None:
                self._log.close()

    async def _remember(self) -> tuple[Known | None, list[Entry]]:
        """What the stream knows of this switch; waits while Redis is away."""
        of_this_switch = (self._client, self._lease.site, self._lease.name)
        while True:
            try:
                return await last_known(*of_this_switch), await recalled(*of_this_switch)
            except (StreamDown, Trimmed, LostTail):
                await self._clock.sleep(RETRY_S)

    def _prepare(self, known: Known | None, entries: list[Entry]) -> tuple[Source[Message, QueueLogLine], Outbox]:
        config, clock = self._config, self._clock
        now_ms = clock.now_ms()
        translator = Translator(config.translate, known.boot if known is not None else "")
        until_ms = known.until_ms if known is not None else self._before_first(now_ms)
        log_from_ms = (until_ms or now_ms) - _LOG_MARGIN_MS
        translator.recall(entries, log_from_ms)
        outbox = Outbox(Writer(self._client, self._lease, config.link.name), self._lease, clock, until_ms)
        if known is not None and not known.is_link_down:
            outbox.put(translator.link_lost("lease_lost", known.until_ms, now_ms))
        source = Source(
            AsteriskSwitch(config.link, clock, WANTED_EVENTS),
            translator,
            outbox.put,
            clock,
            read_log=self._open_log(log_from_ms),
            known_until_ms=until_ms,
            pace=config.pace,
        )
        return source, outbox

    def _before_first(self, now_ms: int) -> int | None:
        """Where the day began that nobody saw: with the switch's log it can be told, and without it there is no gap to mark."""
        return now_ms - _FIRST_REACH_MS if self._config.queue_log is not None else None

    def _open_log(self, from_ms: int) -> Callable[[], Sequence[QueueLogLine]] | None:
        if self._config.queue_log is None:
            return None
        self._log = QueueLogTail(Path(self._config.queue_log), from_ms // 1000)
        return self._log.read


async def _serve_signs(config: CollectConfig, signs: CollectorSigns) -> asyncio.Server | None:
    if not config.vitals_port:
        return None
    try:
        return await vitals.serve(signs.vitals, config.vitals_host, config.vitals_port)
    except OSError as error:
        raise CollectError(
            f"The collector's vitals cannot listen on {config.vitals_host}:{config.vitals_port} "
            f"({error.strerror or error}): set vitals.collector_port to a free port, or 0."
        ) from error
