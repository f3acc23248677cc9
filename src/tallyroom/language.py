"""Which language a text is in, by its small words and its script; made to answer "is it English?" quickly and well."""

from __future__ import annotations

import re
from functools import lru_cache

from tallyroom import lexicon

#: Three windows of this many characters are looked at, so that the cost does not grow with the text.
_WINDOW = 600
_WORD = re.compile(r"[^\W\d_]+")
#: Below this many words too little speaks for any language: English unless something speaks for another.
_FEW_WORDS = 12
#: English prose has about 0.4 of its words in the list, headlines and tables less.
_ENGLISH_SHARE = 0.1
_OTHER_SHARE = 0.15
_SCRIPT_SHARE = 0.5


def language_of(text: str) -> str:
    """The language of a text, to know whether it can be read: "en", another ISO 639-1 code, or "und" (undetermined)."""
    sample = _sample(text)
    if not sample.isascii():
        by_script = _by_script(sample)
        if by_script:
            return by_script
    words = _WORD.findall(sample.lower())
    if not words:
        return "en"
    return _by_words(words)


def _sample(text: str) -> str:
    if len(text) <= 3 * _WINDOW:
        return text
    middle = len(text) // 2
    return f"{text[:_WINDOW]} {text[middle : middle + _WINDOW]} {text[-_WINDOW:]}"


def _by_words(words: list[str]) -> str:
    counts: dict[str, int] = {}
    known = _languages_of_words()
    for word in words:
        for language in known.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    english = counts.pop("en", 0)
    other = max(counts, key=lambda language: (counts[language], language), default="und")
    most = counts.get(other, 0)
    few = len(words) < _FEW_WORDS
    distinct = len({word for word in words if other in known.get(word, ())})
    if most > english and distinct >= 2 and most >= (2 if few else _OTHER_SHARE * len(words)):
        return other
    if few or english >= _ENGLISH_SHARE * len(words):
        return "en"
    return "und"


def _by_script(sample: str) -> str | None:
    """The language that a script other than Latin stands for, where it writes most of the letters."""
    letters = "".join(_WORD.findall(sample))
    beyond = len(_beyond_latin().findall(letters))
    if beyond <= _SCRIPT_SHARE * len(letters) or not beyond:
        return None
    counts = {language: len(pattern.findall(letters)) for language, pattern in _scripts().items()}
    if counts["ja"] * 10 > counts["zh"] and counts["ja"]:
        return "ja"
    language = max(counts, key=lambda code: (counts[code], code))
    if not counts[language]:
        return "und"
    own_letters = lexicon.table("function_words.toml")["letters"]
    for rival, script, share in (("uk", "ru", 0.02), ("fa", "ar", 0.03)):
        if language == script and sum(map(letters.lower().count, own_letters[rival])) > share * len(letters):
            return rival
    return language


@lru_cache(maxsize=1)
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, words in lexicon.table("function_words.toml")["words"].items():
        for word in words.split():
            found[word] = (*found.get(word, ()), language)
    return found


@lru_cache(maxsize=1)
def _scripts() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(f"[{span}]") for code, span in lexicon.table("function_words.toml")["scripts"].items()}


@lru_cache(maxsize=1)
def _beyond_latin() -> re.Pattern[str]:
    return re.compile("[^\\u0000-\\u024f\\u1e00-\\u1eff]")
