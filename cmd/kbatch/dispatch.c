/* dispatch: decides when lines that wait are sent as a batch. */
#include "kbatch/dispatch.h"

int64_t
dispatch_window(const struct dispatch_rules *rules, int64_t newest, int64_t wall)
{
	int64_t length = rules->window;
	int64_t start = length > 0 ? wall - wall % length : 0;

	return start > newest || start < newest - length ? start : newest;
}

/* May the found lines go now? If they have to wait for a time, *due is lowered to it. */
static bool
is_due(const struct dispatch_rules *rules, const struct backlog_found *found,
    const struct dispatch_moment *moment, int64_t *due)
{
	int64_t time = found->arrived + rules->wait;

	if (found->full)
		return true;
	if (moment->more)
		return false;
	if (moment->ended || (rules->wait == 0 && rules->window == 0))
		return true;
	if (rules->window > 0)
		time = moment->steady + (found->window + rules->window - moment->wall) * 1000;
	if (rules->window > 0 ? moment->window != found->window : time <= moment->steady)
		return true;
	if (*due == 0 || time < *due)
		*due = time;
	return false;
}

struct backlog_found
dispatch_next(const struct dispatch_rules *rules, struct backlog *backlog,
    const struct dispatch_moment *moment, backlog_number *numbers, int64_t *due)
{
	const struct backlog_limits limits = {rules->lines, rules->bytes, moment->before};
	struct backlog_found found = backlog_find(backlog, &limits, numbers);

	while (found.count > 0 && !is_due(rules, &found, moment, due)) {
		if (!backlog_skip_lane(backlog, &found))
			return (struct backlog_found){.count = 0};
		found = backlog_find(backlog, &limits, numbers);
	}
	return found;
}

bool
dispatch_is_final(const struct dispatch_rules *rules, const struct backlog_found *found,
    const struct dispatch_moment *moment)
{
	return rules->window > 0 && !found->more &&
	       (moment->ended || moment->window != found->window);
}
