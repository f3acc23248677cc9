"""How much a reader takes before it stops and says so. One report of news is far smaller than any of these."""

from __future__ import annotations

MEGABYTE = 1_000_000
#: A text, a page, a message, a PDF: read whole, so bounded.
MAX_REPORT_BYTES = 64 * MEGABYTE
#: One line of JSON Lines.
MAX_LINE_BYTES = 50 * MEGABYTE
#: One HTTP response.
MAX_FETCH_BYTES = 20 * MEGABYTE
#: One record of a web archive.
MAX_RECORD_BYTES = 20 * MEGABYTE
#: What a ZIP may hold, unpacked, and how many times smaller than that it may be.
MAX_ZIP_BYTES = 2_000 * MEGABYTE
MAX_ZIP_MEMBERS = 100_000
MAX_ZIP_RATIO = 200
#: Elements nested deeper than this are read as running text.
MAX_HTML_DEPTH = 150


def megabytes(count: int) -> str:
    """A byte count as people say it."""
    return f"{count / MEGABYTE:.0f} MB"
