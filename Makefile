# Each task is one line that you can run by hand. `make demo` and `make test` need Python 3.11+, make and a package index.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check lint package coverage fast fix docs golden release audit bench bench-match bench-validate bench-load bench-sftp fuzz torture check-long lock

demo: .venv/ready  ## A whole gateway: real uploads over SFTP, and a table of what came back
	$(BIN)/gateway demo

test: .venv/ready  ## Every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

check: .venv/ready lint package coverage  ## All that CI runs, in CI's order

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell

package: .venv/ready  ## The wheel, installed alone, finds its commands, kinds and schemas
	$(BIN)/python tests/house/package.py

coverage: .venv/ready  ## Every test, counted: all branches of gateway/core, 90 % of the rest
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist loadgroup
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --fail-under=90 --skip-covered
	$(BIN)/coverage report --fail-under=100 --include='gateway/core/*'

fast: .venv/ready  ## Under 20 seconds: what needs no database and no server
	$(BIN)/python -m pytest -q tests/core tests/properties tests/golden tests/house --ignore tests/properties/test_pipeline_machine.py --ignore tests/golden/test_lrb_outcomes.py --ignore tests/golden/test_whole_responses.py

fix: .venv/ready  ## Format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/ready  ## Write the parts of the documentation that repeat the code
	$(BIN)/python -m tests.house.docs

golden: .venv/ready  ## Write the golden files anew; read the difference before you commit it
	GATEWAY_GOLDEN=write $(BIN)/python -m pytest -q tests/golden

release: .venv/ready  ## Keep the rules of the present version, and a digest of each schema that it ships first
	$(BIN)/python -m tests.house.release

audit: .venv/ready  ## Known vulnerabilities of what is pinned; needs a network that reaches PyPI's own service
	$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements.lock

bench: .venv/ready bench-validate  ## Seconds from CLOSE to response, and the benches below
	$(BIN)/python -m tests.bench.main_job

bench-match: .venv/ready  ## The matcher against Splink and an exact join, registers of 1M and 10M rows, and FEBRL4; needs the extra `bench`
	$(BIN)/python -m tests.bench.match_febrl
	$(BIN)/python -m tests.bench.match

bench-validate: .venv/ready  ## XML against xmllint, CSV against csv.reader; messages that fall under few, right causes
	$(BIN)/python -m tests.bench.validate_xml --full
	$(BIN)/python -m tests.bench.validate_csv
	$(BIN)/python -m tests.bench.causes

bench-load: .venv/ready  ## Census day: thousands of small submissions, one huge file among them, real workers, fsync on
	$(BIN)/python -m tests.bench.load

bench-sftp: .venv/ready  ## P6: OpenSSH's SFTP server and the embedded one in turn: a large file, small files, many sessions
	$(BIN)/python -m tests.bench.sftp

fuzz: .venv/ready  ## Made-up bytes and mutated files for every reader, twenty times as many as in every test run
	GATEWAY_FUZZ=20 $(BIN)/python -m pytest -q -n 2 tests/golden/test_ilr_fuzz.py tests/formats/test_csv_correct.py tests/formats/test_table_cuts.py tests/formats/test_zip_file.py tests/formats/test_table_split.py tests/formats/test_table_spans.py tests/properties/test_xml_file.py tests/properties/test_xml_nested.py tests/core/test_ilr_rules_garbled.py

torture: .venv/ready  ## Kill whatever a gateway consists of, under load, and look for what is lost or doubled: KILLS=n, DURATION=seconds, SEED=n
	$(BIN)/python -m tests.torture

check-long: .venv/ready fuzz  ## What takes too long for every change: a million bad rows, lists of millions, and the fuzzing
	GATEWAY_LONG=1 $(BIN)/python -m pytest -q tests/acceptance/sftp/test_bounds.py tests/formats/test_table_memory.py tests/formats/test_xml_memory.py tests/contracts/test_reference_large.py tests/contracts/test_register_workers.py tests/house/test_rule_codes.py
	KILLS=1000 $(BIN)/python -m tests.torture

lock: .venv/ready  ## Pin what pyproject.toml asks for
	$(BIN)/uv pip compile pyproject.toml --extra server --extra s3 --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q --upgrade -o requirements.lock

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch .venv/ready
