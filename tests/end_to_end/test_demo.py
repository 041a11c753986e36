"""The demonstration, which is also the shortest way through everything: IMAP, judgement, cases, outbox, SMTP."""

import json
from email import message_from_bytes

import pytest
from servers.program import claimclock


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "out"
    return folder, claimclock("demo", "--output", folder)


def listed(folder, *more):
    answer = claimclock("cases", "list", "--json", *more, "--settings", folder / "claimclock.toml")
    return {case["order_ids"][0]: case for case in map(json.loads, answer.stdout.splitlines())}


def test_it_ends_well_and_says_where_the_letters_lie(shown):
    folder, answer = shown
    assert answer.returncode == 0, answer.stderr.decode()
    assert (folder / "letters" / "index.html").as_uri() in answer.stdout.decode()


def test_claims_requests_and_the_chargeback_are_cases_and_nothing_else_is(shown):
    kinds = {order: case["kind"] for order, case in listed(shown[0], "--all").items()}
    assert kinds == {
        "404-2291773-5540218": "atoz_claim",
        "113-4470216-8826635": "atoz_claim",
        "303-7718204-1150943": "cs_request",
        "171-3305528-9914607": "atoz_claim",
        "114-9052781-3367714": "atoz_claim",
        "250-6613947-0082251": "cs_request",
        "112-6640093-2279915": "chargeback",
    }


def test_the_notice_that_lies_in_two_mailboxes_is_one_message(shown):
    assert listed(shown[0])["404-2291773-5540218"]["messages"] == 1


def test_the_decision_starts_the_appeals_clock(shown):
    case = listed(shown[0])["114-9052781-3367714"]
    assert (case["status"], case["outcome"], case["events"]) == ("decided", "lost", ["opened", "granted"])
    assert case["phrase"]


def test_every_case_brought_a_letter_and_the_forgery_a_warning(shown):
    letters = [message_from_bytes(path.read_bytes()) for path in (shown[0] / "letters").glob("*.eml")]
    subjects = " ".join(str(letter["Subject"]) for letter in letters)
    assert all(order in subjects for order in listed(shown[0]))
    assert "forgery" in subjects
    assert {letter["To"] for letter in letters} == {"ana@seller.example"}
    assert {letter["Auto-Submitted"] for letter in letters} == {"auto-generated"}


def test_the_forgery_stands_on_the_review_list_and_changed_no_case(shown):
    answer = claimclock("review", "--json", "--settings", shown[0] / "claimclock.toml")
    (mail,) = map(json.loads, answer.stdout.splitlines())
    assert (mail["authenticity"], mail["sender"]) == ("suspicious", "atoz-guarantee@amazon-claims-desk.example")
    assert "111-0098431-5562207" not in listed(shown[0], "--all")


def test_a_second_run_takes_the_place_of_the_first_but_of_nothing_else(shown, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    answer = claimclock("demo", "--output", tmp_path)
    assert answer.returncode == 1
    assert "not empty" in answer.stderr.decode()
    assert (tmp_path / "mine.txt").read_text() == "mine"
