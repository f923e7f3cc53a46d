# schedule: rate(...), cron(...) and a crontab's fields, for cron and for timers.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

week='SUN MON TUE WED THU FRI SAT'
year='JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'

# translate SCHEDULE: fills fields (of a crontab), calendar (of a timer), every (of a
# timer without one), runs (a day, at the most) and cron_cannot (why cron cannot).
translate() {
	local text=$1
	fields='' calendar=() every='' runs=0 cron_cannot=''
	case $text in
	rate\(*\)) translate_rate "${text:5:-1}" ;;
	cron\(*\)) translate_cron "${text:5:-1}" ;;
	at\(*\)) complain "$text: that is once, and a schedule comes again; at(1) does it" ;;
	@hourly) translate_fields '0 * * * *' ;;
	@daily | @midnight) translate_fields '0 0 * * *' ;;
	@weekly) translate_fields '0 0 * * 0' ;;
	@monthly) translate_fields '0 0 1 * *' ;;
	@yearly | @annually) translate_fields '0 0 1 1 *' ;;
	@reboot) fields=@reboot runs=1 ;;
	*) translate_fields "$text" ;;
	esac
}

translate_rate() {
	local count unit period
	[[ $1 =~ ^\ *([0-9]{1,6})\ +(minute|hour|day)(s?)\ *$ ]] ||
		complain "rate($1): wanted is rate(5 minutes), rate(1 hour) or rate(1 day)"
	count=$((10#${BASH_REMATCH[1]})) unit=${BASH_REMATCH[2]}
	[ "$count" -gt 0 ] || complain "rate($1): at least 1"
	if [ "$count" = 1 ] && [ -n "${BASH_REMATCH[3]}" ]; then
		complain "rate($1): one $unit is rate(1 $unit)"
	elif [ "$count" != 1 ] && [ -z "${BASH_REMATCH[3]}" ]; then
		complain "rate($1): more than one is rate($count ${unit}s)"
	fi
	case $unit in
	minute) period=$count ;;
	hour) period=$((count * 60)) ;;
	day) period=$((count * 1440)) ;;
	esac
	if ((period % 1440 == 0)); then
		rate_days $((period / 1440))
	elif ((period % 60 == 0)); then
		rate_evenly $((period / 60)) hour 24 day
	else
		rate_evenly "$period" minute 60 hour
	fi
	runs=$(((1440 + period - 1) / period))
	[ -z "$cron_cannot" ] || every=${period}min
}

rate_days() {
	case $1 in
	1) translate_fields '0 0 * * *' ;;
	7) translate_fields '0 0 * * 0' ;;
	*) cron_cannot="rate($1 days): cron begins anew each month; rate(1 day) and rate(7 days) it can, and --systemd can all" ;;
	esac
}

# rate_evenly COUNT UNIT WHOLE LARGER: what divides the whole is a step of cron.
rate_evenly() {
	local count=$1 whole=$3 below=$1 above=$1
	if ((count < whole && whole % count == 0)); then
		case $2 in
		minute) translate_fields "*/$count * * * *" ;;
		hour) translate_fields "0 */$count * * *" ;;
		esac
		return
	fi
	((count < whole)) || below=$((whole / 2)) above=$whole
	while ((whole % below > 0)); do below=$((below - 1)); done
	while ((whole % above > 0)); do above=$((above + 1)); done
	cron_cannot="rate($count $2s): cron begins anew each $4, and $count does not divide it; $(rate_name "$below" "$2") and $(rate_name "$above" "$2") it can, and --systemd can all"
}

rate_name() {
	local plural=s
	[ "$1" != 1 ] || plural=
	echo "rate($1 $2$plural)"
}

# The six fields of EventBridge.
translate_cron() {
	local part texts
	read -ra texts <<<"$1"
	[ ${#texts[@]} = 6 ] ||
		complain "cron($1): wanted are six fields: minute, hour, day of month, month, day of week, year"
	[ "${texts[5]}" = '*' ] || complain "cron($1): cron knows no years; the last field can only be *"
	case ${texts[2]}:${texts[4]} in
	'?:?') complain "cron($1): day of month and day of week cannot both be ?" ;;
	'?:'* | *':?') ;;
	*) complain "cron($1): one of day of month and day of week must be ?" ;;
	esac
	for part in "${texts[2]}" "${texts[4]}"; do
		case ${part^^} in
		*L | *L,* | L-* | *W | *W,*) complain "cron($1): cron has no L (the last) and no W (a weekday near)" ;;
		*\#*) complain "cron($1): cron has no # (the second Friday); FRI and a test at the front of COMMAND do it: [ \$(((\$(date +%-d) + 6) / 7)) = 2 ] || exit 0;" ;;
		esac
	done
	[ "${texts[2]}" != '?' ] || texts[2]='*'
	[ "${texts[4]}" != '?' ] || texts[4]='*'
	read_fields "cron($1)" aws "${texts[@]:0:5}"
	fields="$(cron_text 0 59 "${minutes[@]}") $(cron_text 0 23 "${hours[@]}") $(cron_text 1 31 "${days[@]}") $(cron_text 1 12 "${months[@]}") $(cron_text 0 6 "${weekdays[@]}")"
	make_calendar '*' "${weekdays[@]}"
}

