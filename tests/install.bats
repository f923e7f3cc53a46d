# install: make install and uninstall, below an empty DESTDIR.

load helper

PREFIX=/usr/local

# The build's own prefix: another would rebuild tools that other tests are using. BUILD is
# relative, as make takes no path with a blank.
install_here() {
	make -s -C "$REPOSITORY" BUILD="${FX_BUILD#"$REPOSITORY/"}" DESTDIR="$PWD/root" "$1"
}

tools() {
	grep -rlw '^main' "$REPOSITORY/cmd" | sed 's,.*/,,; s,\.c$,,'
	find "$REPOSITORY/scripts" -maxdepth 1 -name 'fx*' -type f -exec basename {} \;
}

expected_files() {
	local tool
	for tool in $(tools); do
		echo "bin/$tool"
		echo "share/man/man1/$tool.1"
		echo "share/bash-completion/completions/$tool"
	done
	echo share/bash-completion/completions/fxpipe
	(cd "$REPOSITORY/man" && printf 'share/man/man5/%s\n' ./*.5 && printf 'share/man/man7/%s\n' ./*.7) | sed 's,/\./,/,'
	(cd "$REPOSITORY/scripts" && printf 'share/fxpipe/%s\n' athena.sql filters/*.jq stacks/* units/*)
	(cd "$REPOSITORY/lib/rate/providers" && find sample -type f -printf 'share/fxpipe/%p\n')
	(cd "$REPOSITORY/scripts" && find prices -type f -printf 'share/fxpipe/%p\n')
}

@test "make install installs everything, uninstall removes all of it" {
	install_here install
	(cd "root$PREFIX" && find . ! -type d -printf '%P\n') | sort >found
	expected_files | sort | diff - found
	find root -type f ! -path '*/bin/*' -perm /111 | cmp - /dev/null
	[ "$(find "root$PREFIX/bin" -perm -755 | wc -l)" = "$(($(tools | wc -l) + 1))" ]
	# A completion that points nowhere would be a file all the same.
	find root -xtype l | cmp - /dev/null
	install_here uninstall
	find root ! -type d | cmp - /dev/null
	[ ! -e "root$PREFIX/share/fxpipe" ]
}

@test "installing twice is installing once; uninstalling what is not there is no error" {
	install_here install
	install_here install
	install_here uninstall
	install_here uninstall
}

@test "uninstall keeps the files of others" {
	install_here install
	touch "root$PREFIX/bin/other" "root$PREFIX/share/fxpipe/filters/mine.jq"
	install_here uninstall
	[ "$(find root -type f | wc -l)" = 2 ]
}

@test "tools run from where they were installed, sample provider included" {
	install_here install
	mv root moved
	PATH=$PWD/moved$PREFIX/bin:${PATH#"$FX_BUILD/bin:"}
	[ "$(command -v kput)" = "$PWD/moved$PREFIX/bin/kput" ]
	cd /
	set -o pipefail
	fxfetch -p sample BTC/USD | fxenc | kput -q -k ticker
	kread -g table | ddbput | kack -g table
	[ "$(ddbget BTC/USD | wc -l)" = 60 ]
}

@test "DESTDIR may hold blanks and quotes, and nothing outside of it is touched" {
	mkdir outside
	chmod 700 outside
	local destination="$PWD/it's \"a\" \$root/ outside"
	make -s -C "$REPOSITORY" BUILD="${FX_BUILD#"$REPOSITORY/"}" DESTDIR="${destination//\$/\$\$}" install
	(cd "$destination$PREFIX" && find . ! -type d -printf '%P\n') | sort >found
	expected_files | sort | diff - found
	[ "$(stat -c %a outside)" = 700 ]
	[ -z "$(ls -A outside)" ]
	make -s -C "$REPOSITORY" BUILD="${FX_BUILD#"$REPOSITORY/"}" DESTDIR="${destination//\$/\$\$}" uninstall
	find "$destination" ! -type d | cmp - /dev/null
}

# A copy of the tree and its build, in a path with a blank.
copy_tree() {
	[ "$FX_BUILD" = "$REPOSITORY/build" ] || skip "only of the plain build"
	mkdir "a tree" "a tree/build"
	cp -rp "$REPOSITORY"/{Makefile,cmd,lib,man,scripts} "a tree"
	cp -rp "$FX_BUILD"/{bin,libcmd.a,libfx.a,made,obj,share} "a tree/build"
	cd "a tree" || return
}

@test "another PREFIX rebuilds what names it, and pages and files name it" {
	copy_tree
	local prefix="/opt/f & \"x\" it's"
	make DESTDIR="$PWD/ro ot" PREFIX="$prefix" install >words
	grep -q 'CC .*build/obj/lib/rate/provider.o' words
	[ "$(grep -c ' CC ' words)" = 1 ]
	[ -x "ro ot$prefix/bin/kput" ]
	grep -rhF /usr/local "ro ot$prefix/share" | cmp - /dev/null
	grep -qF "$prefix/share/fxpipe" "ro ot$prefix/share/man/man7/fxpipe.7"
	grep -qF "$prefix" build/bin/fxfetch || grep -qF 'f & "x" it' build/bin/fxfetch
	make PREFIX="$prefix" DESTDIR="$PWD/ro ot" uninstall
	find "ro ot" ! -type d | cmp - /dev/null
}

@test "a tree in a path with a blank is built; BUILD with a blank is refused" {
	copy_tree
	touch lib/base/buffer.c
	make all
	build/bin/kput --version
	run -2 make BUILD="a build" all
	has "$output" 'BUILD must be a single path without blanks'
	[ ! -e a ] && [ ! -e build/a ]
}

@test "make help lists the targets" {
	make -C "$REPOSITORY" help >out
	for target in all check install uninstall bench format clean; do
		grep -q "make $target" out
	done
}
