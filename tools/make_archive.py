"""Make archives of invented news pages to test and measure `tallyroom bulk` on, the same bytes for the same arguments.

    tools/make_archive.py FOLDER [--pages 1000] [--files 1] [--seed 1] [--kind warc.gz|warc|wacz|jsonl] [--first 0]

Pages of about 60 kB: an article in the template of an outlet, with menus, scripts, teasers and comments. One page in five
tells of figures, one in ten is another's article with edits (a wire copy), one in twenty is broken in one of many ways.
Prints the sha256 of each file as unpacked (packed bytes depend on the zlib) and of all.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import random
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

WORDS = Path(__file__).parent / "archive" / "words.toml"
#: Of a hundred pages: how many tell of figures, are copies of another page, are broken, are in other languages.
FIGURES, COPIES, BROKEN, FOREIGN = 20, 10, 5, 3
#: A copy repeats an article at most so many pages before it, in any file.
REACH = 400
PAGE_BYTES = 60_000
_BROKEN = (
    "not_found", "server_error", "revisit", "truncated", "cut_member", "bad_http", "image", "latin", "cut_page", "empty",
    "wrong_length", "redirect",
)  # fmt: skip
_CHOICE = re.compile(r"\[([^][|]*(?:\|[^][|]*)+)\]")
_SLOT = re.compile(r"\{(\w+)\}")


class Chance:
    """Picks that are the same on every version of Python: only `random()` is promised to be."""

    def __init__(self, *seed: object) -> None:
        self._random = random.Random("/".join(map(str, seed)))

    def below(self, n: int) -> int:
        return int(self._random.random() * n)

    def one(self, options: Any) -> Any:
        return options[self.below(len(options))]

    def shuffled(self, options: list[Any]) -> list[Any]:
        return [item for _, item in sorted((self._random.random(), i, item)[::2] for i, item in enumerate(options))]


@dataclass(frozen=True)
class Article:
    """What a page tells, before any template."""

    kind: str
    language: str
    title: str
    author: str
    published: str
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    raw = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    raw["slots"] = {name: [w.replace("-", " ") for w in text.split()] for name, text in raw["slots"].items()}
    return raw


def _number(chance: Chance) -> str:
    size = chance.one((10, 10, 100, 100, 100, 1000, 10_000))
    value = size // 5 + chance.below(size * 9 // 5) + 2
    if value >= 1000 and chance.below(3):
        value = round(value, -2)
    return f"{value:,}"


def _made(name: str, chance: Chance) -> str:
    """Slots that are numbers and the like."""
    made: dict[str, Callable[[], str]] = {
        "n": lambda: _number(chance),
        "bign": lambda: f"{(chance.below(700) + 20) * 100:,}",
        "age": lambda: str(19 + chance.below(70)),
        "year": lambda: str(1950 + chance.below(74)),
        "dom": lambda: str(1 + chance.below(28)),
        "clock": lambda: f"{7 + chance.below(14)}:{chance.one(('00', '15', '30', '45'))}",
        "votes": lambda: str(3 + chance.below(90)),
        "oven": lambda: str(140 + 10 * chance.below(9)),
        "score": lambda: str(chance.below(6)),
        "ord": lambda: chance.one(("second", "third", "fourth", "5th", "9th")),
        "pct": lambda: f"{chance.below(19)}.{chance.below(10)}",
        "price": lambda: f"{1 + chance.below(90)}.{chance.below(10)}{chance.below(10)}",
        "pos": lambda: chance.one(("his", "her", "their")),
    }
    return made[name]() if name in made else ""


def say(template: str, chance: Chance, town: str) -> str:
    """A sentence from its template; the article's own town comes up most."""
    while (found := _CHOICE.search(template)) is not None:
        template = template[: found.start()] + chance.one(found[1].split("|")) + template[found.end() :]
    slots = words()["slots"]

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name == "town":
            return town if chance.below(3) else str(chance.one(slots["town"]))
        made = _made(name, chance)
        if made:
            return made
        text = str(chance.one(slots[name.lower()]))
        return text[0].upper() + text[1:] if name[0].isupper() else text

    while _SLOT.search(template):
        template = _SLOT.sub(fill, template)
    return template[0].upper() + template[1:]


