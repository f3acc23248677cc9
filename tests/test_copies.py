"""Near-copies: shared sentences decide, whatever surrounds them."""

from __future__ import annotations

from tallyroom.copies import copy_groups, find_copies, shared_passages

WIRE = (
    "Rescue teams with dogs went from house to house along the river on Sunday while families waited behind the tape. "
    "Nobody could say when the bridge to the old harbour would be open to lorries with food and clean water again. "
)
OWN = (
    "The council met for six hours and ended without a vote, which surprised even the members of the smaller party. "
    "A second session is set for the end of the week, and the mayor has asked the province to send an observer to it. "
)


def test_a_wire_inside_a_longer_report_counts() -> None:
    (pair,) = find_copies([("long", OWN * 1 + WIRE + OWN[::-1]), ("short", WIRE)])
    assert (pair.first, pair.second) == ("long", "short")
    assert pair.containment == 1.0


def test_small_edits_do_not_hide_a_copy() -> None:
    long = WIRE + OWN
    edited = long.replace("on Sunday", "Sunday").replace("lorries", "trucks").replace("six hours", "hours")
    assert find_copies([("a", long), ("b", edited)])


def test_different_texts_are_no_copies() -> None:
    assert find_copies([("a", WIRE), ("b", OWN)]) == []


def test_one_text_is_no_copy_of_itself() -> None:
    assert find_copies([("a", WIRE)]) == []


def test_groups_hang_together_through_a_middle_text() -> None:
    pairs = find_copies([("a", WIRE), ("b", WIRE + OWN), ("c", OWN)])
    assert copy_groups(pairs) == [("a", "b", "c")]


def test_shared_passages_are_the_sentences_that_stand_in_the_other() -> None:
    text = "A new first line stands here. " + WIRE
    spans = list(shared_passages(text, WIRE))
    assert [text[start:end].split()[0] for start, end in spans] == ["Rescue", "Nobody"]
