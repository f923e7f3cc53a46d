/* Lines of metrics: any bytes at all. What is taken becomes JSON that is not the line's double. */
#include <stdint.h>

#include "text/json.h"
#include "cloudwatch/metric.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span line = {(const char *)bytes, size};
	char name[METRIC_NAME + 1] = "given";
	struct json_wanted was = {.name = {"value", 5}}, is = {.name = {"Value", 5}};
	struct json_error error;
	struct failure failure;
	struct buffer datum;

	buffer_init(&datum, 4096);
	if (metric_read(line, 1769860800000, name, &datum, &failure)) {
		must(metric_namespace_fault(span_of(name)) == NULL);
		must(json_find(line, JSON_DEPTH, &was, 1, NULL, &error));
		must(json_find(buffer_span(&datum), JSON_DEPTH, &is, 1, NULL, &error));
		must(span_equal(was.value, is.value));
	} else {
		must(failure.kind == FAILURE_REFUSED && failure.text[0] != '\0');
	}
	buffer_free(&datum);
	return 0;
}
