# s3get: archives made by tests/archive, which reads the format by itself, in directories and in
# S3 (moto).
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status, stderr: run

load helper
load aws

setup_file() {
	export MOTO_S3_DEFAULT_MAX_KEYS=7 # so that a listing has pages
	aws_start
}

archive() {
	"$REPOSITORY/tests/archive" "$@"
}

# A stream of N records of three tickers in two shards over some hours, as kread -g writes it.
recorded() {
	awk -v count="$1" 'BEGIN {
		split("BTC/USD ETH/USD .x=%", ticker, " ")
		for (i = 0; i < count; i++)
			printf "{\"ticker\":\"%s\",\"exchange_rate\":45000.5000%04d,\"last_refreshed\":\"2025-10-21T%02d:%02d:%02dZ\"}\n",
				ticker[i % 3 + 1], i, 10 + i / 3600 % 12, i / 60 % 60, i % 60
	}' | kput -q -k ticker -s recorded --shards 2
	kread -s recorded -g recorded
}

# upload DIRECTORY BUCKET PREFIX: creates the bucket.
upload() {
	aws_py '
import pathlib
s3 = boto3.session.Session().client("s3")
s3.create_bucket(Bucket=sys.argv[2])
for path in pathlib.Path(sys.argv[1]).rglob("*"):
	if path.is_file():
		s3.put_object(Bucket=sys.argv[2], Key=sys.argv[3] + str(path.relative_to(sys.argv[1])), Body=path.read_bytes())' "$@"
}

@test "lines come shard after shard by position, without _pos or with it" {
	recorded 3000 >in
	for kind in none gzip zstd; do
		archive make "$kind" --compression "$kind" --count 300 <in
		[ "$(find "$kind" -type f | wc -l)" -ge 12 ]
		grep -v '+"' in | sort -t: -k2,2 -s >sorted
		s3get "$kind" --positions --stats stats >out
		archive read "$kind" --positions | cmp - out
		sort out | cmp - <(grep -v '+"' in | sort)
		holds '.lines == 3000 and .done == 3000 and .exit == 0' stats
		rm stats
		s3get "$kind" >bare
		sed 's/"_pos":"[^"]*",//' out | cmp - bare
	done
}

@test "s3get | kput stores the same records again, whatever bytes they have" {
	{
		echo '{"ticker":"BTC/USD","exchange_rate":1.50,"last_refreshed":"2025-10-21T10:00:00Z"}'
		echo '  {"ticker":"BTC/USD", "x":"ü \u00e4"}'
		echo 'plain text'
		echo '{"_pos":"0:7x","a":1}'
		echo '{"_raw":"eA=="}'
		printf '\377\376\n\n[1]\n{}\n'
		echo '{"a":"an unusual line"}'
	} | kput -q
	kread -g archive | archive make archive
	[ -d archive/_raw=1 ]
	s3get archive | kput -q -s again
	cmp <(kread --raw) <(kread --raw -s again)
	# So does a record that holds newlines.
	printf '{"_pos":"0:1","_raw":"YQpiCg=="}\n' | archive make newline
	s3get newline | kput -q -s newline
	[ "$(kread --raw -s newline)" = "$(printf 'a\nb\n\n')" ]
}

@test "lines that were stored twice come once; different lines of one position all come" {
	recorded 2000 >in
	# Three runs that were killed at other places, with objects that overlap.
	archive make archive --count 300 <in
	tail -n 1500 in | archive make archive --count 170 --compression zstd
	sed -n 900,1100p in | archive make archive --count 1
	s3get -v --positions archive >out 2>err
	grep -v '+"' in | sort | cmp - <(sort out)
	archive read archive --positions | cmp - out
	grep -q 'lines were stored twice' err
	# A filter made two lines of one record.
	printf '{"_pos":"0:%d","%c":1}\n' 1 b 1 a 2 b 2 a >in
	s3put -q filtered <in
	s3get --positions filtered | cmp - in
	archive read filtered --positions | sort | cmp - <(sort in)
	# A part of them was stored again, in another object.
	tail -n 1 in | archive make filtered --partition ''
	sed -n 2,3p in | s3put -q --partition '' filtered
	s3get --positions filtered | sort | cmp - <(sort in)
	[ "$(find filtered -type f | wc -l)" = 3 ]
	printf '{"_pos":"0:%d","a":1}\n{"_pos":"0:%d","b":2}\n' 1 1 1 1 2 2 >in
	archive make lines --partition '' <in
	s3get lines | cmp - <(printf '{"a":1}\n{"b":2}\n{"a":1}\n{"b":2}\n')
}

