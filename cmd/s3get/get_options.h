/* get_options: the options of s3get. */
#ifndef S3GET_GET_OPTIONS_H
#define S3GET_GET_OPTIONS_H

#include "archive/catalog.h"
#include "base/buffer.h"
#include "s3get/selection.h"
#include "tool/tool.h"

enum get_order { ORDER_POSITION, ORDER_TIME };

struct get_options {
	const char *from, *to;
	struct buffer wheres; /* encoded, as the query has them */
	struct catalog_query query;
	struct selection selection;
	const char *member; /* with the time */
	const char *partitions; /* as s3put has them */
	struct time_partitions times; /* of these */
	enum get_order order;
	bool list;
};

/* Reads the command line; the archive is the first operand. */
void get_options_read(struct tool *tool, int argc, char **argv, struct get_options *options);

#endif
