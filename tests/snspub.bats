# snspub: lines to a topic: SNS (moto, with SQS behind it, and a server that plays replies) and
# webhooks on loopback.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status, stderr: run

load helper
load aws

# A topic with a queue behind it; its ARN in $topic. make_topic NAME [RAW]
make_topic() {
	topic=$(aws_py '
import os
session = boto3.session.Session()
sns, sqs = session.client("sns"), session.client("sqs")
name, raw = sys.argv[1], sys.argv[2]
fifo = {"FifoTopic": "true"} if name.endswith(".fifo") else {}
topic = sns.create_topic(Name=name, Attributes=fifo)["TopicArn"]
queue = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if fifo else {})["QueueUrl"]
arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": raw})
print(topic)' "$1" "${2-true}")
}

# received NAME: what is in the queue, as SQS gives it, a line each.
received() {
	aws_py '
sqs = boto3.session.Session().client("sqs")
queue = sqs.get_queue_url(QueueName=sys.argv[1])["QueueUrl"]
while True:
	some = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"],
		MessageAttributeNames=["All"]).get("Messages", [])
	if not some:
		break
	for message in some:
		print(json.dumps(message))
		sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])' "$1"
}

# A secret with the URL of the webhook on that server.
hook() {
	(umask 077 && echo "http://127.0.0.1:$port/services/T0SECRETPART/B0SECRETPART" >hook)
}

# The bodies that the server got, a line of JSON each.
bodies() {
	jq -c 'select(.body) | .body' server/log
}

# An SNS that plays replies: batch REPLY…: {"answers"} for PublishBatch.
batch() {
	serve < <(jq -n '{answers: [$ARGS.positional[] | if startswith("{") then fromjson else {body: .} end]}' --args "$@")
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	topic=arn:aws:sns:eu-west-1:123456789012:alerts
}

# reply MEMBER…: of PublishBatch; "+0": entry 0 is done; "-0 CODE FAULT": it failed.
reply() {
	local member id code fault done='' failed=''
	for member; do
		read -r id code fault <<<"$member"
		case $id in
		+*) done+="<member><Id>${id#+}</Id><MessageId>x</MessageId></member>" ;;
		*) failed+="<member><Id>${id#-}</Id><Code>$code</Code><Message>why &amp; where</Message><SenderFault>$fault</SenderFault></member>" ;;
		esac
	done
	printf '<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Failed>%s</Failed><Successful>%s</Successful></PublishBatchResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>' \
		"$failed" "$done"
}

# The messages of each call, as a line of JSON.
published() {
	jq -r 'select(.body) | .body' server/log | aws_python -c '
import json, sys, urllib.parse
for line in sys.stdin:
	form = dict(urllib.parse.parse_qsl(line.rstrip("\n"), keep_blank_values=True))
	prefix = "PublishBatchRequestEntries.member."
	print(json.dumps([form[prefix + str(i) + ".Message"] for i in range(1, 11) if prefix + str(i) + ".Message" in form]))'
}

@test "SNS: lines arrive unchanged, without positions; receipts and marks in order" {
	make_topic alerts
	{
		echo '{"_pos":"0:4+"}'
		for i in {1..25}; do
			echo '{"_pos":"0:'"$((i + 4))"'","ticker":"BTC/USD","rate":45000.5000000'"$i"',"text":"ü & \"<x>\" 100%"}'
		done
		echo '{"_pos":"0:29+"}'
	} >in
	snspub -t "$topic" --stats stats <in | cmp in -
	holds '.lines == 25 and .done == 25 and .marks == 2 and .exit == 0' stats
	received alerts | jq -r .Body | sort >got
	grep -v '+"' in | sed 's/"_pos":"[^"]*",//' | sort | cmp - got
}

