"""`known_at`: what a ledger held at a moment, with the versions, names, events and copies of that moment."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.dump import dump_lines, load_entry
from tallyroom.ledger.events import event_page
from tallyroom.ledger.redact import redact
from tallyroom.ledger.verify import Checked, verify
from tallyroom.model import Extraction, make_report
from test_ledger import FIRE, LATER, reading
from test_ledger_names import quotes, report


def day(number: int) -> str:
    return f"2025-03-{number:02d}T10:00:00.000000Z"


@pytest.fixture
def ledger(new_ledger):
    with Ledger.open(new_ledger()) as held:
        yield held


def add_an_officer(ledger: Ledger) -> None:
    counted = {"population": "North Korean soldiers"}
    ledger.add(report("officer", "An officer told of 13 North Korean soldiers.",
                      {"quote": "13", "source": "an officer", **counted}), at=day(1))  # fmt: skip
    ledger.add(report("military", "Ukraine's military said that 11 North Korean soldiers had died.",
                      {"quote": "11", "source": "Ukraine's military", **counted}), at=day(1))  # fmt: skip


def said(ledger: Ledger, action: str, kind: str, a: str, b: str, on: int, by: str = "Ann") -> None:
    ledger.judge(Judgement(action=action, by=by, kind=kind, a=a, b=b, recorded_at=day(on)))


def names_in_turn(ledger: Ledger) -> None:
    add_an_officer(ledger)
    said(ledger, "same", "source", "an officer", "Ukraine's military", 3)
    said(ledger, "different", "source", "an officer", "Ukraine's military", 5)
    said(ledger, "same", "source", "an officer", "Russia's military", 7)


def standings(ledger: Ledger) -> list[tuple[object, ...]]:
    """What the officer counted as on each day, by his claim, by filters and in the list of sources."""
    found = []
    for on in range(1, 10):
        then = day(on)
        (claim,) = (c for c in ledger.claims(Query(known_at=then, limit=None)) if c.figure.quote == "13")
        source = claim.resolved.source
        assert source is not None
        of_ukraine = quotes(ledger, source="Ukraine's military", known_at=then)
        assert of_ukraine == quotes(ledger, source="ua-military", known_at=then)
        assert of_ukraine == quotes(ledger, source_country="ua", known_at=then)
        assert ("13" in quotes(ledger, relation="opponent", known_at=then)) == (claim.resolved.relation == "opponent")
        listed = {row["source_id"]: row["claims"] for row in ledger.sources(Query(known_at=then))}
        assert listed.get("ua-military") == len(of_ukraine)
        found.append((on, source.id, claim.resolved.relation, len(of_ukraine)))
    return found


IN_TURN = [
    (1, "an-officer", None, 1), (2, "an-officer", None, 1),
    (3, "ua-military", "opponent", 2), (4, "ua-military", "opponent", 2),
    (5, "an-officer", None, 1), (6, "an-officer", None, 1),
    (7, "ru-military", "own_side", 1), (8, "ru-military", "own_side", 1), (9, "ru-military", "own_side", 1),
]  # fmt: skip


def test_names_count_as_people_had_said_by_then(ledger):
    names_in_turn(ledger)
    assert standings(ledger) == IN_TURN
    judged = [row["judged"] for row in ledger.sources(Query(known_at=day(4))) if row["source_id"] == "ua-military"]
    assert judged == [["an officer = Ukraine's military (Ann)"]]
    assert ledger.sources(Query(known_at=day(2), source="an officer"))[0]["judged"] == []


def test_a_copy_of_the_ledger_tells_the_same_of_every_moment(ledger, new_ledger):
    names_in_turn(ledger)
    with Ledger.open(new_ledger()) as other:
        for line in dump_lines(ledger, confidential=True):
            load_entry(other, msgspec.json.decode(line))
        assert standings(other) == IN_TURN


def test_an_older_word_that_is_imported_later_doubles_nothing(ledger, new_ledger):
    names_in_turn(ledger)
    with Ledger.open(new_ledger()) as other:
        add_an_officer(other)
        said(other, "same", "source", "an officer", "Kenya's military", 2, "Bob")
        for line in dump_lines(other, confidential=True):
            load_entry(ledger, msgspec.json.decode(line))
    for on in range(1, 10):
        assert quotes(ledger, known_at=day(on)) == ["11", "13"]
    assert list(verify(ledger, Checked())) == []


def test_a_ledger_that_kept_no_past_names_gets_them_when_it_is_opened(tmp_path):
    where = tmp_path / "old.db"
    shutil.copy(Path(__file__).parent / "ledgers" / "schema-3.db", where)

    def of_officer(held: Ledger, known_at: str) -> tuple[str | None, str | None]:
        (claim,) = held.claims(Query(measure="missing", known_at=known_at))
        return claim.resolved.source and claim.resolved.source.id, claim.resolved.relation

    for _ in range(2):
        with Ledger.open(where, create=False) as held:
            assert of_officer(held, day(6)) == ("an-officer", None)
            assert of_officer(held, day(7)) == ("ua-military", "opponent")
            assert of_officer(held, day(8)) == ("an-officer", None)
            assert of_officer(held, day(9)) == ("ru-military", "own_side")
            assert quotes(held, source="NCG", known_at=day(5)) == []
            assert quotes(held, source="NCG", known_at=day(6)) == quotes(held, source="NCG") == ["14"]


def test_reports_stand_as_they_did(ledger):
    ledger.add(reading(), at=day(1), collection="fires")
    ledger.add(reading(LATER, toll="14"), at=day(3))
    ledger.add(reading(url="https://b.example/other", text="Another text. " + FIRE), at=day(3))
    first, second, other = (held.report.uid for held in ledger.reports(Query(all_versions=True, sort="recorded", descending=False)))  # fmt: skip
    ledger.judge(Judgement(action="correct", by="Ann", uid=second, fields={"event": "Alma"}, recorded_at=day(5)))
    ledger.judge(Judgement(action="correct", by="Ann", uid=second, fields={"collection": "x"}, recorded_at=day(6)))
    said(ledger, "same", "report", second, other, 7)

    def held(**query: object) -> list[str]:
        found = [one.report.uid for one in ledger.reports(Query(sort="recorded", descending=False, **query))]
        assert ledger.count_reports(Query(**query)) == len(found)
        return found

    assert held(known_at=day(2)) == [first]
    assert held(known_at=day(3)) == [second, other]
    assert held(known_at=day(3), all_versions=True) == [first, second, other]
    assert [one.newest for one in ledger.reports(Query(known_at=day(2), all_versions=True))] == [True]
    assert held(known_at=day(4), event="Alma") == []
    assert held(known_at=day(5), event="Alma") == held(event="Alma") == [second]
    assert held(known_at=day(2), collection="fires") == held(known_at=day(2), measure="killed") == [first]
    assert held(known_at=day(5), collection="x") == []
    assert held(known_at=day(6), collection="x") == [second]
    assert [one.copy_of for one in ledger.reports(Query(known_at=day(6)))] == [None, None]
    assert sorted(str(one.copy_of) for one in ledger.reports(Query(known_at=day(7)))) == sorted(["None", second])
    assert [one.event for one in ledger.reports(Query(known_at=day(4), report=second))] == [None]


def test_events_series_and_problems_are_those_of_the_moment(ledger):
    ledger.add(reading(), at=day(1))
    ledger.add(reading(LATER, toll="14"), at=day(3))
    ledger.add(report("rail", "A train left its rails near Quetta: 3 died.", {"quote": "3", "place": "Quetta"},
                      title="Derailed"), at=day(3))  # fmt: skip
    said(ledger, "same", "event", "Ferry fire", "Derailed", 5)
    ledger.judge(Judgement(action="dismiss", by="Ann", problem="falling_total:x", recorded_at=day(6)))

    def told(on: int) -> list[tuple[int, int]]:
        return [(row["reports"], row["figures"]) for row in event_page(ledger, Query(known_at=day(on))).rows]

    assert told(2) == [(1, 2)]
    assert sorted(told(4)) == [(1, 1), (1, 2)]
    assert told(5) == [(2, 3)]
    figures = [claim.figure.best for claim in ledger.series_claims(Query(known_at=day(2), measure="killed"))]
    assert figures == [12, 30]
    assert ledger.series_judgements(day(5)).dismissed == frozenset()
    assert ledger.series_judgements(day(6)).dismissed == {"falling_total:x"}
    edited = Query(kind="edited")
    assert ledger.problem_page(msgspec.structs.replace(edited, known_at=day(2))).rows == ()
    assert len(ledger.problem_page(msgspec.structs.replace(edited, known_at=day(3))).rows) == 1
    assert ledger.extraction(ledger.report("rail"), known_at=day(2)).figures == ()


def test_a_removed_name_is_in_no_past(ledger):
    text = "Jane Roe told of 13 North Korean soldiers."
    ledger.add(report("roe", text, {"quote": "13", "source": "Jane Roe", "population": "North Korean soldiers"}), at=day(1))  # fmt: skip
    said(ledger, "same", "source", "Jane Roe", "the town clerk", 3)
    said(ledger, "different", "source", "Jane Roe", "the town clerk", 5)
    assert ledger.database.rows("select count(*) from resolution_past")[0][0]
    redact(ledger, ledger.report("roe").report.uid, 0, len("Jane Roe"), by="Ann")
    left = str(ledger.database.rows("select * from resolution_past")).casefold()
    assert "jane" not in left
    assert "roe" not in left
    assert quotes(ledger, known_at=day(4)) == ["13"]


def test_a_reading_of_later_does_not_name_its_reader_before(ledger):
    made = make_report(FIRE, id="x")
    ledger.add(Extraction(report=made, extractor="one"), at=day(1))
    ledger.add(Extraction(report=made, extractor="two"), at=day(3))
    assert ledger.extraction(ledger.report("x"), known_at=day(2)).extractor == "one"
    assert ledger.extraction(ledger.report("x")).extractor == "two"


def test_what_is_confidential_now_is_so_at_every_moment(ledger):
    text = "Jane Roe told of 13 who died. A guard told of 8 who died."
    figures = ({"quote": "13", "source": "Jane Roe"}, {"quote": "8", "source": "a guard"})
    ledger.add(report("roe", text, *map(dict, figures)), at=day(1))
    figures = ({"quote": "13", "source": "a witness"}, {"quote": "8", "source": "a guard"})
    second = msgspec.structs.replace(report("roe", text, *map(dict, figures)), extractor="two")
    ledger.add(second, at=day(2))
    uid = ledger.report("roe").report.uid

    def public(on: int) -> list[str]:
        assert quotes(ledger, known_at=day(on)) == ["8", "13"]
        return quotes(ledger, known_at=day(on), confidential=False)

    def hide(on: int, **of: str) -> None:
        judgement = Judgement(action="correct", by="Ann", fields={"confidential": True}, recorded_at=day(on), **of)
        ledger.judge(judgement)

    assert public(1) == public(3) == ["8", "13"]
    hide(4, kind="source", a="jane roe")
    assert (public(1), public(3), public(5)) == (["8"], ["8", "13"], ["8", "13"])
    assert not any(b"Jane" in line for line in dump_lines(ledger))
    ledger.undo("Ann")
    assert public(1) == public(3) == ["8", "13"]
    assert any(b"Jane" in line for line in dump_lines(ledger))
    hide(6, uid=uid)
    assert public(1) == public(3) == public(7) == []
    told = ledger.series_claims(Query(known_at=day(1), confidential=False))
    assert list(told) == []
    ledger.undo("Ann")
    assert public(1) == ["8", "13"]
