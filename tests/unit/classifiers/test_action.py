"""What demands something of the team."""

from __future__ import annotations

import pytest

from classifiers.action import action_required
from classifiers.wording import read_wording
from config.vocabulary import Event, Kind

OPENED = [
    ("en", False, "We received a claim. You do not need to do anything now. If we need more, answer within 3 days."),
    ("en", False, "What do you need to do?\nNothing for now.\nWe are looking into it."),
    ("en", True, "We received a claim. Please answer within 72 hours."),
    ("en", True, "A buyer filed a claim.\nSend us the proof of delivery by Friday."),
    ("de", False, "Wir haben einen Antrag erhalten. Sie müssen derzeit nichts unternehmen."),
    ("de", True, "Wir haben einen Antrag erhalten. Bitte antworten Sie innerhalb von 48 Stunden."),
    ("fr", False, "Nous avons reçu une réclamation. Aucune action n'est requise pour le moment."),
    ("it", False, "Abbiamo ricevuto un reclamo. Per ora non deve fare nulla."),
    ("es", False, "Hemos recibido una reclamación. No tiene que hacer nada por ahora."),
    ("ja", False, "保証申請を受け付けました。現時点でのご対応は不要です。"),
    ("zh", False, "我们收到一项索赔。您目前无需采取任何措施。"),
    ("zh", True, "我们收到一项索赔。请在48小时内回复。"),
]


@pytest.mark.parametrize(("language", "demanded", "text"), OPENED)
def test_a_filed_claim_demands_only_what_it_says(language: str, demanded: bool, text: str) -> None:
    wording = read_wording("Claim received", text, language)
    assert action_required(Kind.ATOZ_CLAIM, Event.OPENED, wording)[0] is demanded


@pytest.mark.parametrize("event", [Event.GRANTED, Event.DENIED, Event.WITHDRAWN, Event.APPEAL_DENIED])
def test_a_decision_demands_nothing_though_an_appeal_is_possible(event: Event) -> None:
    wording = read_wording("Decision", "You can appeal within 30 days.", "en")
    assert not action_required(Kind.ATOZ_CLAIM, event, wording)[0]


@pytest.mark.parametrize("event", [Event.REMINDER, Event.INFO_REQUESTED])
def test_questions_and_reminders_always_demand(event: Event) -> None:
    assert action_required(Kind.ATOZ_CLAIM, event, read_wording("Claim", "Hello.", "en"))[0]


def test_a_buyer_who_only_says_thanks_demands_nothing() -> None:
    thanks = read_wording("Order", "Thank you, it arrived safely.", "en")
    question = read_wording("Order", "Thank you! When will it arrive?", "en")
    assert not action_required(Kind.BUYER_MESSAGE, None, thanks)[0]
    assert action_required(Kind.BUYER_MESSAGE, None, question)[0]


def test_a_return_that_amazon_authorised_demands_nothing_and_one_to_decide_does() -> None:
    done = read_wording("Return", "The return was automatically authorized.", "en")
    open_ = read_wording("Return", "Please approve or decline the return request.", "en")
    assert not action_required(Kind.RETURN_REQUEST, None, done)[0]
    assert action_required(Kind.RETURN_REQUEST, None, open_)[0]


def test_a_foreign_mail_demands_nothing() -> None:
    assert action_required(Kind.UNRELATED, None, read_wording("x", "Please answer today.", "en")) == (False, "")
