# fxcron: schedules, blocks in the crontab, runs as cron starts them, loops, units.

load helper
load cron

PRODUCER='fxfetch -p sample BTC/USD | fxenc | kput -q -k ticker'

# The path of fxcron as entries have it, quoted if necessary.
program=$FX_BUILD/bin/fxcron
case $program in
*[!A-Za-z0-9/._-]*) program="'$program'" ;;
esac

# The fields of a crontab for a schedule.
fields_of() {
	fxcron install name "$1" --print --log - -- true | sed -n "s| '\{0,1\}/.*fxcron'\{0,1\} run .*||p"
}

# The events of a timer for a schedule.
events_of() {
	fxcron install name "$1" --systemd --print -- true | grep -E '^On[A-Z]'
}

refuses() {
	run -2 --separate-stderr fxcron install name "$1" --print --log - -- true
	[ -z "$output" ]
	has "$stderr" "$2"
}

# --- schedules ---

@test "rates that divide a larger unit become fields of a crontab" {
	local schedule fields
	while IFS='|' read -r schedule fields; do
		[ "$(fields_of "$schedule")" = "$fields" ] || { echo "$schedule: $(fields_of "$schedule")" && false; }
	done <<-'END'
		rate(1 minute)|* * * * *
		rate(2 minutes)|*/2 * * * *
		rate(5 minutes)|*/5 * * * *
		rate(30 minutes)|*/30 * * * *
		rate(60 minutes)|0 * * * *
		rate(120 minutes)|0 */2 * * *
		rate(1440 minutes)|0 0 * * *
		rate(1 hour)|0 * * * *
		rate(3 hours)|0 */3 * * *
		rate(12 hours)|0 */12 * * *
		rate(24 hours)|0 0 * * *
		rate(1 day)|0 0 * * *
		rate(7 days)|0 0 * * 0
	END
}

@test "EventBridge's six fields become five" {
	local schedule fields
	while IFS='|' read -r schedule fields; do
		[ "$(fields_of "$schedule")" = "$fields" ] || { echo "$schedule: $(fields_of "$schedule")" && false; }
	done <<-'END'
		cron(0 10 * * ? *)|0 10 * * *
		cron(15 12 * * ? *)|15 12 * * *
		cron(0 18 ? * MON-FRI *)|0 18 * * 1-5
		cron(0 8 1 * ? *)|0 8 1 * *
		cron(0/15 * * * ? *)|*/15 * * * *
		cron(0/10 * ? * MON-FRI *)|*/10 * * * 1-5
		cron(0/5 8-17 ? * MON-FRI *)|*/5 8-17 * * 1-5
		cron(5/20 * * * ? *)|5,25,45 * * * *
		cron(0 */3 * * ? *)|0 */3 * * *
		cron(0 0/7 * * ? *)|0 */7 * * *
		cron(0 22-2 * * ? *)|0 0-2,22,23 * * *
		cron(0 9 ? * 1 *)|0 9 * * 0
		cron(0 9 ? * 7 *)|0 9 * * 6
		cron(0 9 ? * 2-6 *)|0 9 * * 1-5
		cron(0 9 ? * FRI-MON *)|0 9 * * 0,1,5,6
		cron(0 9 ? * sun,Wed *)|0 9 * * 0,3
		cron(0 9 1,15 JAN,jul ? *)|0 9 1,15 1,7 *
		cron(0 9 1 JAN-MAR ? *)|0 9 1 1-3 *
		cron(0 9 2/10 * ? *)|0 9 2,12,22 * *
		cron(* * * * ? *)|* * * * *
		cron(0-59 0-23 ? * * *)|* * * * *
		cron( 0  10 * * ? * )|0 10 * * *
	END
}

@test "the five fields of a crontab, and @hourly and the like, are kept as they are" {
	local schedule fields
	while IFS='|' read -r schedule fields; do
		[ "$(fields_of "$schedule")" = "$fields" ] || { echo "$schedule: $(fields_of "$schedule")" && false; }
	done <<-'END'
		* * * * *|* * * * *
		*/5 * * * *|*/5 * * * *
		0 9-17/2 * * 1-5|0 9-17/2 * * 1-5
		0 9 1,15 * 7|0 9 1,15 * 7
		0 9 * jan mon|0 9 * jan mon
		@hourly|0 * * * *
		@daily|0 0 * * *
		@midnight|0 0 * * *
		@weekly|0 0 * * 0
		@monthly|0 0 1 * *
		@yearly|0 0 1 1 *
		@annually|0 0 1 1 *
		@reboot|@reboot
	END
}

@test "what cron cannot do is refused with the reason" {
	refuses 'rate(7 minutes)' 'rate(6 minutes) or rate(10 minutes)'
	refuses 'rate(45 minutes)' 'rate(30 minutes) or rate(60 minutes)'
	refuses 'rate(90 minutes)' 'rate(30 minutes) or rate(60 minutes)'
	refuses 'rate(5 hours)' 'rate(4 hours) or rate(6 hours)'
	refuses 'rate(36 hours)' 'rate(12 hours) or rate(24 hours)'
	refuses 'rate(2 days)' 'starts again each month'
	refuses 'rate(0 minutes)' 'at least 1'
	refuses 'rate(1 minutes)' 'rate(1 minute)'
	refuses 'rate(5 minute)' 'rate(5 minutes)'
	refuses 'rate(5 weeks)' 'expected rate'
	refuses 'rate(-1 minutes)' 'expected rate'
	refuses 'rate()' 'expected rate'
	refuses 'cron(0 0 L * ? *)' 'no L'
	refuses 'cron(0 0 ? * 6L *)' 'no L'
	refuses 'cron(0 0 3W * ? *)' 'no W'
	refuses 'cron(0 0 ? * 6#3 *)' 'no #'
	refuses 'cron(0 0 * * ? 2027)' 'no years'
	refuses 'cron(0 0 * * * *)' 'must be ?'
	refuses 'cron(0 0 ? * ? *)' 'cannot both be ?'
	refuses 'cron(0 0 * * ?)' 'six fields are required'
	refuses 'cron(60 0 * * ? *)' "'60' is not a minute (0 to 59)"
	refuses 'cron(0 24 * * ? *)' "'24' is not an hour"
	refuses 'cron(0 0 0 * ? *)' "'0' is not a day of month"
	refuses 'cron(0 0 1 13 ? *)' "'13' is not a month"
	refuses 'cron(0 0 ? * 0 *)' "'0' is not a day of week (1 to 7"
	refuses 'cron(0 0 ? * 8 *)' "'8' is not a day of week"
	refuses 'cron(0/0 0 * * ? *)' 'is not a minute'
	refuses 'cron(1,,2 0 * * ? *)' 'is not a minute'
	refuses 'cron(a 0 * * ? *)' 'is not a minute'
	refuses 'at(2027-01-01T00:00:00)' 'at(1)'
	refuses '* * * *' 'not a schedule'
	refuses '60 * * * *' 'is not a minute'
	refuses '5/10 * * * *' 'is not a minute'
	refuses '50-10 * * * *' 'is not a minute'
	refuses '* * * * 8' "'8' is not a day of week (0 to 7"
	refuses '@sometimes' 'not a schedule'
	refuses '$(touch${IFS}broken) * * * *' 'is not a minute'
	refuses '`touch${IFS}broken` * * * *' 'is not a minute'
	refuses 'a[$(touch${IFS}broken)] * * * *' 'is not a minute'
	[ ! -e broken ]
}

@test "a timer accepts every schedule that cron accepts, and all other rates" {
	local schedule event
	while IFS='|' read -r schedule event; do
		events_of "$schedule" | grep -qxF "$event" || { echo "$schedule: $(events_of "$schedule")" && false; }
	done <<-'END'
		rate(1 minute)|OnCalendar=*-*-* *:*:00
		rate(5 minutes)|OnCalendar=*-*-* *:0/5:00
		rate(3 hours)|OnCalendar=*-*-* 0/3:0:00
		rate(7 minutes)|OnUnitActiveSec=7min
		rate(90 minutes)|OnUnitActiveSec=90min
		rate(2 days)|OnUnitActiveSec=2880min
		rate(7 days)|OnCalendar=Sun *-*-* 0:0:00
		cron(0 18 ? * MON-FRI *)|OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 18:0:00
		cron(0/5 8-17 1 JAN ? *)|OnCalendar=*-1-1 8..17:0/5:00
		cron(5/20 * * * ? *)|OnCalendar=*-*-* *:5,25,45:00
		0 9 1,15 * 7|OnCalendar=*-*-1,15 9:0:00
		0 9 1,15 * 7|OnCalendar=Sun *-*-* 9:0:00
		@reboot|OnStartupSec=1s
	END
}

# --- requests a day ---

