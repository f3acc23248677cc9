"""Words for time: what each means on a given day of publication, and what they do to the figures of a report."""

from __future__ import annotations

import time

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyroom.document import Document
from tallyroom.edtf import is_edtf
from tallyroom.event_times import TimedReading, Times, assign_times
from tallyroom.lexicon import table
from tallyroom.model import make_report
from tallyroom.times import find_times

# The publication is a Thursday, 6 March 2025: words of the text | the words found | value | kind.
CASES = """
    Nine were hurt on Monday | Monday | 2025-03-03 | point
    Nine were hurt on Thursday | Thursday | 2025-03-06 | point
    Nine were hurt last Thursday | last Thursday | 2025-02-27 | point
    They will vote on Monday | Monday | 2025-03-10 | point
    the march next Monday | next Monday | 2025-03-10 | point
    shelling since Sunday | since Sunday | 2025-03-02/2025-03-06 | since
    shelling since Thursday | since Thursday | 2025-02-27/2025-03-06 | since
    cases since 2003 | since 2003 | 2003/2025-03-06 | since
    evacuated by 22 November | by 22 November | ../2024-11-22 | until
    Up to May 2024 | Up to May 2024 | ../2024-05 | until
    killed by Friday's quake | Friday | 2025-02-28 | point
    forty so far | so far | ../2025-03-06 | so_far
    As of Wednesday | As of Wednesday | 2025-03-05 | as_of
    As of 6:30 p.m. on Tuesday | As of 6:30 p.m. on Tuesday | 2025-03-04 | as_of
    sank yesterday | yesterday | 2025-03-05 | point
    sank yesterday morning | yesterday morning | 2025-03-05 | point
    sank last night | last night | 2025-03-05 | point
    SUNDAY. A bather drowned | SUNDAY | 2025-03-02 | point
    shelled overnight | overnight | 2025-03-05/2025-03-06 | span
    shelled overnight on 2 March | 2 March | 2025-03-02 | point
    six drowned over the weekend | over the weekend | 2025-03-01/2025-03-02 | span
    on the night of Monday to Tuesday | Monday to Tuesday | 2025-03-03/2025-03-04 | span
    shelled on Monday and Tuesday | Monday and Tuesday | 2025-03-03/2025-03-04 | span
    seized in January and February | January and February | 2025-01/2025-02 | span
    So far this year forty drowned | So far this year | 2025-01/2025-03-06 | since
    forty since the start of the month | since the start of the month | 2025-03-01/2025-03-06 | since
    deaths year to date: 40 | year to date | 2025-01/2025-03-06 | since
    since the truce broke down in January | since the truce broke down in January | 2025-01/2025-03-06 | since
    in the first half of 2024 | the first half of 2024 | 2024-01/2024-06 | span
    in the first nine months of last year | the first nine months of last year | 2024-01/2024-09 | span
    shot in the summer | in the summer | 2024-22 | point
    gone by the end of the year | by the end of the year | ../2025-12-31 | until
    forty by now | by now | ../2025-03-06 | so_far
    sank this morning | this morning | 2025-03-06 | point
    three days ago | three days ago | 2025-03-03 | point
    two weeks ago | two weeks ago | 2025-02-17/2025-02-23 | point
    two years ago | two years ago | 2023 | point
    in the last four days | in the last four days | 2025-03-02/2025-03-06 | span
    in the past three months | in the past three months | 2024-12-06/2025-03-06 | span
    fled last week | last week | 2025-02-24/2025-03-02 | span
    fled this week | this week | 2025-03-03/2025-03-06 | span
    fled earlier this week | earlier this week | 2025-03-03/2025-03-06 | span
    fled earlier this year | earlier this year | 2025-01/2025-03 | span
    fled last month | last month | 2025-02 | point
    fled last year | last year | 2024 | point
    last summer | last summer | 2024-22 | point
    in the autumn of 2024 | autumn of 2024 | 2024-23 | point
    last October | last October | 2024-10 | point
    in December | December | 2024-12 | point
    in January | January | 2025-01 | point
    on March 3 | March 3 | 2025-03-03 | point
    on Tuesday, March 4, shells | Tuesday, March 4 | 2025-03-04 | point
    on the 4th of March 2022 | 4th of March 2022 | 2022-03-04 | point
    on Sept. 4 | Sept. 4 | 2024-09-04 | point
    from Monday to Wednesday | Monday to Wednesday | 2025-03-03/2025-03-05 | span
    August 5-7, 2024 | August 5-7, 2024 | 2024-08-05/2024-08-07 | span
    in 1967-74 | 1967-74 | 1967/1974 | span
    the 1990s | the 1990s | 199X | point
    on 2025-02-28 | 2025-02-28 | 2025-02-28 | point
    in recent days | in recent days | - | vague
    the past few days | the past few days | - | vague
    at 5 p.m. | 5 p.m. | - | point
    a two-day strike | two-day | - | duration
    five deaths a day | a day | - | recurring
    they are now in camps | now | 2025-03-06 | now
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in CASES.strip().splitlines()]


@pytest.mark.parametrize(("text", "words", "value", "kind"), ROWS, ids=[row[0] for row in ROWS])
def test_words_mean_this_on_a_thursday(text: str, words: str, value: str, kind: str) -> None:
    found = find_times(text, 0, len(text), "2025-03-06")
    assert [(text[w.start : w.end], w.value or "-", w.kind) for w in found] == [(words, value, kind)]


@pytest.mark.parametrize(
    "text",
    ["2000 people fled", "a 3-year-old boy", "they may march", "1,500 cases", "the Sun rose", "$2019", "12.2024"],
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert find_times(text, 0, len(text), "2025-03-06") == []


@pytest.mark.parametrize(
    ("text", "published", "value"),
    [
        ("today", "2025-01", "2025-01"),
        ("last month", "2025-01", "2024-12"),
        ("last year", "2025", "2024"),
        ("on Monday", "2025-01", None),
        ("on Monday", None, None),
        ("on 4 May 2024", None, "2024-05-04"),
        ("yesterday", "2025-03-06T23:10:00+09:00", "2025-03-05"),
        ("yesterday", "0001-01-01", None),
    ],
)
def test_publication_dates_tell_as_much_as_they_hold(text: str, published: str | None, value: str | None) -> None:
    found = find_times(text, 0, len(text), published)
    assert [w.value for w in found] in ([value], [] if value is None else [value])


def test_the_previous_day_counts_from_the_day_told_before() -> None:
    text = "On March 3 a depot burned; the previous day a bridge fell."
    assert [w.value for w in find_times(text, 0, len(text), "2025-03-06")] == ["2025-03-03", "2025-03-02"]


LEXICON = table("times.toml")
PIECES = st.sampled_from(
    [
        *LEXICON["months"],
        *LEXICON["weekdays"],
        *LEXICON["days"],
        *LEXICON["anchored"],
        *LEXICON["units"],
        *LEXICON["numbers"],
        *LEXICON["seasons"],
    ]
    + [
        "since",
        "by",
        "from",
        "to",
        "last",
        "this",
        "ago",
        "of",
        "in",
        "the",
        "31",
        "29",
        "2",
        "1999",
        "2024",
        "0",
        "and",
        "earlier",
        "past",
        ",",
        "-",
        "/",
        "9999",
    ]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(PIECES, max_size=12), st.dates())
def test_every_value_is_edtf(pieces: list[str], day: object) -> None:
    text = " ".join(pieces)
    last = 0
    for words in find_times(text, 0, len(text), str(day)):
        assert last <= words.start < words.end <= len(text)
        last = words.end
        if words.value is not None:
            assert is_edtf(words.value)
            if not words.value.startswith("../"):
                parse_edtf(words.value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.text(max_size=12))
def test_no_text_and_no_publication_date_breaks_it(text: str, published: str) -> None:
    assert all(text[w.start : w.end] for w in find_times(text, 0, len(text), published))


def test_cost_grows_with_length_only() -> None:
    text = "On Monday 12 people were killed in the first week of May 2024, since the last 3 days of the siege. "

    def cost(copies: int) -> float:
        long = text * copies
        begin = time.process_time()
        find_times(long, 0, len(long), "2025-03-06")
        return (time.process_time() - begin) / copies

    cost(50)
    assert min(cost(2000) for _ in range(2)) < 3 * min(cost(200) for _ in range(3))


def times_of(text: str, quote: str, published: str = "2025-03-06", **fields: str) -> Times:
    document = Document(make_report(text, published=published))
    start = text.index(quote)
    cue = text.find(fields.pop("cue", "said"))
    reading = TimedReading(
        start=start,
        end=start + len(quote),
        sentence=document.sentence_of(start),
        measure=fields.get("measure", "killed"),
        aggregation=fields.get("aggregation", "incident"),
        polarity=fields.get("polarity", "stated"),
        cue=(cue, cue + 4) if cue >= 0 else None,
    )
    return assign_times(document, [reading])[0]


def test_the_day_it_was_said_is_not_the_day_it_happened() -> None:
    found = times_of("Police said on Wednesday that 12 people were killed on Monday.", "12")
    assert (found.event_time, found.said_at) == ("2025-03-03", "2025-03-05")


def test_a_date_is_carried_to_the_next_sentence_of_the_event() -> None:
    found = times_of("A bus overturned near the border on Tuesday. The driver fled. Two passengers were killed.", "Two")
    assert found.event_time == "2025-03-04"
    assert found.event_span == (36, 43)


@pytest.mark.parametrize(
    ("text", "quote", "fields", "expected"),
    [
        ("As of Tuesday, 40 people had died in the outbreak.", "40", {"aggregation": "cumulative"}, "../2025-03-04"),
        (
            "The toll from Sunday's quake climbed to 36 on Tuesday.",
            "36",
            {"aggregation": "cumulative"},
            "../2025-03-04",
        ),
        (
            "A quake struck the coast on Sunday. The toll has reached 36.",
            "36",
            {"aggregation": "cumulative"},
            "2025-03-02",
        ),
        (
            "A ferry sank on Sunday. Three sailors are still missing.",
            "Three",
            {"aggregation": "stock", "measure": "missing"},
            "2025-03-02/2025-03-06",
        ),
        ("A ferry sank on Sunday. The dam could kill 500 people.", "500", {"polarity": "hypothetical"}, None),
        ("A ferry sank on Sunday. In recent days 7 villagers were shot.", "7", {}, None),
        ("The fire, the deadliest since 1918, killed 15 people.", "15", {}, None),
    ],
)
def test_time_by_kind_of_count(text: str, quote: str, fields: dict[str, str], expected: str | None) -> None:
    assert times_of(text, quote, **fields).event_time == expected


def test_without_a_publication_date_no_time_is_given() -> None:
    text = "Nine were killed on 4 May 2024."
    document = Document(make_report(text))
    reading = TimedReading(start=0, end=4, sentence=0, measure="killed", aggregation="incident")
    assert assign_times(document, [reading]) == [Times()]


def test_that_month_is_the_one_told_last() -> None:
    text = "Nine were shot in January 2023. Four more were arrested that month, and sixty the same year."
    values = [w.value for w in find_times(text, 0, len(text), "2025-03-06")]
    assert values == ["2023-01", "2023-01", "2023"]
