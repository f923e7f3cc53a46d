# screen: kstat on a terminal.
# shellcheck shell=bash

# kstat on a terminal of ROWS and COLUMNS; its screen goes into the file screen, what
# is written to the descriptor 5 is typed.
at_terminal() {
	mkfifo keys
	exec 5<>keys
	# By the shell that the tests are written for, whatever the user's is.
	in_background env SHELL="$BASH" script -q -e -f -c "stty rows $1 cols $2; exec env --default-signal=INT kstat ${*:3}" \
		screen <keys >/dev/null
	terminal=$background
}

# What was painted last.
frame() {
	tr -d '\r' <screen | awk 'BEGIN { RS = "\033\\[H" } NR > 1 && /\033\[J/ { last = $0 } END { printf "%s", last }' |
		sed 's/\x1b\[[KJ]//g'
}

shows() {
	frame | grep -Eq "$1"
}
