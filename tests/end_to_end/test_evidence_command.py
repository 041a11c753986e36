"""Evidence on the command line: hand in, list, pack, verify; packs are opened and read as their readers would."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from mail.desk_by_mail import DeskByMail, claim_about
from PIL import Image
from pypdf import PdfReader
from servers.program import claimclock

from daemon.commands import evidence
from daemon.evidence import COMMAND, Handed, take_in
from daemon.evidence_pictures import small_upright
from daemon.faults import Refused
from daemon.storage.store import Store

ORDER = "026-7000000-0000001"
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BUYER = (
    "From: Joanna Żółkiewska <abc123def@marketplace.amazon.co.uk>\r\nTo: shop@seller.example\r\n"
    f"Subject: Order delivery inquiry from Amazon customer Joanna (Order: {ORDER})\r\n"
    "Date: Mon, 02 Mar 2026 10:02:00 +0000\r\nMessage-ID: <b1@relay.example>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    "Hello, Işık Gülşen signed for it, not me. 我的包裹在哪里？荷物はどこですか。\r\n"
    "Call +44 7700 900123 or joanna@private.example.\r\nJoanna Żółkiewska\r\n"
).encode()
CARRIER = (
    "Tracking Number,Order,Status,Ship Date,Delivered On,Signed For By,Recipient Name,Ship To Address\n"
    f"1Z999AA10123456784,{ORDER},Delivered,02/20/2026,02/23/2026 2:14 P.M.,J. Zolkie,Joanna Żółkiewska,12 Long Street\n"
).encode()
PRIVATE = ("Joanna", "Żółkiewska", "abc123def", "7700", "private.example", "Long Street", "Zolkie")


def photo():
    """A picture as a telephone takes it: lying on its side, with the camera's name in it."""
    picture, made, exif = Image.new("RGB", (64, 32), "red"), io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCam"
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


FILES = (("POD.pdf", b"%PDF-1.4 x"), ("ups.csv", CARRIER), ("打包照片.jpg", photo()))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A database with a claim, a buyer's message and three pieces of evidence, and both packs of it."""
    here = tmp_path_factory.mktemp("evidence")
    with Store.open(f"sqlite:///{here}/claims.db", lock=True) as store:
        office = DeskByMail(store, NOW)
        office.receive(claim_about(ORDER))
        office.receive(BUYER)
        files = [Handed(name=name, data=data) for name, data in FILES]
        with store.write() as tx:
            take_in(tx, 1, files, source=COMMAND, by="Ana", now=NOW, spool_to=store.spool)
    for name, redacted in (("whole.zip", False), ("redacted.zip", True)):
        evidence.pack("CC-000001", output=here / name, redacted=redacted, **where(here))
    return here


def where(here):
    return {"now": NOW, "settings_path": None, "database": str(here / "claims.db")}


def opened(path):
    """A pack's entries without its folder, and the text of its statement."""
    with zipfile.ZipFile(path) as pack:
        assert pack.testzip() is None
        entries = {name.partition("/")[2]: pack.read(name) for name in pack.namelist()}
    pdf = PdfReader(io.BytesIO(entries["statement.pdf"]))
    return entries, "\n".join(page.extract_text() for page in pdf.pages), pdf


def test_add_says_what_is_proved_and_what_is_still_missing(place):
    (place / "IMG_1.jpg").write_bytes(b"\xff\xd8\xff")
    where = ("--database", place / "claims.db", "--now", "2026-03-02T12:00:00Z")
    added = claimclock("evidence", "add", "1", place / "IMG_1.jpg", "--proves", "buyer_messages", "--as", "Ana", *where)
    assert added.returncode == 0, added.stderr
    assert "it proves buyer messages" in added.stdout.decode()
    assert "Still missing: Claims Protected label, carrier inquiry." in added.stdout.decode()
    wrong = claimclock("evidence", "add", "CC-000099", place / "IMG_1.jpg", *where)
    assert wrong.returncode == 1 and b"there is no case CC-000099" in wrong.stderr and wrong.stderr.count(b"\n") == 1


