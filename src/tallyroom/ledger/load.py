"""Extraction JSON into a ledger's records: other readers' output, gold annotations, a person's list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.model import Extraction, Figure, Problem, make_report, with_claim_ids

_HEADER = ("url", "published", "outlet", "title", "language", "input", "retrieved_at")
_FIGURE = frozenset(Figure.__struct_fields__) - {"claim_id"}
_PROBLEM = frozenset(Problem.__struct_fields__)


def extraction_of(row: Mapping[str, Any], reader: str | None = None, where: str = "this object") -> Extraction:
    """An extraction from its JSON object; `reader` names who read it, else its own `extractor`.

    Raises `UsageError` where the object is no extraction, or a quote does not stand where it is said to stand.
    """
    text = row.get("text")
    if not isinstance(text, str):
        raise UsageError(f"{where}: no text; extraction JSON must hold it (do not use --no-text)")
    name = reader or row.get("extractor")
    if not isinstance(name, str) or not name:
        raise UsageError(f"{where}: no extractor is named; say who read it with --reader NAME")
    try:
        given = row.get("id")
        header: dict[str, Any] = {key: row.get(key) for key in _HEADER}
        report = make_report(text, id=None if given and _is_own_id(row, given) else given, **header)
        figures = [
            msgspec.convert({k: v for k, v in figure.items() if k in _FIGURE}, Figure)
            for figure in row.get("figures") or ()
        ]
        problems = tuple(
            msgspec.convert({k: v for k, v in problem.items() if k in _PROBLEM}, Problem)
            for problem in row.get("problems") or ()
        )
    except (msgspec.ValidationError, AttributeError, TypeError) as fault:
        raise UsageError(f"{where}: no extraction JSON ({fault})") from None
    for figure in figures:
        if report.text[figure.start : figure.end] != figure.quote:
            raise UsageError(
                f"{where}: figure {figure.id} says {figure.quote!r} at {figure.start}-{figure.end}, where the text has "
                f"{report.text[figure.start : figure.end]!r}"
            )
    return Extraction(report=report, extractor=name, figures=with_claim_ids(report.uid, figures), problems=problems)


def _is_own_id(row: Mapping[str, Any], given: str) -> bool:
    """An id that was made from the uid is not a given one."""
    return str(row.get("uid") or "").startswith(given) and len(given) == 16
