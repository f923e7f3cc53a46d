/* thin: keeps the least and greatest item of each part. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/thin.h"

struct kept {
	char *text; /* NULL: none */
	size_t length, room;
	uint64_t number; /* its place among all */
	double value;
};

struct part {
	struct kept least, greatest;
};

struct thin {
	int64_t begin, end;
	unsigned parts;
	size_t bytes; /* of what is kept */
	uint64_t added;
	struct kept first, last;
	struct part all[];
};

struct thin *
thin_open(int64_t begin, int64_t end, unsigned parts)
{
	struct thin *thin = memory_new(1, sizeof *thin + parts * sizeof thin->all[0]);

	thin->begin = begin;
	thin->end = end > begin ? end : begin + 1;
	thin->parts = parts;
	return thin;
}

void
thin_close(struct thin *thin)
{
	if (thin == NULL)
		return;
	for (unsigned i = 0; i < thin->parts; i++) {
		free(thin->all[i].least.text);
		free(thin->all[i].greatest.text);
	}
	free(thin->first.text);
	free(thin->last.text);
	free(thin);
}

static void
keep(struct thin *thin, struct kept *kept, uint64_t number, double value, struct span text)
{
	thin->bytes += text.length - kept->length;
	if (kept->text == NULL || kept->room < text.length) {
		free(kept->text);
		kept->room = text.length;
		kept->text = memory_new(1, text.length + 1);
	}
	memcpy(kept->text, text.start, text.length);
	kept->length = text.length;
	kept->number = number;
	kept->value = value;
}

static struct part *
part_of(struct thin *thin, int64_t time)
{
	double begin = (double)thin->begin;
	double share = ((double)time - begin) / ((double)thin->end - begin);
	double place = share * thin->parts;

	if (place < 0)
		place = 0;
	return &thin->all[place < thin->parts ? (unsigned)place : thin->parts - 1];
}

void
thin_add(struct thin *thin, int64_t time, double value, struct span text)
{
	struct part *part = part_of(thin, time);
	uint64_t number = thin->added++;

	if (number == 0)
		keep(thin, &thin->first, number, value, text);
	keep(thin, &thin->last, number, value, text);
	if (part->least.text == NULL || value < part->least.value)
		keep(thin, &part->least, number, value, text);
	if (part->greatest.text == NULL || value > part->greatest.value)
		keep(thin, &part->greatest, number, value, text);
}

size_t
thin_bytes(const struct thin *thin)
{
	return thin->bytes;
}

uint64_t
thin_added(const struct thin *thin)
{
	return thin->added;
}

struct visit {
	bool (*call)(void *context, struct span text);
	void *context;
	uint64_t next; /* items before it were passed already */
};

static bool
pass(struct visit *visit, const struct kept *kept)
{
	if (kept->text == NULL || kept->number < visit->next)
		return true;
	visit->next = kept->number + 1;
	return visit->call(visit->context, (struct span){kept->text, kept->length});
}

bool
thin_visit(const struct thin *thin, bool (*call)(void *context, struct span text), void *context)
{
	struct visit visit = {.call = call, .context = context};
	bool passed = pass(&visit, &thin->first);

	for (unsigned i = 0; i < thin->parts && passed; i++) {
		const struct part *part = &thin->all[i];
		bool least = part->least.number < part->greatest.number;

		passed = pass(&visit, least ? &part->least : &part->greatest) &&
		         pass(&visit, least ? &part->greatest : &part->least);
	}
	return passed && pass(&visit, &thin->last);
}
