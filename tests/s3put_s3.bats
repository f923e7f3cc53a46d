# s3put to S3: moto, through a proxy in which requests fail, and a server that plays replies.
# shellcheck disable=SC2030,SC2031,SC2094,SC2154 # each test is a shell of its own; status, stderr: run

load helper
load aws

setup() {
	set -o pipefail
	aws_reset
}

make_bucket() {
	aws_py 'boto3.client("s3").create_bucket(Bucket="archive")'
}

# objects: KEY TAB SIZE of each object. contents: their lines.
objects() {
	aws_py '
for item in boto3.client("s3").list_objects_v2(Bucket="archive").get("Contents", []):
	print(item["Key"], item["Size"], sep="\t")'
}

contents() {
	aws_py '
import gzip
s3 = boto3.client("s3")
for item in s3.list_objects_v2(Bucket="archive").get("Contents", []):
	data = s3.get_object(Bucket="archive", Key=item["Key"])["Body"].read()
	sys.stdout.buffer.write(gzip.decompress(data) if item["Key"].endswith(".gz") else data)'
}

uploads() {
	aws_py 'print(len(boto3.client("s3").list_multipart_uploads(Bucket="archive").get("Uploads", [])))'
}

line() {
	printf '{"_pos":"%s","ticker":"%s","last_refreshed":"2025-10-21T14:30:00Z"}\n' "$1" "$2"
}

# Two lines of 9 MiB in one object, which is uploaded in parts if it is not compressed.
large() {
	line 0:1 A
	head -c 9400000 /dev/zero | tr '\0' x | sed 's/^/{"_pos":"0:2","ticker":"A","last_refreshed":0,"x":"/; s/$/"}\n/'
	head -c 9400000 /dev/zero | tr '\0' y | sed 's/^/{"_pos":"0:3","ticker":"A","last_refreshed":0,"x":"/; s/$/"}\n/'
}

serve_s3() {
	serve
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
}

@test "objects in a bucket, as boto3 lists and reads them; storing them again changes nothing" {
	make_bucket
	aws_through '{}'
	{ line 0:1 BTC/USD && line 0:2 BTC/USD && line 1:9 ETH/USD; } >in
	s3put s3://archive/of/rates <in | cmp - in
	[ "$(objects | cut -f1 | sed 's/_[0-9a-f]*\.ndjson/_DIGEST.ndjson/')" = 'of/rates/ticker=BTC%2FUSD/dt=2025-10-21/hour=14/0_1_2_DIGEST.ndjson.gz
of/rates/ticker=ETH%2FUSD/dt=2025-10-21/hour=14/1_9_9_DIGEST.ndjson.gz' ]
	contents | cmp - in
	s3put -v s3://archive/of/rates/ <in 2>err | cmp - in
	[ "$(grep -c 'already there' err)" = 2 ]
	[ "$(objects | wc -l)" = 2 ]
	[ -z "$(find "$FX_HOME/spool" -type f)" ]
}

@test "--sse and --storage-class are what the objects have" {
	make_bucket
	line 0:1 A | s3put -q --sse aws:kms:1234abcd --storage-class STANDARD_IA s3://archive
	[ "$(aws_py '
s3 = boto3.client("s3")
head = s3.head_object(Bucket="archive", Key=s3.list_objects_v2(Bucket="archive")["Contents"][0]["Key"])
print(head["ServerSideEncryption"], head["SSEKMSKeyId"], head["StorageClass"], head["ContentType"])')" = \
		'aws:kms 1234abcd STANDARD_IA application/gzip' ]
	run -2 --separate-stderr s3put --sse des s3://archive </dev/null
	run -2 --separate-stderr s3put --storage-class 'A B' s3://archive </dev/null
	run -2 --separate-stderr s3put --sse AES256 directory </dev/null
	run -2 --separate-stderr s3put s3:/// </dev/null
}

@test "an object above 16 MiB is uploaded in parts, with checksums" {
	make_bucket
	aws_through '{}'
	large >in
	s3put --compress none --partition ticker s3://archive <in | cmp - in
	contents | cmp - in
	grep -q '"action": "POST uploads"' "$AWS_FAULTS/log"
	[ "$(grep -c '"action": "PUT partNumber"' "$AWS_FAULTS/log")" = 3 ]
	[ "$(uploads)" = 0 ]
	[ -z "$(find "$FX_HOME/spool" -type f)" ]
}

@test "503 SlowDown, requests that are cut off, replies that are lost: all is stored, each object once" {
	make_bucket
	aws_through '{"rules":[
		{"action":"PUT.*","fault":"error","status":503,"code":"SlowDown","times":2},
		{"action":"PUT.*","fault":"reset","times":2},
		{"action":"PUT","fault":"lost","times":1},
		{"action":"POST.*","fault":"lost","times":1},
		{"action":"PUT partNumber","fault":"cut","times":1}]}'
	large >in
	line 0:4 B >>in
	AWS_MAX_ATTEMPTS=2 s3put --stats statistics --compress none --partition ticker s3://archive <in 2>err | cmp - in
	contents | cmp - in
	[ "$(objects | wc -l)" = 2 ]
	# How many there are depends on which request each fault meets.
	holds '.retries >= 3 and .throttled == 2 and .batches == 2' statistics
	# The one whose id was lost is aborted at the next start.
	[ "$(uploads)" = 1 ]
	s3put s3://archive </dev/null
	[ "$(uploads)" = 0 ]
}

