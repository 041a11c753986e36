"""What a poll that finds nothing asks of a server: counted in commands, each of which is one round trip."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from servers.fake_imap import FakeImap
from servers.installation import Installation
from servers.scripted import Line

from config.loading import load_settings
from daemon.commands.status import report_of
from daemon.database import open_store
from daemon.work import Work


class Counted(FakeImap):
    """Numbers its connections."""

    connections = 0

    def converse(self, line: Line, number: int) -> None:
        self.connections = number + 1
        super().converse(line, number)


class Reticent(Counted):
    """Never says which UID comes next."""

    def on_examine(self, line: Line, tag: str, rest: str) -> None:
        line.say(f"* {len(self.mails)} EXISTS")
        line.say(self.uidvalidity)
        line.say(f"{tag} OK [READ-ONLY] done")


@contextmanager
def work_at(
    tmp_path: Path, port: int, *mailboxes: str, users: dict[str, str] | None = None, cap: int = 10
) -> Iterator[Work]:
    place = Installation(tmp_path, imap_port=port, smtp_port=1, mailboxes=mailboxes or ("INBOX",), accounts=users)
    text = place.settings.read_text().replace("[service]", f"[service]\nconnections_per_host = {cap}", 1)
    place.settings.write_text(text)
    settings = load_settings(place.settings)
    with open_store(settings.database, lock=True) as store:
        work = Work(settings, store, stop=lambda: False, workers=0)
        yield work
        work.close()


def asked(fake: FakeImap) -> list[str]:
    """The commands since the last time, without their tags."""
    said = [command.partition(" ")[2] for command in fake.heard]
    fake.heard.clear()
    return said


def test_an_idle_poll_is_one_round_trip_a_mailbox(tmp_path: Path) -> None:
    fake = Counted()
    with fake.serving() as port, work_at(tmp_path, port, "INBOX", "Claims") as work:
        work.poll("uk")
        work.poll("uk")  # the whole comparison that follows a first reading
        asked(fake)
        work.poll("uk")
        assert asked(fake) == ['EXAMINE "INBOX"', 'EXAMINE "Claims"']
        assert fake.connections == 1, "the connection is kept between polls"


def test_a_server_that_does_not_say_what_comes_next_costs_a_second(tmp_path: Path) -> None:
    fake = Reticent()
    with fake.serving() as port, work_at(tmp_path, port) as work:
        work.poll("uk")
        work.poll("uk")
        asked(fake)
        work.poll("uk")
        assert asked(fake) == ['EXAMINE "INBOX"', "UID SEARCH UID 3:*"]


def test_accounts_of_one_host_share_its_connections(tmp_path: Path) -> None:
    class Counting(Counted):
        live = most = 0

        def converse(self, line: Line, number: int) -> None:
            self.live += 1
            self.most = max(self.most, self.live)
            try:
                super().converse(line, number)
            finally:
                self.live -= 1

        def on_logout(self, line: Line, tag: str, rest: str) -> None:
            self.live -= 1  # before the client hears of it
            super().on_logout(line, tag, rest)
            self.live += 1

    fake = Counting()
    users = {f"a{number}": "alice" for number in range(5)}
    with fake.serving() as port, work_at(tmp_path, port, users=users, cap=2) as work:
        for name in [*users, *users]:
            result = work.poll(name)
            assert result is not None
            assert result[1] is not None, result[0].last_error
        assert fake.most == 2


def test_an_account_that_leaves_the_settings_gives_its_connection_back(tmp_path: Path) -> None:
    fake = Counted()
    with fake.serving() as port, work_at(tmp_path, port, users={"a": "alice", "b": "alice"}, cap=1) as work:
        work.poll("a")
        changed = replace(work.settings.accounts[0], mailboxes=("Claims",))
        work.use(replace(work.settings, accounts=(changed, *work.settings.accounts[1:])))
        for name in ("b", "a"):
            result = work.poll(name)
            assert result is not None
            assert result[1] is not None, result[0].last_error
    assert fake.connections == 3


def test_status_says_how_each_account_hears_of_new_mail(tmp_path: Path) -> None:
    fake = Counted()
    fake.capabilities = "IMAP4rev1 IDLE"
    rung: queue.Queue[str] = queue.Queue()
    with (
        fake.serving() as port,
        work_at(tmp_path, port) as work,
        open_store(work.settings.database, lock=False) as store,
    ):

        def heard() -> str:
            return report_of(store, work.settings, datetime.now(UTC)).bells["uk"]

        assert heard() == "the service does not run"
        work.beat()
        work.bells.hang(work.settings, rung.put, lambda name: True)
        assert heard() == "polling"
        work.poll("uk")
        assert rung.get(timeout=10) == "uk"
        assert heard() == "idle"
        quiet = replace(work.settings, accounts=(replace(work.settings.accounts[0], idle=False),))
        work.use(quiet)
        work.bells.hang(quiet, rung.put, lambda name: True)
        assert heard() == "polling: idle = false in the settings"
        assert work.bells.stuck() == ()
        work.bells.cut("the test is over")
