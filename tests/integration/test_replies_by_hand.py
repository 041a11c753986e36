"""Replies that a person who had not read the code wrote in many clients' shapes: obeyed, refused or left unanswered."""

import email
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from config.calendars import NINE_TO_SIX, WorkingTime
from config.ladder import default_ladder
from config.policy import default_policy
from config.rota import Rota
from config.settings import Person, Team
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.pipeline import process
from daemon.places import FetchedMessage, Place
from daemon.reading import Rules
from daemon.roster import Roster
from daemon.seal import LIFETIME, seal_of
from daemon.storage.schema import replies
from daemon.storage.store import Store
from responders.voice import TeamVoice

REPLIES = [
    row
    for name in ("replies_by_hand", "replies_second_round")
    for row in tomllib.loads((Path(__file__).parents[1] / "mail" / f"{name}.toml").read_text("utf-8"))["reply"]
]
RECEIVED, ANSWERED = datetime(2026, 11, 25, 12, 0, tzinfo=UTC), datetime(2026, 11, 25, 12, 5, tzinfo=UTC)
PEOPLE = (
    Person(name="Ana", address="ana@seller.example"),
    Person(name="Bo", address="bo@seller.example"),
    Person(name="Wei", address="wei@seller.example", time_zone="Asia/Shanghai"),
)
SENDERS = {
    "ana": ["Ana Rivera <ana@seller.example>"],
    "wei": ["王伟 <wei@seller.example>"],
    "stranger": ["Mallory <mallory@elsewhere.example>"],
    "two": ["Ana <ana@seller.example>", "Bo <bo@seller.example>"],
}
TAGGED = "replies+{token}@seller.example"


class Office:
    """One installation; every reply answers a claim of its own."""

    def __init__(self, store):
        rules = Rules(
            policy=default_policy(), trusted_authserv=("mx.seller.example",), marketplaces=(("uk", "UK"),),
            instance="test", domain="seller.example", reply_to=TAGGED,
        )  # fmt: skip
        post = Post(
            voice=TeamVoice(language="en", zone=ZoneInfo("Europe/London"), instance="test", domain="seller.example"),
            from_display="Claimclock", from_address="claimclock@seller.example",
            recipients=("ana@seller.example", "wei@seller.example"), seal=seal_of(store), reply_to=TAGGED,
        )  # fmt: skip
        team = Team(name="Desk", language="en", time_zone="Europe/London", people=PEOPLE, operator="ana@seller.example")
        work = WorkingTime(zone=ZoneInfo("Europe/London"), week=NINE_TO_SIX)
        roster = Roster(people=PEOPLE, rota=Rota(), ladder=default_ladder(), work=work)
        self.store, self.uid, self.letters = store, 0, {}
        self.desk = Desk(
            store=store, jury=Jury(rules, workers=0), terms=Terms(proof=True), post=post, team=team, roster=roster
        )

    def told_to(self, *recipients):
        """To whom the letters about the next claim go."""
        self.desk = replace(self.desk, post=replace(self.desk.post, recipients=recipients))

    def receive(self, raw, now):
        self.uid += 1
        place = Place(account="uk", mailbox="INBOX", uidvalidity=1, uid=self.uid)
        self.store.keep_raw([FetchedMessage(place=place, internal_date=now, flags=(), raw=raw)], now)
        process(self.desk, now)
        found = {}
        for delivery in self.store.claim_deliveries("test", now, 100):
            message = email.message_from_bytes(delivery.data, policy=default)
            found.setdefault(delivery.recipient, []).append(message)
        return found


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    with Store.open(f"sqlite:///{tmp_path_factory.mktemp('replies')}/claimclock.db", lock=True) as store:
        yield Office(store)


def claim(number):
    return (
        "Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: shop@seller.example\r\n"
        f"Subject: Action required: A-to-z Guarantee claim received on order 026-7100000-{number:07d}\r\n"
        f"Date: Wed, 25 Nov 2026 10:00:00 +0000\r\nMessage-ID: <hand-{number}@amazonses.example>\r\n"
        "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim for order 026-7100000-{number:07d}: the buyer says that "
        "the parcel never arrived.\r\n\r\nPlease respond to this claim within 72 hours.\r\n\r\nAmazon.co.uk\r\n"
    ).encode()