@test "an upload in parts that fails for good is aborted; the lines have no receipt" {
	make_bucket
	aws_through '{"rules":[{"action":"PUT partNumber","fault":"error","status":403,"code":"AccessDenied","skip":1}]}'
	large >in
	run -2 --separate-stderr s3put --compress none --partition ticker s3://archive <in
	[ -z "$output" ]
	has "$stderr" "a policy must allow s3:PutObject"
	[ "$(uploads)" = 0 ]
	[ -z "$(objects)" ]
}

@test "an upload in parts that cannot be aborted: the next start aborts it" {
	make_bucket
	aws_through '{"rules":[{"action":"PUT partNumber","fault":"error","status":403,"code":"AccessDenied","skip":1},
		{"action":"DELETE.*","fault":"error","status":500,"code":"InternalError"}]}'
	large >in
	AWS_MAX_ATTEMPTS=1 run -2 --separate-stderr s3put --compress none --partition ticker s3://archive <in
	has "$stderr" "a policy must allow s3:PutObject"
	[ "$(uploads)" = 1 ]
	# A damaged note does not hide the next one.
	sed -i "1i damaged" "$FX_HOME"/spool/uploads-*
	AWS_ENDPOINT_URL=$AWS_MOTO s3put s3://archive </dev/null
	[ "$(uploads)" = 0 ]
	[ -z "$(find "$FX_HOME/spool" -type f)" ]
}

@test "SIGKILL in an upload in parts: the next start aborts it, and none of others" {
	make_bucket
	aws_py 'boto3.client("s3").create_multipart_upload(Bucket="archive", Key="of/another")'
	aws_through '{"rules":[{"action":"PUT partNumber","fault":"stall","skip":1}]}'
	large >in
	in_background s3put --compress none --partition ticker s3://archive/of <in >out
	wait_for 60 grep -q '"action": "PUT partNumber"' "$AWS_FAULTS/log"
	kill -KILL "$background"
	wait_for 20 is_ended "$background"
	[ "$(uploads)" = 2 ]
	[ ! -s out ]
	AWS_ENDPOINT_URL=$AWS_MOTO s3put -v s3://archive/of </dev/null 2>err
	grep -q 'aborted an unfinished upload of of/ticker=A/' err
	[ "$(uploads)" = 1 ]
	[ -z "$(find "$FX_HOME/spool" -type f)" ]
}

