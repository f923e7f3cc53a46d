/* form: the table of forms. */
#include <string.h>
#include "rate/form.h"

#define FIELD(name, shown, type) \
	{ \
		name, shown, type, ",\"" name "\":", sizeof(",\"" name "\":") - 1 \
	}

#define OPENING(member) \
	.opening = "{\"" member "\":\"", .opening_length = sizeof("{\"" member "\":\"") - 1

const struct form forms[] = {
    {.name = "rate",
        OPENING("ticker"),
        .missing = "the exchange rate is missing",
        .fields = {FIELD("exchange_rate", "exchange rate", FIELD_PRICE),
            FIELD("last_refreshed", "last refreshed", FIELD_TIME),
            FIELD("time_zone", "time zone", FIELD_ZONE),
            FIELD("bid_price", "bid price", FIELD_OFFER),
            FIELD("ask_price", "ask price", FIELD_OFFER), FIELD("from", "from", FIELD_FIRST),
            FIELD("to", "to", FIELD_SECOND)},
        .order = {FORM_VALUE, FORM_FETCHED, FORM_TIME, 3, 4},
        .count = 5},
    {.name = "quote",
        OPENING("ticker"),
        .missing = "the price is missing",
        .fields = {FIELD("price", "price", FIELD_PRICE),
            FIELD("last_refreshed", "last refreshed", FIELD_TIME),
            FIELD("time_zone", "time zone", FIELD_ZONE), FIELD("volume", "volume", FIELD_AMOUNT),
            FIELD("currency", "currency", FIELD_TEXT), FIELD("bid_price", "bid price", FIELD_OFFER),
            FIELD("ask_price", "ask price", FIELD_OFFER), FIELD("ticker", "ticker", FIELD_FIRST)},
        .order = {FORM_VALUE, 3, 4, FORM_FETCHED, FORM_TIME, 5, 6},
        .count = 7},
    {.name = "bar",
        OPENING("ticker"),
        .missing = "the close is missing",
        .timed = true,
        .fields = {FIELD("close", "close", FIELD_PRICE), FIELD("start", "start", FIELD_TIME),
            FIELD("time_zone", "time zone", FIELD_ZONE), FIELD("open", "open", FIELD_PRICE),
            FIELD("high", "high", FIELD_PRICE), FIELD("low", "low", FIELD_PRICE),
            FIELD("volume", "volume", FIELD_AMOUNT), FIELD("count", "count", FIELD_AMOUNT),
            FIELD("interval", "interval", FIELD_TEXT), FIELD("ticker", "ticker", FIELD_FIRST)},
        .order = {8, FORM_TIME, 3, 4, 5, FORM_VALUE, 6, 7, FORM_FETCHED},
        .count = 9},
    /* rate_observations.c knows the indices of the unit and the series */
    {.name = "observation",
        OPENING("series"),
        .missing = "the value is missing",
        .fine = true,
        .fields = {FIELD("value", "value", FIELD_VALUES), FIELD("at", "at", FIELD_TIME),
            FIELD("time_zone", "time zone", FIELD_ZONE), FIELD("unit", "unit", FIELD_UNITS),
            FIELD("series", "series", FIELD_SERIES)},
        .order = {FORM_TIME, FORM_VALUE, 3, FORM_FETCHED},
        .count = 4},
    {.name = NULL}};

const struct form *
form_find(const char *name)
{
	for (const struct form *form = forms; form->name != NULL; form++)
		if (strcmp(form->name, name) == 0)
			return form;
	return NULL;
}

size_t
form_field(const struct form *form, const char *name)
{
	size_t i = 0;

	while (i < FORM_FIELDS && form->fields[i].name != NULL &&
	       strcmp(form->fields[i].name, name) != 0)
		i++;
	return i < FORM_FIELDS && form->fields[i].name != NULL ? i : FORM_FIELDS;
}
