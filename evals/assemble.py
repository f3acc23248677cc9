#!/usr/bin/env python3
"""Turn marked reports into gold lines with offsets, and check them.

    assemble.py MARKED.txt ... > GOLD.jsonl
    assemble.py --write          (evals/marked/NAME-*.txt into evals/reports/NAME.jsonl)

A marked file holds reports, each under a head line; the prose is as published, with each figure marked where it stands:

    === quay-fire | 2024-03-14 | Harbour Desk | Fire at the quay
    * p=the port of Orle; t=2024-03-12; S=the fire service
    It killed {at least 12|12+ killed|dockers|s=$S}, {three|3 killed|dockers|a=subset; of=at least 12} of them women.

The line that starts with `*` gives what holds for every figure of the report unless its mark says other (`p=-` for
none), and names (one capital letter) for longer words. A mark is
`{quote|value measure [unit]|population|key=value; ...}`:

    value       12  ~300 about  12+ at least  >12 more than  <=50 at most  <50 less than  10..12 range  v:200..999 vague
                0? none known; numbers may be written 1.5e6
    keys        p place, t event_time, s source, r relays (A > B), d said_at, a aggregation, of the quote of the whole,
                pol polarity, damage what is wrong, repeat, optional

Faults go to standard error, and the exit status is 1. The closed words are those of `tallyroom.model`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tallyroom.model import AGGREGATIONS, MEASURES, POLARITIES

HERE = Path(__file__).resolve().parent
#: Of so many reports to learn from one is read against its floors with every test.
SAMPLED = 6
KEYS = {
    "p": "place", "t": "event_time", "s": "source", "r": "relays", "d": "said_at", "a": "aggregation", "of": "part_of",
    "pol": "polarity", "damage": "damage", "repeat": "repeat", "optional": "optional",
}  # fmt: skip
MARK = re.compile(r"\{([^{}]*)\}")
VALUE = re.compile(r"(v:|~|>|<=|<)?(\d[\d.e]*?)(?:\.\.(\d[\d.e]*))?(\+|\?)?$")
DAY = r"\d{4}(-(0[1-9]|1[0-2]|2[1-4])(-\d{2})?)?"
EDTF = re.compile(rf"(\.\./)?{DAY}$|{DAY}/{DAY}$")

Fig = dict[str, Any]


class Fault(ValueError):
    """A mark or a head that does not follow the form."""


@dataclass(slots=True)
class Marked:
    """One report as it stands in a marked file."""

    id: str
    published: str
    outlet: str
    title: str
    defaults: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def parse_value(words: str) -> tuple[Any, Any, Any, str]:
    """low, best, high and bound of the short form."""
    match = VALUE.match(words)
    if not match:
        raise Fault(f"value {words!r} has not the short form")
    sign, first, last, tail = match.groups()
    a = _number(first)
    if last:
        return a, None, _number(last), "vague" if sign == "v:" else "range"
    if sign == ">":
        return a + 1 if isinstance(a, int) else a, a, None, "more_than"
    if sign == "<":
        return None, a, a - 1 if isinstance(a, int) else a, "less_than"
    if sign == "<=":
        return None, a, a, "at_most"
    if sign == "~":
        return a, a, a, "about"
    if tail == "+":
        return a, a, None, "at_least"
    if tail == "?":
        return a, a, None, "exact"
    return a, a, a, "exact"


def _number(words: str) -> int | float:
    value = float(words)
    return int(value) if value.is_integer() else value


def split_reports(lines: Iterator[str]) -> Iterator[Marked]:
    """The reports of a marked file."""
    report: Marked | None = None
    for line in lines:
        line = line.rstrip("\n")
        if line.startswith("=== "):
            if report:
                yield report
            parts = [part.strip() for part in line[4:].split("|")]
            if len(parts) != 4:
                raise Fault(f"{line!r}: a head is === id | published | outlet | title")
            report = Marked(*parts)
        elif report is None:
            if line.strip() and not line.startswith("#"):
                raise Fault(f"{line!r} stands before the first head")
        elif line.startswith("* ") and not report.lines:
            for key, value in _pairs(line[2:]):
                (report.names if len(key) == 1 and key.isupper() else report.defaults)[key] = value
        else:
            report.lines.append(line)
    if report:
        yield report


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    for part in filter(str.strip, words.split(";")):
        key, _, value = part.strip().partition("=")
        yield key.strip(), value.strip()


def assemble(report: Marked) -> tuple[dict[str, Any], list[str]]:
    """The gold line of a report, and its faults."""
    faults: list[str] = []
    marked = "\n".join(report.lines).strip("\n") + "\n"
    text, figures, at = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        quote = match[1].split("|")[0]
        try:
            figures.append(_figure(match[1].split("|"), len(text), len(figures) + 1, report))
        except Fault as fault:
            faults.append(f"{report.id} {quote!r}: {fault}")
        text += quote
    text += marked[at:]
    for figure in figures:
        figure["part_of"] = _whole(figure, figures, faults, report.id)
        faults += [f"{report.id} {figure['quote']!r}: {fault}" for fault in _check(figure, text, report)]
    if "{" in text or "}" in text or "|" in text:
        faults.append(f"{report.id}: a mark is left open")
    try:
        date.fromisoformat(report.published)
    except ValueError:
        faults.append(f"{report.id}: published {report.published!r} is no date")
    head = {"id": report.id, "published": report.published, "outlet": report.outlet, "title": report.title}
    return {**head, "text": text, "figures": figures}, faults


def _figure(parts: list[str], start: int, number: int, report: Marked) -> Fig:
    if len(parts) not in (3, 4):
        raise Fault("a mark is {quote|value measure [unit]|population|key=value; ...}")
    value, measure, *unit = parts[1].split(" ", 2)
    low, best, high, bound = parse_value(value)
    given = dict(report.defaults)
    for key, words in _pairs(parts[3] if len(parts) == 4 else ""):
        if key not in KEYS:
            raise Fault(f"unknown key {key!r}")
        given[key] = words

    def said(key: str) -> str | None:
        words = given.get(key, "-")
        for name in re.findall(r"\$([A-Z])", words):
            if name not in report.names:
                raise Fault(f"the name ${name} is not in the head")
            words = words.replace(f"${name}", report.names[name])
        return None if words == "-" else words

    relays = said("r")
    figure: Fig = {
        "id": f"f{number}", "quote": parts[0], "start": start, "end": start + len(parts[0]), "low": low, "best": best,
        "high": high, "bound": bound, "unit": unit[0] if unit else "people", "measure": measure,
        "population": None if parts[2] == "-" else parts[2], "place": said("p"), "event_time": said("t"),
        "source": said("s"), "relays": [part.strip() for part in relays.split(">")] if relays else [],
        "said_at": said("d"), "polarity": said("pol") or "stated", "aggregation": said("a") or "incident",
        "part_of": said("of"),
    }  # fmt: skip
    if said("damage"):
        figure["damage"] = said("damage")
    figure.update({key: True for key in ("repeat", "optional") if key in given})
    return figure


def _whole(figure: Fig, figures: list[Fig], faults: list[str], where: str) -> str | None:
    """The id of the figure whose quote `of` names: the nearest before, else the nearest after."""
    quote = figure["part_of"]
    if quote is None:
        return None
    before = [f for f in figures if f["quote"] == quote and f["start"] < figure["start"]]
    after = [f for f in figures if f["quote"] == quote and f["start"] > figure["start"]]
    found = before[-1] if before else after[0] if after else None
    if found is None:
        faults.append(f"{where} {figure['quote']!r}: no figure has the quote {quote!r}")
        return None
    whole_id: str = found["id"]
    return whole_id


def _check(figure: Fig, text: str, report: Marked) -> Iterator[str]:
    closed = {"measure": MEASURES, "polarity": POLARITIES, "aggregation": AGGREGATIONS}
    for key, allowed in closed.items():
        if figure[key] not in allowed:
            yield f"{key} {figure[key]!r} is none of {', '.join(allowed)}"
    if text[figure["start"] : figure["end"]] != figure["quote"] or figure["quote"] != figure["quote"].strip():
        yield "the quote does not stand where it should"
    for key in ("event_time", "said_at"):
        if figure[key] and not is_edtf(figure[key]):
            yield f"{key} {figure[key]!r} is no EDTF"
    whole = f"{report.title}\n{text}"
    names = [figure["place"], figure["source"], figure["population"], *figure["relays"]]
    known = set(re.findall(r"\w+", whole.lower()))
    for name in filter(None, names):
        strange = [word for word in re.findall(r"\w+", name.lower()) if word not in known]
        if strange and name not in ("people", "person"):
            yield f"{name!r} has words that do not stand in the report: {', '.join(strange)}"
    for key in ("place", "source"):
        if figure[key] and figure[key] not in whole:
            yield f"{key} {figure[key]!r} does not stand in the report as written"
    for relay in figure["relays"]:
        if relay not in whole:
            yield f"relay {relay!r} does not stand in the report as written"
    said = {
        int(n.replace(",", ""))
        for n in re.findall(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.])|(?<![\d.,])\d+(?![\d.,]|-year)", figure["quote"])
    }
    values = {figure[key] for key in ("low", "best", "high")}
    if (
        not re.search(r"[a-z]llion|thousand|hundred|dozen|score|[km]\b|\d\.\d|\d \d", figure["quote"], re.IGNORECASE)
        and said - values
    ):
        yield f"the quote says {sorted(said)} but the value is {figure['low']}, {figure['best']}, {figure['high']}"
    if figure["aggregation"] != "subset" and figure["part_of"]:
        yield "has a whole but is no subset"


def is_edtf(words: str) -> bool:
    """Is this a day, month, season or year, an interval of them, or an interval with an open start?"""
    if not EDTF.match(words):
        return False
    for day in re.findall(r"\d{4}-\d{2}-\d{2}", words):
        try:
            date.fromisoformat(day)
        except ValueError:
            return False
    return True


def assemble_files(paths: list[Path]) -> tuple[list[dict[str, Any]], list[str]]:
    """The gold lines of marked files in order, and all faults."""
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            try:
                for report in split_reports(lines):
                    row, found = assemble(report)
                    rows.append(row)
                    faults += found
            except Fault as fault:
                faults.append(f"{path.name}: {fault}")
    ids = [row["id"] for row in rows]
    faults += [f"{name}: two reports have this id" for name in sorted({i for i in ids if ids.count(i) > 1})]
    return rows, faults


def to_lines(rows: list[dict[str, Any]]) -> str:
    """JSON Lines, the same bytes for the same rows."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def corpora() -> dict[str, list[Path]]:
    """The marked files of each corpus: `train-1.txt`, `train-2.txt` are the corpus `train`."""
    found: dict[str, list[Path]] = {}
    for path in sorted((HERE / "marked").glob("*-*.txt")):
        found.setdefault(path.stem.rsplit("-", 1)[0], []).append(path)
    return found


def write() -> list[str]:
    """Build `reports/` from `marked/`; all faults."""
    faults: list[str] = []
    (HERE / "reports").mkdir(exist_ok=True)
    for name, paths in corpora().items():
        rows, found = assemble_files(paths)
        faults += found
        files = {name: rows} if name != "train" else {name: rows, "sample": rows[::SAMPLED]}
        for file, kept in files.items():
            (HERE / "reports" / f"{file}.jsonl").write_text(to_lines(kept), encoding="utf-8")
            print(f"{file}: {len(kept)} reports, {sum(len(row['figures']) for row in kept)} figures")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("marked", nargs="*", type=Path)
    parser.add_argument("--write", action="store_true", help="assemble evals/marked into evals/reports")
    args = parser.parse_args()
    if args.write == bool(args.marked):
        parser.error("give marked files, or --write")
    faults: list[str] = []
    if args.marked:
        rows, faults = assemble_files(args.marked)
        sys.stdout.write(to_lines(rows))
    else:
        faults = write()
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
