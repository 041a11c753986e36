from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.phrasebook import PhraseMissing, team_phrases
from config.vocabulary import Kind
from responders.operator import NOTICES, operator_letter
from responders.suspicious import DoubtfulMail, review_letter, warning_letter
from responders.voice import TeamVoice

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
FACTS = {
    "account": "shop-de",
    "host": "imap.seller.example:993",
    "recipient": "anna@seller.example",
    "address": "old@seller.example",
    "count": "3",
    "days": "4",
    "until": "2026-03-12",
    "template": "letter.txt.j2, line 4",
    "path": "026-7000000-0000001/pod.pdf",
    "channel": "chat",
    "jump": "+90 s",
    "problem": "Mailbox cannot be reached: shop-de",
}


def team(language: str = "en") -> TeamVoice:
    return TeamVoice(language=language, zone=ZoneInfo("Asia/Shanghai"), instance="shop", domain="seller.example")


def doubtful(**changes: object) -> DoubtfulMail:
    fields: dict[str, object] = {
        "key": "0f" * 8,
        "place": "shop-de, INBOX",
        "sent_at": NOW,
        "display": "Amazon Claims\r\nBcc: x",
        "sender": "claims@amazon-desk.example",
        "subject": "Act now: https://amazon-desk.example/pay",
        "excerpt": "Sign in at www.amazon-desk.example today <b>or</b> lose your account.",
        "kind": Kind.ATOZ_CLAIM,
        "order_ids": ("701-1234567-7654321",),
        "because": ("the sender's domain amazon-desk.example is not Amazon's",),
        "hosts": ("amazon-desk.example",),
    }
    return DoubtfulMail(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("notice", NOTICES)
def test_every_notice_to_the_operator_says_what_happened_and_what_to_do(notice: str, language: str) -> None:
    letter = operator_letter(notice, FACTS, team=team(language), now=NOW)
    phrases = team_phrases(language)
    assert letter.subject.startswith("[Claimclock] ") and "{" not in letter.subject
    flat = "".join(letter.text.split())
    for part in ("text", "todo"):
        assert "".join(phrases.say(f"operator.{notice}.{part}").split()) in flat
    assert "imap.seller.example:993" in letter.text and "imap.seller.example:993" in letter.html


def test_a_notice_is_the_same_letter_until_its_facts_or_its_occasion_change() -> None:
    made = [
        operator_letter("login_refused", facts, team=team(), now=NOW, occasion=occasion).key
        for facts, occasion in (
            ({"account": "a"}, "monday"),
            ({"account": "a"}, "monday"),
            ({"account": "b"}, "monday"),
            ({"account": "a"}, "tuesday"),
        )
    ]
    assert made[0] == made[1] and len(set(made)) == 3


def test_an_unknown_notice_or_a_missing_fact_is_an_error() -> None:
    with pytest.raises(PhraseMissing):
        operator_letter("no_such_notice", {}, team=team(), now=NOW)
    with pytest.raises(PhraseMissing):
        operator_letter("login_refused", {}, team=team(), now=NOW)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_forgery_is_named_explained_and_dead(language: str) -> None:
    letter = warning_letter(doubtful(), team=team(language), now=NOW)
    assert team_phrases(language).say("kind.atoz_claim") in letter.text
    assert "amazon-desk[.]example" in letter.text and "amazon-desk.example" not in letter.text + letter.html
    assert "https://" not in letter.html and "<a " not in letter.html and "<b>or" not in letter.html
    assert letter.subject == team_phrases(language).say("subject.suspicious")
    assert "[[" not in letter.text and "\r" not in letter.text


def test_a_mail_that_nobody_understood_is_handed_to_people_without_a_verdict() -> None:
    letter = review_letter(doubtful(sender="someone@amazon.com", kind=Kind.NOTICE), team=team(), now=NOW)
    assert "A person must read it" in letter.text and "poses as Amazon" not in letter.text
    assert letter.key != warning_letter(doubtful(), team=team(), now=NOW).key
