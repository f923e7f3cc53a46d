# options: what every tool says of a wrong command line. The tables are in cmd/, their reading in
# cmd/tool.

load helper

# refuses MESSAGE COMMAND...: status 2, nothing on standard output, one line that ends in advice.
refuses() {
	local message=$1 tool=$2
	shift
	run -2 --separate-stderr "$@"
	[ -z "$output" ]
	[ "$stderr" = "$tool: $message; try $tool --help" ] || {
		printf 'expected: %s\ngot: %s\n' "$message" "$stderr"
		return 1
	}
}

@test "an option without its operand is named" {
	refuses '-n requires an argument' kread -n
	refuses '--shards requires an argument' kput --shards
	refuses '-s requires an argument' kstat -ws
	refuses '-p requires an argument' fxfetch BTC/USD -p
}

@test "a misspelt option or subcommand suggests the nearest" {
	refuses 'unknown option --stremm (did you mean --stream?)' kput --stremm x
	refuses 'unknown option --no-progres7 (did you mean --no-progress?)' fxenc --no-progres7
	refuses 'unknown option --typd (did you mean --typed?)' ddbget --typd
	refuses 'unknown option --retrys (did you mean --retries?)' kbatch --retrys=3 cat
	refuses 'unknown option --something-else' kput --something-else
	refuses 'unknown option -Q' kput -qQ
	refuses 'option --st is ambiguous' kput --st x
	refuses 'unknown subcommand deplyo (did you mean deploy?)' fxstack deplyo
	refuses 'unknown subcommand x: expected diff, deploy, destroy, policy or template' fxstack x
	refuses 'a subcommand is required: diff, deploy, destroy, policy or template' fxstack
}

@test "control bytes in a wrong option are escaped" {
	refuses 'unknown option --\x1b[2J' kput $'--\033[2J'
	refuses 'unexpected argument \x1b[2J: kput reads its records from standard input' kput $'\033[2J'
}

@test "numbers, sizes, durations and seconds have a range" {
	refuses 'option -j: "0" is not a whole number from 1 to 256' kput -j 0
	refuses 'option --jobs: "257" is not a whole number from 1 to 256' kput --jobs 257
	refuses 'option -j: "1k" is not a whole number from 1 to 256' kput -j1k
	refuses 'option -n: "18446744073709551617" is not a whole number from 1 to 4611686018427387904' \
		kread -n 18446744073709551617
	refuses 'option --max-line: "65M" is not a size from 1 to 67108864 (bytes, or with K, M or G)' \
		kput --max-line 65M
	refuses 'option --retention: "5" is not a duration such as 90s, 90m, 24h or 7d' kput --retention 5
	refuses 'option -w: "1.2345" is not a number of seconds' kbatch -w 1.2345 cat
	refuses 'option --window: "0" is not a number of seconds above 0' kbatch --window 0 cat
	refuses 'option -r: "always" is not a whole number from 0 to 1000000' kbatch -r always cat
	refuses 'option --watch: "0" is not a whole number from 1 to 86400' kstat --watch=0
}

@test "options that need each other, or exclude each other" {
	refuses '-g GROUP is required' kack
	refuses '--yes is not an option of deploy, only of destroy' fxstack deploy --yes
	refuses '-e is not an option of list, only of install, run, loop' fxcron list -e A=b
	refuses '--yes is not an option of deploy, only of destroy' fxstack --yes deploy
	refuses '--unordered and --strict-order exclude each other' kput --unordered --strict-order
	refuses 'option --quiet=1: it takes no argument' kput --quiet=1
	refuses 'unexpected argument c' ddbget a b c
}

@test "a long option may be cut short, and options may follow arguments" {
	printf '%s\n' '{"ticker":"A","last_refreshed":"1"}' '{"ticker":"A","last_refreshed":"2"}' |
		ddbput -q --tab x --ke ticker,last_refreshed
	[ "$(ddbget A --rev -t x --num 1)" = '{"ticker":"A","last_refreshed":"2"}' ]
	[ "$(POSIXLY_CORRECT=1 ddbget A -t x | wc -l)" = 2 ]
}

@test "after -- all are arguments; after a COMMAND all is its own" {
	echo '{"ticker":"-r","last_refreshed":"1"}' | ddbput -q -t x -k ticker,last_refreshed
	[ "$(ddbget -t x -- -r)" = '{"ticker":"-r","last_refreshed":"1"}' ]
	[ "$(echo b | kbatch grep -c b)" = b ]
	echo b | kbatch -q -- grep -q --no-messages b
}

@test "--help fits 80 columns, begins with the tool's line, and ends with the exit statuses and the pages" {
	local tool page
	for tool in fxenc fxfetch kread kack kstat kput kbatch ddbput ddbget smget cwput snspub s3put s3get fxstack fxmetrics fxroll fxalert fxplot fxserve; do
		"$tool" --help >help
		[ "$(wc -L <help)" -le 80 ]
		page=$(sed -n 's/^\.Nd //p' "$REPOSITORY/man/$tool.1")
		[ "$(head -n 1 help)" = "$tool: $page" ] || { echo "$tool: $page" && false; }
		grep -q '^Exit status: 0 all done' help
		[ "$(tail -n 1 help)" = "The manual: man $tool. A tour for newcomers: man fxpipe-tour." ]
	done
}

@test "the options for AWS: in every tool that can call it, and on its page" {
	local tool
	for tool in fxfetch kput kread kack kstat ddbput ddbget smget cwput snspub s3put s3get fxstack fxhealth fxserve; do
		for option in profile region endpoint-url role-arn; do
			"$tool" --complete | grep -q $'^option\t-\t--'"$option"$'\t'
			grep -q "Fl -$option Ar" "$REPOSITORY/man/$tool.1"
		done
	done
	for tool in fxenc fxroll fxalert fxplot kbatch fxcron fxmetrics; do
		not grep -q -e --role-arn <("$tool" --help)
	done
}

@test "the options for AWS are checked, and on this machine have no other effect" {
	refuses 'option --region: "EU West" is not the name of a region such as eu-west-1' kput --region 'EU West'
	refuses 'option --region: "" is not the name of a region such as eu-west-1' kread --region ''
	refuses 'option --profile: the name of a profile is required' kstat --profile ''
	refuses 'option --endpoint-url: "localhost:4566" is not a URL such as https://HOST or http://HOST:4566' \
		ddbget --endpoint-url localhost:4566
	refuses 'option --endpoint-url: a user name in the URL is not supported' ddbput --endpoint-url https://u:p@h
	local arn
	for arn in x arn:aws:iam::123456789012:user/x arn:aws:iam::12345678901:role/x \
		arn:aws:iam::123456789012:role/ arn:aws:sts::123456789012:role/x; do
		refuses "option --role-arn: \"$arn\" is not a role such as arn:aws:iam::123456789012:role/NAME" \
			kread --role-arn "$arn"
	done
	local options=(--profile nowhere --region eu-west-1 --endpoint-url http://127.0.0.1:9
		--role-arn arn:aws-us-gov:iam::123456789012:role/path/x)
	echo '{"ticker":"A","last_refreshed":"B"}' >line
	run -0 --separate-stderr kput "${options[@]}" -s s <line
	[ "$output" = "$(cat line)" ]
	[ -z "$stderr" ]
	[ "$(kread -s s "${options[@]}")" = "$(cat line)" ]
	run -0 ddbput "${options[@]}" <line
	[ "$(ddbget "${options[@]}" A)" = "$(cat line)" ]
	[ "$(fxfetch "${options[@]}" -p sample BTC/USD | jq -r .ticker)" = BTC/USD ]
}
