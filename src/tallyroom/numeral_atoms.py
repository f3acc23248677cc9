"""The atoms of numerals: one pass over a text finds every run of digits and every number word, each with its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from tallyroom.lexicon import table

#: A number of more digits than this is none that anybody counted; it is kept without a value.
MOST_DIGITS = 15

SPACE = "[ \u00a0\u2009\u202f]"


class Atom(NamedTuple):
    """A run of digits or a number word; `kind` says how it may be part of a number, `word` is its normal form."""

    kind: str
    start: int
    end: int
    word: str


_KINDS = {
    "ordinals": "ordinal", "units": "unit", "teens": "teen", "tens": "ten", "scales": "scale", "groups": "group",
    "collectives": "collective", "zero": "zero", "plurals": "plural", "vague": "vague",
}  # fmt: skip
_ARTICLES = ("a", "an", "another")


@lru_cache(maxsize=1)
def words() -> dict[str, tuple[str, Any]]:
    """Each number word with its kind and its value; of a vague word, the lowest and highest number that it means."""
    numbers = table("numbers.toml")
    found: dict[str, tuple[str, Any]] = {}
    for name, kind in _KINDS.items():
        for word, value in numbers[name].items():
            found[word] = (kind, tuple(map(Decimal, value)) if isinstance(value, list) else Decimal(value))
    for word, value in numbers["parts"].items():
        found.setdefault(word, ("part", Decimal(value)))
    for sign, value in numbers["fraction_signs"].items():
        found[sign] = ("sign", Decimal(str(value)))
    for suffix, value in numbers["suffixes"].items():
        found[f"-{suffix}"] = ("suffix", Decimal(value))
    for word in _ARTICLES:
        found[word] = ("article", Decimal(1))
    found["no"] = ("no", Decimal(0))
    found["any"] = ("any", Decimal(0))
    return found


@lru_cache(maxsize=1)
def parts() -> dict[str, int]:
    """The words for parts of a whole, with the number of parts: third, 3."""
    return dict(table("numbers.toml")["parts"])


#: Words that are numbers only in some company.
_IN_COMPANY = {
    "score": r"score(?=\s+(?:of|or)\s+[a-z]|\speople\b)",
    "scores": r"scores(?=\s+(?:of|more|were|are|have|had|dead|injured|killed|wounded|missing|others)\b)",
    "tens": r"tens(?=\s+of\b)",
    "few": r"few(?:(?<=\ba\sfew)|(?=\s+(?:hundred|thousand|dozen|million)\b))",
    "quarter": r"quarter(?=\s+(?:of|million|billion)\b)",
    "quarters": r"quarters(?:(?=\s+of\b)|(?<=three\squarters)|(?<=three-quarters))",
    "not one": r"not\sone(?!\s(?:hundred|thousand|million|billion|but|or)\b|-)",
    "a": r"a(?=\s)", "an": r"an(?=\s)", "another": r"another(?=\s)", "no": r"no(?=\s+[A-Za-z])",
}  # fmt: skip

#: Beginnings with a number word or with "no" that are none: "no fewer than", "No. 5".
_SKIPPED = r"no\s(?:fewer|less|more|greater|longer|doubt|matter|later|earlier|sooner)(?:\sthan)?|no(?=\s\d)"

_DIGITS = (
    r"(?P<phone>\+\d[\d ()-]{6,18}\d)"
    r"|(?P<date>\d{4}-\d\d-\d\d(?!\d)(?:T[\d:.]{5,12}Z?)?|\d{1,2}/\d{1,2}/\d{2,4}(?!\d)|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d(?!\d))"
    r"|(?P<clock>\d{1,2}:\d\d(?!\d)(?::\d\d(?!\d))?)"
    r"|(?P<code>(?!\d{1,3}(?:\.\d{3}){2,}(?![\d.]))\d+(?:\.\d+){2,}|\d{3}-\d{3,4}-\d{4}(?!\d)|\d-\d-\d(?![\d-]))"
    r"|(?P<broken>(?<![\w.,])(?:(?=[\d,]{0,12}[OolISB])\d{1,3}(?:,[\dOolISB]{3}){1,4}"
    r"|\d{1,9}(?:O[\dOo]{0,9}|[lIo]{1,6}\d[\dOolI]{0,9})|l\d[\d,]{0,9}|[lI],\d{3})(?!\w))"
    rf"|(?P<ratio>(?:\d{{1,4}}{SPACE})?\d{{1,3}}[/⁄]\d{{1,4}}(?![\d/]))"
    r"|(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?"
    r"|\d{1,2}(?:,\d\d)+,\d{3}(?!\d)"
    rf"|\d{{1,3}}(?:{SPACE}\d{{3}}){{1,3}}(?!\d|[.,]\d|{SPACE}\d)"
    r"|\d{1,3}(?:\.\d{3}){2,}(?!\d)"
    r"|\d+(?:[.,]\d{1,2}(?!\d)(?!,\d)|\.\d+)?"
    r"|(?<![\w.])\.\d+)"
)


def _by_first_letter(patterns: Iterable[tuple[str, str]]) -> str:
    """The alternatives (word, pattern), longest word first, behind a fast test of the first letter."""
    groups: dict[str, list[str]] = {}
    for word, pattern in sorted(patterns, key=lambda pair: (-len(pair[0]), pair[0])):
        groups.setdefault(word[0], []).append(pattern)
    return "|".join(f"(?=[{c}{c.upper()}])(?:{'|'.join(groups[c])})" for c in sorted(groups))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """An atom, at the place where it begins."""
    signs = "".join(table("numbers.toml")["fraction_signs"])
    alternatives = _by_first_letter((_plain_words() | _IN_COMPANY).items())
    return re.compile(
        rf"(?=[\d.+lI{signs}])(?:{_DIGITS}|(?P<sign>[{signs}]))"
        rf"|(?<![^\W_])(?i:(?P<skip>{_SKIPPED})|(?P<word>{alternatives}))(?![^\W_])"
    )


@lru_cache(maxsize=1)
def _plain_words() -> dict[str, str]:
    """Each number word with its pattern."""
    return {
        word: re.escape(word).replace("\\ ", r"\s")
        for word, (kind, _) in words().items()
        if kind not in ("sign", "suffix")
    }


_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The words that number words of one or more words begin with, in small letters."""
    return frozenset(found.group() for word in _plain_words() if (found := _LETTERS.match(word)))


