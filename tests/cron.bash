# cron: a crontab(1) of the test's own, first in PATH: it keeps $HOME/crontab, and takes
# what Debian's takes. What calls it is in $HOME/crontab.log, a word a line.

mkdir -p "$HOME/bin"
cat >"$HOME/bin/crontab" <<'END'
#!/bin/bash
echo "${1-}" >>"$HOME/crontab.log"
case ${1-} in
-l)
	[ -e "$HOME/crontab" ] || {
		echo "no crontab for you" >&2
		exit 1
	}
	cat "$HOME/crontab"
	;;
-r) rm "$HOME/crontab" ;;
*)
	[ ! -s "${1--}" ] || [ "$(tail -c 1 "$1" | wc -l)" = 1 ] || {
		echo "new crontab file is missing newline before EOF, can't install." >&2
		exit 1
	}
	cat "${1--}" >"$HOME/crontab"
	;;
esac
END
chmod +x "$HOME/bin/crontab"
export PATH=$HOME/bin:$PATH

# What cron would do with the line of NAME: unescape it, and give it to a shell that
# knows next to nothing.
as_cron() {
	local line
	line=$(sed -n "/^# fxpipe: $1 begin\$/,/^# fxpipe: $1 end\$/p" "$HOME/crontab" | sed -n '3{s/^@[a-z]* //;s/^\([^ ]* \)\{5\}//;s/\\%/%/g;p;}')
	env -i HOME="$HOME" LOGNAME=you USER=you PATH=/usr/bin:/bin SHELL=/bin/sh \
		${LD_PRELOAD+"LD_PRELOAD=$LD_PRELOAD"} ${ASAN_OPTIONS+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
		${UBSAN_OPTIONS+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} /bin/sh -c "cd && $line"
}
