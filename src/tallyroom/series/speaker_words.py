"""What the words of a source's name tell by themselves: kind of body, personal name, members of a joint statement, keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tallyroom.letters import with_all_capitals
from tallyroom.lexicon import lines, table
from tallyroom.resolve.nations import fold, nation_spans
from tallyroom.resolve.sources import resolve_source
from tallyroom.series.words import nations, plain

#: What the resolving room calls bodies that it knows, as this room does.
_KINDS_OF_BODIES = {
    "government": "government", "armed force": "government", "intelligence service": "government",
    "international body": "international", "media": "media", "NGO": "charity", "hospital": "medical",
    "rescue service": "government", "company": "company", "armed group": "rival",
}  # fmt: skip
_BY_NAME = ("name", "name and country")
#: In place of the name of a region.
SOME_REGION = "region"
#: What an office of the state may look after without being one: "the railway ministry", "the government media office".
_TOUCHED_BY_AN_OFFICE = ("company", "society", "charity", "media", "union")
_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"[^\W_]+(?:[-.’'][^\W_]+)*\.?", re.UNICODE)
#: "Borno State", "Borno's health ministry".
_REGION = re.compile(
    with_all_capitals(
        r"((?:[A-Z][\w-]+ )+)(?:[Ss]tate(?! [Dd]epartment)|[Pp]rovince|[Rr]egion|[Oo]blast|[Gg]overnorate|[Pp]refecture)\b"
        r"|^([A-Z][\w-]+)(?=['’]s )"
    )
)
#: "Maui County", "the city of Surigao".
_TOWN = re.compile(
    with_all_capitals(
        r"((?:[A-Z][\w-]+ )+)(?:[Cc]ounty|[Cc]ity|[Tt]own|[Mm]unicipality|[Bb]orough|[Pp]arish|[Mm]ayor)\b"
        r"|(?:[Cc]ounty|[Cc]ity|[Tt]own|[Mm]unicipality|[Mm]ayor) of ((?:[A-Z][\w-]+ ?)+)"
    )
)
#: "The town's Emergency Response Room" is no office of the town.
_OWNED_NAME = re.compile(with_all_capitals(r"^(?:[Tt]he )?[a-z]+['’]s (?=[A-Z])"))
#: What a minister is minister of stands before the title with a capital letter, as a first name does.
_PORTFOLIO = re.compile(
    with_all_capitals(r"\b(?:[A-Z][\w-]+ (?:and [A-Z][\w-]+ )?)(?:Minister|Secretary|Commissioner)\b")
)
CAPITALISED = re.compile(with_all_capitals(r"[A-Z](?<![\w-].)[^\W_]*(?:\s+(?:of\s+|for\s+)?[A-Z][^\W_]*)*"))


@lru_cache(maxsize=1)
def words_of() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in table("series.toml")["speaker_words"].items()}


@lru_cache(maxsize=1)
def _kinds() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, _any_of(words)) for kind, words in table("series.toml")["speakers"].items()]


@lru_cache(maxsize=1)
def _offices() -> re.Pattern[str]:
    return _any_of((*words_of()["offices_of_state"], *words_of()["press_offices"]))


@lru_cache(maxsize=1)
def _at_home() -> re.Pattern[str]:
    return _any_of(words_of()["at_home"])


def counts_at_home(body: str) -> bool:
    """Does a body count in its own country alone, as one for disasters does?"""
    return _at_home().search(body) is not None


@lru_cache(maxsize=1)
def titles() -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, _any_of(words)) for kind, words in table("series.toml")["titles"].items()]


@lru_cache(maxsize=1)
def _first_words_of_titles() -> frozenset[str]:
    return frozenset(
        _WORD.findall(title.lower())[0] for own in table("series.toml")["titles"].values() for title in own
    )


def may_have_a_title(words: str) -> bool:
    """Has any title a first word among words? Sooner told than where one stands; letters beyond ASCII may be forms of others ("ſ")."""
    return not words.isascii() or not _first_words_of_titles().isdisjoint(_WORD.findall(words.lower()))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """One of the words; those written in capitals are short forms and no small words: "WHO" is not "who"."""
    alternatives = "|".join(
        re.escape(word) if word.isupper() else f"(?i:{re.escape(word)})"
        for word in sorted(words, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


@lru_cache(maxsize=65536)
def kind_of(words: str) -> str | None:
    """The kind of a speaker: of a body that is known by name, else by the words of the name."""
    body = resolve_source(words)
    if body.method in _BY_NAME and body.sure and body.kind in _KINDS_OF_BODIES:
        return _KINDS_OF_BODIES[body.kind]
    words = _OWNED_NAME.sub("", words)
    is_office = _offices().search(words) is not None
    for kind, pattern in _kinds():
        if pattern.search(words) and not (is_office and kind in _TOUCHED_BY_AN_OFFICE):
            return kind
    return _kind_of_title_of(words)


def _kind_of_title_of(words: str) -> str | None:
    """ "The deputy commissioner of Chagai", "a colonel in Goma": whose title a name begins with that is nobody's own."""
    title = re.match(r"(?:[Tt]he |[Aa]n? )((?:[a-z-]+ ){0,3}[a-z-]+)(?: (?:of|in|for) |$)", words)
    return next((kind for kind, pattern in titles() if pattern.search(title[1])), None) if title else None


