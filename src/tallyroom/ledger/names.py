"""The names of a ledger: what words mean across its reports, kept by the program, settled by people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import resolution
from tallyroom.ledger.database import Database
from tallyroom.ledger.derive import CLAIM_COLUMNS
from tallyroom.ledger.query import Query, Sort, Where, asks_for_all, column_of, names_at, read_cursor
from tallyroom.ledger.records import Judgement
from tallyroom.ledger.resolution import COUNTING, JUDGED, NAME_KINDS, NameKind, Resolution
from tallyroom.ledger.sameness import Pair, groups, pairs_in_force
from tallyroom.ledger.words import BLOCK, bare, fold, moment
from tallyroom.model import Figure
from tallyroom.resolve import resolve_figures
from tallyroom.resolve.figures import relation_between

_KNOWN = 20_000
_COLUMNS = ("kind", "digest", "words", "id", "certain", "recorded_at", "body", "settled", "own_id", *COUNTING)
_INSERT = (
    f"insert into resolution ({', '.join(_COLUMNS)}) values ({', '.join(':' + name for name in _COLUMNS)}) "
    "on conflict (digest) do nothing returning resolution_key"
)
_SETTLE = (
    "update resolution set settled = :settled, own_id = :own_id, settled_at = :at, "
    f"{', '.join(f'{name} = :{name}' for name in COUNTING)} where resolution_key = :key"
)
_PAST = ", ".join(("settled", "own_id", *COUNTING))
_KEEP_PAST = (
    f"insert into resolution_past (resolution_key, valid_from, valid_to, {_PAST}) "
    f"select resolution_key, settled_at, :at, {_PAST} from resolution where resolution_key = :key and settled_at < :at"
)
#: A claim whose relation changes goes on as a new row; one that is no older than the change is that row itself.
_CHANGED = (
    "valid_to = '9999' and newest = 1 and source_key = :source and population_key = :population "
    "and relation <> :relation"
)
_RELATE = (
    f"insert into claim ({', '.join(CLAIM_COLUMNS)}, valid_from) select "
    f"{', '.join(':relation' if name == 'relation' else name for name in CLAIM_COLUMNS)}, :at "
    f"from claim where {_CHANGED} and valid_from < :at",
    f"update claim set valid_to = :at where {_CHANGED} and valid_from < :at",
    f"update claim set relation = :relation where {_CHANGED}",
)
#: Whether words still count as a row of `resolution` has them; those that only a person named have no moment.
_IN_USE = (
    "(recorded_at = '' or exists (select 1 from claim where claim.{kind}_key = resolution.resolution_key "
    "and claim.valid_to = '9999' and claim.newest = 1))"
)


class Names:
    """Keeps resolutions; each call stands inside a transaction of the caller."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys: dict[Resolution, int] = {}
        self._judged: tuple[int | None, list[Judgement]] | None = None
        self._steady = False

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Within it nobody judges anything: what people said is looked up once."""
        self.judgements()
        before, self._steady = self._steady, True
        try:
            yield
        finally:
            self._steady = before

    def forget(self) -> None:
        """After a rollback or a redaction nothing is known by heart."""
        self._keys.clear()
        self._judged = None

    def resolve(
        self, text: str, title: str | None, figures: Sequence[Figure], stated: Sequence[Mapping[str, Any]], at: str
    ) -> list[dict[str, Any]]:
        """For each figure of a report the columns of its claim: the keys of its resolutions, and the relation."""
        judged = bool(self.pairs("source") or self.pairs("population"))
        out = []
        for meaning, said in zip(resolve_figures(text, title, figures), stated, strict=True):
            every = resolution.resolutions_of(meaning, said)
            found = {str(kind): one for kind, one in every.items() if BLOCK not in one.words}
            row: dict[str, Any] = {f"{kind}_key": None for kind in NAME_KINDS}
            row.update({f"{kind}_key": self._key(one, at) for kind, one in found.items()})
            settled = self._settled(row["source_key"], row["population_key"]) if judged else {}
            row["relation"] = relation_of_two({**found, **settled}) or ""
            out.append(row)
        return out

    def _key(self, one: Resolution, at: str) -> int:
        key = self._keys.get(one)
        if key is None:
            row = resolution.row_of(one, at)
            fresh = self.database.rows(_INSERT, row)
            if fresh:
                key = int(fresh[0][0])
                self._settle_new(one, at)
            else:
                held = "select resolution_key from resolution where digest = :digest"
                key = int(self.database.rows(held, {"digest": row["digest"]})[0][0])
            if len(self._keys) >= _KNOWN:
                self._keys.clear()
            self._keys[one] = key
        return key

    def _settle_new(self, one: Resolution, at: str) -> None:
        """A new name for a thing that people spoke of counts as they said."""
        if not self.judgements():
            return
        spoken_of = self.database.rows(
            "select 1 from resolution where kind = :kind and id = :id and (settled <> '' or identity <> id) limit 1",
            {"kind": one.kind, "id": one.id},
        )
        if spoken_of or any(bare(one.words) in (bare(p.a), bare(p.b)) for p in self.pairs(one.kind)):
            self.apply(one.kind, at)

    def _settled(self, source: int | None, population: int | None) -> dict[str, Resolution]:
        rows = self.database.rows(
            "select settled from resolution where resolution_key in (:source, :population) and settled <> ''",
            {"source": source, "population": population},
        )
        return {one.kind: one for (body,) in rows for one in [resolution.read(body)]}

    def judgements(self) -> list[Judgement]:
        """The judgements on names, pairs and problems of several reports, in order."""
        if self._steady and self._judged is not None:
            return self._judged[1]
        newest = self.database.rows("select max(sequence) from entry where uid = '' and kind = 'judgement'")[0][0]
        if self._judged is None or self._judged[0] != newest:
            rows = self.database.rows("select body from entry where uid = '' and kind = 'judgement' order by sequence")
            self._judged = newest, [msgspec.json.decode(body, type=Judgement) for (body,) in rows]
        return self._judged[1]

    def pairs(self, kind: str, known_at: str | None = None) -> list[Pair]:
        """What people said of two names of a kind, in force (now, or at a moment), oldest first."""
        return pairs_in_force(self.judgements_until(known_at), kind)

    def judgements_until(self, known_at: str | None) -> list[Judgement]:
        """Of the judgements on names, pairs and problems of several reports those up to a moment; None: all."""
        until = moment(known_at) if known_at else "9999"
        return [judgement for judgement in self.judgements() if judgement.recorded_at <= until]

    def identity(self, key: int) -> str:
        """The identity that counts for a resolution."""
        rows = self.database.rows("select identity from resolution where resolution_key = :key", {"key": key})
        return str(rows[0][0]) if rows else ""

    def apply(self, kind: NameKind, at: str, known_at: str | None = None) -> set[int]:
        """Let what people said of a kind of name count from `at` on, and no more than that; the keys of what changed.

        `known_at`: only what they had said until then.
        """
        pairs = [pair for pair in self.pairs(kind, known_at) if BLOCK not in pair.a + pair.b]
        ids = [(self._id(kind, pair.a, pair.a_id), self._id(kind, pair.b, pair.b_id)) for pair in pairs]
        split = _split(kind, pairs, ids)
        nodes = {
            id(pair): (split.get((a, bare(pair.a)), a), split.get((b, bare(pair.b)), b))
            for pair, (a, b) in zip(pairs, ids, strict=True)
        }
        joined = groups([p for p in pairs if nodes[id(p)][0] != nodes[id(p)][1]], lambda pair: nodes[id(pair)])
        wanted = self._wanted(kind, joined, split)
        changed = set()
        for key, body, settled in self.database.rows(
            "select resolution_key, body, settled from resolution where kind = :kind and settled <> ''", {"kind": kind}
        ):
            if key not in wanted:
                own = resolution.read(body)
                self._write(key, own, "", own.id, at)
                changed.add(key)
            elif settled == wanted[key][1]:
                del wanted[key]
        for key, (counts, settled, own_id) in wanted.items():
            self._write(key, counts, settled, own_id, at)
            changed.add(key)
        return changed

    def _write(self, key: int, counts: Resolution, settled: str, own_id: str, at: str) -> None:
        held = self.database.rows("select settled_at from resolution where resolution_key = :key", {"key": key})
        # An imported word may be older than the last that counted here.
        at = max(at, held[0][0])
        self.database.execute(_KEEP_PAST, {"key": key, "at": at})
        values = {"key": key, "settled": settled, "own_id": own_id, "at": at, **resolution.filter_columns(counts)}
        self.database.execute(_SETTLE, values)

    def write_down_the_past(self) -> None:
        """What names counted as when, of a ledger whose schema did not keep it: each judgement counts once more, in turn."""
        unknown = "select 1 from ledger_meta where name = 'past_names'"
        if not self.database.rows(unknown):
            return
        with self.database.transaction():
            if not self.database.rows(unknown):
                return
            for kind in NAME_KINDS:
                self.refresh_relations(self.apply(kind, "", "0001-01-01"), "")
            for judgement in self.judgements():
                at = judgement.recorded_at
                for kind in NAME_KINDS:
                    if kind == judgement.kind:
                        self.refresh_relations(self.apply(kind, at, at), at)
            self.database.execute("delete from ledger_meta where name = 'past_names'")

    def _wanted(
        self, kind: NameKind, joined: Mapping[str, list[str]], split: Mapping[tuple[str, str], str]
    ) -> dict[int, tuple[Resolution, str, str]]:
        """key → (what counts, the same as JSON, own id), of all rows that do not count as the program made them."""
        rows: dict[int, tuple[Resolution, Resolution]] = {}
        for name in sorted({*joined, *(whole for whole, _ in split)}):
            for key, body in self.database.rows(
                "select resolution_key, body from resolution where kind = :kind and id = :id order by resolution_key",
                {"kind": kind, "id": name},
            ):
                read = resolution.read(body)
                rows[key] = read, _apart(read, split.get((read.id, bare(read.words))))
        best: dict[str, Resolution] = {}
        for _, (_, one) in sorted(rows.items(), key=lambda item: (not item[1][1].sure, item[0])):
            best.setdefault(one.id, one)
        wanted: dict[int, tuple[Resolution, str, str]] = {}
        for key, (read, one) in rows.items():
            own = [best[name] for name in joined.get(one.id, ()) if name in best]
            head = min(own, key=lambda other: (*_vague(other), own.index(other)), default=one)
            counts = one
            if head.id != one.id:
                counts = msgspec.structs.replace(head, words=one.words, method=JUDGED, rivals=(), sure=True)
            if counts != read:
                wanted[key] = (counts, msgspec.json.encode(counts).decode(), one.id)
        return wanted

    def _id(self, kind: NameKind, name: str, kept: str) -> str:
        found = self.ids(kind, name)
        if kept and (kept in found or self._is_id(kind, kept)):
            return kept
        if len(found) == 1:
            return found[0]
        alone = resolution.resolution_of_name(kind, name)
        if not found:
            self._keys.setdefault(alone, self._inserted(alone))
        return alone.id

    def _inserted(self, one: Resolution) -> int:
        """Keep what a name means that stands in no report so far, so that it can be asked for."""
        row = resolution.row_of(one, "")
        fresh = self.database.rows(_INSERT, row) or self.database.rows(
            "select resolution_key from resolution where digest = :digest", {"digest": row["digest"]}
        )
        return int(fresh[0][0])

    def _is_id(self, kind: str, name: str) -> bool:
        sql = "select 1 from resolution where kind = :kind and id = :name limit 1"
        return bool(self.database.rows(sql, {"kind": kind, "name": name}))

    def ids(self, kind: str, name: str) -> list[str]:
        """What a name stands for in this ledger, as the program made it: the id itself, or all that its words meant."""
        if self._is_id(kind, name):
            return [name]
        rows = self.database.rows(
            "select distinct id, certain from resolution where kind = :kind and words in (:bare, :full) "
            f"and {_IN_USE.format(kind=kind)} order by id",
            {"kind": kind, "bare": bare(name), "full": f"the {bare(name)}"},
        )
        unsure = [one for one, certain in rows if not certain]
        return unsure if len(unsure) == 1 else sorted({one for one, _ in rows})

    def known_id(self, kind: NameKind, name: str) -> str:
        """What a person means by a name; raises `UsageError` where it could be several."""
        found = self.ids(kind, name)
        if len(found) > 1:
            raise UsageError(f"{name!r} names several of kind {kind} here: {', '.join(found)}; name the one you mean")
        return found[0] if found else resolution.resolution_of_name(kind, name).id

    def identities(self, kind: NameKind, names: Iterable[str]) -> frozenset[str]:
        """The identities that count for names; a name not yet known stands for what its words mean."""
        found: set[str] = set()
        for name in names:
            rows = self.database.rows(
                "select distinct identity from resolution where kind = :kind "
                "and (own_id in (:name, :own) or words in (:bare, :full))",
                {
                    "kind": kind,
                    "name": name,
                    "own": _own_id(kind, name),
                    "bare": bare(name),
                    "full": f"the {bare(name)}",
                },
            )
            found |= {identity for (identity,) in rows}
        return frozenset(found)

    def refresh_relations(self, changed: Iterable[int], at: str) -> None:
        """Bring the relation of claims that count now in step with resolutions that changed; the claims of before stay."""
        for key in sorted(changed):
            for name in ("source", "population"):
                pairs = self.database.rows(
                    "select distinct source_key, population_key from claim where valid_to = '9999' and newest = 1 "
                    f"and {name}_key = :key",
                    {"key": key},
                )
                for source, population in pairs:
                    relation = self._relation_between(source, population) or ""
                    values = {"source": source, "population": population, "relation": relation, "at": at}
                    for step in _RELATE:
                        self.database.execute(step, values)

    def _relation_between(self, source: int | None, population: int | None) -> str | None:
        rows = self.database.rows(
            "select body, settled from resolution where resolution_key in (:source, :population)",
            {"source": source, "population": population},
        )
        return relation_of_two({one.kind: one for row in rows for one in [resolution.read(row[1] or row[0])]})

    def reports_of(self, kind: NameKind, identity: str) -> set[str]:
        """The uids of reports that hold or held claims of an identity."""
        rows = self.database.rows(
            "select distinct r.uid from claim c join report r on r.report_key = c.report_key where "
            f"c.{kind}_key in (select resolution_key from resolution where kind = :kind and identity = :identity)",
            {"kind": kind, "identity": identity},
        )
        return {uid for (uid,) in rows}

    def listed(
        self, kind: NameKind, where: Where, query: Query, *, unsure: bool, order: Sort | None = None
    ) -> list[tuple[tuple[Any, str], dict[str, Any]]]:
        """Each identity of claims `c` with its names and numbers, and its place in the order; one more than a page holds.

        Without an order the most named come first; else they are sorted by the last (or first) of their claims.
        """
        rank, way, sign = "count(*)", "desc", "<"
        if order is not None:
            rank = f"{'max' if query.descending else 'min'}(c.{column_of(order)})"
            way, sign = ("desc", "<") if query.descending else ("asc", ">")
        values, having = dict(where.values), ""
        if query.after:
            values["after_value"], values["after_key"] = read_cursor(query.after, str)
            having = f"having {rank} {sign} :after_value or ({rank} = :after_value and n.identity > :after_key) "
        conditions = f"{where.sql} and n.sure = 0" if unsure else where.sql
        # All rows are read faster one after the other than through an index.
        scan = "not indexed" if self.database.kind == "sqlite" and asks_for_all(query) else ""
        rows = self.database.rows(
            "select n.identity, count(*), count(distinct c.report_key), min(nullif(c.published, '')), "
            f"max(c.published), max(c.confidential), {rank} "
            f"from claim c {scan} join {names_at(query.known_at)} n on n.resolution_key = c.{kind}_key where {conditions} "
            f"group by n.identity {having}order by {rank} {way}, n.identity"
            + ("" if query.limit is None else f" limit {int(query.limit) + 1}"),
            values,
        )
        return [
            (
                (place, identity),
                {
                    **self._described(kind, identity, query.known_at), "claims": claims, "reports": reports,
                    "first": first, "last": last or None, "confidential": bool(secret),
                },
            )
            for identity, claims, reports, first, last, secret, place in rows
        ]  # fmt: skip

    def _described(self, kind: NameKind, identity: str, known_at: str | None) -> dict[str, Any]:
        values = {"kind": kind, "identity": identity, **({"known_at": moment(known_at)} if known_at else {})}
        every = f"from {names_at(known_at)} resolution where kind = :kind and identity = :identity"
        order = "order by sure desc, resolution_key"
        rows = [] if known_at else self.database.rows(
            f"select body, settled {every} and {_IN_USE.format(kind=kind)} {order}", values
        )  # fmt: skip
        rows = rows or self.database.rows(f"select body, settled {every} {order}", values)
        held = [resolution.read(settled or body) for body, settled in rows]
        first = held[0]
        names = sorted({one.words for one in held}, key=lambda words: (fold(words), words))
        own: dict[str, dict[str, Any]] = {
            "source": {"source_kind": first.source_kind, "country": first.country, "affiliation": first.affiliation},
            "population": {
                "sides": list(first.sides), "status": first.status, "age": first.age, "sex": first.sex,
            },
            "place": {
                "country": first.country, "admin1": first.admin1, "latitude": first.latitude,
                "longitude": first.longitude, "where_prec": first.where_prec,
            },
        }  # fmt: skip
        return {
            kind: first.name, f"{kind}_id": identity, **own[kind], "sure": first.sure, "method": first.method,
            "names": names, "rivals": sorted({rival for one in held for rival in one.rivals}),
        }  # fmt: skip


def relation_of_two(found: Mapping[str, Resolution]) -> str | None:
    """How the source of a claim stands to its population, where both are sure."""
    source, population = found.get("source"), found.get("population")
    if source is None or population is None or not source.sure:
        return None
    return relation_between(source.id, source.source_kind, source.country, population.sides)


def _split(kind: NameKind, pairs: Sequence[Pair], ids: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(id, words) → the id under which these words stand apart, where the program took both names for one."""
    found: dict[tuple[str, str], str] = {}
    for pair, (one, other) in zip(pairs, ids, strict=True):
        if pair.same or one != other:
            continue
        own = resolution.resolution_of_name(kind, pair.b)
        leaving = pair.a if bare(own.name) == bare(pair.b) or pair.b == one else pair.b
        found[one, bare(leaving)] = f"{one}~{bare(leaving).replace(' ', '-')}"
    return found


def _apart(one: Resolution, own_id: str | None) -> Resolution:
    if own_id is None:
        return one
    return msgspec.structs.replace(one, id=own_id, name=one.words, method=JUDGED, rivals=(one.id,), sure=True)


def _vague(one: Resolution) -> tuple[bool, bool, int]:
    """Of names that people hold for one thing, the least vague tells what it is."""
    known = (one.country, one.sides, one.source_kind, one.status != "unknown", one.age, one.sex, one.latitude)
    return not one.sure, one.method == JUDGED, -sum(map(bool, known))


def _own_id(kind: NameKind, name: str) -> str:
    """The id that a name has by itself, where that is sure."""
    one = resolution.resolution_of_name(kind, name)
    return one.id if one.sure else name
