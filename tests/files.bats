# files: embedded streams and tables as files: links to them, files that were tampered with, files
# that may only be read.

load helper

# --- links ---

@test "a dangling link: the stream, the table and their directories are created at its target" {
	mkdir "$FX_HOME"
	ln -s ../deep/down/s.stream "$FX_HOME/s.stream"
	ln -s "$PWD/deep/t" "$FX_HOME/t.table"
	ln -s s.stream "$FX_HOME/chain.stream"
	seq 5 | kput -q -s chain
	rates 3 | ddbput -q -t t -k ticker,last_refreshed
	[ -f deep/down/s.stream ]
	[ -f deep/t ]
	[ -L "$FX_HOME/s.stream" ]
	[ -L "$FX_HOME/t.table" ]
	[ -L "$FX_HOME/chain.stream" ]
	[ "$(kread -s ./deep/down/s.stream)" = "$(seq 5)" ]
	[ "$(ddbget -t t | wc -l)" = 3 ]
	[ "$(find "$FX_HOME" -type f)" = "" ]
	ln -s loop.stream "$FX_HOME/loop.stream"
	run -2 --separate-stderr kput -s loop <<<x
	has "$stderr" "levels of symbolic links"
}

@test "by whatever path it is opened, a stream has the same groups, leases and locks" {
	local path
	mkdir "$FX_HOME" deep
	ln -s ../deep/s.stream "$FX_HOME/s.stream"
	ln -s deep elsewhere
	ln -s s.stream deep/other
	seq 9 | kput -q -s s
	local paths=(s ./deep/s.stream ./elsewhere/s.stream ./deep/other)
	for path in "${paths[@]}"; do
		kread -s "$path" -g g -n 2 | kack -s "${paths[0]}" -g g
	done
	[ "$(kread -s ./deep/other -g g | head -n 1 | jq -r ._pos)" = 0:9 ]
	kstat -s ./elsewhere/s.stream -g g | holds '.position == "0:8+"'
	[ "$(find . -name '*.groups')" = ./deep/s.groups ]
	mkfifo out
	kread -s s -g g -f >out 3>&- &
	fx_started+=($!)
	exec {reader}<out
	read -r -t 20 _ <&"$reader"
	for path in "${paths[@]}"; do
		run -75 --separate-stderr kread -s "$path" -g g
		has "$stderr" "group g is in use"
	done
	exec {reader}<&-
}

# Groups as earlier programs kept them: beside the link. "link" is a link to deep/s.stream.
beside_link() {
	mkdir "$FX_HOME" deep
	seq 9 | kput -q -s ./deep/s.stream
	kread -s ./deep/s.stream -g g -n 3 | kack -s ./deep/s.stream -g g
	mv deep/s.groups "$FX_HOME/link.groups"
	rm deep/s.groups*
	ln -s ../deep/s.stream "$FX_HOME/link.stream"
}

@test "groups beside a link are taken over, and stay where earlier programs find them" {
	beside_link
	[ "$(kread -s link -g g | head -n 1 | jq -r ._pos)" = 0:4 ]
	[ "$(kread -s ./deep/s.stream -g g | head -n 1 | jq -r ._pos)" = 0:4 ]
	kread -s ./deep/s.stream -g g -n 3 | kack -s link -g g
	[ "$(sqlite3 "$FX_HOME/link.groups" 'SELECT position FROM checkpoint')" = 0:6+ ]
	[ ! -L "$FX_HOME/link.groups" ]
	kstat -s ./deep/s.stream -g g | holds '.position == "0:6+"'
}

