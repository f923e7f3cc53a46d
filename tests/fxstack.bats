# fxstack: stacks of embedded resources and schedules: diff, deploy, destroy. Invalid lines are in
# tests/cases/fxstack.test.

load helper

bucket='{"resource":"bucket","name":"archive"}'
key=SECRET0123456789ABCDEF

stack() {
	printf '%s\n' "$@" >stack.ndjson
}

# The results, one a line: TYPE NAME ACTION.
results() {
	jq -r '[.resource, .name, .action] | join(" ")'
}

settled() {
	[ -z "$(fxstack diff "$@" stack.ndjson)" ]
}

@test "reading ends after a hundred invalid lines" {
	seq 5000 >stack.ndjson
	run -2 --separate-stderr fxstack diff stack.ndjson
	[ -z "$output" ]
	[ "$(wc -l <<<"$stderr")" = 101 ]
	has "$stderr" "fxstack: 100 lines were refused: the rest was not read"
}

@test "usage" {
	run -2 --separate-stderr fxstack
	has "$stderr" 'diff, deploy, destroy'
	run -2 --separate-stderr fxstack make
	run -2 --separate-stderr fxstack diff a b
	run -2 --separate-stderr fxstack diff no-such-file
	run -2 --separate-stderr fxstack deploy --yes
	run -2 --separate-stderr fxstack deploy --timeout soon
	run -2 --separate-stderr fxstack deploy --prefix 'a b'
	run -2 --separate-stderr fxstack deploy --prefix -v
	[ "$(fxstack diff </dev/null)" = '' ]
}

@test "diff shows what deploy does, deploy does it once, destroy undoes it" {
	stack "$bucket"
	run -1 fxstack diff stack.ndjson
	[ "$output" = '{"resource":"bucket","name":"archive","action":"make","changes":[]}' ]
	[ ! -e fx ]
	[ "$(fxstack deploy <stack.ndjson | results)" = 'bucket archive made' ]
	[ -d fx/archive.bucket ]
	run -0 fxstack diff stack.ndjson
	[ -z "$output" ]
	[ "$(fxstack deploy stack.ndjson | results)" = 'bucket archive unchanged' ]
	[ "$(fxstack destroy --yes stack.ndjson | results)" = 'bucket archive deleted' ]
	[ "$(fxstack destroy --yes stack.ndjson | results)" = 'bucket archive absent' ]
	[ -z "$(ls -A fx)" ]
}

@test "a bucket that is not empty is kept" {
	stack "$bucket"
	fxstack deploy stack.ndjson
	touch fx/archive.bucket/object
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	has "$stderr" 'not empty'
	[ "$(results <<<"$output")" = 'bucket archive kept' ]
	[ -e fx/archive.bucket/object ]
}

@test "directories of others beside a bucket are not touched" {
	mkdir data.new data.gone
	echo precious >data.new/file
	stack '{"resource":"bucket","name":"./data"}'
	fxstack deploy stack.ndjson
	fxstack destroy --yes stack.ndjson
	[ "$(cat data.new/file)" = precious ]
	[ -d data.gone ]
	mkdir .data.fxstack-new
	echo precious >.data.fxstack-new/file
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" './.data.fxstack-new exists already and contains files'
	[ ! -e data ]
}

@test "--prefix makes another environment, also for a path" {
	stack "$bucket" '{"resource":"bucket","name":"./here/b"}'
	fxstack deploy --prefix dev stack.ndjson | results >done
	[ "$(cat done)" = $'bucket dev-archive made\nbucket ./here/dev-b made' ]
	[ -d fx/dev-archive.bucket ]
	[ -d here/dev-b ]
	run -1 fxstack diff stack.ndjson
	settled --prefix dev
	fxstack destroy --prefix dev --yes stack.ndjson
	[ ! -e here/dev-b ]
}

