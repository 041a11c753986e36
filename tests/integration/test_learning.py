"""From the end of a case to the letter about the next one like it; and a text that is checked by mail."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from mail.desk_by_mail import TEAM, DeskByMail, claim_about, plain

from daemon.learning import send_forms
from daemon.storage import lesson_rows
from daemon.storage.store import Store
from daemon.telling import tell

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = SimpleNamespace(team=TEAM)


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 'c.db'}", lock=True) as store:
        yield DeskByMail(store, NOW)


def told(office):
    tell(office.desk, office.now)
    return office.sent()


def forms(office):
    return send_forms(office.store, office.desk.post, SETTINGS, office.now)


def kept(office):
    with office.store.read() as tx:
        return lesson_rows.newest(tx)


def test_a_case_that_is_over_is_asked_about_once_and_its_lesson_stands_in_the_next_letter(office):
    office.receive(claim_about("202-1234567-1234567"))
    (first,) = told(office)
    office.answer(first, "lost")
    office.sent()
    assert forms(office) == 1 and forms(office) == 0
    (form,) = office.sent()
    assert form["To"] == "ana@seller.example" and "missing: what was missing" in plain(form)
    office.answer(form, "lesson\ndecided: no scan at the door\nmissing: signature\nmisread: none", number="r2")
    (answer,) = office.sent()
    assert "the lesson is kept" in plain(answer)
    (lesson,) = kept(office)
    assert (lesson.words.decided, lesson.words.missing, lesson.words.misread) == (
        "no scan at the door",
        "signature",
        "",
    )
    office.now += timedelta(minutes=1)
    office.receive(claim_about("202-7654321-7654321", number=2, sent="Mon, 02 Mar 2026 11:00:00 +0000"))
    (letter,) = told(office)
    assert "Learnt from earlier cases" not in plain(first)
    assert "CC-000001, lost (same reason, same store): decided by: no scan at the door; missing: signature" in plain(
        letter
    )


def test_the_words_behind_an_outcome_are_the_lesson_and_nobody_is_asked_again(office):
    office.receive(claim_about("202-1234567-1234567"))
    (first,) = told(office)
    office.answer(first, "won, decided: the signature")
    (lesson,) = kept(office)
    assert lesson.words.decided == "the signature" and lesson.by == "Ana"
    assert forms(office) == 0


def test_a_case_that_ended_long_ago_is_not_asked_about(office):
    office.receive(claim_about("202-1234567-1234567"))
    (first,) = told(office)
    office.answer(first, "lost")
    office.now += timedelta(days=3)
    assert forms(office) == 0


def test_an_answer_is_checked_by_mail_and_the_case_stays_as_it_is(office):
    office.receive(claim_about("202-1234567-1234567"))
    (first,) = told(office)
    office.answer(first, "tone\nThis is ridiculous.\nThe buyer is lying, and we will refund nothing.\n")
    (answer,) = office.sent()
    text = plain(answer)
    assert "“ridiculous”" in text and "“buyer is lying”" in text and "Better:" in text
    office.answer(first, "check\nThe parcel was delivered on 3 March.", number="r2")
    (clean,) = office.sent()
    assert "Nothing in your text would harm" in plain(clean)
    assert office.store.cases(all_=False, now=office.now)[0].status == "open"
