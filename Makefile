# hmcsh: `make run` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
READY := $(VENV)/.ready

.PHONY: run test lint bench docs golden soak clean

$(READY): setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip setuptools
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

run: $(READY)
	$(BIN)/hmcsh serve

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS)

# Where sources are mapped into a package, tools that walk folders do not find them: they get a
# tree of links in the shape of what is installed.
.PHONY: .typetree
.typetree:
	rm -rf $@
	for file in $$(find hmcsh commands fixtures -name '*.py' -o -name py.typed); do \
	    target=$@/hmcsh/$${file#hmcsh/}; \
	    mkdir -p "$$(dirname "$$target")" && ln -s "$(CURDIR)/$$file" "$$target" || exit 1; \
	done

lint: $(READY) .typetree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd .typetree && $(CURDIR)/$(BIN)/lint-imports --config ../setup.cfg --no-logo

bench: $(READY)
	for program in bench/*.py; do \
	    echo "== $$program"; \
	    $(BIN)/python $$program || echo "$$program: an aim was missed, or it failed"; \
	done

# Every program in docs/ writes the page that has its name.
docs: $(READY)
	for program in docs/*.py; do $(BIN)/python $$program || exit 1; done

# Long runs that `make test` leaves out.
soak: $(READY)
	$(BIN)/python -m pytest tests/soak -o python_files='soak_*.py'

golden: $(READY)
	$(BIN)/python -m pytest tests/golden --rewrite-golden

clean:
	rm -rf $(VENV) .typetree build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
