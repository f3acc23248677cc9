"""Who speaks: the sources of one story as they are named, read to a speaker with kind, country and body."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tallyroom.lexicon import table
from tallyroom.series.rows import Row
from tallyroom.series.words import nation_beside, nation_last_named, nation_of_place, nations


class Speaker(NamedTuple):
    """One speaker of a story: the key under which its names meet, and what is known of it."""

    key: str
    #: government, legislature, local, international, media, model, charity, medical, rescue, company, rival, person, unnamed.
    kind: str
    nation: str
    #: The person's name in small letters, where a person speaks.
    person: tuple[str, ...]
    #: Of a joint statement: the sources that make it together.
    members: tuple[str, ...] = ()


#: Kinds whose national bodies speak for one government.
NATIONAL = ("government", "legislature")
#: Kinds that "officials" and "the authorities" may stand for.
AUTHORITIES = ("government", "local")

_TOKEN = re.compile(r"[^\W_]+(?:[-.’'][^\W_]+)*\.?", re.UNICODE)
_GENERIC = frozenset(
    [
        "authorities",
        "officials",
        "official",
        "police",
        "military",
        "government",
        "army",
        "junta",
        "lawmakers",
        "lawmaker",
        "rescuers",
        "firefighters",
        "doctors",
        "the",
        "a",
        "an",
        "state",
        "local",
        "federal",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "one",
        "some",
        "several",
        "unnamed",
        "senior",
    ]
)
_FILLER = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "in",
        "on",
        "at",
        "to",
        "s",
        "his",
        "her",
        "its",
        "country",
        "senior",
        "top",
        "unnamed",
        "some",
        "several",
        "one",
        "two",
        "officials",
        "official",
        "authorities",
        "government",
        "spokesman",
        "spokesperson",
        "spokeswoman",
        "office",
        "department",
        "chief",
        "head",
    ]
)


@lru_cache(maxsize=1)
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, _any_of(words)) for kind, words in table("series.toml")["speakers"].items()]


@lru_cache(maxsize=1)
def _titles() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, _any_of(words)) for kind, words in table("series.toml")["titles"].items()]


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=65536)
def kind_of(words: str) -> str | None:
    """The kind of a speaker by the words of the name."""
    for kind, pattern in _kinds():
        if pattern.search(words):
            return kind
    return None


@lru_cache(maxsize=65536)
def person_name(words: str) -> tuple[str, ...]:
    """The personal name in words, without titles, in small letters; empty where a body or nobody is named."""
    rest = words
    for _, pattern in _titles():
        rest = pattern.sub(" ", rest)
    tokens = [t.strip(".") for t in _TOKEN.findall(rest)]
    tokens = [
        t
        for t in tokens
        if t.lower() not in ("the", "mr", "mrs", "ms", "dr", "maj", "gen", "sen", "rep", "reps", "lt", "col")
    ]
    particles = {"al", "bin", "ibn", "de", "van", "von", "el", "da", "la"}
    if not tokens or len(tokens) > 4 or any(not t[0].isupper() and t.lower() not in particles for t in tokens):
        return ()
    if kind_of(rest) or nations(rest) or any(t.isupper() and len(t) > 2 for t in tokens):
        return ()
    return tuple(t.lower() for t in tokens)


class Speakers:
    """The speakers of one story, found by the words of their names and by what the reports put beside those."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = [row for row in rows if row.figure.source]
        self._texts: Mapping[str, str] = {r.report.uid: r.report.text for r in self._rows if r.report.text}
        self._relayed = {relay.strip().lower() for row in self._rows for relay in row.figure.relays}
        self._places: dict[str, Counter[str]] = {str(row.figure.source): Counter() for row in self._rows}
        for row in self._rows:
            place = nation_of_place(row.figure.place)
            self._places[str(row.figure.source)].update((place,) if place else ())
        self._in_report: dict[str, Counter[str]] = defaultdict(Counter)
        for row in rows:
            nation = nation_of_place(row.figure.place)
            if nation:
                self._in_report[row.report.uid][nation] += 1
        self._known: dict[tuple[str, str, str], Speaker] = {}
        self._national: set[str] | None = None

    def of(self, row: Row) -> Speaker:
        """The speaker of a claim that names a source."""
        return self.named(str(row.figure.source), row)

    def named(self, source: str, row: Row) -> Speaker:
        """The speaker that words name in the report of a claim."""
        key = (source, row.report.uid, row.figure.place or "")
        if key not in self._known:
            self._known[key] = self._read(source, row)
        return self._known[key]

    def _read(self, source: str, row: Row) -> Speaker:
        source = self._spelled_out(re.sub(r"\s*\([A-Z]{2,8}(?:\)|$)", "", source).strip() or source)
        members = _members(source)
        if members:
            return self._joint(source, members, row)
        person = person_name(source)
        kind = kind_of(source) or ("person" if person else "unnamed")
        nation = self._nation_in(source, row)
        beside = source
        if person and source.strip().lower() not in self._relayed:
            title = self._title(source, person, row)
            if title:
                kind, beside = title
                nation = nation or next(iter(nations(beside)), "")
        if kind in ("person", "unnamed") and nation and not person:
            kind = "government"
        if kind == "government" and not nation and not person and _is_of_a_place(source):
            kind = "local"
        if not nation and not person and _is_anaphoric(source):
            only = self._only_authority(row, kind)
            if only is not None:
                return only
        if kind in NATIONAL:
            nation = nation or self._nation_of_place(source, row, person)
            if nation:
                return Speaker(f"government:{nation}", kind, nation, person)
        if kind in AUTHORITIES and not person and _is_generic(source):
            only = self._only_authority(row, kind)
            if only is not None:
                return only
        if kind == "local":
            return Speaker("local:" + _body(source, beside, person), kind, nation, person)
        name = "-".join(sorted(set(person or _words(source)))) or source.lower()
        return Speaker(f"{kind}:{name}", kind, nation, person)

    def _joint(self, source: str, members: tuple[str, ...], row: Row) -> Speaker:
        own = [self._read(member, row) for member in members]
        national = {speaker.key for speaker in own if speaker.kind in NATIONAL}
        if len(national) > 1:
            return Speaker("joint:" + "+".join(sorted(m.lower() for m in members)), "joint", "", (), members)
        return own[0]._replace(members=members)

    def _nation_in(self, source: str, row: Row) -> str:
        found = nations(source)
        if len(found) == 1:
            return found[0]
        text = self._texts.get(row.report.uid, "")
        if re.search(r"\bcountry['’]s\b|\bits\b", source, re.IGNORECASE):
            return nation_last_named(source, text)
        if not found and _is_generic(source):
            return nation_beside(source, text)
        if not found and not person_name(source):
            beside = {nation for t in self._texts.values() if (nation := nation_beside(source, t))}
            if len(beside) == 1:
                return beside.pop()
        return ""

    def _nation_of_place(self, source: str, row: Row, person: tuple[str, ...]) -> str:
        """The country that "the military" or a general speaks for: that of the place they speak of."""
        if _is_generic(source):
            place = nation_of_place(row.figure.place) or self._nation_of_report(row)
            return "" if _is_foreign(row, place) else place
        places = self._places.get(source, Counter())
        if (
            person
            and len(places) == 1
            and set(places) <= self._governments()
            and not _is_foreign(row, next(iter(places)))
        ):
            return next(iter(places))
        return ""

    def _spelled_out(self, source: str) -> str:
        """The full name that an acronym stands for, where the story spells it out: "NIS"."""
        if not re.fullmatch(r"(?:[Tt]he )?[A-Z]{2,8}", source):
            return source
        letters = source.split()[-1]
        full = {
            name for name in self._places if "".join(word[0] for word in name.split() if word[0].isupper()) == letters
        }
        return min(full) if full else source

    def _only_authority(self, row: Row, kind: str) -> Speaker | None:
        """Whom "the county", "officials" mean: the one authority that the report names, or else the story."""
        before: Speaker | None = None
        for rows in ([r for r in self._rows if r.report.uid == row.report.uid], self._rows):
            found = {}
            for other in rows:
                source = str(other.figure.source)
                if not _is_generic(source) and not person_name(source) and kind_of(source) in AUTHORITIES:
                    speaker = self.of(other)
                    if kind == "local" and not speaker.key.startswith("local:county:"):
                        continue
                    found[speaker.key] = speaker
                    if rows is not self._rows and other.figure.start <= row.figure.start:
                        before = speaker
            if len(found) == 1:
                return next(iter(found.values()))._replace(members=())
            if before is not None:
                return before._replace(members=())
        return None

    def _nation_of_report(self, row: Row) -> str:
        """The country that most figures of the report happened in, where its own place is not told."""
        found = self._in_report.get(row.report.uid) if row.figure.place is None else None
        return min(found, key=lambda nation: (-found[nation], nation)) if found else ""

    def _governments(self) -> set[str]:
        """The countries whose governments speak in the story under a name of their own."""
        if self._national is None:
            found: set[str] = set()
            for row in self._rows:
                source = str(row.figure.source)
                if not person_name(source) and kind_of(source) in NATIONAL:
                    whole = _is_generic(source) and not re.match(r"(?:an?|one|some|senior)\b", source, re.IGNORECASE)
                    place = nation_of_place(row.figure.place) if whole else ""
                    place = "" if _is_foreign(row, place) else place
                    found.update(nations(source) or ((place,) if place else ()))
            self._national = found
        return self._national

    def _title(self, source: str, person: tuple[str, ...], row: Row) -> tuple[str, str] | None:
        """The title that the report, or else another of the story, gives beside a person's name; one with a country is better."""
        own = title_beside(person[-1], self._texts.get(row.report.uid, ""))
        if own and (nations(own[1]) or own[0] == "local"):
            return own
        for uid in sorted(self._texts):
            other = title_beside(person[-1], self._texts[uid]) if uid != row.report.uid else None
            if other and (own is None or (nations(other[1]) and other[0] == own[0])):
                return other
        return own


