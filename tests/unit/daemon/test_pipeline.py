"""The story with a mailbox in memory and a real database file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.policy import default_policy
from config.settings import Account, Security, Server
from config.vocabulary import Disposition
from daemon.desk import Desk, Post
from daemon.docket import JuryUnavailable
from daemon.jury import Jury
from daemon.mailbox import MailboxStatus, Unfetchable
from daemon.matters import Terms
from daemon.pipeline import ingest, poll, process
from daemon.places import FetchedMessage, Place
from daemon.reading import Rules
from daemon.sources import Source
from daemon.storage.store import Store
from responders.voice import TeamVoice

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RULES = Rules(
    policy=default_policy(),
    trusted_authserv=("mx.seller.example",),
    marketplaces=(("uk", "UK"),),
    instance="test",
    domain="seller.example",
)


def claim(number, *, hours=2.0):
    """A plain claim notice, proved by the trusted server."""
    sent = (NOW - timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        "Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\r\n"
        "To: shop@seller.example\r\n"
        f"Subject: Action required: A-to-z Guarantee claim received on order 026-7000000-{number:07d}\r\n"
        f"Date: {sent}\r\n"
        f"Message-ID: <claim-{number}@amazonses.example>\r\n"
        "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim for order 026-7000000-{number:07d}: the buyer says that "
        "the parcel never arrived.\r\n\r\nPlease respond to this claim within 72 hours.\r\n\r\nAmazon.co.uk\r\n"
    ).encode()


class MemoryMailbox:
    """A mailbox server in memory; it remembers what was asked of it."""

    def __init__(self, mails, *, uidvalidity=1):
        self.mails = dict(enumerate(mails, 1))
        self.uidvalidity = uidvalidity
        self.silent, self.fetched, self.searches = set(), [], 0

    def examine(self, name):
        self.name = name
        uidnext = max(self.mails, default=0) + 1
        return MailboxStatus(name=name, uidvalidity=self.uidvalidity, uidnext=uidnext, exists=len(self.mails))

    def uids(self, low, high=None):
        self.searches += 1
        listed = [uid for uid in sorted(self.mails) if uid >= low and (high is None or uid <= high)]
        return listed or sorted(self.mails)[-1:]  # a server answers "n:*" with the last message even when it is below n

    def uids_since(self, day):
        self.searches += 1
        return sorted(self.mails)

    def fetch(self, uids):
        for uid in uids:
            place = Place(account="uk", mailbox=self.name, uidvalidity=self.uidvalidity, uid=uid)
            self.fetched.append(uid)
            if uid in self.silent:
                yield Unfetchable(place=place, why="the server answered NIL")
            else:
                yield FetchedMessage(place=place, internal_date=NOW, flags=(), raw=self.mails[uid])

    def close(self):
        pass


def account(*mailboxes):
    server = Server(host="127.0.0.1", port=143, security=Security.NONE, username="shop", password=None, ca_file=None)
    return Account(
        name="uk",
        server=server,
        mailboxes=mailboxes or ("INBOX",),
        start=date(2020, 1, 1),
        poll_seconds=60,
        marketplace="UK",
    )


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield store


@pytest.fixture
def desk(store):
    voice = TeamVoice(language="en", zone=ZoneInfo("Europe/London"), instance="test", domain="seller.example")
    post = Post(
        voice=voice,
        from_display="Claimclock",
        from_address="claimclock@seller.example",
        recipients=("ana@seller.example", "bo@seller.example"),
    )
    return Desk(store=store, jury=Jury(RULES, workers=0), terms=Terms(proof=True), post=post)


def one_pass(mailbox, desk, *mailboxes):
    report = poll(account(*mailboxes), mailbox, desk, NOW)
    return report, process(desk, NOW)


def test_a_claim_in_the_mailbox_becomes_a_case_with_a_clock_and_a_letter_to_each_of_the_team(desk):
    _, processed = one_pass(MemoryMailbox([claim(1)]), desk)
    (case,) = desk.store.cases(True, NOW)
    assert (case.number, case.kind, case.order_ids) == ("CC-000001", "atoz_claim", ("026-7000000-0000001",))
    assert case.respond_by == NOW - timedelta(hours=2) + timedelta(hours=72)
    assert (processed.counts, processed.letters) == ({Disposition.FILED: 1}, 1)
    assert {each.recipient for each in desk.store.claim_deliveries("me", NOW, 9)} == set(desk.post.recipients)


def test_a_second_poll_fetches_nothing_and_searches_nothing(desk):
    mailbox = MemoryMailbox([claim(1), claim(2)])
    one_pass(mailbox, desk)
    fetched, searches = list(mailbox.fetched), mailbox.searches
    report, processed = one_pass(mailbox, desk)
    assert (report.fetched, processed.counts) == (0, {})
    assert (mailbox.fetched, mailbox.searches) == (fetched, searches)


def test_new_mail_is_all_that_the_next_poll_fetches(desk):
    mailbox = MemoryMailbox([claim(1)])
    one_pass(mailbox, desk)
    mailbox.mails[5] = claim(2)
    one_pass(mailbox, desk)
    assert mailbox.fetched == [1, 5]
    assert len(desk.store.cases(True, NOW)) == 2


def test_after_a_change_of_uidvalidity_everything_is_read_again_and_nothing_is_doubled(desk):
    mailbox = MemoryMailbox([claim(1), claim(2)])
    one_pass(mailbox, desk)
    mailbox.uidvalidity, mailbox.mails = 9, {1: claim(3), 2: claim(1), 3: claim(2)}
    report, processed = one_pass(mailbox, desk)
    assert report.renumbered == ["INBOX"]
    assert processed.counts == {Disposition.FILED: 1, Disposition.DUPLICATE: 2}
    assert [case.messages for case in desk.store.cases(True, NOW)] == [1, 1, 1]
    assert processed.letters == 1


def test_the_same_mail_in_two_mailboxes_is_one_message(desk):
    _, processed = one_pass(MemoryMailbox([claim(1)]), desk, "INBOX", "Claims")
    assert processed.counts == {Disposition.FILED: 1, Disposition.DUPLICATE: 1}
    assert desk.store.cases(True, NOW)[0].messages == 1


def test_a_uid_without_a_message_holds_nobody_up_and_is_asked_for_again(desk):
    mailbox = MemoryMailbox([claim(1), claim(2), claim(3)])
    mailbox.silent = {2}
    report, _ = one_pass(mailbox, desk)
    assert (report.fetched, report.unfetchable, len(desk.store.cases(True, NOW))) == (2, 1, 2)
    mailbox.silent = set()
    one_pass(mailbox, desk)
    assert mailbox.fetched == [1, 2, 3, 2]
    assert len(desk.store.cases(True, NOW)) == 3


def test_an_interrupted_first_read_goes_on_where_it_stopped(desk):
    mailbox = MemoryMailbox([claim(number) for number in range(1, 150)])
    poll(account(), mailbox, desk, NOW, stop=lambda: desk.store.waiting() >= 64)
    assert desk.store.waiting() == 64
    poll(account(), mailbox, desk, NOW)
    assert desk.store.waiting() == 149
    assert sorted(mailbox.fetched) == list(range(1, 150))


def test_one_bad_mail_stops_nobody_and_keeps_its_bytes(desk):
    _, processed = one_pass(MemoryMailbox([claim(1), b"", claim(2)]), desk)
    assert processed.counts[Disposition.FILED] == 2
    assert sum(processed.counts.values()) == 3
    assert desk.store.waiting() == 0


def test_our_own_letters_in_the_mailbox_open_no_case(desk):
    own = b"X-Claimclock: test\r\nAuto-Submitted: auto-generated\r\n" + claim(1)
    _, processed = one_pass(MemoryMailbox([own]), desk)
    assert processed.counts == {Disposition.IGNORED: 1}
    assert (desk.store.cases(True, NOW), processed.letters) == ([], 0)


def test_a_delivery_report_that_quotes_a_claim_opens_no_case(desk):
    report = claim(1).replace(b"Content-Type: text/plain", b"Content-Type: multipart/report; boundary=x")
    _, processed = one_pass(MemoryMailbox([report]), desk)
    assert (desk.store.cases(True, NOW), processed.letters) == ([], 0)


def test_the_past_raises_nothing(desk):
    _, processed = one_pass(MemoryMailbox([claim(number, hours=24 * 60) for number in range(1, 6)]), desk)
    assert processed.counts == {Disposition.BACKFILLED: 5}
    assert (processed.letters, desk.store.outbox_counts()) == (0, {})


def test_ingest_files_the_same_and_a_second_ingest_changes_nothing(desk):
    mails = [Source(name="a.eml", raw=claim(1)), Source(name="b.mbox#1", raw=claim(2)), Source(name="x", error="no")]
    first = ingest(mails, "uk", desk, NOW)
    assert (first.processed.counts, first.known, [each.name for each in first.errors]) == (
        {Disposition.FILED: 2},
        0,
        ["x"],
    )
    second = ingest(mails, "uk", desk, NOW)
    assert (second.processed.counts, second.known) == ({}, 2)
    moved = ingest([replace(mails[0], name="elsewhere/a.eml")], "uk", desk, NOW)
    assert moved.processed.counts == {Disposition.DUPLICATE: 1}


# Processes that end


class FragileJury:
    """Judges like the real one; over a mail with the word KILL its process ends, and all of the batch is lost."""

    def __init__(self, *, sound=True):
        self.real, self.sound, self.batches = Jury(RULES, workers=0), sound, []

    def prepare(self):
        pass

    def submit(self, mails):
        self.batches.append(len(mails))
        if not self.sound or any(b"KILL" in mail.raw for mail in mails):
            return lambda: None
        return self.real.submit(mails)

    def is_sound(self):
        return self.sound


def test_a_mail_that_ends_its_process_is_tried_alone_and_then_given_up(desk):
    jury = FragileJury()
    mails = [claim(1), claim(2) + b"KILL", claim(3)]
    _, processed = one_pass(MemoryMailbox(mails), replace(desk, jury=jury))
    assert processed.counts == {Disposition.FILED: 2, Disposition.QUARANTINED: 1}
    (given_up,) = desk.store.quarantined()
    assert (given_up.place.uid, given_up.error) == (2, "ended the process that read it, 3 times")
    assert jury.batches == [3, 1, 1, 1, 1]


def test_ends_of_the_whole_service_blame_no_mail(desk):
    mails = [claim(1), claim(2), claim(3)]
    poll(account(), MemoryMailbox(mails), desk, NOW)
    desk.store.take()
    for _ in range(5):
        desk.store.take(1, suspects=True)  # killed while it reads the first one
    assert process(desk, NOW).counts == {Disposition.FILED: 3}


def test_ends_of_the_service_are_spread_over_the_mails_that_wait(desk):
    poll(account(), MemoryMailbox([claim(number) for number in range(1, 11)]), desk, NOW)
    desk.store.take()
    for _ in range(60):
        desk.store.take(1, suspects=True)
    assert process(desk, NOW).counts == {Disposition.FILED: 10}


def test_a_mail_during_which_the_service_ends_every_time_is_given_up_in_the_end(desk):
    poll(account(), MemoryMailbox([claim(1)]), desk, NOW)
    desk.store.take()
    for _ in range(9):
        desk.store.take(1, suspects=True)
    poll(account(), MemoryMailbox([claim(1), claim(2)]), desk, NOW)
    assert process(desk, NOW).counts == {Disposition.FILED: 1, Disposition.QUARANTINED: 1}
    assert desk.store.quarantined()[0].error == "the service ended 9 times while it was read"


def test_a_mail_that_was_given_up_can_be_replayed(desk):
    one_pass(MemoryMailbox([claim(2) + b"KILL"]), replace(desk, jury=FragileJury()))
    assert desk.store.release_all() == 1
    assert process(desk, NOW).counts == {Disposition.FILED: 1}


def test_when_no_process_can_be_started_no_mail_is_blamed(desk):
    for _ in range(5):
        with pytest.raises(JuryUnavailable):
            one_pass(MemoryMailbox([claim(1)]), replace(desk, jury=FragileJury(sound=False)))
    assert (desk.store.waiting(), desk.store.quarantined()) == (1, [])
    assert process(desk, NOW).counts == {Disposition.FILED: 1}


def test_mail_that_was_taken_when_the_service_was_killed_is_filed_by_the_next_run(desk):
    poll(account(), MemoryMailbox([claim(1), claim(2)]), desk, NOW)
    assert len(desk.store.take()) == 2
    assert process(desk, NOW).counts == {Disposition.FILED: 2}


def test_what_is_under_way_is_finished_when_the_service_stops(desk):
    poll(account(), MemoryMailbox([claim(number) for number in range(1, 300)]), desk, NOW)
    asked = iter([False, True])
    report = process(desk, NOW, stop=lambda: next(asked, True))
    assert (sum(report.counts.values()), report.letters) == (64, 0)
    assert desk.store.waiting() == 299 - 64


def test_real_processes_judge_the_same(desk):
    with Jury(RULES, workers=2) as jury:
        _, processed = one_pass(MemoryMailbox([claim(1), claim(2), b"\x00\xff"]), replace(desk, jury=jury))
    assert processed.counts[Disposition.FILED] == 2
    assert desk.store.cases(True, NOW)[0].marketplace == "UK"
