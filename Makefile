# SmartChat: `make run`, `make test`. Needs Python 3.11 or newer and make; everything else is fetched into .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is compiled once is kept: a dozen processes start from it, and a test session reads some 1,800 modules.
unexport PYTHONDONTWRITEBYTECODE
# The tests of a file share what they start. One file more at a time than there are processors: some tests wait.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder
# What depends on the time: sessions and links, hours and nights, as pages and commands have them.
LATER := tests/blueprints tests/cli tests/test_clock.py
INSTALL := $(BIN)/python deploy/install.py

.DEFAULT_GOAL := help
.PHONY: help run quick test check rest later lint types bench lock translations clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

run: $(VENV)/.run  ## set everything up and start web, worker and (without a Twilio account) the simulator
	@$(BIN)/python -m smartchat.running.run

quick: $(VENV)/.dev  ## the everyday loop: no processes, no browser, no second database
	@$(PYTEST) -m "not (processes or browser or chaos or postgresql or check)" $(ARGS)

test: $(VENV)/.dev  ## set everything up and run the test suite
	@$(PYTEST) -m "not check" $(ARGS)
	@echo "Left to make check: the same rules with five times the examples, more rounds of each race, every route"
	@echo "with hostile input, and slow clients behind Caddy."

check: lint types test rest  ## what CI runs: lint, types, tests, and what takes longer

rest: $(VENV)/.dev
	@$(PYTEST) --hypothesis-profile=ci -m "check or hypothesis or thorough" $(ARGS)

later: $(VENV)/.dev  ## the tests that know the time, a year on, and on a 29 February
	@for day in $$(date -d "+366 days" +%F) 2028-02-29; do \
		echo "At $$day:"; \
		PYTHONPATH=tests/later TESTS_BEGIN_AT=$${day}T23:30:00+00:00 TESTS_BEGAN_AT=$$(date +%s) \
		$(PYTEST) -W "ignore:Module already imported" -m "not (postgresql or chaos or check)" $(LATER) $(ARGS) || exit 1; \
	done

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

bench: $(VENV)/.bench  ## run the benchmarks and print their tables
	@$(BIN)/python -m bench $(ARGS)

translations: $(VENV)/.dev  ## collect the texts of the pages, and compile the translations
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l -o smartchat/translations/messages.pot --no-location --omit-header smartchat
	@$(BIN)/pybabel -q update -i smartchat/translations/messages.pot -d smartchat/translations --omit-header --no-fuzzy-matching
	@$(BIN)/pybabel compile -f -d smartchat/translations

lock: $(VENV)/.dev  ## pin the dependencies anew from pyproject.toml
	@$(BIN)/pip install -q -U uv
	@echo uv | $(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-uv.txt -
	@$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt pyproject.toml
	@$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
	@$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra dev --extra bench -c requirements-dev.txt -o requirements-bench.txt pyproject.toml
	@$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-botframework.txt bench/botframework.in

clean:  ## remove the virtual environment and caches; your data under instance/ stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "SmartChat needs Python 3.11 or newer; this is $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing the dependencies (only the first time) …"
	@$(INSTALL) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing the dependencies for development (only the first time) …"
	@$(INSTALL) requirements-dev.txt
	@touch $@ $(VENV)/.run

$(VENV)/.bench: requirements-bench.txt requirements-botframework.txt $(VENV)/.dev
	@echo "Installing the peers of the benchmarks (only the first time) …"
	@$(INSTALL) requirements-bench.txt
	@$(PYTHON) -m venv $(VENV)/botframework
	@$(INSTALL) requirements-botframework.txt --into $(VENV)/botframework/bin/python
	@touch $@
