"""What every store must do, run on a SQLite file and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from mail.entries import ORDER, at, limit, mail, own_reply, request

from config.policy import default_policy
from config.vocabulary import Authenticity, Disposition, Event, FundedBy, Kind, Outcome, Status
from daemon.acting import act as say
from daemon.desk import Desk, Post
from daemon.entries import ActKind
from daemon.filing import file_batch
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.places import FetchedMessage, Place
from daemon.reading import Read, Rules
from daemon.sending import DeliveryState, Ending
from daemon.storage import mailbox_rows, migrate
from daemon.storage.schema import metadata
from daemon.storage.store import Store
from daemon.telling import tell
from responders.letter import Letter
from responders.voice import TeamVoice

NOW = at(0)
TERMS = Terms(proof=True)
VOICE = TeamVoice(language="en", zone=ZoneInfo("Europe/Berlin"), instance="test", domain="seller.example")
POST = Post(
    voice=VOICE, from_display="Claimclock", from_address="claimclock@seller.example", recipients=("ana@seller.example",)
)
RULES = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="test", domain="seller.example")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/claimclock.db"
    return request.getfixturevalue("postgres").database()


@pytest.fixture
def store(url):
    with Store.open(url, lock=True) as store:
        yield store


@pytest.fixture
def desk(store):
    return Desk(store=store, jury=Jury(RULES, workers=0), terms=TERMS, post=POST)


def place(uid, *, mailbox="INBOX", uidvalidity=7, account="uk"):
    return Place(account=account, mailbox=mailbox, uidvalidity=uidvalidity, uid=uid)


def fetched(uid, raw=None, **where):
    return FetchedMessage(place=place(uid, **where), internal_date=NOW, flags=("\\Seen",), raw=raw or b"mail %d" % uid)


def examined(store, *, uidvalidity=7, uidnext=10, exists=3, now=NOW):
    return store.note_mailbox("uk", "INBOX", uidvalidity=uidvalidity, uidnext=uidnext, exists=exists, now=now)


def letter(key):
    return Letter(
        key=key,
        message_id=f"{key}@seller.example",
        in_reply_to=None,
        references=(),
        date=NOW,
        subject="Subject \x00 with a NUL",
        text="text",
        html="<p>text</p>",
    )


class Office:
    """Files entries as the pipeline does, each as a mail of its own in the mailbox."""

    def __init__(self, desk):
        self.desk, self.uid = desk, 0

    def file(self, *entries, now=NOW, automatic=False, account="uk"):
        """Store and file in one batch; gives each place's disposition."""
        store = self.desk.store
        raws = {}
        for entry in entries:
            self.uid += 1
            raws[self.uid] = entry
            store.keep_raw([fetched(self.uid, raw=b"mail %d" % self.uid, account=account)], now)
        taken = store.take()
        verdicts = {}
        for stored in taken:
            entry = replace(raws[stored.place.uid], read_at=now)
            verdicts[stored.place_id] = Read(
                place_id=stored.place_id, mail=entry, semantic_key=entry.key, is_automatic=automatic
            )
        with store.write() as tx:
            return dict(file_batch(tx, taken, verdicts, self.desk, now))

    def cases(self, hours=1.0):
        return self.desk.store.cases(True, at(hours))

    def only_case(self, hours=1.0):
        (case,) = self.cases(hours)
        return case


@pytest.fixture
def office(desk):
    return Office(desk)


