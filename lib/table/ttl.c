/* ttl: checks the attribute with the time at which an item ends. */
#include "table/item_value.h"
#include "text/json.h"
#include "text/number.h"
#include "table/ttl.h"

enum { DIGITS_LEAST = 10, DIGITS_MOST = 11, TEXT_MAX = 512 };

/* Why the value is not a valid time; NULL: it is. */
static const char *
misfit(struct item_value value, bool typed)
{
	struct number number;
	struct span text = value.inner;
	char plain[TEXT_MAX];

	if (value.tag != ITEM_N)
		return "not a number";
	if (typed) {
		if (json_kind(text) != JSON_STRING || json_inside(text).length > sizeof plain)
			return "not a number";
		text = (struct span){plain, json_unescape(json_inside(text), plain)};
	}
	if (number_read(text, &number) != NULL)
		return "not a number";
	if (number.exponent < (int)number.count)
		return "not whole seconds";
	if (number.negative || number.exponent < DIGITS_LEAST)
		return "too few seconds for a time since 2001";
	if (number.exponent > DIGITS_MOST)
		return "too many seconds; milliseconds?";
	return NULL;
}

bool
ttl_check(const char *attribute, struct span item, bool typed, struct failure *failure)
{
	struct json_wanted wanted = {.name = span_of(attribute)};
	struct json_error error;
	struct shown shown;
	const char *wrong;

	if (!json_find(item, JSON_DEPTH, &wanted, 1, NULL, &error) || wanted.times == 0)
		return true;
	wrong = misfit(item_untag(wanted.value, typed), typed);
	return wrong == NULL ||
	       fail(failure, FAILURE_REFUSED,
	           "attribute \"%s\": %s: not a valid TTL: an integer in epoch seconds is required",
	           show(&shown, attribute, strlen(attribute)), wrong);
}
