"""From bytes to text: which encoding, and whether the bytes are text at all."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from tallyroom.model import Problem

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_META = re.compile(
    rb"""(?i)<(?:meta[^>]{0,400}?charset|\?xml[^>]{0,200}?encoding)\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})"""
)
_MAGIC = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"Rar!", b"7z\xbc\xaf", b"OggS",
    b"ID3", b"\x28\xb5\x2f\xfd", b"SQLite format 3\x00", b"\xd0\xcf\x11\xe0", b"PAR1", b"\xca\xfe\xba\xbe",
)  # fmt: skip
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\v\b\x1b") + b"\x7f"
_CONTROL_SHARE = 0.05
#: Detected encodings below this are guesses; mostly-ASCII text then keeps its readable part.
_SURE_ENOUGH = 0.4
_SUPERSETS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it came in, and what decoding had to replace."""

    text: str
    encoding: str
    problems: tuple[Problem, ...] = ()


def decode(data: bytes, *, header_charset: str | None = None, is_markup: bool = False) -> Decoded | None:
    """The text of the bytes; None where they are no text.

    Order: byte order mark (it cannot be wrong by a server's default), HTTP header, the page's own declaration (only
    with `is_markup`), strict UTF-8, detection. A declared one-byte encoding gives way where the bytes are UTF-8
    beyond ASCII, for that does not happen by chance.
    """
    if data.startswith(_MAGIC):
        return None
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _replacing(data[len(bom) :], encoding)
    utf8 = _strict(data, "utf-8")
    if utf8 is not None and not data.isascii():
        return _if_text(data, Decoded(utf8, "utf-8"))
    for declared in (header_charset, _declared_in(data) if is_markup else None):
        text = _strict(data, declared)
        if text is not None:
            return _if_text(data, Decoded(text, _codec(declared) or "utf-8"))
    if b"\x00" in data and (wide := _detected_wide(data)) is not None:
        return wide
    if utf8 is not None:
        return _if_text(data, Decoded(utf8, "utf-8"))
    return None if b"\x00" in data else _if_text(data, _mostly_utf8(data) or _detected(data))


def _codec(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(found, found) if found else None


def _strict(data: bytes, name: str | None) -> str | None:
    codec = _codec(name)
    if codec is None:
        return None
    try:
        text = data.decode(codec)
    except (UnicodeError, LookupError, TypeError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _declared_in(data: bytes) -> str | None:
    found = _META.search(data[:4096])
    name = found[1].decode("ascii") if found else None
    wide = name is not None and (_codec(name) or "").startswith(("utf-16", "utf-32"))
    return None if wide else name


def _if_text(data: bytes, decoded: Decoded | None) -> Decoded | None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if decoded is None or (controls > 1 and controls > _CONTROL_SHARE * len(data)):
        return None
    return decoded


def _mostly_utf8(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken bytes, where the sound characters beyond ASCII outnumber the broken ones."""
    text = data.decode("utf-8", "replace")
    broken = text.count("�") - data.count("�".encode())
    sound = sum(1 for c in text if c > "\x7f" and c != "�")
    return _with_problem(text, "utf-8", broken) if sound > broken else None


def _detected(data: bytes) -> Decoded | None:
    import cchardet

    guess = cchardet.detect(data)
    text = _strict(data, guess["encoding"])
    sure = (guess["confidence"] or 0) >= _SURE_ENOUGH
    if text is not None and sure:
        return Decoded(text, _codec(guess["encoding"]) or "")
    ascii_share = sum(1 for b in data if b < 128) / len(data)
    if ascii_share < 0.7:
        return None
    western = _strict(data, "cp1252")
    return Decoded(western, "cp1252") if western is not None else _replacing(data, "utf-8")


def _detected_wide(data: bytes) -> Decoded | None:
    """UTF-16 without a mark shows as a zero in every second byte of Latin text."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = len(data) / 2
    for share, encoding in ((odd / half, "utf-16-le"), (even / half, "utf-16-be")):
        text = _strict(data, encoding) if share > 0.6 else None
        if text is not None:
            return Decoded(text, encoding)
    return None


def _replacing(data: bytes, encoding: str) -> Decoded | None:
    text = data.decode(encoding, "replace")
    broken = text.count("�") - (data.count("�".encode()) if encoding == "utf-8" else 0)
    if broken > 1 and broken > _CONTROL_SHARE * len(text):
        return None
    return _with_problem(text, encoding, broken)


def _with_problem(text: str, encoding: str, broken: int) -> Decoded:
    if broken < 1:
        return Decoded(text, encoding)
    at = text.index("�")
    message = f"{broken} character(s) could not be read as {encoding.upper()} and stand as U+FFFD"
    return Decoded(text, encoding, (Problem(kind="mojibake", quote="�", start=at, end=at + 1, message=message),))
