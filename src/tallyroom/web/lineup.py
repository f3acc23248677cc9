"""The stories and series of the whole ledger, built beside the page and kept until the ledger changes.

Small ledgers are lined up within the request; larger ones in a process of their own, while pages show the last state and say so.
Run as a module, it is that process: settings as JSON on standard input, the stories as MessagePack on standard output.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waited
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from tallyroom.errors import LedgerError, TallyroomError
from tallyroom.ledger import Ledger
from tallyroom.ledger.lineup import Story, all_stories, claims_of_reports
from tallyroom.ledger.words import moment, now
from tallyroom.model import Extraction
from tallyroom.series import ReportHeader, Series, SeriesClaim, SeriesProblem, build_series
from tallyroom.series.check import Check, check_claims
from tallyroom.series.stories import LOOK_BACK_DAYS, Signature, signature
from tallyroom.web.hidden import hidden_since

__all__ = ["Board", "Lineup", "NotYet", "Seen", "Story", "build", "fullness", "sequence_of", "series_now"]

#: Up to so many claims a ledger is lined up within the request.
FEW = 500
#: How long a request waits for the other process.
WAIT_SECONDS = 1.5
#: After a build the next one waits so many times as long as it took.
REST = 2.0
#: A new text is held against so many reports, the nearest in time.
MOST_NEAR = 300
#: Boards of earlier moments that are kept.
MOST_EARLIER = 2


class _Built(msgspec.Struct, frozen=True):
    sequence: int
    #: The latest first.
    stories: tuple[Story, ...]
    #: report uid → event, where people joined or parted events.
    events: dict[str, str]


class Board:
    """All stories at one state of the ledger, with the ways in: by series, claim and report."""

    def __init__(self, built: _Built) -> None:
        self.sequence = built.sequence
        self.stories = built.stories
        self.events = built.events
        self.story_of_series = {one.series_id: story for story in self.stories for one in story.series}
        self.series = {one.series_id: one for story in self.stories for one in story.series}
        self.series_of_claim = {
            claim: one
            for story in self.stories
            for one in story.series
            for point in one.points
            for claim in point.claim_ids
        }
        self._place_of_report = {report.uid: i for i, story in enumerate(self.stories) for report in story.reports}
        self._by_name: dict[str, list[tuple[int | None, Story]]] = defaultdict(list)
        for story in self.stories:
            for report in story.reports:
                for name in report.names:
                    self._by_name[name].append((report.day, story))

    @cached_property
    def ranked(self) -> list[Series]:
        """All series, the fullest first."""
        return sorted(self.series.values(), key=fullness)

    @cached_property
    def problems(self) -> dict[str, tuple[Story, SeriesProblem]]:
        """The problems of several figures or reports by their key, in the order of the stories."""
        return {found.key: (story, found) for story in self.stories for one in story.series for found in one.problems}

    def stories_of(self, uids: Iterable[str]) -> list[Story]:
        """The stories of some reports, in their order."""
        places = {self._place_of_report[uid] for uid in uids if uid in self._place_of_report}
        return [self.stories[place] for place in sorted(places)]

    def story_of_event(self, event_id: str) -> Story | None:
        """The story of an event's address: that of any of its reports, for the first of them changes as others join."""
        place = self._place_of_event.get(event_id)
        return None if place is None else self.stories[place]

    @cached_property
    def _place_of_event(self) -> dict[str, int]:
        return {event_id_of(uid): place for uid, place in self._place_of_report.items()}

    def near(self, about: Signature) -> list[str]:
        """The uids of reports in stories that share a name with this report and are not far in time."""
        days: dict[str, int] = {}
        stories = {
            id(story): story
            for name in about.strong
            for day, story in self._by_name.get(name, ())
            if about.day is None or day is None or abs(day - about.day) <= LOOK_BACK_DAYS
        }
        for story in stories.values():
            for report in story.reports:
                days[report.uid] = abs(report.day - about.day) if about.day and report.day else 0
        return sorted(days, key=lambda uid: (days[uid], uid))[:MOST_NEAR]


def event_id_of(uid: str) -> str:
    """What names the story of a report in an address."""
    return uid[:16]


