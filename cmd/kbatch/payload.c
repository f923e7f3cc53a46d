/* payload: takes the position off a line and decodes _raw. */
#include "text/base64.h"
#include "kbatch/payload.h"
#include "record/position.h"

static bool
add_raw(struct buffer *to, struct span raw)
{
	size_t start = to->length;

	if (!base64_decode(to, raw))
		return false;
	if (to->length == start || memchr(to->data + start, '\n', to->length - start) == NULL)
		return true;
	to->length = start;
	return buffer_add_text(to, "{\"_raw\":\"") && buffer_add(to, raw.start, raw.length) &&
	       buffer_add_text(to, "\"}");
}

bool
payload_add(struct buffer *to, struct span line, bool positions)
{
	struct positioned found;

	if (positions || position_of_line(line, &found) == POSITION_NONE)
		return buffer_add(to, line.start, line.length);
	if (found.raw.start != NULL)
		return add_raw(to, found.raw);
	return buffer_add(to, found.before.start, found.before.length) &&
	       buffer_add(to, found.after.start, found.after.length);
}
