"""Reports of one fire, of which each says another toll: what the tests of series, sources and line-ups are built of."""

from __future__ import annotations

from tallyroom.model import Extraction, Figure, make_report, with_claim_ids

HOSTILE_TITLE = "Fire in Lorne <script>alert(1)</script>\u202e"


def fire_report(number: int, toll: int, source: str = "coast guard", relays: tuple[str, ...] = ()) -> Extraction:
    """The report of day `number`: so many killed, a source of Lorne said."""
    text = f"Fire killed {toll} people in Lorne on Monday, the {source} of Lorne said."
    made = make_report(
        text, id=f"r{number}", published=f"2025-03-{number:02d}", outlet=f"Daily {number}", title=HOSTILE_TITLE
    )
    figure = Figure(
        id="f1", quote=str(toll), start=12, end=12 + len(str(toll)), low=toll, best=toll, high=toll, measure="killed",
        population="people of Lorne", place="Lorne", source=f"{source} of Lorne", aggregation="cumulative", relays=relays,
    )  # fmt: skip
    return Extraction(report=made, extractor="test", figures=with_claim_ids(made.uid, [figure]))
