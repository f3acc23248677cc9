"""Which titles the texts of a story give beside the names of its sources: "the interior minister, Ana Ruiz"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from tallyroom.series.persons import same_person
from tallyroom.series.rows import Row
from tallyroom.series.speaker_words import person_name, town_of
from tallyroom.series.story_texts import StoryTexts
from tallyroom.series.titles import nation_named, title_beside


class TitleHolders:
    """The titles of those who speak in one story, each looked for once: (kind, words beside the name)."""

    def __init__(self, sources: Sequence[str], told: StoryTexts) -> None:
        self._sources = sources
        self._told = told
        self._titles: dict[tuple[str, frozenset[str]], tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]] = {}

    def of(self, source: str, person: tuple[str, ...], row: Row) -> tuple[str, str] | None:
        """The title that the report, or else another of the story, gives beside a person's name; one with a country is better."""
        titles, told = self.all_of(person[-1], self._namesakes_of(person))
        own = titles.get(row.report.uid)
        if own is None:
            return next(iter(titles.values()), None)
        if own[0] == "local":
            named = [title for title in (own, *told) if title[0] == "local" and town_of(title[1])]
            return named[0] if named else own
        return own if nation_named(own[1]) else next((t for t in told if t[0] == own[0] and nation_named(t[1])), own)

    def all_of(
        self, surname: str, namesakes: frozenset[str] = frozenset()
    ) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
        """The titles that the texts of the story give beside a surname: by report, and each once."""
        key = (surname, namesakes)
        if key not in self._titles:
            texts = sorted(self._told.holding(surname).items())
            found = ((uid, title_beside(surname, text, namesakes)) for uid, text in texts)
            titles = {uid: title for uid, title in found if title}
            self._titles[key] = titles, list(dict.fromkeys(titles.values()))
        return self._titles[key]

    def _namesakes_of(self, person: tuple[str, ...]) -> frozenset[str]:
        """The given names of other sources with a person's surname; none where only the surname is told."""
        if len(person) < 2:
            return frozenset()
        others = self._persons_by_surname[person[-1]]
        return frozenset(other[-2] for other in others if other != person and not same_person(person, other))

    @cached_property
    def _persons_by_surname(self) -> dict[str, list[tuple[str, ...]]]:
        found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for person in map(person_name, self._sources):
            if len(person) > 1:
                found[person[-1]].append(person)
        return found

    def is_a_lawmaker(self, surname: str) -> bool:
        """Does any text call somebody of this name a lawmaker?"""
        return any(kind == "legislature" for kind, _ in self.all_of(surname)[1])
