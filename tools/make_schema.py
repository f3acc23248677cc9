#!/usr/bin/env python3
"""Writes the JSON schema of an extraction from the records, or (--check) tells whether the shipped one is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Literal

import msgspec

from tallyroom.model import SCHEMA, Figure, Problem

WHERE = Path(__file__).resolve().parent.parent / "src" / "tallyroom" / "schema" / f"extraction-{SCHEMA}.json"


class Line(msgspec.Struct, kw_only=True):
    """One line of `tallyroom extract`: a report with its figures and problems."""

    schema: Literal[1]
    extractor: str
    id: str
    uid: str
    input: str | None
    url: str | None
    published: str | None
    outlet: str | None
    title: str | None
    language: str | None
    text: str | msgspec.UnsetType = msgspec.UNSET
    figures: list[Figure]
    problems: list[Problem]


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of one line."""
    made = msgspec.json.schema(Line)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Tallyroom extraction, schema {SCHEMA}",
        **made,
    }


def as_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Write or check; 1 where the shipped schema is out of date."""
    if "--check" in sys.argv[1:]:
        fresh = WHERE.exists() and WHERE.read_text(encoding="utf-8") == as_text()
        print("up to date" if fresh else f"{WHERE.name} is out of date: python tools/make_schema.py")
        return 0 if fresh else 1
    WHERE.parent.mkdir(exist_ok=True)
    WHERE.write_text(as_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
