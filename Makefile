# Two commands matter: `make run` and `make test`. Everything they need they install themselves.

VENV := .venv
PYTHON := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
# Tests run side by side, a file at a time (TEST_WORKERS=0: one after the other); those with a browser by
# themselves afterwards, since a page that has to wait for its turn looks like one that does not answer.
TEST_WORKERS ?= 2

.PHONY: run test check quality browser clean

run: $(VENV)/.runtime
	@exec $(VENV)/bin/tracker run --host $(HOST) --port $(PORT)

test: $(VENV)/.development browser
	$(MAKE) --no-print-directory check
	$(PYTHON) -m pytest -n $(TEST_WORKERS) --dist loadfile --ignore=tests/browser
	$(PYTHON) -m pytest tests/browser

check: $(VENV)/.development
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

quality: $(VENV)/.development
	$(PYTHON) -m pytest -m quality

# A browser for the browser tests: Debian's, where it can be installed; else a message says what is missing.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core >/dev/null; } || \
	  echo "make: no Chromium found and none could be installed; the browser tests will be skipped." \
	       "Install it with: sudo apt-get install chromium fonts-noto-core" >&2

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
