"""A TCP proxy between the service and what it audits, that delays, drops, resets and half-closes."""

import asyncio
import socket
import struct
import threading
from collections import Counter
from types import TracebackType

FAULTS = ("delay", "drop", "reset", "half_close")
CHUNK = 4096


class Proxy:
    """Listens on a loopback port and passes bytes on to `target`; `fault` says what happens to connections from now on.

    delay: every answer comes `delay_s` later. drop: nothing comes, and the connection stays open. reset: the connection is reset
    amid the answer. half_close: the answer ends in the middle, in good order. Threads: an event loop of its own; `fault` may be
    set from any other.
    """

    def __init__(self, target: int, *, delay_s: float = 1.0) -> None:
        self.target = target
        self.delay_s = delay_s
        self.fault = ""
        self.struck: Counter[str] = Counter()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="proxy", daemon=True)
        self._ended: asyncio.Event

    def __enter__(self) -> "Proxy":
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        self._ended = asyncio.Event()
        server = await asyncio.start_server(self._guarded, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._ended.wait()
        server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()

    async def _guarded(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except OSError:
            pass  # one side left
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.fault
        self.struck[fault] += 1
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        onward = asyncio.create_task(_pour(reader, back))
        try:
            if fault == "drop":
                await onward  # until the caller gives up
            elif fault in ("reset", "half_close"):
                await _break(fault, there, writer)
                await onward
            else:
                if fault == "delay":
                    await asyncio.sleep(self.delay_s)
                await _pour(there, writer)
        finally:
            onward.cancel()
            back.close()


async def _break(fault: str, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    answer = await there.read(CHUNK)
    writer.write(answer[: len(answer) // 2])
    await writer.drain()
    if fault == "half_close":
        writer.write_eof()
        return
    plug: socket.socket = writer.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(CHUNK):
        writer.write(chunk)
        await writer.drain()
