/* put_options: what kput can be asked for. */
#include "base/environment.h"
#include "text/timestamp.h"
#include "kput/options.h"

enum { MOST_SHARDS = 256, MOST_JOBS = 256 };

const char put_help[] =
    "usage: kput [-s STREAM] [-k FIELD] [-x FILE] [-q] [--hash-key FIELD] [-j N] [--unordered]\n"
    "            [--strict-order] [--big-requests] [--shards N] [--retention TIME]\n"
    "Puts each line of standard input into a stream; writes it out again once it is safe.\n"
    "\n"
    "  -s, --stream STREAM   the stream (default $FX_STREAM, else rates): NAME or a path;\n"
    "                        on AWS kinesis:NAME or an ARN\n"
    "  -k, --key FIELD       the member whose value is the partition key (default: MD5 of the "
    "line)\n"
    "  -x, --rejects FILE    set refused lines aside in FILE and go on\n"
    "  -q, --quiet           write no receipts\n"
    "      --hash-key FIELD  the member whose value, a whole number below 2^128, chooses the "
    "shard\n"
    "  -j, --jobs N          on AWS: requests in flight at the most (default 32)\n"
    "      --unordered       on AWS: records with the same key may overtake each other\n"
    "      --strict-order    on AWS: no two records with the same key in one request\n"
    "      --big-requests    on AWS: requests of up to 10 MiB instead of 5\n"
    "      --shards N        how many shards a stream gets that is made now (default 1)\n"
    "      --retention TIME  how long it keeps records: 90m, 24h, 7d (default 24h)\n" TOOL_HELP;

static int64_t
retention_option(struct tool *tool, const char *text)
{
	int64_t retention;

	if (!duration_parse(span_of(text), &retention) || retention <= 0)
		tool_usage(
		    tool, "option --retention: not a length of time such as 90s, 90m, 24h or 7d");
	return retention;
}

void
put_options_read(struct tool *tool, int argc, char **argv, struct put_options *options)
{
	enum { SHARDS = TOOL_OWN, RETENTION, HASH_KEY, UNORDERED, STRICT, BIG };
	static const struct option known[] = {{"stream", required_argument, NULL, 's'},
	    {"key", required_argument, NULL, 'k'}, {"rejects", required_argument, NULL, 'x'},
	    {"quiet", no_argument, NULL, 'q'}, {"jobs", required_argument, NULL, 'j'},
	    {"hash-key", required_argument, NULL, HASH_KEY},
	    {"unordered", no_argument, NULL, UNORDERED},
	    {"strict-order", no_argument, NULL, STRICT}, {"big-requests", no_argument, NULL, BIG},
	    {"shards", required_argument, NULL, SHARDS},
	    {"retention", required_argument, NULL, RETENTION}, TOOL_LONG};
	struct stream_settings *settings = &options->stream_settings;
	int option;

	*options = (struct put_options){.stream = environment_stream()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "s:k:x:qj:", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->stream = optarg;
			break;
		case 'k':
			options->key = optarg;
			break;
		case 'x':
			options->rejects = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		case 'j':
			settings->in_flight =
			    (unsigned)tool_number(tool, "-j", optarg, 1, MOST_JOBS);
			break;
		case HASH_KEY:
			options->hash_key = optarg;
			break;
		case UNORDERED:
			settings->unordered = true;
			break;
		case STRICT:
			settings->strict = true;
			break;
		case BIG:
			settings->big_requests = true;
			break;
		case SHARDS:
			settings->shards =
			    (unsigned)tool_number(tool, "--shards", optarg, 1, MOST_SHARDS);
			break;
		case RETENTION:
			settings->retention = retention_option(tool, optarg);
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "kput takes no arguments: its records come on standard input");
	if (settings->unordered && settings->strict)
		tool_usage(tool, "--unordered and --strict-order exclude each other");
}
