"""Tallyroom reads the news and keeps the ledger: who said how many, of whom, through whom, when, in which words.

The public face is a few verbs, imported late so that `import tallyroom` stays light:
`read`, `extract`, `Ledger`, `build_series`, `estimate`, and the records of `tallyroom.model`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "read": "tallyroom.readers",
    "extract": "tallyroom.extract",
    "Ledger": "tallyroom.ledger",
    "build_series": "tallyroom.series",
    "estimate": "tallyroom.estimates",
    "Extraction": "tallyroom.model",
    "Figure": "tallyroom.model",
    "Problem": "tallyroom.model",
    "Report": "tallyroom.model",
    "TallyroomError": "tallyroom.errors",
}
__all__ = [*_WHERE, "__version__"]

if TYPE_CHECKING:
    from tallyroom.errors import TallyroomError as TallyroomError
    from tallyroom.model import Extraction as Extraction
    from tallyroom.model import Figure as Figure
    from tallyroom.model import Problem as Problem
    from tallyroom.model import Report as Report


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'tallyroom' has no attribute {name!r}")
    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value