def fullness(one: Series) -> tuple[int, str, str]:
    """Sorts series, the fullest first, as a brief tells them."""
    return -len(one.points), one.measure, one.series_id


class Seen(msgspec.Struct, frozen=True):
    """A board as a page gets it, and how many entries the ledger has taken in since."""

    board: Board
    behind: int = 0


class NotYet(TallyroomError):
    """The ledger is being lined up for the first time."""


class _Which(NamedTuple):
    """A board: with what is confidential or without; as of now, or of an earlier moment as the ledger writes it."""

    confidential: bool
    known_at: str | None = None


class _Standing:
    """A board, the build that runs, and when the last one ended after how long."""

    def __init__(self) -> None:
        self.board: Board | None = None
        self.running: Future[Board] | None = None
        self.ended = self.took = 0.0

    @property
    def is_running(self) -> bool:
        return self.running is not None and not self.running.done()


class Lineup:
    """Keeps a board for those who see confidential reports, one for those who do not, and a few of earlier moments."""

    def __init__(self, where: str) -> None:
        self.where = where
        self._standing: OrderedDict[_Which, _Standing] = OrderedDict()
        self._lock = threading.Lock()
        self._building = threading.Lock()
        self._work = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lineup")
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def seen(
        self, ledger: Ledger, *, confidential: bool, known_at: str | None = None, wait: float = WAIT_SECONDS
    ) -> Seen:
        """The stories of the ledger, as new as can be had soon; raises `NotYet` where there are none that may be shown.

        `known_at`: as the ledger knew them at an earlier moment.
        """
        which = _which(confidential, known_at)
        standing = self._of(which)
        held = standing.board
        hidden = False
        if held is not None:
            behind = _taken_in(ledger, held.sequence, which)
            hidden = bool(behind or which.known_at) and hidden_since(ledger, held.sequence)
            if not behind and not hidden:
                return Seen(held)
        if _is_small(ledger):
            with self._building:
                held = standing.board
                if held is None or held.sequence < sequence_of(ledger):
                    held = standing.board = Board(build(ledger, which.confidential, known_at=which.known_at))
            return Seen(held)
        running = self._start(which, standing, at_once=hidden)
        if running is not None:
            try:
                held = running.result(timeout=wait)
            except Waited:
                held = standing.board
        if held is None or hidden_since(ledger, held.sequence):
            raise NotYet("The ledger is being lined up; a large one takes a minute or two.")
        return Seen(held, _taken_in(ledger, held.sequence, which))

    def at_hand(self, ledger: Ledger, *, confidential: bool, known_at: str) -> Board | None:
        """The board of an earlier moment where it is there already or is made at once."""
        with self._lock:
            standing = self._standing.get(_which(confidential, known_at))
        if _is_small(ledger) or (standing is not None and standing.board is not None):
            with suppress(NotYet):
                return self.seen(ledger, confidential=confidential, known_at=known_at, wait=0).board
        return None

    def prepare(self, ledger: Ledger, *, confidential: bool) -> None:
        """Begin to line up a large ledger, so that it is there when a page asks."""
        if not _is_small(ledger):
            which = _Which(confidential)
            self._start(which, self._of(which))

    def _of(self, which: _Which) -> _Standing:
        with self._lock:
            found = self._standing.setdefault(which, _Standing())
            self._standing.move_to_end(which)
            earlier = [key for key in self._standing if key.known_at]
            waiting = [key for key in earlier[:-MOST_EARLIER] if not self._standing[key].is_running]
            for key in waiting:
                del self._standing[key]
            return found

    def _start(self, which: _Which, standing: _Standing, *, at_once: bool = False) -> Future[Board] | None:
        """The build that runs; None where the last one is too fresh to begin the next, unless that must be at once."""
        with self._lock:
            if standing.is_running:
                return standing.running
            rests = standing.ended and time.monotonic() - standing.ended < REST * standing.took
            if self._closed or (rests and not at_once):
                return None
            if which.known_at and any(other.is_running for key, other in self._standing.items() if key.known_at):
                # Whoever asks for many moments gets one after the other.
                return None
            standing.running = self._work.submit(self._build_beside, which, standing)
            return standing.running

    def _build_beside(self, which: _Which, standing: _Standing) -> Board:
        began = time.monotonic()
        try:
            board = Board(msgspec.msgpack.decode(self._answer(which), type=_Built))
        finally:
            standing.ended, standing.took = time.monotonic(), time.monotonic() - began
        standing.board = board
        # What stays for long need not be looked at by each collection: with 100,000 claims that alone takes a second.
        gc.collect()
        gc.freeze()
        return board

    def _answer(self, which: _Which) -> bytes:
        asked = msgspec.json.encode({"ledger": self.where, **which._asdict()})
        with subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
            self._child = child
            if self._closed:
                child.kill()
            answer, _ = child.communicate(asked)
            self._child = None
        if child.returncode != 0:
            raise LedgerError(f"the ledger could not be lined up (the process ended with {child.returncode})")
        return answer

    def check(self, ledger: Ledger, extraction: Extraction, *, confidential: bool) -> dict[str, Check]:
        """What the ledger knows of each figure of a new text, by claim id; raises `NotYet` as `seen` does."""
        board = self.seen(ledger, confidential=confidential).board
        new = list(claims_of_text(extraction))
        if not new:
            return {}
        near = board.near(signature(new[0].report, new))
        known = claims_of_reports(ledger, (uid for uid in near if uid != extraction.report.uid), board.events)
        return {check.claim_id: check for check in check_claims(new, known, ledger.series_judgements())}

    def close(self) -> None:
        """Stop what is being built."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()
        self._work.shutdown(wait=False, cancel_futures=True)


def claims_of_text(extraction: Extraction) -> Iterator[SeriesClaim]:
    """The claims of an extraction that no ledger holds."""
    report = extraction.report
    header = ReportHeader(
        uid=report.uid, id=report.id, published=report.published, outlet=report.outlet, url=report.url,
        title=report.title, text=report.text,
    )  # fmt: skip
    return (SeriesClaim(header, figure) for figure in extraction.figures)


def series_now(ledger: Ledger, board: Board, story: Story) -> list[Series]:
    """The series of one story, built anew from the ledger: what a decision just made shows at once."""
    claims = claims_of_reports(ledger, (report.uid for report in story.reports), board.events)
    return build_series(claims, ledger.series_judgements())


def sequence_of(ledger: Ledger) -> int:
    """The number of the ledger's last entry."""
    return int(ledger.database.rows("select coalesce(max(sequence), 0) from entry")[0][0])


