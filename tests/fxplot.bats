# fxplot: pictures of values, compared as text, on a terminal, and made by gnuplot.

load helper

# drawn STATUS ARGUMENT…: standard input through fxplot, to the files out and words.
drawn() {
	local expected=$1 got=0
	shift
	fxplot "$@" >out 2>words || got=$?
	cat words out >&2
	[ "$got" = "$expected" ]
}

# shows: the output is standard input.
shows() {
	diff - out >&2
}

# values NUMBER…: a record for each, a minute apart.
values() {
	local minute=0 value
	for value; do
		printf '{"v":%s,"at":"2025-10-21T14:%02d:00Z"}\n' "$value" "$minute"
		minute=$((minute + 1))
	done
}

# on_terminal COLUMNS ROWS ARGUMENT…: fxplot in a terminal, with steps from standard input.
on_terminal() {
	local columns=$1 rows=$2
	shift 2
	TERM=xterm "$REPOSITORY/tests/terminal" "$columns" "$rows" fxplot "$@"
}

# is_read FD: is the pipe empty?
is_read() {
	python3 -c 'import fcntl, struct, sys, termios
sys.exit(struct.unpack("i", fcntl.ioctl(int(sys.argv[1]), termios.FIONREAD, b"0000"))[0] != 0)' "$1"
}

with_gnuplot() {
	command -v gnuplot >/dev/null || skip "there is no gnuplot here"
}

# --- pictures ---

@test "a line in ASCII" {
	values 1 3 2.5 4 0.125 0 2 2 2 5 | drawn 0 --width 40 --height 12 v
	shows <<-'END'
		v 5
		    |                                  *
		  4 +           *                     *
		    |          * *                   *
		    |    **   *  *                  *
		  2 +  **  ***    *         ********
		    | *            *      **
		    |*             *     *
		  0 +               *****
		    ++-------+------+-------+------+----
		   14:00   14:02  14:04   14:06  14:08
		UTC 21 Oct 2025
	END
}

@test "the same in braille" {
	values 1 3 2.5 4 0.125 0 2 2 2 5 | drawn 0 --style braille --width 40 --height 12 v
	shows <<-'END'
		v 5
		    │                                  ⡜
		  4 ┤           ⣠                     ⡜
		    │         ⢀⠜ ⢇                   ⡰⠁
		    │   ⡰⠑⠢⢄⡀⡰⠁  ⠘⡄                 ⢠⠃
		  2 ┤  ⡔⠁   ⠈     ⢱         ⣀⣀⣀⣀⣀⣀⣀⣠⠃
		    │⢀⠎            ⢇      ⢀⠜
		    │⠊             ⠘⡄    ⢠⠊
		  0 ┤               ⠱⠤⢄⣀⡰⠁
		    └┬───────┬──────┬───────┬──────┬────
		   14:00   14:02  14:04   14:06  14:08
		UTC 21 Oct 2025
	END
}

@test "the same in blocks" {
	values 1 3 2.5 4 0.125 0 2 2 2 5 | drawn 0 --style blocks --width 40 --height 12 v
	shows <<-'END'
		v 5
		    │                                  ▞
		  4 ┤           ▗                     ▞
		    │         ▗▞▘▌                   ▐
		    │   ▄▀▄▄ ▄▘  ▝▖                 ▗▘
		  2 ┤  ▞    ▀     ▚         ▄▄▄▄▄▄▄▄▘
		    │▗▀            ▌      ▗▀
		    │▘             ▝▖    ▄▘
		  0 ┤               ▚▄▄▄▞
		    └┬───────┬──────┬───────┬──────┬────
		   14:00   14:02  14:04   14:06  14:08
		UTC 21 Oct 2025
	END
}

