/* options: kstat's command line. */
#ifndef KSTAT_OPTIONS_H
#define KSTAT_OPTIONS_H

#include "stream/snapshot.h"
#include "tool/tool.h"

struct options {
	const char *stream;
	struct snapshot_names names; /* of groups */
	bool all_groups;
	bool groups;
	unsigned watch; /* seconds between snapshots; 0: one snapshot */
	bool readers;
	int64_t failover; /* ms */
};

/* Reads the command line into options and starts tool; a usage error ends the program. */
void kstat_options_read(struct tool *tool, int argc, char **argv, struct options *options);

#endif
