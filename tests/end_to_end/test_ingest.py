"""Files become cases without any settings, in the user's own database."""

import json

from servers.program import claimclock


def mail(
    order: str, *, marked: str = "A_Z_CLAIM_RESPONDENT_NOTIFY", text: str = "Please respond within 72 hours."
) -> bytes:
    return (
        f"Message-ID: <{order}.{len(text)}@amazonses.example>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        "From: A-to-z Guarantee <atoz-guarantee-no-reply@amazon.com>\r\nTo: shop@seller.example\r\n"
        f"Subject: Claim received on order {order}\r\nX-Space-Notification-Type: {marked}\r\n"
        "X-Marketplace-ID: ATVPDKIKX0DER\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim of $20.00 on the order {order}.\r\n{text}\r\n"
    ).encode()


def test_files_are_filed_once_however_often_they_are_read(tmp_path):
    (tmp_path / "mails").mkdir()
    for number in (1, 2):
        order = f"114-000000{number}-0000002"
        (tmp_path / "mails" / f"{number}.eml").write_bytes(mail(order))
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}
    first = claimclock("ingest", tmp_path / "mails", "--now", "2026-11-25T00:00:00Z", **state)
    second = claimclock("ingest", tmp_path / "mails", "--now", "2026-11-25T00:00:00Z", **state)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr.decode()
    assert f"sqlite:///{tmp_path}/state/claimclock/claimclock.db" in first.stderr.decode()
    answer = claimclock("cases", "list", "--json", "--all", "--now", "2026-11-25T00:00:00Z", **state)
    cases = [json.loads(line) for line in answer.stdout.splitlines()]
    assert sorted(case["order_ids"][0] for case in cases) == ["114-0000001-0000002", "114-0000002-0000002"]
    assert {case["messages"] for case in cases} == {1}
    assert {case["respond_by"] for case in cases} == {"2026-11-27T10:00:00+00:00"}


def test_a_case_is_shown_with_its_trail(tmp_path):
    (tmp_path / "a.eml").write_bytes(mail("114-0000001-0000002"))
    database = ("--database", tmp_path / "claims.db")
    claimclock("ingest", tmp_path / "a.eml", "--now", "2026-11-25T00:00:00Z", *database)
    (case,) = map(json.loads, claimclock("cases", "list", "--json", *database).stdout.splitlines())
    shown = json.loads(claimclock("cases", "show", case["number"], "--json", *database).stdout)
    assert shown["trail"][0]["what"] == "opened"
    assert "within 72 hours" in claimclock("cases", "show", case["number"], *database).stdout.decode()


def test_an_unknown_case_is_a_clear_sentence(tmp_path):
    answer = claimclock("cases", "show", "CC-000999", "--database", tmp_path / "claims.db")
    assert answer.returncode == 1
    assert answer.stderr.decode().startswith("claimclock: there is no case CC-000999")


def test_a_file_that_is_no_database_is_a_clear_sentence(tmp_path):
    path = tmp_path / "claims.db"
    path.write_bytes(b"this is no database, however long one looks at it" * 100)
    answer = claimclock("cases", "list", "--database", path)
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr.decode()
    assert "database" in answer.stderr.decode()
