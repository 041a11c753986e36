"""What becomes of a message when the server refuses, leaves or falls silent in each phase of the conversation."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from servers.accounts import server_at
from servers.certificates import Certificate
from servers.scripted import Line, scripted_server

from config.settings import Security
from daemon.connection import (
    BadCertificate,
    Lost,
    NoStartTls,
    Refused,
    ServerFault,
    Throttled,
    TooSlow,
    Unreachable,
    WrongPassword,
)
from daemon.sending import Ambiguous, Outcome, Permanent, Sent, Transient
from daemon.smtp import SmtpSender

FROM, TO = "claimclock@seller.example", "ana@seller.example"
MAIL = b"Subject: x\r\nMessage-ID: <1@seller.example>\r\n\r\nhello\r\n"

HANG_UP = "hang up"


class FakeSmtp:
    """Says `replies[verb]` where a test sets one, else what a willing server says; HANG_UP ends the connection."""

    def __init__(self, *offers: str, **replies: str) -> None:
        self.offers = ("fake.example", *offers)
        self.replies = replies
        self.heard: list[str] = []
        self.bodies: list[bytes] = []
        self.connections = 0

    def converse(self, line: Line, number: int) -> None:
        self.connections += 1
        self.answer(line, "greeting", "220 ready")
        self.listen(line)

    def listen(self, line: Line) -> None:
        while command := line.hear():
            self.heard.append(command)
            verb = command.split(" ")[0].lower()
            if verb == "ehlo":
                for offer in self.offers[:-1]:
                    line.say(f"250-{offer}")
                line.say(f"250 {self.offers[-1]}")
            elif verb == "data":
                self.answer(line, "data", "354 go on")
                if self.replies.get("data", "354").startswith("354"):
                    self.bodies.append(self.body(line))
                    self.answer(line, "dot", "250 queued as 42")
            else:
                self.answer(line, verb, {"quit": "221 bye"}.get(verb, "250 fine"))

    def answer(self, line: Line, name: str, usual: str) -> None:
        reply = self.replies.get(name, usual)
        if reply == HANG_UP:
            raise ConnectionError
        line.say(reply)

    @staticmethod
    def body(line: Line) -> bytes:
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            if not (got := line.file.readline()):
                raise ConnectionError
            body += got
        return body


@contextmanager
def sender_to(fake: FakeSmtp, *, username: str | None = None, **server: object) -> Iterator[SmtpSender]:
    with (
        scripted_server(fake.converse) as port,
        SmtpSender(server_at(port, username=username, **server), "secret") as sender,  # type: ignore[arg-type]
    ):
        yield sender


def outcome_of(fake: FakeSmtp) -> Outcome:
    with sender_to(fake) as sender:
        return sender.send(FROM, TO, MAIL)


def fault_of(fake: FakeSmtp, **server: object) -> ServerFault:
    with sender_to(fake, **server) as sender, pytest.raises(ServerFault) as caught:  # type: ignore[arg-type]
        sender.send(FROM, TO, MAIL)
    return caught.value


def test_a_taken_message_is_sent_with_the_servers_queue_id() -> None:
    fake = FakeSmtp()
    assert outcome_of(fake) == Sent(reply="250 queued as 42")
    assert fake.bodies == [MAIL + b".\r\n"]
    assert [command.upper() for command in fake.heard[1:4]] == [
        "MAIL FROM:<CLAIMCLOCK@SELLER.EXAMPLE>",
        "RCPT TO:<ANA@SELLER.EXAMPLE>",
        "DATA",
    ]


@pytest.mark.parametrize(
    ("phase", "reply", "kind"),
    [
        ("mail", "451 later", Transient),
        ("mail", "550 not you", Permanent),
        ("mail", "421 closing", Transient),
        ("mail", HANG_UP, Transient),
        ("rcpt", "450 greylisted", Transient),
        ("rcpt", "550 no such user", Permanent),
        ("rcpt", "421 closing", Transient),
        ("rcpt", HANG_UP, Transient),
        ("data", "451 later", Transient),
        ("data", "554 no", Permanent),
        ("data", HANG_UP, Transient),
        ("dot", "451 later", Transient),
        ("dot", "554 spam", Permanent),
        ("dot", "nonsense", Ambiguous),
        ("dot", HANG_UP, Ambiguous),
    ],
)
def test_each_phase_ends_as_what_it_is(phase: str, reply: str, kind: type[Outcome]) -> None:
    outcome = outcome_of(FakeSmtp(**{phase: reply}))
    assert type(outcome) is kind
    if reply[0].isdigit():
        assert outcome.reply == reply


def test_a_quit_that_fails_does_not_undo_a_sent_message() -> None:
    assert isinstance(outcome_of(FakeSmtp(quit=HANG_UP)), Sent)


def test_a_reply_to_the_dot_that_never_comes_is_ambiguous_when_the_service_cuts_it() -> None:
    class Silent(FakeSmtp):
        def answer(self, line: Line, name: str, usual: str) -> None:
            if name == "dot":
                sender.cut("the service stops")
                line.hear()
            else:
                super().answer(line, name, usual)

    began = time.monotonic()
    with sender_to(Silent()) as sender:
        outcome = sender.send(FROM, TO, MAIL)
    assert outcome == Ambiguous(reply="the connection ended before the reply to the message: the service stops")
    assert time.monotonic() - began < 5


def test_the_next_message_goes_after_a_refused_one_on_the_same_connection() -> None:
    fake = FakeSmtp(rcpt="550 no such user")
    with sender_to(fake) as sender:
        first = sender.send(FROM, TO, MAIL)
        fake.replies.clear()
        second = sender.send(FROM, TO, MAIL)
    assert (type(first), type(second), fake.connections) == (Permanent, Sent, 1)


@pytest.mark.parametrize("reply", ["421 closing", HANG_UP])
def test_the_next_message_goes_over_a_new_connection_when_the_server_left(reply: str) -> None:
    fake = FakeSmtp(mail=reply)
    with sender_to(fake) as sender:
        first = sender.send(FROM, TO, MAIL)
        fake.replies.clear()
        second = sender.send(FROM, TO, MAIL)
    assert (type(first), type(second), fake.connections) == (Transient, Sent, 2)


@pytest.mark.parametrize(
    "address",
    [
        "ana@seller.example\r\nRCPT TO:<eve@evil.example>",
        "ana@seller.example> SIZE=1",
        "<ana@seller.example>",
        "ana",
        "a na@seller.example",
        "ana@seller.example,eve@evil.example",
        "änne@seller.example",
        "ana@[127.0.0.1]",
        "",
    ],
)
def test_an_odd_address_never_reaches_a_server(address: str) -> None:
    fake = FakeSmtp()
    with sender_to(fake) as sender:
        assert isinstance(sender.send(FROM, address, MAIL), Permanent)
        assert isinstance(sender.send(address, TO, MAIL), Permanent)
    assert fake.connections == 0


def test_line_ends_are_made_crlf_and_dots_are_doubled_so_that_nothing_can_be_smuggled() -> None:
    fake = FakeSmtp()
    with sender_to(fake) as sender:
        sender.send(FROM, TO, b"Subject: x\n\n.hidden\n.\rMAIL FROM:<eve@evil.example>\r\n.\nend")
    assert fake.bodies == [b"Subject: x\r\n\r\n..hidden\r\n..\r\nMAIL FROM:<eve@evil.example>\r\n..\r\nend\r\n.\r\n"]
    assert len([command for command in fake.heard if command.lower().startswith("mail")]) == 1


def test_eight_bit_text_is_announced_where_the_server_knows_it() -> None:
    fake = FakeSmtp("8BITMIME")
    with sender_to(fake) as sender:
        sender.send(FROM, TO, "Subject: x\r\n\r\ncafé\r\n".encode())
    assert any("BODY=8BITMIME" in command.upper() for command in fake.heard)


@pytest.mark.parametrize(("reply", "kind"), [("554 go away", Refused), ("421 too busy", Throttled), (HANG_UP, Lost)])
def test_a_greeting_that_is_none_is_a_fault_of_the_server(reply: str, kind: type[ServerFault]) -> None:
    fault = fault_of(FakeSmtp(greeting=reply))
    assert type(fault) is kind
    assert str(fault).startswith("outgoing mail (127.0.0.1:")


@pytest.mark.parametrize(
    ("reply", "kind"), [("535 5.7.8 bad credentials", WrongPassword), ("454 4.7.0 later", Throttled)]
)
def test_a_refused_login_says_whether_waiting_helps(reply: str, kind: type[ServerFault]) -> None:
    fault = fault_of(FakeSmtp("AUTH PLAIN", auth=reply), username="robot")
    assert type(fault) is kind


def test_a_login_that_is_not_offered_is_said_so() -> None:
    fake = FakeSmtp()
    assert "offers no login" in str(fault_of(fake, username="robot"))
    assert not any("AUTH" in command for command in fake.heard)


def test_a_password_beyond_ascii_is_sent_as_utf_8() -> None:
    fake = FakeSmtp("AUTH PLAIN", auth="235 welcome")
    with scripted_server(fake.converse) as port, SmtpSender(server_at(port, username="robot"), "pässwörd") as sender:
        assert isinstance(sender.send(FROM, TO, MAIL), Sent)
    assert "AUTH PLAIN AHJvYm90AHDDpHNzd8O2cmQ=" in fake.heard


def test_starttls_that_is_not_offered_sends_nothing() -> None:
    fake = FakeSmtp("AUTH PLAIN")
    fault = fault_of(fake, security=Security.STARTTLS, username="robot")
    assert isinstance(fault, NoStartTls)
    assert [command.split(" ")[0].lower() for command in fake.heard] == ["ehlo"]


def test_a_refused_starttls_sends_nothing() -> None:
    fake = FakeSmtp("STARTTLS", "AUTH PLAIN", starttls="454 not now")
    assert isinstance(fault_of(fake, security=Security.STARTTLS, username="robot"), NoStartTls)
    assert not any("AUTH" in command for command in fake.heard)


def test_plain_text_is_refused_beyond_loopback() -> None:
    with pytest.raises(Refused, match="loopback only"):
        SmtpSender(server_at(25, host="smtp.seller.example"), None).send(FROM, TO, MAIL)


def test_a_closed_port_is_named() -> None:
    with scripted_server(lambda line, number: None) as port:
        pass
    with pytest.raises(Unreachable, match=rf"^outgoing mail \(127\.0\.0\.1:{port}\): the connection is refused"):
        SmtpSender(server_at(port), None).send(FROM, TO, MAIL)


def test_a_server_that_drips_its_greeting_is_cut_at_the_deadline() -> None:
    def drip(line: Line, number: int) -> None:
        for _ in range(200):
            line.raw(b"2")
            time.sleep(0.05)

    began = time.monotonic()
    with (
        scripted_server(drip) as port,
        pytest.raises(TooSlow),
        SmtpSender(server_at(port, connect_seconds=0.3, read_seconds=0.3), None) as sender,
    ):
        sender.send(FROM, TO, MAIL)
    assert time.monotonic() - began < 5


def secured(fake: FakeSmtp, certificate: Certificate, *, at_once: bool) -> Callable[[Line, int], None]:
    """The same server behind TLS, from the first byte or after STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)

    def script(line: Line, number: int) -> None:
        if not at_once:
            for reply in ("220 ready", "250-fake.example\r\n250 STARTTLS", "220 go on"):
                line.say(reply)
                if not reply.startswith("220 go"):
                    line.hear()
        safe = Line(context.wrap_socket(line.sock, server_side=True))
        if at_once:
            safe.say("220 ready")
        fake.listen(safe)

    return script


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_message_goes_over_tls_with_the_own_authority(certificate: Certificate, security: Security) -> None:
    fake = FakeSmtp()
    script = secured(fake, certificate, at_once=security is Security.TLS)
    with scripted_server(script) as port:
        server = server_at(port, host="localhost", security=security, username=None, ca_file=certificate.certificate)
        with SmtpSender(server, None) as sender:
            assert isinstance(sender.send(FROM, TO, MAIL), Sent)
    assert fake.bodies == [MAIL + b".\r\n"]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate, security: Security) -> None:
    fake = FakeSmtp()
    script = secured(fake, certificate, at_once=security is Security.TLS)
    with scripted_server(script) as port, pytest.raises(BadCertificate, match="not trusted"):
        SmtpSender(server_at(port, host="localhost", security=security, username=None), None).send(FROM, TO, MAIL)
    assert fake.bodies == []
