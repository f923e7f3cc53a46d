# statuses: questions of the contract about which of several exit statuses a tool ends with.

worst() {
	# A line is refused (1), then the disk of the output is full (75).
	mix
	status=0
	"${command[@]}" -x rejects <mixed >/dev/full 2>err || status=$?
	[ "$status" = 75 ]
}

worst_attention() {
	# The file that is not a database (2) is found before the line that is refused (1).
	mkdir -p fx
	echo "not a database" >"fx/rates.$2"
	mix
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 2 ]
	says_who "$1"
	[ "$(cat "fx/rates.$2")" = "not a database" ]
	[ ! -s out ]
}

foreign_stream() {
	worst_attention "$1" stream
}

foreign_table() {
	worst_attention "$1" table
}
