from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.sending import DeliveryState, Ending, Via
from daemon.storage.outbox_rows import Delivery
from daemon.sweep import cap_notices, delivery_notices, quarantine_notice
from responders.operator import operator_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


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


def test_a_page_that_does_not_arrive_is_told_by_its_channels_incident_alone():
    ending = Ending(state=DeliveryState.FAILED, due=None, reply="the service answers 404")
    assert delivery_notices([(replace(delivery(), via=Via.CHANNEL), ending)]) == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_notice_has_its_words_and_facts_in_both_languages(language):
    voice = TeamVoice(language=language, zone=ZoneInfo("UTC"), instance="test", domain="seller.example")
    states = (DeliveryState.FAILED, DeliveryState.AMBIGUOUS, DeliveryState.REFUSED)
    notices = [
        *quarantine_notice(3, NOW),
        *cap_notices({"ana@seller.example": 4}, NOW),
        *delivery_notices((delivery(), Ending(state=state, due=None, reply="550")) for state in states),
    ]
    letters = [operator_letter(n.name, n.facts, team=voice, now=NOW, occasion=n.occasion) for n in notices]
    assert len({letter.key for letter in letters}) == len(letters) == 5
    assert all("{" not in letter.subject for letter in letters)