def _sentences(pool: list[str], number: int, chance: Chance, town: str) -> list[str]:
    order = chance.shuffled(pool)
    return [say(order[i % len(order)], chance, town) for i in range(number)]


def _long(chance: Chance, town: str) -> list[str]:
    """The long sentences without numbers that most of a report is made of."""
    return _sentences(words()["context"]["long"], 4 + chance.below(5), chance, town)


def _paragraphs(sentences: list[str], chance: Chance) -> tuple[str, ...]:
    out: list[str] = []
    while sentences:
        size = 1 + chance.below(3)
        out.append(" ".join(sentences[:size]))
        sentences = sentences[size:]
    return tuple(out)


def kind_of(seed: int, page: int) -> str:
    """What page number so-and-so is: figures, plain, copy, foreign or broken."""
    draw = Chance(seed, page, "kind").below(100)
    for kind, share in (("figures", FIGURES), ("copy", COPIES), ("broken", BROKEN), ("foreign", FOREIGN)):
        if draw < share:
            return kind
        draw -= share
    return "plain"


def original_of(seed: int, page: int) -> int:
    """The page whose article a copy repeats: one that tells something of its own, else itself."""
    chance = Chance(seed, page, "original")
    for _ in range(40):
        other = page - 1 - chance.below(REACH)
        if other >= 0 and kind_of(seed, other) in ("figures", "plain"):
            return other
    return page


def article(seed: int, page: int) -> Article:
    """The article of a page; that of a copy is another's, edited."""
    kind = kind_of(seed, page)
    if kind == "copy" and (original := original_of(seed, page)) != page:
        return _edited(article(seed, original), Chance(seed, page, "edit"))
    chance = Chance(seed, page, "article")
    telling = kind == "figures" or (kind == "broken" and chance.below(5) == 0)
    town = str(chance.one(words()["slots"]["town"]))
    day = f"2031-{5 + (chance.below(10) == 0):02d}-{1 + chance.below(28):02d}"
    author = say("{first} {last}", chance, town)
    if kind == "foreign":
        language = str(chance.one(("de", "fr", "es")))
        text = _sentences(words()["foreign"][language], 12, chance, town)
        return Article(
            kind, language, say(f"{{town}} – {language}", chance, town), author, day, _paragraphs(text, chance)
        )
    if telling:
        pool = words()["figures"][chance.one(sorted(words()["figures"]))]
        told = _sentences(pool, 6 + chance.below(6), chance, town)
        around = _sentences(words()["context"]["figures"], 2 + chance.below(5), chance, town)
        text = [told[0], *chance.shuffled(told[1:] + around + _long(chance, town))]
        title = say(chance.one(words()["titles"]["figures"]), chance, town)
    else:
        pool = words()["plain"][chance.one(sorted(words()["plain"]))] + words()["context"]["plain"]
        text = chance.shuffled(_sentences(pool, 8 + chance.below(8), chance, town) + _long(chance, town))
        title = say(chance.one(words()["titles"]["plain"]), chance, town)
    return Article("figures" if telling else "plain", "en", title, author, day, _paragraphs(text, chance))


def _edited(first: Article, chance: Chance) -> Article:
    """A wire text as another outlet prints it: a paragraph fewer, a lead of its own, a word changed."""
    paragraphs = list(first.paragraphs)
    if len(paragraphs) > 3 and chance.below(2):
        del paragraphs[1 + chance.below(len(paragraphs) - 1)]
    if chance.below(2):
        paragraphs.insert(
            0, say("{TOWN} ({AGENCY}) —".replace("TOWN", "town").replace("AGENCY", "agency"), chance, "Orsk")
        )
        paragraphs[0] += " " + paragraphs.pop(1)
    if chance.below(3) == 0:
        paragraphs.append(
            say("[Reporting|Additional reporting] by {first} {last}; editing by {first} {last}.", chance, "Orsk")
        )
    at = chance.below(len(paragraphs))
    for old, new in (("said", "stated"), ("about", "around"), (" people", " persons"), ("near", "close to")):
        paragraphs[at] = paragraphs[at].replace(old, new, 1)
    return replace(first, paragraphs=tuple(paragraphs))


