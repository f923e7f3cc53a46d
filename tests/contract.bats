# contract: every tool is asked the same questions (the laws in fxpipe(7)), which are in
# contract.bash.

load helper
load contract

# --- options ---

@test "a wrong option: 2, a word on standard error, nothing on standard output" {
	each bad_option "${ALL[@]}"
}

@test "an operand where none is taken: 2, and nothing is done" {
	each surplus fxenc kput kread kack kstat ddbput smget
}

@test "-h and -V answer on standard output" {
	each help "${ALL[@]}"
}

@test "--stats appends a line of JSON" {
	each stats fxfetch fxenc kput kread kack kbatch kstat ddbput
}

@test "--stats tells the failure as well" {
	each stats_of_failures "${RECEIPTING[@]}" fxenc fxfetch
}

@test "--stats to a full disk: 75, the work itself done" {
	each stats_full "${ALL[@]}"
}

@test "--progress shows itself on standard error when asked, and only then in a pipeline" {
	each progress fxenc kput kack kbatch ddbput
}

@test "--log json: usage errors as JSON, wherever the option stands" {
	each log_usage "${ALL[@]}"
}

@test "--log json: of a bad line its number, and nothing else on standard error" {
	each log_line "${TAKING[@]}"
}

# --- the ends of input ---

@test "an empty input: 0, nothing out, nothing said" {
	each empty "${TAKING[@]}" fxstack
}

@test "a good input: 0, and not a word" {
	each good_input "${ALL[@]}"
}

@test "a closed standard input is an error, not an empty one" {
	each input_closed "${TAKING[@]}" fxstack
}

@test "tools that read no input do not mind where it is closed" {
	each input_unused "${GIVING[@]}"
}

@test "an error in reading is not the end of the input" {
	each input_unreadable "${TAKING[@]}" fxstack
}

@test "a last line that was cut off is refused, those before it are done" {
	each cut_off "${TAKING[@]}"
}

@test "a complete object without a newline at the end of the input counts" {
	each no_last_newline "${TAKING[@]}"
}

# --- lines that will not do ---

@test "a refused line stops a storing tool: 2, its number named, all before it safe" {
	each bad_line_stops "${RECEIPTING[@]}"
}

@test "fxfetch and fxenc go on after a refused line: 1" {
	each bad_line_passed fxfetch fxenc
}

@test "-x sets a refused line aside and goes on: 1" {
	each bad_line_aside "${RECEIPTING[@]}" fxenc
}

@test "a file of rejects on a full disk: 75, and no receipt past what could not be set aside" {
	each rejects_full "${RECEIPTING[@]}"
}

@test "a file of rejects that cannot be made: 2 before anything is done" {
	each rejects_wrong "${RECEIPTING[@]}" fxenc
}

@test "--max-line: as long as that is taken, a byte more refused" {
	each too_long "${TAKING[@]}"
}

@test "of an over-long line the first 64 KiB are set aside, and its length" {
	each much_too_long "${RECEIPTING[@]}" fxenc
}

@test "hostile lines: each has its fate, the good one after them is done" {
	each hostile fxfetch fxenc "${RECEIPTING[@]}"
}

@test "hostile lines without -x: the first refused stops with 2, all before it is safe" {
	each hostile_stops "${RECEIPTING[@]}"
}

@test "hostile lines one by one: 0, 1 or 2, never a crash" {
	each one_by_one "${TAKING[@]}"
}

# --- standard output ---

@test "standard output on a full disk: 75" {
	each full_output "${ALL[@]}"
}

@test "a closed standard output is an error, and no file gets what was meant for it" {
	each output_closed "${ALL[@]}"
}

@test "a closed standard error: no file gets the words" {
	each error_closed "${RECEIPTING[@]}" fxenc fxfetch
}

@test "the reader has gone: death by SIGPIPE, without a word" {
	each reader_gone "${ALL[@]}"
}

@test "the reader goes half way: death by SIGPIPE, what had a receipt is there" {
	each reader_goes fxfetch fxenc kput kread kack kbatch ddbput ddbget
}

@test "a waiting tool notices at once that its reader has gone" {
	each reader_leaves_waiting fxfetch fxenc kput kack kbatch ddbput
}

@test "kread -f notices at once that its reader has gone" {
	each reader_leaves_following kread
}

@test "kread -f waiting for a stream that is not there notices it too" {
	each reader_leaves_absent kread
}

@test "one line alone is answered while the input stays open" {
	each prompt "${TAKING[@]}"
}

@test "kread -f gives out a record alone while the stream idles" {
	each prompt_following kread
}

# --- receipts and marks ---

@test "receipts are the input lines, unchanged and in order; -q writes none" {
	each receipts "${RECEIPTING[@]}"
}

@test "receipts keep every byte; a position is not stored" {
	each receipts_odd "${RECEIPTING[@]}"
}

@test "marks are passed on in their places and never stored" {
	each marks "${RECEIPTING[@]}"
}

@test "-q passes no marks on either" {
	each marks_quiet "${RECEIPTING[@]}"
}

@test "of a line set aside the position is passed on, as a mark" {
	each marks_for_refused "${RECEIPTING[@]}"
}

@test "what travels as _raw is stored as what it was" {
	each raw "${RECEIPTING[@]}"
}

# --- signals ---

@test "SIGTERM half way: what has a receipt is what is stored; death by the signal" {
	each terminated "${RECEIPTING[@]}"
}

@test "SIGINT half way: the same" {
	each interrupted "${RECEIPTING[@]}"
}

@test "SIGTERM and SIGINT while waiting for input: death by the signal, figures written" {
	each terminated_waiting fxfetch fxenc kput kbatch ddbput
}

@test "SIGTERM to a kread that follows: death by the signal" {
	each terminated_following kread
}

@test "kack ignores SIGINT until its input ends, so a pipeline's last receipts count" {
	each interrupted_kack kack
}

@test "SIGTERM to kack: what had a receipt is committed" {
	each terminated_kack kack
}

# --- words ---

@test "control bytes of foreign text never reach standard error, nor long lines of it" {
	each foreign_text "${ALL[@]}"
}

@test "no secret on standard error, standard output or in the command line" {
	each secret "${ALL[@]}"
}

# --- the worst status ---

@test "the worst of several statuses: 75 before 1" {
	each worst "${RECEIPTING[@]}"
}

@test "a foreign file where the stream or table should be: 2, untouched" {
	each foreign_stream kput
	each foreign_table ddbput
}

# --- resources ---

@test "a full disk: 75, what had a receipt is there, the next run goes on" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	each full_disk "${STORING[@]}"
}

@test "a limit on file sizes: 75 (not death by SIGXFSZ), and the next run goes on" {
	each file_limit "${STORING[@]}"
}

@test "a file where the home should be: 2, and which" {
	each home_is_a_file "${STORING[@]}"
}

@test "a read-only directory: 2" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	each read_only "${STORING[@]}"
}

@test "a file that another program keeps locked: 75, and well again afterwards" {
	each locked "${STORING[@]}"
}
