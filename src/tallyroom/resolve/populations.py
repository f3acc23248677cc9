"""Whom a population counts: side or nation, status, age group, sex, as far as the words state it."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from tallyroom.lexicon import table
from tallyroom.resolve.nations import TOKEN, fold, nation_spans

Status = Literal["civilian", "combatant", "unknown"]


class PopulationMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """Whom words count; None where the words do not state it."""

    words: str
    #: Country codes and armed groups, sorted: ("kp",), ("hamas",).
    sides: tuple[str, ...] = ()
    status: Status = "unknown"
    age: Literal["child", "adult", "elderly"] | None = None
    sex: Literal["female", "male"] | None = None
    #: The class of the head noun: "soldiers", "workers", "people".
    noun: str = "people"
    method: str = "words"
    #: Other sides that an ambiguous word could mean ("Korean" → kp, kr).
    rivals: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What is compared: two populations meet where their keys are equal."""
        noun = "combatants" if self.status == "combatant" and self.noun in ("soldiers", "people") else self.noun
        side = "+".join(self.sides) or ("?" + "/".join(self.rivals) if self.rivals else "")
        return "|".join((side, self.status, noun, self.age or "", self.sex or ""))


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, dict[str, str]]:
    """field → word → value, each table turned round."""
    tables = table("populations.toml")
    fields = ("nouns", "status", "status_words", "age", "sex", "passing", "sides")
    return {field: {word: value for value, words in tables[field].items() for word in words} for field in fields}


@lru_cache(maxsize=16384)
def resolve_population(words: str | None) -> PopulationMeaning:
    """Whom the words of a population count: "soldiers from North Korea" → kp, combatant, soldiers."""
    if not words:
        return PopulationMeaning(words="", method="none")
    lexicon = _lexicon()
    spans = nation_spans(words)
    sure = {span.codes[0] for span in spans if len(span.codes) == 1}
    rivals = {code for span in spans if len(span.codes) > 1 for code in span.codes}
    folded = fold(words)
    groups = {side for name, side in lexicon["sides"].items() if f" {name} " in f" {folded} "}
    tokens = _tokens_outside(words, spans, groups)
    nouns = [lexicon["nouns"][token] for token in tokens if token in lexicon["nouns"]]
    classes = list(dict.fromkeys(n for n in nouns if n != "people"))
    several = "and" in tokens and len(classes) > 1
    noun = "+".join(sorted(classes)) if several else _head(tokens, nouns)
    status = _status(tokens, noun, bool(groups and not nouns))
    ages = {lexicon["age"][t] for t in tokens if t in lexicon["age"]}
    sexes = {lexicon["sex"][t] for t in tokens if t in lexicon["sex"]}
    return PopulationMeaning(
        words=words,
        sides=tuple(sorted(sure | groups)),
        status=status,
        noun=noun,
        age=ages.pop() if len(ages) == 1 and not several else None,  # type: ignore[arg-type]
        sex=sexes.pop() if len(sexes) == 1 and not several else None,  # type: ignore[arg-type]
        rivals=() if sure else tuple(sorted(rivals)),
    )


def population_key(words: str | None) -> str:
    """A key under which "North Korean troops" and "soldiers from North Korea" meet, and workers stay apart. Cached."""
    return resolve_population(words).key


def is_armed_group(side: str) -> bool:
    """Is a side of a population an armed group, rather than a country? Their men are fighters."""
    return side in _lexicon()["sides"].values()


def noun_class(noun: str) -> str | None:
    """The class under which a noun for people stands in the lexicon: "inmates" → "prisoners"; None where it has none."""
    return _lexicon()["nouns"].get(noun)


def _tokens_outside(words: str, spans: tuple[object, ...], groups: set[str]) -> list[str]:
    taken = [(span.start, span.end) for span in spans]  # type: ignore[attr-defined]
    group_words = {w for name, side in _lexicon()["sides"].items() if side in groups for w in name.split()}
    return [
        token
        for match in TOKEN.finditer(words)
        if not any(start <= match.start() < end for start, end in taken)
        and (token := fold(match.group())) not in group_words
    ]


def _head(tokens: list[str], nouns: list[str]) -> str:
    """The class of the noun that decides: the first before "of" or "from", within it the last; else the last word."""
    known = _lexicon()["nouns"]
    cut = next((i for i, t in enumerate(tokens) if t in ("of", "from", "in", "with", "who") and i > 0), len(tokens))
    if "security" in tokens:
        return "security forces"
    before = [t for t in tokens[:cut] if t not in _lexicon()["passing"]]
    for token in reversed(before):
        if token in known and known[token] != "people":
            return known[token]
    if nouns and before and before[-1] in known:
        specific = [n for n in nouns if n != "people"]
        return specific[0] if specific and "people" in (known[before[-1]],) and cut < len(tokens) else known[before[-1]]
    if before and before[-1] in ("members", "member"):
        return nouns[0] if nouns else "members"
    if before:
        return before[-1].removesuffix("s") if not before[-1].endswith("ss") else before[-1]
    return nouns[0] if nouns else "people"


def _status(tokens: list[str], noun: str, bare_group: bool) -> Status:
    lexicon = _lexicon()
    stated = {lexicon["status_words"][t] for t in tokens if t in lexicon["status_words"]}
    own = lexicon["status"].get(noun)
    if own:
        return own  # type: ignore[return-value]
    if bare_group:
        return "unknown"
    return stated.pop() if len(stated) == 1 else "unknown"  # type: ignore[return-value]