# --- pages


@dataclass(frozen=True)
class Outlet:
    """A newspaper: its name, host and page template."""

    number: int
    name: str
    host: str


OUTLETS = tuple(
    Outlet(i, f"The {place} {paper}", f"www.{place.lower()}-{paper.lower()}.example")
    for i, (place, paper) in enumerate(
        (p, q)
        for p in ("Karsova", "Tarvel", "Osmara", "Dolvin", "Quillan")
        for q in ("Courier", "Herald", "Post", "Star")
    )
)


@lru_cache(maxsize=64)
def _fixed_parts(number: int) -> dict[str, str]:
    """What stands on every page of an outlet: styles, scripts, menus, footer."""
    chance = Chance("outlet", number)
    names = [f"{chance.one('abcdefgh')}{chance.one('klmnprst')}{chance.one('aeiou')}{i}" for i in range(400)]
    css = "".join(
        f".{a}-{b}{{margin:{chance.below(40)}px;color:#{chance.below(4096):03x};flex:{chance.below(9)} 1 {chance.below(90)}%}}"
        for a, b in zip(names[::2], names[1::2], strict=True)
    )
    js = "".join(
        f"function {a}(e,t){{var n=e.{b}||{chance.below(9999)};return n?t.push(n*{chance.below(99)}):e['{a}']=!0}}"
        for a, b in zip(names[:220], names[180:], strict=False)
    )
    sections = ("News", "World", "Politics", "Business", "Sport", "Culture", "Science", "Travel", "Opinion", "Weather")
    menu = "".join(
        f'<li class="nav-item {names[i]}"><a href="/{s.lower()}" data-track="nav-{i}"><span>{s}</span></a><ul class="sub">'
        + "".join(f'<li><a href="/{s.lower()}/{names[i * 7 + j]}">{s} {names[j].title()}</a></li>' for j in range(5))
        + "</ul></li>"
        for i, s in enumerate(sections)
    )
    foot = "".join(f'<li><a href="/about/{n}">{n.title()}</a></li>' for n in names[:40])
    return {"css": css, "js": js, "menu": menu, "foot": foot}


