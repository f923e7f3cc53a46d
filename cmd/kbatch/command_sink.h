/*
 * command_sink: the sink whose records go to a command in batches: lines wait in the backlog,
 * dispatch decides when a batch is sent, a job attempts it, and results are reported to the
 * storing loop.
 */
#ifndef KBATCH_COMMAND_SINK_H
#define KBATCH_COMMAND_SINK_H

#include "kbatch/dispatch.h"
#include "kbatch/retry_policy.h"
#include "kbatch/run.h"
#include "record/sink.h"

struct command_sink_settings {
	struct dispatch_rules dispatch;
	struct retry_rules retry;
	struct run_settings run; /* its name, lines and longest are set here */
	unsigned jobs; /* batches at once */
	const char *key; /* the member whose value decides the lane; NULL: the shard does */
	int64_t first_backoff; /* ms */
	int64_t max_age; /* us; 0: none */
	bool quiet; /* nobody reads receipts */
};

/* Never fails. Ends no command until it is closed. */
struct sink *command_sink_open(struct tool *tool, const struct command_sink_settings *settings);

#endif