@test "more requests than a provider allows a day are refused, with the arithmetic" {
	run -2 --separate-stderr fxcron install p 'rate(1 minute)' -- \
		'fxfetch -p alphavantage BTC/USD ETH/USD DOGE/USD | fxenc | kput -q -k ticker'
	has "$stderr" 'rate(1 minute) x 3 pairs = 4320 requests a day; alphavantage allows 25: at most 8 runs a day, e.g. cron(0 */3 * * ? *)'
	[ ! -e "$HOME/crontab" ]
	# It accepts the schedule that it proposes.
	fxcron install p 'cron(0 */3 * * ? *)' -- 'fxfetch -p alphavantage BTC/USD ETH/USD DOGE/USD | fxenc | kput -q -k ticker'
	# Another entry for the same provider has the remaining requests.
	run -2 --separate-stderr fxcron install q 'cron(0 */12 * * ? *)' -- 'fxfetch -p alphavantage EUR/USD | fxenc'
	has "$stderr" '= 2 requests a day; alphavantage allows 25, and other entries make 24: at most 1 run a day'
	run -2 --separate-stderr fxcron install q 'cron(0 */12 * * ? *)' -- 'fxfetch -p alphavantage-quote IBM | fxenc'
	has "$stderr" '= 2 requests a day; alphavantage allows 25, and other entries make 24: at most 1 run a day'
	fxcron install q @daily -- 'fxfetch -p alphavantage EUR/USD | fxenc'
}

@test "providers and pairs are found in a command as fxfetch would read it" {
	fxcron install a 'rate(1 minute)' --print -- 'fxfetch BTC/USD'
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	: >"$XDG_CONFIG_HOME/fxpipe/alphavantage.key"
	run -2 fxcron install a 'rate(1 minute)' --print -- 'fxfetch BTC/USD'
	run -0 fxcron install a 'rate(1 minute)' --print -- 'FX_PROVIDER=coinbase fxfetch BTC/USD'
	run -0 fxcron install a 'rate(1 minute)' --print -e FX_PROVIDER=coinbase -- 'fxfetch BTC/USD'
	FX_PROVIDER=kraken run -0 fxcron install a 'rate(1 minute)' --print -- 'fxfetch BTC/USD'
	rm "$XDG_CONFIG_HOME/fxpipe/alphavantage.key"
	run -2 fxcron install a 'rate(1 minute)' --print -- 'fxfetch -K file:key BTC/USD'
	run -2 fxcron install a 'rate(1 minute)' --print -- 'FX_PROVIDER=alphavantage /usr/bin/fxfetch BTC/USD'
	run -2 fxcron install a 'rate(1 minute)' --print -- 'fxfetch --provider=alphavantage <pairs'
	run -2 fxcron install a 'rate(1 minute)' --print -- 'true; (fxfetch -palphavantage -j 2 BTC/USD)&'
	run -0 fxcron install a 'rate(1 hour)' --print -- 'fxfetch -p alphavantage BTC/USD'
	run -2 fxcron install a 'rate(1 hour)' --print --pairs 2 -- 'fxfetch -p alphavantage <pairs'
	run -2 fxcron install a 'rate(1 hour)' --print -- "fxfetch -p alphavantage 'BTC/USD'; fxfetch -p alphavantage ETH/USD"
	run -0 fxcron install a 'rate(1 minute)' --print --limit-per-day 2000 -- 'fxfetch -p alphavantage BTC/USD'
	run -0 fxcron install a 'rate(1 hour)' --print -- 'fxfetch --log json -p alphavantage BTC/USD'
	run -0 fxcron install a 'rate(1 hour)' --print -- 'fxfetch --profile work --region eu-west-1 --role-arn r --endpoint-url u -p alphavantage BTC/USD'
	run -2 fxcron install a 'rate(1 hour)' --print -- "fxfetch -p alphavantage '' BTC/USD"
	run -2 fxcron install a 'rate(1 hour)' --print -- 'export FX_PROVIDER=alphavantage; fxfetch BTC/USD ETH/USD | fxenc'
	run -0 fxcron install a 'rate(1 hour)' --print -- 'FX_PROVIDER=alphavantage true; fxfetch BTC/USD ETH/USD | fxenc'
	run -2 fxcron install a 'rate(1 minute)' --print --provider alphavantage -- './own'
	run -0 fxcron install a 'rate(1 minute)' --print --force -- 'fxfetch -p alphavantage BTC/USD'
	run -0 fxcron install a 'rate(1 minute)' --print -- 'echo "fxfetch -p alphavantage BTC/USD"'
	echo '{"url":"https://mine.example/{from}/{to}","fields":{"exchange_rate":"/rate"},
		"limits":[{"requests":10,"seconds":1},{"requests":100,"seconds":86400}]}' >"$XDG_CONFIG_HOME/fxpipe/providers/mine.json"
	run -2 --separate-stderr fxcron install a 'rate(1 minute)' --print -- 'fxfetch -p mine BTC/USD'
	has "$stderr" 'mine allows 100: at most 100 runs a day, e.g. rate(15 minutes)'
	# Several pairs in a request.
	run -0 fxcron install a 'rate(1 minute)' --print --pairs 500 -- 'fxfetch -p coingecko <pairs'
	run -2 --separate-stderr fxcron install a 'rate(1 minute)' --print --pairs 501 -- 'fxfetch -p coingecko <pairs'
	has "$stderr" 'coingecko allows 7200:'
	run -2 --separate-stderr fxcron install a '@daily' --print --pairs 26 --provider alphavantage -- ./own
	has "$stderr" 'not even one run a day'
}

