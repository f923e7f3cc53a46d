/* publish_reply: reads which entries of a PublishBatch were accepted, and why others were not. */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/failure.h"
#include "text/xml.h"
#include "topic/sns/publish_reply.h"

/* The result of the entry with this id; NULL: there is none. */
static struct publish_result *
result_of(struct span member, size_t count, struct publish_result *results)
{
	char *id = xml_text(member, "Id");
	struct publish_result *result = NULL;

	/* One digit: there are ten at most. */
	if (id != NULL && id[0] >= '0' && id[0] <= '9' && id[1] == '\0' &&
	    (size_t)(id[0] - '0') < count)
		result = &results[id[0] - '0'];
	free(id);
	return result;
}

static bool
is_throttling(const char *code)
{
	return strcmp(code, "Throttled") == 0 || strcmp(code, "ThrottledException") == 0 ||
	       strcmp(code, "ThrottlingException") == 0 || strcmp(code, "KMSThrottling") == 0 ||
	       strcmp(code, "KMSThrottlingException") == 0;
}

static bool
is_barred(const char *code)
{
	return strcmp(code, "AuthorizationError") == 0 || strcmp(code, "NotFound") == 0 ||
	       strcmp(code, "InvalidSecurity") == 0 || strncmp(code, "KMS", 3) == 0;
}

static void
read_failed(struct span member, struct publish_result *result)
{
	char *code = xml_text(member, "Code"), *message = xml_text(member, "Message");
	char *fault = xml_text(member, "SenderFault");
	struct shown shown, shown_message;

	result->throttled = code != NULL && is_throttling(code);
	if (result->throttled || fault == NULL || strcasecmp(fault, "true") != 0)
		result->outcome = PUBLISH_AGAIN;
	else
		result->outcome =
		    code != NULL && is_barred(code) ? PUBLISH_BARRED : PUBLISH_REFUSED;
	if (code != NULL)
		show(&shown, code, strlen(code));
	if (message != NULL)
		show(&shown_message, message, strlen(message));
	snprintf(result->text, sizeof result->text, "%.100s%s%.450s",
	    code != NULL ? shown.text : "an error without a code", message != NULL ? ": " : "",
	    message != NULL ? shown_message.text : "");
	free(code);
	free(message);
	free(fault);
}

void
publish_reply_read(struct span reply, size_t count, struct publish_result results[PUBLISH_ENTRIES])
{
	struct span document = reply, list, member;
	struct publish_result *result;

	for (size_t i = 0; i < count; i++)
		results[i] = (struct publish_result){.outcome = PUBLISH_UNKNOWN};
	if (xml_next(&document, "Successful", &list)) {
		while (xml_next(&list, "member", &member)) {
			result = result_of(member, count, results);
			if (result != NULL)
				result->outcome = PUBLISH_DONE;
		}
	}
	document = reply;
	if (xml_next(&document, "Failed", &list)) {
		while (xml_next(&list, "member", &member)) {
			result = result_of(member, count, results);
			if (result != NULL)
				read_failed(member, result);
		}
	}
}
