/* definition_limits: the members of a definition that limit requests. */
#include <string.h>
#include "rate/definition_value.h"

enum { REQUESTS_PER_DAY = 1000000000 };

static bool
read_limit(struct definition_reader *reader, const cJSON *item, struct rate_limit *limit)
{
	const cJSON *member;
	int requests = 0;
	if (!cJSON_IsObject(item))
		return definition_wrong(reader, item, "must be a list of objects");
	cJSON_ArrayForEach(member, item)
	{
		bool good;
		if (strcmp(member->string, "requests") == 0)
			good = definition_read_whole(
			    reader, member, 1, RATE_LIMIT_REQUESTS, &requests);
		else if (strcmp(member->string, "seconds") == 0)
			good = definition_read_seconds(reader, member, &limit->milliseconds);
		else
			good = definition_wrong(reader, member, "is not a member of a limit");
		if (!good)
			return false;
	}
	limit->requests = (unsigned)requests;
	if (requests == 0 || limit->milliseconds == 0)
		return definition_wrong(
		    reader, item, "must each have \"requests\" and \"seconds\"");
	return true;
}

bool
definition_read_requests_per_day(struct definition_reader *reader, const cJSON *item)
{
	int requests = 0;
	if (!definition_read_whole(reader, item, 1, REQUESTS_PER_DAY, &requests))
		return false;
	reader->provider->requests_per_day = (unsigned)requests;
	return true;
}

bool
definition_read_limits(struct definition_reader *reader, const cJSON *item)
{
	struct provider *provider = reader->provider;
	const cJSON *limit;
	if (!definition_is_list(reader, item, false, PROVIDER_LIMITS))
		return false;
	cJSON_ArrayForEach(limit, item)
	{
		if (!read_limit(reader, limit, &provider->limits[provider->limit_count]))
			return false;
		provider->limit_count++;
	}
	return true;
}

bool
definition_read_pairs_per_request(struct definition_reader *reader, const cJSON *item)
{
	int pairs = 0;
	if (!definition_read_whole(reader, item, 1, PROVIDER_SUBJECTS, &pairs))
		return false;
	reader->provider->subjects_per_request = (unsigned)pairs;
	return true;
}
