"""Answers to letters about several matters: all cases, named cases, and decisions about mails of the review list."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from mail.desk_by_mail import DeskByMail, claim_about, plain

from config.calendars import NINE_TO_SIX, WorkingTime
from config.vocabulary import Outcome, Status
from daemon.digesting import Reader, facts_for, letter_of, listed_in, put_out
from daemon.pipeline import process
from daemon.places import FetchedMessage, Place
from daemon.storage.store import Store

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LONDON = WorkingTime(zone=ZoneInfo("Europe/London"), week=NINE_TO_SIX)
READER = Reader(name="", at=time(8), work=LONDON, addresses=("ana@seller.example",))


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        desk = DeskByMail(store, NOW)
        post = replace(desk.desk.post, recipients=("ana@seller.example", "bo@seller.example"))
        desk.desk = replace(desk.desk, post=post, storm_cases=2)
        yield desk


def burst(office):
    """Three claims that come in at once."""
    places = [Place(account="uk", mailbox="INBOX", uidvalidity=1, uid=100 + number) for number in (1, 2, 3)]
    mails = [claim_about(f"026-7000000-000000{number}", number=number) for number in (1, 2, 3)]
    came = [
        FetchedMessage(place=place, internal_date=office.now, flags=(), raw=raw)
        for place, raw in zip(places, mails, strict=True)
    ]
    office.store.keep_raw(came, office.now)
    process(office.desk, office.now)


@pytest.fixture
def storm(office):
    """Ana's copy of the one letter about three new cases."""
    burst(office)
    (letter,) = sent_to(office, "ana")
    office.now += timedelta(minutes=5)
    return letter


def sent_to(office, name):
    return [each for each in office.sent() if name in each["To"]]


def standings(office):
    return {case.number: case for case in office.store.cases(all_=True, now=office.now)}


def acts(office, number):
    return [(event.what, event.by) for event in office.store.trail(number)][1:]


def test_ack_means_every_case_of_the_letter(office, storm):
    office.answer(storm, "ack")
    assert [acts(office, number) for number in standings(office)] == [[("acknowledged", "Ana")]] * 3
    (answer,) = office.sent()
    assert "3 of 3 done" in plain(answer)


@pytest.mark.parametrize("say", ["done", "won", "lost, no proof", "reopen", "note we look", "完成"])
def test_what_closes_or_changes_a_case_needs_the_case_named(office, storm, say):
    office.answer(storm, say)
    assert all(acts(office, number) == [] for number in standings(office))
    (answer,) = office.sent()
    assert "nothing has changed" in plain(answer)


def test_named_cases_are_answered_and_the_others_hear_of_them_in_one_letter(office, storm):
    office.answer(storm, "done CC-000001, CC-000003 - in Seller Central")
    found = standings(office)
    assert [found[number].status for number in ("CC-000001", "CC-000002", "CC-000003")] == [
        Status.ANSWERED, Status.OPEN, Status.ANSWERED,
    ]  # fmt: skip
    to = {str(each["To"]): each for each in office.sent()}
    assert set(to) == {"ana@seller.example", "bo@seller.example"}
    assert "CC-000001: Ana says that it is answered" in plain(to["bo@seller.example"])
    assert "CC-000003" in plain(to["bo@seller.example"]) and "CC-000002" not in plain(to["bo@seller.example"])


def test_one_named_case_is_answered_in_its_own_thread(office, storm):
    office.answer(storm, "lost CC-000002, no scan")
    assert standings(office)["CC-000002"].outcome is Outcome.LOST
    answer = next(each for each in office.sent() if each["To"] == "ana@seller.example")
    assert "[CC-000002]" in answer["Subject"]


def test_an_answer_to_the_answer_may_name_the_cases_too(office, storm):
    office.answer(storm, "done")
    (answer,) = office.sent()
    office.answer(answer, "mine CC-000003", number="r2")
    assert standings(office)["CC-000003"].holder == "Ana"


@pytest.mark.parametrize("say", ["done CC-000099", "ack CC-000001 CC-000099", "ack?", "Lost my connection"])
def test_unlisted_cases_and_doubt_change_nothing(office, storm, say):
    office.answer(storm, say)
    assert all(acts(office, number) == [] for number in standings(office))
    assert len(office.sent()) == 1


def test_the_letter_of_somebody_else_proves_nothing(office):
    burst(office)
    (bos,) = sent_to(office, "bo")
    office.now += timedelta(minutes=5)
    office.answer(bos, "ack")
    assert all(acts(office, number) == [] for number in standings(office))


