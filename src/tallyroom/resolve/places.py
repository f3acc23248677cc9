"""Where a place is: country, division, coordinates, UCDP's precision; ambiguous names stay words."""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

import msgspec

from tallyroom.lexicon import rows, table
from tallyroom.resolve.nations import countries, fold, named, nation_spans

#: UCDP's where_prec: how exactly a place is known.
EXACT, NEAR, DISTRICT, PROVINCE, LINE, COUNTRY, INTERNATIONAL = 1, 2, 3, 4, 5, 6, 7

_REGION = r"region|oblast|province|state|governorate|prefecture|republic|krai|territory"
_DISTRICT = r"district|county|raion|municipality|township"
_KIND = re.compile(rf"\b(?:(?P<region>{_REGION})|(?P<district>{_DISTRICT}))s?\b", re.IGNORECASE)
_COUNTY = re.compile(r"\bCounty\b")
_NEAR = re.compile(r"\b(?:near|outside|outskirts|around|close to|kilometers|kilometres|miles|km|suburbs?|hills|area)\b")
_BESIDE = r"\b(?:north|south|east|west)[a-z-]*\s+of\s+(?:the\s+)?"
_LINE = re.compile(r"\b(?:border|front ?lines?|river|highway|road|coasts?)\b", re.IGNORECASE)
_WATER = re.compile(r"\b(?:Sea|Ocean|Gulf|Strait|Channel|Bay)\b")
_LEADING = re.compile(
    r"^(?:(?:the|in|at|of|near|outside|outskirts|around|city|town|village|port|capital|central|downtown"
    r"|northern|southern|eastern|western|north|south|east|west|north-?(?:east|west)(?:ern)?"
    r"|south-?(?:east|west)(?:ern)?|his|its|their|country|island)\s+)+",
    re.IGNORECASE,
)
_TOWNS, _OTHER_NAMES = "gazetteer.tsv.gz", "gazetteer_names.tsv.gz"
#: No name of the gazetteer is that of so many towns.
_NAMESAKES = 100
#: A town decides over its namesakes where it has this many people and this many times those of the next.
_BIG, _TIMES = 100_000, 8
#: Names wider than a country: never the town that happens to bear one.
_WIDER = frozenset(
    [
        "asia",
        "africa",
        "europe",
        "america",
        "north america",
        "south america",
        "latin america",
        "middle east",
        "caribbean",
        "sahel",
        "balkans",
    ]
)


class Town(NamedTuple):
    """A town of the gazetteer."""

    name: str
    country: str
    admin1: str
    lat: float
    lon: float
    people: int


class PlaceMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """Where words say it was; None where they do not tell, with rivals where they tell too much."""

    words: str
    #: The name to show: of the town, division or country.
    name: str | None = None
    country: str | None = None
    #: The first-level division: country and GeoNames' code ("ru-41", "us-ca"), else ISO 3166-2 in small letters.
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    #: UCDP's code, 1 exact to 7 international.
    where_prec: int | None = None
    method: str = "unknown"
    rivals: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What is compared: country, division and town where known, else the words."""
        if self.method in ("unknown", "ambiguous"):
            return "?" + fold(self.words)
        return "|".join(
            (self.country or "", self.admin1 or "", fold(self.name or "") if (self.where_prec or 9) < 6 else "")
        )


@lru_cache(maxsize=2)
def _sorted_lines(file: str) -> list[str]:
    """The lines of a packed list in which names are looked up by halving: it needs no index, and is there at once."""
    return gzip.decompress((files("tallyroom.lexicon") / file).read_bytes()).decode().split("\n")[:-1]


def _lines_of(key: str, file: str) -> list[list[str]]:
    """The columns behind the first of the lines that begin with a name."""
    lines, begin = _sorted_lines(file), f"{key}\t"
    at = bisect_left(lines, begin)
    return [
        line.split("\t")[1:] for line in takewhile(lambda line: line.startswith(begin), lines[at : at + _NAMESAKES])
    ]


@lru_cache(maxsize=16384)
def towns(name: str) -> tuple[Town, ...]:
    """The towns of a name, biggest first; another name ("Mecca") counts where it is big or alone."""
    key = fold(name)
    if key in _WIDER:
        return ()
    named_so = _lines_of(key, _TOWNS)
    numbers = [int(n) for (row,) in _lines_of(key, _OTHER_NAMES) for n in row.split()]
    other_name = [_sorted_lines(_TOWNS)[n].split("\t")[1:] for n in numbers]
    found = named_so + [c for c in other_name if not named_so or int(c[5]) >= _BIG]
    distinct = sorted(dict.fromkeys(map(tuple, found)), key=lambda c: -int(c[5]))
    return tuple(Town(c[0], c[1], f"{c[1]}-{c[2]}".lower(), float(c[3]), float(c[4]), int(c[5])) for c in distinct)


@lru_cache(maxsize=1)
def _divisions() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Folded name → (code, name, whose countries) of first-level divisions; with and without "Oblast"."""
    found: dict[str, dict[str, tuple[str, str, str]]] = {}
    for row in rows("countries.tsv"):
        code, name, others, _, whose = (*row, "", "")[:5]
        if "-" not in code:
            continue
        for word in filter(None, (name, *others.split("|"))):
            found.setdefault(fold(word), {})[code] = (code, name, whose)
            bare = re.sub(r"\s+(?:Oblast|Krai|Province)$", "", word)
            if bare != word:
                found.setdefault(fold(bare) + " region", {})[code] = (code, name, whose)
                found.setdefault(fold(bare) + " province", {})[code] = (code, name, whose)
    return {key: tuple(value.values()) for key, value in found.items()}


