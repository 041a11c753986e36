import pytest

from classifiers.sentence_roles import TimeRole, deadline_roles

SENTENCES = {
    "Please reply within 36 hours.": TimeRole.DEMAND,
    "Répondez avant lundi.": TimeRole.DEMAND,
    "请务必在三天内答复我们。": TimeRole.DEMAND,
    "The money will be on the buyer's account in five business days.": TimeRole.OTHER,
    "Wir antworten Ihnen binnen 36 Stunden.": TimeRole.OTHER,
    "Vous pouvez contester cette décision pendant 30 jours.": TimeRole.APPEAL,
}


def test_plain_sentences_of_four_languages_get_their_role() -> None:
    found = deadline_roles(list(SENTENCES))
    if found is None:
        pytest.skip("the optional sentence-vector package is not installed")

    assert [max(shares, key=lambda role: shares[role]) for shares in found] == list(SENTENCES.values())
    assert all(sum(shares.values()) == pytest.approx(1.0) for shares in found)


def test_no_sentences_have_no_roles() -> None:
    assert not deadline_roles([])
