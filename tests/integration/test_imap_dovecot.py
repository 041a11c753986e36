"""Intake against a real Dovecot: protection, size, and servers that go away in the middle."""

import subprocess
import sys
from pathlib import Path

import pytest
from servers.accounts import account_at, server_at
from servers.certificates import Certificate
from servers.dovecot import PASSWORD, Dovecot, require_dovecot

from config.settings import Security, Server
from daemon.connection import BadCertificate, Lost, ServerFault, Unreachable, WrongPassword
from daemon.imap import ImapMailbox
from daemon.places import FetchedMessage

pytestmark = pytest.mark.server


def mail(number: int, size: int = 400) -> bytes:
    head = f"From: a@buyer.example\r\nSubject: number {number}\r\nMessage-ID: <{number}@buyer.example>\r\n\r\n"
    return head.encode() + b"0123456789 0123456789 0123456789\r\n" * (size // 34)


def tls(dovecot: Dovecot, certificate: Certificate, *, host: str = "localhost") -> Server:
    return server_at(dovecot.tls_port, host=host, security=Security.TLS, ca_file=certificate.certificate)


def fault_of(server: Server, password: str = PASSWORD) -> ServerFault:
    with pytest.raises(ServerFault) as caught:
        ImapMailbox.connect(account_at(server), password).close()
    return caught.value


def test_tls_with_the_own_authority_reads_mail(dovecot: Dovecot, certificate: Certificate) -> None:
    dovecot.deliver([mail(1)])
    with ImapMailbox.connect(account_at(tls(dovecot, certificate)), PASSWORD) as box:
        assert box.examine("INBOX").exists == 1


def test_starttls_reads_mail(dovecot: Dovecot, certificate: Certificate) -> None:
    dovecot.deliver([mail(1)])
    server = server_at(dovecot.port, host="localhost", security=Security.STARTTLS, ca_file=certificate.certificate)
    with ImapMailbox.connect(account_at(server), PASSWORD) as box:
        assert box.examine("INBOX").exists == 1


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(dovecot: Dovecot, security: Security) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    fault = fault_of(server_at(port, host="localhost", security=security))
    assert isinstance(fault, BadCertificate)
    assert str(fault) == (
        f"eu (localhost:{port}): the certificate is not trusted: self-signed certificate; "
        "set ca_file for a server of your own"
    )


def test_a_certificate_for_another_host_is_refused(foreign_certificate: Certificate) -> None:
    require_dovecot()
    dovecot = Dovecot(foreign_certificate)
    dovecot.start()
    try:
        fault = fault_of(tls(dovecot, foreign_certificate))
    finally:
        dovecot.close()
    assert isinstance(fault, BadCertificate)
    assert "elsewhere.example" in str(fault) or "not valid for 'localhost'" in str(fault)


def test_tls_on_the_plain_port_is_named_as_what_it_is(dovecot: Dovecot, certificate: Certificate) -> None:
    server = server_at(dovecot.port, host="localhost", security=Security.TLS, ca_file=certificate.certificate)
    assert "check port and security" in str(fault_of(server))


def test_a_wrong_password_is_named_with_its_user(dovecot: Dovecot, certificate: Certificate) -> None:
    fault = fault_of(tls(dovecot, certificate), "wrong")
    assert isinstance(fault, WrongPassword)
    assert "refuses the password of alice" in str(fault)


def test_too_many_connections_are_told_apart_from_a_wrong_password(certificate: Certificate) -> None:
    require_dovecot()
    dovecot = Dovecot(certificate, connections=1)
    dovecot.start()
    try:
        with ImapMailbox.connect(account_at(server_at(dovecot.port)), PASSWORD):
            fault = fault_of(server_at(dovecot.port))
    finally:
        dovecot.close()
    assert not isinstance(fault, WrongPassword)


def test_twelve_hundred_messages_come_complete_and_once(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(number) for number in range(1200))
    with ImapMailbox.connect(account_at(server_at(dovecot.port)), PASSWORD) as box:
        box.examine("INBOX")
        found = [m for m in box.fetch(box.uids(1)) if isinstance(m, FetchedMessage)]
    assert [m.raw for m in found] == [mail(number) for number in range(1200)]
    assert len({m.place.uid for m in found}) == 1200


MEASURE = """
import sys
from pathlib import Path
from daemon.imap import ImapMailbox
from servers.accounts import account_at, server_at

def peak():  # kibibytes; not ru_maxrss, which a process inherits from its parent
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])

before = peak()
with ImapMailbox.connect(account_at(server_at(int(sys.argv[1]))), sys.argv[2]) as box:
    box.examine("INBOX")
    sizes = [len(message.raw) for message in box.fetch(box.uids(1))]
print(max(sizes), peak() - before)
"""


def test_a_message_of_26_megabytes_costs_little_more_than_itself(dovecot: Dovecot) -> None:
    dovecot.deliver([mail(1, 26_000_000)])
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(dovecot.port), PASSWORD],
        env={"PYTHONPATH": f"{root}:{root / 'tests'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    size, kibibytes = map(int, run.stdout.split())
    assert size == len(mail(1, 26_000_000))
    assert kibibytes < 1.3 * size / 1024 + 8192


def test_a_lost_uid_list_gives_the_mailbox_another_uidvalidity(dovecot: Dovecot) -> None:
    dovecot.deliver([mail(1)])
    account = account_at(server_at(dovecot.port))
    with ImapMailbox.connect(account, PASSWORD) as box:
        before = box.examine("INBOX").uidvalidity
        box.uids(1)
    dovecot.stop()
    dovecot.forget_uids()
    dovecot.start()
    with ImapMailbox.connect(account, PASSWORD) as box:
        assert box.examine("INBOX").uidvalidity != before


def test_a_message_expunged_during_the_fetch_is_vanished_and_the_rest_comes(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(number) for number in range(300))
    with ImapMailbox.connect(account_at(server_at(dovecot.port)), PASSWORD) as box, dovecot.client() as other:
        box.examine("INBOX")
        uids = box.uids(1)
        fetching = box.fetch(uids)
        first = next(fetching)
        other.select("INBOX")
        other.uid("STORE", f"{uids[250]}", "+FLAGS", "\\Deleted")
        other.expunge()
        rest = {value.place.uid: value for value in fetching}
    assert isinstance(first, FetchedMessage)
    assert set(rest) == set(uids[1:])
    gone = [value for value in rest.values() if not isinstance(value, FetchedMessage)]
    # Dovecot may still serve the expunged message to a session that was open before; both are right.
    assert [value.place.uid for value in gone if value.vanished] in ([], [uids[250]])


def test_a_session_that_is_killed_during_the_fetch_is_replaced(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(number) for number in range(300))
    with ImapMailbox.connect(account_at(server_at(dovecot.port)), PASSWORD) as box:
        box.examine("INBOX")
        uids = box.uids(1)
        fetching = box.fetch(uids)
        found = [next(fetching)]
        dovecot.kill_sessions()
        found += fetching
    assert [value.place.uid for value in found] == uids
    assert all(isinstance(value, FetchedMessage) for value in found)


def test_a_server_that_dies_during_the_fetch_is_a_fault_and_what_came_stays(dovecot: Dovecot) -> None:
    dovecot.deliver(mail(number) for number in range(300))
    with ImapMailbox.connect(account_at(server_at(dovecot.port)), PASSWORD) as box:
        box.examine("INBOX")
        fetching = box.fetch(box.uids(1))
        found = [next(fetching)]
        dovecot.kill_sessions()
        dovecot.stop()
        with pytest.raises((Lost, Unreachable), match=r"eu \(127\.0\.0\.1:"):
            found += fetching
    assert all(isinstance(value, FetchedMessage) for value in found)
