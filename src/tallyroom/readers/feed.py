"""RSS and Atom: one report an entry, its full content or else its summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Report, make_report
from tallyroom.readers.html import running_text

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin


def read_feed(data: bytes, origin: Origin) -> Iterator[Report | InputError]:
    """The entries of a feed; a damaged feed is told beside the entries that could be read."""
    import feedparser

    feed = feedparser.parse(data, sanitize_html=True, resolve_relative_uris=False)
    outlet = feed.feed.get("title") or None
    for number, entry in enumerate(feed.entries, 1):
        contents = [c.get("value", "") for c in entry.get("content", [])] or [entry.get("summary", "")]
        text = running_text("\n".join(contents))
        moment = entry.get("published_parsed") or entry.get("updated_parsed")
        published = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6]) if moment else origin.published
        yield make_report(
            text, input=f"{origin.name}#{number}", url=entry.get("link") or None, title=entry.get("title") or None,
            outlet=outlet, published=published, language=language_of(text), retrieved_at=origin.retrieved_at,
        )  # fmt: skip
    if feed.bozo:
        yield InputError(origin.name, f"the feed is damaged ({feed.bozo_exception}); some entries may be missing")
    elif not feed.entries:
        yield InputError(origin.name, "is a feed without entries")
