"""An extraction as people see it in a terminal: the text with its figures marked, the table, the problems."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from tallyroom.errors import harmless
from tallyroom.extract import Fate
from tallyroom.model import Extraction, Figure, Number, Problem

__all__ = ["Show", "amount", "harmless", "number"]

_COLOURS = {
    "killed": "bold red", "injured": "bold dark_orange", "killed_or_injured": "bold magenta", "missing": "bold yellow",
    "money": "bold green", "deployed": "bold blue", "arms": "bold blue", "displaced": "bold cyan", "evacuated": "bold cyan",
    "infected": "bold bright_magenta", "arrested": "bold bright_blue", "repatriated": "bold cyan",
}  # fmt: skip


def number(value: Number | None) -> str:
    """A number as people write it; "" for no bound."""
    return "" if value is None else f"{value:,}"


def amount(figure: Figure) -> str:
    """low/best/high in a few signs: "12", "≥ 12", "> 600", "10,000–12,000", "24–99"."""
    low, best, high = number(figure.low), number(figure.best), number(figure.high)
    forms = {
        "exact": best, "about": f"~ {best}", "at_least": f"≥ {low}", "more_than": f"> {best}", "at_most": f"≤ {high}",
        "less_than": f"< {best}", "range": f"{low}–{high}", "vague": f"{low}–{high}",
    }  # fmt: skip
    shown = forms[figure.bound]
    if figure.bound == "exact" and figure.high is None:
        shown = f"{best}, perhaps more"
    return shown


class Show:
    """Prints extractions to the terminal."""

    def __init__(self, width: int | None = None) -> None:
        self.console = Console(width=width, highlight=False, emoji=False, markup=False)

    def extraction(self, extraction: Extraction) -> None:
        """The text with its figures marked, then the table, then the problems."""
        report = extraction.report
        self.console.print(Rule(Text(harmless(report.title or report.id), style="bold")))
        origin = " · ".join(
            harmless(part) for part in (report.outlet, report.published, report.url or report.input) if part
        )
        if origin:
            self.console.print(Text(origin, style="dim"))
        self.console.print()
        self.console.print(Padding(self._marked(extraction), (0, 2)))
        self.console.print()
        if extraction.figures:
            self.console.print(self._table(extraction.figures))
        else:
            self.console.print(Text("No figures.", style="dim"))
        self.console.print()
        self._problems(extraction.problems)

    def _marked(self, extraction: Extraction) -> Text:
        marked, at = Text(), 0
        text = extraction.report.text
        for n, figure in enumerate(extraction.figures, 1):
            marked.append(harmless(text[at : figure.start]))
            marked.append(harmless(figure.quote), style=f"{_COLOURS.get(figure.measure, 'bold white')} underline")
            marked.append(f"[{n}]", style="dim")
            at = figure.end
        marked.append(harmless(text[at:]))
        for problem in extraction.problems:
            if problem.quote:
                marked.highlight_words([harmless(problem.quote)], style="reverse")
        return marked

    def _table(self, figures: Sequence[Figure]) -> Table:
        table = Table(show_edge=False, pad_edge=False, header_style="bold dim", expand=False)
        for title in ("#", "figure", "what", "who", "source ← relays", "said", "happened", "where"):
            table.add_column(title, overflow="fold", justify="right" if title in ("#", "figure") else "left")
        for n, f in enumerate(figures, 1):
            what = f.measure.replace("_", " ")
            marks: list[str] = []
            if f.aggregation != "incident":
                marks.append(f.aggregation)
            marks += [f"of {f.part_of[1:]}"] if f.part_of else []
            marks += [f.polarity] if f.polarity != "stated" else []
            marks += ["repeated"] if f.repeat else []
            chain = " ← ".join((f.source, *f.relays)) if f.source else ""
            table.add_row(
                str(n), Text(amount(f), style=_COLOURS.get(f.measure, "bold")), Text(what + (f" ({', '.join(marks)})" if marks else "")),
                Text(harmless((f.population or "") + (f" [{f.unit}]" if f.unit not in ("people", f.population) else ""))), Text(harmless(chain)),
                f.said_at or "", f.event_time or "", Text(harmless(f.place or "")),
            )  # fmt: skip
        return table

    def _problems(self, problems: Sequence[Problem]) -> None:
        if not problems:
            self.console.print(Text("No problems seen in the text.", style="dim"))
            return
        self.console.print(Text("Problems", style="bold"))
        for problem in problems:
            line = Text("  ")
            line.append(problem.kind.replace("_", " "), style="bold yellow")
            if problem.quote:
                line.append(f" at {problem.start}: ")
                line.append(f"“{harmless(problem.quote)}”", style="reverse")
            line.append(f"  {harmless(problem.message)}")
            if problem.suggestion:
                line.append(f"  → {harmless(problem.suggestion)}", style="green")
            self.console.print(line)

    def fates(self, fates: Sequence[Fate]) -> None:
        """Every numeral with what became of it."""
        table = Table(show_edge=False, pad_edge=False, header_style="bold dim")
        for title in ("at", "numeral", "fate", "reason"):
            table.add_column(title, overflow="fold")
        for fate in fates:
            table.add_row(
                str(fate.start), Text(harmless(fate.quote)), fate.fate.replace("_", " "), Text(harmless(fate.reason))
            )
        self.console.print(table)
        self.console.print()
