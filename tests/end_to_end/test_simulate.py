"""`claimclock simulate`: mails on a virtual clock to a table, JSON and a page; compared with what a service told."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files

import pytest
from typer.testing import CliRunner

from config.loading import load_settings
from daemon.cli import app
from daemon.climb import Watchlist, climb
from daemon.commands import simulate
from daemon.desk import desk_of, rules_of
from daemon.intake import messages_from
from daemon.jury import Jury
from daemon.pipeline import process
from daemon.roster import roster_of
from daemon.shadow import shelve
from daemon.sources import sources
from daemon.storage.store import Store

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def mail(number, at, *, hours=48, decided=False):
    order = f"204-{number:07d}-1234567"
    subject = f"Action required: A-to-z Guarantee claim received for order {order}"
    body = (
        f"Dear seller,\n\nA buyer has filed an A-to-z Guarantee claim for order {order} on Amazon.co.uk. The buyer "
        f"states that the item was not received.\n\nPlease respond within {hours} hours in Seller Central.\n"
    )
    if decided:
        subject = f"A-to-z Guarantee claim decision: order {order}"
        body = f"Dear seller,\n\nThe A-to-z Guarantee claim for order {order} has been denied. The claim is closed.\n"
    return (
        f"From: Amazon <atoz-guarantee-no-reply@amazon.co.uk>\nTo: shop@seller.example\nSubject: {subject}\n"
        f"Date: {format_datetime(at)}\nMessage-ID: <{number}{decided}@amazonses.example>\n\n{body}"
    )


@pytest.fixture
def place(tmp_path):
    """Settings for Ana and Bo, of whom Ana is on call, and three claims in a folder: one is decided in time."""
    text = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    text = text.replace("[service]", f'[service]\nstate_directory = "{tmp_path}"').replace(
        "# lead = true", "lead = true"
    )
    rota = '\n[[rota]]\nname = "all"\nmembers = ["Bo"]\nstart = 2026-03-02\n'
    (tmp_path / "own.toml").write_text(text + rota, encoding="utf-8")
    folder = tmp_path / "mails"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"{number}.eml").write_text(mail(number, MONDAY + number * HOUR), encoding="utf-8")
    (folder / "4.eml").write_text(mail(3, MONDAY + 8 * HOUR, decided=True), encoding="utf-8")
    return tmp_path


def run(place, *options):
    # Not through the command's own standard streams' encoding: the runner captures them.
    return CliRunner().invoke(app, ["simulate", *options, "--settings", str(place / "own.toml")])


def lines(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_notice_is_told_with_time_person_and_reason(place):
    result = run(place, str(place / "mails"), "--to", "2026-03-05", "--json")
    assert result.exit_code == 0, result.output
    assert "4 mails, 3 cases" in result.stderr
    told = [each for each in lines(result) if each["step"]]
    assert [(each["at"], each["to"], each["what"], each["case"]) for each in told][:3] == [
        ("2026-03-03T09:00:00+00:00", "Bo", "reminder", "CC-000001"),
        ("2026-03-03T10:00:00+00:00", "Bo", "reminder", "CC-000002"),
        ("2026-03-03T16:00:00+00:00", "Bo", "page", "CC-000001"),
    ]
    assert {each["case"] for each in told} == {"CC-000001", "CC-000002"}
    assert told[2]["why"] == "12 h left, moved into working time; on call"
    assert {each["to"] for each in told if each["what"] in ("lead", "overdue")} == {"Ana", "Bo"}
    suggestions = [each["at"] for each in lines(result) if each["what"] == "case letter"]
    assert suggestions[0] == (MONDAY + HOUR).isoformat()


def test_an_assumed_acknowledgement_shows_a_quieter_ladder_and_all_shows_what_was_left_out(place):
    loud = lines(run(place, str(place / "mails"), "--to", "2026-03-05", "--json"))
    result = run(place, str(place / "mails"), "--to", "2026-03-05", "--json", "--ack-after", "10 minutes", "--all")
    quiet = lines(result)
    sent = [each for each in quiet if each["state"] == "sent"]
    assert len(sent) < len(loud)
    assert any(each["state"] == "skipped" and "acknowledged by Bo" in each["why"] for each in quiet)


def test_an_outage_makes_late_notices_that_are_told_once(place):
    down = "2026-03-03T12:00/2026-03-03T19:00"
    result = run(place, str(place / "mails"), "--to", "2026-03-04", "--json", "--down", down)
    pages = [each for each in lines(result) if each["step"] == "on_call_12" and each["case"] == "CC-000001"]
    assert [(each["at"], each["to"], each["late"]) for each in pages] == [("2026-03-03T19:00:00+00:00", "Bo", True)]
    assert "write it like" in run(place, str(place / "mails"), "--down", "yesterday").stderr


def test_the_page_holds_everything_and_reaches_for_nothing(place):
    html = place / "page.html"
    result = run(place, str(place / "mails"), "--from", "2026-03-02", "--to", "2026-03-05", "--html", str(html))
    assert result.exit_code == 0, result.output
    assert "on_call_12" in result.stdout
    text = html.read_text(encoding="utf-8")
    assert "<svg" in text
    assert all(word in text for word in ("CC-000001", "Bo", "moved into working time", "Tue 03 17:00"))
    assert not any(word in text for word in ("http://", "https://", "<script", "src=", "url(")) or (
        text.count("http://") == text.count("http://www.w3.org/2000/svg")
    )


def test_wrong_periods_spans_and_paths_are_told_in_a_sentence(place):
    backwards = run(place, str(place / "mails"), "--from", "2026-03-09", "--to", "2026-03-02")
    assert "before it begins" in str(backwards.exception)
    assert "such as" in run(place, str(place / "mails"), "--ack-after", "soon").stderr
    (place / "empty").mkdir()
    assert "no mail to replay" in str(run(place, str(place / "empty")).exception)


def test_a_shadow_is_compared_with_what_the_ladder_as_set_now_would_tell(place):
    """A service runs as a shadow for two days; then the ladder is changed, and the comparison shows the difference."""
    settings = load_settings(place / "own.toml")
    with Store.open(settings.database, lock=True) as store, Jury(rules_of(settings), workers=0) as jury:
        desk, watch = desk_of(settings, store, jury), Watchlist(roster=roster_of(settings))
        mails = list(messages_from(sources([str(place / "mails")]), "eu"))
        for number in range(4 * 60):
            now = MONDAY + 15 * timedelta(minutes=number)
            come = [mails[at] for at, hour in ((0, 1), (1, 2), (2, 3), (3, 8)) if now == MONDAY + hour * HOUR]
            if come:
                store.keep_raw(come, now)
                process(desk, now)
            climb(store, desk.post, watch, now)
            shelve(store, now)
        assert set(store.outbox_counts()) == {"shadow"}
    same = run(place, "--from", "2026-03-02", "--to", "2026-03-04T20:00", "--compare")
    assert same.exit_code == 0, same.output
    assert "0 moved, 0 only live, 0 only simulated" in same.stdout
    own = place / "own.toml"
    own.write_text(own.read_text(encoding="utf-8").replace("[ladder.stated]", "[ladder.stated]\nlead_2 = false"))
    changed = run(place, "--from", "2026-03-02", "--to", "2026-03-04T20:00", "--compare", "--json")
    verdicts = {(each["verdict"], each["step"]) for each in lines(changed)}
    assert ("only live", "lead_2") in verdicts
    assert ("same", "on_call_12") in verdicts
    assert not [each for each in verdicts if each[0] in ("moved", "only simulated")]


def test_mails_without_any_time_come_with_the_first(place):
    asked = simulate.Asked(
        paths=(), mailboxes=(), start=MONDAY, end=None, acknowledged_after=None, account="eu", everything=False
    )
    (place / "mails" / "0.eml").write_bytes(b"Subject: no date\n\nhello")
    mails = list(messages_from(sources([str(place / "mails" / "0.eml")]), "eu"))
    assert [each.at for each in simulate._arrivals(mails, asked)] == [MONDAY]
