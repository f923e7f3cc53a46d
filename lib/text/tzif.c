/* tzif: reads the file's header and footer, and searches its changes. */
#include "text/tzif.h"

enum { HEADER = 44, KIND = 6, OFFSET_MOST = 26 * 3600 };

/* A signed number of 4 or 8 bytes, the highest first. */
static int64_t
read_number(const unsigned char *bytes, unsigned width)
{
	uint64_t number = bytes[0] < 0x80 ? 0 : UINT64_MAX;

	for (unsigned i = 0; i < width; i++)
		number = number << 8 | bytes[i];
	return (int64_t)number;
}

/* What a header says of the block after it. */
struct block {
	uint64_t marks[2], leaps, changes, kinds, letters;
	char version;
};

static bool
read_header(struct span text, struct block *block)
{
	const unsigned char *bytes = (const unsigned char *)text.start;

	if (text.length < HEADER || !span_begins(text, "TZif"))
		return false;
	block->version = text.start[4];
	block->marks[0] = (uint32_t)read_number(bytes + 20, 4);
	block->marks[1] = (uint32_t)read_number(bytes + 24, 4);
	block->leaps = (uint32_t)read_number(bytes + 28, 4);
	block->changes = (uint32_t)read_number(bytes + 32, 4);
	block->kinds = (uint32_t)read_number(bytes + 36, 4);
	block->letters = (uint32_t)read_number(bytes + 40, 4);
	return true;
}

/* Bytes of header and block; each number has 32 bits, so that the sum has no overflow. */
static uint64_t
size_of(const struct block *block, unsigned width)
{
	return HEADER + block->changes * (width + 1) + block->kinds * KIND + block->letters +
	       block->leaps * (width + 4) + block->marks[0] + block->marks[1];
}

static bool
check(const struct tzif *zone)
{
	for (size_t i = 0; i < zone->count; i++) {
		if (zone->kinds[i] >= zone->kind_count)
			return false;
		if (i > 0 && read_number(zone->times + i * zone->width, zone->width) <=
		                 read_number(zone->times + (i - 1) * zone->width, zone->width))
			return false;
	}
	for (size_t i = 0; i < zone->kind_count; i++) {
		int64_t offset = read_number(zone->offsets + i * KIND, 4);

		if (offset < -OFFSET_MOST || offset > OFFSET_MOST)
			return false;
	}
	return zone->kind_count > 0;
}

static void
read_block(struct span file, const struct block *block, unsigned width, struct tzif *zone)
{
	zone->width = width;
	zone->count = block->changes;
	zone->kind_count = block->kinds;
	zone->times = (const unsigned char *)file.start + HEADER;
	zone->kinds = zone->times + block->changes * width;
	zone->offsets = zone->kinds + block->changes;
}

/* A newline, a rule or nothing, and a newline. */
static bool
read_footer(struct span text, struct tzif *zone)
{
	const char *end = text.length > 1 ? memchr(text.start + 1, '\n', text.length - 1) : NULL;

	if (end == NULL || text.start[0] != '\n')
		return false;
	struct span rule = {text.start + 1, (size_t)(end - text.start) - 1};
	zone->has_rule = rule.length > 0;
	return !zone->has_rule || tz_rule_read(rule, &zone->rule);
}

bool
tzif_read(struct span file, struct tzif *zone)
{
	struct block block;
	unsigned width = 4;
	bool first;

	*zone = (struct tzif){.count = 0};
	if (!read_header(file, &block) || size_of(&block, width) > file.length)
		return false;
	first = block.version == '\0';
	/* From version 2 on the whole zone follows again, with longer times. */
	if (!first) {
		size_t skip = (size_t)size_of(&block, width);

		width = 8;
		file = (struct span){file.start + skip, file.length - skip};
		if (!read_header(file, &block) || size_of(&block, width) > file.length)
			return false;
	}
	read_block(file, &block, width, zone);
	if (block.leaps > 0 || !check(zone))
		return false;
	size_t size = (size_t)size_of(&block, width);
	return first || read_footer((struct span){file.start + size, file.length - size}, zone);
}

int64_t
tzif_offset(const struct tzif *zone, int64_t time)
{
	size_t low = 0, high = zone->count;

	/* Finds the number of changes up to time. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (read_number(zone->times + middle * zone->width, zone->width) <= time)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == zone->count && zone->has_rule)
		return tz_rule_offset(&zone->rule, time);
	/* Before all changes the first kind applies. */
	size_t kind = low == 0 ? 0 : zone->kinds[low - 1];
	return read_number(zone->offsets + kind * KIND, 4);
}
