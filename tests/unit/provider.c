/* provider: the definitions compiled in, the URLs they make, and what replies say. */
#include <stdlib.h>
#include "rate/provider.h"
#include "text/url.h"
#include "rate/reply.h"
#include "tap.h"

static const char nowhere[] = "/nonexistent";
static const struct subject a_pair = {SUBJECT_PAIR, "BTC", "USD", ""};

static void
makes_url(const char *name, const char *text, const char *key, const char *expected)
{
	struct failure failure;
	struct subject subject;
	struct buffer url;
	struct provider *provider = provider_load(name, nowhere, &failure);

	buffer_init(&url, 0);
	if (provider != NULL && subject_parse(provider->asks, span_of(text), &subject) &&
	    provider_url(provider, &subject, 1, span_of(key), "/a b/s", &url, &failure))
		is_text(buffer_text(&url), expected, name);
	else
		ok(false, "%s has a URL for %s", name, text);
	buffer_free(&url);
	provider_free(provider);
}

static void
host_is(const char *url, const char *expected)
{
	struct failure failure;
	struct span host = {NULL, 0};
	if (!url_host(url, &host, &failure))
		host = (struct span){NULL, 0};
	is_span(host, expected != NULL ? span_of(expected) : (struct span){NULL, 0}, url);
}

static void
subject_is(enum subject_kind kind, const char *text, const char *name)
{
	struct subject subject;
	char again[SUBJECT_SIZE];
	bool good = subject_parse(kind, span_of(text), &subject);
	ok(good == (name != NULL) && (!good || strcmp(subject_text(&subject, again), text) == 0),
	    "%s %s: %s", subject_noun(kind), text, name != NULL ? "yes" : "no");
	if (good && name != NULL)
		is_text(subject_name(&subject, again), name, text);
}

static void
pair_is(const char *text, bool expected)
{
	subject_is(SUBJECT_PAIR, text, expected ? text : NULL);
}

static void
subjects(void)
{
	pair_is("BTC/USD", true);
	pair_is("A.B-C_1/D", true);
	pair_is("AAAAAAAAAAAAAAAAAAAA/BBBBBBBBBBBBBBBBBBBB", true);
	pair_is("AAAAAAAAAAAAAAAAAAAAA/B", false);
	pair_is("btc/usd", false);
	pair_is("BTC", false);
	pair_is("/USD", false);
	pair_is("BTC/", false);
	pair_is("A/B/C", false);
	pair_is("", false);
	pair_is("EUR/*", true);
	pair_is("*/EUR", false);
	pair_is("EUR/**", false);
	subject_is(SUBJECT_TICKER, "*", NULL);
	subject_is(SUBJECT_TICKER, "IBM", "IBM");
	subject_is(SUBJECT_TICKER, "BRK-B", "BRK-B");
	subject_is(SUBJECT_TICKER, "TSCO.LON", "TSCO.LON");
	subject_is(SUBJECT_TICKER, "ibm", NULL);
	subject_is(SUBJECT_TICKER, "BTC/USD", NULL);
	subject_is(SUBJECT_TICKER, "", NULL);
	subject_is(SUBJECT_TICKER, "AAAAAAAAAAAAAAAAAAAAA", NULL);
}

static void
places(void)
{
	subject_is(SUBJECT_PLACE, "Berlin=52.52,13.41", "Berlin");
	subject_is(SUBJECT_PLACE, "52.52,13.41", "52.52,13.41");
	subject_is(SUBJECT_PLACE, "São Tomé=-0.33,6.73", "São Tomé");
	subject_is(SUBJECT_PLACE, "X=90,-180", "X");
	subject_is(SUBJECT_PLACE, "X=-90.000,180.0", "X");
	subject_is(SUBJECT_PLACE, "X=90.001,0", NULL);
	subject_is(SUBJECT_PLACE, "X=0,180.1", NULL);
	subject_is(SUBJECT_PLACE, "X=0,181", NULL);
	subject_is(SUBJECT_PLACE, "X=1e1,0", NULL);
	subject_is(SUBJECT_PLACE, "X=.5,0", NULL);
	subject_is(SUBJECT_PLACE, "X=5.,0", NULL);
	subject_is(SUBJECT_PLACE, "X=+5,0", NULL);
	subject_is(SUBJECT_PLACE, "X=--5,0", NULL);
	subject_is(SUBJECT_PLACE, "X=0001,0", NULL);
	subject_is(SUBJECT_PLACE, "X=5", NULL);
	subject_is(SUBJECT_PLACE, "X=5,6,7", NULL);
	subject_is(SUBJECT_PLACE, "=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A/B=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A=B=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A\"=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A\\=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A\n=5,6", NULL);
	subject_is(SUBJECT_PLACE, "A\xff=5,6", NULL);
	subject_is(SUBJECT_PLACE,
	    "1234567890123456789012345678901234567890123456789012345678901=5,6", NULL);
}

