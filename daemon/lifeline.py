"""Sockets that cannot hang: options that notice a dead peer, and total deadlines that cut the connection.

A socket timeout restarts with every byte; a server that drips one byte now and then holds a reader for ever. A
deadline counts the whole operation.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from config.settings import Server


def connect(server: Server) -> socket.socket:
    """A TCP connection within `connect_seconds` an address, with options set; OSError as the system gives it."""
    sock = socket.create_connection((server.host, server.port), timeout=server.connect_seconds)
    for level, option, value in (
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
        (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 90_000),  # milliseconds: unacknowledged data
    ):
        sock.setsockopt(level, option, value)
    return sock


class Lifeline:
    """The one place that may cut a connection from another thread: a deadline passed, or the service stops."""

    def __init__(self, sock: socket.socket) -> None:
        # An own descriptor of the same connection: TLS takes the caller's away, and shutdown reaches all of them.
        self._sock = sock.dup()
        self.cut_because: str | None = None

    def cut(self, because: str) -> None:
        """End the connection at once; a blocked read or write in another thread returns with an error."""
        if self.cut_because is None:
            self.cut_because = because
        with suppress(OSError):  # the peer or we ended it already
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        self._sock.close()

    @contextmanager
    def deadline(self, seconds: float, during: str) -> Iterator[None]:
        """Cut the connection when the block takes longer than `seconds` altogether."""
        timer = threading.Timer(seconds, self.cut, [f"no end after {seconds:.0f} s while {during}"])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
