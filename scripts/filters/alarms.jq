# alarms.jq: raises alarms from lines of statistics (--stats) and of kstat.
#
#   { cat stats/*.ndjson; kstat -g table; } | jq -c -f alarms.jq
#   … | jq -c --argjson minutes 15 --argjson lag 300 -f alarms.jq | grep ALARM
#
# Writes one line for each alarm, {"alarm":…,"state":"OK" or "ALARM",…,"because":…}:
#   errors      of a tool: failed runs, refused lines and lost records (above 0)
#   throttled   of a tool: how often a service throttled it (above 0)
#   lag         of a shard and a group: seconds behind (above 60)
# --argjson errors, throttled, lag: other bounds; minutes: use only what was written in the
# last N minutes (default: everything); now: the current time, in seconds since 1970.
# It reads statistics, not records: do not put it into the middle of a pipeline.

def wrong($message): "alarms.jq: \($message)\n" | halt_error(2);

# null: not given.
def number($name; $example): $ARGS.named[$name]
	| (if type == "string" then tonumber? // . else . end) as $value
	| if . == null or ($value | type == "number" and (isnan | not)) then $value
	else wrong("\($name) is \(tojson), not a number (--argjson \($name) \($example))") end;

def bound($name; $usual): number($name; $usual // 15) // $usual;
def now_: bound("now"; now);
def epoch: sub("[.][0-9]+Z$"; "Z") | fromdateiso8601;
def counted: if type == "number" then . else 0 end;
def state($value; $above): if $value > $above then "ALARM" else "OK" end;

def recent: (try ((.started | epoch) + (.seconds | counted)) catch null) as $written
	| bound("minutes"; null) as $minutes
	| $minutes == null or $written == null or $written >= now_ - 60 * $minutes;

# A process that keeps running writes sums: only its last line counts.
def runs: group_by([.tool, .started]) | map(if any(has("exit") or has("signal")) then map(select(has("exit") or has("signal"))) else [last] end) | add // [];

def of_tool($runs):
	bound("errors"; 0) as $errors | bound("throttled"; 0) as $throttled
	# Ended by its user, or because its reader has gone: not an error.
	| ($runs | map(select(.signal as $signal | if $signal != null then ([2, 13, 15] | index($signal)) == null
		else (.exit // 0) != 0 end)) | length) as $failed
	| ($runs | map(.refused | counted) | add) as $refused | ($runs | map(.lost | counted) | add) as $lost
	| ($runs | map(.throttled | counted) | add) as $slow
	| ($failed + $refused + $lost) as $wrong
	| {alarm: "errors", state: state($wrong; $errors), tool: $runs[0].tool, value: $wrong, above: $errors,
		because: "\($failed) of \($runs | length) runs ended badly, \($refused) lines refused, \($lost) records lost"},
	  {alarm: "throttled", state: state($slow; $throttled), tool: $runs[0].tool, value: $slow, above: $throttled,
		because: "throttled \($slow) times by the service"};

# In seconds. A line without lag_ms has only a number of records: then it is the time since the
# group's last commit.
def behind:
	if (.lag_ms | type) == "number" then .lag_ms / 1000
	elif (.lag // 0) == 0 then 0
	else now_ - ([.committed, .oldest] | map(select(. != null) | epoch) | max // 0) | if . < 0 then 0 else . end end;

def of_group:
	bound("lag"; 60) as $above | behind as $seconds
	| {alarm: "lag", state: state($seconds; $above), stream, shard, group, value: ($seconds | floor), above: $above,
		because: ("\($seconds | floor) s behind" + if (.lag | type) == "number" then ", \(.lag) records to do" else "" end)};

# Checked first, as there may be no line that asks for them.
[bound("errors"; 0), bound("throttled"; 0), bound("lag"; 60), bound("minutes"; null), bound("now"; null)] as $checked
| [., inputs] | map(objects)
| (map(select((.tool | type) == "string" and (.started | type) == "string" and recent)) | runs | group_by(.tool) | .[] | of_tool(.)),
	(map(select((.stream | type) == "string" and .group != null)) | group_by([.stream, .shard, .group]) | .[] | last
		| select((.lag_ms // .lag | type) == "number") | of_group)