@test "SNS: a topic by its name, for which the account is asked once" {
	make_topic alerts
	aws_through '{}'
	yes text | head -n 30 | snspub -q -t sns:alerts
	[ "$(jq -s 'map(select(.action == "GetCallerIdentity")) | length' "$AWS_FAULTS/log")" = 1 ]
	[ "$(received alerts | wc -l)" = 30 ]
	: >"$AWS_FAULTS/log"
	run -2 --separate-stderr snspub -q -t 'sns:a/b' <<<text
	has "$stderr" '"a/b" is not the name of a topic'
	[ ! -s "$AWS_FAULTS/log" ]
}

@test "SNS: text and subject from members, attributes String, Number and String.Array" {
	make_topic alerts false
	cat >in <<-'END'
		{"ticker":"BTC/USD","rate":45000.50000000,"tags":["a",1],"up":true,"none":null,"empty":""}
		{"rate":1e5,"ticker":"\u00c4\u20ac \"x\""}
	END
	snspub -t "$topic" --text '{{{ticker}}} is at {rate}' --subject 'Alert: {ticker}' \
		--attribute ticker,rate,tags,up,none,empty,absent <in | cmp in -
	received alerts | jq -c '.Body | fromjson | [.Message, .Subject, .MessageAttributes]' | sort >got
	cat >want <<-'END'
		["{BTC/USD} is at 45000.50000000","Alert: BTC/USD",{"ticker":{"Type":"String","Value":"BTC/USD"},"rate":{"Type":"Number","Value":"45000.50000000"},"tags":{"Type":"String.Array","Value":"[\"a\",1]"},"up":{"Type":"String","Value":"true"}}]
		["{Ä€ \"x\"} is at 1e5","Alert: Ä€ \"x\"",{"ticker":{"Type":"String","Value":"Ä€ \"x\""},"rate":{"Type":"Number","Value":"1e5"}}]
	END
	diff <(jq -cS . want | sort) <(jq -cS . got | sort)
}

@test "SNS: _raw is decoded; a line that is not UTF-8, empty or too long is refused" {
	make_topic alerts
	{
		echo '{"_pos":"0:1","_raw":"aGVsbG8Kd29ybGQ="}'
		echo '{"_pos":"0:2","_raw":"//4="}'
		printf '{"a":"%0262144d"}\n' 0
		printf '{"a":"%0262136d"}\n' 0
		echo 'plain text'
	} >in
	run -1 --separate-stderr snspub -t "$topic" -x rejects <in
	has "$stderr" 'line 2: refused: the message would not be UTF-8'
	has "$stderr" 'line 3: refused: the message would be 262152 bytes long with its attributes, 262144 is the most'
	[ "$(jq -c .line rejects)" = $'2\n3' ]
	received alerts | jq -r .Body | sort >got
	{
		printf 'hello\nworld\nplain text\n'
		sed -n 4p in
	} | sort | cmp - got
}

@test "SNS: up to ten messages and 256 KiB in a call" {
	batch "$(reply +{0..9})"
	seq 95 >in
	snspub -q -t "$topic" <in
	published | jq -s 'map(length) | max == 10 and add == 95' | grep true
	published | jq -r '.[]' | sort -n | cmp - in
	: >server/log
	awk 'BEGIN { for (i = 1; i <= 8; i++) printf "%d%099999d\n", i, 0 }' >in
	snspub -q -j 1 -t "$topic" <in
	published | jq -s 'map(length) | max == 2 and add == 8' | grep true
}

@test "SNS: an entry that failed is sent again by itself, or refused; the others are done" {
	batch "$(reply '+0' '-1 InternalFailure false' '-2 InvalidParameter true' '+3')" "$(reply +0)"
	printf 'a\nb\nc\nd\n' >in
	run -1 --separate-stderr snspub -t "$topic" -x rejects --stats stats <in
	[ "$output" = $'a\nb\nd' ]
	has "$stderr" 'line 3: refused: SNS: InvalidParameter: why & where'
	[ "$(published)" = $'["a", "b", "c", "d"]\n["b"]' ]
	holds '.done == 3 and .refused == 1 and .retries == 1' stats
}