class TestLedger:
    def test_bytes_come_back_as_they_were(self, store):
        raw = bytes(range(256)) * 3
        assert store.keep_raw([fetched(1, raw)], NOW) == 1
        (mail_,) = store.take()
        assert (mail_.raw, mail_.place, mail_.internal_date, mail_.attempts) == (raw, place(1), NOW, 1)

    def test_a_large_message_comes_back_as_it_was(self, store):
        raw = b"large " * 400_000
        store.keep_raw([fetched(1, raw)], NOW)
        assert store.take()[0].raw == raw

    def test_a_place_is_stored_once(self, store):
        assert store.keep_raw([fetched(1)], NOW) == 1
        assert store.keep_raw([fetched(1), fetched(2)], NOW) == 1
        assert store.waiting() == 2

    def test_only_unknown_uids_are_wanted(self, store):
        state = examined(store)
        store.keep_raw([fetched(3), fetched(5)], NOW)
        assert store.known_uids(state, 1, 100) == {3, 5}
        assert store.known_uids(state, 4, 100) == {5}

    def test_another_uidvalidity_begins_a_new_reign_that_knows_no_uid(self, store):
        state = examined(store)
        store.keep_raw([fetched(3)], NOW)
        store.note_scanned(state, 9)
        renumbered = examined(store, uidvalidity=6)
        assert (renumbered.reigns, renumbered.scanned_upto) == (2, None)
        assert store.known_uids(renumbered, 1, 100) == set()

    def test_a_uidvalidity_that_comes_back_begins_a_new_reign_too(self, store):
        first = examined(store)
        store.keep_raw([fetched(3)], NOW)
        examined(store, uidvalidity=8)
        back = examined(store)
        assert (back.reigns, back.generation != first.generation) == (3, True)
        assert store.known_uids(back, 1, 100) == set()
        assert store.keep_raw([fetched(3)], NOW) == 1

    def test_the_low_water_mark_never_moves_back(self, store):
        state = examined(store)
        store.note_scanned(state, 9)
        store.note_scanned(state, 4)
        assert examined(store).scanned_upto == 9

    def test_a_uid_without_a_message_is_asked_for_again_and_then_given_up_visibly(self, store):
        state = examined(store)
        for _ in range(2):
            store.note_unfetchable(place(4), "the server answered NIL", NOW)
        assert store.missing_uids(state) == [4]
        assert store.known_uids(state, 1, 9) == set()
        store.note_unfetchable(place(4), "the server answered NIL", NOW)
        assert store.missing_uids(state) == []
        (given_up,) = store.quarantined()
        assert (given_up.place, given_up.error, given_up.size) == (place(4), "the server answered NIL", None)

    def test_a_uid_that_was_given_up_without_bytes_can_be_asked_for_again(self, store):
        state = examined(store)
        for _ in range(3):
            store.note_unfetchable(place(4), "the server answered NIL", NOW)
        store.keep_raw([fetched(5)], NOW)
        store.quarantine(store.take()[0].place_id, "unreadable", NOW)
        with store.write() as tx:
            assert mailbox_rows.ask_again(tx, state.generation) == 1
        assert store.missing_uids(state) == [4]
        assert store.keep_raw([fetched(4)], NOW) == 1

    def test_a_uid_that_gives_its_message_in_the_end_is_processed(self, store):
        state = examined(store)
        store.note_unfetchable(place(4), "the server answered NIL", NOW)
        assert store.keep_raw([fetched(4)], NOW) == 1
        assert store.missing_uids(state) == []
        assert [each.place for each in store.take()] == [place(4)]

    def test_a_vanished_uid_is_not_asked_for_again(self, store):
        state = examined(store)
        store.note_unfetchable(place(4), "moved away", NOW, vanished=True)
        assert store.known_uids(state, 1, 9) == {4}
        assert store.disposition_counts() == {Disposition.VANISHED: 1}

    def test_an_attempt_is_counted_before_anybody_reads_the_mail(self, store):
        store.keep_raw([fetched(1), fetched(2)], NOW)
        assert [each.attempts for each in store.take()] == [1, 1]
        assert store.take() == []
        (suspect,) = store.take(suspects=True)
        assert (suspect.place, suspect.attempts) == (place(1), 2)

    def test_a_batch_is_bounded_by_bytes_but_never_empty(self, store):
        store.keep_raw([fetched(1, b"a" * 1000), fetched(2, b"b" * 1000)], NOW)
        assert [each.place.uid for each in store.take(most_bytes=10)] == [1]

    def test_quarantine_keeps_the_bytes_and_a_release_lets_them_be_tried_again(self, store):
        store.keep_raw([fetched(1), fetched(2)], NOW)
        for stored in store.take():
            store.quarantine(stored.place_id, "not a mail \x00 \ud800", NOW)
        assert [each.place.uid for each in store.quarantined()] == [2, 1]
        assert store.release(place(1))
        assert not store.release(place(1))
        assert [(each.raw, each.attempts) for each in store.take()] == [(b"mail 1", 1)]
        assert store.release_all() == 1

    def test_a_place_ends_once(self, store):
        store.keep_raw([fetched(1)], NOW)
        (stored,) = store.take()
        store.quarantine(stored.place_id, "first", NOW)
        store.quarantine(stored.place_id, "second", NOW)
        assert [each.error for each in store.quarantined()] == ["first"]

    def test_instants_keep_their_microseconds_and_come_back_in_utc(self, store):
        moment = NOW.replace(microsecond=123456).astimezone(ZoneInfo("Asia/Tokyo"))
        examined(store, now=moment)
        polled = store.mailbox_states()[0].polled_at
        assert (polled, polled.utcoffset()) == (moment, timedelta(0))

    def test_a_datetime_without_a_zone_is_refused(self, store):
        with pytest.raises(Exception, match="without a time zone"):
            examined(store, now=NOW.replace(tzinfo=None))


