"""Briefs, charts and the commands: what is shown leads back to its words, and a report cannot break the page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from series_makers import claim, report
from tallyroom import brief as briefs
from tallyroom import charts
from tallyroom.cli import tallyroom
from tallyroom.series import build_series
from tallyroom.series.check import check_claims
from tallyroom.series.terminal import plain, show_lines, value_words

MINISTRY = "Interior Ministry of Italy"
TEXT = "At least 31 people died in Port Almeda, the ministry said.\nThe bridge is <b>closed</b>.\n"


def flood(id: str, published: str, **fields: Any) -> Any:
    return report(id, published, **{"title": "Flood in Port Almeda", **fields})


def story() -> list[Any]:
    quote = "At least 31"
    held = flood("c", "2031-05-06", text=TEXT, outlet="<script>alert(1)</script> Post", url="https://post.example/31")
    return [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-03"), 1, 44, source="Red Cross", said_at="2031-05-03", bound="about"),
        claim(
            held,
            1,
            31,
            bound="at_least",
            source=MINISTRY,
            relays=("Marta Rossi",),
            said_at="2031-05-06",
            quote=quote,
            start=0,
        ),
    ]


def made() -> briefs.Brief:
    claims = story()
    return briefs.make_brief(build_series(claims), claims, title="The flood & after")


def test_every_point_leads_to_its_words() -> None:
    found = made()
    numbers = {number for part in found.parts for line in part.lines for number in line.notes}
    assert numbers == {note.number for note in found.notes}
    note = next(note for note in found.notes if note.report_id == "c")
    assert note.quote == "At least 31"
    assert note.chain[:2] == (MINISTRY, "Marta Rossi")


def test_disagreement_and_definitions_are_told() -> None:
    found = made()
    assert [problem.kind for problem in found.disagreements] == ["contradiction"]
    assert found.definitions[0][0] == "killed"


def test_html_is_one_safe_file() -> None:
    html = briefs.as_html(made())
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "The flood &amp; after" in html
    assert not re.search(r"""(?:src|href)=["'](?!data:|#|https://post\.example)""", html)
    assert set(re.findall(r'href="#(n\d+)"', html)) <= set(re.findall(r'id="(n\d+)"', html))


def test_a_script_address_is_no_link() -> None:
    claims = [claim(flood("a", "2031-05-03", url="javascript:alert(1)", text=TEXT), 1, 31, source=MINISTRY)]
    found = briefs.make_brief(build_series(claims), claims)
    assert "javascript:" not in briefs.as_html(found)
    assert "javascript:" not in briefs.as_markdown(found)


def test_without_the_extra_a_table_stands_in_the_charts_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "is_there", lambda: False)
    html = briefs.as_html(made())
    assert "tallyroom[brief]" in html
    assert "<table>" in html


def test_markdown_has_a_footnote_for_every_mark() -> None:
    text = briefs.as_markdown(made())
    marks = set(re.findall(r"\[\^(\d+)\](?!:)", text))
    assert marks == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))
    assert "<script>" not in text


def test_terminal_brief_holds_the_numbers() -> None:
    text = briefs.as_terminal(made())
    assert "at least 31" in text
    assert "What is not known" in text


def test_pdf_is_written() -> None:
    pytest.importorskip("weasyprint")
    assert briefs.as_pdf(made()).startswith(b"%PDF")


@pytest.mark.parametrize("to", ["#w-1", "/figures/abc", "https://news.example/a"])
def test_links_of_a_chart_lead_where_they_were_told_to(to: str) -> None:
    series = build_series(story())[0]
    drawn = charts.svg(series, links={claim: to for point in series.points for claim in point.claim_ids})
    assert set(re.findall(r'href="([^"]*)"', drawn)) == {to}
    assert "page.invalid" not in drawn
    assert "vega.github" not in drawn


def test_chart_folds_copies_and_keeps_bounds() -> None:
    series = build_series(story())[0]
    rows = charts.spec(series)["data"]["values"]
    assert len(rows) == len(series.points)
    assert [row["open"] for row in rows if row["words"].startswith("at least")] == ["▲"]


def test_chart_is_the_same_twice() -> None:
    pytest.importorskip("vl_convert")
    series = build_series(story())[0]
    assert charts.svg(series) == charts.svg(series)
    assert charts.png(series).startswith(b"\x89PNG")


def test_control_characters_never_reach_the_terminal() -> None:
    assert plain("a\x1b[31mred\u202e") == "a�[31mred�"
    lines = show_lines(build_series([claim(flood("a", "2031-05-03"), 1, 12, source="x\x1b]0;y")])[0])
    assert "\x1b" not in "\n".join(lines)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((600, 600, None, "at_least"), "at least 600"),
        ((601, 600, None, "more_than"), "more than 600"),
        ((None, 50, 50, "at_most"), "at most 50"),
        ((10000, None, 12000, "range"), "10,000 to 12,000"),
        ((300, 300, 300, "about"), "about 300"),
        ((200, None, 999, "vague"), "200 to 999"),
    ],
)
def test_values_in_words(value: tuple[Any, ...], words: str) -> None:
    assert value_words(*value) == words


