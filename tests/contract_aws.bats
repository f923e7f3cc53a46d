# contract_aws: what contract.bats asks, asked of the tools that store and give out, where
# streams and tables are on AWS.

load helper
load aws
load contract

STORING=(kput ddbput)
GIVING=(kread ddbget)
TAKING=("${STORING[@]}" kack)
ALL=("${TAKING[@]}" "${GIVING[@]}" kstat)

setup() {
	aws_reset
	make_stream rates 2
	make_table rates
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates
}

# Between two tools: the one before left something there.
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

# Values of metrics, named in their order.
prepare_cwput() {
	again
	command=(cwput)
	awk 'BEGIN { for (i = 1; i <= 20; i++) printf "{\"metric\":\"m%d\",\"value\":%d.50}\n", i, i }' >good
	bad='{"no":"metric"}'
	stored=(metric_names)
}

metric_names() {
	aws_py 'import os, urllib.request as request
for datum in json.load(request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/moto-api/data.json"))["cloudwatch"]["MetricDatum"]:
	print(json.dumps({"last_refreshed": datum["name"]}))'
}

show_stored() {
	"${stored[@]}" | jq -r .last_refreshed
}

@test "a wrong option: 2, a word on standard error, nothing on standard output" {
	each bad_option cwput
}

@test "an operand where none is taken: 2, and nothing is done" {
	each surplus cwput
}

@test "-h and -V answer on standard output" {
	each help cwput
}

@test "--log json: of wrong usage and of a bad line" {
	each log_usage cwput
	each log_line kput ddbput cwput
}

@test "--stats appends a line of JSON" {
	each stats kput kread kack ddbput cwput
}

@test "--stats tells the failure as well" {
	each stats_of_failures "${STORING[@]}" cwput
}

@test "an empty input: 0, nothing out, nothing said" {
	each empty "${TAKING[@]}" cwput
}

@test "a good input: 0, and not a word" {
	each good_input "${ALL[@]}" cwput
}

@test "a closed standard input is an error, not an empty one" {
	each input_closed "${TAKING[@]}" cwput
}

@test "tools that read no input do not mind where it is closed" {
	each input_unused "${GIVING[@]}"
}

@test "a last line that was cut off is refused, those before it are done" {
	each cut_off "${TAKING[@]}" cwput
}

@test "a complete object without a newline at the end of the input counts" {
	each no_last_newline "${TAKING[@]}" cwput
}

@test "a refused line stops a storing tool: 2, its number named, all before it safe" {
	each bad_line_stops "${STORING[@]}" cwput
}

@test "-x sets a refused line aside and goes on: 1" {
	each bad_line_aside "${STORING[@]}" cwput
}

# Lines behind it may be on their way already, and are done; they get no receipts.
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

@test "a file of rejects on a full disk: 75, and no receipt past what could not be set aside" {
	each rejects_full_sent "${STORING[@]}" cwput
}

@test "hostile lines: each has its fate, the good one after them is done" {
	each hostile "${STORING[@]}" cwput
}

@test "hostile lines without -x: the first refused stops with 2, all before it is safe" {
	each hostile_stops "${STORING[@]}" cwput
}

@test "standard output on a full disk: 75" {
	each full_output "${ALL[@]}" cwput
}

@test "a closed standard output is an error, and no file gets what was meant for it" {
	each output_closed "${ALL[@]}" cwput
}

@test "a closed standard error: no file gets the words" {
	each error_closed "${STORING[@]}" cwput
}

@test "the reader has gone: death by SIGPIPE, without a word" {
	each reader_gone "${ALL[@]}" cwput
}

@test "a waiting tool notices at once that its reader has gone" {
	each reader_leaves_waiting kput kack ddbput cwput
}

@test "kread -f notices at once that its reader has gone" {
	each reader_leaves_following kread
}

@test "one line alone is answered while the input stays open" {
	each prompt "${TAKING[@]}" cwput
}

@test "kread -f gives out a record alone while the stream idles" {
	each prompt_following kread
}

@test "receipts keep every byte; a position is not stored" {
	each receipts_odd "${STORING[@]}"
}

@test "marks are passed on in their places and never stored" {
	each marks "${STORING[@]}"
}

@test "of a line set aside the position is passed on, as a mark" {
	each marks_for_refused "${STORING[@]}" cwput
}

@test "what travels as _raw is stored as what it was" {
	each raw "${STORING[@]}"
}

@test "SIGTERM half way: what has a receipt is what is stored; death by the signal" {
	each terminated "${STORING[@]}"
}

@test "SIGTERM and SIGINT while waiting for input: death by the signal, figures written" {
	each terminated_waiting "${STORING[@]}" cwput
}

@test "SIGTERM to kack: what had a receipt is committed" {
	each terminated_kack kack
}

@test "control bytes of foreign text never reach standard error, nor long lines of it" {
	each foreign_text "${STORING[@]}" cwput
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
	each aws_secret "${ALL[@]}" cwput
}

absent() {
	export FX_STREAM=kinesis:absent FX_TABLE=dynamodb:absent
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	grep -q absent err
	[ ! -s out ]
}

@test "no such stream or table: 2, and which; none is made" {
	each absent "${ALL[@]}"
}

unreachable() {
	export AWS_ENDPOINT_URL=http://127.0.0.1:9
	ask "${command[@]}"
	[ "$status" = 75 ]
	says_who "$1"
	[ ! -s out ]
}

@test "out of reach: 75" {
	each unreachable kput ddbput kread ddbget cwput
}

refused() {
	# moto refuses nobody unless told to; the proxy does.
	aws_through '{}'
	export AWS_SECRET_ACCESS_KEY=wrong
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
	not grep -q wrong err
	: >"$AWS_FAULTS/log"
}

@test "credentials that the service refuses: 2" {
	each refused kput ddbput kread ddbget cwput
}
