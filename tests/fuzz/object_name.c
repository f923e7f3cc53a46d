/*
 * object_name: a name that is read is made again from its parts, byte for byte; any member and
 * value can be encoded and decoded again; the order of two names is an order.
 */
#include <stdint.h>
#include <string.h>

#include "archive/object_name.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
sign(int number)
{
	return (number > 0) - (number < 0);
}

static void
try_directory(struct span directory)
{
	struct span rest = directory, member, value;
	struct buffer again, plain[2];

	buffer_init(&again, OBJECT_NAME_SIZE);
	while (object_name_next_partition(&rest, &member, &value)) {
		buffer_init(&plain[0], OBJECT_NAME_SIZE);
		buffer_init(&plain[1], OBJECT_NAME_SIZE);
		must(object_name_decode(&plain[0], member));
		(void)object_name_decode(&plain[1], value);
		must(object_name_add_partition(
		    &again, buffer_span(&plain[0]), buffer_span(&plain[1])));
		buffer_free(&plain[0]);
		buffer_free(&plain[1]);
	}
	must(span_equal(buffer_span(&again), directory));
	buffer_free(&again);
}

static void
try_name(struct span text)
{
	struct object_name name;
	struct buffer again;

	if (!object_name_read(text, &name))
		return;
	buffer_init(&again, OBJECT_NAME_SIZE);
	must(object_name_add(&again, &name));
	must(span_equal(buffer_span(&again), text));
	must(object_name_compare(&name, &name) == 0);
	try_directory(name.directory);
	buffer_free(&again);
}

/* Two names, a blank between. */
static void
try_order(struct span text)
{
	const char *blank = memchr(text.start, ' ', text.length);
	struct object_name a, b;
	struct span first, second;

	if (blank == NULL)
		return;
	first = (struct span){text.start, (size_t)(blank - text.start)};
	second = (struct span){blank + 1, text.length - first.length - 1};
	if (!object_name_read(first, &a) || !object_name_read(second, &b))
		return;
	must(sign(object_name_compare(&a, &b)) == -sign(object_name_compare(&b, &a)));
	must((object_name_compare(&a, &b) == 0) == span_equal(first, second));
}

/* A member and a value, the first byte says how long the member is. */
static void
try_partition(struct span text)
{
	size_t length = text.length > 0 ? (unsigned char)text.start[0] % text.length : 0;
	struct span member, value, rest, got[2];
	struct buffer directory, plain;

	if (length == 0)
		return;
	member = (struct span){text.start + 1, length};
	value = (struct span){text.start + 1 + length, text.length - 1 - length};
	buffer_init(&directory, OBJECT_NAME_SIZE);
	if (object_name_add_partition(&directory, member, value)) {
		rest = buffer_span(&directory);
		must(object_name_next_partition(&rest, &got[0], &got[1]) && rest.length == 0);
		buffer_init(&plain, OBJECT_NAME_SIZE);
		must(object_name_decode(&plain, got[0]));
		must(span_equal(buffer_span(&plain), member));
		buffer_clear(&plain);
		must(object_name_decode(&plain, got[1]) == (value.length > 0));
		must(span_equal(buffer_span(&plain), value));
		buffer_free(&plain);
		buffer_add_text(&directory, "0_1_2_0123456789abcdef.ndjson");
		try_name(buffer_span(&directory));
	}
	buffer_free(&directory);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	try_name(text);
	if (size > 0) {
		try_order(text);
		try_partition(text);
	}
	return 0;
}
