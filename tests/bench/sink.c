/*
 * sink: a stand-in for Kinesis and DynamoDB for measurements: as little
 * work as can be, but each request is read to its end, its records are counted
 * and hashed, and the answer has the right number of records.
 *   sink [-a SHARDS] [-d MS] [-t CERTIFICATE] [-r FILE [-n SHARDS]] PORT-FILE
 * -a  takes records as a stream of that number of shards; aggregates are taken apart
 * -d  each answer is delayed by that time (many at once)
 * -t  speaks TLS, with a certificate of its own that is written there
 * -r  what GetRecords gives: the lines of FILE, up to 10,000 a reply, out of 200 shards, or with -n
 *     (before -r) out of that number
 * A GET is a provider's: the answer is a rate, and counts as a record.
 * The port is in PORT-FILE once it listens. At SIGTERM it writes in words:
 * records, hash in any order (as digest has it), requests, bytes of their bodies, entries
 * (records in PutRecords, an aggregate being one).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "linehash.h"

enum { MOST = 500, READ_MOST = 10000, SHARDS = 200, FIRST_BUFFER = 1 << 20, EVENTS = 64 };

struct text {
	char *start;
	size_t length, capacity;
};

struct connection {
	int fd;
	SSL *ssl;
	struct text in;
	size_t needed; /* bytes of the request at the front; 0: its head is not there yet */
	struct text out;
	size_t sent;
	uint64_t due; /* ns; 0: no answer is held back */
	bool waiting; /* for room to write in */
	struct connection *next; /* of those that are held back */
};

static struct {
	uint64_t records, hash, requests, bytes, entries;
} figures;

static uint64_t delay;
static SSL_CTX *tls;
static int poller;
static struct connection *first_due, *last_due;
static struct text put_entries; /* MOST of them */
static size_t put_shards; /* of the stream that is written; 0: nobody asks */
static size_t read_shards = SHARDS; /* of the stream that is read */
static size_t shard_of[MOST]; /* of each entry of a request */
static struct shard {
	struct text text; /* its records, each with a comma behind it */
	size_t *ends; /* where each ends */
	size_t count, capacity;
} shards[SHARDS];
static unsigned char values[256];

static void
die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void
reserve(struct text *text, size_t more)
{
	if (text->length + more <= text->capacity)
		return;
	while (text->length + more > text->capacity)
		text->capacity = text->capacity > 0 ? text->capacity * 2 : FIRST_BUFFER;
	text->start = realloc(text->start, text->capacity);
	if (text->start == NULL)
		die("sink");
}

static void
add(struct text *text, const char *bytes, size_t length)
{
	reserve(text, length);
	memcpy(text->start + text->length, bytes, length);
	text->length += length;
}

static void
add_text(struct text *text, const char *string)
{
	add(text, string, strlen(string));
}

/* --- what is stored --- */

static void
count_record(const char *data, size_t length)
{
	figures.records++;
	figures.hash += mix(0, hash_line(1, data, length));
}

static size_t
decode(const char *from, size_t length, char *to)
{
	char *at = to;

	for (size_t i = 0; i + 4 <= length; i += 4) {
		uint32_t word = (uint32_t)values[(unsigned char)from[i]] << 18 |
		    (uint32_t)values[(unsigned char)from[i + 1]] << 12 |
		    (uint32_t)values[(unsigned char)from[i + 2]] << 6 |
		    values[(unsigned char)from[i + 3]];

		*at++ = (char)(word >> 16);
		*at++ = (char)(word >> 8);
		*at++ = (char)word;
	}
	if (length >= 4 && from[length - 1] == '=')
		at -= from[length - 2] == '=' ? 2 : 1;
	return (size_t)(at - to);
}

/* Past a character, and the spaces before it. */
static const char *
past(const char *at, char character)
{
	while (*at == ' ')
		at++;
	if (*at != character) {
		fprintf(stderr, "sink: not what was expected: %.100s\n", at);
		exit(2);
	}
	return at + 1;
}

static const unsigned char *
take_varint(const unsigned char *at, size_t *value)
{
	*value = 0;
	for (unsigned shift = 0;; shift += 7) {
		*value |= (size_t)(*at & 0x7F) << shift;
		if (*at++ < 0x80)
			return at;
	}
}

