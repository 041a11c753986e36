"""Taking people out of texts: mail addresses, numbers of telephones, known names and what stands in address blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from classifiers.domains import is_amazon_domain, is_relay_domain

MARK = "▮▮▮"
"""What stands in place of what was taken out."""

_MAIL = re.compile(r"[\w.+%-]{1,64}(?:@|\[at\]|＠)[\w-]{1,63}(?:(?:\.|\[\.\])[\w-]{1,63}){1,6}", re.UNICODE)
_PHONE = re.compile(r"(?<![\w-])(?:\+|00)\d{1,3}[ ()./-]{0,3}(?:\d[ ()./-]{0,2}){6,12}(?!\w)")
_LABELLED_PHONE = re.compile(
    r"(?i)\b(?:tel(?:efon[eo]?|[ée]fono|[ée]phone)?|phone|mobile|mobil|handy|fax|whatsapp|电话|手机|電話|携帯)"
    r"[.:：# ]{0,3}(?:no|nr|number)?[.:： ]{0,2}[+\d][\d ()./-]{5,20}\d"
)
_POSTCODE = re.compile(r"\b(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|〒 ?\d{3}-?\d{4})\b")
_ADDRESS = re.compile(
    r"(?i)^[ \t>*]*(?:(?:shipping|delivery|billing|ship[ -]to|dispatch) address|deliver(?:ed)? to|ship to|recipient|"
    r"(?:liefer|rechnungs|versand)(?:adresse|anschrift)|empf[äa]nger|adresse de (?:livraison|facturation)|destinataire|"
    r"indirizzo di (?:consegna|spedizione|fatturazione)|destinatario|"
    r"direcci[óo]n de (?:env[íi]o|entrega|facturaci[óo]n)|"
    r"endere[çc]o de (?:entrega|cobran[çc]a)|(?:aflever|bezorg|factuur)adres|leveransadress|faktureringsadress|"
    r"adres (?:dostawy|rozliczeniowy)|odbiorca|teslimat adresi|fatura adresi|al[ıi]c[ıi]|"
    r"收货地址|收件人|收货人|配送地址|账单地址|お届け先(?:住所)?|配送先(?:住所)?|請求先住所)[ \t]*(?:[:：]|$)"
)
_LABEL_LINES = 7
_SALUTATION = re.compile(
    r"(?m)^([ \t>]*(?:dear|hello|hi|hallo|liebe[r]?|sehr geehrte[r]?(?: (?:frau|herr))?|bonjour|cher|ch[èe]re|gentile|"
    r"buongiorno|ciao|hola|estimad[oa]|ol[áa]|prezad[oa]|beste|hej|hallå|witaj|dzień dobry|sayın|merhaba)[ \t]+)"
    r"(?!amazon|customer|seller|team|sir|madam|all|kunde|client)([^\W\d_][\w .'’-]{1,40}?)(?=[,!:\n])",
    re.IGNORECASE,
)
_CUSTOMER = re.compile(
    r"(?i)((?:amazon customer|customer|client amazon|cliente amazon|amazon[- ]?kunde|käufer|buyer|acheteur|acquirente|"
    r"comprador|买家|購入者)[: ]{1,2})(?!service|support|care|name|number)"
    r"(?-i:([A-ZÀ-ÞŁŚŻ一-鿿ぁ-ヿ][\w'’.-]{0,30}(?: [A-ZÀ-ÞŁŚŻ][\w'’.-]{0,30}){0,3}))(?=[\s,(.:!]|$)"
)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Knows the people of one case."""

    known: tuple[str, ...] = ()
    """Names, streets and the like, longest first."""

    def __call__(self, text: str) -> str:
        """The text without them; order ids, tracking numbers, sums and days stay."""
        text = _MAIL.sub(lambda match: match[0] if _is_amazons(match[0]) else MARK, text)
        for word in self.known:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", MARK, text, flags=re.IGNORECASE)
        text = "\n".join(_without_addresses(text.split("\n")))
        text = _LABELLED_PHONE.sub(MARK, _PHONE.sub(MARK, text))
        text = _SALUTATION.sub(rf"\g<1>{MARK}", text)
        text = _CUSTOMER.sub(rf"\g<1>{MARK}", text)
        return _POSTCODE.sub(MARK, text)


def _is_amazons(address: str) -> bool:
    """Amazon's own desks are nobody's private address; a buyer's relay is."""
    domain = address.rpartition("@")[2].lower()
    return is_amazon_domain(domain) and not is_relay_domain(domain)


def redactor(names: Iterable[str]) -> Redactor:
    """One that knows these names as a whole and by their parts of four letters and more."""
    found: dict[str, None] = {}
    for name in names:
        whole = " ".join(name.split())
        if len(whole) >= 2 and not whole.isdigit():
            found[whole] = None
            found.update(dict.fromkeys(part for part in whole.split() if len(part) >= 4 and part.isalpha()))
    return Redactor(known=tuple(sorted(found, key=len, reverse=True)))


def _without_addresses(lines: list[str]) -> list[str]:
    """Everything behind an address label, and the lines below it up to an empty one."""
    kept, left = [], 0
    for line in lines:
        label = _ADDRESS.match(line)
        if label is not None:
            rest = line[label.end() :].strip()
            kept.append(f"{label[0].rstrip()} {MARK}")
            left = _LABEL_LINES if not rest or len(rest) < 60 else 0
        elif left and line.strip() and not re.match(r"[^:：]{2,40}[:：]", line):
            left -= 1
        else:
            left = 0
            kept.append(line)
    return kept
