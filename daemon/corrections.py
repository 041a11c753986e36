"""What a team corrects: a case or a mail that is of another kind than it was judged to be.

The mail is read again as what it is, filed where it belongs, and kept as a lesson for the team's own model. A case that
was none is closed, not erased: its trail says who said so and why, and the same words take it back. The bytes' own
judgement stays in its row; what a person says is a row beside it (`storage/correction_rows.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.assessment import Told
from config.vocabulary import CASE_KINDS, EVENTS_OF_KIND, Authenticity, Event, Kind, Status
from daemon.acting import act_entry, act_in
from daemon.acts import ActKind
from daemon.cases import Case, read_at
from daemon.desk import Desk
from daemon.entries import ActEntry, MailEntry
from daemon.filing import refold
from daemon.reading import Read, Unread
from daemon.storage import casefile, correction_rows, matter_rows, reply_rows
from daemon.storage.correction_rows import Correction, JudgedRow
from daemon.storage.engine import Transaction, one_at_a_time


class CannotCorrect(ValueError):
    """Nothing was changed; `key` names the reason for people, `values` fill its sentence."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Who says that something is of a kind, and when."""

    kind: Kind
    by: str
    note: str
    at: datetime
    """When it was said; a decision of Amazon's that was mailed later counts as later."""
    now: datetime
    event: Event | None = None
    """Null to read it from the mail's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What became of it."""

    mails: int
    left: Case | None = None
    """The case that lost them, as it stands then: closed when it was nothing else."""
    filed: tuple[Case, ...] = ()
    """The cases that they are in now."""
    forged: bool = False
    """One of them is suspicious, and so files no case whatever it is."""


def correct_case(tx: Transaction, desk: Desk, case_id: int, saying: Saying) -> Corrected:
    """Every mail of a case is of another kind; CannotCorrect when that cannot be."""
    one_at_a_time(tx)
    found = casefile.find(tx, case_id, saying.now)
    if found is None:
        raise CannotCorrect("no_case")
    case, matter = found
    if newer := reply_rows.successor(tx, case_id):
        raise CannotCorrect("replaced", newer=newer)
    account = matter_rows.accounts_of(tx, [matter])[matter]
    rows = [row for row in correction_rows.by_keys(tx, account, case.keys) if _is_counted(row)]
    for row in rows:
        home = _home(tx, row, saying.now)
        if home is not None and home.id != case_id:
            raise CannotCorrect("replaced", newer=home.case.number)
    if case.kind is saying.kind:
        return _take_back(tx, desk, matter, case, rows, saying)
    read = [(row, _read_again(tx, desk, row, saying)) for row in rows]
    if not read:
        raise CannotCorrect("no_text")
    note = _said(f"is {_of(saying.kind)}, not {_of(case.kind)}", saying.note)
    left = act_in(tx, case_id, ActKind.CORRECTED, by=saying.by, now=saying.at, terms=desk.terms, note=note)
    return _file(tx, desk, read, saying, left, origin=case.number)


def _is_counted(row: JudgedRow) -> bool:
    """Whether a mail made the case what it is; copies of own replies and follow-ups only came along."""
    return row.first in CASE_KINDS or row.corrected_by is not None


