# units: of the user's systemd, in the place of a line of the crontab.
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with fxcron

units() {
	echo "$(configuration)/systemd/user"
}

is_ours() {
	[ -f "$1" ] && [ "$(head -n 1 "$1")" = '# Made by fxcron install; fxcron remove takes it away.' ]
}

make_units() {
	local word text=''
	case $here in
	*[\'\"\\]*) complain "systemd starts no program with quotes or backslashes in its path: $here/fxcron" ;;
	esac
	for word in "${entry[@]}"; do
		check_line "$word"
		text=${text:+$text }$(quote_unit "$word")
	done
	unit_head "$work/fxpipe-$name.service"
	unit_service >>"$work/fxpipe-$name.service"
	[ -n "$service" ] || {
		unit_head "$work/fxpipe-$name.timer"
		unit_timer >>"$work/fxpipe-$name.timer"
	}
}

unit_head() {
	cat >"$1" <<-END
		# Made by fxcron install; fxcron remove takes it away.
		# $schedule
		[Unit]
		Description=fxpipe: $name
		Documentation=man:fxcron(1)
	END
}

# What needs namespaces is left out: it would need user namespaces here, in which
# files of root's seem to be nobody's.
unit_service() {
	[ -z "$service" ] || echo 'StartLimitIntervalSec=0'
	cat <<-END

		[Service]
		ExecStart=$text
		KillMode=mixed
		UMask=0077
		NoNewPrivileges=yes
		LockPersonality=yes
		RestrictRealtime=yes
		RestrictSUIDSGID=yes
		SystemCallArchitectures=native
	END
	if [ -z "$service" ]; then
		echo 'Type=oneshot'
	else
		cat <<-END
			Restart=always
			RestartSec=5
			RestartPreventExitStatus=2 126 127

			[Install]
			WantedBy=default.target
		END
	fi
}

unit_timer() {
	local event
	printf '\n[Timer]\n'
	for event in ${calendar[@]+"${calendar[@]}"}; do
		echo "OnCalendar=$event"
	done
	if [ "$fields" = @reboot ]; then
		echo 'OnStartupSec=1s'
	elif [ -n "$every" ]; then
		printf 'OnActiveSec=1s\nOnUnitActiveSec=%s\n' "$every"
	fi
	printf 'AccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n'
}

install_units() {
	local unit changed='' main=fxpipe-$name.timer
	[ -z "$service" ] || main=fxpipe-$name.service
	if [ -n "$service" ]; then
		remove_unit "fxpipe-$name.timer"
	fi
	mkdir -p "$(units)"
	for unit in "$work"/fxpipe-*; do
		cmp -s "$unit" "$(units)/${unit##*/}" && continue
		[ ! -e "$(units)/${unit##*/}" ] || is_ours "$(units)/${unit##*/}" ||
			complain "$(units)/${unit##*/} is not of fxcron's making: it stays as it is"
		cp "$unit" "$(units)/.${unit##*/}.new"
		mv "$(units)/.${unit##*/}.new" "$(units)/${unit##*/}"
		changed=yes
	done
	if ! user_manager; then
		say "no systemd of this user's answers here; where it does: systemctl --user daemon-reload && systemctl --user enable --now $main"
		return
	fi
	systemctl --user daemon-reload
	systemctl --user --quiet enable "$main"
	if [ -n "$changed" ]; then
		systemctl --user restart "$main"
	else
		systemctl --user start "$main"
	fi
	note "$main is on; so that it also runs while you are not logged in: loginctl enable-linger"
}

user_manager() {
	command -v systemctl >/dev/null && systemctl --user show-environment >/dev/null 2>&1
}

remove_units() {
	remove_unit "fxpipe-$name.timer"
	remove_unit "fxpipe-$name.service"
}

remove_unit() {
	is_ours "$(units)/$1" || return 0
	! user_manager || systemctl --user --quiet disable --now "$1" || true
	rm -f "$(units)/$1"
	removed=yes
	note "$1 is removed"
	! user_manager || systemctl --user daemon-reload
}
