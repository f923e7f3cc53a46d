/*
 * http: where a redirect may lead, and that nothing is left of a reply; the
 * rest is asked of a server (fxfetch.bats).
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "net/http.h"
#include "net/proxy.h"
#include "net/redirect.h"
#include "net/trust.h"
#include "tap.h"

/* A sanitizer has a free of its own, which must not be taken away from it. */
#if defined(__has_feature)
#	if __has_feature(address_sanitizer)
#		define SANITIZED 1
#	endif
#endif
#if !defined(SANITIZED) && !defined(__SANITIZE_ADDRESS__)

/* Where a reply's body is, and how many of its bytes were not wiped when it was freed. */
static const char *volatile watched;
static size_t watched_length, left_behind = SIZE_MAX;

void
free(void *block)
{
	static void (*volatile next)(void *);
	static volatile bool looking;

	if (next == NULL) {
		if (looking)
			return;
		looking = true;
		*(void *volatile *)&next = dlsym(RTLD_NEXT, "free");
	}
	if (block != NULL && block == watched) {
		left_behind = 0;
		for (size_t i = 0; i < watched_length; i++)
			left_behind += watched[i] == 'K';
		watched = NULL;
	}
	next(block);
}

static void
is_wiped(void)
{
	char path[] = "/tmp/fxpipe-http-XXXXXX", url[64], bytes[5000];
	struct http_settings settings = {
	    .agent = "test", .connect_timeout = 1000, .timeout = 10000, .connections = 1};
	struct http_request request = {
	    .url = url, .accept = "*/*", .ceiling = 2 * sizeof(bytes), .file = true};
	struct http_reply reply = {.status = 0};
	struct failure failure;
	int file = mkstemp(path);

	memset(bytes, 'K', sizeof(bytes));
	if (file < 0 || write(file, bytes, sizeof(bytes)) != sizeof(bytes))
		return;
	snprintf(url, sizeof(url), "file://%s", path);
	struct http *http = http_open(&settings, &failure);
	bool good = http != NULL && http_start(http, &request, &failure);
	while (good && !http_next(http, &reply))
		good = http_wait(http, -1, -1, 100, &failure);
	ok(good && reply.body.length == sizeof(bytes) &&
	        memcmp(reply.body.start, bytes, sizeof(bytes)) == 0,
	    "a reply");
	watched_length = reply.body.length;
	watched = reply.body.start;
	good = http_next(http, &reply);
	ok(!good && (watched == NULL || memchr((const char *)watched, 'K', watched_length) == NULL),
	    "which is wiped");
	http_close(http);
	ok(watched == NULL && left_behind == 0, "and freed after that");
	close(file);
	unlink(path);
}

#else

static void
is_wiped(void)
{
	ok(true, "a reply is wiped # SKIP free is the sanitizer's");
}

#endif

/* A server that never answers ends a request long before its whole time is over. */
static void
ends_when_idle(void)
{
	enum { WHOLE = 60000 /* ms */ };
	struct http_settings settings = {.agent = "test",
	    .connect_timeout = WHOLE,
	    .timeout = WHOLE,
	    .idle = 1500, /* libcurl itself looks at it earlier, to try another address */
	    .connections = 1};
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *any = (struct sockaddr *)&address;
	socklen_t length = sizeof(address);
	char url[64];
	struct http_request request = {.url = url, .ceiling = 100};
	struct http_reply reply = {.status = 0};
	struct failure failure;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, any, length) < 0 || listen(listener, 1) < 0 ||
	    getsockname(listener, any, &length) < 0) {
		ok(false, "a server of our own");
		return;
	}
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
	struct http *http = http_open(&settings, &failure);
	bool good = http != NULL && http_start(http, &request, &failure);
	while (good && !http_next(http, &reply))
		good = http_wait(http, -1, -1, -1, &failure);
	ok(good && reply.error != NULL && strstr(reply.error, "no complete reply") != NULL &&
	        reply.took < WHOLE * INT64_C(1000),
	    "an idle request is ended");
	http_close(http);
	close(listener);
}

