# `make demo` shows what Citewell does; `make test` sets up and passes every check. Needs Python 3.11 to 3.13, git, make.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then echo $$python; break; fi; \
	done)
BIN := .venv/bin
DEMO := .demo
RUNS := .runs
BASELINE := bench/baselines/builtin.json.gz
RUN_BUILTIN := CITEWELL_CONFIG=/dev/null $(BIN)/citewell eval run --dataset builtin --model embedded --no-cache

.PHONY: setup demo test test-units test-commands coverage gate baseline quick lint types docs-check bench bench-scale clean requirements

setup: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; name it with make PYTHON=..."; exit 1; }
	@rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@rm -rf $(DEMO)
	@BIN=$(BIN) DEMO=$(DEMO) sh examples/demo.sh

test: lint types docs-check gate
	@$(MAKE) --no-print-directory --jobs 2 test-units test-commands

# Two halves at the same time, on two cores; each prints what it has to say when it is done.
UNITS := tests/unit/assistant tests/unit/vectorstore tests/unit/prompts
COMMANDS := tests $(addprefix --ignore=,$(UNITS))

test-units: setup
	@$(call half,units,$(UNITS))

test-commands: setup
	@$(call half,commands,$(COMMANDS))

define half
	mkdir -p $(RUNS); \
	COVERAGE_FILE=.coverage.$(1) $(BIN)/python -m pytest $(COVERED) -p no:cacheprovider $(2) > $(RUNS)/$(1).txt 2>&1; \
	code=$$?; cat $(RUNS)/$(1).txt; exit $$code
endef

# The same tests, counting the lines and branches that they reach; that makes them half as fast.
coverage: setup
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory --jobs 2 test-units test-commands COVERED="--cov --cov-report="
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered

# The built-in benchmark must not get worse than the run that is kept; `make baseline` keeps another one, on purpose.
gate: setup
	@mkdir -p $(RUNS)
	$(RUN_BUILTIN) --out $(RUNS)/builtin.json > $(RUNS)/builtin.txt
	$(BIN)/citewell eval gate $(RUNS)/builtin.json --baseline $(BASELINE) --tolerance 0.02

baseline: setup
	$(RUN_BUILTIN) --out $(BASELINE)

quick: setup
	$(BIN)/python -m pytest -m "not slow" --hypothesis-profile=quick tests/unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: setup
	$(BIN)/mypy

docs-check: setup
	$(BIN)/python docs/check.py

# Under 15 minutes on two cores. `make bench-scale` takes 40 minutes the first time: it embeds 121,661 abstracts.
bench: setup
	$(BIN)/python bench/startup.py
	$(BIN)/python bench/answering.py
	$(BIN)/python bench/retrieval.py --budgets 512
	$(BIN)/python bench/ingest.py
	$(BIN)/python bench/scale.py --sizes 10000 --quick

bench-scale: setup
	$(BIN)/python bench/scale.py

# Pins with hashes and without addresses, for every Python and platform that is supported.
requirements: pyproject.toml
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements.txt

clean:
	rm -rf .venv $(DEMO) $(RUNS) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
