/* arn: reads the ARN of a topic. */
#include <string.h>

#include "topic/sns/arn.h"

enum { NAME = 256 };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

/* The length of the part at *at, up to the next colon, which is passed. */
static size_t
pass(const char **at)
{
	size_t length = strcspn(*at, ":");

	*at += length + ((*at)[length] == ':');
	return length;
}

bool
sns_arn_read(const char *text, struct sns_arn *arn, struct failure *failure)
{
	const char *at = text, *region, *account, *name;
	struct shown shown;
	size_t region_length, account_length, length;
	bool good = strncmp(text, "arn:aws", 7) == 0;

	pass(&at);
	pass(&at);
	good = good && strncmp(at, "sns:", 4) == 0;
	pass(&at);
	region = at;
	region_length = pass(&at);
	account = at;
	account_length = pass(&at);
	name = at;
	length = strlen(name);
	arn->fifo = length > 5 && strcmp(name + length - 5, ".fifo") == 0;
	length -= arn->fifo ? 5 : 0;
	if (!good || region_length == 0 || region_length >= SNS_REGION ||
	    strspn(account, "0123456789") != account_length || account_length == 0 || length == 0 ||
	    length > NAME || strspn(name, letters) != length)
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not the ARN of a topic: arn:aws:sns:REGION:ACCOUNT:NAME",
		    show(&shown, text, strlen(text)));
	memcpy(arn->region, region, region_length);
	arn->region[region_length] = '\0';
	return true;
}