def title_beside(surname: str, text: str) -> tuple[str, str] | None:
    """(kind, words beside) of the title that a text gives next to a surname, where it gives one."""
    best: tuple[int, str, str] | None = None
    for match in re.finditer(rf"(?<![\w-]){re.escape(surname)}(?![\w-])", text, re.IGNORECASE):
        for words, gap in _beside(text, match.start(), match.end()):
            for kind, pattern in _titles():
                found = pattern.search(words)
                if found and (best is None or gap < best[0]):
                    best = (gap, kind, words)
    return (best[1], best[2]) if best else None


def _beside(text: str, start: int, end: int) -> Iterable[tuple[str, int]]:
    """The words of an apposition on either side of a name: "lawmaker X", "the police chief, X", "X, a spokesman for Y,"."""
    before = re.split(r"[.!?:;()—–\n]\s*(?=[A-Z][a-z]{4,}\b.*\s)|[:;()—–\n]", text[max(0, start - 90) : start])[-1]
    parts = [part.strip() for part in before.split(",")]
    lead = parts[-1] or (parts[-2] if len(parts) > 1 else "")
    yield " ".join(lead.split()[-7:]), 0 if parts[-1] else 1
    after = re.match(r"(?:\s[A-Z][\w-]*)?,\s((?:\b[A-Z]\.|[^,.;:!?\n]){3,90})", text[end : end + 110])
    if after:
        yield after.group(1), 1