@test "daily limits are taken from the providers' definitions" {
	local file name base limit
	for file in "$REPOSITORY"/lib/rate/providers/*.json; do
		name=$(basename "$file" .json)
		base=$(jq -r '.based_on // empty' "$file")
		[ -z "$base" ] || file=${file%/*}/$base.json
		limit=$(jq -r '[(.limits[]? | .requests * 86400 / .seconds), (.requests_per_day // empty)] |
			min // empty | floor' "$file")
		case $name in
		alphavantage)
			[ "$limit" = 25 ]
			grep -q 'quota of 25 requests a day' "$file"
			;;
		sample | mqtt) [ -z "$limit" ] && continue ;;
		esac
		run -2 --separate-stderr fxcron install a '* * * * *' --print --provider "$name" --pairs 10000 -- true
		has "$stderr" "${base:-$name} allows $limit:"
	done
}

# --- the crontab ---

hostile_crontab() {
	printf '# mine\r\nMAILTO=me\n\n* * * * * echo 100\\%% \t\n#fxpipe: rates begin\n# fxpipe: rates begin \n# fxpipe: other begin of mine\n # fxpipe: rates end\n\377\376\n# fxpipe: rates begin\r\n'
}

@test "install adds a block at the end, list shows it, remove deletes it; other lines stay byte for byte" {
	hostile_crontab >"$HOME/crontab"
	fxcron install rates 'rate(1 minute)' --log "$PWD/log" -- "$PRODUCER"
	cmp -n "$(hostile_crontab | wc -c)" <(hostile_crontab) "$HOME/crontab"
	[ "$(tail -n +"$(($(hostile_crontab | wc -l) + 1))" "$HOME/crontab")" = "# fxpipe: rates begin
# rate(1 minute)
* * * * * $program run rates --log $PWD/log -e FX_HOME=$FX_HOME -- '$PRODUCER'
# fxpipe: rates end" ]
	fxcron list --json >listed
	holds -s --arg command "$PRODUCER" --arg home "$FX_HOME" --arg log "$PWD/log" \
		'. == [{"name":"rates","schedule":"rate(1 minute)","command":$command,"environment":{"FX_HOME":$home},
		"limit":null,"delay":0,"log":$log,"timer":"cron","service":false}]' listed
	[ "$(fxcron list)" = $'rates\trate(1 minute)\t'"$PRODUCER" ]
	fxcron remove rates
	hostile_crontab | cmp - "$HOME/crontab"
	run -0 --separate-stderr fxcron remove rates
	[ -z "$output$stderr" ]
	run -0 --separate-stderr fxcron remove -v rates
	has "$stderr" "no such entry"
}

@test "installing again changes nothing; replacing an entry keeps the lines around it" {
	local before
	fxcron install one @daily --log - -- true
	printf '# between\n' >>"$HOME/crontab"
	fxcron install two @daily --log - -- true
	printf '# after\n' >>"$HOME/crontab"
	before=$(cat "$HOME/crontab")
	: >"$HOME/crontab.log"
	fxcron install one @daily --log - -- true
	[ "$(cat "$HOME/crontab")" = "$before" ]
	[ "$(sort -u "$HOME/crontab.log")" = -l ]
	fxcron install one @weekly --log - --limit 60 --delay 5 -- 'true; false'
	[ "$(grep -v '^[0-9*#]' "$HOME/crontab" | wc -l)" = 0 ]
	[ "$(grep -n '^# [^f]' "$HOME/crontab" | tr '\n' ' ')" = "2:# @weekly 5:# between 7:# @daily 10:# after " ]
	fxcron list --json | head -n 1 | holds '.limit == 60 and .delay == 5 and .schedule == "@weekly"'
	fxcron remove one
	fxcron remove two
	[ "$(cat "$HOME/crontab")" = $'# between\n# after' ]
}

@test "a newline is added to a crontab that ends without one; a missing crontab is created" {
	printf '* * * * * true' >"$HOME/crontab"
	fxcron install one @daily --log - -- true
	[ "$(head -n 2 "$HOME/crontab")" = $'* * * * * true\n# fxpipe: one begin' ]
	rm "$HOME/crontab"
	fxcron install one @daily --log - -- true
	[ "$(wc -l <"$HOME/crontab")" = 4 ]
	fxcron remove one
	[ ! -s "$HOME/crontab" ]
}

@test "a block that was edited is not replaced: exit status 2; removal keeps the lines of others" {
	local broken
	for broken in '# fxpipe: rates begin\n* * * * * true\n' '* * * * * true\n# fxpipe: rates end\n' \
		'# fxpipe: rates end\n# a\n* * * * * x run rates \n# fxpipe: rates begin\n' \
		'# fxpipe: rates begin\n# a\n* * * * * x run rates \n# fxpipe: rates end\n# fxpipe: rates begin\n# a\n* * * * * x run rates \n# fxpipe: rates end\n' \
		'# fxpipe: rates begin\n# a\n* * * * * x run rates \n0 0 * * * mine\n# fxpipe: rates end\n' \
		'# fxpipe: rates begin\n# a\n0 0 * * * mine\n# fxpipe: rates end\n'; do
		# shellcheck disable=SC2059 # it is a format
		printf "$broken" >"$HOME/crontab"
		cp "$HOME/crontab" before
		run -2 --separate-stderr fxcron install rates @daily -- true
		has "$stderr" "not as fxcron wrote them"
		has "$stderr" "fxcron remove rates"
		cmp before "$HOME/crontab"
		# Entries of other names are not affected.
		fxcron install other @daily -- true
		fxcron remove other
		cmp before "$HOME/crontab"
		cp before broken
		fxcron remove rates
		grep -v '^# fxpipe' before | grep -v '^# a$' | diff - <(grep -v '^# a$' "$HOME/crontab")
		[ -z "$(fxcron list)" ]
		cp broken "$HOME/crontab"
	done
	# The entries after it are listed, and counted.
	fxcron install second 'rate(1 hour)' -- 'fxfetch -p alphavantage BTC/USD'
	run -0 --separate-stderr fxcron list
	has "$stderr" "fxcron: rates: the lines between"
	[ "$(cut -f 1,2 <<<"$output")" = $'rates\tdamaged\nsecond\trate(1 hour)' ]
	[ "$(fxcron list --json | jq -c 'select(.damaged)')" = '{"name":"rates","damaged":true}' ]
	run -2 --separate-stderr fxcron install third 'rate(1 hour)' -- 'fxfetch -p alphavantage BTC/USD'
	has "$stderr" 'other entries make 24'
}

@test "remove says what it removed and what it kept of a block that was edited" {
	local change message
	while IFS='|' read -r change message; do
		fxcron install rates @daily --log - -e A=1 -- true
		sed -i "$change" "$HOME/crontab"
		run -0 --separate-stderr fxcron list
		has "$output" "rates	damaged"
		run -0 --separate-stderr fxcron remove rates
		has "$stderr" "the entry rates had been edited in the crontab: $message"
		run -0 fxcron list
		[ -z "$output" ]
		rm "$HOME/crontab"
	done <<-'END'
		/fxcron run/d|its line is missing
		s/[^ ]*fxcron run rates/myscript/|its line is missing; kept, because fxcron did not write it (crontab -e deletes it): 0 0 * * * myscript
		s/fxcron run/myscript run/|its line is missing; kept, because
		3s/.*/&\n* * * * * mine/|removed 0 0 * * *
		s/ -- / --wrong /|removed 0 0 * * *
	END
}

@test "an entry whose line fxcron cannot read is not replaced: exit status 2" {
	local change
	for change in 's/[^ ]*fxcron run/nice &/' 's/fxcron run/myfxcron run/' 's/ -- / --wrong /' \
		's/[^ ]*fxcron run rates/mine -e FX_MADE_BY=x/'; do
		fxcron install rates @daily --log - -- true
		sed -i "$change" "$HOME/crontab"
		cp "$HOME/crontab" before
		run -2 --separate-stderr fxcron install rates @hourly --log - -- false
		has "$stderr" "not as fxcron wrote it"
		cmp before "$HOME/crontab"
		fxcron remove rates
		[ ! -s "$HOME/crontab" ]
	done
}

@test "the line of an entry is found with other blanks in it" {
	fxcron install rates @daily --log - -- true
	sed -i 's/fxcron run rates/fxcron  run	rates  /' "$HOME/crontab"
	[ "$(fxcron list)" = $'rates\t@daily\ttrue' ]
	sed -i 2d "$HOME/crontab"
	run -0 --separate-stderr fxcron remove rates
	has "$stderr" "removed 0 0 * * *"
	[ ! -s "$HOME/crontab" ]
}

@test "the rest of a block that was edited is removed, and not a line of the block after it" {
	local name edit
	for name in a b; do
		fxcron install "$name" @daily --log - -e FX_MADE_BY=x -- true
	done
	cp "$HOME/crontab" both
	for edit in 2,4d '2,4d;$a # fxpipe: a end'; do
		sed "$edit" both >"$HOME/crontab"
		fxcron remove a
		sed 1,4d both | cmp - "$HOME/crontab"
	done
}

@test "a block that was commented out with its marks is paused" {
	local mark
	fxcron install other @daily --log - -- true
	for mark in '# ' '#' '#	' '## '; do
		fxcron install rates 'rate(1 hour)' --log - -- true
		sed -i "/^# fxpipe: rates begin/,/^# fxpipe: rates end/s/^/$mark/" "$HOME/crontab"
		[ "$(fxcron list | cut -f 1,2)" = $'other\t@daily\nrates\trate(1 hour), paused' ]
		fxcron install rates 'rate(1 hour)' --log - -- true
		[ "$(fxcron list | cut -f 1,2)" = $'other\t@daily\nrates\trate(1 hour)' ]
		[ "$(wc -l <"$HOME/crontab")" = 8 ]
		sed -i "/^# fxpipe: rates begin/,/^# fxpipe: rates end/s/^/$mark/" "$HOME/crontab"
		run -0 --separate-stderr fxcron remove rates
		[ -z "$stderr" ]
		[ "$(wc -l <"$HOME/crontab")" = 4 ]
	done
}

# The line of an entry is what cron runs, and what counts.
@test "an entry that was commented out is paused; removing or installing it works" {
	local mark
	for mark in '# ' '#' '## '; do
		fxcron install rates 'rate(1 hour)' --log - -- 'fxfetch -p alphavantage BTC/USD'
		sed -i "3s/^/$mark/" "$HOME/crontab"
		[ "$(fxcron list)" = $'rates\trate(1 hour), paused\tfxfetch -p alphavantage BTC/USD' ]
		fxcron list --json | holds '.paused == true and .schedule == "rate(1 hour)"'
		# It makes no requests.
		fxcron install other 'rate(1 hour)' --log - -- 'fxfetch -p alphavantage BTC/USD'
		fxcron remove other
		fxcron remove rates
		[ ! -s "$HOME/crontab" ]
	done
	fxcron install rates 'rate(1 hour)' --log - -- true
	sed -i '3s/^/# /' "$HOME/crontab"
	fxcron install rates 'rate(1 hour)' --log - -- true
	grep -q '^0 \* \* \* \* ' "$HOME/crontab"
	fxcron list --json | holds 'has("paused") | not'
}

@test "list shows the time and the command as cron has them, not as they were installed" {
	fxcron install rates 'rate(1 minute)' --log - -- 'date +%s'
	sed -i '2s/.*/# every minute/' "$HOME/crontab"
	[ "$(fxcron list)" = $'rates\t* * * * *\tdate +%s' ]
	sed -i '2s/.*/# rate(1 minute)/; 3s/^\*/*\/10/' "$HOME/crontab"
	[ "$(fxcron list)" = $'rates\t*/10 * * * *\tdate +%s' ]
	sed -i '3s/^[^f]* \//@hourly   \//' "$HOME/crontab"
	[ "$(fxcron list | cut -f 2)" = @hourly ]
	sed -i "3s/ -- .*/ -- 'echo \\\\%s' 2>>\/tmp\/log/" "$HOME/crontab"
	[ "$(fxcron list | cut -f 3)" = "'echo \\%s' 2>>/tmp/log" ]
	sed -i '3s/ -- .*/ -- date +%s/' "$HOME/crontab"
	[ "$(fxcron list | cut -f 3)" = 'date +%s' ]
	sed -i "3s/ -- .*/ -- 'date +\\\\%s'/" "$HOME/crontab"
	[ "$(fxcron list | cut -f 3)" = 'date +%s' ]
	fxcron install follow --service --log - -- true
	sed -i '/run rates/!s/^\* \* \* \* \* /@reboot /' "$HOME/crontab"
	fxcron list --json | holds -s 'map(select(.name == "follow")) == [{"name":"follow","schedule":"@reboot","command":"true",
		"environment":{"FX_HOME":env.FX_HOME},"limit":null,"delay":0,"log":"-","timer":"cron","service":true}]'
}

