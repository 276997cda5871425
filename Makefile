# Two commands matter: `make run` and `make test`. Everything they need they install themselves.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
# Tests run side by side, a file at a time (TEST_WORKERS=0: one after the other), in the order of their folders:
# those that take long come first, so that the many small ones at the end share out evenly.
TEST_WORKERS ?= 2

.PHONY: run test check quality exercise coverage mutants faults sbom audit test-postgresql browser pages pango clean

run: $(VENV)/.runtime pango
	@exec $(VENV)/bin/tracker run --host $(HOST) --port $(PORT)

test: $(VENV)/.development browser pango
	$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder

check: $(VENV)/.development
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

quality: $(VENV)/.development
	$(PYTHON) -m pytest -m quality

# The API against its own description, with 5,000 made-up requests and more: some minutes.
exercise: $(VENV)/.development
	API_CASES=200 $(PYTHON) -m pytest -s tests/integration/test_api_exercised.py

# Every page by all rules at both sizes in both directions, and every field attacked in more documents, in the whole
# browser: ten minutes. `make test` looks at each page once a direction, and uses the headless shell where it is.
pages: $(VENV)/.development browser
	PAGES=all TEST_BROWSER=chromium $(PYTHON) -m pytest tests/browser

# Which branches of the parts that everything rests on the tests never take: a quarter of an hour.
coverage: $(VENV)/.strength
	$(PYTHON) -m coverage run -m pytest -q tests/unit tests/integration
	$(PYTHON) -m coverage combine --quiet
	$(PYTHON) -m coverage report --show-missing --skip-covered \
	  --include='tracker/statements/*,tracker/events/*,tracker/conflicts/*,tracker/storage/*,tracker/*/decisions.py,tracker/services/acts.py'

# How many small errors in comparing and in deciding the tests find, of a few hundred drawn at random: half an hour.
mutants: $(VENV)/.strength
	$(PYTHON) scripts/sample_mutants.py

# The tests of storage and of what is built on it, on a real PostgreSQL that a package carries: some minutes.
test-postgresql: $(VENV)/.development
	TEST_DATABASE=postgresql $(PYTHON) -m pytest tests/unit/storage tests/integration \
	  --ignore-glob='*/test_embedding_*' --ignore-glob='*/test_index_*' --ignore-glob='*/test_reading_*' \
	  --ignore-glob='*/test_mutated_*' --ignore-glob='*/test_faults*'
	POSTGRESQL=all $(PYTHON) -m pytest tests/integration/test_postgresql_*.py

# Every place where a disk, a lock, a kill, a clock or a hand can come in the way, see docs/reliability.md: an hour or more.
faults: $(VENV)/.development
	FAULTS=all $(PYTHON) -m pytest -s tests/integration/test_faults*.py tests/integration/test_index_machine.py \
	  tests/integration/test_storage_concurrency.py
	$(PYTHON) scripts/measure_kills.py

# What is in it, as CycloneDX: every package at the version that was tested, those for development included.
sbom: build/audit/.installed
	@build/audit/bin/cyclonedx-py requirements constraints.txt --pyproject pyproject.toml --mc-type application \
	  --output-reproducible --of JSON --output-file build/sbom.cdx.json 2>/dev/null
	@echo "build/sbom.cdx.json: $$(grep -c '"purl"' build/sbom.cdx.json) packages"

# Known weaknesses of these packages, as the Python package index lists them: asks the net, fails without it.
audit: build/audit/.installed
	@build/audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict --progress-spinner off || \
	  { echo "make: the audit did not pass. Either a package above has a known weakness, or the advisories" \
	         "could not be had: they come from https://pypi.org, and nothing was audited without it." >&2; exit 1; }

build/audit/.installed: pyproject.toml constraints.txt
	@python3 -m venv build/audit
	@build/audit/bin/python -m pip install --quiet --constraint constraints.txt cyclonedx-bom pip-audit
	@touch $@

# A browser for the browser tests: Debian's, where it can be installed; else a message says what is missing.
# With it comes its headless shell, where there is one: the same engine without windows, which takes half the time.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null && \
	    { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-headless-shell >/dev/null 2>&1 || true; }; } || \
	  echo "make: no Chromium found and none could be installed; the browser tests will be skipped." \
	       "Install it with: sudo apt-get install chromium fonts-noto-core" >&2

# What reports as PDF need of the system; everything else works without it, and `tracker doctor` says which.
pango:
	@ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; } || \
	  echo "make: Pango was not found and could not be installed; reports cannot be made as PDF." \
	       "Install it with: sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" >&2

# pip is upgraded first (older ones crash on some of these packages), then torch is installed by itself,
# so that a CPU build found beside the package index serves instead of one with CUDA.
$(VENV)/.runtime: pyproject.toml constraints.txt
	@test -d $(VENV) || python3 -m venv $(VENV)
	@echo "Installing what the tracker needs (the first time takes a few minutes) ..."
	@$(PYTHON) -m pip install --quiet --upgrade --constraint constraints.txt pip
	@$(PYTHON) -m pip install --quiet --constraint constraints.txt torch==2.13.0
	@$(PYTHON) -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.strength: $(VENV)/.development
	@$(PYTHON) -m pip install --quiet --constraint constraints.txt coverage mutmut
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	@$(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
