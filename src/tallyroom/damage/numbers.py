"""Damaged numbers: digits broken by letters or separators, and a numeral whose word form says another number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from tallyroom.calendar_marks import counted_nouns
from tallyroom.damage.found import apart, problem
from tallyroom.lexicon import table
from tallyroom.model import Problem, Span
from tallyroom.numerals import Numeral, as_number, find_numerals

__all__ = ["find"]


_DIGIT = re.compile(r"\d")
#: Without these beside a number none is misread, and none told in two forms.
_BESIDE = re.compile(r"\d[^\W\d_]|[^\W\d_]\d|[(\[]|\d[,.]?[^\W\d_]|[^\W\d_][,.]\d")
_SCALE = re.compile(r"(?:thousand|million|billion)\s+(?:hundred|thousand)\b")
#: What must stand somewhere in a text, for anything to be found of digits among letters, of separators, of numbers side by side.
_TOUCHING = re.compile(r"\d(?:,*[^\W\d_]|(?<=[^\W\d_]\d))")
_SEPARATED = re.compile(r"\d(?:,(?!\d{3}(?!\d))[\s,]?\d|\s,\d|\.\d{3})")
_DECIMAL = re.compile(r"\d\.\d{1,2}\s[a-z]")
_BEHIND_NUMBER = re.compile(r"\s(?<=[\deorxntEORXNT]\s)\s*\d")


def find(text: str, sentences: list[Span]) -> list[Problem]:
    """The damaged numbers of a report: `broken_number` and `number_word`, in text order."""
    touching = bool(_TOUCHING.search(text))
    wanted = (
        (touching, _spelled_with_digits),
        ("hundred" in text or "thousand" in text or bool(_DECIMAL.search(text)), _impossible_size),
        (bool(_SEPARATED.search(text)), _badly_grouped),
        (touching, _run_together),
        (bool(_BEHIND_NUMBER.search(text)), _side_by_side),
    )
    finders = [finder for is_wanted, finder in wanted if is_wanted]
    found: list[Problem] = []
    for start, end in sentences:
        if not _DIGIT.search(text, start, end):
            if _SCALE.search(text, start, end):
                found.extend(_impossible_size(text, start, end))
            continue
        if _BESIDE.search(text, start, end):
            numerals = find_numerals(text, start, end)
            found.extend(_misread(text, numerals))
            found.extend(_two_forms(text, numerals))
        for finder in finders:
            found.extend(finder(text, start, end))
    return apart(found)


# -- letters among digits -------------------------------------------------------------------------------------------


def _misread(text: str, numerals: Sequence[Numeral]) -> Iterator[Problem]:
    """ "4,7OO", "l2": letters that look like digits."""
    for numeral in numerals:
        if numeral.form != "broken":
            continue
        word = text[numeral.start : numeral.end]
        letters = "".join(sorted({c for c in word if c.isalpha()}))
        meant = as_number(numeral.low)
        yield problem(
            text, "broken_number", numeral.start, numeral.end,
            f"the number holds the letter{'s' if len(letters) > 1 else ''} {', '.join(letters)} in the place of digits",
            None if meant is None else f"{meant:,}",
        )  # fmt: skip


# -- separators -----------------------------------------------------------------------------------------------------

_GROUPED = re.compile(r"(?<![\d.,\w$£€¥/-])\d{1,3}(?:,\d+){1,5}(?![\d.,%/-]*[\d%/])")
_WELL_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}")
#: "June 1,2000", "the 2019,2020 seasons".
_YEAR = re.compile(r"(?:19|20)\d\d")
_DOTTED = re.compile(r"(?<![\d.,\w$£€¥-])(?P<number>\d{1,3}(?:\.\d{3})+)\s+(?P<noun>[a-z]+)\b")
_PARTED = re.compile(
    r"\b(?:about|around|some|nearly|almost|over|at\s+least|more\s+than|estimated|another|approximately|roughly)\s+"
    r"(?P<number>\d{1,3}(?:,\s\d{3}|\s,\d{3}|,,\d{3}))\s+(?P<noun>[a-z]+)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s+(?P<noun>[a-z]+)\b")


def _badly_grouped(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "10,0000", "1,234,5", "4,70 people", "12.000 people", "some 4, 700 people": separators that stand wrong."""
    for match in _GROUPED.finditer(text, start, end):
        word = match.group()
        groups = word.split(",")
        if _WELL_GROUPED.fullmatch(word) or (len(groups) > 2 and all(len(g) <= 2 for g in groups[1:-1])):
            continue
        long = any(len(g) > 3 for g in groups[1:])
        short = len(groups) > 2 and len(groups[-1]) < 3 and all(len(g) == 3 for g in groups[1:-1])
        noun = _NOUN.match(text, match.end(), end)
        counts = noun is not None and noun.group("noun") in counted_nouns()
        if long and _YEAR.fullmatch(groups[1]) and not counts:
            continue
        two = len(groups) == 2 and len(groups[1]) == 2 and counts
        if long or short or two:
            message = "the commas stand where no number has them: a digit is missing or one too many"
            yield problem(text, "broken_number", match.start(), match.end(), message)
    for pattern, message in (
        (_DOTTED, "people and things are not counted in thousandths: the full stop stands for a comma"),
        (_PARTED, "the number is cut in two by a space or a second comma"),
    ):
        for match in pattern.finditer(text, start, end):
            if match.group("noun") in counted_nouns():
                whole = f"{int(re.sub(r'[^0-9]', '', match.group('number'))):,}"
                yield problem(text, "broken_number", *match.span("number"), message, whole)