@test "whatever overlaps: the same lines as by the other reader of the format" {
	local seed run kind=(none gzip zstd)
	for seed in 1 2; do
		awk -v seed="$seed" 'BEGIN {
			srand(seed)
			for (i = 0; i < 400; i++) {
				shard = int(rand() * 3)
				at[shard] += rand() < 0.3 ? 0 : 1 + int(rand() * 3)
				sub_[shard] = at[shard] == last[shard] ? sub_[shard] + 1 : 0
				last[shard] = at[shard]
				printf "{\"_pos\":\"%s:%d.%d\",\"ticker\":\"%d\",\"n\":%d}\n",
					shard == 2 ? "shardId-000000000002" : shard + 9, at[shard], sub_[shard], rand() * 4, i
			}
		}' >in
		for run in {0..2}; do
			tail -n +$((seed * 37 * run % 300 + 1)) in | head -n $((100 + run * 60)) |
				"$REPOSITORY/tests/archive" make "archive$seed" --partition ticker \
					--count $((1 + (seed + run) * 7 % 23)) --compression "${kind[$((run % 3))]}"
		done
		archive make "archive$seed" --partition '' <in
		s3get "archive$seed" --positions >out
		archive read "archive$seed" --positions | cmp - out
		sort out | cmp - <(sort in)
		s3get "archive$seed" --where ticker=2 | jq -r .ticker | sort -u | grep -qx 2
	done
}

@test "s3put | s3get: all lines come back, from a directory and from S3" {
	recorded 3000 >in
	printf '{"_pos":"1:90000","_raw":"AP8K"}\n{"_pos":"1:90001","ticker":"","last_refreshed":1761052000}\n' >>in
	grep -v '+"' in | sort >want
	for kind in gzip zstd none; do
		s3put -q --compress "$kind" --count 170 "$kind" <in
		# Another run, which does not know what the first has stored.
		tail -n +1000 in | s3put -q --compress "$kind" "$kind"
		s3get "$kind" --positions >out
		archive read "$kind" --positions | cmp - out
		sort out | cmp - want
	done
	# The same objects as by the other writer.
	s3put -q theirs <in
	archive make ours <in
	diff <(cd theirs && find . -type f | sort) <(cd ours && find . -type f | sort)
	aws_py 'boto3.client("s3").create_bucket(Bucket="archive")'
	s3put -q s3://archive/some/prefix <in
	s3get s3://archive/some/prefix --positions | sort | cmp - want
	s3get s3://archive/some/prefix | kput -q -s again
	kread -s again | sed '/ticker":""/d; /_raw/d' | sort | cmp - <(kread -s recorded | sort)
	[ "$(kread -s again | wc -l)" = 3002 ]
	# Lines without positions.
	sed 's/"_pos":"[^"]*",//' want | grep -v _raw >loose
	s3put -q loose-archive <loose
	s3get loose-archive | sort | cmp - <(sort loose)
}

@test "--from and --to: times and positions" {
	recorded 6000 >in
	archive make archive --count 500 <in
	grep -v '+"' in >lines
	s3get archive --from 2025-10-21T10:30:00Z --to 2025-10-21T11:00:01Z --positions | sort >out
	jq -c 'select(.last_refreshed >= "2025-10-21T10:30:00Z" and .last_refreshed < "2025-10-21T11:00:01Z")._pos' lines | sort |
		cmp - <(jq -c ._pos out | sort)
	[ "$(wc -l <out)" = 1801 ]
	s3get archive --from -9000d | wc -l | grep -qx 6000
	s3get archive --to 2025-10-21 --from 2000-01-01 | wc -l | grep -qx 0
	s3get archive --from 0:10 --to 0:20 --positions | jq -r ._pos | cmp - <(seq -f 0:%g 10 19)
	s3get archive --from 0:10+ --to 0:20+ --positions | jq -r ._pos | cmp - <(seq -f 0:%g 11 20)
	s3get archive --from 1:10 -n 3 --positions | jq -r ._pos | cmp - <(seq -f 1:%g 10 12)
	s3get archive --shard 1 --positions | jq -r ._pos | cut -d: -f1 | sort -u | grep -qx 1
	# The time is that of another member.
	sed 's/last_refreshed/at/' lines | archive make other --partition 'ticker,dt=%Y-%m-%d' --time at
	s3get other -T at --from 2025-10-21T11:39:59Z | wc -l | grep -qx 1
	run -1 --separate-stderr s3get other --from 2025-10-21
	[ "$output" = '' ]
	has "$stderr" '6000 lines were left out, as they have no time in last_refreshed (-T names the member)'
}

