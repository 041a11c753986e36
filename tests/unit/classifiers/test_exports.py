"""Exports as sellers have them: invented orders in the shapes, charsets and languages of real reports."""

import pytest

from classifiers.export_values import day_of, order_in, state_of, sum_of
from classifiers.exports import read_export

ORDER = "026-7000000-0000001"


def facts(data, name="export.csv", line=0):
    export = read_export(data if isinstance(data, bytes) else data.encode(), name)
    return dict(export.lines[line].facts) | {"order": export.lines[line].order_id}


def test_amazons_order_report_gives_the_order_date_and_takes_quotes_as_they_are():
    report = (
        "order-id\torder-item-id\tpurchase-date\tbuyer-email\tbuyer-name\tsku\tship-city\n"
        f'{ORDER}\t1\t2026-02-18T10:11:12+00:00\tx@y.example\tJo "B\tSKU-1\tLeeds\n'
    )
    assert facts(report, "orders.txt") == {"order": ORDER, "order_date": "2026-02-18T10:11", "sku": "SKU-1"}


def test_amazons_shipment_report_tells_who_carried_the_order():
    report = (
        "amazon-order-id\tshipment-date\tcarrier\ttracking-number\testimated-arrival-date\tfulfillment-channel\n"
        f"{ORDER}\t2026-02-20T01:00:00+00:00\tDHL_GROUND\tJJD000390007788990011\t2026-02-24T00:00:00+00:00\tAFN\n"
    )
    found = facts(report)
    assert (
        found["carrier"] == "DHL" and found["fulfilled_by_amazon"] == "yes" and found["promised_date"] == "2026-02-24"
    )


def test_a_returns_report_gives_the_return_and_the_refund_that_was_made():
    report = (
        "Order ID,Order date,Return request date,Return request status,Amazon RMA ID,Currency code,Return carrier,"
        "Tracking ID,Return Reason,Return delivery date,Refunded Amount\n"
        f"{ORDER},01-Feb-2026,10-Feb-2026,Approved,Dx1,GBP,Royal Mail,RA123456785GB,Damaged,15-Feb-2026,24.99\n"
    )
    found = facts(report)
    assert "tracking" not in found and "carrier" not in found
    assert (found["return_tracking"], found["refund_amount"]) == ("RA123456785GB", "24.99 GBP")
    assert (found["return_requested"], found["return_delivered"]) == ("2026-02-10", "2026-02-15")


@pytest.mark.parametrize(
    ("charset", "name", "header", "row", "carrier", "signed"),
    [
        ("utf-8", "ups.csv", "Tracking Number,Reference Number(s),Ship Date,Delivered On,Signed For By,Status",
         "1Z999AA10123456784,{o},02/20/2026,02/23/2026 2:14 P.M.,SMITH,Delivered", "UPS", "SMITH"),
        ("cp1252", "dhl.csv", "Sendungsnummer;Referenz;Versanddatum;Zustelldatum;Empfangen von;Status",
         '="00340434161094000001";{o};20.02.2026;23.02.2026 14:14;Müller;zugestellt', "DHL", "Müller"),
        ("cp1250", "inpost.csv", "Numer przesyłki;Numer zamówienia;Data nadania;Data doręczenia;Odebrał;Zdarzenie",
         "620000000000000001;{o};20.02.2026;23.02.2026 14:14;Łukasz;Doręczono", "InPost", "Łukasz"),
        ("cp1254", "aras.csv", "Takip No;Sipariş No;Gönderi Tarihi;Teslim Tarihi;Teslim Alan;Durum",
         "12345678901;{o};20.02.2026;23.02.2026 14:14;Işık;Teslim edildi", "Aras Kargo", "Işık"),
        ("gb18030", "yanwen.csv", "运单号,客户订单号,发货时间,签收时间,签收人,物流状态",
         "UG123456789YP,{o},2026-02-20,2026-02-23 14:14,王先生,已签收", "Yanwen", "王先生"),
        ("cp932", "yamato.csv", "お問い合わせ番号,注文番号,出荷日,配達完了日時,受領者,荷物状況",
         "123456789012,{o},2026/02/20,2026/02/23 14:14,佐藤,配達完了", "Yamato", "佐藤"),
        ("utf-16", "sf.csv", "运单号\t订单号\t发货日期\t签收时间\t签收人\t状态\t承运商",
         "SF1234567890123\t{o}\t2026年2月20日\t2026年2月23日 14:14\t本人\t已签收\t顺丰", "SF Express", "本人"),
        ("utf-8", "colissimo.csv", "Numéro de suivi;Commande;Date d’expédition;Date de livraison;Signataire;Statut",
         "6A12345678901;{o};20/02/2026;23/02/2026 14:14;Dupré;Livré", "Colissimo", "Dupré"),
    ],
)  # fmt: skip
def test_a_carriers_table_is_read_by_its_headers_in_any_language_and_charset(
    charset, name, header, row, carrier, signed
):
    found = facts(f"{header}\n{row.format(o=ORDER)}\n".encode(charset), name)
    assert found["order"] == ORDER and found["carrier"] == carrier and found["signed_by"] == signed
    assert (found["ship_date"], found["delivered_date"]) == ("2026-02-20", "2026-02-23T14:14")
    assert found["delivery_state"] == "delivered"


