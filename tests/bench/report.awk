# report.awk: a line of the table for a tool and its yardstick, run in turn: two files of figures.
# wanted: the least ratio of their rates; -: none, and rate, unless "", is what is wanted of the tool.
# Exit status 1: the ratio is missed.

FNR == 1 { file++ }

{
	runs[file] = FNR
	seconds[file, FNR] = $1
	processor[file, FNR] = $2 + $3
	if ($4 / 1024 > memory[file])
		memory[file] = $4 / 1024
}

function column(of, from,    i) {
	delete sorted
	for (i = 1; i <= runs[from]; i++)
		sorted[i] = of[from, i]
	return middle(sorted, runs[from])
}

END {
	reached = records / column(seconds, 1)
	figure = rate_text(reached)
	if (wanted == "-" && rate != "")
		judgement = reached < rate ? "missed" : "met"
	cpu = sprintf("%.2f", column(processor, 1) * 1e6 / records)
	peak = sprintf("%.1f", memory[1])
	if (yardstick == "-" || runs[2] == 0) {
		line(row, figure, cpu, peak, yardstick, yardstick == "-" ? "" : "not there", "",
			judgement != "" ? rate_text(rate) : "", judgement)
		exit
	}
	# Pair by pair, so that a machine that slows down does not tilt it.
	for (i = 1; i <= runs[1]; i++)
		pairs[i] = (records / seconds[1, i]) / (measured / seconds[2, i])
	times = middle(pairs, runs[1])
	missed = wanted != "-" && times < wanted
	line(row, figure, cpu, peak, yardstick, rate_text(measured / column(seconds, 2)),
		sprintf("%.2f", times), wanted != "-" ? wanted : judgement != "" ? rate_text(rate) : "",
		wanted != "-" ? verdict(!missed) : judgement)
	exit missed
}
