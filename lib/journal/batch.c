/* batch: each part of an input has its length before it, two bytes, the lower one first. */
#include "journal/batch.h"

static bool
add_part(struct buffer *batch, struct span part)
{
	unsigned char length[2] = {part.length & 0xFF, part.length >> 8 & 0xFF};

	return buffer_add(batch, length, sizeof length) &&
	       buffer_add(batch, part.start, part.length);
}

bool
batch_add(struct buffer *batch, struct span position, struct span bytes)
{
	size_t before = batch->length;

	if (position.length < POSITION_SIZE && bytes.length <= BATCH_INPUT &&
	    add_part(batch, position) && add_part(batch, bytes))
		return true;
	batch->length = before;
	return false;
}

static bool
take_part(struct span *batch, struct span *part)
{
	const unsigned char *length = (const unsigned char *)batch->start;

	if (batch->length < 2)
		return false;
	part->start = batch->start + 2;
	part->length = (size_t)length[0] | (size_t)length[1] << 8;
	if (part->length > batch->length - 2)
		return false;
	batch->start += 2 + part->length;
	batch->length -= 2 + part->length;
	return true;
}

bool
batch_next(struct span *batch, struct batch_input *input)
{
	struct span rest = *batch;

	if (!take_part(&rest, &input->text) || !take_part(&rest, &input->bytes) ||
	    !position_parse(input->text, &input->position))
		return false;
	*batch = rest;
	return true;
}
