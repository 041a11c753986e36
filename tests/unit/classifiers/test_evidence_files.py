"""What a file is, what it is called, what it proves, and which files a mail carries."""

from email.message import EmailMessage

import pytest

from classifiers import attached
from classifiers.attached import files_in
from classifiers.filetypes import safe_name, type_of
from classifiers.proofs import item_called, proved_by
from classifiers.redaction import MARK, redactor


@pytest.mark.parametrize(
    ("data", "name", "media", "kind"),
    [
        (b"%PDF-1.7 x", "photo.jpg", "application/pdf", "document"),
        (b"\xff\xd8\xff\xe0", "x.pdf", "image/jpeg", "image"),
        (b"\0\0\0\x18ftypmp42", "x", "video/mp4", "video"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp", "image"),
        (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", "x", None, "table"),
        (b"PK\x03\x04" + b"\0" * 26 + b"a.jpg", "x", "application/zip", "archive"),
        (b"MZ\x90\0", "invoice.pdf", "application/x-msdownload", "unknown"),
        (b"a,b,c\n1,2,3\n", "x.csv", "text/csv", "table"),
        (b"From: a@b.example\nTo: c@d.example\nSubject: e\n\nhi", "x", "message/rfc822", "mail"),
        (b"<!DOCTYPE html><html>", "x", "text/html", "page"),
        (b"hello", "x.txt", "text/plain", "text"),
        (b"\0\1\2\3", "x.pdf", "application/octet-stream", "unknown"),
    ],
)
def test_a_type_comes_from_the_bytes_and_not_from_the_name(data, name, media, kind):
    found = type_of(data, name)
    assert found.kind == kind and (media is None or found.media == media)


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\pod.pdf", "pod.pdf"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\r\nBcc: x.pdf", "a_ Bcc_ x.pdf"),
        ("CON.txt", "_CON.txt"),
        ("..", "file"),
        ("签收证明.jpg", "签收证明.jpg"),
    ],
)
def test_a_name_is_made_safe(written, safe):
    assert safe_name(written) == safe


def test_a_long_name_keeps_its_ending():
    assert len(safe_name("x" * 500 + ".jpeg")) == 120 and safe_name("x" * 500 + ".jpeg").endswith(".jpeg")


@pytest.mark.parametrize(
    ("name", "kind", "items"),
    [
        ("POD.pdf", "document", ("proof_of_delivery",)),
        ("ProofOfDelivery_1Z.pdf", "document", ("proof_of_delivery",)),
        ("signed POD.pdf", "document", ("proof_of_delivery", "signature")),
        ("return tracking.png", "image", ("return_tracking",)),
        ("tracking.png", "image", ("tracking_delivered",)),
        ("签收证明.jpg", "image", ("proof_of_delivery",)),
        ("打包视频.mp4", "video", ("packing_record",)),
        ("退货物流.png", "image", ("return_tracking",)),
        ("packing_record 3.jpg", "image", ("packing_record",)),
        ("packing.csv", "table", ()),
        ("IMG_2031.jpg", "image", ()),
        ("podium.jpg", "image", ()),
    ],
)
def test_words_in_a_name_prove_an_item_when_the_type_fits(name, kind, items):
    assert proved_by(name, kind=kind) == items


def test_folders_and_words_beside_it_speak_for_a_file_that_says_nothing_itself():
    assert proved_by("IMG_1.jpg", "packing", "listing", kind="image") == ("packing_record",)
    assert proved_by("invoice.pdf", "packing", kind="document") == ("invoice",)


def test_a_table_proves_by_what_it_states():
    assert proved_by("x.csv", kind="table", facts={"delivered_date", "signed_by"}) == (
        "signature",
        "tracking_delivered",
    )
    assert proved_by("x.csv", kind="table", facts={"ship_date"}) == ()


def test_an_item_is_called_by_its_key_or_its_short_name():
    assert item_called("proof_of_delivery") == item_called("签收证明") == item_called("Proof of Delivery")
    assert item_called("packing photos") == "packing_record" and item_called("nonsense") is None


def mail(*files):
    made = EmailMessage()
    made["From"], made["Subject"] = "ana@seller.example", "Re: case"
    made.set_content("evidence")
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made


def test_the_files_of_a_mail_come_with_their_bytes_and_safe_names():
    found = files_in(mail(("../a.pdf", b"one"), ("b.csv", b"two")).as_bytes())
    assert [(each.name, each.data) for each in found.files] == [("a.pdf", b"one"), ("b.csv", b"two")]


def test_logos_and_seals_are_no_evidence_but_an_attached_mail_is():
    made = mail(("pod.pdf", b"one"))
    made.add_attachment(b"GIF89a" + b"x" * 900, maintype="image", subtype="gif", disposition="inline", cid="<logo>")
    made.add_attachment(b"sig", maintype="application", subtype="pgp-signature", filename="s.asc")
    inner = EmailMessage()
    inner["Subject"] = "From the buyer"
    inner.set_content("thanks, it came")
    made.add_attachment(inner)
    found = files_in(made.as_bytes())
    assert [each.name for each in found.files] == ["pod.pdf", "message.eml"]
    assert b"thanks, it came" in found.files[1].data


def test_too_many_and_too_large_are_left_and_named(monkeypatch):
    found = files_in(mail(*((f"{n}.pdf", b"x") for n in range(attached.MOST_FILES + 3))).as_bytes())
    assert len(found.files) == attached.MOST_FILES and found.left[0] == f"{attached.MOST_FILES}.pdf"


@pytest.mark.parametrize(
    "raw", [b"", b"no mail at all", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n" * 50]
)
def test_broken_mails_carry_nothing(raw):
    assert files_in(raw).files == ()


def test_people_are_taken_out_of_texts_and_the_matter_stays():
    clean = redactor(["Joanna Żółć", "12 Long Street"])
    text = clean(
        "Hello, I am Joanna Żółć of 12 LONG STREET, Joanna for short. Write to joanna.z@private.example or "
        "abc123@marketplace.amazon.co.uk, call +44 7700 900123. Order 026-7000000-0000001, 1Z999AA10123456784, "
        "2026-02-23, £24.99.\nShipping address: Joanna\nFlat 2\nLeeds LS1 4AB\n\nFrom atoz@amazon.co.uk"
    )
    for private in ("Joanna", "Żółć", "Street", "private.example", "abc123", "7700", "Flat 2", "LS1"):
        assert private not in text
    for matter in ("026-7000000-0000001", "1Z999AA10123456784", "2026-02-23", "£24.99", "atoz@amazon.co.uk"):
        assert matter in text


@pytest.mark.parametrize(
    "text",
    [
        "Sehr geehrter Herr Schmidt,\nvielen Dank",
        "Inquiry from Amazon customer Mia Lindqvist (Order: 1)",
        "Lieferadresse:\nMia Lindqvist\nWeg 3\n10115 Berlin\n\nDanke",
        "收货地址：\n王小明\n上海市长宁区\n\n谢谢",
    ],
)
def test_people_nobody_knew_of_are_found_by_what_stands_around_them(text):
    cleaned = redactor([])(text)
    assert MARK in cleaned
    for private in ("Schmidt", "Mia", "Lindqvist", "Weg 3", "Berlin", "王小明", "长宁"):
        assert private not in cleaned
