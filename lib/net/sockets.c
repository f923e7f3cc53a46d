/* sockets: the callbacks by which libcurl names its sockets and timeouts, and poll(2). */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/sockets.h"

enum { OWN = 2, FIRST_CAPACITY = 16, VISIT_EVERY = 1000000 /* us */ };

static struct pollfd *
find(const struct sockets *sockets, int fd)
{
	for (size_t i = OWN; i < sockets->count; i++) {
		if (sockets->all[i].fd == fd)
			return &sockets->all[i];
	}
	return NULL;
}

static struct pollfd *
add(struct sockets *sockets, int fd)
{
	if (sockets->count == sockets->capacity) {
		sockets->capacity *= 2;
		sockets->all = memory_resize(sockets->all, sockets->capacity, sizeof *sockets->all);
		sockets->ready =
		    memory_resize(sockets->ready, sockets->capacity, sizeof *sockets->ready);
	}
	sockets->all[sockets->count] = (struct pollfd){.fd = fd};
	return &sockets->all[sockets->count++];
}

static int
note_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *own)
{
	struct sockets *sockets = context;
	struct pollfd *found = find(sockets, fd);

	(void)easy, (void)own;
	if (what == CURL_POLL_REMOVE) {
		if (found != NULL)
			*found = sockets->all[--sockets->count];
		return 0;
	}
	if (found == NULL)
		found = add(sockets, fd);
	found->events =
	    (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));
	return 0;
}

static int
note_timer(CURLM *multi, long timeout, void *context)
{
	struct sockets *sockets = context;

	(void)multi;
	sockets->due = timeout < 0 ? -1 : clock_steady() + (int64_t)timeout * 1000;
	return 0;
}

void
sockets_init(struct sockets *sockets, const struct http_curl *curl, CURLM *multi)
{
	*sockets = (struct sockets){.curl = curl,
	    .multi = multi,
	    .all = memory_new(FIRST_CAPACITY, sizeof *sockets->all),
	    .ready = memory_new(FIRST_CAPACITY, sizeof *sockets->ready),
	    .count = OWN,
	    .capacity = FIRST_CAPACITY,
	    .due = -1};
	curl->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, note_socket);
	curl->multi_setopt(multi, CURLMOPT_SOCKETDATA, sockets);
	curl->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, note_timer);
	curl->multi_setopt(multi, CURLMOPT_TIMERDATA, sockets);
}

void
sockets_free(struct sockets *sockets)
{
	free(sockets->all);
	free(sockets->ready);
}

CURLMcode
sockets_turn(struct sockets *sockets)
{
	if (sockets->due < 0 || sockets->due > clock_steady())
		return CURLM_OK;
	sockets->due = -1;
	return sockets->curl->multi_socket_action(
	    sockets->multi, CURL_SOCKET_TIMEOUT, 0, &sockets->running);
}

/* Notes the sockets to deal with, as those in all may change meanwhile. Returns how many. */
static size_t
take_ready(struct sockets *sockets)
{
	int64_t now = clock_steady();
	bool each = now - sockets->looked >= VISIT_EVERY;
	size_t count = 0;

	if (each)
		sockets->looked = now;
	for (size_t i = OWN; i < sockets->count; i++) {
		if (each || sockets->all[i].revents != 0)
			sockets->ready[count++] = sockets->all[i];
	}
	return count;
}

static CURLMcode
drive(struct sockets *sockets)
{
	size_t count = take_ready(sockets);
	CURLMcode code = CURLM_OK;

	for (size_t i = 0; i < count && code == CURLM_OK; i++) {
		const struct pollfd *ready = &sockets->ready[i];
		int events = (ready->revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
		             (ready->revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
		             (ready->revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);

		code = sockets->curl->multi_socket_action(
		    sockets->multi, ready->fd, events, &sockets->running);
	}
	return code;
}

CURLMcode
sockets_wait(struct sockets *sockets, int input, int watch, int timeout)
{
	CURLMcode code = CURLM_OK;

	if (sockets->due >= 0) {
		int64_t left = (sockets->due - clock_steady() + 999) / 1000;
		if (left < timeout)
			timeout = left > 0 ? (int)left : 0;
	}
	sockets->all[0] = (struct pollfd){.fd = input, .events = POLLIN};
	sockets->all[1] = (struct pollfd){.fd = watch};
	if (poll(sockets->all, (nfds_t)sockets->count, timeout) >= 0)
		code = drive(sockets);
	else if (errno != EINTR)
		code = CURLM_INTERNAL_ERROR;
	return code != CURLM_OK ? code : sockets_turn(sockets);
}
