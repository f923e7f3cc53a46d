/*
 * sigv4: AWS Signature Version 4, a pure function of the request, the keys, the region, the service
 * and the time. Own code on libcrypto: libcurl 7.88's signer fails 10 of our 43 cases (two date
 * headers, headers signed but not sent, a wrong order). Source: IAM User Guide, "Create a signed
 * AWS API request".
 */
#ifndef AWS_SETTINGS_SIGV4_H
#define AWS_SETTINGS_SIGV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

struct sigv4_header {
	struct span name; /* in any case */
	struct span value; /* runs of white space are folded */
};

struct sigv4_request {
	struct span method;
	struct span path; /* as in the URL, percent-encoded; empty: "/" */
	struct span query; /* as in the URL, without the "?"; in any order */
	const struct sigv4_header *headers; /* all to be signed, including Host */
	size_t header_count;
	struct span payload;
	struct span digest; /* of the payload, by sigv4_digest; length 0: not known */
	bool path_as_is; /* S3: do not normalise the path or encode it again */
};

/*
 * The key that a day's requests to one service in one region are signed with: derived from the
 * secret key once, because that takes as long as the rest of signing. All zero at first; wipe it
 * after use.
 */
struct sigv4_day_key {
	char day[8]; /* "20150830" */
	char secret[128]; /* that it was derived from; a longer one is not kept */
	size_t secret_length;
	unsigned char key[32];
};

struct sigv4_keys {
	struct span access_key;
	struct span secret_key;
	struct span session_token; /* length 0: none */
	struct sigv4_day_key *day_key; /* NULL: none is kept */
};

enum {
	SIGV4_DATE = 17, /* "20150830T123600Z" and its NUL */
	SIGV4_DIGEST = 65 /* SHA-256 in hexadecimal, and its NUL */
};

/* The value of X-Amz-Date for a time in milliseconds. Returns text. */
const char *sigv4_date(int64_t time, char text[SIGV4_DATE]);

/* The value of x-amz-content-sha256, which S3 requires. */
bool sigv4_digest(struct span payload, char text[SIGV4_DIGEST], struct failure *failure);

/*
 * Adds the value of the Authorization header. X-Amz-Date (sigv4_date of the same time) and, with a
 * session token, X-Amz-Security-Token are signed even if headers lacks them; the caller sends
 * both.
 */
bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *region, const char *service, int64_t time, struct buffer *authorization,
    struct failure *failure);

#endif