@lru_cache(maxsize=1)
def _beginning() -> re.Pattern[str]:
    """Where an atom may begin: a digit or what stands for one, or a whole word; most words are told apart by `_first_words`."""
    signs = "".join(table("numbers.toml")["fraction_signs"])
    first = "".join(sorted({c + c.upper() for c in "".join(word[0] for word in _first_words())}))
    return re.compile(rf"[\d.+{signs}]|(?<!\w)[lI](?=[\d,OolI])|(?<![^\W_])(?P<word>[{first}][^\W\d_{signs}]*)")


_DOTTED_THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")
_NOUN = re.compile(r"\s+([a-z]+)\b")
_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_SUFFIX = re.compile(r"\s?(?i:(mn|mln|mio|bn|bln|tn|trn))(?![^\W_])|([kKMBT]|cr)(?![^\W_])")
_M_OF_THINGS = re.compile(r"m(?=\s+(?:people|children|women|men|of\s|[a-z]{3,}s\b))(?!\s+(?:across|hurdles|races)\b)")


def find_atoms(text: str, start: int, end: int) -> list[Atom]:
    """All atoms of text[start:end], in order."""
    found: list[Atom] = []
    known = words()
    begins, match_atom, at = _first_words(), _pattern().match, start
    for beginning in _beginning().finditer(text, start, end):
        word = beginning["word"]
        if beginning.start() < at or (word is not None and word.lower() not in begins):
            continue
        match = match_atom(text, beginning.start(), end)
        if match is None:
            continue
        at, kind = match.end(), match.lastgroup
        if kind == "word":
            word = _normal(match.group())
            found.append(Atom(known[word][0], match.start(), match.end(), word))
        elif kind == "digits":
            found.extend(_digit_atoms(text, match, end))
        else:
            found.append(Atom(kind or "skip", match.start(), match.end(), match.group()))
    return found


def _normal(word: str) -> str:
    return word.lower() if word.isalpha() else " ".join(word.lower().split())


def _counts_people(text: str, at: int, limit: int) -> bool:
    """Does a noun stand behind that is counted in whole numbers only?"""
    noun = _NOUN.match(text, at, limit)
    return noun is not None and noun.group(1) in table("not_figures.toml")["counted"]


def _digit_atoms(text: str, match: re.Match[str], limit: int) -> list[Atom]:
    """A run of digits, with what is written on to it: 156th, 12K, 4.7bn, £3m."""
    start, end = match.span()
    atom = Atom("digits", start, end, match.group())
    if _DOTTED_THOUSANDS.fullmatch(atom.word) and _counts_people(text, end, limit):
        return [atom._replace(word=atom.word.replace(".", ","))]
    following = text[end : end + 1]
    if not following.isalpha() and not following.isspace():
        return [atom]
    if _ORDINAL_END.match(text, end, limit):
        return [Atom("ordinal", start, end + 2, match.group())]
    suffix = _SUFFIX.match(text, end, limit)
    if suffix:
        return [atom, Atom("scale", end, suffix.end(), "-" + (suffix.group(1) or suffix.group(2)).lower())]
    if following == "m" and not text[end + 1 : end + 2].isalnum():
        is_money = start > 0 and text[start - 1] in table("currencies.toml")["signs"]
        if is_money or _M_OF_THINGS.match(text, end, limit):
            return [atom, Atom("scale", end, end + 1, "-m")]
    return [atom]


def value_of(atom: Atom) -> Any:
    """The value of an atom; of a vague word, its lowest and highest."""
    return digits_value(atom.word) if atom.word[0].isdigit() or atom.word[0] == "." else words()[atom.word][1]


def digits_value(word: str) -> Decimal | None:
    """The value of a number in digits, with its separators; None where it has more digits than anybody counts."""
    if len(word) > 40:
        return None
    plain = re.sub(SPACE, "", word)
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    if re.fullmatch(r"\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    plain = plain.replace(",", "")
    whole, _, rest = plain.partition(".")
    return None if len(whole) > MOST_DIGITS or len(rest) > MOST_DIGITS else Decimal(plain)
