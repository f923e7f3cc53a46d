# output: questions of the contract about standard output: full, closed, its reader gone; prompt output.

full_output() {
	status=0
	"${command[@]}" <good >/dev/full 2>err || status=$?
	[ "$status" = 75 ]
	says_who "$1"
	[ "$(grep -c 'could not write the output' err)" = 1 ]
}

output_closed() {
	status=0
	"${command[@]}" <good >&- 2>err || status=$?
	[ "$status" = 2 ] || [ "$status" = 75 ]
	says_who "$1"
	# No file that got the number of the descriptor was written to.
	local file
	for file in fx/*.stream fx/*.table fx/*.groups; do
		[ ! -e "$file" ] || [ "$(sqlite3 "$file" 'PRAGMA integrity_check')" = ok ]
	done
}

error_closed() {
	mix
	status=0
	"${command[@]}" <mixed >out 2>&- || status=$?
	[ "$status" = 2 ] || [ "$status" = 1 ]
	local file
	for file in fx/*.stream fx/*.table; do
		[ ! -e "$file" ] || [ "$(sqlite3 "$file" 'PRAGMA integrity_check')" = ok ]
	done
}

reader_gone() {
	local writer
	exec {writer}> >(:)
	wait_for 20 is_ended $!
	status=0
	"${command[@]}" <good 2>err 1>&"$writer" || status=$?
	exec {writer}>&-
	[ "$status" = 141 ]
	[ ! -s err ]
}

reader_goes() {
	flood "$1" >many
	set +o pipefail
	case $1 in
	kack) command=(kack -s flood -g readers --receipts) ;;
	esac
	"${command[@]}" <many 2>err | head -n 1 >out
	status=${PIPESTATUS[0]}
	[ "$status" = 141 ]
	[ "$(wc -l <out)" = 1 ]
	[ ! -s err ]
	case $1 in
	kput | ddbput | kbatch | cwput | snspub | s3put) show_stored "$1" | grep -qxF "$(keys <out)" ;;
	esac
}

# idle [FILE]: makes idle_in, an input that stays open and silent after the lines of FILE; $feeder
# is the descriptor to close.
idle() {
	rm -f idle_in
	mkfifo idle_in
	exec {feeder}<>idle_in
	[ -z "${1-}" ] || cat "$1" >&"$feeder"
}

reader_leaves_waiting() {
	local reader pid before after
	idle
	mkfifo idle_out
	"${command[@]}" <idle_in >idle_out 2>err {feeder}>&- &
	pid=$!
	fx_started+=("$pid")
	exec {reader}<idle_out
	if [ "$1" = kread ]; then
		for _ in $(seq 20); do read -r -t 20 _ <&"$reader"; done
	fi
	before=${EPOCHREALTIME/[^0-9]/}
	exec {reader}<&-
	wait_for 20 is_ended "$pid"
	after=${EPOCHREALTIME/[^0-9]/}
	status_of "$pid"
	[ "$status" = 141 ]
	# kread -f says that it waits for a stream.
	not grep -v "^kread: there is no stream .* yet: waiting for it" err
	[ $((after - before)) -lt 2000000 ]
}

reader_leaves_following() {
	command=(kread -f)
	reader_leaves_waiting kread
	command=(kread -g others -f)
	rm idle_out
	reader_leaves_waiting kread
}

reader_leaves_absent() {
	command=(kread -s absent -f)
	reader_leaves_waiting absent
}

prompt() {
	head -n 1 good >first
	sed -n 2p good >second
	idle first
	: >out
	in_background "${command[@]}" <idle_in >out 2>err {feeder}>&-
	wait_for 20 test -s out
	local lines
	lines=$(wc -l <out)
	cat second >&"$feeder"
	wait_for 20 more_lines_than "$lines" out
	[ "$1" = fxfetch ] || [ "$1" = fxenc ] || [ "$1" = fxalert ] || { cat first second | cmp - out; }
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

more_lines_than() {
	[ "$(wc -l <"$2")" -gt "$1" ]
}

prompt_following() {
	: >out
	in_background kread -f >out 2>err
	wait_for 20 more_lines_than 19 out
	rates 1 NEW/USD | kput -q
	wait_for 20 grep -q NEW/USD out
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
}
