"""Time every page and API door of `tallyroom serve` on a large ledger, and how soon a review paints the next figure.

    tools/bench_page.py --ledger /tmp/page.db [--claims 100000] [--each 7] [--only PART] [--keys 60] [--at-most-ms 200]

The ledger is made once and kept: half of its claims in stories told by many reports, half in reports that stand alone.
Each door is asked for the first time, right after decisions, which change the ledger, and then again and again. With `--keys` a browser reviews
by keys and the time from each key to the paint of the next figure is told. Exit status 1 where a median is over the limit.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec

from bench_ledger import CLAIMS_A_REPORT, invented
from bench_series import extractions
from tallyroom.ledger import Judgement, Ledger, Query
from tallyroom.model import Extraction, Problem, Rival, with_claim_ids

STORY = 120
BATCH = 500
NAME = "Bench"
#: From a key to the paint of the next figure.
MOST_KEY_MS = 100
TEXT = (
    "Floods killed 12 people in Alnovamorwick, the mayor said. At least 30 were injured, the Red Cross said on Monday."
)
PAINTS = """
window.paints = [];
addEventListener("keydown", () => {
  const began = performance.now(), before = document.getElementById("review")?.dataset.spot;
  const look = (left) => requestAnimationFrame(() => setTimeout(() => {
    const now = document.getElementById("review")?.dataset.spot;
    if (now && now !== before) paints.push(performance.now() - began);
    else if (left) look(left - 1);
  }));
  look(600);
}, true);
"""


def doubted(extraction: Extraction, chance: random.Random) -> Extraction:
    """The same, as a reader leaves it: some fields unsure, with rivals, and now and then a problem."""
    figures = [
        msgspec.structs.replace(
            figure,
            confidence={"record": round(chance.uniform(0.2, 0.99), 2), "source": round(chance.uniform(0.3, 0.99), 2)},
            rivals={"measure": (Rival("missing", 0.2),)} if chance.random() < 0.2 else {},
            relays=("the harbour office",) if chance.random() < 0.1 else (),
            claim_id="",
        )
        for figure in extraction.figures
    ]
    problems: tuple[Problem, ...] = ()
    if chance.random() < 0.1:
        last = figures[-1]
        problems = (
            Problem(kind="arithmetic", quote=last.quote, start=last.start, end=last.end, message="the parts differ"),
        )
    made = with_claim_ids(extraction.report.uid, figures)
    return msgspec.structs.replace(extraction, figures=made, problems=problems)


def made(claims: int) -> Iterator[Extraction]:
    """Invented reports with so many claims."""
    yield from extractions(claims // 2, STORY)
    for number in range(claims // 2 // CLAIMS_A_REPORT):
        yield invented(number)


def fill(where: Path, claims: int) -> None:
    """Make the ledger where it is not there."""
    if where.exists():
        return
    begun, chance = time.process_time(), random.Random(2)
    part = where.with_suffix(".part")
    part.unlink(missing_ok=True)
    with Ledger.open(part) as ledger:
        waiting: list[Extraction] = []

        def flush() -> None:
            with ledger.transaction():
                for extraction in waiting:
                    ledger.add(extraction)
            waiting.clear()

        for extraction in made(claims):
            waiting.append(doubted(extraction, chance))
            if len(waiting) == BATCH:
                flush()
        flush()
    part.rename(where)
    print(f"{claims:,} claims written in {time.process_time() - begun:.0f} s CPU", flush=True)


class Page:
    """A running page, asked over one connection as somebody with a name."""

    def __init__(self, address: str, pid: int) -> None:
        self.address, self.pid = address, pid
        self.connection = http.client.HTTPConnection(address.rpartition("/")[2], timeout=600)

    def ask(self, path: str, form: dict[str, str] | None = None, body: object = None) -> tuple[int, bytes]:
        """Status and body; `form` and `body` make it a POST."""
        headers = {"cookie": f"tallyroom_by={NAME}", "accept": "text/html"}
        data: str | None = None
        if form is not None:
            data, headers["content-type"] = urlencode(form), "application/x-www-form-urlencoded"
        elif body is not None:
            data, headers["content-type"] = json.dumps(body), "application/json"
        self.connection.request("GET" if data is None else "POST", path, data, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def json(self, path: str) -> dict[str, list[dict[str, str]]]:
        """The answer of an API door."""
        found: dict[str, list[dict[str, str]]] = json.loads(self.ask(path)[1])
        return found

    def cpu(self) -> float:
        """CPU seconds that the server has spent."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(ledger: Path) -> Iterator[Page]:
    """The page on a ledger, on a free port."""
    command = [sys.executable, "-c", "from tallyroom.cli import main; main()", "serve", "--port", "0"]
    server = subprocess.Popen([*command, "--ledger", str(ledger)], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        told = ""
        while (found := re.search(r"http://(\S+:\d+)", told)) is None:
            line = server.stderr.readline()
            if not line:
                raise SystemExit(told)
            told += line
        yield Page(found.group(), server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


Ask = Callable[[Page], int]


def get(path: str) -> Ask:
    """A door that is asked by its address."""
    return lambda page: page.ask(path)[0]


def doors(page: Page) -> dict[str, Ask]:
    """Every page and API door, by its name; needs a ledger that is lined up."""
    figure = page.json("/api/figures?limit=1")["rows"][0]
    series = page.json("/api/series?limit=1")["rows"][0]["series_id"]
    event = page.json("/api/events?limit=1")["rows"][0]["event_id"]
    sources = page.json("/api/sources?limit=1")["rows"]
    source, claim, uid = quote(str(sources[0]["source_id"]), safe=""), figure["claim_id"], figure["uid"]
    spot = f"{uid}.{figure['start']}.{figure['end']}"
    then = f"known_at={quote(middle(page))}"
    wait_for_lineup(page, then)
    before = page.json(f"/api/series?limit=1&{then}")["rows"][0]["series_id"]
    paths = [
        "/", "/who", "/figures", "/figures?measure=killed&sort=value", "/figures?text=harbour&place=place+311",
        "/figures?source=red+cross", "/figures?review=all&sort=happened", f"/figures/{claim}",
        "/reports", "/reports?text=harbour", "/reports?measure=missing", f"/reports/{uid}",
        "/events", "/events?measure=killed&published_from=2015", f"/events/{event}",
        "/series", "/series?measure=killed&place=morwick", f"/series/{series}", f"/series/{series}?known_at=2035-01-01",
        f"/events?{then}", f"/events?{then}&measure=killed&published_from=2015", f"/series?{then}", f"/series/{before}?{then}",
        f"/problems?{then}", f"/brief?{then}", f"/sources?{then}",
        "/sources", "/sources?sort=published", "/sources?source_kind=government", "/sources?text=harbour", f"/sources/{source}", "/sources/source-4711",
        "/problems", "/problems?kind=arithmetic", "/problems?published_from=2015-06&published_to=2015-06",
        "/brief", "/brief?place=Alnovamorwick&measure=killed", f"/charts/{series}.svg",
        *(f"/review?queue={queue}" for queue in ("unsure", "new", "contradicting", "undecided", "differ")),
        "/review?queue=unsure&measure=killed&place=Alnovamorwick", "/review?queue=unsure&source=red+cross",
        f"/review?at={spot}", "/review/items?count=3", f"/review/add?uid={uid}&start=0&end=6",
        "/api/openapi.json", "/api/figures", "/api/figures?measure=killed&sort=value", f"/api/figures/{claim}",
        "/api/reports", f"/api/reports/{uid}", "/api/sources", "/api/sources?source_kind=government", "/api/problems",
        "/api/events", "/api/series", f"/api/series/{series}",
    ]  # fmt: skip
    found = {path.replace(uid, "UID").replace(claim, "CLAIM").replace(then, "THEN"): get(path) for path in paths}
    about = {"text": TEXT, "published": "2031-03-04", "outlet": "Daily"}
    found["POST /read"] = lambda page: page.ask("/read", form=about)[0]
    found["POST /api/read"] = lambda page: page.ask("/api/read", body={"text": TEXT})[0]
    found["POST /review/decide"] = decides(page)
    return found


def middle(page: Page) -> str:
    """The moment halfway between the first and the last figure that was added."""
    ends = [
        datetime.fromisoformat(page.json(f"/api/figures?sort=recorded&limit=1{order}")["rows"][0]["recorded_at"])
        for order in ("", "&ascending=1")
    ]
    return (ends[1] + (ends[0] - ends[1]) / 2).isoformat()


def decides(page: Page) -> Ask:
    """A decision on the next figure of a queue each time."""

    def decide(page: Page) -> int:
        item = page.json(f"/review/items?count=1&without={','.join(passed)}")["items"][0]
        passed.append(item["short"])
        form = {"act": "accept", "at": item["spot"], "seen": str(item["seen"]), "key": f"bench{random.random()}"[2:]}
        return page.ask("/review/decide", form={**form, "key": form["key"].replace(".", "")})[0]

    passed: list[str] = []
    return decide


def unreviewed(ledger: Ledger) -> Iterator[tuple[str, int, int]]:
    """Places that nobody decided on."""
    while True:
        for claim in ledger.claim_page(Query(review="unreviewed", limit=500)).rows:
            yield claim.uid, claim.figure.start, claim.figure.end


def time_doors(page: Page, where: Path, each: int, only: str, most: float) -> bool:
    """Print the times of each door; False where a median is over the limit."""
    over = []
    print(f"{'door':<58} {'first':>6} {'decided':>8} {'median':>8} {'worst':>8} {'CPU':>6}  ms")
    with Ledger.open(where) as ledger:
        waiting = unreviewed(ledger)
        for name, ask in doors(page).items():
            if only not in name:
                continue
            fresh, times = [], []
            for _ in range(4):
                uid, start, end = next(waiting)
                ledger.judge(Judgement(action="accept", by="Somebody", uid=uid, start=start, end=end))
                fresh.append(timed(page, name, ask))
            spent = page.cpu()
            for _ in range(each):
                times.append(timed(page, name, ask))
            cpu = (page.cpu() - spent) / each * 1000
            after, median = statistics.median(fresh[1:]), statistics.median(times)
            mark = " !" if max(after, median) > most else ""
            if mark:
                over.append(name)
            row = f"{fresh[0]:6.0f} {after:8.0f} {median:8.0f} {max(times):8.0f} {cpu:6.0f}{mark}"
            print(f"{name[:58]:<58} {row}", flush=True)
    print(f"over {most:.0f} ms: {', '.join(over) or 'none'}")
    return not over


def timed(page: Page, name: str, ask: Ask) -> float:
    """Milliseconds that one answer took."""
    begun = time.perf_counter()
    status = ask(page)
    took = (time.perf_counter() - begun) * 1000
    if status not in (200, 303):
        raise SystemExit(f"{name} answered {status}")
    return took


def time_keys(page: Page, keys: int) -> bool:
    """Print how soon the next figure stands there after each key; False where the median is over the limit."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        window = browser.new_page(base_url=page.address, viewport={"width": 1440, "height": 900})
        window.add_init_script(PAINTS)
        window.goto("/who?to=/review")
        window.fill("#name", NAME)
        window.click("main button.main")
        window.wait_for_url("**/review**")
        for i in range(keys):
            before = window.locator("#review").get_attribute("data-spot")
            window.keyboard.press(("a", "x", " ")[i % 3])
            window.wait_for_function(
                "before => ![before, ''].includes(document.getElementById('review').dataset.spot)", arg=before
            )
        paints = sorted(window.evaluate("() => paints"))
        browser.close()
    worst = sum(ms > MOST_KEY_MS for ms in paints)
    print(
        f"{len(paints)} keys: to the paint of the next figure {statistics.median(paints):.0f} ms at the median, "
        f"{paints[int(len(paints) * 0.95)]:.0f} at 95 %, worst {paints[-1]:.0f}; {worst} over {MOST_KEY_MS}"
    )
    return statistics.median(paints) < MOST_KEY_MS


def wait_for_lineup(page: Page, moment: str = "") -> None:
    """Until the pages of events answer, of now or of an earlier moment."""
    begun = time.perf_counter()
    while page.ask(f"/api/events?limit=1&{moment}")[0] != 200:
        time.sleep(0.5)
    print(f"lined up within {time.perf_counter() - begun:.0f} s {moment}", flush=True)


def main(given: Iterable[str] | None = None) -> None:
    """Make the ledger, serve it, and time what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--each", type=int, default=7)
    parser.add_argument("--only", default="", metavar="PART", help="only doors with this in their address")
    parser.add_argument("--keys", type=int, default=0)
    parser.add_argument("--at-most-ms", type=float, default=200)
    asked = parser.parse_args(given)
    fill(asked.ledger, asked.claims)
    with serving(asked.ledger) as page:
        wait_for_lineup(page)
        well = time_doors(page, asked.ledger, asked.each, asked.only, asked.at_most_ms)
        if asked.keys:
            well = time_keys(page, asked.keys) and well
    raise SystemExit(0 if well else 1)


if __name__ == "__main__":
    main()
