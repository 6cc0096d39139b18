# PilotZone 综试通. Two commands matter: `make run` and `make test`. Everything is installed into ./.venv.

PY := .venv/bin/python
STATE := .venv/.state

.PHONY: run test check proof bench lock assets browser clean help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/'

run: $(STATE)/run $(STATE)/assets ## set up everything and serve the portal on 127.0.0.1:8000 until Ctrl-C
	@exec .venv/bin/pilotzone up

test: $(STATE)/dev $(STATE)/assets browser ## set up everything and run every test
	.venv/bin/pytest -n 2 --dist loadgroup

check: $(STATE)/dev ## format, lint, types, import contracts, documents
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy
	.venv/bin/pytest -q tests/architecture tests/documents

proof: $(STATE)/dev $(STATE)/assets ## the long proofs at full size; writes docs/proofs.md
	$(PY) tools/proof.py

bench: $(STATE)/dev ## the benchmarks; writes docs/benchmarks.md
	$(PY) tools/benchmarks.py

lock: $(STATE)/dev ## pin the dependencies anew, with hashes and without addresses
	sh tools/lock.sh

assets: $(STATE)/assets ## front-end files from the locked manifest

browser: ## Debian's chromium and a Chinese font, for the browser tests
	@sh tools/browser.sh

clean: ## remove what was built; the state folder var/ stays
	rm -rf .venv node_modules build dist src/*.egg-info clients/python/build clients/python/src/*.egg-info src/pilotzone/ui/static/vendor .mypy_cache .ruff_cache

$(STATE)/venv: tools/venv.sh
	sh tools/venv.sh
	@mkdir -p $(STATE) && touch $@

$(STATE)/run: $(STATE)/venv requirements.lock pyproject.toml setup.py $(wildcard src/pilotzone/exchange/*/_*.c)
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	.venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STATE)/dev: $(STATE)/run requirements-dev.lock
	.venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(STATE)/assets: $(STATE)/run package.json package-lock.json tools/assets.py
	$(PY) tools/assets.py
	@touch $@
