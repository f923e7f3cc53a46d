/*
 * records: makes what the bench moves, the same for the same arguments.
 *   records KIND COUNT [AFTER]
 * AFTER: how many come before these.
 * key       rates of 164 bytes, of 1000 tickers, in the order of the table's key
 * arrival   the same records in the order of their time
 * few       the same of 20 tickers
 * wide      rates of 400 bytes
 * short     records of 100 bytes, of the same tickers
 * responses what fxfetch hands on of Alpha Vantage
 * rates     what fxenc must make of those
 * xadd      the records of key as commands to a Redis server
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TICKERS = 1000,
	FEW = 20,
	FIRST = 1735689600 /* 2025-01-01 */,
	LINE = 1024,
	PLAIN = 164,
	WIDE = 400,
	SCALE = 100000000
};

struct rate {
	unsigned long ticker;
	unsigned long step; /* seconds since FIRST */
	unsigned long units; /* hundred-millionths, never a multiple of ten */
};

static struct rate
rate_at(unsigned long ticker, unsigned long step)
{
	unsigned long random = (ticker * TICKERS + step + 1) * 0x9E3779B97F4A7C15UL >> 20;

	return (struct rate){
	    ticker, step, (100 * 1000UL + random % 899999) * SCALE + step % 9999 * 10 + 1};
}

static const char *
time_text(unsigned long step, const char *form, char text[32])
{
	static unsigned long last = ~0UL;
	static struct tm parts;
	time_t seconds = (time_t)(FIRST + step);

	if (step != last)
		gmtime_r(&seconds, &parts);
	last = step;
	strftime(text, 32, form, &parts);
	return text;
}

static int
plain(struct rate rate, size_t length, char line[LINE])
{
	char at[32];
	int written = sprintf(line,
	    "{\"ticker\":\"T%04lu/USD\",\"exchange_rate\":%lu.%08lu,\"timestamp\":\"%s\","
	    "\"last_refreshed\":\"%s\",\"source\":\"",
	    rate.ticker, rate.units / SCALE, rate.units % SCALE,
	    time_text(rate.step, "%Y-%m-%dT%H:%M:%SZ", at), at);

	while ((size_t)written < length - 2)
		written += sprintf(line + written, "%c", 'a' + written % 26);
	return written + sprintf(line + written, "\"}");
}

static int
response(struct rate rate, char line[LINE])
{
	char at[32], spaced[32];
	unsigned long whole = rate.units / SCALE, part = rate.units % SCALE;

	time_text(rate.step, "%Y-%m-%dT%H:%M:%S", at);
	return sprintf(line,
	    "{\"provider\":\"alphavantage\",\"ticker\":\"T%04lu/USD\",\"fetched\":\"%s.123Z\","
	    "\"response\":{\"Realtime Currency Exchange Rate\":{\"1. From_Currency "
	    "Code\":\"T%04lu\","
	    "\"2. From_Currency Name\":\"Bitcoin\",\"3. To_Currency Code\":\"USD\","
	    "\"4. To_Currency Name\":\"United States Dollar\",\"5. Exchange Rate\":\"%lu.%08lu\","
	    "\"6. Last Refreshed\":\"%s\",\"7. Time Zone\":\"UTC\",\"8. Bid Price\":\"%lu.%08lu\","
	    "\"9. Ask Price\":\"%lu.%08lu\"}}}",
	    rate.ticker, at, rate.ticker, whole, part,
	    time_text(rate.step, "%Y-%m-%d %H:%M:%S", spaced), whole - 1, part, whole + 1, part);
}

static int
encoded(struct rate rate, char line[LINE])
{
	char at[32];
	unsigned long whole = rate.units / SCALE, part = rate.units % SCALE;

	time_text(rate.step, "%Y-%m-%dT%H:%M:%SZ", at);
	return sprintf(line,
	    "{\"ticker\":\"T%04lu/USD\",\"exchange_rate\":%lu.%08lu,\"timestamp\":\"%s\","
	    "\"last_refreshed\":\"%s\",\"bid_price\":%lu.%08lu,\"ask_price\":%lu.%08lu,"
	    "\"source\":\"alphavantage\"}",
	    rate.ticker, whole, part, at, at, whole - 1, part, whole + 1, part);
}

static int
brief(struct rate rate, unsigned long number, char line[LINE])
{
	return sprintf(line,
	    "{\"ticker\":\"T%04lu/USD\",\"exchange_rate\":%lu.%08lu,\"n\":\"%039lu\"}", rate.ticker,
	    rate.units / SCALE, rate.units % SCALE, number + 100000000000000000UL);
}

int
main(int argc, char **argv)
{
	bool good = argc == 3 || argc == 4;
	unsigned long count = good ? strtoul(argv[2], NULL, 10) : 0;
	unsigned long after = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	const char *kind = good ? argv[1] : "";
	unsigned long tickers = strcmp(kind, "few") == 0 ? FEW : TICKERS;
	unsigned long steps = (count + TICKERS - 1) / TICKERS;
	char line[LINE];

	for (unsigned long i = after; i < after + count; i++) {
		/* Every kind but key goes through all tickers each second. */
		struct rate rate = rate_at(i % tickers, i / tickers);
		int length;

		if (strcmp(kind, "key") == 0)
			rate = rate_at(i / steps, i % steps);
		if (strcmp(kind, "responses") == 0)
			length = response(rate, line);
		else if (strcmp(kind, "rates") == 0)
			length = encoded(rate, line);
		else if (strcmp(kind, "short") == 0)
			length = brief(rate, i, line);
		else
			length = plain(rate, strcmp(kind, "wide") == 0 ? WIDE : PLAIN, line);
		if (strcmp(kind, "xadd") == 0)
			printf("*5\r\n$4\r\nXADD\r\n$5\r\nrates\r\n$1\r\n*\r\n$1\r\nd\r\n$%d\r\n%"
			       "s\r\n",
			    length, line);
		else
			puts(line);
	}
	if (count == 0)
		fputs("usage: records key|arrival|few|wide|short|responses|rates|xadd COUNT "
		      "[AFTER]\n",
		    stderr);
	return count > 0 && fflush(stdout) == 0 ? 0 : 2;
}
