"""Text for matching loses its disguises; clean text loses only what nobody wrote."""

import pytest

from classifiers.normalise import clean_text, for_matching, without_invisible


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Amaz\u200bon", "Amazon"),
        ("Ａｍａｚｏｎ　７２時間", "Amazon 72時間"),
        ("24\u201348 hours", "24-48 hours"),
        ("A\u2010to\u2011z", "A-to-z"),
        ("12\u00a0€", "12 €"),
        ("l\u2019ordine l\u00b4ordine lʼordine", "l'ordine l'ordine l'ordine"),
        ("with\u00adin \u202e3\u202c days\ufeff", "within 3 days"),
        ("Keep CASE\nand lines", "Keep CASE\nand lines"),
        ("e\u0301", "é"),
        ("z" + "\u0301" * 50 + "x", "ź\u0301\u0301\u0301x"),
        ("", ""),
    ],
)
def test_text_is_made_comparable(text, plain):
    assert for_matching(text) == plain


def test_clean_text_keeps_letters_and_lines_and_drops_controls():
    assert clean_text("a\x00b\x1b[31m\r\nc\rd\u2028e\ttab") == "ab[31m\nc\nd\ne\ttab"
    assert clean_text("e\u0301 \ud800 x") == "é  x"
    assert clean_text("Ａ\u00a0") == "Ａ\u00a0"


def test_invisible_characters_are_dropped_without_other_changes():
    assert without_invisible("Ａ\u200bB\u00ad’") == "ＡB’"
