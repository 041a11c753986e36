"""A TCP proxy that breaks connections on purpose: the network on a bad day, between a client and a real server."""

import asyncio
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    CUT = "cut"
    """Both sides see an orderly end in the middle of an answer."""
    STALL = "stall"
    """Nothing more arrives, and nobody says why."""
    DRIP = "drip"
    """A byte now and then."""
    RESET = "reset"
    HALF_CLOSE = "half-close"
    """The server's side ends, the client's words still go through."""


@dataclass(frozen=True)
class Plan:
    fault: Fault
    after: int
    """Bytes from the server that still get through."""


class FaultProxy:
    """Forwards 127.0.0.1:port to `target`; `plan` is asked once a connection, a null plan lets it be."""

    def __init__(self, target: int, *, drip_seconds: float = 0.3) -> None:
        self.target = target
        self.port = 0
        self.done: Counter[Fault] = Counter()
        self._drip = drip_seconds
        self._plan: Callable[[], Plan | None] = lambda: None
        self._live: set[asyncio.StreamWriter] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> "FaultProxy":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def trouble(self, plan: Callable[[], Plan | None]) -> None:
        """From the next connection on, do as `plan` says."""
        self._plan = plan

    def heal(self) -> None:
        """Let every new connection be."""
        self._plan = lambda: None

    def cut_all(self) -> None:
        """Reset every live connection at this instant."""
        self._loop.call_soon_threadsafe(lambda: [_reset(writer) for writer in self._live])

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.set_exception_handler(lambda *_: None)  # broken connections are what this is for
        await self._stop.wait()
        server.close()
        for writer in self._live:
            _reset(writer)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        self._live |= {writer, far_writer}
        forth = asyncio.create_task(self._forward(reader, far_writer))
        with suppress(OSError):
            await self._answer(far_reader, writer, self._plan())
        forth.cancel()
        for side in (writer, far_writer):
            self._live.discard(side)
            with suppress(OSError):
                side.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
            writer.write_eof()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, plan: Plan | None) -> None:
        left = plan.after if plan else None
        while data := await reader.read(65536):
            if plan is not None and left is not None and len(data) > left:
                writer.write(data[:left])
                await writer.drain()
                await self._break(plan, data[left:], reader, writer)
                return
            left = left - len(data) if left is not None else None
            writer.write(data)
            await writer.drain()

    async def _break(self, plan: Plan, rest: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.done[plan.fault] += 1
        if plan.fault is Fault.RESET:
            _reset(writer)
        elif plan.fault is Fault.DRIP:
            while rest:
                for byte in rest:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await asyncio.sleep(self._drip)
                rest = await reader.read(65536)
        elif plan.fault is Fault.STALL:
            while await reader.read(65536):
                pass
            await asyncio.sleep(3600)  # until the client or cut_all gives up
        elif plan.fault is Fault.HALF_CLOSE:
            writer.write_eof()
            await asyncio.sleep(3600)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End with RST instead of FIN."""
    sock = writer.get_extra_info("socket")
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
