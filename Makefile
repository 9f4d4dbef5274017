# hmcsh: `make run` and `make test` need nothing but Python 3.11 or later and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Three for two processors: some tests wait for clients, or for time to pass.
WORKERS ?= 3
READY := $(VENV)/.ready

MINUTES ?= 30

.PHONY: run test lint audit lock bench docs golden soak clean

$(READY): setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade pip setuptools
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	    --editable '.[test]'
	touch $@

run: $(READY)
	$(BIN)/hmcsh serve

# Tests start Python often: without the compiled modules that it may have been told not to keep,
# most of their time would go into compiling all of it again.
test soak: export PYTHONDONTWRITEBYTECODE =

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Where sources are mapped into a package, tools that walk folders do not find them: they get a
# tree of links in the shape of what is installed.
.PHONY: .typetree
.typetree:
	rm -rf $@
	for file in $$(find hmcsh commands fixtures -name '*.py' -o -name py.typed); do \
	    target=$@/hmcsh/$${file#hmcsh/}; \
	    mkdir -p "$$(dirname "$$target")" && ln -s "$(CURDIR)/$$file" "$$target" || exit 1; \
	done

lint: $(READY) .typetree audit
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd .typetree && $(CURDIR)/$(BIN)/lint-imports --config ../setup.cfg --no-logo

# Known vulnerabilities of the locked dependencies. pip-audit has many of its own, so it stands
# apart; where it cannot be installed or cannot ask, lint goes on without it and says so. AUDIT are
# further options of pip-audit, as `AUDIT='--vulnerability-service osv'`.
audit:
	@test -x .audit/bin/pip-audit || { $(PYTHON) -m venv .audit && \
	    .audit/bin/pip install --quiet --disable-pip-version-check pip-audit 2>/dev/null; } || true
	@$(PYTHON) .ci/audit .audit/bin/pip-audit .audit/report.json $(AUDIT)

# The versions of a fresh installation, for all.
lock:
	rm -rf .lock && $(PYTHON) -m venv .lock
	.lock/bin/pip install --quiet --disable-pip-version-check --editable '.[test,fuzz,bench]'
	{ sed -n '/^#/p' constraints.txt; .lock/bin/pip freeze --exclude-editable; } > .lock/new
	mv .lock/new constraints.txt && rm -rf .lock

bench: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	    --editable '.[bench]' || echo "no ssh2-python here: OpenSSH is the only client"
	for program in bench/*.py; do \
	    echo "== $$program"; \
	    $(BIN)/python $$program || echo "$$program: an aim was missed, or it failed"; \
	done

# Every program in docs/ writes the page that has its name.
docs: $(READY)
	for program in docs/*.py; do $(BIN)/python $$program || exit 1; done

# Long runs that `make test` leaves out; MINUTES is how long each of those takes that have no end
# of their own. Where atheris cannot be installed, odd input is made by chance alone.
soak: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	    --editable '.[fuzz]' || echo "no atheris here: odd input is not guided by coverage"
	HMCSH_SOAK_MINUTES=$(MINUTES) $(BIN)/python -m pytest tests/soak -s -o python_files='soak_*.py'
	HMCSH_SOAK_MINUTES=$(MINUTES) $(BIN)/python -m pytest tests/properties/test_planted_bugs.py

golden: $(READY)
	$(BIN)/python -m pytest tests/golden --rewrite-golden

clean:
	rm -rf $(VENV) .audit .lock .typetree build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