@test "a secret is read from a file of mode 600 or standard input, and never shown" {
	local kept=$XDG_CONFIG_HOME/fxpipe/alphavantage.key
	stack '{"resource":"secret","name":"alphavantage","from":"key.txt"}'
	echo $key >key.txt
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'chmod 600'
	chmod 600 key.txt
	run -1 fxstack diff -v stack.ndjson
	not grep -q "$key" <<<"$output"
	[ "$(jq -c .changes <<<"$output")" = '[{"setting":"value"}]' ]
	[ "$(fxstack deploy stack.ndjson | results)" = 'secret alphavantage made' ]
	[ "$(cat "$kept")" = "$key" ]
	[ "$(stat -c %a "$kept")" = 600 ]
	settled
	stack '{"resource":"secret","name":"alphavantage","from":"-"}'
	[ "$(echo "another-$key" | fxstack deploy stack.ndjson | results)" = 'secret alphavantage changed' ]
	[ "$(cat "$kept")" = "another-$key" ]
	# Standard input cannot hold both the stack and a secret.
	run -2 --separate-stderr fxstack diff <stack.ndjson
	has "$stderr" "give the stack's file"
	[ "$(fxstack destroy --yes stack.ndjson | results)" = 'secret alphavantage deleted' ]
	[ -z "$(ls -A "$XDG_CONFIG_HOME/fxpipe")" ]
}

@test "an optional secret without its file is skipped, another is refused" {
	stack '{"resource":"secret","name":"a","from":"none","optional":true}'
	[ "$(fxstack deploy stack.ndjson | results)" = 'secret a skipped' ]
	settled
	stack '{"resource":"secret","name":"a","from":"none"}'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	stack '{"resource":"secret","name":"a"}'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'without member "from" it cannot be created'
	[ "$(results <<<"$output")" = 'secret a refused' ]
}

@test "a resource of others is changed as its line says, and kept by destroy" {
	mkdir -p fx/archive.bucket "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && echo mine >"$XDG_CONFIG_HOME/fxpipe/a.key" && echo $key >key.txt)
	stack "$bucket" '{"resource":"secret","name":"a","from":"key.txt"}'
	fxstack deploy stack.ndjson | results >done
	[ "$(cat done)" = $'bucket archive unchanged\nsecret a changed' ]
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	has "$stderr" 'fxstack did not create it'
	[ "$(results <<<"$output")" = $'secret a kept\nbucket archive kept' ]
	[ "$(cat "$XDG_CONFIG_HOME/fxpipe/a.key")" = $key ]
	fxstack destroy --yes --foreign stack.ndjson | results >done
	[ "$(cat done)" = $'secret a deleted\nbucket archive deleted' ]
}

@test "embedded topics, roles and policies do not exist and are skipped" {
	stack '{"resource":"topic","name":"alerts"}' '{"resource":"role","name":"p","tools":["kput"]}' \
		'{"resource":"policy","name":"p","tools":["kput"]}'
	settled
	[ "$(fxstack deploy stack.ndjson | jq -r .action | sort -u)" = skipped ]
}

# --- streams and tables ---

pipeline() {
	stack '{"resource":"stream","name":"rates","shards":1,"retention":"24h"}' \
		'{"resource":"table","name":"rates","key":"ticker,last_refreshed"}'
}

@test "a stream's shards and retention are changed in place, and the earlier file restores them" {
	pipeline
	fxstack deploy stack.ndjson | results >done
	[ "$(cat done)" = $'stream rates made\ntable rates made' ]
	rates 100 | kput -q -k ticker
	sed 's/"shards":1,"retention":"24h"/"shards":2,"retention":"48h"/' stack.ndjson >larger.ndjson
	run -1 fxstack diff larger.ndjson
	[ "$(jq -c .changes <<<"$output")" = '[{"setting":"shards","from":"1","to":"2"},{"setting":"retention","from":"24h","to":"48h"}]' ]
	[ "$(fxstack deploy larger.ndjson | jq -r .action)" = $'changed\nunchanged' ]
	[ -z "$(fxstack diff larger.ndjson)" ]
	[ "$(kread | wc -l)" = 100 ]
	[ "$(fxstack deploy stack.ndjson | jq -r .action)" = $'changed\nunchanged' ]
	settled
	[ "$(kread | wc -l)" = 100 ]
	kread -g readers | kack -g readers
	fxstack destroy --yes stack.ndjson | results >done
	[ "$(cat done)" = $'table rates deleted\nstream rates deleted' ]
	[ -z "$(ls -A fx)" ]
}

@test "a table's key cannot be changed: it is refused, and the others are deployed" {
	pipeline
	fxstack deploy stack.ndjson
	rates 10 | ddbput -q
	sed -i 's/last_refreshed"/timestamp"/; s/24h/48h/' stack.ndjson
	run -1 --separate-stderr fxstack diff stack.ndjson
	[ "$(results <<<"$output")" = $'stream rates change\ntable rates refused' ]
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ "$(results <<<"$output")" = $'stream rates changed\ntable rates refused' ]
	has "$stderr" 'key is ticker:S,last_refreshed:S, not ticker:S,timestamp:S, and cannot be changed in place'
	[ "$(ddbget | wc -l)" = 10 ]
}

