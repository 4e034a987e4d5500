# The one front door. Nothing is needed first but make, python3, node and npm.

PORT ?= 8000
HOST ?= 127.0.0.1
QF_VAR ?= $(CURDIR)/var
export PORT HOST QF_VAR
# Every process would compile all modules anew: two seconds each.
export PYTHONDONTWRITEBYTECODE :=

PYTHON := .venv/bin/python
# One more than the cores it is meant for: a browser or a killed worker is often waited for.
PYTEST := $(PYTHON) -m pytest -n 3 --dist loadgroup
STAMPS := .venv/stamps
# Each set-up step leaves a stamp named by the hash of what it depends on, so times do not matter.
LOCK := $(STAMPS)/python-$(shell cat requirements-dev.txt 2>/dev/null | cksum | cut -d' ' -f1)
ASSETS := $(STAMPS)/assets-$(shell cat package-lock.json deploy/copy_assets.mjs 2>/dev/null | cksum | cut -d' ' -f1)
SYSTEM := $(STAMPS)/system-$(shell cat deploy/system-packages.txt 2>/dev/null | cksum | cut -d" " -f1)
TEST_SYSTEM := $(STAMPS)/test-system-$(shell cat deploy/system-packages-test.txt 2>/dev/null | cksum | cut -d" " -f1)

.PHONY: run setup setup-test test test-long check fix demo bench lock

run: setup            ## start everything and print the address
	@$(PYTHON) -m embedded.run

setup: $(LOCK) $(ASSETS) $(SYSTEM)   ## only install

setup-test: setup $(TEST_SYSTEM)

test: setup-test check   ## lint, then every test including browser journeys
	$(PYTEST)

test-long: setup-test ## the journeys that take minutes
	$(PYTEST) -m long

check: $(LOCK)        ## lint
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports

fix: $(LOCK)          ## put right what a machine can
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	find . -path ./.venv -prune -o -path ./node_modules -prune -o -name '*.html' -print0 \
		| xargs -0 -r .venv/bin/djhtml --tabwidth 2

demo: setup           ## rehearse one month, papers under var/demo/
	rm -rf $(QF_VAR)/rehearsal
	QF_VAR=$(QF_VAR)/rehearsal $(PYTHON) manage.py migrate --no-input --verbosity=0
	QF_VAR=$(QF_VAR)/rehearsal $(PYTHON) manage.py rehearse_month --out $(abspath $(QF_VAR))/demo

bench: setup          ## one JSON line per figure; FIGURES="pages search" only those
	@$(PYTHON) -m bench $(FIGURES)

lock: $(LOCK)         ## after changing a requirements*.in
	for name in requirements requirements-dev; do \
		.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header --no-annotate $$name.in -o $$name.txt || exit 1; done

# The lock is complete; resolving again would let pip stumble over a newer release behind an extra.
$(LOCK):
	test -x $(PYTHON) || python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@mkdir -p $(STAMPS) && rm -f $(STAMPS)/python-* && touch $@

$(ASSETS):
	npm ci --no-fund --no-audit --silent
	npm run --silent assets
	@mkdir -p $(STAMPS) && rm -f $(STAMPS)/assets-* && touch $@

$(SYSTEM): | $(LOCK)
	sh deploy/install_system_packages.sh deploy/system-packages.txt
	@mkdir -p $(STAMPS) && touch $@

$(TEST_SYSTEM): | $(LOCK)
	sh deploy/install_system_packages.sh deploy/system-packages-test.txt
	@mkdir -p $(STAMPS) && touch $@