/* The members of an aggregate, which is as kput makes them. */
static void
count_members(const char *data, size_t length)
{
	const unsigned char *at = (const unsigned char *)data + 4, *end = at + length - 20;
	size_t size;

	while (at < end) {
		const unsigned char *inside;
		unsigned char tag = *at;

		inside = take_varint(at + 1, &size);
		at = inside + size;
		while (tag == 0x1A && *inside != 0x1A)
			inside = take_varint(inside + 1, &size);
		if (tag != 0x1A)
			continue;
		inside = take_varint(inside + 1, &size);
		count_record((const char *)inside, size);
	}
}

/* The shard of an entry, by what follows its data. */
static size_t
find_shard(const char *at, const char *end)
{
	static const char explicit[] = "\"ExplicitHashKey\":\"", key[] = "\"PartitionKey\":\"";
	const char *close = memchr(at, '}', (size_t)(end - at));
	const char *found = memmem(at, (size_t)(close - at), explicit, sizeof explicit - 1);
	unsigned char digest[16];
	unsigned __int128 place = 0;

	if (found != NULL) {
		for (found += sizeof explicit - 1; *found != '"'; found++)
			place = place * 10 + (unsigned)(*found - '0');
	} else {
		found = memmem(at, (size_t)(close - at), key, sizeof key - 1);
		found += sizeof key - 1;
		EVP_Digest(found, (size_t)((const char *)memchr(found, '"', 1000) - found), digest,
		    NULL, EVP_md5(), NULL);
		for (int i = 0; i < 16; i++)
			place = place << 8 | digest[i];
	}
	return (size_t)((place >> 64) * put_shards >> 64);
}

/* How many records a body has; each is counted. */
static size_t
take_put(const char *body, size_t length)
{
	static struct text data;
	const char *end = body + length, *at = body, *close;
	size_t count = 0, decoded;

	while ((at = memmem(at, (size_t)(end - at), "\"Data\":", 7)) != NULL) {
		at = past(at + 7, '"');
		close = memchr(at, '"', (size_t)(end - at));
		if (close == NULL)
			break;
		data.length = 0;
		reserve(&data, (size_t)(close - at));
		decoded = decode(at, (size_t)(close - at), data.start);
		if (decoded > 20 && memcmp(data.start, "\xF3\x89\x9A\xC2", 4) == 0)
			count_members(data.start, decoded);
		else
			count_record(data.start, decoded);
		if (put_shards > 0 && count < MOST)
			shard_of[count] = find_shard(close, end);
		figures.entries++;
		count++;
		at = close;
	}
	return count;
}

