"""Work on mails in processes of their own, bounded in memory and time, so that no mail can take this one with it."""

from __future__ import annotations

import copyreg
import os
import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, get_context, parent_process
from threading import Thread
from types import MappingProxyType, TracebackType
from typing import Any, Generic, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def _read_only(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A policy's table as it arrives in a process; Python itself cannot send one."""
    return MappingProxyType(table)


copyreg.pickle(MappingProxyType, lambda table: (_read_only, (dict(table),)))

_MOST_MEMORY = 3 * 1024**3
"""Address space of a process in bytes; libraries reserve far more than they use."""
_MOST_SECONDS = 20
"""Processor seconds that one mail may take before its process is ended."""


class Workers(Generic[Item, Result]):
    """Applies `work` to batches on `count` processes, in this process when there are none; a context manager."""

    def __init__(self, work: Callable[[Item], Result], *, count: int, preload: str) -> None:
        """`preload` names the module that the processes import once for all of them."""
        self._work = work
        self._count = count
        self._preload = preload
        self._pool: ProcessPoolExecutor | None = None

    def prepare(self) -> None:
        """Begin to load what the processes need, in the background, so that the first batch does not wait for all."""
        if self._count:
            self._open()
            forkserver.ensure_running()

    def submit(self, batch: Sequence[Item]) -> Callable[[], list[Result] | None]:
        """Begin a batch; calling the value waits for its results in order, null when a process ended over it."""
        if not self._count:
            done = [self._work(item) for item in batch]
            return lambda: done
        size = -(-len(batch) // self._count) or 1
        shares = [batch[start : start + size] for start in range(0, len(batch), size)]
        try:
            pool = self._open()
            futures = [pool.submit(_share, self._work, share) for share in shares]
        except BrokenProcessPool:
            self.close()
            return lambda: None
        return lambda: self._collect(futures)

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

    def _collect(self, futures: Sequence[Future[list[Result]]]) -> list[Result] | None:
        try:
            return [result for future in futures for result in future.result()]
        except BrokenProcessPool:
            self.close()
            return None

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
                os.environ.setdefault(name, "1")  # there is a process for every core already
            # A fork of this process could inherit a lock that another thread holds.
            context = get_context("forkserver")
            context.set_forkserver_preload([self._preload])
            self._pool = ProcessPoolExecutor(self._count, mp_context=context, initializer=_begin)
        return self._pool


def _begin() -> None:
    """What a process does before its first batch."""
    _bound_memory()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose service was killed would wait for its next batch for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _bound_memory() -> None:
    """A mail that needs more memory than this fails alone."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, hard))


def _share(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [_within_time(work, item) for item in items]


def _within_time(work: Callable[[Item], Result], item: Item) -> Result:
    """The kernel ends this process when one mail takes too long: nothing inside could be trusted to."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + _MOST_SECONDS, hard))
    return work(item)
