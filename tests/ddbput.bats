# ddbput: items into an embedded table.

load helper

TABLE() { echo "$FX_HOME/${1:-rates}.table"; }

# A record of the default table.
item() { # KEY-OF-TICKER TIME [MORE]
	printf '{"ticker":"%s","last_refreshed":"%s"%s}\n' "$1" "$2" "${3:+,$3}"
}

# Refused, for REASON, and nothing stored. The record comes on standard input.
refused() { # REASON [OPTION…]
	local reason=$1
	shift
	run -2 --separate-stderr ddbput "$@"
	has "$stderr" "line 1: refused: "
	has "$stderr" "$reason"
	[ -z "$output" ]
}

@test "receipts are the input, and the items are stored byte for byte" {
	rates 1000 >in
	ddbput <in >out
	cmp in out
	ddbget | cmp in -
}

@test "-q writes no receipts" {
	rates 10 | ddbput -q >out
	[ ! -s out ]
	[ "$(ddbget | wc -l)" = 10 ]
}

@test "an item replaces the stored one with the same key" {
	item A x '"n":1' | ddbput -q
	{ item A x '"n":2' && item A x '"n":3' && item A y '"n":4'; } | ddbput -q
	[ "$(ddbget A x)" = "$(item A x '"n":3')" ]
	[ "$(ddbget | wc -l)" = 2 ]
}

@test "of many items with few keys the last one per key is stored" {
	for i in 1 2 3; do
		awk -v i=$i 'BEGIN { for (n = 0; n < 20000; n++)
			printf "{\"ticker\":\"T%d\",\"last_refreshed\":\"x\",\"n\":%d}\n", n % 7, i * 20000 + n }'
	done >in
	ddbput -q <in
	tail -n 7 in | sort >want
	ddbget | sort | cmp want -
}

@test "--if-absent keeps the stored item, and counts the line as done and present" {
	item A x '"n":1' | ddbput -q
	{ item A x '"n":2' && item A y '"n":3' && item A y '"n":4'; } |
		ddbput --if-absent --stats stats >out
	[ "$(wc -l <out)" = 3 ]
	[ "$(ddbget A x)" = "$(item A x '"n":1')" ]
	[ "$(ddbget A y)" = "$(item A y '"n":3')" ]
	[ "$(jq -c '[.done, .present, .refused]' stats)" = '[3,2,0]' ]
}

@test "--if-absent with more items than fit into one statement" {
	rates 150 | ddbput -q
	rates 225 | ddbput -q --if-absent --stats stats
	[ "$(jq -c '[.done, .present]' stats)" = '[225,150]' ]
	[ "$(ddbget | wc -l)" = 225 ]
}

@test "a repeated item changes nothing in the file" {
	rates 100 | ddbput -q
	sqlite3 "$(TABLE)" 'PRAGMA wal_checkpoint(TRUNCATE)'
	cp "$(TABLE)" before
	rates 100 | ddbput -q
	sqlite3 "$(TABLE)" 'PRAGMA wal_checkpoint(TRUNCATE)'
	cmp "$(TABLE)" before
}

@test "38 digits, trailing zeros and exponents are kept as they were written" {
	local n
	for n in 12345678901234567890123456789012345678 0.10000000000000000555 45000.50000000 -0 \
		1E-130 9.9999999999999999999999999999999999999E+125 -1e125 1.0e0 \
		1234567890123456789012345678901234567800000; do
		item A "$n" "\"n\":$n"
	done >in
	ddbput <in | cmp in -
	sort in >want
	ddbget A | sort | cmp want -
	ddbget --typed A | jq -r .n.N | sort >typed
	sed 's/.*"n":\(.*\)}/\1/' in | sort | cmp typed -
}

@test "numbers that DynamoDB would refuse are refused, anywhere in the item" {
	item A x '"n":123456789012345678901234567890123456789' |
		refused 'attribute "n": more than 38 significant digits'
	item A x '"n":1e126' | refused 'attribute "n": magnitude above 9.99E+125'
	item A x '"n":{"deep":[1,{"er":1e-131}]}' |
		refused 'attribute "n.deep[1].er": magnitude below 1E-130'
	[ -z "$(ddbget)" ]
}