_THE_NAME = re.compile(with_all_capitals(r"\w the [A-Z]|^[Tt]he [A-Z]"))


@lru_cache(maxsize=65536)
def person_name(words: str) -> tuple[str, ...]:
    """The personal name in words, without titles, in small letters; empty where a body or nobody is named."""
    rest = _PORTFOLIO.sub(" ", words)
    for _, pattern in titles():
        rest = pattern.sub(" ", rest)
    if _THE_NAME.search(rest):  # "Save the Children", "the Silver Band"
        return ()
    known = words_of()
    tokens = [t.strip(".") for t in _TOKEN.findall(rest)]
    tokens = [t for t in tokens if t.lower() not in known["addresses"]]
    if not tokens or len(tokens) > 4 or any(not _may_be_of_a_name(t, known["particles"]) for t in tokens):
        return ()
    if kind_of(rest.strip()) or nations(rest) or any(t.isupper() and len(t.replace(".", "")) > 2 for t in tokens):
        return ()
    if any(t.lower() in known["institutions"] for t in tokens) or (len(tokens) == 1 and _opens_a_sentence(tokens[0])):
        return ()
    return tuple(t.lower() for t in tokens)


def _may_be_of_a_name(token: str, particles: frozenset[str]) -> bool:
    """Has a word of a name a capital letter, or is it one of the small words of names: "al-Tayeb", "van"?"""
    return token[0].isupper() or token.lower() in particles or token.partition("-")[0] in particles


@lru_cache(maxsize=65536)
def without_acronym(source: str) -> str:
    return re.sub(r"\s*\([A-Z]{2,8}(?:\)|$)", "", source).strip() or source


_DOTTED = re.compile(r"(?<!\w)(?:[A-Z]\.){2,}")


def without_dots(words: str) -> str:
    """Words with short forms without their dots: "U.N." is "UN"."""
    return _DOTTED.sub(lambda initials: initials[0].replace(".", ""), words)


@lru_cache(maxsize=65536)
def is_whose(source: str) -> bool:
    """Does a source belong to a country named before: "the country's army", "its army"?"""
    return re.search(r"\b(?:the )?country['’]s\b|\bits\b", source, re.IGNORECASE) is not None