def _members(source: str) -> tuple[str, ...]:
    """The bodies that a joint statement names; "Ministry of Health and Sports" is one."""
    parts = [part.strip() for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", source) if part.strip()]
    if len(parts) < 2 or any(kind_of(part) is None and not nations(part) for part in parts):
        return ()
    return tuple(parts)


def _is_generic(source: str) -> bool:
    return all(t.lower().strip(".") in _GENERIC or not t[0].isupper() for t in _TOKEN.findall(source))


_ANAPHORIC = frozenset(
    [
        "agency",
        "service",
        "ministry",
        "department",
        "lawmaker",
        "lawmakers",
        "county",
        "city",
        "bureau",
        "office",
        "committee",
        "agencies",
        "spy",
        "intelligence",
        "two",
    ]
)


def _is_anaphoric(source: str) -> bool:
    """Does a source only point back: "the agency", "the county"?"""
    words = [t.lower() for t in _TOKEN.findall(source)]
    return bool(words) and all(w in _ANAPHORIC or w in ("the", "this", "that") for w in words)


def _is_foreign(row: Row, nation: str) -> bool:
    """Are people of another country counted, so that the place does not tell whose authorities speak?"""
    return bool(row.population.nations) and nation not in row.population.nations


def _is_of_a_place(source: str) -> bool:
    """Officials named by a place that is no country: "Maui officials"."""
    tokens = list(_TOKEN.findall(source))
    return any(t.lower() in ("officials", "authorities") for t in tokens) and any(
        t[0].isupper() and t.lower() not in _GENERIC and t.lower() not in ("western", "eu", "nato") for t in tokens
    )


def _words(source: str) -> list[str]:
    tokens = [re.sub(r"['’]s$", "", t.lower().strip(".")) for t in _TOKEN.findall(source)]
    kept = [t for t in tokens if t not in _FILLER]
    return kept or tokens


_OFFICES = ("police", "sheriff", "mayor", "governor", "gov", "coroner", "fire")


def _body(source: str, beside: str, person: tuple[str, ...]) -> str:
    """One key for a local authority under all its names: "Maui County officials" and "County of Maui" are one."""
    words = [word for word in _words(beside) if word not in person]
    office = next((o for o in _OFFICES if o in words), "")
    office = {"gov": "governor", "sheriff": "police"}.get(office, office)
    names = [
        t.lower()
        for t in re.findall(r"[A-Z][\w-]+", beside)
        if t.lower() not in (*_GENERIC, *_FILLER, *_OFFICES, *person, "county", "city")
    ]
    if office in ("mayor", "governor") and person:
        return f"{office}:{person[-1]}"
    return (
        f"{office or 'county'}:{'-'.join(sorted(set(names))) or (person[-1] if person else '-'.join(_words(source)))}"
    )
