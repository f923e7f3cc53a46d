/* form: the table of forms. */
#include <string.h>
#include "rate/form.h"

const struct form forms[] = {
    {.name = "rate",
        .subject = "ticker",
        .missing = "the exchange rate is missing",
        .fields = {{"exchange_rate", "exchange rate", FIELD_PRICE},
            {"last_refreshed", "last refreshed", FIELD_TIME},
            {"time_zone", "time zone", FIELD_ZONE}, {"bid_price", "bid price", FIELD_OFFER},
            {"ask_price", "ask price", FIELD_OFFER}, {"from", "from", FIELD_FIRST},
            {"to", "to", FIELD_SECOND}},
        .order = {FORM_VALUE, FORM_FETCHED, FORM_TIME, 3, 4},
        .count = 5},
    {.name = "quote",
        .subject = "ticker",
        .missing = "the price is missing",
        .fields = {{"price", "price", FIELD_PRICE},
            {"last_refreshed", "last refreshed", FIELD_TIME},
            {"time_zone", "time zone", FIELD_ZONE}, {"volume", "volume", FIELD_AMOUNT},
            {"currency", "currency", FIELD_TEXT}, {"bid_price", "bid price", FIELD_OFFER},
            {"ask_price", "ask price", FIELD_OFFER}, {"ticker", "ticker", FIELD_FIRST}},
        .order = {FORM_VALUE, 3, 4, FORM_FETCHED, FORM_TIME, 5, 6},
        .count = 7},
    /* rate_observations.c knows the indices of the unit and the series */
    {.name = "observation",
        .subject = "series",
        .missing = "the value is missing",
        .fine = true,
        .fields = {{"value", "value", FIELD_VALUES}, {"at", "at", FIELD_TIME},
            {"time_zone", "time zone", FIELD_ZONE}, {"unit", "unit", FIELD_UNITS},
            {"series", "series", FIELD_SERIES}},
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
