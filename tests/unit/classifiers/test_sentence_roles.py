import pytest

from classifiers.sentence_roles import TimeRole, deadline_roles

DEMANDS_AND_PROMISES = [
    ("Please reply within 36 hours.", "We will reply within 36 hours."),
    ("Bitte antworten Sie binnen 36 Stunden.", "Wir antworten Ihnen binnen 36 Stunden."),
    ("Répondez-nous avant lundi.", "Nous vous répondrons avant lundi."),
    ("请务必在三天内答复我们。", "我们会在三天内答复您。"),
    ("Vänligen svara inom 36 timmar.", "Vi svarar dig inom 36 timmar."),
]


@pytest.mark.parametrize(("demand", "promise"), DEMANDS_AND_PROMISES)
def test_a_demand_looks_more_like_one_than_amazons_own_promise(demand: str, promise: str) -> None:
    found = deadline_roles([demand, promise])
    if found is None:
        pytest.skip("the optional sentence-vector package is not installed")

    assert found[0][TimeRole.DEMAND] > found[1][TimeRole.DEMAND]
    assert all(set(shares) == set(TimeRole) and sum(shares.values()) == pytest.approx(1.0) for shares in found)


def test_no_sentences_have_no_roles() -> None:
    assert not deadline_roles([])
