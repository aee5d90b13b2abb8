# Hullmark: everything a fresh clone needs is python3, make and the package registries.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Two spinning OpenMP pools on two busy cores are 20-60 times slower than one that sleeps.
export OMP_WAIT_POLICY = PASSIVE
export YOLO_OFFLINE = True
export YOLO_AUTOINSTALL = False

.PHONY: help install install-dev browser run check test test-survey bench soak lint types imports format clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(VENV)/.installed  ## the service, without torch
$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

install-dev: $(VENV)/.installed-dev  ## everything the checks and the training need
$(VENV)/.installed-dev: pyproject.toml constraints.txt $(VENV)/.installed
	$(PIP) install --quiet -c constraints.txt -e '.[dev,train]'
	touch $@

browser:  ## a Chromium for the browser tests
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }

run: install  ## the demo port, processed for real, and the service
	$(BIN)/hullmark demo

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy
	$(BIN)/mypy tests

imports: install-dev
	$(BIN)/lint-imports

check: lint types imports  ## style, types and import directions

test: install-dev browser check  ## every check that CI runs
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m 'not soak'
	$(BIN)/coverage report --include='survey/*' --fail-under=100 --show-missing --skip-covered
	$(BIN)/coverage report --sort=cover --skip-covered

soak: install-dev browser  ## the long campaigns
	$(BIN)/pytest -m soak

bench: install  ## measured goals
	$(BIN)/hullmark bench survey
	$(BIN)/hullmark bench reading --quick

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .coverage
