/* rate_fields: checks numbers without converting them, and turns times into UTC. */
#include <string.h>

#include "rate/rate_fields.h"
#include "text/json.h"

void
rate_fields_time(struct span text, bool utc, int64_t milliseconds, char to[TIMESTAMP_SIZE])
{
	enum { SECONDS = 19 }; /* 2025-10-21T14:30:00 */
	/* Not a number, such as 170E-00000000000001. */
	bool date = text.length >= SECONDS && text.start[4] == '-' && text.start[7] == '-';
	if (!utc || !date || text.start[17] == '6') {
		timestamp_format(milliseconds, false, to);
		return;
	}
	memcpy(to, text.start, SECONDS);
	to[10] = 'T';
	memcpy(to + SECONDS, "Z", 2);
}

/* RFC 8259's number, with nothing around it. */
static bool
is_number(struct span text)
{
	const char *at = text.start, *end = at + text.length;
	const char *digits;
	if (at < end && *at == '-')
		at++;
	digits = at;
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	if (at == digits || (*digits == '0' && at - digits > 1))
		return false;
	if (at < end && *at == '.') {
		for (digits = ++at; at < end && *at >= '0' && *at <= '9'; at++)
			;
		if (at == digits)
			return false;
	}
	if (at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		for (digits = at; at < end && *at >= '0' && *at <= '9'; at++)
			;
		if (at == digits)
			return false;
	}
	return at == end;
}

/* Shows the value of a field, in quotes. */
static bool
refuse(struct failure *failure, const char *what, struct span value, const char *why)
{
	struct shown shown;
	size_t length = value.length < MOMENT_SHOWN ? value.length : MOMENT_SHOWN;

	return fail(failure, FAILURE_REFUSED, "the %s \"%s%s\" %s", what,
	    show(&shown, value.start, length), length < value.length ? "…" : "", why);
}

bool
rate_fields_number(const char *what, struct span text, struct failure *failure)
{
	return is_number(text) || refuse(failure, what, text, "is not a JSON number");
}

/* Of a valid number. */
static bool
is_zero(struct span number)
{
	for (size_t i = 0; i < number.length; i++) {
		char c = number.start[i];

		if (c >= '1' && c <= '9')
			return false;
		if (c == 'e' || c == 'E')
			break;
	}
	return true;
}

static bool
check_number(const struct provider *provider, const struct form_field *field, struct span *number,
    struct failure *failure)
{
	if (!rate_fields_number(field->shown, *number, failure))
		return false;
	/* Most begin with another digit. */
	if ((number->start[0] >= '1' && number->start[0] <= '9') || provider->negative_rates)
		return true;
	bool zero = is_zero(*number);
	if (zero && field->type == FIELD_OFFER)
		*number = (struct span){NULL, 0};
	else if (field->type == FIELD_AMOUNT)
		return zero || number->start[0] != '-' ||
		       refuse(failure, field->shown, *number, "is below 0");
	else if (zero || number->start[0] == '-')
		return refuse(failure, field->shown, *number,
		    "is not above 0: if the provider has such rates, add \"negative_rates\": true "
		    "to "
		    "its definition");
	return true;
}

/* The text of a field, its escapes undone; one longer than plain is left as it is. */
static struct span
plain_text(struct span field, char *plain, size_t size)
{
	if (field.length > size || memchr(field.start, '\\', field.length) == NULL)
		return field;
	return (struct span){plain, json_unescape(field, plain)};
}

/* The zone of the response, else of the definition, else UTC. */
static struct span
zone_of(const struct provider *provider, struct span field)
{
	if (field.start != NULL)
		return field;
	return span_of(provider->time_zone != NULL ? provider->time_zone : "");
}

/* A time as most providers write it: complete, and in UTC. */
static bool
is_utc(struct span text, struct span zone)
{
	/* "NZ" is the name of a zone. */
	if (text.length > 1 && text.start[text.length - 1] == 'Z')
		return text.start[text.length - 2] >= '0' && text.start[text.length - 2] <= '9';
	return text.length == sizeof("2025-10-21 14:30:00") - 1 && text.start[4] == '-' &&
	       (zone.length == 0 || span_is(zone, "UTC"));
}

static bool
check_time(struct moments *moments, const struct provider *provider,
    const struct span fields[FORM_FIELDS], char time[TIMESTAMP_SIZE], struct failure *failure)
{
	char plain[128], plain_zone[128];
	int64_t milliseconds;
	struct span text = plain_text(fields[FORM_TIME], plain, sizeof plain);
	struct moment_rules rules = {
	    .zone = zone_of(provider, fields[FORM_ZONE]), .twice = provider->repeated_time};

	rules.zone = plain_text(rules.zone, plain_zone, sizeof plain_zone);
	if (!moment_read(moments, text, &rules, &milliseconds, failure))
		return false;
	if (provider->form->fine && milliseconds % 1000 != 0)
		timestamp_format(milliseconds, true, time);
	else
		rate_fields_time(text, is_utc(text, rules.zone), milliseconds, time);
	return true;
}

bool
rate_fields_check(struct moments *moments, const struct provider *provider,
    struct span fields[FORM_FIELDS], char time[TIMESTAMP_SIZE], struct failure *failure)
{
	const struct form_field *field = provider->form->fields;

	for (size_t i = 0; i < provider->field_count; i++) {
		if (fields[i].start == NULL)
			continue;
		if (field[i].type <= FIELD_AMOUNT &&
		    !check_number(provider, &field[i], &fields[i], failure))
			return false;
		if (field[i].type >= FIELD_TEXT && fields[i].length > RATE_TEXT_MAX)
			return refuse(failure, field[i].shown, fields[i], "is too long");
	}
	if (fields[FORM_TIME].start == NULL && provider->form->timed)
		return fail(failure, FAILURE_REFUSED, "the %s is missing", field[FORM_TIME].shown);
	return fields[FORM_TIME].start == NULL ||
	       check_time(moments, provider, fields, time, failure);
}
