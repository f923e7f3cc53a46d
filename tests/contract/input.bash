# input: questions of the contract about the ends of the input: empty, closed, unreadable, cut off.

empty() {
	from=/dev/null ask "${command[@]}"
	[ "$status" = 0 ]
	[ ! -s out ]
	[ ! -s err ]
}

good_input() {
	ask "${command[@]}"
	[ "$status" = 0 ]
	[ -s out ]
	[ ! -s err ]
}

input_closed() {
	status=0
	"${command[@]}" >out 2>err <&- || status=$?
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
}

input_unused() {
	status=0
	"${command[@]}" >out 2>err <&- || status=$?
	[ "$status" = 0 ]
	[ -s out ]
	"${command[@]}" >again
	[ "$1" = kstat ] || cmp out again
}

input_unreadable() {
	status=0
	"${command[@]}" >out 2>err <. || status=$?
	[ "$status" = 2 ] || [ "$status" = 75 ]
	says_who "$1"
}

cut_off() {
	local whole
	whole=$(wc -l <good)
	{
		cat good
		head -n 1 good | head -c 15 | tr -d '\n'
	} >broken_off
	from=broken_off ask "${command[@]}"
	case $1 in
	fxfetch | fxenc | fxroll | fxalert | fxplot) [ "$status" = 1 ] ;;
	*) [ "$status" = 2 ] ;;
	esac
	says_who "$1"
	grep -q "line $((whole + 1))" err
	case $1 in
	fxfetch | fxenc | fxroll | fxalert | fxplot) [ "$(wc -l <out)" -ge "$whole" ] ;;
	*) cmp good out ;;
	esac
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
}

no_last_newline() {
	head -c -1 good >unterminated
	from=unterminated ask "${command[@]}"
	[ "$status" = 0 ]
	[ ! -s err ]
	case $1 in
	fxfetch | fxenc | fxroll | fxalert | fxplot) [ "$(wc -l <out)" -ge 20 ] ;;
	*) [ "$(cat out)" = "$(cat good)" ] ;;
	esac
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
}