@test "--where: partitions, by the text of their members" {
	recorded 900 >in
	echo '{"_pos":"0:9999","exchange_rate":1,"last_refreshed":"2025-10-21T10:00:00Z"}' >>in
	archive make archive --count 100 <in
	s3get archive --where ticker=BTC/USD | jq -r .ticker | sort | uniq -c | grep -qx ' *300 BTC/USD'
	s3get archive --where ticker=.x=% --where hour=10 | wc -l | grep -qx 300
	s3get archive --where ticker= | jq -c . | grep -qx '{"exchange_rate":1,.*'
	s3get archive --where hour=11 | wc -l | grep -qx 0
	s3get archive --where hour=10 --where hour=11 | wc -l | grep -qx 0
	s3get archive --where ticker=none | wc -l | grep -qx 0
	# Other directories are not even opened.
	command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -e trace=openat -o trace s3get archive --where ticker=ETH/USD >out
	grep -q 'ticker=ETH' trace
	not grep -q 'ticker=BTC' trace
}

@test "--order time: all shards by time" {
	recorded 5000 >in
	# Another shard is behind by an hour, and one record is late.
	sed 's/"_pos":"0:/"_pos":"7:/; s/T10:/T11:/' in >>in2
	cat in2 >>in
	echo '{"_pos":"7:90000","ticker":"BTC/USD","last_refreshed":"2025-10-21T10:00:00Z"}' >>in
	archive make archive --count 700 <in
	s3get archive --order time >out
	jq -r .last_refreshed out | sort -c
	sort out | cmp - <(archive read archive | sort)
	s3get archive --order time --from 2025-10-21T11:00:00Z -n 5 | jq -r .last_refreshed | head -n 1 |
		grep -qx 2025-10-21T11:00:00Z
}

@test "--list: the objects and what their names say" {
	recorded 100 >in
	archive make archive --compression zstd <in
	echo '{"ticker":"A","last_refreshed":"2025-10-21T10:00:00Z"}' | archive make archive
	s3get archive --list >list
	[ "$(wc -l <list)" = "$(find archive -type f | wc -l)" ]
	jq -r .name list | sort | cmp - <(cd archive && find . -type f | sed 's,^\./,,' | sort)
	holds -s 'map(select(.partitions.ticker == ".x=%")) | length > 0 and all(.[];
		.partitions.dt == "2025-10-21" and .partitions.hour == "10" and .compression == "zstd" and
		(.first | startswith("0:") or startswith("1:")) and .bytes > 0)' list
	s3get archive --list -n 2 | cmp - <(head -n 2 list)
	holds -s 'map(select(.shard == null)) | length == 1 and (.[0].first | test("^20..-.*Z$"))' list
}

@test "a damaged object is named, and all others are read" {
	recorded 3000 >in
	archive make archive --count 500 <in
	s3get archive >all
	victim=$(find archive -type f | sort | sed -n 3p)
	cp -r archive kept
	# Cut off.
	truncate -s -20 "$victim"
	run -2 --separate-stderr s3get archive
	has "$stderr" "the object ${victim#archive/} is damaged: its compressed data are cut off"
	has "$stderr" '1 objects are damaged'
	comm -13 <(sort all) <(echo "$output" | sort) | wc -l | grep -qx 0
	[ "$(echo "$output" | wc -l)" -ge 2500 ]
	# Changed.
	cp "kept/${victim#archive/}" "$victim"
	printf 'XXXX' | dd of="$victim" bs=1 seek=100 conv=notrunc status=none
	run -2 --separate-stderr s3get archive
	has "$stderr" "the object ${victim#archive/} is damaged: "
	# Replaced by other lines.
	gzip -dc "kept/${victim#archive/}" | sed 's/45000/45001/' | gzip -c >"$victim"
	run -2 --separate-stderr s3get archive
	has "$stderr" "the object ${victim#archive/} is damaged: its lines have the digest "
	[ "$(echo "$output" | wc -l)" = 3000 ]
	# Under another name.
	cp "kept/${victim#archive/}" "$victim"
	mv "$victim" "$(echo "$victim" | sed -E 's/_([0-9]+)_([0-9]+)_/_0_\2_/')"
	run -2 --separate-stderr s3get archive
	has "$stderr" 'which its name does not say'
	[ "$(echo "$output" | wc -l)" = 2500 ]
}

