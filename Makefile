# Qdrant Edge in Go. `make help` lists the targets; `make demo` and `make test` need nothing but Go, Python 3 and a C compiler.
SHELL := /bin/bash
.DEFAULT_GOAL := help

BUILD   := build
LIB     := $(BUILD)/libqdrant_edge.so
ARCHIVE := $(BUILD)/libqdrant_edge.a
HUB     := $(BUILD)/qdrant-edge
VENV    := $(BUILD)/venv
PY      := $(CURDIR)/$(VENV)/bin/python
WHEEL   := $(CURDIR)/$(BUILD)/reference
DIST    := $(CURDIR)/$(BUILD)/dist
RELEASE := qdrant_edge_go-$(shell sed -n 's/^version: //p' core/api/spec/version.yaml)
GO      ?= go
SEEDS   ?= 200
SOAK    ?= 30m
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
PYRIGHT := pyright@1.1.414
GOFILES := $(shell git ls-files -co --exclude-standard '*.go' go.mod go.sum)

export QDRANT_EDGE_LIBRARY := $(CURDIR)/$(LIB)
export QDRANT_EDGE_WHEEL_DIR := $(WHEEL)
export QDRANT_EDGE_HUB := $(CURDIR)/$(HUB)
export PYTHONDONTWRITEBYTECODE := 1

include bindings/jvm/jvm.mk

.PHONY: help build lib install demo test lint generate generate-check test-go test-c asan-c valgrind-c test-python conformance-record differential race crash soak fuzz bench bench-c bench-vs-wheel bench-filters differential-filters wheel wheel-aarch64 sdist test-wheel test-aarch64 clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-16s %s\n", $$1, $$2}'

build: $(LIB) $(HUB) ## build the C library and the qdrant-edge command

lib: $(LIB) ## build the C library alone

