/* stats_line: what is read from a line of statistics is within its limits. */
#include <stdint.h>
#include <string.h>
#include "must.h"
#include "record/stats_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stats_line line;

	if (!stats_line_read((struct span){(const char *)data, size}, &line))
		return 0;
	must(strlen(line.tool) > 0 && strlen(line.tool) <= STATS_LINE_TOOL);
	must(line.started >= 0 && line.ended >= line.started);
	must(line.exit >= STATS_LINE_INVALID && line.exit <= 999);
	must(line.signal >= STATS_LINE_INVALID && line.signal <= 999);
	return 0;
}
