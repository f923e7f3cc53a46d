# report.awk: a line of the bench's table. Two files of figures (seconds, user, system, KiB a run),
# the tool's and the yardstick's, run in turn. Exit status 1: the ratio is below its target.

FNR == 1 { file++ }

{
	runs[file] = FNR
	seconds[file, FNR] = $1
	processor[file, FNR] = $2 + $3
	if ($4 / 1024 > memory[file])
		memory[file] = $4 / 1024
}

# The middle one of list[1…count], which ends up sorted.
function median(list, count,    i, j, swap) {
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap
		}
	return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}

function column(of, from,    i) {
	delete sorted
	for (i = 1; i <= runs[from]; i++)
		sorted[i] = of[from, i]
	return median(sorted, runs[from])
}

function rate_text(number) {
	return number >= 1e6 ? sprintf("%.2f M", number / 1e6) : sprintf("%.1f k", number / 1e3)
}

END {
	middle = column(seconds, 1)
	rates = records / middle
	printf "%-15s %10s %6.0f%% %7.2f %6.1f", row, rate_text(rates),
		100 * (sorted[runs[1]] - sorted[1]) / middle,
		column(processor, 1) * 1e6 / records, memory[1]
	missed = 0
	if (yardstick != "-" && runs[2] > 0) {
		# Pair by pair, so that a machine that slows down does not tilt it.
		for (i = 1; i <= runs[1]; i++)
			pairs[i] = (records / seconds[1, i]) / (measured / seconds[2, i])
		times = median(pairs, runs[1])
		missed = times < ratio
		printf "  %-12s %10s %7.2f %6.2f %6s %-6s", yardstick, rate_text(measured / column(seconds, 2)),
			column(processor, 2) * 1e6 / measured, times, ratio, missed ? "MISSED" : "met"
	} else if (rate != "-")
		printf "%59s", ""
	if (rate != "-")
		printf "  %10s %s", rate_text(rate), rates < rate ? "missed" : "met"
	printf "\n"
	exit missed
}
