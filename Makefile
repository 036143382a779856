# Everything starts here: `make demo` to see it, `make test` to check it. Only Python 3.11+ and make are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup demo test check fix bench lock system clean

setup: $(VENV)/.developing

$(VENV)/.running: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Poebridge needs Python 3.11 or newer; set PYTHON=python3.x"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (on Debian: apt-get install python3-venv)"; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.running tests/requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement tests/requirements.lock
	@touch $@

# Starts the embedded servers and the bridge, and prints the page to open.
demo: $(VENV)/.running
	$(BIN)/poebridge demo

# Everything a merge must pass; ends with pytest's own summary, and what was skipped and why stands above it.
test: setup check system
	COVERAGE_FILE=$(VENV)/.coverage $(BIN)/python -m coverage run --branch --source=bridge/rules,bridge/values -m pytest -q tests/rules tests/values
	COVERAGE_FILE=$(VENV)/.coverage $(BIN)/python -m coverage report --show-missing --fail-under=100
	$(BIN)/python -m pytest -rs --numprocesses auto --maxprocesses 4 --dist worksteal

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_house.py

fix: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Prints a table and writes bench/results.json.
bench: setup
	$(BIN)/python -m bench

# Chromium for the page's tests and Node.js for the foreign clients: installed where we may, else named and skipped.
system:
	@sh tests/system.sh

lock:
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install --quiet uv
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --group build --output-file requirements.lock pyproject.toml
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/lock/bin/uv pip compile --generate-hashes --no-emit-index-url --universal --python-version 3.11 --group build --group dev --constraints requirements.lock --output-file tests/requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
