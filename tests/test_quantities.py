"""Quantities: one-line cases for the words of numbers, and laws that hold for any text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyroom.quantities import Quantity, find_quantities, numeral_spans

N = None


def read(text: str) -> list[Quantity]:
    return find_quantities(text, 0, len(text))


def figures(text: str) -> list[Quantity]:
    """What the surface leaves as a possible figure, without bare articles."""
    return [q for q in read(text) if q.aside is None and q.kind != "article"]


# text, quote, low, best, high, bound
CASES = [
    # digits
    ("12 people were killed.", "12", 12, 12, 12, "exact"),
    ("1,250 people fled.", "1,250", 1250, 1250, 1250, "exact"),
    ("The state has 1,234,567 residents.", "1,234,567", 1234567, 1234567, 1234567, "exact"),
    ("Some towns took in 12 000 people.", "12 000", 12000, 12000, 12000, "exact"),
    ("They counted 12\u00a0500 tents.", "12\u00a0500", 12500, 12500, 12500, "exact"),
    ("10,00,000 people were moved.", "10,00,000", 1000000, 1000000, 1000000, "exact"),
    ("1.234.567 people live there.", "1.234.567", 1234567, 1234567, 1234567, "exact"),
    ("2.3 million people need food.", "2.3 million", 2300000, 2300000, 2300000, "exact"),
    ("2,5 million people need food.", "2,5 million", 2500000, 2500000, 2500000, "exact"),
    ("12K people marched.", "12K", 12000, 12000, 12000, "exact"),
    ("1.5m people fled.", "1.5m", 1500000, 1500000, 1500000, "exact"),
    ("4 lakh people were moved.", "4 lakh", 400000, 400000, 400000, "exact"),
    ("2300 people attended.", "2300", 2300, 2300, 2300, "exact"),
    # words
    ("Thirteen are believed dead.", "Thirteen", 13, 13, 13, "exact"),
    ("Twenty-two were hurt.", "Twenty-two", 22, 22, 22, "exact"),
    ("One hundred and three people died.", "One hundred and three", 103, 103, 103, "exact"),
    ("two hundred and three thousand people", "two hundred and three thousand", 203000, 203000, 203000, "exact"),
    ("one million and two hundred people", "one million and two hundred", 1000200, 1000200, 1000200, "exact"),
    ("27-hundred soldiers were hurt.", "27-hundred", 2700, 2700, 2700, "exact"),
    ("four-thousand-100 soldiers fell.", "four-thousand-100", 4100, 4100, 4100, "exact"),
    ("15-thousand workers left.", "15-thousand", 15000, 15000, 15000, "exact"),
    ("2 million 300 thousand people", "2 million 300 thousand", 2300000, 2300000, 2300000, "exact"),
    ("half a million people", "half a million", 500000, 500000, 500000, "exact"),
    ("a quarter of a million people", "a quarter of a million", 250000, 250000, 250000, "exact"),
    ("one and a half million people", "one and a half million", 1500000, 1500000, 1500000, "exact"),
    ("a million and a half people", "a million and a half", 1500000, 1500000, 1500000, "exact"),
    ("two and a half million people", "two and a half million", 2500000, 2500000, 2500000, "exact"),
    ("2½ million people", "2½ million", 2500000, 2500000, 2500000, "exact"),
    ("two dozen people were hurt.", "two dozen", 24, 24, 24, "exact"),
    ("a dozen people were hurt.", "a dozen", 12, 12, 12, "exact"),
    ("half a dozen people were hurt.", "half a dozen", 6, 6, 6, "exact"),
    ("three score of people", "three score", 60, 60, 60, "exact"),
    ("a hundred people", "a hundred", 100, 100, 100, "exact"),
    ("a couple of thousand people", "a couple of thousand", 2000, 2000, 2000, "exact"),
    ("A couple of policemen were hurt.", "A couple", 2, 2, 2, "exact"),
    ("Both men were shot.", "Both", 2, 2, 2, "exact"),
    ("The trio were arrested.", "trio", 3, 3, 3, "exact"),
    # none
    ("No one was hurt.", "No one", 0, 0, 0, "exact"),
    ("Nobody was hurt.", "Nobody", 0, 0, 0, "exact"),
    ("None were hurt.", "None", 0, 0, 0, "exact"),
    ("No soldiers died.", "No", 0, 0, 0, "exact"),
    ("No casualties were reported.", "No", 0, 0, N, "exact"),
    ("There were no reports of injuries.", "no", 0, 0, N, "exact"),
    ("The army is not aware of any casualties.", "any", 0, 0, N, "exact"),
    ("zero deaths", "zero", 0, 0, 0, "exact"),
    ("Not one owner was arrested.", "Not one", 0, 0, 0, "exact"),
    ("The country reported no cases.", "no", 0, 0, N, "exact"),
    ("He knows of no one who is hungry.", "no one", 0, 0, N, "exact"),
    ("They brought 25 tonnes of food.", "25", 25, 25, 25, "exact"),
    ("On that day nine of them were at home.", "nine", 9, 9, 9, "exact"),
    # vague words
    ("Dozens were hurt.", "Dozens", 24, N, 99, "vague"),
    ("Scores of people were hurt.", "Scores", 40, N, 99, "vague"),
    ("hundreds of families", "hundreds", 200, N, 999, "vague"),
    ("thousands fled", "thousands", 2000, N, 9999, "vague"),
    ("tens of thousands fled", "tens of thousands", 20000, N, 99999, "vague"),
    ("hundreds of thousands fled", "hundreds of thousands", 200000, N, 999999, "vague"),
    ("millions are hungry", "millions", 2000000, N, 999000000, "vague"),
    ("several people", "several", 3, N, 9, "vague"),
    ("several hundred people", "several hundred", 200, N, 999, "vague"),
    ("several thousand people", "several thousand", 3000, N, 9000, "vague"),
    ("a few people", "a few", 3, N, 5, "vague"),
    ("a few dozen people", "a few dozen", 36, N, 60, "vague"),
    ("a handful of people", "a handful", 3, N, 5, "vague"),
    ("some hundreds more fled", "some hundreds more", 200, N, 999, "vague"),
    ("at least several hundred people", "at least several hundred", 200, 200, N, "at_least"),
    ("up to several hundred people", "up to several hundred", N, 999, 999, "at_most"),
    # bounds before
    ("at least 600 died", "at least 600", 600, 600, N, "at_least"),
    ("no fewer than 12 died", "no fewer than 12", 12, 12, N, "at_least"),
    ("upwards of 1,700 buildings", "upwards of 1,700", 1700, 1700, N, "at_least"),
    ("a minimum of 40 tents", "a minimum of 40", 40, 40, N, "at_least"),
    ("more than 600 died", "more than 600", 601, 600, N, "more_than"),
    ("over a thousand people", "over a thousand", 1001, 1000, N, "more_than"),
    ("more than three dozen people", "more than three dozen", 37, 36, N, "more_than"),
    ("in excess of 40 people", "in excess of 40", 41, 40, N, "more_than"),
    ("up to 50 people", "up to 50", N, 50, 50, "at_most"),
    ("as many as 1,500 people", "as many as 1,500", N, 1500, 1500, "at_most"),
    ("no more than 12 people", "no more than 12", N, 12, 12, "at_most"),
    ("fewer than 100 people", "fewer than 100", N, 100, 99, "less_than"),
    ("about 300 people", "about 300", 300, 300, 300, "about"),
    ("some 300 people", "some 300", 300, 300, 300, "about"),
    ("nearly 300 people", "nearly 300", 300, 300, 300, "about"),
    ("an estimated 4,700 people", "an estimated 4,700", 4700, 4700, 4700, "about"),
    ("roughly, 20 people", "roughly, 20", 20, 20, 20, "about"),
    ("~300 people", "~300", 300, 300, 300, "about"),
    ("close to 90,000 people", "close to 90,000", 90000, 90000, 90000, "about"),
    ("approaching 1,000 deaths", "approaching 1,000", 1000, 1000, 1000, "about"),
    ("The toll exceeded 3,000.", "exceeded 3,000", 3001, 3000, N, "more_than"),
    ("The toll likely exceeded 3,000.", "likely exceeded 3,000", 3001, 3000, N, "more_than"),
    ("The toll topped 100.", "topped 100", 101, 100, N, "more_than"),
    ("Deaths passed 500 on Monday.", "passed 500", 501, 500, N, "more_than"),
    ("They passed two bridges.", "two", 2, 2, 2, "exact"),
    ("The toll has gone up to 53.", "53", 53, 53, 53, "exact"),
    ("He took control over two towns.", "two", 2, 2, 2, "exact"),
    ("They handed over 40 prisoners.", "40", 40, 40, 40, "exact"),
    ("They asked about two men.", "two", 2, 2, 2, "exact"),
    # bounds after
    ("100 or more people", "100 or more", 100, 100, N, "at_least"),
    ("100+ people", "100+", 100, 100, N, "at_least"),
    ("100 people or more", "100 people or more", 100, 100, N, "at_least"),
    ("Some 3,000 or more died", "Some 3,000 or more", 3000, 3000, N, "at_least"),
    ("50 or fewer people", "50 or fewer", N, 50, 50, "at_most"),
    ("a dozen or so people", "a dozen or so", 12, 12, 12, "about"),
    ("30-odd people", "30-odd", 30, 30, 30, "about"),
    # more of them, all of them
    ("another 2,700 were hurt", "another 2,700", 2700, 2700, 2700, "exact"),
    ("12 more were hurt", "12 more", 12, 12, 12, "exact"),
    ("12 others were hurt", "12 others", 12, 12, 12, "exact"),
    ("at least eight more died", "at least eight more", 8, 8, N, "at_least"),
    ("at least another eight died", "at least another eight", 8, 8, N, "at_least"),
    ("an additional 1,500 troops", "an additional 1,500", 1500, 1500, 1500, "exact"),
    ("a further 11 people", "a further 11", 11, 11, 11, "exact"),
    ("all 12 died", "all 12", 12, 12, 12, "exact"),
    ("a total of 39 died", "a total of 39", 39, 39, 39, "exact"),
    ("the other two died", "the other two", 2, 2, 2, "exact"),
    ("12 more than last year died", "12", 12, 12, 12, "exact"),
    # ranges
    ("10,000-12,000 soldiers", "10,000-12,000", 10000, N, 12000, "range"),
    ("10,000–12,000 soldiers", "10,000–12,000", 10000, N, 12000, "range"),
    ("10-12,000 soldiers", "10-12,000", 10000, N, 12000, "range"),
    ("between 30 and 40 people", "between 30 and 40", 30, N, 40, "range"),
    ("between 1,200 to 1,500 people", "between 1,200 to 1,500", 1200, N, 1500, "range"),
    ("10 to 12 thousand people", "10 to 12 thousand", 10000, N, 12000, "range"),
    ("two to three million people", "two to three million", 2000000, N, 3000000, "range"),
    ("from 3 to 5 people were there", "3 to 5", 3, N, 5, "range"),
    ("30-40 people", "30-40", 30, N, 40, "range"),
    ("two or three people", "two or three", 2, N, 3, "range"),
    ("23 or 27 crew", "23 or 27", 23, N, 27, "range"),
    ("approximately 11,000 to 12,000 people", "approximately 11,000 to 12,000", 11000, N, 12000, "range"),
    ("somewhere between a hundred to over 160", "somewhere between a hundred to over 160", 100, N, N, "range"),
    # broken digits, read as meant
    ("4,7OO soldiers", "4,7OO", 4700, 4700, 4700, "exact"),
    ("at least l2 people", "at least l2", 12, 12, N, "at_least"),
    ("2O people", "2O", 20, 20, 20, "exact"),
    ("3l5 people", "3l5", 315, 315, 315, "exact"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "low", "best", "high", "bound"), CASES)
def test_value_and_bound(text: str, quote: str, low: float, best: float, high: float, bound: str) -> None:
    [q] = figures(text)
    assert (text[q.start : q.end], q.low, q.best, q.high, q.bound) == (quote, low, best, high, bound)


MONEY = [
    ("It cost $50.", "$50", 50, "USD"),
    ("It cost US$5 million.", "US$5 million", 5000000, "USD"),
    ("It cost $4.7bn.", "$4.7bn", 4700000000, "USD"),
    ("It cost A$20 million.", "A$20 million", 20000000, "AUD"),
    ("It cost CDN$11,000.", "CDN$11,000", 11000, "CAD"),
    ("It cost £17,500.", "£17,500", 17500, "GBP"),
    ("It cost £3m.", "£3m", 3000000, "GBP"),
    ("It cost €23 million.", "€23 million", 23000000, "EUR"),
    ("It cost 20 million €.", "20 million €", 20000000, "EUR"),
    ("It cost ¥500,000.", "¥500,000", 500000, "JPY"),
    ("It cost ₿7300.", "₿7300", 7300, "BTC"),
    ("It cost Rs 10 crore.", "Rs 10 crore", 100000000, "INR"),
    ("It cost Rs. 5,000.", "Rs. 5,000", 5000, "INR"),
    ("It cost HUF3.2 million.", "HUF3.2 million", 3200000, "HUF"),
    ("It cost USD10140.", "USD10140", 10140, "USD"),
    ("It cost AUD 74 million.", "AUD 74 million", 74000000, "AUD"),
    ("It cost one million rubles.", "one million rubles", 1000000, "RUB"),
    ("It cost 30 euros.", "30 euros", 30, "EUR"),
    ("It cost one billion GBP.", "one billion GBP", 1000000000, "GBP"),
    ("It cost nine billion US dollars.", "nine billion US dollars", 9000000000, "USD"),
    ("It cost 20,000 won.", "20,000 won", 20000, "KRW"),
    ("It cost 4 million pounds.", "4 million pounds", 4000000, "GBP"),
    ("It cost nearly US$1.5 billion.", "nearly US$1.5 billion", 1500000000, "USD"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "best", "unit"), MONEY)
def test_money(text: str, quote: str, best: float, unit: str) -> None:
    [q] = figures(text)
    assert (text[q.start : q.end], q.best, q.unit, q.kind) == (quote, best, unit, "money")


def test_vague_money_and_ranges_of_money() -> None:
    [q] = figures("The missiles are worth billions of dollars.")
    assert (q.low, q.best, q.high, q.unit) == (2000000000, None, 999000000000, "USD")
    [q] = figures("The damage is put at $3-4 billion.")
    assert (q.low, q.high, q.bound, q.unit) == (3000000000, 4000000000, "range", "USD")
    [q] = figures("The damage is put at between $3 million and $4 million.")
    assert (q.low, q.high, q.bound, q.unit) == (3000000, 4000000, "range", "USD")


@pytest.mark.parametrize(
    ("text", "best"),
    [("two thirds of the residents", 66.7), ("a third of them", 33.3), ("half of the crew", 50),
    ("three-quarters of them", 75),
     ("80% of the island", 80), ("12 percent of the people", 12), ("one in ten", None)],
)  # fmt: skip
def test_fractions_of_people_are_percent(text: str, best: float | None) -> None:
    found = [q for q in figures(text) if q.kind == "percent"]
    assert [q.best for q in found] == ([best] if best is not None else [])
    assert all(q.unit == "percent" for q in found)


ASIDES = [
    ("He arrived on March 12.", "date"),
    ("He arrived on 12 March.", "date"),
    ("It happened on 2020-03-12.", "date"),
    ("It happened on 12/03/2020.", "date"),
    ("In 2019 it rained.", "year"),
    ("It began in the 1990s.", "year"),
    ("The 1973 building fell.", "year"),
    ("It began at 10:30.", "clock time"),
    ("It began at 10 a.m. sharp.", "clock time"),
    ("It began at 6am.", "clock time"),
    ("It began at 0333 GMT.", "clock time"),
    ("A girl aged fourteen ran.", "age"),
    ("The 28-year-old ran.", "age"),
    ("He died at the age of 67.", "age"),
    ("James Ford, 42, ran.", "age"),
    ("James Ford (42) ran.", "age"),
    ("It is 25 miles away.", "distance"),
    ("It is 29km away.", "distance"),
    ("It is 250 hectares large.", "area"),
    ("It lasted three days.", "duration"),
    ("A two-day meeting ended.", "duration"),
    ("It rose by 7%.", "percentage"),
    ("They won 3-2.", "score"),
    ("He won 6-2, 3-6, 6-4.", "score"),
    ("The bill passed 52-48.", "vote"),
    ("He got 52 votes.", "vote"),
    ("A magnitude 7.3 earthquake struck.", "magnitude"),
    ("The Boeing 737 crashed.", "name"),
    ("COVID-19 spread.", "name"),
    ("The G20 met.", "name"),
    ("Interstate 95 was shut.", "name"),
    ("Flight 214 crashed.", "name"),
    ("The attacks of 9/11 were recalled.", "name"),
    ("Article 50 was invoked.", "law or section"),
    ("Winds of 165 mph blew.", "speed"),
    ("It was 30 degrees.", "temperature"),
    ("He was ranked number one.", "rank"),
    ("It weighs 40 kg.", "weight"),
    ("It cost $5 a barrel.", "price"),
    ("His first visit ended.", "ordinal"),
    ("This is one of the most beautiful towns.", "pronoun"),
    ("They helped one another.", "pronoun"),
    ("Call +44 20 7946 0958.", "phone"),
    ("The helpline for relatives is 750 555 014.", "phone"),
    ("Families may ring 0800 at any hour.", "phone"),
    ("Text [3] goes on.", "footnote"),
    ("He lives at 10 Downing Street.", "address"),
    ("1. The first", "list number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "aside"), ASIDES)
def test_no_figure_and_why(text: str, aside: str) -> None:
    numerals = [q for q in read(text) if q.kind != "article"]
    assert numerals
    assert numerals[0].aside == aside


@pytest.mark.parametrize(
    "text", ["The 156th body was found.", "It reported its first death.", "the fourth victim of the day"]
)
def test_an_ordinal_may_imply_a_count(text: str) -> None:
    assert [q.kind for q in figures(text)] == ["ordinal"]


def test_lists_of_ages_carry_on() -> None:
    found = read("The dead were aged nine, ten, thirteen, 49, and 59.")
    assert [q.aside for q in found] == ["age"] * 5


def test_change_from_one_number_to_another_is_no_range() -> None:
    assert [q.best for q in figures("The toll rose from fourteen to 31.")] == [14, 31]
    assert [q.best for q in figures("It will raise the number of volunteers from 150 to 175.")] == [150, 175]
    assert [q.best for q in figures("They lowered the toll from 1,000 to 800.")] == [1000, 800]


def test_a_third_man_is_one_more() -> None:
    text = "A third was pulled out."
    found = [(text[q.start : q.end], q.best, q.additional) for q in read(text) if q.kind == "article"]
    assert found == [("A third was", 1, True)]


def test_a_modifier_holds_for_its_own_number_only() -> None:
    first, second = figures("at least 12 dead and 30 wounded")
    assert (first.bound, second.bound) == ("at_least", "exact")


def test_additional() -> None:
    for text in ("another 12 died", "12 more died", "12 others died", "a further 12 died", "another 12 others died"):
        assert [q.additional for q in figures(text)] == [True], text
    assert [q.additional for q in figures("12 more than before")] == [False]


def test_articles_are_counts_of_one_for_the_grammar_to_judge() -> None:
    text = "A soldier and a policeman died; another man and a 92-year-old woman hurt."
    found = [(text[q.start : q.end], q.best, q.additional) for q in read(text) if q.kind == "article"]
    assert found == [
        ("A soldier", 1, False), ("a policeman", 1, False), ("another man", 1, True), ("a 92-year-old woman", 1, False),
    ]  # fmt: skip


def test_a_number_too_long_to_be_counted_is_kept_aside() -> None:
    for text in ("9" * 5000, "1" * 16, "9" * 5000 + " million people", "1." + "3" * 4000):
        [q] = read(text)
        assert (q.low, q.best, q.high, q.aside) == (None, None, None, "too long")


@pytest.mark.parametrize(
    "unit",
    ["one ", "hundred and one ", "one million and ", "1, ", "1,000,", "100 ", "1/", "1-", "l1", "0O",
    "a half of a ", "at least ",
     "no ", "$", "5 more "],
)  # fmt: skip
def test_time_grows_with_length_not_faster(unit: str) -> None:
    def seconds(times: int) -> float:
        text = unit * times
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            find_quantities(text, 0, len(text))
            best = min(best, time.process_time() - begun)
        return best

    seconds(10)
    assert seconds(2000) < 0.02 + 14 * seconds(400)


def check_laws(text: str, found: list[Quantity], start: int, end: int) -> None:
    last = start
    for q in found:
        assert start <= q.start <= q.numeral_start < q.numeral_end <= q.end <= end
        assert q.numeral_start >= last
        last = q.numeral_end
        limits = [x for x in (q.low, q.best, q.high) if x is not None]
        if q.bound == "more_than":
            assert q.high is None
            assert q.low is None or (q.best is not None and q.best < q.low <= q.best + 1)
        elif q.bound == "less_than":
            assert q.low is None
            assert q.high is None or (q.best is not None and q.best - 1 <= q.high < q.best)
        else:
            assert limits == sorted(limits)
        assert limits or q.aside


def check_covered(text: str) -> None:
    found = read(text)
    check_laws(text, found, 0, len(text))
    for start, end in numeral_spans(text):
        assert sum(q.numeral_start <= start and end <= q.numeral_end for q in found) == 1, text[start:end]
    for i, c in enumerate(text):
        if c.isdecimal():
            assert any(q.numeral_start <= i < q.numeral_end for q in found), (i, text)


WORDS = [
    "one", "two", "twenty", "hundred", "thousand", "million", "dozen", "dozens", "and", "a", "half", "of", "third",
    "thirds",
    "no", "one", "no one", "none", "few", "a few", "several", "at least", "more than", "over", "about", "another",
    "or more",
    "others", "more", "-", ",", ".", "to", "between", "from", "12", "1,000", "3.5", "2019", "10:30", "4,7OO", "l2",
    "$", "US$",
    "%", "people", "soldiers", "killed", "March", "Flight", "km", "years", "12th", "½", "1/2", "9-1-1", "K", "m",
    "quarter",
    "quarters", "both", "score", "any", "not", "\n", "١٢", "+", "/", "#",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", "", "-", " "])), max_size=14))
def test_every_numeral_is_read_exactly_once(parts: list[tuple[str, str]]) -> None:
    check_covered("".join(word + gap for word, gap in parts))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    check_covered(text)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 ,.-/:OolI$%KMm½thsn\n", max_size=40))
def test_any_digits_are_read(text: str) -> None:
    check_covered(text)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0, max_value=999_999_999), st.booleans())
def test_plain_cardinals_agree_with_text2num(number: int, with_and: bool) -> None:
    from text_to_num import text2num

    words = spell(number, with_and)
    assert text2num(words, "en") == number
    [q] = read(words + " people")
    assert (q.best, q.words) == (number, words.lower())


ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(number: int, with_and: bool) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    for value, word in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= value:
            rest = number % value
            joint = " and " if with_and and value == 100 else " "
            return spell(number // value, with_and) + " " + word + (joint + spell(rest, with_and) if rest else "")
    raise AssertionError


def test_the_report_that_ships_is_read_whole() -> None:
    lines = (Path(__file__).parent.parent / "examples" / "harbour.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        check_covered(json.loads(line)["text"])


def test_offsets_count_in_the_whole_text() -> None:
    text = "Five fell. At least 12 people were killed on Monday."
    found = find_quantities(text, 11, len(text))
    assert [text[q.start : q.end] for q in found] == ["At least 12"]
    check_laws(text, found, 11, len(text))


def test_an_odd_letter_in_a_number_word_is_no_number_word() -> None:
    assert [q.words for q in read("two hundredſ men")] == ["two"]
