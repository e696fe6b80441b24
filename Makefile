# ibid - chat in your terminal with answers that prove their sources
# Knobs first. `make help` lists what there is to do.

VERSION := 0.1.0
MODE    ?= debug#           debug | release | asan | cov
PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= build
WERROR  ?= $(if $(CI),1,0)# 1: warnings are errors
LAYERS  ?=#                 build and test only these layers: make unit LAYERS="base net"
JOBS    ?= 2#               test files run at once
TUI     ?=#                 run only these files of tests/tui: make tui TUI="input browse"
V       ?= 0
CC      ?= cc

override MODE := $(strip $(MODE))
override WERROR := $(strip $(WERROR))
override LAYERS := $(strip $(LAYERS))
override JOBS := $(strip $(JOBS))
override TUI := $(strip $(TUI))

PKGS         := libcurl libcjson sqlite3 readline ncursesw md4c libutf8proc inih libcrypto libt3highlight
EXTRACT_PKGS := poppler-glib libxml-2.0 libarchive libseccomp uchardet md4c libutf8proc libcrypto libcjson
APT_BUILD    := build-essential pkg-config libcurl4-openssl-dev libcjson-dev libsqlite3-dev libreadline-dev \
	libncurses-dev libmd4c-dev libutf8proc-dev libinih-dev libssl-dev libpoppler-glib-dev libxml2-dev \
	libarchive-dev libseccomp-dev libuchardet-dev libt3highlight-dev poppler-data
APT_CHECK    := libcmocka-dev bats parallel mandoc clang clang-format shellcheck python3 jq tmux strace pandoc bibutils \
	poppler-utils zip util-linux bash fish zsh libclang-rt-14-dev

OUT     := $(BUILD)/$(MODE)
WARN    := -Wall -Wextra -Wno-missing-field-initializers -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
	-Wvla -Wundef -Wformat=2 -Wimplicit-fallthrough $(if $(filter 1,$(WERROR)),-Werror)
debug   := -O1 -g3
release := -O2 -g -DNDEBUG -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
asan    := -O1 -g3 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
cov     := -O0 -g3 --coverage
debug_ld   :=
release_ld := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
asan_ld    := -fsanitize=address,undefined
cov_ld     := --coverage

CPPFLAGS += -Iinclude -Isrc -I$(OUT)/text -D_GNU_SOURCE -DIBID_VERSION='"$(VERSION)"' -DIBID_LIBEXECDIR='"$(PREFIX)/libexec/ibid"' \
	-MMD -MP
CFLAGS   += -std=c17 $(WARN) $($(MODE))
LDFLAGS  += $($(MODE)_ld)

