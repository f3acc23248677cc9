"""One name in several spellings: speakers that reports of one story write differently."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import combinations

import msgspec
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from tallyroom.lexicon import lines
from tallyroom.series.persons import heard, plain_name, sound_alike, vowels_agree
from tallyroom.series.problem import problem
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row
from tallyroom.series.speaker_words import nouns_for_people, person_name, words_of
from tallyroom.series.story_texts import StoryTexts
from tallyroom.series.titles import name_spans
from tallyroom.series.words import plain


def _full_name(capital: str, letter: str) -> re.Pattern[str]:
    word = rf"{letter}+(?:-{letter}+)?"
    return re.compile(
        rf"{capital}(?<![\w.-].){word}(?: (?:(?:al|el|bin|ag|de|van|von)[ -])?{capital}{word}){{1,2}}(?![\w-])"
    )


#: A letter that is none of the small ones is found faster than one of all capitals; what is no name is sorted out by its words.
_FULL_NAME = _full_name(r"[^\W\d_a-z]", r"[^\W\d_]")
#: The same names, in words without any other letter; looked for in half the time.
_FULL_NAME_IN_ASCII = _full_name("[A-Z]", "[A-Za-z]")
#: What stands behind the name of somebody who speaks, or of whom is told who that is.
_IS_SOMEBODY = re.compile(
    rf",? (?:{'|'.join(sorted(words_of()['told']))}|who)\b|, (?:the|an?|its|his|her) |, (?:[a-z-]+ ){{0,3}}(?:of|for|at) "
)
#: What stands behind the name of somebody who was just said to be somebody: "the governor of Port Almeda, Nikos Alexiou, was".
_IS_TOLD_OF = re.compile(r", (?:is|was|has|had|will|would|could)\b")
_SURNAME = re.compile(r" ([A-Z][^\W\d_]+)(?![-\w])")
#: Given names of so many letters are told to be one by a letter.
LEAST_LETTERS = 6
#: Shorter ones where they begin alike, and end alike or in consonants that are heard alike.
SHORTEST = 4
_ENDS_ALIKE = ({"d", "t"}, {"b", "p"}, {"g", "k"}, {"s", "z"}, {"c", "k"}, {"f", "v"})
_BEGINS_ALIKE = ({"j", "g"}, {"c", "k"}, {"k", "q"}, {"y", "j"}, {"y", "i"})
#: Likeness of two last names, in percent, of which one comes with a middle name.
ALIKE_WITHOUT_THE_MIDDLE = 90
_INITIALS = re.compile(r"(?:\b[A-Z](?:\.\s?|\s)){2,}")
#: Likeness of two spellings of one name, in percent.
ALIKE = 80


def variants(rows: Sequence[Row]) -> Iterator[SeriesProblem]:
    """Spellings that differ by a few letters or a hyphen, each problem naming the reports that write each."""
    spelled: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for name in (row.figure.source, *row.figure.relays):
            person = person_name(name) if name else ()
            if name and person:
                spelled[_written(name, person)].append(row)
    in_passing = _told_in_passing(rows, spelled)
    first_of = {row.report.uid: row for row in reversed(rows) if row.report.text}
    names = sorted({*spelled, *in_passing})
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for a, b in _may_be_one(names, spelled):
        if one_name(a, b):
            first, second = sorted((root(a), root(b)))
            parent[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[root(name)].append(name)
    for own in groups.values():
        if len(own) > 1 and _really_differ(own):
            held = sorted((row for name in own for row in spelled.get(name, ())), key=lambda row: row.sort_key)
            told = sorted((row for name in own for row in in_passing.get(name, ())), key=lambda row: row.sort_key)
            found = problem("name", held, "one name in several spellings: " + ", ".join(own))
            written = sorted((row for name in own for row in _with_name(name, first_of)), key=lambda row: row.sort_key)
            reports = dict.fromkeys((*found.report_ids, *(row.report.id for row in (*told, *written))))
            yield msgspec.structs.replace(found, report_ids=tuple(reports))


def _with_name(name: str, first_of: Mapping[str, Row]) -> Iterator[Row]:
    """A row of each report that has a full name, written so, in its text."""
    if " " in name:
        for row in first_of.values():
            text = row.report.text or ""
            if name in text and name_spans(name, text):
                yield row


def _may_be_one(names: Sequence[str], speakers: Collection[str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that share what a misspelling leaves: the first name, all letters, or the beginning or the end of the last; of two
    that give no figure, the first name and how the last begins, or all of the last."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    closely: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        words = name.lower().replace("-", " ").split()
        if not words:
            continue
        first, last = words[0], words[-1]
        sounds, letters = heard(plain_name(tuple(words))), "".join(words)
        for key in (
            ("sounds", sounds),
            ("letters", letters),
            ("first", first),
            ("start", last[:3]),
            ("end", last[-3:]),
        ):
            alike[key].append(name)
        for key in (
            ("sounds", sounds),
            ("letters", letters),
            ("first", f"{first} {last[:2]}"),
            ("last", last),
            ("end", f"{first} {last[-3:]}"),
        ):
            closely[key].append(name)
    for _, own in sorted(alike.items()):
        speaking = [name for name in own if name in speakers]
        yield from ((a, b) for a in speaking for b in own if a != b)
    for _, own in sorted(closely.items()):
        yield from combinations((name for name in own if name not in speakers), 2)


def _told_in_passing(rows: Sequence[Row], spelled: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Names of persons as the texts have them, whether they give a figure or none: {spelling: one row of each report}."""
    first_of = {row.report.uid: row for row in reversed(rows) if row.report.text}
    texts = {uid: row.report.text for uid, row in first_of.items() if row.report.text}
    found: dict[str, list[Row]] = defaultdict(list)
    persons_of = cache(persons_in)  # copies share most of their sentences
    for uid, text in sorted(texts.items()):
        # No name has the end of a sentence in it, nor what stands beside one.
        for name in dict.fromkeys(name for sentence in text.split(". ") for name in persons_of(sentence)):
            found[name].append(first_of[uid])
    story = StoryTexts(texts)
    for name, own in spelled.items():
        first, _, last = name.rpartition(" ")
        speaking = {row.report.uid for row in own}
        for uid, text in story.holding(first).items() if first and last[0].isupper() else ():
            if uid in speaking:
                continue
            for _, end in name_spans(first, text):
                surname = _SURNAME.match(text, end) if text.startswith(first, end - len(first)) else None
                other = f"{first} {surname[1]}" if surname else first
                if surname and other not in spelled and _misspelled(last, surname[1]):
                    found[other].append(first_of[uid])
                    break
    return found


