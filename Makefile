# Claimclock's two commands are `make demo` and `make test`; each sets itself up in .venv from the pinned lock file.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

demo: .venv/.ready ## invented mails through real IMAP, service and SMTP on this machine; letters in demo-output/
	@$(BIN)/claimclock demo --output demo-output

test: lint ## lint, types and every test; server tests need Debian packages (see .ci/run) and are skipped without
	@status=0; \
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile tests/unit tests/contract tests/end_to_end || status=1; \
	$(BIN)/pytest tests/integration tests/campaign tests/benchmarks || status=1; \
	exit $$status

lint: .venv/.ready ## ruff and mypy alone
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: .venv/.ready ## pin all dependencies anew, with hashes
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --all-extras -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --extra postgresql --extra vectors --extra dkim --extra channels \
	  -c requirements-dev.lock -o requirements.lock pyproject.toml

clean: ## remove the environment, caches and the demo's output
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-output build *.egg-info

# The environment: the lock's exact versions and hashes, then this tree itself, which needs nothing more from outside.
.venv/.ready: .venv/.locked pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.locked: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Claimclock needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "This Python lacks its venv module; on Debian: sudo apt install python3-venv"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@echo "Setting up .venv from requirements-dev.lock (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
