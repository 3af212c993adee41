# Two commands: `make run` and `make test`. Each installs what it needs into .venv.

PYTHON ?= python3
PY := .venv/bin/python
SHELL := /bin/sh
.PHONY: install dev run test check bench lock fmt messages
.DEFAULT_GOAL := run

install:
	@$(PYTHON) -I config/bootstrap.py base

dev:
	@$(PYTHON) -I config/bootstrap.py dev

run: install
	@exec $(PY) manage.py supervise

# The tests of faults kill and restart a whole Declic and time how it recovers: they come after all others, alone.
test: dev
ifeq ($(ARGS),)
	$(PY) -m pytest -n auto --dist loadgroup --ignore=tests/faults
	$(PY) -m pytest tests/faults
else
	$(PY) -m pytest -n auto --dist loadgroup $(ARGS)
endif

check: export DECLIC_VAR = var/check
check: export DECLIC_ENV_FILE = /dev/null
check: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	DECLIC_URL=https://declic.example.com $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py messages --check
	$(PY) manage.py catalogue --check

bench: dev
	BENCH=1 $(PY) -m benchmarks $(ARGS)

# The lock holds no addresses, only hashes.
lock: dev
	$(PY) -m pip install -q --require-hashes -r requirements/uv.txt
	$(PY) -m uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/base.txt
	$(PY) -m uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt

fmt: dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: dev
	$(PY) manage.py messages
