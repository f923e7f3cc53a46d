/* name: the stream's name in a request. */
#include "stream/kinesis/kinesis.h"
#include "text/json.h"

void
kinesis_add_name(const struct kinesis *kinesis, struct buffer *body)
{
	const char *value = kinesis->arn != NULL ? kinesis->arn : kinesis->name;

	buffer_add_text(body, kinesis->arn != NULL ? "\"StreamARN\":" : "\"StreamName\":");
	json_add_string(body, value, strlen(value));
}
