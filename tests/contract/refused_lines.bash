# refused_lines: questions of the contract about lines that a tool refuses, -x, --max-line, hostile lines.

mix() {
	{
		head -n 5 good
		echo "$bad"
		tail -n +6 good
	} >mixed
}

bad_line_stops() {
	mix
	from=mixed ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	grep -q "line 6" err
	head -n 5 good | cmp - out
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(head -n 5 good | keys)" ]
}

bad_line_passed() {
	mix
	ask "${command[@]}"
	mv out expected
	from=mixed ask "${command[@]}"
	[ "$status" = 1 ]
	says_who "$1"
	grep -q "line 6" err
	[ "$(wc -l <out)" = "$(wc -l <expected)" ]
}

bad_line_aside() {
	mix
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	[ "$(stat -c %a rejects)" = 600 ]
	[ "$(wc -l <rejects)" = 1 ]
	holds --arg tool "$1" --argjson record "$bad" \
		'.tool == $tool and .line == 6 and .record == $record and (.error | length > 0)' rejects
	case $1 in
	fxenc | fxalert | fxplot) ;;
	*) cmp good out ;;
	esac
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
	# A second run appends.
	prepare_"$1"
	from=mixed ask "${command[@]}" -x rejects
	[ "$(wc -l <rejects)" = 2 ]
}

rejects_full() {
	mix
	from=mixed ask "${command[@]}" -x /dev/full
	[ "$status" = 75 ]
	says_who "$1"
	head -n 5 good | cmp - out
	[ "$(show_stored "$1")" = "$(head -n 5 good | keys)" ]
}

rejects_wrong() {
	ask "${command[@]}" -x no/such/directory
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
}

too_long() {
	local most
	# If a line has a position, the limit is for the record without it.
	most=$(head -n 1 good | sed 's/"_pos":"[^"]*",*//' | tr -d '\n' | wc -c)
	head -n 1 good >long
	from=long ask "${command[@]}" --max-line "$most"
	[ "$status" = 0 ]
	prepare_"$1"
	from=long ask "${command[@]}" --max-line $((most - 1))
	case $1 in
	fxfetch | fxenc | fxroll | fxalert | fxplot) [ "$status" = 1 ] ;;
	*) [ "$status" = 2 ] ;;
	esac
	[ ! -s out ]
	says_who "$1"
	grep -q "line 1" err
}

much_too_long() {
	{
		head -n 1 good
		head -c 20000000 /dev/zero | tr '\0' x
		echo
		tail -n 1 good
	} >long
	from=long ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	holds '.line == 2 and .bytes == 20000000 and (.base64 | length == 87384)' rejects
	case $1 in
	fxenc | fxalert) [ "$(wc -l <out)" = 2 ] ;;
	fxplot) [ "$(wc -l <out)" = 24 ] ;;
	*) { head -n 1 good && tail -n 1 good; } | cmp - out ;;
	esac
}

# Each hostile line is done or refused, and counted; the lines after them are done.
hostile() {
	local lines
	base64 -d "$FIXTURES/hostile.ndjson.b64" >hostile
	# The last one is cut off; here it is not the last.
	echo >>hostile
	[ "$1" != kbatch ] || echo "$bad" >>hostile
	tail -n 1 good >>hostile
	lines=$(wc -l <hostile)
	case $1 in
	fxfetch) from=hostile ask "${command[@]}" --stats statistics ;;
	*) from=hostile ask "${command[@]}" -x rejects --stats statistics ;;
	esac
	[ "$status" = 1 ]
	messages_are_safe err
	holds --argjson lines "$lines" '.lines + .marks + (.blank // 0) == $lines and .done + .refused == .lines' statistics
	case $1 in
	fxfetch) [ "$(wc -l <out)" -ge 1 ] ;;
	*) [ "$(jq -s length rejects)" = "$(jq .refused statistics)" ] ;;
	esac
	case $1 in
	kput | ddbput | cwput | snspub | kbatch)
		tail -n 1 out | cmp - <(tail -n 1 good)
		show_stored "$1" 2>/dev/null | grep -qxF "$(tail -n 1 good | keys)"
		;;
	fxalert) tail -n 1 out | holds --slurpfile last <(tail -n 1 good) '.value == $last[0].exchange_rate' ;;
	fxenc) tail -n 1 out | holds '.ticker == "BTC/USD"' ;;
	esac
}

hostile_stops() {
	{
		cat good
		base64 -d "$FIXTURES/hostile.ndjson.b64" | tail -n +6
	} >hostile
	from=hostile ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	head -n 20 out | cmp - good
	show_stored "$1" | head -n 20 | cmp - <(keys <good)
}

one_by_one() {
	local number=0 line
	base64 -d "$FIXTURES/hostile.ndjson.b64" >hostile
	while [ $number -lt "$(wc -l <hostile)" ]; do
		number=$((number + 1))
		line=$number
		sed -n "${line}p" hostile >one
		from=one ask "${command[@]}"
		messages_are_safe err
		case $status in
		0 | 1 | 2) ;;
		*) echo "line $line: status $status" >&2 && return 1 ;;
		esac
		[ "$status" = 0 ] || grep -q 'line 1' err
	done
}
