"""Numerals: where digits and number words stand in a text, which of them are one number, and what that number is.

A numeral is read as written: "27-hundred", "four-thousand-100", "2.3 million", "12 000", "half a dozen", "tens of thousands".
What limits it, what it counts, and whether it counts anything at all is not decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from tallyroom.lexicon import table
from tallyroom.model import Number, Span

#: A number of more digits than this is none that anybody counted; it is kept without a value.
MOST_DIGITS = 15

Form = Literal[
    "number",
    "vague",
    "plural",
    "collective",
    "zero",
    "no",
    "any",
    "article",
    "ordinal",
    "fraction",
    "broken",
    "code",
    "clock",
    "date",
    "phone",
]


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number as written: its place, its form, and the lowest and highest value that the words mean."""

    start: int
    end: int
    form: Form
    low: Decimal | None
    high: Decimal | None
    #: A scale word that a number before it may share: 1000 in "10 to 12 thousand"; else 1.
    scale: Decimal = Decimal(1)
    #: Written with digits alone.
    digits: bool = False


class _Atom(NamedTuple):
    kind: str
    start: int
    end: int
    word: str


_SPACE = "[ \t\u00a0\u2009\u202f]"
_MISREAD = str.maketrans("OolI", "0011")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace("\\ ", r"\s") for word in sorted(words, key=lambda w: (-len(w), w)))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, tuple[str, Any]]:
    """Each number word with its kind and value."""
    words: dict[str, tuple[str, Any]] = {}
    numbers = table("numbers.toml")
    for name, kind in (
        ("ordinals", "ordinal"), ("units", "unit"), ("teens", "teen"), ("tens", "ten"), ("scales", "scale"), ("groups", "group"),
        ("collectives", "collective"), ("zero", "zero"),
    ):  # fmt: skip
        for word, value in numbers[name].items():
            words[word] = (kind, Decimal(value))
    for name, kind in (("plurals", "plural"), ("vague", "vague")):
        for word, (low, high) in numbers[name].items():
            words[word] = (kind, (Decimal(low), Decimal(high)))
    for sign, value in numbers["fraction_signs"].items():
        words[sign] = ("sign", Decimal(str(value)))
    for word in numbers["parts"]:
        words.setdefault(word, ("part", Decimal(numbers["parts"][word])))
    for suffix, value in numbers["suffixes"].items():
        words[f"-{suffix}"] = ("suffix", Decimal(value))
    for word in ("a", "an", "another"):
        words[word] = ("article", Decimal(1))
    words["no"] = ("no", Decimal(0))
    words["any"] = ("any", Decimal(0))
    return words


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """One pass over the text finds every atom: a run of digits, a number word, or a word that must not be read as one."""
    context = {
        "score": r"(?=\s+(?:of|or|people)\b)", "scores": r"(?=\s+(?:of|more|were|are|have|had|dead|injured|killed|wounded|missing|others)\b)",
        "tens": r"(?=\s+of\b)", "few": r"(?<=\ba\sfew)|few(?=\s+(?:hundred|thousand|dozen|million)\b)",
        "quarter": r"(?=\s+of\b)", "quarters": r"(?=\s+of\b)|(?<=three[\s-])quarters", "no": r"(?=\s+[A-Za-z])",
        "fourths": "", "third": "",
    }  # fmt: skip
    words = [
        w for w, (kind, _) in _lexicon().items() if kind not in ("sign", "suffix", "article", "no") and w not in context
    ]
    special = [f"{word}{ahead}" for word, ahead in context.items()]
    digits = rf"""
        (?P<phone>\+\d[\d\ ()-]{{6,18}}\d)
        |(?P<date>\d{{4}}-\d\d-\d\d(?!\d)(?:T[\d:.]{{5,12}}Z?)?|\d{{1,2}}([/.])\d{{1,2}}\3\d{{2,4}}(?!\d))
        |(?P<clock>\d{{1,2}}:\d\d(?!\d)(?::\d\d(?!\d))?)
        |(?P<code>\d+(?:\.\d+){{2,}}|\d{{3}}-\d{{3,4}}-\d{{4}}(?!\d))
        |(?P<broken>(?<![\w.])(?:(?=[\d,]{{0,12}}[OolI])\d{{1,3}}(?:,[\dOolI]{{3}}){{1,4}}|\d{{1,9}}(?:O[\dOo]{{0,9}}|[lIo]{{1,6}}\d[\dOolI]{{0,9}})
            |l\d[\d,]{{0,9}}|[lI],\d{{3}})(?!\w))
        |(?P<ratio>(?:\d{{1,4}}{_SPACE})?\d{{1,3}}[/⁄]\d{{1,4}}(?![\d/]))
        |(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d{{1,2}}(?:,\d\d)+,\d{{3}}(?!\d)
            |\d{{1,3}}(?:{_SPACE}\d{{3}}){{1,3}}(?!\d|[.,]\d|{_SPACE}\d)|\d{{1,3}}(?:\.\d{{3}}){{2,}}(?!\d)
            |\d+(?:[.,]\d{{1,2}}(?!\d)(?!,\d)|\.\d+)?|(?<![\w.])\.\d+)
        |(?P<sign>[{"".join(table("numbers.toml")["fraction_signs"])}])
    """
    digits = re.sub(r"\n\s*", "", digits)
    return re.compile(
        rf"(?:{digits})|(?i:(?<![^\W_])(?:"
        r"(?P<skip>no\s(?:fewer|less|more|greater|longer|doubt|matter|later|earlier|sooner)(?:\sthan)?(?![^\W_])|no\.(?=\s?\d)|no\s(?=\d))"
        rf"|(?P<word>{_alternatives(words)}|{'|'.join(special)})(?![^\W_])"
        r"|(?P<article>an?(?:other)?)(?=\s)))"
    )