@test "SNS: throttled, cut, incomplete and strange replies: sent again until each has a result" {
	batch '{"status":429,"body":"<ErrorResponse><Error><Type>Sender</Type><Code>Throttled</Code><Message>slow</Message></Error></ErrorResponse>"}' \
		'{"body":"<PublishBatchResponse><PublishBatchResult>","cut":20}' \
		"$(reply '-0 Throttled true' '+1')" \
		'<PublishBatchResponse><PublishBatchResult><Failed/><Successful/></PublishBatchResult></PublishBatchResponse>' \
		'<PublishBatchResponse><PublishBatchResult/></PublishBatchResponse>' \
		"$(reply '+7')" "$(reply '+0')"
	printf 'a\nb\n' >in
	snspub -t "$topic" --stats stats <in 2>err | cmp in -
	[ "$(published | tail -n 1)" = '["a"]' ]
	holds '.done == 2 and .throttled == 2' stats
}

@test "SNS: what needs attention ends with 2, and nothing has a receipt that was not sent" {
	batch "$(reply '+0' '-1 KMSAccessDenied true')"
	run -2 --separate-stderr snspub -t "$topic" <<<$'a\nb'
	[ "$output" = a ]
	has "$stderr" 'KMSAccessDenied: why & where: check the topic'
	batch '{"status":403,"body":"<ErrorResponse><Error><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>"}'
	run -2 --separate-stderr snspub -t "$topic" <<<a
	[ -z "$output" ]
	has "$stderr" 'AuthorizationError: not allowed; a policy must allow sns:Publish'
	not has "$stderr" 'sns:PublishBatch'
	make_topic alerts
	AWS_ENDPOINT_URL=$AWS_MOTO run -2 --separate-stderr snspub -t "${topic}x" <<<a
	has "$stderr" NotFound
}

@test "SNS: a call refused for one message is halved until the line is found" {
	serve < <(jq -n '{routes: [{match: "Message=bad", answers: [{status: 400,
			body: "<ErrorResponse><Error><Code>InvalidParameter</Code><Message>Invalid parameter: Message</Message></Error></ErrorResponse>"}]},
		{match: "", answers: [{body: $done}]}]}' --arg done "$(reply +{0..9})")
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	printf '%s\n' a b bad c d e >in
	run -1 --separate-stderr snspub -t arn:aws:sns:eu-west-1:123456789012:alerts -x rejects <in
	[ "$output" = "$(grep -v bad in)" ]
	has "$stderr" 'line 3: refused: SNS PublishBatch: InvalidParameter'
}

@test "FIFO: the order of each group is kept, one of a group in a call; a repeat is not delivered twice" {
	make_topic alerts.fifo
	awk 'BEGIN { for (i = 1; i <= 40; i++) printf "{\"_pos\":\"0:%d\",\"ticker\":\"t%d\",\"n\":%d}\n", i, i % 3, i }' >in
	snspub -t "$topic" --group-id ticker <in | cmp in -
	head -n 20 in | snspub -q -t "$topic" --group-id ticker
	received alerts.fifo >got
	[ "$(wc -l <got)" = 40 ]
	for i in 0 1 2; do
		jq -r '.Body | fromjson | select(.ticker == "t'$i'") | .n' got | sort -n -c
	done
	[ "$(jq -r '.Attributes.MessageGroupId' got | sort -u | paste -sd,)" = t0,t1,t2 ]
}

