"""An installation in one process: mails come in at a time that the test sets, and what it sends can be read."""

import email
from email.message import EmailMessage
from email.policy import SMTP, default
from zoneinfo import ZoneInfo

from config.policy import default_policy
from config.settings import Person, Team
from daemon.desk import Desk, Post
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.pipeline import process
from daemon.places import FetchedMessage, Place
from daemon.reading import Rules
from daemon.seal import seal_of
from responders.voice import TeamVoice

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
    people=(Person(name="Ana", address="ana@seller.example"), Person(name="Bo", address="bo@seller.example")),
    operator="ana@seller.example",
)


class DeskByMail:
    """`now` is the test's to move."""

    def __init__(self, store, now, language="en"):
        voice = TeamVoice(language=language, zone=ZoneInfo("Europe/London"), instance="test", domain="seller.example")
        post = Post(
            voice=voice,
            from_display="Claimclock",
            from_address="claimclock@seller.example",
            recipients=("ana@seller.example",),
            seal=seal_of(store),
        )
        self.store, self.now, self.uid = store, now, 0
        self.desk = Desk(store=store, jury=Jury(RULES, workers=0), terms=Terms(proof=True), post=post, team=TEAM)

    def receive(self, raw):
        """One mail, read, judged and filed."""
        self.uid += 1
        place = Place(account="uk", mailbox="INBOX", uidvalidity=1, uid=self.uid)
        self.store.keep_raw([FetchedMessage(place=place, internal_date=self.now, flags=(), raw=raw)], self.now)
        return process(self.desk, self.now)

    def sent(self):
        """The messages that left since the last call."""
        claimed = self.store.claim_deliveries("test", self.now, 100)
        return [email.message_from_bytes(each.data, policy=default) for each in claimed]

    def answer(self, letter, say, *files, number="r1"):
        """Ana's answer to a letter, with (name, bytes) attached."""
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "Ana <ana@seller.example>", "claimclock@seller.example"
        mail["Subject"] = f"Re: {letter['Subject'].removeprefix('Re: ')}"
        mail["Date"] = self.now.strftime("%a, %d %b %Y %H:%M:%S +0000")
        mail["Message-ID"] = f"<{number}@phone.example>"
        mail["In-Reply-To"] = str(letter["Message-ID"])
        mail.set_content(f"{say}\n")
        for name, data in files:
            mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        return self.receive(mail.as_bytes())


def claim_about(order, *, amount="24.99", sent="Mon, 02 Mar 2026 10:00:00 +0000", number=1):
    """A claim for an item that was not received, proved."""
    return (
        "Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\r\nTo: shop@seller.example\r\n"
        f"Subject: Action required: A-to-z Guarantee claim received on order {order}\r\n"
        f"Date: {sent}\r\nMessage-ID: <claim-{number}@amazonses.example>\r\n"
        "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim of £{amount} for order {order}: the buyer says that "
        "the parcel never arrived.\r\n\r\nPlease respond to this claim within 72 hours.\r\n\r\nAmazon.co.uk\r\n"
    ).encode()


def plain(message):
    """A message's text part, on one line."""
    return " ".join(message.get_body(("plain",)).get_content().split())
