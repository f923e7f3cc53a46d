/*
 * sigv4: AWS Signature Version 4, a pure function of the request, the keys,
 * the place and the time. Source: IAM User Guide, "Create a signed AWS API request".
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
	struct span value; /* may hold runs of white space, which are folded */
};

struct sigv4_request {
	struct span method;
	struct span path; /* as in the URL, percent-encoded; empty stands for "/" */
	struct span query; /* as in the URL, without the "?"; in any order */
	const struct sigv4_header *headers; /* all that are to be signed, Host among them */
	size_t header_count;
	struct span payload;
	struct span digest; /* of it, as sigv4_digest writes it; length 0: not known yet */
	bool path_as_is; /* S3: the path is neither normalised nor encoded again */
};

struct sigv4_keys {
	struct span access_key;
	struct span secret_key;
	struct span session_token; /* length 0: none */
};

enum {
	SIGV4_DATE = 17, /* "20150830T123600Z" and its NUL */
	SIGV4_DIGEST = 65 /* SHA-256 in hexadecimal, and its NUL */
};

/* X-Amz-Date's value for a time in milliseconds. Returns text. */
const char *sigv4_date(int64_t time, char text[SIGV4_DATE]);

/* The value of x-amz-content-sha256, which S3 asks for. */
bool sigv4_digest(struct span payload, char text[SIGV4_DIGEST], struct failure *failure);

/*
 * Adds the value of the Authorization header. X-Amz-Date (sigv4_date of the
 * same time) and, with a session token, X-Amz-Security-Token are signed
 * whether or not headers has them; the caller sends both.
 */
bool sigv4_sign(const struct sigv4_request *request, const struct sigv4_keys *keys,
    const char *region, const char *service, int64_t time, struct buffer *authorization,
    struct failure *failure);

#endif