@test "FIFO: an entry that failed precedes those of its group; two lines of one record are two" {
	batch "$(reply '-0 InternalError false' '+1')" "$(reply '+0' '+1')" "$(reply +0)"
	topic+=.fifo
	printf '%s\n' '{"_pos":"0:7","g":"a","n":1}' '{"_pos":"0:7","g":"a","n":2}' '{"_pos":"0:8","g":"b","n":3}' >in
	snspub -t "$topic" --group-id g <in | cmp in -
	[ "$(published)" = $'["{\\"g\\":\\"a\\",\\"n\\":1}", "{\\"g\\":\\"b\\",\\"n\\":3}"]\n["{\\"g\\":\\"a\\",\\"n\\":1}"]\n["{\\"g\\":\\"a\\",\\"n\\":2}"]' ]
	jq -r 'select(.body) | .body' server/log | grep -o 'MessageDeduplicationId=[^&]*' >ids
	[ "$(sort -u ids | wc -l)" = 3 ]
	[ "$(grep -c '=0%3A7%2F' ids)" = 3 ]
	run -1 --separate-stderr snspub -t "$topic" --group-id g --deduplication-id d -x rejects <<<'{"g":"a b","d":"x"}'
	has "$stderr" 'line 1: refused: member "g" is not an id'
	run -1 --separate-stderr snspub -t "$topic" --group-id g -x rejects <<<'{"g":null}'
	has "$stderr" 'line 1: refused: member "g" is null'
}

@test "a record without the members of a template: refused by line, and set aside" {
	make_topic alerts
	cat >in <<-'END'
		{"ticker":"A","rate":1}
		{"ticker":"B"}
		{"ticker":"C","rate":null}
		not JSON
		{"ticker":"D","ticker":"E","rate":1}
		{"ticker":"a\nb","rate":2}
		{"ticker":"F","rate":{"x":[1]}}
	END
	run -1 --separate-stderr snspub -t "$topic" --text '{rate}' --subject '{ticker}' -x rejects <in
	[ "$output" = "$(sed -n '1p;7p' in)" ]
	has "$stderr" 'line 2: refused: member "rate" is missing'
	has "$stderr" 'line 3: refused: member "rate" is null'
	has "$stderr" 'line 4: refused: not a JSON object'
	has "$stderr" 'line 5: refused: member "ticker" occurs twice'
	has "$stderr" 'line 6: refused: the subject would hold a line break'
	[ "$(received alerts | jq -r .Body | sort)" = $'1\n{"x":[1]}' ]
}