/* Past a string, whose first quote is behind. */
static const char *
past_string(const char *at)
{
	for (; *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at + 1;
}

/* A flat item, as the line that it was: {"a":{"S":"x"},"b":{"N":"1"}} is {"a":"x","b":1}. */
static const char *
take_item(const char *at)
{
	static struct text line;
	const char *start;
	bool string;

	line.length = 0;
	for (char before = '{'; before != '}'; at++) {
		add(&line, &before, 1);
		start = past(at, '"') - 1;
		at = past_string(start + 1);
		add(&line, start, (size_t)(at - start));
		add(&line, ":", 1);
		start = past(past(past(at, ':'), '{'), '"');
		string = *start == 'S';
		start = past(past(past_string(start), ':'), '"');
		at = past_string(start);
		add(&line, string ? start - 1 : start, (size_t)(string ? at - start + 1 : at - start - 1));
		at = past(at, '}');
		while (*at == ' ')
			at++;
		before = *at;
	}
	add(&line, "}", 1);
	count_record(line.start, line.length);
	return at;
}

static void
take_write(const char *body, size_t length)
{
	const char *end = body + length, *at = body;

	while ((at = memmem(at, (size_t)(end - at), "\"Item\":", 7)) != NULL)
		at = take_item(past(at + 7, '{'));
}

/* --- what is answered --- */

static void
answer(struct connection *connection, const char *body, size_t length, const char *rest)
{
	char head[256];
	int head_length = snprintf(head, sizeof head,
	    "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.1\r\n"
	    "x-amzn-RequestId: 0\r\nContent-Length: %zu\r\n\r\n", length + strlen(rest));

	add(&connection->out, head, (size_t)head_length);
	add(&connection->out, body, length);
	add_text(&connection->out, rest);
}

static void
answer_text(struct connection *connection, const char *body)
{
	answer(connection, body, strlen(body), "");
}

static void
answer_put(struct connection *connection, size_t count)
{
	static struct text body;
	size_t entry = put_entries.length / MOST;

	if (count > MOST) {
		fprintf(stderr, "sink: %zu records in a call\n", count);
		exit(2);
	}
	body.length = 0;
	add_text(&body, "{\"FailedRecordCount\":0,\"Records\":[");
	add(&body, put_entries.start, entry * count - (count > 0));
	for (size_t i = 0; i < count && put_shards > 0; i++) {
		char *number = body.start + body.length - (count - i) * entry + (entry - 3 - 12);

		for (size_t rest = shard_of[i], digit = 0; digit < 12; digit++, rest /= 10)
			number[12 - digit] = (char)('0' + rest % 10);
	}
	answer(connection, body.start, body.length, "]}");
}

static void
answer_shards(struct connection *connection)
{
	struct text body = {0};
	char shard[256];

	add_text(&body, "{\"Shards\":[");
	for (size_t i = 0; i < put_shards; i++) {
		char first[40] = "";
		/* The least number that find_shard finds there. */
		unsigned __int128 rest = ((unsigned __int128)i << 64) / put_shards;

		rest = (rest + (i > 0 && i * (unsigned __int128)1 << 64 != rest * put_shards)) << 64;
		for (char *digit = first + sizeof first - 2; digit >= first; digit--, rest /= 10)
			*digit = (char)('0' + (unsigned)(rest % 10));
		snprintf(shard, sizeof shard,
		    "%s{\"ShardId\":\"shardId-%012zu\",\"HashKeyRange\":{\"StartingHashKey\":\"%s\","
		    "\"EndingHashKey\":\"0\"},\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"1\"}}",
		    i > 0 ? "," : "", i, strspn(first, "0") < 39 ? first + strspn(first, "0") : "0");
		add_text(&body, shard);
	}
	for (size_t i = 0; i < read_shards && put_shards == 0; i++) {
		snprintf(shard, sizeof shard,
		    "%s{\"ShardId\":\"shardId-%012zu\",\"HashKeyRange\":{\"StartingHashKey\":\"0\","
		    "\"EndingHashKey\":\"340282366920938463463374607431768211455\"},"
		    "\"SequenceNumberRange\":{\"StartingSequenceNumber\":\"1\"}}",
		    i > 0 ? "," : "", i);
		add_text(&body, shard);
	}
	answer(connection, body.start, body.length, "]}");
	free(body.start);
}

static size_t
number_after(const char *body, size_t length, const char *what)
{
	const char *at = memmem(body, length, what, strlen(what));

	if (at == NULL)
		return 0;
	at += strlen(what);
	return strtoul(at + strspn(at, " "), NULL, 10);
}

/* Iterators are "at-SHARD-RECORD". */
static void
answer_records(struct connection *connection, const char *body, size_t length)
{
	static struct text reply;
	size_t limit = number_after(body, length, "\"Limit\":");
	size_t number = number_after(body, length, "\"at-"), first, last, start, end;
	char key[32], rest[128];

	if (number >= SHARDS)
		die("sink: no such shard");
	snprintf(key, sizeof key, "\"at-%zu-", number);
	first = number_after(body, length, key);
	last = shards[number].count;
	if (limit == 0 || limit > READ_MOST)
		limit = READ_MOST;
	if (last - first > limit)
		last = first + limit;
	start = first > 0 ? shards[number].ends[first - 1] : 0;
	end = last > 0 ? shards[number].ends[last - 1] : 0;
	reply.length = 0;
	add_text(&reply, "{\"Records\":[");
	if (last > first)
		add(&reply, shards[number].text.start + start, end - start - 1);
	snprintf(rest, sizeof rest, "],\"MillisBehindLatest\":%d,\"NextShardIterator\":\"at-%zu-%zu\"}",
	    last < shards[number].count ? 1000 : 0, number, last);
	answer(connection, reply.start, reply.length, rest);
}

static void
answer_iterator(struct connection *connection, const char *body, size_t length)
{
	const char *at = memmem(body, length, "shardId-", 8);
	size_t number = at != NULL ? strtoul(at + 8, NULL, 10) : SHARDS;
	bool horizon = memmem(body, length, "TRIM_HORIZON", 12) != NULL;
	char text[64];

	if (number >= SHARDS)
		die("sink: no such shard");
	snprintf(text, sizeof text, "{\"ShardIterator\":\"at-%zu-%zu\"}", number,
	    horizon ? 0 : shards[number].count);
	answer_text(connection, text);
}

static const char summary[] =
    "{\"StreamDescriptionSummary\":{\"StreamName\":\"bench\",\"StreamARN\":"
    "\"arn:aws:kinesis:us-east-1:123456789012:stream/bench\",\"StreamStatus\":\"ACTIVE\","
    "\"RetentionPeriodHours\":24,\"StreamCreationTimestamp\":1735689600.0,\"EnhancedMonitoring\":[],"
    "\"OpenShardCount\":4,\"MaxRecordSizeInKiB\":1024}}";
static const char table[] =
    "{\"Table\":{\"TableName\":\"bench\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":["
    "{\"AttributeName\":\"ticker\",\"KeyType\":\"HASH\"},"
    "{\"AttributeName\":\"last_refreshed\",\"KeyType\":\"RANGE\"}],\"AttributeDefinitions\":["
    "{\"AttributeName\":\"ticker\",\"AttributeType\":\"S\"},"
    "{\"AttributeName\":\"last_refreshed\",\"AttributeType\":\"S\"}],"
    "\"TableArn\":\"arn:aws:dynamodb:us-east-1:123456789012:table/bench\"}}";

static void
take(struct connection *connection, const char *action, const char *body, size_t length)
{
	figures.requests++;
	figures.bytes += length;
	if (strncmp(action, "GET", 4) == 0) {
		figures.records++;
		answer_text(connection, "{\"data\":{\"amount\":\"102119.005\",\"base\":\"BTC\",\"currency\":\"USD\"}}");
	} else if (strncmp(action, "PutRecords", 10) == 0)
		answer_put(connection, take_put(body, length));
	else if (strncmp(action, "BatchWriteItem", 14) == 0) {
		take_write(body, length);
		answer_text(connection, "{\"UnprocessedItems\":{}}");
	} else if (strncmp(action, "DescribeStreamSummary", 21) == 0)
		answer_text(connection, summary);
	else if (strncmp(action, "ListShards", 10) == 0)
		answer_shards(connection);
	else if (strncmp(action, "GetShardIterator", 16) == 0)
		answer_iterator(connection, body, length);
	else if (strncmp(action, "GetRecords", 10) == 0)
		answer_records(connection, body, length);
	else if (strncmp(action, "DescribeTable", 13) == 0)
		answer_text(connection, table);
	else if (strncmp(action, "DescribeTimeToLive", 18) == 0)
		answer_text(connection, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}");
	else {
		fprintf(stderr, "sink: asked for %.40s\n", action);
		exit(2);
	}
}

/* --- connections --- */

static void
drop(struct connection *connection)
{
	if (connection->ssl != NULL)
		SSL_free(connection->ssl);
	close(connection->fd);
	free(connection->in.start);
	free(connection->out.start);
	free(connection);
}

static void
watch(struct connection *connection, bool writing)
{
	struct epoll_event event = {
	    .events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = connection};

	if (writing != connection->waiting)
		epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
	connection->waiting = writing;
}

/* -1: over; 0: not now. */
static ssize_t
moved(struct connection *connection, ssize_t result)
{
	if (result > 0)
		return result;
	if (connection->ssl != NULL) {
		int error = SSL_get_error(connection->ssl, (int)result);

		return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
	}
	return result < 0 && errno == EAGAIN ? 0 : -1;
}

static bool
send_out(struct connection *connection)
{
	while (connection->sent < connection->out.length) {
		const char *start = connection->out.start + connection->sent;
		size_t left = connection->out.length - connection->sent;
		ssize_t count = moved(connection, connection->ssl != NULL ?
		    SSL_write(connection->ssl, start, left < 1 << 30 ? (int)left : 1 << 30) :
		    write(connection->fd, start, left));

		if (count < 0)
			return false;
		if (count == 0) {
			watch(connection, true);
			return true;
		}
		connection->sent += (size_t)count;
	}
	connection->out.length = connection->sent = 0;
	watch(connection, false);
	return true;
}

/* The value of a header in head; NULL. */
static const char *
header(const char *head, const char *name)
{
	const char *line = head;

	while ((line = strstr(line, "\r\n")) != NULL) {
		line += 2;
		if (strncasecmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			return line + strlen(name) + 1 + strspn(line + strlen(name) + 1, " ");
	}
	return NULL;
}

static bool
hold_back(struct connection *connection)
{
	if (delay == 0)
		return send_out(connection);
	connection->due = now() + delay;
	connection->next = NULL;
	if (first_due == NULL)
		first_due = connection;
	else
		last_due->next = connection;
	last_due = connection;
	return true;
}

/* Takes a request that is all there, off the front. One at a time is in flight on a connection. */
static bool
take_request(struct connection *connection)
{
	struct text *in = &connection->in;
	char *body, *end;
	const char *length, *target;

	if (connection->due != 0 || in->length == 0)
		return true;
	if (connection->needed > in->length)
		return true;
	reserve(in, 1);
	in->start[in->length] = '\0';
	end = memmem(in->start, in->length, "\r\n\r\n", 4);
	if (end == NULL)
		return true;
	body = end + 4;
	*end = '\0';
	length = header(in->start, "Content-Length");
	target = header(in->start, "X-Amz-Target");
	if (strncmp(in->start, "GET ", 4) == 0) {
		length = "0";
		target = ".GET";
	}
	if (length == NULL || target == NULL || strchr(target, '.') == NULL) {
		fprintf(stderr, "sink: not a request that is known: %.100s\n", in->start);
		exit(2);
	}
	connection->needed = (size_t)(body - in->start) + strtoul(length, NULL, 10);
	if (connection->needed > in->length) {
		if (header(in->start, "Expect") != NULL) {
			add_text(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
			if (!send_out(connection))
				return false;
		}
		*end = '\r';
		reserve(in, connection->needed);
		return true;
	}
	take(connection, strchr(target, '.') + 1, body,
	    connection->needed - (size_t)(body - in->start));
	in->length -= connection->needed;
	memmove(in->start, in->start + connection->needed, in->length);
	connection->needed = 0;
	return hold_back(connection);
}

static bool
read_in(struct connection *connection)
{
	struct text *in = &connection->in;

	for (;;) {
		ssize_t count;

		reserve(in, 256 * 1024);
		count = moved(connection, connection->ssl != NULL ?
		    SSL_read(connection->ssl, in->start + in->length, (int)(in->capacity - in->length - 1)) :
		    read(connection->fd, in->start + in->length, in->capacity - in->length - 1));
		if (count < 0)
			return false;
		if (count == 0)
			return true;
		in->length += (size_t)count;
		if (!take_request(connection))
			return false;
	}
}

static void
accept_all(int listener)
{
	int fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		struct connection *connection = calloc(1, sizeof *connection);
		struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};

		if (connection == NULL)
			die("sink");
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
		connection->fd = fd;
		if (tls != NULL) {
			connection->ssl = SSL_new(tls);
			SSL_set_fd(connection->ssl, fd);
			SSL_set_accept_state(connection->ssl);
		}
		epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
	}
}

/* Sends what is due; returns ms until more is, -1: nothing waits. */
static int
send_due(void)
{
	uint64_t time = now();

	while (first_due != NULL && first_due->due <= time) {
		struct connection *connection = first_due;

		first_due = connection->next;
		connection->due = 0;
		if (connection->fd < 0 || !send_out(connection) || !take_request(connection))
			drop(connection);
	}
	return first_due == NULL ? -1 : (int)((first_due->due - time + 999999) / 1000000);
}

static void
serve(struct connection *connection, uint32_t events)
{
	bool good = !(events & EPOLLOUT) || send_out(connection);

	good = good && (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || read_in(connection));
	if (good)
		return;
	if (connection->due == 0)
		drop(connection);
	else { /* it is in the queue of those that are due, and dropped there */
		close(connection->fd);
		connection->fd = -1;
	}
}

/* --- to begin with --- */

static void
make_entries(void)
{
	char entry[256];

	for (int i = 0; i < MOST; i++) {
		snprintf(entry, sizeof entry,
		    "{\"SequenceNumber\":\"49590338271490256608559692538361571095921575989136588%03d\","
		    "\"ShardId\":\"shardId-000000000000\"},", i);
		add_text(&put_entries, entry);
	}
	memset(values, 0, sizeof values);
	for (int i = 0; i < 64; i++)
		values[(unsigned char)"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[i]] =
		    (unsigned char)i;
}

static void
add_record(struct shard *shard, const char *line, size_t length, size_t number)
{
	struct text *text = &shard->text;
	char rest[256];

	add_text(text, "{\"Data\":\"");
	reserve(text, length / 3 * 4 + 8);
	text->length += (size_t)EVP_EncodeBlock((unsigned char *)text->start + text->length,
	    (const unsigned char *)line, (int)length);
	snprintf(rest, sizeof rest,
	    "\",\"PartitionKey\":\"T0000/USD\",\"ApproximateArrivalTimestamp\":1735689600.123,"
	    "\"SequenceNumber\":\"4959033827149025660855969253836157109592%016zu\"},", number + 1);
	add_text(text, rest);
	if (shard->count == shard->capacity) {
		shard->capacity = shard->capacity > 0 ? 2 * shard->capacity : READ_MOST;
		shard->ends = realloc(shard->ends, shard->capacity * sizeof *shard->ends);
		if (shard->ends == NULL)
			die("sink");
	}
	shard->ends[shard->count++] = text->length;
}

static void
make_replies(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t capacity = 0, count = 0;
	ssize_t length;

	if (file == NULL)
		die(path);
	for (; (length = getline(&line, &capacity, file)) > 0; count++)
		add_record(&shards[count % read_shards], line, (size_t)length - 1, count);
	free(line);
	fclose(file);
}

static void
make_tls(const char *path)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_EXTENSION *extension;
	FILE *file;

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
	X509_set_pubkey(certificate, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"sink", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
	X509_sign(certificate, key, EVP_sha256());
	tls = SSL_CTX_new(TLS_server_method());
	SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	file = fopen(path, "we");
	if (file == NULL || SSL_CTX_use_certificate(tls, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey(tls, key) != 1 || PEM_write_X509(file, certificate) != 1 ||
	    fclose(file) != 0)
		die(path);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static int
begin_listening(const char *path)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	char name[4096];
	FILE *file;

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(listener, 512) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &(socklen_t){sizeof address}) < 0)
		die("sink");
	snprintf(name, sizeof name, "%s.new", path);
	file = fopen(name, "we");
	if (file == NULL || fprintf(file, "%d\n", ntohs(address.sin_port)) < 0 || fclose(file) != 0 ||
	    rename(name, path) < 0)
		die(path);
	return listener;
}

static void
run(int listener, int signals)
{
	struct epoll_event events[EVENTS], event = {.events = EPOLLIN};
	static int marks[2]; /* their addresses tell the two from connections */

	poller = epoll_create1(EPOLL_CLOEXEC);
	event.data.ptr = &marks[0];
	epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
	event.data.ptr = &marks[1];
	epoll_ctl(poller, EPOLL_CTL_ADD, signals, &event);
	for (;;) {
		int count = epoll_wait(poller, events, EVENTS, send_due());

		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == &marks[0])
				accept_all(listener);
			else if (events[i].data.ptr == &marks[1])
				return;
			else
				serve(events[i].data.ptr, events[i].events);
		}
	}
}

int
main(int argc, char **argv)
{
	sigset_t stop;
	int option;

	while ((option = getopt(argc, argv, "a:d:n:t:r:")) != -1) {
		if (option == 'a')
			put_shards = strtoul(optarg, NULL, 10);
		else if (option == 'n' && strtoul(optarg, NULL, 10) - 1 < SHARDS)
			read_shards = strtoul(optarg, NULL, 10);
		else if (option == 'd')
			delay = strtoul(optarg, NULL, 10) * 1000000;
		else if (option == 't')
			make_tls(optarg);
		else if (option == 'r')
			make_replies(optarg);
		else
			return 2;
	}
	if (argc - optind != 1) {
		fputs("usage: sink [-a SHARDS] [-d MS] [-t CERTIFICATE] [-r FILE [-n SHARDS]] PORT-FILE\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	make_entries();
	run(begin_listening(argv[optind]), signalfd(-1, &stop, SFD_CLOEXEC));
	printf("%llu %016llx %llu %llu %llu\n", (unsigned long long)figures.records,
	    (unsigned long long)figures.hash, (unsigned long long)figures.requests,
	    (unsigned long long)figures.bytes, (unsigned long long)figures.entries);
	return 0;
}
