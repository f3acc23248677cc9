"""Wrong encodings, cut off sentences, phrases and sentences that stand twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallyroom.damage.text import find
from tallyroom.model import Problem
from tallyroom.sentences import split_sentences


def problems(text: str) -> list[Problem]:
    return find(text, split_sentences(text))


START = "The storm came in the night. It took the roofs of many houses. "


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("FranÃ§ois", "François"),
        ("donâ€™t", "don’t"),
        ("â€œThisâ€\x9d", "“This”"),
        ("ÐšÐ¸Ñ—Ð²", "Київ"),
        ("Ã‰lodie", "Élodie"),
    ],
)
def test_mojibake(wrong: str, right: str) -> None:
    [problem] = problems(f"{START}They said {wrong} was there.")
    assert problem.kind == "mojibake"
    assert (problem.quote, problem.suggestion) == (wrong, right)


def test_lost_letters_and_codes() -> None:
    assert [(p.kind, p.quote) for p in problems(f"{START}Mr Fran\ufffdois left.")] == [("mojibake", "Fran\ufffdois")]
    assert [(p.kind, p.quote) for p in problems(f"{START}The Smith &amp; Sons yard burned.")] == [("mojibake", "&amp;")]


@pytest.mark.parametrize("text", ["Zoë, François and Łukasz met in São Paulo, Ærø and Þórshöfn.",
"Київ та Одеса. 서울에서. Âge d’or.", "“Quoted” – and dashed…"])  # fmt: skip
def test_other_languages_are_no_mojibake(text: str) -> None:
    assert [p for p in problems(text) if p.kind == "mojibake"] == []


@pytest.mark.parametrize(
    "end",
    ["The ministry said that the", "Rescuers dug for survivors of the",
    "At least 12 people died and the army sent", "The mayor told reporters,", "The",
     "The toll may rise, the mayor told reporters in the town ...",
     "Rescuers are digging in the ruins of the old [+1234 chars]"],
)  # fmt: skip
def test_cut_off_at_the_end(end: str) -> None:
    [problem] = problems(START + end)
    assert problem.kind == "truncated"
    assert end.endswith(problem.quote)


@pytest.mark.parametrize(
    "end",
    ["The mayor thanked them.", "\n\nReporting by Ann Lee", "\n\nMore on this story",
    '"We will rebuild," he said. "Soon."', "(AFP)", "\n\nPhoto: the old town",
     "Who was that?", "They left [it]."],
)  # fmt: skip
def test_whole_at_the_end(end: str) -> None:
    assert problems(START + end) == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("The minister met the. Then he left.", "the."),
        ("They saw tents and. Nobody came.", "and."),
        ("He lost their. Then he left.", "their."),
        ("Some 1.3 million homes and shops in were left dark.", "in were left"),
        ("Two bridges near were closed.", "near were closed"),
        ("The fire spread, and houses in were burned.", "in were burned"),
    ],
)
def test_lost_words(text: str, quote: str) -> None:
    [problem] = problems(text)
    assert (problem.kind, problem.quote) == ("truncated", quote)


@pytest.mark.parametrize(
    "text",
    [
        "The houses they lived in were burned.",
        "The seats Anna sits in were burned.",
        "What it consists of was told.",
        "It was the house he was in. Was it his?",
        "Rescuers called in were tired.",
        "It is something to be proud of. He took vitamin A. They chose plan A.",
        "Homes in the town were left dark.",
    ],
)
def test_no_words_lost(text: str) -> None:
    assert [p.quote for p in problems(text)] == []


@pytest.mark.parametrize(
    ("text", "quote"),
    [("They lost 90 men, including 12 officers, including 12 officers, on Monday.",
    "including 12 officers, including 12 officers"),
     ("Lisbon, West Portugal - West Portugal - West Portuguese police said so.", "West Portugal - West Portugal"),
     ("They took the Torrin valley, which lost a part of the Torrin valley last year.",
     "the Torrin valley, which lost a part of the Torrin valley"),
     ("The army said on Monday the army said on Monday that it won.",
     "The army said on Monday the army said on Monday"),
     ("It lay at the mouth of of the river.", "of of"),
     ("He said rebels had taken the bridge near the mill and rebels had taken the bridge near the mill at dawn.",
      "rebels had taken the bridge near the mill")],
)  # fmt: skip
def test_said_twice(text: str, quote: str) -> None:
    [problem] = problems(text)
    assert (problem.kind, problem.quote) == ("repeated_phrase", quote)
    assert text[problem.start : problem.end] == quote


def test_a_sentence_that_stands_twice() -> None:
    sentence = "The old bridge over the river was closed on Monday."
    text = f"{sentence} Trucks waited. {sentence}"
    [problem] = problems(text)
    assert (problem.kind, problem.start) == ("repeated_phrase", len(sentence) + 16)


@pytest.mark.parametrize(
    "text",
    ["He moved to New York, New York, last year.", "It went on and on, again and again.",
    "They knew that that was wrong.",
     "“No justice, no peace, no justice, no peace,” they sang.", "He won 6-2, 6-2, 6-4.", "She had had enough.",
     "Five people were killed in the north and six people were killed in the south.", "Duran Duran played.",
     "It is what it is, he said.",
     "The port, which serves the capital, was closed, and the port authority left.",
     "He does not – does not – want it."],
)  # fmt: skip
def test_sound_repeats(text: str) -> None:
    found = problems(text)
    assert [p.quote for p in found] == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["the", "army", "said", "on", "Monday", ",", ".", " - ", "\n\n", "Ã©", "\ufffd", "“", "”", "which", "12"]
        ),
        max_size=40,
    )
)
def test_problems_lie_in_the_text(words: list[str]) -> None:
    text = " ".join(words)
    for problem in problems(text):
        assert text[problem.start : problem.end] == problem.quote != ""
        assert problem.message


def test_long_and_repetitive_texts_take_linear_time() -> None:
    import time

    for unit in ("the army said ", "a ", "of of ", "Ã© ", "\ufffd ", "“a ", "Torrin ", "(", "x" * 50):
        begun = time.process_time()
        problems(unit * 20_000)
        assert time.process_time() - begun < 8, unit
