# Everything a developer types. Needs Python 3.11 or newer, git and make; uses uv where there is one.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
N ?= 1000

# Set PYTHON to choose an interpreter; otherwise the newest one that is new enough and can make a
# virtual environment (Debian ships `venv` and `ensurepip` apart from Python).
PYTHON ?=
CANDIDATES := python3.19 python3.18 python3.17 python3.16 python3.15 python3.14 python3.13 \
	python3.12 python3.11 python3 python
SUITABLE := import ensurepip, sys, venv; \
	sys.exit(sys.version_info < (3, 11) or sys.version_info.releaselevel != "final")

# Releases are locked when they are a week old: a poisoned one is usually found by then. `holidays`
# is an exception, because a new release of it is new law; `fastapi` until 0.165 is a week old,
# which is the first that bounds the body of a request.
COOL_DOWN ?= --exclude-newer "7 days" --exclude-newer-package "holidays=1 day" \
	--exclude-newer-package "fastapi=2 days"
COMPILE := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(COOL_DOWN)

# The generator of clients asks for a Typer before 0.28 and works with later ones, as its test shows.
# What dunlang ships is not held back for it. pip would refuse the two together, so the lists, which
# are whole, are installed with `--no-deps`.
OVERRIDDEN := typer>=0.29,<1

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: .venv/.project ## Make a small company in build/demo, simulate a quarter, run a day, say how to serve it
	rm -rf build/demo
	mkdir -p build/demo
	$(BIN)/dun demo build/demo/demo-company
	PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh build/demo/demo-company
	PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo-serve.sh build/demo/demo-company \
		R-2025-01847 2026-03-31
	@printf '\nThe command is %s/dun; ". %s/activate" puts it on your path as dun.\n' $(BIN) $(BIN)

.PHONY: test
test: check ## Check, then run every test
	$(BIN)/python -m pytest -n auto --dist worksteal

.PHONY: search
search: .venv/.project ## Run every test with random examples that no run has looked at
	$(BIN)/python -m pytest -n auto --dist worksteal --search

.PHONY: check
check: .venv/.project ## Lint, format, types and import contracts, without running tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

.PHONY: fuzz
fuzz: .venv/.project ## Compare engine and reference interpreter on N=1000 random cases
	$(BIN)/python -m tests.oracle.fuzz $(N)

.PHONY: bench
bench: .venv/.bench ## Measure; nothing here can fail for being slow
	$(BIN)/python -m bench

.PHONY: pictures
pictures: .venv/.project ## Take the pictures of README.md anew, of the real screens
	$(BIN)/python -m tests.docs.pictures

.PHONY: lock
lock: ## Compile pyproject.toml to requirements/*.txt, with hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv on PATH." >&2; exit 1; }
	uv $(COMPILE) pyproject.toml -o requirements/runtime.txt
	echo "$(OVERRIDDEN)" | uv $(COMPILE) --override /dev/stdin pyproject.toml --group dev \
		-c requirements/runtime.txt -o requirements/dev.txt
	uv $(COMPILE) pyproject.toml --group bench -c requirements/dev.txt -o requirements/bench.txt

.PHONY: clean
clean: ## Remove the virtual environment and everything that was built
	rm -rf .venv build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache
	find api bench dunlang engine tests tui -name __pycache__ -type d -prune -exec rm -rf {} +

# Every package comes from a locked list with hashes. A new list starts a new environment, so that
# nothing stays behind from the old one.
.venv/.requirements: requirements/dev.txt
	@rm -rf .venv
	@set -eu; \
	python=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
		if "$$candidate" -c '$(SUITABLE)' >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "dunlang needs Python 3.11 or newer, with venv and ensurepip;" \
			"$(or $(PYTHON),what is on PATH) is not that." >&2; \
		echo "Install it (Debian, Ubuntu: python3 and python3-venv)," \
			"or name it: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making .venv with $$("$$python" --version) ($$(command -v "$$python"))"; \
	if command -v uv >/dev/null; then \
		uv venv --quiet --python "$$(command -v "$$python")" .venv; \
		uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes \
			-r requirements/dev.txt; \
	else \
		"$$python" -m venv .venv; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
			--require-hashes -r requirements/dev.txt; \
	fi
	@touch $@

# The project itself, editable: it needs no download, since what builds it is in the list above.
.venv/.project: .venv/.requirements pyproject.toml
	@set -eu; \
	if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
			--no-build-isolation -e .; \
	fi
	@touch $@

.venv/.bench: .venv/.project requirements/bench.txt
	@set -eu; \
	if command -v uv >/dev/null; then \
		uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes \
			-r requirements/bench.txt; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
			--require-hashes -r requirements/bench.txt; \
	fi
	@touch $@
