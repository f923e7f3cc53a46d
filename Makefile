# fxpipe. `make help` lists the targets.
VERSION = 0.2.0
PREFIX = /usr/local
DESTDIR =
BUILD = build
CC = cc
AR = ar
CFLAGS = -O2 -g
PKG_CONFIG = pkg-config

ifneq ($(words $(BUILD)),1)
$(error BUILD must be a single path without blanks, not "$(BUILD)")
endif

# A program is the file in cmd/ that has a main(): cmd/NAME.c, or cmd/NAME/NAME.c with its parts
# beside it. The parts, and what tools share, make libcmd.a; lib/ makes libfx.a. A tool links
# what it calls, so no modules are listed here.
sources = $(wildcard $(addsuffix /*.c,$(1) $(1)/* $(1)/*/*))
mains := $(shell grep -lw '^main' $(call sources,cmd))
parts := $(filter-out $(mains),$(call sources,cmd))
modules := $(call sources,lib)
TOOLS := $(sort $(notdir $(basename $(mains))))
SCRIPTS := $(notdir $(wildcard scripts/fx*))
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
PROVIDERS := $(addsuffix .json,$(sort $(basename $(wildcard lib/rate/providers/*.json))))
PAGE := $(sort $(wildcard lib/serve/page/*))
SAMPLES := $(wildcard lib/rate/providers/sample/*)
# Files for people and scripts, installed as they are: filters, stacks, unit files, prices, SQL.
DATA := $(wildcard $(addsuffix /*,$(addprefix scripts/,filters stacks units prices))) \
	scripts/athena.sql

libraries = sqlite3 libcjson libcrypto zlib libzstd libmicrohttpd
headers := $(shell $(PKG_CONFIG) --cflags $(libraries) libcurl)
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes
fortify = $(if $(findstring _FORTIFY_SOURCE,$(CFLAGS) $(CPPFLAGS)),,\
	-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
HARDENING = -fstack-protector-strong $(fortify) -fPIE
FLAGS = -std=c11 -D_GNU_SOURCE -DFX_VERSION='"$(VERSION)"' -Ilib -Icmd -I$(BUILD)/made \
	$(headers) $(WARNINGS) $(HARDENING) $(CFLAGS) $(CPPFLAGS)
ifeq ($(shell uname -s),Darwin)
LINK = -Wl,-dead_strip_dylibs $(LDFLAGS)
else
LINK = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)
endif
archives = $(BUILD)/libcmd.a $(BUILD)/libfx.a
link = $(CC) $(FLAGS) $(LINK) -o $@ $< $(archives) $$($(PKG_CONFIG) --libs $(libraries)) -lm

# A short line for each file; V=1 prints the commands.
Q = $(if $(V),,@)
say = @$(if $(V),:,printf '  %-5s %s\n' $(1) $@)

all: $(TOOLS:%=$(BUILD)/bin/%) share ## build everything (the default)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

main_object = $(patsubst %.c,$(BUILD)/obj/%.o,$(filter %/$(1).c,$(mains)))
.SECONDEXPANSION:
$(TOOLS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: $$(call main_object,$$*) $(archives)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(link)

# Appended to an empty archive ('q'), as files in different folders may share a name.
$(BUILD)/libfx.a: $(modules:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/providers.o $(BUILD)/obj/page_files.o
$(BUILD)/libcmd.a: $(parts:%.c=$(BUILD)/obj/%.o)
$(archives):
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) qcs $@ $^

$(BUILD)/obj/%.o: %.c Makefile | $(BUILD)/made/prefix.h
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(FLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/obj/providers.o $(BUILD)/obj/page_files.o: $(BUILD)/obj/%.o: $(BUILD)/made/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(FLAGS) -c -o $@ $<

# The provider definitions, compiled in.
$(BUILD)/made/providers.c: $(PROVIDERS) scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed providers $(PROVIDERS) > $@
# The page of fxserve, too.
$(BUILD)/made/page_files.c: $(PAGE) scripts/embed
	@mkdir -p $(@D)
	$(Q)scripts/embed page $(PAGE) > $@
# Rewritten only if it changes, so that another PREFIX rebuilds only what uses it.
$(BUILD)/made/prefix.h: export PREFIX := $(PREFIX)
$(BUILD)/made/prefix.h: force
	@mkdir -p $(@D)
	@printf '%s\n' "$$PREFIX" | sed 's/[\\"]/\\&/g; s/.*/#define FX_PREFIX "&"/' > $@.new
	@if cmp -s $@.new $@; then rm -f $@.new; else mv -f $@.new $@; fi
force:

# What the tools look for beside themselves (../share/fxpipe), to run them from here.
share: $(SAMPLES:lib/rate/providers/%=$(BUILD)/share/fxpipe/%) \
	$(DATA:scripts/%=$(BUILD)/share/fxpipe/%) $(SCRIPTS:%=$(BUILD)/bin/%)
$(BUILD)/share/fxpipe/%: lib/rate/providers/%
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/share/fxpipe/%: scripts/% Makefile
	@mkdir -p $(@D)
	@sed 's/@VERSION@/$(VERSION)/' $< >$@
$(SCRIPTS:%=$(BUILD)/bin/%): $(BUILD)/bin/%: scripts/% Makefile
	@mkdir -p $(@D)
	@sed 's/@VERSION@/$(VERSION)/' $< >$@.new && chmod +x $@.new && mv -f $@.new $@

# Unit tests; each prints TAP.
units: $(UNITS:%=$(BUILD)/unit/%) $(BUILD)/sizing/sizing ## build the unit tests
$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(archives)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(link)
.SECONDARY: $(UNITS:%=$(BUILD)/obj/tests/unit/%.o)

# How large a group of readers may be, simulated: the table of fxpipe-aws(7).
$(BUILD)/sizing/sizing: $(BUILD)/obj/tests/sizing/sizing.o $(archives)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(link)
sizing: $(BUILD)/sizing/sizing ## simulate groups of up to 1,000 readers and 10,000 shards
	tests/sizing/table $<

# Fuzzers have a build of their own, by clang with its sanitizers. What they learn stays in
# the corpus; an input that breaks something is left beside it.
FUZZ_SECONDS = 20
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined
fuzz: ## run each fuzzer for FUZZ_SECONDS (needs clang)
	@$(MAKE) BUILD=$(BUILD)/fuzz CC=clang CFLAGS='$(SANITIZE) -fsanitize=fuzzer-no-link' fuzzers
	for fuzzer in $(FUZZERS); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$fuzzer; \
		dictionary=tests/fuzz/$$fuzzer.dict; \
		[ ! -f $$dictionary ] || set -- -dict=$$dictionary; \
		$(BUILD)/fuzz/fuzzers/$$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=1024 "$$@" \
			-artifact_prefix=$(BUILD)/fuzz/$$fuzzer- \
			$(BUILD)/fuzz/corpus/$$fuzzer || exit; \
		set --; \
	done
fuzzers: $(FUZZERS:%=$(BUILD)/fuzzers/%)
$(BUILD)/fuzzers/%: tests/fuzz/%.c $(wildcard tests/fuzz/*.h) $(archives)
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(link) -fsanitize=fuzzer

check: ## run all the tests (scripts/check does the set-up first)
	scripts/check --no-setup

bench: all ## measure against the yardsticks
	FX_BUILD=$(BUILD) tests/bench/bench

bench-aws: all ## the same for AWS, against a sink and boto3 (needs scripts/setup)
	FX_BUILD=$(BUILD) tests/bench/bench-aws

# What is installed, below $(DESTDIR)$(PREFIX), each by its path there. The text files name
# /usr/local where they mean the prefix.
commands = $(TOOLS) $(SCRIPTS)
pages = $(foreach section,1 5 7,$(patsubst man/%,share/man/man$(section)/%,\
	$(wildcard man/*.$(section))))
data = $(SAMPLES:lib/rate/providers/%=share/fxpipe/%) $(DATA:scripts/%=share/fxpipe/%)
completions = share/bash-completion/completions
installed = $(commands:%=bin/%) $(pages) $(data) $(addprefix $(completions)/,fxpipe $(commands))
# To the recipes by environment: blanks and quotes in a path stay what they are.
install install-package uninstall: export root = $(DESTDIR)$(PREFIX)
install install-package uninstall: export PREFIX := $(PREFIX)
as_text = sed "s|/usr/local|$$(printf '%s\n' "$$PREFIX" | sed 's/[\\&|]/\\&/g')|g"

install: all ## install below $(DESTDIR)$(PREFIX), by default /usr/local
	@for directory in $(sort $(dir $(installed))); do \
		install -d "$$root/$$directory" || exit; done
	@for command in $(commands); do \
		install -m 755 $(BUILD)/bin/$$command "$$root/bin/$$command" || exit; done
	@for page in $(pages); do \
		$(as_text) man/$${page##*/} >"$$root/$$page" && chmod 644 "$$root/$$page" || exit; done
	@for file in $(data:share/fxpipe/%=%); do \
		$(as_text) $(BUILD)/share/fxpipe/$$file >"$$root/share/fxpipe/$$file" && \
		chmod 644 "$$root/share/fxpipe/$$file" || exit; done
	@install -m 644 scripts/completion "$$root/$(completions)/fxpipe"
	@for tool in $(commands); do \
		ln -sf fxpipe "$$root/$(completions)/$$tool" || exit; done

# Packages put the units where systemd looks; share/fxpipe/units has links to them.
systemd = $(patsubst scripts/units/%,lib/systemd/system/%,$(wildcard scripts/units/fxpipe-*)) \
	$(patsubst scripts/units/%,lib/systemd/user/%,$(wildcard scripts/units/fxserve.*)) \
	lib/sysusers.d/fxpipe.conf
install-package: install ## for packages: install, with the units where systemd looks
	@for unit in $(systemd); do \
		file="$$root/share/fxpipe/units/$${unit##*/}"; \
		[ -L "$$file" ] || { install -d "$$root/$${unit%/*}" && mv "$$file" "$$root/$$unit" && \
			ln -s "../../../$$unit" "$$file"; } || exit; done

uninstall: ## remove what install put there
	@for file in $(installed); do rm -f "$$root/$$file" || exit; done
	-@for directory in $(filter-out share/fxpipe/,$(sort $(dir $(data)))) share/fxpipe; do \
		[ ! -d "$$root/$$directory" ] || rmdir "$$root/$$directory"; done

dist: ## make the source archive, and recipes for packages, in build/dist
	@scripts/package/dist $(BUILD)/dist
deb: ## make the packages of Debian, in build/dist
	@scripts/debian/build $(BUILD)/dist
sbom: all ## list what the tools consist of, as SPDX, in build/dist
	@scripts/package/sbom $(BUILD)

format: ## format the code by .clang-format
	clang-format -i $(mains) $(parts) $(modules) $(wildcard $(addsuffix /*.h,cmd/* lib/* lib/*/*))

clean: ## remove what was built
	rm -rf $(BUILD)

.PHONY: all help share units sizing fuzz fuzzers check bench bench-aws dist deb sbom format clean install \
	install-package uninstall force
-include $(wildcard $(addsuffix .d,$(basename \
	$(patsubst %.c,$(BUILD)/obj/%.o,$(mains) $(parts) $(modules) $(UNITS:%=tests/unit/%.c) tests/sizing/sizing.c))))
