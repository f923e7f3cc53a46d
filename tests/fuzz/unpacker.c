/*
 * unpacker: whatever a record holds, it is replaced by no more bytes than allowed, or stays as it was;
 * and what packer makes of it gives it back.
 */
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "pack/packer.h"
#include "pack/unpacker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CEILING = 1 << 16 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct unpacker *unpacker;
	static struct packer *packer;
	struct span input = {(const char *)data, size}, record = input;
	struct failure failure;
	struct buffer packed;

	if (unpacker == NULL) {
		unpacker = unpacker_open(CEILING);
		packer = packer_open(1);
	}
	if (unpacker_take(unpacker, &record, &failure))
		must(record.start == input.start || record.length <= CEILING);
	else
		must(record.start == input.start && record.length == input.length);
	buffer_init(&packed, SIZE_MAX / 2);
	must(packer_gzip(packer, input, &packed));
	record = buffer_span(&packed);
	if (size <= CEILING && (size == 0 || data[size - 1] != '\n'))
		must(unpacker_take(unpacker, &record, &failure) && span_equal(record, input));
	buffer_free(&packed);
	return 0;
}
