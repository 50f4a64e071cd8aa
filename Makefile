# Everything needs only a python3 of 3.11 or newer with venv, and make. `make try` is the place to begin.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
EMULATOR := local-slack-linux-x64@0.1.8
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help try test static check bench emulator lock transcript clean

help:  ## show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

try: $(READY)  ## talk with Greenroom in this terminal; ARGS="--script FILE" plays a script
	@$(BIN)/greenroom try $(ARGS)

test: $(READY)  ## run every test; ARGS="tests/unit -k streak" runs some
	@$(BIN)/pytest -n auto --maxprocesses 8 --dist loadgroup $(ARGS)

static: $(READY)  ## format, lint, strict types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: static test  ## the whole truth: `make static` and `make test`

bench: $(READY)  ## measure, each figure beside its floor; ARGS="grade start" measures some
	@$(BIN)/python -m tests.bench $(ARGS)

# The tests with a Slack that others have written look for it here, and are skipped without it.
emulator:  ## install the independent emulator of Slack that tests play against (npm, Linux on x86-64)
	@command -v npm >/dev/null || { echo "make emulator needs npm, which comes with Node.js. Install it, or go on without: make test skips what needs the emulator."; exit 1; }
	@npm install --prefix .emulator --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error $(EMULATOR)

transcript: $(READY)  ## write what docs/first-day.script prints into README.md
	@$(BIN)/python -m tests.transcript

# The lock holds hashes and no address, so that it can be installed from any mirror.
lock: $(READY)  ## bring requirements.lock up to date with pyproject.toml; ARGS=--upgrade takes newer releases
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/ says how to get it."; exit 1; }
	uv pip compile --quiet --universal pyproject.toml --group dev --generate-hashes --no-header $(ARGS) -o requirements.lock

clean:  ## remove what these commands made; databases stay
	rm -rf $(VENV) .emulator build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Greenroom needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or name yours: make PYTHON=/path/to/python3 …"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Greenroom needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) comes without venv. Install it first (Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@echo "Setting up $(VENV); this happens once and takes about a minute."
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
