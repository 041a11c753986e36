"""The jury: mails are read and judged in processes of their own, so that none can take the service with it."""

from __future__ import annotations

import copyreg
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import MappingProxyType, TracebackType
from typing import Self

from daemon.reading import Read, Rules, Unread, read

# The policy's read-only tables travel to the processes as plain ones.
copyreg.pickle(MappingProxyType, lambda table: (dict, (dict(table),)))

_MOST_MEMORY = 3 * 1024**3
"""Address space of a judging process in bytes; libraries reserve far more than they use."""
_MOST_SECONDS = 20
"""Processor seconds that one share of mails may take before its process is ended."""

Verdicts = Callable[[], list[Read] | None]
"""Waits for the judgements of a batch; null when a process ended and the mails must be judged one by one."""


class Jury:
    """Judges batches of mails on `workers` processes, in this process when there are none."""

    def __init__(self, rules: Rules, *, workers: int) -> None:
        self.rules = rules
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, mails: Sequence[Unread]) -> Verdicts:
        """Begin to judge a batch; the result is in the order of the mails."""
        if not self._workers:
            judged = [read(mail, self.rules) for mail in mails]
            return lambda: judged
        size = -(-len(mails) // self._workers) or 1
        shares = [mails[start : start + size] for start in range(0, len(mails), size)]
        try:
            pool = self._open()
            futures = [pool.submit(_judge, share, self.rules) for share in shares]
        except BrokenProcessPool:
            self.close()
            return lambda: None
        return lambda: self._collect(futures)

    def _collect(self, futures: Sequence[Future[list[Read]]]) -> list[Read] | None:
        try:
            return [judged for future in futures for judged in future.result()]
        except BrokenProcessPool:
            self.close()
            return None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # A fork of this process could inherit a lock that another thread holds.
            context = get_context("forkserver")
            context.set_forkserver_preload(["daemon.reading"])
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=_limit)
        return self._pool

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _limit() -> None:
    """Bound the memory of a judging process; a mail that needs more fails alone."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, hard))


def _judge(mails: Sequence[Unread], rules: Rules) -> list[Read]:
    return [_within_time(mail, rules) for mail in mails]


def _within_time(mail: Unread, rules: Rules) -> Read:
    """The kernel ends this process when one mail takes too long: nothing inside could be trusted to."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + _MOST_SECONDS, hard))
    return read(mail, rules)
