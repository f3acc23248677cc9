"""The project's own evals: the scorer's rules, the assembler's checks, the runner's floors, and the gold itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from commands import command
from tallyroom.model import AGGREGATIONS, BOUNDS, MEASURES, POLARITIES

EVALS = Path(__file__).resolve().parents[1] / "evals"


assemble, run, score = (command(f"evals/{name}.py") for name in ("assemble", "run", "score"))
TEXT = "The fire killed at least 12 dockers, three of them women, the fire service said."


def figure(quote: str, value: int, **fields: Any) -> dict[str, Any]:
    start = TEXT.index(quote)
    base = {"low": value, "best": value, "high": value, "measure": "killed", "source": "the fire service"}
    return {"quote": quote, "start": start, "end": start + len(quote), **base, "population": "dockers", **fields}


def gold() -> dict[str, Any]:
    figures = [figure("at least 12", 12, high=None), figure("three", 3, population="women", aggregation="subset")]
    return {"id": "quay", "published": "2024-03-14", "text": TEXT, "figures": figures}


def scores_of(*pred: dict[str, Any]) -> dict[str, float]:
    tally, _ = score.score([gold()], {"quay": {"id": "quay", "figures": list(pred)}})
    return {level: tally.f1(level) for level in score.LEVELS}


class TestScore:
    def test_gold_against_itself_is_whole(self) -> None:
        assert scores_of(*gold()["figures"]) == {"found": 1.0, "figure": 1.0, "attributed": 1.0, "record": 1.0}

    @pytest.mark.parametrize(
        ("wrong", "lost"),
        [
            ({"high": 12}, {"figure", "attributed", "record"}),
            ({"measure": "injured"}, {"figure", "attributed", "record"}),
            ({"source": "the mayor"}, {"attributed", "record"}),
            ({"event_time": "2024-03-13"}, {"record"}),
            ({"polarity": "denied"}, {"record"}),
            ({"place": "Orle"}, set()),
        ],
    )
    def test_each_level_needs_its_fields(self, wrong: dict[str, Any], lost: set[str]) -> None:
        first, second = gold()["figures"]
        assert {level for level, f1 in scores_of({**first, **wrong}, second).items() if f1 < 1} == lost

    def test_a_false_and_a_missing_figure_cost_precision_and_recall(self) -> None:
        first, _ = gold()["figures"]
        false = {**first, "start": 0, "end": 3, "quote": "The"}
        tally, misses = score.score([gold()], {"quay": {"id": "quay", "figures": [first, false]}})
        assert tally.scores()["found"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
        assert {miss.wrong for miss in misses} == {("not found",), ("not in gold",)}

    def test_an_optional_figure_counts_neither_way(self) -> None:
        document = gold()
        document["figures"][1]["optional"] = True
        for pred in (document["figures"], document["figures"][:1]):
            tally, _ = score.score([document], {"quay": {"id": "quay", "figures": pred}})
            assert (tally.gold, tally.pred, tally.f1("record")) == (1, 1, 1.0)

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("the World Health Organization", "WHO", True),
            ("Dr Ines Pardo", "Pardo", True),
            ("North Korean soldiers", "South Korean soldiers", False),
            ("dead women", "dead men", False),
            ("Russia's army", "Russian army", False),
            (None, None, True),
            ("police", None, False),
        ],
    )
    def test_names(self, one: str | None, other: str | None, same: bool) -> None:
        assert score.same_name(one, other) is same

    def test_relays_are_compared_in_order(self) -> None:
        first, _ = gold()["figures"]
        there, back = {**first, "relays": ["a mayor", "Radio Orle"]}, {**first, "relays": ["Radio Orle", "a mayor"]}
        assert score.field_hits(there, there)["chain"]
        assert not score.field_hits(there, back)["chain"]

    def test_calibration_tells_how_far_off_confidence_is(self) -> None:
        bins, error = score.calibration([(0.9, True), (0.9, True), (0.9, False), (0.9, False), (1.0, True)])
        assert [(b.low, b.count) for b in bins] == [(0.9, 5)]
        assert error == pytest.approx(abs(4.6 / 5 - 3 / 5), abs=1e-3)

    def test_bootstrap_is_paired_and_repeatable(self) -> None:
        documents = [{**gold(), "id": f"r{n}"} for n in range(8)]
        whole = {doc["id"]: doc for doc in documents}
        half = {doc["id"]: {**doc, "figures": doc["figures"][:1]} for doc in documents}
        found = score.bootstrap(documents, whole, half, rounds=50)
        assert found == score.bootstrap(documents, whole, half, rounds=50)
        assert all(d.point == d.low == d.high == pytest.approx(1 / 3, abs=1e-3) for d in found)
        assert all(d.point == 0 and d.p == 1 for d in score.bootstrap(documents, whole, whole, rounds=50))


MARKED = """=== quay | 2024-03-14 | Harbour Desk | Fire at the quay of Orle
* p=the quay of Orle; t=2024-03-12; S=the fire service
It killed {at least 12|12+ killed|dockers|s=$S; d=2024-03-13; r=a mayor > Radio Orle} dockers, \
{three|3 killed|women|a=subset; of=at least 12} of them women, the fire service told a mayor, says Radio Orle.
Damage of {between 2 and 3 million euros|2e6..3e6 money EUR|Damage|pol=hypothetical; p=-} is feared.
"""


def assembled(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    rows, faults = [], []
    for report in assemble.split_reports(iter(text.splitlines())):
        row, found = assemble.assemble(report)
        rows.append(row)
        faults += found
    return rows, faults


class TestAssemble:
    def test_marks_become_figures_with_offsets(self) -> None:
        [row], faults = assembled(MARKED)
        assert faults == []
        first, second, third = row["figures"]
        for f in row["figures"]:
            assert row["text"][f["start"] : f["end"]] == f["quote"]
        assert (first["low"], first["best"], first["high"], first["bound"]) == (12, 12, None, "at_least")
        assert (first["relays"], first["said_at"]) == (["a mayor", "Radio Orle"], "2024-03-13")
        assert (second["aggregation"], second["part_of"], second["place"]) == ("subset", "f1", "the quay of Orle")
        assert (third["low"], third["high"], third["unit"], third["place"]) == (2000000, 3000000, "EUR", None)

    @pytest.mark.parametrize(
        ("words", "value"),
        [
            ("12", (12, 12, 12, "exact")),
            ("~300", (300, 300, 300, "about")),
            (">600", (601, 600, None, "more_than")),
            ("<100", (None, 100, 99, "less_than")),
            ("<=50", (None, 50, 50, "at_most")),
            ("v:24..99", (24, None, 99, "vague")),
            ("10..12", (10, None, 12, "range")),
            ("0?", (0, 0, None, "exact")),
            ("1.5e6", (1500000, 1500000, 1500000, "exact")),
        ],
    )
    def test_short_forms_of_values(self, words: str, value: tuple[Any, ...]) -> None:
        assert assemble.parse_value(words) == value

    @pytest.mark.parametrize(
        ("good", "bad", "message"),
        [
            ("3 killed|women", "3 drowned|women", "measure"),
            ("a=subset", "a=part", "aggregation"),
            ("of=at least 12", "of=thirteen", "no figure has the quote"),
            ("12+ killed", "13+ killed", "the quote says"),
            ("t=2024-03-12", "t=2024-13-12", "no EDTF"),
            ("S=the fire service", "S=the harbour office", "do not stand in the report"),
            ("|dockers|", "|bakers|", "bakers"),
            ("r=a mayor", "x=a mayor", "unknown key"),
            ("a=subset; of", "of", "is no subset"),
            ("| 2024-03-14 |", "| last week |", "is no date"),
        ],
    )
    def test_each_fault_is_told(self, good: str, bad: str, message: str) -> None:
        assert good in MARKED
        _, faults = assembled(MARKED.replace(good, bad))
        assert any(message in fault for fault in faults)

    def test_reports_are_built_from_the_marked_files(self) -> None:
        for name, paths in assemble.corpora().items():
            rows, faults = assemble.assemble_files(paths)
            assert faults == []
            assert (EVALS / "reports" / f"{name}.jsonl").read_text(encoding="utf-8") == assemble.to_lines(rows)


class TestGold:
    @pytest.fixture(params=["train", "heldout"])
    def reports(self, request: pytest.FixtureRequest) -> list[dict[str, Any]]:
        return list(score.load(EVALS / "reports" / f"{request.param}.jsonl").values())

    def test_quotes_numbers_and_words_hold(self, reports: list[dict[str, Any]]) -> None:
        for report in reports:
            ids = [f["id"] for f in report["figures"]]
            starts = [f["start"] for f in report["figures"]]
            assert starts == sorted(set(starts)), report["id"]
            for f in report["figures"]:
                assert report["text"][f["start"] : f["end"]] == f["quote"]
                assert f["measure"] in MEASURES
                assert f["bound"] in BOUNDS
                assert f["polarity"] in POLARITIES
                assert f["aggregation"] in AGGREGATIONS
                assert f["part_of"] is None or f["part_of"] in ids
                if f["bound"] not in ("more_than", "less_than"):
                    known = [f[key] for key in ("low", "best", "high") if f[key] is not None]
                    assert known
                    assert known == sorted(known)

    def test_there_is_enough_of_each(self, reports: list[dict[str, Any]]) -> None:
        assert len(reports) >= 35
        assert sum(len(report["figures"]) for report in reports) >= 200
        assert sum(1 for report in reports if not report["figures"]) >= 8

    def test_no_report_stands_in_both(self) -> None:
        ids = [set(score.load(EVALS / "reports" / f"{name}.jsonl")) for name in ("train", "heldout")]
        assert not ids[0] & ids[1]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / name for name in ("gold.jsonl", "check.jsonl", "pred.jsonl", "poor.jsonl", "floors.json")}
    empty = {"id": "none", "published": "2024-03-14", "text": "Orle won 3-1.", "figures": []}
    document = gold()
    for name in ("gold.jsonl", "check.jsonl", "pred.jsonl"):
        paths[name].write_text(f"{json.dumps(document)}\n{json.dumps(empty)}\n", encoding="utf-8")
    poor = {**document, "figures": document["figures"][:1]}
    false = {**empty, "figures": [{**document["figures"][0], "start": 9, "end": 10}], "problems": []}
    paths["poor.jsonl"].write_text(f"{json.dumps(poor)}\n{json.dumps(false)}\n", encoding="utf-8")
    return paths


def runner(files: dict[str, Path], pred: str, *more: str, of: str = "gold.jsonl") -> int:
    status: int = run.main([str(files[of]), "--pred", str(files[pred]), "--floors", str(files["floors.json"]), *more])
    return status


class TestRun:
    def test_a_missed_floor_fails(self, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
        assert runner(files, "poor.jsonl") == 0
        assert runner(files, "pred.jsonl", "--pin") == 0
        assert runner(files, "pred.jsonl") == 0
        assert "holds its floors" in capsys.readouterr().out
        assert runner(files, "poor.jsonl") == 1
        told = capsys.readouterr().err
        assert "below its floor" in told
        assert "false_in_empty 1 is above its ceiling of 0" in told

    def test_floors_fall_only_on_purpose(self, files: dict[str, Path]) -> None:
        assert runner(files, "pred.jsonl", "--pin") == 0
        before = files["floors.json"].read_bytes()
        assert runner(files, "poor.jsonl", "--pin") == 1
        assert files["floors.json"].read_bytes() == before
        assert runner(files, "poor.jsonl", "--pin", "--lower") == 0
        assert runner(files, "poor.jsonl") == 0

    def test_a_changed_corpus_must_be_pinned_anew(
        self, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert runner(files, "pred.jsonl", "--pin") == 0
        files["gold.jsonl"].write_text(files["gold.jsonl"].read_text() + "\n", encoding="utf-8")
        assert runner(files, "pred.jsonl") == 1
        assert "has changed" in capsys.readouterr().err
        assert runner(files, "pred.jsonl", "--pin") == 0
        assert runner(files, "pred.jsonl") == 0

    def test_of_a_check_file_only_totals_are_shown(
        self, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert runner(files, "poor.jsonl", of="check.jsonl") == 0
        assert "fields" not in capsys.readouterr().out
        with pytest.raises(SystemExit):
            runner(files, "poor.jsonl", "--misses", "5", of="check.jsonl")
        assert "dockers" not in capsys.readouterr().err

    def test_misses_show_both_sides(self, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
        assert runner(files, "poor.jsonl", "--misses", "5") == 0
        told = capsys.readouterr()
        assert "not in gold" in told.err
        assert "figures read in them: 1" in told.out
