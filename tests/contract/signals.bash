# signals: questions of the contract about SIGTERM and SIGINT.

# trickle TOOL: more lines than are done before the signal; the input stays open after them.
trickle() {
	mkfifo trickle_in
	exec {feeder}<>trickle_in
	lines_for "$1" 200000 >trickle_lines
	cat trickle_lines >trickle_in 2>/dev/null {feeder}>&- &
	fx_started+=($!)
}

stopped_by() {
	local signal=$1 tool=$2 pid
	[ "$signal" = TERM ] || rm -rf fx trickle_in
	trickle "$tool"
	env --default-signal="$signal" "${command[@]}" <trickle_in >out 2>err {feeder}>&- &
	pid=$!
	fx_started+=("$pid")
	wait_for 60 more_lines_than 100 out
	kill -"$signal" "$pid"
	wait_for 60 is_ended "$pid"
	status_of "$pid"
	exec {feeder}>&-
	# kbatch says on SIGINT what it waits for.
	not grep -v "^kbatch: waiting for " err
	# Not all lines were done.
	[ "$(wc -l <out)" -lt 200000 ]
	# The receipts are whole lines, the first of the input, and exactly what is stored.
	head -n "$(wc -l <out)" trickle_lines | cmp - out
	show_stored "$tool" >kept
	keys <out | cmp - kept
}

terminated() {
	stopped_by TERM "$1"
	[ "$status" = 143 ]
}

interrupted() {
	stopped_by INT "$1"
	[ "$status" = 130 ]
}

terminated_waiting() {
	local signal expected
	for signal in TERM:143 INT:130; do
		expected=${signal#*:} signal=${signal%:*}
		prepare_"$1"
		idle good
		: >out
		env --default-signal="$signal" "${command[@]}" --stats statistics <idle_in >out 2>err {feeder}>&- &
		fx_started+=($!)
		wait_for 20 more_lines_than 19 out
		kill -"$signal" $!
		wait_for 20 is_ended $!
		status_of $!
		[ "$status" = "$expected" ]
		[ ! -s err ]
		exec {feeder}>&-
	done
	[ "$(wc -l <statistics)" = 2 ]
}

terminated_following() {
	local follow
	for follow in "kread -f" "kread -f -g others" "kread -f -s absent"; do
		: >out
		# shellcheck disable=SC2086 # a command's words
		in_background $follow >out 2>err
		case $follow in
		*absent) ;;
		*) wait_for 20 more_lines_than 19 out ;;
		esac
		wait_for 20 takes_signals "$background"
		kill -TERM "$background"
		wait_for 20 is_ended "$background"
		status_of "$background"
		[ "$status" = 143 ]
	done
}

# The process PID has a handler for SIGTERM, so its main() has begun.
interrupted_kack() {
	idle
	head -n 10 good >&"$feeder"
	: >out
	env --default-signal=INT "${command[@]}" <idle_in >out 2>err {feeder}>&- &
	local pid=$!
	fx_started+=("$pid")
	wait_for 20 more_lines_than 9 out
	kill -INT "$pid"
	tail -n +11 good >&"$feeder"
	wait_for 20 more_lines_than 19 out
	not is_ended "$pid"
	exec {feeder}>&-
	status_of "$pid"
	[ "$status" = 0 ]
	cmp good out
	[ "$(kread -g readers | grep -c ticker)" = 1 ]
}

terminated_kack() {
	idle good
	: >out
	in_background "${command[@]}" <idle_in >out 2>err {feeder}>&-
	wait_for 20 more_lines_than 19 out
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	exec {feeder}>&-
	# The last line commits what precedes it; its own record is read again.
	[ "$(kread -g readers | grep -c ticker)" = 1 ]
}
