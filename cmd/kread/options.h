/* options: the options of kread. */
#ifndef KREAD_OPTIONS_H
#define KREAD_OPTIONS_H

#include "kread/shared.h"
#include "stream_options/start_option.h"

struct read_options {
	const char *stream;
	const char *group;
	bool follow;
	uint64_t limit; /* of records; 0: none */
	struct start start;
	const char *shard;
	bool envelope;
	bool raw;
	bool gunzip;
	const char *consumer;
	bool registers;
	bool share; /* the group is one beside an embedded stream */
	bool shares; /* other readers may read the group, too */
	struct shared_options shared;
	enum record_form form;
};

/* Starts the tool; a wrong command line ends it. */
void read_options(struct tool *tool, int argc, char **argv, struct read_options *options);

#endif
