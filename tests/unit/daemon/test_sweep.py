from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from servers.accounts import server_at

from daemon.connection import BadCertificate, Lost, NoStartTls, Refused, Unreachable, WrongPassword
from daemon.secrets import SecretUnavailable
from daemon.sending import DeliveryState, Ending
from daemon.storage.outbox_rows import Delivery
from daemon.supervisor import OUTGOING, Health, failed
from daemon.sweep import account_notices, cap_notices, delivery_notices, quarantine_notice
from responders.operator import operator_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SERVER = server_at(993, host="imap.seller.example")


def failing(kind, times=1, name="eu"):
    health = Health(name=name, host="imap.seller.example")
    fault = kind("no secret") if kind is SecretUnavailable else kind(name, SERVER, "no")
    for _ in range(times):
        health = failed(health, fault, NOW, chance=0)
    return health


def delivery(key="suggest:1"):
    return Delivery(
        id=7,
        key=key,
        message_id="x@seller.example",
        recipient="ana@seller.example",
        data=b"",
        attempts=1,
        ambiguous_before=False,
        created_at=NOW,
        owner="me",
    )


@pytest.mark.parametrize(
    ("kind", "letter"),
    [
        (WrongPassword, "login_refused"),
        (SecretUnavailable, "login_refused"),
        (BadCertificate, "certificate_refused"),
        (NoStartTls, "certificate_refused"),
        (Refused, "mailbox_missing"),
    ],
)
def test_a_fault_that_waiting_does_not_mend_is_told_at_its_second_time(kind, letter):
    assert account_notices([failing(kind)], NOW) == []
    [notice] = account_notices([failing(kind, 2)], NOW)
    assert notice.name == letter
    assert notice.facts["account"] == "eu"


@pytest.mark.parametrize("kind", [Lost, Unreachable])
def test_a_server_that_is_away_is_told_after_a_quarter_of_an_hour(kind):
    health = failing(kind, 9)
    assert account_notices([health], NOW + timedelta(minutes=14)) == []
    [notice] = account_notices([health], NOW + timedelta(minutes=15))
    assert notice.name == "account_unreachable"


def test_one_absence_is_one_notice_however_long_it_lasts():
    health = failing(Unreachable, 9)
    hour = account_notices([health], NOW + timedelta(hours=1))
    assert account_notices([health], NOW + timedelta(hours=9)) == hour


def test_an_account_that_is_read_and_the_outgoing_server_are_no_news():
    healthy = Health(name="us", host="imap.seller.example", last_success=NOW)
    assert account_notices([healthy, failing(WrongPassword, 9, name=OUTGOING)], NOW + timedelta(days=1)) == []


def test_quarantine_is_told_once_a_day():
    assert quarantine_notice(0, NOW) == []
    assert quarantine_notice(3, NOW) == quarantine_notice(3, NOW + timedelta(hours=10))
    assert quarantine_notice(3, NOW) != quarantine_notice(3, NOW + timedelta(hours=20))


@pytest.mark.parametrize(
    ("state", "letter"),
    [
        (DeliveryState.FAILED, "delivery_failed"),
        (DeliveryState.HELD, "delivery_failed"),
        (DeliveryState.AMBIGUOUS, "delivery_ambiguous"),
        (DeliveryState.REFUSED, "address_refused"),
    ],
)
def test_a_letter_that_will_not_or_may_not_arrive_is_told(state, letter):
    ending = Ending(state=state, due=None, reply="550 no such user")
    [notice] = delivery_notices([(delivery(), ending)])
    assert notice.name == letter


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.PENDING])
def test_a_letter_that_left_or_waits_is_no_news(state):
    assert delivery_notices([(delivery(), Ending(state=state, due=NOW, reply=""))]) == []


def test_a_notice_that_does_not_arrive_makes_no_further_notice():
    ending = Ending(state=DeliveryState.FAILED, due=None, reply="550")
    assert delivery_notices([(delivery("operator:quarantined:x"), ending)]) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_notice_has_its_words_and_facts_in_both_languages(language):
    voice = TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="test", domain="seller.example")
    states = (DeliveryState.FAILED, DeliveryState.AMBIGUOUS, DeliveryState.REFUSED)
    notices = [
        *account_notices([failing(kind, 2) for kind in (WrongPassword, BadCertificate, Refused)], NOW),
        *account_notices([failing(Lost)], NOW + timedelta(hours=1)),
        *quarantine_notice(3, NOW),
        *cap_notices({"ana@seller.example": 4}, NOW),
        *delivery_notices((delivery(), Ending(state=state, due=None, reply="550")) for state in states),
    ]
    letters = [operator_letter(n.name, n.facts, team=voice, now=NOW, occasion=n.occasion) for n in notices]
    assert len({letter.key for letter in letters}) == len(letters) == 9
    assert all("{" not in letter.subject for letter in letters)
