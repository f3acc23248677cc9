"""The series of a whole ledger, kept in it: what was added or decided since renews only the stories that it touches."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tallyroom.errors import LedgerError
from tallyroom.ledger.dump import confidential_reports
from tallyroom.ledger.event_names import events_as_judged
from tallyroom.ledger.query import Query
from tallyroom.ledger.records import Judgement
from tallyroom.ledger.sameness import Pair
from tallyroom.ledger.words import moment
from tallyroom.lexicon import fingerprint
from tallyroom.memory import no_looking_for_cycles
from tallyroom.model import Claimed
from tallyroom.resolve import place_key, population_key
from tallyroom.series import Judgements, ReportHeader, Series, SeriesClaim, build_story, stories_of
from tallyroom.series.stories import Signature, propose_stories, same_story, signature

if TYPE_CHECKING:
    from tallyroom.ledger.store import Ledger

#: Rooms whose code decides what a series is.
_DECIDING = ("series", "resolve")
#: What names mean to the program, of those kinds that people tie together for all stories.
_MEANING: Mapping[str, Callable[[str | None], str]] = {"populations": population_key, "places": place_key}
#: So many names are put into one question to the database.
AT_ONCE = 500
_NO_FIGURE = Claimed(id="", quote="", start=0, end=0, low=None, best=None, high=None)


class About(msgspec.Struct, frozen=True):
    """A report as telling stories apart needs it, without its text."""

    header: ReportHeader
    day: int | None
    strong: tuple[str, ...]
    names: tuple[str, ...]
    hazard: str | None
    seats: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    told: tuple[int, int] | None = None
    hazards: tuple[str, ...] = ()

    def signature(self, event: str | None) -> Signature:
        header = msgspec.structs.replace(self.header, event=event) if event else self.header
        return Signature(
            header,
            self.day,
            frozenset(self.strong),
            frozenset(self.names),
            self.hazard,
            frozenset(self.seats),
            frozenset(self.cities),
            frozenset(self.counts),
            self.told,
            frozenset(self.hazards),
        )


class _Held(msgspec.Struct, frozen=True):
    """A report in the line-up: its story, a digest of its claims, what it is about."""

    story: str
    digest: str
    about: About


class Told(msgspec.Struct, frozen=True):
    """One report of a story: which, when, and the names by which others are tied to it."""

    uid: str
    id: str
    day: int | None
    names: tuple[str, ...]


class Story(msgspec.Struct, frozen=True):
    """What several reports tell of together: the event as proposed or as a person named it, and its series."""

    event: str
    first: str | None
    last: str | None
    happened: str | None
    place: str | None
    figures: int
    measures: tuple[str, ...]
    reports: tuple[Told, ...]
    series: tuple[Series, ...]


class Whole(NamedTuple):
    """All stories of a ledger; report uid → event, where people joined or parted events."""

    stories: list[Story]
    events: Mapping[str, str]


class LinedUp(msgspec.Struct, frozen=True, kw_only=True):
    """What the claims of a story give, as it is kept."""

    happened: str | None
    place: str | None
    figures: int
    measures: tuple[str, ...]
    series: tuple[Series, ...]


class _State(msgspec.Struct, frozen=True):
    """The line-up as it should be: its reports, the stories that had to be built for it, the events that people settled."""

    reports: Mapping[str, _Held]
    built: Mapping[str, LinedUp]
    events: Mapping[str, str]


def all_series(
    ledger: Ledger, *, collection: str | None = None, confidential: bool = True, known_at: str | None = None
) -> list[Series]:
    """All series of the ledger, in order; see `all_stories`.

    `known_at`: as the ledger knew them at a moment, with what people had decided by then; all stories are built anew.
    """
    whole = all_stories(ledger, collection=collection, confidential=confidential, known_at=known_at)
    return [one for story in whole.stories for one in story.series]


def all_stories(
    ledger: Ledger,
    *,
    collection: str | None = None,
    confidential: bool = True,
    known_at: str | None = None,
    keep: bool = True,
) -> Whole:
    """All stories of the ledger, in order, and the events that people settled; a collection, or the leaving out of what is confidential, is seen to story by story.

    `known_at`: as the ledger knew them at a moment, with what people had decided by then; all stories are built anew.
    `keep`: write down in the ledger what was built, so that the next question finds it.
    """
    if known_at is not None:
        return _stories_then(ledger, known_at, collection, confidential)
    state = refresh(ledger, keep=keep)
    held, events = state.reports, state.events
    hidden: Collection[str] = () if confidential else confidential_reports(ledger)
    whole: list[str] = []
    parts: dict[str, list[str]] = {}
    members = _by_story(held)
    for story, uids in members.items():
        left = [
            uid
            for uid in uids
            if uid not in hidden and (collection is None or held[uid].about.header.collection == collection)
        ]
        if len(left) == len(uids):
            whole.append(story)
        elif left:
            parts[story] = left
    wanted = set(whole)
    kept = {story: one for story, one in state.built.items() if story in wanted}
    kept.update(_stories(ledger, wanted - kept.keys()))
    found = {story: [_as_story(members[story], held, events, one)] for story, one in kept.items()}
    judgements = ledger.series_judgements() if parts else Judgements()
    for story, left in parts.items():
        # What only a hidden report held together falls apart.
        found[story] = [
            _as_story({claim.report.uid for claim in own}, held, events, _line_up(own, judgements))
            for own in stories_of(claims_of_reports(ledger, left, events))
        ]
    return Whole([one for story in sorted(found) for one in found[story]], events)


def _as_story(uids: Iterable[str], held: Mapping[str, _Held], events: Mapping[str, str], kept: LinedUp) -> Story:
    abouts = {uid: held[uid].about for uid in sorted(uids)}
    headers = {uid: about.header for uid, about in abouts.items()}
    days = sorted(header.published for header in headers.values() if header.published)
    return Story(
        event=_event_of(headers, events), first=days[0] if days else None, last=days[-1] if days else None,
        happened=kept.happened, place=kept.place, figures=kept.figures, measures=kept.measures,
        reports=tuple(Told(uid, about.header.id, about.day, about.strong) for uid, about in abouts.items()),
        series=kept.series,
    )  # fmt: skip


def _event_of(headers: Mapping[str, ReportHeader], events: Mapping[str, str]) -> str:
    first = min(headers.values(), key=lambda header: (header.published or "9999", header.id))
    named = next((name for uid, header in headers.items() if (name := events.get(uid, header.event))), None)
    return named or first.title or first.id


def reports_by_event(
    ledger: Ledger, *, confidential: bool = True, known_at: str | None = None
) -> Mapping[str, Sequence[str]]:
    """Event, as people named it or the program proposes it → the uids of the reports that tell of it."""
    found: dict[str, list[str]] = defaultdict(list)
    if known_at is not None:
        for story in all_stories(ledger, confidential=confidential, known_at=known_at).stories:
            found[story.event] += [told.uid for told in story.reports]
        return found
    state = refresh(ledger)
    hidden: Collection[str] = () if confidential else confidential_reports(ledger)
    for uids in _by_story(state.reports).values():
        headers = {uid: state.reports[uid].about.header for uid in uids if uid not in hidden}
        if headers:
            found[_event_of(headers, state.events)] += headers
    return found


def _line_up(claims: Sequence[SeriesClaim], judgements: Judgements) -> LinedUp:
    times = sorted(claim.figure.event_time for claim in claims if claim.figure.event_time)
    places = Counter(claim.figure.place for claim in claims if claim.figure.place)
    return LinedUp(
        happened=times[0] if times else None, place=places.most_common(1)[0][0] if places else None, figures=len(claims),
        measures=tuple(sorted({claim.figure.measure for claim in claims})), series=tuple(build_story(claims, judgements)),
    )  # fmt: skip


def _stories_then(ledger: Ledger, known_at: str, collection: str | None, confidential: bool) -> Whole:
    hidden: Collection[str] = () if confidential else confidential_reports(ledger)
    query = Query(
        known_at=known_at,
        collection=collection,
        confidential=confidential,
        sort="recorded",
        descending=False,
        limit=None,
    )
    events = ledger.judged_events(query)
    claims = (claim for claim in ledger.series_claims(query, events) if claim.report.uid not in hidden)
    judgements = ledger.series_judgements(known_at)
    stories = []
    for own in stories_of(claims):
        by_report: dict[str, list[SeriesClaim]] = defaultdict(list)
        for claim in own:
            by_report[claim.report.uid].append(claim)
        held = {uid: about for uid, told in by_report.items() if (about := about_of(told)) is not None}
        stories.append(_as_story(held, held, events, _line_up(own, judgements)))
    return Whole(stories, events)


def near(ledger: Ledger, new: Iterable[Sequence[SeriesClaim]]) -> Iterator[list[SeriesClaim]]:
    """For each of some new reports (its claims) the claims of the stories that it would join."""
    held = refresh(ledger).reports
    known = {uid: one.about.signature(None) for uid, one in held.items()}
    members = _by_story(held)
    for own in new:
        mark = signature(own[0].report, own)
        joined = {held[uid].story for uid, other in known.items() if same_story(other, mark)}
        yield list(claims_of_reports(ledger, [uid for story in sorted(joined) for uid in members[story]]))


def claims_of_reports(
    ledger: Ledger, uids: Iterable[str], events: Mapping[str, str] = MappingProxyType({})
) -> Iterator[SeriesClaim]:
    """The claims of some reports, as they stand in the ledger now; `events` as people settled them."""
    some: list[str] = []
    for uid in uids:
        some.append(uid)
        if len(some) == AT_ONCE:
            yield from ledger.series_claims_of(some, events)
            some = []
    if some:
        yield from ledger.series_claims_of(some, events)


def claims_of(ledger: Ledger, claim_ids: Iterable[str], known_at: str | None = None) -> Iterator[SeriesClaim]:
    """The claims of the reports that hold some claims, with their words, now or as the ledger knew them at a moment."""
    ids = sorted(claim_ids)
    uids: dict[str, None] = {}
    counting, values = "c.valid_to = '9999'", {}
    if known_at is not None:
        counting, values = "c.valid_from <= :known_at and c.valid_to > :known_at", {"known_at": moment(known_at)}
    for i in range(0, len(ids), AT_ONCE):
        wanted = {f"c{n}": name for n, name in enumerate(ids[i : i + AT_ONCE])}
        rows = ledger.database.rows(
            "select distinct r.uid from claim c join report r on r.report_key = c.report_key "
            f"where {counting} and c.claim_id in ({', '.join(':' + name for name in wanted)})",
            {**wanted, **values},
        )
        uids.update(dict.fromkeys(uid for (uid,) in rows))
    for uid in uids:
        yield from ledger.series_claims(Query(report=uid, known_at=known_at, limit=None), {})


# --- renewing


def refresh(ledger: Ledger, *, keep: bool = True) -> _State:
    """Bring the line-up in step with the ledger; only stories whose claims or judgements changed are built."""
    sequence = int(ledger.database.rows("select coalesce(max(sequence), 0) from entry")[0][0])
    meta = dict(ledger.database.rows("select name, value from ledger_meta where name like 'lined_up%'"))
    judged = ledger.series_judgements()
    judged_words = msgspec.json.encode(judged, order="deterministic").decode()
    done = int(meta.get("lined_up_to", "0"))
    if meta.get("lined_up_by") != program() or was_redacted(ledger, done):
        done, meta = 0, {}
    held = _reports(ledger) if meta else {}
    if meta and done == sequence and "lined_up_left" not in meta:
        return _State(held, {}, _judged_events(ledger, held))
    changed = _changed(ledger, done, held)
    after = {uid: one for uid, one in held.items() if uid not in changed}
    after.update({uid: one for uid, one in changed.items() if one is not None})
    events = _judged_events(ledger, after)
    after = _with_stories(after, events)
    digests = {
        story: digest_of(((uid, after[uid].digest) for uid in uids), events) for story, uids in _by_story(after).items()
    }
    there = dict(ledger.database.rows("select story, digest from story")) if meta else {}
    told = told_of(ledger, meta.get("lined_up_judged"), judged) if meta else set()
    stale = [story for story, digest in digests.items() if there.get(story) != digest or story in told]
    members = _by_story(after)
    built = {story: built_of(ledger, members[story], events, judged) for story in stale}
    if keep:
        with suppress(LedgerError):  # a ledger that cannot be written to is lined up for this time alone
            _keep(ledger, after, built, held, digests, {"to": str(sequence), "by": program(), "judged": judged_words})
    return _State(after, {story: one for story, (one, _) in built.items()}, events)


def _keep(
    ledger: Ledger,
    after: Mapping[str, _Held],
    built: Mapping[str, tuple[LinedUp, str]],
    held: Mapping[str, _Held],
    digests: Mapping[str, str],
    notes: Mapping[str, str],
) -> None:
    """Write what changed, all or nothing."""
    database = ledger.database
    with ledger.transaction():
        there = [story for (story,) in database.rows("select story from story")]
        database.execute_many(
            "delete from lined_up where uid = :uid",
            [{"uid": uid} for (uid,) in database.rows("select uid from lined_up") if uid not in after],
        )
        database.execute_many(
            "insert into lined_up values (:uid, :story, :digest, :body) on conflict (uid) do update set "
            "story = excluded.story, digest = excluded.digest, body = excluded.body",
            [
                {"uid": uid, "story": one.story, "digest": one.digest, "body": msgspec.json.encode(one.about).decode()}
                for uid, one in after.items()
                if held.get(uid) != one
            ],
        )
        database.execute_many(
            "delete from story where story = :story", [{"story": story} for story in there if story not in digests]
        )
        database.execute_many(
            "insert into story values (:story, :digest, :names, :body) on conflict (story) do update set "
            "digest = excluded.digest, names = excluded.names, body = excluded.body",
            [
                {"story": story, "digest": digests[story], "names": names, "body": msgspec.json.encode(one).decode()}
                for story, (one, names) in built.items()
            ],
        )
        database.execute("delete from ledger_meta where name like 'lined_up%'")
        for name, value in notes.items():
            database.execute(
                "insert into ledger_meta values (:name, :value)", {"name": f"lined_up_{name}", "value": value}
            )


def forget(ledger: Ledger) -> None:
    """Remove the line-up; the next question makes it anew."""
    for table in ("lined_up", "story"):
        ledger.database.execute(f"delete from {table}")
    ledger.database.execute("delete from ledger_meta where name like 'lined_up%'")


@lru_cache(maxsize=1)
def program() -> str:
    """What decides beside the claims: the code of the rooms that line up, and the words that they go by."""
    digest = hashlib.sha256(fingerprint().encode())
    package = files("tallyroom")
    modules = [item for room in _DECIDING for item in (package / room).iterdir() if item.name.endswith(".py")]
    for item in sorted([*modules, package / "copies.py", package / "ledger" / "lineup.py"], key=lambda item: item.name):
        digest.update(item.read_bytes())
    return digest.hexdigest()[:16]


def was_redacted(ledger: Ledger, done: int) -> bool:
    rows = ledger.database.rows("select body from entry where kind = 'judgement' and sequence > :done", {"done": done})
    return any(msgspec.json.decode(body, type=Judgement).action == "redact" for (body,) in rows)


def _reports(ledger: Ledger) -> dict[str, _Held]:
    rows = ledger.database.rows("select uid, story, digest, body from lined_up order by uid")
    decoder = msgspec.json.Decoder(About)
    return {uid: _Held(story, digest, decoder.decode(body)) for uid, story, digest, body in rows}


def _stories(ledger: Ledger, wanted: Collection[str]) -> Iterator[tuple[str, LinedUp]]:
    decoder = msgspec.json.Decoder(LinedUp)
    rows = ledger.database.rows("select story, body from story order by story") if wanted else ()
    with no_looking_for_cycles():
        for story, body in rows:
            if story in wanted:
                yield story, decoder.decode(body)


def _by_story(held: Mapping[str, _Held]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for uid in sorted(held):
        found[held[uid].story].append(uid)
    return found


def _changed(ledger: Ledger, done: int, held: Mapping[str, _Held]) -> dict[str, _Held | None]:
    """What reports are about whose claims may have changed since: those of the log, with the other versions of their text."""
    if not held:
        found: dict[str, _Held | None] = {}
        for uid, own in _claims_by_report(
            ledger.series_claims(Query(limit=None, sort="recorded", descending=False), {})
        ):
            found[uid] = about_of(own)
        return found
    return abouts_of(ledger, reports_since(ledger, done))


def abouts_of(ledger: Ledger, uids: Sequence[str]) -> dict[str, _Held | None]:
    """What each of some reports is about; None where nothing of it counts."""
    found: dict[str, _Held | None] = dict.fromkeys(uids)
    found.update((uid, about_of(own)) for uid, own in _claims_by_report(claims_of_reports(ledger, uids)))
    return found


def reports_since(ledger: Ledger, done: int) -> list[str]:
    """The uids of the reports that the log speaks of after an entry, with the other versions of their text."""
    rows = ledger.database.rows(
        "select distinct r.uid from report r where r.address in "
        "(select address from report where uid in (select uid from entry where sequence > :done and uid <> ''))",
        {"done": done},
    )
    return [uid for (uid,) in rows]


def _claims_by_report(claims: Iterable[SeriesClaim]) -> Iterator[tuple[str, list[SeriesClaim]]]:
    own: list[SeriesClaim] = []
    for claim in claims:
        if own and own[0].report.uid != claim.report.uid:
            yield own[0].report.uid, own
            own = []
        own.append(claim)
    if own:
        yield own[0].report.uid, own


def about_of(own: Sequence[SeriesClaim]) -> _Held | None:
    if not own:
        return None
    header = own[0].report
    mark = signature(header, own)
    body = msgspec.json.encode([header, *(claim.figure for claim in own)])
    about = About(
        msgspec.structs.replace(header, text=None), mark.day, tuple(sorted(mark.strong)), tuple(sorted(mark.names)), mark.hazard,
        tuple(sorted(mark.seats)), tuple(sorted(mark.cities)), tuple(sorted(mark.counts)), mark.told,
        tuple(sorted(mark.hazards)),
    )  # fmt: skip
    return _Held("", hashlib.sha256(body).hexdigest()[:24], about)


def _judged_events(ledger: Ledger, held: Mapping[str, _Held]) -> dict[str, str]:
    pairs = ledger.same_and_different("event")
    if not pairs:
        return {}
    proposed = propose_stories(one.about.signature(None) for one in held.values())
    return judged_events(proposed, {uid: one.about.header for uid, one in held.items()}, pairs)


def judged_events(
    proposed: Mapping[str, str], headers: Mapping[str, ReportHeader], pairs: Sequence[Pair]
) -> dict[str, str]:
    """report uid → event, where people said which reports tell of one; `proposed`: {report uid: story}."""
    stories: dict[str, list[SeriesClaim]] = defaultdict(list)
    for uid, story in proposed.items():
        stories[story].append(SeriesClaim(headers[uid], _NO_FIGURE))
    return events_as_judged([stories[story] for story in sorted(stories)], pairs)


def _with_stories(held: Mapping[str, _Held], events: Mapping[str, str]) -> dict[str, _Held]:
    """Every report with its story, as the program proposes them and people settled them."""
    story_of = propose_stories(one.about.signature(events.get(uid)) for uid, one in held.items())
    return {uid: msgspec.structs.replace(one, story=story_of[uid]) for uid, one in held.items()}


def digest_of(reports: Iterable[tuple[str, str]], events: Mapping[str, str]) -> str:
    """The digest of a story: of its reports, each a uid and a digest, by uid."""
    words = " ".join(f"{uid}:{digest}:{events.get(uid, '')}" for uid, digest in reports)
    return hashlib.sha256(words.encode()).hexdigest()[:24]


def built_of(ledger: Ledger, uids: Sequence[str], events: Mapping[str, str], judged: Judgements) -> tuple[LinedUp, str]:
    """What a story gives, and the names by which judgements find it."""
    claims = list(claims_of_reports(ledger, uids, events))
    made = _line_up(claims, judged)
    names = {claim.figure.source for claim in claims} | {claim.figure.source_id for claim in claims}
    names |= {origin.origin_id for one in made.series for origin in one.origins}
    for kind, own in (
        ("populations", {claim.figure.population for claim in claims}),
        ("places", {claim.figure.place for claim in claims}),
    ):
        words = {one for one in own if one}
        names |= words | {_MEANING[kind](one) for one in words}
    return made, "\n".join(["", *sorted({_folded(name) for name in names if name}), ""])


def _folded(name: str) -> str:
    return name.strip().lower().removeprefix("the ")


def told_of(ledger: Ledger, before: str | None, now: Judgements) -> set[str]:
    """The stories that judgements made or withdrawn since speak of."""
    old = msgspec.json.decode(before or "{}", type=Judgements)
    names: set[str] = set()
    for field in ("same_origins", "different_origins", "same_claims", "different_claims"):
        for pair in set(getattr(old, field)) ^ set(getattr(now, field)):
            names.update(pair)
    tied = [own for kind in _MEANING for own in _tied(old, now, kind)]
    keys = old.dismissed ^ now.dismissed
    if not names and not keys and not tied:
        return set()
    wanted = {_folded(name) for name in names}
    marks = {name.rsplit("-", 1)[-1] for name in names} | names
    claims = {claim for key in keys for claim in key.partition(":")[2].split(",")}
    found = set()
    for story, own, body in ledger.database.stream("select story, names, body from story"):
        if (
            any(f"\n{name}\n" in own for name in wanted)
            or any(part in body for part in marks | claims)
            or any(_holds_two(own, group) for group in tied)
        ):
            found.add(story)
    return found


def _tied(old: Judgements, now: Judgements, kind: str) -> Iterator[dict[str, set[str]]]:
    """For each pair of names that was said or withdrawn: {meaning: names} of all names that pairs tie to it, then or now."""
    held = [
        {(word, *pair) for word in ("same", "different") for pair in getattr(one, f"{word}_{kind}")}
        for one in (old, now)
    ]
    groups: list[set[str]] = []
    for _, *pair in sorted(held[0] | held[1]):
        touched = [own for own in groups if own & set(pair)]
        groups = [own for own in groups if own not in touched] + [set(pair).union(*touched)]
    for _, a, _ in sorted(held[0] ^ held[1]):
        by_meaning: dict[str, set[str]] = defaultdict(set)
        for name in next(own for own in groups if a in own):
            by_meaning[name if "|" in name else _MEANING[kind](name)].add(_folded(name))
        yield by_meaning


def _holds_two(names: str, by_meaning: Mapping[str, set[str]]) -> bool:
    """Does a story speak of two of these, so that it matters to it whether they are one?"""
    count = 0
    for meaning, words in by_meaning.items():
        there = sum(f"\n{word}\n" in names for word in words)
        count += max(there, f"\n{_folded(meaning)}\n" in names)
    return count > 1
