# architecture: tests/architecture accepts the tree, and names each fault that is planted in a copy.

load helper

# A copy of the tree, so small that it has no fault of its own: a program, what it calls, and
# the objects of both.
setup() {
	mkdir -p tree/lib/base tree/lib/text tree/cmd/hello tree/tests tree/man build
	cd tree || return
	cp "$REPOSITORY/tests/odd_phrases.txt" tests
	cp "$REPOSITORY/.clang-format" .
	printf 'programs\nlib/text\nlib/base\n' >tests/folders.txt
	printf 'hello\n' >tests/libraries.txt
	write lib/base/low.h 'int low(void);'
	write lib/base/low.c '// Low things.' '#include "base/low.h"' '' 'int' 'low(void)' '{' $'\treturn 1;' '}'
	write lib/text/high.h 'int high(void);'
	write lib/text/high.c '// High things.' '#include "text/high.h"' '#include "base/low.h"' \
		'' 'int' 'high(void)' '{' $'\treturn low();' '}'
	write cmd/hello/hello.c '// hello: an example.' '#include "text/high.h"' \
		'' 'int' 'main(void)' '{' $'\treturn high();' '}'
}

write() {
	local file=$1
	shift
	printf '%s\n' "$@" >"$file"
}

compile() {
	local file
	for file in lib/*/*.c cmd/*/*.c; do
		mkdir -p "../build/obj/${file%/*}"
		cc -Ilib -Icmd -c -o "../build/obj/${file%.c}.o" "$file"
	done
	mkdir -p ../build/bin
	cc -o ../build/bin/hello ../build/obj/*/*/*.o ${library-}
}

architecture() {
	compile
	"$REPOSITORY/tests/architecture" --top "$PWD" --build ../build "$@"
}

# refused TEXT: exactly one fault, and TEXT is in it.
refused() {
	run -1 architecture
	[ "$(grep -vc '^skip ' <<<"$output")" = 1 ]
	has "$output" "$1"
}

@test "the tree has no fault" {
	cd "$REPOSITORY" || return
	# The build with sanitizers loads their libraries.
	rules=(layers circles functions files openings symbols phrases checks)
	run "$REPOSITORY/tests/architecture" --build "$FX_BUILD" "${rules[@]}"
	echo "$output"
	[ "$status" = 0 ]
}

@test "the small tree has no fault" {
	run -0 architecture
	[ -z "$(grep -v '^skip ' <<<"$output")" ]
}

@test "an include that points up is refused" {
	sed -i 's|#include "base/low.h"|&\n#include "text/high.h"|' lib/base/low.c
	refused "lib/base/low.c: includes lib/text/high.h"
}

@test "a call that points up is refused, also without an include" {
	write lib/base/low.c '// Low things.' 'int high(void);' 'int low(void);' '' 'int' 'low(void)' '{' $'\treturn high();' '}'
	run -1 architecture layers
	has "$output" "lib/base/low.c: calls high() of lib/text/high.c"
}

@test "a folder that the list does not name is refused" {
	mkdir lib/new
	write lib/new/new.h '#include "base/low.h"'
	refused "its folder lib/new is not in tests/folders.txt"
}

@test "a program cannot call another" {
	mkdir cmd/other
	write cmd/other/other.c '// other: an example.' 'int high(void);' 'int lent(void);' '' 'int' 'lent(void)' '{' $'\treturn high();' '}'
	write cmd/other/main.c '// The main of other.' '' 'int' 'main(void)' '{' $'\treturn 0;' '}'
	sed -i 's|#include "text/high.h"|int lent(void);|; s|high()|lent()|' cmd/hello/hello.c
	compile || true
	run -1 "$REPOSITORY/tests/architecture" --top "$PWD" --build ../build layers
	has "$output" "cmd/hello/hello.c: calls lent() of cmd/other/other.c"
}

@test "a circle of calls between two files of a folder is refused" {
	write lib/base/round.c '// Calls back.' '#include "base/low.h"' '' 'int round_and_round(void);' '' \
		'int' 'round_and_round(void)' '{' $'\treturn low();' '}'
	sed -i 's|#include "base/low.h"|&\n\nint round_and_round(void);|; s|return 1|return round_and_round()|' lib/base/low.c
	refused "a circle: lib/base/low.c, lib/base/round.c"
}

