"""The how-to of series is true: its files are written, its commands are run, one after the other."""

from __future__ import annotations

import re
from pathlib import Path

from walkthrough import walked


def test_the_howto_runs_from_six_reports_to_a_brief(tmp_path: Path) -> None:
    listed, one, compared, unsure, judged, checked, _ = walked("series-howto.md", tmp_path)
    assert listed.count("Ain Selma") == 3
    assert "4 independent origins" in one
    assert "2 reports: wire-1, courier-1" in one
    assert "-14 correction" in one
    assert "low 104, best none, high open" in one
    assert "majority" in compared
    assert "rests on" in compared.rstrip().splitlines()[-1]
    assert (
        compared.rstrip()
        .splitlines()[-2]
        .endswith("low 131, best 131, high 131 (hierarchy, interval, as of 2027-11-16, 1 claim)")
    )
    assert "tallyroom judge same origin" in unsure
    assert re.search(r"killed: people, Ain Selma +cumulative +8 +3 ", judged)
    assert re.search(r"^older +At least 118", checked, re.MULTILINE)
    assert re.search(r"^contradicts +140", checked, re.MULTILINE)
    page = (tmp_path / "dam.html").read_text(encoding="utf-8")
    assert "The Merah dam" in page
    assert "more than 200" in page
    assert "](http" not in (tmp_path / "dam.md").read_text(encoding="utf-8")
