"""IDLE on the bare line: what counts as news, and that an end is an end."""

import socket
from collections.abc import Iterator

import pytest

from daemon.idle_line import IdleLine, IdleRefused, LineEnded


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def listening(ends: tuple[socket.socket, socket.socket], said: bytes = b"+ idling\r\n") -> tuple[IdleLine, bool]:
    line = IdleLine(ends[0], b"")
    ends[1].sendall(said)
    news = line.begin(5)
    assert ends[1].recv(100) == b"I1 IDLE\r\n"
    return line, news


@pytest.mark.parametrize("said", [b"* 3 EXISTS\r\n", b"* 1 RECENT\r\n", b"* 2 FETCH (FLAGS ())\r\n* 3 exists\r\n"])
def test_new_mail_is_news(ends, said):
    line, _ = listening(ends)
    ends[1].sendall(said)
    assert line.listen(5)


@pytest.mark.parametrize(
    "said", [b"* OK Still here\r\n", b"* 0 RECENT\r\n", b"* 2 EXPUNGE\r\n", b"* 2 FETCH (FLAGS ())\r\n"]
)
def test_anything_else_is_none(ends, said):
    line, _ = listening(ends)
    ends[1].sendall(said)
    assert not line.listen(0.01)


def test_news_in_the_packet_of_the_servers_readiness_is_heard(ends):
    line, _ = listening(ends, b"+ idling\r\n* 3 EXISTS\r\n")
    assert line.listen(5)


def test_news_before_the_servers_readiness_is_heard(ends):
    assert listening(ends, b"* 3 EXISTS\r\n+ idling\r\n")[1]


def test_news_that_was_read_ahead_is_heard(ends):
    ends[1].sendall(b"+\r\n")
    line = IdleLine(ends[0], b"* 3 EXISTS\r\n+\r\n")
    assert line.begin(5)


def test_a_line_in_pieces_is_one_line(ends):
    line, _ = listening(ends)
    ends[1].sendall(b"* 3 EXI")
    assert not line.listen(0.01)
    ends[1].sendall(b"STS\r\n")
    assert line.listen(5)


@pytest.mark.parametrize("said", [b"I1 NO not now\r\n", b"I1 BAD what?\r\n"])
def test_a_refusal_is_told_as_one(ends, said):
    ends[1].sendall(said)
    with pytest.raises(IdleRefused, match=r"^(NO|BAD) "):
        IdleLine(ends[0], b"").begin(5)


def test_a_closed_connection_is_an_end_and_no_silence(ends):
    line, _ = listening(ends)
    ends[1].close()
    with pytest.raises(LineEnded, match="closed"):
        line.listen(5)


def test_a_good_bye_is_an_end(ends):
    line, _ = listening(ends)
    ends[1].sendall(b"* BYE Server shutting down\r\n")
    with pytest.raises(LineEnded, match="shutting down"):
        line.listen(5)


def test_an_idle_that_the_server_ends_by_itself_is_an_end(ends):
    line, _ = listening(ends)
    ends[1].sendall(b"I1 OK enough\r\n")
    with pytest.raises(LineEnded, match="by itself"):
        line.listen(5)


def test_a_line_without_end_is_not_read_for_ever(ends):
    line, _ = listening(ends)
    ends[1].settimeout(5)
    ends[1].sendall(b"x" * 70_000)
    with pytest.raises(LineEnded, match="without end"):
        line.listen(5)


def test_listening_ends_with_done_and_hears_what_came_meanwhile(ends):
    line, _ = listening(ends)
    ends[1].sendall(b"* 4 EXISTS\r\nI1 OK done\r\n")
    assert line.end(5)
    assert ends[1].recv(100) == b"DONE\r\n"
    ends[1].sendall(b"+\r\n")
    line.begin(5)
    assert ends[1].recv(100) == b"I2 IDLE\r\n"


def test_a_server_that_does_not_answer_is_given_up_in_time(ends):
    line, _ = listening(ends)
    with pytest.raises(TimeoutError):
        line.end(0.01)
    with pytest.raises(TimeoutError):
        IdleLine(ends[0], b"").begin(0.01)
