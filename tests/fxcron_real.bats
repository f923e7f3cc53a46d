# fxcron_real: once with a real cron, which takes a minute. It has a mount namespace of
# its own, in which the machine's crontabs are not: nothing of them is run or changed.

load helper

# in_namespace COMMAND…: with spool, /etc/cron.*, /etc/crontab and /run of its own.
in_namespace() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare --mount --pid --fork --mount-proc --propagation private bash -c '
		set -eu
		mount -t tmpfs none /var/spool/cron
		install -d -m 1730 -g crontab /var/spool/cron/crontabs
		mount -t tmpfs none /run
		for place in /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly; do
			[ ! -d "$place" ] || mount -t tmpfs none "$place"
		done
		[ ! -e /etc/crontab ] || mount --bind /dev/null /etc/crontab
		"$@"' in_namespace "$@"
}

setup() {
	[ "$(id -u)" = 0 ] || skip "a cron of its own needs root"
	[ -x /usr/sbin/cron ] && command -v crontab >/dev/null || skip "Debian's cron is not here"
	getent group crontab >/dev/null || skip "there is no group crontab here"
	in_namespace true 2>/dev/null || skip "a mount namespace of its own is not to be had here"
}

# Inside: install, wait for cron, remove. What cron hands on of the sanitizers' settings
# it has to be given in the crontab.
a_minute() {
	local setting
	printf '# mine\n\n' >mine
	for setting in LD_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS; do
		[ -z "${!setting-}" ] || printf '%s=%s\n' "$setting" "${!setting}" >>mine
	done
	crontab mine
	fxcron install real 'rate(1 minute)' --log "$PWD/log" -e "PERCENT=100%" -e HOME="$HOME" -- \
		'fxfetch -p sample BTC/USD | fxenc | kput -q -k ticker; printf "%s\n" "$PERCENT" '"'a\\\\b'"' "$SHELL"'
	fxcron install failing 'cron(* * * * ? *)' --log "$PWD/failing" -- 'exit 75 | true'
	crontab -l >installed
	fxcron list --json >listed
	cron -f &
	wait_for 75 grep -q 'bash$' log
	wait_for 20 grep -q 'ended with 75' failing
	kill $!
	fxcron install real 'rate(1 minute)' --log "$PWD/log" -e "PERCENT=100%" -e HOME="$HOME" -- true
	fxcron remove real
	fxcron remove failing
	crontab -l | cmp - mine
	fxcron install alone @daily --log - -- true
	: | crontab -
	fxcron install alone @daily --log - -- true
	fxcron remove alone
	[ -z "$(crontab -l)" ]
}

@test "a real cron accepts the lines and runs them in its bare environment; removal restores the crontab" {
	export -f a_minute wait_for
	in_namespace bash -euc a_minute
	sed 's/^[^ ]* //' log >said
	[ "$(cat said)" = "100%
a\\\\b
$(command -v bash)" ]
	grep -q 'fxcron: failing: ended with 75' failing
	[ "$(jq -r .name listed | tr '\n' ' ')" = "failing real " ]
	grep -qx '# mine' installed
	[ "$(kread | wc -l)" = 60 ]
}
