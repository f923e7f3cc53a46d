# fxpipe. `make help` lists what there is to make.
VERSION = 0.1.0
PREFIX = /usr/local
DESTDIR =
BUILD = build
CC = cc
CFLAGS = -O2 -g
PKG_CONFIG = pkg-config

# The architecture: what each tool is made of, besides cmd/TOOL.c, and the
# libraries that it loads.
ground = memory failure buffer clock timestamp environment json json_text base64 lines output stats append directory rejects sandbox url
words = $(ground) position name database database_check database_file database_lock hash
identity = ini aws_config endpoint credentials credentials_source credentials_call \
	credentials_files credentials_role credentials_sts credentials_sso credentials_sso_token credentials_process \
	credentials_container credentials_instance command form xml
aws = http http_transfer http_curl backoff paths sigv4 sigv4_canonical $(identity) crc32 core aws_retry aws_error aws_send aws_answer aws
secret = $(aws) keyring secret secret_name secret_file secret_service secret_value secret_label
kinesis_read = aggregate number kinesis_records stream_kinesis_shards stream_kinesis_begin \
	stream_kinesis_call stream_kinesis_take stream_kinesis_patience stream_kinesis_next stream_kinesis_place
kinesis_send = partition put_records send_flows send_queue shard_map stream_kinesis_send \
	stream_kinesis_answer stream_kinesis_pace
checkpoints = groups database_remove
# An embedded stream and table as infrastructure: needs $(stream), $(checkpoints), $(table).
change = stream_local_change stream_local_delete table_local_change
stream = $(aws) stream stream_local stream_local_put stream_local_read stream_local_next stream_local_wait stream_local_shards stream_kinesis $(kinesis_send) $(kinesis_read)
dynamodb = turns ttl table_dynamodb table_dynamodb_send table_dynamodb_fate table_dynamodb_query table_dynamodb_read
table = $(aws) pool distinct number item item_check item_write table table_local table_local_put table_local_query $(dynamodb)
fxfetch = $(ground) ask source pair $(secret) definition provider providers reply redact pace fetch fetch_answer : libcjson libcrypto
fxenc = $(ground) pair paths definition provider providers reply rate : libcjson libcrypto
kput = $(words) put_options members storing sending sending_input entry window intake receipts $(stream) : sqlite3 libcjson libcrypto
kread = $(words) from reader record_line $(stream) $(checkpoints) : sqlite3 libcjson libcrypto
kack = $(words) from furthest move $(stream) $(checkpoints) : sqlite3 libcjson libcrypto
kbatch = $(ground) position members storing sending sending_input entry window intake receipts batch_options lane batches course \
	departure run run_environment run_pipes answers verdict judgement speech backlog batch child given backoff
kstat = $(words) from look look_line look_table watch $(stream) $(checkpoints) : sqlite3 libcjson libcrypto
ddbput = $(words) storing sending sending_input entry window intake receipts $(table) : sqlite3 libcjson libcrypto
ddbget = $(words) $(table) : sqlite3 libcjson libcrypto
smget = $(ground) $(secret) : libcjson libcrypto
infrastructure = resource resource_name resource_read resource_wanted difference stack stack_secrets stack_service stack_kinds
infrastructure += $(change) resource_stream_local resource_table_local resource_secret_local resource_bucket_local fxcron resource_schedule resource_consumer permit policy template template_resource
infrastructure += resource_call resource_stream_kinesis resource_table_dynamodb resource_secret_manager
infrastructure += stack_document resource_form resource_topic_sns iam_document resource_role_iam resource_policy_iam bucket_rules resource_bucket resource_bucket_s3
fxstack = $(words) infrastructure confinement deploy destroy documents $(stream) $(table) $(secret) $(checkpoints) $(infrastructure) : sqlite3 libcjson libcrypto
cwput = $(ground) position storing sending sending_input entry window intake receipts $(aws) metric metrics : libcjson libcrypto
TOOLS = fxfetch fxenc kput kread kack kbatch kstat ddbput ddbget smget cwput fxstack
# Commands that are scripts.
SCRIPTS = $(notdir $(wildcard scripts/fx*))

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wmissing-prototypes
HARDENING = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
FLAGS = -std=c11 -D_GNU_SOURCE -DFX_VERSION='"$(VERSION)"' -DFX_PREFIX='"$(PREFIX)"' \
	$(WARNINGS) $(HARDENING) $(CFLAGS) $(CPPFLAGS)
LINK = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS)

modules_of = $(filter-out : lib% sqlite3,$($(1)))
libraries_of = $(filter lib% sqlite3,$($(1)))

