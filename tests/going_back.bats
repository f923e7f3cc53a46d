# going_back: a stream that is replaced by an earlier copy of itself, and no record passed over.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper

setup() {
	stream=$FX_HOME/rates.stream
}

backup() {
	sqlite3 "$stream" ".backup $PWD/backup"
}

# Without programs that have it open.
restore() {
	rm "$stream"*
	cp backup "$stream"
}

# The records that a group gets, without marks.
read_group() {
	kread -g "$1" | jq -r '._raw // empty | @base64d'
}

read_all() {
	kread -g "$1" | kack -g "$1"
}

@test "restored from a backup: new records begin after those that a group has committed; said once" {
	seq 5 | kput -q
	backup
	seq 6 8 | kput -q
	read_all g
	kread -g slow -n 3 | kack -g slow
	restore
	run -0 --separate-stderr kput -q < <(seq 101 104)
	has "$stderr" "an earlier copy of itself"
	has "$stderr" "group g has committed all before 9"
	run -0 --separate-stderr kput -q <<<105
	[ -z "$stderr" ]
	[ "$(read_group g)" = "$(seq 101 105)" ]
	# The three that were lost are counted as put.
	kstat -g g | holds '.lag == 5 and .next == "0:14" and .records == 10 and .records_in == 13'
	# Records that are gone are reported to a group that has not read them, and to nobody else.
	run -1 --separate-stderr kread -g slow
	has "$stderr" "group slow: 3 records of shard 0, from 6 on, are missing"
	kack -g slow <<<"$output"
	run -0 kread -g slow
	run -0 --separate-stderr kread
	[ "$output" = "$(seq 5 && seq 101 105)" ]
	[ -z "$stderr" ]
}

@test "the groups are also checked where they are beside a link to the stream" {
	mkdir "$FX_HOME" links
	ln -s "$stream" links/rates.stream
	seq 5 | kput -q
	backup
	seq 6 8 | kput -q
	read_all g
	# Where earlier programs kept them. A reader takes them over.
	mv "$FX_HOME"/rates.groups* links
	run -0 kread -s links/rates.stream -g g
	restore
	run -0 --separate-stderr kput -q < <(seq 101 104)
	has "$stderr" "group g has committed all before 9"
	[ "$(read_group g)" = "$(seq 101 104)" ]
}

@test "before the next kput: kread ends with 75, kstat and fxhealth work" {
	seq 5 | kput -q
	backup
	seq 6 8 | kput -q
	read_all g
	kread -g within -n 2 | kack -g within
	restore
	run -75 --separate-stderr kread -g g
	has "$stderr" "an earlier copy of itself"
	[ -z "$output" ]
	kstat -g g | holds '.lag == 0 and .position == "0:8+"'
	run -1 fxhealth --disk 100 -g g
	has "$output" "has not reached"
	[ "$(read_group within)" = "$(seq 3 5)" ]
	kack -g g --to latest
	run -0 kread -g g
	echo 101 | kput -q
	[ "$(read_group g)" = 101 ]
}

@test "a log that was lost" {
	mkfifo in
	exec {feeder}<>in
	in_background kput -q <in
	seq 5 >&"$feeder"
	wait_for 20 eval '[ "$(kread | wc -l)" = 5 ]'
	read_all g
	kill -KILL "$background"
	wait_for 20 is_ended "$background"
	rm "$stream-wal" "$stream-shm"
	exec {feeder}>&-
	[ -z "$(kread)" ]
	seq 101 103 | kput -q
	[ "$(read_group g)" = "$(seq 101 103)" ]
}

