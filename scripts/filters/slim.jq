# slim.jq: of each rate, the table's key and the rate; no other members;
# what lacks one of these is dropped.
#
#   kread -g slim | jq -c -f slim.jq | ddbput -t slim -k ticker,last_refreshed | kack -g slim
#
# "_pos" comes first, where the tools after this look for it, and only where the
# record had one. jq before 1.7 writes the rate as a double: up to 17 digits.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. It has to
# get through, unchanged.
def mark: (._pos? // "") | tostring | endswith("+");

if mark then . else
	objects | select(has("ticker") and has("last_refreshed") and has("exchange_rate"))
	| with_entries(select(.key == "_pos")) + {ticker, last_refreshed, exchange_rate}
end
