from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest

from config.vocabulary import Event, Kind
from responders.draft import Purpose, draft_reply
from responders.letter import Enclosure
from responders.reply import reply_address, reply_files
from responders.samples import sample_case, sample_mail
from responders.suggest import TeamVoice, suggestion_letter
from responders.summary import CaseSummary

NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
RELAY = "k2j4h6g8f1d3@marketplace.amazon.de"


def request(**changes: object) -> CaseSummary:
    case = sample_case(Kind.CS_REQUEST, Event.OPENED, language="de")
    mail = replace(case.newest, **({"sender": RELAY, "message_id": "m1@amazonses.example"} | changes))  # type: ignore[arg-type]
    return replace(case, mails=(mail,))


def files(case: CaseSummary) -> dict[Purpose, Enclosure]:
    draft = draft_reply(case)
    assert draft is not None
    return reply_files(case, draft)


def test_a_relay_mail_gets_one_unsent_reply_for_each_variant() -> None:
    made = files(request())
    assert list(made) == [Purpose.CS_REEVALUATE, Purpose.CS_AGREE]
    reply = message_from_bytes(made[Purpose.CS_REEVALUATE].content, policy=policy.default)
    assert reply["To"] == RELAY and reply["Subject"] == "Re: Order 701-1234567-7654321" and reply["X-Unsent"] == "1"
    assert reply["In-Reply-To"] == "<m1@amazonses.example>" and reply["From"] is None
    assert "Sehr geehrtes Team" in reply.get_content() and "[[Versanddatum]]" in reply.get_content()


def test_the_letter_names_and_encloses_the_file_and_goes_to_the_team_alone() -> None:
    team = TeamVoice(language="en", zone=ZoneInfo("UTC"), instance="shop", domain="seller.example")
    letter = suggestion_letter(request(), team=team, now=NOW)
    names = [enclosure.filename for enclosure in letter.enclosures]
    assert names == ["CC-000017.ics", "reply-1.eml", "reply-2.eml"]
    assert "reply-2.eml" in letter.text and "reply-2.eml" in letter.html and RELAY not in letter.html


@pytest.mark.parametrize(
    "changes",
    [
        {"sender": "no-reply@amazon.de"},
        {"sender": "donotreply@amazon.com"},
        {"sender": "someone@amazon-desk.example"},
        {"sender": "someone@amazon.de.evil.example"},
        {"sender": "a b@amazon.de"},
        {"sender": RELAY, "reply_to": "thief@evil.example"},
        {"sender": RELAY, "forwarded_by": "lee@seller.example"},
        {"sender": ""},
    ],
)
def test_no_reply_is_prepared_for_an_address_that_is_not_amazons_or_not_read(changes: dict[str, object]) -> None:
    assert files(request(**changes)) == {}


def test_reply_to_wins_over_the_sender_when_it_is_amazons() -> None:
    mail = replace(sample_mail(Event.OPENED), sender=RELAY, reply_to="Case-77@Amazon.com")
    assert reply_address(mail) == "case-77@amazon.com"


def test_a_claim_is_answered_in_a_form_and_gets_no_file() -> None:
    case = sample_case(Kind.ATOZ_CLAIM, Event.OPENED)
    assert files(replace(case, mails=(replace(case.newest, sender=RELAY),))) == {}


def test_a_hostile_subject_adds_no_field_to_the_reply() -> None:
    made = files(request(subject="=?UTF-8?Q?x=0D=0ABcc:_thief=40evil.example?=\r\nCc: thief@evil.example"))
    reply = message_from_bytes(made[Purpose.CS_AGREE].content, policy=policy.compat32)
    assert set(reply.keys()) <= {
        "To",
        "Subject",
        "X-Unsent",
        "In-Reply-To",
        "References",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
