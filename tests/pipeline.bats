# pipeline: the tools together, as README and fxpipe(7) have them.

load helper
load pipeline

setup() {
	set -o pipefail
}

@test "a provider's rates go through a stream into a table, digit for digit" {
	digits
}

@test "the same records a second time change nothing in the table, and move the group on" {
	again
}

@test "what a filter drops is committed too, as marks pass it" {
	filter_drops
}

@test "a filter may write several lines for one" {
	filter_multiplies
}

@test "a filter that loses positions is reported, and nothing is committed" {
	filter_loses_positions
}

@test "a filter that loses marks: all records but the last are committed" {
	filter_loses_marks
}

@test "a consumer that stops at a refused line leaves it, and those after it, for the next run" {
	stops_at_refused
}

@test "groups read the same stream independently" {
	groups
}

@test "one reader of a group at a time: exit status 75 for the second" {
	one_reader
}

@test "as a service (-f): a record is in the table soon after kput stored it" {
	service_prompt 500000
}

@test "a service waits for its stream, uses no processor time while idle, and ends cleanly on SIGTERM" {
	service_waits
}

@test "an input that ends with an error makes the pipeline fail; what arrived is kept" {
	ends_badly
}

@test "streams and tables may be named by path" {
	mkdir -p elsewhere
	rates 3 | kput -q -s ./elsewhere/s
	kread -s ./elsewhere/s -g g | ddbput -t ./elsewhere/t -k ticker,last_refreshed |
		kack -s ./elsewhere/s -g g
	[ "$(ddbget -t "$PWD/elsewhere/t" BTC/USD | wc -l)" = 3 ]
	[ ! -e "$FX_HOME" ]
}

@test "FX_STREAM and FX_TABLE are the defaults of -s and -t" {
	rates 3 | FX_STREAM=one kput -q
	FX_STREAM=one kread -g g | FX_TABLE=two ddbput -k ticker,last_refreshed | kack -s one -g g
	[ "$(ddbget -t two | wc -l)" = 3 ]
	[ -e "$FX_HOME/one.stream" ]
	[ -e "$FX_HOME/two.table" ]
}

@test "directories are 0700, files 0600, whatever the umask" {
	umask 000
	producer
	consumer
	[ "$(stat -c %a "$FX_HOME")" = 700 ]
	stat -c %a "$FX_HOME"/* | sort -u | cmp - <(echo 600)
}