binaries = $(TOOLS:%=$(BUILD)/bin/%)
# Those of lib/: what stands in cmd/ needs a program around it.
MODULES = $(filter-out $(notdir $(basename $(wildcard cmd/*.c))),\
	$(sort $(foreach t,$(TOOLS),$(call modules_of,$(t)))))
UNITS = $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))
PROVIDERS = $(wildcard lib/providers/*.json)
SAMPLES = $(wildcard lib/providers/sample/*)
# What people and scripts use as it is: filters, stacks, unit files, prices, fxcron's parts.
DATA = $(wildcard $(addsuffix /*,$(addprefix scripts/,filters stacks units prices cron)))

all: $(binaries) share ## build everything (the default)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

define tool_rule
$(BUILD)/bin/$(1): $(BUILD)/obj/$(1).o $(BUILD)/obj/tool.o $(BUILD)/obj/tool_option.o $(BUILD)/obj/tool_figures.o $(BUILD)/obj/tool_words.o $(patsubst %,$(BUILD)/obj/%.o,$(call modules_of,$(1)))
	@mkdir -p $$(@D)
	$(CC) $(FLAGS) $(LINK) -o $$@ $$^ $(if $(call libraries_of,$(1)),$$$$($(PKG_CONFIG) --libs $(call libraries_of,$(1))))
endef
$(foreach t,$(TOOLS),$(eval $(call tool_rule,$(t))))

vpath %.c cmd lib
$(BUILD)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c -o $@ $<

# The provider definitions, compiled in.
$(BUILD)/obj/providers.o: $(BUILD)/providers.c
	$(CC) $(FLAGS) -Ilib -c -o $@ $<
$(BUILD)/providers.c: $(PROVIDERS) scripts/embed
	@mkdir -p $(@D)
	scripts/embed $(PROVIDERS) > $@

# What the tools look for beside themselves (../share/fxpipe), for running them from here.
share: $(SAMPLES:lib/providers/%=$(BUILD)/share/fxpipe/%) $(DATA:scripts/%=$(BUILD)/share/fxpipe/%) \
	$(SCRIPTS:%=$(BUILD)/bin/%)
$(BUILD)/share/fxpipe/%: lib/providers/%
	@mkdir -p $(@D)
	cp $< $@
$(BUILD)/share/fxpipe/%: scripts/%
	@mkdir -p $(@D)
	cp $< $@
$(BUILD)/bin/fx%: scripts/fx%
	@mkdir -p $(@D)
	cp $< $@

# Unit tests link all modules; each prints TAP.
units: $(UNITS:%=$(BUILD)/unit/%) ## build the unit tests
$(BUILD)/unit/%: tests/unit/%.c tests/unit/tap.h $(MODULES:%=$(BUILD)/obj/%.o)
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(LINK) -Ilib -o $@ $< $(MODULES:%=$(BUILD)/obj/%.o) \
		$$($(PKG_CONFIG) --libs libcjson sqlite3 libcrypto)

# Fuzzers link all modules too, built anew by clang with its sanitizers. What they
# learn stays in the corpus; an input that breaks something is left beside it.
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS = 20
FUZZ_FLAGS = $(FLAGS) -U_FORTIFY_SOURCE -Ilib -O1 -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined
fuzz: $(FUZZERS:%=$(BUILD)/fuzz/%) ## run each fuzzer for FUZZ_SECONDS (needs clang)
	for fuzzer in $(FUZZERS); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$fuzzer; \
		dictionary=tests/fuzz/$$fuzzer.dict; \
		[ ! -f $$dictionary ] || set -- -dict=$$dictionary; \
		$(BUILD)/fuzz/$$fuzzer -max_total_time=$(FUZZ_SECONDS) -max_len=1024 "$$@" \
			-artifact_prefix=$(BUILD)/fuzz/$$fuzzer- \
			$(BUILD)/fuzz/corpus/$$fuzzer || exit; \
		set --; \
	done
$(BUILD)/fuzz/%: tests/fuzz/%.c tests/fuzz/must.h $(MODULES:%=$(BUILD)/fuzz/obj/%.o)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer $(LINK) -o $@ $< $(MODULES:%=$(BUILD)/fuzz/obj/%.o) \
		$$($(PKG_CONFIG) --libs libcjson sqlite3 libcrypto)
.SECONDARY: $(MODULES:%=$(BUILD)/fuzz/obj/%.o)
$(BUILD)/fuzz/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<
$(BUILD)/fuzz/obj/providers.o: $(BUILD)/providers.c
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

check: ## run all the tests (scripts/check does the set-up first)
	scripts/check --no-setup

bench: all ## measure against the yardsticks
	FX_BUILD=$(BUILD) tests/bench/bench

bench-aws: all ## the same for AWS, against a sink and boto3 (needs scripts/setup)
	FX_BUILD=$(BUILD) tests/bench/bench-aws

# What goes where, below $(DESTDIR)$(PREFIX).
man_of = $(addprefix share/man/man$(1)/,$(notdir $(wildcard man/*.$(1))))
installed_data = $(SAMPLES:lib/providers/%=share/fxpipe/%) $(DATA:scripts/%=share/fxpipe/%)
commands = $(TOOLS) $(SCRIPTS)
installed = $(commands:%=bin/%) $(call man_of,1) $(call man_of,5) $(call man_of,7) $(installed_data) \
	$(addprefix share/bash-completion/completions/,fxpipe $(commands))
root = $(DESTDIR)$(PREFIX)

install: all ## install below $(DESTDIR)$(PREFIX), by default /usr/local
	install -d $(sort $(dir $(installed:%=$(root)/%)))
	install -m 755 $(binaries) $(SCRIPTS:%=scripts/%) $(root)/bin
	for section in 1 5 7; do \
		install -m 644 man/*.$$section $(root)/share/man/man$$section || exit; done
	install -m 644 $(SAMPLES) $(root)/share/fxpipe/sample
	for file in $(DATA:scripts/%=%); do \
		install -m 644 scripts/$$file $(root)/share/fxpipe/$$file || exit; done
	install -m 644 scripts/completion $(root)/share/bash-completion/completions/fxpipe
	for tool in $(commands); do \
		ln -sf fxpipe $(root)/share/bash-completion/completions/$$tool || exit; done

uninstall: ## remove what install put there
	rm -f $(installed:%=$(root)/%)
	-for directory in $(sort $(dir $(installed_data))) share/fxpipe; do \
		[ ! -d "$(root)/$$directory" ] || rmdir "$(root)/$$directory"; done

format: ## lay out the code by .clang-format
	clang-format -i cmd/*.[ch] lib/*.[ch]

clean: ## remove what was built
	rm -rf $(BUILD)

.PHONY: all help share units fuzz check bench bench-aws format clean install uninstall
-include $(wildcard $(BUILD)/obj/*.d $(BUILD)/fuzz/obj/*.d)
