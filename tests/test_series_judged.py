"""What people say of series and origins holds at once, in a ledger too, and can be undone; `check` against a ledger and raw text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from series_makers import claim, report, values
from tallyroom.cli import tallyroom
from tallyroom.ledger import Judgement, Ledger
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids
from tallyroom.series import Judgements, Series, SeriesClaim, build_series
from tallyroom.series.doubts import doubts

MINISTRY = "Interior Ministry of Italy"


def flood(id: str, published: str, **fields: Any) -> Any:
    return report(id, published, event="flood", **fields)


def apart() -> list[SeriesClaim]:
    """Two counts of the dead that the program keeps apart: of people, and of miners."""
    return [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 19, source=MINISTRY, said_at="2031-05-05"),
        claim(flood("c", "2031-05-06"), 1, 9, population="miners", source=MINISTRY, said_at="2031-05-06"),
    ]


def ids(series: list[Series]) -> list[str]:
    return [one.series_id for one in series]


# --- series


def test_two_series_that_a_person_calls_one_are_one() -> None:
    people, miners = sorted(build_series(apart()), key=lambda one: -len(one.points))
    for pair in ((people.series_id, miners.series_id), ("a-f1", "c-f1")):
        (joined,) = build_series(apart(), Judgements(same_claims=(pair,)))
        assert values(joined) == [12, 19, 9]


def test_a_judgement_by_series_id_holds_when_an_earlier_claim_comes_in() -> None:
    people, miners = sorted(build_series(apart()), key=lambda one: -len(one.points))
    earlier = claim(flood("z", "2031-05-01"), 1, 3, source=MINISTRY, said_at="2031-05-01")
    changed = build_series([*apart(), earlier])
    assert people.series_id not in ids(changed)
    (joined,) = build_series([*apart(), earlier], Judgements(same_claims=((people.series_id, miners.series_id),)))
    assert values(joined) == [3, 12, 19, 9]


def test_deaths_and_injuries_are_never_joined_whoever_asks() -> None:
    rows = [*apart()[:1], claim(flood("d", "2031-05-06"), 1, 40, "injured", source=MINISTRY, said_at="2031-05-06")]
    assert len(build_series(rows, Judgements(same_claims=(("a-f1", "d-f1"),)))) == 2


def test_a_claim_that_a_person_holds_apart_leaves_with_what_repeats_it() -> None:
    rows = [*apart()[:2], claim(flood("d", "2031-05-06"), 1, 19, source=MINISTRY, said_at="2031-05-05")]
    found = build_series(rows, Judgements(different_claims=(("a-f1", "b-f1"),)))
    assert sorted((values(one), len(one.points[0].report_ids)) for one in found) == [([12], 1), ([19], 2)]


# --- origins


def test_two_voices_of_one_government_can_be_held_apart() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 19, source="the Italian army", said_at="2031-05-05"),
    ]
    assert build_series(rows)[0].independent_origins == 1
    held = build_series(rows, Judgements(different_origins=((MINISTRY, "Italian army"),)))
    assert held[0].independent_origins == 2


def test_what_a_person_holds_apart_no_equal_count_joins() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 1244, source="Red Cross", said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 1244, source="Civil Defence", said_at="2031-05-04"),
    ]
    assert build_series(rows)[0].independent_origins == 1
    held = build_series(rows, Judgements(different_origins=(("Red Cross", "Civil Defence"),)))
    assert held[0].independent_origins == 2


# --- unsure


def test_what_is_unsure_is_offered_and_not_asked_again() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 12, source="Maui County", said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 19, source="Maui police", said_at="2031-05-05"),
        claim(flood("c", "2031-05-06"), 1, 9, population="miners", source="Maui police", said_at="2031-05-06"),
        claim(flood("d", "2031-05-07"), 1, 10, population="miners", source="Maui police", said_at="2031-05-06"),
    ]
    offered = {one.kind: one for one in doubts(build_series(rows))}
    assert set(offered) == {"origin", "series"}
    origin = offered["origin"]
    answered = Judgements(different_origins=((origin.a, origin.b),))
    assert "origin" not in {one.kind for one in doubts(build_series(rows, answered), answered)}
    pair = offered["series"]
    joined = build_series(rows, Judgements(same_claims=((pair.a, pair.b),)))
    assert [one.kind for one in doubts(joined)] == ["origin"]


# --- in a ledger


def extraction(id: str, day: str, value: int, source: str, population: str = "people") -> Extraction:
    text = f"A flood hit Port Almeda. {value} {population} died in Port Almeda, {source} said on {day}."
    held = make_report(text, id=id, published=day, outlet=f"Outlet {id}", title="Flood in Port Almeda")
    start = text.index(str(value))
    figure = Figure(
        id="f1", quote=str(value), start=start, end=start + len(str(value)), low=value, best=value, high=value, measure="killed",
        population=population, place="Port Almeda", source=source, said_at=day, aggregation="cumulative",
    )  # fmt: skip
    return Extraction(report=held, extractor="test", figures=with_claim_ids(held.uid, [figure]))


@pytest.fixture
def where(tmp_path: Path) -> str:
    path = str(tmp_path / "ledger.db")
    with Ledger.open(path) as ledger:
        ledger.add(extraction("a", "2031-05-03", 12, MINISTRY))
        ledger.add(extraction("b", "2031-05-05", 19, MINISTRY))
        ledger.add(extraction("c", "2031-05-06", 22, "the Red Cross"))
        ledger.add(extraction("d", "2031-05-07", 9, MINISTRY, "miners"))
    return path


def shown(where: str, *more: str) -> list[dict[str, Any]]:
    ran = CliRunner().invoke(tallyroom, ["series", "--ledger", where, "--format", "json", *more])
    assert ran.exit_code == 0, ran.output
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def judged(where: str, *words: str) -> None:
    ran = CliRunner().invoke(tallyroom, ["judge", *words, "--ledger", where, "--by", "Ada"])
    assert ran.exit_code == 0, ran.output


def test_origins_judged_in_a_ledger_hold_at_once_and_undo_brings_them_back(where: str) -> None:
    def origins() -> int:
        (row,) = [row for row in shown(where) if len(row["points"]) > 1]
        return int(row["independent_origins"])

    assert origins() == 2
    judged(where, "same", "origin", MINISTRY, "the Red Cross")
    assert origins() == 1
    judged(where, "undo")
    assert origins() == 2
    judged(where, "same", "source", MINISTRY, "the Red Cross")
    assert origins() == 1


def test_series_judged_in_a_ledger_hold_at_once_and_undo_brings_them_back(where: str) -> None:
    before = [row["series_id"] for row in shown(where)]
    assert len(before) == 2
    judged(where, "same", "series", *before)
    assert len(shown(where)) == 1
    judged(where, "undo")
    assert [row["series_id"] for row in shown(where)] == before


def test_events_judged_in_a_ledger_join_and_part_stories(where: str) -> None:
    with Ledger.open(where) as ledger:
        ledger.add(extraction("x", "2034-01-01", 40, MINISTRY))
        assert len({row["event"] for row in shown(where)}) == 2
        ledger.judge(Judgement(action="same", kind="event", a="a", b="x", by="Ada"))
        assert len({row["event"] for row in shown(where)}) == 1
        ledger.undo("Ada")
        assert len({row["event"] for row in shown(where)}) == 2


def test_a_ledger_of_more_reports_than_a_page_is_lined_up_whole(tmp_path: Path) -> None:
    path = str(tmp_path / "many.db")
    with Ledger.open(path) as ledger:
        for i in range(60):
            ledger.add(extraction(f"r{i:02d}", f"2031-05-{1 + i // 3:02d}", 12 + i, MINISTRY))
    (row,) = shown(path)
    assert len({name for point in row["points"] for name in point["report_ids"]}) == 60


def test_what_is_unsure_is_listed_with_the_words_that_settle_it(where: str) -> None:
    (offer, *_) = json.loads(
        CliRunner().invoke(tallyroom, ["series", "--ledger", where, "--unsure", "--format", "json"]).stdout
    )
    listed = CliRunner().invoke(tallyroom, ["series", "--ledger", where, "--unsure"])
    assert f"tallyroom judge same {offer['kind']} " in listed.output
    judged(where, "different", offer["kind"], offer["a"], offer["b"])
    left = json.loads(
        CliRunner().invoke(tallyroom, ["series", "--ledger", where, "--unsure", "--format", "json"]).stdout
    )
    assert offer not in left


# --- check


def checked(where: str, path: Path) -> list[dict[str, Any]]:
    ran = CliRunner().invoke(tallyroom, ["check", str(path), "--ledger", where, "--format", "json"])
    assert ran.exit_code == 0, ran.output
    rows: list[dict[str, Any]] = json.loads(ran.stdout)
    return rows


def test_check_reads_raw_text_and_holds_it_against_a_ledger_without_adding_it(where: str, tmp_path: Path) -> None:
    held = {"id": "new", "published": "2031-05-08", "outlet": "Outlet n", "title": "Flood in Port Almeda"}
    said = "A flood hit Port Almeda. {} people died in Port Almeda, the Interior Ministry of Italy said on Thursday."
    path = tmp_path / "new.jsonl"
    verdicts = {}
    for value in (19, 12, 31, 15):
        path.write_text(json.dumps({**held, "text": said.format(value)}), encoding="utf-8")
        (row,) = checked(where, path)
        verdicts[value] = row["verdict"]
        assert row["quote"] == str(value)
    assert verdicts[31] == "newer"
    assert verdicts[15] == "contradicts"
    assert verdicts[19] == "same"
    with Ledger.open(where) as ledger:
        assert len(list(ledger.reports())) == 4
