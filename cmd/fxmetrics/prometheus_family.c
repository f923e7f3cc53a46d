/* prometheus_family: writes the lines that precede the samples of a metric. */
#include "fxmetrics/prometheus.h"

void
prometheus_add_family(struct buffer *text, const char *name, const char *type, const char *help)
{
	buffer_add_format(text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}
