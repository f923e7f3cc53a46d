/* sigv4_canonical: paths, queries and headers in canonical form. */
#include <stdlib.h>
#include <strings.h>

#include "base/memory.h"
#include "aws/settings/sigv4_canonical.h"
#include "text/url.h"

/* A header, or a parameter of the query. */
struct named {
	struct span name;
	struct span value;
	size_t order; /* its place in the request */
};

static bool
add_segment(struct buffer *buffer, struct span segment)
{
	return buffer_add(buffer, "/", 1) && url_encode(buffer, segment, "");
}

/* Removes the last segment. The path starts at at. */
static void
drop_segment(struct buffer *buffer, size_t at)
{
	while (buffer->length > at && buffer->data[--buffer->length] != '/')
		;
}

/* Drops empty segments and ".", resolves "..", and encodes the rest again. */
static bool
add_path_normalised(struct buffer *buffer, struct span path)
{
	size_t at = buffer->length;
	const char *end = path.start + path.length;
	bool fits = true;

	for (const char *start = path.start; fits && start < end;) {
		const char *slash = memchr(start, '/', (size_t)(end - start));
		struct span segment = {start, (size_t)((slash != NULL ? slash : end) - start)};

		if (span_is(segment, ".."))
			drop_segment(buffer, at);
		else if (segment.length > 0 && !span_is(segment, "."))
			fits = add_segment(buffer, segment);
		start = slash != NULL ? slash + 1 : end;
	}
	if (buffer->length == at || end[-1] == '/')
		fits = fits && buffer_add(buffer, "/", 1);
	return fits;
}

static bool
add_path(struct buffer *buffer, const struct sigv4_request *request)
{
	if (request->path.length == 0)
		return buffer_add(buffer, "/", 1);
	if (request->path_as_is)
		return buffer_add(buffer, request->path.start, request->path.length);
	return add_path_normalised(buffer, request->path);
}

/* Decodes it and encodes it in the canonical way. Free its start. */
static struct span
encode(struct span text)
{
	struct buffer plain, encoded;

	buffer_init(&plain, text.length + 1);
	buffer_init(&encoded, 3 * text.length + 1);
	url_decode(&plain, text);
	url_encode(&encoded, buffer_span(&plain), "");
	buffer_free(&plain);
	return buffer_span(&encoded);
}

static int
compare_parameters(const void *a, const void *b)
{
	const struct named *first = a, *second = b;
	int order = span_compare(first->name, second->name);

	return order != 0 ? order : span_compare(first->value, second->value);
}

static size_t
count_byte(struct span text, char byte)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.start[i] == byte;
	return count;
}

static bool
add_query(struct buffer *buffer, struct span query)
{
	struct named *parameters = memory_new(count_byte(query, '&') + 1, sizeof *parameters);
	size_t count = 0;
	bool fits = true;

	for (const char *start = query.start, *end = start + query.length; start < end;) {
		const char *stop = memchr(start, '&', (size_t)(end - start));
		stop = stop != NULL ? stop : end;
		const char *equals = memchr(start, '=', (size_t)(stop - start));
		const char *value = equals != NULL ? equals + 1 : stop;
		equals = equals != NULL ? equals : stop;
		if (stop > start)
			parameters[count++] =
			    (struct named){encode((struct span){start, (size_t)(equals - start)}),
			        encode((struct span){value, (size_t)(stop - value)}), 0};
		start = stop < end ? stop + 1 : end;
	}
	qsort(parameters, count, sizeof *parameters, compare_parameters);
	for (size_t i = 0; i < count; i++) {
		struct span name = parameters[i].name, value = parameters[i].value;

		fits = fits && (i == 0 || buffer_add(buffer, "&", 1)) &&
		       buffer_add(buffer, name.start, name.length) && buffer_add(buffer, "=", 1) &&
		       buffer_add(buffer, value.start, value.length);
		free((void *)(uintptr_t)name.start);
		free((void *)(uintptr_t)value.start);
	}
	free(parameters);
	return fits;
}

