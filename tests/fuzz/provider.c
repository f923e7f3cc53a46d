/*
 * provider: any bytes as a reply, and as a line, of each provider. A reply that
 * is said to hold a record makes records that are JSON; anything else makes none.
 */
#include <stdint.h>
#include <stdlib.h>
#include "base/buffer.h"
#include "must.h"
#include "rate/provider.h"
#include "rate/rate.h"
#include "rate/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PROVIDERS = 16 };

static const char nowhere[] = "/nonexistent";
static const struct subject subjects[] = {
    {SUBJECT_PAIR, "A", "B", ""}, {SUBJECT_TICKER, "A", "", ""}, {SUBJECT_PLACE, "1", "2", "A"}};

static void
check_records(struct span records, size_t count)
{
	struct json_error error;
	size_t lines = 0;
	while (records.length > 0) {
		const char *end = memchr(records.start, '\n', records.length);
		must(end != NULL);
		size_t length = (size_t)(end - records.start);
		must(json_check((struct span){records.start, length}, 2, &error));
		records.start += length + 1;
		records.length -= length + 1;
		lines++;
	}
	must(lines == count && count > 0);
}

static void
read_line(struct rates *rates, struct span line)
{
	struct failure failure;
	struct span records;
	size_t count;
	if (rates_read(rates, line, &records, &count, &failure))
		check_records(records, count);
	else
		must(failure.kind == FAILURE_REFUSED);
}

/* A line that is a response itself. */
static void
read_alone(struct rates *rates, const struct provider *provider, struct span line)
{
	struct failure failure;
	struct span records;
	size_t count;
	if (!provider_names_subject(provider))
		return;
	if (rates_read_alone(rates, provider, line, 1736211600000, &records, &count, &failure))
		check_records(records, count);
	else
		must(failure.kind == FAILURE_REFUSED);
}

static void
read_reply(struct rates *rates, const struct provider *provider, struct span body)
{
	const struct subject *subject = &subjects[provider->asks];
	char name[SUBJECT_SIZE];
	struct buffer line;
	struct said said;
	reply_read(provider, subject, 200, false, body, NULL, &said);
	must(said.sentence != NULL);
	reply_read(provider, subject, 404, body.length % 2 == 1, body, NULL, &said);
	must(said.means != MEANS_RECORD);
	buffer_init(&line, 1 << 20);
	must(buffer_add_format(&line,
	    "{\"provider\":\"%s\",\"ticker\":\"%s\",\"fetched\":\"2025-01-07T01:00:05Z\","
	    "\"response\":",
	    provider->name, subject_text(subject, name)));
	if (buffer_add(&line, body.start, body.length) && buffer_add_text(&line, "}"))
		read_line(rates, buffer_span(&line));
	buffer_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rates *rates;
	static struct provider *providers[PROVIDERS];
	struct failure failure;
	struct span text = {(const char *)data, size};

	if (rates == NULL) {
		rates = rates_open(nowhere);
		for (size_t i = 0; i < PROVIDERS && provider_sources[i].name != NULL; i++)
			providers[i] = provider_load(provider_sources[i].name, nowhere, &failure);
	}
	read_line(rates, text);
	for (size_t i = 0; i < PROVIDERS && providers[i] != NULL; i++) {
		read_reply(rates, providers[i], text);
		read_alone(rates, providers[i], text);
	}
	return 0;
}
