# contract: every tool is asked the same questions, which are in contract/ (the laws are in
# fxpipe(7), HOW THE TOOLS BEHAVE).

load helper
load contract

# --- options ---

@test "a wrong option: exit status 2, a message on standard error, nothing on standard output" {
	each bad_option "${ALL[@]}" fxcron s3put fxserve
}

@test "an unexpected argument: exit status 2, and nothing is done" {
	each surplus fxserve fxcron fxhealth fxenc kput kread kack kstat ddbput smget
}

@test "-h and -V print on standard output" {
	each help "${ALL[@]}" fxhealth fxcron s3put fxserve
}

@test "--stats appends a line of JSON" {
	each stats fxfetch fxmetrics fxenc fxroll fxalert fxplot kput kread kack kbatch kstat ddbput
}

@test "--stats reports a failure, too" {
	each stats_of_failures "${RECEIPTING[@]}" fxenc fxroll fxalert fxplot fxfetch s3put
}

@test "--stats to a full disk: exit status 75, and the work is done" {
	each stats_full "${ALL[@]}" fxcron s3put
}

@test "--progress shows a line on standard error; in a pipeline there is none without it" {
	each progress fxenc fxroll fxalert fxplot fxmetrics kput kack kbatch ddbput
}

@test "--log json: usage errors are JSON, wherever the option is" {
	each log_usage "${ALL[@]}" fxhealth fxcron s3put fxserve
}

@test "--log json: a bad line is reported with its number, and standard error is all JSON" {
	each log_line "${TAKING[@]}" s3put
}

# --- input ---

@test "an empty input: exit status 0, no output, no message" {
	each empty "${TAKING[@]}" fxmetrics fxstack s3put
}

@test "a good input: exit status 0, no message" {
	each good_input "${ALL[@]}" fxhealth fxcron s3put
}

@test "a closed standard input is an error, not an empty one" {
	each input_closed "${TAKING[@]}" fxmetrics fxstack s3put
}

@test "tools that read no input work if it is closed" {
	each input_unused "${GIVING[@]}" fxhealth fxcron
}

@test "a read error is not the end of the input" {
	each input_unreadable "${TAKING[@]}" fxmetrics fxstack s3put
}

@test "a last line that was cut off is refused; the lines before it are done" {
	each cut_off "${TAKING[@]}" s3put
}

@test "a complete object is done without a newline at the end of the input" {
	each no_last_newline "${TAKING[@]}" s3put
}

# --- refused lines ---

@test "a refused line stops a storing tool: exit status 2, its number in the message, all before it safe" {
	each bad_line_stops "${RECEIPTING[@]}" s3put
}

@test "fxfetch, fxenc, fxroll, fxalert and fxplot continue after a refused line: exit status 1" {
	each bad_line_passed fxfetch fxenc fxroll fxalert fxplot
}

@test "-x appends a refused line to the rejects file and continues: exit status 1" {
	each bad_line_aside "${RECEIPTING[@]}" fxenc fxroll fxalert fxplot s3put
}

@test "a rejects file on a full disk: exit status 75, and no receipt after the line that could not be written to it" {
	each rejects_full "${RECEIPTING[@]}" s3put
}

@test "a rejects file that cannot be created: exit status 2 before anything is done" {
	each rejects_wrong "${RECEIPTING[@]}" fxenc fxroll fxalert fxplot s3put
}

@test "--max-line: a line of that length is accepted, one byte more is refused" {
	each too_long "${TAKING[@]}" s3put
}

@test "the rejects file gets the first 64 KiB of an over-long line, and its length" {
	each much_too_long "${RECEIPTING[@]}" fxenc fxroll fxalert fxplot s3put
}

@test "hostile lines: each is done or refused, and the good line after them is done" {
	each hostile fxfetch fxenc fxroll fxalert fxplot "${RECEIPTING[@]}" s3put
}

@test "hostile lines without -x: the first refused one stops the tool with exit status 2, all before it is safe" {
	each hostile_stops "${RECEIPTING[@]}" s3put
}

@test "hostile lines one by one: exit status 0, 1 or 2, never a crash" {
	each one_by_one "${TAKING[@]}" s3put
}

# --- standard output ---

@test "standard output on a full disk: exit status 75" {
	each full_output "${ALL[@]}" fxhealth fxcron s3put
}

@test "a closed standard output is an error, and its text gets into no file" {
	each output_closed "${ALL[@]}" fxhealth fxcron s3put
}

