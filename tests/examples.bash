# examples: the commands in a page, as a script that runs them, and what the page shows of them.

# blocks SECTION PAGE: the literal blocks in that section of the page, roff's escapes undone, a line
# "=" between, with the files of the build in place of those installed.
blocks() {
	awk -v heading=".Sh $1" '
		/^\.Sh / { within = $0 == heading }
		within && /^\.Bd .*-literal/ { block = 1; next }
		/^\.Ed/ { if (block) print "="; block = 0 }
		block && !/^\.\\"/' "$2" |
		sed -e "s/\\\\(aq/'/g" -e 's/\\(dq/"/g' -e 's/\\(ga/`/g' -e 's/\\(ti/~/g' -e 's/\\(ha/^/g' \
			-e 's/\\-/-/g' -e 's/\\&//g' -e 's/\\e/\\/g' -e "s,/usr/local/share/fxpipe,$FX_BUILD/share/fxpipe,g"
}

# Turns blocks into a shell script that runs each command by itself, its output
# in NUMBER.out, its status in NUMBER.status; what the page shows goes to
# NUMBER.shown. A command continues after a trailing "\" or "|", or with "> ".
script_of() {
	awk '
		function close_command() {
			if (open)
				printf "\n} >%d.out 2>%d.err\necho $? >%d.status\n", number, number, number
			open = 0
		}
		/^=$/ { close_command(); shown = 0; next }
		goes_on || (/^> / && shown == 0 && number > 0 && open) {
			sub(/^> /, "")
			print
			print >> (number ".text")
			goes_on = /[\\|]$/
			next
		}
		/^\$ / {
			close_command()
			sub(/^\$ /, "")
			number++
			open = 1
			shown = 0
			print "{"
			print
			print > (number ".text")
			goes_on = /[\\|]$/
			next
		}
		number > 0 && open { close_command(); shown = 1 }
		shown { print > (number ".shown") }'
}

# Numbers as jq 1.6 prints them, without zeros at the end of a fraction: 1.7 keeps 1.50.
numbers_by_value() {
	sed -E 's/([0-9]\.[0-9]*[1-9])0+([^0-9]|$)/\1\2/g; s/([0-9])\.0+([^0-9.]|$)/\1\2/g' "$1"
}
