"""A report that one of our letters did not arrive: recorded with the delivery, told once, never a case."""

from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from mail.claims import claim

from config.loading import load_settings
from config.vocabulary import Disposition
from daemon.desk import desk_of, rules_of
from daemon.jury import Jury
from daemon.pipeline import ingest
from daemon.sending import DeliveryState, Ending
from daemon.sources import Source
from daemon.storage.store import Store

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "config" / "data" / "settings.example.toml"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request, tmp_path):
    settings = load_settings(EXAMPLE)
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/claims.db" if sqlite else request.getfixturevalue("postgres").database()
    with Store.open(url, lock=True) as store, Jury(rules_of(settings), workers=0) as jury:
        yield desk_of(settings, store, jury)


def report(message_id, recipient, *, action="failed", status="5.1.1"):
    return (
        "From: MAILER-DAEMON@mx.seller.example\r\nTo: claimclock@seller.example\r\nSubject: Undelivered Mail\r\n"
        "Return-Path: <>\r\nAuto-Submitted: auto-replied\r\nDate: Wed, 25 Nov 2026 12:05:00 +0000\r\n"
        f"Message-ID: <report-{action}-{recipient}@mx.seller.example>\r\nIn-Reply-To: {message_id}\r\n"
        'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your A-to-z claim letter.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.seller.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: [CC-000001] A-to-z claim\r\n"
        f"Message-ID: {message_id}\r\n--b--\r\n"
    ).encode()


def send_all(desk):
    sent = desk.store.claim_deliveries("me", NOW, 50)
    for delivery in sent:
        desk.store.finish(delivery, Ending(state=DeliveryState.SENT, due=None, reply="250 ok"), NOW)
    return sent


def take_in(desk, *raws):
    return ingest([Source(name=f"{hash(raw)}.eml", raw=raw) for raw in raws], "eu", desk, NOW).processed.counts


def message_id_of(delivery):
    return str(message_from_bytes(delivery.data)["Message-ID"])


@pytest.fixture
def letters(desk):
    take_in(desk, claim(1, NOW))
    sent = send_all(desk)
    assert len(sent) >= 1
    return sent


def test_a_bounce_is_recorded_and_told_once_and_is_no_case(desk, letters):
    lost = letters[0]
    bounce = report(message_id_of(lost), lost.recipient)
    assert take_in(desk, bounce) == {Disposition.IGNORED: 1}
    assert desk.store.outbox_counts()["failed"] == 1
    (notice,) = desk.store.claim_deliveries("me", NOW, 50)
    assert (lost.recipient in notice.data.decode(), notice.key.startswith("operator:delivery_failed")) == (True, True)
    assert len(desk.store.cases(True, NOW)) == 1
    desk.store.finish(notice, Ending(state=DeliveryState.SENT, due=None, reply="250 ok"), NOW)
    take_in(desk, bounce + b"\r\n")
    assert desk.store.claim_deliveries("me", NOW, 50) == []


def test_a_report_of_delay_changes_nothing(desk, letters):
    take_in(desk, report(message_id_of(letters[0]), letters[0].recipient, action="delayed", status="4.4.1"))
    assert desk.store.outbox_counts() == {"sent": len(letters)}


def test_a_bounce_of_a_letter_that_was_never_written_changes_nothing(desk, letters):
    unknown = f"<{'0' * 32}.claimclock@{message_id_of(letters[0]).rpartition('@')[2]}"
    assert take_in(desk, report(unknown, letters[0].recipient)) == {Disposition.IGNORED: 1}
    assert desk.store.outbox_counts() == {"sent": len(letters)}


def test_the_bounce_of_the_operators_own_notice_is_recorded_and_makes_no_further_mail(desk, letters):
    take_in(desk, report(message_id_of(letters[0]), letters[0].recipient))
    (notice,) = send_all(desk)
    take_in(desk, report(message_id_of(notice), notice.recipient))
    assert desk.store.claim_deliveries("me", NOW, 50) == []
    assert desk.store.outbox_counts()["failed"] == 2
