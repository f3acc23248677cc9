"""One query for every door: which claims, reports or problems, in which order, which page; as SQL."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec

from tallyroom.edtf import is_edtf
from tallyroom.errors import UsageError
from tallyroom.ledger.records import REVIEWS
from tallyroom.ledger.resolution import COUNTING, NAME_KINDS, NameKind
from tallyroom.ledger.words import bare, fold, moment
from tallyroom.model import MEASURES

Sort = Literal["published", "happened", "value", "recorded"]
_COLUMNS = {"published": "published", "happened": "happened_to", "value": "value", "recorded": "claim_key"}
SORTS: tuple[str, ...] = tuple(_COLUMNS)


def column_of(sort: Sort) -> str:
    """The column of claims that an order goes by."""
    return _COLUMNS[sort]


#: A count is exact up to here and "1,000+" above.
COUNTED = 1000
_TERMS = ("relay", "outlet")
#: What may stand beside a word, beside spaces.
_BESIDE = "-–(),;./'’‘\"“”"
_SIGNS = re.compile(f"[{re.escape(_BESIDE)}]")
_SHORT_NAME = re.compile(r"[A-Z]{2,6}")
#: filter → (kind of name, column of its resolution).
_MEANT = {
    "source_kind": ("source", "source_kind"), "source_country": ("source", "country"),
    "side": ("population", "sides"), "status": ("population", "status"), "age": ("population", "age"),
    "sex": ("population", "sex"), "country": ("place", "country"), "admin1": ("place", "admin1"),
}  # fmt: skip
#: The condition on what belongs to one report; it is the first that SQLite should look at.
OF_REPORT = "c.report_key in (select report_key from report where id = :report or uid = :report)"
RELATIONS = ("own_side", "opponent", "third_party")


#: Filters that a report itself answers, and what only shapes the page.
_OF_REPORTS = ("report", "outlet", "text", "event", "collection", "published_from", "published_to")
_OF_PAGES = ("kind", "sort", "descending", "limit", "after")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """The filters, order and page that all doors share. Words match from their beginning, upper and lower case alike;
    short names that are written in capitals ("UN") match whole words.

    A source, population or place is found by its words, by its id, and by every name that means the same.
    """

    measure: str | None = None
    population: str | None = None
    source: str | None = None
    relay: str | None = None
    outlet: str | None = None
    place: str | None = None
    #: Of the source as resolved: its kind, its country, how it stands to those counted.
    source_kind: str | None = None
    source_country: str | None = None
    relation: str | None = None
    #: Of the population as resolved: a country or armed group, its status, age group and sex.
    side: str | None = None
    status: str | None = None
    age: str | None = None
    sex: str | None = None
    #: Of the place as resolved: its country and first-level division.
    country: str | None = None
    admin1: str | None = None
    event: str | None = None
    collection: str | None = None
    #: An id or uid of a report, or the beginning of a claim id.
    report: str | None = None
    claim: str | None = None
    extractor: str | None = None
    #: Words that the report holds (title and text).
    text: str | None = None
    #: Dates, inclusive, YYYY-MM-DD or shorter.
    published_from: str | None = None
    published_to: str | None = None
    happened_from: str | None = None
    happened_to: str | None = None
    said_from: str | None = None
    said_to: str | None = None
    #: Bounds on what was said (best, else low, else high).
    value_from: float | None = None
    value_to: float | None = None
    #: A state of review; None is all but the rejected, "all" is all.
    review: str | None = None
    #: Of problems: their kind.
    kind: str | None = None
    all_versions: bool = False
    #: False leaves confidential reports and sources out (export, brief, API).
    confidential: bool = True
    known_at: str | None = None
    as_of: str | None = None
    sort: Sort = "published"
    descending: bool = True
    limit: int | None = 50
    #: Where the page before ended, as `Page.next` told.
    after: str | None = None

    def checked(self) -> Query:
        """The same query; raises `UsageError` where a filter cannot be meant."""
        if self.measure and self.measure not in MEASURES:
            raise UsageError(f"no measure {self.measure!r}; the measures are {', '.join(MEASURES)}")
        if self.review and self.review not in (*REVIEWS, "all", "open", "dismissed"):
            raise UsageError(f"no state of review {self.review!r}; they are {', '.join(REVIEWS)}, all")
        if self.relation and self.relation not in RELATIONS:
            raise UsageError(f"no relation {self.relation!r}; a source speaks as {', '.join(RELATIONS)}")
        if self.sort not in _COLUMNS:
            raise UsageError(f"cannot sort by {self.sort!r}; sort by {', '.join(_COLUMNS)}")
        if self.limit is not None and self.limit < 1:
            raise UsageError("a page holds at least one row")
        for name in ("published", "happened", "said"):
            for side in ("from", "to"):
                _day(getattr(self, f"{name}_{side}"), last=side == "to")
        for number in (self.value_from, self.value_to):
            if number is not None and number != number:
                raise UsageError("nan is no number to filter by")
        if self.known_at:
            moment(self.known_at)
        _day(self.as_of, last=True)
        return self


def names_at(known_at: str | None) -> str:
    """The table of resolutions as it counts now, or as it counted at the moment `:known_at`."""
    if known_at is None:
        return "resolution"
    same = "r.resolution_key, r.kind, r.words, r.body"
    now, past = (", ".join(f"{table}.{name}" for name in ("settled", "own_id", *COUNTING)) for table in ("r", "p"))
    return (
        f"(select {same}, {now} from resolution r where r.settled_at <= :known_at union all "
        f"select {same}, {past} from resolution_past p join resolution r on r.resolution_key = p.resolution_key "
        "where p.valid_from <= :known_at and p.valid_to > :known_at)"
    )


def newest_at(known_at: str | None) -> str:
    """The condition that a report `r` is the newest version of its text, now or at the moment `:known_at`."""
    if known_at is None:
        return "r.newest = 1"
    return (
        "not exists (select 1 from report later where later.address = r.address and later.report_key > r.report_key "
        "and later.recorded_at <= :known_at)"
    )


class ReportThen(NamedTuple):
    """How a report stood at a moment; "" for none."""

    event: str
    collection: str
    copy_of: str


ReportsThen: TypeAlias = Mapping[str, ReportThen]


class Page(msgspec.Struct, frozen=True):
    """Rows of a page, and where the next page begins (None: this is the last)."""

    rows: tuple[Any, ...]
    next: str | None = None


class Where(msgspec.Struct):
    """Conditions with their values, joined by "and"."""

    parts: list[str] = msgspec.field(default_factory=list)
    values: dict[str, Any] = msgspec.field(default_factory=dict)

    def add(self, part: str, **values: Any) -> None:
        self.parts.append(part)
        self.values.update(values)

    def led_by(self, sign: str) -> None:
        """Let SQLite begin with the conditions that hold `sign`; "+" keeps it off the other indexes."""
        self.parts = [f"+{part}" if part.startswith("c.") and not _leads(part, sign) else part for part in self.parts]

    @property
    def sql(self) -> str:
        return " and ".join(self.parts) or "1 = 1"


def _leads(part: str, sign: str) -> bool:
    # The partial indexes serve only where their own conditions stand as they are.
    return sign in part or part in ("c.valid_to = '9999'", "c.newest = 1")


def claim_conditions(query: Query, kind: str, events: Collection[str] = ()) -> Where:
    """The conditions on claims `c`; `events`: further names of the event that is asked for, uids of reports that tell of it."""
    query.checked()
    where = Where()
    _validity(where, query, "c")
    if query.measure:
        where.add("c.measure = :measure", measure=query.measure)
    for name in _TERMS:
        _term(where, name, getattr(query, name))
    for name in NAME_KINDS:
        _meant(where, name, query)
    if query.relation:
        where.add("c.relation = :relation", relation=query.relation)
    if query.collection:
        where.add("c.collection = :collection", collection=query.collection)
    if query.event:
        named = _one_of(where, "c.event", "event", {query.event, *events})
        told = f"c.report_key in (select report_key from report where {_one_of(where, 'uid', 'told', events)})"
        where.add(f"({named} or {told})" if events else named)
    if query.extractor:
        where.add("c.extractor = :extractor", extractor=query.extractor)
    if query.claim:
        begins_with(where, "c.claim_id", "claim", query.claim)
    if query.report:
        where.add(OF_REPORT, report=query.report)
    _text(where, query.text, "c.report_key", kind)
    _dates(where, query)
    if query.value_from is not None:
        where.add("c.value >= :value_from", value_from=float(query.value_from))
    if query.value_to is not None:
        where.add("c.value <= :value_to and c.value >= 0", value_to=float(query.value_to))
    if query.as_of:
        where.add("c.speaks_of <= :as_of and c.speaks_of <> ''", as_of=_day(query.as_of, last=True))
    if query.review is None:
        where.add("c.review <> 'rejected'")
    elif query.review != "all":
        where.add("c.review = :review", review=query.review)
    return where


def report_conditions(query: Query, kind: str, events: Collection[str] = (), then: ReportsThen | None = None) -> Where:
    """The conditions on reports `r`; `then` tells how those stood at `known_at` of which people decided since or before."""
    query.checked()
    where = Where()
    if query.known_at:
        where.add("r.recorded_at <= :known_at", known_at=moment(query.known_at))
    if not query.all_versions:
        where.add(newest_at(query.known_at))
    if not query.confidential:
        where.add("r.confidential = 0")
        _names_no_secret(where, "r")
    if query.report:
        where.add("(r.id = :report or r.uid = :report)", report=query.report)
    _standing(where, query, events, then or {})
    _term(where, "outlet", query.outlet, "r")
    _text(where, query.text, "r.report_key", kind)
    _published(where, query, "r")
    _of_fitting_claims(
        where, msgspec.structs.replace(query, **dict.fromkeys(_OF_REPORTS)), kind, "r", report=query.report
    )
    return where


def _names_no_secret(where: Where, prefix: str) -> None:
    """Only reports that hold no figure of a confidential source: their texts name it."""
    # Whether anybody ever said so of a source is asked once, and of most ledgers that is all.
    ever = "select 1 from entry where uid = '' and kind = 'judgement' and body like :marked"
    held = f"select 1 from claim s where s.report_key = {prefix}.report_key and s.confidential = 1"
    where.add(f"(not exists ({ever}) or not exists ({held}))", marked='%"confidential"%')


def _standing(where: Where, query: Query, events: Collection[str], then: ReportsThen) -> None:
    wanted = {"event": {query.event, *events} if query.event else set(), "collection": {query.collection or ""}}
    for name in ("event", "collection"):
        if not getattr(query, name):
            continue
        condition = _one_of(where, f"r.{name}", name, wanted[name])
        if then:
            changed = _one_of(where, "r.uid", f"{name}_changed", then)
            fitting = [uid for uid, standing in then.items() if getattr(standing, name) in wanted[name]]
            condition = f"(not {changed} and {condition} or {_one_of(where, 'r.uid', f'{name}_then', fitting)})"
        if name == "event" and events:
            condition = f"({condition} or {_one_of(where, 'r.uid', 'told', events)})"
        where.add(condition)


def _one_of(where: Where, column: str, name: str, values: Collection[Any]) -> str:
    named = {f"{name}_{n}": value for n, value in enumerate(sorted(values))}
    where.values.update(named)
    return f"{column} in ({', '.join(':' + key for key in named)})" if named else "1 = 0"


def asks_for_all(query: Query) -> bool:
    """Whether no filter tells one claim that counts from another."""
    free = (*_OF_PAGES, "all_versions", "confidential", "known_at")
    return query == Query(**{name: getattr(query, name) for name in free})


def _of_fitting_claims(
    where: Where, query: Query, kind: str, prefix: str, events: Collection[str] = (), report: str | None = None
) -> None:
    """Only what belongs to reports that hold a claim which fits, where the query asks for more than reports."""
    if not asks_for_all(query):
        inner = claim_conditions(msgspec.structs.replace(query, report=report), kind, events)
        if report and kind == "sqlite":
            inner.led_by(OF_REPORT)
        where.add(f"{prefix}.report_key in (select c.report_key from claim c where {inner.sql})", **inner.values)


def problem_conditions(query: Query, kind: str, events: Collection[str] = ()) -> Where:
    """The conditions on problems `c` of single reports; filters on figures ask for those of the same report."""
    query.checked()
    where = Where()
    _validity(where, query, "c")
    if not query.confidential:
        _names_no_secret(where, "c")
    if query.kind:
        where.add("c.kind = :kind", kind=query.kind)
    if query.report:
        where.add(OF_REPORT, report=query.report)
    if query.collection:
        where.add("c.collection = :collection", collection=query.collection)
    _term(where, "outlet", query.outlet)
    if query.review in ("open", "dismissed"):
        where.add("c.review = :review", review=query.review)
    elif query.review is None:
        where.add("c.review = 'open'")
    _text(where, query.text, "c.report_key", kind)
    _published(where, query, "c")
    own = {*_OF_REPORTS}
    if query.review not in REVIEWS:
        own.add("review")
    if query.event and query.known_at:
        # Only claims tell under which event a report stood at a moment.
        own.discard("event")
    elif query.event:
        named = _one_of(where, "event", "event", {query.event, *events})
        told = f" or {_one_of(where, 'uid', 'told', events)}" if events else ""
        where.add(f"c.report_key in (select report_key from report where {named}{told})")
    _of_fitting_claims(where, msgspec.structs.replace(query, **dict.fromkeys(own)), kind, "c", events, query.report)
    return where


def order_of(query: Query, key: str, prefix: str = "c") -> tuple[str, str, str]:
    """(sort column, order by, comparison) of the page."""
    column = _COLUMNS[query.sort] if key == "claim_key" else ("published" if query.sort == "published" else key)
    column = key if column == "claim_key" else column
    way, sign = ("desc", "<") if query.descending else ("asc", ">")
    return (
        f"{prefix}.{column}",
        f"{prefix}.{column} {way}, {prefix}.{key} {way}",
        f"({prefix}.{column}, {prefix}.{key}) {sign} (:after_value, :after_key)",
    )


def cursor(value: Any, key: int | str) -> str:
    """A page's end, as text."""
    return base64.urlsafe_b64encode(json.dumps([value, key]).encode()).decode().rstrip("=")


