"""From the address to the ledger's one query object and back: every view is a link."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from fastapi import Request

from tallyroom.errors import UsageError
from tallyroom.ledger import Query
from tallyroom.ledger.query import RELATIONS
from tallyroom.model import MEASURES, PROBLEM_KINDS
from tallyroom.web.pages import sees_confidential

#: What an address may say, beside `ascending`: every field of the query but these, which the page decides.
_OWN = ("confidential", "descending")
FILTERS = tuple(name for name in Query.__struct_fields__ if name not in _OWN)
#: Filters that shape the page and not what is on it.
SHAPE = ("sort", "ascending", "limit", "after")
MOST_ROWS = 1000
LONGEST_VALUE = 500

_REVIEWS = ("unreviewed", "accepted", "corrected", "rejected", "added", "disputed", "all")
#: Filters with a closed list of values.
CHOICES: dict[str, tuple[str, ...]] = {
    "measure": MEASURES, "review": _REVIEWS, "kind": PROBLEM_KINDS, "relation": RELATIONS,
    "status": ("civilian", "combatant", "unknown"), "age": ("child", "adult", "elderly"), "sex": ("female", "male"),
}  # fmt: skip


class Field(NamedTuple):
    """A filter as a form shows it."""

    name: str
    label: str
    value: str
    choices: tuple[str, ...] = ()
    placeholder: str = ""
    #: What a choice says where nothing is chosen.
    blank: str = "any"


class Chip(NamedTuple):
    """A filter that is set, and the address of the same view without it."""

    label: str
    value: str
    href: str


class Asked:
    """What an address asks: the query, and the addresses of views beside it."""

    def __init__(
        self, request: Request, *, limit: int = 50, given: Mapping[str, str] | None = None, own: Collection[str] = ()
    ) -> None:
        """`given` stands for what the address says, where something else says it; `own` names what the page itself means."""
        self.path = request.url.path
        said = {name: value.strip() for name, value in (request.query_params if given is None else given).items()}
        #: Only what an address may say and says; an empty field of a form says nothing.
        self.given = {name: said[name] for name in (*FILTERS, "ascending") if name not in own and said.get(name)}
        self.query = query_of(self.given, confidential=sees_confidential(request), limit=limit)

    @property
    def filters(self) -> dict[str, str]:
        """What decides the rows, without sort and page."""
        return {name: value for name, value in self.given.items() if name not in SHAPE}

    def href(self, path: str | None = None, **changes: str | None) -> str:
        """The address of a view beside this one; a change to None leaves the filter out."""
        values = {**self.given, "after": None, **changes}
        return address(path or self.path, {name: value for name, value in values.items() if value})

    def chips(self, here: Mapping[str, str] = {}) -> list[Chip]:
        """The filters that are set; `here` is what the address holds beside them."""
        return [Chip(label(name), value, self.href(**here, **{name: None})) for name, value in self.filters.items()]

    def clear(self, here: Mapping[str, str] = {}) -> str:
        """The address without filters."""
        return address(self.path, here)

    def fields(self, names: Iterable[str]) -> list[Field]:
        """Filters for a form."""
        return [
            Field(name, label(name), self.given.get(name, ""), CHOICES.get(name, ()), _HINTS.get(name, ""))
            for name in names
        ]

    @property
    def moment(self) -> str:
        """What leads on to other pages at the same moment of the ledger; empty for now."""
        return address("", {"known_at": self.given["known_at"]}) if "known_at" in self.given else ""

    @property
    def plain(self) -> dict[str, None]:
        """What shapes the page, left out: `asked.href(path, **asked.plain)`."""
        return dict.fromkeys((*SHAPE, "kind"))

    def form(
        self, first: Iterable[str], more: Iterable[str] = (), pairs: Iterable[Iterable[str]] = ()
    ) -> dict[str, list[Any]]:  # fmt: skip
        """The filters of a page: those that stand open, those one click away, and pairs that share a cell."""
        shown: dict[str, list[Any]] = {"first": self.fields(first), "more": self.fields(more)}
        return {**shown, "pairs": [self.fields(pair) for pair in pairs]}

    def sort_href(self, column: str) -> str:
        """The address of the same rows sorted by a column; the other way round where they are already."""
        now = self.given.get("sort", "published") == column
        flip = "1" if now and "ascending" not in self.given else None
        return self.href(sort=column, ascending=flip)

    def sort_state(self, column: str) -> str:
        """Of `aria-sort`: ascending, descending, or empty."""
        if self.given.get("sort", "published") != column:
            return ""
        return "ascending" if "ascending" in self.given else "descending"

    def without_page(self) -> Query:
        """The query for all rows, as exports take them."""
        return msgspec.structs.replace(self.query, limit=None, after=None)


_HINTS = {
    "text": "words in title or text", "published_from": "2025-03", "published_to": "2025-03-31",
    "happened_from": "2025-03", "happened_to": "2025-03-31", "said_from": "2025-03", "said_to": "2025-03-31",
    "known_at": "2025-03-04T12:00Z", "as_of": "2025-03-04", "claim": "the first digits of its id",
    "source_kind": "government", "source_country": "kr", "side": "kp, hamas", "country": "ru", "admin1": "ru-41",
}  # fmt: skip
_LABELS = {
    "text": "Full text", "kind": "Kind of problem", "known_at": "As the ledger knew it at", "as_of": "Speaking of, up to",
    "claim": "Figure", "source_kind": "Kind of source", "source_country": "Country of the source",
    "relation": "Source speaks of", "side": "Side of those counted", "status": "Status of those counted",
    "age": "Age of those counted", "sex": "Sex of those counted", "country": "Country where", "admin1": "Division where", "all_versions": "Older versions too", "value_from": "Value from", "value_to": "Value to",
}  # fmt: skip


def label(name: str) -> str:
    """The words for a filter."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def query_of(given: Mapping[str, str], *, confidential: bool, limit: int = 50) -> Query:
    """The query that some words mean; raises `UsageError` where they cannot be meant."""
    for name, value in given.items():
        if len(value) > LONGEST_VALUE or "\x00" in value:
            raise UsageError(f"{label(name)}: too long, or no text")
    values: dict[str, Any] = {name: value for name, value in given.items() if name in FILTERS}
    try:
        query = msgspec.convert({"limit": limit, **values}, Query, strict=False)
    except msgspec.ValidationError as fault:
        raise UsageError(f"that filter does not fit: {fault}") from None
    if query.limit is None or not 1 <= query.limit <= MOST_ROWS:
        raise UsageError(f"a page holds 1 to {MOST_ROWS} rows")
    for number in (query.value_from, query.value_to):
        if number is not None and not abs(number) < 1e300:
            raise UsageError("a value is a number")
    descending = given.get("ascending", "").lower() in ("", "0", "false", "no")
    return msgspec.structs.replace(query, confidential=confidential, descending=descending).checked()


def address(path: str, values: Mapping[str, str]) -> str:
    """A path with its query."""
    return f"{path}?{urlencode(values)}" if values else path
