# lambda-event.jq: makes of a batch of lines the event that a Lambda handler of a Kinesis stream gets.
#
#   kread -f -g mine | kbatch --positions -- bash -o pipefail -c 'jq -Rc -f lambda-event.jq | ./handler' | kack -g mine
#
# All the input becomes one event {"Records":[…]}, of which each record has
#   data             the line's bytes without its position, in base64; "_raw" as it is
#   sequenceNumber   from "_pos"; eventID has the shard, too, with the number of an embedded
#                    shard as Kinesis would name it: shardId-000000000000
#   partitionKey     the member --arg key (default ticker), else the position
#   approximateArrivalTimestamp   the member --arg arrived (default timestamp), in seconds since
#                    1970, else the current time
#   eventSourceARN   --arg arn; awsRegion and the account of invokeIdentityArn are taken from it
# Give -R: then the data are the record's bytes. Without it jq rewrites them: jq before 1.7
# rounds their numbers to doubles.
#
# Marks have no data and are dropped: kbatch keeps them, and passes them on by itself.
def mark: (._pos? // "") | tostring | endswith("+");

def wrong($message): "lambda-event.jq: \($message)\n" | halt_error(2);

# With -R a line is text, and jq damages characters of more than one byte in long lines.
def record: if type != "string" then .
	elif utf8bytelength > 4094 and contains("\ufffd") then
		wrong("line \(input_line_number) may have been damaged by jq -R, as it is longer than 4 KiB (leave out -R)")
	else fromjson? // null end;

def text($name; $usual): $ARGS.named[$name] // $usual | if type == "string" then .
	else wrong("\($name) is \(tojson), not a text (--arg \($name) '\($usual)')") end;

def arn: text("arn"; "arn:aws:kinesis:us-east-1:000000000000:stream/rates")
	| if test("^arn:[^:]+:kinesis:[^:]+:[0-9]{12}:stream/.") then .
	else wrong("arn is \(tojson), not the ARN of a stream (--arg arn arn:aws:kinesis:us-east-1:000000000000:stream/rates)") end;

def position: (._pos? // null) as $text | $text | tostring
	| (capture("^(?<shard>[A-Za-z0-9_.-]{1,128}):(?<sequence>[0-9]{1,129})(?<sub>[.][0-9]{1,9})?$")
		// wrong("line \(input_line_number): no position (its _pos is \($text | tojson)): give --positions to kbatch, -g to kread"))
	| .shard |= if test("^[0-9]+$") then "shardId-" + ("000000000000" + .)[-12:] else . end;

# The line's bytes without the position, in base64.
def data($record): if ($record._raw | type) == "string" then $record._raw
	elif type == "string" then match("^\\s*\\{\\s*\"_pos\"\\s*:\\s*\"[^\"]*\"\\s*,?").length as $length
		| "{" + .[$length:] | @base64
	else del(._pos) | tojson | @base64 end;

def seconds: capture("^(?<second>[0-9-]{10}T[0-9:]{8})(?<fraction>[.][0-9]+)?Z$")
	| (.second + "Z" | fromdateiso8601) + ("0" + (.fraction // "") | tonumber);

text("key"; "ticker") as $key | text("arrived"; "timestamp") as $arrived | arn as $arn
| ($arn | split(":")) as $parts
| {Records: [(., inputs) | select(. != null) | . as $line | record | select(mark | not) | . as $record
	| ($record | position) as $position
	| {kinesis: {
			kinesisSchemaVersion: "1.0",
			partitionKey: ($record[$key] | if . == null or . == "" then $record._pos else tostring end),
			sequenceNumber: $position.sequence,
			data: ($line | data($record)),
			approximateArrivalTimestamp: ($record[$arrived] | (strings | try seconds catch null) // now)
		},
		eventSource: "aws:kinesis",
		eventVersion: "1.0",
		eventID: "\($position.shard):\($position.sequence)\($position.sub // "")",
		eventName: "aws:kinesis:record",
		invokeIdentityArn: "arn:\($parts[1]):iam::\($parts[4]):role/lambda-role",
		awsRegion: $parts[3],
		eventSourceARN: $arn}]}