@test "options that are not valid, or do not fit the topic: exit status 2, before anything is read" {
	local url=https://hooks.example/SECRET arn=arn:aws:sns:us-east-1:123456789012:a
	(umask 077 && echo "$url" >hook && echo http://example.com/x >plain && echo 'https://a b' >blank && : >empty)
	while IFS='|' read -r options text; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr snspub $options <<<x
		has "$stderr" "$text"
		not has "$stderr" "$url"
		[ -z "$output" ]
	done <<-END
		-q|-t
		-t $url|does not belong on a command line
		-t alerts|neither one of SNS
		-t arn:aws:sqs:us-east-1:123456789012:a|is not the ARN of a topic
		-t arn:aws:sns:us-east-1:123456789012|is not the ARN of a topic
		-t arn:aws:sns:us-east-1:123456789012:a:b|is not the ARN of a topic
		-t $arn --text {a|the "{" at byte 1 is not part of a {MEMBER}
		-t $arn --text a}|the "}" at byte 2
		-t $arn --text {}|the {} at byte 1 names no member
		-t $arn --subject {|--subject: the "{" at byte 1
		-t $arn --attribute a,,b|is not a name that SNS accepts
		-t $arn --attribute a,a|named twice
		-t $arn --attribute AWS.a|is not a name that SNS accepts
		-t $arn --attribute a,b,c,d,e,f,g,h,i,j,k|more than 10
		-t $arn --group-id a|--group-id is for FIFO topics
		-t $arn --format slack|--format is for webhooks
		-t $arn.fifo|requires --group-id
		-t $arn.fifo --group-id a -j 2|leave -j out
		-t file:hook --attribute a|are for SNS, not for webhooks
		-t file:hook --subject a|--subject is for SNS and for --format ntfy
		-t file:plain|plain http to another machine
		-t file:blank|holds a blank
		-t file:empty|empty
		-t file:absent|absent
		-t file:hook --format teams|teams
	END
	chmod 644 hook
	run -2 --separate-stderr snspub -t file:hook <<<x
	not has "$stderr" "$url"
}

@test "webhook: each format's body, type and title" {
	serve <<<'{"answers":[{"status":204}]}'
	hook
	cat >in <<-'END'
		{"_pos":"0:1","ticker":"A&B <x>","rate":1.500,"text":"ü\"\n\u0007"}
	END
	local format
	for format in line slack discord telegram ntfy; do
		snspub -t file:hook --format "$format" <in | cmp in -
		snspub -q -t file:hook --format "$format" --text '<{ticker}>: {rate}{text}' <in
	done
	snspub -q -t file:hook --format ntfy --subject 'Ä {ticker}' --text '{rate}' <in
	echo plain | snspub -q -t file:hook
	jq -r 'select(.body) | [.headers["Content-Type"], .headers.Title // "", .body] | tojson' server/log >got
	cat >want <<-'END'
		["application/json","","{\"ticker\":\"A&B <x>\",\"rate\":1.500,\"text\":\"ü\\\"\\n\\u0007\"}"]
		["text/plain; charset=utf-8","","<A&B <x>>: 1.500ü\"\n\u0007"]
		["application/json","","{\"text\":\"{\\\"ticker\\\":\\\"A&amp;B &lt;x&gt;\\\",\\\"rate\\\":1.500,\\\"text\\\":\\\"ü\\\\\\\"\\\\n\\\\u0007\\\"}\"}"]
		["application/json","","{\"text\":\"<A&amp;B &lt;x&gt;>: 1.500ü\\\"\\n\\u0007\"}"]
		["application/json","","{\"content\":\"{\\\"ticker\\\":\\\"A&B <x>\\\",\\\"rate\\\":1.500,\\\"text\\\":\\\"ü\\\\\\\"\\\\n\\\\u0007\\\"}\",\"allowed_mentions\":{\"parse\":[]}}"]
		["application/json","","{\"content\":\"<A&B <x>>: 1.500ü\\\"\\n\\u0007\",\"allowed_mentions\":{\"parse\":[]}}"]
		["application/x-www-form-urlencoded","","text=%7B%22ticker%22%3A%22A%26B+%3Cx%3E%22%2C%22rate%22%3A1.500%2C%22text%22%3A%22%C3%BC%5C%22%5Cn%5Cu0007%22%7D"]
		["application/x-www-form-urlencoded","","text=%3CA%26B+%3Cx%3E%3E%3A+1.500%C3%BC%22%0A%07"]
		["text/plain; charset=utf-8","","{\"ticker\":\"A&B <x>\",\"rate\":1.500,\"text\":\"ü\\\"\\n\\u0007\"}"]
		["text/plain; charset=utf-8","","<A&B <x>>: 1.500ü\"\n\u0007"]
		["text/plain; charset=utf-8","Ã\u0084 A&B <x>","1.500"]
		["text/plain; charset=utf-8","","plain"]
	END
	diff <(jq -c . want) <(jq -c . got)
}

@test "webhook: lines of text, of which the first may begin like an array; blank lines are ignored" {
	serve <<<'{"answers":[{}]}'
	hook
	printf '[WARN] disk full\n\n[1]\nlast\n' | snspub -t file:hook --stats stats >out
	printf '[WARN] disk full\n[1]\nlast\n' | cmp - out
	[ "$(bodies | xargs -d '\n')" = '"[WARN] disk full" "[1]" "last"' ]
	holds '.lines == 3 and .done == 3 and .blank == 1' stats
}

@test "webhook: a text longer than the service takes is refused" {
	serve <<<'{"answers":[{}]}'
	hook
	local format most
	while read -r format most; do
		run -1 --separate-stderr snspub -x rejects -t file:hook --format "$format" < <(
			head -c "$most" /dev/zero | tr '\0' x
			printf '\n'
			head -c "$((most + 1))" /dev/zero | tr '\0' x
			printf '\n'
		)
		[ "${#output}" = "$most" ]
		has "$stderr" "line 2: refused: the message would be $((most + 1)) characters long"
	done <<-'END'
		discord 2000
		telegram 4096
		slack 40000
	END
}

@test "webhook: 400, 413 and 422 refuse the line, the next is sent" {
	serve <<<'{"answers":[{"status":204},{"status":400,"body":"invalid_payload\n"},{"status":413},{"status":422,"body":"/services/T0SECRETPART/B0SECRETPART"},{}]}'
	hook
	run -1 --separate-stderr snspub -t file:hook -x rejects < <(seq 6)
	[ "$output" = $'1\n5\n6' ]
	has "$stderr" 'line 2: refused: webhook file:hook: status 400 (invalid_payload)'
	has "$stderr" 'line 4: refused: webhook file:hook: status 422 ('
	not has "$stderr" SECRETPART
	not grep SECRETPART rejects
	[ "$(bodies | jq -s -c .)" = '["1","2","3","4","5","6"]' ]
}

@test "webhook: 429, 5xx, a cut answer and none: sent again in order, as Retry-After and the body ask" {
	serve <<<'{"answers":[{"status":429,"headers":{"Retry-After":"1"}},{"status":500},{"close":true},
		{"status":200,"body":"0123456789","cut":5},{"status":204,"headers":{"X-RateLimit-Remaining":"0","X-RateLimit-Reset-After":"0.7"}},
		{"status":429,"body":"{\"ok\":false,\"parameters\":{\"retry_after\":1}}"},
		{"status":429,"body":"{\"message\":\"limited\",\"retry_after\":0.9}"},{"delay":3},{}]}'
	hook
	run -0 --separate-stderr snspub -t file:hook --timeout 1 --stats stats < <(seq 3)
	[ "$output" = $'1\n2\n3' ]
	# libcurl itself sends again what a kept connection lost.
	[ "$(bodies | jq -s -c .)" = '["1","1","1","1","1","2","2","2","2","3"]' ]
	holds '.done == 3 and .throttled == 3 and .retries >= 6' stats
	# The pauses were kept: after requests 1, 5, 6 and 7.
	jq -s 'map(select(.body) | .at) | [.[1] - .[0] > 1, .[5] - .[4] > 0.7, .[6] - .[5] > 1, .[7] - .[6] > 0.9] | all' server/log | grep true
	not has "$stderr" SECRETPART
}

