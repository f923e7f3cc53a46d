/* options: the options of kput. */
#ifndef KPUT_OPTIONS_H
#define KPUT_OPTIONS_H

#include "stream/sink.h"
#include "tool/tool.h"

struct put_options {
	const char *stream;
	const char *rejects;
	bool quiet;
	struct stream_settings stream_settings;
	struct stream_sink_settings sink_settings;
};

/* Begins the tool and reads its options; wrong ones end the program. */
void put_options_read(struct tool *tool, int argc, char **argv, struct put_options *options);

#endif
