"""Damaged text: wrong encodings, a sentence cut off at the end, phrases and sentences that stand twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from operator import eq

from tallyroom.damage.found import problem
from tallyroom.lexicon import lines
from tallyroom.model import Problem, Span

__all__ = ["find"]

#: No more problems of one kind are told than this: a text so damaged is seen at once.
_MOST = 20


def find(text: str, sentences: list[Span]) -> list[Problem]:
    """The damage of a report's text: `mojibake`, `truncated`, `repeated_phrase`, in text order."""
    words = [_WORD.findall(text, start, end) for start, end in sentences]
    finders = (
        _mojibake(text),
        _truncated(text, sentences),
        _lost_words(text, sentences),
        _repeated(text, sentences, words),
        _repeated_sentences(text, sentences, words),
    )
    found = [each for finder in finders for each in islice(finder, _MOST)]
    return sorted(found, key=lambda p: (p.start, p.end, p.kind))


# -- encodings ------------------------------------------------------------------------------------------------------

#: Letters that stand where UTF-8 was read as a single-byte encoding; where a text has none, nothing is loaded.
_SUSPECT = re.compile(
    "[ÃÂâÐÑðï][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]|\ufffd"
)
_ENTITY = re.compile(r"&(?:amp|quot|apos|nbsp|lt|gt|[lr]squo|[lr]dquo|[nm]dash|hellip|#\d{2,5}|#x[0-9a-fA-F]{2,4});")


def _mojibake(text: str) -> Iterator[Problem]:
    """Words whose letters come from a wrong encoding, letters lost for good, and HTML codes left in the text."""
    for match in _SUSPECT.finditer(text):
        start, end = _word_around(text, match.start())
        word = text[start:end]
        if match.start() > start and _SUSPECT.search(text, start, match.start()):
            continue
        if "\ufffd" in word:
            yield problem(text, "mojibake", start, end, "a character was lost and stands as U+FFFD")
            continue
        repaired = _repaired(word)
        if repaired is not None:
            yield problem(text, "mojibake", start, end, "the letters come from a wrong encoding", repaired)
    for match in _ENTITY.finditer(text):
        yield problem(text, "mojibake", *match.span(), "an HTML code was left in the text")


def _word_around(text: str, at: int) -> Span:
    start = at
    while start > 0 and at - start < 60 and text[start - 1] not in " \t\n\r":
        start -= 1
    end = at + 1
    while end < len(text) and end - at < 60 and text[end] not in " \t\n\r":
        end += 1
    return start, end


def _repaired(word: str) -> str | None:
    """The word as it was meant, where reading it in another encoding gives sound text."""
    import ftfy

    repaired = ftfy.fix_encoding(word)
    return repaired if repaired != word else None


# -- cut off --------------------------------------------------------------------------------------------------------

_ENDED = re.compile(r"""[.!?:…。]["'”’»)\]\s]*\Z|["”»)\]]\s*\Z""")
_TEASER = re.compile(
    r"\[\+\d+\s+chars\]\s*\Z|(?:\.\.\.|…)\s*(?:\[?(?:read|continue|full story|more)\b[^.\n]{0,20}\]?)?\s*\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_](?:[\w'’-]*[^\W_])?")
_SHORT, _LONG = 5, 12
#: A paragraph broken by mistake goes on in the next one.
_GOES_ON = re.compile(r"(?:[,;]|\b(?:and|or|but|nor))\s*\Z")


def _truncated(text: str, sentences: list[Span]) -> Iterator[Problem]:
    """Sentences cut off: the last of the report by a teaser's dots, an open word or no stop; others by an open word."""
    for (start, end), (following, _) in pairwise(sentences):
        if "\n\n" in text[end:following] and not _GOES_ON.search(text, start, end) and _ends_open(text[start:end]):
            yield problem(text, "truncated", start, end, "the sentence is cut off")
    if not sentences:
        return
    start, end = sentences[-1]
    last = text[start:end]
    if len(sentences) > 1 and _TEASER.search(last):
        yield problem(text, "truncated", start, end, "the report ends in dots: the rest of it is missing")
    elif _ends_open(last) or (_is_prose(text, sentences) and not _ENDED.search(last) and _runs_on(text, sentences)):
        yield problem(text, "truncated", start, end, "the last sentence is cut off")


#: Words that nothing but a noun can follow: before a full stop the noun is lost.
_WANTS_NOUN = re.compile(r"(?<=[a-z,] )(?:the|an|their|its|our|and|or)\.(?=\s+[A-Z“\"]|\s*\Z)")
_WANTS_PLACE = re.compile(
    r"(?P<before>(?:^|[,;:–—]\s)(?:[^.,;:–—\n]|[.,](?=\d)){4,120}?\b[a-z]{3,}s)\s(?P<lost>in|of|at|from|near)\s(?:was|were|has\sbeen|have\sbeen|had\sbeen)\s[a-z]+\b"
)
_HAS_CLAUSE = re.compile(
    r"\b(?:that|which|who|whom|whose|what|where|they|he|she|it|we|you|i|everyone|everybody|people|one|was|were|is|are|has|have|had|(?!estimated)\w+ed)\b|\s[A-Z]",
)


