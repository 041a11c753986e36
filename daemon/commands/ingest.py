"""`ingest`: mails in files through the same pipeline as a mailbox's."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from config.policy import default_policy
from config.settings import Settings
from daemon.database import database_url, open_store, shown_url
from daemon.desk import Desk, post_of, rules_of
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.pipeline import IngestReport
from daemon.pipeline import ingest as ingest_mails
from daemon.reading import Rules
from daemon.roster import roster_of
from daemon.seal import seal_of
from daemon.sources import sources
from daemon.storage.store import Store
from daemon.terminal import bar
from daemon.workspace import settings_if_any


def ingest(
    paths: Sequence[str],
    *,
    now: datetime | None,
    account: str,
    trusted: tuple[str, ...],
    settings_path: Path | None,
    database: str | None,
) -> int:
    """File the mails and say what became of them; 1 when any could not be read."""
    settings = settings_if_any(settings_path)
    url = database_url(database, settings)
    print(f"database: {shown_url(url)}", file=sys.stderr)
    rules = rules_for(settings, trusted)
    with open_store(url, lock=True) as store, Jury(rules, workers=_workers()) as jury, bar("mails judged") as step:
        report = ingest_mails(
            sources(paths), account, desk_for(settings, store, jury), now or datetime.now(UTC), progress=step
        )
    return _told(report)


def rules_for(settings: Settings | None, trusted: tuple[str, ...] = ()) -> Rules:
    """How mail is judged: by the settings, or without any by the shipped policy and no trust but what is named."""
    if settings is None:
        return Rules(
            policy=default_policy(),
            trusted_authserv=trusted,
            marketplaces=(),
            instance="claimclock",
            domain="localhost",
        )
    rules = rules_of(settings)
    return replace(rules, trusted_authserv=tuple(dict.fromkeys((*rules.trusted_authserv, *trusted))))


def desk_for(settings: Settings | None, store: Store, jury: Jury) -> Desk:
    """The desk of a command; without settings there is no team, so no letter is written."""
    rules = jury.rules
    return Desk(
        store=store,
        jury=jury,
        terms=Terms(proof=bool(rules.trusted_authserv), past_after=rules.policy.past_after),
        post=replace(post_of(settings), seal=seal_of(store)) if settings else None,
        team=settings.team if settings else None,
        roster=roster_of(settings) if settings else None,
    )


def _workers() -> int:
    """One process a core; on a single core the mails are judged right here."""
    cores = len(os.sched_getaffinity(0))
    return cores if cores > 1 else 0


def _told(report: IngestReport) -> int:
    counts = report.processed.counts
    ended = ", ".join(f"{count} {disposition}" for disposition, count in counts.most_common()) or "nothing new"
    letters = (
        f", {report.processed.letters} letters for the team wait in the outbox" if report.processed.letters else ""
    )
    known = f", {report.known} known already" if report.known else ""
    print(f"{sum(counts.values())} mails: {ended}{known}{letters}")
    for source in report.errors:
        print(f"{source.name}: {source.error}", file=sys.stderr)
    return int(bool(report.errors))
