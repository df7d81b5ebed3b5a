# Infrachat: `make help` lists what there is. All that is needed beforehand: Python 3.11, git, make.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
REQUIREMENTS := requirements/dev.txt
PIP := $(BIN)/python -m pip --disable-pip-version-check
TESTS ?= tests
# More than there are cores: most tests wait for servers.
WORKERS ?= 4
PACKAGES := chatbot_project conversations orchestrator nlu tests manage.py

.PHONY: help install browser run demo test test-unit test-full lint format bench chaos chaos-kills screenshots lock vendor messages clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Make .venv from the pinned requirements (again only when they change)

$(STAMP): $(REQUIREMENTS)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 was not found. Install it, or name it: make install PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing $(REQUIREMENTS) into $(VENV) ..."
	@for attempt in 1 2 3; do \
	  $(PIP) install -qq --retries 5 --timeout 60 -r $(REQUIREMENTS) && touch $(STAMP) && exit 0; \
	  echo "Attempt $$attempt did not succeed."; sleep $$((attempt * 2)); \
	done; \
	echo "The packages could not be installed. Without a network, name a directory of wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=/path/to/wheels make install"; exit 1

run: install ## Start the whole development stack; Ctrl-C stops it
	@exec $(BIN)/python -m chatbot_project.devstack up

demo: install ## Run one whole request on the running stack, or on one of its own
	@$(BIN)/python -m chatbot_project.devstack demo

browser: install
	@.ci/browser

test: browser ## Run every test but the long sets
	$(BIN)/python -m pytest -n $(WORKERS) -m "not full" $(TESTS)

test-unit: install ## Run the tests that need no server and no network
	$(BIN)/python -m pytest -n $(WORKERS) tests/unit

test-full: browser ## Run every test, the long sets too (about an hour)
	$(BIN)/python -m pytest -n $(WORKERS) -m "not hours" $(TESTS)

lint: install ## ruff, mypy (strict), import-linter
	$(BIN)/ruff check $(PACKAGES)
	$(BIN)/ruff format --check $(PACKAGES)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## Format the code and mend what can be mended
	$(BIN)/ruff check --fix $(PACKAGES)
	$(BIN)/ruff format $(PACKAGES)

bench: install ## Measure: acknowledgement, approval to first event, overhead over raw Terraform, events a second
	@$(BIN)/python -m tests.bench

chaos: install ## Kill every part of the real stack at random while people ask for N jobs (SEED=…, KILLS=…)
	@$(BIN)/python -m tests.chaos $(if $(N),--jobs $(N)) $(if $(SEED),--seed $(SEED)) $(if $(KILLS),--kills $(KILLS)) $(if $(TARGETS),--targets $(TARGETS)) $(if $(MACHINES),--machines $(MACHINES))

chaos-kills: install ## Kill every part at every place of a job with the real Terraform, one by one (two hours)
	$(BIN)/python -m pytest -n 2 -m hours tests/chaos

screenshots: browser ## Take the pictures of docs/images from the real stack
	@$(BIN)/python -m tests.e2e.screenshots

lock: install ## Pin requirements/*.in into requirements/*.txt
	@$(BIN)/python requirements/lock.py

vendor: install ## Take the browser's libraries named in requirements/vendor.json from the npm registry
	@$(BIN)/python requirements/vendor.py

messages: install ## Collect the texts to translate (needs GNU gettext) and compile what is translated
	@$(BIN)/python manage.py makemessages --locale de --ignore .venv --ignore .infrachat --ignore tests --no-location --no-wrap --verbosity 0
	@$(BIN)/python manage.py makemessages --locale de --domain djangojs --ignore .venv --ignore .infrachat --ignore tests --ignore "*/vendor/*" --no-location --no-wrap --verbosity 0
	@$(BIN)/python manage.py compilemessages --ignore .venv --verbosity 0

clean: ## Remove .venv, caches and the development stack's data
	rm -rf $(VENV) .infrachat .mypy_cache .ruff_cache .pytest_cache .import_linter_cache staticfiles test-results
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
