"""The reading of a whole report: laws that hold for any text, facts of the guidelines end to end, and what bad input gets."""

from __future__ import annotations

import io
import json
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tallyroom.cli import main
from tallyroom.extract import LONGEST_REPORT, extract, read_closely
from tallyroom.model import Extraction, Figure, encode_json, make_report
from tallyroom.quantities import numeral_spans

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((files("tallyroom.schema") / "extraction-1.json").read_text(encoding="utf-8"))
)

# --- laws ------------------------------------------------------------------------------------------------------------

#: What reports are made of, so that chance finds figures, speakers, times and damage, and not only noise.
PIECES = [
    "12", "1,200", "4,7OO", "30 to 40", "two dozen", "hundreds of", "no one", "a man", "another 12", "half a million", "$5 million",
    "£3m", "20%", "a third of", "3/4", "10,000-12,000", "fewer than 100", "more than", "at least", "up to", "27-hundred", "+44 20 7946 0000",
    "people", "soldiers", "the dead", "of whom", "including", "children", "others", "were killed", "wounded", "missing", "arrested",
    "were evacuated from", "The ministry of health said", "according to the Red Cross", "Ann Roe told Anka, citing police,", "she added",
    "\"We have", "\" he said", "in Ostra", "on Tuesday", "since March", "last week", "as of 3 June", ".", ",", ";", ":", "\n", "\n\n", "-", "—",
    "(", ")", "“", "”", "'", "\u00a0", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\ud800", "é", "e\u0301", "Ã©", "&amp;", "🙂", "ROE:", "U.S.", "Dr.",
]  # fmt: skip
texts = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(st.characters(), max_size=4)), max_size=30).map("".join),
)


def is_ordered(figure: Figure) -> bool:
    """low ≤ best ≤ high; "more than 600" is best 600 beside low 601, "fewer than 100" best 100 beside high 99."""
    if figure.bound in ("more_than", "less_than"):
        return figure.best is not None
    limits = [value for value in (figure.low, figure.best, figure.high) if value is not None]
    return bool(limits) and limits == sorted(limits)


def flat_spans(evidence: Any) -> list[tuple[int, int]]:
    return [tuple(s) for held in evidence.values() for s in (held if held and isinstance(held[0], list) else [held])]


def assert_sound(extraction: Extraction) -> None:
    text, row = extraction.report.text, json.loads(encode_json(extraction))
    SCHEMA.validate(row)
    places = [(f.start, f.end) for f in extraction.figures]
    assert places == sorted(set(places))
    for found in (*row["figures"], *row["problems"]):
        assert 0 <= found["start"] <= found["end"] <= len(text)
        assert text[found["start"] : found["end"]] == found["quote"]
    for figure in extraction.figures:
        assert figure.quote.strip()
        assert is_ordered(figure), figure
        assert all(0 <= a < b <= len(text) for a, b in flat_spans(figure.evidence))
        assert figure.part_of in {None, *(f.id for f in extraction.figures if f is not figure)}
    assert [f.id for f in extraction.figures] == [f"f{n}" for n in range(1, len(extraction.figures) + 1)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.sampled_from([None, "2026-06-03", "2026-06", "2026-22", "2026-06-03T10:00+09:00"]))
@example("\ud800 12 killed\x00", "2026")
@example("More than 600 and fewer than 100 people were killed.", None)
def test_the_laws_hold_for_any_text(text: str, published: str | None) -> None:
    extraction, fates = read_closely(text, published=published)
    assert_sound(extraction)
    assert encode_json(extraction) == encode_json(extract(text, published=published))
    if not any(p.kind in ("language", "empty") for p in extraction.problems):
        untold = [s for s in numeral_spans(extraction.report.text) if not any(f.start < s[1] and s[0] < f.end for f in fates)]  # fmt: skip
        assert untold == []


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=60))
def test_what_stands_around_a_report_is_any_text_too(title: str, outlet: str) -> None:
    assert_sound(extract(make_report("Gunmen killed 12 people.", title=title, outlet=outlet, published="2026-06-03")))