ALL_LAYERS   := $(filter-out extract,$(notdir $(patsubst %/,%,$(wildcard src/*/))))
SOME_LAYERS  := $(if $(LAYERS),$(filter-out extract,$(LAYERS)),$(ALL_LAYERS))
LIB_SRC      := $(foreach l,$(SOME_LAYERS),$(wildcard src/$(l)/*.c))
EXTRACT_SRC  := $(filter-out src/extract/main%,$(wildcard src/extract/*.c))
# A part of the layers makes a library of its own, so that a later whole build does not link the part.
LIB          := $(OUT)/libibid$(if $(LAYERS),-part).a
EXTRACT_LIB  := $(OUT)/libextract.a
LANGS        := $(wildcard src/render/lang/*.lang)
SQL          := $(wildcard src/store/migrations/*.sql)
UNIT_LAYERS  := $(if $(LAYERS),$(LAYERS),$(ALL_LAYERS) extract)
UNIT_SRC     := $(foreach l,$(UNIT_LAYERS),$(wildcard tests/unit/$(l)/test_*.c))
UNIT         := $(UNIT_SRC:%.c=$(OUT)/%)
TOOLS_SRC    := $(wildcard tests/tools/*.c)
TOOLS        := $(TOOLS_SRC:%.c=$(OUT)/%)
SWEEP        := $(patsubst %.c,$(OUT)/%.so,$(wildcard tests/sweep/*.c))
FUZZ         := $(patsubst %.c,$(OUT)/%,$(wildcard tests/fuzz/fuzz_*.c))
INSTALL_DIRS := bin libexec/ibid share/man/man1 share/man/man5 share/man/man7 share/bash-completion/completions \
	share/zsh/site-functions share/fish/vendor_completions.d

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-7s %s\n' $(1) $(2))

# Asked once a run, and only when something is compiled.
pkg_cflags     = $(eval pkg_cflags := $(shell pkg-config --cflags $(PKGS)))$(pkg_cflags)
pkg_libs       = $(eval pkg_libs := $(shell pkg-config --libs $(PKGS)) -lm)$(pkg_libs)
extract_cflags = $(eval extract_cflags := $(shell pkg-config --cflags $(EXTRACT_PKGS)))$(extract_cflags)
extract_libs   = $(eval extract_libs := $(shell pkg-config --libs $(EXTRACT_PKGS)) -lm)$(extract_libs)
cmocka_libs    = $(eval cmocka_libs := $(shell pkg-config --libs cmocka))$(cmocka_libs)

.PHONY: all
all: $(OUT)/ibid $(OUT)/ibid-extract $(OUT)/ibid-extract-pdf ## build ibid and ibid-extract (MODE=debug|release|asan|cov)

$(OUT)/ibid: $(OUT)/src/main.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OUT)/src/main.o $(LIB) $(pkg_libs)

$(OUT)/ibid-extract: $(OUT)/src/extract/main.o $(EXTRACT_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $(OUT)/src/extract/main.o $(EXTRACT_LIB) $(LIB) $(extract_libs)

# Its libraries alone: what is loaded in vain costs more than a page does.
$(OUT)/ibid-extract-pdf: $(OUT)/src/extract/main_pdf.o $(EXTRACT_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $(OUT)/src/extract/main_pdf.o $(EXTRACT_LIB) $(LIB) $(extract_libs)

$(LIB): $(LIB_SRC:%.c=$(OUT)/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(EXTRACT_LIB): $(EXTRACT_SRC:%.c=$(OUT)/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# A text that is compiled in: #include "src/store/migrations/001_library.sql.inc" gives its lines as C strings.
$(OUT)/text/%.inc: %
	@mkdir -p $(@D)
	$(Q)sed 's/[\\"]/\\&/g; s/^/"/; s/$$/\\n"/' $< > $@

$(OUT)/src/store/migrate.o: $(SQL:%=$(OUT)/text/%.inc)
$(OUT)/src/render/highlight.o: $(LANGS:%=$(OUT)/text/%.inc)
$(OUT)/src/config/settings.o: $(OUT)/text/src/config/defaults.ini.inc
$(OUT)/src/cmd/completion.o: $(patsubst %,$(OUT)/text/completions/%.inc,ibid.bash _ibid ibid.fish)

$(OUT)/src/extract/%.o: src/extract/%.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(extract_cflags) -c -o $@ $<

$(OUT)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(pkg_cflags) -c -o $@ $<

# Runs the programs of the same build; they are not linked, so they stand behind the bar.
$(OUT)/tests/unit/extract/test_facts: | $(OUT)/ibid-extract $(OUT)/ibid-extract-pdf

$(OUT)/tests/unit/extract/test_%: $(OUT)/tests/unit/extract/test_%.o $(EXTRACT_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(extract_libs) $(cmocka_libs)

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(pkg_libs) $(cmocka_libs)

$(OUT)/tests/tools/%: $(OUT)/tests/tools/%.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(pkg_libs)

# For LD_PRELOAD.
$(OUT)/tests/sweep/%.so: tests/sweep/%.c
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<

# A fuzz target with a main that runs the files it is given: seeds need no fuzzer.
$(OUT)/tests/fuzz/fuzz_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/run_seeds.o $(EXTRACT_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(pkg_libs) $(extract_libs)

.PHONY: unit
unit: $(UNIT) ## run the unit tests (cmocka)
	@tests/lib/run-unit $(UNIT)

.PHONY: tools
tools: $(TOOLS)

# Without a locale (root of a bare Debian) bash reads $'\u0301' of a test as six letters.
cli tui: export LC_ALL := C.UTF-8

.PHONY: cli
cli: all tools ## run the program as a user would (bats)
	@IBID=$(abspath $(OUT)/ibid) IBID_TOOLS=$(abspath $(OUT)/tests/tools) bats --jobs $(JOBS) tests/cli tests/interop

.PHONY: tui
tui: all tools ## drive the full screen in a terminal: keys in, whole screens out (bats, tmux)
	@IBID=$(abspath $(OUT)/ibid) IBID_TOOLS=$(abspath $(OUT)/tests/tools) \
		LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lib/leaks:print_suppressions=0 \
		bats --jobs $(JOBS) $(if $(TUI),$(TUI:%=tests/tui/%.bats),tests/tui)

.PHONY: sweep
sweep: all tools $(SWEEP) ## fail each allocation and write, kill, fill the disk, write from many processes
	@OUT=$(abspath $(OUT)) JOBS=$(JOBS) tests/sweep/run

.PHONY: check
check: check-deps ## install the test tools, build and run every test
	@$(MAKE) --no-print-directory WERROR=1 all unit cli tui sweep lint
	@$(MAKE) --no-print-directory WERROR=1 MODE=asan all unit seeds
	@$(MAKE) --no-print-directory WERROR=1 MODE=asan tui TUI="browse ends models"
	@echo "check: all tests passed"

.PHONY: lint
lint: layers all ## choke points, layers, manual pages, scripts, clang's warnings, what is generated
	@tests/lint/choke
	@tests/lint/headers $(CC)
	@tests/lint/manual $(abspath $(OUT)/ibid)
	@shellcheck tests/lib/run-unit tests/lib/run-seeds tests/lib/pictures tests/sweep/run tests/cli/*.bash tests/tui/*.bash .ci/run
	@$(MAKE) --no-print-directory WERROR=1 CC=clang BUILD=$(BUILD)/clang all

.PHONY: seeds
seeds: $(FUZZ) ## run every seed through its fuzz target (MODE=asan finds most)
	@tests/lib/run-seeds $(FUZZ)

.PHONY: fuzz
fuzz: ## fuzz each target for a minute (clang): make fuzz SECONDS=60
	@tests/lib/run-fuzz $(or $(SECONDS),60)

.PHONY: bench
bench: ## print the figures, one line each, as ratios within this run
	@$(MAKE) --no-print-directory MODE=release all tools
	@OUT=$(abspath $(BUILD)/release) CC=$(CC) tests/bench/run

.PHONY: demo
demo: deps ## install what is missing, build, ingest the samples, ask, cite, export
	@$(MAKE) --no-print-directory MODE=release all
	@tests/lib/demo $(BUILD)/release/ibid

.PHONY: pictures
pictures: all ## draw the pictures of README.md anew, from the screen itself
	@tests/lib/pictures $(OUT)/ibid tests/tui/pictures

.PHONY: deps check-deps
deps: ## install what building needs (Debian, Ubuntu)
	@tests/lib/install-deps $(APT_BUILD)
check-deps:
	@tests/lib/install-deps $(APT_BUILD) $(APT_CHECK)

.PHONY: install uninstall
install: ## install below DESTDIR and PREFIX (MODE=release)
	@$(MAKE) --no-print-directory MODE=release all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,$(INSTALL_DIRS))
	install -m 755 $(BUILD)/release/ibid $(DESTDIR)$(PREFIX)/bin/ibid
	install -m 755 $(BUILD)/release/ibid-extract $(BUILD)/release/ibid-extract-pdf $(DESTDIR)$(PREFIX)/libexec/ibid/
	$(foreach n,1 5 7,$(if $(wildcard man/*.$(n)),install -m 644 $(wildcard man/*.$(n)) $(DESTDIR)$(PREFIX)/share/man/man$(n)/;))
	install -m 644 completions/ibid.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ibid
	install -m 644 completions/_ibid $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ibid
	install -m 644 completions/ibid.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ibid.fish

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/ibid $(addprefix $(DESTDIR)$(PREFIX)/libexec/ibid/,ibid-extract ibid-extract-pdf)
	rm -f $(foreach m,$(wildcard man/*.[157]),$(DESTDIR)$(PREFIX)/share/man/man$(patsubst .%,%,$(suffix $(m)))/$(notdir $(m)))
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/ibid
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_ibid
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/ibid.fish
	-rmdir $(DESTDIR)$(PREFIX)/libexec/ibid

.PHONY: layers
layers: ## fail when a file includes a layer above its own
	@tests/lint/layers

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)

.SECONDARY:
-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
