"""Modifiers: the words beside a numeral that limit it, add to it or give it a currency, for its own number only."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from tallyroom.lexicon import table
from tallyroom.model import Bound


@dataclass(frozen=True, slots=True)
class Quote:
    """A numeral on the way to a quantity: its quote, which grows by its modifiers, and what they say."""

    numeral_start: int
    numeral_end: int
    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    form: str
    bound: Bound | None = None
    #: ISO 4217.
    currency: str | None = None
    additional: bool = False
    is_range: bool = False
    #: "all but one": the number left out, not the number meant.
    is_exception: bool = False


def with_modifiers(text: str, quote: Quote, left: int, right: int) -> Quote:
    """The quote with all that belongs to it between `left` and `right`, the ends of its neighbours."""
    if quote.form in ("article", "clock", "date", "phone", "code"):
        return quote
    quote = _with_money(text, quote, left, right)
    quote = _with_words_before(text, quote, left)
    return quote if quote.form == "ordinal" else _with_words_after(text, quote, right)


# -- words before ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a phrase before a number says, and when it does not."""

    kind: str
    bound: Bound | None
    #: Read from this number on, whatever stands before.
    from_number: Decimal | None
    #: Below that number, read unless one of these words stands before; None where it is not read at all.
    unless_after: frozenset[str] | None
    never_after: frozenset[str]


@lru_cache(maxsize=1)
def _rules() -> dict[str, _Rule]:
    lexicon = table("bounds.toml")
    rules: dict[str, _Rule] = {}

    def add(phrase: str, kind: str, bound: Any = None, from_number: int | None = None) -> None:
        least = lexicon["from_number"].get(phrase, from_number)
        unless = lexicon["unless_after"].get(phrase)
        rules[phrase] = _Rule(
            kind, bound, None if least is None else Decimal(least), None if unless is None else frozenset(unless),
            frozenset(lexicon["never_after"].get(phrase, ())),
        )  # fmt: skip

    for phrase in lexicon["kept"]["before"]:
        add(phrase, "kept")
    for phrase in lexicon["kept_with_bound"]["words"]:
        add(phrase, "kept_with_bound")
    for phrase in lexicon["additional"]["before"]:
        add(phrase, "additional")
    for phrase, bound in lexicon["before"].items():
        add(phrase, "bound", bound)
    for verb, least in lexicon["verbs"].items():
        add(verb, "verb", "more_than", least)
    return rules


@lru_cache(maxsize=1)
def _last_words() -> frozenset[str]:
    return frozenset(phrase.rsplit(" ", 1)[-1] for phrase in _rules())


_WORDS = re.compile(r"[^\s(\[“\"‘—–/;:]+")
_MOST_WORDS = 5
_COUNTED_FORMS = ("number", "broken", "vague", "plural", "collective", "fraction")


def _with_words_before(text: str, quote: Quote, left: int) -> Quote:
    begin = max(left, quote.start - 64)
    window = text[begin : quote.start]
    if not window:
        return quote
    if window[-1] in "~≈><":
        return replace(quote, start=quote.start - 1, bound=_rules()[window[-1]].bound)
    if not window[-1].isspace():
        return quote
    words = [(m.start() + begin, m.group()) for m in _WORDS.finditer(window)]
    while words:
        last = words[-1][1].lower()
        if last.rstrip(",") not in _last_words() or text[words[-1][0] + len(last) : quote.start].strip():
            return quote
        size, rule, phrase = _longest_rule(words)
        if rule is None or not _holds(
            rule, phrase, quote, words[-size - 1][1].lower() if len(words) > size else "", last
        ):
            return quote
        quote = _modified(quote, words[-size][0], rule, phrase)
        words = words[:-size]
    return quote


def _longest_rule(words: list[tuple[int, str]]) -> tuple[int, _Rule | None, str]:
    for size in range(min(_MOST_WORDS, len(words)), 0, -1):
        phrase = " ".join(word for _, word in words[-size:]).lower().rstrip(",")
        rule = _rules().get(phrase)
        if rule is not None:
            return size, rule, phrase
    return 1, None, ""


def _holds(rule: _Rule, phrase: str, quote: Quote, before: str, last: str) -> bool:
    """Does the phrase limit this number, and not say something else ("talks about two men", "passed two bills")?"""
    value = quote.low if quote.low is not None else Decimal(0)
    if last.endswith(",") and not (rule.bound == "about" and phrase.endswith("ly")):
        return False
    if rule.kind == "verb":
        return rule.from_number is not None and value >= rule.from_number and before not in ("the", "a", "of")
    if rule.kind == "kept_with_bound":
        return quote.bound is not None or quote.is_range
    if phrase in ("additional", "further"):
        return quote.form in _COUNTED_FORMS
    if phrase in ("c.", "ca.", "approx."):
        return quote.form == "number"
    if before in rule.never_after:
        return False
    if rule.from_number is None or value >= rule.from_number:
        return True
    return rule.unless_after is not None and before not in rule.unless_after


def _modified(quote: Quote, start: int, rule: _Rule, phrase: str) -> Quote:
    bound = quote.bound
    if rule.bound is not None and (bound is None or bound == "about" or rule.kind == "verb"):
        bound = rule.bound if rule.bound != "about" or bound is None else bound
    additional = quote.additional or rule.kind == "additional"
    return replace(
        quote, start=start, bound=bound, additional=additional, is_exception=quote.is_exception or phrase == "all but"
    )