def correct_mail(tx: Transaction, desk: Desk, row: JudgedRow, saying: Saying) -> Corrected:
    """One mail is of another kind; when it is all that a case holds, that is the case's."""
    one_at_a_time(tx)
    if row.mail.kind is saying.kind and saying.event in (None, row.mail.event):
        raise CannotCorrect("same_kind", kind=saying.kind.value)
    home = _home(tx, row, saying.now)
    if home is None or not _is_counted(row):
        return _file(tx, desk, [(row, _read_again(tx, desk, row, saying))], saying, None, origin="")
    others = [each for each in correction_rows.by_keys(tx, row.account, home.case.keys) if each.id != row.id]
    if not any(_is_counted(each) for each in others):
        return correct_case(tx, desk, home.id, saying)
    read = _read_again(tx, desk, row, saying)
    correction_rows.leave(tx, row)
    note = _said(f"the mail of {row.mail.sent_at:%Y-%m-%d %H:%M} UTC is {_of(saying.kind)}", saying.note)
    left = _note(tx, desk, home.matter, home.case.number, note, saying)
    return _file(tx, desk, [(row, read)], saying, left, origin=home.case.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    id: int
    case: Case
    matter: int


def _home(tx: Transaction, row: JudgedRow, now: datetime) -> _Home | None:
    """The case that a mail is in."""
    if row.matter is None:
        return None
    for case_id in casefile.ids_in(tx, row.matter):
        found = casefile.find(tx, case_id, now)
        if found is not None and row.mail.key in found[0].keys:
            return _Home(id=case_id, case=found[0], matter=found[1])
    return None


def _take_back(
    tx: Transaction, desk: Desk, matter: int, case: Case, rows: Sequence[JudgedRow], saying: Saying
) -> Corrected:
    """A case that was called none is one after all: open again, with the clock that was stopped."""
    wrong = [row for row in rows if row.mail.kind is not saying.kind]
    if not wrong:
        raise CannotCorrect("same_kind", kind=saying.kind.value)
    for row, read in [(row, _read_again(tx, desk, row, saying)) for row in wrong]:
        _record(tx, row, read, None, saying)
    reopened = _reopen(tx, desk, matter, wrong[0].mail.key, saying)
    return Corrected(mails=len(wrong), filed=(reopened,) if reopened else ())


def _read_again(tx: Transaction, desk: Desk, row: JudgedRow, saying: Saying) -> Read:
    """The mail as a person says that it is, read in the processes that read all mail."""
    stored = correction_rows.stored(tx, row.raw_id)
    raw = stored.body if stored.body is not None else desk.store.spooled_bytes(stored.spool)
    if raw is None:
        raise CannotCorrect("no_text")
    unread = Unread(
        place_id=row.id,
        account=row.account,
        sha256=row.mail.key,
        raw=raw,
        internal_date=stored.internal_date,
        read_at=row.mail.read_at,
        told=Told(kind=saying.kind, event=saying.event),
    )
    done = desk.jury.submit([unread])()
    if not done or done[0].mail is None:
        raise CannotCorrect("no_text")
    return done[0]


def _file(
    tx: Transaction,
    desk: Desk,
    corrected: Sequence[tuple[JudgedRow, Read]],
    saying: Saying,
    left: Case | None,
    *,
    origin: str,
) -> Corrected:
    """Record each mail as what it is, in the matter that it belongs to, and fold those anew."""
    moved: dict[int, int] = {}
    matters: list[int] = []
    forged = False
    for row, read in corrected:
        mail = read.mail
        assert mail is not None, "it was read"
        forged = forged or mail.authenticity is Authenticity.SUSPICIOUS
        matter = None
        if mail.kind in CASE_KINDS and mail.authenticity is not Authenticity.SUSPICIOUS:
            matter = matter_rows.matter_for(tx, row.account, mail, moved)
            matters.append(matter)
        holds = matter is not None and _holds(tx, matter, mail)
        _record(tx, row, read, None if holds else matter, saying)
        if holds and matter is not None:
            _reopen(tx, desk, matter, mail.key, saying)
    touched = {_final(matter, moved) for matter in matters}
    filed = [case for matter in sorted(touched) for case in _folded(tx, desk, matter, corrected, saying, origin)]
    return Corrected(mails=len(corrected), left=left, filed=tuple(filed), forged=forged)


def _record(tx: Transaction, row: JudgedRow, read: Read, matter: int | None, saying: Saying) -> None:
    assert read.mail is not None, "it was read"
    correction = Correction(
        message=row.id,
        account=row.account,
        matter=matter,
        mail=read.mail,
        was_kind=row.mail.kind,
        was_event=row.mail.event,
        text=read.lesson,
        by=saying.by,
        note=saying.note,
    )
    correction_rows.add(tx, correction, saying.now)


def _holds(tx: Transaction, matter: int, mail: MailEntry) -> bool:
    """Whether the matter has had the mail before it was called something else."""
    return any(entry.key == mail.key for entry in matter_rows.entries_of(tx, [matter])[matter])


def _reopen(tx: Transaction, desk: Desk, matter: int, key: str, saying: Saying) -> Case | None:
    """The case of a mail that is what it was first taken for is open again, with the clock that was stopped."""
    for case_id in casefile.ids_in(tx, matter):
        found = casefile.find(tx, case_id, saying.now)
        if found and key in found[0].keys and found[0].status is Status.CLOSED:
            note = _said(f"is {_of(saying.kind)} after all", saying.note)
            return act_in(tx, case_id, ActKind.REOPENED, by=saying.by, now=saying.at, terms=desk.terms, note=note)
    return None


def _folded(
    tx: Transaction,
    desk: Desk,
    matter: int,
    corrected: Sequence[tuple[JudgedRow, Read]],
    saying: Saying,
    origin: str,
) -> list[Case]:
    """The cases of a matter that hold a corrected mail, their trails saying why; the team is still to be told."""
    keys = {row.mail.key for row, _ in corrected}
    if origin:
        note = _said(f"is {_of(saying.kind)}; was filed as {origin}", saying.note)
    else:
        note = _said(f"is {_of(saying.kind)}", saying.note)
    matter_rows.add_act(tx, matter, _entry(matter, note, saying))
    saved = refold(tx, matter_rows.entries_of(tx, [matter]), desk.terms, saying.now)[matter]
    mine = [each for each in saved if keys & set(each.case.keys)]
    news = [each.id for each in mine if not each.case.is_quiet(desk.terms.past_after)]
    casefile.mark_untold(tx, news, True)
    return [read_at(each.case, saying.now) for each in mine]


def _note(tx: Transaction, desk: Desk, matter: int, number: str, note: str, saying: Saying) -> Case | None:
    """A line in the trail of a case whose mails have changed, and the case as it stands without them."""
    matter_rows.add_act(tx, matter, _entry(matter, note, saying))
    saved = refold(tx, matter_rows.entries_of(tx, [matter]), desk.terms, saying.now)[matter]
    return next((read_at(each.case, saying.now) for each in saved if each.case.number == number), None)


def _entry(matter: int, note: str, saying: Saying) -> ActEntry:
    return act_entry(matter, ActKind.NOTED, by=saying.by, at=saying.at, note=note)


def _final(matter: int, moved: dict[int, int]) -> int:
    while matter in moved:
        matter = moved[matter]
    return matter


def _of(kind: Kind) -> str:
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def _said(what: str, note: str) -> str:
    return f"{what}; {note}" if note else what


def event_of(kind: Kind, name: str) -> Event | None:
    """The event of that name, if such a kind can carry it."""
    return next((event for event in EVENTS_OF_KIND.get(kind, ()) if event.value == name), None)