@test "streams and tables that other tools created are kept" {
	rates 10 | kput -q -k ticker
	rates 10 | ddbput -q
	pipeline
	[ "$(fxstack deploy stack.ndjson | jq -r .action | sort -u)" = unchanged ]
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(jq -r .action <<<"$output" | sort -u)" = kept ]
	[ "$(kread | wc -l)" = 10 ]
	run -2 at_terminal 'fxstack destroy --foreign stack.ndjson' <<<no
	has "$output" 'to be destroyed: the stream rates, not created by fxstack'
	fxstack destroy --yes --foreign stack.ndjson
	[ -z "$(ls -A fx)" ]
}

@test "settings that an embedded stream or table lacks are reported, and are no difference" {
	stack '{"resource":"stream","name":"a","encryption":"alias/aws/kinesis"}' \
		'{"resource":"stream","name":"b","on_demand":true}' \
		'{"resource":"table","name":"a","key":"k","ttl":"end","billing":{"read":1,"write":1}}'
	run -0 --separate-stderr fxstack deploy stack.ndjson
	[ "$(grep -c 'an embedded' <<<"$stderr")" = 3 ]
	run -0 --separate-stderr fxstack diff stack.ndjson
	[ -z "$output" ]
}

@test "two deploys at once create one of each" {
	local round
	pipeline
	echo "$bucket" >>stack.ndjson
	for round in 1 2 3 4 5; do
		in_background fxstack deploy stack.ndjson >other
		fxstack deploy stack.ndjson >done
		status_of "$background"
		[ "$status" = 0 ]
		holds -s 'length == 6 and all(.action | IN("made", "unchanged"))' done other
		settled
		fxstack destroy --yes stack.ndjson >done
		[ -z "$(ls -A fx)" ]
	done
}

# --- schedules and consumers ---

tutorial() {
	load cron
	cp "$REPOSITORY/scripts/stacks/tutorial.ndjson" stack.ndjson
}

@test "the tutorial's stack: deployed, run as cron does, changed, destroyed" {
	tutorial
	fxstack deploy stack.ndjson | results >done
	cat >expected <<-'END'
		stream intraday-analytics-stream made
		table DataConsumerTable made
		secret AlphaVantageApiKey skipped
		role producer skipped
		role consumer skipped
		schedule producer made
		consumer table made
	END
	diff expected done
	settled
	rates 10 | kput -q -s intraday-analytics-stream -k ticker
	as_cron table
	[ "$(ddbget -t DataConsumerTable | wc -l)" = 10 ]
	[ "$(kstat -s intraday-analytics-stream -g table | jq .lag)" = 0 ]
	jq -c 'if .shards then . + {shards:2,retention:"48h"} else . end' stack.ndjson >larger.ndjson
	[ "$(fxstack deploy larger.ndjson | jq -r 'select(.action == "changed").resource')" = stream ]
	[ -z "$(fxstack diff larger.ndjson)" ]
	fxstack destroy --yes stack.ndjson
	[ -z "$(ls -A fx)" ]
	[ ! -s "$HOME/crontab" ]
}

@test "a schedule gets the full names of its stream and table, and follows its line" {
	load cron
	stack '{"resource":"stream","name":"a"}' '{"resource":"stream","name":"b"}' \
		'{"resource":"table","name":"t","key":"k"}' \
		'{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true","stream":"b"}'
	fxstack deploy --prefix dev stack.ndjson
	[ "$(fxcron list --json | jq -c '[.name, .environment.FX_STREAM, .environment.FX_TABLE]')" = \
		'["dev-s","dev-b","dev-t"]' ]
	sed -i 's/1 minute/5 minutes/; s/"stream":"b"/"stream":"a","limit":60/' stack.ndjson
	run -1 fxstack diff --prefix dev stack.ndjson
	[ "$(jq -r '.changes | map(.setting) | join(" ")' <<<"$output")" = 'schedule limit environment' ]
	[ "$(fxstack deploy --prefix dev stack.ndjson | jq -r .action | tail -n 1)" = changed ]
	settled --prefix dev
	[ "$(fxcron list --json | jq -c '[.schedule, .limit, .environment.FX_STREAM]')" = \
		'["rate(5 minutes)",60,"dev-a"]' ]
	fxstack destroy --yes --prefix dev stack.ndjson
	[ -z "$(fxcron list)" ]
}

