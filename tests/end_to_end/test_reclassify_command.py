"""`claimclock cases reclassify` as a person runs it: on cases, on mails of the review list, with wrong words."""

import json

import pytest
from typer.testing import CliRunner

from daemon.cli import app

CLAIM = (
    "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\nTo: shop@seller.example\n"
    "Subject: Action required: A-to-z Guarantee claim received on order 026-7000000-0000001\n"
    "Date: Mon, 02 Mar 2026 10:00:00 +0000\nMessage-ID: <claim-1@amazonses.example>\n\n"
    "We received an A-to-z Guarantee claim for order 026-7000000-0000001: the parcel never arrived.\n"
    "Please respond to this claim within 72 hours.\n"
)
DULL = (
    "From: Amazon Seller <donotreply@amazon.co.uk>\nTo: shop@seller.example\nSubject: Your report is ready\n"
    "Date: Mon, 02 Mar 2026 11:00:00 +0000\nMessage-ID: <odd-1@amazonses.example>\n\n"
    "Your weekly inventory report is ready. It begins with order 026-7000000-0000009.\n"
)


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAIMCLOCK_DATABASE", str(tmp_path / "cases.db"))
    for name, text in (("claim.eml", CLAIM), ("odd.eml", DULL)):
        (tmp_path / name).write_text(text)

    def run(*words):
        return CliRunner().invoke(app, [*words, "--now", "2026-03-02T12:00:00Z"])

    assert run("ingest", str(tmp_path / "claim.eml"), str(tmp_path / "odd.eml")).exit_code == 0
    return run


def cases(run):
    lines = run("cases", "list", "--all", "--json").stdout.splitlines()
    return {line["number"]: (line["kind"], line["status"]) for line in map(json.loads, lines)}


def test_a_case_of_another_kind_is_filed_anew(run):
    done = run("cases", "reclassify", "CC-000001", "customer-service request", "--as", "Ana", "--json")
    assert json.loads(done.stdout) == {
        "kind": "cs_request",
        "mails": 1,
        "left": "CC-000001",
        "filed": ["CC-000002"],
        "suspicious": False,
    }
    assert cases(run) == {"CC-000001": ("atoz_claim", "closed"), "CC-000002": ("cs_request", "open")}


def test_a_mail_without_a_case_opens_one_by_its_message_id(run):
    done = run(
        "cases", "reclassify", "<odd-1@amazonses.example>", "chargeback", "--as", "Ana", "--note", "from the bank"
    )
    assert done.stdout.splitlines()[0] == "1 mail is now: chargeback"
    assert cases(run)["CC-000002"] == ("chargeback", "open")
    trail = json.loads(run("cases", "show", "CC-000002", "--json").stdout)["trail"]
    assert ("noted", "is a chargeback; from the bank", "Ana") in [(e["what"], e["why"], e["by"]) for e in trail]


def test_a_mail_can_be_named_by_its_number(run):
    assert run("cases", "reclassify", "m-000002", "support_case", "--as", "Ana").exit_code == 0
    assert cases(run) == {"CC-000001": ("atoz_claim", "open")}


REFUSED = {
    ("CC-000009", "notice"): "there is no case CC-000009",
    ("CC-000001", "claims"): "claims is no kind; the kinds are: atoz_claim, ",
    ("CC-000001", "atoz_claim"): "CC-000001 is of the kind atoz_claim already",
    ("CC-000001", "notice", "--event", "opened"): "opened is no event of notice: it has none",
    ("CC-000001", "chargeback", "--event", "granted"): "granted is no event of chargeback: lost, opened, ",
    ("M-000099", "notice"): "M-000099 is neither a case",
    ("nobody@example.com", "notice"): "or the Message-ID of one that was read",
}


def test_what_cannot_be_is_told_and_nothing_changes(run):
    told = {words: str(run("cases", "reclassify", *words, "--as", "Ana").exception) for words in REFUSED}
    assert {words: why for words, why in REFUSED.items() if why not in told[words]} == {}
    assert cases(run) == {"CC-000001": ("atoz_claim", "open")}
