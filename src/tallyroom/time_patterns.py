"""The patterns of words for time: one for the words themselves, some for what stands before them; built from the lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tallyroom.lexicon import table


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(w).replace(r"\ ", r"\s") for w in sorted(words, key=lambda w: (-len(w), w)))


def _and_capitals(names: Iterable[str]) -> list[str]:
    return [form for name in names for form in (name, name.upper())]


@lru_cache(maxsize=1)
def time_pattern() -> re.Pattern[str]:
    lexicon = table("times.toml")
    short = [name for name in lexicon["months"] if len(name) < 5 and name not in ("May", "June", "July")]
    full = [name for name in lexicon["months"] if name not in short]
    months = rf"(?:(?:{_any(_and_capitals(full))})\b|(?:{_any(short)})\b\.?)"
    weekday = rf"(?:{_any(_and_capitals(lexicon['weekdays']))})"
    units = rf"(?:{_any(lexicon['units'])})s?"
    plain_units = rf"(?:{_any(lexicon['units'])})"
    number = rf"(?i:\d{{1,3}}|{_any(lexicon['numbers'])})"
    season = rf"(?i:{_any(lexicon['seasons'])})"
    year = r"(?:1[5-9]|20)\d\d(?!\d|[.,]\d)"
    year_tail = rf"(?:,?\s(?:of\s)?(?P<YEAR>{year}|(?i:this|last|next)\s(?i:year)))?"
    day = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\d:%]|[.,]\d)"
    parts = [
        r"(?P<iso>(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))",
        rf"(?P<dm>(?P<dm_day>{day})(?:\s?(?:-|–|to|and)\s?(?P<dm_last>{day}))?(?:\sof)?\s(?P<dm_month>{months}){year_tail.replace('YEAR', 'dm_year')})",
        rf"(?P<md>(?P<md_month>{months})\s(?:the\s)?(?P<md_day>{day})(?:\s?(?:-|–|to|and)\s?(?P<md_last>{day}))?{year_tail.replace('YEAR', 'md_year')})",
        rf"(?P<mrange>(?P<mr_first>{months})\s?(?:-|–|to)\s?(?P<mr_last>{months})\s(?P<mr_year>{year}))",
        rf"(?P<relmonth>(?i:(?P<rm_which>last|this|next|past))\s(?P<rm_month>{months}))",
        rf"(?P<month>(?P<m_month>{months}){year_tail.replace('YEAR', 'm_year')})",
        rf"(?P<weekday>(?:(?i:(?P<w_which>last|this past|this|next|past|the previous|the following))\s)?(?P<w_day>{weekday})(?![a-z])(?:\s(?i:morning|afternoon|evening|night)\b)?)",
        r"(?i:(?P<daypart>yesterday|tomorrow|today)\s(?:morning|afternoon|evening|night)\b)",
        rf"(?i:(?P<daywords>{_any(lexicon['days'])})\b)",
        rf"(?i:(?P<anchored>{_any(lexicon['anchored'])})\b)",
        rf"(?i:(?P<relunit>(?P<ru_pre>(?:earlier|later|early|late)\s)?(?:in\s)?(?P<ru_which>last|this|next|the\spast|the\slast|the\sprevious|the\sfollowing|the\scoming|previous)\s(?P<ru_unit>{plain_units}|{season})\b(?!-)))",
        r"(?i:(?P<overnight>overnight)\b(?!,?\s(?:on\s|from\s|between\s|into\s)?(?:\d|(?-i:[A-Z]))))",
        r"(?i:(?P<weekend>(?:over|at|during|on)\sthe\sweekend\b))",
        r"(?i:(?P<sameunit>(?:in\s|later\s|earlier\s)?(?:that|the\ssame)\s(?P<su_unit>month|year)\b))",
        r"(?i:(?P<todate>(?:so\sfar|to\sdate)(?:\s(?:in|during))?\sthis\s(?P<td_a>year|month|week)\b|this\s(?P<td_b>year|month|week)\s(?:so\sfar|to\sdate|alone)\b|(?P<td_c>year)\sto\sdate\b"
        r"|(?:since|from)\s(?:the\s)?(?:very\s)?(?:start|beginning)\sof\s(?:the|this)\s(?P<td_d>year|month|week)\b))",
        rf"(?i:(?P<partyear>(?:the\s)?first\s(?P<py_n>half|quarter|{number}\s(?=months))\s?(?:months\s)?of\s(?P<py_year>{year}|(?:the|this|last)\syear)\b))",
        rf"(?i:(?P<bareseason>in\s(?:the\s)?(?P<bs_name>spring|summer|autumn|winter)\b(?!\s(?:of|{year}|and|or|months?)\b)))",
        r"(?i:(?P<yearend>(?:by|until|till|before)\sthe\send\sof\sthe\s(?P<ye_unit>year|month)\b))",
        rf"(?i:(?P<sofar>{_any(lexicon['phrases']['so_far'])})\b)",
        rf"(?i:(?P<nowwords>{_any(lexicon['phrases']['now'])})\b)",
        rf"(?i:(?P<ago>(?P<ago_n>{number})\s(?P<ago_u>{units})\s(?P<ago_w>ago|earlier|before|prior|later)\b))",
        rf"(?i:(?P<lastn>(?:in\s|over\s|during\s|within\s|for\s)?(?:the\s)?(?:last|past|previous)\s(?P<ln_n>{number})\s(?P<ln_u>{units})\b))",
        rf"(?i:(?P<within>within\s(?:the\s(?:last|past)\s)?(?P<wi_n>{number})\s(?P<wi_u>{units})\b))",
        rf"(?i:(?P<vague>(?:in\s|over\s|during\s|for\s)?(?:{_any(lexicon['phrases']['vague'])}))\b)",
        rf"(?P<season>(?i:(?P<s_name>{season}))\s(?:of\s|(?i:in)\s)?(?P<s_year>{year}|(?i:this|last)\s(?i:year)))",
        r"(?P<decade>(?i:the\s)?(?P<d_digits>(?:1[5-9]|20)\d)0(?:'|’)?s\b)",
        rf"(?i:(?P<recurring>(?:every|each|per)\s{units}\b|daily\b|weekly\b|monthly\b|annually\b|yearly\b|an?\s(?:day|week|month|year)\b(?!\s(?:ago|earlier|later|before))))",
        rf"(?i:(?P<duration>(?P<du_n>{number})[-\s](?P<du_u>{units})\b(?!\s?-?old)(?!\sof\sage)))",
        r"(?P<clock>(?:[01]?\d|2[0-3])(?:[:.][0-5]\d)?\s?(?:[aApP]\.?[mM]\b\.?|GMT\b|UTC\b)|[0-2]\d[0-5]\d\s?(?:GMT|UTC)\b|(?:[01]?\d|2[0-3]):[0-5]\d\b)",
        rf"(?P<bare>{year}(?:[-–](?P<b_last>\d\d(?:\d\d)?)(?!\d))?)",
    ]  # fmt: skip
    return re.compile(r"(?<![\w$€£,.-])(?:" + "|".join(parts) + ")", re.ASCII)


@lru_cache(maxsize=1)
def words_before() -> re.Pattern[str]:
    """The words before a time that belong to it, read against the text that ends at the time."""
    before = table("times.toml")["before"]
    groups = "|".join(rf"(?P<{kind}>{_any(before[kind])})" for kind in ("since", "as_of", "until"))
    return re.compile(
        rf"(?i)(?<!\w)(?:(?:{groups})\s+(?:(?<=since\s)(?:[\w’'-]+\s){{1,6}}?(?:on|in|of)\s+)?)?(?:the\s+)?(?:(?P<part>{_any(before['part'])})(?:\s+|(?<=-)))?(?:[\d:.]{{1,5}}\s?[ap]\.?m\.?(?:\slocal\stime)?,?\s)?(?:the\s+|on\s+)?$"
    )


@lru_cache(maxsize=1)
def year_before() -> re.Pattern[str]:
    return re.compile(rf"(?i)(?<!\w)(?:{_any(table('times.toml')['before']['year'])})\s?$|[(/]$")


@lru_cache(maxsize=1)
def future_before() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{_any(table('times.toml')['before']['future'])})\b[^.;,]*$")


PEOPLE_AFTER = re.compile(r"\s[a-z]+(?:s|people|men|women|children)\b")
MAY_BEFORE = re.compile(
    r"(?:\b(?:[Ii]n|[Ss]ince|[Oo]f|[Bb]y|[Uu]ntil|[Ff]rom|to|and|[Ee]arly|[Ll]ate|mid|[Dd]uring|[Tt]his|[Ll]ast|[Uu]p to)"
    r"[\s-])$"
)


SINCE_BEFORE = re.compile(r"(?i)\bsince\s$")
