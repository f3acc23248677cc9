"""Pages of several hours: an update on top of an earlier story, live pages, and what stands behind in their older parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from series_makers import problems, report, told
from tallyroom.series.pages import older_parts

TOP, BELOW = "At least 146 died in Vorrento, the ministry said.", "At least 120 died there, the fire chief said."


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"{TOP}\nEARLIER VERSION OF THIS STORY: {BELOW}", 1),
        (f"{TOP}\n[Earlier story, published at 7:03 p.m. ET]\n{BELOW}", 1),
        (f"UPDATE, 9:40 p.m.: {TOP}\nThe road is shut.\nEARLIER: {BELOW}", 1),
        (f"[Updated at 11.40 p.m. IST] {TOP}\n\n{BELOW}", 1),
        (f"11:25 {'GMT'} {TOP}\n09:40 GMT – {BELOW}\n08:05 GMT – Good morning.", 2),
        (f"9:05 a.m. {TOP}\n11:25 a.m. {BELOW}", 0),  # oldest first
        (f"12:10 p.m. {TOP}\n11:25 a.m. {BELOW}", 1),
        (f"{TOP}\nEarlier, the mayor had said: {BELOW}", 0),
        (f"{TOP}\nEarlier this week the mayor spoke of fewer.\n{BELOW}", 0),
        (f"{TOP}\n{BELOW}", 0),
        (f"UPDATE: {TOP}", 0),
        (f"Updated at 9:40 p.m.: {TOP}\n{BELOW}", 1),
        (f"UPDATE 2-{TOP}\n{BELOW}", 0),
        (f"Updated figures: {TOP}\n{BELOW}", 0),
        (f"{TOP}\nEarlier updates gave no toll.\n{BELOW}", 0),
        (f"{TOP}\nEarlier-than-usual rains came.\n{BELOW}", 0),
        (f"{TOP}\n10.30 was the hour of the quake.\n9.50 per cent of homes fell.", 0),
        ("", 0),
    ],
)
def test_older_parts_are_told_by_the_page_itself(text: str, parts: int) -> None:
    assert len(older_parts(text)) == parts


@given(st.text(alphabet="EARLIUPDT:[]() 0123456789.apm\n", max_size=300))
def test_parts_begin_in_order_within_the_page(text: str) -> None:
    found = older_parts(text)
    assert list(found) == sorted(set(found))
    assert all(0 <= start < len(text) for start in found)


@pytest.mark.parametrize(("mark", "stale"), [("EARLIER: ", 1), ("", 0)])
def test_a_lower_total_of_another_voice_in_an_older_part_is_left_behind(mark: str, stale: int) -> None:
    held = report("a", "2031-05-03", text=f"{TOP}\n{mark}{BELOW}", title="Flood in Vorrento")
    rows = (
        told(held, 146, "Interior Ministry of Italy", 1, bound="at_least"),
        told(held, 120, "the Red Cross", 2, bound="at_least"),
    )
    found = problems(*rows, kind="stale")
    assert len(found) == stale
    assert all(len(one.claim_ids) == 2 for one in found)
