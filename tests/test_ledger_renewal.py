"""The line-up after an `add`: what it keeps is what a question would build, in little memory, whatever comes between."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from tallyroom.ledger import Judgement, Ledger, Query, lineup, renewal
from tallyroom.ledger.lineup import all_series, refresh
from tallyroom.ledger.redact import redact
from tallyroom.ledger.renewal import renew
from tallyroom.ledger.words import now
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids
from tallyroom.series import ReportHeader, Series, SeriesClaim, build_series
from tallyroom.series.stories import LOOK_BACK_DAYS, Signature, propose_stories, stories_in_order


def fire(number: int, town: str, day: str, value: int) -> Extraction:
    text = f"A fire burned in {town}. {value} people died in {town}, the fire service of {town} said on {day}."
    report = make_report(
        text, id=f"{town}-{number}", published=day, outlet=f"Outlet {number % 5}", title=f"Fire in {town}"
    )
    start = text.index(f"{value} people")
    figure = Figure(
        id="f1", quote=str(value), start=start, end=start + len(str(value)), low=value, best=value, high=value,
        measure="killed", population="people", place=town, source=f"the fire service of {town}", said_at=day,
    )  # fmt: skip
    return Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, [figure]))


TOWNS = ("Velmora", "Almeda", "Torquist", "Brandeck")


@pytest.fixture
def ledger(new_ledger: Any) -> Iterator[Ledger]:
    with Ledger.open(new_ledger()) as held:
        for i in range(12):
            for n, town in enumerate(TOWNS):
                held.add(fire(i, town, f"203{n}-05-{1 + i:02d}", 12 + i))
        yield held


def kept(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    return {
        "reports": ledger.database.rows("select uid, story, digest, body from lined_up order by uid"),
        "stories": ledger.database.rows("select story, digest, names, body from story order by story"),
        "notes": ledger.database.rows("select name, value from ledger_meta where name like 'lined_up%' order by name"),
    }


def add_another(ledger: Ledger) -> None:
    ledger.add(fire(20, "Velmora", "2030-05-20", 99))


def correct(ledger: Ledger) -> None:
    claim = next(c for c in ledger.claims() if c.report_id == "Almeda-3")
    place = {"uid": claim.uid, "start": claim.figure.start, "end": claim.figure.end}
    ledger.judge(Judgement(action="correct", by="Ada", fields={"best": 77, "low": 77, "high": 77}, **place))


def join_events(ledger: Ledger) -> None:
    ledger.judge(Judgement(action="same", kind="event", a="Velmora-0", b="Almeda-0", by="Ada"))


def join_sources(ledger: Ledger) -> None:
    names = ("the fire service of Torquist", "Torquist Fire Brigade")
    ledger.judge(Judgement(action="same", kind="source", a=names[0], b=names[1], by="Ada"))


def change_a_text(ledger: Ledger) -> None:
    ledger.add(fire(3, "Brandeck", "2033-05-04", 55))


def redact_words(ledger: Ledger) -> None:
    held = ledger.report("Velmora-2").report
    start = held.text.index("fire service")
    redact(ledger, held.uid, start, start + len("fire service"), by="Ada")


def test_it_keeps_what_a_question_would_build_after_every_kind_of_change(ledger: Ledger) -> None:
    renew(ledger)
    for change in (add_another, correct, join_events, join_sources, change_a_text, Ledger.undo, redact_words):
        change(ledger, "Ada") if change is Ledger.undo else change(ledger)  # type: ignore[call-arg]
        renew(ledger)
        found = kept(ledger)
        assert found["stories"], change
        assert refresh(ledger).built == {}, change
        lineup.forget(ledger)
        refresh(ledger)
        assert found == kept(ledger), change


def test_it_builds_only_what_changed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[int] = []
    real = renewal.built_of
    monkeypatch.setattr(renewal, "built_of", lambda *given: built.append(len(given[1])) or real(*given))
    renew(ledger)
    assert built == [12, 12, 12, 12]
    built.clear()
    renew(ledger)
    assert built == []
    add_another(ledger)
    renew(ledger)
    assert built == [13]


def test_a_story_of_very_many_reports_is_left_to_the_next_question(ledger: Ledger) -> None:
    for i in range(12, 15):
        ledger.add(fire(i, "Velmora", f"2030-05-{1 + i:02d}", 12 + i))
    renew(ledger, largest=12)
    assert len(kept(ledger)["stories"]) == 3
    assert len(refresh(ledger).built) == 1
    assert len(kept(ledger)["stories"]) == 4
    assert refresh(ledger).built == {}
    join = Judgement(action="different", kind="source", a="the fire service of Velmora", b="the brigade", by="Ada")
    ledger.judge(join)
    renew(ledger, largest=12)
    assert len(refresh(ledger).built) == 1
    assert_as_built(ledger)


def assert_as_built(ledger: Ledger) -> None:
    anew = build_series(ledger.series_claims(), ledger.series_judgements())
    assert {one.series_id: one for one in all_series(ledger)} == {one.series_id: one for one in anew}


@pytest.mark.parametrize("writing", range(1, 6))
def test_ended_in_the_middle_the_next_question_or_renewal_finishes_it(
    ledger: Ledger, writing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction of a run is one at which a program may be killed."""
    monkeypatch.setattr(renewal, "AT_ONCE", 20)
    monkeypatch.setattr(renewal, "_STORIES_AT_ONCE", 2)
    renew(ledger)
    done = kept(ledger)
    lineup.forget(ledger)
    count = 0
    real = ledger.database.transaction

    def counted() -> Any:
        nonlocal count
        count += 1
        if count > writing:
            raise KeyboardInterrupt
        return real()

    monkeypatch.setattr(ledger.database, "transaction", counted)
    with pytest.raises(KeyboardInterrupt):
        renew(ledger)
    monkeypatch.setattr(ledger.database, "transaction", real)
    assert_as_built(ledger)
    assert kept(ledger) == done


