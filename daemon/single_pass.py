"""One pass for `claimclock poll`: the service's own steps, once and in order; or a look that keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

from config.policy import Policy
from config.settings import Account, Settings
from daemon.connection import ServerFault
from daemon.database import open_store, sqlite_file
from daemon.imap import ImapMailbox
from daemon.intake import wanted
from daemon.judging import Judged, Terms, judgement, read
from daemon.leases import Leases
from daemon.mailbox import Mailbox, Unfetchable
from daemon.oauth import Keyring
from daemon.pipeline import never
from daemon.secrets import SecretUnavailable
from daemon.sending import DeliveryState
from daemon.storage.store import Store
from daemon.work import Work, utc_now


def poll_once(settings: Settings, *, now: datetime | None, tell: Callable[[str], None]) -> int:
    """Read every account, file, send what is due; 1 when a server could not be used. StoreBusy beside the service."""

    def clock() -> datetime:
        return now or utc_now()

    names = [account.name for account in settings.accounts]
    with open_store(settings.database, lock=True) as store, (leases := Leases(store)).kept(names):
        work = Work(settings, store, stop=never, clock=clock)
        try:
            work.forgive()
            ours = [account for account in settings.accounts if leases.has(account.name)]
            for name in sorted(set(names) - {account.name for account in ours}):
                tell(f"{name}: a running service reads it")
            faults = [fault for account in ours if (fault := _read(work, account, tell))]
            _file(work, tell)
            work.sweep()
            faults += [fault for fault in [_send(work, tell), _page(work, tell)] if fault]
        finally:
            work.close()
    return 1 if faults else 0


def dry_run(settings: Settings, *, now: datetime | None) -> Iterator[Judged]:
    """Judge what the next poll would read, and keep nothing; a server that cannot be used is a judgement's `error`."""
    with ExitStack() as stack:
        file = sqlite_file(settings.database)
        store = None
        if file is None or file.exists():
            store = stack.enter_context(open_store(settings.database, lock=False))
        for account in settings.accounts:
            try:
                yield from _look(account, settings, store, now or datetime.now(UTC))
            except (ServerFault, SecretUnavailable) as fault:
                yield Judged(source=account.name, error=str(fault))


def _look(account: Account, settings: Settings, store: Store | None, now: datetime) -> Iterator[Judged]:
    login = Keyring(settings.state_directory).login(account.name, account.server)
    terms = Terms(now=now, marketplace=account.marketplace, trusted_authserv=settings.trusted_authserv_ids)
    with ImapMailbox.connect(account, login) as mailbox:
        for name in account.mailboxes:
            for each in mailbox.fetch(_unread(mailbox, account, name, store)):
                if isinstance(each, Unfetchable):
                    yield Judged(source=str(each.place), error=each.why)
                else:
                    yield _judged(str(each.place), each.raw, terms, settings.policy)


def _judged(place: str, raw: bytes, terms: Terms, policy: Policy) -> Judged:
    try:
        return Judged(source=place, assessment=judgement(read(raw, terms), terms, policy=policy))
    except Exception as error:  # whatever a hostile mail causes: the look goes on
        return Judged(source=place, error=f"could not be judged: {type(error).__name__}: {error}"[:300])


def _unread(mailbox: Mailbox, account: Account, name: str, store: Store | None) -> list[int]:
    """The UIDs that the ledger does not have."""
    status = mailbox.examine(name)
    for state in store.mailbox_states() if store is not None else ():
        if (state.account, state.mailbox, state.uidvalidity) == (account.name, name, status.uidvalidity):
            assert store is not None
            return list(wanted(mailbox, status, state, store, account.start).uids)
    return mailbox.uids_since(account.start)


def _read(work: Work, account: Account, tell: Callable[[str], None]) -> str:
    result = work.poll(account.name)
    assert result is not None, "the account stands in the settings, and nothing stops a single pass"
    health, report = result
    if report is not None:
        lost = f", {report.unfetchable} without text" if report.unfetchable else ""
        tell(f"{account.name}: {report.fetched} new message{'s' if report.fetched != 1 else ''}{lost}")
        return ""
    fault = health.last_error or work.paused_because or "not read"
    tell(fault)
    return fault


def _file(work: Work, tell: Callable[[str], None]) -> None:
    report = work.file()
    if report is not None and report.counts:
        counts = ", ".join(f"{count} {disposition.value}" for disposition, count in sorted(report.counts.items()))
        tell(f"messages: {counts}; {report.letters} letter{'s' if report.letters != 1 else ''} written")


def _page(work: Work, tell: Callable[[str], None]) -> str:
    ended = work.page().ended
    for delivery, ending in ended:
        tell(f"channel {delivery.recipient}: {ending.state.value} ({ending.reply})")
    return next((ending.reply for _, ending in ended if ending.state is not DeliveryState.SENT), "")


def _send(work: Work, tell: Callable[[str], None]) -> str:
    health, report = work.send()
    if report is not None and report.ended:
        states = [ending.state.value for _, ending in report.ended]
        tell("deliveries: " + ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states))))
    if health.last_error:
        tell(health.last_error)
    return health.last_error
