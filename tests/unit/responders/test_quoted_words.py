import pytest
from hypothesis import given
from hypothesis import strategies as st

from responders.quoting import one_line, plain_line, quoted


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("see https://sellercentral.amazon.de/x?y=1", "see hxxps://sellercentral[.]amazon[.]de/x?y=1"),
        ("www.evil.example", "www[.]evil[.]example"),
        ("mailto:a@b.example", "a@b[.]example"),
        ("javascript:alert(1)", "alert(1)"),
        ("End of sentence. Next one costs 34.90 EUR.", "End of sentence. Next one costs 34.90 EUR."),
        ("a\u202eb\u200bc\x00d", "abcd"),
        ("一行\u2028二行", "一行\n二行"),
    ],
)
def test_a_strangers_words_keep_their_meaning_and_lose_their_links(written: str, shown: str) -> None:
    assert quoted(written) == shown


@given(st.text(max_size=200))
def test_one_line_is_one_line_and_stays_as_it_is(text: str) -> None:
    once = one_line(text)
    assert "\n" not in once and "://" not in once.replace("hxxps://", "")
    assert one_line(once) == once


def test_our_own_server_names_stay_readable() -> None:
    assert plain_line("imap.seller.example:993\r\nrefused\u200b") == "imap.seller.example:993 refused"
