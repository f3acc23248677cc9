"""The stories of a ledger beside the page: fresh where it is small, told as older where it is not, never wrong about who sees what."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.redact import redact
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids
from tallyroom.series import build_series
from tallyroom.web import kept
from tallyroom.web import lineup as lineups
from tallyroom.web.app import create_app
from tallyroom.web.ledgers import Ledgers
from tallyroom.web.lineup import Board, Lineup, NotYet, build, series_now
from tallyroom.web.names import Names
from web_reports import fire_report


@pytest.fixture
def where(tmp_path: Path) -> Path:
    path = tmp_path / "lineup.db"
    with Ledger.open(path) as ledger:
        for number in range(1, 4):
            ledger.add(fire_report(number, 10 + number))
    return path


@pytest.fixture
def held(where: Path) -> Iterator[tuple[Lineup, Ledger]]:
    lineup = Lineup(str(where))
    with Ledger.open(where) as ledger:
        yield lineup, ledger
    lineup.close()


def test_a_small_ledger_is_always_fresh(held: tuple[Lineup, Ledger]) -> None:
    lineup, ledger = held
    assert [len(story.reports) for story in lineup.seen(ledger, confidential=True).board.stories] == [3]
    ledger.add(fire_report(4, 20))
    seen = lineup.seen(ledger, confidential=True)
    assert (len(seen.board.stories[0].reports), seen.behind) == (4, 0)


def test_the_board_holds_the_series_that_the_ledger_gives(held: tuple[Lineup, Ledger]) -> None:
    lineup, ledger = held
    board = lineup.seen(ledger, confidential=True).board
    expected = build_series(ledger.series_claims(), ledger.series_judgements())
    assert sorted(board.series) == sorted(one.series_id for one in expected)
    assert series_now(ledger, board, board.stories[0]) == expected


def test_a_large_ledger_is_lined_up_beside_and_told_as_older(
    held: tuple[Lineup, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineups, "FEW", 1)
    monkeypatch.setattr(lineups, "REST", 0.2)
    lineup, ledger = held
    with pytest.raises(NotYet):
        lineup.seen(ledger, confidential=True, wait=0)
    board = lineup.seen(ledger, confidential=True, wait=60).board
    assert [len(story.reports) for story in board.stories] == [3]
    ledger.add(fire_report(4, 20))
    older = lineup.seen(ledger, confidential=True, wait=0)
    assert (older.board is board, older.behind > 0) == (True, True)
    deadline = time.monotonic() + 60
    while lineup.seen(ledger, confidential=True, wait=1).behind and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(lineup.seen(ledger, confidential=True).board.stories[0].reports) == 4


def test_an_earlier_moment_of_a_large_ledger_is_lined_up_once_and_hides_what_was_hidden_since(
    held: tuple[Lineup, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineups, "FEW", 1)
    lineup, ledger = held
    ledger.add(fire_report(4, 20), at="2025-03-04T10:00:00.000000Z")
    asked: dict[str, Any] = {"confidential": False, "known_at": "2025-03-04"}
    assert lineup.at_hand(ledger, **asked) is None
    board = lineup.seen(ledger, wait=60, **asked).board
    assert [[told.id for told in story.reports] for story in board.stories] == [["r4"]]
    ledger.add(fire_report(5, 21))
    assert lineup.seen(ledger, wait=0, **asked) == lineups.Seen(board)
    ledger.add(fire_report(3, 19), at="2025-03-03T10:00:00.000000Z")
    assert lineup.seen(ledger, wait=0, **asked).behind > 0
    secret = fire_report(4, 20).report.uid
    ledger.judge(Judgement(action="correct", by="Ann", uid=secret, fields={"confidential": True}))
    with pytest.raises(NotYet):
        lineup.seen(ledger, wait=0, **asked)
    board = lineup.seen(ledger, wait=60, **asked).board
    assert secret not in {told.uid for story in board.stories for told in story.reports}


def test_whoever_asks_for_many_moments_fills_no_memory(
    held: tuple[Lineup, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineups, "FEW", 1)
    monkeypatch.setattr(
        Lineup, "_answer", lambda self, which: msgspec.msgpack.encode(build(ledger, which.confidential))
    )
    lineup, ledger = held
    for year in range(2001, 2010):
        lineup.seen(ledger, confidential=True, known_at=f"{year}-01-01", wait=60)
    there = [lineup.at_hand(ledger, confidential=True, known_at=f"{year}-01-01") for year in range(2001, 2010)]
    assert [board is not None for board in there] == [False] * 7 + [True] * lineups.MOST_EARLIER


def test_who_sees_nothing_confidential_has_a_board_without(held: tuple[Lineup, Ledger]) -> None:
    lineup, ledger = held
    secret = fire_report(2, 12).report.uid
    ledger.judge(Judgement(action="correct", by="Ann", uid=secret, fields={"confidential": True}))
    uids = {
        allowed: {
            told.uid for story in lineup.seen(ledger, confidential=allowed).board.stories for told in story.reports
        }
        for allowed in (True, False)
    }
    assert uids[True] - uids[False] == {secret}


@pytest.mark.parametrize("act", ["confidential", "undone", "redact"])
def test_no_older_board_shows_what_was_hidden_since(
    held: tuple[Lineup, Ledger], monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(lineups, "FEW", 1)
    lineup, ledger = held
    secret = fire_report(2, 12).report.uid
    hiding = Judgement(action="correct", by="Ann", uid=secret, fields={"confidential": act == "confidential"})
    if act == "undone":
        ledger.judge(Judgement(action="correct", by="Ann", uid=secret, fields={"confidential": True}))
        hiding = ledger.judge(hiding)
    lineup.seen(ledger, confidential=False, wait=60)
    accepted = Judgement(action="accept", by="Ann", uid=fire_report(1, 11).report.uid, start=12, end=14)
    ledger.judge(accepted)
    assert lineup.seen(ledger, confidential=False, wait=0).behind
    if act == "redact":
        redact(ledger, secret, 0, 4, by="Ann", why="asked for")
    else:
        ledger.judge(
            Judgement(action="undo", by="Ann", uid=secret, undoes=hiding.identity) if act == "undone" else hiding
        )
    with pytest.raises(NotYet):
        lineup.seen(ledger, confidential=False, wait=0)
    board = lineup.seen(ledger, confidential=False, wait=60).board
    assert secret not in {told.uid for story in board.stories for told in story.reports} or act == "redact"


def test_a_failed_build_is_told_and_the_page_goes_on(
    held: tuple[Lineup, Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lineups, "FEW", 1)
    lineup, ledger = held
    lineup.where = "/nonexistent/none.db"
    with pytest.raises(Exception, match="could not be lined up"):
        lineup.seen(ledger, confidential=True, wait=60)


def test_the_board_leads_from_reports_to_stories(where: Path) -> None:
    with Ledger.open(where) as ledger:
        board = Board(build(ledger, confidential=True))
        assert board.stories_of([fire_report(1, 11).report.uid]) == list(board.stories)
        assert board.stories_of(["none"]) == []


@pytest.fixture
def counted(where: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Names, Ledger, list[str]]]:
    """Lists of names, and each time that one was made."""
    made: list[str] = []
    ask = Ledger.name_page
    monkeypatch.setattr(
        Ledger, "name_page", lambda self, kind, query, **how: made.append(kind) or ask(self, kind, query, **how)
    )
    ledgers = Ledgers(str(where), 2)
    names = Names(ledgers)
    with Ledger.open(where) as ledger:
        yield names, ledger, made
    names.close()
    ledgers.close()


def test_names_are_counted_once_for_each_state_of_a_small_ledger(counted: tuple[Names, Ledger, list[str]]) -> None:
    names, ledger, made = counted
    for _ in range(3):
        assert [row["claims"] for row in names.listed(ledger, "source", Query()).rows] == [3]
    assert made == ["source"]
    names.listed(ledger, "source", Query(confidential=False))
    ledger.add(fire_report(5, 30))
    found = names.listed(ledger, "source", Query())
    assert ([row["claims"] for row in found.rows], found.behind) == ([4], 0)
    assert made == ["source"] * 3


def test_a_count_that_takes_long_is_made_beside_the_page(
    counted: tuple[Names, Ledger, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SOON_SECONDS", 0.0)
    names, ledger, _ = counted
    names.listed(ledger, "source", Query())
    ledger.add(fire_report(5, 30))
    older = names.listed(ledger, "source", Query())
    assert ([row["claims"] for row in older.rows], older.behind) == ([3], 2)
    deadline = time.monotonic() + 20
    while names.listed(ledger, "source", Query()).behind and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [row["claims"] for row in names.listed(ledger, "source", Query()).rows] == [4]


@pytest.mark.parametrize("word", ["confidential", "name"])
def test_no_older_list_hides_who_may_be_seen_or_what_people_said_of_names(
    counted: tuple[Names, Ledger, list[str]], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(kept, "SOON_SECONDS", 0.0)
    names, ledger, _ = counted
    query = Query(confidential=False)
    assert [row["claims"] for row in names.listed(ledger, "source", query).rows] == [3]
    if word == "confidential":
        secret = fire_report(2, 12).report.uid
        ledger.judge(Judgement(action="correct", by="Ann", uid=secret, fields={"confidential": True}))
        assert [row["claims"] for row in names.listed(ledger, "source", query).rows] == [2]
    else:
        ledger.judge(Judgement(action="same", by="Ann", kind="source", a="coast guard of Lorne", b="the watch"))
        (row,) = names.listed(ledger, "source", query).rows
        assert row["judged"]


def test_until_the_first_line_up_is_there_pages_wait_with_people_and_the_others_work(
    where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_yet(*_: object, **__: object) -> None:
        raise NotYet("The ledger is being lined up.")

    monkeypatch.setattr(Lineup, "seen", not_yet)
    client = TestClient(create_app(where), base_url="http://localhost:8137")
    for address in ("/events?measure=killed&place=Lorne", "/series", "/brief"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["retry-after"]) == (202, "10")
        assert "The ledger is being lined up." in answer.text
        assert f'href="{html.escape(address)}">Look again' in answer.text
    client.post("/who", data={"name": "Ann"})
    for address in ("/", "/review", "/review?queue=contradicting", "/figures", "/reports", "/sources", "/problems"):
        assert client.get(address).status_code == 200, address
    for address in ("/api/events", "/api/series"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert answer.json() == {"detail": "The ledger is being lined up."}


def test_a_board_is_made_of_what_the_ledger_has_lined_up(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(where) as ledger:
        fresh = build(ledger, confidential=True)
        assert build(ledger, confidential=True, keep=True) == fresh
        monkeypatch.setattr(
            "tallyroom.ledger.lineup.build_story", lambda *_: pytest.fail("a story was built that the ledger holds")
        )
        assert build(ledger, confidential=True) == fresh


def at(place: str, number: int) -> Extraction:
    made = make_report(f"{number} died in {place}.", id=f"{place}-{number}", published=f"2025-04-{number:02d}")
    figures = [
        Figure(
            id=f"f{i}", quote=str(number), start=0, end=len(str(number)), low=number, best=number, high=number, measure="killed", place=name,
            unit="people", population=f"people of {name}",
        )
        for i, name in enumerate(place.split(" and "), 1)
    ]  # fmt: skip
    return Extraction(report=made, extractor="test", figures=with_claim_ids(made.uid, figures))


def test_a_hidden_report_holds_no_others_together(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "apart.db") as ledger:
        between = at("Ornvik and Vestrada", 11)
        for extraction in (at("Ornvik", 10), between, at("Vestrada", 12)):
            ledger.add(extraction)
        assert [len(story.reports) for story in build(ledger, confidential=True).stories] == [3]
        ledger.judge(Judgement(action="correct", by="Ann", uid=between.report.uid, fields={"confidential": True}))
        assert [len(story.reports) for story in build(ledger, confidential=False).stories] == [1, 1]
        assert [len(story.reports) for story in build(ledger, confidential=True).stories] == [3]
