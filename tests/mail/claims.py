"""Plain mails as bytes, invented: what a claim's notice and an ordinary mail look like to intake."""

from datetime import datetime


def claim(number: int, sent: datetime, *, copy: int = 0) -> bytes:
    """A claim notice about order `number`, proved by mx.seller.example; `copy` changes the transport's bytes alone."""
    order = f"026-{7_000_000 + number // 10_000_000:07d}-{number % 10_000_000:07d}"
    trace = f"Received: from relay-{copy}.example by mx.seller.example; {_date(sent)}\r\n" if copy else ""
    return (
        f"{trace}Authentication-Results: mx.seller.example; dkim=pass header.d=amazon.co.uk; dmarc=pass\r\n"
        "From: Amazon A-to-z Guarantee <atoz-guarantee-no-reply@amazon.co.uk>\r\n"
        "To: shop@seller.example\r\n"
        f"Subject: Action required: A-to-z Guarantee claim received on order {order}\r\n"
        f"Date: {_date(sent)}\r\n"
        f"Message-ID: <claim-{number}@amazonses.example>\r\n"
        "X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello,\r\n\r\nWe received an A-to-z Guarantee claim for order {order}: the buyer says that "
        "the parcel never arrived.\r\n\r\nPlease respond to this claim within 72 hours.\r\n\r\nAmazon.co.uk\r\n"
    ).encode()


def chatter(number: int, sent: datetime) -> bytes:
    """A colleague's mail that concerns no case."""
    return (
        f"From: Bo <bo{number % 7}@seller.example>\r\nTo: shop@seller.example\r\nSubject: Stock list {number}\r\n"
        f"Date: {_date(sent)}\r\nMessage-ID: <stock-{number}@seller.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Morning all,\r\n\r\nthe shelf list of week {number} is in the usual folder.\r\n\r\nBo\r\n"
    ).encode()


def _date(moment: datetime) -> str:
    return moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