@test "a relative FX_HOME is installed as a path from the root" {
	FX_HOME=here fxcron install rates @daily --log - -- true
	fxcron list --json | holds --arg home "$PWD/here" '.environment.FX_HOME == $home'
}

@test "install says that no cron daemon runs" {
	unshare --pid --fork --mount-proc true 2>/dev/null || skip "a process namespace of its own is not to be had here"
	[ ! -e /usr/lib/systemd/system-generators/systemd-crontab-generator ] || skip "systemd runs the crontabs here"
	run -0 --separate-stderr unshare --pid --fork --mount-proc fxcron install rates @daily --log - -- true
	has "$stderr" 'fxcron: rates: the cron daemon does not seem to run'
	run -0 --separate-stderr unshare --pid --fork --mount-proc fxcron install rates @daily --log - --print -- true
	[ -z "$stderr" ]
	cp "$(command -v bash)" cron
	mkfifo gate
	run -0 --separate-stderr unshare --pid --fork --mount-proc bash -c '
		./cron -c "read -r <gate" &
		until grep -qx cron /proc/[0-9]*/comm; do :; done
		fxcron install rates @daily --log - -- true
		kill $!'
	[ -z "$stderr" ]
}

@test "commands with characters special to cron or a shell are listed and run unchanged" {
	local command
	while IFS= read -r command; do
		fxcron install bend @daily --log - -- "$command"
		[ "$(fxcron list --json | jq -r .command)" = "$command" ]
		[ "$(as_cron bend)" = "$(bash -c "$command")" ] || { echo "$command: $(as_cron bend)" && false; }
		fxcron install bend @daily --systemd --print -- "$command" >unit
	done <<-'END'
		date +%Y-%m-%d
		printf '%s\n' 'a\%b' "c'd" "e\\f" 'g\\\\h' "i\"j"
		echo '100%' '\%' '%%' "\\\\%"
		echo $HOME "$((1 + 2))" `echo ran` 'a  b' a\ b # c
		echo "{\"a\":1}" | jq -c '.a + 1 | "x\(.)"'
		printf '\t|\\|%%|\n' ä
		echo '*' \* ! ~ ; echo "'"
	END
	fxcron install bend @daily --log - -- printf '%s|' "it's" '100%' 'a  b' '$HOME' '\'
	[ "$(as_cron bend)" = "it's|100%|a  b|\$HOME|\\|" ]
}

@test "a line that is too long for cron, and a command that bash does not accept, are refused" {
	run -2 --separate-stderr fxcron install long @daily -- "echo $(printf 'x%.0s' {1..1000})"
	has "$stderr" "bytes, but cron takes"
	run -0 fxcron install long @daily --systemd --print -- "echo $(printf 'x%.0s' {1..1000})"
	run -2 --separate-stderr fxcron install odd @daily -- $'echo a\necho b'
	has "$stderr" "cannot hold a newline"
	run -2 fxcron install odd $'* * * * *\n* * * * * injected' -- true
	run -2 fxcron install odd @daily --log $'a\nb' -- true
	run -2 fxcron install odd @daily -e $'A=a\n* * * * * b' -- true
	run -2 fxcron install odd @daily --systemd -e $'A=a\nExecStop=b' -- true
	run -2 --separate-stderr fxcron install odd @daily -- 'echo "a'
	has "$stderr" "bash does not accept COMMAND"
	[ ! -e "$HOME/crontab" ]
}

@test "secrets are refused" {
	local name command
	for name in AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN ALPHAVANTAGE_API_KEY MY_TOKEN_2 DB_PASSWORD; do
		run -2 --separate-stderr fxcron install s @daily -e "$name=hidden" -- true
		has "$stderr" "$name is a secret"
		has "$stderr" "AWS_PROFILE"
		not has "$output$stderr" hidden 2>/dev/null
		run -2 --separate-stderr fxcron install s @daily -- "$name=hidden fxfetch BTC/USD"
		has "$stderr" "$name, a secret"
		not has "$output$stderr" hidden 2>/dev/null
	done
	for command in 'tool --password=hidden' 'tool --password hidden' 'curl "https://a.example/?apikey=hidden"' \
		'curl -H "X-Api-Key: hidden" https://a.example' 'curl https://me:hidden@a.example'; do
		run -2 --separate-stderr fxcron install s @daily -- "$command"
		has "$stderr" ", a secret, which everyone can read there: "
		not has "$output$stderr" hidden 2>/dev/null
	done
	run -2 --separate-stderr fxcron install s @daily -e 'URL=https://a.example/?apikey=hidden' -- true
	has "$stderr" "URL holds apikey, a secret"
	not has "$output$stderr" hidden 2>/dev/null
	AWS_ENDPOINT_URL=http://me:hidden@127.0.0.1 run -2 --separate-stderr fxcron install s @daily -- true
	not has "$output$stderr" hidden 2>/dev/null
	run -2 --separate-stderr fxcron install s @daily -e AWS_ENDPOINT_URL=http://me:hidden@127.0.0.1 -- true
	not has "$output$stderr" hidden 2>/dev/null
	AWS_ENDPOINT_URL=https://hidden@127.0.0.1 run -2 --separate-stderr fxcron install s @daily -- true
	has "$stderr" 'AWS_ENDPOINT_URL holds a password'
	not has "$output$stderr" hidden 2>/dev/null
	AWS_SECRET_ACCESS_KEY=hidden AWS_ACCESS_KEY_ID=hidden fxcron install s @daily -- true
	not grep hidden "$HOME/crontab"
	[ ! -e "$HOME/hidden" ]
	fxcron install s @daily -e AWS_WEB_IDENTITY_TOKEN_FILE=/run/token -- true
}

@test "the variables that the tools use are copied from the environment of install; -e takes precedence" {
	export FX_STREAM=kinesis:a FX_TABLE='dynamodb:b c' AWS_PROFILE=p AWS_REGION=eu-west-1 \
		AWS_ENDPOINT_URL_KINESIS=http://127.0.0.1:9 XDG_STATE_HOME=$PWD/state
	fxcron install e @daily -e FX_STREAM=kinesis:mine -e 'A=a=b' -- true
	fxcron list --json >listed
	holds --arg home "$FX_HOME" --arg state "$PWD/state" '.environment == {"FX_STREAM":"kinesis:mine","A":"a=b",
		"FX_HOME":$home,"FX_TABLE":"dynamodb:b c","AWS_PROFILE":"p","AWS_REGION":"eu-west-1",
		"XDG_STATE_HOME":$state,"AWS_ENDPOINT_URL_KINESIS":"http://127.0.0.1:9"}' listed
}

@test "an edit by someone else in between is not lost" {
	# When it is read again for the first time, a line has been added.
	mv "$HOME/bin/crontab" "$HOME/bin/real"
	cat >"$HOME/bin/crontab" <<-'END'
		#!/bin/bash
		"$HOME/bin/real" "$@"
		status=$?
		[ -e "$HOME/edited" ] || { : >"$HOME/edited"; echo "# of another" >>"$HOME/crontab"; }
		exit $status
	END
	chmod +x "$HOME/bin/crontab"
	fxcron install one @daily --log - -- true
	grep -qx '# of another' "$HOME/crontab"
	grep -qx '# fxpipe: one begin' "$HOME/crontab"
}

@test "twenty installs at once: all are installed" {
	local at pids=()
	for at in {1..20}; do
		fxcron install "n$at" @daily --log - -- true 9>&- &
		pids+=($!)
	done
	for at in "${pids[@]}"; do
		wait "$at"
	done
	[ "$(fxcron list | wc -l)" = 20 ]
}

