"""JSON-LD: claims in the words of schema.org, PROV-O and Web Annotation, with the context inline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TextIO
from urllib.parse import quote as percent

import msgspec

from tallyroom.export.rows import Row

CONTEXT: dict[str, Any] = {
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_PERSONS = frozenset({"named person", "witness"})


def write_jsonld(rows: Iterable[Row], out: TextIO) -> int:
    """Write claim rows as one JSON-LD document, claim by claim; returns how many.

    The origin is `prov:hadPrimarySource`; the chain of `prov:wasQuotedFrom` is through whom it came.
    """
    out.write('{"@context":' + _json(CONTEXT) + ',"@graph":[')
    count = 0
    for count, row in enumerate(rows, start=1):
        out.write((",\n" if count > 1 else "\n") + _json(claim_node(row)))
    out.write("\n]}\n")
    return count


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def claim_node(row: Row) -> dict[str, Any]:
    """A claim as a node of the graph."""
    name = f"urn:tallyroom:claim:{_safe(row['claim_id'])}"
    node: dict[str, Any] = {
        "@id": name,
        "@type": ["schema:Claim", "prov:Entity"],
        "schema:text": row["quote"],
        "schema:about": _without_none(
            {
                "@type": "schema:QuantitativeValue",
                "schema:value": row.get("best"),
                "schema:minValue": row.get("low"),
                "schema:maxValue": row.get("high"),
                "schema:unitText": row.get("unit"),
                "schema:name": row.get("measure"),
                "schema:description": row.get("population"),
            }
        ),
        "schema:appearance": _report(row),
        "oa:hasSelector": [
            {"@type": "oa:TextQuoteSelector", "oa:exact": row["quote"]},
            {"@type": "oa:TextPositionSelector", "oa:start": row["start"], "oa:end": row["end"]},
        ],
    }
    if row.get("said_at"):
        node["schema:datePublished"] = row["said_at"]
    if row.get("event_time"):
        node["schema:temporalCoverage"] = row["event_time"]
    if row.get("place"):
        node["schema:spatialCoverage"] = _place(row)
    if row.get("source"):
        node["schema:author"] = node["prov:wasAttributedTo"] = _agent(row)
        node["prov:hadPrimarySource"] = {
            "@id": f"{name}:said:0",
            "@type": "prov:Entity",
            "prov:wasAttributedTo": _agent(row),
        }
        node["prov:wasQuotedFrom"] = _chain(name, row)
    return node


def _chain(name: str, row: Row) -> dict[str, Any]:
    """What the report quotes: the last relay's words, which quote the one before, down to the origin's."""
    said: dict[str, Any] = {"@id": f"{name}:said:0"}
    relays = [relay for relay in str(row.get("relays") or "").split(" | ") if relay]
    for number, relay in enumerate(relays, start=1):
        speaker = {"@type": "prov:Agent", "schema:name": relay}
        said = {
            "@id": f"{name}:said:{number}",
            "@type": "prov:Entity",
            "prov:wasAttributedTo": speaker,
            "prov:wasQuotedFrom": said,
        }
    return said


def _agent(row: Row) -> dict[str, Any]:
    kind = "schema:Person" if row.get("source_kind") in _PERSONS else "schema:Organization"
    slug = _safe(row.get("source_id") or row["source"])
    return {
        "@id": f"urn:tallyroom:source:{slug}",
        "@type": [kind, "prov:Agent"],
        "schema:name": row.get("source_name") or row["source"],
    }


def _report(row: Row) -> dict[str, Any]:
    return _without_none(
        {
            "@id": f"urn:tallyroom:report:{_safe(row['report_id'])}",
            "@type": ["schema:NewsArticle", "prov:Entity"],
            "schema:url": row.get("url"),
            "schema:headline": row.get("title"),
            "schema:datePublished": row.get("published"),
            "schema:publisher": {"@type": "schema:Organization", "schema:name": row["outlet"]}
            if row.get("outlet")
            else None,
        }
    )


def _place(row: Row) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "schema:Place", "schema:name": row["place"]}
    if row.get("latitude") is not None:
        place["schema:geo"] = {
            "@type": "schema:GeoCoordinates",
            "schema:latitude": row["latitude"],
            "schema:longitude": row["longitude"],
        }
    return place


def _without_none(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if value is not None}


def _safe(words: Any) -> str:
    return percent(str(words), safe="-._~")
