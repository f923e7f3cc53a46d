# price_alert.jq: keeps the records whose rate is above a bound, or below one.
#
#   kread -g alert | jq -c --argjson above 110000 --argjson below 90000 -f price_alert.jq | …
#
# --argjson above, below: the bounds; one of them may be left out. A rate equal to a bound
# is neither above nor below it. Records whose rate is not a number are dropped.
# With -Rr in place of -c each line is written as it was read, byte for byte. jq before 1.7
# compares rates as doubles, which is enough for an alert.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through: without it, kack cannot know that a dropped record is done.
def mark: (._pos? // "") | tostring | endswith("+");

def wrong($message): "price_alert.jq: \($message)\n" | halt_error(2);

# With -R a line is text, and jq damages characters of more than one byte in long lines.
def record: if type != "string" then .
	elif utf8bytelength > 4094 and contains("\ufffd") then
		wrong("line \(input_line_number) may have been damaged by jq -R, as it is longer than 4 KiB (leave out -R)")
	else fromjson? // null end;

# null: not given.
def number($name; $example): $ARGS.named[$name]
	| (if type == "string" then tonumber? // . else . end) as $value
	| if . == null or ($value | type == "number" and (isnan | not)) then $value
	else wrong("\($name) is \(tojson), not a number (--argjson \($name) \($example))") end;

number("above"; 110000) as $above | number("below"; 90000) as $below
| if $above == null and $below == null then
	wrong("a bound is missing (--argjson above 110000, --argjson below 90000, or both)")
else (., inputs) end
| . as $line | record
| if mark then $line else
	objects | .exchange_rate | numbers
	| select(($above != null and . > $above) or ($below != null and . < $below)) | $line
end
