"""Where figures began: sources that speak with one voice in a story, relays followed, wire copies, with the reason of each link."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from tallyroom.copies import CopyPair
from tallyroom.resolve.nations import countries
from tallyroom.series.levels import rival_counts
from tallyroom.series.persons import pairs_of_one_person
from tallyroom.series.records import Judgements
from tallyroom.series.rows import Row
from tallyroom.series.same_count import (
    NEAR,
    SAME_COUNT_DAYS,
    are_one_count,
    are_one_part,
    are_one_people,
    counts_itself,
    is_a_guess,
    is_exact,
    is_rounding,
    is_unrounded,
    likeness,
    may_be_one_people,
    what_is_counted,
)
from tallyroom.series.speaker import Speaker
from tallyroom.series.speaker_words import (
    bare_words,
    is_functional,
    is_named,
    is_nobody_in_particular,
    is_of_citizens,
    kind_of,
    name_key,
    person_name,
    words_of,
)
from tallyroom.series.speakers import Speakers

UNATTRIBUTED = "unattributed"
#: The date of a count may be off by so many days where the number itself tells that it is the same.
SLACK_DAYS = 1
#: Of one value so many holders are compared.
MOST_HOLDERS = 64
#: Of one measure so many figures of a report are added to others.
MOST_OF_A_REPORT = 8
#: Kinds of bodies that may take a number from each other and else count for themselves.
_INSTITUTIONS = frozenset(
    ("government", "independent", "international", "charity", "union", "medical", "company", "society", "joint")
)
#: Who tells what somebody else told without an office that counts itself.
_RELAYING = ("unnamed", "legislature", "person")
#: Bodies whose reports sum up what authorities count, unless they say that they have counted.
_SUMMING_UP = ("international", "joint")
#: Who may pass on a count rounded.
_ROUNDING = ("international", "charity", "person", "body", "legislature", "society", "joint")
#: A count of a share of the others' or less may be of some of those whom they count.
FAR_FEWER = 0.5
#: A number of so many is rounded where it ends in zeros.
LEAST_ROUND = 100
#: Speakers without a count of their own: what they say is somebody else's where somebody else said it.
_PASSING_ON = ("media", "unnamed")


class Origins:
    """The origins of one story: `Row.origin` is filled in; `reasons` says why sources hang together."""

    def __init__(self, rows: Sequence[Row], copies: Iterable[CopyPair], judgements: Judgements) -> None:
        self.reasons: dict[str, list[str]] = defaultdict(list)
        self._rows = [row for row in rows if row.value and row.value != (None, None)]
        self._speakers = Speakers(self._rows)
        self.copies = copies_by_report(copies)
        #: Claims without a source in reports of bodies that sum up what others count.
        self.summed_up: set[str] = set()
        self._parent: dict[str, str] = {}
        self._of: dict[str, Speaker] = {}
        self._speaking_together: dict[tuple[str, str], None] = {}
        self._apart: set[frozenset[str]] = set()
        self._members: dict[str, set[str]] = {}
        #: The speaker from whom an institution of another kind has one number, by claim.
        self._has_from: dict[str, str] = {}
        for row in self._rows:
            if row.figure.source is not None:
                self._of[row.claim_id] = self._enter(row)
        self._unify()
        self._apart = self._held_apart(judgements)
        for key, member in self._speaking_together:
            self._join(key, member, "a joint statement")
        self._join_relays()
        self._join_persons()
        self._join_counts()
        self._take_roundings()
        self._join_sums()
        self._join_levels()
        self._judge(judgements)
        self._assign()

    def is_taken(self, row: Row) -> bool:
        """Has whoever tells a figure it from somebody else?"""
        return row.claim_id in self._has_from

    def names(self, key: str) -> list[str]:
        """The sources of the story that speak for an origin."""
        return self._names.get(key, [])

    @cached_property
    def _names(self) -> Mapping[str, list[str]]:
        names: dict[str, list[str]] = defaultdict(list)
        for row in self._rows:
            if row.claim_id in self._of and not self.is_taken(row):
                names[row.origin].append(str(row.figure.source))
        return names

    def whose_citizens(self, row: Row) -> str:
        """The country whose foreign ministry or embassy gives a count of what happened in another, where others count far more: it
        counts its own citizens; else empty."""
        who = self._of.get(row.claim_id)
        if who is None or who.kind != "government" or not who.nation or not row.population.bare:
            return ""
        place = self._speakers.nation_of_place(row)
        if place in ("", who.nation) or not (
            is_of_citizens(str(row.figure.source)) or self._is_counted_at_home(row, place)
        ):
            return ""
        most = max((size for origin, size in self._most_of[row.figure.measure] if origin != row.origin), default=0.0)
        return who.nation if row.size < FAR_FEWER * most else ""

    def _is_counted_at_home(self, row: Row, place: str) -> bool:
        """Does the government of a place count there what somebody else's gives a few of, and more than anybody?"""
        most = self._most_of[row.figure.measure]
        return bool(most) and most[0][0].partition("/")[0] == f"government:{place}" and not self._are_armies

    @cached_property
    def _are_armies(self) -> bool:
        return any(row.population.kind == "military" for row in self._rows)

    @cached_property
    def _most_of(self) -> Mapping[str, list[tuple[str, float]]]:
        """The two origins with the highest counts of each measure."""
        most: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self._rows:
            own = most[row.figure.measure]
            own[row.origin] = max(own[row.origin], row.size)
        two = {measure: sorted(own.items(), key=lambda one: (-one[1], one[0]))[:2] for measure, own in most.items()}
        return defaultdict(list, two)

    # --- who hangs together

    def _enter(self, row: Row) -> Speaker:
        who = self._speakers.of(row)
        self._parent.setdefault(who.key, who.key)
        if who.members:
            own = [self._speakers.named(member, row).key for member in who.members]
            for key in own:
                self._parent.setdefault(key, key)
            if who.kind == "joint":
                self._members.setdefault(who.key, set()).update(own)
            else:
                self._speaking_together.update(dict.fromkeys((who.key, key) for key in own if key != who.key))
        return who

    def _unify(self) -> None:
        """Give every name one speaker in all reports: a person under all spellings, a body under its own name.

        Who passes on what others told is left to them.
        """
        relays = {_folded(relay) for row in self._rows for relay in row.figure.relays}
        named: dict[str, list[str]] = defaultdict(list)
        of_person: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for row in self._rows:
            who = self._of.get(row.claim_id)
            if who is None or who.members or _folded(str(row.figure.source)) in relays:
                continue
            if who.person:
                of_person[who.person].append(row.claim_id)
            elif who.kind in ("government", "body") and _is_its_own_name(str(row.figure.source)):
                named[_folded(str(row.figure.source))].append(row.claim_id)
        for claims in (*named.values(), *_of_one_person(of_person)):
            first = self._of[claims[0]]
            if all(self._of[claim] == first for claim in claims):
                continue
            speakers = Counter(self._of[claim]._replace(person=()) for claim in claims)
            if len(speakers) == 1:
                continue
            best = min(speakers, key=lambda who: (-_tells(who), -speakers[who], who.key))
            self.reasons[best.key] = list(dict.fromkeys((*self.reasons[best.key], "the same speaker")))
            for claim in claims:
                self._of[claim] = best._replace(person=self._of[claim].person)

    def _join_persons(self) -> None:
        persons = sorted({(who.person, who.key) for who in self._of.values() if who.person})
        for first, second in pairs_of_one_person([person for person, _ in persons]):
            key, other_key = persons[first][1], persons[second][1]
            if key != other_key:
                self._join(key, other_key, "the same speaker")

    def _join_relays(self) -> None:
        """Somebody who passes on one source in the story speaks for it elsewhere too."""
        passed: dict[str, set[str]] = defaultdict(set)
        for row in self._rows:
            if row.figure.source is not None:
                for relay in row.figure.relays:
                    passed[_folded(relay)].add(self._of[row.claim_id].key)
        for row in self._rows if passed else ():
            who = self._of.get(row.claim_id)
            if who is None or who.kind not in _RELAYING:
                continue
            origins = {self._root(key) for key in passed.get(_folded(str(row.figure.source)), ())} - {
                self._root(who.key)
            }
            if len(origins) == 1:
                self._join(who.key, origins.pop(), "passes on what that source told")

    def _join_counts(self) -> None:
        """Who gives the same unrounded number at the same time gives one count, unless two governments do."""
        by_value: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.figure.source is not None and row.tense == "counted" and row.stands:
                by_value[row.count].append(row)
        held = [(count, own) for count, own in by_value.items() if len(own) > 1]
        for _, own in sorted(held, key=lambda item: repr(item[0])):
            distinct = {(self._of[row.claim_id].key, row.report.uid): row for row in own}
            kept = list(distinct.values())[:MOST_HOLDERS]
            for i, a in enumerate(kept):
                for b in kept[i + 1 :]:
                    x, y = self._of[a.claim_id], self._of[b.claim_id]
                    if self._root(x.key) == self._root(y.key):
                        continue
                    if taken := self._repeated_abroad(a, b):
                        self._has_from.setdefault(taken[1].claim_id, self._of[taken[0].claim_id].key)
                    if not are_one_count(a, b, x, y):
                        continue
                    if "media" in (x.kind, y.kind):
                        # one number passed on takes nothing from what the outlet counts itself
                        outlets, given = (a, y) if x.kind == "media" else (b, x)
                        if not counts_itself(outlets):
                            self._has_from.setdefault(outlets.claim_id, given.key)
                    elif x.kind != y.kind and {x.kind, y.kind} <= _INSTITUTIONS:
                        first, later = self._first_of(a, b)
                        if not self._is_apart(self._root(x.key), self._root(y.key)):
                            self._has_from.setdefault(later.claim_id, self._of[first.claim_id].key)
                    else:
                        self._join(x.key, y.key, f"the same count ({a.figure.quote})")

    def _take_roundings(self) -> None:
        """A round number by somebody who never gives an exact one is the count that somebody else had told shortly before, rounded."""
        exact: dict[tuple[str, str], list[tuple[float, str, Row]]] = defaultdict(list)
        counting: set[tuple[str, str]] = set()
        for row in self._rows:
            if (
                row.claim_id in self._of
                and row.tense == "counted"
                and row.stands
                and row.figure.best is not None
                and is_exact(row.size)
            ):
                exact[row.figure.measure, row.unit].append((row.size, row.claim_id, row))
                counting.add((self._root(self._of[row.claim_id].key), row.figure.measure))
        for told in exact.values():
            told.sort(key=lambda one: one[:2])
        for row in self._rows:
            who = self._of.get(row.claim_id)
            if who is None or who.kind not in _ROUNDING or row.claim_id in self._has_from or row.tense != "counted":
                continue
            if row.figure.best is None or row.size < LEAST_ROUND or is_exact(row.size):
                continue
            root = self._root(who.key)
            if (root, row.figure.measure) in counting or counts_itself(row):
                continue
            counts = exact[row.figure.measure, row.unit]
            first = bisect_left(counts, ((1 - NEAR) * row.size, ""))
            last = bisect_left(counts, ((1 + NEAR) * row.size, "\uffff"))
            near = [
                other
                for _, _, other in counts[first : min(last, first + MOST_HOLDERS)]
                if 0 <= row.day - other.day <= SAME_COUNT_DAYS
                and is_rounding(row, other)
                and are_one_people(row, other)
            ]
            if near:
                best = min(near, key=lambda other: (abs(other.size - row.size), -other.day, other.sort_key))
                key = self._has_from.get(best.claim_id, self._of[best.claim_id].key)
                origin = self._root(key)
                if origin != root and not self._is_apart(origin, root):
                    self._has_from.setdefault(row.claim_id, key)

    def _first_of(self, a: Row, b: Row) -> tuple[Row, Row]:
        """Two claims of one count, that of whoever counted first; of one day, that of whoever counts more often."""
        if a.day == b.day:
            often = self._told_often
            x, y = (often[self._of[row.claim_id].key, row.figure.measure] for row in (a, b))
            if x != y:
                return (a, b) if x > y else (b, a)
        return (a, b) if a.sort_key <= b.sort_key else (b, a)

    @cached_property
    def _told_often(self) -> Counter[tuple[str, str]]:
        """In how many reports each speaker gives counts of a measure."""
        told = {
            (self._of[row.claim_id].key, row.figure.measure, row.report.uid)
            for row in self._rows
            if row.claim_id in self._of
        }
        return Counter((key, measure) for key, measure, _ in told)

    def _repeated_abroad(self, a: Row, b: Row) -> tuple[Row, Row] | None:
        """The count of whoever governs where it happened, and another government's figure that repeats it at the time or soon after."""
        first, later = (a, b) if self._of[a.claim_id].nation == self._speakers.nation_of_place(a) else (b, a)
        home, abroad = self._of[first.claim_id], self._of[later.claim_id]
        is_so = (
            home.kind == abroad.kind == "government"
            and home.nation != ""
            and home.nation == self._speakers.nation_of_place(first)
            and abroad.nation not in ("", home.nation)
            and is_unrounded(first)
            and not is_a_guess(first)
            and 0 <= later.day - first.day <= SAME_COUNT_DAYS
            and are_one_part(first, later)
            and not self._is_apart(self._root(home.key), self._root(abroad.key))
        )
        return (first, later) if is_so else None

    def _join_sums(self) -> None:
        """Who gives as casualties what another's dead and injured of one report add up to, at the time or soon after, adds up theirs."""
        by_report: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        if not any(row.figure.measure == "killed_or_injured" for row in self._rows):
            return
        for row in self._rows:
            if row.claim_id in self._of and row.tense == "counted" and row.figure.best is not None:
                by_report[row.report.uid][row.figure.measure].append(row)
        sums: dict[float, list[Row]] = defaultdict(list)
        for own in by_report.values():
            for dead in own.get("killed", ())[:MOST_OF_A_REPORT]:
                for hurt in own.get("injured", ())[:MOST_OF_A_REPORT]:
                    if self._of[dead.claim_id].key == self._of[hurt.claim_id].key:
                        sums[dead.size + hurt.size].append(dead)
        for own in by_report.values():
            for total in own.get("killed_or_injured", ()):
                for dead in sums.get(total.size, ())[:MOST_HOLDERS] if is_unrounded(total) else ():
                    a, b = self._of[dead.claim_id], self._of[total.claim_id]
                    if 0 <= total.day - dead.day <= SAME_COUNT_DAYS and self._root(a.key) != self._root(b.key):
                        self._join(a.key, b.key, f"the sum of that origin's figures ({total.figure.quote})")

    def _join_levels(self) -> None:
        """What a state keeps in its regions, and who heads a town, speak with one voice, unless the two give rival counts."""
        regions = sorted({key for key in self._parent if key.startswith(("government:", "local:")) and "/" in key})
        if not regions:
            return
        own: dict[str, list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.claim_id in self._of:
                own[self._root(self._of[row.claim_id].key)].append(row)
        for key in regions:
            home, region = key.partition("/")[0], self._root(key)
            self._parent.setdefault(home, home)
            state = self._root(home)
            if state != region and not rival_counts(own[region], own[state]):
                self._join(
                    home, key, "offices of one state" if key.startswith("government:") else "offices of one town"
                )
                own[self._root(home)] = own.pop(region) + own.pop(state)

    def _held_apart(self, judgements: Judgements) -> set[frozenset[str]]:
        """Keys of speakers that a person holds apart; one key with both names is split."""
        apart: set[frozenset[str]] = set()
        for pair in judgements.different_origins:
            own, other = (self._keys_of(name) for name in pair)
            if own & other:
                split = self._split_off(pair[1], own & other)
                apart.update(frozenset((key, split)) for key in own & other if split)
            apart.update(frozenset((a, b)) for a in own for b in other if a != b)
        return apart

    def _keys_of(self, name: str) -> set[str]:
        """The keys of the speakers that a name, a source id or an origin id means in this story."""
        wanted = _folded(name)
        return {
            who.key
            for row in self._rows
            if (who := self._of.get(row.claim_id)) is not None
            and wanted in (_folded(str(row.figure.source)), row.figure.source_id, who.key)
        }

    def _split_off(self, name: str, keys: set[str]) -> str:
        """Give what is said under a name, of speakers that are one to the program, a key of its own."""
        wanted, new = _folded(name), ""
        for row in self._rows:
            who = self._of.get(row.claim_id)
            if (
                who is None
                or who.key not in keys
                or wanted not in (_folded(str(row.figure.source)), row.figure.source_id)
            ):
                continue
            new = f"{who.key}/{wanted}"
            self._of[row.claim_id] = who._replace(key=new, members=())
            self._parent.setdefault(new, new)
        return new

    def _judge(self, judgements: Judgements) -> None:
        for pair in judgements.same_origins:
            own, other = (self._keys_of(name) for name in pair)
            for a in sorted(own):
                for b in sorted(other):
                    self._join(a, b, "a person's judgement", force=True)

    def _join(self, a: str, b: str, reason: str, *, force: bool = False) -> None:
        first, second = sorted((self._root(a), self._root(b)), key=lambda key: (not _is_nation(key), key))
        if first == second or (not force and (self._is_apart(first, second) or self._two_governments(first, second))):
            return
        self._parent[second] = first
        merged = [*self.reasons[first], *self.reasons.pop(second, []), reason]
        self.reasons[first] = list(dict.fromkeys(merged))

    def _is_apart(self, first: str, second: str) -> bool:
        """Would joining two groups of speakers join two that a person holds apart?"""
        return any({self._root(key) for key in pair} == {first, second} for pair in self._apart)

    def _two_governments(self, a: str, b: str) -> bool:
        def governments(root: str) -> set[str]:
            return {key for key in self._parent if _is_nation(key) and self._root(key) == root}

        return bool(governments(a) and governments(b))

    def _root(self, key: str) -> str:
        while self._parent[key] != key:
            key = self._parent[key]
        return key

    # --- whose figure it is

    def _assign(self) -> None:
        for row in self._rows:
            if row.figure.source is not None:
                taken = self._has_from.get(row.claim_id)
                row.origin = self._root(taken or self._of[row.claim_id].key)
                if taken:
                    row.notes.append("another body had given this number before")
        self._assign_wholes()
        self._assign_outlets()
        self._assign_copies()
        given: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in self._rows:
            if row.origin and row.stands and not self._passes_on(row):
                given[row.figure.measure, row.unit, row.tense, row.value].append(row)
        untold: dict[tuple[object, ...], str] = {}
        for row in self._rows:
            passes_on = self._passes_on(row)
            if row.origin and not passes_on:
                continue
            key = (row.figure.measure, row.unit, row.tense, row.value)
            same = [
                other
                for other in given[key]
                if other.earliest <= row.published_last + (SLACK_DAYS if is_unrounded(row) else 0)
                and may_be_one_people(row, other)
            ]
            if same:
                near = min(same, key=lambda r: (r.report.uid != row.report.uid, abs(r.day - row.day), r.sort_key))
                row.origin = near.origin
                row.notes.append("a figure without a source of its own joins the origin that gave the value before")
            elif not row.origin and (issuer := self._speakers.issuer(row)) is not None:
                self._parent.setdefault(issuer.key, issuer.key)
                row.origin = self._root(issuer.key)
                row.notes.append("whoever publishes a report speaks in it")
                if issuer.kind in _SUMMING_UP and not counts_itself(row):
                    self.summed_up.add(row.claim_id)
            elif not row.origin or (passes_on and not self._may_count(row)):
                first = f"{UNATTRIBUTED}:{row.figure.source or row.report.outlet or row.report.id}"
                row.origin = untold.setdefault((*key, row.place), first)

    def _may_count(self, row: Row) -> bool:
        """May whoever is named as the source have counted: no bare "spokesman", and an outlet only where this report or another
        says that it keeps a count of its own?"""
        if self._of[row.claim_id].kind != "media":
            return not is_nobody_in_particular(str(row.figure.source))
        return (self._of[row.claim_id].key, row.figure.measure) in self._own_counts

    @cached_property
    def _own_counts(self) -> set[tuple[str, str]]:
        return {
            (who.key, row.figure.measure)
            for row in self._rows
            if (who := self._of.get(row.claim_id)) is not None and who.kind == "media" and counts_itself(row)
        }

    def _assign_wholes(self) -> None:
        """What "the United Nations" counts is told by the one of its offices that counts as many such people in the story."""
        offices: dict[tuple[object, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in self._rows:
            if row.origin.startswith("international:") and row.figure.aggregation != "subset":
                whole, dash, _ = row.origin.partition("-")
                own = offices[(*what_is_counted(row), whole)]
                if dash:
                    own[row.origin] = max(own[row.origin], row.size)
        for row in self._rows if offices else ():
            told = offices.get((*what_is_counted(row), row.origin))
            if told and len(told) == 1:
                office, most = next(iter(told.items()))
                if most >= FAR_FEWER * row.size:
                    row.origin = office
                    row.notes.append("counted by an office of it")

    def _assign_outlets(self) -> None:
        """What a report has from another outlet rests on the one source that it names behind that outlet, if it names one."""
        behind: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._rows:
            if row.figure.source is not None:
                for relay in row.figure.relays:
                    behind[row.report.uid, _folded(relay)].add(row.origin)
        for row in self._rows if behind else ():
            who = self._of.get(row.claim_id)
            if who is not None and who.kind == "media":
                name, texts = _folded(str(row.figure.source)), (row.report.uid, *self.copies.get(row.report.uid, ()))
                origins = {origin for uid in texts for origin in behind.get((uid, name), ())} - {row.origin}
                if len(origins) == 1:
                    row.origin = origins.pop()
                    row.notes.append("the report has it from an outlet behind which it names this source")

    def _passes_on(self, row: Row) -> bool:
        who = self._of.get(row.claim_id)
        return (
            who is not None and who.kind in _PASSING_ON and row.origin == self._root(who.key) and who.key == row.origin
        )

    def _assign_copies(self) -> None:
        """In a copy of a wire text a figure has the origin that its twin has, whatever the copy made of the name."""
        holders: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        standing: dict[str, set[str]] = defaultdict(set)
        for row in self._rows:
            if row.origin and row.report.uid in self.copies:
                holders[row.count].append(row)
            standing[row.origin].add(row.report.uid)
        moved: list[tuple[Row, str]] = []
        for row in self._rows:
            copies = self.copies.get(row.report.uid)
            twins = [r for r in holders.get(row.count, ()) if r.report.uid in copies] if copies else ()
            if not twins or all(r.origin == row.origin for r in twins):
                continue
            best = max(twins, key=lambda r: (likeness(row, r), len(standing[r.origin]), r.origin))
            if best.origin != row.origin and (not row.origin or len(standing[best.origin]) > len(standing[row.origin])):
                moved.append((row, best.origin))
        for row, origin in moved:
            row.origin = origin
            row.notes.append("one wire text: the origin is the one that its twin names")

    def name_of(self, key: str, names: Sequence[str]) -> str:
        """What to call an origin: the name most used of those that are no mere kind and no outlet, bodies before persons.

        A government for which several persons speak is called by its country.
        """
        if not names:
            country = countries().get(key.partition(":")[2]) if _is_nation(key) else None
            return f"government of {country.name}" if country else key.partition(":")[2] or key

        def fits(name: str) -> bool:
            return is_named(name) and kind_of(name) not in _PASSING_ON

        distinct = sorted(set(names))
        fitting = [name for name in distinct if fits(name)]
        bodies = [name for name in fitting if not person_name(name)]
        persons = {person_name(name)[-1] for name in fitting if person_name(name)}
        if not bodies and len(persons) > 1 and _is_nation(key):
            return self.name_of(key, ())
        return max(bodies or distinct, key=lambda name: (name in fitting, names.count(name), len(name)))

    @cached_property
    def _some_authorities(self) -> set[str]:
        """Origins of which all that speak are some authority or other."""
        told: dict[str, bool] = {}
        for row in self._rows:
            if (who := self._of.get(row.claim_id)) is not None:
                root = self._root(who.key)
                told[root] = told.get(root, True) and _is_some_authority(who, str(row.figure.source))
        return {root for root, is_some in told.items() if is_some}

    def independent(self, keys: Iterable[str]) -> set[str]:
        """Of the origins of a series those that count: not the unattributed, no joint statement beside its members, not
        some authority or other beside the named ones, of which it is one, and not the United Nations beside one of its offices."""
        present = {key for key in keys if not key.startswith(UNATTRIBUTED)}
        named = present - self._some_authorities
        if any(key.startswith(("government:", "local:")) for key in named):
            present = named
        return {
            key
            for key in present
            if not any(self._root(member) in present - {key} for member in self._members.get(key, ()))
            and not (key.startswith("international:") and any(other.startswith(key + "-") for other in present))
        }


def _is_some_authority(who: Speaker, source: str) -> bool:
    """Does nothing tell whose an authority is: "officials", who may be those of the town or of the state?"""
    return (
        who.key == f"government:{name_key(source, ())}"
        and not who.nation
        and not who.person
        and bare_words(source) <= words_of()["anyone"]
    )


def _of_one_person(by_person: Mapping[tuple[str, ...], list[str]]) -> Iterator[list[str]]:
    """The claims of each person, whose name is spelled in several ways."""
    persons = sorted(by_person)
    parent = list(range(len(persons)))

    def root(n: int) -> int:
        while parent[n] != n:
            n = parent[n]
        return n

    for first, second in pairs_of_one_person(persons):
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    clusters: dict[int, list[str]] = defaultdict(list)
    for n, person in enumerate(persons):
        clusters[root(n)] += by_person[person]
    yield from clusters.values()


def _is_its_own_name(source: str) -> bool:
    return is_named(source) and not is_functional(source)


def _tells(who: Speaker) -> int:
    """How much is known of a speaker: somebody with a body or a country, a body of its own name, a person or nobody known."""
    if who.kind in ("person", "unnamed"):
        return 0
    return 1 if who.kind in ("body", "legislature") or (who.kind == "government" and not who.nation) else 2


def _folded(name: str) -> str:
    return name.strip().lower().removeprefix("the ")


def copies_by_report(pairs: Iterable[CopyPair]) -> dict[str, set[str]]:
    """{report: reports that share its text}."""
    out: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        out[pair.first].add(pair.second)
        out[pair.second].add(pair.first)
    return dict(out)


def _is_nation(key: str) -> bool:
    return key.startswith("government:") and len(key) == len("government:xx")


__all__ = ["UNATTRIBUTED", "Origins", "copies_by_report"]