@test "several keys and members: letters, and the last values with their digits" {
	cat >in <<-'END'
		{"ticker":"BTC/USD","rate":100,"sma":null,"last_refreshed":"2025-10-21T14:00:00Z"}
		{"ticker":"ETH/USD","rate":90.50,"last_refreshed":"2025-10-21T14:00:00Z"}
		{"ticker":"BTC/USD","rate":120.00000000000000000000000001,"sma":110,"last_refreshed":"2025-10-21T14:30:00Z"}
		{"ticker":"ETH/USD","rate":1.1050e2,"sma":100.250,"last_refreshed":"2025-10-21T14:30:00Z"}
		{"ticker":"BTC/USD","rate":95,"sma":107.5,"last_refreshed":"2025-10-21T14:15:00Z"}
	END
	drawn 0 --width 60 --height 12 -k ticker rate sma <in
	shows <<-'END'
		A BTC/USD rate 120.00000000000000000000000001
		B BTC/USD sma 110   C ETH/USD rate 1.1050e2
		D ETH/USD sma 100.250
		120 +                                                   AAAA
		    |                                            AAAAAAA
		110 +                           BBBBBBBBBBBBBBBBBBCCCCCCCCBC
		100 +AAAAAAAAAAAAAA             CCCCCCACCCCCCCCCCC         D
		    |         CCCCCCCCACCCCCCCCCAAAA
		    |CCCCCCCCCC
		    ++--------+--------+--------+--------+--------+--------+
		   14:00    14:05    14:10    14:15    14:20    14:25  14:30
		UTC 21 Oct 2025
	END
	drawn 0 --style braille --width 60 --height 12 -k ticker rate sma <in
	shows <<-'END'
		A BTC/USD rate 120.00000000000000000000000001
		B BTC/USD sma 110   C ETH/USD rate 1.1050e2
		D ETH/USD sma 100.250
		120 ┤                                                  ⣀⠤⠔⠒A
		    │                                            ⣀⡠⠤⠒⠊A   ⣀C
		110 ┤                           ⠠⠤⠤⠤⠤⠤⠤⠔⠒⠒B⢒⣒⣶C⣚⠿⠶⠶⠒⠒⠛⠋⠉⠉⠉BB
		    │                          ⣀⣀⣀⠤⠤⠤⢔A⠶⠖⠛⠉⠉⠁              D
		100 ┤⠉A⠉⠉⠉⠒⠒⠒⠒⠒⠒⠒⣒⣒⣤⡤⠤A⠤⠶⠶⠶⠮⣉⣉C⣀⣀⡠⠤⠒⠊⠁
		    │⣀⣀⠤⠤⠤⠔⠒⠒⠒C⠉⠉
		    └┬────────┬────────┬────────┬────────┬────────┬────────┬
		   14:00    14:05    14:10    14:15    14:20    14:25  14:30
		UTC 21 Oct 2025
	END
}

# bars: candles, which rise and fall.
bars() {
	cat <<-'END'
		{"ticker":"IBM","interval":"1d","start":"2025-10-20","open":10,"high":14.0,"low":9,"close":12.50,"count":3}
		{"ticker":"IBM","interval":"1d","start":"2025-10-21","open":12.5,"high":15,"low":8,"close":9.00}
		{"ticker":"IBM","interval":"1d","start":"2025-10-22","open":9,"high":9,"low":9,"close":9}
		{"ticker":"IBM","interval":"1d","start":"2025-10-24","open":10,"high":16,"low":10,"close":15.750}
	END
}

@test "candles, in ASCII and in UTF-8; a later one of the same time replaces an earlier one" {
	{ echo '{"ticker":"IBM","start":"2025-10-20","open":1,"high":99,"low":1,"close":2}' && bars; } >in
	drawn 0 --candles -k ticker --width 40 --height 12 <in
	shows <<-'END'
		IBM 15.750   O rising  # falling
		    |                                  O
		 15 +         |                        O
		    ||        |                        O
		    |O        #                        O
		    |O        #                        O
		 10 +O        #                        O
		    ||        #       O
		    |         |
		    +---------+----------------+--------
		           21 Oct           23 Oct
		UTC         2025
	END
	drawn 0 --style braille --candles --width 60 --height 12 <in
	shows <<-'END'
		close 15.750   ┃ rising  █ falling
		    │                                                      ┃
		 15 ┤              │                                       ┃
		    ││             │                                       ┃
		    │╽             ▄                                       ┃
		    │┃             █                                       ┃
		 10 ┤┃             █                                       ┃
		    ││             █            ╻
		    │              │
		    └┬─────────────┬────────────┬─────────────┬────────────┬
		  20 Oct        21 Oct       22 Oct        23 Oct     24 Oct
		UTC 2025
	END
}

@test "candles of fxroll: those of one column are one, with the extremes of all" {
	fxfetch -p sample BTC/USD | fxenc | fxroll -k ticker -v exchange_rate --candles 1m >in
	drawn 0 --candles --width 30 --height 10 <in
	shows <<-'END'
		close 102119
		O rising  # falling
		102600 +            O
		       |          #OOO
		102400 +        OO#O  ##   #
		102200 +###   OOO|    |# O## O
		       |  #O##O        ##   OO
		       +----------+----------+
		                00:30    01:00
		UTC          7 Jan 2025
	END
}

@test "candles are of one key" {
	bars >in
	echo '{"ticker":"ABC","start":"2025-10-25","open":1,"high":2,"low":1,"close":2}' >>in
	drawn 1 --candles -k ticker --height 8 <in
	has "$(cat words)" 'line 5: refused: its key is not that of the candles, IBM: candles are those of one key'
	grep -F '15.750' out
	echo '{"start":"2025-10-25","open":1,"high":2,"low":1}' | drawn 1 --candles
	has "$(cat words)" 'line 1: refused: no member "close"'
}

