"""What a point says when reports tell one count in several ways, when older counts are recalled, and when a day is only told as "as of"."""

from __future__ import annotations

from series_makers import built, claim, report, values
from tallyroom.series import ReportHeader, build_series

MINISTRY = "Interior Ministry of Italy"
WIRE = (
    "Rescue teams with dogs went from house to house along the river on Sunday while families waited behind the tape. "
    "Nobody could say when the bridge to the old harbour would be open to lorries with food and clean water again. "
)


def flood(id: str, published: str, text: str = "", **fields: object) -> ReportHeader:
    return report(id, published, title="Flood in Port Almeda", text=text or None, **fields)


def test_a_count_is_exact_where_one_who_heard_it_has_it_so() -> None:
    fields = {"source": MINISTRY, "said_at": "2031-05-03"}
    series = built(
        claim(flood("a", "2031-05-03"), 1, 31, bound="at_least", **fields),
        claim(flood("b", "2031-05-03"), 1, 31, bound="at_least", **fields),
        claim(flood("c", "2031-05-03"), 1, 31, **fields),
    )
    (point,) = series.points
    assert (point.low, point.best, point.high, point.bound) == (31, 31, 31, "exact")


def test_a_copy_that_drops_the_bound_of_its_wire_does_not_make_a_count_exact() -> None:
    fields = {"source": MINISTRY, "said_at": "2031-05-03"}
    series = built(
        claim(
            flood("a", "2031-05-03", WIRE + "At least 31 died, the ministry said."), 1, 31, bound="at_least", **fields
        ),
        claim(flood("b", "2031-05-03", WIRE + "31 died, the ministry said."), 1, 31, **fields),
    )
    (point,) = series.points
    assert (point.low, point.high, point.bound) == (31, None, "at_least")


def test_a_lower_count_without_a_date_told_after_a_higher_one_is_an_older_one_of_unknown_date() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 31, source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-09"), 1, 58, source=MINISTRY, said_at="2031-05-09"),
        claim(flood("c", "2031-07-20"), 1, 44, source=MINISTRY),
    )
    assert values(series) == [31, 44, 58]
    assert [point.said_at for point in series.points] == ["2031-05-03", None, "2031-05-09"]


def test_a_lower_count_without_a_date_that_its_sentence_calls_corrected_is_the_newest() -> None:
    text = "The ministry lowered the toll to 44."
    series = built(
        claim(flood("b", "2031-05-09"), 1, 58, source=MINISTRY, said_at="2031-05-09"),
        claim(flood("c", "2031-07-20", text), 1, 44, source=MINISTRY, start=text.index("44")),
    )
    assert values(series) == [58, 44]


def test_a_total_as_of_a_day_before_its_report_is_of_that_day_and_falls_are_told() -> None:
    series = built(
        claim(flood("a", "2031-05-09"), 1, 58, source=MINISTRY, said_at="2031-05-09"),
        claim(flood("b", "2031-05-20"), 1, 51, source=MINISTRY, event_time="../2031-05-18"),
    )
    assert [(p.best, p.said_at) for p in series.points] == [(58, "2031-05-09"), (51, "2031-05-18")]
    assert [p.kind for p in series.problems] == ["falling_total"]


def test_the_day_of_the_event_is_no_day_of_saying() -> None:
    series = built(
        claim(flood("a", "2031-05-04"), 1, 12, source=MINISTRY, event_time="2031-05-03", said_at="2031-05-04"),
        claim(flood("b", "2031-05-06"), 1, 51, source=MINISTRY, event_time="../2031-05-03"),
    )
    assert [point.said_at for point in series.points] == ["2031-05-04", "2031-05-06"]


def test_the_first_bare_toll_of_a_day_is_the_toll_though_a_larger_total_follows_it_that_day() -> None:
    series = built(
        claim(flood("a", "2031-05-04"), 1, 46, source=MINISTRY, said_at="2031-05-04", aggregation="incident"),
        claim(flood("b", "2031-05-04"), 1, 150, source=MINISTRY, said_at="2031-05-04"),
    )
    assert values(series) == [46, 150]


def test_people_who_are_told_of_a_count_are_not_those_who_are_counted() -> None:
    text = "He told reporters in Port Almeda that 31 had died."
    rows = [
        claim(flood("a", "2031-05-03", text), 1, 31, population="reporters", source=MINISTRY, said_at="2031-05-03"),
        claim(flood("b", "2031-05-04"), 1, 44, source=MINISTRY, said_at="2031-05-04"),
    ]
    assert values(built(*rows)) == [31, 44]


