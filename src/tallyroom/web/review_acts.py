"""What a person does while reviewing, as judgements: once, however often it is sent, and never past what others did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger
from tallyroom.ledger.effective import CORRECTABLE, not_withdrawn, refuse_numbers_apart, with_fields
from tallyroom.model import Figure
from tallyroom.web.reports import is_hidden
from tallyroom.web.review_spots import Spot

#: So many of a person's last acts stand at the side.
MOST_RECENT = 10
#: They are looked for among so many of the last entries of the log.
LOOKED_BACK = 5000
LONGEST_KEY = 64
#: What figures refer to each other by is no word about the figure itself.
_OWN = ("part_of", "source_id")


class Decided(msgspec.Struct, frozen=True):
    """What was recorded; `again` where it stood in the ledger already."""

    judgements: tuple[Judgement, ...]
    again: bool = False


class Meanwhile(Exception):
    """Others decided on the same words since the page was shown; nothing was recorded."""

    def __init__(self, judgements: Sequence[Judgement]) -> None:
        super().__init__("; ".join(told(j) for j in judgements))
        self.judgements = tuple(judgements)


class Act(msgspec.Struct, frozen=True):
    """An act of one person that was not taken back: the judgements that it made, oldest first."""

    key: str
    judgements: tuple[Judgement, ...]

    @property
    def words(self) -> str:
        return told(self.judgements[-1], name=False)

    @property
    def spot(self) -> Spot | None:
        """The place that it was about; None where it was about no figure."""
        last = self.judgements[-1]
        on_figure = last.uid and last.start >= 0 and last.action != "dismiss"
        return Spot(last.uid, last.start, last.end) if on_figure else None

    @property
    def uid(self) -> str:
        return self.judgements[-1].uid


def seen_of(ledger: Ledger, uid: str) -> int:
    """The number of the last judgement on a report: what a page has seen that shows it now."""
    rows = ledger.database.rows(
        "select coalesce(max(sequence), 0) from entry where uid = :uid and kind = 'judgement'", {"uid": uid}
    )
    return int(rows[0][0])


def record(ledger: Ledger, made: Sequence[Judgement], *, key: str, seen: int | None = None) -> Decided:
    """Let judgements count, all or none; the same key again changes nothing.

    `seen` is what `seen_of` told when the page was made: raises `Meanwhile` where others decided on these words since.
    """
    if not key or len(key) > LONGEST_KEY or not key.replace("-", "").isalnum():
        raise UsageError("a decision needs a key of its own, so that it counts once")
    with ledger.transaction():
        before = _with_key(_judgements(ledger, made[0].uid), key)
        if before:
            return Decided(tuple(before), again=True)
        if seen is not None:
            newer = _since(ledger, made, seen)
            if newer:
                raise Meanwhile(newer)
        return Decided(tuple(ledger.judge(msgspec.structs.replace(j, key=f"{key}/{n}")) for n, j in enumerate(made)))


def take_back(ledger: Ledger, name: str, *, by: str, key: str, uid: str) -> Decided:
    """Withdraw an act of a person by its key (or a judgement by its identity); one that is withdrawn already stays so."""
    with ledger.transaction():
        every = _judgements(ledger, uid)
        own = [j for j in every if j.by == by and (_key_of(j) == name or j.identity == name) and j.action != "undo"]
        if not own:
            raise UsageError("there is no such decision of yours to take back")
        undone = {j.undoes for j in every if j.action == "undo"}
        made = [
            Judgement(
                action="undo", by=by, uid=j.uid, kind=j.kind, a=j.a, b=j.b, undoes=j.identity,
                fields=j.fields if j.action in ("same", "different") else {},
            )
            for j in reversed(own)
            if j.identity not in undone
        ]  # fmt: skip
        return record(ledger, made, key=key) if made else Decided((), again=True)


def recent(ledger: Ledger, by: str) -> list[Act]:
    """A person's last acts that were not taken back, the latest first."""
    rows = ledger.database.rows(
        "select body from entry where kind = 'judgement' and sequence > "
        "(select coalesce(max(sequence), 0) from entry) - :back order by sequence",
        {"back": LOOKED_BACK},
    )
    own = [j for (body,) in rows if (j := msgspec.json.decode(body, type=Judgement)).by == by]
    acts: dict[str, list[Judgement]] = {}
    for judgement in not_withdrawn(own):
        if judgement.action != "redact":
            acts.setdefault(_key_of(judgement) or judgement.identity, []).append(judgement)
    return [Act(key, tuple(made)) for key, made in list(acts.items())[: -MOST_RECENT - 1 : -1]]


def open_acts(ledger: Ledger, by: str, *, confidential: bool) -> list[Act]:
    """The last acts of a person that may be shown to whoever asks."""
    acts = recent(ledger, by)
    return acts if confidential else [act for act in acts if not _tells_secret(ledger, act)]


