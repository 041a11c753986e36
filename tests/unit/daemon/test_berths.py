"""Connections to a host are counted."""

import threading

from daemon.berths import Berths

HOST = "imap.seller.example"


def take(berths: Berths, host: str = HOST) -> bool:
    """A place if there is one at once."""
    asked = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 1

    return berths.take(host, stop=stop, progress=lambda: None)


def test_there_are_as_many_places_as_the_settings_say():
    berths = Berths(3)
    assert [take(berths) for _ in range(4)] == [True, True, True, False]
    assert take(berths, "imap.other.example")


def test_a_place_that_is_given_back_is_free():
    berths = Berths(1)
    take(berths)
    berths.give_back(HOST)
    assert take(berths)


def test_waiting_for_news_takes_at_most_half_and_never_waits():
    berths = Berths(5)
    assert [berths.take_for_idle(HOST) for _ in range(3)] == [True, True, False]
    assert [take(berths) for _ in range(4)] == [True, True, True, False]
    berths.give_back(HOST, idle=True)
    assert berths.take_for_idle(HOST)


def test_a_single_place_is_for_polls():
    assert not Berths(1).take_for_idle(HOST)


def test_a_kept_connection_makes_room_for_a_poll():
    berths, closed = Berths(2), []

    def close(name: str) -> None:
        closed.append(name)
        berths.give_back(HOST)

    for name in ("eu", "us"):
        assert take(berths)
        assert berths.keep(HOST, name, lambda name=name: close(name))
    assert berths.take(HOST, stop=lambda: False, progress=lambda: None)
    assert closed == ["eu"]


def test_a_kept_connection_that_is_used_again_is_nobody_elses():
    berths, closed = Berths(1), []
    take(berths)
    berths.keep(HOST, "eu", lambda: closed.append("eu"))
    berths.use(HOST, "eu")
    assert not take(berths)
    assert closed == []


def test_nobody_keeps_a_connection_while_another_waits():
    berths = Berths(1)
    take(berths)
    waiting = threading.Thread(
        target=berths.take, args=(HOST,), kwargs={"stop": lambda: False, "progress": entered.set}
    )
    waiting.start()
    entered.wait(5)
    assert not berths.keep(HOST, "eu", lambda: None)
    berths.give_back(HOST)
    waiting.join(5)
    assert not waiting.is_alive()


entered = threading.Event()


def test_new_settings_change_the_number():
    berths = Berths(1)
    take(berths)
    berths.limit(2)
    assert take(berths)
