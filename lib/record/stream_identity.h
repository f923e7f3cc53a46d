/*
 * stream_identity: what is different for each stream, also of the same name, as text: for an
 * embedded stream a random number, for one of Kinesis the time of its creation.
 */
#ifndef RECORD_STREAM_IDENTITY_H
#define RECORD_STREAM_IDENTITY_H

#include <stdbool.h>

/* The service does not say it. */
#define STREAM_ID_UNKNOWN "unknown"

/* Are two of the same stream, as far as they are known? They are the same text or number (a
 * service may write a time in several ways: 1700000000, 1.7E9), or one of them is unknown. */
bool stream_identity_same(const char *a, const char *b);

#endif
