/* arguments: checks names, numbers and words. */
#include <string.h>

#include "base/failure.h"
#include "serve/arguments.h"

enum { BAD_REQUEST = 400 };

static bool
read_number(const char *text, const struct argument *argument)
{
	uint64_t number = 0;
	size_t length = strlen(text);

	if (length == 0 || length > 18 || strspn(text, "0123456789") != length)
		return false;
	for (size_t i = 0; i < length; i++)
		number = number * 10 + (uint64_t)(text[i] - '0');
	if (number < argument->least || number > argument->most)
		return false;
	*(uint64_t *)argument->target = number;
	return true;
}

static bool
read_choice(const char *text, const struct argument *argument)
{
	size_t length = strlen(text);
	unsigned place = 0;

	for (const char *at = argument->words; *at != '\0'; place++) {
		size_t word = strcspn(at, " ");

		if (word == length && strncmp(at, text, word) == 0) {
			*(unsigned *)argument->target = place;
			return true;
		}
		at += word + strspn(at + word, " ");
	}
	return false;
}

/* False: it was replied to. */
static bool
read_value(struct request *request, const struct argument *argument, struct span given)
{
	const char *value = given.start;

	if (argument->type == ARGUMENT_KEY) {
		*(struct span *)argument->target = given;
		return true;
	}
	if (strlen(value) != given.length) {
		request_problem(
		    request, BAD_REQUEST, "the argument \"%s\" has a NUL", argument->name);
		return false;
	}
	if (argument->type == ARGUMENT_TEXT) {
		*(const char **)argument->target = value;
		return true;
	}
	if (argument->type == ARGUMENT_CHOICE && read_choice(value, argument))
		return true;
	if (argument->type == ARGUMENT_NUMBER && read_number(value, argument))
		return true;
	if (argument->type == ARGUMENT_CHOICE)
		request_problem(
		    request, BAD_REQUEST, "%s is one of: %s", argument->name, argument->words);
	else
		request_problem(request, BAD_REQUEST, "%s is a number from %llu to %llu",
		    argument->name, (unsigned long long)argument->least,
		    (unsigned long long)argument->most);
	return false;
}

static const struct argument *
find(const struct argument *arguments, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(arguments[i].name, name) == 0)
			return &arguments[i];
	}
	return NULL;
}

bool
arguments_read(struct request *request, const struct argument *arguments, size_t count)
{
	const struct query *query = request_query(request);
	struct shown shown;
	size_t times;

	for (size_t i = 0; i < query->count; i++) {
		const struct query_argument *given = &query->arguments[i];
		const struct argument *argument = find(arguments, count, given->name);

		query_find(query, given->name, &times);
		if (argument == NULL || times > 1) {
			request_problem(request, BAD_REQUEST,
			    argument == NULL ? "there is no argument \"%s\" here"
			                     : "the argument \"%s\" is there twice",
			    show(&shown, given->name, strlen(given->name)));
			return false;
		}
		if (!read_value(request, argument, given->value))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		query_find(query, arguments[i].name, &times);
		if (arguments[i].required && times == 0) {
			request_problem(request, BAD_REQUEST, "the argument \"%s\" is missing",
			    arguments[i].name);
			return false;
		}
	}
	return true;
}