@test "webhook: a longer Retry-After than a minute: 75 at once" {
	serve <<<'{"answers":[{},{"status":429,"headers":{"Retry-After":"3600"}}]}'
	hook
	run -75 --separate-stderr snspub -t file:hook < <(seq 3)
	[ "$output" = 1 ]
	has "$stderr" 'not to be sent again for 3600 seconds'
	has "$stderr" 'line 2 is the first that is not safe'
}

@test "webhook: 401, 403, 404, 410, redirects and TLS need attention; the URL is not printed" {
	local code
	serve < <(jq -n '{answers: ([401, 403, 404, 410, 405] | map({status: ., body: "no /services/T0SECRETPART%2FB0SECRETPART here"})
		+ [{status: 302, headers: {Location: "https://127.0.0.1/services/T0SECRETPART/B0SECRETPART"}}])}')
	hook
	for code in 401 403 404 410 405 302; do
		run -2 --separate-stderr snspub -v -t file:hook <<<x
		[ -z "$output" ]
		has "$stderr" "webhook file:hook: status $code"
		not has "$stderr" SECRETPART
		has "$stderr" 'secret'
	done
	(umask 077 && echo "https://127.0.0.1:$port/services/T0SECRETPART" >hook)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 1 \
		-keyout server/key -out server/certificate 2>/dev/null
	cat server/key server/certificate >server/both
	serve <<<'{"tls":"both","answers":[{}]}'
	(umask 077 && echo "https://127.0.0.1:$port/services/T0SECRETPART" >hook)
	run -2 --separate-stderr snspub -v -t file:hook <<<x
	has "$stderr" certificate
	not has "$stderr" SECRETPART
}