@test "zstd and plain objects that are cut off or changed are damaged" {
	recorded 300 >in
	for kind in zstd none; do
		rm -rf archive
		archive make archive --compression "$kind" <in
		victim=$(find archive -type f | sort | sed -n 2p)
		truncate -s -5 "$victim"
		run -2 --separate-stderr s3get archive
		has "$stderr" "the object ${victim#archive/} is damaged: its "
		has "$stderr" 'cut off'
		printf 'not compressed\n' >"$victim"
		run -2 --separate-stderr s3get archive
		has "$stderr" "the object ${victim#archive/} is damaged: "
	done
}

@test "other files are ignored; an archive that is empty or missing needs attention" {
	recorded 10 >in
	archive make archive <in
	touch archive/README archive/.hidden.ndjson archive/0_1_2_0123456789abcdef.ndjson.gz.new
	for limit in '--where ticker=NONE' '--from 2030-01-01'; do
		# shellcheck disable=SC2086 # an option and its argument
		run -0 --separate-stderr s3get archive $limit
		[ -z "$output$stderr" ]
	done
	mkdir archive/.spool && touch archive/.spool/0_1_2_0123456789abcdef.ndjson
	s3get archive 2>err | wc -l | grep -qx 10
	[ ! -s err ]
	mkdir nothing
	run -2 --separate-stderr s3get nothing
	[ "$stderr" = 's3get: the archive nothing is empty' ]
	touch nothing/part-0.gz nothing/part-1.gz
	run -2 --separate-stderr s3get nothing
	[ "$stderr" = 's3get: none of the 2 files in the archive nothing has the name of an object that s3put has stored' ]
	run -2 --separate-stderr s3get missing
	[ "$stderr" = 's3get: the archive missing: No such file or directory' ]
	run -2 --separate-stderr s3get firehose:rates
	has "$stderr" 'a Firehose stream cannot be read: name the bucket that it delivers to'
	run -2 --separate-stderr s3get s3:///x
	has "$stderr" '"s3:///x" is not the name of an archive in S3: use s3://BUCKET/PREFIX'
	run -2 --separate-stderr s3get
	has "$stderr" 'the archive is required'
	run -2 --separate-stderr s3get archive --from 0:1 --to 1:5
	has "$stderr" 'option --to: the position is of another shard than 0'
	run -2 --separate-stderr s3get archive --where x
	has "$stderr" 'option --where: "x" is not MEMBER=VALUE'
	run -2 --separate-stderr s3get archive --from yesterday
	has "$stderr" 'option --from: "yesterday" is not a place in an archive'
}

@test "too many objects around one position, or a line that is too long: a clear message" {
	awk 'BEGIN { for (i = 1; i <= 2002; i++) printf "{\"_pos\":\"0:%d\",\"a\":%d}\n", i, i % 1001 }' >in
	archive make archive --partition a --compression none <in
	run -2 --separate-stderr s3get archive
	has "$stderr" 'more than 1000 objects have lines around the first position of a='
	s3get archive --where a=7 | cmp - <(printf '{"a":7}\n{"a":7}\n')
	s3get archive --from 0:1500 --to 0:1502 | cmp - <(printf '{"a":499}\n{"a":500}\n')
	awk 'BEGIN { printf "{\"_pos\":\"0:1\",\"a\":\"%05000d\"}\n{\"_pos\":\"0:2\"}\n", 1 }' | archive make long --partition ''
	s3get long | wc -l | grep -qx 2
	run -2 --separate-stderr s3get long --max-line 100
	has "$stderr" 'is damaged: line 1 is longer than '
}

