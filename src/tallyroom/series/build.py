"""From claims to series: stories, origins, groups, points, findings; a pure function, one story at a time."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from tallyroom.copies import find_copies
from tallyroom.letters import with_all_capitals
from tallyroom.memory import no_looking_for_cycles
from tallyroom.series.compare import counted
from tallyroom.series.drift import drifted_rows
from tallyroom.series.findings import find_problems
from tallyroom.series.groups import Group, group_rows
from tallyroom.series.judged import judged_groups, mark_of
from tallyroom.series.naming import Naming
from tallyroom.series.origins import UNATTRIBUTED, Origins
from tallyroom.series.points import Run, point_of, runs_of
from tallyroom.series.records import Derived, Judgements, Origin, Series, SeriesClaim, SeriesProblem
from tallyroom.series.rows import Row, read_rows
from tallyroom.series.stories import propose_stories, signature
from tallyroom.series.sums import derived

NO_JUDGEMENTS = Judgements()


def build_series(claims: Iterable[SeriesClaim], judgements: Judgements = NO_JUDGEMENTS) -> list[Series]:
    """All series of the claims, in order of event and measure. The order of arrival does not matter.

    Reports are put into stories first; a person's event or collection on the report stands above that.
    """
    return [series for story in stories_of(claims) for series in build_story(story, judgements)]


def stream_series(claims: Iterable[SeriesClaim], judgements: Judgements = NO_JUDGEMENTS) -> Iterator[Series]:
    """Series of claims that arrive story by story, each report with its `event`: only one story is held at a time."""
    for _, own in groupby(claims, key=lambda claim: claim.report.event):
        yield from build_story(list(own), judgements)


def stories_of(claims: Iterable[SeriesClaim]) -> Iterator[list[SeriesClaim]]:
    """The claims, story by story."""
    by_report: dict[str, list[SeriesClaim]] = defaultdict(list)
    for claim in claims:
        by_report[claim.report.uid].append(claim)
    story_of = propose_stories(signature(own[0].report, own) for own in by_report.values())
    stories: dict[str, list[SeriesClaim]] = defaultdict(list)
    for uid, own in by_report.items():
        stories[story_of[uid]].extend(own)
    for key in sorted(stories):
        yield stories[key]


@no_looking_for_cycles()
def build_story(claims: Sequence[SeriesClaim], judgements: Judgements = NO_JUDGEMENTS) -> list[Series]:
    """The series of one story."""
    naming = Naming(judgements)
    rows = read_rows(claims, naming)
    texts = {row.report.uid: row.report.text for row in rows if row.report.text}
    copies = find_copies((uid, text) for uid, text in texts.items() if text)
    origins = Origins(rows, copies, judgements)
    for row in rows:
        if country := origins.whose_citizens(row):
            row.population = row.population._replace(nations=(country,))
    drifted, astray = drifted_rows(rows, origins.copies)
    groups = judged_groups(group_rows([row for row in rows if row.claim_id not in astray], naming), judgements)
    lined_up = [(group, runs_of(group)) for group in groups]
    if not lined_up:
        return []
    found = find_problems(rows, lined_up, origins, copies, drifted)
    event = _event(rows)
    own = _own_problems(found, groups)
    return [
        _series(group, runs, origins, event, tuple(own[id(group)]), judgements, derived(group, runs, lined_up))
        for group, runs in lined_up
    ]


def _own_problems(
    found: Sequence[tuple[SeriesProblem, Group | None]], groups: Sequence[Group]
) -> dict[int, list[SeriesProblem]]:
    """The problems of each group; those of the whole story stand with the group that most of its reports speak of."""
    told_in: dict[str, Counter[int]] = defaultdict(Counter)
    for place, group in enumerate(groups):
        for row in group.rows:
            told_in[row.report.id][place] += 1
    own: dict[int, list[SeriesProblem]] = defaultdict(list)
    for one, home in found:
        if home is None:
            told: dict[int, int] = defaultdict(int)
            for report in set(one.report_ids):
                for place, number in told_in[report].items():
                    told[place] += number
            home = groups[min(told, key=lambda place: (-told[place], place), default=0)]
        own[id(home)].append(one)
    return own


def _series(
    group: Group,
    runs: list[Run],
    origins: Origins,
    event: str,
    problems: tuple[SeriesProblem, ...],
    judgements: Judgements,
    rows: tuple[Derived, ...],
) -> Series:
    rows_of: dict[str, list[Row]] = defaultdict(list)
    for run in runs:
        rows_of[run.origin] += run.rows
    counting = {key for key, own in rows_of.items() if any(row.claim_id not in origins.summed_up for row in own)}
    independent = origins.independent(rows_of) & counting
    people = group.population or ("people" if group.unit == "people" else group.unit)
    name = _slug(f"{group.measure} {people}")[:32].strip("-")
    first = min(group.rows, key=lambda row: row.sort_key).claim_id
    return Series(
        series_id=f"{name}-{mark_of(first, group.kind, group.apart)}", measure=group.measure, population=group.population, place=group.place,
        event=event, unit=group.unit, kind=group.kind, points=tuple(point_of(run, origins.copies) for run in runs),
        derived=rows, origins=tuple(_origin(key, rows_of[key], origins, key in independent) for key in sorted(rows_of)),
        independent_origins=len(independent),
        problems=tuple(p for p in problems if p.key not in judgements.dismissed),
    )  # fmt: skip


def _origin(key: str, rows: Sequence[Row], origins: Origins, independent: bool) -> Origin:
    names = [row.figure.source for row in rows if row.figure.source and not origins.is_taken(row)] or origins.names(key)
    source_ids = tuple(sorted({row.figure.source_id for row in rows if row.figure.source_id}))
    if key.startswith(UNATTRIBUTED):
        reason = "no source is named and no origin gave the value before; listed, not counted"
        name = key.partition(":")[2]
    else:
        name = origins.name_of(key, names)
        links = list(dict.fromkeys([*origins.reasons.get(key, ()), *(note for row in rows for note in row.notes)]))
        reports, outlets = len({row.report.uid for row in rows}), len({row.report.outlet for row in rows})
        reason = f"{counted(reports, 'report')}, {counted(outlets, 'outlet')}, one origin" + (
            f": {'; '.join(links)}" if links else ""
        )
    return Origin(
        origin_id=key, source_ids=source_ids, name=name, independent=independent,
        report_ids=tuple(dict.fromkeys(row.report.id for row in rows)), reason=reason,
    )  # fmt: skip


def _event(rows: Sequence[Row]) -> str:
    """A name for the story: what most figures name, and the month of its first report."""
    given = sorted({row.report.event for row in rows if row.report.event})
    if given:
        return given[0]
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        for words in (row.figure.place, row.figure.population):
            for name in _names_in(words) if words else ():
                counts[name] += 1
    name = min(counts, key=lambda n: (-counts[n], n)) if counts else "story"
    first = min((row.report.published for row in rows if row.report.published), default="")
    return _slug(f"{name} {first[:7]}")


_NAMES = re.compile(with_all_capitals(r"[A-Z]\w+(?:\s[A-Z]\w+)*"))


@lru_cache(maxsize=8192)
def _names_in(words: str) -> tuple[str, ...]:
    return tuple(_NAMES.findall(words))


@lru_cache(maxsize=8192)
def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