def doubtful(number):
    return (
        f"From: Helper Tool <news{number}@tool.example>\r\nTo: shop@seller.example\r\n"
        f"Subject: A-to-z claim on order 026-7000000-000001{number}\r\nMessage-ID: <doubt-{number}@tool.example>\r\n"
        f"Date: Mon, 02 Mar 2026 10:0{number}:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"We noticed an A-to-z Guarantee claim on your order 026-7000000-000001{number}. Please respond soon.\r\n"
    ).encode()


@pytest.fixture
def digest(office):
    """Ana's digest with a case and two mails to look at."""
    office.receive(claim_about("026-7000000-0000001"))
    for number in (1, 2):
        office.receive(doubtful(number))
    office.sent()
    with office.store.write() as tx:
        letter = letter_of(facts_for(tx, READER, (), office.now), READER, office.desk.post, office.now)
        put_out(tx, office.desk.post, letter, READER.addresses, listed_in(tx, READER, office.now), office.now)
    (letter,) = office.sent()
    office.now += timedelta(minutes=5)
    return letter


def test_the_digest_lists_mails_under_numbers_and_says_how_to_decide(digest):
    assert "1 – not understood: A-to-z claim on order" in plain(digest)
    assert "2 – not understood" in plain(digest)
    assert "“1 claim”" in plain(digest)


def test_decisions_file_a_case_or_take_the_mail_off_the_list(office, digest):
    office.answer(digest, "1 claim\n2 ignore")
    found = [case for case in standings(office).values() if "026-7000000-0000012" in case.order_ids]
    assert [case.kind.value for case in found] == ["atoz_claim"], "the newest mail is the first of the list"
    answer = next(each for each in office.sent() if "2 of 2 done" in plain(each))
    assert f"1: filed as “A-to-z claim”, {found[0].number}." in plain(answer)
    assert "2: off the list" in plain(answer)
    with office.store.read() as tx:
        assert facts_for(tx, READER, (), office.now).review == ()


def test_a_mail_is_decided_about_once(office, digest):
    office.answer(digest, "2 忽略")
    office.now += timedelta(minutes=1)
    office.answer(digest, "2 拒付", number="r2")
    assert len(standings(office)) == 1
    assert any("somebody has decided about it already" in plain(each) for each in office.sent())


@pytest.mark.parametrize("say", ["1 claim, maybe", "1 claim?", "3 claim", "1 soup", "1 claim\n1 ignore", "claim"])
def test_an_unclear_decision_decides_nothing_at_all(office, digest, say):
    office.answer(digest, say)
    (answer,) = office.sent()
    assert "nothing has changed" in plain(answer)
    with office.store.read() as tx:
        assert len(facts_for(tx, READER, (), office.now).review) == 2


def test_a_case_of_the_digest_is_taken_by_its_number(office, digest):
    office.answer(digest, "mine CC-000001")
    assert standings(office)["CC-000001"].holder == "Ana"


def not_understood():
    """From Amazon, and saying nothing that any rule knows."""
    return (
        b"Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        b"From: Amazon <team-desk@amazon.co.uk>\r\nTo: shop@seller.example\r\nSubject: About 026-7000000-0000077\r\n"
        b"Message-ID: <vague-1@amazonses.example>\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nSee 026-7000000-0000077. We look into it.\r\n"
    )


@pytest.mark.parametrize(("say", "kind"), [("claim", "atoz_claim"), ("拒付", "chargeback"), ("1 claim", "atoz_claim")])
def test_a_letter_about_one_doubtful_mail_is_answered_with_what_it_is(office, say, kind):
    office.receive(not_understood())
    (letter,) = sent_to(office, "ana")
    assert "“ignore”" in plain(letter)
    office.now += timedelta(minutes=5)
    office.answer(letter, say)
    assert [case.kind.value for case in standings(office).values()] == [kind]


@pytest.mark.parametrize("say", ["claim?", "done", "is it a claim", "I do not know", "claim or not"])
def test_doubt_about_one_mail_decides_nothing(office, say):
    office.receive(not_understood())
    (letter,) = sent_to(office, "ana")
    office.now += timedelta(minutes=5)
    office.answer(letter, say)
    assert standings(office) == {}
    (answer,) = office.sent()
    assert "nothing has changed" in plain(answer)