@test "restored into the file while programs have it open: writers continue, a chain starts again" {
	seq 5 | kput -q
	backup
	mkfifo in acks
	exec {feeder}<>in {acks}<>acks
	in_background kput <in >receipts
	local writer=$background
	in_background kread -f -g f >followed 2>words
	local reader=$background
	in_background kack -g g --receipts <acks >acked 2>refused
	local acker=$background
	seq 6 8 >&"$feeder"
	wait_for 20 grep -qx 8 receipts
	echo '{"_pos":"0:7+"}' >&"$acks"
	wait_for 20 grep -q 0:7+ acked
	sqlite3 "$stream" ".restore backup"
	seq 101 104 >&"$feeder"
	wait_for 20 grep -qx 104 receipts
	# The records that the chain has read are not those that the stream has now.
	echo '{"_pos":"0:8+"}' >&"$acks"
	wait_for 20 is_ended "$acker"
	status_of "$acker"
	[ "$status" = 75 ]
	has "$(cat refused)" "restored from a backup"
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 75 ]
	[ "$(read_group g)" = "$(seq 101 104)" ]
	kill -TERM "$writer"
	status_of "$writer"
	[ "$status" = 143 ]
	exec {feeder}>&- {acks}>&-
}

@test "an earlier copy with fewer shards, restored while programs have the stream open: they end with 75" {
	seq 5 | kput -q
	backup
	"$FX_BUILD/unit/stream_change" reshard "$stream" 3
	mkfifo in
	exec {feeder}<>in
	in_background kput <in >receipts 2>words
	local writer=$background
	in_background kread -f >followed 2>reader_words
	local reader=$background
	echo 6 >&"$feeder"
	wait_for 20 grep -qx 6 receipts
	wait_for 20 grep -qx 6 followed
	sqlite3 "$stream" ".restore backup"
	echo 7 >&"$feeder"
	wait_for 20 is_ended "$writer"
	status_of "$writer"
	[ "$status" = 75 ]
	has "$(cat words)" "$stream was restored from a backup"
	wait_for 20 is_ended "$reader"
	status_of "$reader"
	[ "$status" = 75 ]
	has "$(cat reader_words)" "was restored from a backup"
	[ "$(cat receipts)" = 6 ]
	exec {feeder}>&-
	echo 7 | kput -q
	[ "$(kread)" = "$(seq 5 && echo 7)" ]
}

@test "several shards, and shards of a later time, which are opened again" {
	local reshard=("$FX_BUILD/unit/stream_change" reshard "$stream")
	seq 40 | kput -q --shards 2
	backup
	seq 41 80 | kput -q
	"${reshard[@]}" 3
	seq 81 200 | kput -q
	read_all g
	restore
	seq 1001 1100 | kput -q
	read_group g >got
	"${reshard[@]}" 3
	seq 1101 1300 | kput -q
	kread -g g 2>words | jq -r '._raw // empty | @base64d' | sort -n | cmp - <(seq 1001 1300)
	sort -n got | cmp - <(seq 1001 1100)
}

@test "positions that cannot be read, or that no stream reaches, do not stop kput" {
	seq 5 | kput -q
	read_all g
	sqlite3 "$FX_HOME/rates.groups" "UPDATE checkpoint SET position = '0:281474976710655+'"
	seq 6 7 | kput -q
	kstat | holds '.next == "0:8"'
	rm "$FX_HOME"/rates.groups*
	echo foreign >"$FX_HOME/rates.groups"
	run -0 --separate-stderr kput -q < <(seq 8 9)
	[ "$(grep -c "could not check whether a group is ahead of the stream: .*rates.groups" <<<"$stderr")" = 1 ]
	[ "$(kread)" = "$(seq 9)" ]
}

@test "the data directory as a whole, copied back" {
	seq 5 | kput -q
	kread -g g -n 3 | kack -g g
	cp -r "$FX_HOME" copy
	seq 6 8 | kput -q
	read_all g
	rm -r "$FX_HOME"
	cp -r copy "$FX_HOME"
	run -0 --separate-stderr kput -q <<<101
	[ -z "$stderr" ]
	[ "$(read_group g)" = $'4\n5\n101' ]
}