@test "variables removed from a line are removed, and those that fxcron adds are no difference" {
	load cron
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true",
		"environment":{"FX_PROVIDER":"coinbase","ONE":"1"}}'
	jq -c . stack.ndjson >before
	mv before stack.ndjson
	AWS_PROFILE=work fxstack deploy stack.ndjson
	settled
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true","environment":{"ONE":"1"}}'
	[ "$(fxstack deploy stack.ndjson | jq -c .changes)" = \
		'[{"setting":"environment","from":"FX_PROVIDER=coinbase\nONE=1","to":"ONE=1"}]' ]
	settled
	fxcron list --json | holds '.environment | has("FX_PROVIDER") | not'
}

@test "options and variables of fxcron, and secrets, are refused before fxcron is called" {
	load cron
	local line='{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	for change in '.schedule = "--help"' '.environment = {FX_MADE_BY: "me"}' \
		'.environment = {API_KEY: "'$key'"}' '.environment = {db_password: "'$key'"}'; do
		jq -c "$change" <<<"$line" >stack.ndjson
		run -2 --separate-stderr fxstack deploy --timeout 5s stack.ndjson
		has "$stderr" 'line 1: refused: member '
		[ -z "$output" ]
		not has "$stderr" "$key"
	done
	stack "${line%\}},\"environment\":{\"A\":\"1\",\"A\":\"2\"}}"
	run -2 --separate-stderr fxstack deploy --timeout 5s stack.ndjson
	has "$stderr" 'each once'
	[ ! -e "$HOME/crontab.log" ]
	jq -c '.environment = {CA_KEY_FILE: "/etc/key"}' <<<"$line" >stack.ndjson
	fxstack deploy stack.ndjson
	settled
}

@test "a schedule that somebody else installed is a conflict, and kept" {
	load cron
	fxcron install s 'rate(1 hour)' -- true
	cp "$HOME/crontab" before
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	run -1 --separate-stderr fxstack diff stack.ndjson
	[ "$(results <<<"$output")" = 'schedule s refused' ]
	has "$stderr" 'line 1: the schedule s: the entry s exists, and fxstack did not create it: remove it with fxcron remove s'
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ "$(results <<<"$output")" = 'schedule s refused' ]
	has "$stderr" 'fxstack did not create it'
	cmp before "$HOME/crontab"
	# The same is not in the way.
	sed -i 's/1 minute/1 hour/' stack.ndjson
	[ "$(fxstack deploy stack.ndjson | jq -r .action)" = unchanged ]
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(jq -r .action <<<"$output")" = kept ]
	[ -n "$(fxcron list)" ]
}

@test "a schedule that was paused or edited in the crontab differs; deploy restores it, destroy removes it" {
	load cron
	local change from
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"date +%s"}'
	while IFS='|' read -r change from; do
		fxstack deploy stack.ndjson >done
		sed -i "$change" "$HOME/crontab"
		cp "$HOME/crontab" edited
		run -1 --separate-stderr fxstack diff stack.ndjson
		[ "$(jq -r '.changes[] | .setting + " " + .from' <<<"$output")" = "$from" ]
		[ "$(fxstack deploy stack.ndjson | jq -r .action)" = changed ]
		settled
		grep -q '^\* \* \* \* \* ' "$HOME/crontab"
		cp edited "$HOME/crontab"
		[ "$(fxstack destroy --yes stack.ndjson | jq -r .action)" = deleted ]
		[ ! -s "$HOME/crontab" ]
	done <<-'END'
		3s/^/# /|schedule rate(1 minute), paused
		3s/^/#/|schedule rate(1 minute), paused
		3s/^\* /5 /|schedule 5 * * * *
		3s/^\* /#5 /|schedule 5 * * * *, paused
		3s/-- '.*'/-- uptime/|command uptime
		3s/-- /--limit 5 -- /|limit 5
	END
}

@test "destroy removes a schedule whose lines cannot be read, and keeps lines of others among them" {
	load cron
	local change
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	for change in '2d' '1d' '4d' '3s/.*/&\n&/' '3s/^/#/;2s/.*/&\n&/' '1s/.*/&\n&/' '2s/.*/* * * * * mine/' '3s/.*/&\n# mine/'; do
		rm -f "$HOME/crontab"
		fxstack deploy stack.ndjson
		sed -i "$change" "$HOME/crontab"
		run -2 --separate-stderr fxstack diff stack.ndjson
		has "$stderr" 'not as fxcron wrote them'
		run -2 fxstack deploy stack.ndjson
		[ "$(fxstack destroy --yes stack.ndjson | jq -r .action)" = deleted ]
		case $change in
		1d) [ "$(cat "$HOME/crontab")" = '# rate(1 minute)' ] ;;
		*mine*) [ "$(sed 's/.* //' "$HOME/crontab")" = mine ] ;;
		*) [ ! -s "$HOME/crontab" ] ;;
		esac
	done
}

