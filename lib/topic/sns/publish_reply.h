/*
 * publish_reply: reads the reply to PublishBatch, which says of each entry what became of it. The
 * reply is outside data. Source: SNS API Reference, PublishBatch, BatchResultErrorEntry.
 */
#ifndef TOPIC_SNS_PUBLISH_REPLY_H
#define TOPIC_SNS_PUBLISH_REPLY_H

#include "base/span.h"

enum { PUBLISH_ENTRIES = 10, PUBLISH_TEXT = 600 };

enum publish_outcome {
	PUBLISH_UNKNOWN, /* the reply does not say */
	PUBLISH_DONE,
	PUBLISH_REFUSED, /* the entry is at fault */
	PUBLISH_AGAIN, /* the service is at fault, or throttles */
	PUBLISH_BARRED /* the topic, a key or a permission is at fault: needs attention */
};

struct publish_result {
	enum publish_outcome outcome;
	bool throttled;
	char text[PUBLISH_TEXT]; /* "CODE: MESSAGE", safe to print; unless DONE or UNKNOWN */
};

/*
 * Fills in the results of count entries, whose ids are "0", "1", …. An entry that is in both lists
 * failed.
 */
void publish_reply_read(
    struct span reply, size_t count, struct publish_result results[PUBLISH_ENTRIES]);

#endif
