#!/bin/sh
# All checks of `make test`, in the order in which they fail fastest.
set -eu
step() { printf '== %s\n' "$1"; shift; "$@"; }
step "ruff" ruff check .
step "ruff format" ruff format --check .
step "mypy" mypy
step "import contracts" lint-imports
step "deptry" deptry src
step "tests" python -m pytest -m "not slow" tests
