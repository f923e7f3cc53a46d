/* crew: works that wait are counted, and how long they wait is known. */
#include <pthread.h>
#include <poll.h>

#include "serve/crew.h"
#include "tap.h"

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void
run(struct crew_work *work, void *context)
{
	(void)work;
	pthread_mutex_lock(&held);
	++*(int *)context;
	pthread_mutex_unlock(&held);
}

int
main(void)
{
	struct crew_work works[3] = {{.run = run}, {.run = run}, {.run = run}};
	struct failure failure;
	int done_works = 0;
	void *context = &done_works;
	struct crew *crew = crew_open(&context, 1, 1, &failure);

	ok(crew != NULL && crew_delay(crew) == 1, "nothing waits");
	pthread_mutex_lock(&held);
	ok(crew_add(crew, &works[0]), "the first work is taken");
	while (!crew_add(crew, &works[1]))
		poll(NULL, 0, 10);
	ok(!crew_add(crew, &works[2]), "one waits, and no more may");
	while (crew_delay(crew) < 2)
		poll(NULL, 0, 10);
	pthread_mutex_unlock(&held);
	crew_end(crew);
	ok(done_works == 2, "what was added is done");
	ok(crew_delay(crew) >= 2, "the last one waited for more than a second");
	ok(!crew_add(crew, &works[2]), "after the end none is added");
	crew_close(crew);
	return done();
}
