"""Events as people settled them: which reports tell of one event, where somebody said so of two."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tallyroom.ledger.sameness import Pair
from tallyroom.series.records import ReportHeader, SeriesClaim


def event_name(reports: Mapping[str, ReportHeader]) -> str:
    """What to call an event: as a person did, else by the title of its first report."""
    first = min(reports.values(), key=lambda report: (report.published or "9999", report.id))
    return next((report.event for report in reports.values() if report.event), first.title or first.id)


def events_as_judged(stories: Iterable[Sequence[SeriesClaim]], pairs: Iterable[Pair]) -> dict[str, str]:
    """report uid → event, for the reports of all stories that people spoke of.

    A pair names events as `events` lists them, or reports (by id) that tell of them. What was said later stands above.
    """
    headers: dict[str, ReportHeader] = {}
    named: dict[str, str] = {}
    of_report: dict[str, str] = {}
    story: dict[str, str] = {}
    for claims in stories:
        own = {claim.report.uid: claim.report for claim in claims}
        first = min(own, key=lambda uid: (own[uid].published or "9999", own[uid].id))
        named.setdefault(event_name(own), first)
        headers.update(own)
        story.update(dict.fromkeys(own, first))
        of_report.update({name: uid for uid, held in own.items() for name in (held.id, uid)})
    event = dict(story)
    touched: set[str] = set()
    for pair in pairs:
        a, b = (named.get(name) or of_report.get(name) for name in (pair.a, pair.b))
        if a is None or b is None or a == b:
            continue
        if pair.same:
            event.update(dict.fromkeys([uid for uid in event if event[uid] == event[b]], event[a]))
        elif event[a] == event[b]:
            leaving = [uid for uid in event if story[uid] == story[b] != story[a]] if pair.b in named else [b]
            event.update(dict.fromkeys(leaving or [b], b))
        touched |= {event[a], event[b]}
    return {uid: name for first in touched for uid, name in _names(first, event, headers).items()}


def _names(first: str, event: Mapping[str, str], headers: Mapping[str, ReportHeader]) -> dict[str, str]:
    own = {uid: headers[uid] for uid, told in event.items() if told == first}
    name = event_name(own) if own else ""
    others = {header.title for uid, header in headers.items() if event[uid] != first}
    if name in others:
        name = f"{name} ({headers[first].id})"
    return dict.fromkeys(own, name)
