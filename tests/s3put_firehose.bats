# s3put_firehose: lines to a delivery stream of Firehose (moto, which writes them to a bucket at
# once), and to a server that plays replies.
# shellcheck disable=SC2154 # status, stderr: run

load helper
load aws

# A delivery stream and its bucket.
make_delivery() {
	printf '%s\n' '{"resource":"bucket","name":"s3://archive"}' \
		'{"resource":"role","name":"iam:delivery","tools":["firehose"],"trust":"firehose"}' \
		'{"resource":"delivery","name":"firehose:rates","role":"iam:delivery"}' | fxstack deploy >/dev/null
}

# What is in the bucket: the lines of all objects.
contents() {
	aws_py 'pages = s3.get_paginator("list_objects_v2").paginate(Bucket="archive")
for page in pages:
    for one in page.get("Contents", ()):
        sys.stdout.write(s3.get_object(Bucket="archive", Key=one["Key"])["Body"].read().decode())'
}

# lines COUNT [BYTES]: with positions.
lines() {
	awk -v count="$1" -v bytes="${2-0}" 'BEGIN {
		for (fill = "x"; length(fill) < bytes;)
			fill = fill fill
		fill = substr(fill, 1, bytes)
		for (i = 1; i <= count; i++)
			printf "{\"_pos\":\"0:%d\",\"n\":%d,\"fill\":\"%s\"}\n", i, i, fill
	}'
}

@test "lines are delivered byte for byte, each with a newline; marks are passed on in their place" {
	make_delivery
	aws_through '{}'
	{
		echo '{"_pos":"0:0+"}'
		lines 1203
		echo '{"_pos":"0:1203+"}'
		echo '{"_pos":"1:5","_raw":"/wA="}'
		echo '{"text":"ü & no position"}'
	} >in
	s3put --stats statistics firehose:rates <in | cmp - in
	contents | sort >got
	grep -v '+"}' in | sort | cmp - got
	holds '.lines == 1205 and .done == 1205 and .marks == 2 and .retries == 0 and .exit == 0' statistics
	jq -s 'map(select(.action == "PutRecordBatch").records)' "$AWS_FAULTS/log" >sizes
	holds 'add == 1205 and length <= 6 and max == 500' sizes
}

@test "records that Firehose does not take are sent again, and only those" {
	make_delivery
	aws_through '{"seed":2,"rules":[{"action":"PutRecordBatch","fault":"partial","share":0.4,"times":6}]}'
	lines 1000 >in
	s3put --stats statistics firehose:rates <in | cmp - in
	contents | sort >got
	sort in | cmp - got
	holds '.retries > 100 and .throttled >= 2' statistics
	aws_script '{"seed":2,"rules":[{"action":"PutRecordBatch","fault":"partial","share":1,"code":"InternalFailure","times":1}]}'
	s3put -q firehose:rates <<<'{"n":"again"}'
	[ "$(contents | grep -c again)" = 1 ]
}

@test "throttled, cut off, internal errors: all lines arrive" {
	make_delivery
	aws_through '{"seed":5,"rules":[{"action":"PutRecordBatch","fault":"any","chance":0.4}]}'
	lines 3000 >in
	s3put -j 3 firehose:rates <in | cmp - in
	contents | sort -u >got
	sort in | cmp - got
}

@test "a call has at most 4 MiB; a line with its newline at most 1000 KiB" {
	make_delivery
	aws_through '{}'
	{
		lines 9 700000
		echo '{"n":'"$(head -c 1023993 /dev/zero | tr '\0' 1)"'}'
	} >in
	s3put -q firehose:rates <in
	contents | sort >got
	sort in | cmp - got
	{
		lines 1
		echo '{"n":'"$(head -c 1023994 /dev/zero | tr '\0' 1)"'}'
		lines 1
	} >in
	run -2 --separate-stderr s3put firehose:rates <in
	[ "$output" = "$(lines 1)" ]
	has "$stderr" "line 2: refused: 1024000 bytes long, 1023999 is the most that Firehose takes"
}

@test "what is not a JSON object is refused" {
	make_delivery
	printf '%s\n' '{"n":1}' '[1]' '{"n":' '"x"' '{"n":2}' >in
	run -1 --separate-stderr s3put -x rejects firehose:rates <in
	[ "$(contents | sort)" = $'{"n":1}\n{"n":2}' ]
	[ "$(jq -r .line rejects | tr '\n' ' ')" = '2 3 4 ' ]
}

@test "no such delivery stream, one that reads a stream, other settings: exit status 2" {
	run -2 --separate-stderr s3put firehose:rates <<<'{"n":1}'
	[ -z "$output" ]
	has "$stderr" "Firehose PutRecordBatch: ResourceNotFoundException"
	run -2 --separate-stderr s3put firehose:a/b <<<'{"n":1}'
	has "$stderr" '"a/b" is not the name of a delivery stream'
	run -2 --separate-stderr s3put --sse AES256 firehose:rates <<<'{"n":1}'
	has "$stderr" "--sse is for S3"
	make_delivery
	aws_through '{"rules":[{"action":"PutRecordBatch","fault":"refuse","code":"InvalidArgumentException",
		"message":"This operation is not permitted on KinesisStreamAsSource delivery stream type."}]}'
	run -2 --separate-stderr s3put -x rejects firehose:rates <<<'{"n":1}'
	has "$stderr" "not permitted on KinesisStreamAsSource"
	[ ! -s rejects ]
}

@test "a call that is refused for its content is halved until the line at fault is alone" {
	make_delivery
	aws_through '{"rules":[{"action":"PutRecordBatch","fault":"refuse","code":"InvalidArgumentException",
		"message":"a record is no good","holds":"'"$(printf '{"n":"bad"}\n' | base64)"'"}]}'
	{ lines 20 && echo '{"n":"bad"}' && lines 20; } >in
	run -1 --separate-stderr s3put -x rejects firehose:rates <in
	[ "$(jq -c .record rejects)" = '{"n":"bad"}' ]
	has "$(cat rejects)" "a record is no good"
	[ "$(contents | wc -l)" = 40 ]
}

@test "replies that do not say what became of each record: sent again" {
	serve <<-'END'
		{"answers":[{"body":"{\"FailedPutCount\":0}"},
			{"body":"{\"FailedPutCount\":0,\"RequestResponses\":[{\"RecordId\":\"r\"},{\"RecordId\":\"r\"}]}"},
			{"body":"<html>"},
			{"body":"{\"FailedPutCount\":1,\"RequestResponses\":[{\"ErrorCode\":\"ServiceUnavailableException\",\"ErrorMessage\":\"Slow \\u001b[31mdown.\"}]}"},
			{"body":"{\"FailedPutCount\":0,\"Encrypted\":false,\"RequestResponses\":[{\"RecordId\":\"r\"}]}"}]}
	END
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	echo '{"n":1}' >in
	s3put firehose:rates <in 2>err | cmp - in
	[ "$(jq -s 'map(select(.headers)) | length' server/log)" = 5 ]
	not grep -q $'\033' err
}

@test "killed while it sends: what has a receipt was accepted" {
	local round
	make_delivery
	lines 20000 >in
	aws_through '{}'
	for round in 1 2; do
		: >out
		in_background s3put firehose:rates <in >out
		wait_for 60 eval "[ \$(wc -l <out) -ge $((round * 900)) ]"
		kill -KILL "$background"
		status_of "$background"
		# The last line may be cut off: it is no receipt.
		head -n "$(wc -l <out)" out | sort >receipted
		[ -s receipted ]
		contents | sort -u >there
		[ -z "$(comm -23 receipted there)" ]
	done
}
