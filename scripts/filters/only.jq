# only.jq: keeps the records of some tickers, drops the others.
#
#   kread -g mine | jq -c --arg tickers 'BTC/USD ETH/USD' -f only.jq | …
#
# --arg tickers: the tickers, with blanks or commas between; or --argjson, an array.
# With -Rr in place of -c each line is written as it was read, byte for byte.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through: without it, kack cannot know that a dropped record is done.
def mark: (._pos? // "") | tostring | endswith("+");

def wrong($message): "only.jq: \($message)\n" | halt_error(2);

# With -R a line is text, and jq damages characters of more than one byte in long lines.
def record: if type != "string" then .
	elif utf8bytelength > 4094 and contains("\ufffd") then
		wrong("line \(input_line_number) may have been damaged by jq -R, as it is longer than 4 KiB (leave out -R)")
	else fromjson? // null end;

def list($name; $example): $ARGS.named[$name]
	| if . == null then wrong("\($name) is missing (--arg \($name) '\($example)')")
	elif type == "string" then split(",") | map(split(" ") | .[] | select(. != "")) else . end
	| if type == "array" and length > 0 and all(type == "string") then .
	else wrong("\($name) is \($ARGS.named[$name] | tojson), not a list of names (--arg \($name) '\($example)')") end;

list("tickers"; "BTC/USD ETH/USD") as $tickers
| (., inputs) | . as $line | record
| if mark then $line else
	objects | select(.ticker as $ticker | any($tickers[]; . == $ticker)) | $line
end