@test "DuckDB and s3get read what s3put has stored, each record once" {
	rates 50 >in
	awk '{ print "{\"_pos\":\"0:" NR "\"," substr($0, 2) }' in >positioned
	s3put -q --compress zstd archive <positioned
	# As after a crash: some are in another object, too.
	tail -n 20 positioned | s3put -q --compress zstd archive
	[ "$(find archive -name '*.zst' | wc -l)" = 2 ]
	[ "$(aws_python -c '
import duckdb
print(duckdb.sql("""SELECT ticker, CAST(dt AS VARCHAR), count(*), count(DISTINCT _pos) FROM
	read_json("archive/**/*.zst", format = "newline_delimited", hive_partitioning = true) GROUP BY ALL""").fetchall())')" = \
		"[('BTC/USD', '2025-01-01', 70, 50)]" ]
	s3get archive | sed 's/"_pos":"[^"]*",//' | cmp - in
}

@test "409 is sent again; 412 says that the object is there" {
	serve_s3 <<-'END'
		{"answers":[
			{"status":409,"headers":{"Content-Type":"application/xml"},"body":"<Error><Code>ConditionalRequestConflict</Code><Message>again</Message></Error>"},
			{"status":412,"headers":{"Content-Type":"application/xml"},"body":"<Error><Code>PreconditionFailed</Code><Message>there</Message></Error>"}]}
	END
	line 0:1 A >in
	s3put -v s3://archive <in 2>err | cmp - in
	grep -q 'already there' err
	[ "$(jq -s 'map(select(.headers)) | length' server/log)" = 2 ]
	holds -s '.[0].headers["If-None-Match"] == "*"' server/log
}

@test "412 for lines without positions: an object of another process has the name, so it gets another" {
	serve_s3 <<-'END'
		{"answers":[
			{"status":412,"headers":{"Content-Type":"application/xml"},"body":"<Error><Code>PreconditionFailed</Code><Message>there</Message></Error>"},
			{"status":503,"headers":{"Content-Type":"application/xml"},"body":"<Error><Code>SlowDown</Code><Message>later</Message></Error>"},
			{"status":412,"headers":{"Content-Type":"application/xml"},"body":"<Error><Code>PreconditionFailed</Code><Message>there</Message></Error>"}]}
	END
	echo '{"x":1}' >in
	s3put -v --partition '' s3://archive <in 2>err | cmp - in
	# The second call may have stored it, although its reply says otherwise.
	grep -q 'already there' err
	[ "$(jq -r 'select(.headers) | .target' server/log | uniq -c | awk '{ print $1 }')" = $'1\n2' ]
}

@test "an object is stored once S3 names its tag, not when a proxy answers with 200" {
	serve_s3 <<-'END'
		{"answers":[
			{"status":200,"headers":{"Content-Type":"text/html"},"body":"<html>sign in</html>"},
			{"status":204},
			{"status":200,"headers":{"ETag":"\"1\""}},
			{"status":412,"headers":{"Content-Type":"text/html"},"body":"<html></html>"}]}
	END
	line 0:1 A >in
	s3put --stats statistics s3://archive <in | cmp - in
	[ "$(jq -s 'map(select(.headers)) | length' server/log)" = 3 ]
	holds '.retries == 2' statistics
	run -2 --separate-stderr s3put s3://archive <in
	[ -z "$output" ]
	has "$stderr" 412
}

@test "no such bucket: exit status 2, and no receipt" {
	run -2 --separate-stderr s3put s3://archive/x < <(line 0:1 A)
	[ -z "$output" ]
	has "$stderr" NoSuchBucket
}

@test "nobody answers: exit status 75 on SIGTERM, and no receipt" {
	serve_s3 <<<'{"answers":[{"status":503,"body":""}]}'
	line 0:1 A >in
	in_background s3put s3://archive <in >out 2>err
	wait_for 20 grep -q 503 err
	kill -TERM "$background"
	wait_for 20 is_ended "$background"
	[ ! -s out ]
}
