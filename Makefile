# Everything is installed into .venv, once; a change of pyproject.toml, setup.py or the
# pinned versions installs again. "make" alone says what there is.

VENV := .venv
BIN := $(VENV)/bin
UV ?= uv

# The first Python found that is new enough; name another with: make PYTHON=/path/to/python
CANDIDATES := python3 python3.13 python3.12 python3.11
PYTHON ?= $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c \
	'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))

PIP := $(BIN)/python -m pip --disable-pip-version-check -q
EDITABLE := $(PIP) install --no-deps --no-build-isolation -e .

.DEFAULT_GOAL := help
.PHONY: help install dev demo test check check-all format lock clean

help: ## Say what there is (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/made:
	@test -n "$(PYTHON)" || { \
		echo "hoi needs Python 3.11 or newer; none of '$(CANDIDATES)' is." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11 or newer." >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: constraints.txt pyproject.toml setup.py | $(VENV)/made
	$(PIP) install --require-hashes -r constraints.txt
	$(EDITABLE)
	@touch $@

# The development versions hold the core ones too.
$(VENV)/dev-installed: constraints-dev.txt constraints.txt pyproject.toml setup.py | $(VENV)/made
	$(PIP) install --require-hashes -r constraints-dev.txt
	$(EDITABLE)
	@touch $@ $(VENV)/installed

install: $(VENV)/installed ## Install hoi into .venv

dev: $(VENV)/dev-installed ## Install hoi and the tools to work on it into .venv

demo: $(VENV)/installed ## Show what hoi reads in the example conversations
	$(BIN)/hoi show examples/lisa.jsonl examples/chats.jsonl examples/lisa_en.jsonl

test: $(VENV)/dev-installed ## Run the tests
	$(BIN)/python -m pytest -q -n 2

check: $(VENV)/dev-installed ## Lint, types, the rules' own examples, and the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src tests
	$(BIN)/hoi check frameworks/
	$(BIN)/python -m pytest -q -n 2

check-all: check ## check, and what takes long: packaging and speed
	$(BIN)/python -m pytest -q -m slow
	$(BIN)/python benchmarks/speed.py --smoke

format: $(VENV)/dev-installed ## Put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One version of each for Python 3.11 and up, on Linux, macOS and Windows; no index is named.
LOCK := $(UV) pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q

lock: ## Pin the versions anew (needs uv); UPGRADE=--upgrade for the newest
	$(LOCK) $(UPGRADE) pyproject.toml --extra dev -o constraints-dev.txt
	echo 'setuptools' | $(LOCK) pyproject.toml - -c constraints-dev.txt -o constraints.txt

clean: ## Remove .venv and all that was built
	rm -rf $(VENV) build dist src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