# --- axes ---

# axis TIME TIME: the last two rows of the picture of records at these times.
axis() {
	printf '{"v":1,"at":"%s"}\n{"v":2,"at":"%s"}\n' "$1" "$2" | drawn 0 --width 60 --height 8 v
	tail -n 2 out | sed 's/ *$//' >axis
	mv axis out
}

@test "times: round ones, in UTC, with the day or the year that they are in" {
	axis 2025-10-21T14:30:00.1Z 2025-10-21T14:30:00.45Z
	shows <<-'END'
		14:30:00.100  14:30:00.200    14:30:00.300   14:30:00.400
		UTC 21 Oct 2025
	END
	axis 2025-10-21T14:30:07Z 2025-10-21T14:30:59Z
	shows <<-'END'
		    14:30:10   14:30:20  14:30:30  14:30:40   14:30:50
		UTC 21 Oct 2025
	END
	axis 2025-12-31T23:10:00+01:00 2026-01-01T06:00:00+01:00
	shows <<-'END'
		          23:00  00:00   01:00   02:00   03:00   04:00 05:00
		UTC    31 Dec 2025
	END
	axis 2025-10-21T14:30:00Z 2025-10-23T09:00:00Z
	shows <<-'END'
		               00:00          12:00           00:00
		UTC         22 Oct 2025                      23 Oct
	END
	axis 2025-12-21 2026-01-04
	shows <<-'END'
		      22 Dec                     29 Dec
		UTC    2025
	END
	axis 2025-10-21 2025-12-31
	shows <<-'END'
		       27 Oct    10 Nov     24 Nov      8 Dec    22 Dec
		UTC     2025
	END
	axis 2025-05-02 2026-08-04
	shows <<-'END'
		           Jul        Oct        Jan       Apr        Jul
		UTC       2025                  2026
	END
	axis 1971-05-02 2026-08-04
	shows <<-'END'
		           1980      1990      2000      2010      2020
		UTC
	END
	axis 1000000000 1000000000
	shows <<-'END'
		                            01:46:40
		UTC                        9 Sep 2001
	END
}

# labels NUMBER…: the labels of the axis of values.
labels() {
	printf '{"v":%s}\n' "$@" | fxplot --height 20 v | sed -n 's/ *\([^ ][^ ]*\) +.*/\1/p' | tr '\n' ' '
}

@test "values: round labels with exact digits" {
	[ "$(labels 0 1)" = '1.0 0.8 0.6 0.4 0.2 0 ' ]
	[ "$(labels 102001 102649)" = '102600 102400 102200 ' ]
	[ "$(labels -3 7)" = '6 4 2 0 -2 ' ]
	[ "$(labels 0.1 0.3)" = '0.30 0.25 0.20 0.15 0.10 ' ]
	[ "$(labels 0.00000012 0.00000017)" = '0.00000017 0.00000016 0.00000015 0.00000014 0.00000013 0.00000012 ' ]
	[ "$(labels 1e20 3e20)" = '3e+20 2.5e+20 2e+20 1.5e+20 1e+20 ' ]
	[ "$(labels -1e300 1e300)" = '1e+300 5e+299 0 -5e+299 -1e+300 ' ]
	[ "$(labels 5 5)" = '5.04 5.02 5.00 4.98 4.96 ' ]
	[ "$(labels 0 0)" = '1.0 0.5 0 -0.5 -1.0 ' ]
	[ "$(labels 5e-324 5e-324)" = '1.0 0.5 0 -0.5 -1.0 ' ]
	[ "$(labels 1e-310 2e-310)" = '1.0 0.5 0 -0.5 -1.0 ' ]
	[ "$(labels 1e-250 3e-250)" = '3e-250 2.5e-250 2e-250 1.5e-250 1e-250 ' ]
	[ "$(labels 123456.000001 123456.000002)" = '123456.0000020 123456.0000018 123456.0000016 123456.0000014 123456.0000012 123456.0000010 ' ]
	[ "$(labels 1e11 1e12)" = '1e+12 8e+11 6e+11 4e+11 2e+11 ' ]
	[ "$(labels 99999.5 100000.5)" = '100000.4 100000.2 100000.0 99999.8 99999.6 ' ]
	[ "$(labels 123456789012345678 123456789012345679)" = '1.245e+17 1.24e+17 1.235e+17 1.23e+17 1.225e+17 ' ]
}

# --- records ---

