# Two commands matter: `make run` and `make test`. Everything they need they install themselves.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
# Tests run side by side, a file at a time (TEST_WORKERS=0: one after the other), in the order of their folders:
# those that take long come first, so that the many small ones at the end share out evenly.
TEST_WORKERS ?= 2

.PHONY: run test check quality exercise browser pango clean

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

# A browser for the browser tests: Debian's, where it can be installed; else a message says what is missing.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null; } || \
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

$(VENV)/.development: $(VENV)/.runtime
	@$(PYTHON) -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
