"""Sources, populations and places across the reports of a ledger: what meets, what stays apart, what people settle."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from tallyroom.cli.asking import figures_command, problems_command, reports_command, show_command, sources_command
from tallyroom.cli.judging import judge_command
from tallyroom.cli.keeping import diff_command
from tallyroom.errors import UsageError
from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.dump import dump_lines, load_entry
from tallyroom.ledger.lineup import all_series
from tallyroom.ledger.verify import Checked, verify
from tallyroom.model import Extraction, Figure, make_report, with_claim_ids


@pytest.fixture
def ledger(new_ledger):
    with Ledger.open(new_ledger()) as held:
        yield held


def report(id: str, text: str, *figures: dict, title: str | None = None, published: str = "2025-01-10") -> Extraction:
    made = make_report(text, id=id, published=published, title=title or f"Report {id}", outlet=f"Outlet {id}")
    read = []
    for n, fields in enumerate(figures, 1):
        quote = fields.pop("quote")
        start, value = text.index(quote), int("".join(c for c in quote if c.isdigit()))
        row = {"id": f"f{n}", "quote": quote, "start": start, "end": start + len(quote), "low": value, "best": value,
               "high": value, "measure": "killed", "population": "people"}  # fmt: skip
        read.append(msgspec.convert({**row, **fields}, Figure))
    return Extraction(report=made, extractor="one", figures=with_claim_ids(made.uid, read))


def of_services() -> list[Extraction]:
    kursk = {"population": "North Korean soldiers", "place": "Kursk"}
    return [
        report(
            "a", "South Korea's National Intelligence Service counts 300 killed in Kursk. 700 are hurt, the NIS said.",
            {"quote": "300", "source": "South Korea's National Intelligence Service", **kursk},
            {"quote": "700", "source": "the NIS", **kursk, "measure": "injured"},
        ),
        report("b", "South Korea's spy agency put the dead at 310.", {"quote": "310", "source": "South Korea's spy agency", **kursk}),
        report("c", "In Seoul, the National Intelligence Service spoke of 320 dead.",
               {"quote": "320", "source": "the National Intelligence Service", **kursk}),
        report("d", "Pakistan's National Intelligence Service spoke of 12 dead in Quetta.",
               {"quote": "12", "source": "Pakistan's National Intelligence Service", "place": "Quetta"}),
        report("e", "North Korea's spy agency said that 5 had died.", {"quote": "5", "source": "North Korea's spy agency"}),
        report("f", "The NIS said that 8 had died.", {"quote": "8", "source": "the NIS"}),
    ]  # fmt: skip


def add_services(ledger: Ledger) -> None:
    for extraction in of_services():
        ledger.add(extraction)


def quotes(ledger: Ledger, **query: object) -> list[str]:
    return [c.figure.quote for c in ledger.claims(Query(sort="value", descending=False, limit=None, **query))]


def judged(ledger: Ledger, action: str, kind: str, a: str, b: str, by: str = "Ann") -> None:
    ledger.judge(Judgement(action=action, by=by, kind=kind, a=a, b=b))


def test_one_service_under_all_its_names_and_namesakes_apart(ledger):
    add_services(ledger)
    rows = {row["source_id"]: row for row in ledger.sources(Query())}
    korean = rows["kr-nis"]
    assert (korean["source"], korean["claims"], korean["reports"]) == ("National Intelligence Service", 4, 3)
    assert korean["names"] == [
        "South Korea's National Intelligence Service",
        "South Korea's spy agency",
        "the National Intelligence Service",
        "the NIS",
    ]
    assert (korean["country"], korean["source_kind"], korean["affiliation"]) == (
        "kr",
        "intelligence service",
        "kr-government",
    )
    assert set(rows) == {"kr-nis", "pk-national-intelligence-service", "kp-rgb", "nis"}
    for name in ("South Korea's spy agency", "kr-nis", "South Korea's National Intelligence Service"):
        assert quotes(ledger, source=name) == ["300", "310", "320", "700"]
    assert quotes(ledger, source="Pakistan's National Intelligence Service") == ["12"]
    assert quotes(ledger, source_country="kp") == ["5"]
    assert quotes(ledger, source_kind="intelligence service", country="pk") == ["12"]


def test_unsure_words_stay_apart_and_are_offered_until_a_person_settles_them(ledger):
    add_services(ledger)
    (unsure,) = ledger.sources(Query(), unsure=True)
    assert (unsure["source_id"], unsure["rivals"], unsure["claims"]) == ("nis", ["ke-nis", "kr-nis"], 1)
    judged(ledger, "same", "source", "the NIS", "kr-nis")
    assert ledger.sources(Query(), unsure=True) == []
    assert quotes(ledger, source="kr-nis") == ["8", "300", "310", "320", "700"]
    settled = next(ledger.claims(Query(value_to=8, value_from=8))).resolved.source
    assert (settled.id, settled.method, settled.country) == ("kr-nis", "judgement", "kr")
    assert ledger.sources(Query())[0]["judged"] == ["the NIS = kr-nis (Ann)"]
    ledger.undo("Ann")
    assert quotes(ledger, source="kr-nis") == ["300", "310", "320", "700"]
    assert [row["source_id"] for row in ledger.sources(Query(), unsure=True)] == ["nis"]


def test_what_is_judged_holds_for_reports_that_come_later(ledger):
    judged(ledger, "same", "source", "the NIS", "kr-nis")
    add_services(ledger)
    assert quotes(ledger, source="kr-nis") == ["8", "300", "310", "320", "700"]


def test_two_names_that_the_program_took_for_one_are_told_apart(ledger):
    add_services(ledger)
    judged(ledger, "different", "source", "South Korea's National Intelligence Service", "South Korea's spy agency")
    assert quotes(ledger, source="kr-nis") == ["300", "320", "700"]
    assert quotes(ledger, source="South Korea's spy agency") == ["310"]
    judged(ledger, "same", "source", "South Korea's spy agency", "kp-rgb")
    assert quotes(ledger, source="kp-rgb") == ["5", "310"]
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert quotes(ledger, source="kr-nis") == ["300", "310", "320", "700"]


def test_a_later_word_stands_above_a_chain_of_earlier_ones(ledger):
    add_services(ledger)
    judged(ledger, "same", "source", "kr-nis", "nis")
    judged(ledger, "same", "source", "nis", "kp-rgb")
    assert quotes(ledger, source="kr-nis") == ["5", "8", "300", "310", "320", "700"]
    judged(ledger, "different", "source", "kr-nis", "kp-rgb")
    assert "5" not in quotes(ledger, source="kr-nis")
    assert quotes(ledger, source="kp-rgb")[0] == "5"


def test_two_people_who_differ_on_names_both_stand(ledger):
    add_services(ledger)
    judged(ledger, "same", "source", "nis", "kr-nis", "Ann")
    judged(ledger, "different", "source", "kr-nis", "nis", "Bob")
    (pair,) = ledger.same_and_different("source")
    assert (pair.same, pair.by, pair.disputed) == (False, "Bob", True)
    assert quotes(ledger, source="kr-nis") == ["300", "310", "320", "700"]
    assert ledger.sources(Query())[0]["judged"] == ["kr-nis ≠ nis (Bob, disputed)"]
    ledger.undo("Bob")
    assert "8" in quotes(ledger, source="kr-nis")
    assert [pair.disputed for pair in ledger.same_and_different("source")] == [False]


def test_a_name_that_stands_for_several_is_asked_back(ledger):
    ledger.add(report("k", "Kenya's NIS said 4 died.", {"quote": "4", "source": "Kenya's NIS"}))
    ledger.add(report("m", "In Kenya the NIS said 3 died.", {"quote": "3", "source": "the NIS"}))
    ledger.add(report("n", "In Seoul the NIS said 2 died.", {"quote": "2", "source": "the NIS"}))
    with pytest.raises(UsageError, match="ke-nis, kr-nis"):
        judged(ledger, "same", "source", "the NIS", "kr-nis")
    with pytest.raises(UsageError, match="no kind"):
        judged(ledger, "same", "person", "a", "b")


def test_the_relation_of_a_claimant_follows_what_is_settled(ledger):
    add_services(ledger)
    ledger.add(report("g", "Russia's military said 9 North Korean soldiers died.",
                      {"quote": "9", "source": "Russia's military", "population": "North Korean soldiers"}))  # fmt: skip
    ledger.add(report("h", "Ukraine's military said 11 North Korean soldiers died. An officer told of 13 North Korean soldiers.",
                      {"quote": "11", "source": "Ukraine's military", "population": "North Korean soldiers"},
                      {"quote": "13", "source": "an officer", "population": "North Korean soldiers"}))  # fmt: skip
    assert quotes(ledger, relation="own_side") == ["9"]
    assert quotes(ledger, relation="opponent") == ["11"]
    assert quotes(ledger, relation="third_party") == ["300", "310", "320", "700"]
    judged(ledger, "same", "source", "an officer", "Ukraine's military")
    assert quotes(ledger, relation="opponent") == ["11", "13"]
    ledger.undo("Ann")
    assert quotes(ledger, relation="opponent") == ["11"]
    with pytest.raises(UsageError, match="no relation"):
        quotes(ledger, relation="friend")


def test_populations_and_places_are_filtered_by_what_they_mean(ledger):
    ledger.add(report("p", "30 soldiers from North Korea and 2 North Korean troops. 4 Ukrainian girls. 6 villagers.",
                      {"quote": "30", "population": "soldiers from North Korea", "place": "the Kursk region"},
                      {"quote": "2", "population": "North Korean troops", "place": "Sudzha"},
                      {"quote": "4", "population": "Ukrainian girls", "place": "Kyiv"},
                      {"quote": "6", "population": "villagers", "place": "Springfield"}))  # fmt: skip
    assert quotes(ledger, population="North Korean troops") == ["2", "30"]
    assert quotes(ledger, side="kp") == ["2", "30"]
    assert quotes(ledger, status="civilian") == ["6"]
    assert quotes(ledger, age="child", sex="female") == ["4"]
    assert quotes(ledger, country="ru") == ["2", "30"]
    assert quotes(ledger, admin1="ru-41") == ["2", "30"]
    (springfield,) = ledger.names("place", Query(), unsure=True)
    assert springfield["place"] == "Springfield"
    assert len(springfield["rivals"]) > 1
    judged(ledger, "same", "place", "Springfield", "Springfield, Illinois")
    assert quotes(ledger, country="us") == ["6"]
    judged(ledger, "same", "population", "villagers", "Ukrainian civilians")
    assert quotes(ledger, side="ua") == ["4", "6"]
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert quotes(ledger, country="us") == []
    assert quotes(ledger, side="ua") == ["4"]


def test_a_person_states_what_the_words_of_one_claim_mean(ledger):
    add_services(ledger)
    claim = next(ledger.claims(Query(value_from=8, value_to=8)))

    def correct(**fields: object) -> None:
        ledger.judge(
            Judgement(action="correct", by="Ann", uid=claim.uid, start=claim.figure.start, end=claim.figure.end,
                      fields=fields)
        )  # fmt: skip

    correct(source_id="ke-nis")
    assert quotes(ledger, source_country="ke") == ["8"]
    correct(population_sides=["ke"], population_status="civilian")
    assert quotes(ledger, side="ke", status="civilian") == ["8"]
    assert quotes(ledger, relation="own_side") == ["8"]
    for wrong in ({"population_status": "asleep"}, {"source_country": "Kenya"}, {"where_prec": 9}, {"latitude": "x"}):
        with pytest.raises(UsageError):
            correct(**wrong)
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert quotes(ledger, source_country="ke") == []
    assert [row["source_id"] for row in ledger.sources(Query(), unsure=True)] == ["nis"]


def test_words_that_are_read_anew_get_a_new_row_and_the_old_stays(ledger):
    add_services(ledger)
    before = ledger.database.rows("select count(*) from resolution")[0][0]
    (fresh,) = (one for one in of_services() if one.report.id == "f")
    figures = tuple(msgspec.structs.replace(f, source="Kenya's NIS", claim_id="") for f in fresh.figures)
    ledger.add(msgspec.structs.replace(fresh, extractor="two", figures=with_claim_ids(fresh.report.uid, list(figures))))
    assert quotes(ledger, source="ke-nis") == ["8"]
    assert ledger.database.rows("select count(*) from resolution")[0][0] == before + 1
    start = fresh.figures[0].start
    history = [c.resolved.source.id for c in ledger.history(fresh.report.uid, start, start + 1)]
    assert history == ["nis", "ke-nis"]


def test_a_confidential_source_is_hidden_under_all_its_names(ledger):
    add_services(ledger)
    hide = Judgement(
        action="correct", by="Ann", kind="source", a="South Korea's spy agency", fields={"confidential": True}
    )
    ledger.judge(hide)
    assert quotes(ledger, confidential=False) == ["5", "8", "12"]
    judged(ledger, "same", "source", "nis", "kr-nis")
    assert quotes(ledger, confidential=False) == ["5", "12"]
    written = b"".join(dump_lines(ledger))
    assert b"spy agency" not in written.replace(b"North Korea's spy agency", b"")
    assert b"kr-nis" not in written
    said = [claim.figure.quote for claim in ledger.series_claims(Query(confidential=False, limit=None))]
    assert sorted(said) == ["12", "5"]
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert len(quotes(ledger, confidential=False)) == 7


def test_judged_copies(ledger):
    add_services(ledger)
    judged(ledger, "same", "report", "a", "b")
    uid = ledger.report("a").report.uid
    assert ledger.report("b").copy_of == uid
    assert [(p.report_id, p.problem.kind) for p in ledger.problem_page(Query(kind="copy")).rows] == [("b", "copy")]
    ledger.undo("Ann")
    assert ledger.report("b").copy_of is None
    assert ledger.problem_page(Query(kind="copy")).rows == ()
    text = of_services()[0]
    twin = make_report(text.report.text, url="https://other.example/a")
    ledger.add(Extraction(report=twin, extractor="one"))
    assert ledger.report(twin.uid).copy_of == uid
    judged(ledger, "different", "report", "a", twin.id)
    assert ledger.report(twin.uid).copy_of is None
    with pytest.raises(UsageError, match="one report already"):
        judged(ledger, "same", "report", "a", uid)


def test_events_are_joined_and_parted_by_people(ledger):
    from tallyroom.ledger.events import event_page

    fire = {"place": "Lorne", "population": "Alma passengers", "event_time": "2025-03-03"}
    for id, day, text in [
        ("one", "2025-03-03", "A fire on the ferry Alma off Lorne killed 12 people. The Alma burned."),
        ("two", "2025-03-04", "The fire on the ferry Alma off Lorne killed 14 people. The Alma sank."),
    ]:
        ledger.add(
            report(
                id,
                text,
                {"quote": text.split("killed ")[1][:2], **fire},
                published=day,
                title="Ferry Alma burns off Lorne",
            )
        )
    train = report(
        "rail", "A train left its rails near Quetta: 3 died.", {"quote": "3", "place": "Quetta"}, title="Derailed"
    )
    ledger.add(train)

    def events() -> list[list[str]]:
        return sorted(row["report_ids"] for row in event_page(ledger, Query()).rows)

    assert events() == [["one", "two"], ["rail"]]
    judged(ledger, "different", "event", "one", "two")
    assert events() == [["one"], ["rail"], ["two"]]
    judged(ledger, "same", "event", "two", "Derailed")
    assert events() == [["one"], ["rail", "two"]]
    ledger.undo("Ann")
    ledger.undo("Ann")
    assert events() == [["one", "two"], ["rail"]]


def test_pairs_of_origins_and_series_are_handed_on(ledger):
    judged(ledger, "same", "origin", "the mayor", "the town hall")
    judged(ledger, "different", "series", "abc", "def")
    assert ledger.series_judgements().same_origins == (("the mayor", "the town hall"),)
    assert ledger.series_judgements().different_claims == (("abc", "def"),)
    assert [(p.a, p.b, p.same) for p in ledger.same_and_different("series")] == [("abc", "def", False)]
    ledger.undo("Ann")
    assert ledger.series_judgements().different_claims == ()


def test_a_ledger_and_its_copy_resolve_alike(ledger, new_ledger):
    add_services(ledger)
    judged(ledger, "same", "source", "the NIS", "kr-nis")
    judged(ledger, "different", "source", "kr-nis", "South Korea's spy agency")
    with Ledger.open(new_ledger()) as other:
        for line in dump_lines(ledger, confidential=True):
            load_entry(other, msgspec.json.decode(line))
        assert other.sources(Query()) == ledger.sources(Query())
        assert list(other.claims()) == list(ledger.claims())
        assert list(verify(other, Checked())) == []


def test_the_command_line_lists_and_settles(tmp_path):
    where = str(tmp_path / "a.db")
    with Ledger.open(where) as held:
        add_services(held)

    def run(command, *args: str) -> str:
        done = CliRunner().invoke(command, [*args, "--ledger", where], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "ke-nis; kr-nis" in run(sources_command, "--unsure")
    run(judge_command, "same", "source", "the NIS", "kr-nis", "--by", "Ann")
    assert "the NIS = kr-nis (Ann)" in run(sources_command)
    assert "nis" not in run(sources_command, "--unsure", "--format", "jsonl")
    assert "kp|combatant" in run(sources_command, "--of", "population")
    assert "Quetta" in run(sources_command, "--of", "place", "--country", "pk")
    shown = run(show_command, "South Korea's spy agency")
    assert "source_id    kr-nis" in shown
    assert "the NIS = kr-nis (Ann)" in shown
    assert " 310 " in shown
    assert "report_ids   d" in run(show_command, "Report d")
    assert '"figures"' in run(show_command, "kr-nis", "--format", "json")
    run(judge_command, "different", "source", "the NIS", "kr-nis", "--by", "Bob")
    waits = run(judge_command, "queue")
    assert "source  the NIS / kr-nis: different by Bob, others differ" in waits
    assert "source  1 name stays apart" in waits
    assert "0 judgements wait, 1 disputed pair" in waits
    unknown = CliRunner().invoke(show_command, ["nobody", "--ledger", where])
    assert isinstance(unknown.exception, UsageError)


def test_a_ledger_of_the_first_schema_is_resolved_when_it_is_opened(tmp_path):
    where = tmp_path / "old.db"
    shutil.copy(Path(__file__).parent / "ledgers" / "schema-1.db", where)
    with Ledger.open(where, create=False) as held:
        assert held.database.rows("select count(*) from claim where relation is null") == [(0,)]
        assert {row["source_id"] for row in held.sources(Query())} == {"coast-guard"}
        assert quotes(held, population="people", source="coast guard") == ["14"]


@pytest.mark.parametrize("order", [None, "published", "happened", "value", "recorded"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_of_names_and_events_hold_each_once(ledger, order, descending):
    from tallyroom.ledger.events import event_page

    add_services(ledger)
    for day in range(1, 8):
        ledger.add(report(f"x{day}", f"Envoy {day} said {day} died in Quetta.", {"quote": f"{day} died", "source": f"envoy {day}"},
                          title=f"Loss {day}", published=f"2025-02-0{day}"))  # fmt: skip

    def paged(ask, name: str) -> list[str]:
        seen, query = [], Query(limit=3, descending=descending)
        while True:
            page = ask(query)
            seen += [row[name] for row in page.rows]
            if page.next is None:
                return seen
            query = msgspec.structs.replace(query, after=page.next)

    for ask, name in (
        (lambda query: ledger.name_page("source", query, order=order), "source_id"),
        (lambda query: event_page(ledger, query, order), "event"),
    ):
        found = paged(ask, name)
        assert found == [row[name] for row in ask(Query(limit=None, descending=descending)).rows]
        assert len(set(found)) == len(found) > 6
    if order == "value":
        assert [row["source_id"] for row in ledger.name_page("source", Query(limit=1, descending=descending), order=order).rows] == [
            "kr-nis" if descending else "envoy-1"
        ]  # fmt: skip
    with pytest.raises(UsageError, match="is no page"):
        ledger.name_page("source", Query(after="x"))


def test_show_tells_all_that_is_known_of_a_figure(tmp_path):
    where = str(tmp_path / "a.db")
    fields = {
        "confidence": {"record": 0.4, "measure": 0.61},
        "rivals": {"measure": [{"value": "injured", "confidence": 0.3}]},
    }
    with Ledger.open(where) as held:
        held.add(report("f", "The NIS said that 8 had died.", {"quote": "8", "source": "the NIS", **fields}))
        claim_id = next(held.claims()).claim_id

    def run(command, *args: str) -> str:
        done = CliRunner().invoke(command, [*args, "--ledger", where], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    shown = run(show_command, claim_id[:12])
    assert "The NIS said that ⟦8⟧ had died." in shown
    assert "sure of      measure 0.61" in shown
    assert "or           measure: injured (0.30)" in shown
    assert "meant        source nis (" in shown
    assert "; it may be ke-nis, kr-nis" in shown
    for wrong in (["best=9"], ["low=9"], ["high=7"], ["low=9", "best=null", "high=7"]):
        done = CliRunner().invoke(judge_command, ["correct", claim_id, *wrong, "--by", "A", "--ledger", where])
        assert "do not go together" in str(done.exception), wrong
    missed = ["add", "f", "22", "23", "measure=killed", "low=9", "best=8"]
    done = CliRunner().invoke(judge_command, [*missed, "--by", "A", "--ledger", where])
    assert "at least 9, number 8, at most unknown do not go together" in str(done.exception)
    run(judge_command, "correct", claim_id, "low=9", "best=9", "high=null", "--by", "Ann")
    run(judge_command, "correct", claim_id, "bound=more_than", "low=10", "--by", "Ann")
    assert "as read      low 8, best 8, high 8, bound exact" in run(show_command, claim_id[:12])
    run(judge_command, "reject", claim_id, "--by", "Bob")
    shown = run(show_command, claim_id[:12])
    assert "Ann: corrected" in shown
    assert "Bob: rejected" in shown
    assert "source_sure  no" in shown
    spans = [line.split("  ") for line in shown.split("history\n")[1].splitlines()]
    assert [last[-1].split("; ")[-1] for last in spans] == [
        "unreviewed",
        "corrected (Ann)",
        "corrected (Ann)",
        "disputed (Ann, Bob)",
    ]
    moments = [words[1].split(" until ") for words in spans]
    assert [before[1] for before in moments[:-1]] == [after[0] for after in moments[1:]]
    assert "figures on which people differ: 1" in run(judge_command, "queue")


def test_things_are_named_as_the_lists_show_them_and_strange_names_are_told(tmp_path):
    where = str(tmp_path / "a.db")
    with Ledger.open(where) as held:
        for id, toll in (("p", "12"), ("q", "14")):
            text = f"The fire in Genoa on Monday killed {toll}, the mayor said. Survivors said that 20 died there."
            held.add(report(id, text, {"quote": toll, "source": "the mayor", "place": "Genoa", "aggregation": "cumulative"},
                            {"quote": "20", "source": "survivors", "place": "Genoa", "aggregation": "cumulative"}))  # fmt: skip
        ids = {claim.figure.quote: claim.claim_id for claim in held.claims()}

    def run(command, *args: str) -> str:
        done = CliRunner().invoke(command, [*args, "--ledger", where], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def judge(*args: str) -> str:
        return run(judge_command, *args, "--by", "Ann")

    assert judge("different", "series", ids["12"][:12], ids["14"]).startswith("different recorded")
    with Ledger.open(where) as held:
        assert held.series_judgements().different_claims == ((ids["12"], ids["14"]),)
        series = next(one.series_id for one in all_series(held))
    judge("undo")
    for known in (["origin", "the mayor", "survivors"], ["event", "Report p", "q"], ["series", series, ids["14"][:9]],
                  ["source", "mayor", "survivors"], ["report", "p", "q"], ["place", "Genoa", "Genova"]):  # fmt: skip
        assert "so far" not in judge("same", *known), known
        judge("undo")
    for kind in ("source", "population", "place", "origin", "event", "series"):
        assert "nothing here is called 'nobody' so far" in judge("same", kind, "nobody", "no one else"), kind
        judge("undo")
    listed = run(problems_command, "--kind", "contradiction")
    key = next(word for word in listed.split() if word.startswith("contradiction:"))
    assert all(len(part) == 12 for part in key.partition(":")[2].split(","))
    judge("dismiss", key)
    assert key not in run(problems_command)


def test_what_was_said_of_a_whole_report_is_undone(ledger):
    ledger.add(report("a", "A fire killed 12.", {"quote": "12"}), collection="fires")
    whole = {"event": "Fire", "collection": "ferries", "confidential": True}
    ledger.judge(Judgement(action="correct", by="Ann", uid=ledger.report("a").report.uid, fields=whole))
    held = ledger.report("a")
    assert (held.event, held.collection, held.confidential) == ("Fire", "ferries", True)
    assert quotes(ledger, collection="ferries") == ["12"]
    ledger.undo("Ann")
    held = ledger.report("a")
    assert (held.event, held.collection, held.confidential) == (None, "fires", False)
    assert (quotes(ledger, collection="fires"), quotes(ledger, collection="ferries")) == (["12"], [])


def test_what_cannot_be_meant_is_told_at_the_terminal(tmp_path):
    where = str(tmp_path / "a.db")
    with Ledger.open(where) as held:
        add_services(held)
        (twin,) = (one for one in of_services() if one.report.id == "f")
        held.add(Extraction(report=make_report(twin.report.text, id="copy"), extractor="one"))
    for command, args, told in [
        (judge_command, ["same", "source", "NIS", "the nis", "--by", "A"], "are one name"),
        (judge_command, ["dismiss", "copy", "edited", "--by", "A"], "those of this report: copy 0 0"),
        (judge_command, ["dismiss", "falling_total:123", "--by", "A"], "is no problem here"),
        (judge_command, ["dismiss", "nonsense", "--by", "A"], "is no problem here"),
        (diff_command, ["one", "two", "--extractors"], "'two' read nothing here; readers are one"),
        (figures_command, ["--value-from", "nan"], "is no number"),
        (reports_command, ["--sort", "value"], "reports have no value"),
        (problems_command, ["--sort", "happened"], "problems have no happened"),
    ]:
        done = CliRunner().invoke(command, [*args, "--ledger", where])
        assert isinstance(done.exception, UsageError), args
        assert told in str(done.exception)
    hidden = ["correct", "source:nobody", "confidential=yes", "--by", "A", "--ledger", where]
    assert "no report names 'nobody' so far" in CliRunner().invoke(judge_command, hidden).output
    done = CliRunner().invoke(judge_command, ["dismiss", "copy", "copy", "--by", "A", "--ledger", where])
    assert done.exit_code == 0
    with Ledger.open(where) as held:
        assert held.problem_page(Query(kind="copy")).rows == ()
        claim = next(held.claims(Query(value_from=5, value_to=5)))
        held.check_problem(Judgement(action="dismiss", by="A", problem=f"drift:{claim.claim_id}"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"source": "NIS"}, ["1", "2", "6"]),
        ({"source": "nis"}, ["1", "2", "6"]),
        ({"source": "minis"}, ["3", "4"]),
        ({"source": "UN"}, ["7"]),
        ({"source": "un"}, ["7", "8"]),
        ({"source": "al shabaab"}, ["5"]),
        ({"source": "Shabaab"}, ["5"]),
        ({"place": "Harbour, North"}, ["8"]),
        ({"outlet": "let 1"}, []),
        ({"outlet": "Outlet 1"}, ["1"]),
    ],
)
def test_words_are_found_from_their_beginning(ledger, query, found):
    speakers = ("the NIS", "spy agency (NIS)", "Defence Ministry", "Tunisian ministry", "Al-Shabaab", "NIS-led team", "UN",
                "university hospital")  # fmt: skip
    for number, source in enumerate(speakers, 1):
        place = "Old Harbour (North)" if number == 8 else None
        ledger.add(
            report(
                str(number),
                f"{source}: {number} were killed.",
                {"quote": str(number), "source": source, "place": place},
            )
        )
    assert quotes(ledger, **query) == found
