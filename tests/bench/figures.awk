# figures.awk: what the benches compute and print of their figures, which are lines of seconds, user,
# system, KiB. They put it before their own awk programs.

# The middle one of list[1…count], which ends up sorted.
function middle(list, count,    i, j, swap) {
	for (i = 2; i <= count; i++)
		for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
			swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap
		}
	return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}

# The one that a hundredth of list[1…count], sorted, is above.
function most_but_a_hundredth(list, count) {
	return list[int((count * 99 + 99) / 100)]
}

function rate_text(number) {
	return number >= 1e6 ? sprintf("%.2f M/s", number / 1e6) : number >= 1e3 ? sprintf("%.1f k/s", number / 1e3) : sprintf("%.0f /s", number)
}

# A line of the table. judgement: met, or MISSED.
function line(row, figure, cpu, memory, yardstick, other, ratio, wanted, judgement,    text) {
	text = sprintf("%-24s %11s %7s %6s  %-10s %11s %6s %9s  %s", row, figure, cpu, memory, yardstick, other,
		ratio, wanted, judgement)
	sub(/ +$/, "", text)
	print text
}

function verdict(good) {
	return good ? "met" : "MISSED"
}
