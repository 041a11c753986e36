"""What is erased and when, on a SQLite file and on PostgreSQL; and what must work all the same afterwards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail.claims import chatter, claim
from servers.program import claimclock
from sqlalchemy import insert, select

from config.loading import load_settings
from config.retention import Retention
from config.vocabulary import Disposition
from daemon.acting import act
from daemon.acts import ActKind
from daemon.desk import desk_of, rules_of
from daemon.jury import Jury
from daemon.pipeline import ingest, never, process
from daemon.places import FetchedMessage, Place
from daemon.retention import due, erase
from daemon.sending import DeliveryState, Ending
from daemon.sources import Source
from daemon.storage.schema import replies
from daemon.storage.store import Store

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TERMS = Retention()
EXAMPLE = Path(__file__).parents[2] / "config" / "data" / "settings.example.toml"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request, tmp_path):
    settings = load_settings(EXAMPLE)
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/claims.db" if sqlite else request.getfixturevalue("postgres").database()
    with Store.open(url, lock=True) as store, Jury(rules_of(settings), workers=0) as jury:
        yield desk_of(settings, store, jury)


def take_in(desk, raw, *, now=NOW, name="mail"):
    return dict(ingest([Source(name=f"{name}.eml", raw=raw)], "eu", desk, now).processed.counts)


def close(desk, number="CC-000001", *, now=NOW):
    assert act(desk.store, number, ActKind.CLOSED, by="Ana", now=now, terms=desk.terms) is not None


def send_all(desk):
    for delivery in desk.store.claim_deliveries("me", NOW, 50):
        desk.store.finish(delivery, Ending(state=DeliveryState.SENT, due=None, reply="250 ok"), NOW)


def texts(desk):
    """Everything in the database that mails and letters said."""
    with desk.store.read() as tx:
        said = [row[0] for row in tx.exec_driver_sql("SELECT entry FROM messages").all()]
        raws = [bytes(row[0]) for row in tx.exec_driver_sql("SELECT body FROM raws WHERE body IS NOT NULL").all()]
        sent = [bytes(row[0]) for row in tx.exec_driver_sql("SELECT data FROM deliveries").all()]
    return " ".join(said), b"".join(raws), b"".join(sent)


def erased(desk, after):
    found = erase(desk.store, TERMS, NOW + timedelta(days=after), stop=never)
    return found.mails, found.letters > 0


def test_mail_and_letters_of_a_case_go_90_days_after_it_was_closed(desk):
    take_in(desk, claim(1, NOW))
    send_all(desk)
    close(desk)
    assert erased(desk, 89) == (0, False)
    assert erased(desk, 91) == (1, True)
    said, raws, sent = texts(desk)
    assert ("parcel" in said, "Action required" in said, raws, sent) == (False, False, b"", b"")
    assert erased(desk, 91) == (0, False)


def test_an_open_case_keeps_everything_however_old(desk):
    take_in(desk, claim(1, NOW))
    send_all(desk)
    assert erased(desk, 1000) == (0, False)


def test_mail_of_no_case_goes_after_30_days(desk):
    take_in(desk, chatter(1, NOW))
    assert erased(desk, 29) == (0, False)
    assert erased(desk, 31) == (1, False)
    assert "Stock list" not in texts(desk)[0]


def note_reply(desk, name, *, case_id):
    """A row about an answer to one of our letters, from somebody outside."""
    with desk.store.write() as tx:
        raw = tx.exec_driver_sql("SELECT min(id) FROM raws").scalar()
        row = {"identity": name, "message_id": name, "sender": "carla@buyer.example", "case_id": case_id}
        values = {"outcome": "refused", "why": "", "said": "my phone is 030 1234", "answered": False, "at": NOW}
        tx.execute(insert(replies).values(raw_id=raw, **row, **values))


def words_kept(desk):
    with desk.store.read() as tx:
        return [(row.sender, row.said) for row in tx.execute(select(replies).order_by(replies.c.id))]


def test_what_answers_said_and_who_sent_them_goes_with_their_case_or_after_30_days(desk):
    take_in(desk, claim(1, NOW))
    note_reply(desk, "of-no-case", case_id=None)
    note_reply(desk, "of-the-case", case_id=1)
    kept = ("carla@buyer.example", "my phone is 030 1234")
    gone = ("@buyer.example", "")
    erased(desk, 29)
    assert words_kept(desk) == [kept, kept]
    assert erase(desk.store, TERMS, NOW + timedelta(days=31), stop=never).answers == 1
    assert words_kept(desk) == [gone, kept]
    erased(desk, 400)
    assert words_kept(desk) == [gone, kept]
    close(desk)
    erased(desk, 91)
    assert words_kept(desk) == [gone, gone]
    assert due(desk.store, TERMS, NOW + timedelta(days=91)).answers == 0


def test_a_letter_that_has_not_left_is_kept(desk):
    take_in(desk, claim(1, NOW))
    close(desk)
    assert erased(desk, 91) == (1, False)
    assert texts(desk)[2] != b""


def test_what_waits_or_lies_in_quarantine_is_kept(desk):
    place = Place(account="eu", mailbox="INBOX", uidvalidity=1, uid=1)
    fetched = FetchedMessage(place=place, internal_date=NOW, flags=(), raw=chatter(1, NOW))
    desk.store.keep_raw([fetched, replace(fetched, place=replace(place, uid=2), raw=chatter(2, NOW))], NOW)
    desk.store.quarantine(desk.store.take(1)[0].place_id, "unreadable", NOW)
    assert erased(desk, 400) == (0, False)


def test_the_same_mail_is_known_again_after_its_bytes_are_gone(desk):
    take_in(desk, claim(1, NOW))
    send_all(desk)
    close(desk)
    erased(desk, 91)
    later = NOW + timedelta(days=91)
    assert take_in(desk, claim(1, NOW), now=later, name="renumbered") == {Disposition.DUPLICATE: 1}
    (case,) = desk.store.cases(True, later)
    assert (case.number, case.messages, case.order_ids) == ("CC-000001", 1, ("026-7000000-0000001",))
    assert desk.store.claim_deliveries("me", later, 50) == []


def test_a_later_mail_about_an_erased_matter_still_finds_it(desk):
    take_in(desk, claim(1, NOW))
    send_all(desk)
    close(desk)
    erased(desk, 91)
    later = NOW + timedelta(days=100)
    again = claim(1, later).replace(b"<claim-1@", b"<claim-1-again@")
    assert sum(take_in(desk, again, now=later, name="again").values()) == 1
    numbers = {case.number: case.previous for case in desk.store.cases(True, later)}
    assert numbers in ({"CC-000001": None}, {"CC-000001": None, "CC-000002": "CC-000001"})


def test_large_messages_lose_their_files(desk, tmp_path):
    take_in(desk, chatter(1, NOW) + b"x" * (2 * 1024 * 1024))
    assert erased(desk, 31) == (1, False)
    assert list(tmp_path.rglob("*.eml")) == []


def test_a_rehearsal_counts_the_same_and_erases_nothing(desk):
    take_in(desk, chatter(1, NOW))
    later = NOW + timedelta(days=31)
    counted = due(desk.store, TERMS, later)
    assert (counted.mails, counted.letters, counted.size) == (1, 0, len(chatter(1, NOW)))
    assert "Stock list" in texts(desk)[0]
    assert erase(desk.store, TERMS, later, stop=never) == counted


def test_nothing_waits_for_judgement_after_erasing(desk):
    take_in(desk, chatter(1, NOW))
    erased(desk, 31)
    assert process(desk, NOW + timedelta(days=31)).counts == {}
    assert desk.store.waiting() == 0


def test_the_command_says_what_it_would_erase_and_then_what_it_erased(tmp_path):
    (tmp_path / "a.eml").write_bytes(chatter(1, NOW))
    database = ("--database", tmp_path / "claims.db")
    claimclock("ingest", tmp_path / "a.eml", "--now", NOW.isoformat(), *database)
    later = ("--now", (NOW + timedelta(days=31)).isoformat(), *database)
    assert b"1 mails and 0 letters would be erased" in claimclock("retention", "--dry-run", *later).stdout
    assert b"1 mails and 0 letters were erased" in claimclock("retention", *later).stdout
    assert b"0 mails and 0 letters were erased" in claimclock("retention", *later).stdout
    assert b"Stock list" not in (tmp_path / "claims.db").read_bytes()
