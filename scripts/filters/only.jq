# only.jq: keeps the records of some tickers, drops the others.
#
#   kread -g mine | jq -c --arg tickers 'BTC/USD ETH/USD' -f only.jq | …
#
# A mark ("_pos" ending in "+") says how far the stream has been read. Let it
# through: without it, kack cannot know that a dropped record is done.
def mark: (._pos? // "") | tostring | endswith("+");

if mark then . else
	objects | select(.ticker as $ticker | $tickers | split(" ") | any(. == $ticker))
end
