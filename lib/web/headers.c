/* headers: those of a request, more strictly than libmicrohttpd reads them. */
#include <string.h>
#include <strings.h>

#include "web/internal.h"

struct header {
	const char *name, *value;
	size_t count;
};

static enum MHD_Result
count_header(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
    const char *value, size_t length)
{
	struct header *header = context;

	(void)kind;
	if (strlen(header->name) != name_length ||
	    strncasecmp(name, header->name, name_length) != 0)
		return MHD_YES;
	header->count++;
	/* One with a NUL does not count. */
	header->value = value != NULL && strlen(value) == length ? value : NULL;
	return MHD_YES;
}

const char *
headers_only(struct request *request, const char *name)
{
	struct header header = {.name = name};

	MHD_get_connection_values_n(request->mhd, MHD_HEADER_KIND, count_header, &header);
	return header.count == 1 ? header.value : NULL;
}

bool
headers_announce_body(struct request *request)
{
	const char *length = request_header(request, "Content-Length");

	return request_header(request, "Transfer-Encoding") != NULL ||
	       (length != NULL && strcmp(length, "0") != 0);
}