@test "the time: a usual member that the first record has, else the number; -T; --numbered" {
	echo '{"v":1,"start":"2025-10-21","timestamp":"2024-01-01"}' | drawn 0 v
	grep -F '21 Oct 2025' out
	echo '{"v":1,"timestamp":"2024-01-01","x":3,"at":null}' | drawn 0 v
	grep -F '1 Jan 2024' out
	echo '{"v":1,"at":"2024-01-01","x":1000000000}' | drawn 0 -T x v
	grep -F '9 Sep 2001' out
	# A record that is refused decides nothing, and has no number.
	{ echo '{"v":9,"last_refreshed":"noon","at":1}' && echo '{"v":1,"at":"2024-01-01"}'; } | drawn 1 v
	grep -F '1 Jan 2024' out
	printf '{"k":%d,"open":1,"high":2,"low":1,"close":2}\n' 1 2 2 1 | drawn 1 --candles -k k --width 30 --height 8
	shows <<-'END'
		1 2   O rising  # falling
		2 lines refused
		2.0 +O                       O
		    |O                       O
		1.5 +O                       O
		1.0 +O                       O
		    ++-----------------------+
		     1                       2
	END
	{ echo '{"v":1}' && echo '{"v":2,"at":"2024-01-01"}' && echo '{"v":3}'; } | drawn 0 --width 30 --height 8 v
	shows <<-'END'
		v 3
		3 +                       ****
		  |                 ******
		2 +          *******
		  |    ******
		1 +****
		  ++------------+------------+
		   1            2            3
	END
	values 3 1 2 | drawn 0 --numbered --width 30 --height 8 v
	shows <<-'END'
		v 2
		3 +**
		  |  ***
		2 +     ****              ****
		  |         ***     ******
		1 +            *****
		  ++------------+------------+
		   1            2            3
	END
}

@test "refused lines: their numbers and reasons, -x, and their number in the picture" {
	cat >in <<-'END'
		{"k":"A","v":1,"w":2,"at":"2025-10-21T14:30:00Z"}
		{"k":"A","at":"2025-10-21T14:31:00Z"}
		{"v":1,"at":"2025-10-21T14:30:00Z"}
		{"k":"A","v":"1","at":"2025-10-21T14:30:00Z"}
		{"k":"A","v":1,"at":"noon"}
		{"k":"A","v":1}
		{"k":["A"],"v":1,"at":"2025-10-21T14:30:00Z"}
		{"k":"A","v":1,"v":2,"at":"2025-10-21T14:30:00Z"}
		{"k":"A","v":1e999,"at":"2025-10-21T14:30:00Z"}
		{"k":"A","v":0.00000000000000000000000000000000000000000000000000000000000000001,"at":"2025-10-21T14:30:00Z"}
		{"_pos":"0:1","_raw":"WzFd"}
		[1]

		{"k":"A","v":1,
		{"k":"A","w":3,"at":"2025-10-21T14:31:00Z"}
	END
	drawn 1 -k k --width 50 --height 8 -x rejects --stats stats v w <in
	shows <<-'END'
		A A v 1   B A w 3   12 lines refused
		  3 +                                 BBBBBBBBBBBB
		    |           BBBBBBBBBBBBBBBBBBBBBB
		  2 +BBBBBBBBBBB
		  1 +A
		    ++----------+----------+----------+----------+
		 14:30:00   14:30:15   14:30:30   14:30:45
		UTC 21 Oct 2025
	END
	sed 's/^fxplot: //' words | diff - <(
		cat <<-'END'
			line 2: refused: it has none of the members that are drawn
			line 3: refused: no member "k"
			line 4: refused: member "v": "1" is not a number
			line 5: refused: member "at": "noon" is not a time such as "2025-10-21T14:30:00Z"
			line 6: refused: no member "at"
			line 7: refused: member "k" cannot be the key: it is null, an object or an array
			line 8: refused: member "v" occurs twice
			line 9: refused: member "v": 1e999 has a magnitude above 1E300
			line 10: refused: member "v": 0.0000000000000000000000000000000000000000000000000000000000 has more than 64 characters
			line 11: refused: a record that is no object (_raw) has no members
			line 12: refused: not an object, at byte 1
			line 14: refused: unexpected end, at byte 16
		END
	) >&2
	[ "$(wc -l <rejects)" = 12 ]
	holds -s '.[0] == {error: "it has none of the members that are drawn", tool: "fxplot", line: 2, record: {k: "A", at: "2025-10-21T14:31:00Z"}}' rejects
	holds '.lines == 14 and .done == 2 and .refused == 12 and .blank == 1' stats
}

@test "positions are ignored and marks skipped" {
	cat >in <<-'END'
		{"_pos":"0:7", "v":1,"at":1761057000}
		{"_pos":"0:7+"}
		{"was":"moved","_pos":"0:8+","v":100}
		{"_pos":"0:9","v":3,"at":1761057060}
	END
	drawn 0 --stats stats --width 30 --height 8 v <in
	shows <<-'END'
		v 3
		  3 +                    *****
		    |            ********
		  2 +    ********
		  1 +****
		    ++-----------+-----------+
		 14:30:00    14:30:30 14:31:00
		UTC 21 Oct 2025
	END
	holds '.lines == 2 and .done == 2 and .marks == 2' stats
}

@test "--last: a number of records of each line, or a time" {
	values 1 2 3 4 5 6 7 | drawn 0 --last 3 --width 30 --height 8 v
	shows <<-'END'
		v 7
		  7 +                     ****
		    |               ******
		  6 +      *********
		  5 +******
		    ++-----------+-----------+
		   14:04       14:05     14:06
		UTC 21 Oct 2025
	END
	values 1 2 3 4 5 6 7 | tac | drawn 0 --last 2m --width 30 --height 8 v
	shows <<-'END'
		v 7
		  7 +                     ****
		    |               ******
		  6 +      *********
		  5 +******
		    ++-----------+-----------+
		   14:04       14:05     14:06
		UTC 21 Oct 2025
	END
	for i in 1 2 3; do echo "{\"k\":\"A\",\"v\":$i}" && echo "{\"k\":\"B\",\"v\":1$i}"; done |
		drawn 0 --last 2 -k k --width 30 --height 8 v
	shows <<-'END'
		A A 3   B B 13
		   |        BBBBBBBBBBBBBBBBBB
		10 +
		   |
		 5 +
		   |AAAAAAAAAAAAAAAAAA
		   ++-------+--------+-------+
		    3       4        5       6
	END
	echo '{"v":1}' | drawn 2 --last 1h v
	has "$(cat words)" '--last: the first record has no time (use -T, or a number of records)'
}

@test "no more than 52 lines; further keys are refused" {
	local i
	for ((i = 0; i < 60; i++)); do echo "{\"k\":$i,\"v\":$i}"; done >in
	drawn 1 -k k v <in
	[ "$(wc -l <out)" = 24 ]
	[ "$(grep -c 'there are 52 series, and no more than 52 can be shown: pass on fewer keys' words)" = 8 ]
	grep -F 'C 2 2   D 3 3' out
	drawn 1 --width 40 --height 12 -k k v <in
	sed -n 4p out | grep -x 'and 38 more   8 lines refused'
}

# peak COUNT: fxplot gets that many records; sets peak to the most memory that it had, in KiB.
peak() {
	mkfifo feed
	exec {feeder}<>feed
	in_background fxplot v <feed >/dev/null {feeder}>&-
	awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) printf "{\"v\":%d,\"at\":%d}\n", i % 1000, 1700000000 + i }' >&"$feeder"
	wait_for 20 is_read "$feeder"
	peak=$(awk '/VmHWM/ { print $2 }' "/proc/$background/status")
	exec {feeder}>&-
	status_of "$background"
	rm feed
	[ "$status" = 0 ]
}

