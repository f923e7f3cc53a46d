/*
 * delivery: the settings of a delivery stream of Firehose, which writes records to a bucket.
 * Source: Firehose API Reference, CreateDeliveryStream, ExtendedS3DestinationConfiguration.
 */
#ifndef STACK_DELIVERY_H
#define STACK_DELIVERY_H

#include "stack/resource.h"

/* The part of resource_read_wanted for a delivery. */
bool delivery_want(struct resource *resource, struct failure *failure);

/* Compression as the line has it and as Firehose does; the last one is all NULL. */
struct delivery_format {
	const char *name; /* "gzip" */
	const char *format; /* "GZIP" */
};
extern const struct delivery_format delivery_formats[];

/* How the buffer is written: "5 MB, 300 s". */
enum { DELIVERY_BUFFER = 64 };
const char *delivery_buffer(int size, int interval, char text[DELIVERY_BUFFER]);
/* Reads it again. */
void delivery_buffer_read(const char *text, int *size, int *interval);

/*
 * The processing of records that come from a stream: a newline is appended to each, which kput
 * does not store. JSON, a value of ProcessingConfiguration.
 */
#define DELIVERY_PROCESSING \
	"{\"Enabled\":true,\"Processors\":[{\"Type\":\"AppendDelimiterToRecord\"," \
	"\"Parameters\":[{\"ParameterName\":\"Delimiter\",\"ParameterValue\":\"\\\\n\"}]}]}"

#endif
