"""The records of a ledger: reports with their standing, claims with what people decided of them, judgements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tallyroom.errors import LedgerError
from tallyroom.ledger.resolution import Resolved
from tallyroom.ledger.words import now
from tallyroom.model import Claimed, Figure, Problem, Report

Action = Literal["accept", "correct", "reject", "add", "dismiss", "same", "different", "undo", "redact"]
Review = Literal["unreviewed", "accepted", "corrected", "rejected", "added", "disputed"]
REVIEWS: tuple[str, ...] = Review.__args__  # type: ignore[attr-defined]
KINDS = ("source", "population", "place", "event", "origin", "series", "report")
#: What a person may correct on a report, beside the fields of its figures.
REPORT_FIELDS = ("confidential", "event", "collection")


class TwoReports(LedgerError):
    """One given id stands for two texts under two addresses."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person decided, by whom, when and why; anchored on report, start and end, or on a pair of names."""

    action: Action
    by: str
    why: str | None = None
    recorded_at: str = ""
    identity: str = ""
    #: The report (its uid) and the span that it speaks of; -1 where the whole report is meant.
    uid: str = ""
    start: int = -1
    end: int = -1
    #: The sentence that holds the span, and where it began: the anchor in a later version of the text.
    sentence: str = ""
    sentence_start: int = -1
    fields: Mapping[str, Any] = msgspec.field(default_factory=dict)
    #: Of `same` and `different`: what kind of thing, and the two.
    kind: str = ""
    a: str = ""
    b: str = ""
    #: Of `dismiss`: the kind of problem, or the key of a problem of several reports.
    problem: str = ""
    #: Of `undo`: the identity of the judgement that is withdrawn.
    undoes: str = ""
    #: Given by the door it came through, so that what is sent twice counts once; "" where none was given.
    key: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where one person stands on one figure."""

    by: str
    verdict: str
    at: str
    why: str | None = None
    fields: Mapping[str, Any] = msgspec.field(default_factory=dict)


class LedgerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report as the ledger holds it."""

    report: Report
    key: int
    collection: str | None
    event: str | None
    confidential: bool
    newest: bool
    #: The uid of the report whose text it repeats under another address.
    copy_of: str | None
    recorded_at: str
    text_hash: str = ""


class LedgerClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as it counts after all judgements, with the way back to its report."""

    figure: Figure
    report_id: str
    uid: str
    published: str | None
    outlet: str | None
    url: str | None
    title: str | None
    collection: str | None
    event: str | None
    review: str
    confidential: bool
    newest: bool
    extractor: str
    #: When it was read.
    recorded_at: str
    #: The moment from which it counted, and until which; None while it does.
    since: str = ""
    until: str | None = None
    decisions: tuple[Decision, ...] = ()
    #: The figure as the program read it, where a person changed it.
    read: Figure | None = None
    #: What its words mean: source, population and place, and how the source stands to those counted.
    resolved: Resolved = Resolved()

    @property
    def claim_id(self) -> str:
        return self.figure.claim_id


class LedgerProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of one report, with its standing."""

    problem: Problem
    report_id: str
    uid: str
    published: str | None
    outlet: str | None
    collection: str | None
    #: "open" or "dismissed".
    review: str


class ClaimBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a claim row holds as JSON."""

    figure: Figure
    decisions: tuple[Decision, ...] = ()
    read: Figure | None = None


class _ClaimedBody(msgspec.Struct, frozen=True):
    """Of `ClaimBody` what a series needs."""

    figure: Claimed


_claimed = msgspec.json.Decoder(_ClaimedBody)


def claimed_of(body: str) -> Claimed:
    """What a claim row says, without how it was read and what people decided: read in a seventh of the time."""
    return _claimed.decode(body).figure


def with_identity(judgement: Judgement) -> Judgement:
    """The judgement with its moment and identity."""
    held = msgspec.structs.replace(judgement, recorded_at=judgement.recorded_at or now(), identity="")
    return msgspec.structs.replace(held, identity=hashlib.sha256(msgspec.json.encode(held)).hexdigest())
