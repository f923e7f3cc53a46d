/* table_changes: the stream of a table's changes, as a setting. */
#include <stdio.h>
#include <string.h>

#include "stack/aws/table_changes.h"

static const struct {
	const char *setting, *view;
} forms[] = {{"keys", "KEYS_ONLY"}, {"new", "NEW_IMAGE"}, {"old", "OLD_IMAGE"},
    {"both", "NEW_AND_OLD_IMAGES"}};

const char *
table_changes_found(const cJSON *table)
{
	const cJSON *specification = request_member(table, "StreamSpecification");
	const char *view = request_text(specification, "StreamViewType");

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (cJSON_IsTrue(request_member(specification, "StreamEnabled")) &&
		    strcmp(view, forms[i].view) == 0)
			return forms[i].setting;
	}
	return "none";
}

bool
table_changes_are_on(const char *setting)
{
	return setting != NULL && strcmp(setting, "none") != 0;
}

void
table_changes_add(struct request *request, const char *setting)
{
	char text[80] = "{\"StreamEnabled\":false}";

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (strcmp(setting, forms[i].setting) == 0)
			snprintf(text, sizeof text,
			    "{\"StreamEnabled\":true,\"StreamViewType\":\"%s\"}", forms[i].view);
	}
	request_json(request, "StreamSpecification", text);
}
