# crontab: a block of marked lines in it, and nothing else of it.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

entry=() # what install wants to be run
line_most=990 # bytes of a command in a crontab: cron's own limit is 1000

# Four lines: a mark, the schedule as it was given, the line, a mark.
make_block() {
	local word text='' when=${fields-}
	for word in "${entry[@]}"; do
		check_line "$word"
		text=${text:+$text }$(quote "$word")
	done
	[ "$(printf %s "$text" | wc -c)" -le "$line_most" ] ||
		complain "the line would have $(printf %s "$text" | wc -c) bytes, and cron takes $line_most: put the pipeline into a file, and let COMMAND be bash FILE; or use --systemd"
	# Whether it is running is looked at each minute.
	[ -z "$service" ] || when='* * * * *'
	cat >"$work/block" <<-END
		# fxpipe: $name begin
		# $schedule
		$when $text
		# fxpipe: $name end
	END
}

read_crontab() {
	: >"$1"
	command -v crontab >/dev/null || return 0
	# Where there is no room, cat says so; crontab(1) need not.
	crontab -l 2>"$work/words" | cat >"$1" ||
		if grep -qiE 'no crontab|no such file' "$work/words"; then
			: >"$1"
		else
			complain "crontab -l fails: $(grep -m 1 . "$work/words" || echo "is there room in $work?")"
		fi
}

# edit_crontab FILE: puts that block where the one of this name is, or at the end;
# without FILE, takes it out. Nobody's edit is overwritten, as far as can be told:
# crontab(1) has no way to say "if it is still as it was".
edit_crontab() {
	local attempt
	need flock util-linux
	make_state
	: 2>/dev/null >>"$(state)/crontab.lock" || complain "$(state)/crontab.lock cannot be written"
	exec 8>>"$(state)/crontab.lock"
	flock 8
	for attempt in 1 2 3 4 5; do
		read_crontab "$work/old"
		make_crontab "$1"
		! cmp -s "$work/old" "$work/new" || break
		read_crontab "$work/again"
		cmp -s "$work/old" "$work/again" || continue
		crontab "$work/new" 2>"$work/words" || complain "crontab does not take it: $(tr '\n' ' ' <"$work/words")"
		read_crontab "$work/again"
		if holds_block "$1" "$work/again"; then
			removed=yes
			note "the crontab is changed"
			break
		fi
		[ "$attempt" -lt 5 ] || complain "the crontab is being changed by someone else all the time"
	done
	exec 8>&-
}

make_crontab() {
	local file=${1:-/dev/null}
	if find_block "$work/old"; then
		head -n $((block_begin - 1)) "$work/old"
		cat "$file"
		tail -n +$((block_begin + 4)) "$work/old"
	else
		cat "$work/old"
		if [ -s "$file" ] && [ -s "$work/old" ] && [ "$(tail -c 1 "$work/old" | wc -l)" = 0 ]; then
			echo
		fi
		cat "$file"
	fi >"$work/new"
}

# holds_block BLOCK FILE: is it there, or, without BLOCK, not there?
holds_block() {
	if [ -z "$1" ]; then
		! find_block "$2"
	else
		find_block "$2" && sed -n "$block_begin,$((block_begin + 3))p" "$2" | cmp -s - "$1"
	fi
}

# The lines of others are never touched, so a block has to be just as it was written.
find_block() {
	local begins ends third
	begins=$(LC_ALL=C grep -anxF "# fxpipe: $name begin" "$1" | cut -d: -f1) || true
	ends=$(LC_ALL=C grep -anxF "# fxpipe: $name end" "$1" | cut -d: -f1) || true
	[ -n "$begins$ends" ] || return 1
	block_begin=${begins%%$'\n'*}
	third=$(sed -n "$((block_begin + 2))p" "$1" | tr -d '\0')
	case $begins:$ends:$third in
	"$block_begin:$((block_begin + 3)):"*" run $name "* | "$block_begin:$((block_begin + 3)):"*" loop $name "*) ;;
	*) complain "the lines between '# fxpipe: $name begin' and its end are not as fxcron wrote them: mend or remove them by crontab -e" ;;
	esac
}

# A loop that goes on in the crontab's name is ended, unless it is the one that is
# wanted; the next minute begins what has changed.
stop_loop() {
	local lock pid running
	lock=$(state)/$name.lock
	[ -e "$lock" ] && ! flock -n "$lock" true || return 0
	pid=$(head -n 1 "$lock")
	[[ $pid =~ ^[0-9]+$ ]] || return 0
	running=$(ps -ww -o args= -p "$pid" 2>/dev/null) || {
		say "something that it began still runs, though process $pid, which watched over it, was killed: fuser $lock says what"
		return 0
	}
	[[ $running == *"fxcron loop $name "* ]] || return 0
	[ ${#entry[@]} = 0 ] || [[ $running != *" ${entry[*]}" ]] || return 0
	note "its loop is told to end"
	kill -TERM "$pid" 2>/dev/null || return 0
	flock -w 60 "$lock" true || say "its loop (process $pid) has not ended after 60 s"
}
