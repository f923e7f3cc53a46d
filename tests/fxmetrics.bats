# fxmetrics: counters never go back, whatever happens to the files they are read from.

load helper

exposition() {
	python3 "$REPOSITORY/tests/server/exposition"
}

# figures TOOL STARTED LINES [MORE]: a line of --stats.
figures() {
	echo '{"tool":"'"$1"'","started":"2026-01-31T12:00:'"$2"'Z","seconds":1.500,"lines":'"$3"',"bytes":'"$3"'0,"done":'"$3"',"refused":0,"present":0,"lost":0,"marks":0,"batches":1,"retries":0,"throttled":0,"commit_ms":{"p50":1.500,"p99":2.000,"sum":1.400}'"${4-,\"exit\":0}"'}'
}

# lines_of TOOL: what fxpipe_lines_total is.
lines_of() {
	fxmetrics --prometheus out.prom "${from[@]}" || return
	exposition <out.prom | sed -n "s/^fxpipe_lines_total{tool=$1} //p"
}

from=(stats)

@test "the statistics of real runs become valid Prometheus text" {
	printf '%s\n' '{"ticker":"a","last_refreshed":"2026-01-31T12:00:00Z"}' '{"ticker":"b"}' | kput -q --stats stats
	kread -g table --stats stats | ddbput -q -x rejects --stats stats || true
	kread -g table | kack -g table --stats stats
	kstat -g table >where
	cat where - <<<'{"stream":"kinesis:x","shard":"shardId-000000000001","open":true,"new member":[1]}' |
		fxmetrics --prometheus out.prom stats -
	exposition <out.prom >read
	grep -qx 'fxpipe_lines_total{tool=kput} 2' read
	grep -qx 'fxpipe_refused_total{tool=ddbput} 1' read
	grep -qx 'fxpipe_runs_total{status=1,tool=ddbput} 1' read
	grep -qx 'fxpipe_last_exit_status{tool=ddbput} 1' read
	grep -qx 'fxpipe_commit_seconds_count{tool=kput} 1' read
	grep -q '^fxpipe_commit_seconds{quantile=0.99,tool=kput} 0[.][0-9]*$' read
	grep -qx 'fxpipe_stream_records{shard=0,stream=rates} 2' read
	grep -qx 'fxpipe_group_lag_records{group=table,shard=0,stream=rates} 0' read
	grep -qx 'fxpipe_stream_open{shard=shardId-000000000001,stream=kinesis:x} 1' read
	# As jq reads times.
	[ "$(sed -n 's/^fxpipe_stream_newest_timestamp_seconds.* \([0-9]*\).*/\1/p' read)" = \
		"$(jq '.newest | sub("[.][0-9]+Z"; "Z") | fromdateiso8601' where)" ]
	# Node exporter is another user.
	[ "$(stat -c %a out.prom)" = 644 ]
	[ "$(find . -name '.out.prom*')" = '' ]
}

@test "the checker of Prometheus text finds faults" {
	printf '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n' | exposition
	not exposition <<<'a_total{b="c"} 1' 2>/dev/null
	not exposition <<<$'# HELP a x\n# TYPE a counter\na 1' 2>/dev/null
	not exposition <<<$'# HELP a x\n# TYPE a gauge\na{b="c"d"} 1' 2>/dev/null
	not exposition <<<$'# HELP a x\n# TYPE a gauge\na 1\na 1' 2>/dev/null
	not exposition <<<$'# HELP a x\n# TYPE a gauge\na{quantile="1"} 1' 2>/dev/null
	not exposition <<<$'# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1' 2>/dev/null
}

