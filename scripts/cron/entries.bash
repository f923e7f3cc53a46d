# entries: those that are installed, in the crontab and as units.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

# each_entry FUNCTION: calls it, in a shell of its own, for each entry that is there; one
# that is not as it was written is told, and those behind it have their turn; whole is empty then.
each_entry() {
	local found unit
	whole=yes
	read_crontab "$work/listed"
	while read -r found; do
		call_for with_block "$1" "$found"
	done < <(LC_ALL=C sed -n 's/^# fxpipe: \([A-Za-z0-9_][A-Za-z0-9_.-]*\) begin$/\1/p' "$work/listed" | sort -u)
	for unit in "$(units)"/fxpipe-*.service; do
		! is_ours "$unit" || call_for with_unit "$1" "$unit"
	done
}

# Not behind ||, where set -e would not hold.
call_for() {
	local result
	set +e
	(set -e && "$@")
	result=$?
	set -e
	[ "$result" = 0 ] || whole=
}

with_block() {
	name=$2 timer=cron
	find_block "$work/listed"
	split_words "$(sed -n "$((block_begin + 2))p" "$work/listed")"
	skip_time
	load_entry "$(sed -n "$((block_begin + 1))p" "$work/listed")"
	"$1"
}

with_unit() {
	timer=systemd
	split_words "$(sed -n 's/^ExecStart=//p' "$2")"
	words=("${words[@]//%%/%}")
	words=("${words[@]//\$\$/\$}")
	load_entry "$(sed -n 2p "$2")"
	"$1"
}

# What is before fxcron in a crontab's line.
skip_time() {
	case ${words[0]-} in
	@*) words=("${words[@]:1}") ;;
	*) words=("${words[@]:5}") ;;
	esac
}

# From words and the comment that names the schedule.
load_entry() {
	read_entry "${words[1]-}" "${words[@]:2}"
	schedule=${1#\# }
	[ "$schedule" != service ] || service=yes
}

list_plain() {
	printf '%s\t%s\t%s\n' "$name" "$schedule" "$command"
}

list_json() {
	jq -cn --arg name "$name" --arg schedule "$schedule" --arg command "$command" \
		--arg log "$log" --arg timer "$timer" --argjson limit "${limit:-null}" \
		--argjson delay "$delay" --argjson service "$([ -z "$service" ] && echo false || echo true)" \
		'{$name, schedule: (if $service then null else $schedule end), $command,
		environment: ($ARGS.positional | map({key: sub("=.*"; ""; "s"), value: sub("^[^=]*="; "")}) | from_entries),
		$limit, $delay, $log, $timer, $service}' --args -- ${environment[@]+"${environment[@]}"}
}