@test "--order time holds back 64 MiB of lines; a line that is later still is counted" {
	awk 'BEGIN {
		for (i = 0; i <= 71; i++)
			printf "{\"_pos\":\"0:%d\",\"last_refreshed\":\"2025-10-21T10:%02d:%02dZ\",\"text\":\"%01000000d\"}\n",
				i, (i >= 70 || i == 20) ? 0 : i / 60 + 1, i % 60, i
	}' | archive make archive --partition '' --compression none
	s3get archive --order time --positions 2>err | cut -c 10-20 | cut -d'"' -f1 >got
	[ "$(<err)" = 's3get: 2 lines are not in order of time: they were stored more than 64 MiB of lines after their place' ]
	{ echo 0:20; seq -f 0:%g 0 19; seq -f 0:%g 21 71; } | sort >want
	[ "$(head -n 1 got)" = 0:20 ]
	[ "$(tail -n +2 got | grep -vx '0:7[01]')" = "$(seq -f 0:%g 0 69 | grep -vx 0:20)" ]
	sort got | cmp - want
}

@test "S3: the same lines as in a directory, with and without a prefix" {
	recorded 4000 >in
	archive make archive --count 150 <in
	upload archive plain ''
	upload archive rates 'some prefix/ü+&/'
	s3get archive >want
	s3get s3://plain --stats stats | cmp - want
	s3get s3://plain/ | cmp - want
	s3get 's3://rates/some prefix/ü+&' | cmp - want
	s3get 's3://rates/some prefix/ü+&/' --list | cmp - <(s3get archive --list)
	s3get s3://plain --where ticker=BTC/USD | cmp - <(s3get archive --where ticker=BTC/USD)
	s3get s3://plain --where hour=11 --order time | cmp - <(s3get archive --where hour=11 --order time)
	run -2 --separate-stderr s3get s3://plain/nothing
	has "$stderr" 'the archive s3://plain/nothing is empty'
	run -2 --separate-stderr s3get s3://missing-bucket/x
	has "$stderr" 'S3 ListObjectsV2: NoSuchBucket'
}

@test "S3: objects longer than a range are read in ranges" {
	recorded 60000 >in
	archive make archive --compression none --partition '' <in
	[ "$(find archive -type f -size +2M | wc -l)" = 2 ]
	upload archive big 'a/'
	s3get s3://big/a | cmp - <(s3get archive)
}

# crashed: an archive of 300 lines, of which many are in two objects.
crashed() {
	recorded 300 >in
	archive make archive --count 40 <in
	tail -n 200 in | archive make archive --count 33 --compression zstd
}

duckdb() {
	aws_python -c 'import duckdb, sys; print(*duckdb.sql(sys.argv[1]).fetchall(), sep="\n")' "$1"
}

@test "DuckDB, SQLite and jq read the archive; distinct positions count each line once" {
	crashed
	local read="read_json('archive/**/*.ndjson*', hive_partitioning = true)" stored
	stored=$(s3get archive --list | wc -l)
	[ "$(find archive -type f | wc -l)" = "$stored" ]
	[ "$(duckdb "SELECT count(*) > 300, count(DISTINCT _pos) FROM $read")" = '(True, 300)' ]
	[ "$(duckdb "SELECT ticker, CAST(dt AS VARCHAR), hour, count(DISTINCT _pos) FROM $read WHERE ticker = '.x=%' GROUP BY ALL")" = \
		"('.x=%', '2025-10-21', 10, 100)" ]
	find archive -name '*.gz' -exec gzip -dc {} + >lines
	find archive -name '*.zst' -exec zstd -qdc {} + >>lines
	[ "$(jq -r ._pos lines | sort -u | wc -l)" = 300 ]
	sqlite3 :memory: 'CREATE TABLE lines(line)' '.mode ascii' '.separator "\001" "\n"' '.import lines lines' \
		"SELECT count(*) > 300, count(DISTINCT line ->> '_pos') FROM lines" | tr '\001' ' ' | grep -qx '1 300'
	# Each has the lines of s3get, and the same sum, as decimals.
	s3get archive --positions | sort | cmp - <(sort -u lines)
	[ "$(duckdb "SELECT sum(exchange_rate) FROM (SELECT DISTINCT _pos, exchange_rate
		FROM read_json('archive/**/*.ndjson*', columns = {_pos: 'VARCHAR', exchange_rate: 'DECIMAL(38,18)'}))")" = \
		"(Decimal('13500150.000448500000000000'),)" ]
}

