# `make help` lists the targets. GNU make 3.81 (macOS) and later; everything else comes from uv.lock into .venv.

SCENARIO ?= biden
NOTEBOOK ?= briefing
FORMATS ?= html pdf
PAPER ?= a4
REPORTS ?= reports
PORT ?= 8000
AGAINST ?=
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
override PYTHON := $(value PYTHON)
export SCENARIO NOTEBOOK FORMATS PAPER REPORTS PORT AGAINST PYTHON

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY := $(BIN)/python
HNS := $(PY) -m analysis.command
UV_SYNC = env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv PATH="$$PATH:$$PWD/$(BIN)" \
	uv sync --quiet --frozen --inexact --no-default-groups

.DEFAULT_GOAL := help
.PHONY: help report reports explorer portal serve lab app test lint check bench expect clean distclean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  with SCENARIO=biden NOTEBOOK=briefing FORMATS='html pdf' (docx xlsx svg png) PAPER=a4 (letter) REPORTS=reports PORT=8000"
	@echo "  and for NOTEBOOK=scenarios AGAINST='trump renewal-2027': what the scenario is set beside (else its relatives)"

# ------------------------------------------------------------------------------------------------------------ reports

# One word for each scenario, `name` or `name:parent`, read from the `extends:` lines without starting Python.
FAMILY := $(shell awk 'FNR == 1 { file = FILENAME; sub(/^.*\//, "", file); sub(/\.yaml$$/, "", file); parent = ""; \
	  if (file ~ /^[a-z0-9-]+$$/) print file } \
	/^extends[ \t]*:/ { gsub(/["\047\r]/, ""); sub(/^extends[ \t]*:[ \t]*/, ""); sub(/[ \t].*$$/, ""); \
	  if (file $$0 ~ /^[a-z0-9-]+$$/) print file ":" $$0 }' data/scenarios/*.yaml 2>/dev/null </dev/null)
SCENARIOS := $(foreach word,$(FAMILY),$(if $(findstring :,$(word)),,$(word)))
NOTEBOOKS := $(patsubst notebooks/%.ipynb,%,$(wildcard notebooks/*.ipynb))

parent = $(patsubst $1:%,%,$(filter $1:%,$(FAMILY)))
# The scenario and all it extends; a circle ends at the second visit and is refused by the command.
chain = $1 $(foreach up,$(call parent,$1),$(if $(filter $(up),$1 $2),,$(call chain,$(up),$1 $2)))

stem = $(REPORTS)/$1/hns-$(NOTEBOOK)-$1
comma := ,
# What each format leaves in the report's folder; the command names its files likewise (analysis/publication.py).
workbook = $(if $(filter briefing,$(NOTEBOOK)),,hns-$(NOTEBOOK)-$1.)data.xlsx
pictures = charts$(if $(filter briefing,$(NOTEBOOK)),,/$(NOTEBOOK))/fig-*
named = $(if $(filter xlsx,$2),$(call workbook,$1),$(if $(filter svg png,$2),$(pictures),hns-$(NOTEBOOK)-$1).$2)
files = $(foreach format,$(FORMATS),$(call named,$1,$(format)))
rendered = $(addprefix $(REPORTS)/$1/,$(call files,$1))
manifest = $(if $(filter briefing,$(NOTEBOOK)),$(REPORTS)/$1/manifest.json,$(call stem,$1).manifest.json)
incomplete = $(strip $(foreach made,$(call rendered,$1),$(if $(wildcard $(made)),,$(made))))
# Word and Excel need two packages more, which are installed when one of these files is asked for.
SYNCED := .venv/.synced $(if $(filter docx xlsx,$(subst $(comma), ,$(FORMATS))),.venv/.synced-office)

# The folder data itself is newer when a table has been taken away.
COMMON := notebooks/$(NOTEBOOK).ipynb uv.lock data data/datapackage.json $(wildcard data/*.csv) \
	$(if $(filter scenarios,$(NOTEBOOK)),$(wildcard data/scenarios/*.yaml)) \
	$(wildcard analysis/*.py analysis/*/*.py analysis/*/*/*.py analysis/*/*.js analysis/*/*.css analysis/*/share/*/*/*/* analysis/export/templates/* analysis/export/templates/*/*)

