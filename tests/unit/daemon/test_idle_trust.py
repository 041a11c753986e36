"""When a server's IDLE is no longer believed."""

from daemon.idle_trust import GRACE_SECONDS, MOST_MISSED, Trust

LONG = 10 * GRACE_SECONDS


def missed(trust: Trust, times: int, start: float = LONG) -> list[bool]:
    answers = []
    for number in range(times):
        now = start + number * LONG
        trust.found(now)
        answers.append(trust.is_lost(now + GRACE_SECONDS + 1))
    return answers


def heard_from(now: float = 0.0) -> Trust:
    trust = Trust()
    trust.listening(now)
    return trust


def test_mail_that_was_never_told_of_three_times_ends_the_belief():
    assert missed(heard_from(), MOST_MISSED) == [False, False, True]


def test_news_that_comes_a_little_later_than_the_poll_counts():
    trust = heard_from()
    trust.found(LONG)
    trust.news(LONG + 5)
    assert not trust.is_lost(LONG + GRACE_SECONDS + 1)
    assert missed(trust, 2, start=3 * LONG) == [False, False]


def test_news_forgives_what_was_missed_before():
    trust = heard_from()
    missed(trust, 2)
    trust.news(5 * LONG)
    assert missed(trust, 2, start=7 * LONG) == [False, False]


def test_mail_that_a_poll_finds_right_after_the_news_was_told_of():
    trust = heard_from()
    trust.news(LONG)
    trust.found(LONG + 1)
    assert not trust.is_lost(3 * LONG)


def test_a_connection_that_listens_since_a_moment_ago_has_missed_nothing():
    trust = heard_from(LONG)
    trust.found(LONG + 1)
    assert not trust.is_lost(3 * LONG)


def test_nothing_is_missed_while_nobody_listens():
    trust = heard_from()
    trust.deaf()
    assert missed(trust, 5) == [False] * 5


def test_what_was_missed_is_said_once():
    trust = heard_from()
    missed(trust, MOST_MISSED)
    assert not trust.is_lost(100 * LONG)
