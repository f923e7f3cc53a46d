# run: one run, or one after the other, as cron and systemd call it.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

stopped='' child='' log_writer=''
default_limit=3600

do_run() {
	read_entry run "$@"
	prepare
	pause_by_chance
	if ! take_lock; then
		open_log
		say "skipped: the last run is still going on"
		finish 75
	fi
	open_log
	run_command "${limit:-$default_limit}"
	finish "$status"
}

do_loop() {
	local backoff=1
	read_entry loop "$@"
	prepare
	if [ -n "$name" ] && ! take_lock; then
		note "is running"
		exit 0
	fi
	[ -n "$log" ] || log=-
	open_log
	pause_by_chance
	while [ -z "$stopped" ]; do
		run_command "${limit:-0}"
		[ "$took" -lt 60 ] || backoff=1
		case $status in
		0 | 1)
			backoff=1
			pause 1
			;;
		2 | 126 | 127) finish 2 ;;
		*)
			[ -n "$stopped" ] || say "again in $backoff s"
			pause "$backoff"
			backoff=$((backoff * 2 > 60 ? 60 : backoff * 2))
			;;
		esac
	done
	finish 75
}

# The environment of COMMAND, and signals.
prepare() {
	local setting tools=$here
	# In the source they are not beside it.
	[ -e "$here/kput" ] || [ ! -d "$here/../build/bin" ] || tools=$(cd "$here/../build/bin" && pwd)
	PATH=$tools:${PATH:-/usr/bin:/bin}
	case :$PATH: in
	*:/usr/local/bin:*) ;;
	*) PATH=$PATH:/usr/local/bin ;;
	esac
	export PATH SHELL=$BASH
	for setting in ${environment[@]+"${environment[@]}"}; do
		export "${setting?}"
	done
	check_needs
	trap 'stop TERM' TERM
	trap 'stop INT' INT
	trap 'stop HUP' HUP
}

# Without flock(1) each run would look as if the last one still went on.
check_needs() {
	local lacking
	lacking=$(need flock util-linux 2>&1 && need timeout "GNU's coreutils" 2>&1) || {
		open_log
		say "${lacking#fxcron: "${name:+$name: }"}"
		finish 2
	}
}

stop() {
	stopped=$1
	end_child
}

# timeout(1) makes a process group of its own and passes the signal on to all of it;
# but where it has just forked, it ends without doing so, and the group needs telling.
end_child() {
	[ -n "$child" ] || return 0
	kill -TERM "$child" 2>/dev/null || true
	kill -TERM -- "-$child" 2>/dev/null || true
}

pause() {
	[ "$1" != 0 ] && [ -z "$stopped" ] || return 0
	sleep "$1" 8>&- 9>&- &
	await
}

pause_by_chance() {
	pause $((delay == 0 ? 0 : (RANDOM * 32768 + RANDOM) % (delay + 1)))
	[ -z "$stopped" ] || finish 75
}

# Waits for the job just begun, also where a signal comes in between; fills status.
await() {
	child=$!
	[ -z "$stopped" ] || end_child
	status=0
	wait "$child" || status=$?
	while [ -n "$stopped" ] && kill -0 "$child" 2>/dev/null; do
		status=0
		wait "$child" || status=$?
	done
	child=''
}

# The lock stays taken for as long as anything of the pipeline lives.
take_lock() {
	local lock
	make_state
	lock=$(state)/$name.lock
	# A failed redirection would end the shell with 1.
	: 2>/dev/null >>"$lock" || complain "$lock cannot be written"
	exec 9>>"$lock"
	flock -n 9 || return 1
	echo $$ >"$lock" || true
}

# Words go to 2, what COMMAND writes to 1.
open_log() {
	case $log in
	- | '') return 0 ;;
	syslog)
		command -v logger >/dev/null || return 0
		exec 2> >(send_log 9>&-) 1>&2
		;;
	*)
		# A redirection that fails in this shell itself would end it.
		(umask 077 && mkdir -p "$(dirname "$log")" && : >>"$log") 2>/dev/null || {
			say "$log cannot be written: what there is to say goes to standard error"
			return 0
		}
		exec 2> >(write_log 9>&-) 1>&2
		;;
	esac
	log_writer=$!
}

# What logger does not take is lost, and COMMAND does not die of it.
send_log() {
	trap '' INT TERM HUP
	logger -i -t "fxpipe.$name" || true
	cat >/dev/null
}

write_log() {
	local line
	trap '' INT TERM HUP
	while IFS= read -r line || [ -n "$line" ]; do
		TZ=UTC printf '%(%Y-%m-%dT%H:%M:%SZ)T %s\n' -1 "$line" >>"$log" || true
	done
}

# run_command LIMIT: fills status, 75 where the limit ended it, and took. bash waits for
# a pipeline before it looks at a signal, and so is there until the last of it has ended.
run_command() {
	local start=$SECONDS
	timeout --kill-after=30 "$1" "$BASH" -o pipefail -c "trap 'exit 143' TERM
$command" "fxcron:$name" </dev/null &
	await
	took=$((SECONDS - start)) limited=''
	# A command may end with these of its own accord, or be killed by someone else.
	case $status in
	124 | 137) [ "$1" = 0 ] || [ "$took" -lt "$1" ] || limited=yes ;;
	esac
	tell "$1"
	[ -z "$limited" ] || status=75
}

tell() {
	local words
	case $status in
	0)
		note "ended with 0 after $took s"
		return
		;;
	1) words='some lines were refused or lost' ;;
	2) words='a person must look' ;;
	75) words='the same again later may work' ;;
	137) words='it was killed' ;;
	126 | 127) words="a command is not there; PATH is $PATH" ;;
	*) words='see above' ;;
	esac
	[ -z "$limited" ] || words="its limit is $1 s"
	if [ -n "$stopped" ]; then
		note "ended by a signal after $took s"
	else
		say "ended with $status after $took s: $words"
	fi
}

# The log is written to its end before this ends.
finish() {
	if [ -n "$log_writer" ]; then
		exec >/dev/null 2>&1
		wait "$log_writer" || true
	fi
	[ -z "$stopped" ] || {
		trap - "$stopped"
		kill -"$stopped" $$
	}
	exit "$1"
}
