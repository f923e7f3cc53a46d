# environment: what COMMAND is given, and that no secret is in it.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

# What is taken over from where install is typed; the last by its beginning.
inherited='FX_HOME FX_STREAM FX_TABLE FX_PROVIDER AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION
AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_CA_BUNDLE XDG_DATA_HOME XDG_CONFIG_HOME
XDG_STATE_HOME XDG_CACHE_HOME AWS_ENDPOINT_URL*'

check_command() {
	local trouble
	check_line "$command"
	trouble=$(bash -n -c -- "$command" 2>&1) || complain "bash does not take COMMAND: ${trouble#*: }"
}

# Neither crontabs nor units are a place for secrets.
check_environment() {
	local setting found
	for setting in ${environment[@]+"${environment[@]}"}; do
		! is_secret "${setting%%=*}" || complain "${setting%%=*} is a secret, and a crontab or a unit is no place for one: $(secret_advice)"
		[[ ${setting#*=} != *://*:*@* ]] || complain "${setting%%=*} holds a password, and a crontab or a unit is no place for one"
	done
	split_words "$command" operators
	for found in "${words[@]}"; do
		if [[ $found =~ ^([A-Za-z_][A-Za-z0-9_]*)= ]] && is_secret "${BASH_REMATCH[1]}"; then
			complain "COMMAND holds ${BASH_REMATCH[1]}, a secret, and everyone can see it there: $(secret_advice)"
		fi
	done
}

is_secret() {
	case ${1^^} in
	*_FILE) return 1 ;;
	AWS_ACCESS_KEY_ID | *_KEY | *APIKEY | *TOKEN* | *SECRET* | *PASSWORD* | *PASSPHRASE*) return 0 ;;
	esac
	return 1
}

secret_advice() {
	echo "keys of AWS belong in ~/.aws, with -e AWS_PROFILE=NAME, or come from a role; a provider's in a file of mode 600 or in Secrets Manager (fxfetch -K)"
}

# cron starts with next to nothing: what the tools go by where install is typed goes along.
take_environment() {
	local wanted variable
	for wanted in $inherited; do
		for variable in $(compgen -e "${wanted%\*}"); do
			[ "$variable" = "$wanted" ] || [[ $wanted == *\* ]] || continue
			take_variable "$variable" "${!variable}"
		done
	done
}

# Those given by -e go first; those that say what holds anyway stay out.
take_variable() {
	local setting
	for setting in ${environment[@]+"${environment[@]}"}; do
		[ "${setting%%=*}" != "$1" ] || return 0
	done
	case $1=$2 in
	*= | *$'\n'*) return ;;
	"XDG_DATA_HOME=$HOME/.local/share" | "XDG_CONFIG_HOME=$HOME/.config") return ;;
	"XDG_STATE_HOME=$HOME/.local/state" | "XDG_CACHE_HOME=$HOME/.cache") return ;;
	*://*@*) complain "$1 holds a password, and a crontab or a unit is no place for one: unset it, or give another by -e" ;;
	esac
	environment+=("$1=$2")
}
