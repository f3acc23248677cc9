"""Names that cannot be meant, strangers who speak, and one name in several spellings."""

from __future__ import annotations

import time

import pytest

from tallyroom.damage import names, spellings
from tallyroom.document import Document
from tallyroom.model import Problem, make_report


def problems(text: str, title: str | None = None) -> list[Problem]:
    document = Document(make_report(text, title=title))
    found = [*names.find(document), *spellings.find(text, title)]
    for problem in found:
        assert text[problem.start : problem.end] == problem.quote != ""
        assert problem.message
    return found


PLACES_THAT_SPEAK = [
    ("NDO said the dam holds. The mayor quoted New Orleans City as saying that 40 people drowned.", "New Orleans City", "NDO"),
    ("She quoted San Diego County as saying the bridge was lost.", "San Diego County", None),
    ("Los Angeles told reporters that 12 men had fled.", "Los Angeles", None),
    ("They cited Salt Lake City as saying 300 had come.", "Salt Lake City", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), PLACES_THAT_SPEAK)
def test_places_are_not_quoted(text: str, quote: str, suggestion: str | None) -> None:
    [problem] = problems(text)
    assert (problem.kind, problem.quote, problem.suggestion) == ("wrong_name", quote, suggestion)


def test_a_place_taken_for_a_speaker_once_is_one_again() -> None:
    text = "He quoted Salt Lake City as saying 300 had come. Salt Lake City has not yet seen any of them. Salt Lake City lies north."
    assert [p.start for p in problems(text)] == [10, text.index("Salt Lake City has")]


OTHER_COUNTRY = [
    (
        "The Kenyan Border Agency said on Monday that the Ugandan Border Agency said 14 men had crossed.",
        "Ugandan Border Agency said", "Kenyan Border Agency",
    ),
    (
        "Later the Peruvian coast patrol said that the Chilean coast patrol said nobody drowned.",
        "Chilean coast patrol said", "Peruvian coast patrol",
    ),
    (
        "India's Flood Office said India had asked for help and that Nepal's Flood Office said 60 had died.",
        "Nepal's Flood Office said", "India's Flood Office",
    ),
    ("The Ukrainian Kremlin said so.", "Ukrainian Kremlin", None),
    ("North Korea's Mossad put it at 40.", "North Korea's Mossad", None),
    ("A Chinese Pentagon official left.", "Chinese Pentagon", None),
    ("Russian President Volodymyr Zelensky spoke.", "Russian President Volodymyr Zelensky", None),
    ("Then French Prime Minister Theresa May left.", "French Prime Minister Theresa May", None),
    ("President Xi Jinping of Japan sent his regards.", "Xi Jinping of Japan", None),
    ("They met the Polish president, Emmanuel Macron, in May.", "Polish president, Emmanuel Macron", None),
    ("Angela Merkel, the Austrian chancellor, came.", "Angela Merkel, the Austrian chancellor", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), OTHER_COUNTRY)
def test_bodies_and_offices_of_another_country(text: str, quote: str | None, suggestion: str | None) -> None:
    found = problems(text)
    assert [(p.kind, p.quote, p.suggestion) for p in found] == ([("wrong_name", quote, suggestion)] if quote else [])


STRANGERS = [
    ("The member Ana Park spoke first. Parke quoted the agency as saying 12 men fled.", "Parke quoted", "Park"),
    ("Col. Tomas Rendon was there. It was late, and Renton said the road was cut.", "Renton said", "Rendon"),
    ("Judge Ole Wik heard them. According to Wick, 40 were freed.", None, None),
    ("Mayor Kib spoke. Kin said that 300 had fled.", None, None),
    ("Governor Halvorsen spoke. “We wait,” Halversen added.", "Halversen added", "Halvorsen"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), STRANGERS)
def test_strangers_near_in_spelling(text: str, quote: str | None, suggestion: str | None) -> None:
    found = problems(text)
    assert [(p.kind, p.quote, p.suggestion) for p in found] == ([("wrong_name", quote, suggestion)] if quote else [])


