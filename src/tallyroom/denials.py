"""Does a text say of a number that it does not hold: "not 12 but 9", "it is not true that", "the claim that ... is baseless"?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from tallyroom.lexicon import table

#: So many characters behind a number may tell that it is false.
_AFTER = 160


class _Patterns(NamedTuple):
    #: Right before a number: it is the wrong one of two.
    not_this: re.Pattern[str]
    #: Where it begins: more than it is meant, "not only 31 workers".
    not_only: re.Pattern[str]
    #: In its sentence before it: all that follows is said not to be so.
    not_so: re.Pattern[str]
    #: Right before it: whose number is not let stand, "rejected the ministry's 27"; and behind it, where it is a count and no three appeals.
    owned: re.Pattern[str]
    count_alone: re.Pattern[str]
    #: Before it: a claim that it stands in.
    claim: re.Pattern[str]
    #: Behind it: the claim is false, or taken back.
    false: re.Pattern[str]
    withdrawn: re.Pattern[str]
    #: Behind it: those counted are not accounted for.
    unaccounted: re.Pattern[str]


def denial(text: str, start: int, end: int, sentence: tuple[int, int]) -> str | None:
    """How the words around a number at [start, end) in its sentence do not let it stand: "negated", "denied", None where they do."""
    told = _patterns()
    before = text[sentence[0] : start]
    if told.not_this.search(before) and text[start : start + 1] != "0" and not told.not_only.match(text, start):
        return "negated"
    if told.owned.search(before) and told.count_alone.match(text, end):
        return "denied"
    rejected = told.not_so.search(before)
    if rejected and not rejected["doubled"]:
        return "denied"
    if told.claim.search(before):
        after = text[end : min(end + _AFTER, sentence[1])]
        if told.withdrawn.match(after):
            return "negated"
        if told.false.match(after):
            return "denied"
    return None


def is_unaccounted(text: str, end: int, sentence_end: int) -> bool:
    """Are those counted by a number that ends at `end` not accounted for, or not safe: "12 people could not be accounted for"?"""
    return _patterns().unaccounted.match(text, end, sentence_end) is not None


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words = {
        name: "|".join(map(re.escape, sorted(own, key=len, reverse=True)))
        for name, own in table("denials.toml").items()
    }
    aside = r"(?:, [^,.;:]{2,40},)?"
    inside = r"[^.;:]*"
    is_so = r"(?:is|are|was|were|be|has been|have been|had been)"
    return _Patterns(
        not_this=re.compile(r"(?:^|[\s,(“\"])not (?:about |some |around |the )?\Z", re.IGNORECASE),
        not_only=re.compile(rf"(?:{words['not_only']})\b", re.IGNORECASE),
        not_so=re.compile(
            rf"\b(?:not|n['’]t|never)\b{aside} (?:\w+ )?(?:{words['not_so']})\b{aside} that\b{inside}\Z"
            rf"|\bit {is_so} (?:\w+ )?(?:{words['false']})\b{aside} (?:to (?:{words['to_speak']})\b|that\b){inside}\Z"
            rf"|\bno (?:{words['no_ground']}) (?:in|to|for) (?:the |any )?(?:{words['claims']}|{words['speaking']})\b{inside}\Z"
            rf"|(?:\bnot|n['’]t) (?:{words['done']}) (?:about |some |the |those )?\Z"
            rf"|(?P<doubled>(?:\b(?:{words['nobody']})|n['’]t)(?: \w+)? )?\b(?:{words['rejecting']})\b(?: as (?:\w+ )?(?:{words['false']}))?"
            rf"(?: [\w’'-]+){{0,5}}? (?:(?:(?:{words['claims']})(?:, [^.;:]{{2,80}},)? )?that\b{inside}|(?:{words['claims']}) of (?:the )?)\Z",
            re.IGNORECASE,
        ),
        owned=re.compile(
            rf"(?<!not )(?<!n't )(?<!n’t )\b(?:{words['rejecting']})(?: as (?:\w+ )?(?:{words['false']}))? (?:the )?[\w.-]+(?:['’]s|s['’]) \Z",
            re.IGNORECASE,
        ),
        count_alone=re.compile(rf"\s*(?:(?:{words['behind_a_count']})\b|[,.;]|$)"),
        claim=re.compile(rf"\b(?:{words['claims']})\b{inside}\Z", re.IGNORECASE),
        false=re.compile(rf"[^.;:]*?\b{is_so} (?:\w+ )?(?:{words['false']})\b", re.IGNORECASE),
        unaccounted=re.compile(
            rf"[^.;:]{{0,60}}?(?:\b(?:{words['nobody']}|yet)\b|n['’]t\b)[^.;:,]{{0,30}}?\b(?:{words['found']})\b",
            re.IGNORECASE,
        ),
        withdrawn=re.compile(rf"[^.;:]*?\b{is_so} (?:\w+ )?(?:{words['withdrawn']})\b", re.IGNORECASE),
    )
