"""Lining up what was added: as `lineup.refresh` does, but with one story in memory at a time, however many reports there are."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tallyroom.ledger.lineup import (
    AT_ONCE,
    About,
    abouts_of,
    built_of,
    digest_of,
    forget,
    judged_events,
    program,
    reports_since,
    told_of,
    was_redacted,
)
from tallyroom.series import Judgements, ReportHeader
from tallyroom.series.stories import Signature, stories_in_order

if TYPE_CHECKING:
    from tallyroom.ledger.store import Ledger

#: Stories of more reports are left to whoever asks for them: building one holds all that it has.
LARGEST = 500
_STORIES_AT_ONCE = 20
_OPEN = "lined_up_left"


class _TakenOver(Exception):
    """Another program lines up the same ledger."""


class _Day(msgspec.Struct, frozen=True):
    """Of `About` its day alone."""

    day: int | None


def renew(ledger: Ledger, *, largest: int = LARGEST) -> None:
    """Bring the line-up that the ledger keeps in step with it; stories of more than `largest` reports are left open.

    It is written some reports and stories at a time, so that others write in between, and it is marked as open until
    the end: killed before, the next question finishes it. Where another program lines up meanwhile, it is left to that.
    """
    run = _Run(ledger, uuid.uuid4().hex)
    try:
        since = run.begin()
        if since is not None:
            run.renew(since, largest)
    except _TakenOver:
        return


class _Since(NamedTuple):
    """Up to where the line-up is done, and under which judgements."""

    done: int
    judged: str | None


class _Run:
    def __init__(self, ledger: Ledger, mine: str) -> None:
        self.ledger, self.database, self.mine = ledger, ledger.database, mine
        self.sequence = 0
        self.judged = Judgements()

    def begin(self) -> _Since | None:
        """Mark the line-up as open; None where there is nothing to do."""
        with self.ledger.transaction():
            self.sequence = int(self.database.rows("select coalesce(max(sequence), 0) from entry")[0][0])
            self.judged = self.ledger.series_judgements()
            notes = self._notes()
            done = int(notes.get("lined_up_to", "0"))
            if notes.get("lined_up_by") != program() or was_redacted(self.ledger, done):
                forget(self.ledger)
                done, notes = 0, {}
                self._note(lined_up_by=program(), lined_up_to="0", lined_up_judged=self._judged_words())
            elif done == self.sequence and _OPEN not in notes:
                return None
            self._note(lined_up_left=self.mine)
        return _Since(done, notes.get("lined_up_judged"))

    def renew(self, since: _Since, largest: int) -> None:
        for uids in _batches(reports_since(self.ledger, since.done)):
            self._keep_what_they_are_about(uids)
        events = self._events()
        self._keep_stories(stories_in_order(self._signatures(events)))
        there = dict(self.database.rows("select story, digest from story"))
        told = told_of(self.ledger, since.judged, self.judged) if since.judged else set()
        sizes, digests = self._digests(events)
        stale = [story for story, digest in digests.items() if there.get(story) != digest or story in told]
        built = (story for story in stale if sizes[story] <= largest)
        for stories in _batches(list(built), _STORIES_AT_ONCE):
            self._build(stories, digests, events)
        with self._writing():
            self.database.execute_many(
                "delete from story where story = :story", [{"story": one} for one in there if one not in digests]
            )
            self._note(lined_up_to=str(self.sequence), lined_up_by=program(), lined_up_judged=self._judged_words())
            # What is left counts as stale by its digest; what only a judgement made stale must not look as if it were done.
            left = [{"story": story} for story in stale if sizes[story] > largest]
            self.database.execute_many("delete from story where story = :story", left)
            self._note(lined_up_left="large" if left else None)

    def _keep_what_they_are_about(self, uids: Sequence[str]) -> None:
        found = abouts_of(self.ledger, uids)
        with self._writing():
            self.database.execute_many(
                "delete from lined_up where uid = :uid", [{"uid": uid} for uid, one in found.items() if one is None]
            )
            self.database.execute_many(
                "insert into lined_up values (:uid, '', :digest, :body) on conflict (uid) do update set "
                "digest = excluded.digest, body = excluded.body",
                [
                    {"uid": uid, "digest": one.digest, "body": msgspec.json.encode(one.about).decode()}
                    for uid, one in found.items()
                    if one is not None
                ],
            )

    def _signatures(self, events: Mapping[str, str]) -> Iterator[Signature]:
        for uid, about in self._abouts():
            yield about.signature(events.get(uid))

    def _abouts(self) -> Iterator[tuple[str, About]]:
        """By day and uid, as `stories_in_order` wants them."""
        day_of, decoder = msgspec.json.Decoder(_Day), msgspec.json.Decoder(About)
        rows = self.database.stream("select uid, body from lined_up")
        order = sorted((day_of.decode(body).day or 0, uid) for uid, body in rows)
        for batch in _batches([uid for _, uid in order]):
            names = {f"u{n}": uid for n, uid in enumerate(batch)}
            held = dict(
                self.database.rows(
                    f"select uid, body from lined_up where uid in ({', '.join(':' + name for name in names)})", names
                )
            )
            yield from ((uid, decoder.decode(held[uid])) for uid in batch if uid in held)

    def _events(self) -> dict[str, str]:
        pairs = self.ledger.same_and_different("event")
        if not pairs:
            return {}
        headers: dict[str, ReportHeader] = {}

        def seen() -> Iterator[Signature]:
            for uid, about in self._abouts():
                headers[uid] = about.header
                yield about.signature(None)

        return judged_events(stories_in_order(seen()), headers, pairs)

    def _keep_stories(self, story_of: Mapping[str, str]) -> None:
        rows = self.database.stream("select uid, story from lined_up")
        moved = [uid for uid, story in rows if story_of.get(uid, story) != story]
        for uids in _batches(moved):
            with self._writing():
                self.database.execute_many(
                    "update lined_up set story = :story where uid = :uid",
                    [{"uid": uid, "story": story_of[uid]} for uid in uids],
                )

    def _digests(self, events: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
        """Of each story how many reports it has, and its digest."""
        sizes, digests = {}, {}
        rows = self.database.stream("select story, uid, digest from lined_up order by story, uid")
        for story, own in groupby(rows, key=lambda row: row[0]):
            reports = [(uid, digest) for _, uid, digest in own]
            sizes[story], digests[story] = len(reports), digest_of(reports, events)
        return sizes, digests

    def _build(self, stories: Sequence[str], digests: Mapping[str, str], events: Mapping[str, str]) -> None:
        rows = []
        for story in stories:
            held = self.database.rows("select uid from lined_up where story = :story order by uid", {"story": story})
            made, names = built_of(self.ledger, [uid for (uid,) in held], events, self.judged)
            body = msgspec.json.encode(made).decode()
            rows.append({"story": story, "digest": digests[story], "names": names, "body": body})
        with self._writing():
            self.database.execute_many(
                "insert into story values (:story, :digest, :names, :body) on conflict (story) do update set "
                "digest = excluded.digest, names = excluded.names, body = excluded.body",
                rows,
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self.ledger.transaction():
            if self._notes().get(_OPEN) != self.mine:
                raise _TakenOver
            yield

    def _notes(self) -> dict[str, str]:
        return dict(self.database.rows("select name, value from ledger_meta where name like 'lined_up%'"))

    def _judged_words(self) -> str:
        return msgspec.json.encode(self.judged, order="deterministic").decode()

    def _note(self, **notes: str | None) -> None:
        for name, value in notes.items():
            self.database.execute("delete from ledger_meta where name = :name", {"name": name})
            if value is not None:
                self.database.execute("insert into ledger_meta values (:name, :value)", {"name": name, "value": value})


def _batches(items: Sequence[str], size: int = AT_ONCE) -> Iterator[Sequence[str]]:
    for i in range(0, len(items), size):
        yield items[i : i + size]
