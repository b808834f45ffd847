# The whole developer interface: make setup | check | test | demo | bench | pictures
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO ?=

# Bytecode is kept: the tests start some hundred processes of ours.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup check test demo bench pictures lock audit

setup: $(VENV)/.done

$(VENV)/.done: requirements/dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Floorwatch needs Python 3.11 or newer; set PYTHON=…" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config pyproject.toml

# Four files of tests at a time, long ones first (tests/conftest.py): much of their time they wait for servers and browsers.
test: setup
	sh tests/install_servers.sh
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

demo: setup
	$(BIN)/floorwatch demo $(DEMO)

bench: setup
	$(BIN)/python -m bench

# Every shipped board on every kind of floor, and a leaderboard in every state, as PNG files in build/pictures. BOARD=name: one board, in all
# sizes.
pictures: setup
	sh tests/install_servers.sh
	$(BIN)/python -m tests.walls.pictures $(BOARD)
	test -n "$(BOARD)" || $(BIN)/python -m tests.walls.honours_pictures

# Renews the locks from pyproject.toml; needs uv (pip install uv).
lock:
	uv pip compile pyproject.toml --extra dev --extra bench --universal --python-version 3.11 --generate-hashes --no-header --upgrade -o requirements/dev.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --upgrade -o requirements/run.lock

# Known weaknesses of what we install. Needs the network: a package that could not be looked up fails it (docs/security.md).
audit: setup
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/run.lock
