/* xml_json: what is made of any document is JSON, an object that is not too deep. */
#include <stdint.h>
#include "must.h"
#include "text/json.h"
#include "text/xml_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span document = {(const char *)data, size};
	struct json_error error;
	struct buffer json;

	buffer_init(&json, 16 * size + 64);
	if (xml_json(document, &json) == NULL) {
		must(json_check(buffer_span(&json), JSON_DEPTH - 1, &error));
		must(json_kind(buffer_span(&json)) == JSON_OBJECT);
	}
	buffer_free(&json);
	return 0;
}
