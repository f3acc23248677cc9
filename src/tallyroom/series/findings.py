"""What several reports show together: each finding with the reports and claims it stands on, and the reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tallyroom.copies import CopyPair, copy_groups
from tallyroom.series import disagree, drift, names, sums, totals
from tallyroom.series.groups import Group
from tallyroom.series.origins import Origins
from tallyroom.series.points import Run
from tallyroom.series.problem import Found, LinedUp
from tallyroom.series.records import SeriesProblem
from tallyroom.series.rows import Row
from tallyroom.series.title_drift import title_drift


def find_problems(
    rows: Sequence[Row],
    lined_up: LinedUp,
    origins: Origins,
    copies: Sequence[CopyPair],
    drifted: Sequence[SeriesProblem],
) -> list[Found]:
    """The problems of one story, each with the group it belongs to (None: the story as a whole)."""
    home_of = {row.claim_id: group for group, _ in reversed(lined_up) for row in group.rows} if drifted else {}
    found: list[Found] = [(one, _home(one, home_of)) for one in drifted]
    found.extend((one, None) for one in _copies(rows, copies))
    found.extend((one, None) for one in names.variants(rows))
    known = {claim for one in drifted for claim in one.claim_ids}
    found.extend((one, None) for one in title_drift(rows) if not known.issuperset(one.claim_ids))
    found.extend((one, None) for one in drift.swapped_in_a_day(rows, known))
    found.extend((one, None) for one in drift.told_as_another(rows))
    found.extend((one, None) for one in drift.bounds_of_one_count(rows))
    found.extend((one, None) for one in drift.changed_in_copies(rows, origins.copies))
    for group, runs in lined_up:
        found.extend((one, group) for one in _of_group(group, runs, origins))
    fallen = {claim for one, _ in found if one.kind == "falling_total" for claim in one.claim_ids}
    found.extend((one, None) for one in totals.put_right(rows, fallen))
    found.extend(totals.across_groups(lined_up))
    found.extend(disagree.done_and_planned(lined_up))
    found.extend(disagree.denials(rows, lined_up))
    found.extend(disagree.circular(rows, lined_up))
    found.extend(sums.parts_that_do_not_add_up(rows, lined_up))
    return _unique(found)


def _of_group(group: Group, runs: list[Run], origins: Origins) -> Iterator[SeriesProblem]:
    fallen = list(totals.falls(group, runs))
    told = {claim for one in fallen for claim in one.claim_ids}
    fallen += totals.undated_falls(group, runs, told)
    told = {claim for one in fallen for claim in one.claim_ids}
    yield from fallen
    yield from totals.older_below(group)
    yield from totals.told_again(group, runs)
    yield from totals.unordered(group, runs, told)
    disagreeing = list(disagree.between_origins(group, runs, origins))
    yield from disagreeing
    yield from disagree.side_by_side(group, origins, {claim for one in disagreeing for claim in one.claim_ids})


def _home(found: SeriesProblem, home_of: Mapping[str, Group]) -> Group | None:
    return next((home_of[claim] for claim in found.claim_ids if claim in home_of), None)


def _copies(rows: Sequence[Row], copies: Sequence[CopyPair]) -> Iterator[SeriesProblem]:
    by_report: dict[str, Row] = {}
    for row in rows:
        by_report.setdefault(row.report.uid, row)
    most_of: dict[str, float] = defaultdict(float)
    for pair in copies:
        if pair.containment > most_of[pair.first]:
            most_of[pair.first] = pair.containment
    for uids in copy_groups(copies):
        held = [by_report[uid] for uid in uids if uid in by_report]
        if len(held) < 2:
            continue
        held.sort(key=lambda row: row.sort_key)
        most = max(most_of[uid] for uid in uids)
        outlets = ", ".join(dict.fromkeys(row.report.outlet or row.report.id for row in held))
        message = f"one text in {len(held)} reports ({outlets}): up to {most:.0%} of the shorter one stands in another; they count once"
        yield SeriesProblem(kind="copy", report_ids=tuple(row.report.id for row in held), claim_ids=(), message=message)


def _unique(found: list[Found]) -> list[Found]:
    """One finding for one set of claims and kind; the first stands."""
    out: list[Found] = []
    seen: dict[tuple[str, frozenset[str]], None] = defaultdict()
    for one, group in found:
        key = (one.kind, frozenset(one.claim_ids or one.report_ids))
        if key not in seen:
            seen[key] = None
            out.append((one, group))
    return out
