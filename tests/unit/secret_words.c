/* secret_words: commands with a secret in them, and similar ones without. */
#include "schedule/secret_words.h"
#include "tap.h"

static const struct {
	const char *command;
	const char *name; /* of the secret; NULL: there is none */
} commands[] = {
    {"mysql --password=x", "--password"},
    {"mysql --password x", "--password"},
    {"mysql --Password=\"x y\"", "--Password"},
    {"a | tool --api-key 'x' -v", "--api-key"},
    {"tool --client_secret=x", "--client_secret"},
    {"tool --auth-token x", "--auth-token"},
    {"tool --db-passwd=x; true", "--db-passwd"},
    {"curl 'https://a.example/?apikey=x&b=1'", "apikey"},
    {"curl 'https://a.example/?a=1&access_token=x'", "access_token"},
    {"curl 'https://a.example/?key=x'", "key"},
    {"curl \"https://a.example/?APPID=x\"", "APPID"},
    {"curl -H \"X-Api-Key: x\" https://a.example", "X-Api-Key"},
    {"curl -H 'Authorization: Bearer x' https://a.example", "Authorization"},
    {"curl -H'authorization:Basic x' https://a.example", "authorization"},
    {"curl '--header=X-Auth-Token: x' https://a.example", "X-Auth-Token"},
    {"wget --header 'Cookie: session=x'", "Cookie"},
    {"http https://a.example X-Api-Key:x", "X-Api-Key"},
    {"curl -d 'user=a&password=x' https://a.example", "password"},
    {"curl -d '{\"user\":\"a\", \"password\" : \"x\"}' https://a.example", "password"},
    {"curl https://me:x@a.example/", "me"},
    {"curl -u me:x https://a.example/", "-u"},
    {"cd / && /usr/bin/curl --user me:x https://a.example/", "--user"},
    {"PASSWORD=x true", "PASSWORD"},
    {"fxfetch BTC/USD | fxenc | kput -q -k ticker", NULL},
    {"kput --partition-key ticker --hash-key 5", NULL},
    {"fxfetch -K file:/home/me/key BTC/USD", NULL},
    {"fxfetch --key secretsmanager:alpha#key BTC/USD", NULL},
    {"fxfetch --key=file:key BTC/USD", NULL},
    {"tool --password \"$PASSWORD\"", NULL},
    {"tool --password=$(cat file)", NULL},
    {"tool --password-file=x --token-path=y", NULL},
    {"tool --password file:x --token @x --api-key=/run/key", NULL},
    {"tool --password --verbose", NULL},
    {"tool --password | cat", NULL},
    {"docker login --password-stdin", NULL},
    {"aws s3api list-objects --starting-token x --client-request-token y", NULL},
    {"aws secretsmanager get-secret-value --secret-id x", NULL},
    {"curl -H \"X-Api-Key: $KEY\" https://a.example", NULL},
    {"curl -H @headers 'https://a.example/?q=token&sort_key=a'", NULL},
    {"curl \"https://a.example/?apikey=$KEY\"", NULL},
    {"curl 'https://a.example/?apikey='", NULL},
    {"curl -u me https://a.example:8443/x@y", NULL},
    {"curl -u \"me:$PASSWORD\" https://a.example", NULL},
    {"docker run -u 1000:1000 x", NULL},
    {"jq -c '{token: .t, key: .k}'", NULL},
    {"jq 'select(.token == \"x\") | .password=1'", NULL},
    {"jq '{\"token\":.t}'", NULL},
    {"sed 's/password=.*//'", NULL},
    {"grep '^password='", NULL},
    {"ssh me@a.example", NULL},
    {"smget secretsmanager:token", NULL},
    {"date +%H:%M", NULL},
    {"", NULL},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *expected = commands[i].name;
		struct span name = {NULL, 0};
		struct words words;

		words_split_command(span_of(commands[i].command), &words);
		if (!secret_words_find(&words, &name))
			name = (struct span){NULL, 0};
		is_span(name, expected != NULL ? span_of(expected) : (struct span){NULL, 0},
		    commands[i].command);
		words_free(&words);
	}
	return done();
}
