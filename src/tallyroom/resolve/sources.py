"""Who speaks: the words for a source, resolved by name, by country and function, or left apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import msgspec

from tallyroom.lexicon import lines, rows
from tallyroom.resolve.nations import countries, fold, nation_spans

#: Functions that many bodies of one country have: without a name they stay apart from report to report.
MANY = frozenset(
    {
        "police",
        "local authorities",
        "hospital",
        "company",
        "witness",
        "local media",
        "court",
        "prosecutors",
        "aid groups",
        "rescue service",
        "fire service",
    }
)
_TITLE = re.compile(
    r"^(?:(?:the|former|deputy|acting|prime|vice|chief|senior|foreign|defen[cs]e|health|interior|lieutenant|major|brigadier"
    r"|president|minister|secretary|general|gen\.?|col\.?|colonel|lt\.?|maj\.?|capt\.?|captain|sgt\.?|mayor|governor|gov\.?"
    r"|sen\.?|senator|rep\.?|representative|lawmaker|mp|dr\.?|mr\.?|mrs\.?|ms\.?|king|queen|prince|pope|ambassador"
    r"|spokesman|spokeswoman|spokesperson|sheriff|judge|professor|prof\.?|director|commander|admiral)\s+)+",
    re.IGNORECASE,
)
#: Who speaks for a body is that body: "Pentagon officials".
_SPEAKING_FOR = re.compile(r" (?:officials?|spokes(?:man|woman|person)|chief|sources?)$")
#: "The UN's migration agency" is the UN migration agency; folded, only the letter is left.
_OF_ANOTHER = re.compile(r" s ")
#: "The UN refugee agency, UNHCR".
_NAMED_TWICE = re.compile(r", (?:the )?[A-Z]{2,8}$")
#: "A senior State Department official".
_WHOEVER = re.compile(r"^(?:an? |one |two |some |several )?(?:senior |top |unnamed |anonymous )*")
_PARTICLES = frozenset(
    {"al", "bin", "ibn", "de", "van", "von", "el", "da", "la", "del", "der", "ben", "abu", "ter", "dos"}
)
_KIND_WORDS = (
    ("hospital", r"hospital|clinic|medical cent(?:er|re)"),
    ("court", r"court|tribunal"),
    ("media", r"news|newspaper|television|radio|tv|times|post|herald|journal|magazine|broadcaster|media|website"),
    ("company", r"inc|ltd|plc|corp|corporation|airlines?|airways|company|gmbh"),
    (
        "NGO",
        r"foundation|association|observatory|watch|red cross|red crescent"
        r"|university|college|institute|network|committee|union|fund|support|group|trust|society|aid|relief|alliance|coalition|council",
    ),
    ("rescue service", r"rescue|fire department|fire service|coast guard|civil defen[cs]e"),
    ("armed force", r"army|navy|air force|armed forces|defen[cs]e forces|command"),
    ("intelligence service", r"intelligence"),
    (
        "government",
        r"ministry|minister|department|government|agency|police"
        r"|council|authority|bureau|board|embassy|service|office|authorities|officials?",
    ),
)
_KINDS = [(kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _KIND_WORDS]


class Context(NamedTuple):
    """What a report tells beside the words of a source; all of it may be empty."""

    #: The country where it happened.
    place: str | None = None
    #: The countries that the report names, in text order.
    named: tuple[str, ...] = ()
    #: The country of the outlet, where the user's list gives it.
    outlet: str | None = None


class SourceMeaning(msgspec.Struct, frozen=True, kw_only=True):
    """Which source words mean, by which method; `sure` is False where it stays apart and is offered for judgement."""

    words: str
    slug: str
    name: str
    kind: str | None = None
    country: str | None = None
    #: name, name and country, function and country, place of the report, named in the report, person, words.
    method: str = "words"
    sure: bool = True
    #: Slugs of what else it may be.
    rivals: tuple[str, ...] = ()
    #: What it does, as `source_functions.tsv` names it.
    function: str = ""

    def spoken_of_as(self, words: str, method: str, rivals: tuple[str, ...]) -> SourceMeaning:
        """The same speaker, named by other words."""
        others = tuple(slug for slug in rivals if slug != self.slug)
        return msgspec.structs.replace(self, words=words, method=method, rivals=others)


class _Body(NamedTuple):
    slug: str
    name: str
    kind: str
    country: str
    function: str


@lru_cache(maxsize=1)
def _bodies() -> tuple[dict[str, tuple[_Body, ...]], dict[tuple[str, str], tuple[_Body, ...]]]:
    by_name: dict[str, list[_Body]] = {}
    by_function: dict[tuple[str, str], list[_Body]] = {}
    for row in rows("sources.tsv"):
        slug, name, kind, country, function, others = (*row, "", "", "")[:6]
        body = _Body(slug, name, kind, country, function)
        for word in dict.fromkeys(fold(w).removeprefix("the ") for w in (name, *others.split("|")) if w):
            by_name.setdefault(word, []).append(body)
        if function and country:
            by_function.setdefault((country, function), []).append(body)
    return {k: tuple(v) for k, v in by_name.items()}, {k: tuple(v) for k, v in by_function.items()}


@lru_cache(maxsize=1)
def _by_slug() -> dict[str, _Body]:
    return {body.slug: body for named in reversed(_bodies()[0].values()) for body in reversed(named)}


def is_known_body(words: str) -> bool:
    """Whether a body of the list of those who speak in the news is called so."""
    return fold(words).removeprefix("the ") in _bodies()[0]


@lru_cache(maxsize=1)
def _functions() -> dict[str, tuple[str, str]]:
    """Folded words → (function, kind)."""
    return {fold(word): (row[0], row[1]) for row in rows("source_functions.tsv") for word in row[2].split("|")}


@lru_cache(maxsize=16384)
def resolve_source(words: str, *, context: Context = Context()) -> SourceMeaning:  # noqa: B008  (a frozen tuple)
    """The body or person that words mean: "South Korea's spy agency" → kr-nis. Unsure stays apart, with rivals."""
    spans = nation_spans(words)
    stated = tuple(dict.fromkeys(span.codes[0] for span in spans if len(span.codes) == 1))
    bare = fold(_without(words, spans))
    whole = fold(words).removeprefix("the ")
    known, functions = _bodies()
    spoken_for = _WHOEVER.sub("", _SPEAKING_FOR.sub("", whole))
    named_so = (
        known.get(whole)
        or known.get(spoken_for)
        or known.get(bare.removeprefix("the "))
        or known.get(_OF_ANOTHER.sub(" ", whole))
        or known.get(fold(words.rpartition(", ")[2]) if _NAMED_TWICE.search(words) else "", ())
    )
    if named_so:
        return _by_name(words, named_so, stated, context, exact=whole in known or spoken_for in known)
    function = _function(bare)
    if function:
        return _by_function(words, bare, function, stated, context, functions)
    person = _person(words, spans)
    if person:
        return SourceMeaning(
            words=words,
            slug=_slug(person),
            name=person,
            kind="named person",
            method="person",
            country=stated[0] if len(stated) == 1 else None,
        )
    if stated and not bare:
        country = stated[0]
        if len(stated) == 1:
            return SourceMeaning(
                words=words,
                slug=f"{country}-government",
                name=f"Government ({countries()[country].name})",
                kind="government",
                country=country,
                method="function and country",
            )
        return SourceMeaning(words=words, slug=_slug(words), name=words, kind="government", method="words", sure=False)
    country = stated[0] if len(stated) == 1 else ""
    slug = f"{country}-{_slug(bare)}" if country and " " in bare else _slug(words)
    return SourceMeaning(
        words=words,
        slug=slug,
        name=words.strip(),
        kind=_kind(words),
        country=country or None,
        method="words",
        sure=bool(country) or any(t[:1].isupper() for t in words.split()[1:]) or words.isupper() or _is_one_name(words),
    )


def source_of_slug(slug: str) -> SourceMeaning | None:
    """The body of `sources.tsv` that has this slug."""
    body = _by_slug().get(slug)
    return _resolved(body.name, body, "name", ()) if body else None


def source_slug(words: str | None) -> str | None:
    """A slug for the words alone, the same on every machine; None without words. Cached."""
    return resolve_source(words).slug if words and words.strip() else None


_GOVERNMENTAL = frozenset({"government", "armed force", "intelligence service"})
_BY_NAME = frozenset({"name", "name and country", "function and country"})


@lru_cache(maxsize=16384)
def affiliation_of(source: SourceMeaning) -> str | None:
    """The body that a speaker belongs to: a ministry to its government, an agency to the UN, a person to an office."""
    parent = source.slug.partition("-")[0]
    if source.slug != parent and any(body.slug == parent for body in _bodies()[0].get(parent, ())):
        return parent
    if source.kind in _GOVERNMENTAL and source.country:
        government = f"{source.country}-government"
        return government if source.slug != government else None
    if source.kind != "named person":
        return None
    office = source.words.partition(source.name)[0].strip(" ,'’")
    if not office:
        return None
    body = resolve_source(office)
    if body.sure and body.method in _BY_NAME:
        return body.slug
    return f"{source.country}-government" if source.country and _OFFICE.search(office) else None


_OFFICE = re.compile(
    r"(?i)\b(?:president|minister|secretary|general|colonel|lawmaker|ambassador|premier|chancellor|governor|senator)\b"
)


def _without(words: str, spans: tuple[object, ...]) -> str:
    rest = words
    for span in reversed(spans):
        rest = rest[: span.start] + " " + re.sub(r"^['’]s?\b", "", rest[span.end :])  # type: ignore[attr-defined]
    rest = re.sub(r"\b(?:of|in|for|from)\s*(?:the\s*)?$", "", rest.strip())
    return re.sub(
        r"^(?:the|a|an|one|some|several|its|his|that|country['’]s|the country['’]s)\s+", "", rest.strip(), flags=re.I
    )


def _by_name(
    words: str, found: tuple[_Body, ...], stated: tuple[str, ...], context: Context, *, exact: bool
) -> SourceMeaning:
    if stated and not exact:
        of_country = [b for b in found if b.country in stated]
        if len(of_country) == 1:
            return _resolved(words, of_country[0], "name and country", ())
        if not of_country and any(b.country for b in found):
            country, name = stated[0], found[0].name
            return SourceMeaning(
                words=words,
                slug=f"{country}-{_slug(name)}",
                name=f"{name} ({countries()[country].name})",
                kind=found[0].kind,
                country=country,
                method="name and country",
            )
    if len(found) == 1:
        return _resolved(words, found[0], "name", ())
    rivals = tuple(sorted(b.slug for b in found))
    for known, method in ((context.place, "place of the report"), (context.outlet, "outlet")):
        of_country = [b for b in found if known and b.country == known]
        if len(of_country) == 1:
            return _resolved(words, of_country[0], method, tuple(r for r in rivals if r != of_country[0].slug))
    in_report = [b for b in found if b.country in context.named]
    if len(in_report) == 1:
        return _resolved(words, in_report[0], "named in the report", tuple(r for r in rivals if r != in_report[0].slug))
    kinds = {b.kind for b in found}
    return SourceMeaning(
        words=words,
        slug=_slug(words),
        name=words,
        kind=kinds.pop() if len(kinds) == 1 else None,
        method="words",
        sure=False,
        rivals=rivals,
    )


def _resolved(words: str, body: _Body, method: str, rivals: tuple[str, ...]) -> SourceMeaning:
    return SourceMeaning(
        words=words,
        slug=body.slug,
        name=body.name,
        kind=body.kind,
        country=body.country or None,
        method=method,
        rivals=rivals,
        function=body.function,
    )


_LEAD = re.compile(r"^(?:(?:the|a|an|one|some|several|unnamed|senior|top) )+")
_TAIL = re.compile(r" (?:officials?|spokesman|spokeswoman|spokesperson|chief|sources?|said)$")


def _function(bare: str) -> tuple[str, str, str] | None:
    """(words, function, kind): only where the words are no more than the function, so that names stay names."""
    known = _functions()
    rest = _LEAD.sub("", bare)
    while rest not in known:
        shorter = _TAIL.sub("", rest)
        if shorter == rest:
            return None
        rest = shorter
    return (rest, *known[rest])


def _by_function(
    words: str,
    bare: str,
    function: tuple[str, str, str],
    stated: tuple[str, ...],
    context: Context,
    known: dict[tuple[str, str], tuple[_Body, ...]],
) -> SourceMeaning:
    _, role, kind = function
    country, method = (stated[0], "function and country") if len(stated) == 1 else ("", "")
    if not country and not stated and role not in MANY and context.place:
        country, method = context.place, "place of the report"
    if not country:
        return SourceMeaning(
            words=words, slug=_slug(bare or words), name=words, kind=kind, method="words", sure=False, function=role
        )
    bodies = known.get((country, role), ())
    if len(bodies) == 1:
        return _resolved(words, bodies[0], method, ())
    slug = f"{country}-{_slug(role)}"
    many = role in MANY or len(bodies) > 1
    return SourceMeaning(
        words=words,
        slug=slug,
        name=f"{role.capitalize()} ({countries()[country].name})",
        kind=kind,
        country=country,
        method=method,
        sure=not many,
        rivals=tuple(b.slug for b in bodies),
        function=role,
    )


@lru_cache(maxsize=1)
def _not_surnames() -> frozenset[str]:
    return frozenset(lines("not_surnames.txt"))


def _person(words: str, spans: tuple[object, ...]) -> str | None:
    """The personal name, without country and titles; None where the words are no name of a person."""
    lead = spans[0] if spans and spans[0].start == 0 else None  # type: ignore[attr-defined]
    rest = re.sub(r"^['’]s\s+", "", words[lead.end :]).strip() if lead else words.strip()  # type: ignore[attr-defined]
    name = _TITLE.sub("", rest).strip()
    tokens = name.split()
    titled = name != rest
    if not (2 <= len(tokens) <= 4 or (titled and len(tokens) == 1)) or name.lower().startswith("the "):
        return None
    if (
        any(not t[:1].isupper() and t.lower() not in _PARTICLES and "-" not in t for t in tokens)
        or not tokens[0][:1].isalpha()
    ):
        return None
    if _kind(name) or nation_spans(name) or any(t.isupper() and len(t) > 1 and "." not in t for t in tokens):
        return None
    if _not_surnames().intersection(t.lower() for t in tokens):
        return None
    return None if _function(fold(name)) or re.search(r"\d|/", name) else name


def _is_one_name(words: str) -> bool:
    """One capitalised word that is no common noun of the lists: "News18", "Oryx"."""
    return words[:1].isupper() and " " not in words.strip()


@lru_cache(maxsize=16384)
def _kind(words: str) -> str | None:
    low = words.lower()
    return next((kind for kind, pattern in _KINDS if pattern.search(low)), None)


def _slug(words: str) -> str:
    return fold(words).removeprefix("the ").replace(" ", "-")[:80].strip("-") or "unnamed"
