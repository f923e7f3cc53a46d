/* bucket_rules: finds one of our rules in a lifecycle, and replaces it. */
#include <stdlib.h>

#include "stack/aws/bucket_rules.h"
#include "text/xml.h"

static const struct {
	const char *id, *action, *days; /* elements of the rule */
} ours[] = {[BUCKET_EXPIRES] = {"fxstack-expire", "Expiration", "Days"},
    [BUCKET_ABORTS] = {
        "fxstack-abort-uploads", "AbortIncompleteMultipartUpload", "DaysAfterInitiation"}};

static bool
is_text(struct span rule, const char *name, const char *expected)
{
	char *text = xml_text(rule, name);
	bool same = text != NULL && strcmp(text, expected) == 0;

	free(text);
	return same;
}

char *
bucket_rules_days(struct span lifecycle, enum bucket_rule which)
{
	struct span rule, action;

	while (xml_next(&lifecycle, "Rule", &rule)) {
		if (is_text(rule, "ID", ours[which].id) && is_text(rule, "Status", "Enabled") &&
		    xml_next(&rule, ours[which].action, &action))
			return xml_text(action, ours[which].days);
	}
	return NULL;
}

static bool
add_rule(struct buffer *document, enum bucket_rule which, const char *days)
{
	return buffer_add_format(document,
	           "<Rule><ID>%s</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</"
	           "Status><%s>",
	           ours[which].id, ours[which].action) &&
	       xml_add(document, ours[which].days, days) &&
	       buffer_add_format(document, "</%s></Rule>", ours[which].action);
}

bool
bucket_rules_write(struct span lifecycle, enum bucket_rule which, const char *days,
    struct buffer *document, size_t *count)
{
	struct span rule;
	bool fits = buffer_add_text(
	    document, "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

	*count = days != NULL;
	while (fits && xml_next(&lifecycle, "Rule", &rule)) {
		if (is_text(rule, "ID", ours[which].id))
			continue;
		++*count;
		fits = buffer_add_text(document, "<Rule>") &&
		       buffer_add(document, rule.start, rule.length) &&
		       buffer_add_text(document, "</Rule>");
	}
	return fits && (days == NULL || add_rule(document, which, days)) &&
	       buffer_add_text(document, "</LifecycleConfiguration>");
}