@test "destroy removes a schedule whose command was edited or deleted, and says so; with another line nothing shows who made it" {
	load cron
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	local change message
	while IFS='|' read -r change message; do
		fxstack deploy stack.ndjson
		sed -i "$change" "$HOME/crontab"
		run -2 --separate-stderr fxstack diff stack.ndjson
		has "$stderr" 'not as fxcron wrote'
		run -0 --separate-stderr fxstack destroy --yes stack.ndjson
		[ "$(jq -r .action <<<"$output")" = deleted ]
		has "$stderr" "fxstack: the entry s had been edited in the crontab: $message"
		[ ! -s "$HOME/crontab" ]
	done <<-'END'
		s/fxcron run s/myscript/|removed * * * * *
		s/fxcron run s/myscript run s/|removed * * * * *
		s/^\*.*fxcron run s/#&x/|removed #* * * * *
		/fxcron run/d|its line is missing
	END
	fxstack deploy stack.ndjson
	sed -i '3s/.*/* * * * * mine/' "$HOME/crontab"
	cp "$HOME/crontab" edited
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(jq -r .action <<<"$output")" = kept ]
	has "$stderr" 'kept, since its lines were edited and do not show that fxstack created it: --foreign'
	cmp edited "$HOME/crontab"
	run -0 --separate-stderr fxstack destroy --yes --foreign stack.ndjson
	has "$stderr" 'kept, because fxcron did not write it (crontab -e deletes it): * * * * * mine'
	[ "$(cat "$HOME/crontab")" = '* * * * * mine' ]
	# The one of another FX_HOME stays.
	rm "$HOME/crontab"
	fxstack deploy stack.ndjson
	sed -i 's/fxcron run s/myscript/' "$HOME/crontab"
	[ "$(FX_HOME=$PWD/other fxstack destroy --yes stack.ndjson 2>/dev/null | jq -r .action)" = absent ]
	[ -s "$HOME/crontab" ]
}

@test "a schedule that was commented out with its marks is paused, and is deployed in its place" {
	load cron
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	fxstack deploy stack.ndjson
	cp "$HOME/crontab" before
	sed -i 's/^/# /' "$HOME/crontab"
	run -1 fxstack diff stack.ndjson
	[ "$(jq -c '[.action, .changes[].from]' <<<"$output")" = '["change","rate(1 minute), paused"]' ]
	[ "$(fxstack deploy stack.ndjson | jq -r .action)" = changed ]
	cmp before "$HOME/crontab"
	sed -i 's/^/# /' "$HOME/crontab"
	[ "$(fxstack destroy --yes stack.ndjson | jq -r .action)" = deleted ]
	[ ! -s "$HOME/crontab" ]
}

@test "a schedule is known by its name and FX_HOME" {
	load cron
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	local home=$FX_HOME
	fxstack deploy stack.ndjson
	cp "$HOME/crontab" first
	FX_HOME=$PWD/other run -1 fxstack diff stack.ndjson
	[ "$(jq -r .action <<<"$output")" = make ]
	[ "$(FX_HOME=$PWD/other fxstack destroy --yes stack.ndjson | jq -r .action)" = absent ]
	[ "$(FX_HOME=$PWD/other fxstack deploy stack.ndjson | jq -r .action)" = made ]
	FX_HOME=$PWD/other settled
	settled
	fxcron list --json | holds -s --arg home "$home" --arg other "$PWD/other" \
		'map(.environment.FX_HOME) == [$home, $other] and .[0].name == "s" and (.[1].name | test("^s[.][0-9a-f]{8}$"))'
	# The same directory by other paths.
	mkdir -p other fx
	ln -s other link
	FX_HOME=$PWD/link settled
	FX_HOME=other/ settled
	sed -i 's/1 minute/5 minutes/' stack.ndjson
	[ "$(FX_HOME=$PWD/other fxstack deploy stack.ndjson | jq -r .action)" = changed ]
	[ "$(fxcron list | cut -f 2 | tr '\n' ' ')" = 'rate(1 minute) rate(5 minutes) ' ]
	FX_HOME=$PWD/other fxstack destroy --yes stack.ndjson
	cmp first "$HOME/crontab"
	# A line can name the home.
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true","environment":{"FX_HOME":"/third"}}'
	[ "$(fxstack deploy stack.ndjson | jq -r .action)" = made ]
	settled
	FX_HOME=$PWD/other settled
	fxstack destroy --yes stack.ndjson
	cmp first "$HOME/crontab"
}