$(LIB): $(GOFILES) $(wildcard capi/*.[ch]) capi/exports.map capi/build.sh include/qdrant_edge.h
	@mkdir -p $(BUILD)
	GO=$(GO) capi/build.sh $(LIB)

$(ARCHIVE): $(LIB)
	GO=$(GO) capi/build.sh $(ARCHIVE)

PREFIX ?= /usr/local
install: $(LIB) $(ARCHIVE) ## install header, C++ wrapper, libraries, pkg-config file and CMake package under DESTDIR and PREFIX (/usr/local)
	DESTDIR=$(DESTDIR) packaging/install.sh $(BUILD) $(PREFIX)

$(HUB): $(GOFILES)
	@mkdir -p $(BUILD)
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o $(HUB) ./core/cmd/qdrant-edge

$(VENV)/ready: tests/python/requirements.txt
	python3 -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r tests/python/requirements.txt
	@touch $@

$(BUILD)/reference/ready: $(VENV)/ready
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --target $(WHEEL) qdrant-edge-py==0.9.0
	@touch $@

demo: build $(VENV)/ready ## walk the sync guide's five steps against an embedded hub, on 20,000 real vectors
	@PYTHONPATH=$(CURDIR)/bindings/python $(PY) bindings/python/examples/sync_guide.py

test: lint generate-check test-go test-c test-python ## everything that must pass, set up from scratch

lint: ## formatting, vet and staticcheck
	@test -z "$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go'))" || { gofmt -l $$(git ls-files -co --exclude-standard '*.go'); echo 'gofmt: files above need formatting'; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

generate: ## write models, header, ctypes tables, Python classes and stub from core/api/spec
	$(GO) run ./core/api/gen

generate-check: ## regenerate and require a clean tree
	$(GO) run ./core/api/gen -check

test-go: ## unit, property, fixture, crash and layer tests of the Go engine
	$(GO) test ./...

test-c: $(LIB) $(ARCHIVE) $(HUB) ## the C and C++ suites, conformance cases, examples, and projects that use the installed library
	$(MAKE) --no-print-directory -C tests/c test

asan-c: ## the C suite and the whole library under AddressSanitizer (compiles the engine for it: minutes)
	@mkdir -p $(BUILD)/asan
	GO=$(GO) GOFLAGS=-asan capi/build.sh $(BUILD)/asan/libqdrant_edge.so
	$(MAKE) --no-print-directory -C tests/c suites BUILD=../../$(BUILD)/asan SANITIZE=1

valgrind-c: $(LIB) ## the C suite under valgrind: memory of the program, and what the library gave it
	$(MAKE) --no-print-directory -C tests/c valgrind

test-python: build $(VENV)/ready $(BUILD)/reference/ready ## the Python suite, the guide, and the comparison with the reference wheel
	PYTHONPATH=$(CURDIR)/bindings/python $(PY) -m pytest -q tests/python

conformance-record: build $(VENV)/ready $(BUILD)/reference/ready ## ask the reference again what tests/conformance has recorded
	$(PY) tests/conformance/record.py $(WHEEL) $(CURDIR)/bindings/python

differential: build $(VENV)/ready $(BUILD)/reference/ready ## ours and the reference wheel through SEEDS random operation streams
	$(PY) tests/python/differential.py --seeds $(SEEDS)
	$(PY) tests/python/differential_queries.py --seeds 10

race: ## the Go tests under the race detector
	$(GO) test -race ./...

crash: ## long crash tests: 200 rounds of kill -9, every cut of every snapshot
	QDRANT_EDGE_KILL_ROUNDS=200 QDRANT_EDGE_ALL_FAULTS=1 $(GO) test -count=1 -run 'Kill|Crash|Fault|FullDisk|DiskFull|Cut|NeedsEveryFile' -timeout 60m ./core/...

soak: ## devices, a hub, a bad network, crashes and power cuts by random seeds for SOAK
	QDRANT_EDGE_SIM=$(SOAK) $(GO) test -count=1 -run Simulation -v -timeout 24h ./core/edgesync

fuzz: ## fuzz every decoder for a minute each
	@for pkg in $$($(GO) list ./...); do \
	  for name in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "== $$pkg $$name"; $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime 60s $$pkg || exit 1; done; done

bench: ## Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./core/...

bench-vs-wheel: build $(VENV)/ready $(BUILD)/reference/ready ## ours and the reference wheel interleaved on the same work, as ratios
	PYTHONPATH=$(CURDIR)/bindings/python $(PY) tests/bench/vs_wheel.py
	PYTHONPATH=$(CURDIR)/bindings/python $(PY) tests/bench/graph.py 50000 10000

bench-filters: build $(VENV)/ready $(BUILD)/reference/ready ## filters, facets, orders, texts and index creation beside the reference wheel, as ratios
	PYTHONPATH=$(CURDIR)/bindings/python $(PY) tests/bench/filters.py 50000

bench-c: build ## the same calls through C and through the Go API, on real word vectors
	$(CC) -O2 -std=c99 -D_DEFAULT_SOURCE tests/bench/border.c -o $(BUILD)/border_c -L$(BUILD) -lqdrant_edge -pthread
	@ln -sf libqdrant_edge.so $(BUILD)/libqdrant_edge.so.0
	$(GO) build -o $(BUILD)/border_go tests/bench/border.go
	LD_LIBRARY_PATH=$(BUILD) PYTHONPATH=$(CURDIR)/bindings/python python3 tests/bench/border.py $(BUILD)/border_c $(BUILD)/border_go

differential-filters: build $(VENV)/ready $(BUILD)/reference/ready ## filters with random payload indexes through ours and the reference wheel
	$(PY) tests/python/differential_filters.py --seeds $(SEEDS)

# Wheels are built with zig's C compiler against glibc 2.17, the oldest that manylinux_2_17 promises.
$(VENV)/wheel-ready: $(VENV)/ready bindings/python/build-requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r bindings/python/build-requirements.txt
	@touch $@

define build-wheel
	@mkdir -p $(DIST)
	cd bindings/python && CC="$(PY) -m ziglang cc -target $(1)-linux-gnu.2.17" GOARCH=$(2) ZIG_GLOBAL_CACHE_DIR=$(CURDIR)/$(BUILD)/zig \
	  QDRANT_EDGE_WHEEL_PLATFORM=manylinux_2_17_$(1) $(PY) -m hatchling build -t wheel -d $(DIST)
	$(PY) bindings/python/check_wheel.py $(DIST)/$(RELEASE)-py3-none-manylinux_2_17_$(1).whl
endef

wheel: $(VENV)/wheel-ready ## build the wheel for linux x86_64 in build/dist
	$(call build-wheel,x86_64,amd64)

wheel-aarch64: $(VENV)/wheel-ready ## cross-compile the wheel for linux aarch64
	$(call build-wheel,aarch64,arm64)

sdist: $(VENV)/ready ## pack the Python package with the Go sources that it is built from
	@mkdir -p $(DIST)
	cd bindings/python && $(PY) -m hatchling build -t sdist -d $(DIST)

$(BUILD)/pyright/ready:
	npm install --silent --no-audit --no-fund --prefix $(BUILD)/pyright $(PYRIGHT)
	@touch $@

test-wheel: wheel sdist $(LIB) $(HUB) $(BUILD)/pyright/ready ## install wheel and sdist in clean environments, walk the guide there, check types with pyright too
	QDRANT_EDGE_DIST="$(DIST)/$(RELEASE)-py3-none-manylinux_2_17_x86_64.whl $(DIST)/$(RELEASE).tar.gz" \
	  QDRANT_EDGE_PYRIGHT=$(CURDIR)/$(BUILD)/pyright/node_modules/.bin/pyright \
	  PYTHONPATH=$(CURDIR)/bindings/python $(PY) -m pytest -q tests/python/test_wheel.py tests/python/test_stub.py

test-aarch64: wheel-aarch64 $(HUB) ## walk the guide with the aarch64 wheel under qemu (Debian 12; unpacks 80 MB under build)
	$(PY) tests/python/aarch64.py $(DIST)/$(RELEASE)-py3-none-manylinux_2_17_aarch64.whl $(BUILD)/aarch64

clean: ## remove what the build made
	rm -rf $(BUILD)
