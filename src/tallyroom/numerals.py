"""Numerals: which digits and number words of a text are one number, and what number that is.

A numeral is read as written: "27-hundred", "four-thousand-100", "2.3 million", "12 000", "tens of thousands".
What limits it, what it counts, and whether it counts anything at all is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from tallyroom.lexicon import table
from tallyroom.model import Number, Span
from tallyroom.numeral_atoms import MOST_DIGITS, SPACE, Atom, digits_value, find_atoms, parts, value_of

Form = Literal[
    "number", "vague", "plural", "collective", "zero", "no", "any", "article", "ordinal", "fraction", "broken",
    "code", "clock", "date", "phone",
]  # fmt: skip

_ONE = Decimal(1)
_TOO_LARGE = Decimal(10) ** (MOST_DIGITS + 3)


@dataclass(frozen=True, slots=True)
class Numeral:
    """One number as written: its place, its form, and the lowest and highest value that the words mean."""

    start: int
    end: int
    form: Form
    low: Decimal | None
    high: Decimal | None
    #: The scale word that ends it, which a number before it may share: 1000 in "10 to 12 thousand"; else 1.
    scale: Decimal = _ONE
    #: Written with digits alone.
    digits: bool = False


@lru_cache(maxsize=2048)
def find_numerals(text: str, start: int, end: int) -> tuple[Numeral, ...]:
    """Every numeral of text[start:end], in order, none overlapping another; what counts and what is damaged ask alike."""
    atoms = find_atoms(text, start, end)
    numerals: list[Numeral] = []
    i = 0
    while i < len(atoms):
        reader = _Reader(text, atoms, i)
        numeral = reader.read()
        if numeral:
            numerals.append(numeral)
        i = reader.at
    return tuple(numerals)


def numeral_spans(text: str) -> list[Span]:
    """The places of all digits and number words of a text: none of them may ever be missing from what is read."""
    return [(a.start, a.end) for a in find_atoms(text, 0, len(text)) if a.kind not in ("article", "skip", "any")]


def as_number(value: Decimal | None) -> Number | None:
    """A plain number: an integer where it is whole; None where there is none or it is beyond counting."""
    if value is None or abs(value) >= _TOO_LARGE:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


_GAP = re.compile(r"(?:[ \t\u00a0\u202f]+|\r?\n[ \t]*|\s?[-‐‑]\s?)?\Z")
_AND = re.compile(r"\s+and\s+\Z|-and-\Z")
_AND_A = re.compile(r"\s+and\s+(?:a\s+)?\Z|-and-a-\Z")
_OF = re.compile(r"\s+of\s+\Z")
_OF_A = re.compile(r"(?:\s+|-)(?:of\s+)?(?:an?[\s-]+)?\Z")
_SIGN_GAP = re.compile(r"\s?\Z")
_OF_AHEAD = re.compile(r"\s+of\b")
_NUMBERS = ("unit", "teen", "ten", "scale", "group", "digits")
_SCALES = ("scale", "group")
_MISREAD = str.maketrans("OolISB", "001158")


class _Reader:
    """Reads one numeral from a list of atoms, beginning at one of them; `at` is the next atom not taken."""

    __slots__ = ("at", "atoms", "first", "text")

    def __init__(self, text: str, atoms: list[Atom], at: int) -> None:
        self.text = text
        self.atoms = atoms
        self.first = at
        self.at = at

    def read(self) -> Numeral | None:
        """The numeral, or None where the atom only looks like one."""
        atom = self.atoms[self.at]
        self.at += 1
        if atom.kind == "skip":
            return None
        if atom.kind in _NUMBERS:
            return self._cardinal(atom)
        if atom.kind == "article":
            return self._article(atom)
        if atom.kind == "part":
            return self._fraction(_ONE, atom)
        return self._other(atom)

    def _other(self, atom: Atom) -> Numeral:
        match atom.kind:
            case "vague":
                return self._vague(atom)
            case "plural":
                return self._plural(atom)
            case "collective":
                return self._collective(atom)
            case "ratio":
                return self._ratio(atom)
            case "sign":
                return self._sign(atom)
            case "broken":
                value = digits_value(atom.word.translate(_MISREAD))
                return self._made("broken", value, digits=True)
            case "ordinal":
                return self._made("ordinal", value_of(atom))
            case "zero":
                return self._made("number" if atom.word == "zero" else "zero", Decimal(0))
            case "no":
                return self._made("no", Decimal(0))
            case "any":
                return Numeral(atom.start, atom.end, "any", Decimal(0), None)
            case kind:
                return Numeral(atom.start, atom.end, kind, None, None, digits=True)  # type: ignore[arg-type]

    # -- taking atoms -----------------------------------------------------------------------------------------------

    def _next(self) -> Atom | None:
        return self.atoms[self.at] if self.at < len(self.atoms) else None

    def _gap(self, atom: Atom) -> str:
        """The characters between the atom last taken and this one, where they are few."""
        before = self.atoms[self.at - 1].end
        return self.text[before : atom.start] if atom.start - before < 12 else "\x00"

    def _take(self, *kinds: str, gap: re.Pattern[str] = _GAP) -> Atom | None:
        """Take the next atom if it is of one of these kinds and hangs on the last."""
        atom = self._next()
        if atom is None or atom.kind not in kinds or not gap.match(self._gap(atom)):
            return None
        self.at += 1
        return atom

    def _made(self, form: Form, value: Decimal | None, scale: Decimal = _ONE, digits: bool = False) -> Numeral:
        return self._between(form, value, value, scale, digits)

    def _between(
        self, form: Form, low: Decimal | None, high: Decimal | None, scale: Decimal = _ONE, digits: bool = False
    ) -> Numeral:
        return Numeral(self.atoms[self.first].start, self.atoms[self.at - 1].end, form, low, high, scale, digits)

    # -- parts of a whole -------------------------------------------------------------------------------------------

    def _ratio(self, atom: Atom) -> Numeral:
        """ "1/2", "2 1/2", "1/2 million"."""
        *whole, ratio = re.split(SPACE, atom.word)
        above, below = (Decimal(part) for part in re.split("[/⁄]", ratio))
        if not below:
            return Numeral(atom.start, atom.end, "code", None, None, digits=True)
        value = Decimal(whole[0] if whole else 0) + above / below
        scale = self._take("scale")
        if scale:
            return self._made("number", value * value_of(scale))
        return self._made("number" if whole else "fraction", value, digits=True)

    def _sign(self, atom: Atom) -> Numeral:
        scale = self._take("scale")
        return (
            self._made("number", value_of(atom) * value_of(scale)) if scale else self._made("fraction", value_of(atom))
        )

    def _article(self, atom: Atom) -> Numeral | None:
        """ "a dozen", "a few hundred", "a third of", "a quarter of a million"; else the bare article."""
        begun = self._next()
        hangs = begun is not None and bool(_GAP.match(self._gap(begun)))
        if atom.word == "another" and hangs:
            return None if begun.kind not in ("ordinal", "article", "no", "skip") else self._made("article", _ONE)  # type: ignore[union-attr]
        if begun is None or not hangs:
            return self._made("article", _ONE)
        if begun.kind in _SCALES:
            self.at += 1
            return self._cardinal(begun)
        if begun.kind in ("vague", "collective"):
            self.at += 1
            return self._other(begun)
        if self._is_part(begun):
            self.at += 1
            return self._fraction(_ONE, begun)
        return self._made("article", _ONE)

    def _is_part(self, atom: Atom) -> bool:
        """Is a word like "third" a part of a whole here: "a third of them"?"""
        if atom.word not in parts():
            return False
        return atom.kind == "part" or bool(_OF_AHEAD.match(self.text, atom.end, atom.end + 12))

    def _fraction(self, count: Decimal, part: Atom) -> Numeral:
        share = count / Decimal(parts()[part.word])
        whole = self._scaled_whole()
        return self._made("fraction", share) if whole is None else self._made("number", share * whole, scale=whole)

    def _scaled_whole(self) -> Decimal | None:
        """ "(of) a million", "a dozen" behind a part."""
        following = self._next()
        over = following is not None and following.kind == "article"
        at = self.at + 1 if over else self.at
        if at >= len(self.atoms) or self.atoms[at].kind not in _SCALES:
            return None
        if not _OF_A.match(self.text[self.atoms[self.at - 1].end : self.atoms[at].start][:14]):
            return None
        self.at = at + 1
        value: Decimal = value_of(self.atoms[at])
        return value

    def _take_and_a_half(self) -> bool:
        """Take " and a half", where the article is an atom of its own or none."""
        at = self.at
        if at < len(self.atoms) and self.atoms[at].kind == "article":
            at += 1
        if at >= len(self.atoms) or self.atoms[at].word != "half":
            return False
        if not _AND_A.match(self.text[self.atoms[self.at - 1].end : self.atoms[at].start][:16]):
            return False
        self.at = at + 1
        return True

    # -- vague words ------------------------------------------------------------------------------------------------

    def _take_scale_of(self) -> Atom | None:
        return self._take(*_SCALES) or self._take(*_SCALES, gap=_OF)

    def _vague(self, atom: Atom) -> Numeral:
        low, high = value_of(atom)
        scale = self._take_scale_of()
        if scale is None:
            return self._between("vague", low, high)
        known = table("numbers.toml")["vague_scaled"].get(f"{atom.word} {scale.word}")
        if known:
            low, high, times = Decimal(known[0]), Decimal(known[1]), _ONE
        else:
            times = value_of(scale)
        more = self._take("scale")
        if more:
            times *= value_of(more)
        return self._between("vague", low * times, high * times)

    def _collective(self, atom: Atom) -> Numeral:
        scale = self._take_scale_of() if atom.word == "couple" else None
        if scale:
            return self._made("number", value_of(atom) * value_of(scale))
        return self._made("collective", value_of(atom))

    def _plural(self, atom: Atom) -> Numeral:
        """ "thousands", "tens of thousands", "hundreds of millions"."""
        low, high = value_of(atom)
        for _ in range(3):
            following = self._take("plural", "scale", gap=_OF)
            if following is None:
                break
            times = _plural_unit(following)
            low, high = low * times, (high + 1) * times - 1
        return self._between("plural", low, high)

    # -- cardinals --------------------------------------------------------------------------------------------------

    def _cardinal(self, atom: Atom) -> Numeral:
        """A cardinal, by the grammar of English number words, with digits at the place of any word."""
        total, current = Decimal(0), None
        last_scale, lowest = _ONE, Decimal(10) ** 30
        only_digits = atom.kind == "digits"
        while True:
            value = value_of(atom)
            if value is None:
                while self._take(*_SCALES):
                    pass
                return self._made("number", None, digits=True)
            if atom.kind in _SCALES:
                only_digits = False
                current = value if current is None else current * value
                if value >= 1000 or atom.kind == "group":
                    total = total * value if last_scale >= 1000 and current == 0 else total + current
                    current, lowest = Decimal(0), min(lowest, value)
                last_scale = value
            else:
                current = value if current is None else current + value
            following = self._continuation(atom, last_scale, lowest)
            if following is None:
                break
            self.at += 1
            atom = following
        return self._finished(total + (current or 0), atom, last_scale, only_digits)

    def _continuation(self, last: Atom, last_scale: Decimal, lowest: Decimal) -> Atom | None:
        """The next atom, if it is more of the same number."""
        atom = self._next()
        if atom is None or atom.kind not in _NUMBERS or last.kind == "group":
            return None
        gap = self._gap(atom)
        hangs = bool(_GAP.match(gap))
        if atom.kind in _SCALES:
            grows = value_of(atom) < lowest or last.kind == "scale"
            shrinks = last.kind == "scale" and last_scale >= value_of(atom) and value_of(atom) < 1000
            return atom if hangs and grows and not shrinks and not (last.kind == "digits" and "- " in gap) else None
        if atom.kind == "digits":
            value = value_of(atom)
            smaller = last.kind == "scale" and value is not None and value < last_scale and atom.word.isdigit()
            tied = "-" in gap or (last_scale >= 1000 and self._is_scaled(self.at + 1, below=last_scale))
            return atom if hangs and smaller and tied else None
        if last.kind == "ten":
            return atom if atom.kind == "unit" and hangs else None
        if last.kind != "scale" or (self.atoms[self.first].kind == "digits" and "-" not in gap):
            return None
        is_and = bool(_AND.match(gap))
        if not (hangs or is_and) or (is_and and self._is_scaled(self.at + 1, from_=lowest)):
            return None
        if is_and and self._are_parts_ahead():
            return None
        return atom

    def _are_parts_ahead(self) -> bool:
        """Is the next number one of parts: "a hundred and three quarters"?"""
        return (
            self.at + 1 < len(self.atoms)
            and self.atoms[self.at + 1].word in parts()
            and self.atoms[self.at + 1].word[-1] == "s"
        )

    def _is_scaled(self, at: int, *, below: Decimal | None = None, from_: Decimal | None = None) -> bool:
        """Does a scale word follow within two atoms: one below a limit, or from a limit on?"""
        for atom in self.atoms[at : at + 2]:
            if not _GAP.match(self.text[self.atoms[at - 1].end : atom.start][:12]):
                return False
            if atom.kind == "scale":
                value: Decimal = value_of(atom)
                return (below is not None and value < below) or (from_ is not None and value >= from_)
            if atom.kind != "unit":
                return False
            at += 1
        return False

    def _finished(self, value: Decimal, last: Atom, scale: Decimal, only_digits: bool) -> Numeral:
        part = self._next()
        if part is not None and _GAP.match(self._gap(part)):
            if last.kind in ("unit", "teen", "digits") and self._are_parts(value, part):
                self.at += 1
                return self._fraction(value, part)
            if (
                part.kind == "ordinal"
                and last.kind in ("ten", "scale")
                and value_of(part) < (10 if last.kind == "ten" else scale)
            ):
                self.at += 1
                return self._made("ordinal", value + value_of(part))
        plural = self._take("plural") if last.kind in ("unit", "teen", "digits") else None
        if plural:
            return self._made("number", value * _plural_unit(plural))
        if self._take_and_a_half():
            return self._with_part(value, Decimal("0.5"), last, scale)
        sign = self._take("sign", gap=_SIGN_GAP)
        if sign:
            return self._with_part(value, value_of(sign), last, scale)
        return self._made("number", value, scale if last.kind in _SCALES else _ONE, only_digits)

    def _are_parts(self, value: Decimal, part: Atom) -> bool:
        """ "two thirds", "three-quarters", "one third of"; not "two second", "one third officer"."""
        if part.word not in parts():
            return False
        tied = self._gap(part) in ("-", "‐") and part.word != "second"
        return tied or self._is_part(part) if value == 1 else part.word.endswith("s")

    def _with_part(self, value: Decimal, part: Decimal, last: Atom, scale: Decimal) -> Numeral:
        """ "a million and a half", "one and a half million"."""
        if last.kind in _SCALES:
            return self._made("number", value + part * scale)
        following = self._take(*_SCALES)
        times: Decimal = value_of(following) if following else _ONE
        return self._made("number", (value + part) * times, scale=times)


def _plural_unit(atom: Atom) -> Decimal:
    """ "thousands" behind "tens of": 1000."""
    numbers = table("numbers.toml")
    single = atom.word.removesuffix("s")
    return Decimal(numbers["scales"].get(single) or numbers["groups"].get(single) or 1)