# -- sizes that cannot be ------------------------------------------------------------------------------------------

_TWO_SCALES = re.compile(
    r"(?<![\w.,-])(?:(?P<number>\d{1,3}(?:,\s?\d{3})+)\s(?:hundred|thousand)|(?:[\w.,-]+\s)?(?:thousand\s+hundred|million\s+(?:hundred|thousand)|billion\s+(?:hundred|thousand)))\b(?!-)"
)
_BROKEN_PEOPLE = re.compile(
    r"(?<![\d.,\w$£€¥-])(?P<number>\d+\.\d{1,2})\s(?P<noun>[a-z]+)\s(?:were|was|have|had|has|died|fell|fled|drowned)\b"
)
_RATES = re.compile(r"\b(?:average|mean|per|every|each|rate|ratio|median)\b", re.IGNORECASE)


def _impossible_size(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "11,000 thousand people", "three million hundred", "4.7 soldiers were killed"."""
    for match in _TWO_SCALES.finditer(text, start, end):
        message = "a number in thousands is not told in hundreds or thousands again"
        yield problem(text, "broken_number", *match.span(), message, match["number"])
    for match in _BROKEN_PEOPLE.finditer(text, start, end):
        if match["noun"] in counted_nouns() and not _RATES.search(text, start, end):
            message = "people are whole: a scale word is missing behind the number, or a digit before the stop"
            yield problem(text, "broken_number", *match.span("number"), message)


@lru_cache(maxsize=1)
def _number_words() -> frozenset[str]:
    numbers = table("numbers.toml")
    return frozenset(word for name in ("units", "teens", "tens") if name in numbers for word in numbers[name])


_MIXED = re.compile(r"\b(?=[a-z]*\d)(?=(?:\d*[a-z]){2})[a-z\d]{3,9}\b")
_LOOK = str.maketrans({"0": "o", "1": "i", "3": "e", "5": "s", "7": "t", "9": "g"})


def _spelled_with_digits(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "tw0 soldiers", "f1ve": digits among the letters of a number word."""
    for match in _MIXED.finditer(text, start, end):
        word = match.group().translate(_LOOK)
        if word in _number_words():
            yield problem(text, "broken_number", *match.span(), "digits stand in the place of letters", word)


# -- run together ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _glued() -> re.Pattern[str]:
    nouns = "|".join(sorted(w for w in counted_nouns() if len(w) > 4))
    before = r"killed|killing|least|than|about|over|nearly|around|another|injured|injuring|wounded|wounding|including"
    return re.compile(rf"(?<![\w.,-])(?P<after>\d[\d,]*)(?P<noun>{nouns})\b|\b(?P<word>{before})(?P<number>\d[\d,]*)\b")


_SIDE_BY_SIDE = re.compile(
    r"(?<![\w,.-])(?:(?P<word>one|two|three|four|five|six|seven|eight|nine|ten)\s+(?P<digits>\d{1,3}(?:,\d{3})+|\d{2,3})"
    r"|(?P<first>\d{1,3}(?:,\d{3})*)\s+(?P<second>(?P=first)))\s+(?P<noun>[a-z]+)\b",
    re.IGNORECASE,
)


def _run_together(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "600soldiers", "killed12"."""
    for match in _glued().finditer(text, start, end):
        meant = " ".join(part for part in match.group("word", "number", "after", "noun") if part)
        yield problem(text, "broken_number", *match.span(), "a number and a word are run together", meant)


def _side_by_side(text: str, start: int, end: int) -> Iterator[Problem]:
    """ "over one 1,000 deaths", "600 600 soldiers"."""
    for match in _SIDE_BY_SIDE.finditer(text, start, end):
        if match.group("noun") not in counted_nouns():
            continue
        at = match.start(), match.end("digits") if match.group("word") else match.end("second")
        message = "two numbers stand side by side where one is meant"
        yield problem(text, "broken_number", *at, message, match.group("digits") or match.group("second"))


# -- two forms of one number ----------------------------------------------------------------------------------------


def _two_forms(text: str, numerals: Sequence[Numeral]) -> Iterator[Problem]:
    """ "12 (thirteen) people": a numeral and its word form, or the other way round, that differ."""
    for first, second in pairwise(numerals):
        if (
            second.start - first.end > 3
            or first.form != "number"
            or second.form != "number"
            or first.low is None
            or second.low is None
        ):
            continue
        if (text[first.end : second.start].strip(), text[second.end : second.end + 1]) not in (("(", ")"), ("[", "]")):
            continue
        whole = first.low == first.low.to_integral_value() and second.low == second.low.to_integral_value()
        if first.digits == second.digits or first.low == second.low or not whole:
            continue
        one, two = text[first.start : first.end], text[second.start : second.end]
        yield problem(
            text, "number_word", first.start, second.end + 1, f"the numeral and its word form differ: {one} and {two}"
        )
