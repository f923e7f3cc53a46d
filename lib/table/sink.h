/* table_sink: a table as the sink of a storing tool. */
#ifndef TABLE_SINK_H
#define TABLE_SINK_H

#include "record/sink.h"
#include "table/table.h"

/*
 * typed: the records are DynamoDB's own JSON. if_absent: an item that exists already stays
 * unchanged. The sink owns the table, and closes it.
 */
struct sink *table_sink_open(struct table *table, bool typed, bool if_absent);

#endif
