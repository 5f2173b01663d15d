# What people do here, one word each. `make` lists them.
.DEFAULT_GOAL := help
# Tests start a hundred processes: each would compile all modules anew where nothing compiled may be kept.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help run test lint types units journeys bench fuzz screenshots catalogues reference lock demo wheel

help: ## List the words
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: ## Install what is missing and start the service (HOST, PORT, CONTEST_DATA)
	@scripts/setup.sh run
	@exec .venv/bin/contest serve

test: ## Install what the tests need and run everything
	@scripts/setup.sh test
	@$(MAKE) --no-print-directory lint types units

lint: ## Check the style of code, pages and words
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/codespell contest templates tests docs scripts benchmarks README.md CONTRIBUTING.md CHANGELOG.md

types: ## Check types and the direction of imports
	.venv/bin/mypy
	.venv/bin/lint-imports

# A file stays on one worker, which builds once what its tests look at; marks of xdist_group are not heard by pytest 9.
units: ## Run all tests, journeys included
	.venv/bin/pytest -n 2 --dist loadfile --no-loadscope-reorder --durations 10

demo: ## Build the demonstration contest in CONTEST_DATA
	@scripts/setup.sh run
	@.venv/bin/contest demo

bench: ## Run every benchmark in its quick form
	@scripts/setup.sh test
	@for script in benchmarks/[a-z]*.py; do case $$script in *_app.py) ;; *) .venv/bin/python $$script --quick || exit 1;; esac; done

fuzz: ## Feed damaged files to the readers of metadata, FUZZ_SECONDS for each (60)
	@scripts/setup.sh test
	@.venv/bin/python -c "import atheris" 2>/dev/null || .venv/bin/uv pip install --quiet --python .venv/bin/python atheris
	.venv/bin/python scripts/fuzz.py --seconds $${FUZZ_SECONDS:-60}

screenshots: ## Take the pictures of the README from a demonstration contest
	@scripts/setup.sh test
	.venv/bin/python scripts/screenshots.py docs/pictures

catalogues: ## Collect the texts of code and pages into both catalogues
	scripts/catalogues.sh

reference: ## Write the reference pages that follow from the code
	@scripts/setup.sh test
	.venv/bin/python scripts/reference.py

wheel: ## Build dist/*.whl, for machines without this repository
	@scripts/setup.sh run
	@if command -v uv >/dev/null 2>&1; then uv build --quiet --wheel --out-dir dist; \
	else .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .; fi
	@rm -rf build

lock: ## Pin every dependency anew, with hashes
	scripts/lock.sh