@test "the order of the records does not matter, and many of them need little memory" {
	awk 'BEGIN { srand(7); for (i = 0; i < 50000; i++) { v += rand() - 0.5; printf "{\"v\":%.3f,\"at\":%d}\n", v, 1700000000 + i } }' >in
	fxplot --style braille v <in >out
	tac in | fxplot --style braille v >again
	cmp out again
	shuf --random-source=in in | fxplot --style braille v >again
	cmp out again
	local few
	peak 1
	few=$peak
	# 1 MiB of lines, and 320 KiB of points; all points would need 24 MiB.
	peak 300000
	[ "$peak" -gt "$few" ]
	[ "$peak" -lt $((few + 8192)) ]
}

# --- text ---

@test "the locale decides the style; other characters are escaped in ASCII" {
	echo '{"k":"€","v":1}' >in
	LC_ALL=en_US.UTF-8 drawn 0 -k k v <in
	grep -F '│' out
	grep -F '€ 1' out
	LC_ALL='' LC_CTYPE=C.utf8 LANG=C drawn 0 -k k v <in
	grep -F '│' out
	LC_ALL=C LANG=C.UTF-8 drawn 0 -k k v <in
	not grep -P '[^\x00-\x7f]' out
	grep -F '\xe2\x82\xac 1' out
}

@test "text from records never reaches the terminal as it is" {
	cat >in <<-'END'
		{"k":"a\u001b[31mb\u0007\nc\r\u009b\u202e\u0000","v":1}
		{"k":"x","v":2}
	END
	drawn 0 -k k v <in
	grep -F 'A a\x1b[31mb\x07\x0ac\x0d\xc2\x9b\xe2\x80\xae\x00 1' out
	[ "$(wc -l <out)" = 24 ]
	not grep -P '[\x00-\x09\x0b-\x1f\x7f]' out
	drawn 0 --style braille --width 20 -k k v <in
	not grep -aP '[\x00-\x09\x0b-\x1f\x7f]' out
	[ "$(awk '{ if (length($0) > m) m = length($0) } END { print m }' out)" -le 80 ]
}