@test "a crontab(1) that refuses it, fails or is missing: exit status 2" {
	printf '#!/bin/sh\n[ "$1" = -l ] && exit 0\necho "you are not allowed" >&2\nexit 1\n' >"$HOME/bin/crontab"
	run -2 --separate-stderr fxcron install one @daily --log - -- true
	has "$stderr" "you are not allowed"
	printf '#!/bin/sh\necho "must be privileged" >&2\nexit 1\n' >"$HOME/bin/crontab"
	run -2 --separate-stderr fxcron install one @daily --log - -- true
	has "$stderr" "must be privileged"
	run -2 --separate-stderr fxcron list
	rm "$HOME/bin/crontab"
	mkdir none
	for tool in bash dirname readlink mktemp rm cat sed sort grep cut tr wc head tail cmp flock mkdir env jq; do
		ln -s "$(command -v "$tool")" none/
	done
	PATH=$PWD/none run -2 --separate-stderr "$FX_BUILD/bin/fxcron" install one @daily --log - -- true
	has "$stderr" "crontab(1) is missing"
	has "$stderr" "apt-get install cron"
	PATH=$PWD/none run -0 "$FX_BUILD/bin/fxcron" list
	[ -z "$output" ]
}

@test "a crontab of which crontab -l writes only a part is not read as a shorter one: exit status 2" {
	local number end
	for number in {1..300}; do echo "# $number"; done >"$HOME/crontab"
	fxcron install one @daily --log - -- true
	cp "$HOME/crontab" before
	for end in 'exit 1' 'kill -KILL $$'; do
		printf '#!/bin/sh\n[ "$1" = -l ] || exec cp /dev/stdin "%s"\nhead -n 100 "%s"\n%s\n' \
			"$HOME/crontab" "$HOME/crontab" "$end" >"$HOME/bin/crontab"
		run -2 --separate-stderr fxcron remove one
		has "$stderr" "crontab -l failed"
		cmp before "$HOME/crontab"
	done
	# No copy of it is kept on disk, which may be full.
	printf '#!/bin/sh\n[ "$1" = -l ] || exec cat >"$HOME/written"\ncat "%s"\n' "$HOME/crontab" >"$HOME/bin/crontab"
	run -2 bash -c "trap '' XFSZ; ulimit -f 1; fxcron remove one"
	has "$output" "crontab refused it"
	cmp before "$HOME/crontab"
}

@test "a state directory that cannot be written: exit status 2" {
	mkdir -p "$HOME/.local/state/fxpipe/cron/crontab.lock"
	run -2 --separate-stderr fxcron install one @daily --log - -- true
	has "$stderr" "fxcron: one: $HOME/.local/state/fxpipe/cron/crontab.lock cannot be written: "
}

# without COMMANDS WORD…: with a PATH that has everything usual but COMMANDS.
without() {
	local tool
	rm -rf some && mkdir some
	for tool in bash dirname readlink mktemp rm cat sed sort grep cut tr wc head tail cmp flock mkdir env jq timeout crontab date ps sleep true; do
		[[ " $1 " == *" $tool "* ]] || ln -s "$(command -v "$tool")" some/
	done
	shift
	PATH=$PWD/some "$FX_BUILD/bin/fxcron" "$@"
}

@test "it needs bash, and neither flock, timeout, ps nor jq" {
	run -2 --separate-stderr without bash run one -- true
	[ "$stderr" = "fxcron: one: bash is missing: install it" ]
	run -2 --separate-stderr without bash run one --log log -- true
	has "$(cat log)" "bash is missing"
	run -2 --separate-stderr without bash install one @daily --log - -- true
	has "$stderr" "bash is missing"
	run -0 --separate-stderr without 'flock timeout ps jq sleep' install one @daily --log - -- true
	run -0 --separate-stderr without 'flock timeout ps jq sleep' list --json
	holds '.name == "one"' <<<"$output"
	run -75 --separate-stderr without 'flock timeout ps jq sleep' run one --limit 1 -- 'echo ran; while :; do :; done'
	[ "$output" = ran ]
	has "$stderr" "its limit is 1 s"
}

@test "a command that begins with a dash is a command" {
	fxcron install one @daily --log "$PWD/log" -- '-v; echo ran'
	as_cron one
	has "$(cat log)" ran
	run -2 --separate-stderr fxcron install one @daily --log - -- '-v; ('
	has "$stderr" "syntax error"
}

# --- runs ---

@test "as cron runs it, the producer works, and the consumer after it" {
	fxcron install producer 'rate(1 minute)' --log "$PWD/log" -- "$PRODUCER"
	fxcron install consumer 'rate(1 minute)' --log "$PWD/log" -- 'kread -g table | ddbput | kack -g table'
	as_cron producer
	as_cron consumer
	[ "$(ddbget BTC/USD | wc -l)" = 60 ]
	[ ! -s log ]
}

@test "if any part of the pipeline fails, the run fails, and that is reported" {
	fxcron install broken @daily --log "$PWD/log" -- 'echo out; echo err >&2; exit 75 | true'
	run -75 --separate-stderr as_cron broken
	[ -z "$output$stderr" ]
	grep -qE '^[0-9T:-]+Z out$' log
	grep -qE '^[0-9T:-]+Z err$' log
	grep -qE '^[0-9T:-]+Z fxcron: broken: ended with 75 after [0-9]+ s: a command exited with status 75$' log
	# With --log - it is on standard error.
	fxcron install broken @daily --log - -- 'false | true'
	run -1 --separate-stderr as_cron broken
	has "$stderr" "broken: ended with 1"
	run -127 --separate-stderr fxcron run broken --log - -- no-such-command-anywhere
	has "$stderr" "a command was not found or is not executable; PATH is "
	[ "$(fxcron run broken --log - -- 'echo $SHELL')" = "$(command -v bash)" ]
}

@test "the meaning of a status is said only of fxpipe's tools" {
	local status command
	for status in 1 2 75; do
		run -"$status" --separate-stderr fxcron run other --log - -- "exit $status"
		[[ $stderr =~ ^fxcron:\ other:\ ended\ with\ $status\ after\ [0-9]+\ s:\ a\ command\ exited\ with\ status\ $status$ ]]
	done
	# So it is if only a part of the pipeline is ours.
	run -1 --separate-stderr fxcron run part --log - -- 'kread -s none </dev/null | grep -q x'
	has "$stderr" 'a command exited with status 1'
	run -1 --separate-stderr fxcron run ours --log - -- "A=1 fxenc <$FIXTURES/none.txt"
	has "$stderr" 'a command exited with status 1'
	run -1 --separate-stderr fxcron run ours --log - -- 'A=1 fxfetch -p sample NO/PE | fxenc'
	[[ $stderr =~ ours:\ ended\ with\ 1\ after\ [0-9]+\ s:\ some\ lines\ were\ refused\ or\ lost$ ]]
}

