# dedupe.jq: drops a record whose key is that of the last record of the same ticker.
#
#   kread -g changes | jq -c --arg key ticker,exchange_rate -f dedupe.jq | …
#
# --arg key: names of members, with blanks or commas between (or --argjson, an array). The
#   first says whose record it is, the others are compared; one name alone: all records after
#   the first with that value are dropped. Default: ticker,last_refreshed.
# --argjson keys: how many values of the first member are remembered (default 10000); up to
#   twice as many are held in memory.
# Passed on: records that lack one of the members, and those whose key exceeds 4 KiB.
# jq before 1.7 takes numbers for equal that differ only after the 17th digit.
# With -Rr in place of -c each line is written as it was read, byte for byte.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through: without it, kack cannot know that a dropped record is done.
def mark: (._pos? // "") | tostring | endswith("+");

def wrong($message): "dedupe.jq: \($message)\n" | halt_error(2);

# With -R a line is text, and jq damages characters of more than one byte in long lines.
def record: if type != "string" then .
	elif utf8bytelength > 4094 and contains("\ufffd") then
		wrong("line \(input_line_number) may have been damaged by jq -R, as it is longer than 4 KiB (leave out -R)")
	else fromjson? // null end;

def list($name; $example): $ARGS.named[$name]
	| if . == null then $example else . end
	| if type == "string" then split(",") | map(split(" ") | .[] | select(. != "")) else . end
	| if type == "array" and length > 0 and all(type == "string") then .
	else wrong("\($name) is \($ARGS.named[$name] | tojson), not a list of names (--arg \($name) '\($example)')") end;

# null: not given.
def number($name; $example): $ARGS.named[$name]
	| (if type == "string" then tonumber? // . else . end) as $value
	| if . == null or ($value | type == "number" and (isnan | not)) then $value
	else wrong("\($name) is \(tojson), not a number (--argjson \($name) \($example))") end;

# [first, others], as JSON; nothing for a record that has no key.
def key($members): objects | select(mark | not)
	| [.[$members[]]] | select(all(. != null)) | [.[0], .[1:]] | map(tojson)
	| select((.[0] | utf8bytelength) + (.[1] | utf8bytelength) <= 4096);

# The state has for each value of the first member [generation, others], and at "" [the present
# generation, the number of its values, was the last record a repeat?]. A flat object, because
# jq 1.6 copies an object inside another with each change.
def note($first; $others; $most):
	.[""] as [$generation, $count] | .[$first] as $last
	| ($count + if $last[0] == $generation then 0 else 1 end) as $count
	| setpath([$first]; [$generation, $others])
	| if $count < $most then setpath([""]; [$generation, $count, $last[1] == $others])
	else with_entries(select(.value[0] == $generation))
		| setpath([""]; [$generation + 1, 0, $last[1] == $others]) end;

list("key"; "ticker,last_refreshed") as $members | (number("keys"; 10000) // 10000) as $most
| if $most < 1 then wrong("keys is \($most), not 1 or more (--argjson keys 10000)") else . end
| foreach (., inputs) as $line ({"": [0, 0, false]};
	([$line | record | key($members)] | .[0]) as $key
	| if $key == null then .[""] as [$generation, $count] | setpath([""]; [$generation, $count, false])
	else note($key[0]; $key[1]; $most) end;
	if .[""][2] or $line == null then empty else $line end)
