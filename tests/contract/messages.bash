# messages: questions of the contract about text from outside and secrets in messages.

foreign_text() {
	local escape=$'\e[31m\a\b\x7f'
	for option in -s -t -g -p -x -k -K --stats --max-line --from; do
		ask "$1" "$option" "a b$escape"
		[ ! -s err ] || messages_are_safe err
	done
	ask "$1" "--$escape"
	[ "$status" = 2 ]
	messages_are_safe err
	ask "$1" "$escape"
	messages_are_safe err
	{
		printf '{"ticker":"%s","exchange_rate":1,"last_refreshed":"x"}\n' "$escape"
		printf '%s\n' "$escape"
		printf '{"_pos":"%s"}\n' "$escape"
		printf '{"ticker":"\\u001b[31m%s/USD","provider":"\\u001b[31m"}\n' "$(printf '%03000d' 0)"
		printf '{"\\u001b[31m":1,"\\u001b[31m":1,"ticker":"A/B","provider":"\\u009b31m"}\n'
	} >odd
	local number
	for number in 1 2 3 4 5; do
		sed -n "${number}p" odd >one
		from=one ask "${command[@]}"
		messages_are_safe err
	done
}

secret() {
	local key=SECRET0123456789ABCDEF
	mkdir -p "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && echo "$key" >"$XDG_CONFIG_HOME/fxpipe/alphavantage.key" && echo "$key" >key)
	"${command[@]}" -v <good >out 2>err || true
	not grep -q "$key" out err
	if [ "$1" = fxfetch ]; then
		# A key given by mistake in place of its location is not printed either.
		not fxfetch -p alphavantage -K "$key" BTC/USD >out 2>err
		not grep -q "$key" out err
		# The key is accepted; the provider cannot be reached.
		in_background fxfetch -v -p alphavantage -K file:"$PWD/key" --timeout 5 BTC/USD >out 2>err
		not grep -q "$key" "/proc/$background/cmdline"
		status_of "$background"
		[ "$status" != 0 ]
		not grep -q "$key" out err
	fi
}
