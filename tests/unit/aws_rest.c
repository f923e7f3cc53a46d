/*
 * aws beyond JSON: a form and its answer in XML, and S3's methods, paths and
 * hosts, as a server (or a proxy) sees them.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "aws/client/aws.h"
#include "text/form.h"
#include "tap.h"
#include "text/xml.h"

#define REPLY(head, body) \
	"HTTP/1.1 " head "\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n" body
#define DONE REPLY("200 OK", "")
#define ACCOUNT \
	REPLY("200 OK", \
	    "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">" \
	    "<GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>" \
	    "</GetCallerIdentityResponse>")
#define NO_ENTITY \
	REPLY("404 Not Found", \
	    "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code>" \
	    "<Message>The role x cannot be found.</Message></Error>" \
	    "<RequestId>r-1</RequestId></ErrorResponse>")
#define DENIED \
	REPLY("403 Forbidden", \
	    "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code>" \
	    "</Error></ErrorResponse>")
#define ELSEWHERE \
	REPLY("301 Moved\r\nx-amz-bucket-region: eu-west-1", \
	    "<Error><Code>PermanentRedirect</Code><Message>Elsewhere.</Message></Error>")
#define GONE "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 500\r\n\r\n"

enum { REQUEST = 8192 };

static int log_pipe[2];

/* Answers one request with reply, and hands on what it was. */
static _Noreturn void
serve(int listener, const char *reply)
{
	static char request[REQUEST], text[2048];
	size_t length = 0, wanted = 0;
	const char *body, *count;

	alarm(60);
	int client = accept(listener, NULL, NULL);
	do {
		ssize_t came = read(client, request + length, REQUEST - 1 - length);
		if (came <= 0)
			break;
		length += (size_t)came;
		request[length] = '\0';
		body = strstr(request, "\r\n\r\n");
		count = strcasestr(request, "\r\nContent-Length: ");
		wanted = count != NULL ? strtoul(count + 18, NULL, 10) : 0;
	} while (body == NULL || strlen(body + 4) < wanted);
	body = strstr(reply, "\r\n\r\n") + 4;
	snprintf(text, sizeof text, reply, strlen(body));
	if (write(log_pipe[1], request, length) < 0 || write(client, text, strlen(text)) < 0)
		_exit(1);
	shutdown(client, SHUT_WR);
	while (read(client, request, REQUEST) > 0)
		;
	_exit(0);
}

/* Its URL in url. */
static pid_t
start_server(const char *reply, char url[64])
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(listener, 8) < 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &length) < 0 || pipe(log_pipe) < 0)
		exit(1);
	snprintf(url, 64, "http://127.0.0.1:%d", ntohs(address.sin_port));
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		serve(listener, reply);
	close(listener);
	close(log_pipe[1]);
	return child;
}

struct outcome {
	struct failure failure;
	char code[AWS_CODE];
	char body[1024];
	char request[REQUEST];
};

/* base is appended to the server's URL. proxy: the server is used as a proxy. */
static struct outcome
ask(const struct aws_service *service, struct aws_call call, const char *reply, const char *base,
    bool proxy)
{
	struct aws_settings settings = {
	    .service = service, .region = "us-east-1", .timeout = 5000, .caller.agent = "test"};
	struct outcome outcome = {.code = ""};
	struct aws_reply answer = {.code = ""};
	char url[64], all[128];
	pid_t child = start_server(reply, url);

	snprintf(all, sizeof all, "%s%s", url, base);
	setenv(proxy ? "https_proxy" : "AWS_ENDPOINT_URL", all, 1);
	call.action = "Act";
	call.ceiling = 4096;
	call.attempts = 1;
	struct aws *aws = aws_open(&settings, &outcome.failure);
	if (aws != NULL && aws_call_and_wait(aws, &call, &answer, &outcome.failure))
		snprintf(outcome.body, sizeof outcome.body, "%.*s", (int)answer.body.length,
		    answer.body.start);
	memcpy(outcome.code, answer.code, sizeof outcome.code);
	aws_close(aws);
	/* The server logs a request before it answers; some calls are refused without one. */
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	ssize_t length = read(log_pipe[0], outcome.request, REQUEST - 1);
	outcome.request[length > 0 ? length : 0] = '\0';
	close(log_pipe[0]);
	unsetenv("https_proxy");
	unsetenv("AWS_ENDPOINT_URL");
	return outcome;
}

static void
begins(const struct outcome *outcome, const char *start, const char *name)
{
	if (!ok(strncmp(outcome->request, start, strlen(start)) == 0, "%s", name))
		tap_show("got", span_of(outcome->request));
}

static void
has(const struct outcome *outcome, const char *words, bool wanted, const char *name)
{
	if (!ok((strcasestr(outcome->request, words) != NULL) == wanted, "%s", name))
		tap_show("got", span_of(outcome->request));
}