@test "a closed standard error: its text gets into no file" {
	each error_closed "${RECEIPTING[@]}" fxenc fxroll fxalert fxplot fxfetch s3put
}

@test "the reader of standard output has gone: death by SIGPIPE, without a message" {
	each reader_gone "${ALL[@]}" fxhealth fxcron s3put
}

@test "the reader goes while the tool writes: death by SIGPIPE, what had a receipt is stored" {
	each reader_goes fxfetch fxenc fxroll fxalert kput kread kack kbatch ddbput ddbget s3put s3get
}

@test "a waiting tool notices at once that its reader has gone" {
	each reader_leaves_waiting fxfetch fxenc fxroll fxalert fxplot kput kack kbatch ddbput
}

@test "kread -f notices at once that its reader has gone" {
	each reader_leaves_following kread
}

@test "kread -f that waits for a stream to be created notices it, too" {
	each reader_leaves_absent kread
}

@test "a single line is done while the input stays open" {
	each prompt fxfetch fxenc fxroll fxalert kput kack kbatch ddbput s3put
}

@test "kread -f writes a single record while the stream is idle" {
	each prompt_following kread
}

# --- receipts and marks ---

@test "receipts are the input lines, unchanged and in order; -q writes none" {
	each receipts "${RECEIPTING[@]}" s3put
}

@test "receipts keep every byte; a position is not stored" {
	each receipts_odd "${RECEIPTING[@]}"
}

@test "marks are passed on in their places and never stored" {
	each marks "${RECEIPTING[@]}" s3put
}

@test "-q passes no marks on either" {
	each marks_quiet "${RECEIPTING[@]}" s3put
}

@test "the position of a rejected line is passed on, as a mark" {
	each marks_for_refused "${RECEIPTING[@]}"
}

@test "a record in _raw is decoded before it is stored" {
	each raw "${RECEIPTING[@]}"
}

# --- signals ---

@test "SIGTERM in the middle: what has a receipt is what is stored; death by the signal" {
	each terminated "${RECEIPTING[@]}"
}

@test "SIGINT in the middle: what has a receipt is what is stored; death by the signal" {
	each interrupted "${RECEIPTING[@]}"
}

@test "SIGTERM and SIGINT while waiting for input: death by the signal, statistics are written" {
	each terminated_waiting fxfetch fxenc fxroll fxalert kput kbatch ddbput
}

@test "SIGTERM to kread -f: death by the signal" {
	each terminated_following kread
}

@test "kack ignores SIGINT until its input ends, so the last receipts of a pipeline are committed" {
	each interrupted_kack kack
}

@test "SIGTERM to kack: what had a receipt is committed" {
	each terminated_kack kack
}

# --- messages ---

@test "control bytes and long lines of text from outside never reach standard error" {
	each foreign_text "${ALL[@]}" fxhealth fxcron
}

@test "no secret on standard error, standard output or in the command line" {
	each secret "${ALL[@]}" fxhealth fxcron s3put
}

@test "lines that are read from a terminal: that is said" {
	command -v script >/dev/null || skip "there is no script(1) here"
	each reads_terminal "${TAKING[@]}" fxstack fxmetrics
}

# --- exit statuses ---

@test "the worst of several statuses: 75 before 1" {
	each worst "${RECEIPTING[@]}"
}

@test "a stream or table whose file is not a database: exit status 2, and the file is unchanged" {
	each foreign_stream kput
	each foreign_table ddbput
}

# --- resources ---

@test "a full disk: exit status 75, what had a receipt is stored, the next run continues" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	each full_disk "${STORING[@]}"
}

@test "a limit on file sizes: exit status 75 (not death by SIGXFSZ), and the next run continues" {
	each file_limit "${STORING[@]}" s3put
}

@test "too few descriptors, no inodes, or a quota that is reached: exit status 75" {
	each few_descriptors fxfetch kput kread kack ddbput ddbget s3get kstat
	if unshare -rm true 2>/dev/null; then
		each no_inodes "${STORING[@]}"
	fi
	if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
		export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
		each failing_opens "${STORING[@]}"
	fi
}

@test "a file in place of the home directory: exit status 2, and a message that names it" {
	each home_is_a_file "${STORING[@]}" s3put
}

@test "a read-only directory: exit status 2" {
	unshare -rm true 2>/dev/null || skip "user namespaces are not allowed here"
	each read_only "${STORING[@]}" s3put
}

@test "a file that another program has locked: exit status 75; afterwards the tool works again" {
	each locked "${STORING[@]}"
}