@test "key attributes: missing, empty, of a wrong type, too long" {
	echo '{"ticker":"A"}' | refused 'the key attribute "last_refreshed" is missing'
	echo '{"last_refreshed":"A"}' | refused 'the key attribute "ticker" is missing'
	item '' x | refused 'attribute "ticker": it is part of the key and must not be empty'
	echo '{"ticker":1,"last_refreshed":"x"}' | refused 'attribute "ticker": it is part of the key and must be a string (S)'
	item A "$(printf '%1025s')" | refused 'attribute "last_refreshed": 1025 bytes long, but a sort key has at most 1024'
	item "$(printf '%2049s')" x | refused 'attribute "ticker": 2049 bytes long, but a partition key has at most 2048'
	item "$(printf '%2048s')" "$(printf '%1024s')" | ddbput -q
	[ "$(ddbget | wc -l)" = 1 ]
}

@test "not an object, a duplicate name, too deep, too large" {
	echo 5 | refused 'not a JSON object'
	echo '[1,2]' | refused 'the input is a JSON array'
	echo '{"ticker":"A","last_refreshed":"x","a":{"b":1,"\u0062":2}}' |
		refused 'attribute "a": the name "b" occurs twice'
	{ printf '{"ticker":"A","last_refreshed":"x","a":' &&
		printf '[%.0s' {1..32} && printf ']%.0s' {1..32} && echo '}'; } | refused 'nested too deep'
	{ printf '{"ticker":"A","last_refreshed":"x","a":' &&
		printf '[%.0s' {1..31} && printf ']%.0s' {1..31} && echo '}'; } | ddbput -q
	{ printf '{"ticker":"A","last_refreshed":"y","a":"' && head -c 409577 /dev/zero | tr '\0' x &&
		echo '"}'; } >largest
	ddbput -q <largest
	sed 's/x"}/xx"}/' largest | refused 'larger than 400 KB'
	ddbget A y | cmp largest -
}

@test "every hostile line: with -x it is stored or rejected, without -x the first refused one stops ddbput" {
	local total refused number
	base64 -d "$FIXTURES/hostile.ndjson.b64" >in
	total=$(awk 'END { print NR }' in)
	run -1 --separate-stderr ddbput -x rejects --stats stats <in
	[ "$(jq -s 'length' rejects)" = "$(jq .refused stats)" ]
	[ "$(jq '.done + .refused + .blank' stats)" = "$total" ]
	refused=$(jq -c .line rejects | paste -sd,)
	[ "$refused" = 3,4,6,7,8,9,10,12,13,14,15,16,17,18,19,20,21,22,26,27,29,31,32 ]
	[ "$(ddbget | wc -l)" = 7 ]
	not grep -qP '[\x00-\x08\x0b-\x1f\x7f]' <<<"$stderr"
	[ "$(stat -c %a rejects)" = 600 ]
	# A line at a time, without -x.
	number=0
	while [ "$number" -lt "$total" ]; do
		number=$((number + 1))
		rm -rf "$FX_HOME"
		{ item first x && awk -v n=$number 'NR == n' in && item last x; } >three
		status=0
		ddbput <three >out 2>err || status=$?
		[ "$(ddbget first x)" = "$(item first x)" ]
		case ,$refused, in
		*,$number,*)
			# The last line of all is refused for being cut off, which awk mended.
			if [ "$number" != "$total" ]; then
				[ "$status" = 2 ]
				grep -q 'line 2: refused' err
			fi
			;;
		*)
			[ "$status" = 0 ]
			# Blank lines are ignored.
			grep -a '[^[:space:]]' three | cmp - out
			;;
		esac
	done
}

@test "the position of a line is removed from the item and kept in the receipt" {
	echo '{"_pos":"0:7","ticker":"A","last_refreshed":"x"}' >in
	echo '{"_pos":"0:7+"}' >>in
	ddbput <in | cmp in -
	[ "$(ddbget)" = "$(item A x)" ]
}

@test "_raw is decoded, and a record with newlines is read on one line" {
	local raw
	raw=$(printf '{\n"ticker":"A",\n"last_refreshed":"x"}' | base64 -w 0)
	printf '{"_pos":"0:7","_raw":"%s"}\n' "$raw" | ddbput -q
	[ "$(ddbget)" = '{ "ticker":"A", "last_refreshed":"x"}' ]
}