@test "of several lines of kstat for a shard and group, the last one counts" {
	figures kput 00 5 >stats
	{
		echo '{"stream":"s","shard":"0","records":3,"records_in":9,"bytes_in":90,"group":"a","lag":1,"lag_ms":5}'
		echo '{"stream":"s","shard":"0","records":4,"records_in":10,"bytes_in":100,"group":"b","lag":2,"lag_ms":1500,"reader":7}'
		echo '{"stream":"s","shard":"1","records":4,"records_in":11,"oldest":null,"group":"b","lag":"?"}'
		echo '{"stream":"s","shard":"0","records":5,"records_in":12,"bytes_in":120,"group":"a","lag":0,"lag_ms":0,"lost":2}'
	} >where
	fxmetrics --prometheus out.prom stats - <where
	exposition <out.prom | grep -e stream_ -e group_ | sort >read
	cat >expected <<-'END'
		fxpipe_group_lag_records{group=a,shard=0,stream=s} 0
		fxpipe_group_lag_records{group=b,shard=0,stream=s} 2
		fxpipe_group_lag_seconds{group=a,shard=0,stream=s} 0
		fxpipe_group_lag_seconds{group=b,shard=0,stream=s} 1.5
		fxpipe_group_lost_records{group=a,shard=0,stream=s} 2
		fxpipe_group_lost_records{group=b,shard=0,stream=s} 0
		fxpipe_group_lost_records{group=b,shard=1,stream=s} 0
		fxpipe_stream_bytes_in_total{shard=0,stream=s} 120
		fxpipe_stream_records_in_total{shard=0,stream=s} 12
		fxpipe_stream_records_in_total{shard=1,stream=s} 11
		fxpipe_stream_records{shard=0,stream=s} 5
		fxpipe_stream_records{shard=1,stream=s} 4
	END
	cmp expected read
	fxmetrics --emf stats - <where | jq -c 'select(.Stream) | [.Shard, .Group, .Records, .LagRecords, .Lag]' >read
	[ "$(cat read)" = $'["0",null,5,null,null]\n["1",null,4,null,null]\n["0","a",null,0,0]\n["0","b",null,2,1500]' ]
}

@test "-l adds labels, with any characters in their values" {
	figures kput 00 5 >stats
	fxmetrics --prometheus out.prom -l 'env=a "b" \c' -l $'note=x\ny' stats
	exposition <out.prom | grep -qF 'fxpipe_lines_total{env=a "b" \c,note=x'
	run -2 fxmetrics --prometheus out.prom -l 'tool=x' stats
	run -2 fxmetrics --prometheus out.prom -l '9=x' stats
	# What would stand there twice, or in the place of something else.
	local label
	for label in Tool=x Shard=x _aws=x Lines=x note=z $'bytes_=\377'; do
		run -2 --separate-stderr fxmetrics --emf -l note=x -l "$label" stats
		has "$stderr" "option -l: the name ${label%%=*} is " || has "$stderr" 'is not UTF-8'
		[ -z "$output" ]
	done
}

@test "only new lines count; an incomplete line counts in the next run" {
	figures kput 00 5 >stats
	[ "$(lines_of kput)" = 5 ]
	[ "$(lines_of kput)" = 5 ]
	figures kput 01 7 >>stats
	figures kput 02 100 | head -c 60 >>stats
	[ "$(lines_of kput)" = 12 ]
	figures kput 02 100 | tail -c +61 >>stats
	figures kread 03 3 >>stats
	[ "$(lines_of kput)" = 112 ]
	[ "$(lines_of kread)" = 3 ]
}

@test "a file that is renamed, emptied, re-created or removed: no run is counted twice, no counter decreases" {
	figures kput 00 5 >stats
	[ "$(lines_of kput)" = 5 ]
	# Written to before it is renamed: the rest is read there.
	figures kput 01 10 >>stats
	mv stats stats.1
	figures kput 02 100 >stats
	[ "$(lines_of kput)" = 115 ]
	# Both given: the same.
	from=(stats stats.1)
	[ "$(lines_of kput)" = 115 ]
	from=(stats)
	# Emptied and written again, as by logrotate's copytruncate; longer than before.
	: >stats
	figures kput 03 1000 >stats
	figures kput 04 1000 >>stats
	[ "$(lines_of kput)" = 2115 ]
	rm stats
	run -1 --separate-stderr fxmetrics --prometheus out.prom stats
	has "$stderr" stats
	exposition <out.prom | grep -qx 'fxpipe_lines_total{tool=kput} 2115'
}