@test "webhook: the URL in Secrets Manager; it is kept on no disk" {
	serve <<<'{"answers":[{}]}'
	make_secret alerts "{\"url\":\"http://127.0.0.1:$port/one/T0SECRETPART\"}"
	snspub -q -t secretsmanager:alerts#url <<<x
	[ "$(bodies)" = '"x"' ]
	not grep -r T0SECRETPART "$FX_HOME" "$HOME" 2>/dev/null
}

@test "SIGTERM while the webhook fails: ends by the signal, without a receipt for what was not sent" {
	serve <<<'{"answers":[{},{"status":503,"headers":{"Retry-After":"50"}}]}'
	hook
	mkfifo open_in
	exec {feeder}<>open_in
	in_background env --default-signal=TERM snspub -t file:hook <open_in >out 2>err {feeder}>&-
	seq 3 >&"$feeder"
	wait_for 20 grep -q 'status 503' err
	kill -TERM "$background"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = 143 ]
	[ "$(cat out)" = 1 ]
}

@test "SIGTERM while many lines wait: only what is in flight is finished" {
	serve <<<'{"answers":[{"delay":0.1}]}'
	hook
	seq 2000 >in
	in_background env --default-signal=TERM snspub -t file:hook <in >out 2>err
	wait_for 20 grep -q 3 out
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ ! -s err ]
	[ "$(wc -l <out)" -lt 500 ]
	[ "$(bodies | wc -l)" = "$(wc -l <out)" ]
}

# Which of the requests in the log were answered with 200: the script's answers are given in turn.
accepted() {
	jq -s -r --slurpfile script server/script.json '$script[0].answers as $answers
		| [.[] | select(.body)] | to_entries[]
		| select($answers[[.key, ($answers | length) - 1] | min] == {}) | .value.body' server/log
}

@test "killed again and again before a webhook that fails, hangs and drops every third call: nothing with a receipt is lost" {
	local round=0
	serve < <(jq -n '{answers: [range(900) | if . % 45 == 20 then {delay: 60} elif . % 3 == 1 then
		(if . % 2 == 0 then {status: 503} else {close: true} end) else {} end]}')
	hook
	seq 40 | awk '{ print "{\"_pos\":\"0:" NR "\",\"n\":" NR "}" }' >in
	: >all
	# Restarted after the last receipt, as by kread and kack.
	while [ "$(wc -l <all)" -lt 40 ]; do
		round=$((round + 1))
		[ "$round" -le 60 ]
		: >out
		tail -n +$(($(wc -l <all) + 1)) in >rest
		in_background snspub -t file:hook --timeout 1 <rest >out 2>/dev/null
		wait_for 30 eval "[ -s out ] && [ \$(wc -l <out) -ge $((round % 4 * 3)) ] || is_ended $background"
		kill -KILL "$background" 2>/dev/null || true
		status_of "$background"
		# A line that was cut off is no receipt.
		head -n "$(wc -l <out)" out >>all
	done
	cmp in all
	accepted | sort -u >arrived
	[ "$(sed 's/"_pos":"[^"]*",//' all | sort -u | comm -23 - arrived | wc -l)" = 0 ]
}

@test "killed while it publishes to SNS: what has a receipt was accepted" {
	local round
	batch "$(reply +{0..9})"
	seq 5000 >in
	for round in 1 2 3; do
		: >out
		in_background snspub -t "$topic" <in >out
		wait_for 20 eval "[ \$(wc -l <out) -ge $((round * round * 50)) ]"
		kill -KILL "$background"
		status_of "$background"
		# The last line may be cut off: it is no receipt.
		head -n "$(wc -l <out)" out | sort >receipted
		[ -s receipted ]
		published | jq -r '.[]' | sort -u >there
		[ -z "$(comm -23 receipted there)" ]
		: >server/log
	done
}

@test "a call fails: all that others did have receipts, more than the output has room for at once" {
	serve < <(jq -n --arg done "$(reply +{0..9})" '{routes: [
		{match: "Message=first", answers: [{delay: 1, body: $done}]},
		{match: "", answers: [{status: 403, body: "<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>"}]}]}')
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	jq -nc '("first", "second") as $text | range(10) | {text: $text, long: ("x" * 50000)}' >in
	run --separate-stderr snspub -j 2 -t arn:aws:sns:eu-west-1:123456789012:alerts --text '{text}' <in
	[ "$status" -ne 0 ]
	has "$stderr" AuthorizationError
	head -10 in | cmp - <(printf '%s\n' "$output")
}

