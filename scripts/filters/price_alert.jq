# price_alert.jq: keeps the records whose rate is above a bound, or below one.
#
#   kread -g alert | jq -c --argjson above 110000 --argjson below 90000 -f price_alert.jq | …
#
# For a single bound give null as the other. Records without a number as their
# rate are dropped. jq before 1.7 compares as doubles, which is enough for an
# alert, but also writes the rate as one: take the exact one from the table.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. It has to
# get through, or kack could not tell that what was dropped is done.
def mark: (._pos? // "") | tostring | endswith("+");

if mark then . else
	objects | select(.exchange_rate | type == "number")
	| select(($above != null and .exchange_rate > $above)
		or ($below != null and .exchange_rate < $below))
end
