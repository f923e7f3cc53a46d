/*
 * aws: calls to a server that answers from a list: what is tried again, what is
 * set right, and the words for what is not. Signatures are sigv4's test, and
 * the whole is tried against moto in the bats files.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "aws/client/aws.h"
#include "tap.h"

#define BODY(status, text) "HTTP/1.1 " status "\r\nContent-Length: %zu\r\n\r\n" text
#define OK BODY("200 OK", "{\"a\":1}")
#define SLOW \
	BODY("400 Bad", "{\"__type\":\"ProvisionedThroughputExceededException\",\"message\":" \
	                "\"m\"}")
#define INSIDE BODY("500 Error", "{\"__type\":\"InternalFailure\"}")
#define PAGE BODY("502 Bad Gateway", "<html>\033[31mno</html>")
#define EXPIRED \
	BODY("400 Bad", "{\"__type\":\"x#ExpiredTokenException\",\"message\":\"It ended.\"}")
#define DENIED \
	"HTTP/1.1 400 Bad\r\nx-amzn-ErrorType: AccessDeniedException:http://x\r\n" \
	"x-amzn-RequestId: abc\r\nContent-Length: %zu\r\n\r\n{\"Message\":\"You may not\\n\"}"
#define SKEWED \
	"HTTP/1.1 403 No\r\nDate: Wed, 01 Jan 2020 00:00:00 GMT\r\nContent-Length: %zu\r\n\r\n" \
	"{\"__type\":\"InvalidSignatureException\",\"message\":\"Signature not yet current\"}"
#define WRONG_KEY BODY("403 No", "{\"__type\":\"InvalidSignatureException\"}")
#define DAMAGED "HTTP/1.1 200 OK\r\nx-amz-crc32: 5\r\nContent-Length: %zu\r\n\r\n{\"a\":1}"
#define CUT ""
#define STALLED "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nab"
#define HALF "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc"

enum { STEPS = 5, REQUEST = 8192 };

struct seen {
	char attempt[64]; /* amz-sdk-request */
	char invocation[64];
	char date[20];
	int connection; /* from 1 */
	bool plain; /* as it should be besides */
};

static volatile sig_atomic_t stop;
static int log_pipe[2];

static void
copy_header(const char *request, const char *name, char *to, size_t size)
{
	const char *found = strcasestr(request, name);
	size_t length = 0;

	if (found != NULL) {
		found += strlen(name) + 2;
		length = strcspn(found, "\r");
	}
	snprintf(to, size, "%.*s", (int)length, found != NULL ? found : "");
}

static void
log_request(const char *request, int connection)
{
	struct seen seen = {.connection = connection};

	copy_header(request, "amz-sdk-request", seen.attempt, sizeof seen.attempt);
	copy_header(request, "amz-sdk-invocation-id", seen.invocation, sizeof seen.invocation);
	copy_header(request, "X-Amz-Date", seen.date, sizeof seen.date);
	seen.plain = strncmp(request, "POST / HTTP/1.1\r\n", 17) == 0 &&
	             strcasestr(request, "\r\nExpect:") == NULL &&
	             strcasestr(request, "\r\nAccept-Encoding: identity\r\n") != NULL &&
	             strcasestr(request, "\r\nX-Amz-Target: Kinesis_20131202.Act\r\n") != NULL &&
	             strcasestr(request, "\r\nX-Amz-Security-Token: a token\r\n") != NULL &&
	             strcasestr(request, "SignedHeaders=content-type;host;x-amz-date;"
	                                 "x-amz-security-token;x-amz-target, ") != NULL;
	if (write(log_pipe[1], &seen, sizeof seen) != sizeof seen)
		_exit(1);
}

/* Reads one request, body {} included; false: the client has gone. */
static bool
read_request(int client, char request[REQUEST])
{
	size_t length = 0;
	const char *end;

	request[0] = '\0';
	while ((end = strstr(request, "\r\n\r\n")) == NULL || strlen(end) < 6) {
		ssize_t count = read(client, request + length, REQUEST - 1 - length);
		if (count <= 0)
			return false;
		length += (size_t)count;
		request[length] = '\0';
	}
	return true;
}

static _Noreturn void
serve(int listener, const char *const *steps)
{
	char request[REQUEST], reply[1024];

	alarm(60);
	for (int connection = 1; *steps != NULL; connection++) {
		int client = accept(listener, NULL, NULL);
		bool open = true;

		while (open && *steps != NULL && read_request(client, request)) {
			const char *body = strstr(*steps, "\r\n\r\n");
			log_request(request, connection);
			if (body != NULL && strstr(*steps, "%zu") != NULL)
				snprintf(reply, sizeof reply, *steps, strlen(body + 4));
			else
				snprintf(reply, sizeof reply, "%s", *steps);
			open = body != NULL && strcmp(*steps, HALF) != 0;
			steps++;
			if (write(client, reply, strlen(reply)) < 0)
				open = false;
		}
		/* What is behind the last reply is for the client to end. */
		if (open && *steps == NULL)
			read_request(client, request);
		close(client);
	}
	_exit(0);
}

