"""What a text denies, lists that break a number down, and who speaks: each beside a text alike where it is not so."""

from __future__ import annotations

import pytest

from tallyroom.extract import extract
from tallyroom.model import Figure, make_report
from tallyroom.sentences import dateline


def read(text: str) -> tuple[Figure, ...]:
    return extract(text, published="2026-06-03").figures


def sources(text: str) -> list[str | None]:
    return [found.source for found in read(text)]


@pytest.mark.parametrize(
    ("text", "polarities", "stated"),
    [
        (
            "The mill fire killed not 31 workers but 18, the brigade said.",
            ["negated", "stated"],
            "Not even 31 workers were killed, the brigade said.",
        ),
        (
            "The toll is not about 31 but 18, the brigade said.",
            ["negated", "stated"],
            "Not more than 31 workers were killed, the brigade said.",
        ),
        (
            "It was not, the mayor said, the case that 40 villagers had drowned.",
            ["denied"],
            "It is true that 40 villagers drowned, the mayor said.",
        ),
        (
            "The claim that 31 workers were killed is baseless, the owner said.",
            ["denied"],
            "The claim that 31 workers were killed is accurate, the owner said.",
        ),
        (
            "The army rejected as untrue reports that 52 soldiers had been killed at Korvin.",
            ["denied"],
            "The army rejected the truce and said 52 soldiers had been killed at Korvin.",
        ),
        (
            "The figure of 24 dead has been withdrawn, the ministry said.",
            ["negated"],
            "The figure of 24 dead has been confirmed, the ministry said.",
        ),
        (
            "The owner denied that 31 workers were killed.",
            ["denied"],
            "The owner does not deny that 31 workers were killed.",
        ),
        (
            "The ministry disputes the figure of 31 dead.",
            ["denied"],
            "Nobody disputes the figure of 31 dead.",
        ),
        (
            "The fire killed not 31 workers, the brigade said.",
            ["negated"],
            "The fire killed not only 31 workers, the brigade said.",
        ),
        (
            "The colonel said that the figure of 400 dead was an invention of the rebels.",
            ["denied"],
            "The colonel said that the figure of 400 dead was the last one.",
        ),
        (
            "It is an exaggeration to say that 400 people died at Korvin, the mayor said.",
            ["denied"],
            "It is fair to say that 400 people died at Korvin, the mayor said.",
        ),
        (
            "There was no basis for speaking of 400 dead at Korvin, the mayor said.",
            ["denied"],
            "There was every reason for speaking of 400 dead at Korvin, the mayor said.",
        ),
        (
            "The army had not killed 52 people at Korvin, the colonel said.",
            ["denied"],
            "The army had killed 52 people at Korvin, the colonel said.",
        ),
        (
            "The police rejected the claim, made in parliament on Monday, that 70 people had died at Korvin.",
            ["denied"],
            "The police repeated the claim, made in parliament on Monday, that 70 people had died at Korvin.",
        ),
        (
            "The colonel rejected the ministry's 52 dead at Korvin as inflated.",
            ["denied"],
            "The colonel confirmed the ministry's 52 dead at Korvin.",
        ),
    ],
)
def test_what_a_text_does_not_let_stand_is_denied_or_negated(text: str, polarities: list[str], stated: str) -> None:
    assert [found.polarity for found in read(text)] == polarities
    assert [found.polarity for found in read(stated)] == ["stated"]


@pytest.mark.parametrize(
    "text",
    [
        "With no grounds for delay, rescuers pulled 12 people out alive.",
        "It is absurd that 12 people had to die before the bridge closed, the mayor said.",
        "There was no truth commission until 1,000 people had died.",
        "The court rejected the family's appeal after 12 people had died.",
    ],
)
def test_what_only_sounds_like_a_denial_stands(text: str) -> None:
    assert {found.polarity for found in read(text)} == {"stated"}