@test "keys with U+0000 and with any other character" {
	printf '%s\n' '{"ticker":"a\u0000b","last_refreshed":"x","n":1}' \
		'{"ticker":"a","last_refreshed":"x","n":2}' '{"ticker":"a\u0000c","last_refreshed":"x","n":3}' \
		'{"ticker":"\u043a\ud83e\ude99 %_","last_refreshed":"x","n":4}' >in
	ddbput -q <in
	[ "$(ddbget | wc -l)" = 4 ]
	[ "$(ddbget | jq -c .n | paste -sd,)" = 2,1,3,4 ]
	[ "$(ddbget 'к🪙 %_' x | jq .n)" = 4 ]
}

@test "the default table is created, another one requires -k" {
	item A x | ddbput -q
	[ -f "$(TABLE)" ]
	[ "$(stat -c %a "$(TABLE)")" = 600 ]
	run -2 --separate-stderr ddbput -t other </dev/null
	has "$stderr" "there is no table"
	has "$stderr" "-k PK"
	[ ! -e "$(TABLE other)" ]
	echo '{"id":1}' | ddbput -q -t other -k id:N
	[ "$(ddbget -t other)" = '{"id":1}' ]
	echo '{"ticker":"A","last_refreshed":"y"}' | FX_TABLE=mine ddbput -q
	[ -f "$(TABLE mine)" ]
	echo '{"id":"B"}' | ddbput -q -t "$PWD/sub/dir/file" -k id
	[ -f sub/dir/file ]
}

@test "an empty input creates the table" {
	ddbput -k id:N,at </dev/null
	[ "$(sqlite3 "$(TABLE)" 'SELECT * FROM table_key')" = 'id|N|at|S' ]
}

@test "-k for an existing table must name its key" {
	item A x | ddbput -q -k ticker,last_refreshed:S
	item A y | ddbput -q -k ticker:S,last_refreshed
	local key
	for key in ticker ticker:N,last_refreshed ticker,last_refreshed:N last_refreshed,ticker; do
		run -2 --separate-stderr ddbput -k "$key" < <(item A z)
		has "$stderr" "has the key ticker:S,last_refreshed:S"
	done
	[ "$(ddbget | wc -l)" = 2 ]
}

@test "an invalid -k is a usage error" {
	local key
	for key in '' , a, ,b a:X a:SS a:s a: a,a a:S,a:N "$(printf '%256s')" $'\xff'; do
		run -2 --separate-stderr ddbput -k "$key" </dev/null
		has "$stderr" "option -k"
	done
	[ ! -e "$FX_HOME" ] || [ -z "$(ls -A "$FX_HOME")" ]
}

@test "invalid names of embedded tables" {
	run -2 --separate-stderr ddbput -t dynamodb:rates </dev/null
	has "$stderr" "no AWS region"
	run -2 ddbput -t arn:aws:dynamodb:eu-west-1:123456789012:stream/rates </dev/null
	run -2 --separate-stderr ddbput -t x:y -k a </dev/null
	run -2 --separate-stderr ddbput -t 'x y' -k a </dev/null
	run -2 --separate-stderr ddbput -t .hidden -k a </dev/null
	run -2 --separate-stderr ddbput surplus </dev/null
}

@test "--typed: an item is stored plain if plain JSON can express it, else typed" {
	echo '{"ticker":{"S":"A"},"last_refreshed":{"S":"x"},"n":{"N":"1.50"},"m":{"M":{"l":{"L":[{"NULL":true},{"BOOL":false}]}}}}' |
		ddbput -q --typed
	[ "$(ddbget A x)" = '{"ticker":"A","last_refreshed":"x","n":1.50,"m":{"l":[null,false]}}' ]
	[ "$(sqlite3 "$(TABLE)" 'SELECT typed, item FROM storage')" = \
		'0|{"ticker":"A","last_refreshed":"x","n":1.50,"m":{"l":[null,false]}}' ]
	echo '{"ticker":{"S":"A"},"last_refreshed":{"S":"y"},"s":{"NS":["1","2.0"]},"b":{"B":"AAEC"}}' |
		ddbput -q --typed
	[ "$(ddbget A y)" = '{"ticker":"A","last_refreshed":"y","s":[1,2.0],"b":"AAEC"}' ]
	[ "$(ddbget --typed A y)" = \
		'{"ticker":{"S":"A"},"last_refreshed":{"S":"y"},"s":{"NS":["1","2.0"]},"b":{"B":"AAEC"}}' ]
	[ "$(sqlite3 "$(TABLE)" 'SELECT typed FROM storage ORDER BY sk' | paste -sd,)" = 0,1 ]
	# What was typed can become plain, and the other way round.
	item A y | ddbput -q
	[ "$(ddbget --typed A y)" = '{"ticker":{"S":"A"},"last_refreshed":{"S":"y"}}' ]
}

