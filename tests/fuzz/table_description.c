/* table_description: the input as a reply to DescribeTable; the key that is read has valid parts. */
#include <stdint.h>
#include <string.h>

#include "must.h"
#include "table/dynamodb/description.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_type(char type)
{
	return type == 'S' || type == 'N' || type == 'B';
}

/* The key of an index has names and types. */
static void
must_be_index(struct span reply)
{
	struct table_key key;
	bool global;

	if (dynamodb_description_index(reply, "i", &key, &global))
		must(strchr("SNB", key.partition.type) != NULL &&
		     (key.sort.name[0] == '\0') == (key.sort.type == '\0'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dynamodb_description description;
	const struct table_key *key = &description.key;

	must_be_index((struct span){(const char *)data, size});
	if (!dynamodb_description_read(&description, (struct span){(const char *)data, size}))
		return 0;
	must(is_type(key->partition.type));
	must(key->sort.type == '\0' ? key->sort.name[0] == '\0' : is_type(key->sort.type));
	must(memchr(key->partition.name, '\0', sizeof key->partition.name) != NULL);
	must(memchr(key->sort.name, '\0', sizeof key->sort.name) != NULL);
	must(memchr(description.status, '\0', sizeof description.status) != NULL);
	return 0;
}
