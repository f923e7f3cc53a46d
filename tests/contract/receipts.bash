# receipts: questions of the contract about receipts, marks and positions.

receipts() {
	lines_for "$1" 25000 >many
	from=many ask "${command[@]}"
	[ "$status" = 0 ]
	cmp many out
	[ "$(show_stored "$1" | sort | uniq | wc -l)" = 25000 ]
	from=good ask "${command[@]}" -q
	[ "$status" = 0 ]
	[ ! -s out ]
}

# White space, escapes and the spelling of numbers are kept.
receipts_odd() {
	cat >odd <<-'END'
		{ "ticker" : "BTC/USD" , "last_refreshed":"a", "exchange_rate":1.50e+02 }
		{"last_refreshed":"\u0062","ticker":"BTC\/USD","exchange_rate":-0.0}
		{"ticker":"BTC/USD","last_refreshed":"c","exchange_rate":0.10000000000000000555}  
		{"_pos":"0:7","ticker":"BTC/USD","last_refreshed":"d"}
		 { "_pos" : "0:8" , "ticker":"BTC/USD","last_refreshed":"e"}
	END
	from=odd ask "${command[@]}"
	[ "$status" = 0 ]
	cmp odd out
	[ "$(show_stored "$1")" = $'a\nb\nc\nd\ne' ]
	"${stored[@]}" | holds -s 'all(has("_pos") | not)'
}

marks() {
	{
		echo '{"_pos":"shard-1:4+"}'
		sed 's/^{/{"_pos":"0:5",/' good | head -n 3
		echo '{"_pos":"0:7+"}'
		echo '{"_pos":"0:8+","ticker":"BTC/USD","last_refreshed":"added by a filter"}'
		sed 's/^{/{"_pos":"0:9",/' good | tail -n +4
		echo '{"_pos":"0:12.3+"}'
	} >marked
	from=marked ask "${command[@]}"
	[ "$status" = 0 ]
	cmp marked out
	[ "$(show_stored "$1")" = "$(keys <good)" ]
}

marks_quiet() {
	echo '{"_pos":"0:7+"}' >marked
	from=marked ask "${command[@]}" -q
	[ "$status" = 0 ]
	[ ! -s out ]
}

marks_for_refused() {
	{
		sed 's/^{/{"_pos":"0:5",/' good | head -n 1
		echo "{\"_pos\":\"0:6\",${bad#\{}"
		sed 's/^{/{"_pos":"0:7",/' good | sed -n 2p
	} >mixed
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	{
		sed -n 1p mixed
		echo '{"_pos":"0:6+"}'
		sed -n 3p mixed
	} | cmp - out
	holds '.line == 2 and .record._pos == "0:6"' rejects
}

raw() {
	local record='{"ticker":"BTC/USD","last_refreshed":"from raw","exchange_rate":1.50}'
	[ "$1" != cwput ] || record='{"metric":"from raw","value":1.50}'
	printf '{"_pos":"0:3","_raw":"%s"}\n' "$(printf %s "$record" | base64 -w 0)" >wrapped
	from=wrapped ask "${command[@]}"
	[ "$status" = 0 ]
	cmp wrapped out
	[ "$(show_stored "$1")" = 'from raw' ]
	[ "$1" != kput ] || [ "$(kread)" = "$record" ]
}