def _atoms(text: str, start: int, end: int) -> list[_Atom]:
    found = []
    lexicon = _lexicon()
    for match in _pattern().finditer(text, start, end):
        kind = match.lastgroup or "digits"
        if kind == "word":
            word = _normal(match.group())
            found.append(_Atom(lexicon[word][0], match.start(), match.end(), word))
        elif kind == "digits":
            found.extend(_digit_atoms(text, match, end))
        else:
            found.append(
                _Atom(kind, match.start(), match.end(), match.group().lower() if kind == "article" else match.group())
            )
    return found


_ORDINAL_END = re.compile(r"(?:st|nd|rd|th)(?![^\W_])", re.IGNORECASE)
_SUFFIX = re.compile(r"\s?(mn|mln|mio|bn|bln|tn|trn)(?![^\W_])|([kKMBT]|cr)(?![^\W_])", re.IGNORECASE)
_SMALL_M = re.compile(
    r"m(?=\s+(?:people|children|women|men|of\s|[a-z]+s\b)|[^\w\s]*\Z)(?!\s+(?:s\b|across|hurdles|races))"
)
_LETTER_SUFFIX = re.compile(r"[kKMBT]|cr")
_MONEY_BEFORE = "".join(table("currencies.toml")["signs"])


def _digit_atoms(text: str, match: re.Match[str], limit: int) -> list[_Atom]:
    """A run of digits, with what is written on to it: 156th, 12K, 4.7bn, £3m."""
    start, end = match.span()
    if _ORDINAL_END.match(text, end, limit):
        return [_Atom("ordinal", start, end + 2, match.group())]
    suffix = _SUFFIX.match(text, end, limit)
    if suffix and (suffix.group(1) or _LETTER_SUFFIX.fullmatch(suffix.group(2))):
        word = (suffix.group(1) or suffix.group(2)).lower()
        return [_Atom("digits", start, end, match.group()), _Atom("scale", end, suffix.end(), f"-{word}")]
    is_money = start > 0 and text[start - 1] in _MONEY_BEFORE
    if (
        text[end : end + 1] == "m"
        and not text[end + 1 : end + 2].isalnum()
        and (is_money or _SMALL_M.match(text, end, limit))
    ):
        return [_Atom("digits", start, end, match.group()), _Atom("scale", end, end + 1, "-m")]
    return [_Atom("digits", start, end, match.group())]


def _normal(words: str) -> str:
    return " ".join(words.lower().split()) if not words.isalpha() else words.lower()


_GAP = re.compile(r"(?:[ \t\u00a0\u202f]+|\r?\n[ \t]*|\s?[-‐‑]\s?)?\Z")
_NO_GAP = re.compile(r"\Z")
_AND = re.compile(r"\s+and\s+\Z|-and-\Z")
_AND_A = re.compile(r"\s+and\s+a\s+\Z|\s+and\s+\Z|-and-a-\Z")
_OF = re.compile(r"\s+of\s+\Z")
_OF_A = re.compile(r"(?:\s+|-)(?:of\s+)?(?:an?\s+)?\Z")


def find_numerals(text: str, start: int, end: int) -> list[Numeral]:
    """Every numeral of text[start:end], in order, none overlapping another."""
    atoms = _atoms(text, start, end)
    numerals: list[Numeral] = []
    i = 0
    while i < len(atoms):
        numeral, i = _Reader(text, atoms, i).read()
        if numeral:
            numerals.append(numeral)
    return numerals