@test "the meaning of a status is said of each tool whose page has it" {
	local page tool
	mkdir stub
	printf '#!/bin/sh\nexit 75\n' >stub/any
	chmod +x stub/any
	for page in $(grep -l '^Temporary failure' "$REPOSITORY"/man/*.1); do
		tool=$(basename "$page" .1)
		ln -s any "stub/$tool"
		run -75 --separate-stderr fxcron run "$tool" --log - -- "$PWD/stub/$tool"
		has "$stderr" "$tool: ended with 75 after"
		has "$stderr" 'temporary failure, retry later'
	done
	[ -L stub/s3put ]
}

@test "one run at a time: the second is skipped and reported, exit status 75" {
	mkfifo gate
	fxcron install slow @daily --log "$PWD/log" -- "cat <$PWD/gate >/dev/null"
	in_background as_cron slow
	exec 7>gate
	run -75 as_cron slow
	grep -q 'slow: skipped: the last run has not ended' log
	exec 7>&-
	status_of "$background"
	[ "$status" = 0 ]
	# No process is left that holds the lock.
	[ "$(fxcron run slow --log - -- 'echo ran')" = ran ]
}

@test "a run that takes too long is ended as a whole and reported, exit status 75" {
	mkfifo gate
	# The gate is closed only by its end.
	in_background cat gate
	run -75 --separate-stderr fxcron run slow --log - --limit 1 -- 'tail -f /dev/null >gate | tail -f /dev/null >gate'
	wait_for 20 is_ended "$background"
	has "$stderr" "its limit is 1 s"
	[ "$(grep -c . <<<"$stderr")" -lt 5 ]
	# One that SIGTERM does not end, and SIGKILL does.
	run -75 --separate-stderr fxcron run slow --log - --limit 1 -- "trap '' TERM; sleep 1.5; kill -KILL \$\$"
	has "$stderr" "ended with 137"
	has "$stderr" "its limit is 1 s"
}

@test "a run that ended by itself is not reported as ended by its limit" {
	local limit
	for limit in 0 60; do
		run -124 --separate-stderr fxcron run name --log - --limit "$limit" -- 'exit 124'
		has "$stderr" 'ended with 124 after'
		not has "$stderr" limit
		run -137 --separate-stderr fxcron run name --log - --limit "$limit" -- 'kill -9 $$'
		has "$stderr" 'it was killed'
	done
}

@test "SIGTERM goes to the whole pipeline, which is waited for" {
	rates 10 | kput -q -k ticker
	in_background fxcron run follow --log - -- 'kread -f -g table | ddbput | kack -g table; echo never >late'
	wait_for 20 bash -c 'ddbget BTC/USD | grep -q .'
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ ! -e late ]
	[ "$(kread -g table | grep -c ticker)" = 0 ]
}

# The pipeline has a unique word in its arguments, by which remaining processes are found.
@test "SIGTERM at any instant of its beginning leaves nothing behind" {
	local at word=left.$$.$BATS_TEST_NUMBER
	none_left() { not pgrep -f "^tail -f /dev/null $word" 2>/dev/null; }
	: >"$word"
	for at in {1..25}; do
		in_background fxcron run early --log - -- "tail -f /dev/null $word | cat"
		sleep "0.0$((at * 3 + 9))"
		kill -TERM "$background"
		status_of "$background"
		[ "$status" = 143 ]
		wait_for 10 none_left
	done
}

@test "a run that is killed keeps its lock as long as its pipeline runs" {
	mkfifo gate
	in_background fxcron run killed --log - -- "cat $PWD/gate >/dev/null"
	exec 7>gate
	kill -KILL "$background"
	status_of "$background"
	run -75 fxcron run killed --log - -- true
	# A pipeline whose fxcron was killed is reported.
	run -0 --separate-stderr fxcron remove killed
	has "$stderr" 'a process that it started still runs'
	exec 7>&-
	wait_for 20 fxcron run killed --log - -- true
	run -0 --separate-stderr fxcron remove killed
	[ -z "$stderr" ]
}

# Does the fxcron wait, with its handler of SIGCHLD, which it sets first?
is_waiting() {
	local caught
	grep -q '^State:.S' "/proc/$1/status" || return 1
	caught=$(sed -n 's/^SigCgt:[^0-9a-f]*//p' "/proc/$1/status")
	[ $((16#$caught & 16#10000)) -gt 0 ]
}

@test "a delay is random and within its bound" {
	local at
	# Those still waiting after a second, of delays from 0 to 3: all but a few, and none after 4.
	for at in {1..20}; do
		in_background fxcron run "d$at" --log - --delay 3 -- "date +%s >>$PWD/began"
	done
	wait_for 20 bash -c '[ "$(cat began | wc -l)" = 20 ]'
	[ "$(sort -u began | wc -l)" -gt 1 ]
	[ $(($(sort -n began | tail -n 1) - $(sort -n began | head -n 1))) -le 6 ]
	# A signal ends the wait, and nothing has run.
	in_background fxcron run late --log - --delay 86400 -- "echo ran >late"
	wait_for 20 is_waiting "$background"
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ ! -e late ]
}

@test "--syslog sends the output to syslog" {
	mkdir fake
	printf '#!/bin/sh\necho "$*" >"$HOME/logger"\ncat >>"$HOME/logger"\n' >fake/logger
	chmod +x fake/logger
	PATH=$PWD/fake:$PATH run -1 --separate-stderr fxcron run s --syslog -- 'echo words; false'
	[ -z "$output$stderr" ]
	[ "$(head -n 2 "$HOME/logger")" = $'-i -t fxpipe.s\nwords' ]
	grep -q 'fxcron: s: ended with 1' "$HOME/logger"
}

@test "a signal to the whole group does not end logger: messages about the end reach syslog" {
	mkdir fake
	printf '#!/bin/sh\ncat >>"$HOME/logger"\n' >fake/logger
	chmod +x fake/logger
	PATH=$PWD/fake:$PATH
	in_background setsid fxcron run s -v --syslog -- 'echo began; tail -f /dev/null'
	wait_for 20 grep -qs began "$HOME/logger"
	kill -TERM -- "-$background"
	status_of "$background"
	[ "$status" = 143 ]
	grep -q 'fxcron: s: ended by a signal' "$HOME/logger"
}

@test "a log that cannot be written does not break the run" {
	[ -w /dev/full ] || skip "there is no /dev/full here"
	run -0 fxcron run f --log /dev/full -- 'seq 100000; echo done >done'
	[ "$(cat done)" = done ]
	run -0 --separate-stderr fxcron run f --log /dev/null/log -- 'echo said'
	[ "$output" = said ]
	has "$stderr" 'fxcron: f: /dev/null/log cannot be written'
}

# --- loops ---

@test "a loop restarts a command that ends with 0, 1 or 75, and stops at 2" {
	cat >step <<-'END'
		n=$(cat n 2>/dev/null || echo 0)
		echo $((n + 1)) >n
		case $n in 0) exit 0 ;; 1) exit 1 ;; 2 | 3) exit 75 ;; 4) kill -KILL $$ ;; *) exit 2 ;; esac
	END
	SECONDS=0
	run -2 --separate-stderr fxcron loop -- bash ./step
	[ "$(cat n)" = 6 ]
	[ "$(sed -n 's/^fxcron: retrying in \([0-9]*\) s$/\1/p' <<<"$stderr" | tr '\n' ' ')" = "1 2 4 " ]
	[ "$SECONDS" -ge 8 ]
	has "$stderr" "ended with 2"
	has "$stderr" "needs attention"
}

@test "only one loop of a name runs; SIGTERM goes to the whole pipeline, which is waited for" {
	rates 10 | kput -q -k ticker
	in_background fxcron loop consumer --log "$PWD/log" -- 'kread -f -g table | ddbput | kack -g table'
	wait_for 20 bash -c 'ddbget BTC/USD | grep -q .'
	run -0 --separate-stderr fxcron loop consumer --log - -- 'echo twice'
	[ -z "$output$stderr" ]
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	[ "$(kread -g table | grep -c ticker)" = 0 ]
}

# The commands that run, by the files in which they have written their process.
running() {
	local file count=0
	for file in up.*; do
		! kill -0 "$(cat "$file")" 2>/dev/null || count=$((count + 1))
	done
	[ "$count" = "$1" ]
}

# Ends the commands that are not a child of an instance.
end_orphans() {
	local file parent
	for file in up.*; do
		parent=$(ps -o ppid= -p "$(cat "$file")") || continue
		pgrep -P "$background" | grep -qx "${parent// /}" || kill -TERM "$(cat "$file")"
	done
}

@test "--instances: N run at once, each is started again by itself, and SIGTERM ends all" {
	in_background fxcron loop many --instances 3 --log "$PWD/log" -- 'echo $$ >"$(mktemp "$PWD/up.XXXXXX")"; while :; do sleep 0.1; done'
	wait_for 30 running 3
	run -0 --separate-stderr fxcron loop many --instances 3 --log - -- 'echo twice'
	[ -z "$output$stderr" ]
	kill -TERM "$(cat "$(printf '%s\n' up.* | head -n 1)")"
	wait_for 30 eval '[ "$(printf "%s\n" up.* | wc -l)" = 4 ]'
	wait_for 30 running 3
	# A process of an instance that is killed is replaced; what it ran continues until its end.
	local instance
	for instance in $(pgrep -P "$background"); do
		! pgrep -P "$instance" >/dev/null || break
	done
	kill -KILL "$instance"
	wait_for 30 running 4
	end_orphans
	wait_for 30 running 3
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	running 0
	# A loop that is killed leaves nothing that runs.
	rm up.*
	in_background fxcron loop many --instances 2 --log "$PWD/log" -- 'echo $$ >"$(mktemp "$PWD/up.XXXXXX")"; while :; do sleep 0.1; done'
	wait_for 30 running 2
	kill -KILL "$background"
	wait_for 30 running 0
	# One that needs attention ends alone; when all have, so does the loop.
	rm up.*
	in_background fxcron loop many --instances 2 --log "$PWD/log" -- \
		'mkdir first 2>/dev/null && exit 2; echo $$ >"$(mktemp "$PWD/up.XXXXXX")"; while [ ! -e end ]; do sleep 0.1; done; exit 2'
	wait_for 30 running 1
	wait_for 30 grep -q 'not started again: it needs attention' log
	[ "$(printf '%s\n' up.* | wc -l)" = 1 ]
	not is_ended "$background"
	touch end
	status_of "$background"
	[ "$status" = 2 ]
}

@test "--instances: one that cannot start its command for now is started again" {
	local program
	program=$(command -v bash)
	mkdir own
	cp "$program" own/bash
	exec 8>>own/bash
	# Some kernels run a program that is being written to.
	! own/bash -c : 2>/dev/null || { exec 8>&- && skip "a program that is being written to runs here"; }
	PATH=$PWD/own:$PATH in_background "$(command -v fxcron)" loop many --instances 2 --log "$PWD/log" -- 'echo >>runs; sleep 0.1' 8>&-
	wait_for 30 grep -q "could not start" log
	exec 8>&-
	wait_for 30 test -s runs
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
}