@lru_cache(maxsize=16384)
def resolve_place(words: str | None, country: str | None = None) -> PlaceMeaning:
    """Where words say it was; `country` (from the report) only chooses between namesakes, it never invents."""
    text = (words or "").strip()
    if not text:
        return PlaceMeaning(words="", method="none")
    if _WATER.search(text):
        return PlaceMeaning(words=text, name=text, where_prec=INTERNATIONAL, method="water")
    if _is_list(text):
        around = tuple(dict.fromkeys(c for span in nation_spans(text) if not span.capital for c in span.codes))
        if len(around) == 1:
            name = countries()[around[0]].name
            return PlaceMeaning(words=text, name=name, country=around[0], where_prec=COUNTRY, method="several places")
        return _ambiguous(text, around)
    parts = _parts(text)
    inside, division = _limits(parts, country)
    found = _first_found(text, parts, inside, division)
    if found is None:
        return _country_or_words(
            text,
            inside[0]
            if len(inside) == 1 and not (country and inside == (country,) and not _names_country(text))
            else None,
            division,
        )
    return found


def place_key(words: str | None) -> str:
    """A key under which two names of one place meet; the words themselves where they do not decide. Cached."""
    return resolve_place(words).key


def _parts(text: str) -> list[str]:
    """The names in words, narrowest first: "the Iraqi town of Haditha", "Russia's Kursk region"."""
    out: list[str] = []
    for part in re.split(r",\s*|\s+in\s+(?:the\s+)?|\s*\(|\)", text):
        owned = re.match(r"(.+?)['’]s?\s+(.+)", part)
        if owned and (named(_bare(owned.group(1))) or _divisions().get(_bare(owned.group(1)))):
            out.extend((owned.group(2), owned.group(1)))
        elif part.strip():
            of = re.match(
                r"(?i)(.*\b(?:district|coast|town|city|village|outskirts|port|province|region|state|north|south|east|west))\s+(?:of|in)\s+(.+)",
                part,
            )
            if of and len(of.group(1).split()) > 1 and any(w[:1].isupper() for w in of.group(1).split()[-2:]):
                out.extend((of.group(1), of.group(2)))
            elif of:
                out.extend((of.group(2), of.group(1)))
            else:
                out.append(part.strip())
    return out


def _is_list(text: str) -> bool:
    """Several places in one phrase: "Samos and Izmir"; "Jammu and Kashmir" is one."""
    if " and " not in text:
        return False
    rest = text
    for name in _joined_names():
        rest = re.sub(re.escape(name), "X", rest, flags=re.IGNORECASE)
    return bool(re.search(r"[A-Z][\w-]*,? and (?:[a-z]+ ){0,6}[A-Z]", rest))


@lru_cache(maxsize=1)
def _joined_names() -> tuple[str, ...]:
    return tuple(row[1] for row in rows("countries.tsv") if " and " in row[1]) + ("Jammu and Kashmir",)


def _names_country(text: str) -> bool:
    return any(not span.capital for span in nation_spans(text))


def _limits(parts: list[str], country: str | None) -> tuple[tuple[str, ...], tuple[str, str, str] | None]:
    """The countries, and the division, that the wider words limit the narrower ones to."""
    codes: list[str] = []
    division: tuple[str, str, str] | None = None
    for part in parts:
        states = _divisions().get(_bare(part), ())
        if len(states) == 1 and not named(_bare(part)) and len(parts) > 1 and part is not parts[0]:
            division = states[0]
        codes.extend(
            c
            for span in nation_spans(part)
            if not span.capital and len(span.codes) == 1 and fold(part[span.start : span.end]) not in _capital_names()
            for c in span.codes
        )
    if division:
        whose = division[2].split("|")
        return tuple(whose) if len(whose) > 1 else (whose[0],), division
    unique = tuple(dict.fromkeys(codes))
    return unique or ((country,) if country else ()), division


def _bare(part: str) -> str:
    return fold(_LEADING.sub("", part))


