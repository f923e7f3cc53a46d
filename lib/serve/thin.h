/*
 * thin: thins out items for a picture: a time is divided into parts of one length, and of each part
 * the items with the least and the greatest value stay, with the first and the last of all.
 */
#ifndef SERVE_THIN_H
#define SERVE_THIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/span.h"

struct thin;

enum { THIN_MOST = 10000 /* parts */ };

/* Items from begin to end, ms since 1970; parts: 1 to THIN_MOST. */
struct thin *thin_open(int64_t begin, int64_t end, unsigned parts);
void thin_close(struct thin *thin); /* NULL is allowed */
/* The next item, in order of time; its text is copied if it stays. number: JSON, a part of text. */
void thin_add(struct thin *thin, int64_t time, struct span number, struct span text);
/* The bytes of the texts that stay. */
size_t thin_bytes(const struct thin *thin);
/* How many were added. */
uint64_t thin_added(const struct thin *thin);
/* Calls visit with the text of each that stays, in order. False: visit returned false. */
bool thin_visit(
    const struct thin *thin, bool (*visit)(void *context, struct span text), void *context);

#endif
