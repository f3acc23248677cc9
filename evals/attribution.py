"""Who said what: attributions of whole texts against a key with source, cue and content.

    python evals/attribution.py KEY.jsonl [--write PRED.jsonl]

A line of the key is {"id", "text", "attributions": [{"source": [[start, end], ...], "cue": [...], "content": [...]}]}. Contents are
the clauses under a verb of saying, what an aside or "according to" is said of, and quotations; the source of each is read as for a
figure that would stand in it. Printed: how many contents of the key were found (half of their words in common), and for how many of
those the source is right (a word in common). `--write` keeps what was read, in the same form, for another scorer.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tallyroom.attribution import Attribution, Attributor
from tallyroom.document import Document
from tallyroom.lexicon import table
from tallyroom.model import Span, make_report
from tallyroom.parses import Parse, Token

Row = dict[str, Any]
_QUOTED = re.compile(r"“[^”]{12,}”|\"[^\"]{12,}\"")
_WORD = re.compile(r"\w+")


def attributions(row: Row) -> list[Row]:
    """All that is said in a text by somebody who is named, each content once."""
    document = Document(make_report(row["text"], published=row.get("date")))
    document.parse_all(range(len(document.spans)))
    attributor = Attributor(document)
    found: list[Row] = []
    for index in range(len(document.spans)):
        taken: list[Span] = []
        for start, end in contents(document, index):
            if any(a <= start and end <= b for a, b in taken):
                continue
            read = attributor.attribute(index, *_first_word(document, index, start, end))
            if read.source is None or start <= read.source.span[0] < end:
                continue
            taken.append((start, end))
            cue = [list(read.cue)] if read.cue else []
            found.append({"source": [list(_beside(read) or read.source.span)], "cue": cue, "content": [[start, end]]})
    return found


def _beside(read: Attribution) -> Span | None:
    """The words for the source beside its cue ("his father", "we"): the key asks for these, not for the name they stand for."""
    subject = read.cue_token.child("subject") if read.cue_token is not None else None
    if subject is None:
        return None
    words = subject.subtree()
    return words[0].start, words[-1].end


def contents(document: Document, index: int) -> Iterator[Span]:
    """What can be said content in a sentence, the widest first."""
    parse, (first, last) = document.parse(index), document.spans[index]
    spans = [span for token in parse.tokens for span in _said(parse, token)]
    spans += [(m.start() + 1, m.end() - 1) for m in _QUOTED.finditer(document.text, first, last)]
    return iter(sorted(set(spans), key=lambda span: span[0] - span[1]))


def _said(parse: Parse, token: Token) -> Iterator[Span]:
    """The clause under a verb of saying; what an aside or "according to" stands beside."""
    if token.lower == "according":
        yield from _without(parse, token.head, token)
    elif token.pos == "verb" and token.lemma in table("cues.toml")["saying"]:
        clauses = token.kids("content", "open_content")
        for clause in clauses:
            words = [t for t in clause.subtree() if t.rel != "marker" or t.head is not clause]
            yield words[0].start, words[-1].end
        if not clauses and token.rel in ("aside", "content") and token.head is not token:
            yield from _without(parse, token.head, token)


def _without(parse: Parse, head: Token, part: Token) -> Iterator[Span]:
    """What hangs on a word, before or behind one of its parts, whichever is longer."""
    inside = {t.i for t in part.subtree()}
    own = [t for t in head.subtree() if t.i not in inside and t.rel != "punctuation"]
    before, after = [t for t in own if t.i < part.i], [t for t in own if t.i > part.i]
    longer = max(before, after, key=len)
    if longer:
        yield longer[0].start, longer[-1].end


def _first_word(document: Document, index: int, start: int, end: int) -> Span:
    """The head of a content, in the place of a figure."""
    words = document.parse(index).between(start, end)
    inside = {t.i for t in words}
    head = next((t for t in words if t.head.i not in inside or t.head is t), words[0] if words else None)
    return (head.start, head.end) if head is not None else (start, end)


def _words_of(text: str, spans: list[Any]) -> set[int]:
    return {match.start() + a for a, b in spans for match in _WORD.finditer(text[a:b])}


def score(rows: list[Row], read: list[list[Row]]) -> None:
    """Contents found one to one, the most alike first; then sources."""
    key = sum(len(row["attributions"]) for row in rows)
    found = right = 0
    for row, own in zip(rows, read, strict=True):
        wanted = row["attributions"]
        words = [[_words_of(row["text"], one["content"]) for one in side] for side in (wanted, own)]
        alike = [
            (len(a & b) / len(a | b), i, j) for i, a in enumerate(words[0]) for j, b in enumerate(words[1]) if a | b
        ]
        done: tuple[set[int], set[int]] = (set(), set())
        for share, i, j in sorted(alike, key=lambda pair: (-pair[0], pair[1:])):
            if share < 0.5 or i in done[0] or j in done[1]:
                continue
            done[0].add(i)
            done[1].add(j)
            sources = [_words_of(row["text"], side["source"]) for side in (wanted[i], own[j])]
            found += 1
            right += bool(sources[0] & sources[1]) or not any(sources)
    given = sum(map(len, read))
    print(f"contents found: {found} of {key} ({100 * found / max(1, key):.1f} %), {given} read")
    print(f"source right, of contents found: {100 * right / max(1, found):.1f} % ({right} of {found})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("key", type=Path, metavar="KEY.jsonl")
    parser.add_argument("--write", type=Path, metavar="PRED.jsonl")
    given = parser.parse_args()
    rows = [json.loads(line) for line in given.key.read_text(encoding="utf-8").splitlines() if line.strip()]
    read = [attributions(row) for row in rows]
    score(rows, read)
    if given.write:
        lines = (json.dumps({"id": row["id"], "attributions": own}) for row, own in zip(rows, read, strict=True))
        given.write.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
