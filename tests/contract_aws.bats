# contract_aws: the questions of contract.bats, to tools whose streams, tables and metrics are on
# AWS.
# Takes minutes.

load helper
load aws
load contract

STORING=(kput ddbput)
GIVING=(kread ddbget s3get)
TAKING=("${STORING[@]}" kack)
ALL=("${TAKING[@]}" "${GIVING[@]}" kstat)

setup() {
	aws_reset
	make_stream rates 2
	make_table rates
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates
}

# The tool asked before left something there.
again() {
	rm -rf "$FX_HOME"
	setup
}

prepare_kput() {
	again
	command=(kput -k ticker)
	rates 20 >good
	bad='{"no":"ticker"}'
	stored=(kread)
}

prepare_kread() {
	again
	command=(kread -g readers)
	: >good
	rates 20 | kput -q -k ticker
}

prepare_kack() {
	again
	command=(kack -g readers --receipts)
	rates 20 | kput -q -k ticker
	kread -g readers | grep -v '+"' >good
	bad='{"no":"position"}'
}

prepare_kstat() {
	again
	command=(kstat)
	: >good
	rates 20 | kput -q
}

prepare_ddbput() {
	again
	command=(ddbput)
	rates 20 >good
	bad='{"no":"key"}'
	stored=(ddbget BTC/USD)
}

prepare_ddbget() {
	again
	command=(ddbget BTC/USD)
	: >good
	rates 20 | ddbput -q
}

prepare_s3get() {
	again
	command=(s3get s3://archive)
	: >good
	archived 20
}

# The archive of N records, as in tools.bash, but in S3.
archived() {
	rates "$1" | awk '{ print "{\"_pos\":\"0:" NR "\"," substr($0, 2) }' |
		"$REPOSITORY/tests/archive" make archive
	aws_py '
import pathlib
s3 = boto3.session.Session().client("s3")
s3.create_bucket(Bucket="archive")
for path in pathlib.Path("archive").rglob("*.gz"):
	s3.put_object(Bucket="archive", Key=str(path.relative_to("archive")), Body=path.read_bytes())'
}

# Its bucket is empty each time.
prepare_s3put() {
	again
	aws_py 'boto3.session.Session().client("s3").create_bucket(Bucket="archive")'
	command=(s3put --age 1s s3://archive/x)
	rates 20 >good
	bad='["no object"]'
	stored=(archive_content)
}

archive_content() {
	aws_py '
import gzip
s3 = boto3.session.Session().client("s3")
for item in s3.list_objects_v2(Bucket="archive").get("Contents", []):
	sys.stdout.buffer.write(gzip.decompress(s3.get_object(Bucket="archive", Key=item["Key"])["Body"].read()))'
}

prepare_cwput() {
	again
	command=(cwput)
	metrics 20 >good
	bad='{"no":"metric"}'
	stored=(metric_names)
}

# Its topic is a server that plays a reply; one call at a time, as its order is compared.
prepare_snspub() {
	local entries
	entries=$(printf '<member><Id>%d</Id></member>' {0..9})
	rm -f server/log
	serve < <(jq -n --arg entries "$entries" '{answers: [{body: "<PublishBatchResponse><PublishBatchResult><Successful>\($entries)</Successful></PublishBatchResult></PublishBatchResponse>"}]}')
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	command=(snspub -j 1 -t arn:aws:sns:us-east-1:123456789012:alerts --text '{last_refreshed}')
	rates 20 >good
	bad='{"no":"last_refreshed"}'
	stored=(published)
}

# In the order in which they were published.
published() {
	aws_python -c 'import json, urllib.parse
for line in open("server/log"):
	form = dict(urllib.parse.parse_qsl(json.loads(line).get("body", ""), keep_blank_values=True))
	for i in range(1, 11):
		message = form.get("PublishBatchRequestEntries.member.%d.Message" % i)
		if message is not None:
			print(json.dumps({"last_refreshed": message}))'
}

# metrics N: N values of metrics with distinct names.
metrics() {
	awk -v count="$1" 'BEGIN {
		for (i = 1; i <= count; i++)
			printf "{\"metric\":\"m%d\",\"value\":%d.50}\n", i, i
	}'
}

lines_for() {
	case $1 in
	cwput) metrics "$2" ;;
	*) rates "$2" ;;
	esac
}

