"""Many mails through the judgement: in order, on every core when there are many, one bad mail never stops the rest."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice

from classifiers.assessment import Assessment, assess
from classifiers.message import Message, UnreadableMail, read_message
from classifiers.model import load_voter
from config.policy import Policy, default_policy
from daemon.sources import Source
from daemon.workers import Workers

BATCH = 32
AHEAD = 3
"""Batches under way, so that memory does not grow with the number of mails."""
ALONE_BELOW = 64
"""Fewer mails than this are judged in this process: starting others would take longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every mail of one run is judged under."""

    now: datetime | None = None
    """Arrival of mails that carry neither a Date nor a Received field; null for the clock."""
    marketplace: str | None = None
    trusted_authserv: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One mail's judgement, or the sentence why there is none."""

    source: str
    assessment: Assessment | None = None
    error: str | None = None


def judge(source: Source, terms: Terms) -> Judged:
    """Judge one mail; whatever is wrong with it becomes `error`."""
    if source.error is not None:
        return Judged(source=source.name, error=source.error)
    try:
        assessment = judgement(read(source.raw, terms), terms, policy=default_policy())
    except UnreadableMail as error:
        return Judged(source=source.name, error=str(error))
    except (RecursionError, MemoryError, ValueError, LookupError, TypeError, AttributeError) as error:
        return Judged(source=source.name, error=f"could not be judged: {type(error).__name__}: {error}"[:300])
    return Judged(source=source.name, assessment=assessment)


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


def judge_all(mails: Iterable[Source], terms: Terms) -> Iterator[Judged]:
    """Judge mails in their order; many of them on all usable cores, a few batches ahead of the reader."""
    stream = iter(mails)
    first = list(islice(stream, ALONE_BELOW))
    cores = len(os.sched_getaffinity(0))
    count = cores if len(first) == ALONE_BELOW and cores > 1 else 0
    work = partial(judge, terms=terms)
    with Workers(work, count=count, preload="daemon.judging") as workers:
        ahead: deque[tuple[list[Source], Callable[[], list[Judged] | None]]] = deque()
        every = chain(first, stream)
        while True:
            while len(ahead) < AHEAD and (batch := list(islice(every, BATCH))):
                ahead.append((batch, workers.submit(batch)))
            if not ahead:
                return
            batch, results = ahead.popleft()
            done = results()
            yield from done if done is not None else _one_by_one(batch, workers)


def _one_by_one(batch: Iterable[Source], workers: Workers[Source, Judged]) -> Iterator[Judged]:
    """After a process ended: the mail that ends it again is named, the others are judged."""
    for mail in batch:
        done = workers.submit([mail])()
        yield from done or [Judged(source=mail.name, error="ended the process that read it; not judged")]
