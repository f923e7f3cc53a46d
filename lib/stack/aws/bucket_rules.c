/* bucket_rules: finds our rule in a lifecycle, and replaces it. */
#include <stdlib.h>

#include "stack/aws/bucket_rules.h"
#include "text/xml.h"

#define ID "fxstack-expire"
#define ABORT_DAYS "7" /* as in template/resource.c */

static bool
is_text(struct span rule, const char *name, const char *expected)
{
	char *text = xml_text(rule, name);
	bool same = text != NULL && strcmp(text, expected) == 0;

	free(text);
	return same;
}

char *
bucket_rules_days(struct span lifecycle)
{
	struct span rule, expiration;

	while (xml_next(&lifecycle, "Rule", &rule)) {
		if (is_text(rule, "ID", ID) && is_text(rule, "Status", "Enabled") &&
		    xml_next(&rule, "Expiration", &expiration))
			return xml_text(expiration, "Days");
	}
	return NULL;
}

static bool
add_rule(struct buffer *document, const char *days)
{
	return buffer_add_text(document, "<Rule><ID>" ID "</ID><Filter><Prefix></Prefix></Filter>"
	                                 "<Status>Enabled</Status><Expiration>") &&
	       xml_add(document, "Days", days) &&
	       buffer_add_text(document,
	           "</Expiration><AbortIncompleteMultipartUpload><DaysAfterInitiation>" ABORT_DAYS
	           "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>");
}

bool
bucket_rules_write(struct span lifecycle, const char *days, struct buffer *document, size_t *count)
{
	struct span rule;
	bool fits = buffer_add_text(
	    document, "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");

	*count = days != NULL;
	while (fits && xml_next(&lifecycle, "Rule", &rule)) {
		if (is_text(rule, "ID", ID))
			continue;
		++*count;
		fits = buffer_add_text(document, "<Rule>") &&
		       buffer_add(document, rule.start, rule.length) &&
		       buffer_add_text(document, "</Rule>");
	}
	return fits && (days == NULL || add_rule(document, days)) &&
	       buffer_add_text(document, "</LifecycleConfiguration>");
}
