/* json_pointer: a tree of steps, one for each token; its root stands for the value itself. */
#include <stdlib.h>
#include <string.h>
#include "text/json.h"
#include "base/memory.h"
#include "text/json_pointer.h"

struct step {
	char *token; /* the member's name, or digits, with ~0 and ~1 undone */
	struct span name; /* of token */
	bool plain; /* without quotes and backslashes */
	unsigned bit; /* that marks it among the children of its parent */
	long index; /* of an element; -1: the token is not an index */
	bool only; /* "*" */
	unsigned wanted; /* a bit for each pointer that ends here */
	struct step *child;
	struct step *next; /* another child of the same parent */
};

struct json_pointers {
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

/* Decodes the token after a slash. NULL: a ~ without 0 or 1 after it. */
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

/* The child of parent for that token, created if it is missing; takes token. */
static struct step *
step_below(struct step *parent, char *token)
{
	struct step **at = &parent->child;
	unsigned bit = 1;
	for (; *at != NULL; at = &(*at)->next, bit <<= 1) {
		if (strcmp((*at)->token, token) == 0) {
			free(token);
			return *at;
		}
	}
	*at = memory_new(1, sizeof(**at));
	(*at)->token = token;
	(*at)->name = span_of(token);
	(*at)->plain = strpbrk(token, "\\\"") == NULL;
	(*at)->bit = bit;
	(*at)->index = read_index((*at)->name);
	(*at)->only = strcmp(token, "*") == 0;
	return *at;
}

static bool
add_pointer(struct json_pointers *pointers, const char *pointer, unsigned bit)
{
	struct step *step = &pointers->root;
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

struct json_pointers *
json_pointers_compile(const char *const pointers[], size_t count, size_t *bad)
{
	struct json_pointers *compiled = memory_new(1, sizeof(*compiled));
	compiled->count = count;
	for (size_t i = 0; i < count; i++) {
		if (pointers[i] != NULL && !add_pointer(compiled, pointers[i], 1u << i)) {
			*bad = i;
			json_pointers_free(compiled);
			return NULL;
		}
	}
	return compiled;
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
json_pointers_free(struct json_pointers *pointers)
{
	if (pointers == NULL)
		return;
	free_children(&pointers->root);
	free(pointers);
}

/*
 * This walks the text itself: the text is known to be valid, so each byte is passed once. With
 * the cursors of json.h, which check the text at each level, fxenc took 43 % more instructions.
 */
struct walk {
	const char *end;
	struct span *found;
};

static const char *follow(const struct walk *walk, const struct step *step, const char *at);

static inline const char *
pass_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	return at;
}

/* From after a string's first quote to its last. */
static inline const char *
pass_text(const struct walk *walk, const char *at)
{
	const char *quote = memchr(at, '"', (size_t)(walk->end - at));
	if (quote != NULL && quote[-1] != '\\')
		return quote;
	while (at < walk->end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	return at < walk->end ? at : walk->end;
}

/* Passes a value that no pointer leads into. */
static const char *
pass_value(const struct walk *walk, const char *at)
{
	unsigned open = 0;
	do {
		if (at >= walk->end)
			return walk->end;
		if (*at == '"')
			at = pass_text(walk, at + 1);
		else if (*at == '{' || *at == '[')
			open++;
		else if (open > 0 && (*at == '}' || *at == ']'))
			open--;
		else if (open == 0) {
			while (at < walk->end && strchr(",]} \t\r\n", *at) == NULL)
				at++;
			return at;
		}
		at++;
	} while (open > 0);
	return at;
}

/* "*" below step: the only member or element of its container. */
static void
follow_only(const struct walk *walk, const struct step *step, size_t count, const char *first)
{
	for (const struct step *child = step->child; count == 1 && child != NULL;
	     child = child->next)
		if (child->only)
			follow(walk, child, first);
}

/* The child for a member of that name; if a name occurs twice, the first counts. */
static const struct step *
find_child(const struct step *step, struct span name, unsigned *seen)
{
	const struct step *child = step->child;

	while (child != NULL && !(child->plain && span_equal(name, child->name)))
		child = child->next;
	/* Few names are escaped. */
	if (child == NULL && memchr(name.start, '\\', name.length) != NULL) {
		child = step->child;
		while (child != NULL && !json_text_is(name, child->name))
			child = child->next;
	}
	if (child == NULL || child->only || (*seen & child->bit) != 0)
		return NULL;
	*seen |= child->bit;
	return child;
}

static const char *
follow_members(const struct walk *walk, const struct step *step, const char *at)
{
	const char *first = NULL;
	size_t count = 0;
	unsigned seen = 0;

	at = pass_space(at + 1, walk->end);
	while (at < walk->end && *at == '"') {
		const char *name = at + 1;
		at = pass_text(walk, name);
		const struct step *child =
		    find_child(step, (struct span){name, (size_t)(at - name)}, &seen);
		at = pass_space(pass_space(at + 1, walk->end) + 1, walk->end);
		if (count++ == 0)
			first = at;
		at = child != NULL ? follow(walk, child, at) : pass_value(walk, at);
		at = pass_space(at, walk->end);
		if (at < walk->end && *at == ',')
			at = pass_space(at + 1, walk->end);
	}
	follow_only(walk, step, count, first);
	return at + 1;
}

static const char *
follow_elements(const struct walk *walk, const struct step *step, const char *at)
{
	const char *first = NULL;
	long count = 0;

	at = pass_space(at + 1, walk->end);
	while (at < walk->end && *at != ']') {
		const struct step *child = step->child;
		while (child != NULL && child->index != count)
			child = child->next;
		if (count++ == 0)
			first = at;
		at = child != NULL ? follow(walk, child, at) : pass_value(walk, at);
		at = pass_space(at, walk->end);
		if (at < walk->end && *at == ',')
			at = pass_space(at + 1, walk->end);
	}
	follow_only(walk, step, (size_t)count, first);
	return at + 1;
}

/* step stands for the value at at. Returns the end of the value. */
static const char *
follow(const struct walk *walk, const struct step *step, const char *at)
{
	const char *start = at;
	if (step->child != NULL && at < walk->end && *at == '{')
		at = follow_members(walk, step, at);
	else if (step->child != NULL && at < walk->end && *at == '[')
		at = follow_elements(walk, step, at);
	else
		at = pass_value(walk, at);
	for (unsigned i = 0, wanted = step->wanted; wanted != 0; i++, wanted >>= 1)
		if ((wanted & 1) != 0)
			walk->found[i] = (struct span){start, (size_t)(at - start)};
	return at;
}

void
json_pointers_follow(const struct json_pointers *pointers, struct span value, struct span *found)
{
	for (size_t i = 0; i < pointers->count; i++)
		found[i] = (struct span){NULL, 0};
	struct walk walk = {value.start + value.length, found};
	follow(&walk, &pointers->root, pass_space(value.start, walk.end));
}
