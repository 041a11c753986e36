"""A team corrects what a mail was taken for: by reply to its case letter, and as a value on the store."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from unit.daemon.test_replying import NOW, Office, answer, body, claim

from config.vocabulary import Event, Kind, Outcome, Status
from daemon.corrections import CannotCorrect, Saying, correct_case, correct_mail
from daemon.storage import casefile, correction_rows
from daemon.storage.schema import corrections, messages, raws
from daemon.storage.store import Store


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield Office(store)


@pytest.fixture
def letter(office):
    """Ana's letter about a fresh claim, five minutes ago."""
    office.receive(claim())
    (found,) = office.sent()["ana@seller.example"]
    office.now += timedelta(minutes=5)
    return found


def marketing(number=9):
    """A notice of Amazon's that nobody would file."""
    return (
        "Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Seller Central <donotreply@amazon.co.uk>\r\nTo: shop@seller.example\r\n"
        "Subject: Order 026-7000000-0000009\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
        f"Message-ID: <notice-{number}@amazonses.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hello,\r\n\r\nplease see the form about order 026-7000000-0000009 and let us know within 48 hours.\r\n"
    ).encode()


def said(kind, office, note="", event=None):
    return Saying(kind=kind, event=event, by="Ana", note=note, at=office.now, now=office.now)


def the_mail(office):
    with office.store.read() as tx:
        (row,) = tx.execute(select(messages.c.id))
        return correction_rows.by_id(tx, row.id)


def correct(office, kind, **more):
    with office.store.write() as tx:
        return correct_mail(tx, office.desk, the_mail(office), said(kind, office, **more))


def test_wrong_notice_closes_the_case_and_the_trail_says_who_and_why(office, letter):
    office.receive(answer(letter, "wrong notice, it is only a newsletter", now=office.now))
    case = office.case()
    assert (case.status, case.outcome, case.clock, case.review) == (Status.CLOSED, Outcome.UNKNOWN, None, False)
    (line,) = [event for event in office.store.trail(case.number) if event.what == "corrected"]
    assert line.by == "Ana" and line.why == "is a notice, not an atoz_claim; it is only a newsletter"
    sent = office.sent()
    assert "is closed: it is “Notice”" in body(sent["ana@seller.example"][0])
    assert "Ana says that it is “Notice”" in body(sent["bo@seller.example"][0])


def test_a_case_of_another_family_is_filed_anew_and_the_team_gets_its_letter(office, letter):
    office.receive(answer(letter, "wrong customer service request", now=office.now))
    new, old = sorted(office.store.cases(all_=True, now=office.now), key=lambda case: case.status)[::-1]
    assert (old.kind, old.status) == (Kind.ATOZ_CLAIM, Status.CLOSED)
    assert (new.kind, new.status, new.events) == (Kind.CS_REQUEST, Status.OPEN, (Event.OPENED,))
    assert new.respond_by == NOW + timedelta(hours=70), "the limit is read from the mail again"
    trail = office.store.trail(new.number)
    assert any(event.why == f"is a cs_request; was filed as {old.number}" and event.by == "Ana" for event in trail)
    subjects = [mail["Subject"] for mail in office.sent()["ana@seller.example"]]
    assert any(new.number in subject and "Customer-service request" in subject for subject in subjects)


def test_a_copy_of_a_corrected_mail_changes_nothing(office, letter):
    office.receive(answer(letter, "wrong notice", now=office.now))
    office.receive(claim() + b"\r\n", mailbox="Archive")
    assert office.case().status is Status.CLOSED


def test_a_later_claim_on_the_same_order_opens_a_case_of_its_own(office, letter):
    office.receive(answer(letter, "wrong notice", now=office.now))
    later = claim().replace(b"02 Mar 2026 10:00", b"03 Mar 2026 10:00").replace(b"<claim-1@", b"<claim-1b@")
    office.now += timedelta(days=1)
    office.receive(later.replace(b"the parcel never arrived", b"she refuses to pay for a broken lamp"))
    new, old = office.store.cases(all_=True, now=office.now)
    assert (new.status, old.status, new.previous) == (Status.OPEN, Status.CLOSED, old.number)


def test_the_same_words_take_a_correction_back(office, letter):
    clock = office.case().clock
    office.receive(answer(letter, "wrong notice", now=office.now))
    office.now += timedelta(minutes=5)
    office.receive(answer(letter, "wrong a-to-z claim", now=office.now, number="r2"))
    assert (office.case().status, office.case().clock) == (Status.OPEN, clock)
    assert the_mail(office).mail.kind is Kind.ATOZ_CLAIM


