"""DKIM signatures checked by DNS: real signatures, a real DNS server on loopback, and everything that can be wrong."""

import sys
from datetime import UTC, datetime

import pytest
from servers.name_server import NameServer
from servers.signer import Signer

from config.policy import default_policy
from config.vocabulary import Authenticity
from daemon.reading import Rules, Unread, read
from daemon.signatures import DkimCheck, Keyring, NoAnswer, online_fault, signed_by

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAIL = (
    b"From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.de>\r\nTo: shop@seller.example\r\n"
    b"Subject: A-bis-z-Antrag zu 305-7000000-0000001\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\n"
    b"Message-ID: <a1@amazon.de>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Der Antrag wurde abgelehnt.\r\n"
)


@pytest.fixture(scope="module")
def signer():
    return Signer()


@pytest.fixture
def server(signer):
    with NameServer({f"sel._domainkey.{domain}": signer.record for domain in ("amazon.de", "evil.example")}) as server:
        yield server


def judged(raw, server, *, trusted=()):
    rules = Rules(
        policy=default_policy(),
        trusted_authserv=trusted,
        marketplaces=(),
        instance="test",
        domain="seller.example",
        dkim=DkimCheck(name_servers=(server.address,)),
    )
    unread = Unread(place_id=1, account="", sha256="x", raw=raw, internal_date=NOW, read_at=NOW)
    found = read(unread, rules).mail
    return found.authenticity, " ".join(found.because)


def test_a_valid_signature_of_amazon_proves_the_sender_and_the_trail_says_how(signer, server):
    authenticity, because = judged(signer.sign(MAIL), server)
    assert authenticity is Authenticity.VERIFIED
    assert "DKIM signature of amazon.de, verified here by DNS" in because


@pytest.mark.parametrize(
    "spoil",
    [
        lambda signer: MAIL,
        lambda signer: signer.sign(MAIL).replace(b"abgelehnt", b"anerkannt"),
        lambda signer: signer.sign(MAIL).replace(b"A-bis-z-Antrag zu", b"Re: A-bis-z-Antrag zu"),
        lambda signer: signer.sign(MAIL, "evil.example"),
        lambda signer: Signer(seed=2).sign(MAIL),
        lambda signer: signer.sign(MAIL, "amazon.fr"),
        lambda signer: signer.sign(MAIL, length=True) + b"More text below.\r\n",
        lambda signer: b"From: another@amazon.de\r\n" + signer.sign(MAIL),
        lambda signer: b"DKIM-Signature: v=1; d=amazon.de; s=sel; b=!!\r\n" + MAIL,
    ],
    ids=["unsigned", "text", "subject", "stranger", "other-key", "no-key", "partial", "two-authors", "rubbish"],
)
def test_nothing_else_proves_it_and_nothing_is_called_a_forgery_for_that(spoil, signer, server):
    authenticity, _ = judged(spoil(signer), server)
    assert authenticity is Authenticity.UNVERIFIED


def test_a_key_is_asked_for_once(signer, server):
    for number in range(3):
        judged(signer.sign(MAIL.replace(b"0000001", b"000000%d" % number)), server)
    assert server.asked == ["sel._domainkey.amazon.de"]


def test_where_a_trusted_server_has_spoken_nobody_is_asked(signer, server):
    said = b"Authentication-Results: mx.seller.example; dkim=none\r\n" + signer.sign(MAIL)
    assert judged(said, server, trusted=("mx.seller.example",))[0] is Authenticity.UNVERIFIED
    assert server.asked == []


def test_mail_of_others_asks_nobody(signer, server):
    judged(signer.sign(MAIL.replace(b"@amazon.de>", b"@evil.example>"), "evil.example"), server)
    assert server.asked == []


def test_a_silent_name_server_costs_its_budget_once_and_is_then_left_alone(signer):
    asked, clock = [], [0.0]

    def ask(name, seconds):
        asked.append((name, seconds))
        clock[0] += seconds
        raise NoAnswer(name)

    keys = Keyring(ask, clock=lambda: clock[0])
    raw = signer.sign(MAIL)
    assert [keys.signers(raw) for _ in range(5)] == [()] * 5
    assert asked == [("sel._domainkey.amazon.de", 3.0)]
    clock[0] += 301
    keys.signers(raw)
    assert len(asked) == 2, "after a pause it is tried again"


def test_a_name_server_that_refuses_or_is_not_there_is_told_by_check():
    with NameServer({}) as gone:
        pass
    check = DkimCheck(name_servers=(gone.address,))
    assert "no name server answers" in online_fault(check)
    assert signed_by(MAIL, check) == ()


def test_without_the_packages_nothing_is_checked_and_the_log_says_what_to_install(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "dkim", None)  # as where the package is not installed
    assert signed_by(MAIL, DkimCheck(name_servers=("192.0.2.1",))) == ()
    assert "install claimclock with its `dkim` extra" in caplog.text
