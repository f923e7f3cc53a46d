/* sso_cache: reads and renews the text of a cached token. */
#include <stdio.h>
#include <stdlib.h>
#include "aws/credentials/source.h"
#include "aws/credentials/sso_cache.h"
#include "base/memory.h"
#include "text/json.h"
#include "text/timestamp.h"

bool
sso_cache_good_until(struct span cache, const char *member, int64_t time)
{
	char *text = source_text(cache, member);
	int64_t until = 0;
	bool good = text != NULL && source_time(text, &until) && until > time;
	free(text);
	return good;
}

/* Writes the cache with the new values; members that we do not know stay unchanged. */
static bool
write_cache(struct buffer *text, struct span cache, struct span reply, const char *until)
{
	struct json_cursor cursor = json_enter(cache);
	struct span name, value, token = source_member(reply, "accessToken");
	struct span refresh = source_member(reply, "refreshToken");
	bool good = true;
	while (good && json_next_member(&cursor, &name, &value)) {
		if (json_text_is(name, span_of("accessToken")))
			value = token;
		else if (json_text_is(name, span_of("expiresAt")))
			value = span_of(until);
		else if (json_text_is(name, span_of("refreshToken")) && refresh.start != NULL)
			value = refresh;
		good = buffer_add_text(text, text->length > 0 ? ", \"" : "{\"") &&
		       buffer_add(text, name.start, name.length) && buffer_add_text(text, "\": ") &&
		       buffer_add(text, value.start, value.length);
	}
	return good && buffer_add_text(text, "}");
}

bool
sso_cache_renew(struct buffer *text, struct span cache, struct span reply, int64_t now)
{
	char *seconds = source_text(reply, "expiresIn");
	char *token = source_text(reply, "accessToken");
	char date[TIMESTAMP_SIZE], until[TIMESTAMP_SIZE + 2];
	int64_t life = 0;
	bool good =
	    token != NULL && source_number(seconds, &life) && life > 0 && life < 366 * 86400;
	if (good) {
		timestamp_format(now + life * 1000, false, date);
		snprintf(until, sizeof(until), "\"%s\"", date);
		good = write_cache(text, cache, reply, until);
	}
	free(seconds);
	memory_wipe_text(token);
	return good;
}