@test "--typed: what is not DynamoDB's JSON is refused" {
	local more
	typed() { printf '{"ticker":{"S":"A"},"last_refreshed":{"S":"x"},"a":%s}\n' "$1"; }
	for more in '1' '"x"' '{}' '{"S":"x","N":"1"}' '{"X":"x"}' '{"S":1}' '{"N":1}' '{"N":"one"}' \
		'{"N":"1e126"}' '{"NULL":false}' '{"BOOL":"true"}' '{"M":[]}' '{"L":{}}' '{"L":[1]}' \
		'{"SS":[]}' '{"SS":["a","a"]}' '{"NS":["1","1.0"]}' '{"NS":[1]}' '{"BS":["AA==","AA=="]}' \
		'{"B":"not base64"}' '{"B":"AAA"}'; do
		typed "$more" | refused 'attribute "a' --typed
	done
	typed '{"SS":["a","A"]}' | ddbput -q --typed
}

@test "a binary key requires --typed, and sorts by its bytes" {
	echo '{"b":"AAAA"}' | refused 'which only --typed allows' -t bin -k b:B
	printf '{"b":{"B":"%s"},"n":{"N":"%d"}}\n' gA== 4 AA== 1 AAA= 2 fw== 3 /w== 5 |
		ddbput -q -t bin --typed
	[ "$(ddbget -t bin | jq .n | paste -sd,)" = 1,2,3,4,5 ]
	[ "$(ddbget -t bin fw== | jq .n)" = 3 ]
}

@test "two writers at once, and a reader" {
	rates 20000 A >a
	rates 20000 B >b
	in_background ddbput -q <a
	local first=$background
	in_background ddbput -q <b
	local second=$background
	wait_for 20 test -f "$(TABLE)"
	while not is_ended "$first" 2>/dev/null; do ddbget -n 1 >/dev/null 2>&1 || true; done
	status_of "$first"
	[ "$status" = 0 ]
	status_of "$second"
	[ "$status" = 0 ]
	sort a b >want
	ddbget | sort | cmp want -
}

@test "a file that another program has locked: exit status 75, and nothing is lost" {
	item A x | ddbput -q
	hold_lock "$(TABLE)"
	run -75 --separate-stderr fast_clock ddbput < <(item A y)
	has "$stderr" "lock"
	[ -z "$output" ]
	let_go
	item A y | ddbput -q
	[ "$(ddbget | wc -l)" = 2 ]
}

@test "a table that is deleted while it is written to: exit status 2, and no receipt" {
	mkfifo in
	in_background bash -c 'exec ddbput <in >out 2>err'
	local writer=$background
	exec 9>in
	item A x >&9
	wait_for 10 test -s out
	rm -f "$(TABLE)" "$(TABLE)"-*
	item A y >&9
	exec 9>&-
	status_of "$writer"
	[ "$status" = 2 ]
	grep -q 'was deleted' err
	[ "$(cat out)" = "$(item A x)" ]
}

@test "a file that is not a table, is truncated or in a newer format is unchanged" {
	local tool
	mkdir -p "$FX_HOME"
	rates 1000 | ddbput -q
	sqlite3 "$(TABLE)" 'PRAGMA wal_checkpoint(TRUNCATE)'
	rm -f "$(TABLE)"-*
	head -c 20000 "$(TABLE)" >"$(TABLE cut)"
	echo 'not a table at all' >"$(TABLE foreign)"
	: >"$(TABLE empty)"
	sqlite3 "$(TABLE other)" 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
	cp "$(TABLE)" "$(TABLE newer)"
	sqlite3 "$(TABLE newer)" 'PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)'
	rm -f "$(TABLE newer)"-*
	echo '{"a":1}' | kput -q -s stream
	cp "$FX_HOME/stream.stream" "$(TABLE stream)"
	for table in cut foreign empty other newer stream; do
		cp "$(TABLE $table)" before
		for tool in 'ddbput -k ticker,last_refreshed' ddbget; do
			# shellcheck disable=SC2086 # two words
			run -2 --separate-stderr $tool -t $table < <(item A x)
			has "$stderr" "$table.table"
			cmp "$(TABLE $table)" before
		done
	done
}

