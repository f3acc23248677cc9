"""Chromium for the pages: a page in a theme and size, with everything that its console says; access; hostile words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CHROMIUM = "/usr/bin/chromium"
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 360, "height": 740}}
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \u202eevil"


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield found
        finally:
            found.close()


@contextmanager
def window(
    browser: Any, address: str, scheme: str = "light", size: str = "wide", *, quiet: bool = True
) -> Iterator[Any]:
    """A page of its own; with `quiet` its console must have said nothing."""
    told: list[str] = []
    context = browser.new_context(color_scheme=scheme, viewport=SIZES[size], base_url=address)
    page = context.new_page()
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: told.append(str(fault)))
    try:
        yield page
    finally:
        context.close()
    assert not quiet or told == [], told


def named(page: Any, name: str = "Ana") -> None:
    """Say who decides."""
    page.goto("/who?to=/")
    page.fill("#name", name)
    page.click("main button.main")
    page.wait_for_url("**/")


def serious_faults(page: Any) -> list[str]:
    """What axe-core finds serious on a page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"][:3]
    ]


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))
