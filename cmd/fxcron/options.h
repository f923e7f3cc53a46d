/* options: the command line, and the entry that it describes. */
#ifndef FXCRON_OPTIONS_H
#define FXCRON_OPTIONS_H

#include "schedule/entry.h"
#include "schedule/place.h"
#include "schedule/entries.h"
#include "tool/tool.h"

struct options {
	int64_t limit, delay, instances;
	const char *log;
	struct words variables;
	bool service, systemd, print, force, json;
	struct quota_settings quota;
};

struct fxcron {
	struct tool tool;
	struct options options;
	struct entry entry;
	struct place place;
};

/* Reads the command line; wrong usage ends the program. */
void options_read(struct fxcron *fx, int argc, char **argv);
#endif
