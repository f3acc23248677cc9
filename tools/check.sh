#!/bin/sh
# All checks of `make test`, in the order in which they fail fastest.
set -eu
step() { printf '\n== %s\n' "$1"; shift; "$@"; }
step "ruff" ruff check .
step "ruff format" ruff format --check .
step "mypy" mypy
step "import contracts" lint-imports
step "deptry" deptry src
step "licences" python tools/check_licences.py
step "schema" python tools/make_schema.py --check
step "wheel" python tools/check_wheel.py
step "evals" python evals/run.py
step "tests" python -m pytest -m "not slow" tests
