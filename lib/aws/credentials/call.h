/* call: a request for keys: sends it, waits for the reply, retries temporary failures. */
#ifndef AWS_CREDENTIALS_CALL_H
#define AWS_CREDENTIALS_CALL_H

#include "aws/credentials/source.h"
#include "net/http.h"

enum { CALL_TEXT = 400 };

struct call {
	const char *url;
	const char *method; /* NULL: GET, or POST with a body */
	struct http_header headers[6];
	size_t header_count;
	struct span body;
	int64_t timeout; /* ms, of one attempt */
	unsigned attempts;
	bool plain; /* http is allowed */
	bool direct; /* without a proxy */
};

struct answer {
	int status; /* 0: there is no reply */
	char error[CALL_TEXT]; /* the URL, and why there is no reply */
	bool final; /* without a reply: no retry helps, as in http_reply */
	bool sent; /* without a reply: a part of the request was sent */
	char date[64]; /* the Date header, or "" */
	struct buffer body; /* free it with call_free, which wipes it */
};

/* False: stopped, or libcurl failed. Free answer in any case. */
bool call_make(
    struct search *search, const struct call *call, struct answer *answer, struct failure *failure);
void call_free(struct answer *answer);
/* May a retry work? There is no reply, or it reports a temporary error. */
bool call_is_transient(const struct answer *answer);
/* Writes "HTTP 500", or "http://169.254.169.254: Connection refused". Returns text. */
const char *call_describe(const struct answer *answer, char text[CALL_TEXT]);

#endif
