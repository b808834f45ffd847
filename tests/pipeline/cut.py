"""A TCP proxy that can be cut: what a network failure looks like to both ends."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

from tests.patience import HANG_S


class CuttableProxy:
    """Passes bytes between a free port of ours and `target_port`, in a thread, until it is cut; `mend` lets it pass again.

    `cut(silently=True)` passes nothing and closes nothing: a half-open link. Who connects anew hears nothing either.
    """

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._is_ready = threading.Event()
        self._passes = True
        self._is_silent = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._is_ready.wait(HANG_S)

    def cut(self, *, silently: bool = False) -> None:
        """From now on nothing passes."""
        self._is_silent = silently
        self._loop.call_soon_threadsafe(self._stop_passing)

    def mend(self) -> None:
        """From now on new connections pass."""
        self._loop.call_soon_threadsafe(self._pass_again)

    def close(self) -> None:
        """End the proxy."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANG_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(server.sockets[0].getsockname()[1])
        self._is_ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end(server))
        self._loop.close()

    async def _end(self, server: asyncio.Server) -> None:
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        serving = asyncio.all_tasks() - {asyncio.current_task()}
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await asyncio.sleep(0)  # the transports' own farewells

    def _stop_passing(self) -> None:
        self._passes = False
        if not self._is_silent:
            for writer in list(self._writers):
                writer.transport.abort()

    def _pass_again(self) -> None:
        self._passes = True
        for writer in list(self._writers):
            writer.transport.abort()  # a link that was half-open is gone by now

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._passes and self._is_silent:
            self._writers.add(writer)
            return
        if not self._passes:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))
        finally:
            self._writers -= {writer, back}
            for end in (writer, back):
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if self._passes:
                    writer.write(data)
                    await writer.drain()
        writer.close()
