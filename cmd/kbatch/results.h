/* results: the results of lines, queued until the storing loop asks for them. */
#ifndef KBATCH_RESULTS_H
#define KBATCH_RESULTS_H

#include "base/buffer.h"
#include "base/failure.h"
#include "kbatch/backlog.h"
#include "kbatch/outcome.h"

enum result_kind {
	RESULT_DONE,
	RESULT_FAILED, /* given up because of the outcome of its last attempt */
	RESULT_TOO_OLD, /* given up because it is older than --max-age */
	RESULT_LAST /* the work stops at this line */
};

struct result {
	backlog_number number;
	enum result_kind kind;
	const struct outcome *outcome; /* of RESULT_FAILED and RESULT_TOO_OLD */
};

struct results;

struct results *results_open(void);
void results_close(struct results *results);
/* outcome: stays valid until the result is taken. */
void results_add(struct results *results, backlog_number number, enum result_kind kind,
    const struct outcome *outcome);
/* The oldest result. False: there is none. */
bool results_next(struct results *results, struct result *result);

/*
 * Why a line that was given up is refused: error, which its command reported for it, or if that
 * is NULL, the outcome's text. max_age: us. name: of the command.
 */
void results_explain(const struct result *result, const char *error, const char *name,
    int64_t max_age, struct failure *refused);
/*
 * Further members for the rejects file, as text that begins with a comma; nothing if there are
 * none: "status" or "signal" and "words", the last bytes of the command's standard error.
 */
void results_add_details(const struct result *result, struct buffer *details);

#endif