def page_html(told: Article, outlet: Outlet, url: str, seed: int, page: int) -> str:
    """The page of an article in the outlet's template, filled up to about 60 kB as pages are."""
    chance = Chance(seed, page, "page")
    fixed = _fixed_parts(outlet.number)
    title, style = escape(told.title), outlet.number % 5
    dated = style != 4 or bool(chance.below(2))
    stamp = f"{told.published}T{6 + chance.below(12):02d}:{chance.below(60):02d}:00Z"
    head = [
        f'<!DOCTYPE html><html lang="{told.language}"><head><meta charset="utf-8"><title>{title} | {outlet.name}</title>',
        f'<link rel="canonical" href="{url}"><meta property="og:site_name" content="{outlet.name}">',
        f'<meta property="og:title" content="{title}"><meta name="viewport" content="width=device-width">',
        f"<style>{fixed['css']}</style><script>{fixed['js']}</script>",
    ]
    if dated and style in (0, 1):
        head.append(f'<meta property="article:published_time" content="{stamp}">')
    if dated and style in (1, 2):
        about = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": told.title,
            "datePublished": stamp,
        }
        head.append(f'<script type="application/ld+json">{json.dumps(about)}</script>')
    state = {f"k{i}": [chance.below(10**6) for _ in range(6)] for i in range(60)}
    head.append(f"<script>window.__STATE__={json.dumps(state)}</script></head><body>")
    visible = f'<time datetime="{stamp}">{told.published}</time>' if dated and style != 0 else ""
    by = f'<p class="byline">By {escape(told.author)} {visible}</p>'
    tag = ("p", "p", "p", "p", "div")[style]
    body = "".join(f'<{tag} class="par">{escape(p)}</{tag}>' for p in told.paragraphs)
    if tag == "div":
        body = body.replace("<div ", "<p ").replace("</div>", "</p>")
    opened, closed = (
        ("<main><article>", "</article></main>"),
        ('<div class="story-body" itemprop="articleBody">', "</div>"),
        ('<div id="content"><div class="article-text">', "</div></div>"),
        ('<section class="post"><div class="entry-content">', "</div></section>"),
        ('<article class="main">', "</article>"),
    )[style]
    picture = f'<figure><img src="/i/{page}.jpg" alt=""><figcaption>{title} ({outlet.name})</figcaption></figure>'
    parts = [
        *head,
        f'<header class="top"><a href="/">{outlet.name}</a><nav><ul>{fixed["menu"]}</ul></nav></header>',
        f'<div class="wrap">{opened}<h1>{title}</h1>{by}{picture}{body}{closed}',
        _teasers(chance, 14),
        _comments(chance, 4 + chance.below(10)),
        f"</div><footer><ul>{fixed['foot']}</ul><p>© 2031 {outlet.name}</p></footer>",
    ]
    size = sum(map(len, parts))
    blob = "".join(
        f"{chance.below(10**9):x}" for _ in range(max(0, PAGE_BYTES - 2000 - size + chance.below(4000)) // 8)
    )
    parts.append(f'<script>var _ads="{blob}";</script></body></html>')
    return "".join(parts)


def _teasers(chance: Chance, number: int) -> str:
    titles = words()["titles"]["plain"] * 2 + words()["titles"]["figures"]
    rows = (
        f'<li class="teaser"><a href="/{chance.below(10**6)}"><img src="/t/{chance.below(999)}.jpg" alt=""><h3>'
        f"{escape(say(chance.one(titles), chance, 'Orsk'))}</h3></a></li>"
        for _ in range(number)
    )
    return f'<aside class="related"><h2>More on this</h2><ul>{"".join(rows)}</ul></aside>'


def _comments(chance: Chance, number: int) -> str:
    pool = words()["comments"]["all"]
    rows = (
        f'<li class="comment" id="comment-{i}"><div class="comment-author">reader{chance.below(999)}</div><p>'
        f"{escape(' '.join(_sentences(pool, 1 + chance.below(3), chance, 'Orsk')))}</p></li>"
        for i in range(number)
    )
    return f'<section id="comments" class="comments"><h2>Comments</h2><ol>{"".join(rows)}</ol></section>'


# --- archives


@dataclass(frozen=True)
class Made:
    """A page as an archive holds it."""

    url: str
    date: str
    told: Article
    html: str


def made(seed: int, page: int) -> Made:
    chance = Chance(seed, page, "address")
    outlet = OUTLETS[chance.below(len(OUTLETS))]
    told = article(seed, page)
    url = f"https://{outlet.host}/{told.published.replace('-', '/') if chance.below(2) else 'story'}/{page}"
    date = f"2031-06-{1 + page % 28:02d}T{page % 24:02d}:{page % 60:02d}:00Z"
    return Made(url, date, told, page_html(told, outlet, url, seed, page))


def records(seed: int, page: int) -> bytes:
    """The WARC record of a page, sound or broken in its own way; what breaks the packing is done by the packer."""
    is_broken = kind_of(seed, page) == "broken"
    how = _BROKEN[Chance(seed, page, "broken").below(len(_BROKEN))] if is_broken else ""
    it = made(seed, page)
    body = it.html.encode("latin-1", "replace") if how == "latin" else it.html.encode()
    status, kind = "200 OK", "text/html; charset=utf-8"
    extra: dict[str, str] = {}
    if how == "not_found":
        status, body = "404 Not Found", b"<html><body><p>There is no such page.</p></body></html>"
    elif how == "server_error":
        status = "503 Service Unavailable"
    elif how == "redirect":
        status, body = "301 Moved Permanently", b""
    elif how == "truncated":
        body, extra = body[: len(body) // 3], {"WARC-Truncated": "length"}
    elif how == "image":
        body, kind = b"\x89PNG\r\n\x1a\n" + body[:4000], "image/png" if page % 2 else kind
    elif how == "cut_page":
        body = body[: len(body) * 2 // 3]
    elif how == "empty":
        body = b"<html><head><title></title></head><body></body></html>" if page % 2 else b""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    if how == "bad_http":
        head = b"\x00\xffHTP 20O\r\n" + head[20:]
    block = head + body
    digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    name = f"<urn:uuid:{hashlib.md5(f'{seed}/{page}'.encode(), usedforsecurity=False).hexdigest()}>"
    length = len(block) + (5000 if how == "wrong_length" else 0)
    fields = {
        "WARC-Type": "revisit" if how == "revisit" else "response", "WARC-Record-ID": name, "WARC-Date": it.date,
        "WARC-Target-URI": it.url, "WARC-Payload-Digest": f"sha1:{digest}",
        "Content-Type": "application/http; msgtype=response", "Content-Length": str(length), **extra,
    }  # fmt: skip
    lines = "WARC/1.1\r\n" + "".join(f"{key}: {value}\r\n" for key, value in fields.items()) + "\r\n"
    return lines.encode() + block + b"\r\n\r\n"


def _cuts(seed: int, page: int) -> bool:
    broken = kind_of(seed, page) == "broken"
    return broken and _BROKEN[Chance(seed, page, "broken").below(len(_BROKEN))] == "cut_member"


def unpacked(seed: int, pages: range) -> Iterator[tuple[bytes, bool]]:
    """The records of a file, each with whether its packed form is to be damaged; the file's own record first."""
    info = b"software: make_archive\r\nformat: WARC File Format 1.1\r\n"
    head = (
        "WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Date: 2031-06-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{hashlib.md5(f'{seed}/{pages.start}/info'.encode(), usedforsecurity=False).hexdigest()}>\r\n"
        f"Content-Type: application/warc-fields\r\nContent-Length: {len(info)}\r\n\r\n"
    )
    yield head.encode() + info + b"\r\n\r\n", False
    for page in pages:
        yield records(seed, page), _cuts(seed, page)


def _json_lines(seed: int, pages: range) -> Iterator[bytes]:
    for page in pages:
        it = made(seed, page)
        row = {"id": f"page-{page}", "url": it.url, "published": it.told.published, "title": it.told.title}
        text = "\n\n".join(it.told.paragraphs)
        yield json.dumps({**row, "text": text}, ensure_ascii=False).encode() + b"\n"


def write_file(path: Path, kind: str, seed: int, pages: range) -> str:
    """Write one archive; the sha256 of what it holds unpacked."""
    digest = hashlib.sha256()
    with path.open("wb") as out:
        if kind == "jsonl":
            for line in _json_lines(seed, pages):
                digest.update(line)
                out.write(line)
            return digest.hexdigest()
        packed = io.BytesIO() if kind == "wacz" else out
        for record, damaged in unpacked(seed, pages):
            digest.update(record)
            if kind == "warc":
                packed.write(record)
                continue
            member = gzip.compress(record, 6, mtime=0)
            if damaged:
                middle = len(member) // 2
                member = member[:middle] + bytes(64) + member[middle + 64 :]
            packed.write(member)
        if kind == "wacz":
            with zipfile.ZipFile(out, "w") as archive:
                assert isinstance(packed, io.BytesIO)
                archive.writestr(zipfile.ZipInfo("archive/data.warc.gz"), packed.getvalue())
                archive.writestr(zipfile.ZipInfo("datapackage.json"), b'{"profile": "data-package"}')
    return digest.hexdigest()


def make(
    folder: Path, *, pages: int, files: int = 1, seed: int = 1, kind: str = "warc.gz", first: int = 0
) -> dict[str, str]:
    """Write the archives; {file name: sha256 of its content as unpacked}."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for number in range(files):
        own = range(first + pages * number // files, first + pages * (number + 1) // files)
        path = folder / f"news-{seed}-{first}-{number:05d}.{kind}"
        found[path.name] = write_file(path, kind, seed, own)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first page")
    parser.add_argument("--kind", choices=["warc.gz", "warc", "wacz", "jsonl"], default="warc.gz")
    given = vars(parser.parse_args())
    found = make(given.pop("folder"), **given)
    for name, digest in found.items():
        print(f"{digest}  {name}")
    print(hashlib.sha256("".join(found.values()).encode()).hexdigest(), " all")


if __name__ == "__main__":
    main()