@test "a directory that cannot be written: exit status 2" {
	mkdir sealed
	if [ "$(id -u)" = 0 ]; then
		unshare -m true 2>/dev/null || skip "root, and no mount namespaces"
		# shellcheck disable=SC2016 # for the inner shell
		run -2 --separate-stderr unshare -m sh -c \
			'mount -t tmpfs -o ro none sealed && exec env FX_HOME="$PWD/sealed/fx" ddbput' < <(item A x)
	else
		chmod 500 sealed
		FX_HOME=$PWD/sealed/fx run -2 --separate-stderr ddbput < <(item A x)
	fi
	has "$stderr" "sealed/fx"
}

@test "the view for SQL queries has the names of the key" {
	rates 3 | ddbput -q
	[ "$(sqlite3 "$(TABLE)" "SELECT ticker, last_refreshed, item ->> '\$.exchange_rate' FROM items ORDER BY 2 LIMIT 1")" = \
		'BTC/USD|2025-01-01T00:00:00Z|100000.0' ]
	[ "$(sqlite3 "$(TABLE)" "SELECT item -> '\$.exchange_rate' FROM items ORDER BY last_refreshed LIMIT 1")" = \
		100000.00000000 ]
	# Numbers in keys as they were written, in both forms.
	echo '{"id":12345678901234567890.50,"at":"x"}' | ddbput -q -t n -k id:N,at
	echo '{"id":{"N":"7.0"},"at":{"S":"y"},"s":{"SS":["a"]}}' | ddbput -q -t n --typed
	[ "$(sqlite3 "$(TABLE n)" 'SELECT id, at FROM items ORDER BY at')" = $'12345678901234567890.50|x\n7.0|y' ]
	# Names that SQL would trip over, or take for the same.
	echo '{"a \"b'\''; --":"x","select":"y"}' | ddbput -q -t odd -k "a \"b'; --,select"
	[ "$(sqlite3 "$(TABLE odd)" 'SELECT "a ""b'\''; --", "select" FROM items')" = 'x|y' ]
	echo '{"Id":"x","id":"y"}' | ddbput -q -t clash -k Id,id
	[ "$(sqlite3 "$(TABLE clash)" 'SELECT pk, sk FROM items')" = 'x|y' ]
	echo '{"item":"x"}' | ddbput -q -t clash2 -k item
	[ "$(sqlite3 "$(TABLE clash2)" 'SELECT pk, item FROM items')" = 'x|{"item":"x"}' ]
	echo '{"a\"b":5}' | ddbput -q -t odd2 -k 'a"b:N'
	[ "$(ddbget -t odd2 5.0)" = '{"a\"b":5}' ]
	[ "$(sqlite3 "$(TABLE odd2)" 'SELECT count(*) FROM items')" = 1 ]
}

@test "a full disk: exit status 75, and what had a receipt is stored" {
	unshare -m true 2>/dev/null || unshare -rm true 2>/dev/null || skip "no mount namespaces"
	local unshare='unshare -rm'
	[ "$(id -u)" != 0 ] || unshare='unshare -m'
	rates 100000 >in
	mkdir small
	# shellcheck disable=SC2016,SC2086 # for the inner shell
	$unshare bash -c 'mount -t tmpfs -o size=4m none small && export FX_HOME=$PWD/small/fx
		status=0; ddbput <in >out 2>err || status=$?; echo $status >status; ddbget >stored'
	[ "$(cat status)" = 75 ]
	[ -s out ]
	[ "$(wc -l <out)" -lt 100000 ]
	sort stored >have
	sort out | comm -23 - have >lost
	[ ! -s lost ]
}