@test "athena.sql: its partitions are those of the objects, its columns those of the records" {
	crashed
	fxfetch -p sample BTC/USD | fxenc | jq -r 'keys[]' | sort >members
	aws_python - "$REPOSITORY/scripts/athena.sql" archive members <<-'END'
		import pathlib, re, sys
		import duckdb
		text = pathlib.Path(sys.argv[1]).read_text()
		table = text[text.index("CREATE"):]
		columns, partitions = (re.findall(r"`(\w+)` ([\w(),]+?),?$", part, re.M) for part in table.split("PARTITIONED BY"))
		named = {name for name, _ in columns}
		missing = set(open(sys.argv[3]).read().split()) - named
		assert not missing, missing
		projected = set(re.findall(r"'projection\.(\w+)\.type'", table))
		template = re.search(r"'storage.location.template' = '(.*)'", table)[1]
		assert set(re.findall(r"\$\{(\w+)\}", template)) == projected
		assert set(re.findall(r"`(\w+)` string", table.split("PARTITIONED BY")[1].splitlines()[0])) == projected
		location = re.search(r"LOCATION '(.*)'", table)[1]
		assert template.startswith(location)
		shape = re.escape(template[len(location):]).replace(r"\$\{", "(?P<").replace(r"\}", ">[^/]+)")
		for path in pathlib.Path(sys.argv[2]).rglob("*.ndjson*"):
		    assert re.fullmatch(shape, str(path.parent.relative_to(sys.argv[2])) + "/"), path
		# The queries of its comment, in the order of Athena's dialect, which DuckDB shares here.
		types = {name: type.replace("string", "VARCHAR") for name, type in columns}
		duckdb.sql("CREATE VIEW rates AS SELECT * EXCLUDE filename, regexp_extract(filename, 'ticker=([^/]*)', 1) AS pair, "
		           "'2025-10-21' AS dt FROM read_json('archive/**/*.ndjson*', filename = true, columns = %s)" % types)
		queries = re.findall(r"--     (SELECT .*);", text)
		counts = [len(duckdb.sql(query).fetchall()) for query in queries]
		assert counts == [1, 100], counts
		assert duckdb.sql(queries[0]).fetchall() == [(300,)]
	END
}

# serve_replies REPLY…: an S3 that plays replies.
serve_replies() {
	serve < <(jq -n '{answers: [$ARGS.positional[] | if startswith("{") then fromjson else {body: .} end]}' --args "$@")
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
}

@test "S3: a failed range is asked for again; a reply of another length is 75" {
	local line='{"_pos":"0:1","a":1}' name list
	name=a=1/0_1_1_$(echo "$line" | sha256sum | cut -c 1-16).ndjson
	list="<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>x/$name</Key><Size>21</Size></Contents></ListBucketResult>"
	serve_replies "$list" '{"status":503,"body":"<Error><Code>SlowDown</Code></Error>"}' "$(jq -nc --arg body "$line"$'\n' '{$body, status: 206}')"
	s3get s3://bucket/x --stats stats | grep -qx '{"a":1}'
	holds '.retries == 1 and .throttled == 1 and .lines == 1' stats
	[ "$(jq -r '.headers.Range // empty' server/log | sort -u)" = bytes=0-20 ]
	serve_replies "$list" 'short'
	run -75 --separate-stderr s3get s3://bucket/x
	has "$stderr" "s3get: the object $name: S3 GetObject: the reply has 5 bytes instead of 21"
	serve_replies "$list" '{"status":404,"body":"<Error><Code>NoSuchKey</Code><Message>It is gone.</Message></Error>"}'
	run -75 --separate-stderr s3get s3://bucket/x
	[ "$stderr" = "s3get: the object $name: it was removed after it was listed" ]
	serve_replies '<html>'
	run -75 --separate-stderr s3get s3://bucket/x
	has "$stderr" 'S3 ListObjectsV2: the reply is not a list of objects'
	list='<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken></ListBucketResult>'
	serve_replies "$list" "$list"
	run -75 --separate-stderr timeout 60 s3get s3://bucket/x
	has "$stderr" 'S3 ListObjectsV2: the continuation token is that of the page before'
}

@test "S3: a signal ends it while a reply is awaited" {
	serve_replies '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>0_1_1_0123456789abcdef.ndjson</Key><Size>21</Size></Contents></ListBucketResult>' \
		'{"delay":60}'
	in_background s3get s3://bucket >out 2>err
	wait_for 20 grep -q 0_1_1_ server/log
	kill -TERM "$background"
	wait_for 20 is_ended "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ ! -s out ] && [ ! -s err ]
}
