"""IDLE (RFC 2177) spoken on the bare line: whatever arrives is seen at once, and an end is seen as an end.

imapclient's own idle_check overlooks news that came in the same packet as the server's "+", and takes a closed
connection for silence.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
from contextlib import suppress
from time import monotonic

LONGEST_LINE = 64 * 1024
_NEWS = re.compile(rb"\* (?:\d+ EXISTS|[1-9]\d* RECENT)\b", re.IGNORECASE)


class IdleRefused(Exception):
    """The server answers NO or BAD to IDLE."""


class LineEnded(Exception):
    """The connection ended, or what came over it is no IMAP."""


class IdleLine:
    """One connection that says nothing but IDLE and DONE; used by one thread."""

    def __init__(self, sock: socket.socket, left: bytes) -> None:
        """`left` was read from the connection already and not looked at."""
        self._sock = sock
        self._unread = bytearray(left)
        self._number = 0
        self._tag = b""

    def begin(self, seconds: float) -> bool:
        """Start to listen; whether there was news on the way. IdleRefused, LineEnded, or TimeoutError."""
        self._number += 1
        self._tag = b"I%d" % self._number
        self._say(self._tag + b" IDLE\r\n", seconds)
        news, deadline = False, monotonic() + seconds
        while (line := self._line(deadline)) is not None:
            if line.startswith(b"+"):
                return news
            news |= self._is_news(line)
            if self._is_answer(line):
                raise IdleRefused(line[len(self._tag) + 1 :].decode("utf-8", "replace"))
        raise TimeoutError("no answer in time to IDLE")

    def listen(self, seconds: float) -> bool:
        """Wait for news up to so many seconds; LineEnded when there will be none."""
        deadline = monotonic() + seconds
        while (line := self._line(deadline)) is not None:
            if self._is_news(line):
                return True
            if self._is_answer(line):
                raise LineEnded("the server ended IDLE by itself")
        return False

    def end(self, seconds: float) -> bool:
        """Stop to listen; whether there was news on the way. LineEnded, or TimeoutError."""
        self._say(b"DONE\r\n", seconds)
        news, deadline = False, monotonic() + seconds
        while (line := self._line(deadline)) is not None:
            news |= self._is_news(line)
            if self._is_answer(line):
                return news
        raise TimeoutError("no answer in time to DONE")

    def _is_news(self, line: bytes) -> bool:
        if line[:5].upper() == b"* BYE":
            raise LineEnded(f"the server says good-bye: {line[6:160].decode('utf-8', 'replace')}")
        return bool(_NEWS.match(line))

    def _is_answer(self, line: bytes) -> bool:
        return line.startswith(self._tag + b" ")

    def _say(self, data: bytes, seconds: float) -> None:
        self._sock.settimeout(seconds)
        self._sock.sendall(data)

    def _line(self, deadline: float) -> bytes | None:
        """The next whole line, without its end; null when it does not come in time."""
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > LONGEST_LINE:
                raise LineEnded("a line without end")
            if not self._more(deadline):
                return None
        line = bytes(self._unread[:end]).rstrip(b"\r")
        del self._unread[: end + 1]
        return line

    def _more(self, deadline: float) -> bool:
        """Read what is there, or wait for it; False at the deadline."""
        while True:
            self._sock.settimeout(0)
            with suppress(BlockingIOError, ssl.SSLWantReadError):  # TLS may need more than has arrived
                data = self._sock.recv(16384)
                if not data:
                    raise LineEnded("the server closed the connection")
                self._unread += data
                return True
            left = deadline - monotonic()
            if left <= 0:
                return False
            waiting = select.poll()
            waiting.register(self._sock, select.POLLIN)
            waiting.poll(left * 1000)