@lru_cache(maxsize=65536)
def members_of(source: str) -> tuple[str, ...]:
    """The bodies that a joint statement names; "Ministry of Health and Sports" is one."""
    parts = [part.strip() for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", source) if part.strip()]
    if len(parts) < 2 or not all(kind_of(part) or _is_a_nation(part) or _is_acronym(part) for part in parts):
        return ()
    if resolve_source(source).method == "name":
        return ()  # "the International Federation of Red Cross and Red Crescent Societies"
    bare = parts[0].removeprefix("the ").removeprefix("The ")
    is_a_word = " " not in bare and bare.istitle() and not nations(bare)
    if is_a_word and len(parts) == 2 and kind_of(parts[1]) == "government":
        return ()  # "the Ambulance and Emergency Authority"
    return tuple(parts)


def _is_a_nation(words: str) -> bool:
    """Do words name a country, and no more: "South Korea", "Ukrainian officials", but not "the Bangladesh Knitwear Manufacturers"?"""
    rest = words
    for span in reversed(nation_spans(words)):
        rest = rest[: span.start] + rest[span.end :]
    return bool(nations(words)) and not re.search(with_all_capitals(r"(?<![\w-])[A-Z]"), re.sub(r"^The ", "", rest))


def _is_acronym(words: str) -> bool:
    return re.fullmatch(r"(?:[Tt]he )?[A-Z]{2,8}", words) is not None


@lru_cache(maxsize=65536)
def is_generic(source: str) -> bool:
    """Does a source name no one, but a kind of authority?"""
    generic = words_of()["generic"]
    tokens = _TOKEN.findall(source)
    return all(t.lower().strip(".") in generic or not t[0].isupper() for t in tokens[1:]) and all(
        t.lower().strip(".") in generic or not t[0].isupper() or _opens_a_sentence(t) for t in tokens[:1]
    )


@lru_cache(maxsize=65536)
def _opens_a_sentence(word: str) -> bool:
    """Is a word with a capital letter no name but people of a kind: "Investigators said"?"""
    return word.lower().removesuffix("s") in nouns_for_people() and word.endswith("s")


@lru_cache(maxsize=1)
def nouns_for_people() -> frozenset[str]:
    """Nouns for people, in the singular."""
    return frozenset((*lines("people_nouns_wordnet.txt"), *lines("people_nouns.txt")))


def is_named(source: str) -> bool:
    """Does a source tell more than its kind: a country, or a name? "The Panel" does not."""
    return bool(nations(source)) or not (is_generic(source) or _is_noun_with_capital(source))


@lru_cache(maxsize=65536)
def _is_noun_with_capital(source: str) -> bool:
    word = re.fullmatch(with_all_capitals(r"[Tt]he ([A-Z][a-z]+)"), source)
    return word is not None and word[1].lower() in words_of()["bodies"]


@lru_cache(maxsize=65536)
def is_functional(source: str) -> bool:
    """Is a source named by what it does, as those of many countries are: "the Ministry of Emergency Situations"?"""
    return not words_of()["functional"].isdisjoint(token.lower() for token in _TOKEN.findall(source))


@lru_cache(maxsize=65536)
def bare_words(source: str) -> frozenset[str]:
    """What a source is, without whose: "the interior ministry", "Tunisia's interior ministry" → interior, ministry."""
    articles = words_of()["articles"]
    words = (re.sub(r"['’]s?$", "", t.lower().strip(".")) for t in _TOKEN.findall(source))
    return frozenset(w[:-1] if w.endswith("s") and len(w) > 3 else w for w in words if w not in articles)


@lru_cache(maxsize=65536)
def is_nobody_in_particular(source: str) -> bool:
    """Does a source name nobody who could have counted: "a spokesman", "the list", "its statement"?"""
    words = bare_words(source)
    return bool(words) and words <= bare_words(" ".join(sorted(words_of()["nobody_in_particular"])))


@lru_cache(maxsize=65536)
def titled_person(source: str) -> tuple[str, tuple[str, ...]]:
    """Whose office and who, of a source that names both: "the governor of Beni Suef, Ana Ruiz"; empty where it does not."""
    title, comma, name = source.rpartition(", ")
    person = person_name(name) if comma and " " in name and not name.islower() else ()
    return (title, person) if person and kind_of(title) is not None and not person_name(title) else ("", ())


def is_anaphoric(source: str) -> bool:
    """Does a source only point back: "the agency", "the county"?"""
    known = words_of()
    words = [t.lower() for t in _TOKEN.findall(source)]
    return bool(words) and all(w in known["anaphoric"] or w in known["articles"] for w in words)


def is_of_a_place(source: str) -> bool:
    """Officials named by a place that is no country: "Maui officials"."""
    known = words_of()
    tokens = list(_TOKEN.findall(source))
    return any(t.lower() in ("officials", "authorities") for t in tokens) and any(
        t[0].isupper() and t.lower() not in known["generic"] | known["blocs"] | known["regional"] for t in tokens
    )


@lru_cache(maxsize=65536)
def name_key(source: str, person: tuple[str, ...]) -> str:
    """One name for a speaker that is no government: of a known body its slug."""
    if person:
        return "-".join(sorted(set(fold(" ".join(person)).split())))
    body = resolve_source(source)
    if body.sure and body.method != "words":
        return body.slug
    words = _words_of_witnesses(source) if kind_of(source) == "witness" else _words(source)
    return "-".join(sorted(set(words))) or source.lower()


def _words_of_witnesses(source: str) -> list[str]:
    """What those who saw it are, and the names beside: "the first survivors" are the "survivors"."""
    told, filler = frozenset(table("series.toml")["speakers"]["witness"]), words_of()["filler"]
    words = [t for t in _TOKEN.findall(source) if t.lower() in told or (t[:1].isupper() and t.lower() not in filler)]
    return [re.sub(r"ie$", "y", word.lower().removesuffix("s")) for word in words]


#: "Organizers" are "organisers".
_AMERICAN = re.compile(r"iz(e|ed|er|ers|ing|ation|ations)$")


def _words(source: str) -> list[str]:
    filler = words_of()["filler"]
    tokens = [t.lower().strip(".").removesuffix("'s").removesuffix("’s") for t in _TOKEN.findall(source)]
    tokens = [table("series.toml")["spellings"].get(token, _AMERICAN.sub(r"is\1", token)) for token in tokens]
    return [t for t in tokens if t not in filler] or tokens


def place_words_of(beside: str, person: tuple[str, ...]) -> list[str]:
    """The names that tell whose office it is: "the Maui police chief" → maui."""
    known = words_of()
    known_words = (
        known["generic"] | known["filler"] | table("series.toml")["offices"].keys() | {*person, "county", "city"}
    )
    return [
        name for t in re.findall(with_all_capitals(r"[A-Z][\w-]+"), beside) if (name := plain(t)) not in known_words
    ]


@lru_cache(maxsize=1)
def _regional() -> re.Pattern[str]:
    return _any_of(words_of()["regional"])


@lru_cache(maxsize=1)
def _appointed() -> re.Pattern[str]:
    return _any_of(words_of()["appointed"])


@lru_cache(maxsize=65536)
def region_of(beside: str, person: tuple[str, ...], places: frozenset[str]) -> str:
    """Which region an office of a state is for, of whose story these are the words of places: "Borno State Ministry of Health" → borno.

    SOME_REGION where no name tells it, empty for an office of the whole state, and for whom a state appoints in its regions.
    """
    named = _REGION.search(beside)
    if _appointed().search(beside):
        return ""
    of_a_country = any(not span.capital for span in nation_spans(beside))
    if of_a_country or (not named and not _regional().search(beside)):
        return ""
    words = _small_names((named[1] or named[2]) if named else "")
    words = [word for word in words if word not in words_of()["regional"]]
    words = words or [w for w in place_words_of(beside, person) if w in places and w not in words_of()["regional"]]
    return "-".join(sorted(set(words))) or SOME_REGION


def _small_names(words: str) -> list[str]:
    """The words of a name in small letters, without an article."""
    return [plain(word) for word in re.findall(r"[\w-]+", words) if word[0].isupper() and word != "The"]


@lru_cache(maxsize=65536)
def bloc_of(source: str) -> str:
    """The bloc of several countries that a source is of: "Western diplomats" → western."""
    blocs = words_of()["blocs"]
    return next((word for t in _TOKEN.findall(source) if (word := t.lower()) in blocs), "")


@lru_cache(maxsize=1)
def _guests() -> re.Pattern[str]:
    return _any_of(words_of()["guests"])


@lru_cache(maxsize=65536)
def without_a_guests_place(source: str) -> str:
    """A source without where it lives, if it is there for home: "Western diplomats in Kinshasa"."""
    return (
        re.sub(with_all_capitals(r" (?:in|at) (?:the )?[A-Z].*$"), "", source) if _guests().search(source) else source
    )


@lru_cache(maxsize=1)
def _of_citizens() -> re.Pattern[str]:
    return _any_of(words_of()["of_citizens"])


@lru_cache(maxsize=65536)
def is_of_citizens(source: str) -> bool:
    """Does a source look after its citizens abroad: a foreign ministry, an embassy?"""
    return _of_citizens().search(source) is not None


@lru_cache(maxsize=65536)
def is_outlet(name: str) -> bool:
    """Does the name of who publishes a report tell an outlet: "Desert War Monitor", and not "Regional Health Directorate"?

    Words that bodies have in their names as well tell one unless its other words tell a body.
    """
    if kind_of(name) == "media" or any(words in name.lower() for words in words_of()["press_offices"]):
        return True
    body = resolve_source(name)
    if body.sure and body.method in _BY_NAME:
        return False
    tokens = _TOKEN.findall(name)
    words = {token.lower() for token in tokens}
    if words & words_of()["outlets"]:
        return True
    shared = words & words_of()["outlets_and_bodies"]
    others = " ".join(token for token in tokens if token.lower() not in shared)
    return bool(shared) and kind_of(others) is None and not town_of(name)


def is_of_state_media(source: str) -> bool:
    """Does a state speak through an outlet: "state television"?"""
    lowered = source.lower()
    return kind_of(source) == "media" and any(words in lowered for words in words_of()["state_media"])


def town_of(beside: str) -> list[str]:
    """The words of the town or county whose office some words name: "Maui County officials", "the mayor of Surigao"."""
    told = _TOWN.search(beside)
    names = _small_names(told[1] or told[2]) if told else []
    return [name for name in names if name != "county"] or names


@lru_cache(maxsize=65536)
def body_key(source: str, beside: str, person: tuple[str, ...], place: tuple[str, ...], places: frozenset[str]) -> str:
    """One key for a local authority under all its names: "Maui County officials" and "County of Maui" are one.

    A town whose name is not told is that of the place spoken of. Who is elected to head it may have a count of his own.
    """
    offices: Mapping[str, str] = table("series.toml")["offices"]
    words = [word for word in _words(beside) if word not in person]
    office = next((offices[word] for word in words if word in offices), "")
    names = town_of(beside) or [word for word in place_words_of(beside, person) if word in places]
    return f"county:{'-'.join(sorted(set(names or place))) or '-'.join(_words(source))}" + (
        f"/{office}" if office else ""
    )
