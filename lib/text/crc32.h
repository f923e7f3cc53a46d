/* crc32: the checksum of gzip and Ethernet, which DynamoDB sends with each reply. */
#ifndef TEXT_CRC32_H
#define TEXT_CRC32_H

#include <stdint.h>
#include "base/span.h"

uint32_t crc32_of(struct span bytes);

#endif
