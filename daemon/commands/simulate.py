"""`simulate`: the ladder on a virtual clock over mails in files or in the database; nothing is kept or sent."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.settings import Settings
from daemon.commands.timeline_page import page
from daemon.database import database_url, open_store
from daemon.desk import desk_of, rules_of
from daemon.faults import Refused
from daemon.intake import messages_from
from daemon.jury import Jury
from daemon.lookback import Line, Pair, compared, lines_of
from daemon.places import FetchedMessage
from daemon.simulating import Incoming, VirtualService, in_order, incoming
from daemon.sources import Source, sources
from daemon.storage import told_rows
from daemon.storage.store import Store
from daemon.storage.told_rows import SpokenAct, ToldNotice
from daemon.terminal import bar, cell, console, instant, table
from daemon.workspace import required_settings

BEFORE = timedelta(days=45)
"""How much earlier than the period mails are read, since their clocks can still run in it."""
AFTER = timedelta(days=14)
"""How long after the last mail the clock runs on when no end is given."""
COLUMNS = ("when", "to", "what", "case", "step", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to replay, and how."""

    paths: tuple[str, ...]
    mailboxes: tuple[str, ...]
    """Of the database: "account" or "account/mailbox"; with no paths and none of these, everything stored."""
    start: datetime | None
    end: datetime | None
    acknowledged_after: timedelta | None
    account: str
    everything: bool
    """Also what was decided and not told."""
    outages: tuple[tuple[datetime, datetime], ...] = ()
    """When the service is assumed not to run."""


def simulate(
    asked: Asked, *, as_json: bool, html: Path | None, compare: bool, settings_path: Path | None, database: str | None
) -> int:
    """Replay and print what would have gone to whom and when; 1 when a mail could not be read."""
    settings = required_settings(settings_path)
    if asked.paths and asked.mailboxes:
        raise Refused("name files, or a mailbox that is stored (--mailbox); not both")
    if html is not None and not html.absolute().parent.is_dir():
        raise Refused(f"there is no directory {html.absolute().parent} for the page")
    url = database_url(database, settings)
    mails, said, errors = _of_files(asked) if asked.paths else _of_database(asked, url, compare=compare)
    for source in errors:
        print(f"{source.name}: {source.error}", file=sys.stderr)
    if not mails:
        raise Refused("there is no mail to replay; name files, a mailbox that the service has read, or another period")
    start = asked.start or mails[0].at.replace(hour=0, minute=0, second=0, microsecond=0)
    end = asked.end or mails[-1].at + AFTER
    if end <= start:
        raise Refused(f"the period ends ({end:%Y-%m-%d}) before it begins ({start:%Y-%m-%d}); see --from and --to")
    mails = [each for each in in_order(mails, until=end) if each.at >= start - BEFORE]
    lines, notices = _replayed(asked, mails, said, settings, start, end)
    shown = [line for line in lines if asked.everything or line.went]
    if compare:
        with open_store(url, lock=False) as store, store.read() as tx:
            lived = told_rows.notices_between(tx, start, end)
        _print_pairs(compared(lived, notices), settings, as_json=as_json)
    elif as_json:
        for line in shown:
            print(json.dumps(asdict(line), ensure_ascii=False, default=datetime.isoformat))
    else:
        _print(shown, settings)
    if html is not None:
        html.write_text(page(lines, settings, start, end, mails=len(mails)), encoding="utf-8")
    for note in _notes(lines, len(mails), html):
        print(note, file=sys.stderr)
    return int(bool(errors))


def _of_files(asked: Asked) -> tuple[list[Incoming], list[SpokenAct], list[Source]]:
    mails, errors = [], []
    for each in messages_from(sources(asked.paths), asked.account):
        if isinstance(each, Source):
            errors.append(each)
        else:
            mails.append(each)
    return _arrivals(mails, asked), [], errors


def _arrivals(mails: Sequence[FetchedMessage], asked: Asked) -> list[Incoming]:
    """In order; a mail that tells no time comes with the first that does."""
    unknown = datetime.max.replace(tzinfo=UTC)
    found = [incoming(each, unknown) for each in mails]
    first = asked.start or min((each.at for each in found), default=unknown)
    if found and first == unknown:
        raise Refused("no mail tells when it was sent; say from when on the time runs (--from)")
    dated = [each if each.at < unknown else Incoming(at=first, message=each.message) for each in found]
    return sorted(dated, key=lambda each: each.at)