@test "--instances: a service of cron or systemd keeps them in its line" {
	fxcron install many --service --instances 4 --log - -- 'kread -f -g "$FX_GROUP"'
	grep -q 'fxcron loop many --instances 4 --log - ' "$HOME/crontab"
	fxcron list --json | holds '.instances == 4 and .service'
	fxcron install many --service --log - -- 'kread -f -g "$FX_GROUP"'
	fxcron list --json | holds 'has("instances") | not'
	fxcron install many --service --systemd --instances 4 --print -- 'kread -f' | grep -q '^ExecStart=.*fxcron" "loop" "many" "--instances" "4" '
	run -2 --separate-stderr fxcron install many 'rate(1 minute)' --instances 2 -- true
	[ "$stderr" = "fxcron: --instances requires --service; try fxcron --help" ]
	run -2 --separate-stderr fxcron loop many --instances 0 -- true
	has "$stderr" "--instances"
}

@test "a service in the crontab is a loop that cron starts each minute; changing or removing it ends it" {
	rates 10 | kput -q -k ticker
	fxcron install consumer --service --log "$PWD/log" -- 'kread -f -g table | ddbput | kack -g table'
	grep -qE '^\* \* \* \* \* .*fxcron[^ ]* loop consumer ' "$HOME/crontab"
	fxcron list --json | holds '.service == true and .schedule == null and .timer == "cron"'
	in_background as_cron consumer
	wait_for 20 bash -c 'ddbget BTC/USD | grep -q .'
	as_cron consumer
	fxcron install consumer --service --log "$PWD/log" -- 'kread -f -g table | ddbput -x rejects | kack -g table'
	wait_for 20 is_ended "$background"
	mv "$XDG_STATE_HOME/fxpipe/cron/consumer.lock" .
	in_background as_cron consumer
	wait_for 20 grep -q . "$XDG_STATE_HOME/fxpipe/cron/consumer.lock"
	fxcron remove consumer
	wait_for 20 is_ended "$background"
	[ "$(fxcron list)" = "" ]
}

@test "a service whose command ends with a blank is not restarted when it is installed again" {
	fxcron install s --service --log - -- 'tail -f /dev/null '
	in_background as_cron s
	wait_for 20 grep -qs . "$XDG_STATE_HOME/fxpipe/cron/s.lock"
	run -0 --separate-stderr fxcron install s --service -v --log - -- 'tail -f /dev/null '
	[ -z "$(grep -v 'cron daemon' <<<"$stderr")" ]
	not is_ended "$background"
	fxcron remove s
	wait_for 20 is_ended "$background"
}

# --- systemd ---

@test "units: written, listed, changed and removed; where no systemd answers, the message says what to type" {
	mkdir fake
	printf '#!/bin/sh\nexit 1\n' >fake/systemctl
	chmod +x fake/systemctl
	PATH=$PWD/fake:$PATH
	local command="printf '%s\n' \"\$A\" '\\' | cat"
	run -0 --separate-stderr fxcron install rates 'rate(7 minutes)' --systemd -e 'A=100% "x" $HOME' -- "$command"
	has "$stderr" "systemctl --user enable --now fxpipe-rates.timer"
	[ -f "$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.timer" ]
	fxcron list --json >listed
	holds --arg home "$FX_HOME" --arg command "$command" '. == {"name":"rates","schedule":"rate(7 minutes)","command":$command,
		"environment":{"A":"100% \"x\" $HOME","FX_HOME":$home},"limit":null,"delay":0,"log":"-","timer":"systemd","service":false}' listed
	# An entry of the other kind replaces it, in both directions.
	fxcron install rates 'rate(5 minutes)' -- true
	[ "$(fxcron list --json | jq -r .timer)" = cron ]
	[ ! -e "$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.timer" ]
	fxcron install rates --service --systemd -- true
	[ "$(fxcron list --json | jq -c '[.timer,.service]')" = '["systemd",true]' ]
	not grep -q rates "$HOME/crontab"
	fxcron remove rates
	[ -z "$(ls -A "$XDG_CONFIG_HOME/systemd/user")" ]
	# Files that it did not write are kept.
	echo mine >"$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.service"
	run -2 fxcron install rates --service --systemd -- true
	fxcron remove rates
	[ "$(cat "$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.service")" = mine ]
}

@test "units: the timer counts, not the note; one that was disabled is paused" {
	mkdir fake
	printf '#!/bin/sh\n[ "$2" != is-enabled ] || cat "$HOME/enabled"\n' >fake/systemctl
	chmod +x fake/systemctl
	PATH=$PWD/fake:$PATH
	local timer=$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.timer
	echo enabled >"$HOME/enabled"
	fxcron install rates 'rate(5 minutes)' --systemd -- true
	grep -qx Persistent=true "$timer"
	[ "$(fxcron list)" = $'rates\trate(5 minutes)\ttrue' ]
	# A timer of the script has no Persistent=.
	sed -i '/Persistent/d' "$timer"
	[ "$(fxcron list | cut -f 2)" = 'rate(5 minutes)' ]
	sed -i 's/^OnCalendar=.*/OnCalendar=hourly\nOnBootSec=5/' "$timer"
	[ "$(fxcron list | cut -f 2)" = 'OnCalendar=hourly OnBootSec=5' ]
	echo disabled >"$HOME/enabled"
	[ "$(fxcron list | cut -f 2)" = 'OnCalendar=hourly OnBootSec=5, paused' ]
	rm "$timer"
	echo enabled >"$HOME/enabled"
	fxcron list --json | holds .paused
	fxcron remove rates
	[ -z "$(fxcron list)" ]
	# Runs that count from the last one have nothing to make up for.
	not grep -q Persistent <(fxcron install rates 'rate(7 minutes)' --systemd --print -- true)
	# A service is not ended each hour.
	fxcron install kept --service --systemd -- true
	grep -q '"kept" "--limit" "0"' "$XDG_CONFIG_HOME/systemd/user/fxpipe-kept.service"
	fxcron list --json | holds '.service and .limit == null'
}

@test "where a systemd answers, it is called" {
	mkdir fake
	printf '#!/bin/sh\necho "$*" >>"$HOME/systemctl"\n' >fake/systemctl
	chmod +x fake/systemctl
	PATH=$PWD/fake:$PATH
	fxcron install rates 'rate(7 minutes)' --systemd -- true
	grep -v show-environment "$HOME/systemctl" | tr '\n' ';' >calls
	[ "$(cat calls)" = "--user daemon-reload;--user --quiet enable fxpipe-rates.timer;--user restart fxpipe-rates.timer;" ]
	: >"$HOME/systemctl"
	fxcron install rates 'rate(7 minutes)' --systemd -- true
	grep -q 'start fxpipe-rates.timer' "$HOME/systemctl"
	not grep -q restart "$HOME/systemctl"
	fxcron remove rates
	grep -q 'disable --now fxpipe-rates.timer' "$HOME/systemctl"
}

@test "units that cannot be read for lack of descriptors: 75, and they stay" {
	local unit=$XDG_CONFIG_HOME/systemd/user/fxpipe-rates.service
	strace -o /dev/null true 2>/dev/null || skip "ptrace is not allowed here"
	export ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
	mkdir fake
	printf '#!/bin/sh\nexit 1\n' >fake/systemctl
	chmod +x fake/systemctl
	PATH=$PWD/fake:$PATH
	fxcron install rates 'rate(7 minutes)' --systemd -- true 2>/dev/null
	cp "$unit" before
	for command in 'remove rates' 'install rates @hourly --systemd -- false'; do
		# shellcheck disable=SC2086 # words
		run -75 strace -o /dev/null -P "$unit" -e trace=openat -e inject=openat:error=EMFILE fxcron $command
		has "$output" "could not open $unit"
		cmp before "$unit"
	done
}

@test "systemd accepts the units and every calendar event" {
	command -v systemd-analyze >/dev/null || skip "there is no systemd-analyze here"
	local schedule
	export XDG_RUNTIME_DIR=$TMPDIR
	mkdir fake
	printf '#!/bin/sh\nexit 1\n' >fake/systemctl
	chmod +x fake/systemctl
	for schedule in 'rate(1 minute)' 'rate(7 minutes)' 'rate(2 days)' 'cron(0/5 8-17 ? JAN-MAR MON-FRI *)' \
		'0 9 1,15 * 7' @reboot @yearly 'cron(5/20 22-2 2/10 * ? *)'; do
		PATH=$PWD/fake:$PATH fxcron install verified "$schedule" --systemd -e 'A=100% "x" $HOME' -- "$PRODUCER" 2>/dev/null
		systemd-analyze verify --user --man=no "$XDG_CONFIG_HOME/systemd/user/fxpipe-verified.timer" 2>said || { cat said && false; }
		not grep fxpipe said
		events_of "$schedule" | sed -n 's/^OnCalendar=//p' | while read -r schedule; do
			systemd-analyze calendar "$schedule" >/dev/null
		done
	done
	PATH=$PWD/fake:$PATH fxcron install kept --service --systemd -- 'kread -f -g table | ddbput | kack -g table' 2>/dev/null
	systemd-analyze verify --user --man=no "$XDG_CONFIG_HOME/systemd/user/fxpipe-kept.service" 2>said || { cat said && false; }
	not grep fxpipe said
}

