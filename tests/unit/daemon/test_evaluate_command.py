import json
from pathlib import Path

import pytest

from daemon.commands.evaluate import evaluate, read_labels
from daemon.faults import Refused

MAIL = """From: A-to-z <atoz-guarantee-no-reply@amazon.com>
To: team@seller.example
Subject: Claim received on order 114-5550001-7770002
Date: Mon, 02 Mar 2026 12:00:00 +0000
Message-ID: <one@amazonses.example>
Content-Type: text/plain; charset=utf-8

We received an A-to-z Guarantee claim on order 114-5550001-7770002. <b>Respond within 48 hours</b>.
"""


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    label = {
        "kind": "atoz_claim",
        "event": "denied",
        "language": "en",
        "authenticity": "unverified",
        "order_ids": ["114-5550001-7770002"],
        "deadline": None,
    }
    (tmp_path / "one.eml").write_text(MAIL, encoding="utf-8")
    lines = [json.dumps({"file": name, **label}) for name in ("one.eml", "missing.eml")]
    (tmp_path / "gold.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return tmp_path


def test_the_figures_are_one_json_object(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = evaluate(labelled, as_json=True, html=None, trusted=())
    report = json.loads(capsys.readouterr().out)

    assert status == 0
    assert report["mails"] == 2
    assert report["unreadable"] == 1
    assert report["kinds"][0] == {
        "name": "atoz_claim",
        "precision": {"right": 1, "total": 1, "value": 1.0},
        "recall": {"right": 1, "total": 2, "value": 0.5},
    }
    assert {"wanted": "atoz_claim", "said": "unreadable", "mails": 1} in report["confusion"]
    assert any(mistake["file"] == "missing.eml" for mistake in report["mistakes"])


def test_people_get_tables(labelled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(labelled, as_json=False, html=None, trusted=())
    printed = capsys.readouterr().out

    for title in ("Kinds", "Events", "Languages", "Deadlines", "Authenticity", "Reliability", "Mistakes"):
        assert title in printed


def test_the_page_needs_no_other_file_and_shows_no_markup_of_a_mail(labelled: Path) -> None:
    target = labelled / "page.html"
    label = json.loads((labelled / "gold.jsonl").read_text().splitlines()[0])
    label["event"] = "<script>alert(1)</script>"
    (labelled / "gold.jsonl").write_text(json.dumps(label), encoding="utf-8")

    evaluate(labelled, as_json=True, html=target, trusted=())
    page = target.read_text(encoding="utf-8")

    assert "<svg" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1: is no JSON object"),
        ('{"file": "a.eml"}', "line 1: lacks kind, event"),
        ("[]", "line 1: lacks file"),
    ],
)
def test_a_wrong_label_is_named_by_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    (tmp_path / "gold.jsonl").write_text(line, encoding="utf-8")

    with pytest.raises(Refused, match=complaint):
        read_labels(tmp_path / "gold.jsonl")


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="one label a line"):
        evaluate(tmp_path, as_json=True, html=None, trusted=())
