"""Order ids, support case ids, claim ids and ASINs in a mail, in the order of their first appearance, subject first."""

from __future__ import annotations

import re
from collections.abc import Iterable

from classifiers.mail import Message
from classifiers.normalise import for_matching

_LONGEST = 200_000
_HYPHEN = r"[ \t]{0,1}-[ \t]{0,1}"
_ORDER = re.compile(
    rf"(?<![A-Za-z0-9_])(?<!\d[-.])((?:\d{{3}}|D\d{{2}}|[PS]\d{{2}}){_HYPHEN}\d{{7}}{_HYPHEN}\d{{7}})(?!\d)(?!-\d)(?![A-Za-z_])",
    re.IGNORECASE,
)
_CASE_WORDS = (
    r"\b(?:support[ -]?)?case(?:[ -]?(?:log|id|no|nr|number|reference|ref))?|\bcaseid|"
    r"\bfall(?:[ -]?(?:id|nr|nummer))?|\bfallnummer|\bvorgangs?(?:-?(?:nr|nummer|id))?|"
    r"\bticket(?:[ -]?(?:id|no|nr|number))?|\bcas(?:[ ](?:n|num[eé]ro|id))?|\bdossier|"
    r"\bcaso(?: id)?|\bn[uú]mero (?:de|do) caso|\bid (?:de|del|do) caso|\bzaak(?:nummer)?|\bdossiernummer|"
    r"\b[aä]rende(?:nummer|-?id)?|\bnumer sprawy|\bspraw[ay]|\bzg[lł]oszeni[ea]|"
    r"\bvaka(?: no| numaras[iı]| kimli[gğ]i)?|ケース(?:番号|ID)?|お問い合わせ番号|受付番号|問い合わせID|"
    r"案例(?:编号|ID|号)?|个案(?:编号|ID|号)?|工单(?:编号|ID|号)?|案件(?:編號|编号|号)?"
)
_NUMBER_WORDS = "id|no|nr|n|number|numero|número"
_CASE = re.compile(
    rf"(?:{_CASE_WORDS})[\s:#.º°=()\[\]«»\"'）（：-]{{0,4}}(?:{_NUMBER_WORDS})?[\s:#.º°()：-]{{0,3}}(\d{{6,15}})(?![\d-])",
    re.IGNORECASE,
)
_CLAIM_WORDS = (
    r"\b(?:claim|safe-t(?: claim)?|dispute|antrags?|reclamo|reclamaci[oó]n|r[eé]clamation|reclama[cç][aã]o|anspr[aå]k|"
    r"roszczenia|talep|chargeback|case)|索赔|申请|申請"
)
_CLAIM_ID = re.compile(
    rf"(?:{_CLAIM_WORDS})[ -]?(?:id|nr|no|nummer|number|ref(?:erence)?|编号|番号)\.?[\s:#：]{{0,3}}"
    r"(\d{5}-\d{5}-\d{7}|\d{6,15}|[A-Z]\d{5,14})(?![\w-])",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<![\d-])(?:[A-Za-z]?\d{5,15}|\d{5}-\d{5}-\d{7})(?![\d-])")
_BARE_SAFE_T = re.compile(r"(?<![\d-])\d{5}-\d{5}-\d{7}(?![\d-])")
_ASIN = re.compile(r"(?<![A-Za-z0-9])B0[A-Z0-9]{8}(?![A-Za-z0-9])")
_ASIN_LINK = re.compile(r"/(?:dp|gp/product|product)/([A-Z0-9]{10})(?![A-Za-z0-9])")
_ISBN = re.compile(r"\b(?:asin|isbn(?:-?10)?)\b[\s:#：()]{0,4}(\d{9}[\dX])(?![\w-])", re.IGNORECASE)


def order_ids(message: Message) -> tuple[str, ...]:
    """Amazon order ids of subject and own text, with plain hyphens; never out of a longer digit run."""
    return _unique(re.sub(r"[ \t]", "", match[1]).upper() for match in _ORDER.finditer(_text(message)))


def case_ids(message: Message) -> tuple[str, ...]:
    """Seller Support case ids and claim ids, which a word in front must name; SAFE-T ids by their 5-5-7 shape."""
    text = _text(message)
    if not _LONG_NUMBER.search(text):
        return ()
    hits = [(match.start(1), match[1]) for pattern in (_CASE, _CLAIM_ID) for match in pattern.finditer(text)]
    hits += [(match.start(), match[0]) for match in _BARE_SAFE_T.finditer(text)]
    return _unique(value for _, value in sorted(hits))


def asins(message: Message) -> tuple[str, ...]:
    """ASINs of subject and own text: B0 and eight more, or a ten-digit ISBN that a word or a product link names."""
    text = _text(message)
    hits = [(match.start(), match[0]) for match in _ASIN.finditer(text)]
    hits += [(match.start(1), match[1]) for pattern in (_ASIN_LINK, _ISBN) for match in pattern.finditer(text)]
    return _unique(value.upper() for _, value in sorted(hits) if _is_product(value))


def _is_product(value: str) -> bool:
    return value.upper().startswith("B0") or _isbn_checks(value.upper())


def _isbn_checks(value: str) -> bool:
    if not re.fullmatch(r"\d{9}[\dX]", value):
        return False
    digits = [10 if char == "X" else int(char) for char in value]
    return sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0


def _text(message: Message) -> str:
    return for_matching(message.subject) + "\n" + for_matching(message.text[:_LONGEST])


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
