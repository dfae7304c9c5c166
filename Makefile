# One way to run things: CI runs these targets and nothing else. `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help venv demo test test-slow check static format format-check lint types imports lock bench image clean

VENV ?= .venv
BIN := $(VENV)/bin
PACKAGES := brownout chaos mock_exchange scenarios slo
CODE := $(PACKAGES) tests benchmarks
# A shim may exist for an interpreter that is not installed, so each candidate must answer before it is chosen.
PYTHON ?= $(shell for candidate in python3.13 python3.12 python3.11 python3; do \
	"$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$candidate" && break; done)
# Tests spend half of their time waiting for processes to start, so one more of them than processors. One file is one
# worker's, as its tests share an exchange.
WORKERS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

venv: $(VENV)/.installed-dev ## Create .venv with the pinned versions (Python 3.11 or later)
	@:

demo: venv ## Run the demo scenario and print the path of its report
	@$(BIN)/brownout run demo --report-only

test: venv ## Run the fast tests
	@$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile -m 'not slow and not docker' --durations=5 --durations-min=2

test-slow: $(VENV)/.installed-e2e $(VENV)/.installed-bench ## Run the slow tests: real clients, a real browser, Docker
	@$(BIN)/pytest -m 'slow or docker' --timeout=900 --durations=10 --durations-min=5

check: static test ## What CI runs: format, lint, types, imports, fast tests

static: format-check lint types imports ## The parts of `check` that run no tests

format: venv ## Rewrite the code in the house format
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

format-check: venv
	@$(BIN)/ruff format --check $(CODE)

lint: venv
	@$(BIN)/ruff check $(CODE)

types: venv
	@$(BIN)/mypy

imports: venv
	@$(BIN)/lint-imports

bench: $(VENV)/.installed-bench ## Measure against the peers; needs wrk and two cores
	@$(BIN)/python -m benchmarks

image: ## Build the container image
	docker build --network host --tag brownout .

lock: ## Pin constraints.txt again, to the newest versions that work together
	rm -rf build/lock && python3.11 -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check --quiet install -e '.[dev,e2e,bench]'
	{ sed '/^[^#]/,$$d' constraints.txt; build/lock/bin/python -m pip freeze --exclude-editable | grep -E '^[A-Za-z0-9._-]+==[^ ]+$$'; } >build/lock/constraints.txt
	mv build/lock/constraints.txt constraints.txt && rm -rf build/lock

clean: ## Remove the environment, caches and runs
	rm -rf $(VENV) runs build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "brownout needs Python 3.11 or later, as python3.13, python3.12, python3.11 or python3 on the PATH" >&2; exit 69; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version), which takes about a minute ..."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "could not create $(VENV): on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 69; }

# Stamps: an environment is installed again only when what it is made from has changed.
$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

$(VENV)/.installed-e2e: $(VENV)/.installed-dev
	@$(PIP) install -c constraints.txt -e '.[e2e]'
	@touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-dev
	@$(PIP) install -c constraints.txt -e '.[bench]'
	@if command -v npm >/dev/null; then npm install --prefix build/peers --no-audit --no-fund --silent @mockoon/cli@9.9.0; \
		else echo "MISSING: npm, and with it Mockoon for benchmarks/exchange_orders.py: install Node" >&2; fi
	@touch $@