@test "names that are too wide are cut, values are not; wide characters count twice" {
	{ echo '{"k":"日本語日本語日本語","v":1.23456789}' && echo '{"k":"b","v":2}'; } >in
	drawn 0 --style braille --width 24 --height 8 -k k v <in
	shows <<-'END'
		A 日本語日本… 1.23456789
		B b 2
		2.0 ┤                  B
		    │
		1.5 ┤
		    │A
		    └┬─────────────────┬
		     1                 2
	END
}

@test "colours: never without a terminal, unless they are wanted" {
	values 1 2 >in
	drawn 0 v <in
	not grep -q $'\033' out
	NO_COLOR=1 drawn 0 --color always v <in
	grep -F $'\033[36mv\033[0m 2' out
	sed $'s/\033\\[[0-9]*m//g' out | cmp - <(fxplot v <in)
}

@test "80 columns and 24 rows without a terminal; --width and --height" {
	values 1 2 | drawn 0 v
	[ "$(wc -l <out)" = 24 ]
	[ "$(wc -L <out)" = 80 ]
	values 1 2 | drawn 0 --width 20 --height 6 v
	shows <<-'END'
		v 2
		  2 +       ********
		  1 +*******
		    ++-------------+
		   14:00       14:01
		UTC 21 Oct 2025
	END
	values 1 2 | drawn 0 --width 1000 --height 1000 v
	[ "$(wc -l <out)" = 1000 ]
	[ "$(wc -L <out)" = 1000 ]
}

@test "wrong usage" {
	local expected arguments
	while IFS='|' read -r expected arguments; do
		# shellcheck disable=SC2086 # words
		drawn 2 $arguments </dev/null
		has "$(cat words)" "$expected"
		[ ! -s out ]
	done <<-'END'
		a member is missing, such as exchange_rate|
		unexpected argument q: it draws at most 16 members|a b c d e f g h i j k l m n o p q
		--candles excludes members|--candles v
		--numbered excludes -T|--numbered -T at v
		--numbered requires a number of records for --last|--numbered --last 5m v
		"0" is not a whole number|--last 0 v
		"5x" is not a duration|--last 5x v
		unknown value "brail" (did you mean braille?)|--style brail v
		"19" is not a whole number from 20|--width 19 v
		--width and --height are at most 1000 without -o|--width 1001 v
		"x.gif" does not end in .svg or .png|-o x.gif v
		".svg" does not end in .svg or .png|-o .svg v
		-o excludes -f|-f -o x.svg v
		with -o, --width and --height are at least 100|--width 99 -o x.svg v
	END
}

# --- on a terminal ---

@test "on a terminal: its width, its height less one, colours unless NO_COLOR is set" {
	values 1 3 2 >in
	printf '%s\n' 'send in' close end 'shot screen' 'log log' >steps
	[ "$(on_terminal 50 12 v <steps)" = 0 ]
	fxplot --width 50 --height 11 v <in | diff - screen
	grep -qF $'\033[36m' log
	[ "$(NO_COLOR=1 on_terminal 50 12 v <steps)" = 0 ]
	not grep -q $'\033' log
	[ "$(TERM=dumb "$REPOSITORY/tests/terminal" 50 12 fxplot v <steps)" = 0 ]
	not grep -q $'\033' log
}

@test "-f: a record is drawn at once, in place; the size changes; the last picture stays" {
	values 1 >first
	values 1 3 | tail -n 1 >second
	values 1 3 2 | tail -n 1 >third
	echo '{"v":"?","at":1}' >bad
	cat >steps <<-'END'
		send first
		await v 1
		send second
		await v 3
		shot two
		send bad
		await v 3   1 line refused
		size 50 10
		await v 3   1 line refused
		send third
		await v 2   1 line refused
		close
		end
		shot last
		count count
	END
	[ "$(on_terminal 40 12 -f v <steps)" = 1 ]
	cat first second | fxplot --width 40 --height 11 v | diff - two
	cat first second third bad | fxplot --width 50 --height 9 v 2>/dev/null | diff - last
	[ "$(cat count)" -ge 5 ]
	[ "$(cat count)" -le 12 ]
}

