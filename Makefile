# `make` alone lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check-fast prove bench worlds format lint i18n docs screenshots lock clean

PYTHON ?= python3
BIN := .venv/bin
WITH_SERVICES := $(BIN)/python scripts/services.py run --
# Some machines forbid Python to keep what it compiled. Then every start of the server would compile
# eight hundred modules again, and the tests start many servers.
export PYTHONDONTWRITEBYTECODE :=

DATA ?= ./demo-data
PORT ?= 8000

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv from the locks (instant when nothing changed)
	@$(PYTHON) scripts/setup.py dev

demo: ## Show a living town hall on http://127.0.0.1:8000 (PORT=, DATA= change it)
	@$(PYTHON) scripts/setup.py core
	@$(BIN)/nowserving demo --data $(DATA) --port $(PORT)

test: setup ## Everything a change must pass: checks, tests on both databases, browser, coverage
	@$(BIN)/python scripts/test.py

check-fast: setup ## The checks, and the tests that need no database (about 20 s)
	@$(BIN)/python scripts/test.py --fast

prove: setup ## The long proofs and their controls; writes docs/evidence/proofs.md (ARGS= for some)
	@$(BIN)/python scripts/prove.py $(ARGS)

bench: setup ## Measure speed beside its limits; writes docs/evidence/speed.md (about a quarter of an hour)
	@PYTHONPATH=.:scripts $(BIN)/python -m benchmarks $(ARGS)

worlds: setup ## Try the estimate in simulated worlds; writes docs/evidence/estimates.md (about a minute)
	@$(BIN)/python -m tests.worlds.evidence $(ARGS)

format: setup ## Format the code and mend what can be mended by machine
	@$(BIN)/ruff check --fix --quiet .; $(BIN)/ruff format .

lint: setup ## The checks alone: format, lint, templates, types, translations, scripts
	@$(BIN)/python scripts/test.py --lint

i18n: setup ## Bring every catalogue up to date with the texts in the code
	@$(BIN)/python scripts/update_i18n.py

docs: setup ## Write the tables of the documentation anew, from the code
	@$(BIN)/python scripts/docs_tables.py

screenshots: setup ## Take the README's pictures anew
	@$(WITH_SERVICES) $(BIN)/python scripts/screenshots.py

lock: setup ## Write requirements/*.txt anew (UPGRADE=1 takes the newest versions)
	@$(BIN)/python scripts/lock.py

clean: ## Remove the environment, the demo's data and everything that was built
	@rm -rf .venv build dist demo-data .coverage .coverage.* htmlcov .mypy_cache .ruff_cache .pytest_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
