/* put_options: what kput can be asked for. */
#ifndef KPUT_OPTIONS_H
#define KPUT_OPTIONS_H

#include "stream/stream.h"
#include "tool/tool.h"

extern const char put_help[];

struct put_options {
	const char *stream;
	const char *key;
	const char *hash_key;
	const char *rejects;
	bool quiet;
	struct stream_settings stream_settings;
};

/* Ends the program where they are wrong. */
void put_options_read(struct tool *tool, int argc, char **argv, struct put_options *options);

#endif
