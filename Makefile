# Every target makes its environment first. `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.from-the-locks
BASE_PYTHON ?= $(shell command -v python3.11 || command -v python3)
CORES ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help setup demo up test test-all check format messages lock bench faults clean
help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

setup: $(STAMP) ## .venv from the locks, with hashes; brings uv along when it is missing

$(STAMP): requirements-dev.lock requirements-uv.lock
	@$(BASE_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set BASE_PYTHON=/path/to/python3.11"; exit 2; }
	@uv="$$(command -v uv || true)"; \
	if [ -z "$$uv" ]; then \
	  [ -x .uv/bin/uv ] || { $(BASE_PYTHON) -m venv .uv && .uv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock; } \
	    || { rm -rf .uv; echo "uv could not be installed: install it, or python3-venv, and run make again"; exit 2; }; \
	  uv=.uv/bin/uv; \
	fi; \
	[ -x $(PY) ] || "$$uv" venv -q --python "$(BASE_PYTHON)" $(VENV); \
	"$$uv" pip sync -q --require-hashes --python $(PY) requirements-dev.lock
	@touch $@

demo: setup ## the whole route once, then serves until Ctrl-C; ARGS=--once ends instead
	@$(PY) -m examples.demo $(ARGS)

up: setup ## engines, web, worker and dispatcher of this checkout
	@$(PY) -m governance.config.up $(ARGS)

test: setup ## under 15 minutes on 2 cores
	@$(PY) -m pytest -n $(CORES) --dist loadgroup -m "not slow and not browser" $(ARGS)

test-all: setup ## what is longer: browser pages, the whole demo; under 40 minutes
	@$(PY) -m pytest -m "slow or browser" $(ARGS)

check: setup ## ruff, mypy strict, the arrows
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/lint-imports --no-logo
	@$(VENV)/bin/mypy

format: setup
	@$(VENV)/bin/ruff check --fix -q . || true
	@$(VENV)/bin/ruff format -q .

messages: setup ## takes new texts into locale/ and compiles the catalogues
	@$(PY) -m tests.house.messages

lock: setup ## new locks: names, versions and hashes, no addresses
	@uv="$$(command -v uv || echo .uv/bin/uv)"; \
	compile() { "$$uv" pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -q "$$@"; }; \
	compile --extra server --extra worker -o requirements.lock; \
	compile --extra server --extra worker --extra engines --extra examples --group dev --group browser -o requirements-dev.lock

faults: setup ## kills and stops of everything that runs while audits go on; ARGS="--kills N --seed S"
	@$(PY) -m tests.faults $(ARGS)

bench: bench-door bench-trigger bench-bias bench-ledger bench-fidelity bench-calibration bench-judge_guard bench-report bench-lineage ## every benchmark; each ends with one line of JSON

bench-%: setup
	@$(PY) -m benchmarks.$* $(ARGS)

clean:
	rm -rf $(VENV) .uv var .mypy_cache .ruff_cache .pytest_cache
