# Bihuan 闭环. `make help` lists what can be done.
PYTHON ?= python3
BIN := .venv/bin
DATA ?= data
CLUSTER ?= .cluster
MINUTES ?= 3
SEED ?= 1
PORT ?= 8012
WORKERS ?= 2

.DEFAULT_GOAL := help

.venv/.ready: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Bihuan needs Python 3.11 or newer: install it, or name one with make PYTHON=...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

node_modules/.ready: package.json package-lock.json
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)'; exit 1; }
	npm ci --no-audit --no-fund --silent
	@touch $@

api/static/vendor/.ready: node_modules/.ready .venv/.ready api/assets.py
	$(BIN)/python -m api.assets
	@touch $@

.kafka/.ready: streams/cluster/kafka/pom.xml streams/cluster/kafka/jars.sha256
	@command -v java >/dev/null || { echo 'Java is missing: install Java 17 (Debian: apt-get install openjdk-17-jre-headless)'; exit 1; }
	@command -v mvn >/dev/null || { echo 'Maven is missing: install it (Debian: apt-get install maven)'; exit 1; }
	rm -rf .kafka
	mvn --batch-mode --no-transfer-progress --quiet --file streams/cluster/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.kafka/jars
	cd .kafka/jars && LC_ALL=C && sha256sum *.jar | diff $(CURDIR)/streams/cluster/kafka/jars.sha256 -
	@touch $@

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

.PHONY: setup
setup: .venv/.ready api/static/vendor/.ready ## Environment in .venv and front-end assets

.PHONY: up
up: setup ## Run the whole product in one process (DATA=data PORT=8012)
	$(BIN)/bihuan up --data $(DATA) --port $(PORT)

.PHONY: cluster
cluster: setup .kafka/.ready ## Run the distributed product as plain processes (CLUSTER=.cluster PORT=8012)
	$(BIN)/bihuan cluster --data $(CLUSTER) --port $(PORT)

.PHONY: test
test: lint .kafka/.ready ## Everything that guards the product: lint, types, layers, all tests
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m "not chaos and not process"
	$(BIN)/pytest -m process  # whole installations: alone, so that they slow nothing else

.PHONY: lint
lint: setup ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: test-chaos
test-chaos: setup .kafka/.ready ## Every kind of disturbance once, against a whole cluster
	$(BIN)/pytest -m chaos

.PHONY: chaos
chaos: setup .kafka/.ready ## Break the running cluster by seed and check what it promised (MINUTES=3 SEED=1)
	$(BIN)/python -m tests.chaos --minutes $(MINUTES) --seed $(SEED)

.PHONY: bench
bench: setup ## Speed and memory, printed as a table (QUICK=1 for twelve minutes, PART=row)
	$(BIN)/python -m bench $(if $(QUICK),--quick) $(foreach row,$(PART),--only $(row))

.PHONY: bench-cluster
bench-cluster: setup .kafka/.ready ## The distributed product under load, printed as a table (QUICK=1, PART=intake, MINUTES=3, SEED=1)
	$(BIN)/python -m bench.cluster $(if $(QUICK),--quick) --seed $(SEED) --minutes $(if $(QUICK),0,$(MINUTES)) $(foreach part,$(PART),--part $(part))

.PHONY: bench-peers
bench-peers: setup ## The same work beside two peers, printed as ratios
	$(BIN)/python -m bench.peers

.PHONY: docs
docs: setup ## Generate the glossary, the states, the refusal codes and the table of settings
	$(BIN)/python -m docs.tools

.PHONY: format
format: setup ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: ## Pin the dependencies anew, with hashes and without addresses (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements-dev.txt pyproject.toml -o requirements.txt
