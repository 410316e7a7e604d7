# Alles wat je met deze map kunt doen. Nodig: make en Python 3.11 of nieuwer; de rest regelt tools/dev.py.
# Een andere poort: make run PORT=8001. Een andere Python: make run PYTHON=python3.13.
PYTHON ?= python3
COMMANDS := run setup test lint types unit unit-postgres browser faults load requirements screenshots clean
.DEFAULT_GOAL := help
.PHONY: help $(COMMANDS)

help: ## Laat deze lijst zien
	@$(PYTHON) tools/dev.py help

$(COMMANDS):
	@$(PYTHON) tools/dev.py $@
