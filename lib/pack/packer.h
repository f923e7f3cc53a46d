/* packer: compresses whole runs of bytes with gzip, without a time or a name in it. */
#ifndef PACK_PACKER_H
#define PACK_PACKER_H

#include <stdbool.h>

#include "base/buffer.h"

struct packer;

/* level: 1 (fast) to 9 (small). */
struct packer *packer_open(int level);
void packer_close(struct packer *packer); /* NULL is allowed */
/* Compresses into an empty buffer. False: its ceiling is too low. */
bool packer_gzip(struct packer *packer, struct span plain, struct buffer *to);

#endif
