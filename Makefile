# hmcsh: `make run` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test lint bench golden soak clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip setuptools
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

run: $(READY)
	$(BIN)/hmcsh serve

test: $(READY)
	$(BIN)/python -m pytest

# mypy sees the installed layout through a tree of links: commands/ is hmcsh.commands.
.typetree: $(wildcard hmcsh/* commands fixtures)
	rm -rf $@ && mkdir -p $@/hmcsh
	cd $@/hmcsh && for path in ../../hmcsh/*; do ln -s $$path .; done
	ln -s ../../commands ../../fixtures $@/hmcsh/

lint: $(READY) .typetree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	for program in bench/*.py; do $(BIN)/python $$program || exit 1; done

golden: $(READY)
	$(BIN)/python -m pytest tests/golden --rewrite-golden

clean:
	rm -rf $(VENV) .typetree build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
