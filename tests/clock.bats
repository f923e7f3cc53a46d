# clock: clocks that are wrong, and no record that is deleted because of that.

load helper

setup() {
	command -v faketime >/dev/null || skip "faketime is not installed"
}

# at OFFSET COMMAND…: with a wrong clock. It also changes the boot clock, unless $boot is set.
at() {
	env ${boot:+FAKETIME_DONT_FAKE_MONOTONIC=1} faketime -f "$@"
}

numbers() {
	[ "$(kread "${@:2}")" = "$(seq "$1")" ]
}

@test "a clock far behind, then right: no fresh record is deleted" {
	local boot
	for boot in '' 1; do
		export FX_STREAM=behind$boot
		seq 100 | at -30h kput -q
		seq 101 102 | kput -q
		echo 103 | kput -q
		numbers 103
	done
}

@test "a clock 25 hours or 70 years ahead: nothing is deleted, and all recovers with the clock" {
	local boot
	for boot in '' 1; do
		export FX_STREAM=ahead$boot
		seq 10 | kput -q
		kread -g g -n 10 | kack -g g
		sqlite3 "$FX_HOME/$FX_STREAM.stream" 'UPDATE batch SET arrived = arrived - 12 * 3600000'
		seq 11 20 | at +25h kput -q
		seq 21 30 | at +70y kput -q
		numbers 30
		seq 31 40 | kput -q
		numbers 40
		# The newest record is the last one, the next one of the group waits since it was put.
		kstat -g g | holds '.newest < (now + 60 | todate) and .oldest < .newest and .lag_ms < 60000'
		fxhealth --disk 100 -g g --max-lag 1m
		sqlite3 "$FX_HOME/$FX_STREAM.stream" 'UPDATE batch SET arrived = arrived - 600000 WHERE position > 30'
		kstat -g g | holds '.lag_ms >= 600000'
		seq 41 43 | kput -q
		[ "$(kread --from -5m)" = "$(seq 41 43)" ]
		[ "$(kread --from -11m)" = "$(seq 11 43)" ]
		[ "$(kread --from 2099-01-01T00:00:00Z)" = "" ]
	done
}

old_are_gone() {
	echo new | "$@" kput -q
	[ -z "$(kread | grep '[0-9]')" ]
}

@test "a stream that was idle for days: what has expired goes soon after it is written to again" {
	local boot=
	seq 10 | at -3d kput -q --retention 1s
	wait_for 20 old_are_gone
	# The same, with a clock that has advanced.
	seq 10 | kput -q -s forward --retention 1s
	export FX_STREAM=forward
	wait_for 20 old_are_gone at +3d
}

@test "a machine that was off for days: what has expired goes soon after it is written to again" {
	seq 10 | kput -q --retention 1s
	sqlite3 "$FX_HOME/rates.stream" 'UPDATE batch SET arrived = arrived - 3 * 86400000'
	# The clock reading of another boot, three days ago.
	printf 'fxpipe-clock 1 another 1 %s 5000000 0 0 0 0.\n' "$((($(date +%s) - 3 * 86400) * 1000))" |
		dd of="$FX_HOME/rates.stream-lock" bs=1 seek=64 conv=notrunc status=none
	wait_for 20 old_are_gone
}

@test "a boot at 1970: nothing is deleted, then or later; it goes with the records after it" {
	seq 5 | kput -q --retention 1s
	sqlite3 "$FX_HOME/rates.stream" "UPDATE stream SET retention = 86400000"
	seq 6 10 | at '@1970-01-01 00:01:00' kput -q
	seq 11 20 | kput -q
	numbers 20
	sqlite3 "$FX_HOME/rates.stream" "UPDATE stream SET retention = 1000"
	wait_for 20 old_are_gone
}

@test "a clock before 1970 counts as 1970: the stream stays valid" {
	at '@1969-06-01 00:00:00' bash -c 'seq 5 | kput -q'
	seq 6 10 | kput -q
	numbers 10
	at '@1969-06-01 00:00:00' bash -c 'seq 11 12 | kput -q'
	numbers 12
	[ "$(kread --envelope -n 1 | jq -r .arrived)" = 1970-01-01T00:00:00.000Z ]
	kstat | holds '.records == 12'
}

@test "dates of the future go with the records after them" {
	local boot=1
	seq 5 | at +70y kput -q --retention 1s
	seq 6 10 | kput -q
	numbers 10
	wait_for 20 old_are_gone
}

@test "fxmetrics with a clock far ahead forgets no tool that keeps running" {
	run_of() {
		echo '{"tool":"kput","started":"2026-01-31T12:00:00Z","seconds":1.500,"lines":'"$1"',"bytes":0,"done":'"$1"',"refused":0,"present":0,"lost":0,"marks":0,"batches":1,"retries":0,"throttled":0,"commit_ms":{"p50":1.500,"p99":2.000,"sum":1.400}}'
	}
	run_of 100 >stats
	fxmetrics --prometheus out.prom stats
	# The time of the file stays what it was.
	NO_FAKE_STAT=1 at +70d fxmetrics --prometheus out.prom stats
	run_of 300 >>stats
	fxmetrics --prometheus out.prom stats
	grep -qx 'fxpipe_lines_total{tool="kput"} 300' out.prom
}
