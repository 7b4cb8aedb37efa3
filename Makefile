# `make help` lists the targets. GNU make 3.81 (macOS) and later; everything else comes from uv.lock into .venv.

SCENARIO ?= biden
NOTEBOOK ?=
FORMATS ?= html pdf
PAPER ?= a4
REPORTS ?= reports
PORT ?= 8000
AGAINST ?=
GRID ?= odds-and-price
PYTHON ?= python3

# Values given by the caller are text: make does not expand what stands in them, recipes read them from the environment.
given_python := $(filter-out default file undefined,$(origin PYTHON))
override SCENARIO := $(value SCENARIO)
override NOTEBOOK := $(value NOTEBOOK)
override FORMATS := $(value FORMATS)
override PAPER := $(value PAPER)
override REPORTS := $(value REPORTS)
override PORT := $(value PORT)
override AGAINST := $(value AGAINST)
override GRID := $(value GRID)
override PYTHON := $(value PYTHON)
export SCENARIO NOTEBOOK FORMATS PAPER REPORTS PORT AGAINST GRID PYTHON

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
HNS := $(PY) -m analysis.command
UV_SYNC = env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv PATH="$$PATH:$$PWD/$(BIN)" \
	uv sync --quiet --frozen --inexact --no-default-groups

.DEFAULT_GOAL := help
.PHONY: help report reports sweep explorer portal serve lab app test lint check bench expect clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  with SCENARIO=biden NOTEBOOK=method (else briefing) FORMATS='html pdf' (docx xlsx svg png) PAPER=a4 (letter) REPORTS=reports PORT=8000"
	@echo "  and for NOTEBOOK=scenarios AGAINST='trump renewal-2027': what the scenario is set beside (else its relatives)"

# ------------------------------------------------------------------------------------------------------------ reports

# The command judges by content what has to be made anew, so make only sees to the environment.
# Word and Excel need two packages more, which are installed when one of these files is asked for.
comma := ,
SYNCED := .venv/.synced $(if $(filter docx xlsx,$(subst $(comma), ,$(FORMATS))),.venv/.synced-office)

report: $(SYNCED) ## bring one report up to date: page, PDF, numbers
	@$(HNS) report --notebook "$${NOTEBOOK:-briefing}" --formats "$$FORMATS" --paper "$$PAPER" --against "$$AGAINST" \
	  $(ARGS) -- "$$SCENARIO"

reports: $(SYNCED) ## the same for every scenario and notebook (or NOTEBOOK=briefing), and the pages of all
	@$(HNS) reports $${NOTEBOOK:+--notebook "$$NOTEBOOK"} --formats "$$FORMATS" --paper "$$PAPER" $(ARGS)

sweep: .venv/.synced-sweep ## a scenario at thousands of values (GRID=odds-and-price, or a file)
	@$(HNS) sweep $(ARGS) -- "$$GRID"

explorer: .venv/.synced ## make the page on which readers move the assumptions, without server or kernel
	@$(HNS) explorer

portal: .venv/.synced ## make the page of all scenarios alone
	@$(HNS) portal

serve: .venv/.synced ## show the reports on localhost (PORT=8000)
	@$(HNS) serve --port "$$PORT"

# ------------------------------------------------------------------------------------------------- work on the project

lab: .venv/.synced-lab ## open JupyterLab on the explorer, beside the other notebooks
	@$(PY) -m jupyterlab --ServerApp.root_dir=notebooks --LabApp.default_url=/lab/tree/explore.ipynb \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

app: .venv/.synced-lab ## show the explorer as a page on localhost, without JupyterLab (PORT=8000)
	@JUPYTER_PATH="$$PWD/analysis/explore/share" $(PY) -m voila notebooks/explore.ipynb --template=hns --Voila.ip=127.0.0.1 --port="$$PORT" $(ARGS)

test: .venv/.synced-test ## run all tests (ARGS="-k name" for some)
	@$(PY) -m pytest -n auto --dist loadfile $(ARGS)

lint: .venv/.synced-test ## check style and formatting
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

check: .venv/.synced ## check data and scenarios
	@$(HNS) check

bench: .venv/.synced-test ## time reports beside the plain route, into docs/benchmark.md (ARGS="--runs 7")
	@$(PY) -m bench.run $(ARGS)

expect: .venv/.synced ## refresh the expected results beside the scenarios
	@$(HNS) expect

clean: ## remove reports and everything else that can be made again
	@rm -rf build reports/*/ reports/index.html reports/explorer.html reports/.building-* reports/.locks reports/.pages.json .pytest_cache .ruff_cache .hypothesis
	@find . -name .venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	@rm -rf .venv

# --------------------------------------------------------------------------------------------------------- environment

.venv/.synced: pyproject.toml uv.lock
	@test -x $(PY) || { \
	  echo "setting up .venv from uv.lock (once)" >&2; \
	  if command -v uv >/dev/null; then uv venv --quiet $(if $(given_python),--python "$$PYTHON") .venv; \
	  else "$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))' || \
	      { echo "Python 3.11.5 or later is needed; name one with PYTHON=python3.12" >&2; exit 1; }; \
	    "$$PYTHON" -m venv .venv || { rm -rf .venv; exit 1; }; fi; }
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(UV_SYNC)
	@touch $@

.venv/.synced-lab: .venv/.synced
	@$(UV_SYNC) --group lab
	@touch $@

.venv/.synced-test: .venv/.synced
	@$(UV_SYNC) --group test --group lab --extra office
	@touch $@

.venv/.synced-sweep: .venv/.synced
	@$(UV_SYNC) --extra sweep
	@touch $@

.venv/.synced-office: .venv/.synced
	@$(UV_SYNC) --extra office
	@touch $@
