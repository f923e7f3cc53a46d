/* rule: reads rules. */
#include <stdlib.h>

#include "alert/rule.h"
#include "base/memory.h"
#include "text/decimal_compare.h"
#include "text/timestamp.h"

enum { WORDS = 5 };

struct words {
	struct span items[WORDS];
	size_t count;
};

static const char forms[] =
    "'MEMBER > NUMBER' (or <, >=, <=), 'MEMBER crosses [above|below] NUMBER', "
    "'MEMBER change|rise|fall PERCENT% in TIME' and 'missing TIME'";

/* False: there are more. */
static bool
split(const char *text, struct words *words)
{
	static const char blanks[] = " \t";

	words->count = 0;
	for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
		size_t length = strcspn(text, blanks);

		if (words->count == WORDS)
			return false;
		words->items[words->count++] = (struct span){text, length};
		text += length;
	}
	return true;
}

/* Writes the words with a blank between. False: too long. */
static bool
join(const struct words *words, char text[RULE_TEXT])
{
	size_t length = 0;

	for (size_t i = 0; i < words->count; i++) {
		struct span word = words->items[i];

		if (length + word.length + 1 >= RULE_TEXT)
			return false;
		if (i > 0)
			text[length++] = ' ';
		memcpy(text + length, word.start, word.length);
		length += word.length;
	}
	text[length] = '\0';
	return true;
}

static size_t
find_member(struct rules *rules, struct span name)
{
	for (size_t i = 0; i < rules->member_count; i++) {
		if (span_is(name, rules->members[i]))
			return i;
	}
	rules->members[rules->member_count] = memory_copy(name.start, name.length);
	return rules->member_count++;
}

static bool
read_span(struct span text, int64_t *span, struct failure *failure)
{
	struct shown shown;

	return (text.length <= 24 && duration_parse(text, span) && *span > 0) ||
	       fail(failure, FAILURE_PERMANENT, "\"%s\" is not a time such as 90s, 10m or 1h",
	           show(&shown, text.start, text.length));
}

bool
rules_percentage(struct span text, struct decimal *percent)
{
	if (text.length < 2 || text.start[text.length - 1] != '%')
		return false;
	text.length--;
	return decimal_read(text, percent) == NULL && percent->whole > 0;
}

/* The words after the member of: > NUMBER. */
static bool
read_bound(struct rule *rule, const struct words *words, struct failure *failure)
{
	struct span number = words->items[words->count - 1];
	const char *reason = decimal_read(number, &rule->number);
	struct shown shown;

	return reason == NULL || fail(failure, FAILURE_PERMANENT, "\"%s\" %s",
	                             show(&shown, number.start, number.length), reason);
}

static bool
read_change(struct rule *rule, const struct words *words, struct failure *failure)
{
	struct span percent = words->items[2];
	struct shown shown;

	rule->kind = RULE_CHANGE;
	if (!rules_percentage(percent, &rule->number))
		return fail(failure, FAILURE_PERMANENT, "\"%s\" is not a percentage such as 5%%",
		    show(&shown, percent.start, percent.length));
	return read_span(words->items[4], &rule->span, failure);
}

/* The kind of a rule whose second word is one of < > <= >=. */
static bool
read_comparison(struct span word, struct rule *rule)
{
	if (word.length == 0 || word.length > 2 || (word.length == 2 && word.start[1] != '='))
		return false;
	rule->kind = *word.start == '>' ? RULE_ABOVE : RULE_BELOW;
	rule->or_equal = word.length == 2;
	return *word.start == '>' || *word.start == '<';
}

static bool
find_directions(
    struct span word, const char *both, const char *up, const char *down, unsigned *directions)
{
	*directions = span_is(word, both) ? RULE_UP | RULE_DOWN
	              : span_is(word, up) ? RULE_UP
	                                  : RULE_DOWN;
	return *directions != RULE_DOWN || span_is(word, down);
}

static bool
read_words(const struct words *words, struct rule *rule, struct failure *failure)
{
	const struct span *word = words->items;

	if (words->count == 2 && span_is(word[0], "missing")) {
		rule->kind = RULE_MISSING;
		return read_span(word[1], &rule->span, failure);
	}
	if (words->count == 3 && read_comparison(word[1], rule))
		return read_bound(rule, words, failure);
	rule->kind = RULE_CROSSES;
	rule->directions = RULE_UP | RULE_DOWN;
	if (words->count == 3 && span_is(word[1], "crosses"))
		return read_bound(rule, words, failure);
	if (words->count == 4 && span_is(word[1], "crosses") &&
	    find_directions(word[2], "", "above", "below", &rule->directions))
		return read_bound(rule, words, failure);
	if (words->count == 5 && span_is(word[3], "in") &&
	    find_directions(word[1], "change", "rise", "fall", &rule->directions))
		return read_change(rule, words, failure);
	return fail(failure, FAILURE_PERMANENT, "the forms are %s", forms);
}

bool
rules_add(struct rules *rules, const char *text, struct failure *failure)
{
	struct rule *rule = &rules->items[rules->count];
	struct failure reason = {.text = ""};
	struct words words;
	struct shown shown;

	if (rules->count == RULES_MOST)
		return fail(failure, FAILURE_PERMANENT, "more than %d rules", RULES_MOST);
	*rule = (struct rule){.kind = RULE_MISSING};
	show(&shown, text, strlen(text));
	if (!split(text, &words) || !join(&words, rule->text))
		return fail(failure, FAILURE_PERMANENT, "rule \"%s\" is too long: the forms are %s",
		    shown.text, forms);
	if (!read_words(&words, rule, &reason))
		return fail(failure, FAILURE_PERMANENT, "rule \"%s\": %s", shown.text, reason.text);
	for (size_t i = 0; i < rules->count; i++) {
		if (strcmp(rules->items[i].text, rule->text) == 0)
			return fail(
			    failure, FAILURE_PERMANENT, "rule \"%s\" is given twice", shown.text);
	}
	if (rule->kind == RULE_MISSING)
		rules->missing = true;
	else
		rule->member = find_member(rules, words.items[0]);
	rules->count++;
	return true;
}

bool
rules_check(const struct rules *rules, struct failure *failure)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (rules->items[i].kind == RULE_CHANGE &&
		    decimal_compare(rules->items[i].number, rules->reset) <= 0)
			return fail(failure, FAILURE_PERMANENT,
			    "--reset must be smaller than the percentage of \"%s\"",
			    rules->items[i].text);
	}
	return true;
}

void
rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->member_count; i++)
		free(rules->members[i]);
}
