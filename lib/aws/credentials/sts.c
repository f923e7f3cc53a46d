/* sts: calls AssumeRole and AssumeRoleWithWebIdentity. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "aws/credentials/call.h"
#include "aws/credentials/sts.h"
#include "aws/settings/endpoint.h"
#include "net/http_date.h"
#include "text/form.h"
#include "text/redact.h"
#include "base/memory.h"
#include "text/xml.h"

enum {
	TIMEOUT = 20 * 1000,
	ATTEMPTS = 3,
	FORM_MAX = 128 * 1024,
	SKEW = 5 * 60 * 1000 /* ms that the clocks may differ */
};

struct asking {
	struct search *search;
	const struct role *role;
	const struct found_keys *source; /* NULL: not signed */
	const char *token; /* of a web identity, else NULL */
	struct endpoint endpoint;
	struct buffer form;
	int64_t skew; /* ms by which the service's clock is ahead of ours */
};

static void
write_form(struct buffer *form, const struct role *role, const char *action, const char *token)
{
	char session[40];
	snprintf(session, sizeof(session), "fxpipe-session-%" PRId64, clock_now() / 1000);
	buffer_init(form, FORM_MAX);
	buffer_reserve(form, FORM_MAX);
	form_begin(form, action, FORM_STS);
	form_add(form, "RoleArn", role->arn);
	form_add(form, "RoleSessionName", role->session != NULL ? role->session : session);
	form_add(form, "ExternalId", role->external_id);
	form_add(form, "DurationSeconds", role->duration);
	form_add(form, "WebIdentityToken", token);
}

/* Adds Authorization and the headers that belong to it; date and authorization hold the values. */
static bool
sign(const struct asking *asking, struct call *call, char date[SIGV4_DATE],
    struct buffer *authorization, struct failure *failure)
{
	const struct found_keys *source = asking->source;
	const char *token = source->session_token;
	int64_t now = clock_now() + asking->skew;
	struct sigv4_keys keys = {.access_key = span_of(source->access_key),
	    .secret_key = span_of(source->secret_key),
	    .session_token = token != NULL ? span_of(token) : (struct span){"", 0}};
	struct sigv4_header headers[] = {
	    {span_of("Host"), span_of(asking->endpoint.host)},
	    {span_of("Content-Type"), span_of(aws_sts.content)},
	};
	struct sigv4_request request = {.method = span_of("POST"),
	    .path = span_of(asking->endpoint.path),
	    .query = span_of(""),
	    .headers = headers,
	    .header_count = 2,
	    .payload = buffer_span(&asking->form)};
	sigv4_date(now, date);
	if (!sigv4_sign(&request, &keys, asking->endpoint.region, aws_sts.signing, now,
	        authorization, failure))
		return false;
	call->headers[call->header_count++] = (struct http_header){"X-Amz-Date", date};
	call->headers[call->header_count++] =
	    (struct http_header){"Authorization", buffer_text(authorization)};
	if (token != NULL)
		call->headers[call->header_count++] =
		    (struct http_header){"X-Amz-Security-Token", token};
	return true;
}

static bool
ask(const struct asking *asking, struct answer *answer, struct failure *failure)
{
	const struct endpoint *endpoint = &asking->endpoint;
	bool root = endpoint->path[0] == '/' && endpoint->path[1] == '\0';
	char *url = memory_format("%s%s", endpoint->url, root ? "/" : "");
	char date[SIGV4_DATE];
	struct buffer authorization;
	struct call call = {.url = url,
	    .headers = {{"Content-Type", aws_sts.content}},
	    .header_count = 1,
	    .body = buffer_span(&asking->form),
	    .timeout = TIMEOUT,
	    .attempts = ATTEMPTS,
	    .plain = endpoint->named};
	*answer = (struct answer){.status = 0};
	buffer_init(&authorization, 4096);
	bool good = asking->source == NULL || sign(asking, &call, date, &authorization, failure);
	if (good)
		good = call_make(asking->search, &call, answer, failure);
	buffer_free(&authorization);
	free(url);
	return good;
}

