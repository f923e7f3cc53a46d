/*
 * topic: publishes lines to a topic: Amazon SNS, or a webhook whose URL is a secret. The URL is
 * never part of a message of ours: it is removed from what its server says, and wiped.
 */
#ifndef TOPIC_TOPIC_H
#define TOPIC_TOPIC_H

#include <stdint.h>

#include "base/caller.h"
#include "record/sink.h"
#include "system/sandbox.h"

/* The shape of what a webhook gets. */
enum topic_format {
	TOPIC_LINE, /* the text alone */
	TOPIC_SLACK,
	TOPIC_DISCORD,
	TOPIC_NTFY,
	TOPIC_TELEGRAM
};
#define TOPIC_FORMATS "line slack discord ntfy telegram"

struct topic_settings {
	const char
	    *name; /* sns:NAME or an ARN of SNS, or where the secret with the webhook's URL is */
	const char *text, *subject; /* templates (template.h); NULL: the record itself, none */
	const char *attributes; /* members, with a comma between; NULL: none */
	const char *group, *deduplication; /* members, of FIFO topics; NULL: none */
	enum topic_format format;
	unsigned in_flight; /* calls in flight at most; 0: as usual for the kind */
	int64_t timeout; /* ms without a reply that end a call */
	struct caller caller;
};

/*
 * A sink of lines, which it takes with their positions. NULL: failure says why: FAILURE_PERMANENT
 * also for settings that do not fit each other or the topic. lib/open has this function.
 */
struct sink *topic_open(const struct topic_settings *settings, struct failure *failure);
/* Adds what the topic needs to the rights that a tool keeps, before it is opened. */
void topic_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox);

#endif
