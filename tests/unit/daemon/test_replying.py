"""A person answers a case letter by mail: proved, obeyed once, answered, and told to the others."""

import email
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifiers.commands import CommandKind
from config.calendars import NINE_TO_SIX, WorkingTime
from config.ladder import default_ladder
from config.phrasebook import answer_phrases
from config.policy import default_policy
from config.rota import Rota
from config.settings import Person, Team
from config.vocabulary import Disposition, Outcome, Status
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.pipeline import process
from daemon.places import FetchedMessage, Place
from daemon.reading import Rules
from daemon.roster import Roster
from daemon.seal import LIFETIME, seal_of
from daemon.storage import digest_rows
from daemon.storage.store import Store
from responders.voice import TeamVoice

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RULES = Rules(
    policy=default_policy(),
    trusted_authserv=("mx.seller.example",),
    marketplaces=(("uk", "UK"),),
    instance="test",
    domain="seller.example",
)
TEAM = Team(
    name="Desk",
    language="en",
    time_zone="Europe/London",
    people=(
        Person(name="Ana", address="ana@seller.example"),
        Person(name="Bo", address="bo@seller.example", time_zone="Asia/Shanghai"),
        Person(name="Cleo Martin", address="cleo@seller.example"),
    ),
    operator="ana@seller.example",
)


class Office:
    """One installation with a clock that the test moves, and everything that it sends."""

    def __init__(self, store, language="en"):
        voice = TeamVoice(language=language, zone=ZoneInfo("Europe/London"), instance="test", domain="seller.example")
        post = Post(
            voice=voice,
            from_display="Claimclock",
            from_address="claimclock@seller.example",
            recipients=("ana@seller.example", "bo@seller.example"),
            seal=seal_of(store),
        )
        self.store, self.now, self.uid = store, NOW, 0
        self.desk = Desk(store=store, jury=Jury(RULES, workers=0), terms=Terms(proof=True), post=post, team=TEAM)

    def receive(self, raw, mailbox="INBOX"):
        self.uid += 1
        place = Place(account="uk", mailbox=mailbox, uidvalidity=1, uid=self.uid)
        self.store.keep_raw([FetchedMessage(place=place, internal_date=self.now, flags=(), raw=raw)], self.now)
        return process(self.desk, self.now)

    def sent(self):
        """What left since the last call, by recipient."""
        found = {}
        for delivery in self.store.claim_deliveries("test", self.now, 100):
            message = email.message_from_bytes(delivery.data, policy=default)
            found.setdefault(delivery.recipient, []).append(message)
        return found

    def case(self):
        (case,) = self.store.cases(all_=True, now=self.now)
        return case

    def trail(self):
        return [(event.what, event.by) for event in self.store.trail(self.case().number)]


def claim(number=1):
    return (
        "Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: shop@seller.example\r\n"
        f"Subject: Action required: A-to-z Guarantee claim received on order 026-7000000-{number:07d}\r\n"
        f"Date: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <claim-{number}@amazonses.example>\r\n"
        "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim for order 026-7000000-{number:07d}: the buyer says that "
        "the parcel never arrived.\r\n\r\nPlease respond to this claim within 72 hours.\r\n\r\nAmazon.co.uk\r\n"
    ).encode()


