PYTHON ?= python3
IN ?= samples
OUT ?= out
VENV := .venv
BIN := $(VENV)/bin

.PHONY: annotate test test-slow check clean

annotate: $(VENV)/installed
	$(BIN)/microemo annotate $(IN) --out $(OUT)

test: $(VENV)/installed-dev
	$(BIN)/pytest

test-slow: $(VENV)/installed-dev
	$(BIN)/pytest -m slow

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV) out

# Installing again is quick to decide: only when what is asked for has changed.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