static void
says_delayed(const char *name, int status, bool delayed, const char *body, enum means expected)
{
	struct failure failure;
	struct said said;
	struct provider *provider = provider_load(name, nowhere, &failure);
	if (provider == NULL) {
		ok(false, "%s", failure.text);
		return;
	}
	reply_read(provider, &a_pair, status, delayed, span_of(body), NULL, &said);
	if (!ok(said.means == expected, "%s %d %.60s", name, status, body))
		printf("# got %d, expected %d\n", said.means, expected);
	provider_free(provider);
}

static void
says(const char *name, int status, const char *body, enum means expected)
{
	says_delayed(name, status, false, body, expected);
}

static void
outages(void)
{
	static const char not_found[] = "{\"errors\":[{\"id\":\"not_found\"}]}";
	says_delayed("coinbase", 400, true, "{\"x\":1}", MEANS_TROUBLE);
	says_delayed("coinbase", 403, true, "{\"x\":1}", MEANS_TROUBLE);
	says_delayed("coinbase", 429, true, "{\"x\":1}", MEANS_BURST);
	says_delayed("coinbase", 400, true, not_found, MEANS_SUBJECT);
	says_delayed("frankfurter", 404, true, "{\"x\":1}", MEANS_TROUBLE);
	says("frankfurter", 404, "{\"x\":1}", MEANS_SUBJECT);
	says("frankfurter", 404, "{\"x\":\"Down for Maintenance\"}", MEANS_TROUBLE);
	says("coinbase", 404, "{\"x\":\"Please try again later\"}", MEANS_TROUBLE);
	says("coinbase", 403, "<h1>scheduled maintenance</h1>", MEANS_TROUBLE);
	says("sample", 404, "<h1>scheduled maintenance</h1>", MEANS_TROUBLE);
	says("sample", 404, "", MEANS_SUBJECT);
}

static void
statuses(void)
{
	static const char good[] = "{\"data\":{\"amount\":\"1\"}}";
	says("coinbase", 200, good, MEANS_RECORD);
	says("coinbase", 204, "", MEANS_TROUBLE);
	says("coinbase", 200, "{}", MEANS_TROUBLE);
	says("coinbase", 200, "[]", MEANS_TROUBLE);
	says("coinbase", 200, "\"hello\"", MEANS_TROUBLE);
	says("coinbase", 200, "<html>", MEANS_TROUBLE);
	says("coinbase", 200, "{\"data\":{\"price\":\"1\"}}", MEANS_UNKNOWN);
	says("coinbase", 302, good, MEANS_TROUBLE);
	says("coinbase", 400, "{\"x\":1}", MEANS_SUBJECT);
	says("coinbase", 404, "{\"x\":1}", MEANS_SUBJECT);
	says("coinbase", 404, "<html>", MEANS_TROUBLE);
	says("coinbase", 401, "{\"x\":1}", MEANS_BARRED);
	says("alphavantage", 401, "{\"x\":1}", MEANS_KEY);
	says("alphavantage", 403, "<html>", MEANS_BARRED);
	says("coinbase", 408, "{\"x\":1}", MEANS_TROUBLE);
	says("coinbase", 429, "", MEANS_BURST);
	says("coinbase", 451, "", MEANS_BARRED);
	says("coinbase", 500, good, MEANS_TROUBLE);
	says("coinbase", 503, "", MEANS_TROUBLE);
}

