# Sluice: two commands are enough, `make run` and `make test`. Everything else is for those who work on it.
PYTHON ?= python3
VENV := .venv/bin
OUT ?= docs/pictures
# Of the long counts, how much `make soak` runs, with which seed, and which tests.
SHARE ?= 1
SEED ?=
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))
TESTS ?= tests

.PHONY: help run test check coverage soak bench doctor pictures lock translations clean ready ready-test

help:
	@echo "make run       set up what is missing, then open the console on the demo city"
	@echo "make test      set up what is missing, then run every test (no display needed)"
	@echo "make check     lint, types, import contracts, coverage of network/"
	@echo "make soak      the tests with long counts"
	@echo "make bench     the benchmarks, as ratios within one run"
	@echo "make doctor    look at this machine and say how to mend what is wrong"
	@echo "make pictures  write pictures of the console to $(OUT)"
	@echo "make translations  collect and compile the window's words"
	@echo "make lock      renew requirements.lock from pyproject.toml"
	@echo "make clean     remove what the tools left behind (keeps .venv)"

ready:
	@$(PYTHON) tools/set_up.py run

ready-test:
	@$(PYTHON) tools/set_up.py test

run: ready
	@$(VENV)/python -m app

test: ready-test
	$(VENV)/python -m pytest -n 2 --dist worksteal

check: ready-test
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(MAKE) --no-print-directory coverage

coverage: ready-test
	$(VENV)/python -m pytest tests/network -q -n 2 --cov=network --cov-branch --cov-fail-under=100 \
	    --cov-report=term-missing:skip-covered

soak: ready-test
	SLUICE_SOAK=$(SHARE) $(VENV)/python -m pytest -n 2 --dist worksteal -m "soak or hypothesis" --timeout 7200 \
	    --randomly-seed=$(SEED) --hypothesis-seed=$(SEED) --hypothesis-show-statistics --durations=20 $(TESTS)

bench: ready-test
	$(VENV)/python benchmarks/run_all.py $(ONLY)

# Looks at what is there even where set-up cannot finish.
doctor:
	@test -x $(VENV)/python || $(PYTHON) tools/set_up.py run
	@$(VENV)/python -m app.doctor

pictures: ready
	$(VENV)/python -m app tour --out $(OUT)

translations: ready-test
	$(VENV)/python tools/translations.py

lock: ready
	$(VENV)/python -m pip install --quiet "uv>=0.5"
	UV_PYTHON_DOWNLOADS=never $(VENV)/uv pip compile pyproject.toml --quiet --universal --generate-hashes \
	    --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --extra dev --extra bench \
	    --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* build dist
	find app gis network tests benchmarks tools -name __pycache__ -prune -exec rm -rf {} +
