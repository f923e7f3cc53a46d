/* credentials_call: one request for keys, waited for, tried again where that may help. */
#ifndef AWS_CREDENTIALS_CALL_H
#define AWS_CREDENTIALS_CALL_H

#include "aws/credentials/source.h"
#include "net/http.h"

struct call {
	const char *url;
	const char *method; /* NULL: GET, or POST where there is a body */
	struct http_header headers[6];
	size_t header_count;
	struct span body;
	int64_t timeout; /* ms, of one try */
	unsigned tries;
	bool plain; /* http is allowed */
	bool direct; /* by way of no proxy */
};

struct answer {
	int status; /* 0: none came */
	char error[200]; /* why none came */
	char date[64]; /* the Date header, or "" */
	struct buffer body; /* to be freed with answer_free, which wipes it */
};

/* False only where stopped, or where libcurl does not start; answer is to be freed in any case. */
bool call_make(
    struct search *search, const struct call *call, struct answer *answer, struct failure *failure);
void answer_free(struct answer *answer);
/* Would the same again perhaps work? Nothing came, or trouble on the other side. */
bool answer_is_transient(const struct answer *answer);
/* "HTTP 500", or why nothing came. Returns text. */
const char *answer_words(const struct answer *answer, char text[200]);

#endif
