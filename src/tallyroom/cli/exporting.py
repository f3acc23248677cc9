"""`tallyroom export`, behind its options: a ledger's rows to a file or to standard output."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from tallyroom.cli.opening import open_ledger
from tallyroom.errors import InputError, UsageError


def export_ledger(
    ledger: str,
    form: str,
    out: Path | None,
    *,
    raw: bool = False,
    confidential: bool = False,
    filters: Mapping[str, Any] | None = None,
    estimate: Mapping[str, Any] | None = None,
) -> int:
    """Write a ledger in a form; returns how many rows. A file is put in place only when it is whole."""
    from tallyroom.ledger import Query
    from tallyroom.ledger.dump import confidential_reports
    from tallyroom.series.compare import counted

    if estimate and form != "ucdp":
        raise UsageError(
            "--as-of, --rule and --convention make the estimates of --to ucdp; the other forms hold what was said"
        )
    if form == "jsonl" and filters:
        raise UsageError("JSON Lines hold the whole ledger; filters go with the other forms")
    query = Query(**(filters or {}), confidential=confidential, sort="recorded", descending=False, limit=None).checked()
    folder = str(out.parent) if out is not None else None
    try:
        with (
            open_ledger(ledger) as held,
            tempfile.TemporaryDirectory(prefix=".tallyroom-", dir=folder) as aside,
        ):
            made = Path(aside, "export")
            count = _write(held, form, made, query, raw=raw, estimate=estimate or {})
            if not confidential and (hidden := len(confidential_reports(held))):
                click.echo(
                    f"what is confidential of {counted(hidden, 'report')} is left out; --confidential takes it in",
                    err=True,
                )
            if out is not None:
                os.replace(made, out)
            else:
                with made.open("rb") as whole:
                    shutil.copyfileobj(whole, sys.stdout.buffer)
                sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise InputError(str(out or "standard output"), f"cannot be written ({fault.strerror})") from None
    return count


def _write(held: Any, form: str, path: Path, query: Any, *, raw: bool, estimate: Mapping[str, Any]) -> int:
    from tallyroom import export
    from tallyroom.ledger.dump import dump_lines

    if form == "xlsx":
        return export.write_xlsx(_rows(held, query), path, raw=raw)
    if form == "parquet":
        return export.write_parquet(_rows(held, query), path)
    with path.open("wb") as binary:
        if form == "jsonl":
            return _write_lines(dump_lines(held, confidential=query.confidential), binary)
        with io.TextIOWrapper(binary, encoding="utf-8", newline="", errors="replace") as out:
            if form == "ucdp":
                return _write_ucdp(held, query, out, raw=raw, estimate=estimate)
            if form == "jsonld":
                return export.write_jsonld(_rows(held, query), out)
            writer = export.write_hxl if form == "hxl" else export.write_csv
            return writer(_rows(held, query), out, raw=raw)


def _rows(held: Any, query: Any) -> Iterator[dict[str, Any]]:
    from tallyroom.export import row_of

    return (row_of(claim) for claim in held.claims(query))


def _write_lines(lines: Iterator[bytes], binary: BinaryIO) -> int:
    count = 0
    for count, line in enumerate(lines, start=1):
        binary.write(line + b"\n")
    return count


def _write_ucdp(held: Any, query: Any, out: Any, *, raw: bool, estimate: Mapping[str, Any]) -> int:
    """UCDP's rows are estimates of series, built of the claims that fit, one story in memory at a time."""
    import msgspec

    from tallyroom.estimates import with_estimate
    from tallyroom.export import UCDP_COLUMNS, ucdp_rows
    from tallyroom.export.tables import write_csv_rows
    from tallyroom.series import build_story

    if query.measure not in (None, "killed"):
        raise UsageError("UCDP's table holds deaths only; leave --measure out")
    query = msgspec.structs.replace(query, measure="killed")
    judgements = held.series_judgements(query.known_at)

    def rows() -> Iterator[list[Any]]:
        for story in _stories(held, query):
            found = (with_estimate(one, **estimate) for one in build_story(story, judgements))
            for row in ucdp_rows(found, {claim.claim_id: claim for claim in story}):
                yield [row.get(name) for name in UCDP_COLUMNS]

    return write_csv_rows(UCDP_COLUMNS, rows(), out, raw=raw)


def _stories(held: Any, query: Any) -> Iterator[list[Any]]:
    """The claims that fit, story by story; of the other reports only their uids and days are held, and what is near in time."""
    from tallyroom.series.stories import signature, stories_in_order
    from tallyroom.series.times import days

    events = held.judged_events(query)
    order = sorted((days(one.report.published).last or 0, one.report.uid) for one in held.reports(query))

    def of_reports() -> Iterator[Any]:
        for _, uid in order:
            if claims := _fitting(held, query, uid, events):
                yield signature(claims[0].report, claims)

    stories: dict[str, list[str]] = {}
    for uid, story in stories_in_order(of_reports()).items():
        stories.setdefault(story, []).append(uid)
    for story in sorted(stories):
        yield [claim for uid in stories[story] for claim in _fitting(held, query, uid, events)]


def _fitting(held: Any, query: Any, uid: str, events: Mapping[str, str]) -> list[Any]:
    """The claims of a report that fit."""
    import msgspec

    own = msgspec.structs.replace(query, report=uid)
    wanted = {claim.claim_id for claim in held.claims(own)}
    return [claim for claim in held.series_claims(own, events) if claim.claim_id in wanted] if wanted else []
