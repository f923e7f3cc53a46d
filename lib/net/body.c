/* body: the memory of a reply's body, wiped whenever it is left. */
#include "base/memory.h"
#include "net/body.h"

enum { KEPT = 6 * 1024 * 1024 /* bytes that are kept for the next body */ };

/* A reply may quote a secret: wipe it. */
static void
free_body(struct buffer *body)
{
	if (body->data != NULL)
		memory_wipe(body->data, body->length);
	buffer_free(body);
}

/* Empties it; returns a large one to the system. */
void
body_clear(struct buffer *body)
{
	if (body->capacity > KEPT) {
		free_body(body);
		return;
	}
	if (body->data != NULL)
		memory_wipe(body->data, body->length);
	buffer_clear(body);
}

/* Makes room for a whole body of known length; false: it exceeds the ceiling. */
bool
body_expect(struct buffer *body, size_t length)
{
	if (length > body->ceiling)
		return false;
	if (length <= body->capacity)
		return true;
	free_body(body);
	/* Not by buffer_reserve, which would round it up. The byte more: see buffer_text. */
	body->data = memory_resize(NULL, length + 1, 1);
	body->capacity = length;
	return true;
}

/* As buffer_reserve, but wipes the memory that it leaves. */
bool
body_make_room(struct buffer *body, size_t more)
{
	struct buffer larger;
	if (more <= body->capacity - body->length)
		return true;
	buffer_init(&larger, body->ceiling);
	if (!buffer_reserve(&larger, body->length + more))
		return false;
	buffer_add(&larger, body->data, body->length);
	free_body(body);
	*body = larger;
	return true;
}