# -- words after ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _after() -> re.Pattern[str]:
    lexicon = table("bounds.toml")
    phrases = [*lexicon["after"], *lexicon["additional"]["after"], *lexicon["kept"]["after"]]
    ordered = "|".join(re.escape(p).replace("\\ ", r"\s+") for p in sorted(phrases, key=lambda p: (-len(p), p)))
    return re.compile(rf"(?P<gap>\s*)(?P<word>{ordered})(?![^\W_])", re.IGNORECASE)


_MORE_THAN = re.compile(r"\s+(?:than|likely|of\s+the\s+same|[a-z]+ly|recent|important|sustainable)\b")
_NUMBER_AHEAD = re.compile(r"\s+(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|a\s)")
_PEOPLE_OR_MORE = re.compile(
    r"\s+(?:people|persons|civilians|soldiers|troops|men|women|children)\s+or\s+(?P<word>more|fewer|less)\b"
)


def _with_words_after(text: str, quote: Quote, right: int) -> Quote:
    lexicon = table("bounds.toml")
    limit = min(right, quote.end + 40)
    for _ in range(3):
        match = _after().match(text, quote.end, limit)
        if match is None:
            break
        word = " ".join(match.group("word").lower().split())
        ahead = text[match.end() : match.end() + 14].lower()
        if (
            (not match.group("gap") and word[0] not in "-+")
            or (word in ("more", "further", "fewer") and _MORE_THAN.match(ahead))
            or (word == "plus" and ahead[:1] == " ")
            or (word.startswith("at ") and _NUMBER_AHEAD.match(ahead))
            or (word == "odd" and not text[quote.numeral_start].isdigit())
        ):
            break
        bound = lexicon["after"].get(word) or quote.bound
        is_more = quote.additional or word in lexicon["additional"]["after"]
        quote = replace(quote, end=match.end(), bound=bound, additional=is_more)
    people = _PEOPLE_OR_MORE.match(text, quote.end, limit)
    if people and quote.bound in (None, "about"):
        bound = "at_least" if people.group("word") == "more" else "at_most"
        quote = replace(quote, end=people.end(), bound=cast(Bound, bound))
    return quote


# -- money ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def money_mark() -> str:
    """A pattern of what stands before an amount: "US$", "€", "USD ", "Rs. "."""
    lexicon = table("currencies.toml")
    letters = "|".join(re.escape(p) for p in sorted(lexicon["dollars"], key=lambda p: (-len(p), p)))
    codes = "|".join(re.escape(p) for p in sorted(lexicon["codes"], key=lambda p: (-len(p), p)))
    signs = "".join(re.escape(s) for s in lexicon["signs"] if s != "$")
    return (
        rf"(?:(?:(?<![^\W_])(?P<letters>{letters}))?(?P<dollar>\$)|(?P<sign>[{signs}])|(?<![^\W_])(?P<code>{codes})[$£€]?)"
        r"[\s\u00a0]?"
    )


@lru_cache(maxsize=1)
def _money_before() -> re.Pattern[str]:
    return re.compile(money_mark() + r"\Z")


@lru_cache(maxsize=1)
def _money_after() -> re.Pattern[str]:
    lexicon = table("currencies.toml")
    words = sorted({*lexicon["words"], *lexicon["words_if_large"]}, key=lambda p: (-len(p), p))
    names = "|".join(re.escape(w).replace("\\ ", r"\s+") for w in words)
    codes = "|".join(c for c in lexicon["codes"] if c.isalpha() and len(c) > 2)
    signs = "".join(re.escape(s) for s in lexicon["signs"])
    return re.compile(
        rf"(?P<sign>[ \u00a0]?[{signs}](?!\s?\d))"
        rf"|(?:[\s\u00a0-]+|\s+of\s+)(?:(?P<code>{codes})\b|(?P<word>(?i:{names}))s?\b)"
    )


_NO_MONEY_AHEAD = re.compile(r"\s+(?:of\s|force|per\s|the\b|a\b|an\b|by\b|heavier|lighter)")


def _with_money(text: str, quote: Quote, left: int, right: int) -> Quote:
    if quote.form not in ("number", "vague", "plural", "broken"):
        return quote
    begin = max(left, quote.numeral_start - 8)
    window = text[begin : quote.numeral_start]
    match = _money_before().search(window) if window and not window[-1].islower() else None
    if match is None or not (text[quote.numeral_start].isdigit() or match.group("dollar") or match.group("sign")):
        return _with_money_after(text, quote, right)
    lexicon = table("currencies.toml")
    if match.group("dollar"):
        currency = lexicon["dollars"].get(match.group("letters") or "", "USD")
    else:
        currency = lexicon["signs"].get(match.group("sign")) or lexicon["codes"][match.group("code")]
    start = min(quote.start, begin + match.start())
    return replace(_with_money_after(text, replace(quote, start=start), right), currency=currency)


def _with_money_after(text: str, quote: Quote, right: int) -> Quote:
    match = _money_after().match(text, quote.end, min(right, quote.end + 40))
    if match is None:
        return quote
    lexicon = table("currencies.toml")
    if match.group("sign"):
        currency = lexicon["signs"][match.group("sign").strip()]
    elif match.group("code"):
        currency = lexicon["codes"][match.group("code")]
    else:
        word = " ".join(match.group("word").lower().split())
        currency = lexicon["words"].get(word)
        if currency is None:
            is_large = quote.low is not None and quote.low >= 1000
            if not is_large or _NO_MONEY_AHEAD.match(text, match.end(), match.end() + 10):
                return quote
            currency = lexicon["words_if_large"][word]
    return replace(quote, end=match.end(), currency=currency)
