# price_alert.jq: keeps the records whose rate is above a bound, or below one.
#
#   kread -g alert | jq -c --argjson above 110000 --argjson below 90000 -f price_alert.jq | …
#
# Give null for a bound that is not wanted. Records whose rate is not a number
# are dropped. jq before 1.7 compares rates as doubles, which is enough for an
# alert, but also writes them as doubles: take the exact rate from the table.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through: without it, kack cannot know that a dropped record is done.
def mark: (._pos? // "") | tostring | endswith("+");

if mark then . else
	objects | select(.exchange_rate | type == "number")
	| select(($above != null and .exchange_rate > $above)
		or ($below != null and .exchange_rate < $below))
end