# In the order of their numbers: requests in flight may arrive in any order.
metric_names() {
	aws_py 'import os, urllib.request as request
data = json.load(request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/moto-api/data.json"))
names = [datum["name"] for datum in data["cloudwatch"]["MetricDatum"]]
for name in sorted(names, key=lambda name: (len(name), name)):
	print(json.dumps({"last_refreshed": name}))'
}

show_stored() {
	"${stored[@]}" | jq -r .last_refreshed
}

@test "a wrong option: exit status 2, a message on standard error, nothing on standard output" {
	each bad_option cwput snspub
}

@test "an unexpected argument: exit status 2, and nothing is done" {
	each surplus cwput snspub
}

@test "-h and -V print on standard output" {
	each help cwput snspub
}

@test "--log json: usage errors and bad lines are JSON" {
	each log_usage cwput snspub
	each log_line kput ddbput cwput snspub
}

@test "--stats appends a line of JSON" {
	each stats kput kread kack ddbput cwput snspub s3put
}

@test "--stats reports a failure, too" {
	each stats_of_failures "${STORING[@]}" cwput snspub s3put
}

@test "--stats to a full disk: exit status 75, and the work is done" {
	each stats_full "${ALL[@]}" cwput snspub
}

@test "--progress shows a line on standard error; in a pipeline there is none without it" {
	each progress "${TAKING[@]}" cwput snspub
}

@test "an empty input: exit status 0, no output, no message" {
	each empty "${TAKING[@]}" cwput snspub
}

@test "a good input: exit status 0, no message" {
	each good_input "${ALL[@]}" cwput snspub s3put
}

@test "a closed standard input is an error, not an empty one" {
	each input_closed "${TAKING[@]}" cwput snspub
}

@test "tools that read no input work if it is closed" {
	each input_unused "${GIVING[@]}"
}

@test "a read error is not the end of the input" {
	each input_unreadable "${TAKING[@]}" cwput snspub
}

@test "a last line that was cut off is refused; the lines before it are done" {
	each cut_off "${TAKING[@]}" cwput snspub
}

@test "a complete object is done without a newline at the end of the input" {
	each no_last_newline "${TAKING[@]}" cwput snspub
}

@test "a refused line stops a storing tool: exit status 2, its number in the message, all before it safe" {
	each bad_line_stops "${STORING[@]}" cwput snspub s3put
}

@test "-x appends a refused line to the rejects file and continues: exit status 1" {
	each bad_line_aside "${STORING[@]}" cwput snspub s3put
}

@test "a rejects file that cannot be created: exit status 2 before anything is done" {
	each rejects_wrong "${STORING[@]}" cwput snspub
}

@test "--max-line: a line of that length is accepted, one byte more is refused" {
	each too_long "${TAKING[@]}" cwput snspub
}

@test "the rejects file gets the first 64 KiB of an over-long line, and its length" {
	each much_too_long "${STORING[@]}" cwput snspub
}

# Lines after it may be in flight already, and are done; they get no receipts.
rejects_full_sent() {
	mix
	from=mixed ask "${command[@]}" -x /dev/full
	[ "$status" = 75 ]
	says_who "$1"
	head -n 5 good | cmp - out
	show_stored "$1" >kept
	keys <good | head -n "$(wc -l <kept)" | cmp - kept
	[ "$(wc -l <kept)" -ge 5 ]
}

@test "a rejects file on a full disk: exit status 75, and no receipt after the line that could not be written to it" {
	each rejects_full_sent "${STORING[@]}" cwput snspub
}

@test "hostile lines: each is done or refused, and the good line after them is done" {
	each hostile "${STORING[@]}" cwput snspub
}

@test "hostile lines one by one: exit status 0, 1 or 2, never a crash" {
	each one_by_one cwput snspub
}

@test "hostile lines without -x: the first refused one stops the tool with exit status 2, all before it is safe" {
	each hostile_stops "${STORING[@]}" cwput snspub
}

@test "standard output on a full disk: exit status 75" {
	each full_output "${ALL[@]}" cwput snspub
}

@test "a closed standard output is an error, and its text gets into no file" {
	each output_closed "${ALL[@]}" cwput snspub
}

@test "a closed standard error: its text gets into no file" {
	each error_closed "${STORING[@]}" cwput snspub
}

@test "the reader of standard output has gone: death by SIGPIPE, without a message" {
	each reader_gone "${ALL[@]}" cwput snspub s3put
}

@test "the reader goes while the tool writes: death by SIGPIPE, what had a receipt is stored" {
	each reader_goes cwput snspub
}

@test "a waiting tool notices at once that its reader has gone" {
	each reader_leaves_waiting kput kack ddbput cwput snspub
}

@test "kread -f notices at once that its reader has gone" {
	each reader_leaves_following kread
}

@test "a single line is done while the input stays open" {
	each prompt "${TAKING[@]}" cwput snspub
}

@test "kread -f writes a single record while the stream is idle" {
	each prompt_following kread
}

@test "receipts are the input lines, unchanged and in order; -q writes none" {
	each receipts cwput snspub
}

@test "receipts keep every byte; a position is not stored" {
	each receipts_odd "${STORING[@]}"
}

@test "marks are passed on in their places and never stored" {
	each marks "${STORING[@]}" cwput snspub
}

@test "-q passes no marks on either" {
	each marks_quiet "${STORING[@]}" cwput snspub
}

@test "the position of a rejected line is passed on, as a mark" {
	each marks_for_refused "${STORING[@]}" cwput snspub
}

@test "a record in _raw is decoded before it is stored" {
	each raw "${STORING[@]}" cwput snspub
}

@test "SIGTERM in the middle: what has a receipt is what is stored; death by the signal" {
	each terminated "${STORING[@]}" cwput snspub
}

@test "SIGINT in the middle: what has a receipt is what is stored; death by the signal" {
	each interrupted cwput snspub
}

@test "SIGTERM and SIGINT while waiting for input: death by the signal, statistics are written" {
	each terminated_waiting "${STORING[@]}" cwput snspub
}

@test "SIGTERM to kack: what had a receipt is committed" {
	each terminated_kack kack
}

@test "control bytes and long lines of text from outside never reach standard error" {
	each foreign_text "${STORING[@]}" cwput snspub
}

aws_secret() {
	local key=$AWS_SECRET_ACCESS_KEY
	"${command[@]}" -v <good >out 2>err
	not grep -qF "$key" out err
	not grep -qF "$AWS_ACCESS_KEY_ID" out err
	AWS_SECRET_ACCESS_KEY='' "${command[@]}" -v <good >out 2>err || true
	not grep -qF "$key" out err
}

@test "no secret on standard error or standard output" {
	each aws_secret "${ALL[@]}" cwput snspub
}

absent() {
	export FX_STREAM=kinesis:absent FX_TABLE=dynamodb:absent
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	grep -q absent err
	[ ! -s out ]
}

@test "the worst of several statuses: 75 before 1" {
	each worst "${STORING[@]}" cwput snspub
}

@test "no such stream or table: exit status 2, a message that names it, and none is created" {
	each absent "${TAKING[@]}" kread ddbget kstat
}

unreachable() {
	export AWS_ENDPOINT_URL=http://127.0.0.1:9
	ask "${command[@]}"
	[ "$status" = 75 ]
	says_who "$1"
	[ ! -s out ]
}

@test "a service that cannot be reached: exit status 75" {
	each unreachable kput ddbput kread ddbget s3get cwput snspub
}

refused() {
	# moto accepts any credentials; the proxy in front of it does not.
	aws_through '{}'
	export AWS_SECRET_ACCESS_KEY=wrong
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
	not grep -q wrong err
	: >"$AWS_FAULTS/log"
}

@test "credentials that the service refuses: exit status 2" {
	each refused kput ddbput kread ddbget s3get cwput snspub
}
