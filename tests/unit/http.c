/* http: where a redirect may lead; the rest is asked of a server (fxfetch.bats). */
#include "http.h"
#include "tap.h"

static void
may(bool expected, const char *from, const char *to)
{
	ok(http_may_follow(from, to) == expected, "%s -> %s: %s", from, to, expected ? "yes" : "no");
}

int
main(void)
{
	may(true, "https://a.example/x", "https://a.example/y?z");
	may(true, "https://a.example/x", "https://A.EXAMPLE:443/y");
	may(true, "https://a.example:8443/x", "https://a.example:8443/y");
	may(true, "http://localhost:80/x", "https://localhost/y");
	may(false, "https://a.example/x", "http://a.example/y");
	may(false, "https://a.example/x", "https://a.example:8443/y");
	may(false, "https://a.example/x", "https://b.example/y");
	may(false, "https://a.example/x", "https://a.example.b.example/y");
	may(false, "https://a.example/x", "https://a.example@b.example/y");
	may(false, "https://a.example/x", "https://you@a.example/y");
	may(false, "https://a.example/x", "file:///etc/passwd");
	may(false, "https://a.example/x", "ftp://a.example/y");
	may(false, "https://a.example/x", "");
	may(false, "http://127.0.0.1:1/x", "http://127.0.0.1:1/y");
	return done();
}