@test "a file by a link, and one whose name begins with -" {
	figures kput 00 5 >stats
	ln -s stats link
	figures kread 01 7 >-l
	from=(-- link stats -l)
	[ "$(lines_of kput)" = 5 ]
	[ "$(lines_of kread)" = 7 ]
	figures kput 02 1 >>stats
	[ "$(lines_of kput)" = 6 ]
}

@test "a tool that keeps running is remembered while the machine sleeps; of too many, the newest are kept" {
	local i
	for i in {1000..2100}; do echo '{"tool":"kread","started":"2026-01-31T12:00:00.'"$i"'Z","seconds":1,"lines":1}'; done >stats
	[ "$(lines_of kread)" = 1101 ]
	from=(--state state stats)
	echo '{"tool":"kput","started":"2026-01-31T12:00:00Z","seconds":1,"lines":5}' >stats
	[ "$(lines_of kput)" = 5 ]
	[ "$(grep -c '^run' "$XDG_STATE_HOME"/fxpipe/fxmetrics-prometheus*[0-9])" = 1000 ]
	sed -i "s/^\(run.* \)[0-9]*$/\1$(($(date +%s) - 200000))/" state
	from=(--state state stats)
	: >stats
	[ "$(lines_of kput)" = 5 ]
	echo '{"tool":"kput","started":"2026-01-31T12:00:00Z","seconds":9,"lines":7}' >stats
	[ "$(lines_of kput)" = 7 ]
}

@test "a tool that keeps running writes sums: the last one counts" {
	figures kread 00 5 '' >stats
	[ "$(lines_of kread)" = 5 ]
	figures kread 00 20 '' >>stats
	figures kread 00 30 '' >>stats
	[ "$(lines_of kread)" = 30 ]
	figures kread 00 31 ',"lag_ms":61500,"signal":15' >>stats
	figures kread 09 2 '' >>stats
	[ "$(lines_of kread)" = 33 ]
	exposition <out.prom >read
	grep -qx 'fxpipe_runs_total{status=143,tool=kread} 1' read
	grep -qx 'fxpipe_last_exit_status{tool=kread} 143' read
}

@test "sums beyond what a double holds stay exact" {
	local i
	for i in {10..59}; do figures kput "$i" 900719925474099; done >stats
	[ "$(lines_of kput)" = 45035996273704950 ]
}

@test "a line that is not a line of statistics is reported, and the others are counted" {
	{
		figures kput 00 5
		echo 'not JSON'
		echo '{"tool":"kput","started":"2026-01-31T12:00:00Z","lines":-1,"exit":0}'
		echo '{"tool":"a\"b","started":"2026-01-31T12:00:00Z","exit":0}'
		echo '{"tool":"kput","started":"yesterday","exit":0}'
		printf '\0\377\n[]\n'
		figures kput 01 6 | sed 's/"sum":[0-9.]*/"sum":900000000000000/'
		figures kput 01 6
	} >stats
	run -1 --separate-stderr fxmetrics --prometheus out.prom stats
	has "$stderr" '7 lines written neither'
	exposition <out.prom | grep -qx 'fxpipe_lines_total{tool=kput} 11'
	# The next time they are behind us.
	fxmetrics --prometheus out.prom stats
}

@test "hostile lines, from a file and from standard input: each is counted as bad, and the good one counts" {
	{
		base64 -d "$FIXTURES/hostile.ndjson.b64" && echo
		figures kput 00 5
	} >stats
	run -1 --separate-stderr fxmetrics --cloudwatch --state state --stats own stats - <stats
	has "$stderr" 'lines written neither by --stats nor by kstat'
	[ "$(jq -c 'select(.metric == "Lines") | .value' <<<"$output")" = 10 ]
	holds '.refused >= 50 and .done == 2 and .exit == 1' own
}

