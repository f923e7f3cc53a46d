/* fingerprint: a short name of some bytes, as cksum(1) computes it: "CRC-LENGTH". */
#ifndef FXMETRICS_FINGERPRINT_H
#define FXMETRICS_FINGERPRINT_H

#include "base/span.h"

enum { FINGERPRINT_SIZE = 32 };

/* POSIX's CRC of the bytes and their number. Not zlib's crc32, which takes the bits in the other
 * order: the state of earlier versions holds these. Returns text. */
const char *fingerprint(struct span bytes, char text[FINGERPRINT_SIZE]);

#endif
