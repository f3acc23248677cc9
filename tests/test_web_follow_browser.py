"""A series in a browser: from a dot of the chart to its words, an origin joined and split again, hostile names, access."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallyroom.ledger import Ledger
from web_browser_pages import HOSTILE, chromium, named, overflow, serious_faults, window
from web_reports import fire_report
from web_server import serving

pytestmark = pytest.mark.browser
THEMES = [("light", "wide"), pytest.param(("dark", "narrow"), marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as found:
        yield found


@pytest.fixture(params=THEMES, ids=str)
def page(request: pytest.FixtureRequest, browser: Any, tmp_path: Path) -> Iterator[Any]:
    ledger = tmp_path / "follow.db"
    with Ledger.open(ledger) as held:
        for extraction in (
            fire_report(1, 11, "coast guard"),
            fire_report(2, 14, "coast guard"),
            fire_report(3, 30, f"hospital {HOSTILE}"),
        ):
            held.add(extraction)
    with serving(ledger) as served, window(browser, served.address, *request.param) as page:
        named(page)
        yield page


def test_follow_a_series_join_and_take_back(page: Any) -> None:
    faults: list[str] = []
    page.goto("/series?measure=killed")
    faults += serious_faults(page)
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/series/killed*")
    faults += serious_faults(page)
    assert overflow(page) <= 0
    assert "owned" not in page.title()
    assert page.locator("main img, main script").count() == 0
    page.locator(".chart a").nth(1).click()
    assert "killed 14 people in Lorne" in page.locator(".points li:target").inner_text()
    page.get_by_role("button", name="are the same").click()
    page.wait_for_selector("text=said same")
    assert "1 independent origin;" in page.locator(".head .count").inner_text()
    page.get_by_role("button", name="Take back").click()
    page.wait_for_selector("text=2 independent origins")
    page.goto("/sources")
    faults += serious_faults(page)
    page.locator("main tbody a", has_text="coast guard").first.click()
    page.wait_for_url("**/sources/*")
    assert "11 (2025-03-01) → 14 (2025-03-02)" in page.locator("main").inner_text()
    faults += serious_faults(page)
    assert overflow(page) <= 0
    assert faults == []


def test_export_save_and_print_by_keys_alone(page: Any) -> None:
    def reach(words: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.textContent.trim()") == words:
                return
        raise AssertionError(f"no way by keys to {words}")

    page.goto("/figures")
    with page.expect_download() as table:
        reach("CSV")
        page.keyboard.press("Enter")
    assert "coast guard" in Path(table.value.path()).read_text(encoding="utf-8-sig")
    page.goto("/brief")
    with page.expect_download() as brief:
        reach("HTML")
        page.keyboard.press("Enter")
    assert "<html" in Path(brief.value.path()).read_text(encoding="utf-8")
    page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
    reach("Print")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.title === 'printed'")