def verdict(value: int, published: str, **fields: Any) -> str:
    known = [
        claim(flood("a", "2031-05-03"), 1, 12, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-06"), 1, 31, source=MINISTRY, said_at="2031-05-06"),
        claim(flood("d", "2031-05-06"), 1, 900, "killed_or_injured", source=MINISTRY, said_at="2031-05-06"),
    ]
    new = claim(flood("new", published), 1, value, **{"source": MINISTRY, "said_at": published, **fields})
    (check,) = check_claims([new], known)
    return check.verdict


def test_check_tells_same_older_newer_contradicted_drifted_unknown() -> None:
    assert verdict(31, "2031-05-06") == "same"
    assert verdict(12, "2031-05-03") == "older"
    assert verdict(40, "2031-05-08") == "newer"
    assert verdict(20, "2031-05-08") == "contradicts"
    assert verdict(900, "2031-05-06") == "drifted"
    assert verdict(7, "2031-05-06", measure="arrested") == "unknown"


def lines_file(tmp_path: Path) -> Path:
    rows = []
    for name, day, value in (("a", "2031-05-03", 12), ("b", "2031-05-05", 31)):
        text = f"{value} people died in Port Almeda, the Interior Ministry of Italy said."
        figure = {
            "id": "f1", "quote": str(value), "start": 0, "end": 2, "low": value, "best": value, "high": value, "measure": "killed",
            "population": "people", "place": "Port Almeda", "source": MINISTRY, "said_at": day, "aggregation": "cumulative",
        }  # fmt: skip
        rows.append(
            {
                "id": name,
                "published": day,
                "title": "Flood",
                "outlet": f"Outlet {name}",
                "text": text,
                "figures": [figure],
            }
        )
    path = tmp_path / "figures.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_command_series_lists_and_shows(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    listed = CliRunner().invoke(tallyroom, ["series", "--from", str(path)])
    assert listed.exit_code == 0, listed.output
    series_id = listed.output.splitlines()[1].split()[0]
    shown = CliRunner().invoke(tallyroom, ["series", series_id, "--from", str(path), "--estimate"])
    assert "+19 revision" in shown.output
    assert "low 31, best 31, high 31" in shown.output


def test_command_series_json_has_every_key(tmp_path: Path) -> None:
    shown = CliRunner().invoke(tallyroom, ["series", "--from", str(lines_file(tmp_path)), "--format", "json"])
    (row,) = json.loads(shown.output)
    assert set(row) == {
        "series_id", "measure", "population", "place", "event", "unit", "kind", "points", "derived", "origins", "independent_origins",
        "problems", "estimate",
    }  # fmt: skip
    assert set(row["points"][0]) == {
        "said_at", "as_of", "low", "best", "high", "bound", "source_id", "origin", "claim_ids", "report_ids", "relation",
    }  # fmt: skip
    assert row["estimate"]["best"] == 31


def test_command_brief_writes_a_file(tmp_path: Path) -> None:
    out = tmp_path / "brief.html"
    ran = CliRunner().invoke(tallyroom, ["brief", "--from", str(lines_file(tmp_path)), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert "Port Almeda" in out.read_text(encoding="utf-8")


def test_command_check_holds_figures_against_figures(tmp_path: Path) -> None:
    path = lines_file(tmp_path)
    ran = CliRunner().invoke(tallyroom, ["check", str(path), "--figures", "--against", str(path), "--format", "json"])
    assert ran.exit_code == 0, ran.output
    assert len(json.loads(ran.output)) == 2


def test_every_number_of_a_brief_leads_to_a_footnote() -> None:
    rows = [
        claim(report("a", "2031-05-03", text="12 dead, the ministry said."), 1, 12, source="the ministry", said_at="2031-05-03", start=0),
        claim(report("b", "2031-05-04", text="9 dead, the ministry said."), 1, 9, source="the ministry", said_at="2031-05-04", start=0),
    ]  # fmt: skip
    made = briefs.make_brief(build_series(rows), rows)
    (part,) = made.parts
    (fall,) = made.disagreements
    assert fall.kind == "falling_total"
    numbers = {note.quote: note.number for note in made.notes}
    assert set(fall.notes) == set(numbers.values())
    assert part.summary_notes == (numbers["12"], numbers["9"])
    assert part.estimate_notes == (numbers["9"],)
    assert f"[^{numbers['9']}]" in next(line for line in briefs.as_markdown(made).splitlines() if "falls" in line)
    assert f'href="#n{numbers["9"]}"' in next(line for line in briefs.as_html(made).splitlines() if "falls" in line)
