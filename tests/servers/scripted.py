"""Servers that say what a script tells them, for everything that a real server does only on a bad day."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Line:
    """One side of a connection, line by line."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each second line waits for 40 ms
        self.sock = sock
        self.file = sock.makefile("rb")

    def say(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.sock.sendall(data if data.endswith(b"\r\n") else data + b"\r\n")

    def raw(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self) -> str:
        return self.file.readline().decode("utf-8", "replace").rstrip("\r\n")

    def hang_up(self) -> None:
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()


@contextmanager
def scripted_server(script: Callable[[Line, int], None]) -> Iterator[int]:
    """Run `script(line, number)` for each connection, counted from 0; the value is the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    lines: list[Line] = []

    def serve(line: Line, number: int) -> None:
        with suppress(OSError, ValueError):
            script(line, number)
        line.hang_up()

    def accept() -> None:
        number = 0
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            lines.append(Line(sock))
            threading.Thread(target=serve, args=(lines[-1], number), daemon=True).start()
            number += 1

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in lines:
            line.hang_up()
