/*
 * A state that fxroll kept: any bytes after its first line, then one input; by the last byte with a
 * forecast and volumes, or without. What can be loaded is saved as it was, and gives members that
 * are valid JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include "roll/roll.h"
#include "text/json.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
read_all(struct statistics *statistics)
{
	static const char *const arguments[] = {"sma=2,5m", "ema=2,5m", "min=3", "max=1m", "sum=2",
	    "count=1h", "stddev=3", "return=1,1m", "zscore=3"};
	struct failure failure;

	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
		must(statistics_add(statistics, arguments[i], &failure));
}

static void
set_version(struct statistics *statistics, bool second)
{
	statistics->volume = second;
	if (second)
		forecast_set(&statistics->forecast, "5m", 300000, 0, 0);
	else
		statistics->forecast.horizon = 0;
}

static void
check_members(struct roll *roll, const struct roll_input *input)
{
	struct buffer members;
	enum series_added added;
	struct series *series;
	struct failure failure;
	struct json_error error;

	if (!roll_add(roll, input, &added, &series, &failure) || added == SERIES_LATE ||
	    added == SERIES_LARGE)
		return;
	buffer_init(&members, 64 * 1024);
	must(buffer_add_text(&members, "{\"a\":1"));
	series_members(series, roll->statistics, true, &members);
	must(buffer_add_text(&members, "}"));
	must(json_check(buffer_span(&members), JSON_DEPTH, &error));
	buffer_free(&members);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct statistics statistics = {.interval = 60000};
	struct buffer text, saved;
	struct roll roll;
	struct roll_input input;
	struct failure failure;
	size_t rest = size > 60 ? 60 : size;
	bool second = size > 0 && bytes[size - 1] % 2 == 1;

	if (statistics.count == 0)
		read_all(&statistics);
	set_version(&statistics, second);
	buffer_init(&text, 1024 * 1024);
	buffer_init(&saved, 1024 * 1024);
	must(buffer_add_text(&text, second ? "fxroll 2\n" : "fxroll 1\n"));
	must(buffer_add(&text, bytes, size - rest));
	roll_init(&roll, &statistics, 16 * 1024 * 1024);
	if (roll_load(&roll, buffer_span(&text), &failure)) {
		must(roll_save(&roll, &saved));
		must(span_equal(buffer_span(&saved), buffer_span(&text)));
	}
	if (roll_read_input(&roll, (struct span){(const char *)bytes + size - rest, rest}, &input))
		check_members(&roll, &input);
	roll_free(&roll);
	buffer_free(&text);
	buffer_free(&saved);
	return 0;
}