def answer(letter, say, *, sender="Ana <ana@seller.example>", now=NOW, headers=(), files=(), number="r1"):
    """What a mail client makes of an answer to a letter."""
    mail = EmailMessage(policy=SMTP)
    for name, value in headers:
        mail[name] = value
    mail["From"], mail["To"] = sender, "claimclock@seller.example"
    mail["Subject"] = f"Re: {letter['Subject'].removeprefix('Re: ')}"
    mail["Date"] = now.strftime("%a, %d %b %Y %H:%M:%S +0000")
    mail["Message-ID"] = f"<{number}@phone.example>"
    mail["In-Reply-To"] = str(letter["Message-ID"])
    mail["References"] = f"{letter['References'] or ''} {letter['Message-ID']}".strip()
    body = letter.get_body(("plain",)).get_content()
    quoted = "\r\n".join(f"> {line}" for line in body.splitlines())
    mail.set_content(
        f"{say}\r\n\r\nOn Mon, 2 Mar 2026 at 12:01, Claimclock <claimclock@seller.example> wrote:\r\n{quoted}\r\n"
    )
    for name in files:
        mail.add_attachment(b"%PDF-1.4 proof", maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


@pytest.fixture
def office(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield Office(store)


@pytest.fixture
def letters(office):
    """The letters about a fresh claim, by recipient."""
    office.receive(claim())
    found = {to: mails[0] for to, mails in office.sent().items()}
    office.now += timedelta(minutes=5)
    return found


def body(message):
    return " ".join(message.get_body(("plain",)).get_content().split())


@pytest.mark.server
def test_a_reply_and_its_replay_end_the_same_on_postgresql(request):
    with Store.open(request.getfixturevalue("postgres").database(), lock=True) as store:
        office = Office(store)
        office.receive(claim())
        letter = office.sent()["ana@seller.example"][0]
        office.now += timedelta(minutes=5)
        office.receive(answer(letter, "done", now=office.now))
        again = office.receive(answer(letter, "done", now=office.now, number="r2"))
        assert again.counts == {Disposition.DUPLICATE: 1}
        assert office.case().status is Status.ANSWERED
        assert set(office.sent()) == {"ana@seller.example", "bo@seller.example"}
        with store.write() as tx:
            assert digest_rows.decide(tx, "", "2026-03-02", office.now, letter_key="k", why="w")
            assert not digest_rows.decide(tx, "", "2026-03-02", office.now, letter_key="k", why="w")
            (happened,) = digest_rows.changed_since(tx, NOW - timedelta(hours=1), office.now)
        assert (happened.what, happened.by) == ("answered", "Ana")


def test_each_recipient_gets_a_message_id_of_its_own_in_one_thread(letters):
    ids = {to: mail["Message-ID"] for to, mail in letters.items()}
    assert len(set(ids.values())) == 2
    assert len({mail["References"] for mail in letters.values()}) == 1


def test_done_stops_the_clock_and_the_answer_says_so_and_what_comes_next(office, letters):
    report = office.receive(answer(letters["ana@seller.example"], "done, answered at 12:03", now=office.now))
    assert report.counts == {Disposition.IGNORED: 1}
    case = office.case()
    assert (case.status, case.respond_by) == (Status.ANSWERED, None)
    assert ("answered", "Ana") in office.trail()
    sent = office.sent()
    (mine,) = sent["ana@seller.example"]
    assert "noted as answered" in body(mine) and "If Amazon writes again" in body(mine)
    assert mine["In-Reply-To"] == "<r1@phone.example>"
    (theirs,) = sent["bo@seller.example"]
    assert "Ana says that it is answered" in body(theirs) and "answered at 12:03" in body(theirs)


def test_the_same_reply_in_another_mailbox_or_sent_again_is_obeyed_once(office, letters):
    raw = answer(letters["ana@seller.example"], "mine", now=office.now)
    office.receive(raw)
    assert office.receive(raw, mailbox="Archive").counts == {Disposition.DUPLICATE: 1}
    again = answer(letters["ana@seller.example"], "mine", now=office.now, number="r2")
    assert office.receive(again).counts == {Disposition.DUPLICATE: 1}
    assert office.trail().count(("taken", "Ana")) == 1


def test_an_answer_to_the_answer_is_obeyed_too(office, letters):
    office.receive(answer(letters["bo@seller.example"], "收到", sender="Bo <bo@seller.example>", now=office.now))
    (reply,) = office.sent()["bo@seller.example"]
    office.now += timedelta(minutes=1)
    office.receive(answer(reply, "lost, no proof", sender="bo@seller.example", now=office.now, number="r3"))
    assert (office.case().status, office.case().outcome) == (Status.CLOSED, Outcome.LOST)


def test_a_case_is_given_to_a_person_by_name_and_that_person_hears_of_it(office, letters):
    office.receive(answer(letters["ana@seller.example"], "assign cleo", now=office.now))
    assert office.case().holder == "Cleo Martin"
    sent = office.sent()
    assert "It is with you now" in body(sent["cleo@seller.example"][0])
    assert "Ana gave it to Cleo Martin" in body(sent["bo@seller.example"][0])


def test_an_unknown_name_changes_nothing_and_the_answer_names_the_team(office, letters):
    office.receive(answer(letters["ana@seller.example"], "assign Zoe", now=office.now))
    assert office.case().holder is None
    assert "Ana, Bo, Cleo Martin" in body(office.sent()["ana@seller.example"][0])


def test_a_snooze_is_meant_in_the_persons_own_zone(office, letters):
    office.receive(answer(letters["bo@seller.example"], "稍后 明天9点", sender="bo@seller.example", now=office.now))
    (said,) = office.case().said
    assert said.until == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_a_snooze_never_lasts_past_the_point_where_a_reminder_still_helps(office, letters):
    week = NINE_TO_SIX
    work = WorkingTime(zone=ZoneInfo("Europe/London"), week=week)
    roster = Roster(people=TEAM.people, rota=Rota(), ladder=default_ladder(), work=work)
    office.desk = replace(office.desk, roster=roster)
    office.receive(answer(letters["ana@seller.example"], "snooze 20 days", now=office.now))
    assert "not as long as you asked" in body(office.sent()["ana@seller.example"][0])
    office.now = office.case().respond_by - timedelta(minutes=30)
    office.sent()
    office.receive(answer(letters["ana@seller.example"], "snooze 3h", now=office.now, number="r2"))
    assert any("too near to be quiet" in body(mail) for mail in office.sent()["ana@seller.example"])


def test_evidence_is_noted_with_its_files_and_refused_without(office, letters):
    letter = letters["ana@seller.example"]
    office.receive(answer(letter, "evidence", now=office.now))
    assert "No file came" in body(office.sent()["ana@seller.example"][0])
    office.receive(answer(letter, "evidence, from the carrier", now=office.now, files=("pod.pdf",), number="r2"))
    (event,) = [event for event in office.store.trail(office.case().number) if event.what == "noted"]
    assert "pod.pdf" in event.why and "from the carrier" in event.why


def test_draft_sends_the_suggestion_again_to_whoever_asks(office, letters):
    office.receive(answer(letters["ana@seller.example"], "draft", now=office.now))
    sent = office.sent()
    assert set(sent) == {"ana@seller.example"}
    assert len(sent["ana@seller.example"]) == 2
    assert any("Seller Central" in body(mail) for mail in sent["ana@seller.example"])


@pytest.mark.parametrize(
    "say", ["Done?", "Lost my VPN connection", "done, won", "@close", "what is this?", "assign", "snooze", ""]
)
def test_doubt_changes_nothing_and_is_answered_with_help(office, letters, say):
    office.receive(answer(letters["ana@seller.example"], say, now=office.now))
    assert [event for event in office.trail() if event[1] == "Ana"] == []
    (mail,) = office.sent()["ana@seller.example"]
    assert "nothing has changed" in body(mail) or "none was obeyed" in body(mail)
    assert "ack: seen" in body(mail)


def test_a_command_that_comes_too_late_is_explained(office, letters):
    letter = letters["ana@seller.example"]
    office.receive(answer(letter, "won, proof of delivery", now=office.now))
    office.now += timedelta(minutes=2)
    office.sent()
    office.receive(answer(letter, "done", now=office.now, number="r2"))
    assert "closed already" in body(office.sent()["ana@seller.example"][0])
    assert office.case().outcome is Outcome.WON


def test_a_command_that_names_another_case_is_refused(office, letters):
    office.receive(answer(letters["ana@seller.example"], "done CC-000099", now=office.now))
    assert office.case().status is Status.OPEN
    assert "CC-000099" in body(office.sent()["ana@seller.example"][0])


def test_a_colleague_who_answers_somebody_elses_letter_is_refused_and_told(office, letters):
    office.receive(answer(letters["ana@seller.example"], "done", sender="bo@seller.example", now=office.now))
    assert office.case().status is Status.OPEN
    assert "written to somebody else" in body(office.sent()["bo@seller.example"][0])


def test_a_stranger_with_a_stolen_letter_gets_nothing(office, letters):
    report = office.receive(
        answer(letters["ana@seller.example"], "done", sender="eve@elsewhere.example", now=office.now)
    )
    assert report.counts == {Disposition.IGNORED: 1}
    assert office.case().status is Status.OPEN
    assert office.sent() == {}


def test_a_reported_failure_of_the_sender_refuses_the_command(office, letters):
    failed = [("Authentication-Results", "mx.seller.example; spf=fail smtp.mailfrom=elsewhere.example; dmarc=fail")]
    office.receive(answer(letters["ana@seller.example"], "done", now=office.now, headers=failed))
    assert office.case().status is Status.OPEN
    assert "failed the check" in body(office.sent()["ana@seller.example"][0])


def test_a_letter_that_is_too_old_is_no_proof(office, letters):
    office.now = NOW + LIFETIME + timedelta(days=3)
    office.receive(answer(letters["ana@seller.example"], "done", now=office.now))
    assert office.case().status is Status.OPEN
    assert any("too old" in body(mail) for mail in office.sent()["ana@seller.example"])


@pytest.mark.parametrize(
    ("headers", "say", "subject"),
    [
        ([("Auto-Submitted", "auto-replied")], "done", None),
        ([("X-Autoreply", "yes")], "ack", None),
        ([("Return-Path", "<>")], "done", None),
        ([], "I am out of the office until Monday.", None),
        ([], "您好，您的邮件我已收到，会尽快回复。", None),
        ([], "done", "Automatic reply: [CC-000001] A-to-z claim"),
        ([], "done", "Abwesenheitsnotiz: [CC-000001]"),
        ([], "收到", "自动回复: Re: [CC-000001] A-to-z claim"),
        ([], "ack", "Read: [CC-000001] A-to-z claim"),
        ([], "done", "Réponse automatique : [CC-000001]"),
        ([], "done", "Undeliverable: [CC-000001] A-to-z claim"),
    ],
)
def test_automatic_mail_is_answered_with_nothing(office, letters, headers, say, subject):
    raw = answer(letters["ana@seller.example"], say, now=office.now, headers=headers)
    if subject:
        mail = email.message_from_bytes(raw, policy=SMTP)
        del mail["Subject"]
        mail["Subject"] = subject
        raw = mail.as_bytes()
    office.receive(raw)
    assert office.case().status is Status.OPEN
    assert [event for event in office.trail() if event[1] == "Ana"] == []
    assert office.sent() == {}


def test_many_doubtful_mails_of_one_person_get_few_answers(office, letters):
    for number in range(12):
        office.receive(answer(letters["ana@seller.example"], f"hm {number}", now=office.now, number=f"r{number}"))
    assert len(office.sent()["ana@seller.example"]) == 5


def test_amazons_own_mail_is_never_taken_for_a_reply(office, letters):
    ours = letters["ana@seller.example"]["Message-ID"]
    office.receive(claim(2).replace(b"X-Space", f"In-Reply-To: {ours}\r\nX-Space".encode()))
    assert len(office.store.cases(all_=True, now=office.now)) == 2


def test_an_answer_comes_in_the_teams_language(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        office = Office(store, language="zh")
        office.receive(claim())
        letter = office.sent()["ana@seller.example"][0]
        office.receive(answer(letter, "接手", now=office.now))
        assert "现由您负责" in body(office.sent()["ana@seller.example"][0])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sender=st.sampled_from(
        [
            "eve@elsewhere.example",
            "bo@seller.example",
            "cleo@seller.example",
            "Ana <ana@seller.example>, bo@seller.example",
        ]
    ),
    say=st.one_of(st.sampled_from(["done", "won", "lost", "ack", "mine", "完成", "snooze 3h"]), st.text(max_size=40)),
    number=st.integers(0, 10**9),
)
def test_no_reply_without_a_token_of_its_sender_ever_changes_anything(office, letters, sender, say, number):
    before = office.trail()
    say = "".join(char for char in say if char.isprintable())
    office.receive(answer(letters["ana@seller.example"], say, sender=sender, now=office.now, number=f"h{number}"))
    assert office.trail() == before
    assert "elsewhere" not in "".join(office.sent())


def test_both_languages_answer_everything():
    assert answer_phrases("en").keys == answer_phrases("zh").keys
    for key in (f"did.{kind.value}" for kind in CommandKind):
        assert key in answer_phrases("en")


def test_an_answer_to_a_tagged_address_needs_no_thread(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        office = Office(store)
        pattern = "desk+{token}@seller.example"
        office.desk = replace(
            office.desk,
            post=replace(office.desk.post, reply_to=pattern),
            jury=Jury(replace(RULES, reply_to=pattern), workers=0),
        )
        office.receive(claim())
        letter = office.sent()["ana@seller.example"][0]
        office.now += timedelta(minutes=5)
        mail = email.message_from_bytes(answer(letter, "done", now=office.now), policy=SMTP)
        for name in ("In-Reply-To", "References", "To"):
            del mail[name]
        mail["To"] = str(letter["Reply-To"]).upper()
        office.receive(mail.as_bytes())
        assert office.case().status is Status.ANSWERED


def test_an_answer_that_comes_through_a_group_address_is_a_persons(office, letters):
    through = [
        ("List-ID", "<desk.seller.example>"),
        ("Precedence", "list"),
        ("List-Unsubscribe", "<mailto:x@y.example>"),
    ]
    office.receive(answer(letters["ana@seller.example"], "done", now=office.now, headers=through))
    assert office.case().status is Status.ANSWERED