/* Was the call refused because our clock is wrong? *skew: what to add to it. */
static bool
learn_skew(const struct answer *answer, int64_t *skew)
{
	int64_t date;
	if (answer->status != 400 && answer->status != 403)
		return false;
	if (!http_date_read(answer->date, &date) || *skew != 0)
		return false;
	*skew = date - clock_now();
	if (*skew > -SKEW && *skew < SKEW)
		*skew = 0;
	return *skew != 0;
}

static enum outcome
refuse(const struct asking *asking, const struct answer *answer, struct failure *failure)
{
	enum failure_kind kind = call_is_transient(answer) ? FAILURE_TEMPORARY : FAILURE_PERMANENT;
	struct span body = buffer_span(&answer->body);
	struct shown arn, said;
	char described[CALL_TEXT];
	char *code = xml_text(body, "Code"), *message = xml_text(body, "Message");
	struct buffer text;
	show(&arn, asking->role->arn, strlen(asking->role->arn));
	buffer_init(&text, FORM_MAX);
	buffer_add_format(&text, "%s%s%s", code != NULL ? code : call_describe(answer, described),
	    message != NULL ? ": " : "", message != NULL ? message : "");
	if (asking->source != NULL)
		source_redact(asking->source, &text);
	if (asking->token != NULL)
		redact(&text, span_of(asking->token));
	show(&said, text.data, text.length);
	source_failed(failure, kind, "STS %s the role %s: %s",
	    answer->status == 0         ? "could not be reached for"
	    : kind == FAILURE_TEMPORARY ? "gave no keys for"
	                                : "refused",
	    arn.text, said.text);
	free(code);
	free(message);
	buffer_free(&text);
	return OUTCOME_FAILED;
}

static enum outcome
take_answer(const struct asking *asking, const struct answer *answer, struct found_keys *found,
    struct failure *failure)
{
	struct span body = buffer_span(&answer->body);
	struct shown arn;
	if (answer->status != 200)
		return refuse(asking, answer, failure);
	char *until = xml_text(body, "Expiration");
	found->access_key = xml_text(body, "AccessKeyId");
	found->secret_key = xml_text(body, "SecretAccessKey");
	found->session_token = xml_text(body, "SessionToken");
	show(&arn, asking->role->arn, strlen(asking->role->arn));
	/* An emulator may give keys without an end. */
	bool whole = found->access_key != NULL && found->secret_key != NULL &&
	             found->session_token != NULL &&
	             (until == NULL || source_time(until, &found->until));
	free(until);
	if (!whole)
		return source_failed(failure, FAILURE_TEMPORARY,
		    "the answer of STS for the role %s holds no keys", arn.text);
	found->where = memory_format("the role %s", arn.text);
	return OUTCOME_FOUND;
}

/* The configured region; else the service's first. */
static const char *
region_of(const struct search *search)
{
	struct failure ignored;
	const char *setting, *region = aws_config_region(search->config, &setting, &ignored);
	return region != NULL ? region : "us-east-1";
}

static enum outcome
assume(struct asking *asking, struct found_keys *found, struct failure *failure)
{
	struct answer answer;
	enum outcome outcome = OUTCOME_FAILED;
	if (!endpoint_find_for_keys(asking->search->config, &aws_sts, region_of(asking->search),
	        &asking->endpoint, failure))
		return outcome;
	bool good = ask(asking, &answer, failure);
	if (good && asking->source != NULL && learn_skew(&answer, &asking->skew)) {
		call_free(&answer);
		good = ask(asking, &answer, failure);
	}
	if (good)
		outcome = take_answer(asking, &answer, found, failure);
	call_free(&answer);
	endpoint_free(&asking->endpoint);
	return outcome;
}

enum outcome
sts_assume_role(struct search *search, const struct role *role, const struct found_keys *source,
    struct found_keys *found, struct failure *failure)
{
	struct asking asking = {.search = search, .role = role, .source = source};
	write_form(&asking.form, role, "AssumeRole", NULL);
	enum outcome outcome = assume(&asking, found, failure);
	buffer_free(&asking.form);
	return outcome;
}

enum outcome
sts_web_identity(struct search *search, const struct role *role, const char *token,
    struct found_keys *found, struct failure *failure)
{
	struct asking asking = {.search = search, .role = role, .token = token};
	write_form(&asking.form, role, "AssumeRoleWithWebIdentity", token);
	enum outcome outcome = assume(&asking, found, failure);
	buffer_wipe(&asking.form);
	return outcome;
}