@test "statistics of an older fxpipe, without the newer members, count" {
	echo '{"tool":"kput","started":"2026-01-31T12:00:00.123Z","seconds":1.5,"lines":4,"exit":0}' >stats
	[ "$(lines_of kput)" = 4 ]
}

@test "two at once: the second reports it, exit status 75" {
	figures kput 00 5 >stats
	exec {lock}>state.lock
	flock "$lock"
	run -75 fxmetrics --prometheus out.prom --state state stats
	exec {lock}>&-
	fxmetrics --prometheus out.prom --state state stats
	echo "something else" >state
	run -2 fxmetrics --prometheus out.prom --state state stats
	[ "$(cat state)" = "something else" ]
}

@test "what could not be written is counted in the next run" {
	figures kput 00 5 >stats
	run -2 fxmetrics --prometheus no/such/out.prom stats
	local result=0
	fxmetrics --cloudwatch stats >/dev/full 2>err || result=$?
	[ "$result" = 75 ]
	fxmetrics --cloudwatch stats >lines
	[ "$(jq -c 'select(.metric == "Lines") | .value' lines)" = 5 ]
	fxmetrics --cloudwatch stats >lines
	[ ! -s lines ]
	# A disk that is full in the middle: what was there stays.
	echo before >out.prom
	(trap '' XFSZ && ulimit -f 1 && fxmetrics --prometheus out.prom --state state stats 2>/dev/null) || result=$?
	[ "$result" = 75 ]
	[ "$(cat out.prom)" = before ]
	[ ! -e state ]
}

@test "--cloudwatch: lines for cwput, of what is new; errors are runs that ended badly" {
	{
		figures kput 00 5
		figures kput 01 6 ',"exit":2'
		figures kput 02 7 ',"signal":15'
		figures kread 03 8 ',"lag_ms":61500,"exit":0'
	} >stats
	echo '{"stream":"s","shard":"0","group":"g","lag":12,"lag_ms":3000}' |
		fxmetrics --cloudwatch -n mine -l Host=here stats - >lines
	holds -s 'map(select(.dimensions.Tool == "kput") | {(.metric): .value}) | add
		| [.Runs, .Errors, .Lines, .Throttled, .CommitP99] == [3,1,18,0,2]' lines
	[ "$(jq -sc 'map(select(.metric == "Lag") | [.value, .unit, .dimensions])' lines)" = \
		'[[61500,"Milliseconds",{"Tool":"kread","Host":"here"}],[3000,"Milliseconds",{"Stream":"s","Shard":"0","Group":"g","Host":"here"}]]' ]
	holds -s 'all(.namespace == "mine" and (.timestamp | fromdateiso8601) > 1700000000)' lines
}

@test "--emf: the embedded metric format, within its limits" {
	figures kput 00 5 >stats
	echo '{"stream":"s","shard":"0","records":3,"bytes":40}' | fxmetrics --emf stats - >lines
	[ "$(wc -l <lines)" = 2 ]
	holds -s 'all(. as $event | ._aws.CloudWatchMetrics | length == 1 and (.[0]
		| .Namespace == "fxpipe" and (.Metrics | length <= 100) and (.Dimensions[0] | length <= 30)
		and all(.Dimensions[0][]; $event[.] | type == "string")
		and all(.Metrics[].Name; $event[.] | type == "number")))
		and all(._aws.Timestamp | type == "number" and . > 1700000000000)' lines
	[ "$(jq -c '[.Tool, .Lines]' lines | head -n 1)" = '["kput",5]' ]
	[ "$(jq -c '[.Stream, .Records, .StreamBytes]' lines | tail -n 1)" = '["s",3,40]' ]
}

@test "without a home: exit status 2, and the reason" {
	run -2 env -u HOME -u XDG_STATE_HOME fxmetrics --emf /dev/null
	[ "$output" = "fxmetrics: neither XDG_STATE_HOME nor HOME is set: set one of them, or use --state" ]
}

