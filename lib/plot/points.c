/* points: a sorted array of buckets, which are merged in pairs when they are too many. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plot/points.h"

enum { SMALLEST = 16 };

void
points_init(struct points *points, size_t most)
{
	*points = (struct points){.most = most};
}

void
points_free(struct points *points)
{
	free(points->buckets);
	points_init(points, points->most);
}

static inline void
extend(struct points_bucket *bucket, struct point low, struct point high)
{
	if (low.y < bucket->lowest.y)
		bucket->lowest = low;
	if (high.y > bucket->highest.y)
		bucket->highest = high;
}

/* Of points with the same x, the later to arrive is the last. */
static inline void
add_to(struct points_bucket *bucket, struct point point)
{
	if (point.x < bucket->first.x)
		bucket->first = point;
	if (point.x >= bucket->last.x)
		bucket->last = point;
	extend(bucket, point, point);
}

void
points_merge(struct points_bucket *bucket, const struct points_bucket *later)
{
	if (later->first.x < bucket->first.x)
		bucket->first = later->first;
	if (later->last.x >= bucket->last.x)
		bucket->last = later->last;
	extend(bucket, later->lowest, later->highest);
	bucket->count += later->count;
}

/* Moves the buckets to the front, and makes room for one more. */
static void
make_room(struct points *points)
{
	size_t count = points->end - points->start;

	if (points->start > 0) {
		memmove(points->buckets, points->buckets + points->start,
		    count * sizeof *points->buckets);
		points->recent -= points->start;
		points->start = 0;
		points->end = count;
	}
	if (count < points->capacity && points->capacity - count > points->capacity / 4)
		return;
	points->capacity = points->capacity == 0 ? SMALLEST : points->capacity * 2;
	points->buckets = memory_resize(points->buckets, points->capacity, sizeof *points->buckets);
}

/* The first bucket whose place is not below the given one. */
static size_t
search(const struct points *points, int64_t place)
{
	size_t low = points->start, high = points->end;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (points->buckets[middle].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
widen(struct points *points)
{
	size_t to = points->start;

	points->shift++;
	for (size_t from = points->start; from < points->end; from++) {
		struct points_bucket bucket = points->buckets[from];

		bucket.place >>= 1;
		if (to > points->start && points->buckets[to - 1].place == bucket.place)
			points_merge(&points->buckets[to - 1], &bucket);
		else
			points->buckets[to++] = bucket;
	}
	points->end = to;
	points->recent = to; /* none */
}

/* The bucket of x, which is new if its count is 0. */
static struct points_bucket *
find(struct points *points, int64_t x)
{
	int64_t place = x >> points->shift;
	struct points_bucket *bucket;
	size_t at;

	if (points->recent >= points->start && points->recent < points->end &&
	    points->buckets[points->recent].place == place)
		return &points->buckets[points->recent];
	at = search(points, place);
	if (at == points->end || points->buckets[at].place != place) {
		if (points->end == points->capacity) {
			at -= points->start;
			make_room(points);
		}
		bucket = points->buckets + at;
		memmove(bucket + 1, bucket, (points->end - at) * sizeof *bucket);
		points->end++;
		*bucket = (struct points_bucket){.place = place, .count = 0};
	}
	points->recent = at;
	return &points->buckets[at];
}

/* Counts the point; a new bucket may be more than there can be. */
static void
counted(struct points *points, struct points_bucket *bucket)
{
	bucket->count++;
	points->total++;
	while (points->end - points->start > points->most)
		widen(points);
}

void
points_add(struct points *points, struct point point)
{
	struct points_bucket *bucket = find(points, point.x);

	if (bucket->count == 0)
		bucket->first = bucket->last = bucket->lowest = bucket->highest = point;
	else
		add_to(bucket, point);
	counted(points, bucket);
}

void
points_add_bar(struct points *points, int64_t x, double open, double high, double low, double close)
{
	struct points_bucket *bucket = find(points, x);
	struct points_bucket bar = {.place = bucket->place,
	    .first = {x, open},
	    .last = {x, close},
	    .lowest = {x, low},
	    .highest = {x, high}};

	/* Also of a bar whose high and low are wrong. */
	extend(&bar, bar.first, bar.first);
	extend(&bar, bar.last, bar.last);
	extend(&bar, (struct point){x, high}, (struct point){x, low});
	if (bucket->count == 0) {
		*bucket = bar;
	} else if (bucket->first.x == x && bucket->last.x == x) {
		points->total -= bucket->count;
		*bucket = bar;
	} else {
		points_merge(bucket, &bar);
	}
	counted(points, bucket);
}

void
points_drop_before(struct points *points, int64_t x)
{
	while (points->start < points->end && points->buckets[points->start].last.x < x)
		points->total -= points->buckets[points->start++].count;
}

void
points_keep(struct points *points, uint64_t count)
{
	while (points->start < points->end &&
	       points->total - points->buckets[points->start].count >= count)
		points->total -= points->buckets[points->start++].count;
}

size_t
points_of(const struct points_bucket *bucket, struct point points[4])
{
	bool low_first = bucket->lowest.x <= bucket->highest.x;
	const struct point ordered[4] = {bucket->first,
	    low_first ? bucket->lowest : bucket->highest,
	    low_first ? bucket->highest : bucket->lowest, bucket->last};
	size_t count = 0;

	for (size_t i = 0; i < 4; i++) {
		if (count == 0 || points[count - 1].x != ordered[i].x ||
		    points[count - 1].y != ordered[i].y)
			points[count++] = ordered[i];
	}
	return count;
}
