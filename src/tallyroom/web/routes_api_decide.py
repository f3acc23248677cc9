"""The JSON API to decide: what the page's forms record, once, never past what others did; and a person's last decisions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger
from tallyroom.ledger.effective import STATEABLE
from tallyroom.model import PROBLEM_KINDS
from tallyroom.web.pages import LONGEST_NAME, clean_name, ledgers, sees_confidential
from tallyroom.web.reports import open_report
from tallyroom.web.review_acts import (
    LONGEST_KEY,
    Decided,
    Meanwhile,
    changed,
    open_acts,
    record,
    speaks_of_hidden,
    take_back,
    told,
)
from tallyroom.web.routes_api import FAULTS, Fault
from tallyroom.web.routes_figures import open_claim

LONGEST_WORDS = 2_000
LARGEST_NUMBER = 1e300


class Conflict(Fault):
    """Others decided on the same words since `seen`; nothing was recorded."""

    others: list[str]


Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_WORDS, pattern=r"^[^\x00]*$")]
Number = Annotated[int | float, Field(gt=-LARGEST_NUMBER, lt=LARGEST_NUMBER)]
Value = Words | Number | bool | list[Words] | None
Place = Annotated[int, Field(ge=0, le=10**9)]


class Decision(BaseModel):
    """What somebody decides.

    `accept`, `reject` and `correct` name a `figure`; `add` a `report` with `start` and `end`; `dismiss` a `problem`, by its key or
    by its kind with `report`, `start` and `end`; `same` and `different` a `kind` and two names; `undo` the key or identity of a
    decision of one's own.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    action: Literal["accept", "reject", "correct", "add", "dismiss", "same", "different", "undo"]
    by: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00]*$")]
    key: Annotated[
        str, Field(description="Of your own making: what is sent twice under one key counts once."),
        StringConstraints(min_length=1, max_length=LONGEST_KEY, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$"),
    ]  # fmt: skip
    why: Words | None = None
    figure: Annotated[Words | None, Field(description="A claim id, or the beginning of one.")] = None
    report: Annotated[Words | None, Field(description="The id or uid of a report.")] = None
    start: Place | None = None
    end: Place | None = None
    fields: Annotated[dict[str, Value], Field(description=f"Of `correct` and `add`: {', '.join(STATEABLE)}.")] = {}
    problem: Words | None = None
    kind: Literal["source", "population", "place", "event", "origin", "series"] | None = None
    a: Words | None = None
    b: Words | None = None
    undoes: Words | None = None
    seen: Annotated[
        int | None, Field(ge=0, le=2**62, description="As a figure told it: refused with 409 where others decided since.")
    ] = None  # fmt: skip


class Recorded(BaseModel):
    """A judgement that stands in the ledger."""

    identity: str
    action: str
    by: str
    at: str
    uid: str
    start: int
    end: int
    told: str


class Done(BaseModel):
    """What was recorded; `again` where it stood there already."""

    judgements: list[Recorded]
    again: bool


class Act(BaseModel):
    """Something a person did that was not taken back; `key` takes it back."""

    key: str
    judgements: list[Recorded]


class Acts(BaseModel):
    """A person's last decisions, the latest first."""

    rows: list[Act]


router = APIRouter(prefix="/api", tags=["decide"], responses=FAULTS)


@router.post("/decisions", responses={409: {"model": Conflict, "description": "Others decided in the meantime"}})
def decide(request: Request, decision: Decision) -> Done:
    """Record a decision. It counts once for each key, and stays in the ledger with its name."""
    by = clean_name(decision.by)
    if not by:
        raise UsageError("that is no name")
    with ledgers(request).open() as ledger:
        done = _done(request, ledger, decision, by)
    return Done.model_construct(judgements=[_recorded(j) for j in done.judgements], again=done.again)


@router.get("/decisions")
def decisions(
    request: Request, by: Annotated[str, Query(min_length=1, max_length=LONGEST_NAME)]
) -> Acts:  # fmt: skip
    """A person's last decisions that were not taken back."""
    with ledgers(request).open() as ledger:
        acts = open_acts(ledger, clean_name(by), confidential=sees_confidential(request))
    rows = [Act.model_construct(key=act.key, judgements=[_recorded(j) for j in act.judgements]) for act in acts]
    return Acts.model_construct(rows=rows)


async def refused(request: Request, fault: Exception) -> Response:
    """What others did in the meantime."""
    assert isinstance(fault, Meanwhile)
    told_others = [told(judgement) for judgement in fault.judgements]
    return JSONResponse({"detail": f"in the meantime {fault}", "others": told_others}, 409)


def _done(request: Request, ledger: Ledger, decision: Decision, by: str) -> Decided:
    confidential = sees_confidential(request)
    own: dict[str, Any] = {"action": decision.action, "by": by, "why": decision.why}
    if decision.action in ("same", "different"):
        kind, a, b = _needed(decision, "kind"), _needed(decision, "a").strip(), _needed(decision, "b").strip()
        if not a or not b or a == b:
            raise UsageError("a and b: name two that differ")
        if not confidential and speaks_of_hidden(ledger, a, b):
            raise HTTPException(404, "There is no such name in this ledger.")
        return record(ledger, [Judgement(**own, kind=kind, a=a, b=b)], key=decision.key)
    if decision.action == "undo":
        uid = open_report(ledger, decision.report, confidential=confidential).report.uid if decision.report else ""
        return take_back(ledger, _needed(decision, "undoes"), by=by, key=decision.key, uid=uid)
    if decision.action == "dismiss" and decision.report is None:
        if ":" not in _needed(decision, "problem"):
            raise UsageError("problem: the key of a problem of several reports, or a kind with report, start and end")
        return record(ledger, [Judgement(**own, problem=decision.problem or "")], key=decision.key)
    return record(ledger, [_on_words(ledger, decision, own, confidential)], key=decision.key, seen=decision.seen)


def _on_words(ledger: Ledger, decision: Decision, own: dict[str, Any], confidential: bool) -> Judgement:
    """What is decided on some words of a report."""
    if decision.action in ("add", "dismiss"):
        held = open_report(ledger, _needed(decision, "report"), confidential=confidential)
        place = {"uid": held.report.uid, "start": _needed(decision, "start"), "end": _needed(decision, "end")}
        if decision.action == "add":
            return Judgement(**own, **place, fields=_fields(decision))
        if decision.problem not in PROBLEM_KINDS:
            raise UsageError(f"problem: the kinds are {', '.join(PROBLEM_KINDS)}")
        return Judgement(**own, **place, problem=decision.problem or "")
    claim = open_claim(ledger, _needed(decision, "figure"), confidential=confidential)
    place = {"uid": claim.uid, "start": claim.figure.start, "end": claim.figure.end}
    if decision.action != "correct":
        return Judgement(**own, **place)
    if not decision.fields:
        raise UsageError("fields: correct needs them")
    fields = changed(claim.figure, _fields(decision))
    # What is sent again finds its values there already: its key tells that it counts.
    return Judgement(**{**own, "action": "correct" if fields else "accept"}, **place, fields=fields)


def _fields(decision: Decision) -> dict[str, Any]:
    unknown = sorted(set(decision.fields) - set(STATEABLE))
    if unknown:
        raise UsageError(f"fields: no {unknown[0]!r}; they are {', '.join(STATEABLE)}")
    return dict(decision.fields)


def _needed(decision: Decision, name: str) -> Any:
    value = getattr(decision, name)
    if value is None:
        raise UsageError(f"{name}: {decision.action} needs it")
    return value


def _recorded(judgement: Judgement) -> Recorded:
    own = {name: getattr(judgement, name) for name in ("identity", "action", "by", "uid", "start", "end")}
    return Recorded.model_construct(**own, at=judgement.recorded_at, told=told(judgement, name=False))
