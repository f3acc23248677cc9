"""Where figures began: sources that speak with one voice in a story, relays followed, wire copies, with the reason of each link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tallyroom.copies import CopyPair
from tallyroom.series.records import Judgements
from tallyroom.series.rows import Row
from tallyroom.series.words import Speaker, nations, speaker, title_beside

UNATTRIBUTED = "unattributed"
#: Sources that pass on a number within so many days of another's are taken to give the same count, if it is not round.
SAME_COUNT_DAYS = 10
_AUTHORITIES = ("government", "legislature", "local")


@dataclass(slots=True)
class _Node:
    """One speaker of a story under all the names it is given."""

    key: str
    speaker: Speaker
    nation: str
    names: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    members: tuple[str, ...] = ()


class Origins:
    """The origins of one story: `Row.origin` is filled in; `reason_of` says why sources hang together."""

    def __init__(self, rows: Sequence[Row], copies: Iterable[CopyPair], judgements: Judgements) -> None:
        self.parent: dict[str, str] = {}
        self.reasons: dict[str, list[str]] = defaultdict(list)
        self.nodes: dict[str, _Node] = {}
        self._denied = {frozenset(pair) for pair in judgements.different_origins}
        self._of: dict[str, str] = {}
        self._rows = [row for row in rows if row.value and row.value != (None, None)]
        self._copies = copies_by_report(copies)
        self._read_sources()
        self._join_speakers()
        self._join_counts()
        for first, second in judgements.same_origins:
            a, b = self._node_of(first), self._node_of(second)
            if a and b:
                self._join(a, b, "a person's judgement", force=True)
        self._assign()

    # --- reading

    def _read_sources(self) -> None:
        for row in self._rows:
            source = row.figure.source
            if source is None:
                continue
            node = self._node(source, row)
            node.rows.append(row)
            self._of[row.claim.claim_id] = node.key

    def _node(self, source: str, row: Row) -> _Node:
        who = speaker(source)
        nation = who.nation
        kind = who.kind
        if kind == "person" and row.report.text:
            title = title_beside(source, row.report.text)
            if title:
                kind, beside = title
                nation = next(iter(nations(beside)), "") if kind in ("government", "legislature") else ""
        if kind in ("government", "legislature") and not nation:
            nation = self._country(row)
        members = _members(source)
        if len(members) > 1 and len({speaker(m).nation for m in members if speaker(m).nation}) > 1:
            key = "joint:" + "+".join(sorted(m.lower() for m in members))
        elif kind in ("government", "legislature") and nation:
            key = f"government:{nation}"
            members = ()
        elif kind == "local":
            key = "local:" + _body(who, source)
            members = ()
        else:
            members = ()
            key = f"{kind}:" + ("-".join(who.name) or "unnamed")
        node = self.nodes.get(key)
        if node is None:
            node = self.nodes[key] = _Node(key, Speaker(kind, nation, who.name, who.named), nation, members=members)
            self.parent[key] = key
        node.names.add(source)
        return node

    def _country(self, row: Row) -> str:
        """The country that "the military", "officials" speak for: that of the place they speak of, where it is named."""
        names = nations(row.figure.place or "")
        return names[0] if names else ""

    # --- joining

    def _join_speakers(self) -> None:
        persons = [node for node in self.nodes.values() if node.speaker.kind in ("person", "unnamed", "media", "legislature")]
        relays: dict[str, set[str]] = defaultdict(set)
        for row in self._rows:
            if row.figure.source is None:
                continue
            own = self._of[row.claim.claim_id]
            for relay in row.figure.relays:
                relays[_surname(relay)].add(own)
        for node in sorted(persons, key=lambda n: n.key):
            for other in sorted(persons, key=lambda n: n.key):
                if node.key < other.key and node.speaker.kind == other.speaker.kind == "person" and _same_person(node, other):
                    self._join(node.key, other.key, "the same speaker")
            passed = set().union(*(relays.get(_surname(name), set()) for name in node.names)) - {node.key}
            roots = {self._root(key) for key in passed} - {self._root(node.key)}
            if len(roots) == 1:
                self._join(node.key, roots.pop(), "passes on what that source told")

    def _join_counts(self) -> None:
        """Authorities, persons and joint statements that give the same unrounded number at the same time give one count."""
        by_value: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.figure.source is not None and row.tense == "counted" and _is_unrounded(row):
                by_value[row.figure.measure, row.figure.unit, row.population.kind, row.value].append(row)
        for _, own in sorted(by_value.items(), key=lambda item: repr(item[0])):
            for i, a in enumerate(own):
                for b in own[i + 1 :]:
                    x, y = self.nodes[self._of[a.claim.claim_id]], self.nodes[self._of[b.claim.claim_id]]
                    if self._root(x.key) == self._root(y.key) or not _may_share_count(x, y):
                        continue
                    if abs(a.day - b.day) <= SAME_COUNT_DAYS or a.report.uid == b.report.uid:
                        self._join(x.key, y.key, f"the same count ({_plain(a)})")

    def _join(self, a: str, b: str, reason: str, *, force: bool = False) -> None:
        first, second = sorted((self._root(a), self._root(b)))
        if first == second:
            return
        if not force and frozenset((a, b)) in self._denied:
            return
        self.parent[second] = first
        self.reasons[first] = [*self.reasons[first], *self.reasons.pop(second, []), reason]

    def _root(self, key: str) -> str:
        while self.parent[key] != key:
            key = self.parent[key]
        return key

    def _node_of(self, words: str) -> str | None:
        if words in self.nodes:
            return words
        return next((key for key, node in sorted(self.nodes.items()) if words in node.names), None)

    # --- assigning

    def _assign(self) -> None:
        for row in self._rows:
            if row.figure.source is not None:
                row.origin = self._root(self._of[row.claim.claim_id])
        self._assign_copies()
        given: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.origin and self.nodes[self._of[row.claim.claim_id]].speaker.kind not in ("media", "unnamed"):
                given[row.figure.measure, row.figure.unit, row.tense, row.value].append(row)
        for row in self._rows:
            node = self.nodes.get(self._of.get(row.claim.claim_id, ""))
            if row.origin and node is not None and node.speaker.kind not in ("media", "unnamed"):
                continue
            same = [r for r in given[row.figure.measure, row.figure.unit, row.tense, row.value] if r.day <= row.published_last]
            if same:
                near = min(same, key=lambda r: (r.report.uid != row.report.uid, abs(r.day - row.day), r.sort_key))
                row.origin = near.origin
                row.notes.append("joins the origin that gave the same value")
            elif not row.origin:
                row.origin = f"{UNATTRIBUTED}:{row.report.outlet or row.report.id}"

    def _assign_copies(self) -> None:
        """In a copy of a wire text a figure has the origin that its twin has, whatever the copy made of the name."""
        by_report: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            by_report[row.report.uid].append(row)
        moved: dict[str, str] = {}
        for uid, own in by_report.items():
            for other_uid in self._copies.get(uid, ()):
                for row in own:
                    twin = next((r for r in by_report.get(other_uid, ()) if _is_twin(row, r)), None)
                    if twin is None or not twin.origin or row.origin == twin.origin:
                        continue
                    if self._standing(twin) > self._standing(row) and row.claim.claim_id not in moved:
                        moved[row.claim.claim_id] = twin.origin
        for row in self._rows:
            if row.claim.claim_id in moved:
                row.origin = moved[row.claim.claim_id]
                row.notes.append("a copy of a report that names the origin")

    def _standing(self, row: Row) -> int:
        """How many figures of other reports rest on the same origin: the name that a copy garbled stands alone."""
        if not row.origin or row.origin not in self.parent:
            return 0
        return len({r.report.uid for r in self._rows if r.origin == row.origin})

    def independent(self, keys: Iterable[str]) -> set[str]:
        """Of the origins of a series those that count: not the unattributed, no joint statement beside its members."""
        out = set()
        present = set(keys)
        for key in present:
            if key.startswith(UNATTRIBUTED):
                continue
            members = self.nodes[key].members if key in self.nodes else ()
            own = {self._node(m, self.nodes[key].rows[0]).key for m in members} if members else set()
            if any(self._root(k) in present for k in own if k != key):
                continue
            out.add(key)
        return out


def copies_by_report(pairs: Iterable[CopyPair]) -> dict[str, list[str]]:
    """{report: reports that share its text}."""
    out: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        out[pair.first].append(pair.second)
        out[pair.second].append(pair.first)
    return {uid: sorted(others) for uid, others in out.items()}


def _members(source: str) -> tuple[str, ...]:
    import re

    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", source)
    return tuple(part.strip() for part in parts if part.strip()) if len(parts) > 1 else ()


def _body(who: Speaker, source: str) -> str:
    """One key for a local authority under all its names: "Maui County officials" and "County of Maui" are one."""
    drop = {"officials", "official", "authorities", "government", "police", "chief", "department", "spokesman", "spokesperson", "s"}
    names = [word for word in who.name if word not in drop]
    return "-".join(sorted(names)) or "-".join(who.name)


def _surname(name: str) -> str:
    return name.strip().lower()


def _same_person(a: _Node, b: _Node) -> bool:
    from rapidfuzz import fuzz

    x, y = " ".join(a.speaker.name), " ".join(b.speaker.name)
    shorter, longer = sorted((a.speaker.name, b.speaker.name), key=len)
    return set(shorter) <= set(longer) or fuzz.ratio(x, y) >= 88


def _is_unrounded(row: Row) -> bool:
    digits = str(int(row.size)).rstrip("0")
    return len(digits) >= 2 and row.figure.best is not None


def _may_share_count(a: _Node, b: _Node) -> bool:
    if a.speaker.kind == "rival" or b.speaker.kind == "rival":
        return False
    return not (a.nation and b.nation and a.nation != b.nation)


def _is_twin(a: Row, b: Row) -> bool:
    x, y = a.figure, b.figure
    return x.measure == y.measure and x.unit == y.unit and a.value == b.value


def _plain(row: Row) -> str:
    return row.figure.quote
