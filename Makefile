PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

BROWSER := .venv/.browser

.PHONY: demo test test-browser pictures clean

## Grade the made-up class of both weeks.
demo: $(INSTALLED)
	@trust=; $(BIN)/grader doctor >/dev/null || { trust=--trust-students; \
		echo "No wall around students' code on this machine (see grader doctor): the demo trusts its made-up students."; }; \
	for week in week1 week2; do \
		$(BIN)/grader grade submissions/$$week --assignment $$week --out out/$$week $$trust; code=$$?; \
		if [ $$code -gt 1 ]; then exit $$code; fi; \
	done
	@echo
	@echo "Exit code 1 is right here: each class has a file that cannot be read."

## Everything that has to hold: style, types, proofs of the assignments, tests.
test: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/grader assignment check week1
	$(BIN)/grader assignment check week2
	$(BIN)/grader assignment check logistic
	$(BIN)/pytest -n auto

## The pages in Debian's Chromium (apt-get install chromium); screenshots are in out/screenshots.
test-browser: $(BROWSER)
	$(BIN)/pytest tests/browser

## The pictures of README.md, from the demo's class.
pictures: $(BROWSER)
	$(BIN)/python -m tests.browser.pictures

$(BROWSER): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
	@touch $@

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

clean:
	rm -rf .venv out
