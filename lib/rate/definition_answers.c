/* definition_answers: the members of a definition that recognise failures of the provider. */
#include <string.h>
#include "base/memory.h"
#include "rate/definition_value.h"

static bool
read_means(struct definition_reader *reader, const cJSON *item, enum means *means)
{
	static const struct {
		const char *word;
		enum means means;
	} words[] = {{"pair", MEANS_SUBJECT}, {"key", MEANS_KEY}, {"barred", MEANS_BARRED},
	    {"burst", MEANS_BURST}, {"quota", MEANS_QUOTA}, {"trouble", MEANS_TROUBLE}};
	for (size_t i = 0; cJSON_IsString(item) && i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i].word, item->valuestring) == 0) {
			*means = words[i].means;
			return true;
		}
	}
	return definition_wrong(reader, item, "must be pair, key, barred, burst, quota or trouble");
}

static bool
read_answer_member(struct definition_reader *reader, const cJSON *item, struct answer *answer)
{
	const char *name = item->string;
	if (strcmp(name, "status") == 0)
		return definition_read_whole(reader, item, 100, 599, &answer->status);
	if (strcmp(name, "at") == 0)
		return definition_read_fixed_pointer(reader, item, &answer->at);
	if (strcmp(name, "contains") == 0)
		return definition_read_text(reader, item, &answer->contains);
	if (strcmp(name, "means") == 0)
		return read_means(reader, item, &answer->means);
	if (strcmp(name, "wait") == 0)
		return definition_read_seconds(reader, item, &answer->wait);
	if (strcmp(name, "say") == 0)
		return definition_read_text(reader, item, &answer->say);
	return definition_wrong(reader, item, "is not a member of an answer");
}

bool
definition_read_answers(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *element, *member;
	if (!definition_is_list(reader, item, false, DEFINITION_MANY))
		return false;
	provider->answers = memory_resize(provider->answers,
	    provider->answer_count + (size_t)cJSON_GetArraySize(item) + 1,
	    sizeof(*provider->answers));
	cJSON_ArrayForEach(element, item)
	{
		struct answer *answer = &provider->answers[provider->answer_count++];
		*answer = (struct answer){.wait = -1};
		if (!cJSON_IsObject(element))
			return definition_wrong(reader, element, "must be a list of objects");
		cJSON_ArrayForEach(member, element)
		{
			if (!read_answer_member(reader, member, answer))
				return false;
		}
		if (answer->means == MEANS_RECORD ||
		    (answer->status == 0 && answer->at == NULL && answer->contains == NULL))
			return definition_wrong(reader, element,
			    "must each have \"means\", and \"status\", \"at\" or \"contains\"");
	}
	return true;
}
