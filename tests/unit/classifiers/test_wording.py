"""Sentences, suppositions and the phrases that explain others away."""

from __future__ import annotations

from servers.growth import grows_no_faster_than_its_text

from classifiers.wording import read_wording, unwrapped


def test_the_subject_is_a_sentence_of_its_own_even_when_it_has_full_stops() -> None:
    wording = read_wording("Claim decision. Order 1. Granted.", "Hello", "en")
    assert wording.subject.text == "Claim decision. Order 1. Granted."


def test_what_is_only_supposed_is_not_stated() -> None:
    wording = read_wording("x", "If the claim was granted you can appeal.", "en")
    assert not wording.says("granted")
    assert wording.names("granted")


def test_a_statement_before_a_condition_stands() -> None:
    assert read_wording("x", "The claim was granted, so tell us if you disagree.", "en").says("granted")


def test_a_condition_at_the_end_of_a_japanese_clause_covers_it() -> None:
    assert not read_wording("x", "申請が承認された場合、異議を申し立てられます。", "ja").says("granted")


def test_accents_apostrophes_and_hyphens_do_not_matter() -> None:
    assert read_wording("x", "Garanzia dall’A alla Z, a‑to‑z", "it").says("guarantee")
    assert read_wording("x", "reclamacion de la Garantia de la A a la Z", "es").says("guarantee")


def test_traditional_characters_are_read_as_simplified() -> None:
    assert read_wording("x", "我們已駁回買家的索賠。", "zh").says("denied")


def test_wrapped_lines_are_joined_and_table_rows_are_not() -> None:
    wrapped = "We have looked at everything that you sent and we have now decided to\ngrant the claim."
    assert unwrapped(wrapped).count("\n") == 0
    assert unwrapped("Order\t1\nReason\tLate").count("\n") == 1


def test_courtesy_is_no_demand() -> None:
    assert not read_wording("x", "Please do not hesitate to contact us.", "en").says("action")


def test_a_missing_answer_is_no_missing_parcel() -> None:
    assert not read_wording("x", "We have not received your response.", "en").says("reason.item_not_received")


def test_long_text_is_read_in_linear_time() -> None:
    unit = "We have not received your response about the claim for order one, please reply. \n"
    assert grows_no_faster_than_its_text(lambda text: read_wording("Reminder", text, "en"), unit, size=6_000)