static bool
is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Trims white space and replaces each run of it by one space. */
static bool
add_folded(struct buffer *buffer, struct span value)
{
	size_t at = buffer->length;

	if (!buffer_reserve(buffer, value.length + 1))
		return false;
	for (size_t i = 0; i < value.length; i++) {
		if (!is_space(value.start[i])) {
			buffer->data[buffer->length++] = value.start[i];
			continue;
		}
		if (buffer->length > at && buffer->data[buffer->length - 1] != ' ')
			buffer->data[buffer->length++] = ' ';
	}
	if (buffer->length > at && buffer->data[buffer->length - 1] == ' ')
		buffer->length--;
	return true;
}

static int
compare_names(struct span a, struct span b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int order = strncasecmp(a.start, b.start, length);

	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* Headers with the same name stay in the order of the request. */
static int
compare_headers(const void *a, const void *b)
{
	const struct named *first = a, *second = b;
	int order = compare_names(first->name, second->name);

	return order != 0 ? order : (first->order > second->order) - (first->order < second->order);
}

static bool
add_lower(struct buffer *buffer, struct span name)
{
	bool fits = buffer_reserve(buffer, name.length);

	for (size_t i = 0; fits && i < name.length; i++) {
		char byte = name.start[i];

		buffer->data[buffer->length++] =
		    byte >= 'A' && byte <= 'Z' ? (char)(byte + 'a' - 'A') : byte;
	}
	return fits;
}

static void
add_if_missing(struct named *headers, size_t *count, const char *name, struct span value)
{
	for (size_t i = 0; i < *count; i++) {
		if (compare_names(headers[i].name, span_of(name)) == 0)
			return;
	}
	headers[*count] = (struct named){span_of(name), value, *count};
	++*count;
}

static bool
add_sorted(
    const struct named *headers, size_t count, struct buffer *canonical, struct buffer *names)
{
	bool fits = true;

	for (size_t i = 0; fits && i < count; i++) {
		bool again = i > 0 && compare_names(headers[i - 1].name, headers[i].name) == 0;

		if (again) {
			fits = buffer_add(canonical, ",", 1);
		} else {
			fits = (i == 0 ||
			           (buffer_add(canonical, "\n", 1) && buffer_add(names, ";", 1))) &&
			       add_lower(canonical, headers[i].name) &&
			       add_lower(names, headers[i].name) && buffer_add(canonical, ":", 1);
		}
		fits = fits && add_folded(canonical, headers[i].value);
	}
	return fits && buffer_add(canonical, "\n", 1);
}

static bool
add_headers(const struct sigv4_request *request, const struct sigv4_keys *keys, const char *date,
    struct buffer *canonical, struct buffer *names)
{
	struct named *headers = memory_new(request->header_count + 2, sizeof *headers);
	size_t count = 0;
	bool fits;

	for (; count < request->header_count; count++)
		headers[count] = (struct named){
		    request->headers[count].name, request->headers[count].value, count};
	add_if_missing(headers, &count, "x-amz-date", span_of(date));
	if (keys->session_token.length > 0)
		add_if_missing(headers, &count, "x-amz-security-token", keys->session_token);
	qsort(headers, count, sizeof *headers, compare_headers);
	fits = add_sorted(headers, count, canonical, names);
	free(headers);
	return fits;
}

bool
sigv4_canonical(const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *date, struct buffer *canonical, struct buffer *names)
{
	return buffer_add(canonical, request->method.start, request->method.length) &&
	       buffer_add(canonical, "\n", 1) && add_path(canonical, request) &&
	       buffer_add(canonical, "\n", 1) && add_query(canonical, request->query) &&
	       buffer_add(canonical, "\n", 1) &&
	       add_headers(request, keys, date, canonical, names) &&
	       buffer_add(canonical, "\n", 1) &&
	       buffer_add(canonical, names->data, names->length) && buffer_add(canonical, "\n", 1);
}