def _of_database(asked: Asked, url: str, *, compare: bool) -> tuple[list[Incoming], list[SpokenAct], list[Source]]:
    """What the service has stored, and what people said; to compare, each mail comes when the service had read it."""
    accounts = [each.partition("/")[0] for each in asked.mailboxes]
    boxes = [each.partition("/")[2] for each in asked.mailboxes if "/" in each]
    mails, errors = [], []
    with open_store(url, lock=False) as store, store.read() as tx:
        for kept in told_rows.kept_mails(tx, accounts, boxes):
            body, path = told_rows.bytes_of(tx, kept.raw_id)
            raw = body if body is not None else store.spooled_bytes(path)
            if raw is None:
                errors.append(Source(name=str(kept.place), error="its text has been erased"))
                continue
            message = FetchedMessage(place=kept.place, internal_date=kept.internal_date, flags=(), raw=raw)
            own = kept.internal_date or kept.read_at
            mails.append(Incoming(at=kept.read_at if compare else min(own, kept.read_at), message=message))
        said = sorted(told_rows.spoken(tx), key=lambda each: each.entry.at)
    return sorted(mails, key=lambda each: each.at), said, errors


def _replayed(
    asked: Asked,
    mails: Sequence[Incoming],
    said: Sequence[SpokenAct],
    settings: Settings,
    start: datetime,
    end: datetime,
) -> tuple[list[Line], list[ToldNotice]]:
    """Everything that the period would have told, on a database that is thrown away."""
    with (
        tempfile.TemporaryDirectory(prefix="claimclock-simulation-", dir=_memory()) as folder,
        Store.open(f"sqlite:///{folder}/simulation.db", lock=True) as store,
        Jury(rules_of(settings), workers=0) as jury,
        bar("mails replayed") as step,
    ):
        desk = desk_of(settings, store, jury)
        service = VirtualService(
            desk=desk,
            settings=settings,
            mails=mails,
            said=said,
            acknowledged_after=asked.acknowledged_after,
            outages=asked.outages,
        )
        service.live(min([start, *(each.at for each in mails[:1])]), end, step)
        with store.read() as tx:
            notices = told_rows.notices_between(tx, start, end)
        return lines_of(store, settings, start, end), notices


def _memory() -> Path | None:
    """Where files lie in memory, so that no write waits for a disk; null for the usual place."""
    memory = Path("/dev/shm")  # noqa: S108 (a directory of its own with mode 0700 is made there)
    return memory if os.access(memory, os.W_OK) else None


def _print(lines: Sequence[Line], settings: Settings) -> None:
    if not lines:
        console().print("Nothing would have been sent.")
        return
    zone = settings.working_time.zone
    near = lines[0].at
    rows = (
        (
            instant(line.at, zone, near=near),
            line.to,
            cell(_what(line), _style(line)),
            line.case,
            line.step,
            line.why,
        )
        for line in lines
    )
    console().print(table(COLUMNS, rows, narrow=("when", "case")))


def _what(line: Line) -> str:
    return line.what if line.went else f"{line.what} ({line.state})"


def _style(line: Line) -> str:
    if not line.went:
        return "dim"
    return {"overdue": "bold red", "lead": "red", "page": "yellow"}.get(line.what, "")


def _print_pairs(pairs: Sequence[Pair], settings: Settings, *, as_json: bool) -> None:
    """Both sides of each notice: what the service told, and what the settings of today would have told."""
    if as_json:
        for pair in pairs:
            print(json.dumps(_pair_json(pair), ensure_ascii=False))
        return
    counts = Counter(pair.verdict for pair in pairs)
    zone = settings.working_time.zone
    rows = [
        (
            pair.verdict,
            each.person,
            each.letter,
            each.number,
            each.step,
            _when(pair.lived, zone),
            _when(pair.simulated, zone),
        )
        for pair in pairs
        if (each := pair.lived or pair.simulated) and pair.verdict != "same"
    ]
    if rows:
        console().print(table(("", "to", "what", "case", "step", "live", "simulated"), rows, narrow=("live", "case")))
    told = ", ".join(f"{counts[word]} {word}" for word in ("same", "moved", "only live", "only simulated"))
    console().print(f"notices: {told}")


def _when(side: ToldNotice | None, zone: ZoneInfo) -> str:
    return instant(side.fire_at, zone, near=side.fire_at) if side else "-"


def _pair_json(pair: Pair) -> dict[str, object]:
    each = pair.lived or pair.simulated
    assert each is not None, "a pair has one side at least"
    return {
        "verdict": pair.verdict,
        "to": each.person,
        "what": each.letter,
        "order": each.order,
        "kind": each.kind,
        "step": each.step,
        "live": pair.lived.fire_at.isoformat() if pair.lived else None,
        "simulated": pair.simulated.fire_at.isoformat() if pair.simulated else None,
    }


def _notes(lines: Sequence[Line], mails: int, html: Path | None) -> Iterator[str]:
    went = [line for line in lines if line.went]
    cases = {line.case for line in lines if line.case}
    letters = {(line.letter, line.to) for line in went}
    yield f"{mails} mails, {len(cases)} cases: {len(went)} notices in {len(letters)} letters; nothing was kept or sent"
    if html is not None:
        yield f"the timeline is in {html}"
