# Everything a newcomer needs. Each target sets up what it needs; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
AXE := .tools/node_modules/axe-core/axe.min.js
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.DEFAULT_GOAL := help
.PHONY: help setup chromium demo serve test lint format bench schema docs lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/  \1\t\2/' | expand -t 12

setup: $(READY) ## make .venv with the spean command and all tools, at locked versions

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## four months of an office of invented people, in under a minute; it stays in demo-office
	$(BIN)/spean demo

serve: $(READY) ## the pages with demonstration data, worker and mails (PORT, default 8000); Ctrl-C ends it
	$(BIN)/spean serve --demonstration serve-office --port $(PORT)

test: $(READY) $(AXE) chromium ## run every test (about three quarters of an hour)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --durations 40

$(AXE):
	npm install --silent --no-save --no-audit --no-fund --prefix .tools axe-core@4.14

chromium: # the distribution's browser, for the tests of the pages; SPEAN_CHROMIUM names another one
	@test -n "$$SPEAN_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { $(SUDO) apt-get update --quiet && $(SUDO) apt-get install --yes --quiet --no-install-recommends chromium; }

lint: $(READY) ## style, types, layers, protocols
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/spean check

format: $(READY) ## put the code into its standard form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## measure, as ratios to a floor in the same run
	$(BIN)/python -m benchmarks

schema: $(READY) ## write the JSON Schemas in protocols/ anew
	for kind in protocol included calendar scenario; do \
	  $(BIN)/python -m engine.protocol.schema.jsonschema $$kind > protocols/$$kind.schema.json.new && \
	  mv protocols/$$kind.schema.json.new protocols/$$kind.schema.json || exit 1; done

docs: $(READY) ## write docs/problems.md, the rows of the papers and the outputs shown in the docs anew
	$(BIN)/python -m engine.protocol.codes.problem_page > docs/problems.md.new
	mv docs/problems.md.new docs/problems.md
	$(BIN)/python -m tests.traceability
	$(BIN)/python -m tests.transcripts

lock: ## choose newer versions of everything (needs uv)
	uv pip compile pyproject.toml --extra handbook --group dev --generate-hashes --python-version 3.11 --no-header --upgrade -o requirements.lock

clean: ## remove what make made
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
