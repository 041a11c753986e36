"""What every Mailbox server must give intake, checked against servers of two makes."""

import imaplib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from servers.accounts import account_at, server_at
from servers.dovecot import PASSWORD, Dovecot
from servers.pymap_server import Pymap

from daemon.connection import Refused, WrongPassword
from daemon.imap import ImapMailbox
from daemon.places import FetchedMessage, Place

Append = Callable[..., None]


def mail(number: int, size: int = 200) -> bytes:
    head = f"From: a@buyer.example\r\nSubject: number {number}\r\nMessage-ID: <{number}@buyer.example>\r\n\r\n"
    body = b"0123456789 caf\xc3\xa9 0123456789\r\n" * (size // 30 + 1)
    return head.encode() + body


class MailboxContract:
    """Subclasses give `port` and `client`: a second mail program in the same mailbox."""

    @pytest.fixture
    def port(self) -> int:
        raise NotImplementedError

    @pytest.fixture
    def client(self) -> imaplib.IMAP4:
        raise NotImplementedError

    @pytest.fixture
    def box(self, port: int) -> Iterator[ImapMailbox]:
        with ImapMailbox.connect(account_at(server_at(port)), PASSWORD) as box:
            yield box

    @staticmethod
    def append(client: imaplib.IMAP4, raw: bytes, *, mailbox: str = "INBOX", at: datetime | None = None) -> None:
        moment = imaplib.Time2Internaldate(at or datetime(2026, 11, 20, 10, 30, tzinfo=UTC))
        assert client.append(mailbox, "", moment, raw)[0] == "OK"

    def test_an_empty_mailbox_has_no_uids(self, box: ImapMailbox) -> None:
        status = box.examine("INBOX")
        assert (status.name, status.exists) == ("INBOX", 0)
        assert status.uidvalidity > 0
        assert box.uids(1) == []
        assert list(box.fetch([])) == []

    def test_a_message_comes_with_its_place_date_flags_and_exact_bytes(
        self, box: ImapMailbox, client: imaplib.IMAP4
    ) -> None:
        self.append(client, mail(1))
        status = box.examine("INBOX")
        [uid] = box.uids(1)
        [found] = box.fetch([uid])
        assert isinstance(found, FetchedMessage)
        assert found.place == Place(account="eu", mailbox="INBOX", uidvalidity=status.uidvalidity, uid=uid)
        assert found.internal_date == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
        assert found.raw == mail(1)

    def test_reading_marks_nothing_as_seen(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        self.append(client, mail(1))
        box.examine("INBOX")
        list(box.fetch(box.uids(1)))
        client.select("INBOX", readonly=True)
        assert b"\\Seen" not in client.fetch("1", "(FLAGS)")[1][0]

    def test_a_range_of_uids_never_names_mail_below_it(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        for number in range(3):
            self.append(client, mail(number))
        box.examine("INBOX")
        first, second, third = box.uids(1)
        assert box.uids(second) == [second, third]
        assert box.uids(first, second) == [first, second]
        assert box.uids(third + 1) == []
        assert box.uids(third + 1, third + 100) == []

    def test_mail_is_found_from_a_day_on(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        today = datetime(2026, 11, 20, 12, tzinfo=UTC)
        for number, age in enumerate((40, 10, 1)):
            self.append(client, mail(number), at=today - timedelta(days=age))
        box.examine("INBOX")
        everything = box.uids(1)
        assert box.uids_since(date(2026, 11, 5)) == everything[1:]
        assert box.uids_since(date(2027, 1, 1)) == []

    def test_many_messages_each_come_once(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        for number in range(130):
            self.append(client, mail(number))
        box.examine("INBOX")
        uids = box.uids(1)
        found = list(box.fetch(uids))
        assert [message.place.uid for message in found] == uids
        assert [message.raw for message in found if isinstance(message, FetchedMessage)] == [
            mail(number) for number in range(130)
        ]

    def test_a_message_of_several_mebibytes_comes_in_pieces_and_whole(
        self, box: ImapMailbox, client: imaplib.IMAP4
    ) -> None:
        sizes = (2**20 - 100, 2**20 + 1, 3_500_000)
        for number, size in enumerate(sizes):
            self.append(client, mail(number, size))
        box.examine("INBOX")
        found = {m.place.uid: m.raw for m in box.fetch(box.uids(1)) if isinstance(m, FetchedMessage)}
        assert [found[uid] for uid in sorted(found)] == [mail(number, size) for number, size in enumerate(sizes)]

    def test_an_expunged_message_is_reported_as_vanished(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        for number in range(3):
            self.append(client, mail(number))
        box.examine("INBOX")
        uids = box.uids(1)
        client.select("INBOX")
        client.store("2", "+FLAGS", "\\Deleted")
        client.expunge()
        box.examine("INBOX")
        found = {value.place.uid: value for value in box.fetch(uids)}
        assert isinstance(found[uids[0]], FetchedMessage)
        assert isinstance(found[uids[2]], FetchedMessage)
        gone = found[uids[1]]
        assert not isinstance(gone, FetchedMessage)
        assert gone.vanished

    def test_a_mailbox_made_anew_has_another_uidvalidity(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        client.create("Claims")
        before = box.examine("Claims").uidvalidity
        box.examine("INBOX")
        client.delete("Claims")
        client.create("Claims")
        assert box.examine("Claims").uidvalidity != before

    def test_a_mailbox_name_may_be_in_any_language(self, box: ImapMailbox, client: imaplib.IMAP4) -> None:
        client.create('"Entw&APw-rfe &bUuL1Q-"')
        self.append(client, mail(1), mailbox='"Entw&APw-rfe &bUuL1Q-"')
        assert box.examine("Entwürfe 测试").exists == 1

    def test_a_missing_mailbox_is_refused_and_the_connection_goes_on(self, box: ImapMailbox) -> None:
        with pytest.raises(Refused, match=r"eu \(127\.0\.0\.1:\d+\): the mailbox Nowhere cannot be opened"):
            box.examine("Nowhere")
        assert box.examine("INBOX").exists == 0

    def test_a_mailbox_name_cannot_smuggle_a_command(self, box: ImapMailbox) -> None:
        for name in ("INBOX\r\nX1 NOOP", "INBOX\n", "INBOX\0"):
            with pytest.raises(Refused, match="line end or NUL"):
                box.examine(name)
        assert box.examine("INBOX").exists == 0

    def test_a_wrong_password_names_account_host_and_user(self, port: int) -> None:
        with pytest.raises(WrongPassword, match=r"^eu \(127\.0\.0\.1:\d+\): the server refuses the password of alice"):
            ImapMailbox.connect(account_at(server_at(port)), "wrong")


class TestPymap(MailboxContract):
    @pytest.fixture
    def port(self, pymap_server: Pymap) -> int:
        return pymap_server.port

    @pytest.fixture
    def client(self, pymap_server: Pymap) -> Iterator[imaplib.IMAP4]:
        with pymap_server.client() as client:
            yield client


@pytest.mark.server
class TestDovecot(MailboxContract):
    @pytest.fixture
    def port(self, dovecot: Dovecot) -> int:
        return dovecot.port

    @pytest.fixture
    def client(self, dovecot: Dovecot) -> Iterator[imaplib.IMAP4]:
        with dovecot.client() as client:
            yield client
