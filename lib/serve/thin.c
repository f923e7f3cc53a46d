/* thin: keeps the least and greatest item of each part. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "serve/thin.h"
#include "text/number.h"
#include "text/real.h"

struct kept {
	char *text; /* NULL: none */
	size_t length, room;
	uint64_t place; /* among all */
	size_t at, digits; /* where its number is in text, and its length */
	double value; /* the nearest to its number */
};

/* The next item. */
struct next {
	uint64_t place;
	struct span number, text;
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
keep(struct thin *thin, struct kept *kept, const struct next *next)
{
	struct span text = next->text;

	thin->bytes += text.length - kept->length;
	if (kept->text == NULL || kept->room < text.length) {
		free(kept->text);
		kept->room = text.length;
		kept->text = memory_new(1, text.length + 1);
	}
	memcpy(kept->text, text.start, text.length);
	kept->length = text.length;
	kept->place = next->place;
	kept->at = (size_t)(next->number.start - text.start);
	kept->digits = next->number.length;
	kept->value = next->value;
}

/* Below 0, 0 or above 0. Only numbers that have the same double are compared by their digits. */
static int
compare(const struct next *next, const struct kept *kept)
{
	struct span its = {kept->text + kept->at, kept->digits};
	unsigned char keys[2][NUMBER_KEY_BYTES] = {{0}};
	struct number numbers[2];

	if (next->value != kept->value)
		return next->value < kept->value ? -1 : 1;
	if (span_equal(next->number, its) || number_read(next->number, &numbers[0]) != NULL ||
	    number_read(its, &numbers[1]) != NULL)
		return 0;
	number_key(&numbers[0], keys[0]);
	number_key(&numbers[1], keys[1]);
	/* No key begins another one. */
	return memcmp(keys[0], keys[1], NUMBER_KEY_BYTES);
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
thin_add(struct thin *thin, int64_t time, struct span number, struct span text)
{
	const struct next next = {thin->added++, number, text, real_read(number)};
	struct part *part = part_of(thin, time);

	if (next.place == 0)
		keep(thin, &thin->first, &next);
	keep(thin, &thin->last, &next);
	if (part->least.text == NULL || compare(&next, &part->least) < 0)
		keep(thin, &part->least, &next);
	if (part->greatest.text == NULL || compare(&next, &part->greatest) > 0)
		keep(thin, &part->greatest, &next);
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
	if (kept->text == NULL || kept->place < visit->next)
		return true;
	visit->next = kept->place + 1;
	return visit->call(visit->context, (struct span){kept->text, kept->length});
}

bool
thin_visit(const struct thin *thin, bool (*call)(void *context, struct span text), void *context)
{
	struct visit visit = {.call = call, .context = context};
	bool passed = pass(&visit, &thin->first);

	for (unsigned i = 0; i < thin->parts && passed; i++) {
		const struct part *part = &thin->all[i];
		bool least = part->least.place < part->greatest.place;

		passed = pass(&visit, least ? &part->least : &part->greatest) &&
		         pass(&visit, least ? &part->greatest : &part->least);
	}
	return passed && pass(&visit, &thin->last);
}