@test "-f: all that was on the screen is scrolled out of it, also by a small picture" {
	values 1 2 >in
	printf '%s\n' 'send in' close end 'shot screen' 'log log' >steps
	[ "$(on_terminal 40 24 -f --height 8 v <steps)" = 0 ]
	fxplot --width 40 --height 8 v <in | diff - screen
	# The rows that the terminal has, before the first picture.
	[ "$(sed $'/\033\\[H/q' log | wc -l)" -gt 24 ]
}

@test "-f: Ctrl-C leaves the last picture, also one that was not due; death by the signal" {
	values 1 2 >in
	printf '%s\n' 'send in' 'await v 2' 'type \x03' end 'shot screen' >steps
	[ "$(on_terminal 40 12 -f v <steps)" = 'signal 2' ]
	fxplot --width 40 --height 11 v <in | diff - screen
}

@test "-f: at most ten pictures a second" {
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{\"v\":%d,\"at\":%d}\n", i % 1000, 1700000000 + i }' >in
	printf '%s\n' 'send in' close end 'shot screen' 'count count' >steps
	local before=${EPOCHREALTIME/[^0-9]/} after
	[ "$(on_terminal 80 24 -f v <steps)" = 0 ]
	after=${EPOCHREALTIME/[^0-9]/}
	[ "$(cat count)" -ge 1 ]
	[ "$(cat count)" -le $(((after - before) / 100000 + 2)) ]
	fxplot --height 23 v <in | diff - screen
}

@test "-f --last: the window slides" {
	values 1 2 3 4 >in
	values 1 2 3 4 5 | tail -n 1 >next
	printf '%s\n' 'send in' 'await v 4' 'send next' 'await v 5' 'shot screen' close >steps
	[ "$(on_terminal 40 12 -f --last 2 v <steps)" = 0 ]
	values 1 2 3 4 5 | tail -n 2 | fxplot --width 40 --height 11 v | diff - screen
}

@test "-f without a terminal: the last picture" {
	values 1 2 | drawn 0 -f --height 8 v
	values 1 2 | fxplot --height 8 v | cmp - out
	values 1 2 >in
	printf '%s\n' 'send in' close end 'count count' >steps
	[ "$(TERM=dumb "$REPOSITORY/tests/terminal" 50 12 fxplot -f v <steps)" = 0 ]
	[ "$(cat count)" = 0 ]
}

@test "SIGTERM: what was read is drawn, death by the signal" {
	mkfifo in
	exec {feeder}<>in
	values 1 2 >&"$feeder"
	in_background fxplot --height 8 --stats stats v <in >out 2>words {feeder}>&-
	wait_for 20 is_read "$feeder"
	kill -TERM "$background"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = 143 ]
	values 1 2 | fxplot --height 8 v | cmp - out
	holds '.lines == 2 and .signal == 15' stats
}

# --- SVG and PNG ---

# svg PROGRAM…: the file out.svg as Python's variable root; paths(), texts() are lists.
svg() {
	python3 -c 'import re, sys, xml.etree.ElementTree as tree
root = tree.parse("out.svg").getroot()
namespace = "{http://www.w3.org/2000/svg}"
texts = ["".join(e.itertext()) for e in root.iter(namespace + "text")]
# The points of each plot, without the sample in the key, which comes first.
def points(number):
    for group in root.iter(namespace + "g"):
        if group.get("id") == "gnuplot_plot_%d" % number:
            paths = " ".join(p.get("d") for p in plot_paths[number])
            return re.findall(r"[ML][0-9.]+,[0-9.]+", paths)[2:]
# gnuplot puts the lines of a plot after its group: into those of the same colour.
plot_paths, number = {}, 0
for e in root.iter():
    if (e.get("id") or "").startswith("gnuplot_plot_"):
        number = int(e.get("id").rsplit("_", 1)[1])
        plot_paths[number] = []
    elif e.tag == namespace + "path" and number and "rgb" in (e.get("stroke") or ""):
        plot_paths[number].append(e)
exec(sys.argv[1])' "$1"
}

@test "-o FILE.svg: all points, the labels, the last values with their digits" {
	with_gnuplot
	{ values 1 3 2.5 4 0.125 && values 5 7 | sed 's/"v"/"w"/'; } >in
	drawn 0 -o out.svg v w <in
	[ ! -s out ]
	[ ! -s words ]
	svg 'assert len(points(1)) == 5, points(1)
assert len(points(2)) == 2, points(2)
assert "v  0.125" in texts and "w  7" in texts, texts
assert "14:00:00" in texts and "21 Oct 2025" in texts and "UTC" in texts and "7" in texts, texts
assert root.get("width") == "1000" and root.get("height") == "600"'
	drawn 0 --width 300 --height 200 -o out.svg v w <in
	svg 'assert root.get("width") == "300" and root.get("height") == "200"'
}

