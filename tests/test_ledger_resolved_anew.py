"""A list of names that a person corrects counts for what the ledger holds already, and the answers of before stay."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tallyroom
from tallyroom.errors import LedgerError
from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.ledger.verify import Checked, verify
from tallyroom.resolve.basis import LISTS
from test_ledger_names import quotes, report

PACKAGE = Path(tallyroom.__file__).parent
#: Kinds of calls that read a lexicon, as the room `resolve` makes them.
READ = re.compile(r"""\b(?:rows|lines|table)\("([^"]+)"\)|"([^"]+\.gz)\"""")
#: What the copied program answers: claims in order, the names of a source, what `known_at` tells.
ASK = """
import sys, json
from tallyroom.ledger import Ledger, Query
told = []
with Ledger.open(sys.argv[1], tell=lambda done, of_all: told.append([done, of_all])) as held:
    claims = [[c.figure.quote, c.resolved.source.id, c.confidential, c.resolved.relation] for c in held.claims()]
    then = [c.resolved.source.id for c in held.claims(Query(known_at=sys.argv[2], limit=None, sort="recorded", descending=False))]
    names = {row["source_id"]: row["names"] for row in held.sources(Query())}
    print(json.dumps([told, claims, then, names]))
"""


def test_every_list_that_decides_is_watched():
    named = set()
    for module in (PACKAGE / "resolve").glob("*.py"):
        named |= {name for found in READ.findall(module.read_text()) for name in found if name}
    assert named == set(LISTS)


@pytest.fixture(scope="module")
def corrected(tmp_path_factory) -> Path:
    """The package with a list that somebody corrected: the NIS of a report that names no country is Kenya's alone."""
    folder = tmp_path_factory.mktemp("corrected")
    shutil.copytree(PACKAGE, folder / "tallyroom", ignore=shutil.ignore_patterns("__pycache__"))
    sources = folder / "tallyroom" / "lexicon" / "sources.tsv"
    text = sources.read_text(encoding="utf-8")
    assert "\tNIS|National Intelligence Service of South Korea" in text
    text = text.replace(
        "\tNIS|National Intelligence Service of South Korea", "\tNational Intelligence Service of South Korea"
    )
    sources.write_text(text, encoding="utf-8")
    return folder


def asked(where: str, known_at: str, folder: Path) -> list:
    import json

    done = subprocess.run(
        [sys.executable, "-c", ASK, where, known_at], env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_what_words_mean_is_found_anew_when_their_lists_change(new_ledger, corrected):
    where, then = new_ledger(), "2025-01-11T00:00:00Z"
    with Ledger.open(where) as held:
        for number in range(250):
            text = f"The NIS said that {number + 1} people had died."
            one = report(f"r{number}", text, {"quote": str(number + 1), "source": "the NIS"})
            held.add(one, at="2025-01-10T10:00:00.000000Z")
        secret = {"confidential": True}
        held.judge(Judgement(action="correct", by="Ann", kind="source", a="ke-nis", fields=secret))
        assert {c.resolved.source.id for c in held.claims()} == {"nis"}
        assert len(quotes(held, confidential=False)) == 250
    told, claims, before, names = asked(where, then, corrected)
    assert told == [[100, 250], [200, 250], [250, 250]]
    assert [claim[1:3] for claim in claims] == [["ke-nis", True]] * 250
    assert before == ["nis"] * 250
    assert names == {"ke-nis": ["the NIS"]}
    assert asked(where, then, corrected)[0] == []
    with Ledger.open(where) as held:
        assert {c.resolved.source.id for c in held.claims()} == {"nis"}
        uid = held.report("r0").report.uid
        claim = next(held.claims(Query(report="r0")))
        history = [c.resolved.source.id for c in held.history(uid, claim.figure.start, claim.figure.end)]
        assert history == ["nis", "ke-nis", "nis"]
        assert list(verify(held, Checked())) == []


def test_what_was_begun_goes_on_and_a_reader_that_cannot_write_asks_on(new_ledger, monkeypatch):
    where = new_ledger()
    with Ledger.open(where) as held:
        for number in range(150):
            held.add(
                report(f"r{number}", f"The NIS: {number + 1} dead.", {"quote": str(number + 1), "source": "the NIS"})
            )
    monkeypatch.setattr("tallyroom.ledger.log.resolved_by", lambda: "another")
    told: list[tuple[int, int]] = []

    def stop(done: int, of_all: int) -> None:
        told.append((done, of_all))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ledger.open(where, tell=stop)
    with Ledger.open(where, tell=lambda done, of_all: told.append((done, of_all))) as held:
        assert told == [(100, 150), (150, 150)]
        held.log.resolve_anew(stop)
    monkeypatch.setattr("tallyroom.ledger.log.resolved_by", lambda: "a third")

    def full(*_: object) -> None:
        raise LedgerError("the disk is full")

    monkeypatch.setattr("tallyroom.ledger.log.Log._resolve_some_anew", full)
    with Ledger.open(where, create=False) as held:
        assert held.count_claims(Query()) == 150
    with pytest.raises(LedgerError):
        Ledger.open(where)