#: A text without any of these has no lost noun, one without such words no lost place.
_WITHOUT_NOUN = tuple(f" {word}." for word in ("the", "an", "their", "its", "our", "and", "or"))
_WITHOUT_PLACE = re.compile(r"\s(?:in|of|at|from|near)\s(?:was|were|ha[sd]\sbeen|have\sbeen)\s")


def _lost_words(text: str, sentences: list[Span]) -> Iterator[Problem]:
    """ "The minister met the." and "homes and shops in were left dark": a word that must follow is not there."""
    lacks_noun, lacks_place = any(words in text for words in _WITHOUT_NOUN), bool(_WITHOUT_PLACE.search(text))
    for start, end in sentences if lacks_noun or lacks_place else ():
        for match in _WANTS_NOUN.finditer(text, start, end) if lacks_noun else ():
            yield problem(text, "truncated", *match.span(), f"a word is missing after “{match.group()[:-1]}”")
        for match in _WANTS_PLACE.finditer(text[start:end]) if lacks_place else ():
            if not _HAS_CLAUSE.search(match["before"].lstrip(",;:–— ")):
                at = start + match.start("lost")
                message = f"a word is missing after “{match['lost']}”"
                yield problem(text, "truncated", at, start + match.end(), message)


def _ends_open(sentence: str) -> bool:
    """Does a sentence of some length end in a comma or in a word that cannot end one?"""
    words = _WORD.findall(sentence)
    if len(words) < _SHORT or _ENDED.search(sentence):
        return False
    return sentence.rstrip()[-1] in ",;" or (words[-1] in _open_words() and sentence.rstrip().endswith(words[-1]))


def _runs_on(text: str, sentences: list[Span]) -> bool:
    """Is the last sentence no line of its own (a credit, a heading), or too long for one?"""
    start, end = sentences[-1]
    follows = len(sentences) > 1 and "\n" not in text[sentences[-2][1] : start] and text[start].isalpha()
    return follows or len(_WORD.findall(text[start:end])) >= _LONG


@lru_cache(maxsize=1)
def _open_words() -> frozenset[str]:
    return frozenset(lines("open_words.txt"))


def _is_prose(text: str, sentences: list[Span]) -> bool:
    """Do the sentences of the report end as sentences do?"""
    before = sentences[-13:-1]
    return bool(before) and 2 * sum(bool(_ENDED.search(text[max(s, e - 8) : e])) for s, e in before) > len(before)


# -- said twice -----------------------------------------------------------------------------------------------------

_LONGEST_PHRASE = 12
_LONG_ECHO = 8
#: Words that may stand between a phrase and its echo: farther apart, a name or a figure of speech may come back.
_ECHO_GAP = 3
_LEGIT_TWICE = frozenset(("new york", "no no", "very very", "bye bye", "ha ha"))
_QUOTED = re.compile(r"[“\"][^”\"\n]{0,400}[”\"]")
_WHICH = re.compile(
    r"(?P<name>\b(?:[Tt]he\s)?(?:[A-Z][\w'’-]+\s){1,3}[a-z]+|\b(?:[A-Z][\w'’-]+\s){1,5}[A-Z][\w'’-]+), wh(?:ich|o)\s"
    r"[^.,;:\n]{0,60}?\b(?P=name)\b"
)


