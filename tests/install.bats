# install: make install and uninstall, below an empty DESTDIR.

load helper

PREFIX=/opt/fx

install_here() {
	make -s -C "$REPOSITORY" BUILD="$FX_BUILD" \
		DESTDIR="$PWD/root" PREFIX="$PREFIX" "$1"
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
	echo share/man/man5/fxpipe-records.5
	echo share/man/man5/fxpipe-stack.5
	echo share/man/man7/fxpipe.7
	echo share/man/man7/fxpipe-aws.7
	(cd "$REPOSITORY/scripts" && printf 'share/fxpipe/%s\n' filters/*.jq stacks/* cron/*.bash units/*)
	(cd "$REPOSITORY/lib/rate/providers" && find sample -type f -printf 'share/fxpipe/%p\n')
	(cd "$REPOSITORY/scripts" && find prices -type f -printf 'share/fxpipe/%p\n')
}

@test "make install puts everything in its place, uninstall takes all of it away" {
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

@test "uninstall leaves the files of others alone" {
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

@test "make help lists what there is to make" {
	make -C "$REPOSITORY" help >out
	for target in all check install uninstall bench format clean; do
		grep -q "make $target" out
	done
}
