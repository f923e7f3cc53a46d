# Tools that have nothing to do sleep, and wake for everything that concerns them.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper

setup() {
	[ -r /proc/self/status ] || skip "no /proc"
	echo '{"n":1}' | kput -q
}

# How often a process has gone to sleep.
sleeps() {
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$1/status"
}

# Has it slept on for three seconds?
sleeps_on() {
	local before
	before=$(sleeps "$1")
	sleep 3
	[ "$(sleeps "$1")" = "$before" ]
}

lines_in() {
	[ "$(wc -l <"$2")" -ge "$1" ]
}

@test "kread -f and kput do not wake while there is nothing to do" {
	in_background kread -f >out
	reader=$background
	mkfifo fed
	exec 5<>fed
	in_background kput <fed >receipts
	writer=$background
	echo '{"n":2}' >&5
	wait_for 20 lines_in 2 out
	wait_for 30 sleeps_on "$reader"
	wait_for 30 sleeps_on "$writer"
	echo '{"n":3}' >&5
	wait_for 20 lines_in 3 out
	kill -TERM "$reader" "$writer"
	status_of "$reader"
	[ "$status" = 143 ]
}

@test "kread -f with statistics wakes for them" {
	in_background kread -f --stats stats >out
	wait_for 20 lines_in 1 out
	before=$(sleeps "$background")
	wait_for 20 eval '[ "$(sleeps "$background")" -gt "$before" ]'
	kill -TERM "$background"
}

# The commit of a writer that died before it wrote to the lock file, which is closed then.
@test "kread -f sees a commit after which the writer died" {
	command -v sqlite3 || skip "no sqlite3"
	in_background kread -f >out
	wait_for 20 lines_in 1 out
	wait_for 30 sleeps_on "$background"
	exec 6<>"$FX_HOME/rates.stream-lock"
	sqlite3 "$FX_HOME/rates.stream" 'BEGIN IMMEDIATE;
		INSERT INTO batch SELECT position + 1, count, arrived, bytes, lengths, lines, keys FROM batch;
		UPDATE shard SET next = next + 1; COMMIT'
	exec 6>&-
	wait_for 20 lines_in 2 out
	kill -TERM "$background"
}

@test "kread -f sees that its stream is deleted, or another takes its place" {
	in_background kread -f >out 2>errors
	wait_for 20 lines_in 1 out
	wait_for 30 sleeps_on "$background"
	mv "$FX_HOME/rates.stream" "$FX_HOME/other.stream"
	status_of "$background"
	[ "$status" = 2 ]
	has "$(cat errors)" "was deleted while it was in use"
}