@test "two files of checkpoints, one of them beside a link: refused, with advice" {
	beside_link
	kread -s ./deep/s.stream -g g -n 1 | kack -s ./deep/s.stream -g g
	for tool in kread kack kstat; do
		run -2 --separate-stderr "$tool" -s link -g g </dev/null
		has "$stderr" "two files of checkpoints"
		has "$stderr" "$PWD/deep/s.groups and $FX_HOME/link.groups"
	done
	# Either of them can be moved away.
	cp -r deep/s.groups one
	mv "$FX_HOME/link.groups" away
	[ "$(kread -s link -g g | head -n 1 | jq -r ._pos)" = 0:2 ]
	mv away "$FX_HOME/link.groups"
	rm deep/s.groups
	[ "$(kread -s link -g g | head -n 1 | jq -r ._pos)" = 0:4 ]
	# Without checkpoints it does not matter.
	rm deep/s.groups
	mv one deep/s.groups
	sqlite3 "$FX_HOME/link.groups" 'DELETE FROM checkpoint'
	[ "$(kread -s link -g g | head -n 1 | jq -r ._pos)" = 0:2 ]
}

@test "a stream deleted through a link: its groups are forgotten, and a new one begins" {
	beside_link
	rm "$FX_HOME/link.groups" deep/s.stream*
	echo '{"resource":"stream","name":"link"}' >stack.ndjson
	fxstack deploy stack.ndjson
	seq 5 | kput -q -s link
	kread -s link -g g | kack -s link -g g
	fxstack destroy --yes stack.ndjson
	[ ! -e deep/s.stream ]
	[ ! -e deep/s.groups ]
	[ -L "$FX_HOME/link.stream" ]
	fxstack deploy stack.ndjson
	seq 5 | kput -q -s link
	[ "$(kread -s link -g g | head -n 1 | jq -r ._pos)" = 0:1 ]
}

@test "a file with two names (hard links) is refused: each would have a log of its own" {
	seq 5 | kput -q
	rates 3 | ddbput -q
	ln "$FX_HOME/rates.stream" second
	ln "$FX_HOME/rates.table" "$FX_HOME/second.table"
	run -2 --separate-stderr kput <<<x
	has "$stderr" "2 names (hard links)"
	run -2 --separate-stderr kread -s ./second
	run -2 --separate-stderr ddbget -t second BTC/USD
	rm second "$FX_HOME/second.table"
	[ "$(kread)" = "$(seq 5)" ]
	[ "$(ddbget BTC/USD | wc -l)" = 3 ]
}

# --- files that were tampered with ---

# refused FILE COMMAND…: the command ends with 2, says that FILE is damaged, and writes nothing.
refused() {
	local file=$1
	shift
	run -2 --separate-stderr "$@" <<<'{"ticker":"a","last_refreshed":"b","_pos":"0:1"}'
	has "$stderr" "$FX_HOME/$file is damaged"
	[ -z "$output" ]
}

everywhere() {
	case $1 in
	rates.stream)
		refused "$1" kput
		refused "$1" kread
		refused "$1" kread -g g
		refused "$1" kstat
		;;
	rates.groups)
		refused "$1" kread -g g
		refused "$1" kack -g g
		refused "$1" kack -g g --to latest
		refused "$1" kstat -g g
		refused "$1" kstat --groups
		;;
	rates.table)
		refused "$1" ddbput
		refused "$1" ddbget
		;;
	esac
}

three_files() {
	rates 30 | kput -q
	rates 30 | ddbput -q
	kread -g g | kack -g g
}

