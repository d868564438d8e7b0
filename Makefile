# The commands of this project; tooling/ does the work.
PYTHON ?= python3
ARGS ?=
SERVE ?= 1
SUITES ?=
DAYS ?= 365

.PHONY: help demo demo-large test test-odoo lint stop
help:
	@echo "make demo           live through the demo chain and serve it (SERVE=0: do not serve)"
	@echo "make demo-large     live through the year of a large smelter (DAYS=31: a part)"
	@echo "make test           run all tests (ARGS='-k word': arguments for pytest)"
	@echo "make test-odoo      Odoo's own tests without and with the add-on, compared"
	@echo "                    (SUITES='stock mrp': only these)"
	@echo "make lint           check the source"
	@echo "make stop           stop the project's own PostgreSQL server"
	@echo "bin/odoo ARGS...    Odoo itself, in the project's environment"

demo:
	@$(PYTHON) -m tooling demo $(if $(filter 0,$(SERVE)),--no-serve)

demo-large:
	@$(PYTHON) -m tooling demo-large --days $(DAYS)

test:
	@$(PYTHON) -m tooling test $(ARGS)

test-odoo:
	@$(PYTHON) -m tooling test-odoo $(SUITES) $(ARGS)

lint:
	@$(PYTHON) -m tooling lint

stop:
	@$(PYTHON) -m tooling stop
