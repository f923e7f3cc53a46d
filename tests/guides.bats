# guides: what lib/README.md and cmd/README.md tell contributors is there, and works.

load helper

# The text of the guides.
guides() {
	cat "$REPOSITORY/lib/README.md" "$REPOSITORY/cmd/README.md"
}

@test "the files that the guides name exist" {
	local path lacking=()
	for path in $(guides | grep -oE '`(lib|cmd|man|scripts|tests)/[^` ]*`' | tr -d '`' | sort -u); do
		case $path in *NAME* | *SCHEME* | *fxgain*) continue ;; esac
		[ -e "$REPOSITORY/$path" ] || lacking+=("$path")
	done
	[ ${#lacking[@]} = 0 ] || { printf '%s\n' "${lacking[@]}" && false; }
}

@test "the tests that the guides run exist, each pattern" {
	local pattern file part
	while IFS=' ' read -r pattern file; do
		for part in ${pattern//|/$'\n'}; do
			[ "$part" != NAME.jq ] || continue
			grep -qE "^@test \".*${part//_/ }" "$REPOSITORY/$file" || { echo "$file: $part" && false; }
		done
	done < <(guides | sed -n "s/.*bats -f '\([^']*\)' \(tests[^ \`,]*\).*/\1 \2/p" | sed 's/ \([^ ]*\)$/\t\1/; s/ /_/g; s/\t/ /')
}

@test "the filter of the guide is built without a warning, and filters" {
	[ "$FX_BUILD" = "$REPOSITORY/build" ] || skip "only of the plain build"
	sed -n '/^    \/\* fxgain:/,/^[^ ]/s/^    //p' "$REPOSITORY/cmd/README.md" >fxgain.c
	# shellcheck disable=SC2046 # words
	cc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -I"$REPOSITORY/lib" -I"$REPOSITORY/cmd" -o fxgain fxgain.c \
		"$FX_BUILD/libcmd.a" "$FX_BUILD/libfx.a" $(pkg-config --libs sqlite3 libcjson libcrypto zlib) -lm
	printf '%s\n' '{"_pos":"0:1","a":0.1}' '{"_pos":"0:2","a":-1}' '{"_pos":"0:3","b":1}' '{"_pos":"0:3+"}' >in
	run -1 --separate-stderr ./fxgain -m a <in
	[ "$output" = "$(sed -n '1p;4p' in)" ]
	[ "$stderr" = 'fxgain: line 3: refused: no member "a"' ]
}