@test "a trigger, a view, an index or a changed table: refused as damaged, by name" {
	three_files
	local file table sql
	for pair in rates.stream:batch rates.groups:checkpoint rates.table:storage; do
		file=${pair%:*} table=${pair#*:}
		cp "$FX_HOME/$file" whole
		for sql in "CREATE TRIGGER foreign_thing AFTER INSERT ON $table BEGIN DELETE FROM $table; END" \
			"CREATE VIEW foreign_thing AS SELECT 1" \
			"DROP VIEW IF EXISTS batches; CREATE VIEW batches AS SELECT 'foreign_thing'" \
			"DROP VIEW IF EXISTS items; CREATE VIEW items AS SELECT 'foreign_thing'" \
			"CREATE INDEX foreign_thing ON $table (1 + 1)" \
			"ALTER TABLE $table ADD COLUMN foreign_thing DEFAULT 1"; do
			cp whole "$FX_HOME/$file"
			sqlite3 "$FX_HOME/$file" "$sql"
			everywhere "$file"
			[[ $stderr =~ \"foreign_thing\"|its\ table\ \"$table\"|its\ view ]]
		done
		# A table that others have beside ours acts on nothing.
		cp whole "$FX_HOME/$file"
		sqlite3 "$FX_HOME/$file" "CREATE TABLE _replica (a UNIQUE); CREATE INDEX i ON _replica (a); ANALYZE"
	done
	echo '{"ticker":"BTC/USD","last_refreshed":"z"}' | kput | ddbput -q
	[ "$(kread -g g | wc -l)" = 2 ]
	[ "$(ddbget BTC/USD | wc -l)" = 31 ]
}

# tampered FILE COMMAND… -- SQL…: after each SQL (on the whole file) the command refuses it.
tampered() {
	local file=$1 sql command=()
	shift
	cp "$FX_HOME/$file" whole
	while [ "$1" != -- ]; do
		command+=("$1")
		shift
	done
	shift
	for sql in "$@"; do
		cp whole "$FX_HOME/$file"
		rm -f "$FX_HOME/$file"-wal "$FX_HOME/$file"-shm
		sqlite3 "$FX_HOME/$file" "$sql"
		refused "$file" "${command[@]}" || { echo "$sql" && return 1; }
	done
	rm -f "$FX_HOME/$file"-wal "$FX_HOME/$file"-shm
	cp whole "$FX_HOME/$file"
}

@test "rows that no tool writes: refused as damaged, by name, and without undefined arithmetic" {
	local huge=9223372036854775807
	three_files
	echo x | kput -q
	tampered rates.stream kread --envelope -- \
		"UPDATE batch SET lines = lines || x'410A' WHERE position = 1" \
		"UPDATE batch SET lines = lines || x'410A', bytes = bytes + 1 WHERE position = 1" \
		"UPDATE batch SET bytes = bytes + 1" \
		"UPDATE batch SET count = count - 1" \
		"UPDATE batch SET count = -$huge - 1" \
		"UPDATE batch SET count = 1.5" \
		"UPDATE batch SET position = 0 WHERE position = 1" \
		"UPDATE batch SET arrived = -$huge - 1" \
		"UPDATE batch SET arrived = $huge" \
		"UPDATE batch SET arrived = 'now'" \
		"UPDATE batch SET keys = x'610A'" \
		"UPDATE batch SET keys = CAST(replace(printf('%.30c', '.'), '.', '\"' || char(10)) AS BLOB)" \
		"UPDATE batch SET position = position - 1 WHERE position > 30; UPDATE batch SET lines = x'410A', bytes = 1, count = 1, lengths = NULL WHERE position = 30"
	tampered rates.stream kread -- \
		"UPDATE shard SET next = -5" \
		"UPDATE shard SET generation = -1" \
		"UPDATE shard SET bytes = $huge" \
		"UPDATE shard SET since = -$huge - 1" \
		"UPDATE shard SET shard = 1" \
		"UPDATE stream SET retention = 9e999" \
		"UPDATE stream SET id = 'short'" \
		"DELETE FROM stream" \
		"DELETE FROM shard"
	for tool in kread kput kstat "kread -g g" "kack -g g --to latest"; do
		# shellcheck disable=SC2086 # a tool and its options
		tampered rates.stream $tool -- \
			"UPDATE shard SET next = 1" \
			"UPDATE shard SET next = 7" \
			"UPDATE batch SET count = 1000" \
			"UPDATE batch SET position = position + 281474976710656" \
			"UPDATE batch SET position = -position" \
			"INSERT INTO stream SELECT lower(hex(randomblob(16))), created, retention, NULL FROM stream" \
			"UPDATE shard SET next = $huge" \
			"UPDATE shard SET next = 9e999" \
			"UPDATE stream SET retention = -$huge - 1"
	done
	tampered rates.stream kstat -- \
		"UPDATE batch SET arrived = -$huge - 1" \
		"UPDATE batch SET count = $huge" \
		"UPDATE batch SET bytes = 9e999" \
		"UPDATE batch SET count = 100"
	for tool in "kread -g g" "kack -g g"; do
		# shellcheck disable=SC2086 # a tool and its options
		tampered rates.groups $tool -- \
			"UPDATE checkpoint SET position = '1:30+'" \
			"UPDATE checkpoint SET position = '0:3' || printf('%.400c', '0')" \
			"UPDATE checkpoint SET position = x'303A33'" \
			"UPDATE checkpoint SET updated = -$huge - 1" \
			"UPDATE checkpoint SET updated = 9e999"
	done
	tampered rates.groups kstat --groups -- "UPDATE checkpoint SET name = 'a' || char(27)"
	tampered rates.table ddbput -- "UPDATE table_key SET partition_type = 'X'"
	tampered rates.table ddbget -- \
		"UPDATE table_key SET partition_name = ''" \
		"UPDATE table_key SET sort_name = partition_name" \
		"INSERT INTO table_key SELECT * FROM table_key" \
		"DELETE FROM table_key" \
		"UPDATE storage SET pk = CAST(pk AS BLOB)" \
		"UPDATE storage SET sk = 5 WHERE rowid = 7" \
		"UPDATE storage SET typed = 7" \
		"UPDATE storage SET typed = 9e999" \
		"UPDATE storage SET item = NULL" \
		"UPDATE storage SET item = CAST(item AS BLOB)" \
		"UPDATE storage SET item = ''"
	kread | head -n 30 | cmp - <(rates 30)
}

# --- files that may only be read ---

# A directory of streams and tables that everybody may read and nobody may write, and "reader": runs
# a command as a user who has no other right to it.
archive() {
	public=$(mktemp -d /tmp/fx-archive-XXXXXX)
	mkdir "$public/bin" "$public/data"
	cp "$FX_BUILD"/bin/{kread,kstat,ddbget,kack,kput,fxhealth} "$public/bin"
	export FX_HOME=$public/data
	[ "$(id -u)" != 0 ] || setpriv --reuid 65534 true 2>/dev/null || skip "no other user can be used"
}

seal() {
	chmod -R a+rX,a-w "$public/data"
	chmod 755 "$public" "$public/bin"
}

reader() {
	local program=$public/bin/$1
	shift
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$program" "$@")
	else
		"$program" "$@"
	fi
}

teardown() {
	fx_end_started
	[ -z "${public-}" ] || { chmod -R u+w "$public" && rm -rf "$public"; }
}

@test "a stream and a table that may only be read are read, and nothing is written beside them" {
	archive
	rates 3000 >lines
	kput -q -k ticker <lines
	rates 3000 | ddbput -q
	kread -g g -n 2000 | kack -g g
	kread >/dev/null && ddbget >/dev/null && kput -q <<<more && head -n 1 lines | ddbput -q
	ls "$FX_HOME" >before
	not grep wal before
	seal
	reader kread | head -n 3000 | cmp - lines
	reader ddbget | wc -l | grep -qx 3000
	reader ddbget BTC/USD 2025-01-01T00:00:07Z | holds '.exchange_rate == 100007.00000007'
	reader kstat -g g | holds '.records == 3001 and .position == "0:2000+" and .lag == 1001'
	[ "$(reader kstat --groups)" = '{"group":"g"}' ]
	reader kread -s "$FX_HOME/rates.stream" -n 1 | cmp - <(head -n 1 lines)
	reader fxhealth -t rates >problems || true
	not grep -i 'could not\|denied' problems
	ls "$FX_HOME" | cmp - before
}

@test "where writing is needed, the message says which permission is missing" {
	archive
	seq 5 | kput -q
	seal
	run -2 --separate-stderr reader kread -g g
	has "$stderr" "could not write to the directory $FX_HOME"
	has "$stderr" "Permission denied"
	run -2 --separate-stderr reader kput <<<x
	has "$stderr" "could not write to $FX_HOME/rates.stream: Permission denied"
	chmod a+w "$FX_HOME/rates.stream"
	run -2 --separate-stderr reader kput <<<x
	has "$stderr" "could not write to the directory $FX_HOME"
	# A log whose index is gone, as in a copy that was made while the stream was written.
	chmod -R u+w "$FX_HOME"
	mkfifo more
	kput <more >receipts 3>&- &
	fx_started+=($!)
	exec {hold}>more
	echo 6 >&"$hold"
	wait_for 20 grep -qx 6 receipts
	mkdir "$public/copy"
	cp "$FX_HOME"/rates.stream{,-wal} "$public/copy"
	exec {hold}>&-
	chmod 444 "$public/copy"/*
	chmod 555 "$public/copy"
	run -2 --separate-stderr reader kread -s "$public/copy/rates.stream"
	has "$stderr" "rates.stream-shm"
	has "$stderr" "permission to write"
}

@test "a stream that its owner is writing to is followed by another user" {
	archive
	mkfifo more out
	kput <more >receipts 3>&- &
	fx_started+=($!)
	exec {hold}>more
	echo 1 >&"$hold"
	wait_for 20 grep -qx 1 receipts
	chmod -R a+rX,go-w "$public/data"
	chmod 755 "$public" "$public/bin"
	chmod 555 "$FX_HOME"
	reader kread -f >out 3>&- &
	fx_started+=($!)
	exec {from}<out
	for i in 1 2 3 4; do
		read -r -t 20 line <&"$from"
		[ "$line" = "$i" ]
		echo $((i + 1)) >&"$hold"
	done
	chmod 755 "$FX_HOME"
	exec {hold}>&- {from}<&-
}

@test "a long log stays where its reader could not delete it, and is copied back by one who can" {
	archive
	mkfifo more
	exec {hold}<>more
	in_background kput -q <more {hold}>&-
	rates 40000 >&"$hold"
	wait_for 20 is_long "$FX_HOME/rates.stream-wal"
	wait_for 20 reads_lines 40000
	kill -KILL "$background"
	exec {hold}>&-
	cp "$FX_HOME/rates.stream" before
	chmod 755 "$public" "$public/bin"
	chmod a+rw "$FX_HOME"/*
	chmod 555 "$FX_HOME"
	[ "$(reader kread | wc -l)" = 40000 ]
	cmp "$FX_HOME/rates.stream" before
	is_long "$FX_HOME/rates.stream-wal"
	chmod 755 "$FX_HOME"
	[ "$(kread | wc -l)" = 40000 ]
	[ ! -e "$FX_HOME/rates.stream-wal" ]
}

is_long() {
	[ "$(stat -c %s "$1")" -gt 1048576 ]
}

reads_lines() {
	[ "$(kread | wc -l)" = "$1" ]
}

@test "another program begins to write to what may only be read: 75, and nothing wrong was read" {
	archive
	rates 60000 >lines
	kput -q <lines
	seal
	mkfifo out
	reader kread >out 2>err 3>&- &
	fx_started+=($!)
	exec {from}<out
	read -r -t 20 line <&"$from"
	chmod -R u+w "$FX_HOME"
	rates 60000 | kput -q
	cat <&"$from" >rest
	exec {from}<&-
	status_of "${fx_started[-1]}"
	[ "$status" = 75 ]
	grep -q "another program has begun to write to $FX_HOME/rates.stream" err
	{ echo "$line" && cat rest; } >all
	[ "$(wc -l <all)" -lt 60000 ]
	cmp all <(head -n "$(wc -l <all)" lines)
	# Afterwards it is read with its log.
	chmod a+r "$FX_HOME"/*
	[ "$(reader kread | wc -l)" = 120000 ]
}
