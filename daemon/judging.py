"""Many mails through the judgement: in order, on every core when there are many, one bad mail never stops the rest."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context

from classifiers.assessment import Assessment, assess
from classifiers.message import Message, UnreadableMail, read_message
from classifiers.model import load_voter
from config.policy import Policy, default_policy
from daemon.sources import Source

CHUNK = 16
ALONE_BELOW = 4 * CHUNK
"""Fewer mails than this are judged here: starting processes would take longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every mail of one run is judged under."""

    now: datetime | None = None
    """Arrival of mails that carry neither a Date nor a Received field; null for the clock."""
    marketplace: str | None = None
    trusted_authserv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One mail's judgement with what a table shows of it; or the sentence why there is none."""

    source: str
    assessment: Assessment | None = None
    subject: str = ""
    sender: str = ""
    error: str | None = None


def judge(source: Source, terms: Terms, *, policy: Policy | None = None) -> Judged:
    """Judge one mail; whatever is wrong with it becomes `error`."""
    if source.error is not None:
        return Judged(source=source.name, error=source.error)
    try:
        message = read(source.raw, terms)
        assessment = judgement(message, terms, policy=policy or default_policy())
    except UnreadableMail as error:
        return Judged(source=source.name, error=str(error))
    except (RecursionError, MemoryError, ValueError, LookupError, TypeError, AttributeError) as error:
        return Judged(source=source.name, error=f"could not be judged: {type(error).__name__}: {error}"[:300])
    return Judged(source=source.name, assessment=assessment, subject=message.subject, sender=message.author.address)


def read(raw: bytes, terms: Terms) -> Message:
    """The message; one that names no time of its own is taken as arriving now."""
    message = read_message(raw)
    if terms.now is not None and message.arrived_at is None and message.header("date") is None:
        return read_message(raw, arrived_at=terms.now)
    return message


def judgement(message: Message, terms: Terms, *, policy: Policy) -> Assessment:
    """The assessment under the run's terms, with the statistical voter when a model ships."""
    return assess(
        message,
        policy=policy,
        trusted_authserv=terms.trusted_authserv,
        marketplace=terms.marketplace,
        voter=load_voter(),
    )


def judge_all(mails: Iterable[Source], terms: Terms, *, workers: int | None = None) -> Iterator[Judged]:
    """Judge mails in their order; many of them on `workers` processes (null: one a usable core)."""
    stream = iter(mails)
    first = list(islice(stream, ALONE_BELOW))
    count = workers if workers is not None else len(os.sched_getaffinity(0))
    if len(first) < ALONE_BELOW or count < 2:
        yield from (judge(mail, terms) for mail in chain(first, stream))
    else:
        yield from _on_processes(chain(first, stream), terms, count)


def _on_processes(mails: Iterator[Source], terms: Terms, count: int) -> Iterator[Judged]:
    """A sliding window of chunks, so that memory does not grow with the number of mails."""
    pool = _pool(count)
    waiting: deque[tuple[list[Source], Future[list[Judged]]]] = deque()
    try:
        while True:
            while len(waiting) < 3 * count and (chunk := list(islice(mails, CHUNK))):
                waiting.append((chunk, pool.submit(judge_chunk, chunk, terms)))
            if not waiting:
                return
            chunk, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                pool.shutdown(wait=False)
                yield from _one_by_one(chunk, terms)
                pool = _pool(count)
                waiting = deque((later, pool.submit(judge_chunk, later, terms)) for later, _ in waiting)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def judge_chunk(chunk: Sequence[Source], terms: Terms) -> list[Judged]:
    """What one process does with its share."""
    return [judge(mail, terms) for mail in chunk]


def _one_by_one(chunk: Sequence[Source], terms: Terms) -> Iterator[Judged]:
    """Judge each mail in a process of its own: the one that ends its process is named, the others are judged."""
    for mail in chunk:
        with _pool(1) as pool:
            try:
                yield pool.submit(judge, mail, terms).result()
            except BrokenProcessPool:
                yield Judged(source=mail.name, error="ended the process that read it; not judged")


def _pool(count: int) -> ProcessPoolExecutor:
    """Processes that start from a clean server: a fork of this one could inherit a thread's lock."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one thread a process: there is a process for every core
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    context = get_context("forkserver")
    context.set_forkserver_preload(["daemon.judging"])
    return ProcessPoolExecutor(max_workers=count, mp_context=context)
