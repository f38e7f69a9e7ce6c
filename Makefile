# Thymus: everything a fresh Debian 12 machine with a Swift toolchain needs.
# make demo    fit, forecast and dose the shipped runs; says where the report lies
# make fast    the same for processors with AVX2, in .build-v3
# make test    build, lint, test, and run the gate over the reference runs
# make slurm-test   the batch commands on a real Slurm of this machine (part of make test; needs root)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
export SWIFT_BACKTRACE := enable=no

BUILD := .build
THYMUS := $(BUILD)/release/thymus
OUT := out
PACKAGES := libopenblas-dev liblapack-dev libsodium-dev pkg-config

.PHONY: demo test slurm-test quick-test bench calibrate lint format docs build fast setup clean

setup:
	@command -v swift >/dev/null || { echo "A Swift toolchain (6.2 or newer) is needed: swift.org/install"; exit 1; }
	@missing=""; for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then run=""; else run="sudo"; fi; \
	  $$run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing; \
	fi

build: setup
	swift build -c release --product thymus

# The same program for processors with AVX2 (2013 and later); see docs/theory/lanes.md.
fast: setup
	@grep -qw avx2 /proc/cpuinfo || { echo "This processor has no AVX2; use make build."; exit 1; }
	swift build -c release --product thymus --scratch-path .build-v3 -Xcc -march=x86-64-v3

demo: build
	@THYMUS=$(THYMUS) OUT=$(OUT)/demo bash data/demo.sh

# Tests of numeric code run optimised; the command under test is the one built with them.
test: setup lint
	swift build -c release --build-tests -Xswiftc -enable-testing --scratch-path .build-tests
	.build-tests/release/thymus regress data/reference
	THYMUS=$(CURDIR)/.build-tests/release/thymus swift test -c release -Xswiftc -enable-testing --scratch-path .build-tests --skip-build
	$(MAKE) --no-print-directory slurm-test

# Skipped with a line that says why where Slurm cannot be started; SLURM_TEST=off leaves it out.
slurm-test:
	THYMUS=$(CURDIR)/.build-tests/release/thymus bash Tests/Slurm/run.sh

quick-test: setup
	swift test

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

bench: build
	bash Benchmarks/all.sh

# Coverage of intervals and calibration of the sampler; writes Benchmarks/results/calibration.md.
calibrate: setup
	bash Benchmarks/calibrate.sh

docs: build
	$(THYMUS) models language > docs/model-language.txt
	$(THYMUS) models > docs/models.txt
	$(THYMUS) products > docs/products.txt
	rm -f docs/models/*.md docs/models/*.svg
	$(THYMUS) models page --all -o docs/models
	THYMUS=$(abspath $(THYMUS)) bash docs/stories/make.sh

clean:
	rm -rf $(BUILD) .build-tests .build-v3 $(OUT)
