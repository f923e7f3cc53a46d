# resources: questions of the contract about full disks, limits, directories and files that cannot be used.

full_disk() {
	rates 60000 >many
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -eu -c '
		mkdir small
		mount -t tmpfs -o size=60m none small
		head -c 58M /dev/zero >small/ballast
		export FX_HOME=$PWD/small
		tool=$1
		shift
		status=0
		"$@" <many >out 2>err || status=$?
		[ "$status" = 75 ]
		grep -q "^$tool: " err
		count=$(wc -l <out)
		[ "$count" -gt 0 ]
		[ "$count" -lt 60000 ]
		head -n "$count" many | cmp - out
		# With room again, what had a receipt is stored, and the next run continues.
		rm small/ballast
		tail -n +$((count + 1)) many | "$@" -q
		case $tool in
		kput) kread ;;
		ddbput) ddbget ;;
		esac >kept
	' namespace "$1" "${command[@]}"
	[ "$(jq -r .last_refreshed kept | sort -u | wc -l)" = 60000 ]
}

file_limit() {
	rates 60000 >many
	status=0
	# The limit is for files: the receipts go through a pipe.
	(
		ulimit -f 2048
		status=0
		"${command[@]}" <many 2>err || status=$?
		echo "$status" >status
	) | cat >out
	[ "$(cat status)" = 75 ]
	says_who "$1"
	local count
	count=$(wc -l <out)
	[ "$count" -gt 0 ]
	[ "$count" -lt 60000 ]
	tail -n +$((count + 1)) many | "${command[@]}" -q
	[ "$(show_stored "$1" | sort -u | wc -l)" = 60000 ]
}

# With too few descriptors at any point of its course.
few_descriptors() {
	local most
	for most in {5..14}; do
		status=0
		# shellcheck disable=SC2016 # for the inner shell
		bash -c 'ulimit -n "$1"; shift; exec "$@"' few "$most" "${command[@]}" <good >out 2>err 3>&- ||
			status=$?
		case $status in
		0 | 75 | 127) ;; # 127: a library cannot be loaded
		*) return 1 ;;
		esac
	done
	[ "$status" = 0 ]
}

# With room for more files from one run to the next.
no_inodes() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -eu -c '
		mkdir small
		for ((most = 2; most < 9; most++)); do
			mount -t tmpfs -o "nr_inodes=$most" none small
			export FX_HOME=$PWD/small
			status=0
			"$@" <good >out 2>err || status=$?
			[ "$status" = 0 ] || [ "$status" = 75 ]
			umount small
		done
		[ "$status" = 0 ]
	' namespace "${command[@]}"
}

# The Nth open of a file fails.
failing_opens() {
	local n
	for n in {2..28}; do
		status=0
		rm -rf fx
		strace -o /dev/null -e trace=openat -e "inject=openat:error=EDQUOT:when=$n" \
			"${command[@]}" <good >out 2>err || status=$?
		case $status in
		0 | 75 | 127) ;; # 127: a library
		*) grep -q '^==[0-9]*==' err || return 1 ;; # a file that the sanitizer opens
		esac
	done
}

reads_terminal() {
	timeout 60 script -qec "$(printf '%q ' "${command[@]}")" /dev/null </dev/null >out || true
	grep -q "^$1: reading lines from the terminal; Ctrl-D ends them" out
}

home_is_a_file() {
	rm -rf fx
	: >fx
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
	grep -q fx err
}

read_only() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -eu -c '
		mkdir -p fx
		mount --bind fx fx
		mount -o remount,bind,ro fx
		tool=$1
		shift
		status=0
		"$@" <good >out 2>err || status=$?
		[ "$status" = 2 ]
	' namespace "$1" "${command[@]}"
	says_who "$1"
	[ ! -s out ]
}

locked() {
	"${command[@]}" -q <good
	hold_lock "$(find fx -name '*.stream' -o -name '*.table')"
	ask fast_clock "${command[@]}"
	[ "$status" = 75 ]
	says_who "$1"
	[ ! -s out ]
	let_go
	ask "${command[@]}"
	[ "$status" = 0 ]
	cmp good out
}
