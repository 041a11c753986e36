"""Text to numbers for the statistical voter: masked text, pieces for the sentence vectors, hashed n-grams."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]

BUCKETS = 1 << 15
"""Columns of the n-gram matrix; a power of two, so that the hash is a mask."""
MAX_CHARS = 2400
"""Read of a mail at most: what a mail is stands near its top, and boilerplate only dilutes it."""

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+", re.IGNORECASE)
_ORDER = re.compile(r"(?<!\w)[A-Z]?\d{2,3}-\d{7}-\d{7}(?!\w)")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_RULER = re.compile(r"[-=_*#~.]{4,}")
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]|\d+|[^\W\d_\u3040-\u30ff\u3400-\u9fff々]+")
_ANY_TOKEN = re.compile(rf"{_TOKEN.pattern}|\s|.", re.DOTALL)
_PIECE_END = re.compile(r"(?<=[.!?;:])\s+|(?<=[。！？；：])|\s*\n\s*")


def masked(text: str) -> str:
    """The text in NFKC without addresses and rulers, every number a bare 1, so that ids and sums teach nothing."""
    text = unicodedata.normalize("NFKC", text[: 2 * MAX_CHARS])
    text = _ADDRESS.sub(" ", text)
    text = _ORDER.sub(" ", text)
    text = _NUMBER.sub("1", text)
    return _RULER.sub("\n", text)[:MAX_CHARS].strip()


def pieces(text: str, *, length: int = 220, limit: int = 8) -> list[str]:
    """The masked text cut at sentence ends into at most `limit` pieces of about `length` characters, subject first."""
    subject, _, body = text.partition("\n")
    cut = [subject.strip()]
    run = ""
    for sentence in _PIECE_END.split(body):
        if run and len(run) + len(sentence) > length:
            cut.append(run)
            run = ""
        run = f"{run} {sentence.strip()}".strip()
        if len(cut) > limit:
            break
    return [piece for piece in [*cut, run] if piece][:limit]


def tokens(text: str) -> list[str]:
    """Script-aware tokens: one for each kana or Han character, runs of letters, runs of digits; lower case."""
    return _TOKEN.findall(text.lower())


def split(text: str) -> tuple[list[str], list[bool]]:
    """The same cut without loss, as spaCy's Doc wants it: every token, and whether a single space follows it."""
    words: list[str] = []
    spaces: list[bool] = []
    for word in _ANY_TOKEN.findall(text):
        if word == " " and spaces and not spaces[-1]:
            spaces[-1] = True
        else:
            words.append(word)
            spaces.append(False)
    return words, spaces


def _grams(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (f"{a} {b}" for a, b in zip(words, islice(words, 1, None), strict=False))
    yield from (f"{a} {b} {c}" for a, b, c in zip(words, islice(words, 1, None), islice(words, 2, None), strict=False))
    # Word stems: six of the twelve languages inflect, and a short prefix carries over where the full form does not.
    yield from (f"{word[:5]}~" for word in words if len(word) > 5)


def ngram_row(words: Sequence[str]) -> tuple[npt.NDArray[np.int64], Matrix]:
    """The n-gram features of a masked text's tokens: distinct buckets and their weights, of unit length."""
    counts = Counter(zlib.crc32(gram.encode()) & (BUCKETS - 1) for gram in _grams(words))
    if not counts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
    buckets = np.fromiter(sorted(counts), dtype=np.int64, count=len(counts))
    weights = np.sqrt(np.fromiter((counts[int(b)] for b in buckets), dtype=np.float32, count=len(buckets)))
    weights /= np.float32(np.linalg.norm(weights))
    return buckets, weights


def ngram_matrix(texts: Iterable[str]) -> Matrix:
    """One dense row of `BUCKETS` columns for each masked text; for training, where the texts are few."""
    rows = [ngram_row(tokens(text)) for text in texts]
    dense = np.zeros((len(rows), BUCKETS), dtype=np.float32)
    for number, (buckets, weights) in enumerate(rows):
        dense[number, buckets] = weights
    return dense


def language_free(vectors: Matrix, languages: Sequence[str]) -> Matrix:
    """The vectors without the directions in which the languages differ, so that what is learnt in one holds in all.

    The learnt weights then have no part in those directions either, so a vote needs no projection and no language.
    """
    spoken = np.array(languages)
    centres = np.stack([vectors[spoken == language].mean(axis=0) for language in sorted(set(languages))])
    directions = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)[2][: len(centres) - 1]
    free: Matrix = vectors - (vectors @ directions.T) @ directions
    return free
