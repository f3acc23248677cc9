"""`judge`: what people decide of figures, problems and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tallyroom.cli.opening import open_ledger
from tallyroom.cli.options import ledger_option
from tallyroom.errors import UsageError

if TYPE_CHECKING:
    from tallyroom.ledger import Judgement, Ledger
    from tallyroom.ledger.records import Action


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--why", metavar="REASON", help="The reason."),
        click.option(
            "--by", required=True, envvar="TALLYROOM_BY", metavar="NAME", help="Who decides (or TALLYROOM_BY)."
        ),
        ledger_option,
    ):
        command = option(command)
    return command


@click.group("judge")
def judge_command() -> None:
    """Decide. A later decision supersedes the same person's only; where two people differ, both stand."""


def _judge(ledger: str, make: Callable[[Ledger], Judgement]) -> None:
    with open_ledger(ledger) as held:
        done = held.judge(make(held))
    click.echo(f"{done.action} recorded ({done.identity[:12]}, {done.recorded_at})", err=True)


def _on_figure(
    action: Action, figure: str, by: str, why: str | None, fields: dict[str, Any]
) -> Callable[[Ledger], Judgement]:
    from tallyroom.ledger import Judgement

    def make(held: Ledger) -> Judgement:
        claim = held.claim(figure)
        place: dict[str, Any] = {"uid": claim.uid, "start": claim.figure.start, "end": claim.figure.end}
        return Judgement(action=action, by=by, why=why, fields=fields, **place)

    return make


@judge_command.command("accept")
@click.argument("figure")
@_options
def accept(figure: str, ledger: str, by: str, why: str | None) -> None:
    """FIGURE (a claim id or its beginning) is right as read."""
    _judge(ledger, _on_figure("accept", figure, by, why, {}))


@judge_command.command("reject")
@click.argument("figure")
@_options
def reject(figure: str, ledger: str, by: str, why: str | None) -> None:
    """FIGURE is none, or is not to count."""
    _judge(ledger, _on_figure("reject", figure, by, why, {}))


@judge_command.command("correct")
@click.argument("target")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@_options
def correct(target: str, values: tuple[str, ...], ledger: str, by: str, why: str | None) -> None:
    """TARGET has other values: a figure, report:ID (event, collection, confidential), source:NAME (confidential)."""
    from tallyroom.ledger import Judgement
    from tallyroom.ledger.effective import read_fields, refuse_numbers_apart, with_fields

    kind, _, name = target.partition(":")
    if kind == "report" and name:
        fields = read_fields(values, of_report=True)
        _judge(
            ledger,
            lambda held: Judgement(action="correct", by=by, why=why, uid=held.report(name).report.uid, fields=fields),
        )
    elif kind == "source" and name:
        fields = read_fields(values, of_report=True)
        if set(fields) != {"confidential"}:
            raise UsageError("of a source, confidential=yes or confidential=no can be said")

        def of_source(held: Ledger) -> Judgement:
            if not held.log.names.identities("source", [name]):
                click.echo(f"no report names {name!r} so far; what is said of it holds for those that will", err=True)
            return Judgement(action="correct", by=by, why=why, kind="source", a=name, fields=fields)

        _judge(ledger, of_source)
    else:
        fields = read_fields(values)
        make = _on_figure("correct", target, by, why, fields)

        def checked(held: Ledger) -> Judgement:
            refuse_numbers_apart(with_fields(held.claim(target).figure, fields))
            return make(held)

        _judge(ledger, checked)


@judge_command.command("add")
@click.argument("report")
@click.argument("start", type=int)
@click.argument("end", type=int)
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@_options
def add(report: str, start: int, end: int, values: tuple[str, ...], ledger: str, by: str, why: str | None) -> None:
    """The program missed a figure: REPORT, its START and END in the text, and its fields."""
    from tallyroom.ledger import Judgement
    from tallyroom.ledger.effective import read_fields

    fields = read_fields(values)
    _judge(
        ledger,
        lambda held: Judgement(
            action="add", by=by, why=why, uid=held.report(report).report.uid, start=start, end=end, fields=fields
        ),
    )


@judge_command.command("dismiss")
@click.argument("target")
@click.argument("kind", required=False)
@click.argument("start", type=int, default=0)
@click.argument("end", type=int, default=0)
@_options
def dismiss(target: str, kind: str | None, start: int, end: int, ledger: str, by: str, why: str | None) -> None:
    """A problem is none: REPORT KIND [START END] as `problems` lists it, or the key of a problem of several reports."""
    from tallyroom.ledger import Judgement

    def make(held: Ledger) -> Judgement:
        if kind is None:
            meant = Judgement(action="dismiss", by=by, why=why, problem=held.problem_key(target))
        else:
            uid = held.report(target).report.uid
            meant = Judgement(action="dismiss", by=by, why=why, uid=uid, start=start, end=end, problem=kind)
        held.check_problem(meant)
        return meant

    _judge(ledger, make)