int
main(void)
{
	makes_url("coinbase", "BTC/USD", "", "https://api.coinbase.com/v2/prices/BTC-USD/spot");
	makes_url("binance", "BTC/USDT", "",
	    "https://data-api.binance.vision/api/v3/ticker/24hr?symbol=BTCUSDT");
	makes_url("coingecko", "BTC/BTC", "",
	    "https://api.coingecko.com/api/v3/simple/price?ids=bitcoin&vs_currencies=btc"
	    "&include_last_updated_at=true&precision=full");
	makes_url("kraken", "DOGE/EUR", "", "https://api.kraken.com/0/public/Ticker?pair=XDGEUR");
	makes_url("frankfurter", "EUR/USD", "", "https://api.frankfurter.dev/v2/rate/EUR/USD");
	makes_url("sample", "BTC/USD", "", "file:/a%20b/s/BTC-USD.json");
	makes_url("alphavantage", "A.B/C_D", "k&e/y",
	    "https://www.alphavantage.co/query?function=CURRENCY_EXCHANGE_RATE&from_currency=A.B"
	    "&to_currency=C_D&apikey=k%26e%2Fy");

	makes_url("alphavantage-quote", "IBM", "KEY",
	    "https://www.alphavantage.co/query?function=GLOBAL_QUOTE&symbol=IBM&apikey=KEY");

	makes_url("alphavantage-intraday", "IBM", "KEY",
	    "https://www.alphavantage.co/query?function=TIME_SERIES_INTRADAY&symbol=IBM"
	    "&interval=5min&apikey=KEY");
	makes_url("alphavantage-fx-daily", "EUR/USD", "KEY",
	    "https://www.alphavantage.co/query?function=FX_DAILY&from_symbol=EUR&to_symbol=USD"
	    "&apikey=KEY");

	host_is("https://a.example/x", "a.example");
	host_is("https://a.example:8443", "a.example");
	host_is("https://a.example?x@b.example", "a.example");
	host_is("https://a.example#@b.example", "a.example");
	host_is("http://localhost:80/", "localhost");
	host_is("http://127.1.2.3/", "127.1.2.3");
	host_is("http://[::1]:80/", "[::1]");
	host_is("http://[::2]/", NULL);
	host_is("http://127.0.0.1.example/", NULL);
	host_is("http://localhost.example/", NULL);
	host_is("http://a.example/", NULL);
	host_is("https://a@b.example/", NULL);
	host_is("https://a.example\\@b.example/", NULL);
	host_is("https:///x", NULL);
	host_is("ftp://a.example/", NULL);

	subjects();
	places();

	says("alphavantage", 200,
	    "{\"Note\":\"please consider SPREADING OUT (25 requests per day)\"}", MEANS_BURST);
	says("alphavantage", 200,
	    "{\"Information\":\"We have detected your API key as X and 25 requests per day\"}",
	    MEANS_QUOTA);
	says("alphavantage", 200, "{\"Note\":\"Invalid \\u0041PI call\"}", MEANS_SUBJECT);
	says("alphavantage", 200, "{\"Information\":\"something new\"}", MEANS_UNKNOWN);
	says("kraken", 200, "{\"error\":[\"EAPI:Rate limit exceeded\"]}", MEANS_BURST);
	says("kraken", 200, "{\"error\":[\"EService:Unavailable\"]}", MEANS_TROUBLE);
	says("binance", 400, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", MEANS_SUBJECT);
	says("binance", 429, "{\"code\":-1003,\"msg\":\"Too many requests.\"}", MEANS_BURST);
	says("binance", 418, "{\"code\":-1003,\"msg\":\"Way too many requests\"}", MEANS_QUOTA);
	says("binance", 403, "<html>", MEANS_BARRED);
	says("binance", 451,
	    "{\"code\":0,\"msg\":\"Service unavailable from a restricted "
	    "location\"}",
	    MEANS_BARRED);
	says("alphavantage-quote", 200, "{\"Global Quote\":{\"05. price\":\"1.5\"}}", MEANS_RECORD);
	says("alphavantage-quote", 200, "{\"Global Quote\":{}}", MEANS_SUBJECT);
	says("alphavantage-quote", 200, "{}", MEANS_TROUBLE);
	says("alphavantage-quote", 200, "{\"Information\":\"spreading out\"}", MEANS_BURST);
	says("alphavantage-daily", 200,
	    "{\"Time Series (Daily)\":{\"2025-01-07\":{\"4. close\":\"1\"}}}", MEANS_RECORD);
	says("alphavantage-daily", 200, "{\"Error Message\":\"Invalid API call.\"}", MEANS_SUBJECT);
	statuses();
	outages();
	return done();
}