def test_a_lone_surrogate_in_any_field_is_encoded() -> None:
    names = ("id", "url", "outlet", "title", "input", "published")
    for name in names:
        row = json.loads(encode_json(extract(make_report("Gunmen killed 12 people.", **{name: "a\ud800b"}))))
        assert row[name] == "a\ufffdb"


def test_the_same_sentence_elsewhere_keeps_its_reading() -> None:
    sentence = "Gunmen killed 12 people in Ostra, police said."
    first, second = (extract(before + sentence).figures[0] for before in ("", "The sun shone.\n\n"))
    fields = ("quote", "low", "best", "high", "measure", "population", "place", "source")
    assert [getattr(first, name) for name in fields] == [getattr(second, name) for name in fields]


# --- facts, end to end -----------------------------------------------------------------------------------------------

CASES: list[tuple[str, list[dict[str, Any]]]] = [
    ("Gunmen killed 12 people in Ostra on Tuesday, police said.", [
        {"quote": "12", "low": 12, "best": 12, "high": 12, "bound": "exact", "unit": "people", "measure": "killed", "population": "people",
         "place": "Ostra", "event_time": "2026-06-02", "source": "police", "cue": "said", "aggregation": "incident", "polarity": "stated"}]),
    ("At least 600 soldiers were killed, the defence ministry said.", [
        {"quote": "At least 600", "low": 600, "best": 600, "high": None, "bound": "at_least", "population": "soldiers",
         "source": "defence ministry"}]),
    ("More than 200 people were injured in the fire.", [
        {"low": 201, "best": 200, "high": None, "bound": "more_than", "measure": "injured", "source": None}]),
    ("Fewer than 100 people were evacuated.", [{"low": None, "best": 100, "high": 99, "bound": "less_than", "measure": "evacuated"}]),
    ("Between 30 and 40 miners were trapped underground when a mine collapsed in Ostra.", [
        {"quote": "Between 30 and 40", "low": 30, "best": None, "high": 40, "bound": "range", "measure": "trapped", "population": "miners"}]),
    ("Dozens of people were arrested during the protest.", [
        {"quote": "Dozens", "low": 24, "best": None, "high": 99, "bound": "vague", "measure": "arrested"}]),
    ("Thousands of people protested in the capital.", [{"low": 2000, "high": 9999, "bound": "vague", "measure": "protested"}]),
    ("About 4,700 troops were deployed to the border.", [
        {"quote": "About 4,700", "low": 4700, "best": 4700, "high": 4700, "bound": "about", "measure": "deployed", "population": "troops"}]),
    ("Half a million people were displaced by the floods.", [{"quote": "Half a million", "best": 500_000, "measure": "displaced"}]),
    ("27-hundred people were evacuated from the coast.", [{"quote": "27-hundred", "best": 2700}]),
    ("Police arrested a man on Monday.", [
        {"quote": "a man", "best": 1, "measure": "arrested", "population": "man", "event_time": "2026-06-01", "source": None}]),
    ("The fire killed two people. Police arrested a man of 34 on Monday.", [
        {"quote": "two"}, {"quote": "a man", "best": 1, "population": "man"}]),
    ("The fire killed a 34-year-old man.", [{"quote": "a 34-year-old man", "best": 1, "measure": "killed"}]),
    ("The flood killed 12 people and injured 30.", [
        {"quote": "12", "measure": "killed"}, {"quote": "30", "measure": "injured", "population": "people"}]),
    ("12 people were killed and another 30 wounded.", [
        {"quote": "12", "measure": "killed"}, {"quote": "another 30", "measure": "injured", "aggregation": "additional"}]),
    ("Ten people died in the fire, three of them children, police said.", [
        {"quote": "Ten", "measure": "killed", "part_of": None},
        {"quote": "three", "measure": "killed", "aggregation": "subset", "part_of": "f1"}]),
    ("The death toll has risen to 48.", [{"quote": "48", "measure": "killed", "population": "people", "aggregation": "cumulative"}]),
    ("The army raised its estimate of the dead to 4,000 last month.", [
        {"quote": "4,000", "unit": "people", "measure": "killed", "population": "people"}]),
    ("The ministry increased its count of the wounded to 340 this week.", [{"unit": "people", "measure": "injured"}]),
    ("No one was hurt in the blast on Monday.", [{"quote": "No one", "best": 0, "unit": "people", "population": "people"}]),
    ("The attack claimed 12 lives.", [{"quote": "12", "unit": "people", "measure": "killed", "population": "people"}]),
    ("The government sent $4.7 million in aid.", [{"quote": "$4.7 million", "best": 4_700_000, "unit": "USD", "measure": "money"}]),
    ("The president plans to send 2,000 soldiers to the north.", [
        {"measure": "deployed", "polarity": "hypothetical", "modality": "planned"}]),
    ("Officials denied that 40 people had died.", [{"measure": "killed", "source": "Officials", "polarity": "denied"}]),
    ("According to the Red Cross, 75 people drowned.", [{"measure": "killed", "source": "Red Cross", "place": None}]),
    ("\"We buried 40 people,\" the mayor, Ana Ruiz, said.", [{"quote": "40", "source": "Ana Ruiz"}]),
    ("20 people were kidnapped, state television reported, citing the army.", [
        {"measure": "kidnapped", "source": "army", "relays": ("state television",)}]),
    ("15 fishermen were rescued by the coast guard.", [{"measure": "rescued", "population": "fishermen", "source": None}]),
    ("The army captured 17 rebels.", [{"measure": "captured", "population": "rebels"}]),
    ("Eight people have been charged with murder.", [{"measure": "charged"}]),
    ("The minister, 54, spoke for 20 minutes on 3 March.", []),
    ("The team won 3-1 on Saturday before 20,000 spectators.", []),
    ("The bridge is 300 metres long and opened in 1998.", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CASES, ids=[text[:60] for text, _ in CASES])
def test_facts_of_the_guidelines(text: str, wanted: list[dict[str, Any]]) -> None:
    figures = extract(text, published="2026-06-03").figures
    assert len(figures) == len(wanted)
    for figure, fields in zip(figures, wanted, strict=True):
        assert {name: getattr(figure, name) for name in fields} == fields


# --- bad input -------------------------------------------------------------------------------------------------------

REPORT = "Gunmen killed 12 people in Ostra on Tuesday, police said."


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """The command line in this process: arguments in, (exit status, output, errors) out."""

    def ran(*words: str, given: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tallyroom", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return int(left.value.code or 0), out, err

    return ran


def rows_of(out: str) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in out.splitlines()]
    for row in rows:
        SCHEMA.validate(row)
    return rows


def kinds(row: dict[str, Any]) -> set[str]:
    return {problem["kind"] for problem in row["problems"]}


LONG = {
    "one line of 50 MB": (REPORT + " " + "word " * 10_000_000, 1, {"limit"}),
    "a sentence of 80,000 words": (
        "Police said that 12 people were killed " + "and the rain fell on the town " * 11_430, 1, set(),
    ),
    "10,000 numbers in one sentence": ("Killed were " + ", ".join(map(str, range(10, 10_010))), None, set()),
    "1,000 figures in one sentence": (
        "Police said that " + ", ".join(f"{n} people were killed in Ostra" for n in range(10, 1_010)) + ".", 1_000, set(),
    ),
    "quotations nested deeply": ("“‘" * 20_000 + REPORT + "’”" * 20_000, None, set()),
    "brackets nested deeply": ("(" * 50_000 + REPORT + ")" * 50_000, None, set()),
    "a word of a million letters": (REPORT + " " + "a" * 1_000_000, 1, set()),
    "a number of a million digits": (REPORT + " " + "1" * 1_000_000, 1, set()),
    "a million dots": (REPORT + " " + "." * 1_000_000, 1, set()),
    "a million spaces": (" " * 1_000_000 + REPORT, 1, set()),
    "300,000 empty lines": ("\n" * 300_000 + REPORT, 1, set()),
    "ranges without an end": (REPORT + " " + "10-12-" * 3_000, 1, set()),
    "separators without an end": (REPORT + " " + "1," * 5_000, None, set()),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_and_deep_input_is_read_in_time(name: str, tmp_path: Path, run: Any) -> None:
    text, figures, told = LONG[name]
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    began = time.process_time()
    status, out, _ = run("extract", str(tmp_path / "a.txt"), "--published", "2026-06-03", "--no-text")
    assert status == 0
    assert time.process_time() - began < 30
    (row,) = rows_of(out)
    assert told <= kinds(row)
    assert figures is None or len(row["figures"]) == figures


def test_what_is_beyond_the_longest_report_is_told() -> None:
    found = extract("\n" * LONGEST_REPORT + REPORT)
    (problem,) = [p for p in found.problems if p.kind == "limit"]
    assert (problem.start, found.figures) == (LONGEST_REPORT, ())


def test_html_nested_deeply_is_read(tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.html").write_text(f"<html><body>{'<div>' * 20_000}<p>{REPORT}</p>{'</div>' * 20_000}</body></html>")
    status, out, _ = run("extract", str(tmp_path / "a.html"))
    assert status == 0
    assert [f["quote"] for f in rows_of(out)[0]["figures"]] == ["12"]


def test_json_lines_nested_deeply_are_told(tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.jsonl").write_text("[" * 200_000 + "\n" + json.dumps({"text": REPORT}) + "\n")
    status, out, err = run("extract", str(tmp_path / "a.jsonl"))
    assert (status, len(rows_of(out))) == (1, 1)
    assert "a.jsonl#1" in err


def test_broken_json_lines_are_told_by_number_and_the_rest_is_read(tmp_path: Path, run: Any) -> None:
    lines = [
        json.dumps({"id": "a", "text": REPORT}),
        "{",
        '{"id": "b"}',
        "",
        "[1]",
        json.dumps({"id": "c", "text": ""}),
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    status, out, err = run("extract", str(tmp_path / "a.jsonl"))
    assert status == 1
    assert [row["id"] for row in rows_of(out)] == ["a", "c"]
    assert [n for n in range(1, 7) if f"a.jsonl#{n}:" in err] == [2, 3, 5]


@pytest.mark.parametrize("door", ["read", "extract"])
def test_a_missing_file_and_an_empty_folder_are_told_and_the_rest_is_read(door: str, tmp_path: Path, run: Any) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text(REPORT)
    status, out, err = run(door, str(tmp_path / "none.txt"), str(tmp_path / "empty"), str(tmp_path / "a.txt"))
    assert status == 1
    assert "Ostra" in out
    assert [name for name in ("none.txt", "empty") if name not in err] == []


@pytest.mark.parametrize("data", [bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + b"\x00" * 500, b"\x7fELF" + bytes(99)])
def test_bytes_that_are_no_text_are_told(data: bytes, tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    status, out, err = run("extract", str(tmp_path / "a.txt"))
    assert (status, out) == (1, "")
    assert "a.txt" in err


def test_a_wrong_encoding_is_read_with_what_was_lost(tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.txt").write_bytes("Señor Peña y la niña: ".encode() + b"\xff" + REPORT.encode())
    status, out, _ = run("extract", str(tmp_path / "a.txt"))
    (row,) = rows_of(out)
    assert status == 0
    assert "mojibake" in kinds(row)
    assert [f["quote"] for f in row["figures"]] == ["12"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\ufeff"])
def test_an_empty_report_is_a_problem_of_the_news(text: str, tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    status, out, _ = run("extract", str(tmp_path / "a.txt"), "--published", "2026-06-03")
    (row,) = rows_of(out)
    assert (status, row["figures"], kinds(row)) == (0, [], {"empty"})


@pytest.mark.parametrize("given_date", ["soon", "2026-02-30", "2026-06-03T10:00", "03.06.2026"])
def test_a_date_that_is_none_is_wrong_usage_on_the_line_and_a_problem_in_an_input(
    given_date: str, tmp_path: Path, run: Any
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": REPORT, "published": given_date}))
    status, out, err = run("extract", "--published", given_date, str(tmp_path / "a.jsonl"))
    assert (status, out) == (2, "")
    assert given_date in err
    status, out, _ = run("extract", str(tmp_path / "a.jsonl"))
    (row,) = rows_of(out)
    assert (status, row["published"], row["figures"][0]["event_time"]) == (0, None, None)
    assert "undated" in kinds(row)


def test_lone_surrogates_and_nul_become_u_fffd_one_for_one(tmp_path: Path, run: Any) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "A\\ud800B\\u0000C. Gunmen killed 12 people.", "title": "x\\udfff"}')
    status, out, _ = run("extract", str(tmp_path / "a.jsonl"))
    (row,) = rows_of(out)
    assert status == 0
    assert row["text"] == "A\ufffdB\ufffdC. Gunmen killed 12 people."
    assert "mojibake" in kinds(row)


HOSTILE = ["\x1b[31m", "\x1b]0;owned\x07", "\x9b31m", "\x08", "\u202e", "\u200f", "\r"]


@pytest.mark.parametrize("sign", HOSTILE)
def test_signs_that_steer_a_terminal_are_neutralised_wherever_they_stand(sign: str, tmp_path: Path, run: Any) -> None:
    row = {
        "id": f"id{sign}", "title": f"A title{sign}", "outlet": f"Post{sign}", "url": f"https://example.org/{sign}", "published": "2026-06-03",
        "text": f"{sign} Gunmen killed 12 {sign}soldiers in O{sign}stra, Gen. Ann{sign} Roe said. Then 4,7{sign}OO{sign} fled{sign}.",
    }  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    status, out, err = run("read", "--explain", "--width", "120", str(tmp_path / "a.jsonl"))
    assert status == 0
    assert [c for c in sign if c in out + err and (c < " " or c > "~")] == []


def test_faults_are_told_without_signs_that_steer_a_terminal(run: Any) -> None:
    status, _, err = run("read", "no\x1b]0;owned\x07file")
    assert status == 1
    assert "\x1b" not in err
    assert "\x07" not in err


def test_another_language_gives_no_figures_and_says_so(run: Any) -> None:
    text = "Bei dem Unfall sind am Dienstag nach Angaben der Polizei zwölf Menschen getötet und 30 verletzt worden."
    status, out, _ = run("extract", "-", given=text.encode())
    (row,) = rows_of(out)
    assert (status, row["figures"], row["language"]) == (0, [], "de")
    assert "language" in kinds(row)


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        (
            "The blaze killed three people and injured sixteen others, including five children.",
            "five",
            "sixteen others",
        ),
        (
            "At least 31 people died, raising an earlier toll of 26. The dead include nine children.",
            "nine",
            "At least 31",
        ),
        ("The director denied that 200 people had been hurt. Of the injured, 43 were women.", "43", None),
    ],
)
def test_a_part_belongs_to_the_figure_that_can_hold_it(text: str, part: str, whole: str | None) -> None:
    figures = extract(text, published="2025-03-06").figures
    quotes = {figure.id: figure.quote for figure in figures}
    (found,) = [figure for figure in figures if figure.quote == part]
    assert quotes.get(found.part_of or "") == whole


def test_what_else_a_field_may_be_is_told_with_how_sure_it_is() -> None:
    text = (
        "A quake shook Orle on Tuesday and brought down a school in Kule. On Thursday 12 people were found dead in Orle,"
        " and rescuers in Kule said 30 were missing."
    )
    figures = extract(text, published="2025-03-07").figures
    told = {name for figure in figures for name in figure.rivals}
    assert told & {"event_time", "place"}
    for figure in figures:
        for name, rivals in figure.rivals.items():
            assert all(0.1 <= rival.confidence <= 1 for rival in rivals)
            assert [r.confidence for r in rivals] == sorted((r.confidence for r in rivals), reverse=True)
            assert getattr(figure, name) not in {rival.value for rival in rivals}


def test_a_phrase_that_stands_twice_by_mistake_is_read_both_times() -> None:
    text = "The ministry said 43 of the survivors were being treated, including 10 with burns, including 10 with burns."
    figures = [f for f in extract(text, published="2025-03-06").figures if f.quote == "10"]
    assert [f.repeat for f in figures] == [False, True]
    assert len({f.measure for f in figures}) == 1