def test_a_denial_ends_with_its_sentence() -> None:
    found = read("The rumour that 24 people died was false. Nine people died, the mayor said.")
    assert [(f.quote, f.polarity) for f in found] == [("24", "denied"), ("Nine", "stated")]


def test_who_dismisses_a_claim_is_not_its_source() -> None:
    dismissed = "The army dismissed claims that 52 soldiers had been killed at Korvin."
    assert [(f.source, f.polarity) for f in read(dismissed)] == [(None, "denied")]
    assert [(f.source, f.polarity) for f in read(dismissed.replace("dismissed", "confirmed"))] == [("army", "stated")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The quake has killed 30 people: 12 men, 11 women and seven children.",
            [("30", "killed", None), ("12", "killed", "30"), ("11", "killed", "30"), ("seven", "killed", "30")],
        ),
        (
            "The quake killed 30 people and injured 22: 12 in Velm and 10 in Ostra.",
            [("30", "killed", None), ("22", "injured", None), ("12", "injured", "22"), ("10", "injured", "22")],
        ),
        (
            "It was the worst fire in years: 12 people died and 30 were injured.",
            [("12", "killed", None), ("30", "injured", None)],
        ),
        ("The group called for two things: 40 beds in Velm and 18 in Ostra.", []),
    ],
)
def test_a_list_behind_a_colon_breaks_down_the_number_right_before_it(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    found = read(text)
    quotes = {f.id: f.quote for f in found}
    assert [(f.quote, f.measure, quotes[f.part_of] if f.part_of else None) for f in found] == expected
    assert all((f.aggregation == "subset") == (f.part_of is not None) for f in found)


def test_a_number_behind_a_colon_larger_than_the_one_before_it_is_no_part() -> None:
    found = read("The quake has killed 30 people: 40 in Velm and 18 in Ostra.")[1]
    assert (found.quote, found.aggregation, found.part_of) == ("40", "incident", None)


@pytest.mark.parametrize("text", ["WHO said 80 people had died.", "Eighty people have died, WHO said on Monday."])
def test_who_in_capitals_is_a_body(text: str) -> None:
    assert sources(text) == ["WHO"]


def test_who_in_small_letters_or_among_capitals_is_a_pronoun() -> None:
    assert sources("The doctor who said 80 people had died was arrested.") == ["doctor"]
    assert sources("WHO SAID 80 PEOPLE HAD DIED") == [None]


@pytest.mark.parametrize("name", ["Ministry of Health", "National Coordinator for Disaster Reduction"])
def test_a_short_form_in_brackets_parts_no_name_from_its_verb(name: str) -> None:
    assert sources(f"The rains have killed 11 people in Velm, the {name} (CONRED) said on Saturday.") == [name]
    assert sources(f"The {name} (CONRED) said on Saturday that the rains had killed 11 people.") == [name]


@pytest.mark.parametrize("line", ["LERWICK, May 24 - ", "BOGOTÁ, Colombia (IPA) — ", "ŁÓDŹ -- "])
def test_a_dateline_is_known_by_its_capital_letters(line: str) -> None:
    assert dateline(f"{line}Ten people died.") == line
    assert dateline(f"{line.title()}Ten people died.") == ""


def test_a_dateline_is_no_part_of_who_speaks() -> None:
    assert sources("KORVIN, June 2 - Ministry officials said 12 people had died.") == ["Ministry officials"]
    assert sources("Police in KORVIN - a town of smiths - said 12 people had died.") == ["Police in KORVIN"]


@pytest.mark.parametrize(
    ("text", "source", "without"),
    [
        (
            "Homes lost in Velm and 45 people hurt (source: Harbour Ministry, 8 a.m.).",
            "Harbour Ministry",
            "Some 45 people were hurt. The mayor wept (source: Harbour Ministry).",
        ),
        (
            "Some 40 people were evacuated (governorship).",
            "governorship",
            "Some 40 people were evacuated (mostly women).",
        ),
        (
            "The governor spoke on Wednesday of 31 injured miners.",
            "governor",
            "The governor spoke on Wednesday to 31 injured miners.",
        ),
        (
            "Twelve people are on the list of the Harbour Office as missing.",
            "Harbour Office",
            "Twelve people are on the list of the missing.",
        ),
        (
            "The harbour agency had another number. Twelve divers are trapped, it said.",
            "harbour agency",
            "The storm had another face. Twelve divers are trapped, it said.",
        ),
    ],
)
def test_brackets_rosters_speeches_and_it_lead_to_who_gives_a_number(text: str, source: str, without: str) -> None:
    assert sources(text) == [source]
    assert sources(without) == [None]


def test_who_raises_a_toll_is_the_source_of_each_number_it_rises_to() -> None:
    raised = " raised the toll of the slide to 46 dead and 58 wounded."
    assert sources("The Transport Ministry" + raised) == ["Transport Ministry", "Transport Ministry"]
    assert sources("The rains" + raised) == [None, None]


@pytest.mark.parametrize(
    ("counted", "source", "relays"),
    [
        ("Rescuers counted 19 bodies", "colonel", ()),
        ("Families have reported 19 missing", "colonel", ()),
        ("The Fishers' Union counted 19 bodies", "Fishers' Union", ("colonel",)),
    ],
)
def test_what_people_of_no_body_counted_is_told_by_who_speaks_of_them(
    counted: str, source: str, relays: tuple[str, ...]
) -> None:
    assert [(f.source, f.relays) for f in read(f"{counted}, the colonel said.")] == [(source, relays)]


def test_a_role_is_whom_the_sentence_before_gives_it_to() -> None:
    assert sources("Gen. Ivo Marsh took questions. Twelve soldiers were killed, the general said.") == ["Ivo Marsh"]
    mayor = "Ivo Marsh, the mayor, took questions. Twelve divers were trapped, the {} said."
    assert [sources(mayor.format(role)) for role in ("mayor", "sheriff")] == [["Ivo Marsh"], ["sheriff"]]


def test_the_day_of_a_report_is_not_that_of_what_it_counts() -> None:
    found = read("According to the official report yesterday, 80 people had died.")
    assert [(f.event_time, f.said_at) for f in found] == [(None, "2026-06-02")]


def test_the_word_right_behind_a_number_tells_what_happened() -> None:
    text = "He repeated the toll of the health ministry, whose latest bulletin lists 160 dead and around 6,000 wounded."
    assert [(f.quote, f.measure) for f in read(text)] == [("160", "killed"), ("around 6,000", "injured")]
    swapped = text.replace("160 dead", "160 wounded").replace("6,000 wounded", "6,000 missing")
    assert [(f.quote, f.measure) for f in read(swapped)] == [("160", "injured"), ("around 6,000", "missing")]


# --- who is accounted for


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("Some 120 people are now accounted for, the mayor said.", ["survived"]),
        ("We have accounted for 136 people, and 150 are unaccounted for, the mayor said.", ["survived", "missing"]),
        ("In all 242 people have been located and are safe, the sheriff said.", ["survived"]),
        ("The flood killed 160 people, with hundreds more yet to be accounted for.", ["killed", "missing"]),
        ("Some 1,400 people have not been accounted for since the flood.", ["missing"]),
        ("Women accounted for 12 of the dead.", ["killed"]),
        ("Police said 12 people could not be accounted for.", ["missing"]),
        ("Police said 12 people were never accounted for.", ["missing"]),
        ("Police said 12 people weren't accounted for.", ["missing"]),
        ("Police said 12 people cannot be accounted for.", ["missing"]),
        ("Police said 12 people had yet to be accounted for.", ["missing"]),
        ("Police said 12 people had still not been fully accounted for.", ["missing"]),
    ],
)
def test_who_is_accounted_for_is_safe_and_who_is_not_is_missing(text: str, measures: list[str]) -> None:
    report = make_report(f"A flood struck Almeda on Monday and killed people.\n{text}", title="Flood in Almeda")
    assert [figure.measure for figure in extract(report).figures] == measures