@test "an entry of the first version is adopted in its FX_HOME, the default one included" {
	load cron
	local entry='fxcron run s --log - -e FX_MADE_BY=fxstack'
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	printf '# fxpipe: s begin\n# rate(1 minute)\n* * * * * /bin/%s -e FX_HOME=%s -- true\n# fxpipe: s end\n' "$entry" "$FX_HOME" >"$HOME/crontab"
	settled
	(
		unset FX_HOME
		run -1 fxstack diff stack.ndjson
		sed -i 's/ -e FX_HOME=[^ ]*//' "$HOME/crontab"
		settled
		FX_HOME=$HOME/.local/share/fxpipe settled
	)
	run -1 fxstack diff stack.ndjson
	[ "$(unset FX_HOME && fxstack destroy --yes stack.ndjson | jq -r .action)" = deleted ]
	[ ! -s "$HOME/crontab" ]
}

@test "two homes that deploy at once have an entry each" {
	load cron
	local round
	stack '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	for round in 1 2 3 4 5; do
		FX_HOME=$PWD/other in_background fxstack deploy stack.ndjson
		fxstack deploy stack.ndjson || fxstack deploy stack.ndjson
		status_of "$background"
		[ "$status" = 0 ] || FX_HOME=$PWD/other fxstack deploy stack.ndjson
		settled
		FX_HOME=$PWD/other settled
		[ "$(fxcron list | wc -l)" = 2 ]
		fxstack destroy --yes stack.ndjson
		FX_HOME=$PWD/other fxstack destroy --yes stack.ndjson
		[ ! -s "$HOME/crontab" ]
	done
}

@test "a schedule whose stream or table was refused is not installed" {
	load cron
	local schedule='{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}'
	stack '{"resource":"table","name":"t","key":"k"}' '{"resource":"stream","name":"a"}'
	fxstack deploy stack.ndjson
	stack '{"resource":"table","name":"t","key":"other"}' '{"resource":"stream","name":"a"}' "$schedule" \
		'{"resource":"consumer","name":"c","command":"true"}'
	run -1 --separate-stderr fxstack diff stack.ndjson
	[ "$(results <<<"$output")" = $'table t refused\nschedule s refused\nconsumer c refused' ]
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ "$(results <<<"$output")" = $'table t refused\nstream a unchanged\nschedule s refused\nconsumer c refused' ]
	has "$stderr" 'line 3: the schedule s: not installed, because the table t was refused'
	[ -z "$(fxcron list)" ]
	[ "$(kstat -s a -g c | jq .lag)" = 0 ]
	# A file that is not a stream.
	stack '{"resource":"stream","name":"b"}' "$schedule"
	echo damaged >"$FX_HOME/b.stream"
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ "$(results <<<"$output")" = $'stream b refused\nschedule s refused' ]
	rm "$FX_HOME/b.stream"
	fxstack deploy stack.ndjson
	# One that is installed stays as it is.
	cp "$HOME/crontab" before
	echo damaged >"$FX_HOME/b.stream"
	sed -i 's/1 minute/5 minutes/' stack.ndjson
	run -2 --separate-stderr fxstack deploy stack.ndjson
	has "$stderr" 'left as it is, because the stream b was refused'
	cmp before "$HOME/crontab"
}

@test "a schedule that fxcron refuses is refused with its message" {
	load cron
	stack '{"resource":"schedule","name":"s","schedule":"now and then","command":"true"}' "$bucket"
	run -2 --separate-stderr fxstack deploy stack.ndjson
	[ "$(results <<<"$output")" = $'bucket archive made\nschedule s refused' ]
	has "$stderr" 'line 1: the schedule s: '
}