define report_rule
$$(call manifest,$1): $$(patsubst %,data/scenarios/%.yaml,$$(call chain,$1)) $$(COMMON) $$(if $$(call incomplete,$1)$$(call reset,$1),FORCE) \
		| $$(SYNCED)
	$$(eval BUILT += $1)@$$(HNS) report $1 --notebook "$$$$NOTEBOOK" --formats "$$$$FORMATS" --paper "$$$$PAPER"
endef
said = printf "up to date: %s\n" $(foreach made,$(call files,$1),"$$REPORTS/$1/$(made)")

# What make cannot judge (an unknown name, a folder with a space or a quote) goes to the command, which says what is allowed.
known := $(and $(filter $(NOTEBOOKS),$(NOTEBOOK)),$(if $(AGAINST),,yes),$(FORMATS),$(if $(filter-out html pdf docx xlsx svg png,$(FORMATS)),,yes), \
	$(filter a4 letter,$(PAPER)),$(if $(findstring ',$(REPORTS)),,yes))
ifneq ($(and $(known),$(words $(NOTEBOOK))$(words $(REPORTS))$(words $(PAPER))),111)
known :=
endif
ifdef known
# Manifests of reports on the other paper: these are made anew.
other_paper := $(shell grep -ls '"paper": "$(filter-out $(PAPER),a4 letter)"' \
	$(foreach name,$(SCENARIOS),'$(call manifest,$(name))'))
# Manifests of comparisons with scenarios that were named: without AGAINST the relatives are meant.
other_set := $(shell grep -ls '"against": ' $(foreach name,$(SCENARIOS),'$(call manifest,$(name))') </dev/null)
reset = $(filter $(other_paper) $(other_set),$(call manifest,$1))
endif
ifdef known
$(foreach name,$(SCENARIOS),$(eval $(call report_rule,$(name))))
known := $(if $(filter 1,$(words $(SCENARIO))),$(filter $(SCENARIOS),$(SCENARIO)))
all_known := $(SCENARIOS)
endif

ifdef known
report: $(call manifest,$(known)) ## bring one report up to date: page, PDF, numbers
	@$(if $(BUILT),:,$(call said,$(known)))
else
report: $(SYNCED)
	@$(HNS) report --notebook "$$NOTEBOOK" --formats "$$FORMATS" --paper "$$PAPER" --against "$$AGAINST" -- "$$SCENARIO"
endif

ifdef all_known
reports: $(REPORTS)/index.html ## bring the reports of all scenarios and the page of all up to date
	@$(foreach name,$(filter-out $(BUILT),$(all_known)),$(call said,$(name));):

$(REPORTS)/explorer.html: $(foreach name,$(all_known),$(call manifest,$(name)))
	@$(HNS) explorer

$(REPORTS)/index.html: $(REPORTS)/explorer.html
	@$(HNS) portal
else
reports: $(SYNCED)
	@$(HNS) reports --notebook "$$NOTEBOOK" --formats "$$FORMATS" --paper "$$PAPER"
endif

# One scenario that fails does not keep the others from being made; make still ends with an error.
ifneq ($(filter reports,$(MAKECMDGOALS)),)
MAKEFLAGS += --keep-going
endif

explorer: .venv/.synced ## make the page on which readers move the assumptions, without server or kernel
	@$(HNS) explorer

portal: .venv/.synced ## make the page of all scenarios alone
	@$(HNS) portal

serve: .venv/.synced ## show the reports on localhost (PORT=8000)
	@$(HNS) serve --port "$$PORT"

FORCE:

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
	@rm -rf build reports/*/ reports/index.html reports/explorer.html reports/.building-* .pytest_cache .ruff_cache .hypothesis
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

.venv/.synced-office: .venv/.synced
	@$(UV_SYNC) --extra office
	@touch $@
