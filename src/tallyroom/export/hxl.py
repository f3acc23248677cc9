"""HXL: a table whose second row holds hashtags (Humanitarian Exchange Language), for the tools of aid organisations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO

from tallyroom.edtf import bounds
from tallyroom.export.rows import Row
from tallyroom.export.tables import write_csv_rows
from tallyroom.resolve.nations import countries

#: Measures that HXL has a tag for; all others go to #indicator.
_TAGGED = {
    "killed": "killed",
    "injured": "injured",
    "missing": "missing",
    "infected": "infected",
    "displaced": "displaced",
}
_PLAIN: tuple[tuple[str, str], ...] = (
    ("Reported", "#date+reported"),
    ("From", "#date+start"),
    ("To", "#date+end"),
    ("Country code", "#country+code"),
    ("Country", "#country+name"),
    ("Place", "#loc+name"),
    ("Latitude", "#geo+lat"),
    ("Longitude", "#geo+lon"),
    ("Source", "#org+name"),
    ("Population", "#description+population"),
    ("Outlet", "#meta+source"),
    ("Address", "#meta+url"),
    ("Words", "#description"),
    ("Claim", "#meta+id"),
    ("Indicator", "#indicator+name"),
    ("Value", "#indicator+num"),
    ("Least", "#indicator+num+min"),
    ("Most", "#indicator+num+max"),
    ("Currency", "#currency"),
)
_AFFECTED = tuple(
    (f"{measure.capitalize()}{title}", f"#affected+{tag}{ending}")
    for measure, tag in _TAGGED.items()
    for title, ending in (("", ""), (" (least)", "+min"), (" (most)", "+max"))
)
HXL_COLUMNS = _PLAIN + _AFFECTED


def write_hxl(rows: Iterable[Row], out: TextIO, *, raw: bool = False) -> int:
    """Write claim rows as HXL CSV; returns how many. A figure not asserted stands as an indicator, not as affected."""
    tags = [tag for _, tag in HXL_COLUMNS]

    def lines() -> Iterable[list[Any]]:
        yield list(tags)
        for row in rows:
            cells = _cells(row)
            yield [cells.get(tag) for tag in tags]

    return write_csv_rows([title for title, _ in HXL_COLUMNS], lines(), out, raw=raw) - 1


def _cells(row: Row) -> dict[str, Any]:
    country = countries().get(row.get("place_country") or "")
    first, last = _days(row.get("event_time"))
    reported = _days(str(row.get("published") or "")[:10])
    cells: dict[str, Any] = {
        "#date+reported": reported[0] if reported[0] == reported[1] else None,
        "#date+start": first,
        "#date+end": last,
        "#country+code": country.code.upper() if country else None,
        "#country+name": country.name if country else None,
        "#loc+name": _single(row.get("place")),
        "#geo+lat": row.get("latitude"),
        "#geo+lon": row.get("longitude"),
        "#org+name": _single(row.get("source_name")),
        "#description+population": _single(row.get("population")),
        "#meta+source": _single(row.get("outlet")),
        "#meta+url": row.get("url"),
        "#description": row.get("quote"),
        "#meta+id": row.get("claim_id"),
    }
    measure = str(row.get("measure"))
    asserted = row.get("polarity") == "stated" and row.get("modality") == "asserted"
    if measure in _TAGGED and asserted and row.get("unit") == "people":
        stem = f"#affected+{_TAGGED[measure]}"
    else:
        stem = "#indicator+num"
        cells["#indicator+name"] = measure if asserted else f"{measure} ({_standing(row)})"
        if measure == "money":
            cells["#currency"] = row.get("unit")
    cells.update({stem: row.get("best"), f"{stem}+min": row.get("low"), f"{stem}+max": row.get("high")})
    return cells


def _single(words: str | None) -> str | None:
    """Words without spaces around or doubled, which HXL's tools complain of; the quote stays as it is."""
    return " ".join(words.split()) if words else None


def _standing(row: Row) -> str:
    return str(row.get("polarity") if row.get("polarity") != "stated" else row.get("modality"))


def _days(edtf: str | None) -> tuple[str | None, str | None]:
    """First and last day of an EDTF value as full dates: HXL knows no partial ones; an open end stays empty."""
    found = bounds(edtf) if edtf else None
    if not found:
        return None, None
    return (found[0].isoformat() if found[0] else None, found[1].isoformat() if found[1] else None)
