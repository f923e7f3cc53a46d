/* Lines of statistics: any bytes. What counts stays within its limits, and is JSON. */
#include <stdint.h>
#include <string.h>

#include "text/json.h"
#include "record/stats_line.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span text = {(const char *)bytes, size};
	struct stats_line line;
	struct json_error error;

	if (!stats_line_read(text, &line))
		return 0;
	must(json_check(text, JSON_DEPTH, &error));
	must(stats_tool_is_valid(span_of(line.tool)));
	must(line.started[0] != '\0' && strpbrk(line.started, " \t\n\"") == NULL);
	must(line.ended >= 0);
	if (!line.counted)
		return 0;
	must(line.end != STATS_END_UNKNOWN && line.lag_ms >= -1);
	must(line.status >= 0 && line.status <= STATS_STATUS);
	for (size_t i = 0; i < STATS_COUNTERS; i++)
		must(line.counters[i] <= STATS_LARGEST);
	return 0;
}
