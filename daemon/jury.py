"""The jury: stored mails are read and judged by the rules of one installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from daemon.reading import Read, Rules, Unread, read
from daemon.workers import Workers

Verdicts = Callable[[], list[Read] | None]
"""Waits for the judgements of a batch; null when a process ended and the mails must be judged one by one."""


class Jury:
    """Judges batches of mails on `workers` processes, in this process when there are none; a context manager."""

    def __init__(self, rules: Rules, *, workers: int) -> None:
        self.rules = rules
        self._workers: Workers[Unread, Read] = Workers(partial(read, rules=rules), count=workers, preload="daemon.warm")

    def prepare(self) -> None:
        """Mail is coming: begin to load what judging needs, in the background."""
        self._workers.prepare()

    def submit(self, mails: Sequence[Unread]) -> Verdicts:
        """Begin to judge a batch; the result is in the order of the mails."""
        return self._workers.submit(mails)

    def is_sound(self) -> bool:
        """Whether a harmless mail can be judged at all."""
        now = datetime.now(UTC)
        mail = Unread(place_id=0, account="", sha256="", raw=b"Subject: x\r\n\r\nx", internal_date=now, read_at=now)
        return self.submit([mail])() is not None

    def close(self) -> None:
        """End the processes."""
        self._workers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
