# `make help` lists the commands. Each creates .venv and installs what it needs the first time.
PYTHON ?= python3
VENV := .venv
# Half of the tests' time is spent waiting for containers and browsers.
TEST_PROCESSES ?= 2
BIN := $(VENV)/bin
# A private data directory, so that trying things out never touches the user's own.
export CODING_AGENT_DATA_DIR ?= $(CURDIR)/build/data

.DEFAULT_GOAL := help
# Node.js comes with the environment; one of the system is used where that has none.
FRONT_END := jupyter_coding_agent/labextension/package.json
JLPM := cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jlpm
.PHONY: help demo lab test soak check bench eval engine browser images labextension clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo engine images ## Do the main job on examples/quickstart.ipynb, headless
	$(BIN)/python examples/run_quickstart.py --output build/demo/quickstart.ipynb

lab: $(VENV)/.lab labextension engine images ## Open JupyterLab at the examples
	$(BIN)/jupyter lab --notebook-dir=examples $(LAB_ARGS)

test: $(VENV)/.dev check labextension engine images browser ## Run everything: checks, unit, integration, notebooks
	$(JLPM) test
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --cov=jupyter_coding_agent --cov-report=term:skip-covered \
		--nbval-lax --nbval-current-env tests examples $(PYTEST_ARGS)

soak: $(VENV)/.dev ## Kill engines at random moments in 500 histories; CRASH_SEED=… repeats a run
	CRASH_HISTORIES=500 CRASH_SEED="$(CRASH_SEED)" $(BIN)/python -m pytest -s tests/crash $(PYTEST_ARGS)

check: $(VENV)/.dev labextension/node_modules/.made ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(JLPM) format:check
	$(JLPM) lint
	$(JLPM) types
	$(JLPM) wire:check

bench: $(VENV)/.dev engine images ## Measure every number the project claims, as ratios in one run
	$(BIN)/jupyter-coding-agent bench

eval: $(VENV)/.dev engine images ## Measure how often "passed" is right: build/eval/report.json
	$(BIN)/python -m tests.evaluation $(EVAL_ARGS)

engine: $(VENV)/.demo
	@scripts/ensure-engine.sh $(BIN)/python

browser: $(VENV)/.dev
	@scripts/ensure-browser.sh $(BIN)/python

images: $(VENV)/.demo engine
	$(BIN)/jupyter-coding-agent images build

labextension: $(FRONT_END) ## Build the JupyterLab extension and let JupyterLab find it
	@mkdir -p $(VENV)/share/jupyter/labextensions
	@ln -sfn $(CURDIR)/jupyter_coding_agent/labextension $(VENV)/share/jupyter/labextensions/jupyter-coding-agent

clean: ## Remove what the other commands made, except images
	rm -rf $(VENV) build dist labextension/lib labextension/node_modules jupyter_coding_agent/labextension .mypy_cache .ruff_cache .pytest_cache

# One stamp per set of dependencies: a newcomer who only wants the demo does not wait for the test tools.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "venv is missing: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.demo: $(VENV)/.created pyproject.toml
	@echo "Installing the package into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --quiet --editable '.[demo]'
	@touch $@

$(VENV)/.lab: $(VENV)/.demo
	@$(BIN)/python -m pip install --quiet --quiet --editable '.[demo,lab]'
	@touch $@

$(VENV)/.dev: $(VENV)/.demo
	@$(BIN)/python -m pip install --quiet --quiet --editable '.[dev]'
	@touch $@

$(VENV)/.frontend: $(VENV)/.demo
	@$(BIN)/python -m pip install --quiet --quiet --editable '.[frontend]'
	@touch $@

labextension/node_modules/.made: labextension/package.json labextension/yarn.lock | $(VENV)/.frontend
	@echo "Installing what the front end is built with ..."
	@$(JLPM) install --immutable > install.log 2>&1 || { cat install.log; exit 1; }
	@rm labextension/install.log
	@touch $@

$(FRONT_END): labextension/node_modules/.made $(shell find labextension/src labextension/style labextension/schema -type f)
	@$(JLPM) build
	@cd labextension && PATH="$(CURDIR)/$(BIN):$$PATH" jupyter-builder build --core-package-file \
		"$$($(CURDIR)/$(BIN)/python -c 'import jupyterlab, pathlib; print(pathlib.Path(jupyterlab.__file__).parent / "staging/package.json")')" .
	@touch $@