@test "limits: 1000 files, 1000 tools, a state of 1 MiB" {
	local i
	for i in {1000..2000}; do figures "tool$i" 00 1; done >stats
	run -1 --separate-stderr fxmetrics --prometheus out.prom --state state stats
	has "$stderr" '1 line'
	[ "$(grep -c '^fxpipe_lines_total{' out.prom)" = 1000 ]
	[ "$(grep -c '^total' state)" = 1000 ]
	run -0 fxmetrics --prometheus out.prom --state state stats
	run -2 fxmetrics --prometheus out.prom --state state {1..1001}
	has "$output" 'try fxmetrics --help'
	head -c 1048577 /dev/zero | tr '\0' '\n' >>state
	cp state before
	run -2 fxmetrics --prometheus out.prom --state state stats
	has "$output" 'state is longer than 1 MiB'
	cmp before state
}

@test "wrong usage: 2" {
	local wrong
	for wrong in '' stats '--emf' '--nothing stats' '--prometheus' '--emf -l x stats' '--emf --cloudwatch stats' \
		'--emf -n : stats'; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr fxmetrics $wrong
		has "$stderr" 'try fxmetrics --help'
		[ -z "$output" ]
	done
}

# --- the state ---

@test "a state of the first fxmetrics, which was a script, is read and continued" {
	cp "$FIXTURES/fxmetrics/stats" .
	# The file has another inode here.
	sed "s/^file\t[0-9:]*/file\t$(stat -c %d:%i stats)/" "$FIXTURES/fxmetrics/state" >state
	# The reader in it wrote something today.
	sed -i "s/^\(run.* \)[0-9]*$/\1$(date +%s)/" state
	from=(--state state stats)
	[ "$(lines_of kput)" = 900719925474100 ]
	figures kput 05 10 >>stats
	echo '{"tool":"kread","started":"2026-01-31T12:00:01.456Z","seconds":120,"lines":25,"throttled":1,"exit":0}' >>stats
	[ "$(lines_of kput)" = 900719925474110 ]
	[ "$(lines_of kread)" = 25 ]
	exposition <out.prom >read
	grep -qx 'fxpipe_throttled_total{tool=kread} 1' read
	grep -qx 'fxpipe_runs_total{status=0,tool=kput} 2' read
	grep -qx 'fxpipe_runs_total{status=143,tool=ddbput} 1' read
	grep -qx 'fxpipe_commit_seconds{quantile=0.5,tool=ddbput} 0.003000' read
	not grep -q '^run' state
}

@test "a state's name is that of the first fxmetrics: a checksum of the page's whole path" {
	figures kput 00 5 >stats
	mkdir pages
	ln -s pages link
	fxmetrics --prometheus link/../pages/./a.prom stats
	fxmetrics --emf stats >/dev/null
	[ "$(find "$XDG_STATE_HOME/fxpipe" -name 'fxmetrics*' ! -name '*.lock' -printf '%f\n' | sort | paste -sd' ')" = \
		"fxmetrics-emf fxmetrics-prometheus-$(readlink -m "$PWD/pages/a.prom" | cksum | tr ' ' -)" ]
	[ "$(stat -c %a "$XDG_STATE_HOME/fxpipe" "$XDG_STATE_HOME/fxpipe/fxmetrics-emf" | paste -sd' ')" = '700 600' ]
}

@test "the fields of a state are data: nothing in them is run, and an invalid line is an error, exit status 2" {
	figures kput 00 5 >stats
	local line
	for line in $'total\tkput\ta[$(touch run)] 1' $'run\tkput 2026-01-31T12:00:00Z\tx[$(touch run)]' \
		$'total\tkput"} 1\t5' $'status\tkput 0\t-1' $'total\tkput\t9223372036854775808' $'last\tkput' \
		$'total\tkput\t1 2 3 4 5 6 7 8 9 10 11 12' 'nothing'; do
		printf 'fxmetrics 1\n%s\n' "$line" >state
		cp state before
		run -2 --separate-stderr fxmetrics --emf --state state stats
		has "$stderr" 'state is not a state of fxmetrics: line 2 is not valid'
		[ -z "$output" ]
		cmp before state
	done
	[ ! -e run ]
}

