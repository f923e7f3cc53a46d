/* crc32: the checksum of gzip and Ethernet, which DynamoDB sends with each reply. */
#ifndef CRC32_H
#define CRC32_H

#include <stdint.h>
#include "span.h"

uint32_t crc32_of(struct span bytes);

#endif