def _first_found(
    text: str, parts: list[str], inside: tuple[str, ...], division: tuple[str, str, str] | None
) -> PlaceMeaning | None:
    for part in parts:
        own = _own_name(part)
        found = _by_whole_name(text, part, own, inside, division)
        if found:
            return found
        if not own:
            continue
        nation = named(own)
        if nation and fold(own) not in _capital_names():
            rival_states = tuple(d for d in _divisions().get(fold(own), ()))
            if rival_states and inside and rival_states[0][2] in inside and rival_states[0][2] not in nation:
                return _as_division(text, rival_states[0])
            if rival_states and not (inside and set(inside) & set(nation) and len(parts) > 1):
                return _ambiguous(
                    text, (*(countries()[c].name for c in nation), *(d[1] + ", " + d[2] for d in rival_states))
                )
            continue
        state = _state(part, own, inside)
        if state:
            return state
        found = _by_list(text, part, own, inside) or _town(text, part, own, inside, division)
        if found:
            return found
    return None


@lru_cache(maxsize=1)
def _listed() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """Folded name → (code, name, country) of the first-level divisions of countries of which `countries.tsv` has few or none."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for code, name in rows("divisions.tsv"):
        found.setdefault(fold(name), []).append((code, name, code[:2]))
    return {name: tuple(own) for name, own in found.items()}


@lru_cache(maxsize=1)
def _shared() -> frozenset[str]:
    """Names of which two countries have a division as well known as the other's."""
    return frozenset(table("places.toml")["divisions"]["shared"].split())


def _by_list(text: str, part: str, own: str, inside: tuple[str, ...]) -> PlaceMeaning | None:
    """A division with no town of its name in its country, or called a province: "Sindh", "Puebla state"; a town elsewhere is a rival."""
    found = [d for d in _listed().get(fold(own), ()) if not inside or d[2] in inside]
    kind = _KIND.search(part)
    if len(found) != 1 or (kind and kind.group("district")):
        return None
    namesakes = [town for town in towns(own) if not inside or town.country in inside]
    if not kind and any(town.country == found[0][2] for town in namesakes):
        return None
    if not kind and namesakes and namesakes[0].people >= _BIG:
        return None
    division = _as_division(text, found[0])
    rivals = tuple(f"{town.name}, {town.admin1}" for town in namesakes[:4] if town.country != found[0][2])
    return msgspec.structs.replace(division, rivals=rivals) if rivals else division


_ARTICLES = re.compile(r"^(?:(?:the|in|at|of|near|outside|around|his|its|their)\s+)+", re.IGNORECASE)


def _by_whole_name(
    text: str, part: str, own: str, inside: tuple[str, ...], division: tuple[str, str, str] | None
) -> PlaceMeaning | None:
    """Names whose words look like a description: "Mexico City", "South Bend", "West Virginia", "East Jerusalem"."""
    whole = _ARTICLES.sub("", part).strip()
    if whole == own or (named(whole) and fold(whole) not in _capital_names()):
        return None
    if whole[:1].isupper():
        named_so = (*_divisions().get(fold(whole), ()), *_listed().get(fold(whole), ()))
        states = [d for d in named_so if not inside or set(inside) & set(d[2].split("|"))]
        if len(states) == 1:
            return _as_division(text, states[0])
    elif not _across_a_border(whole, own):
        return None
    return _town(text, part, whole, inside, division) if towns(whole) else None


def _across_a_border(whole: str, own: str) -> bool:
    """A small letter ("east Jerusalem") means a part of a town, but where the part lies in another country."""
    part, town = towns(whole), towns(own)
    return bool(part and town and part[0].country != town[0].country and not _far(part[0], town[0], borders=False))


def _own_name(part: str) -> str:
    """The name in a part, without what leads to it and what kind of place it is."""
    bare = _LEADING.sub("", part).strip()
    bare = re.sub(
        rf"\s+(?:{_REGION}|{_DISTRICT}|city|(?-i:town|village|area|border|front|suburbs?))s?$", "", bare, flags=re.I
    )
    nation = nation_spans(bare)
    if nation and nation[0].start == 0 and nation[0].end < len(bare) and not nation[0].capital:
        rest = _LEADING.sub("", bare[nation[0].end :].strip()).strip()
        rest = re.sub(r"^(?:town|city|village|state|region|island)s?\s+(?:of\s+)?", "", rest)
        bare = rest or bare
    near = re.search(r"(?i)\b(?:near|of|outside|around)\s+((?:the\s+)?[A-Z].*)$", bare)
    bare = near.group(1).removeprefix("the ") if near and not named(bare) else bare
    return bare if bare[:1].isupper() else ""