def _tells_secret(ledger: Ledger, act: Act) -> bool:
    if act.uid:
        held = ledger.log.report(act.uid)
        return held is None or is_hidden(ledger, held)
    last = act.judgements[-1]
    return speaks_of_hidden(ledger, *(name for name in (last.a, last.b) if name))


def speaks_of_hidden(ledger: Ledger, *names: str) -> bool:
    """Is one of some names that of a confidential source?"""
    hidden, identities = ledger.log.confidential_names(), ledger.log.names.identities
    return bool(hidden and (hidden & set(names) or identities("source", hidden) & identities("source", names)))


def as_stated(figure: Figure) -> dict[str, Any]:
    """The fields of a figure that a person states by adding it, without those that say nothing."""
    bare = Figure(id="", quote="", start=0, end=0, low=None, best=None, high=None)
    names = [name for name in CORRECTABLE if name not in _OWN]
    values = {name: getattr(figure, name) for name in names if getattr(figure, name) != getattr(bare, name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def moved(figure: Figure, spot: Spot, start: int, end: int, by: str) -> list[Judgement]:
    """The judgements that put a figure on other words of its report."""
    if (start, end) == (spot.start, spot.end):
        raise UsageError("these are the words that it stands on already")
    fields = as_stated(figure)
    return [
        Judgement(action="reject", by=by, uid=spot.uid, start=spot.start, end=spot.end, why="other words"),
        Judgement(action="add", by=by, uid=spot.uid, start=start, end=end, fields=fields),
    ]


def changed(figure: Figure, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Of some fields those that differ from the figure, with the bounds that go with a new number.

    Raises `UsageError` where a value does not fit, or numbers do not go together.
    """
    other = with_fields(figure, fields)
    differing = {
        name: value
        for name, value in fields.items()
        if not hasattr(figure, name) or getattr(other, name) != getattr(figure, name)
    }
    differing.update(_bounds_beside(figure, other, differing))
    if not {"low", "best", "high"}.isdisjoint(differing):
        refuse_numbers_apart(with_fields(figure, differing))
    return differing


def _bounds_beside(figure: Figure, other: Figure, differing: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds that were the number itself, or one off as in "more than", and were not stated anew: they go with it."""
    if "best" not in differing or other.best is None or figure.best is None:
        return {}
    bounds = {"low": figure.low, "high": figure.high}
    return {
        name: other.best + (value - figure.best)
        for name, value in bounds.items()
        if name not in differing and value is not None and abs(value - figure.best) <= 1
    }


_DID = {
    "accept": "accepted", "reject": "rejected", "correct": "corrected", "add": "added", "dismiss": "dismissed",
    "same": "said same", "different": "said different", "undo": "took back",
}  # fmt: skip


def told(judgement: Judgement, *, name: bool = True) -> str:
    """A judgement in a few words."""
    did = _DID.get(judgement.action, judgement.action)
    what = ""
    if judgement.action in ("same", "different"):
        what = f"{judgement.a} and {judgement.b}"
    elif judgement.action == "dismiss":
        what = judgement.problem.partition(":")[0].replace("_", " ")
    elif judgement.action == "undo":
        what = "a decision"
    elif judgement.start >= 0 and judgement.sentence:
        quote = judgement.sentence[
            judgement.start - judgement.sentence_start : judgement.end - judgement.sentence_start
        ]
        what = f"“{quote[:80]}”"
    fields = ", ".join(f"{field.replace('_', ' ')} = {_plain(value)}" for field, value in judgement.fields.items())
    if judgement.action == "correct" and fields:
        what += f" ({fields})"
    return f"{judgement.by} {did} {what}" if name else f"{did} {what}"


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return "unknown" if value is None else str(value)


def _judgements(ledger: Ledger, uid: str) -> list[Judgement]:
    return ledger.log.judgements_on([uid]) if uid else ledger.log.names.judgements()


def _key_of(judgement: Judgement) -> str:
    return judgement.key.partition("/")[0]


def _with_key(judgements: Iterable[Judgement], key: str) -> list[Judgement]:
    return [j for j in judgements if _key_of(j) == key]


def _since(ledger: Ledger, made: Sequence[Judgement], seen: int) -> list[Judgement]:
    rows = ledger.database.rows(
        "select body from entry where uid = :uid and kind = 'judgement' and sequence > :seen order by sequence",
        {"uid": made[0].uid, "seen": seen},
    )
    newer = [msgspec.json.decode(body, type=Judgement) for (body,) in rows]
    by_identity = {j.identity: j for j in _judgements(ledger, made[0].uid)}
    return [j for j in newer if any(_touch(by_identity.get(j.undoes, j), one) for one in made)]


def _touch(a: Judgement, b: Judgement) -> bool:
    if (a.action == "dismiss") != (b.action == "dismiss"):
        return False
    if a.action == "dismiss":
        return (a.problem, a.start, a.end) == (b.problem, b.start, b.end)
    return a.start >= 0 and a.start < b.end and b.start < a.end