def test_another_that_lines_up_meanwhile_takes_over(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before is not written after it: the other may know more, or words were redacted."""
    real = renewal.built_of

    def slow(*given: Any) -> Any:
        made = real(*given)
        monkeypatch.setattr(renewal, "built_of", real)
        redact_words(ledger)
        return made

    monkeypatch.setattr(renewal, "built_of", slow)
    renew(ledger)
    assert kept(ledger) == {"reports": [], "stories": [], "notes": []}
    assert_as_built(ledger)


def many_stories(ledger: Ledger, count: int) -> None:
    """Two reports on each of so many fires, ten days apart."""
    with ledger.transaction():
        for i in range(count):
            town = "".join("bdfgklmnpr"[i // 5**k % 10] + "aeiou"[i // 5**k % 5] for k in range(5)).capitalize() + "ton"
            for n in range(2):
                day = date(2000, 1, 1) + timedelta(days=10 * i + n)
                ledger.add(fire(n, town, day.isoformat(), 10 + n))


def alive(kind: type) -> int:
    return sum(isinstance(one, kind) for one in gc.get_objects())


def test_one_story_is_in_memory_at_a_time_and_no_report_of_those_before(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    most: dict[type, int] = {Series: 0, Signature: 0, SeriesClaim: 0}
    real = renewal.built_of

    def counted(*given: Any) -> Any:
        made = real(*given)
        most.update({kind: max(count, alive(kind)) for kind, count in most.items()})
        return made

    monkeypatch.setattr(renewal, "built_of", counted)
    with Ledger.open(tmp_path / "many.db") as held:
        many_stories(held, 60)
        before = {kind: alive(kind) for kind in most}
        renew(held)
        assert held.database.rows("select count(*) from story")[0][0] == 60
    grown = {kind: count - before[kind] for kind, count in most.items()}
    assert grown[Series] <= 2
    assert grown[SeriesClaim] <= 4
    assert grown[Signature] == 0


def header(uid: str) -> ReportHeader:
    return ReportHeader(uid=uid, id=uid)


def test_stories_in_order_let_go_of_what_is_too_old_and_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    from tallyroom.series import stories

    chance = random.Random(7)
    names = [f"name{i}" for i in range(60)]
    made = []
    for i in range(900):
        own = frozenset(chance.sample(names, 3))
        day = None if chance.random() < 0.05 else 700_000 + chance.randrange(3000)
        hazard = chance.choice([None, "fire", "flood"])
        made.append(Signature(header(f"{i:04d}"), day, frozenset(list(own)[:2]), own, hazard))
    found = propose_stories(made)
    monkeypatch.setattr(stories, "_forget_the_old", lambda held, day: None)
    assert propose_stories(made) == found
    assert 1 < len(set(found.values())) < 900


def test_stories_in_order_hold_few_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    import weakref

    alive: weakref.WeakSet[Any] = weakref.WeakSet()

    class Named(frozenset):  # type: ignore[type-arg]
        pass

    most = 0

    def told() -> Iterator[Signature]:
        nonlocal most
        for i in range(2000):
            own = Named({f"only{i}", f"shared{i // 4}"})
            alive.add(own)
            most = max(most, len(alive))
            yield Signature(header(f"{i:04d}"), 700_000 + i * 10, own, own, None)

    stories_in_order(told())
    assert most < 4 * LOOK_BACK_DAYS / 10


def test_an_event_that_the_program_proposes_is_asked_for_by_its_name_on_every_door(ledger: Ledger) -> None:
    """As `events` lists it: by the title of its first report, until a person names it."""
    for day in (None, now()):
        asked = Query(event="Fire in Almeda", limit=None, known_at=day)
        claims = [claim.report_id for claim in ledger.claims(asked)]
        assert len(claims) == 12 == ledger.count_claims(asked), day
        assert {one.partition("-")[0] for one in claims} == {"Almeda"}, day
        assert {one.report.id for one in ledger.reports(asked)} == set(claims), day
        assert [row["source"] for row in ledger.sources(asked)] == ["the fire service of Almeda"], day
    ledger.judge(Judgement(action="same", kind="event", a="Fire in Almeda", b="Fire in Velmora", by="Ada"))
    joined = {claim.report_id.partition("-")[0] for claim in ledger.claims(Query(event="Fire in Velmora", limit=None))}
    assert joined == {"Almeda", "Velmora"}
    held = ledger.report("Brandeck-4").report
    ledger.judge(Judgement(action="correct", by="Ada", uid=held.uid, fields={"event": "The docks"}))
    assert len(list(ledger.claims(Query(event="Fire in Brandeck", limit=None)))) == 11
    assert [claim.report_id for claim in ledger.claims(Query(event="The docks"))] == ["Brandeck-4"]
    assert list(ledger.claims(Query(event="no such event"))) == []
