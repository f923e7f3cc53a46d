/* points: what is kept of each bucket, whatever the order; the ceiling; what is dropped. */
#include <stdlib.h>
#include "plot/points.h"
#include "tap.h"

enum { COUNT = 20000, MOST = 100 };

static struct point all[COUNT];

static void
make(void)
{
	srand(1);
	for (int i = 0; i < COUNT; i++)
		all[i] = (struct point){1000 + 7 * i + rand() % 7, rand() % 100000};
}

static void
add(struct points *points, int step, int from)
{
	points_init(points, MOST);
	for (int i = 0; i < COUNT; i++)
		points_add(points, all[(from + i * step) % COUNT]);
}

static bool
same_point(struct point a, struct point b)
{
	return a.x == b.x && a.y == b.y;
}

/* Does the bucket hold what a search through all points finds for its place? */
static bool
is_right(const struct points_bucket *bucket, unsigned shift)
{
	struct points_bucket own = {.count = 0};

	for (int i = 0; i < COUNT; i++) {
		if (all[i].x >> shift != bucket->place)
			continue;
		if (own.count++ == 0)
			own.first = own.lowest = own.highest = all[i];
		own.last = all[i];
		own.lowest = all[i].y < own.lowest.y ? all[i] : own.lowest;
		own.highest = all[i].y > own.highest.y ? all[i] : own.highest;
	}
	return own.count == bucket->count && same_point(own.first, bucket->first) &&
	       same_point(own.last, bucket->last) && own.lowest.y == bucket->lowest.y &&
	       own.highest.y == bucket->highest.y;
}

static void
check(const struct points *points, const char *order)
{
	size_t count = points->end - points->start, wrong = 0;

	ok(count <= MOST && count > MOST / 3, "%s: %zu buckets", order, count);
	ok(points->total == COUNT, "%s: all points are counted", order);
	for (size_t i = points->start; i < points->end; i++)
		wrong += !is_right(&points->buckets[i], points->shift) ||
		         (i > points->start &&
		             points->buckets[i].place <= points->buckets[i - 1].place);
	ok(wrong == 0, "%s: the buckets are right", order);
}

static void
test_orders(void)
{
	struct points points;

	add(&points, 1, 0);
	check(&points, "ascending");
	points_free(&points);
	add(&points, COUNT - 1, COUNT - 1);
	check(&points, "descending");
	points_free(&points);
	add(&points, 7919, 0);
	check(&points, "mixed");
	points_free(&points);
}

static void
test_few(void)
{
	struct points points;
	struct point kept[4];

	points_init(&points, MOST);
	points_add(&points, (struct point){10, 1});
	ok(points_of(points.buckets, kept) == 1, "a point is one point");
	points_add(&points, (struct point){10, 3});
	points_add(&points, (struct point){10, 2});
	ok(points_of(points.buckets, kept) == 3 && kept[0].y == 1 && kept[2].y == 2,
	    "of the same x, the first and the last to come are the ends");
	points_free(&points);
}

static void
test_window(void)
{
	struct points points;

	points_init(&points, 1000);
	for (int i = 0; i < 100000; i++) {
		points_add(&points, (struct point){i, i});
		points_keep(&points, 10);
	}
	ok(points.end - points.start == 10 && points.total == 10, "the last ten are kept");
	ok(points.buckets[points.start].first.x == 99990, "they are the last");
	ok(points.capacity <= 64, "and need room for no more (%zu)", points.capacity);
	points_drop_before(&points, 99995);
	ok(points.total == 5 && points.buckets[points.start].first.x == 99995, "five are dropped");
	points_drop_before(&points, 200000);
	ok(points.total == 0 && points.start == points.end, "and all");
	points_add(&points, (struct point){99999, 1});
	ok(points.total == 1 && points.end - points.start == 1, "a point after that is there");
	points_free(&points);
}

static void
test_bars(void)
{
	struct points points;
	const struct points_bucket *bucket;

	points_init(&points, 2);
	points_add_bar(&points, 0, 1, 9, 0, 2);
	points_add_bar(&points, 0, 3, 5, 1, 4);
	bucket = &points.buckets[points.start];
	ok(points.total == 1 && bucket->first.y == 3 && bucket->last.y == 4 &&
	        bucket->highest.y == 5 && bucket->lowest.y == 1,
	    "a bar replaces one of the same time");
	points_add_bar(&points, 1, 4, 8, 2, 6);
	points_add_bar(&points, 2, 6, 7, -1, 0);
	bucket = &points.buckets[points.start];
	ok(points.end - points.start == 2 && bucket->first.y == 3 && bucket->last.y == 6 &&
	        bucket->highest.y == 8 && bucket->lowest.y == 1,
	    "bars of a bucket are one");
	points_free(&points);
	points_init(&points, 2);
	points_add_bar(&points, 0, 5, 1, 7, 9);
	bucket = &points.buckets[points.start];
	ok(bucket->highest.y == 9 && bucket->lowest.y == 1, "high and low are those of all four");
	points_free(&points);
}

int
main(void)
{
	make();
	test_orders();
	test_few();
	test_window();
	test_bars();
	return done();
}
