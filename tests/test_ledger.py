"""The ledger on both databases: nothing read and nothing decided is lost, and what counts follows from it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tallyroom.errors import LedgerError, UsageError
from tallyroom.ledger import Judgement, Ledger, Query, TwoReports
from tallyroom.ledger.diff import Side, diff
from tallyroom.ledger.dump import dump_lines, load_entry
from tallyroom.ledger.redact import redact
from tallyroom.ledger.verify import Checked, verify
from tallyroom.ledger.words import BLOCK
from tallyroom.model import Extraction, Figure, Problem, make_report, with_claim_ids

FIRE = "A fire on the ferry Alma killed 12 people, the coast guard said. At least 30 were hurt."
LATER = "A fire on the ferry Alma killed 14 people, the coast guard said. At least 30 were hurt."


def figure(text: str, quote: str, **fields: object) -> Figure:
    start = text.index(quote)
    number = int(next(word for word in quote.split() if word.isdigit()))
    row = {
        "id": "f1",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "low": number,
        "best": number,
        "high": number,
    }
    return msgspec.convert({**row, **fields}, Figure)


def reading(
    text: str = FIRE, *, toll: str = "12", url: str | None = "https://a.example/fire", id: str | None = None,
    published: str = "2025-03-04", reader: str = "one", source: str = "the coast guard", outlet: str = "Daily A",
) -> Extraction:  # fmt: skip
    report = make_report(text, url=url, id=id, published=published, outlet=outlet, title="Ferry fire")
    figures = [
        figure(text, toll, measure="killed", population="people", source=source, event_time="2025-03-03"),
        figure(text, "At least 30", id="f2", measure="injured", bound="at_least", high=None, event_time="2025-03-03"),
    ]
    return Extraction(report=report, extractor=reader, figures=with_claim_ids(report.uid, figures))


@pytest.fixture
def ledger(new_ledger):
    with Ledger.open(new_ledger()) as held:
        yield held


def killed(ledger: Ledger, **query: object):
    found = list(ledger.claims(Query(measure="killed", **query)))
    assert len(found) == 1
    return found[0]


def decide(ledger: Ledger, action: str, by: str = "Ann", **more: object) -> Judgement:
    claim = killed(ledger, review="all")
    return ledger.judge(
        Judgement(action=action, by=by, uid=claim.uid, start=claim.figure.start, end=claim.figure.end, **more)
    )


def test_the_same_report_twice_changes_nothing(ledger):
    first, second = ledger.add(reading()), ledger.add(reading())
    assert (first.new_report, first.new_reading, second.new_report, second.new_reading) == (True, True, False, False)
    assert len(list(ledger.log.entries())) == 2
    assert [c.figure.quote for c in ledger.claims()] == ["12", "At least 30"]


def test_a_changed_text_is_a_new_version_and_its_number_a_problem(ledger):
    ledger.add(reading())
    ledger.add(reading(LATER, toll="14"))
    assert killed(ledger).figure.best == 14
    assert {c.figure.best for c in ledger.claims(Query(measure="killed", all_versions=True))} == {12, 14}
    problems = [p.problem for p in ledger.problem_page(Query(kind="edited")).rows]
    assert [(p.quote, p.suggestion) for p in problems] == [("14", "12")]


def test_a_change_with_a_notice_is_no_edit(ledger):
    ledger.add(reading())
    ledger.add(reading(LATER + " This article has been corrected.", toll="14"))
    assert ledger.problem_page(Query(kind="edited")).rows == ()


def test_one_id_for_two_texts_names_both(ledger):
    ledger.add(reading(id="r1"))
    with pytest.raises(TwoReports, match=r"a\.example/fire.*b\.example/other"):
        ledger.add(reading(LATER, toll="14", id="r1", url="https://b.example/other"))
    assert len(list(ledger.reports())) == 1


def test_a_copy_is_kept_as_a_copy(ledger):
    first = ledger.add(reading())
    ledger.add(reading(url="https://b.example/wire"))
    assert [r.copy_of for r in ledger.reports()] == [None, first.uid]
    assert [p.problem.kind for p in ledger.problem_page(Query(kind="copy")).rows] == ["copy"]


def test_a_new_extractor_supersedes_and_the_old_reading_stays(ledger):
    ledger.add(reading())
    ledger.add(reading(reader="two", source="a witness"))
    assert killed(ledger).figure.source == "a witness"
    changes = list(diff(Side(ledger, extractor="one"), Side(ledger, extractor="two")))
    assert [(c.change, c.fields) for c in changes] == [("revised", {"source": ("the coast guard", "a witness")})]


def test_a_judgement_survives_a_new_reading(ledger):
    ledger.add(reading())
    decide(ledger, "correct", fields={"best": 13, "low": 13, "high": 13})
    ledger.add(reading(reader="two", source="a witness"))
    claim = killed(ledger)
    assert (claim.figure.best, claim.figure.source, claim.review) == (13, "a witness", "corrected")
    assert claim.read is not None
    assert claim.read.best == 12


def test_a_judgement_follows_its_sentence_else_waits(ledger):
    ledger.add(reading())
    decide(ledger, "accept")
    moved = "Update at noon. " + FIRE
    ledger.add(reading(moved))
    assert killed(ledger).review == "accepted"
    ledger.add(reading(LATER, toll="14"))
    assert killed(ledger).review == "unreviewed"
    assert [j.action for _, j in ledger.waiting()] == ["accept"]


def test_two_people_who_differ_both_stand(ledger):
    ledger.add(reading())
    decide(ledger, "accept", "Ann")
    decide(ledger, "reject", "Bob")
    claim = killed(ledger)
    assert claim.review == "disputed"
    assert [(d.by, d.verdict) for d in claim.decisions] == [("Ann", "accepted"), ("Bob", "rejected")]
    decide(ledger, "reject", "Ann")
    assert list(ledger.claims(Query(measure="killed"))) == []
    assert killed(ledger, review="rejected").review == "rejected"


def test_undo_withdraws_ones_own_last_only(ledger):
    ledger.add(reading())
    decide(ledger, "reject", "Ann")
    with pytest.raises(UsageError, match="Bob has no judgement"):
        ledger.undo("Bob")
    ledger.undo("Ann")
    assert killed(ledger).review == "unreviewed"
    with pytest.raises(UsageError, match="Ann has no judgement"):
        ledger.undo("Ann")


def test_a_figure_that_was_missed_is_added(ledger):
    ledger.add(reading())
    start = FIRE.index("ferry")
    uid = next(ledger.reports()).report.uid
    ledger.judge(
        Judgement(action="add", by="Ann", uid=uid, start=start, end=start + 5, fields={"best": 1, "measure": "damaged"})
    )
    claim = next(ledger.claims(Query(measure="damaged")))
    assert (claim.figure.quote, claim.review) == ("ferry", "added")
    with pytest.raises(UsageError, match="does not fit"):
        ledger.judge(Judgement(action="add", by="Ann", uid=uid, start=0, end=1, fields={"measure": "eaten"}))
    with pytest.raises(UsageError, match="is no place"):
        ledger.judge(Judgement(action="add", by="Ann", uid=uid, start=0, end=9999, fields={"best": 1}))


def test_a_redacted_name_is_nowhere_and_the_ledger_still_verifies(ledger):
    ledger.add(reading())
    decide(ledger, "accept")
    uid, start = next(ledger.reports()).report.uid, FIRE.index("coast guard")
    redact(ledger, uid, start, start + len("coast guard"), by="Ann", why="asked for")
    for table in ("entry", "claim", "problem", "term"):
        for row in ledger.database.rows(f"select * from {table}"):
            assert "coast guard" not in str(row)
    assert list(ledger.reports(Query(text="coast"))) == []
    assert killed(ledger).figure.source == "the " + BLOCK * 11
    assert killed(ledger).review == "accepted"
    checked = Checked()
    assert list(verify(ledger, checked)) == []
    assert (checked.redacted, checked.judgements) == (1, 2)
    assert not ledger.add(reading(reader="two")).new_reading


def test_confidential_reports_and_sources_stay_out(ledger):
    ledger.add(reading())
    uid = next(ledger.reports()).report.uid
    ledger.judge(
        Judgement(action="correct", by="Ann", kind="source", a="The Coast Guard", fields={"confidential": True})
    )
    public = [c.figure.quote for c in ledger.claims(Query(confidential=False))]
    assert public == ["At least 30"]
    ledger.judge(Judgement(action="correct", by="Ann", uid=uid, fields={"confidential": True}))
    assert list(ledger.claims(Query(confidential=False))) == []
    assert not any(uid.encode() in line for line in dump_lines(ledger))
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert len(list(ledger.claims(Query(confidential=False)))) == 2


def test_what_people_said_of_names_that_only_a_hidden_report_holds_is_hidden_with_it(ledger):
    company = "12 people died, said the Ferry Company. At least 30 were hurt."
    ledger.add(reading())
    ledger.add(reading(company, url="https://b.example/2", source="the Ferry Company"))
    first, second = (held.report for held in ledger.reports())
    for kind, a, b in (
        ("source", "Ferry Company", "the coast guard"), ("report", first.id, second.id), ("event", second.id, "A fire"),
        ("source", "the coast guard", "NCG"),
    ):  # fmt: skip
        ledger.judge(Judgement(action="same", by="Ann", kind=kind, a=a, b=b))
    assert sum(b'"judgement"' in line for line in dump_lines(ledger)) == 4
    ledger.judge(Judgement(action="correct", by="Ann", uid=second.uid, fields={"confidential": True}))
    (left,) = (line for line in dump_lines(ledger) if b'"judgement"' in line)
    assert b"NCG" in left
    assert len(list(dump_lines(ledger, confidential=True))) == 9


def test_names_that_are_the_same_are_found_together(ledger):
    ledger.add(reading())
    ledger.judge(Judgement(action="same", by="Ann", kind="source", a="NCG", b="the coast guard"))
    assert killed(ledger, source="ncg").figure.source == "the coast guard"
    ledger.judge(Judgement(action="different", by="Ann", kind="source", a="NCG", b="the coast guard"))
    assert list(ledger.claims(Query(source="ncg"))) == []


def test_what_the_ledger_held_then(ledger):
    ledger.add(reading(), at="2025-03-04T10:00:00.000000Z")
    ledger.add(reading(LATER, toll="14"), at="2025-03-05T10:00:00.000000Z")
    assert killed(ledger, known_at="2025-03-04").figure.best == 12
    assert killed(ledger, known_at="2025-03-05T09:00:00+00:00").figure.best == 12
    assert killed(ledger, known_at="2025-03-06").figure.best == 14
    assert list(ledger.claims(Query(known_at="2025-03-01"))) == []
    changes = list(diff(Side(ledger, known_at="2025-03-04"), Side(ledger, known_at="2025-03-06")))
    assert sorted(c.change for c in changes) == ["added", "added", "withdrawn", "withdrawn"]


@pytest.mark.parametrize(
    ("query", "quotes"),
    [
        ({"measure": "injured"}, ["At least 30"]), ({"source": "COAST"}, ["12"]), ({"population": "peop"}, ["12"]),
        ({"value_from": 20}, ["At least 30"]), ({"value_to": 20}, ["12"]), ({"happened_to": "2025-03-02"}, []),
        ({"happened_from": "2025-03", "measure": "killed"}, ["12"]), ({"published_to": "2024"}, []),
        ({"text": "ferry alma", "measure": "killed"}, ["12"]), ({"text": "train"}, []), ({"outlet": "daily",
        "value_to": 20}, ["12"]),
        ({"as_of": "2025-03-02"}, []), ({"as_of": "2025-03-03", "measure": "killed"}, ["12"]), ({"collection": "x"},
        []),
        ({"source": "%"}, []), ({"source": "' or 1=1 --"}, []), ({"text": "\"' or near( *"}, []), ({"place": ":x;"},
        []),
    ],
)  # fmt: skip
def test_filters(ledger, query, quotes):
    ledger.add(reading())
    assert [c.figure.quote for c in ledger.claims(Query(**query))] == quotes
    assert ledger.count_claims(Query(**query)) == len(quotes)


def test_problems_are_asked_by_the_figures_of_their_report(ledger):
    ledger.add(reading())
    ledger.add(reading(LATER, toll="14"), collection="fires")

    def kinds(**query: object) -> list[str]:
        return [p.problem.kind for p in ledger.problem_page(Query(**query)).rows]

    assert kinds() == kinds(measure="killed") == kinds(source="coast guard", value_from=14) == ["edited"]
    assert kinds(collection="fires", text="ferry") == ["edited"]
    assert kinds(measure="missing") == kinds(source="nobody") == kinds(event="Alma") == kinds(review="accepted") == []
    uid = next(ledger.reports()).report.uid
    ledger.judge(Judgement(action="correct", by="Ann", uid=uid, fields={"event": "Alma"}))
    assert kinds(event="Alma") == kinds(event="Alma", known_at="2999-01-01") == ["edited"]
    damaged = Problem(kind="truncated", quote="", start=0, end=0, message="cut off")
    bare = make_report("It ends in mid", url="https://c.example/cut")
    ledger.add(Extraction(report=bare, extractor="one", problems=(damaged,)))
    ledger.judge(Judgement(action="correct", by="Ann", uid=bare.uid, fields={"event": "Storm"}))
    assert kinds(event="Storm") == ["truncated"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "eaten"},
        {"review": "maybe"},
        {"published_from": "soon"},
        {"known_at": "x"},
        {"after": "x"},
        {"sort": "size"},
    ],
)
def test_a_filter_that_cannot_be_meant_is_told(ledger, wrong):
    with pytest.raises(UsageError):
        list(ledger.claims(Query(**wrong)))


@pytest.mark.parametrize("sort", ["published", "happened", "value", "recorded"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_by_key_hold_each_claim_once(ledger, sort, descending):
    for day in range(1, 8):
        ledger.add(reading(url=f"https://a.example/{day}", published=f"2025-03-{day:02d}"))
    query = Query(sort=sort, descending=descending, limit=3)
    seen = []
    while True:
        page = ledger.claim_page(query)
        seen += [c.claim_id for c in page.rows]
        if page.next is None:
            break
        query = msgspec.structs.replace(query, after=page.next)
    whole = [c.claim_id for c in ledger.claims(Query(sort=sort, descending=descending, limit=None))]
    assert seen == whole
    assert len(set(seen)) == 14


def test_hostile_text_goes_in_and_comes_out_as_it_is(ledger):
    text = "'; drop table claim; -- \x1b[2J %s :name {x} \\ \" \u202e killed 12 people. At least 30 hurt."
    ledger.add(reading(text, source="x'; delete from entry; --"))
    assert next(ledger.reports()).report.text == text
    assert killed(ledger, source="'; delete").figure.source == "x'; delete from entry; --"


def test_json_lines_round_trip_to_the_same_ledger(ledger, new_ledger):
    ledger.add(reading(), collection="ferries")
    ledger.add(reading(LATER, toll="14"))
    ledger.add(reading(LATER, toll="14", reader="two", source="a witness"))
    decide(ledger, "correct", fields={"best": 15})
    decide(ledger, "accept", "Bob")
    ledger.judge(Judgement(action="same", by="Bob", kind="source", a="x", b="a witness"))
    start = LATER.index("Alma")
    redact(ledger, killed(ledger).uid, start, start + 4, by="Ann")
    ledger.undo("Bob")
    lines = [msgspec.json.decode(line) for line in dump_lines(ledger, confidential=True)]
    with Ledger.open(new_ledger()) as other:
        assert all(load_entry(other, line) for line in lines)
        assert not any(load_entry(other, line) for line in lines)
        assert [msgspec.json.decode(line) for line in dump_lines(other, confidential=True)] == lines
        every = Query(limit=None, review="all", all_versions=True, sort="recorded")
        assert list(other.claims(every)) == list(ledger.claims(every))
        assert list(verify(other, Checked())) == []


def test_the_log_cannot_be_changed(ledger):
    ledger.add(reading())
    for sql in ("delete from entry", "update entry set body = '{}'", "update entry set uid = 'x', redacted = 1"):
        with pytest.raises(LedgerError, match="append-only"):
            ledger.database.execute(sql)
    assert len(list(ledger.log.entries())) == 2


def test_verify_finds_a_changed_text(ledger):
    ledger.add(reading())
    drop = (
        "drop trigger entry_unchanged" if ledger.database.kind == "sqlite" else "alter table entry disable trigger all"
    )
    ledger.database.execute(drop)
    ledger.database.execute("update entry set body = replace(body, 'killed 12', 'killed 99')")
    faults = [fault.what for fault in verify(ledger, Checked())]
    assert any("hash" in fault for fault in faults)
    assert any("does not stand" in fault for fault in faults)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update claim set value = 120 where measure = 'killed'", "was changed: it does not follow from the log"),
        ("update claim set review = 'accepted'", "was changed: it does not follow from the log"),
        ("update claim set body = replace(body, '\"best\":12', '\"best\":21')", "was changed: it does not follow"),
        ("delete from claim where measure = 'killed'", "is missing from what counts"),
    ],
)
def test_verify_finds_what_does_not_follow_from_the_log(ledger, change, told):
    ledger.add(reading())
    decide(ledger, "correct", fields={"high": None})
    ledger.undo("Ann")
    assert list(verify(ledger, Checked())) == []
    ledger.database.execute(change)
    faults = [fault.what for fault in verify(ledger, Checked())]
    assert any(told in fault for fault in faults), faults
    assert len(faults) == len(set(faults))


def test_series_are_built_from_what_counts(ledger):
    from tallyroom.series import build_series

    ledger.add(reading())
    decide(ledger, "correct", fields={"low": 13, "best": 13, "high": 13})
    series = build_series(ledger.series_claims(), ledger.series_judgements())
    assert [p.best for one in series if one.measure == "killed" for p in one.points] == [13]


def test_ledgers_of_past_schemas_open_whole(tmp_path):
    import shutil

    past = sorted((Path(__file__).parent / "ledgers").glob("schema-*.db"))
    assert past
    for path in past:
        copy = tmp_path / path.name
        shutil.copy(path, copy)
        with Ledger.open(copy, create=False) as held:
            assert list(verify(held, Checked())) == []
            assert killed(held).review == "corrected"
            assert killed(held).figure.best == 15
            assert len(list(held.claims(Query(measure="killed", all_versions=True)))) == 2
