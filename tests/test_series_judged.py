"""What people say of series and origins holds at once, in a ledger too, and can be undone; `check` against a ledger and raw text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from series_makers import claim, report, values
from tallyroom.cli import tallyroom
from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.events import series_problem_rows
from tallyroom.ledger.lineup import all_series, near, refresh
from tallyroom.ledger.lineup import claims_of as claims_behind
from tallyroom.ledger.redact import redact
from tallyroom.ledger.words import now
from tallyroom.model import Extraction, Figure, make_report, to_json, with_claim_ids
from tallyroom.series import Judgements, Series, SeriesClaim, build_series, claims_of
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


# --- names of populations and places


def test_populations_that_a_person_calls_one_are_counted_together() -> None:
    (joined,) = build_series(apart(), Judgements(same_populations=(("the people", "miners"),)))
    assert values(joined) == [12, 19, 9]


def test_populations_that_a_person_holds_apart_are_two_series_though_their_words_mean_one() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 19, population="residents", source=MINISTRY, said_at="2031-05-05"),
        claim(flood("c", "2031-05-06"), 1, 22, population="residents", source=MINISTRY, said_at="2031-05-06"),
    ]
    assert len(build_series(rows)) == 1
    split = build_series(rows, Judgements(different_populations=(("people", "residents"),)))
    assert sorted((one.population, values(one)) for one in split) == [("people", [12]), ("residents", [19, 22])]


def test_places_are_joined_and_parted_as_a_person_says() -> None:
    rows = [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-05"), 1, 19, source=MINISTRY, said_at="2031-05-05"),
        claim(flood("c", "2031-05-06"), 1, 7, place="Velmora", source=MINISTRY, said_at="2031-05-06"),
        claim(flood("d", "2031-05-07"), 1, 21, place="Port Lesna", source=MINISTRY, said_at="2031-05-07"),
    ]
    assert sorted(map(values, build_series(rows))) == [[7], [12, 19, 21]]
    joined = Judgements(same_places=(("Port Almeda", "Velmora"),))
    assert [values(one) for one in build_series(rows, joined)] == [[12, 19, 7, 21]]
    parted = Judgements(different_places=(("Port Almeda", "Port Lesna"),))
    assert sorted(map(values, build_series(rows, parted))) == [[7], [12, 19], [21]]


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


def test_names_judged_in_a_ledger_hold_at_once_and_undo_brings_them_back(where: str) -> None:
    assert len(shown(where)) == 2
    judged(where, "same", "population", "people", "miners")
    (joined,) = shown(where)
    assert [point["best"] for point in joined["points"]] == [12, 19, 22, 9]
    judged(where, "different", "population", "people", "miners")
    assert len(shown(where)) == 2
    judged(where, "undo")
    assert len(shown(where)) == 1
    judged(where, "undo")
    assert len(shown(where)) == 2


def test_a_later_word_on_names_stands_above_a_chain_of_earlier_ones(where: str) -> None:
    for pair in (("people", "villagers"), ("villagers", "miners")):
        judged(where, "same", "population", *pair)
    assert len(shown(where)) == 1
    judged(where, "different", "population", "people", "miners")
    assert len(shown(where)) == 2


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


def test_check_holds_each_text_against_the_ledger_by_itself(where: str, tmp_path: Path) -> None:
    held = {"published": "2031-05-08", "outlet": "Outlet n", "title": "Flood in Port Almeda"}
    said = "A flood hit Port Almeda. {} people died in Port Almeda, the Interior Ministry of Italy said on Thursday."
    path = tmp_path / "new.jsonl"
    lines = [json.dumps({**held, "id": f"new-{value}", "text": said.format(value)}) for value in (31, 400)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [(row["quote"], row["verdict"]) for row in checked(where, path)] == [("31", "newer"), ("400", "newer")]
    assert all("known so far: 19" in row["message"] for row in checked(where, path))


# --- the line-up that the ledger keeps


@pytest.fixture
def two_stories(new_ledger: Any) -> Any:
    with Ledger.open(new_ledger()) as ledger:
        for i in range(6):
            ledger.add(extraction(f"a{i}", f"2031-05-{1 + i:02d}", 12 + i, MINISTRY))
            ledger.add(far(f"b{i}", f"2034-01-{1 + i:02d}", 40 + i))
        yield ledger


def far(id: str, day: str, value: int) -> Extraction:
    text = f"A fire burned in Velmora. {value} people died in Velmora, the fire service said on {day}."
    held = make_report(text, id=id, published=day, outlet="Outlet f", title="Fire in Velmora")
    start = text.index(str(value))
    figure = Figure(
        id="f1", quote=str(value), start=start, end=start + 2, low=value, best=value, high=value, measure="killed",
        population="people", place="Velmora", source="the fire service", said_at=day, aggregation="cumulative",
    )  # fmt: skip
    return Extraction(report=held, extractor="test", figures=with_claim_ids(held.uid, [figure]))


def as_built(ledger: Ledger) -> list[Series]:
    return build_series(ledger.series_claims(), ledger.series_judgements())


def by_id(series: Any) -> dict[str, Series]:
    return {one.series_id: one for one in series}


def test_the_line_up_is_what_building_gives_and_an_addition_builds_only_the_story_it_touches(
    two_stories: Ledger,
) -> None:
    assert by_id(all_series(two_stories)) == by_id(as_built(two_stories))
    assert refresh(two_stories).built == {}
    two_stories.add(extraction("a9", "2031-05-09", 99, MINISTRY))
    state = refresh(two_stories)
    assert len(state.built) == 1
    (own,) = state.built.values()
    assert {one.place for one in own.series} == {"Port Almeda"}
    assert by_id(all_series(two_stories)) == by_id(as_built(two_stories))


def test_corrections_judgements_and_their_undoing_renew_what_they_speak_of(two_stories: Ledger) -> None:
    refresh(two_stories)
    claim_held = next(c for c in two_stories.claims() if c.report_id == "b2")
    place = {"uid": claim_held.uid, "start": claim_held.figure.start, "end": claim_held.figure.end}
    steps = [
        Judgement(action="correct", by="Ada", fields={"best": 77, "low": 77, "high": 77}, **place),
        Judgement(action="same", kind="source", a="the fire service", b="Velmora fire brigade", by="Ada"),
        Judgement(action="reject", by="Ada", **place),
        Judgement(action="same", kind="event", a="a0", b="b0", by="Ada"),
    ]
    for step in steps:
        two_stories.judge(step)
        built = refresh(two_stories).built
        assert len(built) == 1, step.action
        assert by_id(all_series(two_stories)) == by_id(as_built(two_stories)), step.action
    assert len({one.event for one in all_series(two_stories)}) == 1
    two_stories.undo("Ada")
    assert len({one.event for one in all_series(two_stories)}) == 2
    assert by_id(all_series(two_stories)) == by_id(as_built(two_stories))


def test_what_is_said_of_names_renews_only_stories_that_hold_both(two_stories: Ledger) -> None:
    two_stories.add(extraction("a8", "2031-05-08", 9, MINISTRY, "miners"))
    refresh(two_stories)
    for kind, a, b, renewed in (
        ("population", "villagers", "people", 0),
        ("population", "people", "miners", 1),
        ("place", "Port Almeda", "Velmora", 0),
    ):
        two_stories.judge(Judgement(action="same", kind=kind, a=a, b=b, by="Ada"))
        assert len(refresh(two_stories).built) == renewed, (a, b)
        assert by_id(all_series(two_stories)) == by_id(as_built(two_stories)), (a, b)
    for _ in range(3):
        two_stories.undo("Ada")
    assert len(refresh(two_stories).built) == 1
    assert by_id(all_series(two_stories)) == by_id(as_built(two_stories))


def test_a_dismissed_problem_leaves_the_line_up_and_comes_back(two_stories: Ledger) -> None:
    two_stories.add(extraction("a7", "2031-05-20", 3, MINISTRY))

    def keys() -> set[str]:
        return {problem.key for one in all_series(two_stories) for problem in one.problems}

    (key,) = {one for one in keys() if one.startswith("falling_total")}
    two_stories.judge(Judgement(action="dismiss", by="Ada", problem=key))
    assert key not in keys()
    two_stories.undo("Ada")
    assert key in keys()


def test_redacted_words_leave_the_line_up_at_once(two_stories: Ledger) -> None:
    refresh(two_stories)
    report_held = two_stories.report("b1").report
    start = report_held.text.index("the fire service")
    assert "fire service" in str(two_stories.database.rows("select body, names from story"))
    for i in range(6):
        held = two_stories.report(f"b{i}").report
        start = held.text.index("the fire service")
        redact(two_stories, held.uid, start, start + len("the fire service"), by="Ada")
    assert two_stories.database.rows("select * from story") == []
    assert "fire service" not in str([one for one in all_series(two_stories) if one.place == "Velmora"])


def test_confidential_reports_and_other_collections_are_left_out_story_by_story(two_stories: Ledger) -> None:
    held = two_stories.report("a5").report
    two_stories.judge(Judgement(action="correct", by="Ada", uid=held.uid, fields={"confidential": True}))
    shown_to_all = all_series(two_stories, confidential=False)
    assert not any("a5" in point.report_ids for one in shown_to_all for point in one.points)
    assert any("a4" in point.report_ids for one in shown_to_all for point in one.points)
    assert any("a5" in point.report_ids for one in all_series(two_stories) for point in one.points)
    two_stories.judge(Judgement(action="correct", by="Ada", uid=held.uid, fields={"collection": "apart"}))
    (only,) = all_series(two_stories, collection="apart")
    assert [point.report_ids for point in only.points] == [("a5",)]


def test_another_program_makes_the_line_up_anew(two_stories: Ledger) -> None:
    refresh(two_stories)
    two_stories.database.execute("update ledger_meta set value = 'old' where name = 'lined_up_by'")
    assert len(refresh(two_stories).built) == 2


def test_check_looks_only_at_the_stories_that_a_new_text_would_join(two_stories: Ledger) -> None:
    new = list(claims_of([to_json(extraction("new", "2031-05-08", 17, MINISTRY))]))
    (found,) = near(two_stories, [new])
    assert {claim_near.report.id[0] for claim_near in found} == {"a"}


def test_problems_of_several_reports_come_from_the_line_up_and_from_a_query_alike(two_stories: Ledger) -> None:
    two_stories.add(extraction("a7", "2031-05-20", 3, MINISTRY))
    listed = series_problem_rows(two_stories, Query())
    assert listed
    assert {row["kind"] for row in listed} >= {"falling_total"}
    assert series_problem_rows(two_stories, Query(published_from="2031-01-01", published_to="2031-12-31")) == listed


def test_series_as_the_ledger_knew_them_at_a_moment_come_with_what_people_had_decided_by_then(
    two_stories: Ledger,
) -> None:
    before, moment_before = all_series(two_stories), now()
    assert all_series(two_stories, known_at=moment_before) == before
    two_stories.judge(Judgement(action="same", kind="event", a="a0", b="b0", by="Ada"))
    two_stories.judge(Judgement(action="same", kind="origin", a=MINISTRY, b="the fire service", by="Ada"))
    two_stories.add(extraction("a9", "2031-05-09", 99, MINISTRY))
    after = all_series(two_stories)
    assert after != before
    assert all_series(two_stories, known_at=moment_before) == before
    assert all_series(two_stories, known_at=now()) == after
    assert all_series(two_stories, known_at="2020-01-01") == []
    ids_then = [claim_id for one in before for point in one.points for claim_id in point.claim_ids]
    assert {one.claim_id for one in claims_behind(two_stories, ids_then, moment_before)} == set(ids_then)


def test_the_command_tells_what_was_known(where: str) -> None:
    with Ledger.open(where) as ledger:
        ledger.add(extraction("e", "2031-05-09", 31, MINISTRY))
    assert shown(where, "--known-at", "2020-01-01") == []
    ran = CliRunner().invoke(tallyroom, ["series", "--from", where, "--known-at", "2020-01-01"])
    assert isinstance(ran.exception, UsageError)
    ran = CliRunner().invoke(tallyroom, ["brief", "--ledger", where, "--known-at", "2099-01-01"])
    assert "31" in ran.output, ran.output


@pytest.mark.parametrize("words", [["--rule", "guess"], ["--convention", "guess"], ["--rule", "hierarchy"]])
def test_a_rule_that_there_is_not_is_told_though_no_estimate_is_asked_for(where: str, words: list[str]) -> None:
    ran = CliRunner().invoke(tallyroom, ["series", "--ledger", where, *words])
    assert isinstance(ran.exception, UsageError)