# The five of a crontab, which stay as they are.
translate_fields() {
	local texts
	read -ra texts <<<"$1"
	[ ${#texts[@]} = 5 ] ||
		complain "$1: no schedule; wanted is rate(5 minutes), cron(0 9 ? * MON-FRI *), five fields of a crontab, or @hourly"
	read_fields "$1" crontab "${texts[@]}"
	fields="${texts[*]}"
	case ${texts[2]}:${texts[4]} in
	'*'*:* | *:'*'*) make_calendar '*' "${weekdays[@]}" ;;
	*)
		# cron means either of the two, a timer both; so it gets two.
		make_calendar '*' 0 1 2 3 4 5 6
		days=({1..31})
		make_calendar '*' "${weekdays[@]}"
		;;
	esac
	[ "$fields" != '*/1 * * * *' ] || fields='* * * * *'
	[ "$fields" != '0 */1 * * *' ] || fields='0 * * * *'
}

# read_fields SCHEDULE DIALECT FIELD…
read_fields() {
	local whole=$1 dialect=$2
	read_field minute "$3" 0 59 ''
	minutes=("${values[@]}")
	read_field hour "$4" 0 23 ''
	hours=("${values[@]}")
	read_field 'day of month' "$5" 1 31 ''
	days=("${values[@]}")
	read_field month "$6" 1 12 "$year"
	months=("${values[@]}")
	if [ "$dialect" = aws ]; then
		read_field 'day of week' "$7" 1 7 "$week"
	else
		read_field 'day of week' "$7" 0 7 "$week"
	fi
	weekdays=("${values[@]}")
	runs=$((${#minutes[@]} * ${#hours[@]}))
}

# read_field WHAT TEXT LOWEST HIGHEST NAMES: fills values, in order; those of weekdays
# are 0 (Sunday) to 6 in both dialects.
read_field() {
	local what=$1 text=$2 low=$3 high=$4 names=$5 part parts value seen=()
	case $text in
	'' | ,* | *, | *,,*) refuse_field ;;
	esac
	IFS=, read -ra parts <<<"$text"
	for part in "${parts[@]}"; do
		read_part "$part"
	done
	values=("${!seen[@]}")
}

refuse_field() {
	complain "$whole: '$text' is no $what ($low to $high${names:+, or ${names// /, }})"
}

# One of those between commas: *, 5, 5-10, */5, 5-30/5; EventBridge's 5/10 and FRI-MON too.
read_part() {
	local range=${1%%/*} step=1 first last span at
	if [[ $1 == */* ]]; then
		[[ ${1#*/} =~ ^[0-9]{1,4}$ ]] || refuse_field
		step=$((10#${1#*/}))
		[ "$step" -gt 0 ] || refuse_field
	fi
	case $range in
	'*') first=$low last=$high ;;
	*-*)
		value_of "${range%%-*}" && first=$value
		value_of "${range#*-}" && last=$value
		;;
	*)
		value_of "$range" && first=$value last=$value
		if [[ $1 == */* ]]; then
			[ "$dialect" = aws ] || refuse_field
			last=$high
		fi
		;;
	esac
	span=$((last - first))
	if ((span < 0)); then
		[ "$dialect" = aws ] || refuse_field
		span=$((span + high - low + 1))
	fi
	for ((at = 0; at <= span; at += step)); do
		value=$((low + (first - low + at) % (high - low + 1)))
		mark_value
	done
}

mark_value() {
	case $what:$dialect in
	'day of week:aws') seen[value - 1]=yes ;;
	'day of week:crontab') seen[value % 7]=yes ;;
	*) seen[value]=yes ;;
	esac
}

# A number or a name, in value.
value_of() {
	local listed
	value=$low
	[ "$what:$dialect" != 'day of week:crontab' ] || value=0
	for listed in $names; do
		[ "$listed" != "${1^^}" ] || return 0
		value=$((value + 1))
	done
	[[ $1 =~ ^[0-9]{1,4}$ ]] || refuse_field
	value=$((10#$1))
	((value >= low && value <= high)) || refuse_field
}

# cron_text LOWEST HIGHEST VALUE…: all, a step, or a list of values and ranges.
cron_text() {
	local low=$1 high=$2 step
	shift 2
	if [ $# = $((high - low + 1)) ]; then
		echo '*'
	elif find_step "$@"; then
		echo "*/$step"
	else
		list_values - "$@"
	fi
}

# Are the values all that a step from the lowest on comes to?
find_step() {
	[ $# -gt 2 ] && [ "$1" = "$low" ] || return 1
	step=$(($2 - $1))
	[ "$step" -gt 1 ] && [ $# = $(((high - low) / step + 1)) ] || return 1
	local value=$low
	while [ $# -gt 0 ]; do
		[ "$1" = "$value" ] || return 1
		value=$((value + step))
		shift
	done
}

# list_values DASH VALUE…
list_values() {
	local dash=$1 text='' last
	shift
	while [ $# -gt 0 ]; do
		text=${text:+$text,}$1
		last=$1
		if [ $# -gt 2 ] && (($2 == last + 1 && $3 == last + 2)); then
			while [ $# -gt 1 ] && (($2 == last + 1)); do
				last=$2
				shift
			done
			text+=$dash$last
		fi
		shift
	done
	echo "$text"
}

# make_calendar YEAR WEEKDAY…: adds to calendar what systemd.time(7) calls an event.
make_calendar() {
	local years=$1 names=(Sun Mon Tue Wed Thu Fri Sat) text='' weekday
	shift
	if [ $# -lt 7 ]; then
		for weekday; do
			text=${text:+$text,}${names[weekday]}
		done
		text+=' '
	fi
	calendar+=("$text$years-$(calendar_text 1 12 "${months[@]}")-$(calendar_text 1 31 "${days[@]}") $(calendar_text 0 23 "${hours[@]}"):$(calendar_text 0 59 "${minutes[@]}"):00")
}

calendar_text() {
	local low=$1 high=$2 step
	shift 2
	if [ $# = $((high - low + 1)) ]; then
		echo '*'
	elif find_step "$@"; then
		echo "$low/$step"
	else
		list_values .. "$@"
	fi
}