@test "a mark is recognized even if a filter put members before its _pos" {
	printf '%s\n' '{"_pos":"0:1","ticker":"A","last_refreshed":"1"}' '{"ticker":"X","last_refreshed":"2","_pos":"0:1+"}' >lines
	ddbput <lines >receipts
	cmp lines receipts
	[ "$(ddbget | wc -l)" = 1 ]
}

@test "--delete: the receipts are the input, and the items of these keys are deleted" {
	rates 1000 >in
	ddbput -q <in
	# The key in any order and notation, with members that an item could not have.
	{ head -n 400 in && printf '%s\n' '{"last_refreshed":"2025-01-01T00:06:40Z","x":{"a":1,"a":[]},"tick\u0065r":"BTC\/USD"}' \
		'{"ticker":"BTC/USD","last_refreshed":"none"}' && head -n 2 in; } >keys
	ddbput --delete --stats stats <keys | cmp keys -
	ddbget | cmp <(tail -n +402 in) -
	[ "$(jq -c '[.lines, .done, .refused, .present, .exit]' stats)" = '[404,404,0,0,0]' ]
	ddbget | ddbput --delete -q
	[ -z "$(ddbget)" ]
}

@test "--delete refuses a line without a valid key, and deletes the others" {
	rates 3 >in
	ddbput -q <in
	{ head -n 1 in && printf '%s\n' '{"ticker":"BTC/USD"}' '{"ticker":"A","ticker":"A","last_refreshed":"x"}' \
		'{"ticker":1,"last_refreshed":"x"}' '[]' '{' && tail -n 1 in; } >keys
	run -1 --separate-stderr ddbput --delete -x rejects <keys
	[ "$output" = "$(sed 2d in)" ]
	has "$stderr" 'line 2: refused: the key attribute "last_refreshed" is missing'
	has "$stderr" 'line 3: refused: attribute "ticker": it occurs twice'
	has "$stderr" 'line 4: refused: attribute "ticker": it is part of the key and must be a string (S)'
	has "$stderr" 'line 5: refused: not a JSON object'
	[ "$(jq -c .line rejects | tr '\n' ' ')" = '2 3 4 5 6 ' ]
	[ "$(ddbget)" = "$(sed -n 2p in)" ]
	run -2 ddbput --delete <<<'{}'
}

@test "--delete by number and by binary, with positions and marks" {
	printf '{"id":%s}\n' 1 20 3e0 | ddbput -q -t n -k id:N
	printf '%s\n' '{"_pos":"0:1","id":2.0e1}' '{"_pos":"0:1+"}' >keys
	ddbput --delete -t n -k id:N <keys | cmp keys -
	ddbget -t n | cmp - <(printf '{"id":%s}\n' 1 3e0)
	printf '{"id":{"B":"%s"}}\n' AAEC AAED | ddbput -q --typed -t b -k id:B
	ddbget -t b --typed AAEC | ddbput -q --typed --delete -t b
	[ "$(ddbget -t b)" = '{"id":"AAED"}' ]
}

@test "--delete creates no table, and excludes --if-absent and --ttl" {
	run -2 --separate-stderr ddbput --delete -k ticker,last_refreshed <<<"$(rates 1)"
	has "$stderr" "ddbput: there is no table $(TABLE) to delete from"
	[ ! -e "$(TABLE)" ]
	run -2 --separate-stderr ddbput --delete --if-absent
	has "$stderr" "--delete excludes --if-absent and --ttl"
	run -2 ddbput --delete --ttl x
}

has_bytes() {
	[ "$(stat -c %s "$1")" -ge "$2" ]
}

@test "--delete, killed at any moment: what had a receipt is deleted, and nothing else is" {
	rates 20000 >in
	ddbput -q <in
	for i in {1..8}; do
		ddbget >before
		head -n 2400 before >keys
		: >receipts
		# A slow input, so that there are several batches.
		in_background ddbput --delete < <(while read -r line; do echo "$line"; done <keys) >receipts
		wait_for 60 has_bytes receipts $((i * 20000))
		kill -KILL "$background"
		wait "$background" || true
		ddbget >after
		# Whole receipts only.
		head -n "$(wc -l <receipts)" receipts >whole
		[ -z "$(comm -12 <(sort whole) <(sort after))" ]
		tail -n +2401 before | cmp - <(tail -n "$(tail -n +2401 before | wc -l)" after)
		ddbput --delete -q <keys
	done
}