@test "a consumer's group starts where its line says, once" {
	load cron
	stack '{"resource":"stream","name":"rates"}' \
		'{"resource":"consumer","name":"late","command":"true","from":"latest"}'
	head -n 1 stack.ndjson | fxstack deploy
	rates 10 | kput -q -k ticker
	fxstack deploy stack.ndjson
	[ "$(kread -g late | grep -c ticker)" = 0 ]
	rates 5 | kput -q -k ticker
	kread -g late -n 3 | kack -g late
	fxcron remove late
	fxstack deploy stack.ndjson
	[ "$(kstat -g late | jq .lag)" = 2 ]
	fxstack destroy --yes stack.ndjson
	[ -z "$(ls -A fx)" ]
}

@test "a consumer's group starts at an age before now" {
	load cron
	stack '{"resource":"stream","name":"rates"}' \
		'{"resource":"consumer","name":"late","command":"true","from":"-15m"}'
	rates 10 | kput -q -k ticker
	sqlite3 "$FX_HOME/rates.stream" 'UPDATE batch SET arrived = arrived - 20 * 60000'
	rates 5 | kput -q -k ticker
	fxstack deploy stack.ndjson
	[ "$(kstat -g late | jq .lag)" = 5 ]
}

@test "a consumer that moves to another stream starts there where its line says" {
	load cron
	stack '{"resource":"stream","name":"one"}' '{"resource":"stream","name":"two"}' \
		'{"resource":"consumer","name":"late","command":"true","stream":"one"}'
	fxstack deploy stack.ndjson
	rates 3 | kput -s two -q -k ticker
	sed -i 's/"stream":"one"/"stream":"two","from":"latest"/' stack.ndjson
	fxstack deploy stack.ndjson
	[ "$(kstat -s two -g late | jq .lag)" = 0 ]
}

@test "destroy while a consumer reads exits with 75, and the next one deletes its group" {
	load cron
	stack '{"resource":"stream","name":"rates"}' \
		'{"resource":"consumer","name":"table","schedule":"rate(1 minute)","command":"false"}'
	rates 3 | kput -s rates -q -k ticker
	fxstack deploy stack.ndjson
	kread -s rates -g table -n 1 | kack -s rates -g table
	in_background kread -s rates -f -g table >read
	wait_for 20 test -s read
	run -75 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(results <<<"$output")" = $'consumer table failed\nstream rates kept' ]
	[ "$(fxcron list --json | jq -r .command)" = true ]
	[ "$(kstat -s rates -g table | jq .lag)" = 2 ]
	kill "$background"
	status_of "$background"
	run -1 --separate-stderr fxstack destroy --yes stack.ndjson
	[ "$(results <<<"$output")" = $'consumer table deleted\nstream rates kept' ]
	[ -z "$(fxcron list)" ]
	[ "$(kstat -s rates -g table | jq .lag)" = 3 ]
}

# --- confirmation ---

# A terminal of its own for the command; what is typed is the standard input.
at_terminal() {
	script -q -e -c "$1" /dev/null
}

@test "destroy names the resources and asks at the terminal" {
	pipeline
	fxstack deploy stack.ndjson
	run -2 at_terminal 'fxstack destroy stack.ndjson' <<<no
	has "$output" 'to be destroyed: the table rates'
	has "$output" '2 resources to destroy, with all data'
	not has "$output" 'not created by fxstack'
	has "$output" 'nothing was destroyed'
	settled
	run -0 at_terminal 'fxstack destroy stack.ndjson' <<<yes
	[ -z "$(ls -A fx)" ]
	# It does not ask if nothing is to be destroyed.
	[ "$(setsid fxstack destroy stack.ndjson | jq -r .action | sort -u)" = absent ]
}

@test "without a terminal destroy does nothing unless --yes is given" {
	pipeline
	fxstack deploy stack.ndjson
	run -2 --separate-stderr setsid -w fxstack destroy stack.ndjson
	has "$stderr" 'no terminal to ask at: confirm with --yes'
	[ -z "$output" ]
	settled
}

# --- killed at any point ---

# Kills it at a random moment within the time that a whole deploy takes; counts the kills.
killed_midway() {
	local status=0 after=$((RANDOM % whole + 1))
	timeout -s KILL "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))" "$@" >/dev/null 2>&1 || status=$?
	[ "$status" != 137 ] || killed=$((killed + 1))
	[ "$status" = 137 ] || [ "$status" = 0 ]
}

