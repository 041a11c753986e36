"""Jobs that are asked for while they run."""

import pytest

from daemon.again import Again


def test_a_job_that_is_asked_for_while_it_runs_runs_once_more():
    again, runs = Again(), []

    def step(name: str) -> None:
        runs.append(name)
        if len(runs) == 1:
            assert again.asked("poll")
            assert again.asked("poll")

    again.run("poll", step, "eu")
    assert runs == ["eu", "eu"]


def test_a_job_that_does_not_run_is_to_be_started():
    again = Again()
    assert not again.asked("poll")
    again.run("file", lambda: None)
    assert not again.asked("file")


def test_another_job_is_not_meant():
    again, runs = Again(), []
    again.run("poll", lambda: runs.append(again.asked("file")))
    assert runs == [False]


def test_a_job_that_fails_is_over():
    again = Again()

    def fail() -> None:
        again.asked("poll")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        again.run("poll", fail)
    assert not again.asked("poll")