SPELLINGS = [
    ("UNHCR has tents there. The agency, UNCHR, has more.", "UNCHR", "UNHCR"),
    ("General Ivo Marchenko left. Later Ivo Marchanko came back to the town. So Ivo Marchenko said.", "Marchanko", "Marchenko"),
    ("The envoy Ivo Brandel left. On Monday, Ivo Brandell came back, and Ivo Brandel smiled.", "Brandell", "Brandel"),
    ("A fire in Torrinvale killed two. Crews came to Torrinvale from near Torrinvale, but in Torinvale it burned.", "Torinvale", "Torrinvale"),
    ("The storm hit near Luziana and flooded Louziana. Those in Louziana fled.", "Luziana", "Louziana"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quote", "suggestion"), SPELLINGS)
def test_one_name_in_several_spellings(text: str, quote: str | None, suggestion: str | None) -> None:
    found = problems(text)
    assert [(p.kind, p.quote, p.suggestion) for p in found] == ([("name", quote, suggestion)] if quote else [])


SOUND = [
    "The judge quoted Ana Lincoln as saying so. She quoted Washington as saying that it would help.",
    "Salt Lake City has not yet seen any snow. Los Angeles said it would pay.",
    "He quoted Kuwait City as saying it would help.",
    "He quoted the New York State Police as saying so.",
    "The Russian Defence Ministry said it won, and the Ukrainian Defence Ministry said it had not.",
    "The Kenyan agency said that the Kenyan agency said too much.",
    "The U.S. Pentagon spoke. The Russian Kremlin answered. The Kenyan Congress met. Israel's Mossad was silent.",
    "The Ukrainian Pentagon-trained unit left.",
    "US President Joe Biden met Ukrainian President Volodymyr Zelensky and Chinese President Xi Jinping.",
    "Former British Prime Minister Tony Blair met Angela Merkel, the German chancellor.",
    "The Kenyan President's guest Emmanuel Macron spoke. Bolivian leader Juan Perez too.",
    "It was a lie by Vladimir Putin, the Ukrainian president said. As for the Polish president, Emmanuel Macron said no.",
    "Georgian President Mikheil Saakashvili met Korean leader Kim Jong Il and Soviet leader Mikhail Gorbachev.",
    "Russian President Putin met North Korean leader Kim Jong Un. Putin said so.",
    "Mr Smith spoke. Mr Smyth spoke. Smith said no; Smyth said yes.",
    "Kordian troops left. Kordia said they would be back.",
    "Iran and Iraq met; in Iran and near Iraq it rained. Iranian and Iraqi envoys said little.",
    "Anna Ivanova met Pyotr Ivanov. Ivanova said yes, Ivanov said no.",
    "Ana Brandel and Ole Brandell are no kin.",
    "In Austria it rained, in Australia it burned. In Austria rivers rose.",
    "It rained in Hamburg, it burned near Homburg. In Hamburg it rained again. From Lyon to Lyons it is far.",
    "Police said so. Polish officials said so. Witnesses said so; Whitney Roe did not.",
    "The USSR and USA met UNHCR.",
]  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
def test_sound_names(text: str) -> None:
    assert [p.quote for p in problems(text)] == []


def test_a_speaker_of_the_title_is_no_stranger() -> None:
    text = "The member Ana Park spoke first. Parke said 12 men fled."
    assert problems(text)
    assert problems(text, "Parke: 12 men fled") == []


@pytest.mark.parametrize(
    "unit",
    [
        "Brandel said Brandell said ",
        "He quoted Salt Lake City as saying. ",
        "A Bc De Fg Hi ",
        "Russian President Putin, the ",
    ],
)
def test_many_names_take_linear_time(unit: str) -> None:
    document = Document(make_report(unit * 5_000))
    begun = time.process_time()
    list(names.find(document))
    list(spellings.find(document.text, None))
    assert time.process_time() - begun < 8