static void
may(bool expected, const char *from, const char *to)
{
	ok(redirect_is_allowed(from, to) == expected, "%s -> %s: %s", from, to,
	    expected ? "yes" : "no");
}

/* Nothing is sent: what may not be is refused before. */
static void
is_refused(const char *url, const char *value)
{
	struct http_settings settings = {
	    .agent = "test", .connect_timeout = 1000, .timeout = 1000, .connections = 1};
	struct http_header header = {"X-Token", value};
	struct http_request request = {
	    .url = url, .headers = &header, .header_count = 1, .ceiling = 1};
	struct failure failure;
	struct http *http = http_open(&settings, &failure);
	ok(http != NULL && !http_start(http, &request, &failure), "%s is refused", url);
	http_close(http);
}

static void
check_trust(void)
{
	struct http_settings settings = {.ca_setting = NULL};
	struct trust trust;
	char text[TRUST_TEXT];
	unsetenv("CURL_CA_BUNDLE");
	unsetenv("SSL_CERT_FILE");
	setenv("SSL_CERT_DIR", "/tmp", 1);
	trust_find(&trust, &settings);
	trust_describe(&trust, CURLE_SSL_CACERT_BADFILE, "", text);
	ok(strstr(text, "ca-certificates") != NULL && strstr(text, "/tmp") == NULL, "%s", text);
	unsetenv("SSL_CERT_DIR");
	settings.ca_setting = "AWS_CA_BUNDLE";
	trust_find(&trust, &settings);
	trust_describe(&trust, CURLE_PEER_FAILED_VERIFICATION, "a server's own words", text);
	ok(strstr(text, "own words") == NULL && strstr(text, "set AWS_CA_BUNDLE") != NULL, "%s",
	    text);
}

static void
excepts(const char *list, const char *expected)
{
	setenv("no_proxy", list, 1);
	char *got = proxy_exceptions();
	is_text(got, expected, list);
	free(got);
}

static void
check_exceptions(void)
{
	unsetenv("NO_PROXY");
	excepts("", NULL);
	excepts("*", NULL);
	excepts(".example.com,localhost", NULL);
	excepts("*.example.com", ".example.com");
	excepts("a, *.b.c,*.d *.e", "a, .b.c,.d .e");
	excepts("*.*.a,b*.c", ".*.a,b*.c");
	unsetenv("no_proxy");
	setenv("NO_PROXY", "*.a", 1);
	char *got = proxy_exceptions();
	is_text(got, ".a", "NO_PROXY");
	free(got);
	unsetenv("NO_PROXY");
}

int
main(void)
{
	check_exceptions();
	check_trust();
	is_refused("http://192.0.2.1/", "t");
	is_refused("HTTP://192.0.2.1/", "t");
	is_refused("https://127.0.0.1:9/a", "t\r\nHost: b");
	is_refused("https://127.0.0.1:9/b", "t\n");
	is_refused("https://127.0.0.1:9/c", "t\177");
	may(true, "https://a.example/x", "https://a.example/y?z");
	may(true, "https://a.example/x", "https://A.EXAMPLE:443/y");
	may(true, "https://a.example:8443/x", "https://a.example:8443/y");
	may(true, "http://localhost:80/x", "https://localhost/y");
	may(false, "https://a.example/x", "http://a.example/y");
	may(false, "https://a.example/x", "https://a.example:8443/y");
	may(false, "https://a.example/x", "https://b.example/y");
	may(false, "https://a.example/x", "https://a.example.b.example/y");
	may(false, "https://a.example/x", "https://a.example@b.example/y");
	may(false, "https://a.example/x", "https://you@a.example/y");
	may(false, "https://a.example/x", "file:///etc/passwd");
	may(false, "https://a.example/x", "ftp://a.example/y");
	may(false, "https://a.example/x", "");
	may(false, "http://127.0.0.1:1/x", "http://127.0.0.1:1/y");
	is_wiped();
	ends_when_idle();
	return done();
}
