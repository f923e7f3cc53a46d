/* query: writes the request for a query. */
#include <stdio.h>
#include <stdlib.h>

#include "text/base64.h"
#include "text/json.h"
#include "base/memory.h"
#include "text/number.h"
#include "table/dynamodb/dynamodb.h"

/* A key as a person wrote it, checked, and in the form in which keys are compared. */
struct value {
	struct span text; /* start NULL: not given */
	struct span key;
};

struct asked {
	struct value partition, sort, from, to;
};

static bool
read_values(struct dynamodb *dynamodb, const struct table_query *query, struct asked *asked,
    struct failure *failure)
{
	struct value *const values[] = {&asked->partition, &asked->sort, &asked->from, &asked->to};

	*asked = (struct asked){{.text = query->partition}, {.text = query->sort},
	    {.text = query->from}, {.text = query->to}};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (values[i]->text.start != NULL && !item_key_value(dynamodb->reader, i > 0,
		                                         values[i]->text, &values[i]->key, failure))
			return false;
	}
	return true;
}

/* {"S":"BTC/USD"} */
static void
add_value(struct buffer *body, const struct key_part *part, const struct value *value)
{
	struct number number;
	char text[64];

	buffer_add_format(body, "{\"%c\":", part->type);
	if (part->type == 'S') {
		json_add_string(body, value->key.start, value->key.length);
	} else {
		buffer_add_text(body, "\"");
		if (part->type == 'B')
			base64_encode(body, value->key.start, value->key.length);
		else if (number_read(value->text, &number) == NULL)
			buffer_add(body, text, number_format(&number, text));
		buffer_add_text(body, "\"");
	}
	buffer_add_text(body, "}");
}

/* "ticker":{"S":"BTC/USD"} */
static void
add_attribute(struct buffer *body, const struct key_part *part, const struct value *value)
{
	json_add_string(body, part->name, strlen(part->name));
	buffer_add_text(body, ":");
	add_value(body, part, value);
}

static void
ask_for_one(const struct dynamodb *dynamodb, const struct asked *asked, struct buffer *body)
{
	buffer_add_text(body, ",\"Key\":{");
	add_attribute(body, &dynamodb->table.key.partition, &asked->partition);
	if (asked->sort.text.start != NULL) {
		buffer_add_text(body, ",");
		add_attribute(body, &dynamodb->table.key.sort, &asked->sort);
	}
	buffer_add_text(body, "}");
}

/* "#0":"ticker" */
static void
add_substitute(struct buffer *body, const char *before, const char *substitute, struct span name)
{
	buffer_add_format(body, "%s\"%s\":", before, substitute);
	json_add_string(body, name.start, name.length);
}

/* DynamoDB reserves many words, so expressions use substitutes for names. */
static void
add_projection(const struct projection *projection, struct buffer *body)
{
	buffer_add_text(body, ",\"ProjectionExpression\":\"");
	for (size_t i = 0; i < projection->count; i++)
		buffer_add_format(body, i > 0 ? ",#%zu" : "#%zu", i);
	buffer_add_text(body, "\"");
}

/* Of the projection, and of the key: #p, and #s if there is a sort key in the expression. */
static void
add_names(const struct dynamodb *dynamodb, bool partition, bool sort, struct buffer *body)
{
	const struct projection *projection = dynamodb->table.projection;
	const struct table_key *key = &dynamodb->table.key;
	const char *before = "";
	char substitute[32];

	if (projection == NULL && !partition)
		return;
	buffer_add_text(body, ",\"ExpressionAttributeNames\":{");
	for (size_t i = 0; projection != NULL && i < projection->count; i++) {
		snprintf(substitute, sizeof substitute, "#%zu", i);
		add_substitute(body, before, substitute, projection->names[i]);
		before = ",";
	}
	if (partition)
		add_substitute(body, before, "#p", span_of(key->partition.name));
	if (sort)
		add_substitute(body, ",", "#s", span_of(key->sort.name));
	buffer_add_text(body, "}");
}

static void
add_consistency(const struct dynamodb *dynamodb, struct buffer *body)
{
	buffer_add_text(
	    body, dynamodb->eventual ? ",\"ConsistentRead\":false" : ",\"ConsistentRead\":true");
	if (dynamodb->settings.index != NULL) {
		buffer_add_text(body, ",\"IndexName\":");
		json_add_string(body, dynamodb->settings.index, strlen(dynamodb->settings.index));
	}
	if (dynamodb->table.projection != NULL)
		add_projection(dynamodb->table.projection, body);
}

void
dynamodb_add_reading(const struct dynamodb *dynamodb, struct buffer *body)
{
	add_consistency(dynamodb, body);
	add_names(dynamodb, false, false, body);
}

static void
ask_for_range(
    const struct dynamodb *dynamodb, const struct asked *asked, bool reversed, struct buffer *body)
{
	const struct table_key *key = &dynamodb->table.key;
	bool from = asked->from.text.start != NULL, to = asked->to.text.start != NULL;

	buffer_add_text(body, ",\"KeyConditionExpression\":\"#p = :p");
	buffer_add_text(body, from && to ? " AND #s BETWEEN :f AND :t"
	                      : from     ? " AND #s >= :f"
	                      : to       ? " AND #s <= :t"
	                                 : "");
	buffer_add_text(body, "\"");
	add_names(dynamodb, true, from || to, body);
	buffer_add_text(body, ",\"ExpressionAttributeValues\":{\":p\":");
	add_value(body, &key->partition, &asked->partition);
	if (from) {
		buffer_add_text(body, ",\":f\":");
		add_value(body, &key->sort, &asked->from);
	}
	if (to) {
		buffer_add_text(body, ",\":t\":");
		add_value(body, &key->sort, &asked->to);
	}
	buffer_add_text(body, reversed ? "},\"ScanIndexForward\":false" : "}");
}

/* The range is empty; DynamoDB would report an error. */
static bool
is_empty(const struct asked *asked)
{
	struct span from = asked->from.key, to = asked->to.key;

	return asked->from.text.start != NULL && asked->to.text.start != NULL &&
	       span_compare(from, to) > 0;
}

bool
dynamodb_ask(struct dynamodb *dynamodb, const struct table_query *query,
    struct dynamodb_question *question, struct failure *failure)
{
	struct buffer *body = &question->body;
	struct asked asked;
	bool good = read_values(dynamodb, query, &asked, failure);

	if (good && query->partition.start == NULL && query->reversed)
		good = fail(failure, FAILURE_PERMANENT,
		    "DynamoDB returns all items of a table in no order: -r requires a partition "
		    "key");
	if (good) {
		dynamodb_begin(dynamodb, body);
		dynamodb_add_name(dynamodb, body);
		add_consistency(dynamodb, body);
		/* Several items of an index may have one key, so it has no GetItem. */
		if (dynamodb->settings.index != NULL && asked.sort.text.start != NULL)
			asked.from = asked.to = asked.sort;
		question->empty = is_empty(&asked);
		if (query->partition.start == NULL) {
			question->action = "Scan";
			add_names(dynamodb, false, false, body);
		} else if (dynamodb->settings.index == NULL &&
		           (query->sort.start != NULL || dynamodb->table.key.sort.type == '\0')) {
			question->action = "GetItem";
			ask_for_one(dynamodb, &asked, body);
			add_names(dynamodb, false, false, body);
		} else {
			question->action = "Query";
			ask_for_range(dynamodb, &asked, query->reversed, body);
		}
	}
	item_reader_reset(dynamodb->reader);
	return good;
}