def test_a_case_that_was_filed_as_another_one_comes_back_by_correcting_that_one(office, letter):
    office.receive(answer(letter, "wrong chargeback", now=office.now))
    office.now += timedelta(minutes=5)
    with office.store.write() as tx:
        with pytest.raises(CannotCorrect) as why:
            correct_case(tx, office.desk, 1, said(Kind.ATOZ_CLAIM, office))
        assert (why.value.key, why.value.values) == ("replaced", {"newer": "CC-000002"})
        correct_case(tx, office.desk, 2, said(Kind.ATOZ_CLAIM, office))
    cases = {case.number: case.status for case in office.store.cases(all_=True, now=office.now)}
    assert cases == {"CC-000001": Status.OPEN, "CC-000002": Status.CLOSED}


def test_the_kind_that_it_has_already_changes_nothing(office, letter):
    office.receive(answer(letter, "wrong a-to-z claim", now=office.now))
    assert office.case().status is Status.OPEN
    assert "already, so nothing has changed" in body(office.sent()["ana@seller.example"][0])


def test_a_mail_that_filed_no_case_opens_one_and_leaves_the_review_list(office):
    office.receive(marketing())
    assert office.store.cases(all_=True, now=office.now) == []
    done = correct(office, Kind.CS_REQUEST, note="they always begin so")
    (case,) = done.filed
    assert (case.kind, case.status, case.order_ids) == (Kind.CS_REQUEST, Status.OPEN, ("026-7000000-0000009",))
    assert case.respond_by == NOW + timedelta(hours=46)
    assert office.store.review_list() == []
    lines = [(event.what, event.by) for event in office.store.trail(case.number)]
    assert lines == [("opened", "donotreply@amazon.co.uk"), ("noted", "Ana")]


def test_an_event_can_be_said_with_the_kind(office):
    office.receive(marketing())
    assert correct(office, Kind.ATOZ_CLAIM, event=Event.INFO_REQUESTED).filed[0].events == (Event.INFO_REQUESTED,)


def test_one_mail_of_several_leaves_its_case_and_the_case_stands_without_it(office, letter):
    reminder = (
        claim().replace(b"claim-1@", b"claim-1r@").replace(b"Action required: ", b"Reminder: ")
        .replace(b"02 Mar 2026 10:00", b"02 Mar 2026 11:00").replace(b"within 72 hours", b"within 24 hours")
        .replace(b"We received", b"This is a reminder: we still wait for your answer to")
    )  # fmt: skip
    office.receive(reminder)
    assert office.case().messages == 2
    with office.store.write() as tx:
        row = correction_rows.by_message_id(tx, "claim-1r@amazonses.example")[0]
        done = correct_mail(tx, office.desk, row, said(Kind.NOTICE, office))
    assert done.left is not None and (done.left.messages, done.left.status) == (1, Status.OPEN)
    assert office.case().respond_by == NOW + timedelta(hours=70), "the clock of the mail that is left"


def test_a_forgery_files_no_case_whatever_it_is_called(office):
    forged = claim().replace(b"dkim=pass header.d=amazon.co.uk; dmarc=pass", b"dkim=fail; dmarc=fail")
    office.receive(forged)
    done = correct(office, Kind.CHARGEBACK)
    assert done.forged and not done.filed and office.store.cases(all_=True, now=office.now) == []


def test_the_text_is_kept_to_learn_from_without_what_names_anybody(office, letter):
    office.receive(answer(letter, "wrong cs request", now=office.now))
    with office.store.read() as tx:
        (lesson,) = correction_rows.lessons(tx)
    assert (lesson.kind, lesson.event, lesson.language) == (Kind.CS_REQUEST, Event.OPENED, "en")
    assert "the parcel never arrived" in lesson.text and "026-7000000" not in lesson.text and "@" not in lesson.text


def test_only_the_newest_word_about_a_mail_counts(office, letter):
    office.receive(answer(letter, "wrong notice", now=office.now))
    correct(office, Kind.RETURN_REQUEST)
    with office.store.read() as tx:
        assert [lesson.kind for lesson in correction_rows.lessons(tx)] == [Kind.RETURN_REQUEST]
        assert len(tx.execute(select(corrections)).all()) == 2


def test_a_mail_whose_bytes_are_gone_cannot_be_corrected(office, letter):
    with office.store.write() as tx:
        tx.execute(raws.update().values(body=None))
    office.receive(answer(letter, "wrong notice", now=office.now))
    assert "have been erased" in body(office.sent()["ana@seller.example"][0])
    assert casefile.id_of(office.case().number) == 1 and office.case().status is Status.OPEN