static void
speaks_in_forms(void)
{
	struct buffer form;

	buffer_init(&form, 1000);
	form_begin(&form, "GetCallerIdentity", FORM_STS);
	form_add(&form, "A", NULL);
	form_add(&form, "Tags.member.1.Key", "a b&c=\xC3\xA4~*");
	is_span(buffer_span(&form),
	    span_of("Action=GetCallerIdentity&Version=2011-06-15&Tags.member.1.Key="
	            "a+b%26c%3D%C3%A4~%2A"),
	    "a form");
	struct outcome outcome =
	    ask(&aws_sts, (struct aws_call){.body = buffer_span(&form)}, ACCOUNT, "", false);
	char *account = xml_text(span_of(outcome.body), "Account");
	is_text(account, "123456789012", "its answer");
	free(account);
	begins(&outcome, "POST / HTTP/1.1\r\n", "is a POST");
	has(&outcome, "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n",
	    true, "of a form");
	has(&outcome, "SignedHeaders=content-type;host;x-amz-date, ", true, "is signed");
	has(&outcome, "\r\nX-Amz-Target", false, "without a target");
	form_begin(&form, "GetRole", FORM_IAM);
	outcome =
	    ask(&aws_iam, (struct aws_call){.body = buffer_span(&form)}, NO_ENTITY, "", false);
	is_text(outcome.code, "NoSuchEntity", "an error in XML");
	is_text(outcome.failure.text,
	    "IAM Act: NoSuchEntity: The role x cannot be found (request r-1)", "and its words");
	outcome = ask(&aws_sns, (struct aws_call){.body = span_of("")}, DENIED, "", false);
	is_text(outcome.failure.text, "SNS Act: AuthorizationError; a policy must allow sns:Act",
	    "denied");
	buffer_free(&form);
}

static void
puts_objects(void)
{
	static const struct http_header headers[] = {
	    {"If-None-Match", "*"}, {"Content-Type", "application/x-ndjson"}};
	struct aws_call call = {.method = "PUT",
	    .bucket = "a-bucket",
	    .path = "/2025/../a%20b.ndjson",
	    .query = "x=1",
	    .headers = headers,
	    .header_count = 2,
	    .body = span_of("{}\n")};
	struct outcome outcome = ask(&aws_s3, call, DONE, "", false);

	is_number(outcome.failure.kind, FAILURE_NONE, "an object is put");
	begins(&outcome, "PUT /a-bucket/2025/../a%20b.ndjson?x=1 HTTP/1.1\r\n", "its path is kept");
	has(&outcome,
	    "SignedHeaders=content-type;host;if-none-match;x-amz-content-sha256;x-amz-date, ", true,
	    "what is signed");
	has(&outcome,
	    "\r\nX-Amz-Content-Sha256: "
	    "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356\r\n",
	    true, "the digest of its body");
	has(&outcome, "binary/octet-stream", false, "one Content-Type");
	has(&outcome, "\r\n\r\n{}\n", true, "its body");
	call.header_count = 0;
	call.path = NULL;
	call.query = NULL;
	call.body = (struct span){NULL, 0};
	outcome = ask(&aws_s3, call, DONE, "/base", false);
	begins(&outcome, "PUT /base/a-bucket HTTP/1.1\r\n", "a bucket, behind an endpoint's path");
	has(&outcome, "\r\nContent-Length: 0\r\n", true, "without a body");
}

static void
gets_and_looks(void)
{
	struct aws_call call = {.method = "GET", .bucket = "a-bucket", .query = "tagging="};
	struct outcome outcome = ask(&aws_s3, call, DONE, "", false);

	begins(&outcome, "GET /a-bucket?tagging= HTTP/1.1\r\n", "a GET");
	has(&outcome, "\r\nContent-", false, "has no body, and none of its headers");
	has(&outcome, "SignedHeaders=host;x-amz-content-sha256;x-amz-date, ", true, "is signed");
	outcome = ask(&aws_s3, call, ELSEWHERE, "", false);
	is_text(outcome.failure.text,
	    "S3 Act: PermanentRedirect: Elsewhere; the bucket is in eu-west-1, not in us-east-1",
	    "a bucket elsewhere");
	call.method = "HEAD";
	call.query = NULL;
	outcome = ask(&aws_s3, call, GONE, "", false);
	begins(&outcome, "HEAD /a-bucket HTTP/1.1\r\n", "a HEAD");
	is_text(outcome.failure.text, "S3 Act: NotFound", "whose answer has no words");
	call.bucket = "../x";
	outcome = ask(&aws_s3, call, DONE, "", false);
	is_text(outcome.failure.text, "../x is not a valid name of a bucket", "not a bucket");
}

static void
finds_hosts(void)
{
	static const char *const cases[][2] = {
	    {"a-bucket", "CONNECT a-bucket.s3.us-east-1.amazonaws.com:443 "},
	    {"a.bucket", "CONNECT s3.us-east-1.amazonaws.com:443 "},
	    {"Old_One", "CONNECT s3.us-east-1.amazonaws.com:443 "}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct aws_call call = {.method = "GET", .bucket = cases[i][0]};
		struct outcome outcome = ask(&aws_s3, call, REPLY("403 No", ""), "", true);

		begins(&outcome, cases[i][1], cases[i][0]);
	}
	struct outcome outcome =
	    ask(&aws_iam, (struct aws_call){.body = span_of("")}, REPLY("403 No", ""), "", true);
	begins(&outcome, "CONNECT iam.amazonaws.com:443 ", "IAM");
}

int
main(void)
{
	static const char *const unset[] = {"AWS_PROFILE", "AWS_DEFAULT_PROFILE",
	    "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_MAX_ATTEMPTS", "AWS_USE_FIPS_ENDPOINT",
	    "no_proxy", "NO_PROXY", "HTTPS_PROXY", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE",
	    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"};

	for (size_t i = 0; i < sizeof unset / sizeof *unset; i++)
		unsetenv(unset[i]);
	signal(SIGPIPE, SIG_IGN);
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "SECRET", 1);
	speaks_in_forms();
	puts_objects();
	gets_and_looks();
	finds_hosts();
	return done();
}
