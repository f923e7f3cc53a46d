/* access: hosts and tokens. */
#include "tap.h"
#include "web/access.h"

static const struct access access = {.token = "0123456789abcdef",
    .cookie = "fxserve_80",
    .hosts = {"127.0.0.1:80", "localhost:80"},
    .host_count = 2};

static void
is(struct access_claim claim, enum access_verdict verdict, const char *name)
{
	if (claim.host == NULL)
		claim.host = "localhost:80";
	ok(access_check(&access, &claim) == verdict, "%s", name);
}

int
main(void)
{
	struct span token = span_of(access.token);
	struct access open = {.host_count = 0}, secure = access;

	is((struct access_claim){.token = token}, ACCESS_GRANTED, "the token of an address");
	is((struct access_claim){.authorization = "Bearer 0123456789abcdef"}, ACCESS_GRANTED,
	    "a header");
	is((struct access_claim){.authorization = "bearer 0123456789abcdef"}, ACCESS_GRANTED,
	    "its scheme in small letters");
	is((struct access_claim){.cookies = "a=b; fxserve_80=0123456789abcdef; c=d"},
	    ACCESS_GRANTED, "a cookie among others");
	is((struct access_claim){.cookies = "fxserve_80=x;fxserve_80=0123456789abcdef"},
	    ACCESS_GRANTED, "a cookie that is there twice");
	is((struct access_claim){0}, ACCESS_NO_TOKEN, "nothing");
	is((struct access_claim){.token = span_of("")}, ACCESS_NO_TOKEN, "an empty token");
	is((struct access_claim){.token = span_of("0123456789abcde")}, ACCESS_NO_TOKEN,
	    "a part of it");
	is((struct access_claim){.authorization = "Bearer 0123456789abcdefg"}, ACCESS_NO_TOKEN,
	    "more than it");
	is((struct access_claim){.authorization = "Basic 0123456789abcdef"}, ACCESS_NO_TOKEN,
	    "another scheme");
	is((struct access_claim){.cookies = "fxserve_8=0123456789abcdef; xfxserve_80=1"},
	    ACCESS_NO_TOKEN, "other cookies");
	is((struct access_claim){.cookies = "; ;=;fxserve_80"}, ACCESS_NO_TOKEN,
	    "no cookies at all");
	is((struct access_claim){.host = "LOCALHOST:80", .token = token}, ACCESS_GRANTED,
	    "a host in capitals");
	is((struct access_claim){.host = "localhost", .token = token}, ACCESS_GRANTED,
	    "without the port that browsers leave out");
	is((struct access_claim){.host = "localhost:81", .token = token}, ACCESS_WRONG_HOST,
	    "another port");
	is((struct access_claim){.host = "localhos", .token = token}, ACCESS_WRONG_HOST,
	    "a part of a host");
	secure.hosts[0] = "rates.example";
	ok(access_check(&secure, &(struct access_claim){.host = "rates.example:80",
	                             .token = token}) == ACCESS_GRANTED,
	    "with the port that is usual");
	secure.secure = true;
	ok(access_check(&secure, &(struct access_claim){.host = "localhost", .token = token}) ==
	        ACCESS_WRONG_HOST,
	    "with TLS browsers leave out another one");
	is((struct access_claim){.host = "rebound.example:80", .token = token}, ACCESS_WRONG_HOST,
	    "another host");
	is((struct access_claim){.host = ""}, ACCESS_WRONG_HOST, "an empty host");
	ok(access_check(&access, &(struct access_claim){.token = token}) == ACCESS_WRONG_HOST,
	    "no host");
	ok(access_check(&open, &(struct access_claim){0}) == ACCESS_GRANTED,
	    "a server that wants neither");
	return done();
}
