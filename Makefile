# Everything a user or a developer needs; `make plan` and `make test` are enough to begin.
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
# What sets up the environment again when it changes.
STAMP := $(VENV)/.installed

# Browser, office and database are looked for once; what stands in the way is said and does not stop the other tests.
PROGRAMS := $(VENV)/.programs

# How long the audit may take in all; more for a slow line.
AUDIT_SECONDS := 20

.PHONY: help install plan dashboard check docs screenshots test test-full lint audit bench lock notice sbom clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | sort

$(STAMP): pyproject.toml requirements.lock tools/set_up.sh
	@sh tools/set_up.sh $(VENV)
	@touch $@

install: $(STAMP)  ## set up .venv with pilot-planner in it

plan: $(STAMP)  ## solve the base design on the shipped inputs and print the plan
	@$(BIN)/pilot-planner plan

dashboard: $(STAMP)  ## open the dashboard on the shipped inputs, on this machine only
	@$(BIN)/pilot-planner dashboard

$(PROGRAMS): tools/programs.sh | $(STAMP)
	@sh tools/programs.sh
	@touch $@

check: $(STAMP)  ## check the inputs and the base design
	@$(BIN)/pilot-planner check

lint: $(STAMP)  ## style, types, security of the code and of what it depends on
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/ruff format --check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src tools
	@$(MAKE) --no-print-directory audit

audit: $(STAMP)  ## known vulnerabilities of what requirements.lock names, where the advisory data can be reached
	@PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python tools/audit.py --seconds $(AUDIT_SECONDS)

test: lint $(PROGRAMS)  ## all kinds of tests, a quarter of an hour on two cores
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not alone"

test-full: lint $(PROGRAMS)  ## the slow tests as well: long fuzzing, every solver, fifty diagnoses; half an hour
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not alone"
	@$(BIN)/python -m pytest -m alone

screenshots: $(STAMP) $(PROGRAMS)  ## pictures of every page, light, dark and on a phone, into docs/pictures
	@$(BIN)/python tools/screenshots.py docs/pictures

docs: $(STAMP)  ## the pages of docs/ and the Python reference as a site, into site/
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[docs]'
	@$(BIN)/zensical build --strict
	@$(BIN)/python tools/formulas.py site

bench: $(STAMP)  ## every benchmark in a short form, each with the ratio to its peer in the same run; five minutes
	@$(BIN)/python -m benchmarks

lock: $(STAMP)  ## renew requirements.lock from pyproject.toml, without addresses
	@$(BIN)/uv pip compile -q pyproject.toml --extra dev --universal --python-version 3.12 --no-header --no-annotate --no-emit-index-url -o requirements.lock
	@$(MAKE) --no-print-directory notice

notice: $(STAMP)  ## renew NOTICE: the licences of what is delivered along, from requirements.lock
	@$(BIN)/python tools/supply.py notice

sbom: $(STAMP)  ## a bill of materials in CycloneDX: sbom.json
	@$(BIN)/python tools/supply.py sbom sbom.json

clean:  ## remove what 'make install' made
	@rm -rf $(VENV)
