"""The generator of archives, which is a command of the project and no part of its package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def _loaded() -> ModuleType:
    tool = Path(__file__).parent.parent / "tools" / "make_archive.py"
    spec = importlib.util.spec_from_file_location("make_archive", tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_archive"] = module
    spec.loader.exec_module(module)
    return module


make_archive = _loaded()
