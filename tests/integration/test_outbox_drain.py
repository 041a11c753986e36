"""The outbox over a real database: who is written to, when again, and never twice without need."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from servers.accounts import server_at

from daemon.connection import Unreachable
from daemon.outbox import DrainReport, drain, retry_after
from daemon.sending import Ambiguous, DeliveryState, Outcome, Permanent, Sent, Transient
from daemon.storage.store import Store
from responders.letter import Letter

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TEAM = frozenset({"ana@seller.example", "bo@seller.example"})


class Post:
    """A Sender that remembers what it was given and answers what it was told to."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.given: list[tuple[str, str, bytes]] = []

    def send(self, envelope_from: str, recipient: str, data: bytes) -> Outcome:
        self.given.append((envelope_from, recipient, data))
        outcome = self.outcomes.pop(0) if self.outcomes else Sent(reply="250 ok")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield store


def enqueue(store: Store, key: str, *recipients: str) -> None:
    letter = Letter(
        key=key,
        message_id=f"{key}@seller.example",
        in_reply_to=None,
        references=(),
        date=NOW,
        subject="s",
        text="t",
        html="h",
    )
    store.enqueue(letter, {to: f"{key} for {to}".encode() for to in recipients}, NOW)


def drained(store: Store, post: Post, at: datetime = NOW) -> DrainReport:
    return drain(store, post, allowed=TEAM, envelope_from="claimclock@seller.example", owner="test", now=at)


def test_everything_that_is_due_goes_out_once(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example", "bo@seller.example")
    post = Post()
    assert drained(store, post).count(DeliveryState.SENT) == 2
    assert drained(store, post).ended == []
    assert sorted(to for _, to, _ in post.given) == ["ana@seller.example", "bo@seller.example"]
    assert {data for _, _, data in post.given} == {b"a for ana@seller.example", b"a for bo@seller.example"}


@pytest.mark.parametrize("stranger", ["buyer@relay.example", "ana@seller.example.evil.example", "ana@seller.exampl"])
def test_nobody_outside_the_team_is_ever_written_to(
    store: Store, stranger: str, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(store, "a", stranger)
    enqueue(store, "b", "Ana@Seller.Example")
    post = Post()
    with caplog.at_level(logging.ERROR):
        report = drained(store, post)
    assert [to for _, to, _ in post.given] == ["ana@seller.example"]
    assert (report.count(DeliveryState.REFUSED), report.count(DeliveryState.SENT)) == (1, 1)
    assert f"{stranger} is not in the team list; nothing was sent" in caplog.text
    assert drained(store, post, NOW + timedelta(days=30)).ended == []


def test_a_person_who_left_the_team_gets_no_letter_that_waited(store: Store) -> None:
    enqueue(store, "a", "bo@seller.example")
    drained(store, Post(Transient(reply="451 later")))
    post = Post()
    report = drain(
        store,
        post,
        allowed=frozenset({"ana@seller.example"}),
        envelope_from="claimclock@seller.example",
        owner="test",
        now=NOW + timedelta(hours=1),
    )
    assert post.given == []
    assert report.count(DeliveryState.REFUSED) == 1


def test_one_recipient_that_is_refused_does_not_hold_back_the_other(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example", "bo@seller.example")
    report = drained(store, Post(Permanent(reply="550 no such user")))
    assert (report.count(DeliveryState.FAILED), report.count(DeliveryState.SENT)) == (1, 1)
    assert store.outbox_counts() == {"failed": 1, "sent": 1}


def test_a_transient_failure_is_tried_after_1_5_15_and_30_minutes_then_hourly(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example")
    at, waits = NOW, []
    for _ in range(6):
        [(_, ending)] = drained(store, Post(Transient(reply="451 later")), at).ended
        assert ending.state is DeliveryState.PENDING
        assert ending.due is not None
        waits.append(int((ending.due - at).total_seconds()) // 60)
        assert drained(store, Post(), ending.due - timedelta(seconds=1)).ended == []
        at = ending.due
    assert waits == [1, 5, 15, 30, 60, 60]
    assert drained(store, Post(), at).count(DeliveryState.SENT) == 1


def test_a_transient_failure_is_given_up_after_five_days(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example")
    [(_, ending)] = drained(store, Post(Transient(reply="451 later")), NOW + timedelta(days=5, minutes=1)).ended
    assert (ending.state, ending.due) == (DeliveryState.FAILED, None)
    assert ending.reply == "given up after five days: 451 later"


def test_an_ambiguous_letter_goes_once_more_after_15_minutes_in_the_same_bytes_and_then_never_again(
    store: Store,
) -> None:
    enqueue(store, "a", "ana@seller.example")
    post = Post(Ambiguous(reply="lost"), Ambiguous(reply="lost again"))
    drained(store, post)
    assert drained(store, post, NOW + timedelta(minutes=14)).ended == []
    [(_, ending)] = drained(store, post, NOW + timedelta(minutes=15)).ended
    assert ending.state is DeliveryState.HELD
    assert post.given[0] == post.given[1]
    assert drained(store, post, NOW + timedelta(days=2)).ended == []
    assert len(post.given) == 2


def test_an_ambiguous_letter_whose_resend_waits_is_still_held_when_it_is_ambiguous_again(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example")
    post = Post(Ambiguous(reply="lost"), Transient(reply="451 later"), Ambiguous(reply="lost again"))
    for minutes in (0, 15, 60):
        [(_, ending)] = drained(store, post, NOW + timedelta(minutes=minutes)).ended
    assert ending.state is DeliveryState.HELD


def test_a_server_that_cannot_be_used_ends_the_pass_and_loses_nothing(store: Store) -> None:
    for key in "abc":
        enqueue(store, key, "ana@seller.example")
    fault = Unreachable("outgoing mail", server_at(25), "the connection is refused")
    post = Post(fault)
    report = drained(store, post)
    assert report.fault is fault
    assert len(post.given) == 1
    assert store.outbox_counts() == {"pending": 3}
    assert drained(store, Post(), NOW + timedelta(minutes=1)).count(DeliveryState.SENT) == 3


def test_a_stop_is_heard_between_two_letters(store: Store) -> None:
    for key in "abc":
        enqueue(store, key, "ana@seller.example")
    post = Post()
    drain(
        store,
        post,
        allowed=TEAM,
        envelope_from="claimclock@seller.example",
        owner="test",
        now=NOW,
        stop=lambda: len(post.given) == 2,
    )
    assert len(post.given) == 2
    assert store.outbox_counts() == {"sent": 2, "pending": 1}


def test_a_worker_that_died_while_sending_leaves_the_letter_to_the_next_one(store: Store) -> None:
    enqueue(store, "a", "ana@seller.example")
    store.claim_deliveries("dead", NOW, 1)
    assert drained(store, Post(), NOW + timedelta(minutes=14)).ended == []
    assert drained(store, Post(), NOW + timedelta(minutes=16)).count(DeliveryState.SENT) == 1


@pytest.mark.parametrize("attempts", [0, -1, 99])
def test_an_odd_count_of_attempts_waits_an_hour(attempts: int) -> None:
    assert retry_after(attempts) == timedelta(hours=1)
