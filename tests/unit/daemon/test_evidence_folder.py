from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import pytest
from mail.desk_by_mail import DeskByMail, claim_about, plain

from daemon.evidence_folder import EvidenceFolder, named_by
from daemon.handed_in import standing_of
from daemon.storage.store import Store
from responders.evidence import missing_of

NOW = datetime(2026, 3, 2, 10, 5, tzinfo=UTC)
ORDER, OTHER = "026-7000000-0000001", "026-7000000-0000002"
CARRIER = (
    "Tracking Number,Reference Number(s),Status,Ship Date,Delivered On,Signed For By\n"
    f"1Z999AA10123456784,{ORDER},Delivered,02/20/2026,02/23/2026 2:14 P.M.,SMITH\n"
    f"1Z999AA10123456795,{OTHER},In Transit,02/21/2026,,\n"
).encode()


class Watched:
    """An installation with an evidence folder."""

    def __init__(self, store, folder):
        self.office, self.folder, self.watch = DeskByMail(store, NOW), folder, EvidenceFolder()
        folder.mkdir()

    def put(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def look(self, times=2):
        """Look at the folder as two sweeps do; letters written."""
        self.office.now += timedelta(minutes=1)
        return sum(
            self.watch.look(self.office.desk, self.folder, "ana@seller.example", self.office.now) for _ in range(times)
        )

    def summary(self, number="CC-000001"):
        case = self.office.store.case(number, self.office.now)
        with self.office.store.read() as tx:
            return standing_of(tx, case, self.office.now)

    def exhibits(self, number="CC-000001"):
        return {each.name: each.items for each in self.summary(number).evidence.exhibits}


@pytest.fixture
def watched(tmp_path):
    with Store.open(f"sqlite:///{tmp_path}/claimclock.db", lock=True) as store:
        yield Watched(store, tmp_path / "evidence")


def test_files_named_by_order_or_case_tick_the_right_items(watched):
    watched.office.receive(claim_about(ORDER))
    watched.put(f"{ORDER}_POD.pdf", b"%PDF-1.4 a")
    watched.put(f"{ORDER}/packing/IMG_1.jpg", b"\xff\xd8\xff b")
    watched.put("CC-000001/聊天记录.png", b"\x89PNG\r\n\x1a\n c")
    watched.put(f"2026/{ORDER}/photo.jpg", b"\xff\xd8\xff d")
    watched.put("exports/ups.csv", CARRIER)
    assert watched.look() == 0
    assert watched.exhibits() == {
        f"{ORDER}_POD.pdf": ("proof_of_delivery",),
        "IMG_1.jpg": ("packing_record",),
        "聊天记录.png": ("buyer_messages",),
        "photo.jpg": (),
        "ups.csv, line 2": ("signature", "tracking_delivered"),
    }
    assert missing_of(watched.summary(), language="en") == ("Claims Protected label", "carrier inquiry")


def test_a_file_that_still_grows_is_left_alone_until_it_is_whole(watched):
    watched.office.receive(claim_about(ORDER))
    for size in (10, 20, 30):
        watched.put(f"{ORDER} packing.mp4", b"\0\0\0\x18ftypmp42" + b"x" * size)
        watched.look(1)
    assert watched.exhibits() == {}
    watched.look(1)
    assert watched.exhibits() == {f"{ORDER} packing.mp4": ("packing_record",)}


def test_a_file_is_taken_once_and_stays_where_it_is(watched):
    watched.office.receive(claim_about(ORDER))
    watched.put(f"{ORDER} pod.pdf", b"%PDF-1.4 a")
    watched.put(f"{ORDER} copy of pod.pdf", b"%PDF-1.4 a")
    watched.look(4)
    watched.watch = EvidenceFolder()  # the service was started again
    watched.look(4)
    assert list(watched.exhibits()) == [f"{ORDER} copy of pod.pdf"]
    assert [event.what for event in watched.office.store.trail("CC-000001")].count("evidence") == 1
    assert sorted(path.name for path in watched.folder.iterdir()) == [f"{ORDER} copy of pod.pdf", f"{ORDER} pod.pdf"]


def test_evidence_that_comes_before_its_case_waits_for_it(watched):
    watched.put(f"{ORDER} packing.jpg", b"\xff\xd8\xff a")
    watched.put("ups.csv", CARRIER)
    assert watched.look(3) == 0
    watched.office.receive(claim_about(ORDER))
    (letter,) = watched.office.sent()
    assert "1Z999AA10123456784" in plain(letter) and "2026-02-20" in plain(letter)
    watched.look(1)
    assert f"{ORDER} packing.jpg" in watched.exhibits()


def test_what_cannot_be_taken_is_told_once_with_the_reason(watched):
    watched.office.receive(claim_about(ORDER))
    watched.office.sent()
    watched.put("holiday.jpg", b"\xff\xd8\xff a")
    watched.put(f"{ORDER} and {OTHER}.pdf", b"%PDF-1.4")
    watched.put("CC-000099 pod.pdf", b"%PDF-1.4")
    assert watched.look(2) == 3
    assert watched.look(5) == 0
    watched.watch = EvidenceFolder()
    assert watched.look(3) == 0
    said = " ".join(plain(mail) for mail in watched.office.sent())
    assert "holds an order id" in said and "more than one order" in said and "no case of this number" in said


def test_links_hidden_and_half_named_files_are_passed_over(watched, tmp_path):
    watched.office.receive(claim_about(ORDER))
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"%PDF-1.4 secret")
    watched.put(f"{ORDER} pod.pdf.part", b"%PDF-1.4")
    watched.put(f".{ORDER} pod.pdf", b"%PDF-1.4")
    (watched.folder / f"{ORDER} link.pdf").symlink_to(secret)
    assert watched.look(4) == 0 and watched.exhibits() == {}


def test_other_orders_in_an_export_are_kept_as_facts_without_their_buyers(watched):
    watched.office.receive(claim_about(ORDER))
    report = (
        "order-id\tpurchase-date\tbuyer-name\tsku\n"
        f"{ORDER}\t2026-02-18T08:00:00+00:00\tJo Doe\tA-1\n{OTHER}\t2026-02-19T08:00:00+00:00\tMo Roe\tB-2\n"
    )
    watched.put("orders.txt", report.encode())
    watched.look()
    with watched.office.store.read() as tx:
        rows = tx.exec_driver_sql("SELECT order_id, facts, cells FROM export_lines ORDER BY line").all()
    assert [row[0] for row in rows] == [ORDER, OTHER]
    assert "Jo Doe" in rows[0][2] and rows[1][2] is None and "Mo Roe" not in rows[1][1]


@pytest.mark.parametrize(
    ("path", "orders", "numbers"),
    [
        (f"{ORDER}.pdf", (ORDER,), ()),
        ("02670000000000001.pdf", (ORDER,), ()),
        ("20260302101530123.jpg", (), ()),
        (f"{OTHER}/{ORDER} pod.pdf", (ORDER,), ()),
        ("cc-12/pod.pdf", (), (12,)),
        ("a/b/c.pdf", (), ()),
    ],
)
def test_the_nearest_part_of_a_path_names_the_order(path, orders, numbers):
    named = named_by(PurePath(path))
    assert (named.orders, named.numbers) == (orders, numbers)