@lru_cache(maxsize=1)
def _capital_names() -> frozenset[str]:
    return frozenset(fold(c.capital) for c in countries().values() if c.capital) | {
        "kiev",
        "washington",
        "delhi",
        "jerusalem",
    }


def _state(part: str, own: str, inside: tuple[str, ...]) -> PlaceMeaning | None:
    kind = _KIND.search(part)
    if kind and kind.group("district"):
        return None
    keys = (f"{fold(own)} region", fold(own)) if kind else (fold(own),)
    for key in keys:
        found = [d for d in _divisions().get(key, ()) if not inside or set(inside) & set(d[2].split("|"))]
        same_town = towns(own) if not kind else ()
        namesakes = _listed().get(fold(own), ()) if fold(own) in _shared() and not inside else ()
        if len(found) == 1 and namesakes:
            return _ambiguous(part, tuple(f"{d[1]}, {d[2]}" for d in (*found, *namesakes)))
        if len(found) == 1 and not (same_town and same_town[0].people >= _BIG and same_town[0].country in found[0][2]):
            return _as_division(part, found[0])
        if len(found) == 1 and fold(own) in ("new york", "washington") and not kind:
            return None
    return None


def _as_division(text: str, division: tuple[str, str, str]) -> PlaceMeaning:
    code, name, whose = division
    sides = whose.split("|")
    country = sides[0] if code[:2] == sides[0] else None
    rivals = tuple(sides[1:] if country else sides)
    bare = re.sub(r"\s+(?:Oblast|Krai|Province)$", "", name)
    seat = next((t for t in towns(bare) if t.country == sides[0]), None) if bare != name else None
    return PlaceMeaning(
        words=text,
        name=name,
        country=country,
        admin1=seat.admin1 if seat else code,
        where_prec=PROVINCE,
        rivals=rivals,
        latitude=seat.lat if seat else None,
        longitude=seat.lon if seat else None,
        method="division",
    )


def _town(
    text: str, part: str, own: str, inside: tuple[str, ...], division: tuple[str, str, str] | None
) -> PlaceMeaning | None:
    candidates = tuple(t for t in towns(own) if not _COUNTY.search(part) or t.country in _with_counties())
    if division and division[0].startswith("us-"):
        candidates = tuple(t for t in candidates if t.admin1 == division[0])
    if inside:
        candidates = tuple(t for t in candidates if t.country in inside)
    if not candidates:
        return None
    best = candidates[0]
    next_people = max((t.people for t in candidates[1:] if _far(t, best)), default=0)
    sure = next_people == 0 or (best.people >= _BIG and best.people >= _TIMES * next_people)
    labels = tuple(f"{t.name}, {t.admin1}" for t in candidates[1:5] if _far(t, best))
    if not sure:
        return _ambiguous(text, (f"{best.name}, {best.admin1}", *labels))
    kind = _KIND.search(part)
    if kind and kind.group("region"):
        return PlaceMeaning(
            words=text,
            name=f"{best.name} region",
            country=best.country,
            admin1=best.admin1,
            latitude=best.lat,
            longitude=best.lon,
            where_prec=PROVINCE,
            method="region of its town",
            rivals=labels,
        )
    prec = (
        DISTRICT
        if kind
        else LINE
        if _LINE.search(part)
        else NEAR
        if _NEAR.search(part) or re.search(_BESIDE + re.escape(own), text)
        else EXACT
    )
    method = "only town of the name" if not labels else "largest town of the name"
    return PlaceMeaning(
        words=text,
        name=best.name,
        country=best.country,
        admin1=best.admin1,
        latitude=best.lat,
        longitude=best.lon,
        where_prec=prec,
        method=method,
        rivals=labels,
    )


@lru_cache(maxsize=1)
def _with_counties() -> frozenset[str]:
    return frozenset(table("places.toml")["divisions"]["with_counties"].split())


def _far(one: Town, other: Town, *, borders: bool = True) -> bool:
    return (
        (borders and one.country != other.country) or abs(one.lat - other.lat) > 0.5 or abs(one.lon - other.lon) > 0.5
    )


def _ambiguous(text: str, rivals: tuple[str, ...]) -> PlaceMeaning:
    return PlaceMeaning(words=text, method="ambiguous", rivals=rivals)


def _country_or_words(text: str, code: str | None, division: tuple[str, str, str] | None) -> PlaceMeaning:
    if division:
        return msgspec.structs.replace(_as_division(text, division), method="division around it")
    if code and code in countries():
        prec = LINE if _LINE.search(text) else COUNTRY
        return PlaceMeaning(words=text, name=countries()[code].name, country=code, where_prec=prec, method="country")
    spans = nation_spans(text)
    several = {c for span in spans for c in span.codes}
    return PlaceMeaning(
        words=text,
        method="ambiguous" if len(several) > 1 else "unknown",
        rivals=tuple(sorted(several)) if len(several) > 1 else (),
    )
