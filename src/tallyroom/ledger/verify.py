"""Is every word still where it is said to stand? Every stored text, quote and hash, read again."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tallyroom.ledger.derive import value_of
from tallyroom.ledger.log import ReadingBody, ReportBody
from tallyroom.ledger.records import ClaimBody, Judgement
from tallyroom.ledger.store import Ledger
from tallyroom.ledger.words import hash_of
from tallyroom.model import Figure, Report, claim_id_of, report_uid


class Fault(msgspec.Struct, frozen=True):
    """Something in the ledger that does not hold."""

    report_id: str
    what: str


class Checked(msgspec.Struct):
    """What was read again."""

    reports: int = 0
    quotes: int = 0
    judgements: int = 0
    redacted: int = 0


def verify(ledger: Ledger, checked: Checked) -> Iterator[Fault]:
    """Every fault found, one report in memory at a time; `checked` counts along."""
    for (uid,) in ledger.database.stream("select uid from report order by report_key"):
        # What stands in several readings is told once.
        yield from dict.fromkeys(_of_report(ledger, uid, checked))
    general = "select identity, body, redacted from entry where uid = '' and kind = 'judgement' order by sequence"
    for identity, body, redacted in ledger.database.stream(general):
        yield from _of_judgement("", identity, body, bool(redacted), checked)


def _of_report(ledger: Ledger, uid: str, checked: Checked) -> Iterator[Fault]:
    entries = ledger.database.rows(
        "select kind, identity, body, redacted from entry where uid = :uid order by sequence", {"uid": uid}
    )
    bodies = [entry for entry in entries if entry[0] == "report"]
    if len(bodies) != 1:
        yield Fault(uid[:16], "the text is missing from the log")
        return
    stored, redacted = msgspec.json.decode(bodies[0][2], type=ReportBody), bool(bodies[0][3])
    report = stored.report
    checked.reports += 1
    checked.redacted += redacted
    if not redacted:
        if hash_of(report.text) != stored.text_hash:
            yield Fault(report.id, "the text is not the one that was read: its hash differs")
        if uid not in (report_uid(report.text, report.url, report.id), report_uid(report.text, report.url)):
            yield Fault(report.id, "the text or address is not the one that was read: the uid differs")
    for kind, identity, body, entry_redacted in entries:
        if kind == "reading":
            reading = msgspec.json.decode(body, type=ReadingBody)
            if not redacted and identity != f"reading:{uid}:{hash_of(body)}":
                yield Fault(report.id, f"the reading by {reading.extractor} was changed: its hash differs")
            yield from _quotes(report.id, uid, report.text, reading.figures, redacted, checked)
            for problem in reading.problems:
                if problem.quote and report.text[problem.start : problem.end] != problem.quote:
                    yield Fault(
                        report.id, f"problem {problem.kind} at {problem.start}: {problem.quote!r} does not stand there"
                    )
        elif kind == "judgement":
            yield from _of_judgement(report.id, identity, body, bool(entry_redacted), checked)
    yield from _of_claims(ledger, uid, report, checked)


def _of_claims(ledger: Ledger, uid: str, report: Report, checked: Checked) -> Iterator[Fault]:
    """Faults of what counts or counted: of its quotes, and where it does not follow from the log."""
    held = ledger.log.report(uid)
    follows = (
        {}
        if held is None
        else {(row.figure.start, row.figure.end): (row, review) for row, review in ledger.standing(held).claims}
    )
    rows = ledger.database.rows(
        "select c.body, c.claim_id, c.start_at, c.end_at, c.measure, c.value, c.review, c.valid_to from claim c "
        "join report r on r.report_key = c.report_key where r.uid = :uid order by c.claim_key",
        {"uid": uid},
    )
    for body, claim_id, start, end, measure, value, review, valid_to in rows:
        claim = msgspec.json.decode(body, type=ClaimBody)
        figure = claim.figure
        checked.quotes += 1
        if report.text[figure.start : figure.end] != figure.quote:
            yield Fault(report.id, f"figure {figure.claim_id[:12]}: {figure.quote!r} does not stand at {figure.start}")
        columns = (figure.claim_id, figure.start, figure.end, figure.measure, value_of(figure))
        as_logged = valid_to != "9999" or follows.pop((figure.start, figure.end), None) == (claim, review)
        if not as_logged or columns != (claim_id, start, end, measure, value):
            yield Fault(
                report.id, f"figure {claim_id[:12]} ({figure.quote!r}) was changed: it does not follow from the log"
            )
    for claim, _ in follows.values():
        told = f"figure {claim.figure.claim_id[:12]} ({claim.figure.quote!r}) is missing from what counts"
        yield Fault(report.id, told)


def _of_judgement(report_id: str, identity: str, body: str, redacted: bool, checked: Checked) -> Iterator[Fault]:
    checked.judgements += 1
    judgement = msgspec.json.decode(body, type=Judgement)
    plain = msgspec.structs.replace(judgement, identity="")
    own = judgement.identity if redacted else hash_of(msgspec.json.encode(plain).decode())
    if own != judgement.identity or identity != f"judgement:{judgement.identity}":
        name = report_id or f"{judgement.a} / {judgement.b}"
        yield Fault(name, f"the judgement by {judgement.by} of {judgement.recorded_at} was changed")


def _quotes(
    report_id: str, uid: str, text: str, figures: tuple[Figure, ...], redacted: bool, checked: Checked
) -> Iterator[Fault]:
    spans = {f.id: (f.start, f.end) for f in figures}
    for figure in figures:
        checked.quotes += 1
        if text[figure.start : figure.end] != figure.quote:
            yield Fault(report_id, f"figure {figure.claim_id[:12]}: {figure.quote!r} does not stand at {figure.start}")
        elif not redacted and figure.claim_id != claim_id_of(uid, figure, spans.get(figure.part_of or "")):
            yield Fault(report_id, f"figure {figure.claim_id[:12]} ({figure.quote!r}) was changed: its id differs")
