# The two commands of a newcomer are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export OMP_NUM_THREADS ?= 1

.PHONY: demo test setup setup-dev evals bench bench-bulk soak clean

demo: $(VENV)/.base
	@$(BIN)/tallyroom read examples/harbour.jsonl

setup: $(VENV)/.base

$(VENV)/.base: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

setup-dev: $(VENV)/.dev

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --editable '.[all]' --group dev
	@touch $@ $(VENV)/.base

test: $(VENV)/.dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh tools/check.sh

evals: $(VENV)/.dev
	@$(BIN)/python evals/run.py $(GOLD)

bench: $(VENV)/.dev
	@$(BIN)/python evals/assemble.py --write > /dev/null
	@$(BIN)/python tools/bench.py

bench-bulk: $(VENV)/.dev
	@$(BIN)/python tools/bench_bulk.py

soak: $(VENV)/.dev
	@$(BIN)/python -m pytest -m slow tests

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