static pid_t
start_server(const char *const *steps)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	char url[64];

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(listener, 8) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0 || pipe(log_pipe) < 0)
		exit(1);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
	setenv("AWS_ENDPOINT_URL", url, 1);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		serve(listener, steps);
	close(listener);
	close(log_pipe[1]);
	return child;
}

/* What one call came to. */
struct outcome {
	struct aws_reply reply;
	uint64_t retries;
	int64_t now;
	char body[64];
	struct seen seen[STEPS + 1];
	size_t requests;
};

/* As one that has many calls in flight does it: a signal ends no call that was sent. */
static void
start_and_wait(
    struct aws *aws, const struct aws_call *call, struct aws_reply *reply, struct failure *failure)
{
	if (!aws_start(aws, call, failure))
		return;
	while (!aws_next(aws, reply)) {
		if (!aws_wait(aws, -1, -1, -1, failure))
			return;
	}
	*failure = reply->failure;
}

static struct outcome
ask(const struct aws_service *service, const char *const *steps)
{
	struct aws_settings settings = {.service = service,
	    .in_flight = 2,
	    .timeout = 2000,
	    .caller = {.agent = "test", .stop = &stop}};
	struct aws_call call = {.action = "Act", .body = span_of("{}"), .ceiling = 1000};
	struct outcome outcome = {.requests = 0};
	struct failure failure = {.kind = FAILURE_NONE};
	pid_t child = start_server(steps);
	struct aws *aws = aws_open(&settings, &failure);

	if (aws != NULL) {
		if (stop != 0)
			start_and_wait(aws, &call, &outcome.reply, &failure);
		else
			aws_call_and_wait(aws, &call, &outcome.reply, &failure);
		snprintf(outcome.body, sizeof outcome.body, "%.*s", (int)outcome.reply.body.length,
		    outcome.reply.body.start);
		outcome.retries = aws_retries(aws);
		outcome.now = aws_now(aws);
	}
	outcome.reply.failure = failure;
	aws_close(aws);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (outcome.requests <= STEPS && read(log_pipe[0], &outcome.seen[outcome.requests],
	                                        sizeof *outcome.seen) == sizeof *outcome.seen)
		outcome.requests++;
	close(log_pipe[0]);
	return outcome;
}

/* words: the message after "SERVICE Act: "; NULL: success. */
static void
comes_to(const struct aws_service *service, const char *const steps[STEPS + 1],
    enum failure_kind kind, const char *words, const char *name)
{
	struct outcome outcome = ask(service, steps);
	char all[1200];
	size_t count = 0;

	while (steps[count] != NULL)
		count++;
	snprintf(all, sizeof all, "%s Act: %s", service->name, words != NULL ? words : "");
	is_number(outcome.reply.failure.kind, kind, name);
	if (words == NULL)
		is_text(outcome.body, "{\"a\":1}", "the reply is handed out");
	else if (!ok(strncmp(outcome.reply.failure.text, all, strlen(all)) == 0, "its words"))
		printf("# got: %s\n# expected: %s\n", outcome.reply.failure.text, all);
	is_number((int64_t)outcome.requests, (int64_t)count, "as many requests");
}

#define LIST(...) ((const char *const[STEPS + 1]){__VA_ARGS__, NULL})

static void
keeps_its_name(void)
{
	struct outcome outcome = ask(&aws_kinesis, LIST(INSIDE, SLOW, OK));

	is_text(outcome.seen[0].attempt, "attempt=1; max=3", "the first attempt");
	is_text(outcome.seen[2].attempt, "attempt=3; max=3", "the third");
	is_number((int64_t)strlen(outcome.seen[0].invocation), 36, "an invocation has a UUID");
	is_text(outcome.seen[2].invocation, outcome.seen[0].invocation, "the same each time");
	ok(outcome.seen[0].plain && outcome.seen[1].plain && outcome.seen[2].plain,
	    "what is sent and signed");
	is_number(outcome.seen[2].connection, 1, "over one connection");
	is_number((int64_t)outcome.retries, 2, "two retries");
	is_number(outcome.reply.attempts, 3, "of three attempts");
}

