# Meson does the work, in build/; this file only remembers the commands. Needs GNU make.
PYTHON := /usr/bin/python3
BUILD := build
SETUP :=
STRICT := -Db_lundef=false -Dc_args=-fno-sanitize-recover=undefined
SECONDS_EACH ?= 20

all: $(BUILD)/build.ninja
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	@sh scripts/install build
	meson setup $(SETUP) $(BUILD)

deps:
	@sh scripts/install build test

demo: all
	@$(BUILD)/whimbrel demo

# The tests' own packages come before meson looks for cmocka.
check: deps
	@test ! -e $(BUILD)/build.ninja || test -d $(BUILD)/tests/unit || meson setup --reconfigure $(BUILD)
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tests/run --build $(BUILD)

# What others make of the same files; says which were compared.
conformance: deps
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tests/run --build $(BUILD) -- conformance -s

# What takes too long for every change: large tables, long crash loops.
soak: deps
	@$(MAKE) --no-print-directory all
	@$(PYTHON) tests/run --build $(BUILD) --soak

install: all
	meson install -C $(BUILD)

asan: deps
	@$(MAKE) --no-print-directory all BUILD=build-asan \
		SETUP="-Db_sanitize=address,undefined $(STRICT)"
	@$(PYTHON) tests/run --build build-asan --part

tsan: deps
	@$(MAKE) --no-print-directory all BUILD=build-tsan SETUP=-Db_sanitize=thread
	@$(PYTHON) tests/run --build build-tsan --part

lint:
	@sh scripts/install build test lint
	@sh scripts/lint

fuzz:
	@sh scripts/install build test fuzz
	@CC=clang $(MAKE) --no-print-directory all BUILD=build-fuzz \
		SETUP="-Dfuzz=true -Db_sanitize=address,undefined $(STRICT)"
	@sh scripts/fuzz build-fuzz $(SECONDS_EACH)

bench:
	@sh scripts/install build test bench
	@$(MAKE) --no-print-directory all BUILD=build-release SETUP="--buildtype=release -Dbench=true"
	@$(PYTHON) bench/run --publish $(NAMES)

clean:
	rm -rf build build-asan build-tsan build-fuzz build-release build-werror build-lint

.PHONY: all deps demo check conformance soak install asan tsan lint fuzz bench clean
