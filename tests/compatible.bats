# compatible: what earlier builds of fxpipe made (tests/fixtures/before) is read, continued and
# removed by this one.

load helper
load cron

# The files as they were, with the modes that git does not keep.
setup() {
	mkdir -p "$XDG_CONFIG_HOME"
	cp -r "$FIXTURES/before/fx" "$FX_HOME"
	cp -r "$FIXTURES/before/config/fxpipe" "$XDG_CONFIG_HOME"
	cp "$FIXTURES"/before/{stack.ndjson,key.txt} .
	chmod -R u+rwX,go= "$FX_HOME" "$XDG_CONFIG_HOME" key.txt
	local program=$FX_BUILD/bin/fxcron
	case $program in
	*[!A-Za-z0-9/._-]*) program="'$program'" ;;
	esac
	sed "s|@BIN@/fxcron|$program|g; s|@HOME@|$HOME|g; s|@FX_HOME@|$FX_HOME|g" \
		"$FIXTURES/before/crontab" >"$HOME/crontab"
}

version_of() {
	sqlite3 "$FX_HOME/$1" 'PRAGMA user_version'
}

# continues STREAM FIRST KEY: the stream is read from its beginning, its group from the record
# FIRST; it is written to, and the group commits the rest.
continues() {
	local version
	version=$(version_of "$1.stream")
	rates 30 >before
	kread -s "$1" | sort | cmp - <(sort before)
	kread -s "$1" -g table | grep -v '+"' | sed 's/"_pos":"[^"]*",//' | sort |
		cmp - <(tail -n +"$2" before | sort)
	rates 40 | tail -n 10 | kput -q -s "$1" -k "$3"
	kread -s "$1" -g table | kack -s "$1" -g table
	rates 50 | tail -n 10 | kput -q -s "$1" -k "$3"
	kread -s "$1" -g table | grep -v '+"' | sed 's/"_pos":"[^"]*",//' | sort |
		cmp - <(rates 50 | tail -n 10 | sort)
	[ "$(version_of "$1.stream")" = "$version" ]
	kstat -s "$1" | holds -s 'map(.records) | add == 50'
}

@test "a stream in format 1 and its group are read and continued" {
	[ "$(version_of one.stream)" = 1 ]
	# A line at a position commits what precedes it.
	continues one 11 ticker
	[ "$(version_of one.stream)" = 1 ]
}

@test "a stream in format 2, with a closed shard, and its group are read and continued" {
	[ "$(version_of two.stream)" = 2 ]
	continues two 15 last_refreshed
}

@test "a table is queried and written to" {
	rates 30 | cut -d, -f1,3 >keys
	ddbget BTC/USD | cut -d, -f1,3 | cmp - keys
	ddbget BTC/USD 2025-01-01T00:00:07Z | holds '.exchange_rate == 100007.00000007'
	rates 40 | tail -n 20 | ddbput -q
	ddbget | jq -r .last_refreshed | sort -u | cmp - <(rates 40 | jq -r .last_refreshed)
}

@test "a stack is as it was deployed, is changed, and is destroyed without a trace" {
	run -0 fxstack diff stack.ndjson
	[ -z "$output" ]
	[ "$(fxstack deploy stack.ndjson | jq -r .action | sort -u)" = unchanged ]
	[ "$(kread -s stacked | wc -l)" = 5 ]
	[ "$(ddbget -t stacked | wc -l)" = 5 ]
	sed 's/"shards":1/"shards":2/; s/"limit":55/"limit":50/' stack.ndjson >changed.ndjson
	fxstack deploy changed.ndjson | jq -r 'select(.action == "changed").resource' >out
	printf 'stream\nschedule\n' | cmp - out
	[ "$(kread -s stacked | wc -l)" = 5 ]
	fxstack destroy --yes changed.ndjson | holds -s 'length == 6 and all(.action == "deleted")'
	find "$FX_HOME" -name 'stacked*' -o -name 'archive*' | cmp - /dev/null
	find "$XDG_CONFIG_HOME/fxpipe" -name 'provider*' | cmp - /dev/null
	not grep fxpipe "$HOME/crontab"
}

@test "entries of the crontab are listed, run and removed" {
	fxcron list --json | holds -s 'map(.name) == ["producer", "table"]'
	as_cron producer
	[ "$(kread -s stacked | wc -l)" = 65 ]
	as_cron table
	[ "$(ddbget -t stacked | wc -l)" = 65 ]
	fxcron remove producer
	fxcron list --json | holds -s 'map(.name) == ["table"]'
	fxcron remove table
	not grep fxpipe "$HOME/crontab"
}