@test "a tool or a time that ends in a newline is one bad line, and the rest counts" {
	{
		echo '{"tool":"kput\n","started":"2026-01-31T12:00:00Z","lines":1,"exit":0}'
		echo '{"tool":"kput","started":"2026-01-31T12:00:00Z\n","lines":1,"exit":0}'
		figures kput 00 5
	} >stats
	run -1 --separate-stderr fxmetrics --prometheus out.prom stats
	[ "$stderr" = "fxmetrics: 2 lines written neither by --stats nor by kstat" ]
	exposition <out.prom | grep -qx 'fxpipe_lines_total{tool=kput} 5'
}

@test "a sum stays at its largest value instead of going back" {
	printf 'fxmetrics 1\ntotal\tkput\t9223372036854775800\n' >state
	figures kput 00 100 >stats
	from=(--state state stats)
	[ "$(lines_of kput)" = 9223372036854775807 ]
	figures kput 01 100 >>stats
	[ "$(lines_of kput)" = 9223372036854775807 ]
}

@test "SIGTERM while it waits for kstat: death by the signal, and nothing counts yet" {
	figures kput 00 5 >stats
	mkfifo input
	exec {feeder}<>input
	env --default-signal=TERM fxmetrics --emf --state state --stats own stats - <input >out 2>err {feeder}>&- &
	fx_started+=($!)
	wait_for 20 test -e state.lock
	kill -TERM $!
	wait_for 20 is_ended $!
	status_of $!
	exec {feeder}>&-
	[ "$status" = 143 ]
	[ ! -s out ]
	[ ! -s err ]
	[ ! -e state ]
	holds '.tool == "fxmetrics" and .signal == 15' own
}

# --- the alarms ---

alarms() {
	jq -c "$@" -f "$REPOSITORY/scripts/filters/alarms.jq"
}

@test "the tutorial's alarms: errors, throttling, lag" {
	{
		figures kput 00 5
		figures kread 01 5
		echo '{"stream":"s","shard":"0","group":"g","lag":0,"lag_ms":60000}'
	} >lines
	[ "$(alarms <lines | jq -r .state | sort -u)" = OK ]
	[ "$(alarms <lines | jq -r .alarm | sort | uniq -c | tr -s ' ' | paste -sd,)" = ' 2 errors, 1 lag, 2 throttled' ]
	{
		figures kput 00 5 ',"throttled":3,"exit":75'
		figures kread 01 5 ',"lost":2,"exit":1'
		figures kack 02 5 ',"signal":9'
		figures ddbput 03 5 ',"signal":15'
		echo '{"stream":"s","shard":"0","group":"g","lag":9,"lag_ms":60001}'
	} >lines
	[ "$(alarms <lines | jq -r 'select(.state == "ALARM") | .alarm + " " + (.tool // .group)' | sort | paste -sd,)" = \
		'errors kack,errors kput,errors kread,lag g,throttled kput' ]
	# Other bounds.
	[ "$(alarms --argjson errors 3 --argjson throttled 3 --argjson lag 61 <lines | grep -c ALARM)" = 0 ]
}

@test "alarms: a bound that is not a number is reported: exit status 2" {
	figures kput 00 5 >lines
	local bound
	for bound in errors throttled lag minutes now; do
		run -2 --separate-stderr jq -nc --arg "$bound" many -f "$REPOSITORY/scripts/filters/alarms.jq" lines
		[ -z "$output" ]
		[[ $stderr == "alarms.jq: $bound is \"many\", not a number (--argjson $bound "*")" ]]
	done
	# A number given as text is one.
	figures kput 00 5 ',"exit":2' >lines
	[ "$(alarms --arg errors 1 <lines | grep -c ALARM)" = 0 ]
	[ "$(alarms --arg errors 0 <lines | grep -c ALARM)" = 1 ]
}

