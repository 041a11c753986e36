"""Who pretends to be Amazon: imitating domains, department names in foreign mail, and the honest ones with its name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from classifiers.domains import amazon_data, is_amazon_domain, organisational_domain
from classifiers.normalise import for_matching, without_invisible

_NAME = "amazon"
_WORDS = re.compile(r"[^\W_]+", re.UNICODE)
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(amazon_data()["imitation"][name])


@cache
def _twins() -> dict[int, str]:
    return {ord(twin): plain for twin, plain in amazon_data()["imitation"]["twins"].items()}


@cache
def _cjk_words() -> re.Pattern[str]:
    words = [word for word in _set("words") | _set("brand") if _CJK.search(word)]
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """A word reduced to what the eye reads: compatibility forms, accents, twin letters, "rn" for "m"."""
    plain = unicodedata.normalize("NFKC", without_invisible(text)).lower().translate(_twins())
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(mark))
    return bare.translate(_twins()).replace("rn", "m").replace("vv", "w")


def unpunycoded(domain: str) -> str:
    """A domain with its "xn--" labels written as the letters that a person would see."""
    labels = []
    for label in domain.lower().split("."):
        if label.startswith("xn--"):
            try:
                label = label[4:].encode("ascii").decode("punycode")
            except (UnicodeError, ValueError):
                labels.append(label)
                continue
        labels.append(label)
    return ".".join(labels)


@lru_cache(maxsize=4096)
def imitates_domain(domain: str) -> bool:
    """Whether a foreign domain is built to be taken for Amazon's; the word in a vendor's own name is not enough."""
    if not domain or is_amazon_domain(domain):
        return False
    labels = unpunycoded(domain.rstrip(".")).split(".")
    registered = len(organisational_domain(domain).split("."))
    for place, label in enumerate(labels[:-1]):
        if label == _NAME:
            following = labels[place + 1].partition("-")[0]
            if place >= len(labels) - registered or following in _set("second_level_tokens"):
                return True
        elif _imitates_label(label):
            return True
    return False


def _imitates_label(label: str) -> bool:
    tokens = [token for token in re.split(r"[-_]", label) if token]
    if any(site in "".join(tokens) for site in _set("site_names")):
        return True
    for place, token in enumerate(tokens):
        others = [*tokens[:place], *tokens[place + 1 :]]
        decorated = bool(others) and all(_is_domain_word(other) for other in others)
        if token == _NAME and (
            decorated or (tokens[place + 1 : place + 2] and tokens[place + 1] in _set("store_tokens"))
        ):
            return True
        if token != _NAME and skeleton(token) == _NAME:
            return True
        if (_is_typing_error(token) and decorated) or (_is_glued(token) and (decorated or not others)):
            return True
        if not token.isascii() and _NAME in skeleton(token):
            return True
    return False


def _is_glued(token: str) -> bool:
    """The name with a department's or store's word stuck to it ("amazonsupport"), also in disguised letters."""
    seen = skeleton(token)
    if _NAME not in seen or len(seen) == len(_NAME):
        return False
    return _is_domain_word(seen.removeprefix(_NAME)) or _is_domain_word(seen.removesuffix(_NAME))


def _is_typing_error(token: str) -> bool:
    """One letter lost, doubled, swapped or replaced; "amazone" and "amazons" are names of their own."""
    if len(token) == len(_NAME):
        swaps = (_NAME[:at] + _NAME[at + 1] + _NAME[at] + _NAME[at + 2 :] for at in range(len(_NAME) - 1))
        return sum(one != other for one, other in zip(token, _NAME, strict=True)) == 1 or token in swaps
    if len(token) == len(_NAME) - 1:
        return any(token == _NAME[:at] + _NAME[at + 1 :] for at in range(len(_NAME)))
    return any(token == _NAME[:at] + _NAME[at] + _NAME[at:] for at in range(len(_NAME)))


def _is_domain_word(token: str) -> bool:
    return token in _set("domain_words") or token in _set("second_level_tokens") or token.isdigit()


def mentions_name(domain: str) -> bool:
    """Whether a foreign domain has Amazon's name, or a typing error of it, anywhere."""
    return not is_amazon_domain(domain) and _NAME in skeleton(unpunycoded(domain))


@lru_cache(maxsize=4096)
def is_department(name: str) -> bool:
    """Whether a name or signature line is Amazon's or one of its departments' and no own name stands in it."""
    plain = for_matching(name).lower().strip()
    if not plain or len(plain) > 90:
        return False
    words = _WORDS.findall(_cjk_words().sub(" ", plain)) if _CJK.search(plain) else _WORDS.findall(plain)
    branded = any(brand in plain for brand in _set("brand")) or any(skeleton(word) == _NAME for word in words)
    if not branded and not any(known in plain for known in _set("without_brand")):
        return False
    allowed = _set("words") | _set("suffixes")
    return all(word in allowed or skeleton(word) == _NAME or word.isdigit() for word in words)


_PIECES = re.compile(r"\s*[,;|/()（）\[\]·•]\s*|\s+[-–—]\s+|\s+(?:from|at|von|de|di|da|van|från|z)\s+")


@lru_cache(maxsize=4096)
def speaks_for_department(name: str) -> bool:
    """Whether a name is a department's, or a person's with the office beside it ("Rachel, Amazon Seller Support")."""
    if is_department(name):
        return True
    pieces = [piece for piece in _PIECES.split(for_matching(name).strip()) if piece]
    if not 2 <= len(pieces) <= 3 or len(_WORDS.findall(pieces[0])) > 3:
        return False
    return any(is_department(piece) and _names_office(piece) for piece in pieces)


def _names_office(piece: str) -> bool:
    plain = for_matching(piece).lower()
    if _CJK.search(plain):
        return any(word in plain for word in _set("offices") if _CJK.search(word))
    return any(word in _set("offices") for word in _WORDS.findall(plain))


def is_bare_name(name: str) -> bool:
    """Whether a name is Amazon's alone, or with "team", as a shop may call its own mailbox."""
    words = _WORDS.findall(for_matching(name).lower())
    return bool(words) and all(word in _set("brand") or word in ("team", "com") or len(word) == 2 for word in words)


def disguises_name(text: str) -> bool:
    """Whether Amazon's name is spelt with foreign letters or digits ("Аmazon", "Amaz0n"), as no honest writer does."""
    for word in re.findall(r"[^\s.,;:()<>|/-]+", unicodedata.normalize("NFKC", without_invisible(text)).lower()):
        if len(word) >= len(_NAME) - 1 and _NAME not in word and skeleton(word) == _NAME:
            return True
    return False