static void
learns_the_time(void)
{
	struct outcome outcome = ask(&aws_kinesis, LIST(SKEWED, OK));

	is_number(outcome.reply.failure.kind, FAILURE_NONE, "a wrong clock is corrected");
	ok(strncmp(outcome.seen[1].date, "20200101T0000", 13) == 0, "signed by the service's");
	ok(outcome.now / 60000 == INT64_C(1577836800) / 60, "which is kept to");
	is_text(outcome.seen[1].attempt, "attempt=1; max=3", "not counted");
}

static void
is_stopped(void)
{
	stop = 1;
	comes_to(&aws_kinesis, LIST(SLOW), FAILURE_TEMPORARY,
	    "ProvisionedThroughputExceededException: m", "stopped: not tried again");
	stop = 0;
}

static void
raise_stop(int number)
{
	stop = number;
}

/* A question is given up, and there is room for the next. */
static void
is_given_up(void)
{
	struct aws_settings settings = {.service = &aws_kinesis,
	    .in_flight = 1,
	    .timeout = 20000,
	    .caller = {.agent = "test", .stop = &stop}};
	struct aws_call call = {.action = "Act", .body = span_of("{}"), .ceiling = 1000};
	struct aws_reply reply;
	struct failure failure = {.kind = FAILURE_NONE};
	pid_t child = start_server(LIST(STALLED, OK));
	struct aws *aws = aws_open(&settings, &failure);

	signal(SIGALRM, raise_stop);
	alarm(1);
	if (aws == NULL || aws_call_and_wait(aws, &call, &reply, &failure))
		failure.kind = FAILURE_NONE;
	is_number(failure.kind, FAILURE_STOPPED, "a question that is not answered: stopped");
	stop = 0;
	ok(aws != NULL && aws_call_and_wait(aws, &call, &reply, &failure),
	    "another one is answered");
	aws_close(aws);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(log_pipe[0]);
}

static void
tries_again(void)
{
	comes_to(&aws_kinesis, LIST(OK), FAILURE_NONE, NULL, "done");
	comes_to(&aws_kinesis, LIST(CUT, HALF, OK), FAILURE_NONE, NULL, "cut twice, then done");
	comes_to(&aws_kinesis, LIST(CUT, CUT, CUT), FAILURE_TEMPORARY, "127.0.0.1:", "cut thrice");
	comes_to(&aws_kinesis, LIST(STALLED, OK), FAILURE_NONE, NULL, "a reply that stalls");
	comes_to(&aws_dynamodb, LIST(INSIDE, INSIDE, INSIDE, OK), FAILURE_NONE, NULL,
	    "DynamoDB: four attempts");
	comes_to(&aws_dynamodb, LIST(DAMAGED, OK), FAILURE_NONE, NULL, "a reply that was damaged");
	comes_to(&aws_kinesis, LIST(INSIDE, INSIDE, INSIDE), FAILURE_TEMPORARY,
	    "InternalFailure, at attempt 3", "failed inside");
}

static void
is_told(void)
{
	comes_to(&aws_kinesis, LIST(DENIED), FAILURE_PERMANENT,
	    "AccessDeniedException: You may not (request abc); a policy must allow kinesis:Act",
	    "denied");
	comes_to(&aws_kinesis, LIST(WRONG_KEY), FAILURE_PERMANENT,
	    "InvalidSignatureException; check the secret access key", "a wrong secret");
	comes_to(&aws_kinesis, LIST(SKEWED, SKEWED), FAILURE_PERMANENT,
	    "InvalidSignatureException: Signature not yet current", "corrected once");
	comes_to(&aws_kinesis, LIST(EXPIRED, OK), FAILURE_NONE, NULL, "other credentials");
	comes_to(&aws_kinesis, LIST(EXPIRED, EXPIRED), FAILURE_PERMANENT,
	    "ExpiredTokenException: It ended; these credentials have expired",
	    "which are tried once");
	setenv("AWS_MAX_ATTEMPTS", "1", 1);
	comes_to(&aws_kinesis, LIST(PAGE), FAILURE_TEMPORARY, "127.0.0.1:", "AWS_MAX_ATTEMPTS=1");
	setenv("AWS_MAX_ATTEMPTS", "none", 1);
	is_number(ask(&aws_kinesis, LIST(OK)).reply.failure.kind, FAILURE_PERMANENT, "no number");
	unsetenv("AWS_MAX_ATTEMPTS");
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	setenv("AWS_SESSION_TOKEN", "a token", 1);
	setenv("AWS_REGION", "eu-west-1", 1);
	setenv("AWS_CONFIG_FILE", "/dev/null", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", 1);
	tries_again();
	keeps_its_name();
	learns_the_time();
	is_stopped();
	is_given_up();
	is_told();
	return done();
}
