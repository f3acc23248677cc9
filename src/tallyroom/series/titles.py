"""What a text puts beside a person's name: the title, the country, the body that the person speaks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from tallyroom.letters import with_all_capitals
from tallyroom.resolve.sources import resolve_source
from tallyroom.series.speaker_words import (
    CAPITALISED,
    kind_of,
    may_have_a_title,
    nouns_for_people,
    titles,
    without_dots,
    words_of,
)
from tallyroom.series.words import nations

#: Where the names of a longer text stand is not kept in memory, for the text would be too.
_KEPT = 20_000
_GIVEN_NAMES = re.compile(with_all_capitals(r"(?:\s+[A-Z][\w.-]*)+"))
_FIRST_NAMES = re.compile(with_all_capitals(r"[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,3}"))
#: Where a clause ends: a full stop behind a word that is no abbreviation of a title, as "Brig. Gen." are.
_CLAUSE = re.compile(
    with_all_capitals(
        r"(?:(?<=[a-z]{4})|(?<=\s[a-z]{3})|(?<=\s[a-z]{2})|(?<=[A-Z]{2})|(?<=[\d)”\"’'%]))[.!?][”\"’']?\s+(?=[A-Z“\"‘'])|[:;()—–\n]"
    )
)
#: ", told the Open Door Foundation that": whom somebody told it says nothing of who that is.
_TELLS = re.compile(rf"\s*(?:{'|'.join(sorted(words_of()['told']))})\b")
_APPOSITION = re.compile(with_all_capitals(r"(?:\s[A-Z][\w-]*)?,\s((?:\b[A-Z]\.|[^,.;:!?\n]){3,90})"))


def title_beside(surname: str, text: str, namesakes: frozenset[str] = frozenset()) -> tuple[str, str] | None:
    """(kind, words beside) of the title that a text gives next to a surname, where it gives one; and not where one
    of `namesakes`, given names of others, stands before it."""
    best: tuple[int, str, str] | None = None
    for start, end in name_spans(surname, text):
        if namesakes and not namesakes.isdisjoint(text[max(0, start - 40) : start].lower().split()[-1:]):
            continue
        found = _title_between(text[max(0, start - 90) : start], text[end : end + 110])
        if found and (best is None or found[0] < best[0]):
            best = found
            if not best[0] and nation_named(best[2]):
                break
    return (best[1], best[2]) if best else None


def name_spans(name: str, text: str) -> tuple[tuple[int, int], ...]:
    """Where a name stands in a text as words of its own; what is asked of a name looks there again and again."""
    return _kept_spans(name, text) if len(text) <= _KEPT else _name_spans(name, text)


@lru_cache(maxsize=512)
def _kept_spans(name: str, text: str) -> tuple[tuple[int, int], ...]:
    return _name_spans(name, text)


def _name_spans(name: str, text: str) -> tuple[tuple[int, int], ...]:
    if not name:
        return ()
    wanted, lowered = _lowered(name), _lowered(text)
    found = []
    start = lowered.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not (_goes_on(text[start - 1 : start]) or _goes_on(text[end : end + 1])):
            found.append((start, end))
        start = lowered.find(wanted, end)
    return tuple(found)


def _lowered(text: str) -> str:
    """In small letters, each in its place: few letters become two ("İ"), and those stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def _goes_on(char: str) -> bool:
    return char.isalnum() or char in ("_", "-")


@lru_cache(maxsize=16384)
def _title_between(before: str, after: str) -> tuple[int, str, str] | None:
    """(gap, kind, words) of the title nearest to a name that stands between these words.

    Where the nearest tells no country, the words of another of the same kind that do: "Col. X, spokesman for Chad's army".
    """
    found = [(gap, *title) for words, gap in _beside(before, after) if (title := _title_in(words)) is not None]
    if not found:
        return None
    best = min(found, key=lambda one: one[0])
    if not nation_named(best[2]):
        return next((one for one in found if one[1] == best[1] and nation_named(one[2])), best)
    return best


def _title_in(words: str) -> tuple[str, str] | None:
    """(kind, words) of the title that an apposition tells."""
    for kind, pattern in titles() if may_have_a_title(words) else ():
        found = pattern.search(words)
        if found:
            given_name = _GIVEN_NAMES.fullmatch(words[found.end() :])
            return kind, words[: found.end()] if given_name else words
    post = _post().search(words) if may_have_a_post(words) or any(map(words.__contains__, _POSTS_BESIDE)) else None
    body = _without_level((post[1] or post[2]) if post else "")
    kind_of_body = kind_of(body) if body else None
    return (kind_of_body, words) if kind_of_body in ("government", "local") else None