def _pair(action: Action, kind: str, a: str, b: str, ledger: str, by: str, why: str | None) -> None:
    from tallyroom.ledger import Judgement

    def make(held: Ledger) -> Judgement:
        judgement = held.anchored(Judgement(action=action, by=by, why=why, kind=kind, a=a, b=b))
        for name in (judgement.a, judgement.b):
            if not _is_known(held, kind, name):
                click.echo(
                    f"nothing here is called {name!r} so far; what is said of it holds for what comes later", err=True
                )
        return judgement

    _judge(ledger, make)


def _is_known(held: Ledger, kind: str, name: str) -> bool:
    """Whether something of a kind has a name in the ledger; reports are asked for already."""
    from tallyroom.ledger.lineup import all_stories
    from tallyroom.ledger.resolution import NAME_KINDS
    from tallyroom.ledger.words import bare

    names = held.log.names
    speaks = "source" if kind == "origin" else kind
    for own in NAME_KINDS:
        found = names.identities(own, [name]) if own == speaks else ()
        if any(names.reports_of(own, identity) for identity in found):
            return True
    if kind in NAME_KINDS:
        return False
    if kind == "report" or held.pages.knows(name):
        return True
    wanted = bare(name)
    for story in all_stories(held).stories:
        of_kind = {
            "event": [story.event],
            "series": [one.series_id for one in story.series],
            "origin": [
                own for one in story.series for origin in one.origins for own in (origin.origin_id, origin.name)
            ],
        }[kind]
        if any(bare(own) == wanted for own in of_kind):
            return True
    return False


@judge_command.command("same")
@click.argument("kind")
@click.argument("a")
@click.argument("b")
@_options
def same(kind: str, a: str, b: str, ledger: str, by: str, why: str | None) -> None:
    """A and B are one (KIND: source, population, place, event, origin, series, report).

    Name a source, population or place by its words or by its id, as `sources` lists it; an event as `events` lists it, or
    by a report that tells of it; an origin by its source or its id; a series by its id or by a figure of it; a report by
    its id. It counts at once, for reports that come later too.
    """
    _pair("same", kind, a, b, ledger, by, why)


@judge_command.command("different")
@click.argument("kind")
@click.argument("a")
@click.argument("b")
@_options
def different(kind: str, a: str, b: str, ledger: str, by: str, why: str | None) -> None:
    """A and B are two (KIND, A and B as for `same`): where the program took both for one, B stands apart."""
    _pair("different", kind, a, b, ledger, by, why)


@judge_command.command("undo")
@_options
def undo(ledger: str, by: str, why: str | None) -> None:
    """Withdraw your own last judgement."""
    with open_ledger(ledger) as held:
        done = held.undo(by, why)
    click.echo(f"withdrawn ({done.undoes[:12]})", err=True)


@judge_command.command("redact")
@click.argument("report")
@click.argument("start", type=int)
@click.argument("end", type=int)
@_options
def redact(report: str, start: int, end: int, ledger: str, by: str, why: str | None) -> None:
    """Remove the words at START to END of REPORT, wherever they stand in it. Hash, span and decision stay."""
    from tallyroom.ledger.redact import redact as remove

    with open_ledger(ledger) as held:
        done = remove(held, held.report(report).report.uid, start, end, by=by, why=why)
    click.echo(f"redacted {start}-{end} of {report} ({done.recorded_at})", err=True)


@judge_command.command("queue")
@ledger_option
def queue(ledger: str) -> None:
    """What waits for a person: judgements whose sentence changed, figures and pairs on which two differ, unsure names."""
    from tallyroom.ledger import Query
    from tallyroom.ledger.records import KINDS
    from tallyroom.ledger.resolution import NAME_KINDS
    from tallyroom.series.compare import counted
    from tallyroom.show import harmless

    with open_ledger(ledger) as held:
        waiting = held.waiting()
        differing = held.count_claims(Query(review="disputed"))
        disputed = [pair for kind in KINDS for pair in held.same_and_different(kind) if pair.disputed]
        unsure = {kind: len(held.names(kind, Query(limit=None), unsure=True)) for kind in NAME_KINDS}
    for report, judgement in waiting:
        click.echo(harmless(f"{report.report.id}  {judgement.action} by {judgement.by}: {judgement.sentence}"))
    for pair in disputed:
        word = "same" if pair.same else "different"
        click.echo(harmless(f"{pair.kind}  {pair.a} / {pair.b}: {word} by {pair.by}, others differ"))
    if differing:
        count = "1,000+" if differing > 1000 else differing
        click.echo(f"figures on which people differ: {count}; `tallyroom figures --review disputed` lists them")
    for kind, count in unsure.items():
        if count:
            stay = f"{counted(count, 'name')} stay{'s' if count == 1 else ''} apart"
            click.echo(f"{kind}  {stay}: `tallyroom sources --of {kind} --unsure` lists them")
    told = f"{counted(len(waiting), 'judgement')} wait{'s' if len(waiting) == 1 else ''}"
    click.echo(f"{told}, {counted(len(disputed), 'disputed pair')}", err=True)
