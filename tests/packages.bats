# packages: the source archive, the recipes for packages, and what packages do when they are removed.
# tests/debian_packages builds and installs those of Debian; it is run by hand.

load helper

VERSION=$(sed -n 's/^VERSION = //p' "$REPOSITORY/Makefile")

# copy_sources DIRECTORY: a repository of its own with the files that git tracks here, as they are.
copy_sources() {
	# It may belong to another user.
	git -c safe.directory='*' -C "$REPOSITORY" ls-files -z >files 2>&1 ||
		skip "this is no clone, or git is not installed"
	mkdir "$1"
	(cd "$REPOSITORY" && xargs -0 cp -p --parents -t "$OLDPWD/$1") <files
	git -C "$1" init -q
	git -C "$1" add -A
	git -C "$1" -c user.name=x -c user.email=x@example.com commit -qm x --date=@1000000000
}

@test "make dist: the same bytes elsewhere, later, with another umask, and from the archive itself" {
	copy_sources here
	make -s -C here dist >said
	[ "$(cat said)" = "$PWD/here/build/dist/fxpipe-$VERSION.tar.gz" ]
	mkdir "other place"
	(umask 077 && git clone -q here "other place/clone" && cd "other place/clone" &&
		find . -name '*.c' -exec touch -d 2001-01-01 {} + && : >untracked &&
		TZ=Asia/Tokyo LC_ALL=C.UTF-8 make -s dist >/dev/null)
	cmp {here,"other place/clone"}/build/dist/fxpipe-$VERSION.tar.gz
	tar -xzf here/build/dist/fxpipe-$VERSION.tar.gz
	mkdir -p fxpipe-$VERSION/tests/{.venv/bin,browser/node_modules/x,server/__pycache__}
	touch fxpipe-$VERSION/tests/{.venv/bin,browser/node_modules/x,server/__pycache__}/made
	make -s -C fxpipe-$VERSION dist >/dev/null
	rm -r fxpipe-$VERSION/tests/{.venv,browser/node_modules,server/__pycache__}
	cmp {here,fxpipe-$VERSION}/build/dist/fxpipe-$VERSION.tar.gz
	diff <(cd here && git ls-files) <(cd fxpipe-$VERSION && find . -type f ! -path './build/*' -printf '%P\n' | LC_ALL=C sort)
	tar -tvzf here/build/dist/fxpipe-$VERSION.tar.gz | awk '{ print $1, $2 }' | LC_ALL=C sort -u >modes
	printf '%s\n' '-rw-r--r-- 0/0' '-rwxr-xr-x 0/0' | cmp - modes
	# And a change of a file changes them.
	echo >>here/README.md
	run -0 --separate-stderr make -s -C here dist
	has "$stderr" "not committed"
	not cmp -s {here,fxpipe-$VERSION}/build/dist/fxpipe-$VERSION.tar.gz
}

@test "the recipes have the version and the checksums of the archive, and programs can read them" {
	copy_sources here
	make -s -C here dist >/dev/null
	cd here/build/dist
	not grep -n '@[A-Z0-9_]*@' APKBUILD Containerfile fxpipe.*
	grep -qx "pkgver=$VERSION" APKBUILD
	grep -qx "Version:        $VERSION" fxpipe.spec
	sed -n '/^sha512sums/,/^"/p' APKBUILD | grep '  ' | sha512sum --check --quiet
	for recipe in fxpipe.rb fxpipe.nix; do
		grep -q "\"$(sha256sum <fxpipe-$VERSION.tar.gz | cut -d ' ' -f 1)\"" "$recipe"
	done
	sh -n APKBUILD
	shellcheck -s sh -e SC2034,SC2154 APKBUILD
	! command -v rpmspec >/dev/null || rpmspec -P fxpipe.spec >/dev/null
	! command -v ruby >/dev/null || ruby -c fxpipe.rb
	! command -v nix-instantiate >/dev/null || nix-instantiate --parse fxpipe.nix >/dev/null
}