def persons_in(text: str) -> tuple[str, ...]:
    """The full names of those whom a text has speak, or says to be somebody: "Nikos Alexiou said", "governor Ana Ruiz", "Ana Ruiz, a"."""
    found: dict[str, None] = {}
    for match in (_FULL_NAME_IN_ASCII if text.isascii() else _FULL_NAME).finditer(text):
        near = text[max(0, match.start() - 24) : match.start()]
        title, _, rest = match.group().partition(" ")
        has_title = " " in rest and title.lower() in nouns_for_people()
        is_told_of = near.endswith(", ") and _IS_TOLD_OF.match(text, match.end())
        if has_title or is_told_of or _IS_SOMEBODY.match(text, match.end()) or _tells_somebody(near):
            name = rest if has_title else match.group()
            if len(person_name(name)) == len(name.split()):
                found[name] = None
    return tuple(found)


def _tells_somebody(before: str) -> bool:
    """Do the words before a name end in what somebody does, or is: "said", "governor"?"""
    last = before.rstrip(" ,").rpartition(" ")[2].lower()
    return last in words_of()["told"] or last in nouns_for_people()


def _misspelled(a: str, b: str) -> bool:
    """Do two surnames differ by a letter, or two of a long one?"""
    return a[0] == b[0] and 0 < Levenshtein.distance(a, b) <= (2 if min(len(a), len(b)) >= 9 else 1)


@lru_cache(maxsize=65536)
def _written(name: str, person: tuple[str, ...]) -> str:
    words = re.findall(r"[^\W_]+(?:[-.’'][^\W_]+)*", name)
    return " ".join(word for word in words if word.lower() in person)


def one_name(a: str, b: str) -> bool:
    """Are two written names one name, spelled differently? Both the last name and the whole must be alike."""
    x, y = _words(a), _words(b)
    if not x or not y or x == y:
        return False
    if len(x) == 1 or len(y) == 1:
        last = fuzz.ratio(x[-1], y[-1])
        return min(len(x[-1]), len(y[-1])) >= 6 and 80 <= last < 100
    if "".join(x) == "".join(y):
        return True
    plain_x, plain_y = plain_name(tuple(x)), plain_name(tuple(y))
    if (plain_x[-1] != plain_y[-1] or min(len(plain_x), len(plain_y)) > 2) and sound_alike(plain_x, plain_y):
        return True
    if x[1:] == y[1:] and _is_one_given_name(plain_x[0], plain_y[0]):
        return True
    # "Minni Arko Minawi", "Minni Minnawi": one of them without a middle name
    if len(x) != len(y) and x[0] == y[0] and ALIKE_WITHOUT_THE_MIDDLE <= fuzz.ratio(x[-1], y[-1]) < 100:
        return True
    return (
        x[0] == y[0]
        and fuzz.ratio(" ".join(x[1:]), " ".join(y[1:])) >= ALIKE - 10
        and fuzz.ratio(a.lower(), b.lower()) >= ALIKE
    )


def _words(name: str) -> list[str]:
    """The words of a name in small letters, its initials together: "D.R. Meghashree" and "D R Meghashree" are one."""
    spelled = _INITIALS.sub(lambda found: re.sub(r"[. ]", "", found[0]) + " ", name.replace("-", " "))
    return spelled.lower().split()


def _is_one_given_name(a: str, b: str) -> bool:
    """ "Rokeya" and "Rokaya", "Esmatullah" and "Ismatullah", "Fuat" and "Fuad", "Nikos" and "Nikolaos"; but "Maria" and "Mario" are two."""
    if _forms_of_given_names().get(a, a) == _forms_of_given_names().get(b, b) and a != b:
        return True
    if a == b or Levenshtein.distance(a, b) != 1:
        return False
    if min(len(a), len(b)) < LEAST_LETTERS:
        begin = a[0] == b[0] or {a[0], b[0]} in _BEGINS_ALIKE
        alike = heard((a[1:],)) == heard((b[1:],)) if a[-1] == b[-1] else {a[-1], b[-1]} in _ENDS_ALIKE
        return alike and begin and len(a) == len(b) >= SHORTEST and vowels_agree(a, b)
    if a[-1] != b[-1]:
        return False
    return (a[0] == b[0] or len(heard((a,))) > 2) and heard((a,)) == heard((b,))


@lru_cache(maxsize=1)
def _forms_of_given_names() -> dict[str, str]:
    """Each form of a given name in small letters, with the first form of that name."""
    found: dict[str, str] = {}
    for line in lines("given_name_forms.txt"):
        forms = [plain(form) for form in line.split("|")]
        found.update(dict.fromkeys(forms, forms[0]))
    return found


def _really_differ(names: Sequence[str]) -> bool:
    """Spellings must differ by more than accents, which many outlets leave out."""
    return len({plain(name) for name in names}) > 1