def proof(kind, letters, office, who):
    """What the reply names of ours: the Message-ID to answer, and the address to write to."""
    own = str(letters["wei@seller.example" if who == "wei" else "ana@seller.example"][0]["Message-ID"]).strip()
    local, _, domain = own.strip("<>").partition("@")
    digest, token, instance = local.split(".")
    changed = token[:20] + ("b" if token[20] == "a" else "a") + token[21:]
    case = int(re.search(r"CC-(\d+)", str(next(iter(letters.values()))[0]["Subject"]))[1])
    old = office.desk.post.seal.token(case, "ana@seller.example", ANSWERED - LIFETIME - timedelta(days=2))
    named = {
        "own": own,
        "of_wei": str(letters["wei@seller.example"][0]["Message-ID"]) if "wei@seller.example" in letters else "",
        "forged": f"<{digest}.{changed}.{instance}@{domain}>",
        "expired": f"<{digest}.{old}.{instance}@{domain}>",
        "plain": f"<{digest}{digest}.{instance}@{domain}>",
        "upper": own.upper(),
        "references": own,
        "address": "<unrelated@elsewhere.example>",
    }[kind]
    return named, TAGGED.replace("{token}", token if kind == "address" else "none")


def fill(template, letter, number):
    text = letter.get_body(("plain",)).get_content()
    inner = re.search(r"<body[^>]*>(.*)</body>", letter.get_body(("html",)).get_content(), re.S)[1]
    values = {
        "quoted": "\n".join(f"> {line}".rstrip() for line in text.splitlines()),
        "letter": text,
        "html": inner,
        "subject": str(letter["Subject"]),
        "number": number,
    }
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)


def reply(row, letters, office, count):
    who = row.get("from", "ana")
    letter = letters["wei@seller.example" if who == "wei" else "ana@seller.example"][0]
    number = re.search(r"CC-\d+", str(letter["Subject"]))[0]
    named, address = proof(row.get("id", "own"), letters, office, who)
    mail = EmailMessage(policy=SMTP)
    for name, value in row.get("headers", {}).items():
        mail[name] = value
    mail["From"] = ", ".join(SENDERS.get(who, [who]))
    mail["To"] = address
    mail["Subject"] = fill(row.get("subject", "Re: {subject}"), letter, number)
    mail["Date"] = f"Wed, 25 Nov 2026 12:0{count // 60}:{count % 60:02} +0000"
    mail["Message-ID"] = f"<hand-{count}@client.example>"
    if row.get("id") != "references":
        mail["In-Reply-To"] = named
    mail["References"] = named
    if "html" in row:
        mail.set_content(fill(row["html"], letter, number), subtype="html", cte="base64")
    else:
        mail.set_content(fill(row["text"], letter, number).removeprefix("\n"), cte="base64")
    raw = mail.as_bytes()
    if "content_type" in row:
        raw = raw.replace(b'text/plain; charset="utf-8"', row["content_type"].encode())
    return raw


def outcome(row, office, count):
    """What the trail gained, what the writer got, and the case; one case serves all replies that change nothing."""
    number = 0 if "does" not in row else count
    if number not in office.letters:
        writer = "wei@seller.example" if row.get("from") == "wei" else "ana@seller.example"
        office.told_to(*((writer,) if number else ("ana@seller.example", "wei@seller.example")))
        office.letters[number] = office.receive(claim(number), RECEIVED)
    letters = office.letters[number]
    with office.store.write() as tx:
        tx.execute(update(replies).values(answered=False))  # or the limit of answers to one person within an hour
    number = re.search(r"CC-\d+", str(next(iter(letters.values()))[0]["Subject"]))[0]
    before = len(office.store.trail(number))
    sent = office.receive(reply(row, letters, office, count), ANSWERED)
    case = office.store.case(number, ANSWERED)
    return office.store.trail(number)[before:], sent, case


@pytest.mark.parametrize("count", range(1, len(REPLIES) + 1), ids=[row["name"] for row in REPLIES])
def test_a_reply_does_what_its_writer_meant_or_nothing(office, count):
    row = REPLIES[count - 1]
    trail, sent, case = outcome(row, office, count)
    said = [(event.what, event.why) for event in trail]
    writer = "wei@seller.example" if row.get("from") == "wei" else "ana@seller.example"
    if "silent" in row:
        assert said == [] and sent == {}
        return
    told = [" ".join(mail.get_body(("plain",)).get_content().split()) for mail in sent.get(writer, [])]
    assert told, "the writer hears nothing"
    if "refuses" in row:
        assert said == [], said
        assert set(sent) == {writer}, "only the writer hears of it"
        return
    if row["does"] == "helped":
        assert said == [] and set(sent) == {writer}
        return
    assert [what for what, _ in said] == [row["does"]], (said, told)
    assert row.get("note", "") in said[0][1], said
    if "until" in row:
        assert case.said[-1].until == datetime.fromisoformat(row["until"])
