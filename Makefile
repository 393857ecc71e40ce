# make annotate    annotate the videos in IN (default: samples) into OUT (default: out)
# make test        all tests but the slow ones
# make test-slow   the tests that take minutes, and those that need namespaces of the kernel
# make test-weights  the tests with real weights, which are fetched into .weights (320 MB)
# make test-readers  what other programs load of an export, each in an environment of its own in
#                  .readers (some 6 GB)
# make test-browser  the tests of the review page in Chromium, which must be on the path
# make test-gpu    the tests that need an NVIDIA GPU
# make chaos       runs that are killed a hundred times, and what comes of them (most of an hour)
# make train-tiny  the small model of the package, made again: clips, frames, three trainings
# make ablation    what each part of it is worth
# make bench-check  counts and shares of generation beside their bounds (jobs/bench/thresholds.yaml)
# make check       ruff, ruff format, mypy --strict
# make coverage    the tests of `make test`, and how much of the code they reach
# make wheel       dist/*.whl
# make clean       remove what these made
# make help        these lines
#
# Each sets up what it needs, in .venv. PYTHON is the Python that .venv is made with.

PYTHON ?= python3
IN ?= samples
OUT ?= out
VENV := .venv
BIN := $(VENV)/bin

TINY ?= build/tiny
READERS := $(notdir $(patsubst %/,%,$(dir $(wildcard tests/pipeline/export/readers/*/requirements.txt))))

.PHONY: help annotate test test-slow test-weights test-readers test-browser test-gpu chaos train-tiny ablation bench-check check coverage wheel clean

annotate: $(VENV)/installed
	$(BIN)/microemo annotate $(IN) --out $(OUT)

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' $(firstword $(MAKEFILE_LIST))

# Two processes, each with one thread: threads of one product that wait for a core take it from
# others. Files in the order in which they stand: xdist would begin those with few tests last, and one of
# these takes longest.
test: $(VENV)/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: $(VENV)/installed-dev
	$(BIN)/pytest -m 'slow or namespaces'

test-weights: $(VENV)/installed-dev
	$(BIN)/python -m tests.weights.fetch
	$(BIN)/pytest -m weights -rP

test-readers: $(VENV)/installed-dev $(READERS:%=.readers/%/installed)
	$(BIN)/pytest -m readers

# What stands in alone.txt pins packages that its loader does without, or takes in newer versions.
.readers/%/installed: tests/pipeline/export/readers/%/requirements.txt
	$(PYTHON) -m venv .readers/$*
	.readers/$*/bin/pip install --quiet --requirement $(<D)/requirements.txt
	if [ -e $(<D)/alone.txt ]; then \
	  .readers/$*/bin/pip install --quiet --no-deps --requirement $(<D)/alone.txt; fi
	touch $@

test-browser: $(VENV)/installed-dev
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,browser]'
	$(BIN)/pytest -m browser

test-gpu: $(VENV)/installed-dev
	$(BIN)/pytest -m gpu

KILLS ?= 100

chaos: $(VENV)/installed-dev
	$(BIN)/python -m tests.chaos --kills $(KILLS)

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The counts are what two cores make in half an hour; more clips make a better model. Scripts without
# films bring sentences, which are dealt to the clips too.
train-tiny: $(VENV)/installed
	$(BIN)/microemo synthesize $(TINY)/train --clips 1200 --seed 51
	$(BIN)/microemo synthesize $(TINY)/words --clips 6000 --seed 4 --no-clips
	$(BIN)/microemo synthesize $(TINY)/later --clips 6000 --seed 6 --split later --no-clips
	$(BIN)/microemo synthesize $(TINY)/unclear --clips 320 --seed 11 --unclear
	$(BIN)/microemo synthesize $(TINY)/dev --clips 45 --seed 3 --split dev
	$(BIN)/microemo train --preset tiny-coarse --out $(TINY)/coarse --labels $(TINY)/train \
	  --words $(TINY)/words $(LOOK)
	$(BIN)/microemo train --preset tiny-faces --out $(TINY)/faces --labels $(TINY)/train \
	  --set base=$(TINY)/coarse $(LOOK)
	$(BIN)/microemo train --preset tiny --out $(TINY)/model --labels $(TINY)/train $(TINY)/unclear \
	  --words $(TINY)/later --set base=$(TINY)/faces $(LOOK)

LOOK = --held-out $(TINY)/dev --cache $(TINY)/cache

# From the model of the package, which first learns to do without what was measured, on clips that it
# never saw; the arms then learn from others.
ablation: $(VENV)/installed
	$(BIN)/microemo synthesize $(TINY)/more --clips 600 --seed 2
	$(BIN)/microemo synthesize $(TINY)/unclear --clips 320 --seed 11 --unclear
	$(BIN)/microemo synthesize $(TINY)/arms --clips 200 --seed 21
	$(BIN)/microemo synthesize $(TINY)/dev --clips 45 --seed 3 --split dev
	$(BIN)/microemo train --preset tiny-seen --out $(TINY)/seen --labels $(TINY)/more $(TINY)/unclear \
	  --set base=stages/model/tiny $(LOOK)
	$(BIN)/python -m jobs.train.ablation --labels $(TINY)/arms --held-out $(TINY)/dev \
	  --base $(TINY)/seen --steps 100 --out $(TINY)/ablation

bench-check: $(VENV)/installed
	$(BIN)/microemo bench check

coverage: $(VENV)/installed-dev
	$(BIN)/pytest --cov --cov-report=term

# What is left in build/ would go into the wheel too, files that are no longer there among it.
wheel: $(VENV)/installed
	rm -rf build dist
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) .readers out build dist .coverage

# Installing again is quick to decide: only when what is asked for has changed. What pip installs it also
# compiles, but for what is editable; each process of a run would do it anew where Python may not write.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	$(BIN)/python -m compileall -q jobs pipeline stages microemo.py
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
