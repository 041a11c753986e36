"""Servers that answer oddly, wrongly, slowly or not at all."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from servers.accounts import account_at, server_at
from servers.fake_imap import FakeImap
from servers.scripted import Line, scripted_server

from config.settings import Security
from daemon.connection import Lost, NoStartTls, Refused, ServerFault, Throttled, TooSlow, Unreachable, WrongPassword
from daemon.imap import ImapMailbox
from daemon.imap_session import ID_UNASKED
from daemon.mailbox import Unfetchable
from daemon.places import FetchedMessage


@contextmanager
def connected(fake: FakeImap, *, read_seconds: float = 5.0, password: str = "secret") -> Iterator[ImapMailbox]:
    with (
        fake.serving() as port,
        ImapMailbox.connect(account_at(server_at(port, read_seconds=read_seconds)), password) as box,
    ):
        box.examine("INBOX")
        yield box


def fetched(box: ImapMailbox, uids: Sequence[int]) -> dict[int, bytes | str]:
    """Each UID's bytes, or why there are none."""
    return {value.place.uid: value.raw if isinstance(value, FetchedMessage) else value.why for value in box.fetch(uids)}


def refusal(fake: FakeImap, **server: object) -> ServerFault:
    with fake.serving() as port, pytest.raises(ServerFault) as caught:
        ImapMailbox.connect(account_at(server_at(port, **server)), "secret").close()  # type: ignore[arg-type]
    return caught.value


def numbered(count: int) -> dict[int, bytes]:
    return {uid: f"Subject: {uid}\r\n\r\nmail {uid}\r\n".encode() for uid in range(1, count + 1)}


@pytest.mark.parametrize("nothing", [b"BODY[] NIL", b'BODY[] ""', b"FLAGS ()"])
def test_a_message_that_the_server_gives_empty_is_unfetchable_and_visible(nothing: bytes) -> None:
    class Empty(FakeImap):
        def body(self, uid: int, rest: str) -> bytes:
            return nothing if uid == 1 else super().body(uid, rest)

    with connected(Empty()) as box:
        found = {value.place.uid: value for value in box.fetch([1, 2])}
    assert isinstance(found[2], FetchedMessage)
    assert isinstance(found[1], Unfetchable)
    assert not found[1].vanished
    assert "gives no text" in found[1].why


