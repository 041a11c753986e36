"""Bytes to text when the charset label is missing, unknown or wrong."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What senders mean by a label; the same supersets that browsers use.
_MEANT = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb-2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb18030": "gb18030",
    "chinese": "gb18030",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "iso-2022-jp": "iso2022_jp_2004",
    "iso-8859-8-i": "iso-8859-8",
    "ansi": "cp1252",
}
_CODE_PAGE = re.compile(r"^(?:cp|windows|ibm|dos)[-_](\d{3,4})$")
# Text codecs of Python that are no charsets of mail, or that raise in their own ways.
_REFUSED = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_MULTIBYTE = {"gb18030", "cp932", "big5hkscs", "cp949", "euc_jp", "big5", "hz"}
_KANA = re.compile("[\u3041-\u30fa\u30fc]")
_COMMON_HAN = re.compile("[\u4e00-\u9fa5\u3001-\u3002\uff0c\uff1a\uff01\uff1f]")
_ISOLATED_HIGH = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_HIGH = re.compile(rb"[\x80-\xff]")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Python's codec for a charset label, or null when the label names none that is meant for text."""
    name = label.strip().strip("\"'").partition("*")[0].lower()
    name = _CODE_PAGE.sub(r"cp\1", name)
    name = _MEANT.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    # Not in the stub files, but the only sign that sets text codecs apart from zip, hex and rot13.
    is_text = getattr(found, "_is_text_encoding", False)
    return name if is_text and found.name.replace("-", "_") not in _REFUSED else None


def decode(data: bytes, label: str | None) -> tuple[str, str | None]:
    """The text, and a sentence on what was wrong with the label when something was."""
    if data.isascii() and b"\x1b" not in data and not _is_stateful(label):
        return data.decode("ascii"), None
    codec = codec_of(label) if label else None
    utf8 = _strict(data, "utf-8")
    if codec == "utf-8" and utf8 is not None:
        return utf8, None
    if utf8 is not None and not data.isascii() and _looks_like_utf8(data, utf8, codec):
        return utf8, None if label is None else f'text labelled "{_shown(label)}" is UTF-8'
    if codec and codec != "utf-8":
        for variant in _variants(codec):
            text = _strict(data, variant)
            if text is not None and not (variant == "cp1252" and _is_multibyte_text(data)):
                return text, None
    return _guess(data, label, codec)


def _shown(label: str) -> str:
    return label[:40].encode("ascii", "replace").decode("ascii")


def _is_stateful(label: str | None) -> bool:
    return label is not None and label.strip().lower() in {"hz", "hz-gb-2312", "utf-7", "utf-16", "utf-32"}


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _variants(codec: str) -> tuple[str, ...]:
    if codec.startswith("iso2022_jp"):
        return ("iso2022_jp", "iso2022_jp_2004", "iso2022_jp_ext", "iso2022_jp_3")
    if codec == "big5hkscs":
        return ("big5hkscs", "cp950")
    return (codec,)


def _looks_like_utf8(data: bytes, utf8: str, codec: str | None) -> bool:
    """Valid UTF-8 under another label: certain beside a single-byte charset, likely only from four characters on."""
    if codec not in _MULTIBYTE:
        return True
    if _strict(data, codec or "") is None:
        return True
    high = sum(character > "\x7f" for character in utf8[:4000])
    return high >= 4


def _is_multibyte_text(data: bytes) -> bool:
    """Whether high bytes stand in runs, as in Chinese or Japanese, not alone among letters, as in Latin scripts."""
    sample = data[:20_000]
    high = len(_HIGH.findall(sample))
    return high >= 6 and len(_ISOLATED_HIGH.findall(sample)) * 5 < high


def _guess(data: bytes, label: str | None, codec: str | None) -> tuple[str, str]:
    said = f'charset label "{_shown(label)}" does not fit' if label else "no charset label"
    if b"\x1b$" in data or b"\x1b(" in data:
        text = _strict(data, "iso2022_jp_2004") or _strict(data, "iso2022_jp")
        if text is not None:
            return text, f"{said}; read as ISO-2022-JP"
    utf8 = data.decode("utf-8", "replace")
    if utf8.count("\ufffd") * 50 <= len(data) - len(utf8) or (codec == "utf-8" and not _is_multibyte_text(data)):
        single = utf8 if utf8.count("\ufffd") * 4 <= len(_HIGH.findall(data)) else data.decode("cp1252", "replace")
        return single, f"{said}; read as {'UTF-8' if single is utf8 else 'windows-1252'}"
    if _is_multibyte_text(data):
        best = max(_EAST_ASIAN, key=lambda name: _east_asian_score(data, name))
        if _east_asian_score(data, best) > 0.5:
            return data.decode(best, "replace"), f"{said}; read as {best}"
    fallback = codec if codec and codec not in ("utf-8",) else "cp1252"
    return data.decode(fallback, "replace"), f"{said}; read as {fallback}"


_EAST_ASIAN = ("gb18030", "cp932", "euc_jp", "big5hkscs")


def _east_asian_score(data: bytes, codec: str) -> float:
    """Share of frequent characters: kana count for Japanese codecs, common Han characters for all."""
    text = data[:20_000].decode(codec, "replace")
    high = [character for character in text if character > "\x7f"]
    if not high:
        return 0.0
    joined = "".join(high)
    kana = len(_KANA.findall(joined))
    common = len(_COMMON_HAN.findall(joined)) + kana
    penalty = joined.count("\ufffd") * 4
    bonus = kana if codec in ("cp932", "euc_jp") else 0
    return (common + bonus - penalty) / len(high)