def _without_level(body: str) -> str:
    """The words of a body without those that only tell whose or of which level it is: "its local" says nothing."""
    known = words_of()
    return " ".join(word for word in body.split() if word not in known["regional"] and word not in known["articles"])


#: What `_post` knows beside the words of posts: "who runs the health department", "press officer".
_POSTS_BESIDE = ("heads", "leads", "runs", "officer")


@lru_cache(maxsize=1)
def _post() -> re.Pattern[str]:
    """ "The head of the disaster agency", "who leads the health department", "coast guard spokesman": the words of the body."""
    posts = "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))
    given_names = with_all_capitals(r"(?: [A-Z][\w.-]*){0,2}")
    return re.compile(
        rf"\b(?:(?:{posts}) (?:of|for|at|with)|(?:heads|leads|runs)) (?:the |an? )?([a-z].+)$"
        + with_all_capitals(rf"|\b([A-Za-z][A-Za-z ]+) (?:{posts}|officer){given_names}$")
    )


def _beside(before: str, after: str) -> Iterator[tuple[str, int]]:
    """The words of an apposition on either side of a name: "lawmaker X", "the police chief, X", "X, a spokesman for Y,"."""
    before = _CLAUSE.split(before)[-1]
    parts = [part.strip() for part in before.split(",")]
    lead = parts[-1] or (parts[-2] if len(parts) > 1 else "")
    yield " ".join(lead.split()[-7:]), 0 if parts[-1] else 1
    if len(parts) > 1 and _FIRST_NAMES.fullmatch(parts[-1]):  # "the police chief, John X"
        yield " ".join(parts[-2].split()[-12:]), 1
    apposition = _APPOSITION.match(after)
    if apposition and not _TELLS.match(apposition.group(1)):
        yield apposition.group(1), 1


@lru_cache(maxsize=65536)
def nation_named(words: str) -> str:
    """The country that words beside a name tell: by its name, or by a national body: "the FBI special agent in charge"."""
    found = nations(words)
    if found:
        return found[0]
    for run in CAPITALISED.findall(words):
        tokens = run.split()
        for i in range(len(tokens)):
            for j in range(len(tokens), i, -1):
                body = resolve_source(" ".join(tokens[i:j]))
                if body.method == "name" and body.sure and body.country and body.kind != "media":
                    return body.country
    return ""


@lru_cache(maxsize=1)
def _shortest_posts() -> tuple[str, ...]:
    """The posts that have no other in them: "director" stands for "managing director"."""
    posts = words_of()["posts"]
    return tuple(sorted(post for post in posts if not any(other in post for other in posts - {post})))


def may_have_a_post(words: str) -> bool:
    """Is there any post in words, be it within another word? Sooner told than where one stands."""
    return any(map(words.__contains__, _shortest_posts()))


@lru_cache(maxsize=1)
def _owned_before() -> re.Pattern[str]:
    """ "Its coordinator, ", "the group's head, Jonas ", "the head of the union, ", "union leader ": what stands before the name of somebody
    who speaks for a body; the groups tell what the body is called."""
    bodies = "|".join(sorted(words_of()["bodies"]))
    posts = "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))
    place = with_all_capitals(r"(?: (?:in|for|at|on) (?:the )?[A-Z][\w-]+)?")
    names = with_all_capitals(r",? (?:[A-Z][\w.-]* ){0,2}$")
    return re.compile(
        with_all_capitals(rf"\b(?:[Ii]ts|[Tt]he ({bodies})['’]s) (?P<who>(?:[a-z]+[ -]){{0,3}}[a-z]+){place}{names}")
        + rf"|\b(?:{posts}) of the ({bodies}){place}{names}"
        + rf"|(?:^|\b[a-z]+[,;:]? |[Tt]he |[.!?\n][”\"]?\s*)((?i:{bodies})) (?:{posts}){names}"
    )


#: ", its local chair,", ", who heads its Kocaeli branch": what stands after the name of somebody who speaks for a body.
_OWNED_AFTER = re.compile(
    with_all_capitals(
        r",? (?:who (?:heads|leads|runs|chairs|speaks for) |the [a-z]+ of )?its (?:[A-Za-z-]+ ){0,3}[a-z]+"
        r"|, who (?:heads|leads|runs|chairs|speaks for) it\b"
    )
)