def test_news_of_another_message_with_a_like_number_is_no_answer() -> None:
    class Chatty(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            line.say("* 2 FETCH (FLAGS (\\Flagged))")
            super().on_uid_fetch(line, tag, rest)

    mails = {2: b"Subject: two\r\n\r\n2\r\n", 8: b"Subject: eight\r\n\r\n8\r\n"}
    with connected(Chatty(mails)) as box:
        assert fetched(box, [2, 8]) == mails


def test_one_refused_message_in_a_batch_does_not_hold_back_the_others() -> None:
    class Refusing(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            if "BODY" in rest and "13" in rest.split(" ")[2].split(","):
                line.say(f"{tag} NO [SERVERBUG2] cannot read message")
            else:
                super().on_uid_fetch(line, tag, rest)

    mails = numbered(40)
    with connected(Refusing(mails)) as box:
        found = fetched(box, list(mails))
    assert "the server refuses it" in str(found.pop(13))
    assert found == {uid: raw for uid, raw in mails.items() if uid != 13}


@pytest.mark.parametrize("code", ["SERVERBUG", "UNAVAILABLE", "CONTACTADMIN"])
def test_a_message_that_the_server_cannot_read_now_does_not_hold_back_the_others(code: str) -> None:
    class Stumbling(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            if "1" in rest.split(" ")[2].split(","):
                line.say(f"{tag} NO [{code}] internal error")
            else:
                super().on_uid_fetch(line, tag, rest)

    mails = numbered(40)
    with connected(Stumbling(mails)) as box:
        found = fetched(box, list(mails))
    assert f"[{code}]" in str(found.pop(1))
    assert found == {uid: raw for uid, raw in mails.items() if uid != 1}


def test_a_server_that_can_read_nothing_now_is_left_alone_and_no_message_is_blamed() -> None:
    class Down(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            line.say(f"{tag} NO [UNAVAILABLE] backend")

    fake = Down(numbered(40))
    with connected(fake) as box, pytest.raises(Throttled):
        fetched(box, range(1, 41))
    assert sum("FETCH" in said for said in fake.heard) < 30


def test_a_throttled_fetch_is_left_alone_at_once() -> None:
    class Busy(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            line.say(f"{tag} NO Request is throttled. Suggested Backoff Time: 9000 milliseconds")

    fake = Busy(numbered(40))
    with connected(fake) as box, pytest.raises(Throttled):
        fetched(box, range(1, 41))
    assert sum("FETCH" in said for said in fake.heard) == 1


def test_one_message_that_ends_the_connection_does_not_hold_back_the_others() -> None:
    class Crashing(FakeImap):
        connections = 0

        def converse(self, line: Line, number: int) -> None:
            self.connections = number + 1
            super().converse(line, number)

        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            if "BODY" in rest and "13" in rest.split(" ")[2].split(","):
                line.raw(b"* 13 FETCH (UID 13 BODY[] {5000}\r\nhalf")
                line.hang_up()
            else:
                super().on_uid_fetch(line, tag, rest)

    mails, fake = numbered(40), None
    fake = Crashing(mails)
    with connected(fake) as box:
        found = fetched(box, list(mails))
    assert "asking for it ends the connection" in str(found.pop(13))
    assert found == {uid: raw for uid, raw in mails.items() if uid != 13}
    assert fake.connections <= 10


def test_a_server_that_always_hangs_up_is_a_lost_connection_and_no_endless_loop() -> None:
    class Dead(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            line.hang_up()

    with connected(Dead(numbered(100))) as box, pytest.raises(Lost, match="while fetching"):
        list(box.fetch(range(1, 101)))


def test_sizes_are_hints_a_message_may_be_longer_or_shorter() -> None:
    class Lying(FakeImap):
        def size(self, uid: int) -> int:
            return {1: 10, 2: 9_000_000, 3: 2**20 + 1}[uid]

    mails = {1: b"x" * 300_000, 2: b"y" * 2_500_000, 3: b"z" * (3 * 2**20)}
    with connected(Lying(mails)) as box:
        assert fetched(box, [1, 2, 3]) == mails


def test_a_server_without_sizes_still_gives_its_messages() -> None:
    class NoSizes(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            if "RFC822.SIZE" in rest:
                line.say(f"{tag} BAD no sizes here")
            else:
                super().on_uid_fetch(line, tag, rest)

    with connected(NoSizes(numbered(3))) as box:
        assert fetched(box, [1, 2, 3]) == numbered(3)


def test_a_literal_of_four_gigabytes_is_not_believed() -> None:
    class Boasting(FakeImap):
        def body(self, uid: int, rest: str) -> bytes:
            return b"BODY[] {4000000000}\r\nnot that much" if uid == 1 else super().body(uid, rest)

    with connected(Boasting()) as box:
        found = fetched(box, [1, 2])
    assert "announces 4000000000 bytes" in str(found[1])
    assert found[2] == FakeImap().mails[2]


def test_a_message_above_the_limit_is_reported_and_not_fetched() -> None:
    class Huge(FakeImap):
        def size(self, uid: int) -> int:
            return 10**9 if uid == 1 else super().size(uid)

    fake = Huge()
    with connected(fake) as box:
        assert "it has 1000000000 bytes" in str(fetched(box, [1, 2])[1])
    assert not any("FETCH 1 (BODY" in command for command in fake.heard)


def test_a_mailbox_without_uidvalidity_is_told_by_zero() -> None:
    class Forgetful(FakeImap):
        uidvalidity = ""

    with Forgetful().serving() as port, ImapMailbox.connect(account_at(server_at(port)), "secret") as box:
        assert box.examine("INBOX").uidvalidity == 0


def test_a_mailbox_that_is_renumbered_during_a_fetch_is_not_read_on() -> None:
    class Renumbered(FakeImap):
        def on_uid_fetch(self, line: Line, tag: str, rest: str) -> None:
            self.uidvalidity = "* OK [UIDVALIDITY 8] ok"
            line.hang_up()

    with connected(Renumbered()) as box, pytest.raises(Lost, match="new UIDVALIDITY"):
        list(box.fetch([1, 2]))


def test_a_large_mailbox_is_searched_in_windows() -> None:
    class Large(FakeImap):
        def on_examine(self, line: Line, tag: str, rest: str) -> None:
            line.say("* 120000 EXISTS")
            line.say("* OK [UIDVALIDITY 7] ok")
            line.say("* OK [UIDNEXT 150001] next")
            line.say(f"{tag} OK done")

        def on_uid_search(self, line: Line, tag: str, rest: str) -> None:
            low, _, high = rest.split(" ")[-1].partition(":")
            line.say("* SEARCH " + " ".join(map(str, range(int(low), int(high) + 1))))
            line.say(f"{tag} OK done")

    fake = Large()
    with connected(fake) as box:
        assert box.uids(1) == list(range(1, 150_001))
    assert [command.split(" ", 1)[1] for command in fake.heard if "SEARCH" in command] == [
        "UID SEARCH UID 1:50000",
        "UID SEARCH UID 50001:100000",
        "UID SEARCH UID 100001:150000",
    ]


def test_a_server_that_drips_bytes_is_cut_at_the_deadline() -> None:
    class Dripping(FakeImap):
        def on_examine(self, line: Line, tag: str, rest: str) -> None:
            for _ in range(200):
                line.raw(b" ")
                time.sleep(0.05)

    began = time.monotonic()
    with (
        Dripping().serving() as port,
        ImapMailbox.connect(account_at(server_at(port, read_seconds=0.5)), "secret") as box,
        pytest.raises(TooSlow, match="no end after 0 s while opening the mailbox INBOX"),
    ):
        box.examine("INBOX")
    assert time.monotonic() - began < 5


def test_a_greeting_that_never_comes_ends_the_try() -> None:
    def silent(line: Line, number: int) -> None:
        line.hear()

    with scripted_server(silent) as port, pytest.raises(Unreachable, match=r"no answer in time while connecting"):
        ImapMailbox.connect(account_at(server_at(port, read_seconds=0.3, connect_seconds=0.3)), "secret")


def test_starttls_that_is_not_offered_sends_no_password() -> None:
    fake = FakeImap()
    fault = refusal(fake, security=Security.STARTTLS)
    assert isinstance(fault, NoStartTls)
    assert "offers no STARTTLS" in str(fault)
    assert not any("LOGIN" in command for command in fake.heard)


def test_a_login_claimed_before_starttls_is_refused() -> None:
    fake = FakeImap()
    fake.greeting, fake.capabilities = "* PREAUTH welcome", "IMAP4rev1 STARTTLS"
    fault = refusal(fake, security=Security.STARTTLS)
    assert isinstance(fault, NoStartTls)
    assert "PREAUTH" in str(fault)


def test_a_refused_starttls_sends_no_password() -> None:
    class Unwilling(FakeImap):
        capabilities = "IMAP4rev1 STARTTLS"

        def on_starttls(self, line: Line, tag: str, rest: str) -> None:
            line.say(f"{tag} NO not today")

    fake = Unwilling()
    assert isinstance(refusal(fake, security=Security.STARTTLS), NoStartTls)
    assert not any("LOGIN" in command for command in fake.heard)


def test_plain_text_is_refused_beyond_loopback() -> None:
    with pytest.raises(Refused, match="loopback only"):
        ImapMailbox.connect(account_at(server_at(143, host="imap.seller.example")), "secret")


@pytest.mark.parametrize(
    ("answer", "fault", "seconds"),
    [
        ("NO [AUTHENTICATIONFAILED] Invalid credentials", WrongPassword, None),
        ("NO [UNAVAILABLE] Temporary authentication failure", Throttled, None),
        ("NO [LIMIT] Too many simultaneous connections", Throttled, None),
        ("BAD Request is throttled. Suggested Backoff Time: 281445 milliseconds", Throttled, 281),
        ("BAD User is authenticated but not connected.", Throttled, None),
    ],
)
def test_a_refused_login_says_whether_waiting_helps(answer: str, fault: type[ServerFault], seconds: int | None) -> None:
    class Refusing(FakeImap):
        def on_login(self, line: Line, tag: str, rest: str) -> None:
            line.say(f"{tag} {answer}")

    caught = refusal(Refusing())
    assert type(caught) is fault
    assert str(caught).startswith("eu (127.0.0.1:")
    if isinstance(caught, Throttled):
        assert (caught.retry_after and int(caught.retry_after.total_seconds())) == seconds


def test_a_server_that_turns_everybody_away_asks_for_patience() -> None:
    fake = FakeImap()
    fake.greeting = "* BYE Too many connections, try again later"
    assert isinstance(refusal(fake), Throttled)


def test_a_password_beyond_ascii_goes_by_authenticate_plain() -> None:
    class Plain(FakeImap):
        capabilities = "IMAP4rev1 AUTH=PLAIN"

        def on_authenticate(self, line: Line, tag: str, rest: str) -> None:
            line.say("+ ")
            self.heard.append(line.hear())
            line.say(f"{tag} OK in")

    fake = Plain()
    with connected(fake, password="pässwörd"):
        pass
    assert "AGFsaWNlAHDDpHNzd8O2cmQ=" in fake.heard  # base64 of NUL alice NUL password, UTF-8


def test_a_login_that_is_disabled_is_said_so() -> None:
    fake = FakeImap()
    fake.capabilities = "IMAP4rev1 LOGINDISABLED"
    fault = refusal(fake)
    assert isinstance(fault, Refused)
    assert "no login with a password" in str(fault)


def test_an_advertised_id_is_sent_before_the_mailbox_is_opened() -> None:
    fake = FakeImap()
    fake.capabilities = "IMAP4rev1 ID"
    with connected(fake):
        pass
    names = [command.split(" ")[1] for command in fake.heard]
    assert names.index("LOGIN") < names.index("ID") < names.index("EXAMINE")
    assert '"claimclock"' in next(command for command in fake.heard if " ID " in command)


@pytest.mark.parametrize("host", ["imap.163.com", "imap.126.com", "imap.yeah.net", "imaphz.qiye.163.com"])
def test_hosts_that_need_an_id_and_do_not_say_so_are_known(host: str) -> None:
    assert ID_UNASKED.search(host)
    assert not ID_UNASKED.search(host.replace(".com", ".com.example").replace(".net", ".net.example"))


def test_nothing_but_reading_commands_is_ever_sent() -> None:
    fake = FakeImap()
    with connected(fake) as box:
        box.uids(1)
        fetched(box, [1, 2, 99])
    sent = {" ".join(c.split(" ")[1:3]) if " UID " in c else c.split(" ")[1] for c in fake.heard}
    assert sent <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}
    assert all("PEEK" in c or "SIZE" in c for c in fake.heard if "FETCH" in c)


def test_a_closed_port_is_named() -> None:
    with scripted_server(lambda line, number: None) as port:
        pass
    with pytest.raises(Unreachable, match=rf"^eu \(127\.0\.0\.1:{port}\): the connection is refused"):
        ImapMailbox.connect(account_at(server_at(port)), "secret")


def test_a_connection_can_be_cut_from_another_thread() -> None:
    import threading

    class Hanging(FakeImap):
        def on_uid_search(self, line: Line, tag: str, rest: str) -> None:
            line.hear()

    with connected(Hanging()) as box:
        threading.Timer(0.2, box.cut, ["the service stops"]).start()
        began = time.monotonic()
        with pytest.raises(TooSlow, match="the service stops"):
            box.uids(1)
        assert time.monotonic() - began < 3