@test "a circle of includes between two headers is refused" {
	write lib/base/round.h '#include "base/low.h"'
	sed -i '1i #include "base/round.h"' lib/base/low.h
	sed -i '1i #pragma once' lib/base/*.h
	refused "a circle: lib/base/low.h, lib/base/round.h"
}

long_function() {
	printf '\nint long_one(void);\n\nint\nlong_one(void)\n{\n'
	yes $'\tlow();' | head -n "$(($1 - 4))"
	printf '\treturn 0;\n}\n'
}

@test "a function of 61 lines is refused, one of 60 is not" {
	cp lib/base/low.c low.c
	long_function 60 >>lib/base/low.c
	run -0 architecture
	cp low.c lib/base/low.c
	long_function 61 >>lib/base/low.c
	refused "long_one() has 61 lines"
}

@test "a file of 401 lines in lib/ and one of 251 in cmd/ are refused" {
	{ printf '// Long.\n' && yes '// A line.' | head -n 400; } >lib/base/long.c
	refused "lib/base/long.c: has 401 lines"
	rm lib/base/long.c
	{ printf '// Long.\n' && yes '// A line.' | head -n 250; } >cmd/hello/long.c
	refused "cmd/hello/long.c: has 251 lines"
}

@test "a .c file without its opening line is refused, and one that only refers to a header" {
	sed -i 1d lib/base/low.c
	refused "lib/base/low.c:1: no opening comment"
	sed -i '1i // See low.h.' lib/base/low.c
	refused "lib/base/low.c:1: the opening comment only refers to a header"
}

@test "an external symbol defined twice is refused" {
	write lib/text/again.c '// Defines low a second time.' 'int low(void);' '' 'int' 'low(void)' '{' $'\treturn 2;' '}'
	compile || true
	run -1 "$REPOSITORY/tests/architecture" --top "$PWD" --build ../build symbols
	has "$output" "low is also defined in"
}

@test "an odd phrase is refused: in a comment, a string, a page, over the end of a line" {
	write tests/odd_phrases.txt 'the same again -> retry'
	sed -i '1s|.*|// Low things, and The Same\n// again after them.|' lib/base/low.c
	refused 'lib/base/low.c:1: "The Same // again" (better: retry)'
	sed -i '1,2c // Low things.' lib/base/low.c
	sed -i 's|high()|"the same " "again"[0]|' cmd/hello/hello.c
	run -1 architecture phrases
	has "$output" "cmd/hello/hello.c:7:"
	sed -i 's|"the same " "again"\[0\]|high()|' cmd/hello/hello.c
	# In code it is a name, as good as another.
	sed -i 's|return 1;|int the = 1, same = 2, again = the + same;\n\treturn again;|' lib/base/low.c
	run -0 architecture
	write man/hello.1 '.Nm' 'does the same' 'again.'
	refused "man/hello.1:2:"
}

@test "a line that clang-format would change is refused" {
	command -v clang-format >/dev/null || skip "clang-format is not installed"
	sed -i 's|\treturn 1;|  return 1;|' lib/base/low.c
	run architecture
	[[ $output != *"skip format"* ]] || skip "another version of clang-format"
	refused "lib/base/low.c:6: clang-format would change"
}

@test "a library that a tool loads and should not is refused, and one that it should" {
	sed -i 's|#include.*|&\n\nconst char *sqlite3_libversion(void);|; s|return 1|return *sqlite3_libversion()|' lib/base/low.c
	library=-lsqlite3
	refused "hello: loads libsqlite3"
	printf 'hello sqlite3 crypto\n' >tests/libraries.txt
	refused "hello: does not load libcrypto"
}

@test "two checks in one line of a test are refused, unless they are its last" {
	printf '%s\n' '@test "x" {' $'\t[ -e "a b" ] && cmp a b' '}' 'y() {' $'\t[ 1 ] && [ 2 ]' $'\ttrue' '}' >tests/x.bats
	run -0 architecture
	sed -i $'s/^}/\ttrue\\n&/' tests/x.bats
	refused "tests/x.bats:2: two checks joined by &&"
}

@test "an object older than its source is refused" {
	compile
	touch -d '+1 minute' lib/base/low.c
	run -1 "$REPOSITORY/tests/architecture" --top "$PWD" --build ../build layers
	has "$output" "low.o is missing or older"
}