def _repeated(text: str, sentences: list[Span], words: Sequence[Sequence[str]]) -> Iterator[Problem]:
    holds_which = ", wh" in text
    for (start, end), own in zip(sentences, words, strict=True):
        is_which = holds_which and text.find(", wh", start, end) >= 0
        if not is_which and not _comes_back([word.lower() for word in own]):
            continue
        quoted = [m.span() for m in _QUOTED.finditer(text, start, end)]
        tokens = [(m.group().lower(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]
        told = False
        for first, last in _twice_running(text, tokens):
            if not any(a <= first and last <= b for a, b in quoted):
                told = True
                yield problem(text, "repeated_phrase", first, last, "the same words stand twice in a row")
        for match in _WHICH.finditer(text, start, end) if is_which else ():
            yield problem(
                text,
                "repeated_phrase",
                *match.span(),
                f"“{match.group('name')}” comes back where another name is meant",
            )
            told = True
        if not told:
            echo = _echo(tokens)
            if echo and not any(a <= echo[0] and echo[1] <= b for a, b in quoted):
                yield problem(text, "repeated_phrase", *echo, "the same words stand twice in one sentence")


def _comes_back(words: list[str]) -> bool:
    """Does a word stand twice in a row, or a pair of words twice? Else nothing longer does."""
    behind = words[1:]
    return len(set(zip(words, behind, strict=False))) < len(behind) or any(map(eq, words, behind))


_BETWEEN = re.compile(r"[\s,;:–—-]{1,4}\Z")


def _twice_running(text: str, tokens: list[tuple[str, int, int]]) -> Iterator[Span]:
    """Runs of words that stand twice with nothing but a comma or a dash between; the longest at each place."""
    soon = _coming_back(tokens)
    i = 0
    while i < len(tokens):
        size = _longest_twin(text, tokens, i) if i in soon else 0
        if size:
            yield tokens[i][1], tokens[i + 2 * size - 1][2]
            i += 2 * size
        else:
            i += 1


def _coming_back(tokens: list[tuple[str, int, int]]) -> set[int]:
    """The words that stand again soon enough to begin a phrase that stands twice."""
    found: set[int] = set()
    last: dict[str, int] = {}
    for i, (word, _, _) in enumerate(tokens):
        before = last.get(word)
        if before is not None and i - before <= _LONGEST_PHRASE:
            found.add(before)
        last[word] = i
    return found


def _longest_twin(text: str, tokens: list[tuple[str, int, int]], i: int) -> int:
    word = tokens[i][0]
    for size in range(min(_LONGEST_PHRASE, (len(tokens) - i) // 2), 0, -1):
        if tokens[i + size][0] != word:
            continue
        phrase = [t[0] for t in tokens[i : i + size]]
        if phrase != [t[0] for t in tokens[i + size : i + 2 * size]] or not _is_wording(phrase):
            continue
        gap = text[tokens[i + size - 1][2] : tokens[i + size][1]]
        first, last = (
            text[tokens[i][1] : tokens[i + size - 1][2]],
            text[tokens[i + size][1] : tokens[i + 2 * size - 1][2]],
        )
        if not _BETWEEN.match(gap) or not _one_flow(text, tokens[i : i + 2 * size]):
            continue
        if (size == 1 and (first != last or gap != " ")) or (gap.strip() not in ("", ",") and first.islower()):
            continue
        return size
    return 0


def _one_flow(text: str, tokens: list[tuple[str, int, int]]) -> bool:
    """No bracket, quotation mark or stop lies between the words."""
    return not re.search(r"[.!?()\[\]“”\"\n/*]", text[tokens[0][1] : tokens[-1][2]])


_DOUBLED_BY_MISTAKE = frozenset(
    (
        "the",
        "a",
        "an",
        "of",
        "to",
        "and",
        "in",
        "on",
        "at",
        "for",
        "with",
        "by",
        "from",
        "was",
        "were",
        "are",
        "as",
        "their",
        "its",
    )
)


def _is_wording(phrase: list[str]) -> bool:
    if len(phrase) == 1:
        return phrase[0] in _DOUBLED_BY_MISTAKE
    return (
        len(set(phrase)) > 1
        and " ".join(phrase) not in _LEGIT_TWICE
        and any(len(w) > 2 and w.isalpha() for w in phrase)
    )


def _echo(tokens: list[tuple[str, int, int]]) -> Span | None:
    """A long run of words that comes back later in the same sentence."""
    if len(tokens) < 2 * _LONG_ECHO:
        return None
    seen: dict[tuple[str, ...], int] = {}
    words = [t[0] for t in tokens]
    for i in range(len(words) - _LONG_ECHO + 1):
        run = tuple(words[i : i + _LONG_ECHO])
        at = seen.setdefault(run, i)
        seen[run] = i
        if i - at < _LONG_ECHO or i - at > 2 * _LONGEST_PHRASE:
            continue
        if sum(w.isalpha() for w in set(run)) > _LONG_ECHO // 2:
            size = _LONG_ECHO
            while i + size < len(words) and at + size < i and words[at + size] == words[i + size]:
                size += 1
            if i - at - size <= _ECHO_GAP:
                return tokens[i][1], tokens[i + size - 1][2]
    return None


def _repeated_sentences(text: str, sentences: list[Span], words: Sequence[Sequence[str]]) -> Iterator[Problem]:
    """A sentence of some length that stood before, word for word."""
    seen: dict[str, int] = {}
    for i, ((start, end), own) in enumerate(zip(sentences, words, strict=True)):
        if end - start < 40 or len(own) < 7:
            continue
        key = " ".join(own).lower()
        at = seen.setdefault(key, i)
        if at < i:
            yield problem(text, "repeated_phrase", start, end, "this sentence stood before, word for word")