def test_a_history_of_events_comes_to_first_scan_and_delivery():
    history = (
        "Tracking number,Date,Event\nAB123456785GB,18/02/2026 09:00,Sender has sent the data: label created\n"
        "AB123456785GB,20/02/2026 18:00,Accepted at post office\nAB123456785GB,23/02/2026 11:00,Delivered\n"
    )
    export = read_export(history.encode(), "royal mail.csv")
    told = [dict(line.facts) for line in export.lines]
    assert [found.get("first_scan") for found in told] == [None, "2026-02-20T18:00", None]
    assert told[2]["delivered_date"] == "2026-02-23T11:00" and "delivery_status" not in told[0]


def test_a_returned_parcel_has_no_day_of_delivery():
    found = facts(f"Tracking,Order,Delivery date,Status\nAB12345678,{ORDER},2026-02-23,Returned to sender\n")
    assert "delivered_date" not in found and found["delivery_state"] == "returned"


def test_a_number_that_a_spreadsheet_destroyed_and_an_unclear_date_give_no_fact():
    export = read_export(f"Tracking number,Order,Ship date\n9.4E+21,{ORDER},03/04/2026\n".encode(), "x.csv")
    assert export.lines[0].parcel is None and dict(export.lines[0].facts) == {}
    assert set(export.notes) == {"destroyed", "unclear_dates"}


def test_one_day_that_gives_the_order_away_settles_the_column():
    table = f"Tracking number,Order,Ship date\nAB12345678,{ORDER},03/04/2026\nAB12345679,{ORDER},23/04/2026\n"
    assert facts(table)["ship_date"] == "2026-04-03"


def test_a_line_with_two_orders_is_nobodys():
    other = "026-7000000-0000002"
    export = read_export(f"Tracking,Reference,Order\nAB12345678,{ORDER},{other}\n".encode(), "x.csv")
    assert export.lines == () and export.notes == ("two_orders",)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0\1\2" * 500, b"a,b\n1,2\n", b"name\tage\nJo\t5\n", b'"' * 5000, b"x," * 100_000, b"\xff\xfe\x00"],
)
def test_what_is_no_export_is_none(data):
    assert read_export(data, "x.csv") is None


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("2026-02-03T04:05:06Z", None, "2026-02-03T04:05"),
        ("20260203", None, "2026-02-03"),
        ("3.2.2026", None, "2026-02-03"),
        ("Feb 3, 2026 2:05 PM", None, "2026-02-03T14:05"),
        ("3 février 2026", None, "2026-02-03"),
        ("03/02/2026", "mdy", "2026-03-02"),
        ("03/02/2026", None, None),
        ("03/03/2026", None, "2026-03-03"),
        ("31/02/2026", None, None),
        ("yesterday", None, None),
    ],
)
def test_a_day_is_read_as_written_or_not_at_all(written, order, day):
    assert day_of(written, order) == day


def test_a_column_tells_its_order_only_when_it_is_the_same_throughout():
    assert order_in(["03/04/2026", "13/04/2026"]) == "dmy"
    assert order_in(["13/04/2026", "04/13/2026"]) is None


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Delivered, front door", "delivered"),
        ("NOT DELIVERED - refused", "exception"),
        ("Delivered to sender: returned to sender", "returned"),
        ("Nicht zugestellt", "exception"),
        ("未妥投", "exception"),
        ("已妥投", "delivered"),
        ("Out for delivery", "underway"),
        ("Teslim edilemedi", "exception"),
        ("Something else", None),
    ],
)
def test_a_status_is_what_it_says_denials_first(said, state):
    assert state_of(said) == state


def test_a_sum_needs_a_number_and_a_currency():
    assert sum_of("1.234,50", "eur") == "1234.50 EUR"
    assert sum_of("-24.99", "GBP") == "24.99 GBP"
    assert sum_of("0.00", "GBP") is None and sum_of("24.99", "") is None