# The packages that a recipe needs to build.
@test "the packages that build fxpipe are the same in setup, Debian's control and the libraries of the Makefile" {
	sed -n 's/^\(lib[^ ]*-dev\|zlib1g-dev\) build .*/\1/p' "$REPOSITORY/scripts/setup" | grep -v libc6-dev | sort >setup
	sed -n '/^Build-Depends/,/^Standards/p' "$REPOSITORY/scripts/debian/control" | grep -o '[a-z0-9-]*-dev' | sort | diff setup -
	[ "$(sed -n 's/^libraries = //p' "$REPOSITORY/Makefile" | wc -w)" = "$(($(wc -l <setup) - 1))" ]
}

@test "make install-package puts units where systemd looks, each file is in one package of Debian" {
	make -s -C "$REPOSITORY" BUILD="${FX_BUILD#"$REPOSITORY/"}" DESTDIR="$PWD/root" install-package
	# Twice is once.
	make -s -C "$REPOSITORY" BUILD="${FX_BUILD#"$REPOSITORY/"}" DESTDIR="$PWD/root" install-package
	cd root/usr/local
	find . -xtype l | cmp - /dev/null
	diff <(cd "$REPOSITORY/scripts/units" && ls) <(ls share/fxpipe/units)
	[ -f lib/systemd/system/fxpipe-consumer.service ]
	[ ! -L lib/systemd/system/fxpipe-consumer.service ]
	[ -f lib/systemd/user/fxserve.socket ]
	[ -f lib/sysusers.d/fxpipe.conf ]
	find . ! -type d -printf 'usr/%P\n' | grep -e fxserve -e fxpipe-serve | sort >serve
	while read -r pattern; do
		# shellcheck disable=SC2086 # a pattern
		(cd .. && mkdir -p usr && cp -rsn "$PWD"/local/* usr/ && find $pattern ! -type d)
	done <"$REPOSITORY/scripts/debian/fxpipe-serve.install" | sort | diff serve -
}

# prerm CRONTABS ACTION: Debian's script before a removal.
prerm() {
	sed "s|^crontabs=.*|crontabs=$1|" "$REPOSITORY/scripts/debian/fxpipe.prerm" >prerm
	sh prerm "$2" 2>&1
}

@test "Debian: a removal names the crontabs that call what is gone, and changes nothing" {
	mkdir fake crontabs
	printf '#!/bin/sh\ncase $1 in -l) cat "$HOME/crontab" ;; *) cat >"$HOME/new" && mv "$HOME/new" "$HOME/crontab" ;; esac\n' >fake/crontab
	chmod +x fake/crontab
	printf '# mine\n5 5 * * * /usr/bin/true\n' >"$HOME/crontab"
	PATH=$PWD/fake:$PATH
	fxcron install --log - prices.day 'rate(1 minute)' -- 'fxfetch BTC/USD | fxenc'
	fxcron install --log - weather @hourly -- 'fxfetch -p openmeteo x=1,2 | fxenc'
	fxcron install --log - paused @hourly -- true
	fxcron install --log - elsewhere @hourly -- true
	sed -e "s|[^ ]*/bin/fxcron\( run elsewhere\)|/usr/local/bin/fxcron\1|; s|[^ ]*/build[^ ]*/bin/fxcron|/usr/bin/fxcron|" \
		-e "s|^\(.* run paused\)|#\1|" "$HOME/crontab" >crontabs/alice
	grep '/usr/bin/fxcron run prices.day' crontabs/alice
	printf '1 2 3 4 5 true\n' >crontabs/bob
	cp crontabs/alice before
	prerm "$PWD/crontabs" remove >said
	[ "$(head -n 1 said)" = "fxpipe: the crontab of alice has entries that call the programs being removed: prices.day weather" ]
	[ "$(wc -l <said)" = 2 ]
	cmp before crontabs/alice
	# The command that it prints removes these, and nothing else.
	cp crontabs/alice "$HOME/crontab"
	sed -n 's/^  To delete them: //p' said | sed 's/ -u alice//g' >command
	sh command
	grep '^# fxpipe' "$HOME/crontab" | sed 's/.*: \(.*\) .*/\1/' | sort -u | tr '\n' ' ' >kept
	[ "$(cat kept)" = "elsewhere paused " ]
	head -n 2 "$HOME/crontab" | cmp - <(printf '# mine\n5 5 * * * /usr/bin/true\n')
	prerm "$PWD/crontabs" upgrade | cmp - /dev/null
	prerm "$PWD/absent" remove | cmp - /dev/null
}

@test "the units of a user: sound, and the first start makes a token that fxserve takes" {
	mkdir -p units config
	cp "$REPOSITORY"/scripts/units/fxserve.* units
	sed -i "s|/usr/local/bin/fxserve|$FX_BUILD/bin/fxserve|" units/fxserve.service
	if command -v systemd-analyze >/dev/null && [ "$FX_BUILD" = "${FX_BUILD#* }" ]; then
		run -0 env XDG_RUNTIME_DIR="$PWD" systemd-analyze verify --user --man=no units/*
		not has "$output" fxserve
	fi
	# As systemd reads the line.
	sed -n "s/^ExecStartPre=.* -c '\(.*\)' %E.fxpipe\$/\1/p" units/fxserve.service |
		sed 's/\$\$/$/g; s/\\\\/\\/g' >script
	[ -s script ]
	for start in 1 2; do
		sh -c "$(cat script)" "$PWD/config/fxpipe"
		[ "$(stat -c %a config/fxpipe/token)" = 600 ]
		[ "$(wc -c <config/fxpipe/token)" = 32 ]
		cp config/fxpipe/token "token$start"
	done
	cmp token1 token2
	rates 2 | kput -q
	in_background fxserve -l 127.0.0.1:0 --token-file config/fxpipe/token >said 2>words
	wait_for 30 test -s said
	curl -sS -H "Authorization: Bearer $(cat token1)" "$(cat said)v1/health" | holds 'type == "object"'
}

@test "sbom: SPDX with the libraries that the tools load, twice the same bytes" {
	export SOURCE_DATE_EPOCH=1000000000
	"$REPOSITORY/scripts/package/sbom" "$PWD/build" >said
	file=build/dist/fxpipe-$VERSION.spdx.json
	[ "$(cat said)" = "$PWD/$file" ]
	cp "$file" first
	(cd / && TZ=Asia/Tokyo "$REPOSITORY/scripts/package/sbom" "$OLDPWD/build" >/dev/null)
	cmp first "$file"
	holds '.spdxVersion == "SPDX-2.3" and .creationInfo.created == "2001-09-09T01:46:40Z"' "$file"
	holds '[.packages[].SPDXID, "SPDXRef-DOCUMENT"] as $ids | ($ids | unique | length) == ($ids | length) and
		([.relationships[] | .spdxElementId, .relatedSpdxElement] - $ids) == []' "$file"
	holds --arg version "$VERSION" '.packages[0] | .name == "fxpipe" and .versionInfo == $version' "$file"
	holds 'all(.packages[]; .versionInfo | test("^[0-9]"))' "$file"
	# Each library that a tool names is there.
	sed -n 's/^libraries = //p' "$REPOSITORY/Makefile" | tr ' ' '\n' | sort >wanted
	jq -r '.relationships[] | select(.relationshipType == "DYNAMIC_LINK").relatedSpdxElement[8:]' "$file" | sort | diff wanted -
}

@test "the release of NEWS is the version, each with its state" {
	sed -n 's/^\([0-9][0-9.]*\) (\(.*\))$/\1 \2/p' "$REPOSITORY/NEWS" >releases
	[ "$(head -n 1 releases | cut -d ' ' -f 1)" = "$VERSION" ]
	not grep -vE '^[0-9]+\.[0-9]+\.[0-9]+ (unreleased|20[0-9]{2}-[01][0-9]-[0-3][0-9])$' releases
	[ "$(tail -n +2 releases | grep -c unreleased)" = 0 ]
	sort -rV releases | cmp - releases
}