@test "-o FILE.svg: candles" {
	with_gnuplot
	bars | drawn 0 --candles -o out.svg
	svg 'assert "close  15.750" in texts and "rising" in texts and "falling" in texts, texts'
}

@test "-o FILE.png" {
	with_gnuplot
	values 1 2 | drawn 0 -o out.png --width 320 --height 240 v
	[ "$(head -c 8 out.png | od -An -tx1)" = ' 89 50 4e 47 0d 0a 1a 0a' ]
	[ "$(head -c 24 out.png | tail -c 8 | od -An -tx1)" = ' 00 00 01 40 00 00 00 f0' ]
}

@test "-o: no text becomes a command of gnuplot" {
	with_gnuplot
	cat >in <<-'END'
		{"k":"\"; system(\"touch made\"); \"","v":1}
		{"k":"'; system('touch made'); '","v":2}
		{"k":"`touch made`","v":3}
		{"k":"\n!touch made\nEND\nplot","v":4}
		{"k":"@made $d0 ${x} \\","v":5}
		{"k":"a_b^c {/=40 d} &~e 12 \\101 <&>","v":6}
		{"k":"€ 日本","v":7}
		{"k":"<![CDATA[x]]>","v":8}
		{"k":"no \ufffe\uffff","v":9}
	END
	drawn 0 -k k -o out.svg v <in
	[ ! -s words ]
	[ ! -e made ]
	svg 'keys = [t for t in texts if "  " in t]
assert keys == ["\"; system(\"touch made\"); \"  1", "\x27; system(\x27touch made\x27); \x27  2",
    "`touch made`  3", "\\x0a!touch made\\x0aEND\\x0aplot  4", "@made $d0 ${x} \\  5",
    "a_b^c {/=40 d} &~e 12 \\101 <&>  6", "€ 日本  7", "<![CDATA[x]]\\x3e  8",
    "no \\xef\\xbf\\xbe\\xef\\xbf\\xbf  9"], keys'
	drawn 0 -o out.svg '"`touch made`' v <in
	[ ! -e made ]
}

@test "-o: the settings of the user are not read, and the names of files are no commands" {
	with_gnuplot
	echo 'system("touch made")' >"$HOME/.gnuplot"
	values 1 2 | (cd "$HOME" && fxplot -o "\`touch made\`'\".svg" v)
	[ ! -e "$HOME/made" ]
	[ -s "$HOME/\`touch made\`'\".svg" ]
}

@test "-o: the file is created whole or not at all" {
	with_gnuplot
	mkdir bin pictures
	printf '#!/bin/sh\ncat >/dev/null\necho half\necho "it went wrong" >&2\nexit 1\n' >bin/gnuplot
	chmod +x bin/gnuplot
	echo old >pictures/out.svg
	values 1 2 | PATH=$PWD/bin:$PATH drawn 2 -o pictures/out.svg v
	has "$(cat words)" 'fxplot: gnuplot ended with status 1 and made no picture: it went wrong'
	[ "$(cat pictures/out.svg)" = old ]
	printf '#!/bin/sh\nexit 0\n' >bin/gnuplot
	values 1 2 | PATH=$PWD/bin:$PATH drawn 2 -o pictures/out.svg v
	[ "$(cat words)" = 'fxplot: gnuplot ended with status 0 and made no picture' ]
	values | drawn 0 -o pictures/out.svg v
	has "$(cat words)" 'there are no records: pictures/out.svg is not written'
	[ "$(cat pictures/out.svg)" = old ]
	(umask 027 && values 1 2 | fxplot -o pictures/out.svg v)
	[ "$(stat -c %a pictures/out.svg)" = 640 ]
	[ "$(ls pictures)" = out.svg ]
	values 1 2 | drawn 2 -o no/such/out.svg v
	has "$(cat words)" '-o: no/such/out.svg cannot be written: No such file or directory'
}

@test "-o: whether anybody reads standard output does not matter" {
	with_gnuplot
	mkfifo in away
	exec {feeder}<>in {reader}<>away
	in_background fxplot -o out.svg v <in >away {feeder}>&- {reader}>&-
	exec {reader}>&-
	values 1 >&"$feeder"
	wait_for 20 is_read "$feeder"
	wait_for 20 grep -q '^State:.S' "/proc/$background/status"
	values 1 2 | tail -n 1 >&"$feeder"
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
	[ -s out.svg ]
}

@test "-o without gnuplot: what to install, before anything is read" {
	mkdir bin
	ln -s "$(command -v fxplot)" "$(command -v cat)" bin
	values 1 2 | PATH=$PWD/bin drawn 2 -o out.svg v
	has "$(cat words)" 'fxplot: -o: there is no gnuplot in PATH (on Debian, install gnuplot-nox)'
	[ ! -e out.svg ]
}
