/*
 * credentials: what is read on the way to keys. With arguments it is what the
 * bats file asks for keys:
 *
 *     credentials COUNT MS [refused] [profile=NAME] [region=REGION] [endpoint_url=URL]
 *         [role_arn=ARN]
 *
 * asks COUNT times, MS apart, and prints each time "ACCESS SECRET TOKEN" or
 * "KIND TEXT"; "refused" says each time that they were refused. The others are what the options
 * of a tool say. What is noted goes to stderr. With COUNT 0 it prints the endpoint of Kinesis, and
 * the region, instead.
 */
#include <stdlib.h>
#include <unistd.h>
#include "system/shell_words.h"
#include "aws/credentials/source.h"
#include "aws/settings/endpoint.h"
#include "tap.h"
#include "text/xml.h"

static void
note(void *context, const char *sentence)
{
	(void)context;
	fprintf(stderr, "%s\n", sentence);
}

static void
print_keys(struct credentials *credentials)
{
	struct sigv4_keys keys;
	struct failure failure;
	if (credentials_get(credentials, &keys, &failure))
		printf("%.*s %.*s %.*s\n", (int)keys.access_key.length, keys.access_key.start,
		    (int)keys.secret_key.length, keys.secret_key.start,
		    (int)keys.session_token.length, keys.session_token.start);
	else
		printf("%s %s\n", failure.kind == FAILURE_TEMPORARY ? "temporary" : "person",
		    failure.text);
	fflush(stdout);
}

static void
print_endpoint(const struct aws_config *config)
{
	struct endpoint endpoint;
	struct failure failure;
	if (endpoint_find(config, &aws_kinesis, NULL, &endpoint, &failure))
		printf("%s %s\n", endpoint.url, endpoint.region);
	else
		printf("person %s\n", failure.text);
	endpoint_free(&endpoint);
}

static void
take_choice(struct aws_choice *choice, const char *argument)
{
	if (strncmp(argument, "profile=", 8) == 0)
		choice->profile = argument + 8;
	else if (strncmp(argument, "region=", 7) == 0)
		choice->region = argument + 7;
	else if (strncmp(argument, "endpoint_url=", 13) == 0)
		choice->endpoint_url = argument + 13;
	else if (strncmp(argument, "role_arn=", 9) == 0)
		choice->role_arn = argument + 9;
}

static int
ask(int count, unsigned pause, char **more)
{
	struct failure failure;
	struct aws_choice choice = {.profile = NULL};
	bool refused = *more != NULL && strcmp(*more, "refused") == 0;
	for (; *more != NULL; more++)
		take_choice(&choice, *more);
	struct aws_config *config = aws_config_open(&choice, &failure);
	struct credentials_settings settings = {
	    .config = config, .caller = {.agent = "test", .detail = note}};
	struct sandbox sandbox = {.network = true};
	if (config == NULL) {
		printf("person %s\n", failure.text);
		return 0;
	}
	/* As a tool is, so that what it needs is proven here for each source. */
	credentials_sandbox(config, &sandbox);
	if (!sandbox_enter(&sandbox, &failure))
		return 1;
	sandbox_free(&sandbox);
	struct credentials *credentials = credentials_open(&settings);
	if (count == 0)
		print_endpoint(config);
	for (int i = 0; i < count; i++) {
		if (i > 0)
			usleep(pause * 1000);
		print_keys(credentials);
		if (refused)
			credentials_refused(credentials);
	}
	credentials_close(credentials);
	aws_config_close(config);
	return 0;
}

/* expected: the words, a bar behind each; NULL: it cannot be taken apart. */
static void
splits(const char *line, const char *expected)
{
	char text[200] = "";
	char **words = shell_words_split(line);
	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		strcat(text, words[i]);
		strcat(text, "|");
	}
	is_text(words != NULL ? text : NULL, expected, line);
	shell_words_free(words);
}

static void
check_commands(void)
{
	splits("/bin/echo a  b\tc", "/bin/echo|a|b|c|");
	splits("  x  ", "x|");
	splits("", "");
	splits("a 'b c' \"d e\"f", "a|b c|d ef|");
	splits("a '' \"\"", "a|||");
	splits("a\\ b 'c\\d' \"e\\\"f\\\\g\\h\"", "a b|c\\d|e\"f\\g\\h|");
	splits("$HOME `ls` ; > # *", "$HOME|`ls`|;|>|#|*|");
	splits("a 'b", NULL);
	splits("a \"b", NULL);
	splits("a\\", "a\\|");
}

static void
element(const char *document, const char *expected)
{
	char *text = xml_text(span_of(document), "Code");
	is_text(text, expected, document);
	free(text);
}

static void
check_xml(void)
{
	element("<a><Code>x</Code></a>", "x");
	element("<CodeX>y</CodeX><Code> x&amp;&lt;&gt;&quot;&apos; </Code>", "x&<>\"'");
	element("<Code>x</Code><Code>y</Code>", "x");
	element("<Code></Code>", NULL);
	element("<Code><b>x</b></Code>", NULL);
	element("<Code>x</Cod", NULL);
	element("<Code>x", NULL);
	element("<Code>&unknown;</Code>", NULL);
	element("<Code>x</Other>", NULL);
	element("<", NULL);
	element("", NULL);
}

static void
reads(const char *text, int64_t expected)
{
	int64_t time = -1;
	is_number(source_time(text, &time) ? time : -1, expected, text);
}

static void
check_times(void)
{
	reads("2026-01-01T00:00:00Z", INT64_C(1767225600000));
	reads("2026-01-01T00:00:00UTC", INT64_C(1767225600000));
	reads("2026-01-01T01:00:00+01:00", INT64_C(1767225600000));
	reads("1767225600000", INT64_C(1767225600000));
	reads("soon", -1);
}

static void
document(const char *text, const char *wrong)
{
	static const struct key_names names = {"A", "S", "T", "E"};
	struct found_keys found = {.access_key = NULL};
	is_text(source_keys(span_of(text), &names, &found), wrong, text);
	source_free_keys(&found);
}

static void
check_documents(void)
{
	document("{\"A\":\"a\",\"S\":\"s\"}", NULL);
	document("{\"A\":\"a\",\"S\":\"s\",\"T\":null,\"E\":null}", NULL);
	document("{\"A\":\"a\",\"S\":\"s\",\"T\":\"t\",\"E\":\"2026-01-01T00:00:00Z\"}", NULL);
	document("{\"A\":\"a\",\"S\":\"s\",\"E\":1767225600000}", NULL);
	document("{\"A\":\"a\",\"S\":\"s\",\"E\":\"soon\"}", "E");
	document("{\"A\":\"a\\u0000b\",\"S\":\"s\"}", "A");
	document("{\"A\":\"\",\"S\":\"s\"}", "A");
	document("{\"A\":\"a\",\"S\":{}}", "S");
	document("[]", "A");
	document("", "A");
}

int
main(int argc, char **argv)
{
	if (argc > 2)
		return ask(atoi(argv[1]), (unsigned)atoi(argv[2]), argv + 3);
	check_commands();
	check_xml();
	check_times();
	check_documents();
	return done();
}