# Has the process, which looks at the output every 2 ms, begun to wait for its reader?
blocked() {
	local switches
	switches=$(grep ^voluntary "/proc/$1/status")
	sleep 0.1
	[ "$switches" = "$(grep ^voluntary "/proc/$1/status")" ]
}

@test "a call fails while the output is full: all that others did have receipts" {
	serve < <(jq -n --arg done "$(reply +{0..9})" '{routes: [
		{match: "Message=first", answers: [{body: $done}]},
		{match: "", answers: [{delay: 0.3, status: 403, body: "<ErrorResponse><Error><Code>AuthorizationError</Code></Error></ErrorResponse>"}]}]}')
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	jq -nc '("first" | range(200) as $_ | .), ("second" | range(10) as $_ | .) | {text: ., long: ("x" * 3000)}' >in
	mkfifo receipts
	exec 7<>receipts
	in_background snspub -j 2 -t arn:aws:sns:eu-west-1:123456789012:alerts --text '{text}' <in >receipts 2>words
	exec 8<receipts 7<&-
	wait_for 20 grep -q Message=second server/log
	wait_for 20 blocked "$background"
	timeout 20 cat <&8 >out
	exec 8<&-
	grep -q AuthorizationError words
	head -200 in | cmp - out
}

# example TEXT: the example of the page that contains TEXT, without following.
example() {
	mandoc -T ascii -O width=200 "$REPOSITORY/man/snspub.1" | sed 's/.\x08//g' |
		awk -v text="$1" -v RS= 'index($0, text)' | sed 's/ -f / /'
}

@test "the pipelines of the page: to Slack, and by e-mail" {
	printf '{"ticker":"BTC/USD","exchange_rate":%s}\n' 49999.5 50000.5 60000.25 | kput -q
	serve <<<'{"answers":[{}]}'
	hook
	mv hook "$HOME/.slack-webhook"
	example 'file:$HOME' | grep -v umask >slack
	bash -o pipefail ./slack
	[ "$(bodies)" = $'"{\\"text\\":\\"BTC/USD is at 50000.5\\"}"\n"{\\"text\\":\\"BTC/USD is at 60000.25\\"}"' ]
	[ "$(kread -g alerts | grep -vc '+"')" = 0 ]
	mkdir bin
	printf '#!/bin/sh\ncat >>mailed\n' >bin/sendmail
	chmod +x bin/sendmail
	example /usr/sbin/sendmail | sed "s,/usr/sbin,$PWD/bin,; s/-w 60s/-w 0/" >mail
	bash -o pipefail ./mail
	[ "$(cat mailed)" = $'To: me@example.org\nSubject: Price alerts\n\nBTC/USD\t49999.5\nBTC/USD\t50000.5\nBTC/USD\t60000.25' ]
	[ "$(kread -g mail | grep -vc '+"')" = 0 ]
}