@test "killed 50 times in deploy and destroy: running it again continues, and nothing is left over" {
	local began whole killed=0 round=0
	stack '{"resource":"stream","name":"a","shards":3}' '{"resource":"stream","name":"b"}' \
		'{"resource":"table","name":"t","key":"k"}' "$bucket" \
		'{"resource":"secret","name":"alphavantage","from":"key.txt"}'
	(umask 077 && echo $key >key.txt)
	sed 's/"shards":3/"shards":5/' stack.ndjson >other.ndjson
	began=${EPOCHREALTIME/[^0-9]/}
	fxstack deploy stack.ndjson
	whole=$(((${EPOCHREALTIME/[^0-9]/} - began) / 1000 + 1))
	while [ $killed -lt 50 ]; do
		round=$((round + 1))
		[ $round -lt 200 ]
		killed_midway fxstack deploy stack.ndjson
		killed_midway fxstack deploy other.ndjson
		fxstack deploy stack.ndjson >done
		holds -s 'all(.action | IN("made", "changed", "unchanged"))' done
		settled
		killed_midway fxstack destroy --yes stack.ndjson
		fxstack destroy --yes stack.ndjson >done
		holds -s 'all(.action | IN("deleted", "absent"))' done
		find fx "$XDG_CONFIG_HOME/fxpipe" -mindepth 1 >left
		[ ! -s left ] || { cat left && false; }
	done
}

@test "a signal ends it after the step in flight" {
	load cron
	mv "$HOME/bin/crontab" "$HOME/bin/slow"
	mkfifo wait
	cat >"$HOME/bin/crontab" <<-'END'
		#!/bin/bash
		[ -e waited ] || { touch waited && cat wait >/dev/null; }
		exec slow "$@"
	END
	chmod +x "$HOME/bin/crontab"
	stack "$bucket" '{"resource":"schedule","name":"s","schedule":"rate(1 minute)","command":"true"}' \
		'{"resource":"schedule","name":"t","schedule":"rate(1 minute)","command":"true"}'
	in_background fxstack deploy stack.ndjson >out
	wait_for 20 test -e waited
	kill -TERM "$background"
	: >wait
	status_of "$background"
	[ "$status" = 143 ]
	[ "$(fxstack deploy stack.ndjson | results | tail -n 1)" = 'schedule t made' ]
	settled
}

# waits NAME FILE BYTE STACK COMMAND…: starts fxstack in a directory of its own, where another
# process holds that lock.
waits() {
	export FX_HOME=$PWD/$1
	fxstack deploy >"$1.made" <<<"$4"
	[ "$1" != groups ] || echo '{"_pos":"0:0+"}' | kack -g g
	in_background python3 -c 'import fcntl, signal, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX, 1, int(sys.argv[2]))
print("held", flush=True)
signal.pause()' "$FX_HOME/$2" "$3" >"$1.held"
	holders+=("$background")
	wait_for 20 grep -q held "$1.held"
	in_background "${@:5}" >"$1.out" 2>"$1.err"
	waiting+=("$background")
}

@test "a lock that another process holds: a message names it, and a signal ends the wait" {
	local stream='{"resource":"stream","name":"rates","retention":"2d"}' begun=$SECONDS
	local table='{"resource":"table","name":"rates","key":"k"}' i holders=() waiting=()
	local names=(retention shards stream groups table)
	local files=(rates.{stream,stream,stream,groups,table}-lock)
	echo "$stream" >stream.ndjson
	echo "$table" >table.ndjson
	echo "${stream/2d/3d}" >retention.ndjson
	jq -c '.shards = 2' stream.ndjson >shards.ndjson
	waits retention rates.stream-lock 1 "$stream" fxstack deploy retention.ndjson
	waits shards rates.stream-lock 1 "$stream" fxstack deploy shards.ndjson
	waits stream rates.stream-lock 2 "$stream" fxstack destroy --yes stream.ndjson
	waits groups rates.groups-lock 1 "$stream" fxstack destroy --yes stream.ndjson
	waits table rates.table-lock 2 "$table" fxstack destroy --yes table.ndjson
	for i in "${!names[@]}"; do
		wait_for 20 grep -qx "fxstack: waiting for $PWD/${names[i]}/${files[i]%-lock}: process ${holders[i]} holds it" \
			"${names[i]}.err"
		kill "${waiting[i]}"
		status_of "${waiting[i]}"
		[ "$status" = 143 ]
	done
	[ $((SECONDS - begun)) -lt 25 ] # not at the end of the wait
	# What was cut short is completed.
	kill "${holders[3]}"
	FX_HOME=$PWD/groups fxstack destroy --yes stream.ndjson
	[ -z "$(ls -A groups)" ]
}