@lru_cache(maxsize=1)
def _post_after() -> re.Pattern[str]:
    """ ", the head of the union,": what stands after the name of somebody who speaks for a body."""
    bodies = "|".join(sorted(words_of()["bodies"]))
    posts = "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))
    return re.compile(rf", (?:the )?(?:{posts}) of the ({bodies})\b(?! of)")


#: One of these, or a post, stands before the name of somebody who speaks for a body.
_OWNERS = ("its ", "Its ", "'s ", "’s ")
#: In place of what a body is called: nothing but "its".
ITS = "its"


def called_when_owned(words: str) -> str | None:
    """What a body is called in words that end where the name of somebody stands who speaks for it: "union" in "union leader ".

    ITS where only "its" points to it; None where they point to none.
    """
    if not (may_have_a_post(words) or any(map(words.__contains__, _OWNERS))):
        return None
    found = _owned_before().search(words)
    if found is None or (found["who"] and not _is_somebody(found["who"])):
        return None
    return next((word.lower() for word in (found[1], found[3], found[4]) if word), ITS)


@lru_cache(maxsize=4096)
def _is_somebody(words: str) -> bool:
    """Do words have a noun for a person, as in "its head of mission", and not only for things, as in "its ruins"?"""
    return any(word in words_of()["posts"] or word in nouns_for_people() for word in re.split("[ -]", words))


def called_beside(text: str, start: int, end: int) -> str | None:
    """What a body named before is called beside the name of who speaks for it: "its coordinator, Jonas Keller"; None where none is."""
    near = text[max(0, start - 90) : start]
    called = called_when_owned(_CLAUSE.split(near)[-1] if "\n" in near else near)
    if called is not None:
        return called
    if not text.startswith((",", " who ", " its "), end):
        return None
    if _OWNED_AFTER.match(text, end):
        return ITS
    told = _post_after().match(text, end)
    return told[1] if told else None


@lru_cache(maxsize=1)
def of_a_body_before() -> re.Pattern[str]:
    """ "M23 spokesman Fabien ", "the Inquiry Panel led by the retired Justice Syed ": what stands before who speaks for a body."""
    posts = "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))
    body = with_all_capitals(r"(?<![\w’'-])([A-Z][\w’'-]*(?: (?:of |for |and )?[A-Z][\w’'-]*)*)")
    name = with_all_capitals(r"(?:[A-Z][\w.’'-]* ){0,4}$")
    return re.compile(
        rf"{body} (?:{posts}),? {name}|{body},? (?:led|headed|chaired|run) by (?:the )?(?:[a-z]+ )?{name}"
    )


def bodies_in_posts(start: int, end: int, text: str) -> Iterator[str]:
    """The names in what stands beside a person's name as a post: "the U.N. coordinator in Pakistan", "the EU's foreign policy chief".

    Whom somebody is sent to, or was before, is not whom that person speaks for.
    """
    before, after = text[max(0, start - 110) : start], text[end : end + 110]
    if not may_have_a_post(before + after) or not (_any_post().search(before) or _any_post().search(after)):
        return
    for words, _ in _beside(before, after):
        plain = without_dots(words)
        post = _any_post().search(plain)
        if post is None or _OF_ANOTHER.search(plain):
            continue
        lead, article, owner = plain[: post.start()].rpartition("the ")
        if not article or not _ONLY_A_PART.search(lead):
            yield from CAPITALISED.findall(owner)
        if told := _OF_WHAT.match(plain, post.end()):
            yield from CAPITALISED.findall(told[0])[:1]


@lru_cache(maxsize=1)
def _any_post() -> re.Pattern[str]:
    posts = "|".join(sorted(map(re.escape, words_of()["posts"]), key=len, reverse=True))
    return re.compile(rf"\b(?:{posts})\b(?! to\b)")


_OF_WHAT = re.compile(r" (?:of|for|at|with) (?:the )?[^,]*")
#: Who was it before, or has met who is.
_OF_ANOTHER = re.compile(r"\b(?:former|ex|then|once|who|whose|whom|which)\b")
#: What makes a post that of somebody else: "a critic of the U.N. coordinator".
_ONLY_A_PART = re.compile(r"\b(?:of|on|with|by|to|from|for|against)\s+$")


def nation_of_last_body(words: str) -> str:
    for run in reversed(CAPITALISED.findall(words)):
        body = resolve_source(run)
        if body.method == "name" and body.sure and body.country and body.kind in ("government", "armed force"):
            return body.country
    return ""