def test_counts_of_plain_people_follow_others_of_them_into_the_population_that_a_report_names() -> None:
    text = "30 Chadian soldiers were killed and 70 wounded in Port Almeda."
    told = {"source": "Doctors Without Borders", "said_at": "2031-05-04"}
    rows = [
        claim(flood("a", "2031-05-03"), 1, 40, "injured", population="Chadian soldiers", source="Doctors Without Borders", said_at="2031-05-03"),
        claim(flood("b", "2031-05-04", text), 1, 70, "injured", start=text.index("70"), **told),
        claim(flood("c", "2031-05-04", "70 were wounded."), 1, 70, "injured", start=0, **told),
    ]  # fmt: skip
    assert values(built(*rows, measure="injured")) == [40, 70]


def test_who_briefs_lawmakers_stands_behind_what_lawmakers_say() -> None:
    text = "Lawmakers said 30 soldiers had been sent to Bolivia. Brazil's intelligence agency told lawmakers of 90 more to come."
    held = report("a", "2031-05-03", text=text, title="Soldiers in Bolivia")
    fields = {"place": "Bolivia", "population": "soldiers", "said_at": "2031-05-03"}
    rows = [
        claim(held, 1, 30, "deployed", source="Lawmakers", start=text.index("30"), **fields),
        claim(held, 2, 90, "deployed", source="Brazil's intelligence agency", relays=("lawmakers",), start=text.index("90"), polarity="hypothetical", **fields),
    ]  # fmt: skip
    assert {o.origin_id for one in build_series(rows) for o in one.origins} == {"government:br"}


def test_an_unrounded_count_without_a_source_is_that_of_who_gives_it_a_day_later() -> None:
    series = built(
        claim(flood("a", "2031-05-03"), 1, 74),
        claim(flood("b", "2031-05-04"), 1, 74, source=MINISTRY, said_at="2031-05-04"),
    )
    assert len({point.origin for point in series.points}) == 1


def test_cases_however_they_are_worded_are_one_count() -> None:
    told = {"source": MINISTRY, "aggregation": "cumulative"}
    series = built(
        claim(flood("a", "2031-05-03"), 1, 312, "infected", population="cases", said_at="2031-05-03", **told),
        claim(flood("b", "2031-05-04"), 1, 541, "infected", population="cases of dengue", unit="cases of dengue", said_at="2031-05-04", **told),
        claim(flood("c", "2031-05-05"), 1, 788, "infected", population="confirmed cases", unit="cases", said_at="2031-05-05", **told),
        measure="infected",
    )  # fmt: skip
    assert values(series) == [312, 541, 788]


def test_a_body_read_as_a_place_and_words_without_a_name_place_no_total_elsewhere() -> None:
    told = {"source": MINISTRY}
    series = built(
        claim(flood("a", "2031-05-03"), 1, 12, said_at="2031-05-03", **told),
        claim(flood("b", "2031-05-04"), 1, 19, said_at="2031-05-04", place="the interior ministry of Italy", **told),
        claim(flood("c", "2031-05-05"), 1, 31, said_at="2031-05-05", place="villages along the river", **told),
    )
    assert values(series) == [12, 19, 31]


def test_a_lower_count_without_a_date_behind_words_that_withdraw_the_higher_is_the_newest_and_no_older_one() -> None:
    text = "The ministry withdrew its figure of 58 dead in Port Almeda. It has now registered 44 deaths."
    held = flood("c", "2031-05-20", text)
    series = built(
        claim(flood("b", "2031-05-09"), 1, 58, source=MINISTRY, said_at="2031-05-09"),
        claim(held, 1, 58, source=MINISTRY, start=text.index("58")),
        claim(held, 2, 44, source=MINISTRY, start=text.index("44")),
    )
    assert values(series) == [58, 44]
    assert "stale" not in {p.kind for p in series.problems}


def test_a_bare_count_is_held_against_the_newest_of_its_origin_and_not_against_one_taken_back() -> None:
    told = {"source": "Doctors Without Borders"}
    series = built(
        claim(flood("a", "2031-05-03"), 1, 1900, said_at="2031-05-03", **told),
        claim(flood("b", "2031-05-06"), 1, 583, said_at="2031-05-06", **told),
        claim(flood("c", "2031-05-09"), 1, 640, said_at="2031-05-09", aggregation="incident", **told),
    )
    assert values(series) == [1900, 583, 640]
