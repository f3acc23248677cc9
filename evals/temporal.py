"""Score the words for time against TIMEX3 annotations: `python evals/temporal.py GOLD.jsonl`.

A line of GOLD is {"id", "dct", "text", "timex": [{"start", "end", "type", "value"}]}. Printed: F1 in per cent of spans
(strict, relaxed) and of values on relaxed matches. TIMEX3 writes values otherwise than EDTF,
so they are translated first.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tallyroom.lexicon import table
from tallyroom.times import TimeWords, find_times

_SEASONS = {"21": "SP", "22": "SU", "23": "FA", "24": "WI"}
_PARTS = {"morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI"}
_UNITS = {
    "day": "D",
    "night": "D",
    "week": "W",
    "weekend": "WE",
    "month": "M",
    "year": "Y",
    "decade": "DE",
    "hour": "H",
    "minute": "M",
    "century": "CE",
}
_LEADING = re.compile(
    r"(?i)(?:since|ever since|by|until|till|up to|up until|before|prior to|as of|as at|as on|in|over|during|for|within"
    r"|starting)\s+(?:on\s+)?"
)


def timex_of(text: str, words: TimeWords, day: str) -> dict[str, object] | None:
    """A TIMEX3 record of words for time, without the preposition before them."""
    surface = text[words.start : words.end]
    lead = _LEADING.match(surface)
    start = words.start + (lead.end() if lead and lead.end() < len(surface) else 0)
    surface = text[start : words.end]
    kind, value = _value(surface, words)
    return {"start": start, "end": words.end, "type": kind, "value": _with_clock(surface, words, value, day)}


def _with_clock(surface: str, words: TimeWords, value: str, day: str) -> str:
    part = re.search(r"(?i)\b(morning|afternoon|evening|night)$", surface)
    if part and words.grain == "day" and words.value and "/" not in value:
        return f"{value}T{_PARTS[part[1].lower()]}"
    clock = re.match(r"(\d\d)[:.]?(\d\d)\s?(UTC|GMT)?", surface) if words.grain == "clock" else None
    return f"{day}T{clock[1]}:{clock[2]}{'Z' if clock[3] else ''}" if clock else value


def _value(surface: str, words: TimeWords) -> tuple[str, str]:
    length = _length(surface)
    if words.kind == "now" or words.kind == "so_far":
        return "DATE", "PRESENT_REF"
    if words.kind == "vague":
        return "DATE", "PAST_REF"
    if words.kind == "recurring":
        adverb = re.match(r"(?i)(dai|week|month)ly", surface)
        return "SET", length or (f"P1{adverb[1][0].upper()}" if adverb else "P1Y")
    if words.kind == "duration" or (
        words.kind == "span" and length and not re.match(r"(?i)(?:this|next|last)\s", surface)
    ):
        return "DURATION", length or "PXD"
    if words.grain == "clock":
        return "TIME", "T"
    value = words.value or "XXXX"
    if words.kind == "since":
        value = value.partition("/")[0]
    elif words.kind == "until":
        value = value.rpartition("/")[2]
    if words.grain == "week" and "/" in value:
        year, week, _ = date.fromisoformat(value[:10]).isocalendar()
        value = f"{year}-W{week:02d}"
    if words.grain == "year" and "/" in value:
        value = value[:4]
    season = re.fullmatch(r"(\d{4})-(2[1-4])", value)
    if season:
        value = f"{season[1]}-{_SEASONS[season[2]]}"
    return "DATE", value.removesuffix("X") if value.endswith("X") and len(value) == 4 else value


def _length(surface: str) -> str | None:
    match = re.search(
        r"(?i)(?:([\w-]+?)[-\s])?(day|night|weekend|week|month|year|decade|century|hour|minute)s?\b", surface
    )
    if match is None:
        return None
    word = (match[1] or "").lower()
    number = (
        word
        if word.isdigit()
        else table("times.toml")["numbers"].get(word, "X" if match[0].lower().endswith("s") else 1)
    )
    unit = match[2].lower()
    if unit == "decade" and str(number).isdigit():
        return f"P{10 * int(number)}Y"
    return f"PT{number}{_UNITS[unit]}" if unit in ("hour", "minute") else f"P{number}{_UNITS[unit]}"


def pairs(
    gold: list[dict[str, object]], found: list[dict[str, object]]
) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """One-to-one matches, the best overlap first."""
    overlaps = []
    for i, one in enumerate(gold):
        for j, other in enumerate(found):
            common = min(int(str(one["end"])), int(str(other["end"]))) - max(
                int(str(one["start"])), int(str(other["start"]))
            )
            if common > 0:
                overlaps.append((-common, i, j))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    for _, i, j in sorted(overlaps):
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            yield gold[i], found[j]


def score(path: Path, show: bool = False) -> dict[str, float]:
    """F1 of spans and values over a file."""
    given = key = strict = relaxed = right = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        found = [t for w in find_times(text, 0, len(text), row["dct"]) if (t := timex_of(text, w, row["dct"]))]
        given += len(found)
        key += len(row["timex"])
        for gold, mine in pairs(row["timex"], found):
            relaxed += 1
            strict += gold["start"] == mine["start"] and gold["end"] == mine["end"]
            right += gold["value"] == mine["value"]
            if show and gold["value"] != mine["value"]:
                print(
                    row["dct"],
                    gold["surface"],
                    gold["value"],
                    text[int(str(mine["start"])) : int(str(mine["end"]))],
                    mine["value"],
                    sep=" | ",
                )
    total = given + key
    return {
        name: round(200 * n / total, 1) if total else 0.0
        for name, n in (("strict", strict), ("relaxed", relaxed), ("value", right))
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path, metavar="GOLD.jsonl")
    parser.add_argument("--show", action="store_true", help="print each value that differs")
    args = parser.parse_args()
    for path in args.gold:
        print(path, score(path, args.show))
