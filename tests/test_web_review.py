"""Review as forms and as the page's script asks: queues, decisions that count once, others' decisions seen, spans, undo."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import msgspec
import pytest
from fastapi.testclient import TestClient

from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.model import Extraction, Figure, Problem, Report, Rival, make_report, with_claim_ids
from tallyroom.web import kept, reading
from tallyroom.web.app import create_app
from tallyroom.web.review_acts import Meanwhile, moved, recent, record, seen_of, take_back
from tallyroom.web.review_spots import Spot

HOST = "http://localhost:8137"
TEXT = "Fire killed 12 people in Lorne, the coast guard said. At least 30 people were hurt, about 40 fled. It was dark."
HOSTILE = "<script>alert(1)</script>\u202e"


def made(id: str = "r1", text: str = TEXT, sure: float = 0.5, **about: object) -> Extraction:
    report = make_report(text, id=id, published="2025-03-04", outlet="Daily A", title=f"Fire {HOSTILE}")
    rows = (("12", "killed", 12, sure), ("At least 30", "injured", 30, sure + 0.2), ("40", "evacuated", 40, sure + 0.4))
    figures = [
        Figure(
            id=f"f{n}", quote=quote, start=text.index(quote), end=text.index(quote) + len(quote), low=value, best=value,
            high=None if quote.startswith("At") else value, bound="at_least" if quote.startswith("At") else "exact",
            measure=measure, population="people", source="the coast guard", confidence={"record": confidence},
            rivals={"measure": (Rival("injured" if n else "missing", 0.2),)},
        )  # type: ignore[arg-type]
        for n, (quote, measure, value, confidence) in enumerate(rows)
    ]  # fmt: skip
    problems = (
        Problem(kind="number_word", quote="30", start=text.index("30"), end=text.index("30") + 2, message="odd"),
    )
    return Extraction(report=report, extractor="test", figures=with_claim_ids(report.uid, figures), problems=problems)


@pytest.fixture
def where(tmp_path: Path) -> Path:
    path = tmp_path / "review.db"
    with Ledger.open(path) as ledger:
        ledger.add(made())
        ledger.add(made("r2", TEXT + " Later.", sure=0.1))
    return path


@pytest.fixture
def client(where: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def here(self: reading.Reader, seconds: float, name: str, work: object, *values: object) -> object:
        monkeypatch.setattr(reading, "_bound_memory", lambda: None)
        return work(*values)  # type: ignore[operator]

    monkeypatch.setattr(reading.Reader, "_run", here)
    # Queues as of now, however slow the machine is.
    monkeypatch.setattr(kept, "SOON_SECONDS", float("inf"))
    with TestClient(create_app(where), base_url=HOST, follow_redirects=False) as client:
        client.post("/who", data={"name": "Ana"})
        yield client


def spot(id: str, quote: str, where: Path) -> Spot:
    with Ledger.open(where) as ledger:
        held = ledger.report(id)
    start = held.report.text.index(quote)
    return Spot(held.report.uid, start, start + len(quote))


def standing(where: Path) -> dict[str, str]:
    with Ledger.open(where) as ledger:
        claims = ledger.claims(Query(report="r1", review="all", limit=None, sort="recorded"))
        return {claim.figure.quote: claim.review for claim in claims}


def send(client: TestClient, at: Spot, where: Path, **values: object) -> object:
    with Ledger.open(where) as ledger:
        seen = seen_of(ledger, at.uid)
    given = {"at": str(at), "seen": seen, "key": secrets.token_hex(8), **values}
    return client.post("/review/decide", data=given, headers={"accept": "application/json"})


def test_the_page_asks_once_who_decides(where: Path) -> None:
    with TestClient(create_app(where), base_url=HOST, follow_redirects=False) as client:
        assert client.get("/review?queue=new").headers["location"] == "/who?to=%2Freview%3Fqueue%3Dnew"
        client.post("/who", data={"name": "Ana"})
        assert client.get("/review?queue=new").status_code == 200


def test_the_least_sure_comes_first_and_each_once(client: TestClient) -> None:
    seen: list[str] = []
    while found := client.get("/review/items", params={"without": ",".join(seen)}).json()["items"]:
        seen.append(found[0]["short"])
    assert len(seen) == 6
    assert len(set(seen)) == 6
    first = client.get("/review").text
    assert "10 %" in first
    assert "6 wait" in first


def test_plain_forms_decide_and_lead_to_the_next(client: TestClient, where: Path) -> None:
    page = client.get("/review").text
    fields = dict(re.findall(r'name="(key|at|seen|queue)" value="([^"]*)"', page.split("data-decide>")[1]))
    answer = client.post("/review/decide", data={**fields, "act": "accept"})
    assert answer.status_code == 303
    following = client.get(answer.headers["location"]).text
    assert "accepted “12”" in following
    assert "30 %" in following
    again = client.post("/review/decide", data={**fields, "act": "accept"})
    assert again.status_code == 303
    with Ledger.open(where) as ledger:
        assert len(list(ledger.judgements())) == 1


def test_a_decision_sent_twice_counts_once(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    for again in (False, True, True):
        assert send(client, at, where, act="reject", key="same-key").json()["again"] is again  # type: ignore[attr-defined]
    with Ledger.open(where) as ledger:
        assert len(list(ledger.judgements())) == 1
        assert next(iter(ledger.claims(Query(review="rejected")))).figure.quote == "12"


def test_the_second_sees_what_the_first_did(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    seen = client.get("/review/items", params={"at": str(at)}).json()["items"][0]["seen"]
    with Ledger.open(where) as ledger:
        ledger.judge(Judgement(action="correct", by="Bo", uid=at.uid, start=at.start, end=at.end, fields={"best": 13}))
    answer = send(client, at, where, act="accept", seen=seen)
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert answer.json()["others"] == ["Bo corrected “12” (best = 13)"]  # type: ignore[attr-defined]
    assert standing(where)["12"] == "corrected"
    page = client.post("/review/decide", data={"at": str(at), "seen": seen, "key": "k1", "act": "accept"})
    assert page.status_code == 409
    assert "In the meantime Bo corrected" in page.text
    assert send(client, at, where, act="accept").status_code == 200  # type: ignore[attr-defined]
    assert standing(where)["12"] == "disputed"
    differing = client.get("/review/items", params={"queue": "differ"}).json()["items"]
    assert [item["spot"] for item in differing] == [str(at)]


def test_what_others_do_elsewhere_in_the_report_stands_in_nobodys_way(client: TestClient, where: Path) -> None:
    at, other = spot("r1", "12", where), spot("r1", "40", where)
    with Ledger.open(where) as ledger:
        ledger.judge(Judgement(action="accept", by="Bo", uid=other.uid, start=other.start, end=other.end))
    assert send(client, at, where, act="accept", seen=0).status_code == 200  # type: ignore[attr-defined]


def test_rivals_fields_and_nonsense(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    assert send(client, at, where, act="choose", choose="measure=missing").status_code == 200  # type: ignore[attr-defined]
    assert (
        send(
            client, at, where, act="correct", **{"f-best": "1,200", "f-source": "police", "f-relays": "A; B"}
        ).status_code
        == 200
    )  # type: ignore[attr-defined]
    with Ledger.open(where) as ledger:
        claim = next(c for c in ledger.claims(Query(report="r1", review="all")) if c.figure.start == at.start)
    assert (claim.figure.measure, claim.figure.best, claim.figure.source) == ("missing", 1200, "police")
    assert claim.figure.relays == ("A", "B")
    assert list(claim.decisions[0].fields) == ["measure", "best", "source", "relays", "low", "high"]
    for bad in ({"f-best": "many"}, {"f-measure": "smelled"}):
        assert send(client, at, where, act="correct", **bad).status_code == 400  # type: ignore[attr-defined]
    assert send(client, at, where, act="dance").status_code == 400  # type: ignore[attr-defined]
    assert send(client, at, where, act="accept", key="").status_code == 400  # type: ignore[attr-defined]
    assert client.post("/review/decide", data={"act": "accept", "at": "nowhere"}).status_code == 400


def test_a_correction_that_changes_nothing_accepts(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    page = client.get("/review/items", params={"at": str(at)}).json()["items"][0]["html"]
    fields = dict(re.findall(r'<input id="edit-[a-z_]+" name="(f-[a-z_]+)" value="([^"]*)"', page))
    send(client, at, where, act="correct", **fields)
    assert standing(where)["12"] == "accepted"


def test_a_span_is_moved_and_moved_back(client: TestClient, where: Path) -> None:
    at = spot("r1", "40", where)
    send(client, at, where, act="span", key="move", words="about 40")
    assert standing(where) == {"12": "unreviewed", "At least 30": "unreviewed", "40": "rejected", "about 40": "added"}
    with Ledger.open(where) as ledger:
        claim = next(c for c in ledger.claims(Query(report="r1", review="added")))
        assert (claim.figure.best, claim.figure.measure) == (40, "evacuated")
        assert [act.key for act in recent(ledger, "Ana")] == ["move"]
    answer = client.post("/review/decide", data={"act": "undo", "undoes": "move", "uid": at.uid, "key": "back"})
    assert answer.status_code == 303
    assert standing(where) == {"12": "unreviewed", "At least 30": "unreviewed", "40": "unreviewed"}
    assert client.post("/review/decide", data={"act": "undo", "undoes": "move", "uid": at.uid, "key": "b"}).status_code == 303  # fmt: skip


def test_a_missed_figure_is_made_of_words(client: TestClient, where: Path) -> None:
    text = "One fire. Another 7 people died. And 7 more."
    with Ledger.open(where) as ledger:
        ledger.add(Extraction(report=make_report(text, id="r3"), extractor="test"))
        uid = ledger.report("r3").report.uid
    form = client.get("/review/add", params={"uid": uid, "words": "7 people"}).text
    fields = dict(re.findall(r'name="([a-z_f-]+)" value="([^"]*)"', form))
    assert fields["f-best"] == "7"
    answer = client.post("/review/decide", data={**fields, "f-measure": "killed", "f-bound": "exact"})
    assert answer.status_code == 303
    with Ledger.open(where) as ledger:
        added = next(iter(ledger.claims(Query(report="r3"))))
    assert (added.figure.quote, added.figure.best, added.figure.measure) == ("7 people", 7, "killed")
    assert "stands 2 times" in client.get("/review/add", params={"uid": uid, "words": "7"}).text
    assert client.get("/review/add", params={"uid": uid, "words": "not there"}).status_code == 400


@pytest.mark.parametrize(
    ("quote", "given", "numbers"),
    [
        ("12", {"best": "14"}, (14, 14, 14)),
        ("At least 30", {"best": "40"}, (40, 40, None)),
        ("12", {"best": "14", "low": "10", "high": "20", "bound": "range"}, (10, 14, 20)),
    ],
)
def test_bounds_that_were_the_number_go_with_it(
    client: TestClient, where: Path, quote: str, given: dict[str, str], numbers: tuple[int | None, ...]
) -> None:
    fields = {f"f-{name}": value for name, value in given.items()}
    send(client, spot("r1", quote, where), where, act="correct", **fields)
    with Ledger.open(where) as ledger:
        (claim,) = ledger.claims(Query(report="r1", review="corrected"))
    assert (claim.figure.low, claim.figure.best, claim.figure.high) == numbers


def test_numbers_that_do_not_go_together_are_refused(client: TestClient, where: Path) -> None:
    answer = send(client, spot("r1", "12", where), where, act="correct", **{"f-low": "20"})
    assert answer.status_code == 400  # type: ignore[attr-defined]
    assert "do not go together" in answer.text  # type: ignore[attr-defined]
    assert standing(where)["12"] == "unreviewed"


def test_a_problem_is_dismissed_and_the_figure_stays(client: TestClient, where: Path) -> None:
    at = spot("r1", "At least 30", where)
    page = client.get("/review", params={"at": str(at), "queue": "contradicting"}).text
    named = re.search(r'name="dismiss" value="([^"]*)"', page)
    assert named is not None
    send(client, at, where, act="dismiss", dismiss=named.group(1))
    assert "number word" not in client.get("/review/items", params={"at": str(at)}).json()["items"][0]["html"]
    assert standing(where)["At least 30"] == "unreviewed"


def test_undecided_numerals_are_a_queue_that_empties(client: TestClient, where: Path) -> None:
    doubt = Figure(id="f1", quote="12", start=2, end=4, low=12, best=12, high=12, measure="killed", population="oxen")
    text = "Xx12 oxen. Of 30 nothing is known."
    with Ledger.open(where) as ledger:
        report = make_report(text, id="r4")
        ledger.add(Extraction(report=report, extractor="test"))
    other = msgspec.structs.replace(doubt, id="f2", quote="30", start=text.index("30"), end=text.index("30") + 2)
    doubts = client.app.state.doubts  # type: ignore[attr-defined]
    with Ledger.open(where) as ledger:
        for held in ledger.reports():
            doubts.keep(
                held.report.uid,
                with_claim_ids(report.uid, [doubt, other]) if held.report.uid == report.uid else (),
            )
    found = client.get("/review/items", params={"queue": "undecided", "count": 4}).json()["items"]
    assert [item["spot"] for item in found] == [f"{report.uid}.2.4", f"{report.uid}.{other.start}.{other.end}"]
    assert "is it a figure?" in found[0]["html"]
    send(client, Spot(report.uid, 2, 4), where, act="accept")
    send(client, Spot(report.uid, other.start, other.end), where, act="reject")
    assert client.get("/review/items", params={"queue": "undecided"}).json()["items"] == []
    with Ledger.open(where) as ledger:
        assert [(c.figure.quote, c.figure.population) for c in ledger.claims(Query(report="r4"))] == [("12", "oxen")]
        assert ledger.waiting() == []


def test_reports_are_looked_through_once_beside_the_page(
    client: TestClient, where: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubts = client.app.state.doubts  # type: ignore[attr-defined]
    read: list[str] = []
    doubt = Figure(id="f1", quote="12", start=12, end=14, low=12, best=12, high=12)

    async def slowly(report: Report) -> tuple[Figure, ...]:
        read.append(report.id)
        await anyio.sleep(0.05)
        return with_claim_ids(report.uid, [doubt]) if report.id == "r3" else ()

    monkeypatch.setattr(doubts, "_read", slowly)
    with Ledger.open(where) as ledger:
        for n in range(3, 12):
            ledger.add(Extraction(report=make_report(f"Report {n} of 12 oxen.", id=f"r{n}"), extractor="test"))
    found, asked = [], 0
    while not found and asked < 50:
        answer = client.get("/review/items", params={"queue": "undecided"}).json()
        found, asked = answer["items"], asked + 1
        assert found or answer["more"]
    assert [item["spot"].partition(".")[2] for item in found] == ["12.14"]
    assert read[:9] == [f"r{n}" for n in range(11, 2, -1)]
    assert len(read) == len(set(read))
    assert client.get("/review/items", params={"queue": "undecided", "outlet": "Daily A"}).json()["items"] == []
    assert 1 < asked < 20


def test_only_figures_that_fit_come_up(client: TestClient, where: Path) -> None:
    page = client.get("/review?queue=unsure&measure=injured").text
    assert page.count("<mark") == 1
    assert "At least 30</mark>" in page
    assert "2 wait" in page
    assert 'href="/review?measure=injured&amp;queue=differ"' in page
    assert "Take away: Measure injured" in page
    at = spot("r2", "At least 30", where)
    form = {"act": "accept", "at": str(at), "seen": 0, "key": "k", "view": "queue=unsure&measure=injured"}
    there = client.post("/review/decide", data=form).headers["location"]
    assert there.startswith("/review?queue=unsure&measure=injured&after=")
    items = client.get("/review/items", params={"measure": "injured", "count": 4}).json()["items"]
    assert [item["spot"] for item in items] == [str(spot("r1", "At least 30", where))]
    nothing = client.get("/review?queue=unsure&measure=missing").text
    assert "Nothing waits in this queue" in nothing
    assert client.get("/review?measure=oxen").status_code == 400
    assert client.get("/review?queue=contradicting&measure=killed").text.count("<mark") == 0
    assert client.get("/review?queue=contradicting&measure=injured").text.count("<mark") == 1


def test_figures_and_reports_lead_to_their_review(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    with Ledger.open(where) as ledger:
        claim = next(c for c in ledger.claims(Query(report="r1")) if c.figure.quote == "12")
    assert f'href="/review?at={at}"' in client.get(f"/figures/{claim.claim_id}").text
    assert f'href="/review?report={at.uid}"' in client.get(f"/reports/{at.uid}").text
    assert 'href="/review?measure=killed"' in client.get("/figures?measure=killed&sort=value&review=unreviewed").text
    spots = [item["spot"] for item in client.get(f"/review/items?report={at.uid}&count=4").json()["items"]]
    assert len(spots) == 3
    assert {one.partition(".")[0] for one in spots} == {at.uid}


def test_report_text_stays_text(client: TestClient) -> None:
    item = client.get("/review/items").json()["items"][0]
    assert "<script>alert" not in item["html"] + item["text"]
    assert "&lt;script&gt;" in item["html"]
    assert "\u202e" not in item["html"] + item["text"]


def test_confidential_reports_are_neither_shown_nor_decided_on(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    send(client, at, where, act="accept")
    with Ledger.open(where) as ledger:
        ledger.judge(Judgement(action="correct", by="Bo", uid=at.uid, fields={"confidential": True}))
    assert client.get("/review", params={"at": str(at)}).status_code == 404
    assert send(client, at, where, act="reject").status_code == 404  # type: ignore[attr-defined]
    assert "accepted" not in client.get("/review").text
    spots = [item["uid"] for item in client.get("/review/items", params={"count": 4}).json()["items"]]
    assert at.uid not in spots
    assert len(spots) == 3


def test_changes_from_other_sites_are_refused(client: TestClient, where: Path) -> None:
    at = spot("r1", "12", where)
    data = {"act": "accept", "at": str(at), "seen": 0, "key": "k"}
    assert client.post("/review/decide", data=data, headers={"origin": "http://evil.example"}).status_code == 403
    assert standing(where)["12"] == "unreviewed"


def test_two_people_at_once_lose_nothing(where: Path, new_ledger: object) -> None:
    """Both decide on one figure from the same state: one is recorded, the other is told."""
    from concurrent.futures import ThreadPoolExecutor

    at = spot("r1", "12", where)
    address = new_ledger()  # type: ignore[operator]
    with Ledger.open(address) as ledger:
        ledger.add(made())

    def decide(name: str) -> str:
        with Ledger.open(address) as ledger:
            judgement = Judgement(action="accept", by=name, uid=at.uid, start=at.start, end=at.end)
            try:
                record(ledger, [judgement], key=name, seen=0)
            except Meanwhile as others:
                return str(others)
        return "recorded"

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(decide, ["A1", "B1", "C1", "D1"]))
    assert told.count("recorded") == 1
    assert sum("accepted “12”" in words for words in told) == 3


def test_another_program_that_leaves_takes_no_decision_along(where: Path) -> None:
    """A second look into the file must not drop the locks of the first connection: the last to leave removes the log."""
    at = spot("r1", "12", where)
    with Ledger.open(where) as ledger:
        Ledger.open(where).close()
        look = f"from tallyroom.ledger import Ledger; Ledger.open({str(where)!r}).close()"
        subprocess.run([sys.executable, "-c", look], check=True)
        record(ledger, [Judgement(action="accept", by="Ana", uid=at.uid, start=at.start, end=at.end)], key="k")
        read = f"from tallyroom.ledger import Ledger; print(len(list(Ledger.open({str(where)!r}).judgements())))"
        found = subprocess.run([sys.executable, "-c", read], check=True, capture_output=True, text=True)
    assert found.stdout == "1\n"


def test_an_act_of_two_judgements_is_kept_whole_or_not_at_all(where: Path) -> None:
    at = spot("r1", "40", where)
    with Ledger.open(where) as ledger:
        figure = next(c.figure for c in ledger.claims(Query(report="r1")) if c.figure.quote == "40")
        both = moved(figure, at, at.start - 6, at.end, "Ana")
        bad = msgspec.structs.replace(both[1], fields={"measure": "smelled"})
        with pytest.raises(Exception, match="does not fit"):
            record(ledger, [both[0], bad], key="k")
        assert list(ledger.judgements()) == []
        record(ledger, both, key="k")
        assert take_back(ledger, "k", by="Ana", key="u", uid=at.uid).judgements[0].action == "undo"
        with pytest.raises(Exception, match="no such decision of yours"):
            take_back(ledger, "k", by="Bo", key="u2", uid=at.uid)