def _is_small(ledger: Ledger) -> bool:
    some = "select count(*) from (select 1 from claim where valid_to = '9999' limit :most) found"
    return int(ledger.database.rows(some, {"most": FEW + 1})[0][0]) <= FEW


def _which(confidential: bool, known_at: str | None) -> _Which:
    """The board of a moment, which is that of now where the moment has not passed yet."""
    at = moment(known_at) if known_at else None
    return _Which(confidential, at if at and at < now() else None)


def _taken_in(ledger: Ledger, since: int, which: _Which) -> int:
    """How many entries after one matter to a board; others than the latest may be of an earlier moment: a copied ledger's."""
    if which.known_at is None:
        return max(0, sequence_of(ledger) - since)
    rows = ledger.database.rows(
        "select count(*) from entry where sequence > :since and recorded_at <= :known_at",
        {"since": since, "known_at": which.known_at},
    )
    return int(rows[0][0])


def build(ledger: Ledger, confidential: bool, *, known_at: str | None = None, keep: bool = False) -> _Built:
    """The stories of a ledger, the latest first; `known_at` and `keep` as for `all_stories`."""
    sequence = sequence_of(ledger)
    stories, events = all_stories(ledger, confidential=confidential, known_at=known_at, keep=keep)
    stories.sort(key=lambda story: (story.last or "", story.event, story.reports[0].uid), reverse=True)
    return _Built(sequence, tuple(stories), dict(events))


def main() -> None:
    """Line up the ledger named on standard input."""
    os.nice(5)
    asked: dict[str, Any] = msgspec.json.decode(sys.stdin.buffer.read())
    with Ledger.open(asked["ledger"], create=False) as ledger:
        built = build(ledger, asked["confidential"], known_at=asked["known_at"], keep=True)
    sys.stdout.buffer.write(msgspec.msgpack.encode(built))


if __name__ == "__main__":
    main()
