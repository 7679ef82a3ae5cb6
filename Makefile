# `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# uv trusts what the machine trusts, as pip does: company proxies have certificates of their own.
export UV_SYSTEM_CERTS ?= 1
UV = VIRTUAL_ENV=$(VENV) $(BIN)/uv
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check

# uv takes seconds where pip takes minutes; pip stays for machines that cannot have uv.
install = { test -x $(BIN)/uv && $(UV) pip install --quiet --require-hashes -r $(1); } \
	|| { echo "Installing with pip, which takes some minutes."; $(PIP) install --require-hashes -r $(1); }

LOCK = $(UV) pip compile pyproject.toml --python-version 3.11 --quiet $(UPGRADE) \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help demo run test check spark format docs gallery lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*##/ { printf "%-9s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run  ## try everything with demo data: a console here and a page in the browser
	@$(BIN)/python -m bot demo

run: $(VENV)/.run  ## start the bot with the settings of the environment
	@$(BIN)/python -m bot run

test: $(VENV)/.dev  ## every test
	@$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev  ## format, lint, types and import rules
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/pyright && $(BIN)/lint-imports

spark: $(VENV)/.spark  ## what COSTBOT_ENGINE=spark and its tests need, but for Java

format: $(VENV)/.dev  ## put the code in its one shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

docs: $(VENV)/.run  ## write the pages that follow from the code
	@$(BIN)/python -m bot.docs

gallery: $(VENV)/.dev  ## draw every example card as Slack and Teams show it
	@$(BIN)/python -m bot gallery gallery

lock: | $(BIN)/python  ## write the hashed locks anew (UPGRADE=--upgrade takes newer versions)
	@$(PIP) install --require-hashes -r requirements/uv.txt
	$(LOCK) -o requirements/run.txt
	$(LOCK) --extra dev -c requirements/run.txt -o requirements/dev.txt
	$(LOCK) --extra dashboard -c requirements/run.txt -o requirements/dashboard.txt
	$(LOCK) --extra spark -c requirements/run.txt -o requirements/spark.txt
	$(LOCK:pyproject.toml=--group pyproject.toml:bench) -o requirements/bench.txt
	$(LOCK:pyproject.toml=--group pyproject.toml:bench-data) --no-deps -o requirements/bench-data.txt
	echo uv | $(subst pyproject.toml,-,$(LOCK)) -o requirements/uv.txt

clean:  ## remove what make made
	rm -rf $(VENV) build gallery

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "costbot needs Python 3.11 or newer; $(PYTHON) is not. Name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.run: requirements/run.txt requirements/uv.txt | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements/uv.txt || echo "uv cannot be had."
	@$(call install,requirements/run.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@$(call install,requirements/dev.txt)
	@touch $@

$(VENV)/.spark: requirements/spark.txt $(VENV)/.run
	@$(call install,requirements/spark.txt)
	@touch $@
