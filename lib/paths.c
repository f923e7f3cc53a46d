/* paths: see paths.h. A tree of steps; the root stands for the value itself. */
#include <stdint.h>
#include <stdlib.h>
#include "json.h"
#include "memory.h"
#include "paths.h"

struct step {
	char *token; /* the member's name, or digits, with ~0 and ~1 undone */
	struct span name; /* of token */
	long index; /* of an element; -1: the token is no index */
	bool only; /* "*" */
	unsigned wanted; /* a bit for each pointer that ends here */
	struct step *child;
	struct step *next; /* of the same parent */
};

struct paths {
	size_t count;
	struct step root;
};

static long
read_index(struct span token)
{
	long index = 0;
	if (token.length == 0 || token.length > 9 || (token.length > 1 && token.start[0] == '0'))
		return -1;
	for (size_t i = 0; i < token.length; i++) {
		if (token.start[i] < '0' || token.start[i] > '9')
			return -1;
		index = index * 10 + (token.start[i] - '0');
	}
	return index;
}

/* The token behind a slash, its escapes undone; NULL where a ~ has neither 0 nor 1 behind it. */
static char *
copy_token(const char *at, size_t length)
{
	char *token = memory_copy(at, length);
	size_t to = 0;
	for (size_t i = 0; i < length; i++, to++) {
		token[to] = at[i];
		if (at[i] != '~')
			continue;
		i++;
		if (i == length || (at[i] != '0' && at[i] != '1')) {
			free(token);
			return NULL;
		}
		token[to] = at[i] == '0' ? '~' : '/';
	}
	token[to] = '\0';
	return token;
}

/* The step below parent for that token, made where it is not there yet; takes token. */
static struct step *
step_below(struct step *parent, char *token)
{
	struct step **at = &parent->child;
	for (; *at != NULL; at = &(*at)->next) {
		if (strcmp((*at)->token, token) == 0) {
			free(token);
			return *at;
		}
	}
	*at = memory_new(1, sizeof(**at));
	(*at)->token = token;
	(*at)->name = span_of(token);
	(*at)->index = read_index((*at)->name);
	(*at)->only = strcmp(token, "*") == 0;
	return *at;
}

static bool
add_pointer(struct paths *paths, const char *pointer, unsigned bit)
{
	struct step *step = &paths->root;
	while (*pointer == '/') {
		size_t length = strcspn(pointer + 1, "/");
		char *token = copy_token(pointer + 1, length);
		if (token == NULL)
			return false;
		step = step_below(step, token);
		pointer += 1 + length;
	}
	step->wanted |= bit;
	return *pointer == '\0';
}

struct paths *
paths_compile(const char *const pointers[], size_t count, size_t *bad)
{
	struct paths *paths = memory_new(1, sizeof(*paths));
	paths->count = count;
	for (size_t i = 0; i < count; i++) {
		if (pointers[i] != NULL && !add_pointer(paths, pointers[i], 1u << i)) {
			*bad = i;
			paths_free(paths);
			return NULL;
		}
	}
	return paths;
}

static void
free_children(struct step *step)
{
	struct step *next;
	for (struct step *child = step->child; child != NULL; child = next) {
		next = child->next;
		free_children(child);
		free(child->token);
		free(child);
	}
}

void
paths_free(struct paths *paths)
{
	if (paths == NULL)
		return;
	free_children(&paths->root);
	free(paths);
}

static void follow(const struct step *step, struct span value, struct span *found);

/* "*" below step: what is alone in its container. */
static void
follow_only(const struct step *step, size_t count, struct span first, struct span *found)
{
	if (count != 1)
		return;
	for (const struct step *child = step->child; child != NULL; child = child->next)
		if (child->only)
			follow(child, first, found);
}

static void
follow_members(const struct step *step, struct span value, struct span *found)
{
	struct json_cursor cursor = json_enter(value);
	struct span name, member, first = {NULL, 0};
	size_t count = 0;
	unsigned seen = 0; /* of a name that comes twice the first counts */

	while (json_next_member(&cursor, &name, &member)) {
		unsigned bit = 1;
		bool escaped = memchr(name.start, '\\', name.length) != NULL;
		if (count++ == 0)
			first = member;
		for (const struct step *child = step->child; child != NULL;
		     child = child->next, bit <<= 1) {
			if (child->only || (seen & bit) != 0 ||
			    !(escaped ? json_text_is(name, child->name)
			              : span_equal(name, child->name)))
				continue;
			seen |= bit;
			follow(child, member, found);
		}
	}
	follow_only(step, count, first, found);
}

static void
follow_elements(const struct step *step, struct span value, struct span *found)
{
	struct json_cursor cursor = json_enter(value);
	struct span element, first = {NULL, 0};
	size_t count = 0;

	for (; json_next_element(&cursor, &element); count++) {
		if (count == 0)
			first = element;
		for (const struct step *child = step->child; child != NULL; child = child->next)
			if (child->index == (long)count)
				follow(child, element, found);
	}
	follow_only(step, count, first, found);
}

static void
follow(const struct step *step, struct span value, struct span *found)
{
	for (unsigned i = 0, wanted = step->wanted; wanted != 0; i++, wanted >>= 1)
		if ((wanted & 1) != 0)
			found[i] = value;
	if (step->child == NULL)
		return;
	enum json_kind kind = json_kind(value);
	if (kind == JSON_OBJECT)
		follow_members(step, value, found);
	else if (kind == JSON_ARRAY)
		follow_elements(step, value, found);
}

void
paths_follow(const struct paths *paths, struct span value, struct span *found)
{
	for (size_t i = 0; i < paths->count; i++)
		found[i] = (struct span){NULL, 0};
	follow(&paths->root, value, found);
}
