"""Machine marks are found in headers first and in footer links when a forward stripped the headers."""

import base64

import pytest

from classifiers.fingerprint import marks_of
from classifiers.message import read_message


def marks(page="", headers=""):
    head = f"From: Amazon <donotreply@amazon.com>\r\n{headers}Content-Type: text/html; charset=utf-8\r\n\r\n"
    return marks_of(read_message((head + f"<p>Hello</p>{page}").encode()))


def link(href):
    return f'<p><a href="{href}">Tell us</a></p>'


def test_the_header_names_type_and_store():
    found = marks(
        headers="X-Space-Notification-Type: A_Z_CLAIM_RESPONDENT_NOTIFY\r\nX-Marketplace-ID: APJ6JRA9NG5V4\r\n"
    )
    assert (found.notification_type, found.where, found.marketplace) == ("A_Z_CLAIM_RESPONDENT_NOTIFY", "header", "IT")
    assert not found.watermark


@pytest.mark.parametrize(
    "href",
    [
        "https://sellercentral.amazon.it/notifications/feedback?deliveryId=1&amp;communicationName=A_Z_CLAIM_RESPONDENT_CLOSE&amp;deliveryChannel=EMAIL",
        "https://sellercentral.amazon.it/nms/redirect/0000?nt=A_Z_CLAIM_RESPONDENT_CLOSE&amp;sk=1",
        "https://www.amazon.it/gp/satisfaction/survey-form.html?HMDName=x&amp;customAttribute1Value=A_Z_CLAIM_RESPONDENT_CLOSE",
        "https://sellercentral.amazon.it/nms/redirect/0000?x=1&amp;u="
        + base64.urlsafe_b64encode(b"https://a.amazon.it/x?communicationName=A_Z_CLAIM_RESPONDENT_CLOSE")
        .decode()
        .rstrip("="),
    ],
)
def test_footer_links_name_the_type_when_headers_are_lost(href):
    found = marks(link(href))
    assert (found.notification_type, found.where) == ("A_Z_CLAIM_RESPONDENT_CLOSE", "footer")


def test_the_header_goes_before_the_footer():
    href = "https://sellercentral.amazon.it/x?communicationName=REFUND_ISSUED"
    assert marks(link(href), "X-Space-Notification-Type: RETURN_REQUEST\r\n").notification_type == "RETURN_REQUEST"


@pytest.mark.parametrize("name", ["mons_sel_mkid", "marketplaceId", "marketplaceID"])
def test_a_marketplace_id_in_a_link_names_the_store(name):
    assert marks(link(f"https://sellercentral.amazon.com/x?{name}=A1PA6795UKMFR9")).marketplace == "DE"
    assert marks(link(f"https://sellercentral.amazon.com/x?{name}=A9ZZZZZZZZZZZZ")).marketplace is None


@pytest.mark.parametrize(
    "text", ["SPC-EUAmazon-4471903826610057", "SPC-USAmazon-123456789", "[commMgrTok:A09ZK4V1PLX7Q2]"]
)
def test_watermark_and_thread_token_are_seen(text):
    assert marks(f"<p>{text}</p>").watermark


def test_a_mail_without_marks_has_none():
    found = marks(link("https://www.parcels.example/?nt=1&communicationName=lower"))
    assert (found.notification_type, found.where, found.marketplace, found.watermark) == (None, "", None, False)
