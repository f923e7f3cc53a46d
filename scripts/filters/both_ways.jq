# both_ways.jq: adds after each record A/B one for B/A, with the reciprocal rate.
#
#   kread -g both | jq -c -f both_ways.jq | ddbput -t both -k ticker,last_refreshed | kack -g both
#
# One line may become several, all with the position of the original: kack takes
# a position as done when a later one arrives. Reciprocals are doubles, like
# everything that jq computes.
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through once, not twice.
def mark: (._pos? // "") | tostring | endswith("+");

(., inputs) | if mark then . elif . == null then empty else
	.,
	(objects | select((.ticker | type == "string" and test("^[^/]+/[^/]+$"))
		and (.exchange_rate | type == "number" and . > 0))
	| .ticker |= (split("/") | reverse | join("/"))
	| .exchange_rate |= 1 / .
	| del(.bid_price, .ask_price))
end