class TestCases:
    def test_a_mail_files_a_case_with_a_number_and_a_trail(self, office):
        assert office.file(mail(Event.OPENED, deadline=limit(72))) == {Disposition.FILED: 1}
        case = office.only_case()
        assert (case.number, case.respond_by, case.previous) == ("CC-000001", at(72), None)
        (line,) = office.desk.store.trail("CC-000001")
        assert (line.what, line.when, line.by) == ("opened", at(0), "atoz-guarantee-no-reply@amazon.co.uk")

    def test_a_later_mail_updates_the_case(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        assert office.file(mail(Event.DENIED, 5)) == {Disposition.UPDATED: 1}
        case = office.only_case()
        assert (case.number, case.status, case.outcome) == ("CC-000001", Status.CLOSED, Outcome.WON)
        assert [line.what for line in office.desk.store.trail("1")] == ["opened", "denied"]

    def test_the_order_of_reading_does_not_change_case_or_number(self, office):
        office.file(mail(Event.DENIED, 5))
        office.file(mail(Event.OPENED, deadline=limit(72)))
        case = office.only_case()
        assert (case.number, case.events, case.status) == ("CC-000001", (Event.OPENED, Event.DENIED), Status.CLOSED)

    def test_families_and_accounts_are_cases_of_their_own(self, office):
        office.file(mail(Event.OPENED), request(Event.OPENED), mail(Event.OPENED, kind=Kind.CHARGEBACK))
        office.file(mail(Event.OPENED, 1), account="de")
        assert len(office.cases()) == 4

    def test_the_same_bytes_in_two_mailboxes_are_one_message(self, office):
        store = office.desk.store
        store.keep_raw([fetched(1, b"same"), fetched(1, b"same", mailbox="Claims")], NOW)
        taken = store.take()
        verdicts = {each.place_id: Read(place_id=each.place_id, mail=mail(Event.OPENED)) for each in taken}
        with store.write() as tx:
            ends = file_batch(tx, taken, verdicts, office.desk, NOW)
        assert ends == {Disposition.FILED: 1, Disposition.DUPLICATE: 1}
        store.keep_raw([fetched(9, b"same")], NOW)
        assert [each.is_known for each in store.take()] == [True]
        assert office.only_case().messages == 1

    def test_a_copy_in_other_bytes_is_one_message_and_one_line_of_the_trail(self, office):
        first = mail(Event.OPENED, deadline=limit(72))
        office.file(first)
        assert office.file(replace(first, key="0" * 64)) == {Disposition.DUPLICATE: 1}
        assert office.only_case().messages == 1
        assert len(office.desk.store.trail("CC-000001")) == 1

    def test_a_second_opening_after_the_end_names_the_first_case(self, office):
        office.file(mail(Event.OPENED), mail(Event.DENIED, 5))
        office.file(mail(Event.OPENED, 50, deadline=limit(122)))
        second, first = office.cases(51)
        assert (first.number, first.status) == ("CC-000001", Status.CLOSED)
        assert (second.number, second.status, second.previous) == ("CC-000002", Status.OPEN, "CC-000001")

    def test_a_reminder_without_an_order_is_joined_by_its_support_case_id(self, office):
        office.file(request(Event.OPENED, case_ids=("12345678901",)))
        office.file(request(Event.REMINDER, 5, order_ids=(), case_ids=("12345678901",)))
        assert office.only_case().events == (Event.OPENED, Event.REMINDER)

    def test_it_is_joined_as_well_when_it_is_read_first(self, office):
        office.file(request(Event.REMINDER, 5, order_ids=(), case_ids=("12345678901",)))
        assert office.only_case().review
        office.file(request(Event.OPENED, case_ids=("12345678901",)))
        case = office.only_case()
        assert (case.number, case.events, case.review) == ("CC-000001", (Event.OPENED, Event.REMINDER), False)

    def test_a_demand_under_the_same_support_case_id_is_joined_in_either_order(self, office):
        follow_up = request(None, 5, kind=Kind.SUPPORT_CASE, order_ids=(), case_ids=("12345678901",))
        assert office.file(follow_up) == {Disposition.IGNORED: 1}
        assert office.cases() == []
        office.file(request(Event.OPENED, case_ids=("12345678901",)))
        case = office.only_case()
        assert (case.events, case.order_ids, case.review) == ((Event.OPENED, Event.REMINDER), (ORDER,), False)

    def test_two_cases_that_turn_out_to_be_one_keep_the_older_number(self, office):
        office.file(request(Event.REMINDER, 5, order_ids=(), case_ids=("12345678901",)))
        office.file(request(Event.OPENED, 0, case_ids=("99999999999",)))
        assert len(office.cases()) == 2
        office.file(request(Event.REMINDER, 9, case_ids=("12345678901",)))
        case = office.only_case()
        assert (case.events, case.messages) == ((Event.OPENED, Event.REMINDER, Event.REMINDER), 3)
        store = office.desk.store
        assert {store.case(number, NOW).number for number in ("CC-000001", "CC-000002")} == {case.number}
        assert any("CC-" in line.what for line in store.trail("CC-000001"))

    def test_a_mail_without_any_id_is_joined_by_what_it_answers(self, office):
        office.file(request(Event.OPENED, message_id="first@amazon.example"))
        answer = request(Event.REMINDER, 5, order_ids=(), references=("ours@seller.example", "first@amazon.example"))
        office.file(answer)
        assert office.only_case().messages == 2

    def test_a_reference_to_another_family_joins_nothing(self, office):
        office.file(mail(Event.OPENED, message_id="first@amazon.example"))
        office.file(request(Event.REMINDER, 5, order_ids=(), references=("first@amazon.example",)))
        assert len(office.cases()) == 2

    def test_a_mail_with_nothing_to_join_by_opens_a_case_for_review(self, office):
        office.file(request(Event.OPENED), request(Event.OPENED, 1, order_ids=(), case_ids=("12345678901",)))
        orphan = next(case for case in office.cases() if not case.order_ids)
        assert (orphan.review, orphan.messages) == (True, 1)

    def test_an_own_reply_that_is_read_before_the_request_answers_it_all_the_same(self, office):
        assert office.file(own_reply(5)) == {Disposition.IGNORED: 1}
        assert office.cases() == []
        office.file(request(Event.OPENED, deadline=limit(48)))
        assert office.only_case().status is Status.ANSWERED

    def test_a_suspicious_mail_changes_no_case_and_stands_in_the_review_list(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        forged = mail(Event.DENIED, 5, authenticity=Authenticity.SUSPICIOUS, review=True, hosts=("evil.example",))
        assert office.file(forged) == {Disposition.IGNORED: 1}
        assert (office.only_case().status, office.only_case().review) == (Status.OPEN, False)
        (doubtful,) = office.desk.store.review_list()
        assert (doubtful.account, doubtful.mailbox, doubtful.mail.key) == ("uk", "INBOX", forged.key)
        assert doubtful.is_suspicious

    def test_an_automatic_answer_opens_no_case(self, office):
        assert office.file(mail(Event.OPENED, review=True), automatic=True) == {Disposition.IGNORED: 1}
        assert (office.cases(), office.desk.store.review_list()) == ([], [])

    def test_the_past_is_filed_quietly(self, office):
        ends = office.file(mail(Event.OPENED, deadline=limit(72)), now=at(24 * 60))
        assert ends == {Disposition.BACKFILLED: 1}
        assert office.only_case().status is Status.CLOSED
        assert tell(office.desk, at(24 * 60)) == 0

    def test_what_a_person_said_stands_in_the_case_and_in_the_trail(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        store = office.desk.store
        case = say(store, "CC-000001", ActKind.ANSWERED, by="Ana", now=at(3), terms=TERMS, note="in Seller Central")
        assert (case.status, case.respond_by) == (Status.ANSWERED, None)
        line = store.trail("CC-000001")[-1]
        assert (line.what, line.when, line.why, line.by) == ("answered", at(3), "in Seller Central", "Ana")
        assert say(store, "CC-000999", ActKind.ANSWERED, by="Ana", now=at(3), terms=TERMS) is None

    def test_cases_are_listed_most_urgent_first_and_closed_ones_only_when_asked(self, office):
        office.file(
            mail(Event.OPENED, order_ids=("026-0000000-0000001",), deadline=limit(72)),
            mail(Event.OPENED, order_ids=("026-0000000-0000002",), deadline=limit(20)),
            mail(Event.OPENED, order_ids=("026-0000000-0000003",)),
            mail(Event.DENIED, order_ids=("026-0000000-0000004",)),
        )
        assert [case.order_ids[0][-1] for case in office.cases()] == ["2", "1", "3", "4"]
        assert len(office.desk.store.cases(False, NOW)) == 3

    def test_a_batch_that_fails_leaves_no_trace(self, office):
        store = office.desk.store
        store.keep_raw([fetched(1)], NOW)
        taken = store.take()
        verdicts = {taken[0].place_id: Read(place_id=taken[0].place_id, mail=mail(Event.OPENED))}
        with pytest.raises(RuntimeError, match="power"), store.write() as tx:
            file_batch(tx, taken, verdicts, office.desk, NOW)
            raise RuntimeError("power cut")
        assert (office.cases(), store.disposition_counts(), store.waiting()) == ([], {}, 1)

    def test_odd_characters_survive(self, office):
        odd = mail(
            Event.OPENED, subject="NUL \x00 lone \ud800 emoji \U0001f600", excerpt="\x00", sender="a\x00@x.example"
        )
        assert office.file(odd) == {Disposition.FILED: 1}
        assert office.only_case().messages == 1


class TestTelling:
    def test_news_become_one_letter(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        assert tell(office.desk, at(1)) == 1
        assert tell(office.desk, at(1)) == 0
        (delivery,) = office.desk.store.claim_deliveries("me", at(1), 10)
        assert delivery.recipient == "ana@seller.example"
        assert b"CC-000001" in delivery.data

    def test_a_matter_that_came_in_with_its_decision_is_told_as_it_stands(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        office.file(mail(Event.GRANTED, 5, funded_by=FundedBy.SELLER, deadline=limit(725)))
        assert tell(office.desk, at(6)) == 1

    def test_an_end_long_ago_that_nobody_was_told_of_needs_no_letter(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)), mail(Event.DENIED, 5), now=at(24 * 10))
        assert tell(office.desk, at(24 * 10)) == 0

    def test_the_end_of_a_case_that_people_know_is_told(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        tell(office.desk, at(1))
        office.file(mail(Event.DENIED, 24 * 4))
        assert tell(office.desk, at(24 * 10)) == 1

    def test_a_copy_is_no_news(self, office):
        first = mail(Event.OPENED, deadline=limit(72))
        office.file(first)
        tell(office.desk, at(1))
        office.file(replace(first, key="0" * 64))
        assert tell(office.desk, at(1)) == 0

    @pytest.mark.parametrize("key", ["0" * 64, "f" * 64])
    def test_a_message_that_comes_with_its_copy_in_one_batch_is_told_once_whichever_is_read_first(self, office, key):
        first = mail(Event.OPENED, deadline=limit(72))
        ends = office.file(first, replace(first, key=key))
        assert ends == {Disposition.FILED: 1, Disposition.DUPLICATE: 1}
        assert (tell(office.desk, at(1)), office.only_case().messages) == (1, 1)

    def test_a_forgery_and_a_mail_not_understood_are_told_once_each(self, office):
        office.file(
            mail(Event.DENIED, authenticity=Authenticity.SUSPICIOUS, review=True),
            mail(None, 1, kind=Kind.NOTICE, review=True),
            mail(None, 2, kind=Kind.UNRELATED, review=True),
        )
        assert (tell(office.desk, at(3)), tell(office.desk, at(3))) == (2, 0)
        assert len(office.desk.store.review_list()) == 3

    def test_without_anybody_to_write_to_nothing_is_kept_for_later(self, office):
        office.file(mail(Event.OPENED, deadline=limit(72)))
        assert tell(replace(office.desk, post=None), at(1)) == 0
        assert tell(office.desk, at(1)) == 0


class TestOutbox:
    def test_a_letter_goes_in_once_and_to_each_recipient(self, store):
        copies = {"Ana@seller.example": b"for Ana", "bo@seller.example": b"for Bo"}
        assert store.enqueue(letter("one"), copies, NOW)
        assert not store.enqueue(letter("one"), copies, NOW)
        claimed = store.claim_deliveries("me", NOW, 10)
        assert {(each.recipient, each.data, each.attempts) for each in claimed} == {
            ("ana@seller.example", b"for Ana", 1),
            ("bo@seller.example", b"for Bo", 1),
        }

    def test_a_claimed_delivery_is_nobody_elses_until_its_lease_ends(self, store):
        store.enqueue(letter("one"), {"ana@seller.example": b"x"}, NOW)
        (first,) = store.claim_deliveries("me", NOW, 10, timedelta(minutes=15))
        assert store.claim_deliveries("you", NOW + timedelta(minutes=14), 10) == []
        (second,) = store.claim_deliveries("you", NOW + timedelta(minutes=16), 10)
        assert (second.id, second.attempts) == (first.id, 2)
        sent = Ending(state=DeliveryState.SENT, due=None, reply="250 ok")
        assert not store.finish(first, sent, NOW)
        assert store.finish(second, sent, NOW)
        assert not store.finish(second, sent, NOW)
        assert store.outbox_counts() == {"sent": 1}

    def test_a_transient_failure_waits_for_its_due_time(self, store):
        store.enqueue(letter("one"), {"ana@seller.example": b"x"}, NOW)
        (delivery,) = store.claim_deliveries("me", NOW, 10)
        store.finish(delivery, Ending(state=DeliveryState.PENDING, due=at(1), reply="451 \x00 later"), NOW)
        assert store.claim_deliveries("me", at(0.5), 10) == []
        assert [each.attempts for each in store.claim_deliveries("me", at(1), 10)] == [2]

    def test_an_ambiguous_end_is_remembered_at_the_next_attempt(self, store):
        store.enqueue(letter("one"), {"ana@seller.example": b"x"}, NOW)
        (delivery,) = store.claim_deliveries("me", NOW, 10)
        assert not delivery.ambiguous_before
        store.finish(delivery, Ending(state=DeliveryState.AMBIGUOUS, due=at(1), reply=""), NOW)
        (again,) = store.claim_deliveries("me", at(1), 10)
        assert again.ambiguous_before
        store.finish(again, Ending(state=DeliveryState.HELD, due=None, reply=""), at(1))
        assert store.claim_deliveries("me", at(99), 10) == []

    def test_more_letters_an_hour_than_anybody_can_read_wait_and_are_counted(self, store):
        for number in range(303):
            store.enqueue(letter(f"flood-{number}"), {"ana@seller.example": b"x"}, NOW)
        store.enqueue(letter("other"), {"bo@seller.example": b"x"}, at(0.001))
        store.enqueue(letter("operator:news"), {"ana@seller.example": b"x"}, at(0.002))
        sent = []
        while claimed := store.claim_deliveries("me", at(0.1), 1):
            sent += claimed
            store.finish(claimed[0], Ending(state=DeliveryState.SENT, due=None, reply="250 ok"), at(0.1))
        assert len(sent) == 302
        assert {each.key for each in sent[300:]} == {"other", "operator:news"}
        assert store.held_back(at(0.1)) == {"ana@seller.example": 3}
        assert store.held_back(at(1.2)) == {}
        assert len(store.claim_deliveries("me", at(1.2), 10)) == 3

    def test_the_oldest_letter_that_waits_is_known(self, store):
        assert store.oldest_waiting() is None
        store.enqueue(letter("one"), {"ana@seller.example": b"x"}, NOW)
        store.enqueue(letter("two"), {"ana@seller.example": b"x"}, at(1))
        assert store.oldest_waiting() == NOW
        for delivery in store.claim_deliveries("me", NOW, 1):
            store.finish(delivery, Ending(state=DeliveryState.FAILED, due=None, reply="550"), NOW)
        assert store.oldest_waiting() == at(1)


class TestFactsAndSchema:
    def test_a_fact_is_replaced(self, store):
        assert store.get_fact("account:uk") is None
        store.set_fact("account:uk", "first", NOW)
        store.set_fact("account:uk", "second", NOW)
        store.set_fact("other", "third", NOW)
        assert store.get_fact("account:uk") == "second"
        assert store.facts("account:") == {"account:uk": "second"}

    def test_opening_again_finds_everything(self, url):
        with Store.open(url, lock=True) as store:
            store.keep_raw([fetched(1)], NOW)
        with Store.open(url, lock=True) as store:
            assert store.waiting() == 1

    def test_a_reader_sees_what_a_writer_wrote(self, url, store):
        with Store.open(url, lock=False) as reader:
            store.keep_raw([fetched(1)], NOW)
            assert reader.waiting() == 1
            with pytest.raises(RuntimeError, match="for reading"):
                reader.keep_raw([fetched(2)], NOW)

    def test_the_migrations_make_the_tables_that_the_code_uses(self, store):
        from alembic.autogenerate import compare_metadata
        from alembic.runtime.migration import MigrationContext

        with store.write() as tx:
            assert migrate.current(tx) == migrate.head()
            context = MigrationContext.configure(tx, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
