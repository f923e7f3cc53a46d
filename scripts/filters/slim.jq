# slim.jq: keeps only the table's key and the rate of each record; records that
# lack one of them are dropped.
#
#   kread -g slim | jq -c -f slim.jq | ddbput -t slim -k ticker,last_refreshed | kack -g slim
#
# "_pos" stays first, where the next tools expect it, if the record had one.
# jq before 1.7 writes the rate as a double: up to 17 digits.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through unchanged.
def mark: (._pos? // "") | tostring | endswith("+");

(., inputs) | if mark then . else
	objects | select(has("ticker") and has("last_refreshed") and has("exchange_rate"))
	| with_entries(select(.key == "_pos")) + {ticker, last_refreshed, exchange_rate}
end