def read_cursor(words: str, of: type[int] | type[str] = int) -> tuple[Any, Any]:
    """A page's end, as told by `cursor` for keys of a type."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)))
        if not isinstance(key, of) or not isinstance(value, (str, int, float)):
            raise ValueError
    except (ValueError, TypeError):
        raise UsageError(f"{words!r} is no page; give what the page before told as its next") from None
    return value, key


def _validity(where: Where, query: Query, prefix: str) -> None:
    if query.known_at:
        known = moment(query.known_at)
        where.add(f"{prefix}.valid_from <= :known_at and {prefix}.valid_to > :known_at", known_at=known)
    else:
        where.add(f"{prefix}.valid_to = '9999'")
    if not query.all_versions:
        where.add(f"{prefix}.newest = 1")
    if not query.confidential:
        where.add(f"{prefix}.confidential = 0")


def _term(where: Where, name: str, words: str | None, prefix: str = "c") -> None:
    if words:
        test, values = _holds(("folded",), name, words)
        where.add(f"{prefix}.{name} in (select folded from term where kind = '{name}' and {test})", **values)


def _meant(where: Where, kind: NameKind, query: Query) -> None:
    parts: list[str] = []
    values: dict[str, Any] = {}
    words, held = getattr(query, kind), f"{names_at(query.known_at)} held"
    if words:
        test, values = _holds(("words", "name"), kind, words)
        parts.append(
            f"({test} or identity in (select identity from {held} where kind = '{kind}' "
            f"and (own_id = :{kind}_id or identity = :{kind}_id or words in (:{kind}_bare, :{kind}_full))))"
        )
        values |= {f"{kind}_id": words, f"{kind}_bare": bare(words), f"{kind}_full": f"the {bare(words)}"}
    for name, (of, column) in _MEANT.items():
        value = getattr(query, name)
        if value and of == kind:
            test = f"like :{name} escape '\\'" if column == "sides" else f"= :{name}"
            parts.append(f"{column} {test}")
            values[name] = f"%|{_escaped(value)}|%" if column == "sides" else value
    if parts:
        where.add(
            f"c.{kind}_key in (select resolution_key from {held} where kind = '{kind}' and {' and '.join(parts)})",
            **values,
        )


def _holds(columns: Sequence[str], name: str, words: str) -> tuple[str, dict[str, str]]:
    """The condition that one of some columns of folded words holds words from the beginning of one of theirs, and its values."""
    parts = _SIGNS.sub(" ", fold(words)).split()
    if not parts:
        return f"{columns[0]} = :{name}", {name: fold(words)}
    pattern = " ".join(map(_escaped, parts))
    whole = " " if _SHORT_NAME.fullmatch(words.strip()) else ""
    tests = []
    for column in columns:
        spaced = column
        for sign in _BESIDE:
            spaced = f"replace({spaced}, '{sign.replace(chr(39), chr(39) * 2)}', ' ')"
        spaced = f"replace(replace({spaced}, '  ', ' '), '  ', ' ')"
        # Most rows fall at the first condition, which costs far less.
        tests.append(f"({column} like :{name}_in escape '\\' and ' ' || {spaced} || ' ' like :{name} escape '\\')")
    return f"({' or '.join(tests)})", {
        name: f"% {pattern}{whole}%", f"{name}_in": f"%{'%'.join(map(_escaped, parts))}%",
    }  # fmt: skip


def _escaped(words: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", words)


def begins_with(where: Where, column: str, name: str, start: str) -> None:
    """The beginning of a hexadecimal id; "g" stands behind every hexadecimal digit in all collations."""
    where.add(f"{column} >= :{name} and {column} < :{name}_end", **{name: start, f"{name}_end": start + "g"})


def _text(where: Where, words: str | None, column: str, kind: str) -> None:
    if not words:
        return
    if kind == "sqlite":
        quoted = " ".join('"' + part.replace('"', '""') + '"' for part in words.split())
        where.add(f"{column} in (select rowid from report_text where report_text match :words)", words=quoted)
    else:
        where.add(
            f"{column} in (select rowid from report_text where words @@ plainto_tsquery('simple', :words))", words=words
        )


def _published(where: Where, query: Query, prefix: str) -> None:
    if query.published_from:
        where.add(f"{prefix}.published >= :published_from", published_from=_day(query.published_from, last=False))
    if query.published_to:
        until = str(_day(query.published_to, last=True)) + "Z"
        where.add(f"{prefix}.published <= :published_to and {prefix}.published <> ''", published_to=until)


def _dates(where: Where, query: Query) -> None:
    _published(where, query, "c")
    for name in ("happened", "said"):
        first, last = getattr(query, f"{name}_from"), getattr(query, f"{name}_to")
        if first:
            where.add(f"c.{name}_to >= :{name}_from and c.{name}_to <> ''", **{f"{name}_from": _day(first, last=False)})
        if last:
            where.add(f"c.{name}_from <= :{name}_to and c.{name}_to <> ''", **{f"{name}_to": _day(last, last=True)})


def _day(words: str | None, *, last: bool) -> str | None:
    from tallyroom.edtf import bounds

    if not words:
        return None
    found = bounds(words) if is_edtf(words) else None
    day = (found[1] if last else found[0]) if found else None
    if day is None:
        raise UsageError(f"{words!r} is no date; write 2025-03-04, 2025-03 or 2025")
    return day.isoformat()
