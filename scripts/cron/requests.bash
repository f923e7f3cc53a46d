# requests: what a schedule asks of a provider a day, and what that can bear.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

check_requests() {
	local asked most found others
	[ -z "$force$service" ] || return 0
	find_requests
	for asked in "${!requests[@]}"; do
		most=$(daily_limit "$asked")
		[ -n "$most" ] || continue
		found=$((runs * requests[$asked]))
		others=$(other_requests "$asked")
		((found + others <= most)) || refuse_requests
	done
}

refuse_requests() {
	local bearable=$(((most > others ? most - others : 0) / requests[$asked])) sum noun=pairs beside=''
	[ "${requests[$asked]}" != 1 ] || noun=pair
	sum="$schedule x ${requests[$asked]} $noun = $found requests a day"
	[ "$others" = 0 ] || beside=", and $others are asked by other entries"
	complain "$sum; $asked allows $most$beside: $(bearable_schedule "$bearable") (--force installs it all the same)"
}

bearable_schedule() {
	local hours minutes
	if [ "$1" -lt 1 ]; then
		echo "not even one run a day"
	elif [ "$1" -lt 24 ]; then
		for hours in 2 3 4 6 8 12 24; do
			[ $((24 / hours)) -gt "$1" ] || break
		done
		[ "$hours" != 24 ] || hours=0
		echo "at most $1 run$([ "$1" = 1 ] || echo s) a day, e.g. cron(0 $([ "$hours" = 0 ] || echo '*/')$hours * * ? *)"
	else
		for minutes in 1 2 3 4 5 6 10 12 15 20 30 60; do
			[ $((1440 / minutes)) -gt "$1" ] || break
		done
		[ "$minutes" != 60 ] || minutes='1 hour'
		[ "$minutes" != 1 ] || minutes='1 minute'
		case $minutes in *[!0-9]*) ;; *) minutes="$minutes minutes" ;; esac
		echo "at most $1 runs a day, e.g. rate($minutes)"
	fi
}

# Fills requests: how many each provider gets in a run, by each fxfetch in the pipeline.
find_requests() {
	local at=0 own='' exported=''
	declare -gA requests=()
	if [ -n "$provider$pairs" ]; then
		requests["${provider:-$(default_provider '')}"]=${pairs:-1}
		[ -n "$provider" ] || take_provider
		return
	fi
	split_words "$command" operators
	while [ "$at" -lt ${#words[@]} ]; do
		case ${words[at]} in
		$'\n') own=$exported ;;
		FX_PROVIDER=*)
			own=${words[at]#*=}
			[ "$at" = 0 ] || [ "${words[at - 1]}" != export ] || exported=$own
			;;
		fxfetch | */fxfetch) read_fetch ;;
		esac
		at=$((at + 1))
	done
}

# With --pairs alone, the provider is the one that the pipeline names.
take_provider() {
	local count=$pairs named
	pairs=''
	find_requests
	for named in "${!requests[@]}"; do
		requests[$named]=$count
	done
	pairs=$count
	[ ${#requests[@]} -gt 0 ] || requests["$(default_provider '')"]=$count
}

# The arguments of one fxfetch; pairs that come on its standard input count as one.
read_fetch() {
	local count=0 whom=${own-} key='' word
	for ((at++; at < ${#words[@]}; at++)); do
		word=${words[at]}
		case $word in
		$'\n') break ;;
		-p | --provider) whom=${words[++at]-} ;;
		-p*) whom=${word#-p} ;;
		--provider=*) whom=${word#*=} ;;
		-K | --key) key=yes at=$((at + 1)) ;;
		-K* | --key=*) key=yes ;;
		-j | --jobs | --timeout | --stats | --max-line | --log) at=$((at + 1)) ;;
		-*) ;;
		*) count=$((count + 1)) ;;
		esac
	done
	at=$((at - 1))
	if [ "$count" = 0 ]; then
		count=1
		note "pairs that come on fxfetch's standard input are counted as one: --pairs N says how many"
	fi
	[ -n "$whom" ] || whom=$(default_provider "$key")
	requests[$whom]=$((${requests[$whom]-0} + count))
}

# As fxfetch chooses it.
default_provider() {
	local chosen='' setting
	for setting in ${environment[@]+"${environment[@]}"}; do
		[ "${setting%%=*}" != FX_PROVIDER ] || chosen=${setting#*=}
	done
	if [ -n "$chosen" ]; then
		echo "$chosen"
	elif [ -n "$1" ] || [ -e "$(configuration)/fxpipe/alphavantage.key" ]; then
		echo alphavantage
	else
		echo coinbase
	fi
}

configuration() {
	echo "${XDG_CONFIG_HOME:-$HOME/.config}"
}

# Requests a day, or nothing: from a definition of the user's own, or for those that
# are compiled in (a test holds this against lib/rate/providers).
daily_limit() {
	local definition
	definition=$(configuration)/fxpipe/providers/$1.json
	if [ -n "$limit_per_day" ]; then
		echo "$limit_per_day"
	elif [ -e "$definition" ]; then
		jq -r '[.limits[]? | .requests * 86400 / .seconds] | min // empty | floor' "$definition" 2>/dev/null || true
	else
		case $1 in
		alphavantage) echo 25 ;;
		coinbase) echo 864000 ;;
		frankfurter) echo 432000 ;;
		kraken) echo 86400 ;;
		esac
	fi
}

# What entries that are there already ask of a provider a day.
other_requests() {
	local whom=$1 but=$name sum=0 found
	while read -r found; do
		sum=$((sum + found))
	done < <(each_entry count_requests)
	echo "$sum"
}

count_requests() {
	[ "$name" != "$but" ] && [ -z "$service" ] || return 0
	translate "$schedule"
	find_requests
	echo $((runs * ${requests[$whom]-0}))
}
