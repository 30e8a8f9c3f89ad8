# 真代实表. `make run` shows it, `make test` proves it; `make help` tells the rest.

PYTHON ?= python3
PORT ?= 8000
WORKERS ?= auto
BIN = .venv/bin
RUN = $(BIN)/.run-installed
DEV = $(BIN)/.dev-installed
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary=:all:
DEBUG ?= on
export DEBUG

.PHONY: run test services-test faults bench bench-growth lint fmt messages migrations lock screenshots clean help
.DEFAULT_GOAL := help

run: $(RUN) ## show the portal with demonstration data at http://127.0.0.1:8000 (PORT=8080 changes it)
	@mkdir -p staticfiles
	@$(BIN)/python manage.py migrate --noinput -v0
	@$(BIN)/python manage.py catalogue
	@$(BIN)/python manage.py demo --if-empty
	@$(BIN)/python manage.py demo --sign-ins
	@echo
	@echo "  真代实表  http://127.0.0.1:$(PORT)"
	@echo
	@$(BIN)/python manage.py runserver --noreload --skip-checks 127.0.0.1:$(PORT)

test: $(DEV) ## run the whole suite on SQLite, the browser too where one is installed
	@mkdir -p staticfiles
	@$(BIN)/python manage.py catalogue
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

services-test: export DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
services-test: export REDIS_URL ?= redis://127.0.0.1:6379/0
services-test: $(DEV) ## run what asks a database, a cache or a broker on PostgreSQL and Redis (DATABASE_URL, REDIS_URL)
	@mkdir -p staticfiles
	@$(BIN)/python manage.py catalogue
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal --create-db

faults: $(DEV) ## break it for real: kill, crash, fill and silence what it stands on; prints what was lost and done twice
	@mkdir -p staticfiles
	@$(BIN)/python manage.py catalogue
	$(BIN)/python -m pytest -q -m 'fault or tells_fault' tests

bench: $(DEV) ## measure every registered page beside a bare Django, in rounds that alternate (DATABASE_URL; one JSON object a line)
	@mkdir -p staticfiles
	@$(BIN)/python manage.py catalogue
	DEBUG=off $(BIN)/python -m bench

bench-growth: $(DEV) ## measure the same pages at once and at a thousand times the data
	@mkdir -p staticfiles
	@$(BIN)/python manage.py catalogue
	DEBUG=off $(BIN)/python -m bench --growth 1000

lint: $(DEV) ## check style, templates, floors, migrations, production settings and the Chinese catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	@mkdir -p staticfiles
	DEBUG=off SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	  FIELD_KEYS=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(32))') \
	  ALLOWED_HOSTS=portal.example $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py catalogue --check

fmt: $(DEV) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(DEV) ## collect new strings into locale/ (needs gettext), then translate them there
	$(BIN)/python manage.py catalogue --collect

migrations: $(DEV) ## write migrations for changed models
	$(BIN)/python manage.py makemigrations

screenshots: $(DEV) ## take the pictures of the README anew (needs Chromium)
	@$(BIN)/python manage.py catalogue
	$(BIN)/python manage.py screenshots

lock: ## lock the dependencies anew, with hashes, for every Python we run on (needs uv; maintainers)
	uv pip compile $(LOCK) pyproject.toml -o requirements.txt
	uv pip compile $(LOCK) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
LOCK = --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

clean: ## remove what was built; the database and media stay
	rm -rf .venv staticfiles .pytest_cache .ruff_cache .import_linter_cache .hypothesis

help: ## list every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "The venv module is missing. On Debian: apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

$(RUN): $(BIN)/python requirements.txt
	@echo "Installing the libraries (about half a minute, once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEV): $(BIN)/python requirements-dev.txt
	@echo "Installing the libraries and test tools (about a minute, once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $@ $(RUN)
