"""Evidence from a reply to its end, on a SQLite file and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mail.desk_by_mail import DeskByMail, claim_about, plain

from config.ladder import LETTERS
from config.loading import load_settings
from config.retention import Retention
from config.vocabulary import Disposition
from daemon.acting import act
from daemon.acts import ActKind
from daemon.digesting import facts_for, reader_for
from daemon.evidence import COMMAND, Handed, evidence_of, take_in
from daemon.evidence_folder import EvidenceFolder
from daemon.handed_in import missing_count, missing_in
from daemon.pipeline import never
from daemon.retention import due, erase
from daemon.storage import evidence_rows
from daemon.storage.spool import SPOOL_ABOVE
from daemon.storage.store import Store
from responders.digest import digest_letter
from responders.escalation import CaseNotice, step_letter

EXAMPLE = Path(__file__).parents[2] / "config" / "data" / "settings.example.toml"
NOW = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)
ORDER, OTHER = "026-7000000-0000001", "026-7000000-0000002"
LARGE = b"\xff\xd8\xff" + b"x" * (SPOOL_ABOVE + 1)
CARRIER = (
    b"Tracking Number,Status,Ship Date,Delivered On,Signed For By\n"
    b"1Z999AA10123456784,Delivered,02/20/2026,02/23/2026 2:14 P.M.,SMITH\n"
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def office(request, tmp_path):
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/claims.db" if sqlite else request.getfixturevalue("postgres").database()
    with Store.open(url, lock=True) as store:
        office = DeskByMail(store, NOW)
        office.receive(claim_about(ORDER))
        office.letter = office.sent()[0]
        office.now += timedelta(minutes=5)
        yield office


def exhibits(office, number="CC-000001"):
    case = office.store.case(number, office.now)
    with office.store.read() as tx:
        return {each.name: each.items for each in evidence_of(tx, case).exhibits}


def stored(office, table):
    with office.store.read() as tx:
        return tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()


def test_files_of_a_reply_tick_items_and_the_answer_and_the_next_letter_say_so(office):
    office.answer(office.letter, "evidence", ("POD.pdf", b"%PDF-1.4"), ("ups.csv", CARRIER), ("a.exe", b"MZ\0"))
    said = plain(office.sent()[0])
    assert "POD.pdf: kept; it proves proof of delivery" in said and "a.exe: is a program" in said
    assert "Still missing: Claims Protected label, carrier inquiry, buyer messages." in said
    assert exhibits(office) == {
        "POD.pdf": ("proof_of_delivery",),
        "ups.csv": ("signature", "tracking_delivered"),
    }
    office.now += timedelta(minutes=5)
    office.answer(office.letter, "draft", number="r2")
    letter = next(plain(mail) for mail in office.sent() if "[x]" in plain(mail))
    assert "with UPS, tracking number 1Z999AA10123456784" in letter and "(POD.pdf)" in letter


@pytest.mark.parametrize("say", ["done, see the photo", "note packing is fine", "mine"])
def test_files_come_with_any_command_that_is_obeyed(office, say):
    office.answer(office.letter, say, ("packing.jpg", b"\xff\xd8\xff"))
    assert exhibits(office) == {"packing.jpg": ("packing_record",)}


@pytest.mark.parametrize("say", ["here you are", "done?", "证据？"])
def test_nothing_is_kept_of_a_reply_that_is_not_obeyed(office, say):
    office.answer(office.letter, say, ("packing.jpg", b"\xff\xd8\xff"))
    assert exhibits(office) == {} and stored(office, "evidence_files") == 0


def test_the_command_in_chinese_and_what_is_said_beside_it_tick_a_nameless_photo(office):
    office.answer(office.letter, "证据，打包照片", ("IMG_1.jpg", b"\xff\xd8\xff"))
    assert exhibits(office) == {"IMG_1.jpg": ("packing_record",)}


def test_a_reply_that_comes_again_and_a_file_that_is_there_change_nothing(office):
    office.answer(office.letter, "evidence", ("pod.pdf", b"%PDF-1.4"))
    assert office.answer(office.letter, "evidence", ("pod.pdf", b"%PDF-1.4")).counts == {Disposition.DUPLICATE: 1}
    office.now += timedelta(minutes=1)
    office.sent()
    office.answer(office.letter, "evidence", ("again.pdf", b"%PDF-1.4"), number="r2")
    assert "again.pdf: was there already" in plain(office.sent()[0])
    assert exhibits(office) == {"pod.pdf": ("proof_of_delivery",)} and stored(office, "evidence_files") == 1


def hand_in(office, *files, number=1):
    with office.store.write() as tx:
        return take_in(tx, number, files, source=COMMAND, by="Ana", now=office.now, spool_to=office.store.spool)


def test_a_large_file_comes_back_byte_for_byte(office):
    hand_in(office, Handed(name="packing.jpg", data=LARGE))
    with office.store.read() as tx:
        (row,) = evidence_rows.files_of(tx, [1])
        assert evidence_rows.bytes_of(tx, row.sha256, office.store.spool) == LARGE
    assert (row.size, row.media, row.source, row.by) == (len(LARGE), "image/jpeg", "command", "Ana")


def test_a_file_whose_purpose_is_told_later_proves_that_too(office):
    hand_in(office, Handed(name="IMG.jpg", data=b"\xff\xd8\xff"))
    assert exhibits(office) == {"IMG.jpg": ()}
    (taken,) = hand_in(office, Handed(name="IMG.jpg", data=b"\xff\xd8\xff", proves=("packing_record",)))
    assert taken.key == "again" and exhibits(office) == {"IMG.jpg": ("packing_record",)}


def test_one_file_can_prove_something_in_two_cases_and_lies_here_once(office):
    office.receive(claim_about(OTHER, number=2))
    for number in (1, 2):
        hand_in(office, Handed(name="quality report.pdf", data=b"%PDF-1.4"), number=number)
    assert exhibits(office) == exhibits(office, "CC-000002") == {"quality report.pdf": ("quality_report",)}
    assert stored(office, "evidence_files") == 1 and stored(office, "evidence") == 2


def test_a_parcels_table_finds_its_order_by_the_tracking_number(office):
    report = (
        f"order-id\ttracking-number\tship-date\n{ORDER}\t1Z999AA10123456784\t2026-02-20\n{OTHER}\t1Z9\t2026-02-21\n"
    )
    hand_in(office, Handed(name="shipments.txt", data=report.encode()))
    rows = CARRIER + b"1Z999AA10123456795,In Transit,02/21/2026,,\n"
    (taken,) = hand_in(office, Handed(name="ups.csv", data=rows))
    assert (taken.key, taken.count) == ("table", 1)
    assert exhibits(office)["ups.csv, line 2"] == ("signature", "tracking_delivered")


def test_evidence_goes_90_days_after_its_last_case_was_closed_and_is_not_taken_again(office, tmp_path):
    office.receive(claim_about(OTHER, number=2))
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / f"{ORDER} Jo Doe packing.jpg").write_bytes(LARGE)
    (folder / "ups.csv").write_bytes(f"Tracking,Order,Signed by\n1Z999AA10123456784,{ORDER},SMITH\n".encode())
    look(office, folder)
    hand_in(office, Handed(name="report.pdf", data=b"%PDF-1.4"), number=1)
    hand_in(office, Handed(name="report.pdf", data=b"%PDF-1.4"), number=2)
    act(office.store, "CC-000001", ActKind.CLOSED, by="Ana", now=office.now, terms=office.desk.terms)
    office.now += timedelta(days=89)
    assert due(office.store, Retention(), office.now).files == 0
    office.now += timedelta(days=2)
    assert erase(office.store, Retention(), office.now, stop=never).files == 2
    look(office, folder)
    with office.store.read() as tx:
        rows = {row.size: row for row in evidence_rows.files_of(tx, [1])}
        assert rows[len(LARGE)].erased and rows[len(LARGE)].name == "" and rows[len(LARGE)].items == ("packing_record",)
        assert not rows[8].erased, "another case needs it still"
        assert "SMITH" not in str(tx.exec_driver_sql("SELECT * FROM export_lines").all())
    if office.store.spool is not None:
        assert list(office.store.spool.rglob("*.bin")) == []


def test_facts_about_orders_without_a_case_go_after_30_days(office, tmp_path):
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "ups.csv").write_bytes(f"Tracking,Order,Signed by\n1Z999AA10123456784,{OTHER},SMITH\n".encode())
    look(office, folder)
    assert erase(office.store, Retention(), office.now + timedelta(days=29), stop=never).files == 0
    assert erase(office.store, Retention(), office.now + timedelta(days=31), stop=never).files == 1


def look(office, folder):
    watch = EvidenceFolder()
    for _ in range(2):
        watch.look(office.desk, folder, "ana@seller.example", office.now)


def test_a_contradiction_between_two_files_is_answered_at_once(office):
    other = CARRIER.replace(b"02/23/2026", b"02/25/2026")
    office.answer(office.letter, "evidence", ("ups.csv", CARRIER), ("second.csv", other))
    said = plain(office.sent()[0])
    assert "Your records contradict each other" in said
    assert "2026-02-23 14:14 (ups.csv, line 2) / 2026-02-25 14:14 (second.csv, line 2)" in said


def test_ladder_and_digest_say_what_is_missing(office):
    office.answer(office.letter, "evidence", ("POD.pdf", b"%PDF-1.4"))
    case = office.store.case("CC-000001", office.now)
    with office.store.read() as tx:
        assert missing_in(tx, case, office.now, language="en")[0] == "Claims Protected label"
        assert missing_count(tx, case, office.now) == (4, 5)
        settings = load_settings(EXAMPLE)
        facts = facts_for(tx, reader_for(settings, None), [], office.now)
    assert facts.cases[0].missing == (4, 5)
    digest = digest_letter(facts, team=office.desk.post.voice, now=office.now)
    assert "4 of 5 pieces of evidence missing" in " ".join(digest.text.split())
    notice = CaseNotice(
        number=case.number,
        kind=case.kind,
        order=ORDER,
        marketplace="UK",
        respond_by=case.respond_by,
        basis="stated",
        letter=LETTERS[0],
        due_at=office.now,
        late=False,
        holder="",
        key="k",
        missing=("proof of delivery",),
    )
    step = step_letter([notice], reader="Ana", team=office.desk.post.voice, now=office.now)
    assert "Still missing: proof of delivery." in step.text