# --- entries and loops of the script of version 0.1.0 ---

# Entries that it installed, in tests/fixtures/fxcron: in a crontab between other lines, and units.
before() {
	local file
	[ "$program" = "$FX_BUILD/bin/fxcron" ] || skip "the path of fxcron has to be quoted"
	export FX_HOME=/srv/fx
	mkdir -p "$XDG_CONFIG_HOME/systemd/user" fake
	printf '# mine\n' >"$HOME/crontab"
	sed "s|PROGRAMS/|$FX_BUILD/bin/|" "$FIXTURES/fxcron/crontab" >>"$HOME/crontab"
	printf '* * * * * mine\n' >>"$HOME/crontab"
	for file in "$FIXTURES"/fxcron/fxpipe-*; do
		sed "s|PROGRAMS/|$FX_BUILD/bin/|" "$file" >"$XDG_CONFIG_HOME/systemd/user/${file##*/}"
	done
	printf '#!/bin/sh\nexit 1\n' >fake/systemctl
	chmod +x fake/systemctl
	PATH=$PWD/fake:$PATH
}

@test "entries that the script installed are listed as it listed them" {
	before
	fxcron list | cmp - "$FIXTURES/fxcron/list.txt"
	fxcron list --json | cmp - "$FIXTURES/fxcron/list.ndjson"
}

@test "entries that the script installed are the same when installed again" {
	before
	cp -R "$HOME/crontab" "$XDG_CONFIG_HOME/systemd/user" .
	fxcron install rates 'rate(1 minute)' --syslog --limit 600 --delay 5 -e 'A=100% "x" $HOME' -e "B=it's" -- \
		'fxfetch BTC/USD | fxenc | kput -q -k ticker; printf "%s\n" "a\\b" '"'c\\\\\\\\d'"' 100%'
	fxcron install consumer --service --log /var/log/consumer -- 'kread -f -g table | ddbput -x rejects | kack -g table'
	fxcron install words 'cron(0/5 8-17 ? * MON-FRI *)' --log - -- printf '%s|' "it's" 'a  b,c' '~x' $'tab\there' '$HOME'
	fxcron install weekly '0 9 1,15 * 7' --log - -- true
	fxcron install timed 'rate(7 minutes)' --systemd -e 'A=100% "x" $HOME' -- 'echo "\$\%" | cat'
	fxcron install kept --service --systemd -- 'kread -f -g table'
	cmp crontab "$HOME/crontab"
	# Only that the service was ended each hour has changed.
	sed -i 's/"kept" "--log"/"kept" "--limit" "0" "--log"/' user/fxpipe-kept.service
	diff -r user "$XDG_CONFIG_HOME/systemd/user"
	[ "$(sort -u "$HOME/crontab.log")" = -l ]
}

@test "entries that the script installed are removed, and nothing else" {
	local name
	before
	for name in rates consumer words weekly timed kept; do
		fxcron remove "$name"
	done
	[ "$(cat "$HOME/crontab")" = $'# mine\n* * * * * mine' ]
	[ -z "$(ls -A "$XDG_CONFIG_HOME/systemd/user")" ]
}

# old_loop NAME: a loop as the script ran it: a process of bash with its arguments, the lock on
# descriptor 9, which its pipeline inherits, and its process number in the file.
old_loop() {
	mkdir -p old "$XDG_STATE_HOME/fxpipe/cron"
	cat >old/fxcron <<-'END'
		trap 'kill "$child"; wait "$child"; exit 143' TERM
		exec 9>>"$XDG_STATE_HOME/fxpipe/cron/$2.lock"
		flock -n 9 || exit 0
		echo $$ >"$XDG_STATE_HOME/fxpipe/cron/$2.lock"
		cat hold &
		child=$!
		wait "$child"
	END
	mkfifo hold
	in_background bash "$PWD/old/fxcron" loop "$1" --log - -- 'cat hold'
	exec 7>hold # until the test ends, and its pipeline with it
	wait_for 20 grep -q . "$XDG_STATE_HOME/fxpipe/cron/$1.lock"
}

@test "a loop that the script began is seen, and ended by remove" {
	old_loop consumer
	run -0 --separate-stderr fxcron loop consumer -v --log - -- 'echo twice'
	has "$stderr" 'is running already'
	[ -z "$output" ]
	run -75 --separate-stderr fxcron run consumer --log - -- 'echo twice'
	has "$stderr" 'skipped'
	# A name that is the beginning of its name is another entry.
	fxcron remove cons
	not is_ended "$background"
	run -0 --separate-stderr fxcron remove -v consumer
	has "$stderr" "ending its loop, process $background"
	is_ended "$background"
	flock -n "$XDG_STATE_HOME/fxpipe/cron/consumer.lock" true
}

@test "a loop that the script started continues if the same is installed, and ends if another is" {
	old_loop consumer
	# The command line of the script began with its shell; a copy of the tool replaces the script.
	cp "$FX_BUILD/bin/fxcron" new && mv old/fxcron script && mv new old/fxcron
	FX_HOME='' old/fxcron install consumer --service --log - -- 'cat hold'
	not is_ended "$background"
	FX_HOME='' old/fxcron install consumer --service --log - -- 'cat hold | cat'
	is_ended "$background"
}

@test "a lock file of the script's is read; one of anything else ends nothing and runs nothing" {
	local lock=$XDG_STATE_HOME/fxpipe/cron/one.lock text
	mkdir -p "${lock%/*}"
	# The lock is free: the process in the file does not matter.
	echo $$ >"$lock"
	[ "$(fxcron run one --log - -- 'echo ran')" = ran ]
	[[ $(cat "$lock") =~ ^[0-9]+$ ]]
	for text in '' 'x[$(touch broken)]' '-1' "$$ more" '99999999999999999999' 'a[$(touch${IFS}broken)0]'; do
		echo "$text" >"$lock"
		exec 7<"$lock"
		flock 7
		run -75 --separate-stderr fxcron run one --log - -- 'echo ran'
		run -0 --separate-stderr fxcron remove one
		[ -z "$output$stderr" ]
		exec 7<&-
	done
	[ ! -e broken ]
}

# --- usage ---

@test "the options of all tools: --log json, --stats; newlines in a name or a time" {
	run -7 --separate-stderr fxcron run one --log json --log - --stats stats -- 'exit 7'
	holds '.tool == "fxcron" and (.message | startswith("one: ended with 7"))' <<<"$stderr"
	holds '.tool == "fxcron" and .exit == 7' stats
	fxcron run one --log json --log "$PWD/log" -- 'exit 1' || true
	sed 's/^[^ ]* //' log | holds '.message | startswith("one: ended with 1")'
	FX_LOG=json run -2 --separate-stderr fxcron install $'a\n' @daily -- true
	holds '.message | contains("is not a name")' <<<"$stderr"
	run -2 --separate-stderr fxcron install a $'@daily\n' -- true
	has "$stderr" 'newline'
	run -2 --separate-stderr fxcron remove $'a\n'
	[ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "usage" {
	run -0 --separate-stderr fxcron --help
	has "$output" "usage: fxcron install"
	run -0 fxcron --version
	has "$output" "fxcron (fxpipe) "
	run -2 --separate-stderr fxcron instal name @daily -- true
	has "$stderr" "did you mean install?"
	[ "$(wc -l <<<"$stderr")" = 1 ]
	run -2 --separate-stderr fxcron list --log FILE
	has "$stderr" "use text or json"
	run -2 fxcron
	run -2 fxcron frobnicate
	run -2 fxcron install
	run -2 fxcron install name
	run -2 fxcron install name @daily
	run -2 fxcron install name @daily --
	run -2 fxcron install name @daily -- ' '
	run -2 fxcron install name @daily more -- true
	run -2 fxcron install name @daily --no-such -- true
	run -2 fxcron install name @daily --limit x -- true
	run -2 fxcron install name @daily --delay 86401 -- true
	run -2 fxcron install name @daily -e 1=2 -- true
	run -2 fxcron install name @daily --limit
	run -2 fxcron install .name @daily -- true
	run -2 fxcron install 'a b' @daily -- true
	run -2 fxcron install "$(printf 'x%.0s' {1..129})" @daily -- true
	run -2 fxcron install name @daily --service -- true
	env -u HOME "$FX_BUILD/bin/fxcron" list >out 2>&1 || status=$?
	[ "$status" = 2 ]
	grep -q HOME out
	run -2 fxcron run name --print -- true
	run -2 fxcron remove
	run -2 fxcron remove a b
	run -2 fxcron list all
	[ ! -e "$HOME/crontab" ]
}