@test "alarms: the time, and what kstat reports only in records" {
	local now
	now=$(date -u -d 2026-01-31T12:00:01Z +%s)
	figures kput 00 5 ',"exit":2' >lines
	[ "$(alarms --argjson now $((now + 299)) --argjson minutes 5 <lines | grep -c ALARM)" = 1 ]
	[ "$(alarms --argjson now $((now + 302)) --argjson minutes 5 <lines | wc -l)" = 0 ]
	echo '{"stream":"s","shard":"0","group":"g","lag":9,"oldest":"2026-01-31T11:00:00.5Z","committed":"2026-01-31T12:00:01.5Z"}' >lines
	[ "$(alarms --argjson now $((now + 60)) <lines | jq -r '.state, .value' | paste -sd' ')" = 'OK 60' ]
	[ "$(alarms --argjson now $((now + 61)) <lines | jq -r '.state, .value' | paste -sd' ')" = 'ALARM 61' ]
	# A tool that runs on is counted once, by what it said last.
	{
		figures kread 00 5 ',"refused":1'
		figures kread 00 5 ',"refused":1'
	} >lines
	[ "$(alarms <lines | jq -c 'select(.alarm == "errors") | .value')" = 1 ]
	# What is neither passes without harm.
	printf '%s\n' null 5 '[]' '{"tool":5}' '{"tool":"x","started":"y"}' '{"stream":"s","shard":"0"}' '{"_pos":"0:1+"}' | alarms >out
}

@test "a file of statistics that cannot be read for lack of descriptors: exit status 75, and it counts later" {
	command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || skip "no strace here"
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	kput -q --stats stats <<<1
	kput -q --stats others <<<1
	local when
	# Confinement, where the kernel has it, opens the file first.
	for when in 1 2 3 4; do
		run -75 --separate-stderr strace -o /dev/null -P stats -e "inject=openat:error=EMFILE:when=$when" \
			fxmetrics --prometheus out.prom stats others
		grep -q "give up rights" <<<"$stderr" || break
	done
	has "$stderr" "fxmetrics: stats cannot be read: Too many open files"
	grep -q '^fxpipe_lines_total{tool="kput"} 1$' out.prom
	fxmetrics --prometheus out.prom stats others
	grep -q '^fxpipe_lines_total{tool="kput"} 2$' out.prom
}

@test "a directory in place of the file to write: exit status 2, also the root of a file system" {
	kput -q --stats stats <<<1
	mkdir there
	for place in there there/ / /proc; do
		run -2 --separate-stderr fxmetrics --prometheus "$place" stats
		[ "$stderr" = "fxmetrics: could not write $place: Is a directory" ]
	done
	run -2 --separate-stderr fxmetrics --prometheus out.prom --state / stats
	has "$stderr" "Is a directory"
	mkdir state.new
	run -2 --separate-stderr fxmetrics --prometheus out.prom --state state stats
	has "$stderr" "could not write state: Is a directory"
	run -2 --separate-stderr fxmetrics --prometheus out.prom --stats / stats
	has "$stderr" "Is a directory"
	run -2 --separate-stderr kput -x / <<<1
	has "$stderr" "Is a directory"
}

@test "a file that cannot be written there needs attention" {
	kput -q --stats stats <<<1
	run -2 --separate-stderr fxmetrics --prometheus nodir/out.prom stats
	has "$stderr" "could not write nodir/out.prom: No such file or directory"
	run -2 fxmetrics --prometheus stats/out.prom stats
	mkdir nodir
	fxmetrics --prometheus nodir/out.prom stats
	grep -q '^fxpipe_lines_total{tool="kput"} 1$' nodir/out.prom
}
