"""Shadow mode: letters are written as ever, none leaves, and none leaves later when the trial is over."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from config.loading import load_settings
from daemon.storage.store import Store
from daemon.work import Work
from responders.letter import Letter

NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def settings_in(folder, *, shadow):
    text = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    text = text.replace("# shadow = false", f"shadow = {str(shadow).lower()}").replace(
        "[service]", f'[service]\nstate_directory = "{folder}"'
    )
    own = folder / "own.toml"
    own.write_text(text, encoding="utf-8")
    return load_settings(own)


def letter(key):
    return Letter(
        key=key, message_id=f"<{key}@seller.example>", in_reply_to=None, references=(), date=NOW, subject=key,
        text="", html="", case="",
    )  # fmt: skip


@pytest.fixture
def store(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as opened:
        yield opened


def work(store, folder, *, shadow, now=NOW):
    return Work(settings_in(folder, shadow=shadow), store, stop=lambda: False, clock=lambda: now, workers=0)


def test_nothing_leaves_in_shadow_mode_and_everything_is_kept(store, tmp_path):
    trial = work(store, tmp_path, shadow=True)
    store.enqueue(letter("one"), {"ana@seller.example": b"mail", "bo@seller.example": b"mail"}, NOW)
    health, report = trial.send()
    assert report is None
    assert not health.failures
    assert store.outbox_counts() == {"shadow": 2}
    assert trial.page().ended == []
    trial.close()


def test_what_a_trial_left_waiting_does_not_leave_when_it_is_over(store, tmp_path):
    work(store, tmp_path, shadow=True).close()
    store.enqueue(
        letter("one"), {"ana@seller.example": b"mail"}, NOW
    )  # and the service was killed before its next pass
    work(store, tmp_path, shadow=False, now=LATER).close()
    assert store.outbox_counts() == {"shadow": 1}
    store.enqueue(letter("two"), {"ana@seller.example": b"mail"}, LATER)
    work(store, tmp_path, shadow=False, now=LATER).close()
    assert store.outbox_counts() == {"shadow": 1, "pending": 1}
    assert [each.key for each in store.claim_deliveries("test", LATER, 10)] == ["two"]