def numeral_spans(text: str) -> list[Span]:
    """The places of all numerals of a text that are digits or number words: none of them may ever be missing."""
    return [(a.start, a.end) for a in _atoms(text, 0, len(text)) if a.kind not in ("article", "skip", "any")]


def digits_value(word: str) -> Decimal | None:
    """The value of a number in digits, with its separators; None where it has more digits than anybody counts."""
    if len(word) > 40:
        return None
    plain = re.sub(_SPACE, "", word)
    if plain.count(".") > 1:
        plain = plain.replace(".", "")
    if re.fullmatch(r"\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    plain = plain.replace(",", "")
    if sum(c.isdigit() for c in plain.split(".")[0]) > MOST_DIGITS:
        return None
    return Decimal(plain)


def as_number(value: Decimal | None) -> Number | None:
    """A plain number: an integer where it is whole, None where there is none or it is beyond counting."""
    if value is None or abs(value) >= Decimal(10) ** (MOST_DIGITS + 3):
        return None
    return int(value) if value == value.to_integral_value() else float(value)


class _Reader:
    """Reads one numeral from a list of atoms, beginning at one of them."""

    def __init__(self, text: str, atoms: list[_Atom], at: int) -> None:
        self.text = text
        self.atoms = atoms
        self.first = at
        self.at = at

    def read(self) -> tuple[Numeral | None, int]:
        atom = self.atoms[self.at]
        if atom.kind in ("skip",):
            return None, self.at + 1
        method = getattr(self, f"_read_{atom.kind}", self._read_cardinal)
        return method(atom), self.at

    # -- atoms around -----------------------------------------------------------------------------------------------

    def _next(self) -> _Atom | None:
        return self.atoms[self.at] if self.at < len(self.atoms) else None

    def _gap(self, atom: _Atom) -> str:
        """The characters between the atom last taken and this one, if they are few."""
        before = self.atoms[self.at - 1].end
        return self.text[before : atom.start] if atom.start - before < 12 else "\x00"

    def _take(self, *kinds: str, gap: re.Pattern[str] = _GAP) -> _Atom | None:
        """Take the next atom if it is of one of these kinds and hangs on the last."""
        atom = self._next()
        if atom is None or atom.kind not in kinds or not gap.match(self._gap(atom)):
            return None
        self.at += 1
        return atom

    def _made(
        self, form: Form, low: Decimal | None, high: Decimal | None, scale: Decimal = Decimal(1), digits: bool = False
    ) -> Numeral:
        return Numeral(self.atoms[self.first].start, self.atoms[self.at - 1].end, form, low, high, scale, digits)

    # -- forms ------------------------------------------------------------------------------------------------------

    def _read_as_code(self, atom: _Atom) -> Numeral:
        self.at += 1
        return self._made(atom.kind, None, None, digits=True)  # type: ignore[arg-type]

    _read_phone = _read_date = _read_clock = _read_code = _read_as_code

    def _read_broken(self, atom: _Atom) -> Numeral:
        self.at += 1
        value = digits_value(atom.word.translate(_MISREAD))
        return self._made("broken", value, value, digits=True)

    def _read_ratio(self, atom: _Atom) -> Numeral:
        self.at += 1
        whole, _, ratio = atom.word.rpartition(" ")
        above, below = (Decimal(part) for part in re.split("[/⁄]", ratio))
        value = Decimal(whole or 0) + above / below if below else None
        scale = self._take("scale")
        if scale and value is not None:
            value *= _value(scale)
        return self._made("number" if whole or scale else "fraction", value, value, digits=not scale)

    def _read_sign(self, atom: _Atom) -> Numeral:
        self.at += 1
        value = _value(atom)
        scale = self._take("scale")
        if scale:
            return self._made("number", value * _value(scale), value * _value(scale))
        return self._made("fraction", value, value)

    def _read_article(self, atom: _Atom) -> Numeral | None:
        """ "a dozen", "a few hundred", "a third of", "a quarter of a million"; else the bare article."""
        self.at += 1
        begun = self._next()
        if atom.word == "another":
            hangs = (
                begun is not None
                and begun.kind not in ("ordinal", "article", "no", "skip")
                and _GAP.match(self._gap(begun))
            )
            return None if hangs else self._made("article", Decimal(1), Decimal(1))
        if begun is None or not _GAP.match(self._gap(begun)):
            return self._made("article", Decimal(1), Decimal(1))
        if begun.kind in ("scale", "group"):
            return self._read_cardinal(begun)
        if begun.kind in ("vague", "collective"):
            return self._read_vague(begun) if begun.kind == "vague" else self._read_collective(begun)
        if begun.kind in ("part", "ordinal") and self._is_part(begun):
            self.at += 1
            return self._fraction(Decimal(1), begun)
        return self._made("article", Decimal(1), Decimal(1))

    def _read_part(self, atom: _Atom) -> Numeral:
        self.at += 1
        return self._fraction(Decimal(1), atom)

    def _is_part(self, atom: _Atom) -> bool:
        """Is a word like "third" a part of a whole here: "a third of them"?"""
        parts = table("numbers.toml")["parts"]
        return atom.word in parts and (
            atom.word in ("half", "quarter", "quarters")
            or bool(re.match(r"\s+of\b", self.text[atom.end : atom.end + 12]))
        )

    def _fraction(self, count: Decimal, part: _Atom) -> Numeral:
        share = count / Decimal(table("numbers.toml")["parts"][part.word])
        following = self._next()
        if following is not None and _OF_A.match(self._gap(following)):
            whole = self._scaled_whole()
            if whole is not None:
                return self._made("number", share * whole, share * whole, scale=whole)
        return self._made("fraction", share, share)

    def _scaled_whole(self) -> Decimal | None:
        """ "(a) million", "(a) dozen" behind a fraction."""
        mark = self.at
        following = self._next()
        if following and following.kind == "article":
            self.at += 1
        atom = self._take("scale", "group", gap=_OF_A if following and following.kind != "article" else _GAP)
        if atom is None:
            self.at = mark
            return None
        return _value(atom)

    def _read_vague(self, atom: _Atom) -> Numeral:
        self.at += 1
        low, high = _lexicon()[atom.word][1]
        scale = self._take("scale", "group") or self._take("scale", "group", gap=_OF)
        if scale is None:
            return self._made("vague", low, high)
        known = table("numbers.toml")["vague_scaled"].get(f"{atom.word} {scale.word}")
        if known:
            return self._made("vague", Decimal(known[0]), Decimal(known[1]))
        times = _value(scale)
        more = self._take("scale")
        if more:
            times *= _value(more)
        return self._made("vague", low * times, high * times)

    def _read_collective(self, atom: _Atom) -> Numeral:
        self.at += 1
        value = _value(atom)
        scale = (
            (self._take("scale", "group") or self._take("scale", "group", gap=_OF)) if atom.word == "couple" else None
        )
        if scale:
            return self._made("number", value * _value(scale), value * _value(scale))
        return self._made("collective", value, value)

    def _read_plural(self, atom: _Atom) -> Numeral:
        self.at += 1
        low, high = _lexicon()[atom.word][1]
        for _ in range(3):
            following = self._take("plural", gap=_OF) or self._take("scale", gap=_OF)
            if following is None:
                break
            times = _value(following) if following.kind == "scale" else _plural_unit(following)
            low, high = low * times, (high + 1) * times - 1
        return self._made("plural", low, high)

    def _read_zero(self, atom: _Atom) -> Numeral:
        self.at += 1
        return self._made("number" if atom.word == "zero" else "zero", Decimal(0), Decimal(0))

    def _read_no(self, atom: _Atom) -> Numeral:
        self.at += 1
        return self._made("no", Decimal(0), Decimal(0))

    def _read_any(self, atom: _Atom) -> Numeral:
        self.at += 1
        return self._made("any", Decimal(0), None)

    def _read_ordinal(self, atom: _Atom) -> Numeral:
        self.at += 1
        value = _value(atom)
        return self._made("ordinal", value, value)

    # -- cardinals --------------------------------------------------------------------------------------------------

    def _read_cardinal(self, atom: _Atom) -> Numeral:
        """A cardinal number of digits and words; the grammar of English number words, with digits at any place of a word."""
        total, current = Decimal(0), None
        last, last_scale = "", Decimal(1)
        lowest = Decimal(10) ** 30
        digits_only = atom.kind == "digits"
        while atom is not None:
            value = _value(atom)
            if value is None:
                self.at += 1
                return self._made("number", None, None, digits=True)
            if atom.kind in ("scale", "group"):
                times = value
                current = (Decimal(1) if current is None else current) * times
                if times >= 1000 or atom.kind == "group":
                    if last == "scale" and last_scale >= 1000 and total:
                        total, current = total * times, Decimal(0)
                    else:
                        total, current = total + current, Decimal(0)
                    lowest = min(lowest, times)
                last_scale = times
                digits_only = False
            else:
                current = value if current is None else current + value
            last = atom.kind
            self.at += 1
            following = self._continuation(last, last_scale, lowest, total, current)
            if following is None:
                break
            atom = following
        return self._finish(total + (current or Decimal(0)), last, last_scale, digits_only)

    def _finish(self, value: Decimal, last: str, scale: Decimal, digits_only: bool) -> Numeral:
        part = self._next()
        if (
            part is not None
            and last in ("unit", "teen", "digits")
            and part.word in table("numbers.toml")["parts"]
            and part.word != "second"
        ):
            is_plural = part.word.endswith("s") or value == 1 or part.word == "halves"
            if is_plural and _GAP.match(self._gap(part)) and (value != 1 or self._is_part(part)):
                self.at += 1
                return self._fraction(value, part)
        if self._take_and_a_half():
            return self._scaled_half(value, last, scale)
        if (
            part is not None
            and part.kind == "ordinal"
            and last in ("ten", "scale")
            and _GAP.match(self._gap(part))
            and _value(part) < scale + 9
        ):
            self.at += 1
            return self._made("ordinal", value + _value(part), value + _value(part))
        sign = self._take("sign", gap=re.compile(r"\s?\Z"))
        if sign:
            return self._scaled_half(value, last, scale, _value(sign))
        return self._made("number", value, value, scale if last in ("scale", "group") else Decimal(1), digits_only)

    def _take_and_a_half(self) -> bool:
        """Take " and a half", with the article as an atom of its own or not."""
        at = self.at
        if at < len(self.atoms) and self.atoms[at].kind == "article":
            at += 1
        if at >= len(self.atoms) or self.atoms[at].word != "half":
            return False
        before = self.atoms[self.at - 1].end
        if not _AND_A.match(self.text[before : self.atoms[at].start][:16]):
            return False
        self.at = at + 1
        return True

    def _scaled_half(self, value: Decimal, last: str, scale: Decimal, part: Decimal = Decimal("0.5")) -> Numeral:
        if last in ("scale", "group"):
            return self._made("number", value + part * scale, value + part * scale)
        times = self._take("scale", "group")
        value = (value + part) * (_value(times) if times else 1)
        return self._made("number", value, value, _value(times) if times else Decimal(1))

    def _continuation(
        self, last: str, last_scale: Decimal, lowest: Decimal, total: Decimal, current: Decimal | None
    ) -> _Atom | None:
        """The next atom, if it is more of the same number."""
        atom = self._next()
        if atom is None or atom.kind not in ("unit", "teen", "ten", "scale", "group", "digits") or last == "group":
            return None
        gap = self._gap(atom)
        hangs = bool(_GAP.match(gap))
        if atom.kind in ("scale", "group"):
            if not hangs or (last == "digits" and "-" in gap and " " in gap):
                return None
            value = _value(atom)
            if last == "scale" and last_scale >= value and value < 1000:
                return None
            return atom if value < lowest or last == "scale" else None
        if atom.kind == "digits":
            value = _value(atom)
            joined = hangs and last == "scale" and value is not None and value < last_scale and atom.word.isdigit()
            return (
                atom
                if joined and ("-" in gap or last_scale >= 1000 and self._is_scaled(self.at + 1, last_scale))
                else None
            )
        if last == "ten":
            return atom if atom.kind == "unit" and hangs else None
        if last != "scale":
            return None
        joined = hangs or bool(_AND.match(gap))
        if not joined or (_AND.match(gap) and self._is_scaled(self.at + 1, lowest, at_least=True)):
            return None
        return atom

    def _is_scaled(self, at: int, limit: Decimal, at_least: bool = False) -> bool:
        """Does a scale word follow within the next two atoms: one below `limit`, or at least as large as it?"""
        for atom in self.atoms[at : at + 2]:
            if atom.kind == "scale" and _GAP.match(self.text[self.atoms[at - 1].end : atom.start][:12]):
                return (_value(atom) >= limit) is at_least
            if atom.kind != "unit":
                return False
        return False


def _value(atom: _Atom) -> Any:
    if atom.kind == "digits" or atom.word[0].isdigit():
        return digits_value(atom.word)
    return _lexicon()[atom.word][1]


def _plural_unit(atom: _Atom) -> Decimal:
    """ "thousands" behind "tens of": 1000."""
    numbers = table("numbers.toml")
    single = atom.word.removesuffix("s")
    return Decimal(numbers["scales"].get(single) or numbers["groups"].get(single) or 1)