def test_the_list_shows_what_is_there_and_what_is_missing(place, capsys):
    evidence.list_("CC-000001", as_json=False, **where(place))
    said = capsys.readouterr().out
    assert "[x] proof of delivery: POD.pdf" in said and "[ ] carrier inquiry" in said
    evidence.list_("1", as_json=True, **where(place))
    found = json.loads(capsys.readouterr().out)
    assert {"label_protected", "carrier_inquiry"} <= set(found["missing"])
    assert found["files"][0]["sha256"] == hashlib.sha256(b"%PDF-1.4 x").hexdigest()
    assert found["facts"]["signed_by"] == {"value": "J. Zolkie", "source": "ups.csv, line 2"}


def test_what_cannot_be_done_names_the_next_step(place):
    more = {"proves": [], "by": None, **where(place)}
    for call, words in (
        (lambda: evidence.add("1", [place / "none.pdf"], **more), "there is no file"),
        (lambda: evidence.add("1", [], **{**more, "proves": ["nonsense"]}), "known: label_protected"),
        (lambda: evidence.list_("nonsense", as_json=False, **where(place)), "claimclock cases list"),
        (lambda: evidence.pack("CC-000099", output=None, redacted=False, **where(place)), "there is no case CC-000099"),
        (lambda: evidence.pack("1", output=place / "whole.zip", redacted=False, **where(place)), "exists already"),
    ):
        with pytest.raises(Refused, match=words):
            call()


def test_a_pack_holds_a_readable_statement_the_originals_and_right_hashes(place):
    entries, text, pdf = opened(place / "whole.zip")
    sums = dict(reversed(line.split("  ", 1)) for line in entries["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in entries.items() if name != "SHA256SUMS"}
    assert {"originals/01-POD.pdf", "originals/02-ups.csv", "originals/03-打包照片.jpg"} < entries.keys()
    assert entries["mails/02-2026-03-02.eml"] == BUYER
    for words in (ORDER, "Signed by: J. Zolkie (ups.csv, line 2)", "Işık Gülşen", "我的包裹在哪里", "荷物はどこですか"):
        assert words in text
    assert hashlib.sha256(photo()).hexdigest() in text
    (shown,) = [image.image for page in pdf.pages for image in page.images]
    assert shown.size == (32, 64) and "1 / " in text
    assert evidence.verify(place / "whole.zip") == 0


def test_a_redacted_pack_names_nobody_and_says_what_it_leaves_out(place):
    entries, text, _ = opened(place / "redacted.zip")
    assert not [name for name in entries if name.startswith("mails/") or name.endswith("POD.pdf")]
    readable = text + "".join(data.decode() for name, data in entries.items() if name.endswith((".csv", ".json")))
    assert [word for word in PRIVATE if word in readable] == []
    assert ORDER in text and "1Z999AA10123456784" in entries["originals/02-ups.csv"].decode()
    assert b"SecretCam" not in b"".join(entries.values())
    assert "not in this pack" in text and hashlib.sha256(b"%PDF-1.4 x").hexdigest() in text
    assert evidence.verify(place / "redacted.zip") == 0


def test_a_changed_missing_or_added_file_is_found(place, capsys):
    with zipfile.ZipFile(place / "whole.zip") as pack:
        entries = {name: pack.read(name) for name in pack.namelist()}
    changed = place / "changed.zip"
    with zipfile.ZipFile(changed, "w") as pack:
        for name, data in entries.items():
            if not name.endswith("POD.pdf"):
                pack.writestr(name, data + b" " if name.endswith("ups.csv") else data)
        pack.writestr("CC-000001/extra.txt", b"x")
    assert evidence.verify(changed) == 1
    said = capsys.readouterr().out
    assert "NOT as it was packed" in said and "extra.txt: stands in no list" in said
    assert "POD.pdf: is missing" in said and "ups.csv: is not what was packed" in said
    (place / "none.zip").write_bytes(b"no zip")
    with pytest.raises(Refused, match="is no pack"):
        evidence.verify(place / "none.zip")


@pytest.mark.parametrize("data", [b"\xff\xd8\xff broken", b"GIF89a", b"%PDF-1.4", b""])
def test_a_picture_that_cannot_be_shown_is_none(data):
    assert small_upright(data) is None
