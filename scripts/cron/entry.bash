# entry: from the options to variables, and back to the words of a line.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

# read_entry WHAT ARGUMENT…: fills name, schedule (install alone), command and the options.
read_entry() {
	local what=$1 positional=() option
	shift
	limit='' delay=0 log='' service='' systemd='' print='' force=''
	provider='' pairs='' limit_per_day='' schedule='' command='' environment=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		option=$1
		case $option in
		--*=*)
			option=${1%%=*}
			set -- "$option" "${1#*=}" "${@:2}"
			;;
		esac
		case $option in
		-h | --help) echo "$usage" && exit 0 ;;
		-v | --verbose) verbose=yes ;;
		--syslog) log=syslog ;;
		--service | --systemd | --print | --force)
			[ "$what" = install ] || wrong "$option is for install"
			printf -v "${option#--}" yes
			;;
		-e | --limit | --delay | --log | --provider | --pairs | --limit-per-day)
			[ $# -gt 1 ] || wrong "$option takes a value"
			read_option "$option" "$2"
			shift
			;;
		-*) wrong "unknown option $1" ;;
		*) positional+=("$1") ;;
		esac
		shift
	done
	[ $# -gt 0 ] || wrong "$what: what is to be run comes after --"
	shift
	read_command "$@"
	read_positional "$what" ${positional[@]+"${positional[@]}"}
}

read_option() {
	case $1 in
	-e)
		[[ $2 =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || wrong "-e takes NAME=VALUE"
		environment+=("$2")
		;;
	--limit) number "$1" "$2" 0 604800 && limit=$number ;;
	--delay) number "$1" "$2" 0 86400 && delay=$number ;;
	--log)
		[ -n "$2" ] || wrong "--log takes a file"
		log=$2
		;;
	--provider) provider=$2 ;;
	--pairs) number "$1" "$2" 1 1000000 && pairs=$number ;;
	--limit-per-day) number "$1" "$2" 1 1000000000 && limit_per_day=$number ;;
	esac
}

# number WHAT TEXT LOWEST HIGHEST
number() {
	number=-1
	[[ ! $2 =~ ^[0-9]{1,10}$ ]] || number=$((10#$2))
	((number >= $3 && number <= $4)) || wrong "$1 takes a number from $3 to $4"
}

# One argument is a pipeline; several are the words of a command.
read_command() {
	local word
	case $# in
	0) ;;
	1) command=$1 ;;
	*)
		for word; do
			printf -v word %q "$word"
			command=${command:+$command }$word
		done
		;;
	esac
	case $command in
	*[![:space:]]*) ;;
	*) wrong "what is to be run comes after --" ;;
	esac
}

read_positional() {
	local what=$1 most=1
	shift
	[ "$what" != install ] || [ -n "$service" ] || most=2
	[ $# -le "$most" ] || wrong "one word too many: ${*:most + 1:1}"
	[ $# -gt 0 ] || [ "$what" = loop ] || wrong "$what takes a name"
	[ $# -eq 0 ] || check_name "$1"
	[ "$what" != install ] || [ -n "$service" ] || [ $# = 2 ] ||
		wrong "install takes a name and a schedule, or --service"
	name=${1-} schedule=${2-}
	check_line "$schedule"
	[ -z "$service" ] || schedule=service
	case $log in
	'' | - | syslog | /*) ;;
	*) log=$PWD/$log ;;
	esac
}

check_name() {
	[[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] ||
		wrong "a name is 1 to 128 of A-Z a-z 0-9 _ . -, and begins with none of the last two"
}

# Fills entry with the words that the crontab's line, or the unit, runs.
make_entry() {
	local one=run setting
	[ -z "$service" ] || [ -n "$systemd" ] || one=loop
	entry=("$here/fxcron" "$one" "$name")
	[ -z "$limit" ] || entry+=(--limit "$limit")
	[ "$delay" = 0 ] || entry+=(--delay "$delay")
	if [ "$log" = syslog ]; then
		entry+=(--syslog)
	else
		entry+=(--log "$log")
	fi
	for setting in ${environment[@]+"${environment[@]}"}; do
		entry+=(-e "$setting")
	done
	entry+=(-- "$command")
}

# One with a newline would be a line of its own, in a crontab one that runs.
check_line() {
	case $1 in
	*$'\n'*) complain "a newline has no place in a crontab or a unit; lines of COMMAND go into a file, and COMMAND is bash FILE" ;;
	esac
}

# For the shell, in a crontab: cron makes a newline of a bare %, and crons differ
# in what they make of two backslashes, so that none stand side by side.
quote() {
	local word=$1
	if [[ $word =~ ^[A-Za-z0-9_./:=@,+-]+$ ]]; then
		printf %s "$word"
		return
	fi
	word=${word//\'/\'\\\'\'}
	word=${word//%/\'\\%\'}
	while [[ $word == *\\\\* ]]; do
		word=${word//\\\\/\\\'\'\\}
	done
	printf "'%s'" "$word"
}

# For a unit: systemd knows % and $ in quotes too.
quote_unit() {
	local word=$1
	word=${word//\\/\\\\}
	word=${word//\"/\\\"}
	word=${word//%/%%}
	word=${word//\$/\$\$}
	printf '"%s"' "$word"
}

# split_words TEXT [operators]: fills words, quotes undone. With operators, those
# of the shell are a word of a newline each.
split_words() {
	local text=$1 operators=${2-} word='' begun='' quoted='' at character
	words=()
	for ((at = 0; at < ${#text}; at++)); do
		character=${text:at:1}
		if [ "$quoted" = "'" ] && [ "$character" != "'" ]; then
			word+=$character
			continue
		fi
		case $quoted$character in
		"''" | '""') quoted='' ;;
		"'" | '"') quoted=$character begun=yes ;;
		\\ | '"'\\)
			at=$((at + 1))
			word+=${text:at:1} begun=yes
			;;
		' ' | $'\t') end_word ;;
		['|&;()<>'])
			if [ -n "$operators" ]; then
				end_word
				words+=($'\n')
			else
				word+=$character begun=yes
			fi
			;;
		*) word+=$character begun=yes ;;
		esac
	done
	end_word
}

end_word() {
	[ -z "$begun" ] || words+=("$word")
	word='' begun=''
}
