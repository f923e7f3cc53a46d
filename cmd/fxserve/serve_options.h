/* serve_options: fxserve's command line. */
#ifndef FXSERVE_SERVE_OPTIONS_H
#define FXSERVE_SERVE_OPTIONS_H

#include "health/checks.h"
#include "tool/tool.h"
#include "web/listener.h"
#include "web/access.h"

enum { SERVE_LIST = 1000 /* keys, groups */ };

struct options {
	const char *table, *stream; /* NULL: none */
	bool table_named, stream_named; /* given, so that they must exist */
	const char *alerts; /* a stream; NULL: none */
	const char *dygraphs; /* a directory */
	bool dygraphs_named; /* given, so that its files should exist */
	const char *listen; /* NULL: the default, or a socket that was passed */
	const char *token; /* the file of the token; NULL: a new one is made */
	bool no_token;
	const char *certificate, *key; /* files; NULL: no TLS */
	const char *hosts[ACCESS_HOSTS];
	size_t host_count;
	const char *origin;
	const char *keys[SERVE_LIST + 1];
	size_t key_count;
	const char *groups[SERVE_LIST + 1];
	size_t group_count;
	const char *max_age_text;
	int64_t max_age; /* ms */
	struct allowed_lag max_lag;
	unsigned disk, rate, connections;
};

/* Reads the command line into options and starts tool; a usage error ends the program. */
void serve_options_read(struct tool *tool, int argc, char **argv, struct options *options);
/* Where it listens decides what else is needed. A usage error ends the program. */
void serve_options_check(
    struct tool *tool, const struct options *options, const struct listener *listener);

#endif
