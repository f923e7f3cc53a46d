/* chart: draws items by dygraphs: lines, averages, candles, marks of alerts, a second key. */
import { inside } from './record.js';
import { average, candlesOf } from './series.js';

export const installed = () => typeof Dygraph !== 'undefined';

const averages = [10, 60];
/* Told apart without colour, too. */
const patterns = { main: null, first: [7, 3], second: [2, 3], other: [10, 3, 2, 3] };

const digitsOf = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

/* Round values, with as many digits as neighbours need to differ. */
const valueTicks = (least, greatest, pixels) => {
	const span = greatest > least ? greatest - least : Math.abs(greatest) || 1;
	const rough = span / Math.max(1, Math.floor(pixels / 40));
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
	const ticks = [];

	const label = (value) => Math.abs(value) < 1e15 ? value.toFixed(Math.min(20, digitsOf(step))) : String(Number(value.toPrecision(14)));

	for (let i = Math.ceil(least / step); i * step <= greatest && ticks.length < 100; i++)
		ticks.push({ v: i * step, label: label(i * step) });
	return ticks;
};

const drawCandles = (set) => {
	const { drawingContext: context, plotArea, allSeriesPoints: [opened, high, low, closed] } = set;
	const style = getComputedStyle(document.documentElement);

	if (set.seriesIndex !== 0 || closed === undefined)
		return;
	const width = Math.max(1, Math.min(14, plotArea.w / opened.length * 0.6));
	for (let i = 0; i < opened.length; i++) {
		if (Number.isNaN(closed[i].yval))
			continue;
		const rises = closed[i].yval >= opened[i].yval, x = closed[i].canvasx;
		const top = Math.min(opened[i].canvasy, closed[i].canvasy);
		const height = Math.max(1, Math.abs(opened[i].canvasy - closed[i].canvasy));

		context.strokeStyle = context.fillStyle = style.getPropertyValue(rises ? '--rise' : '--fall');
		context.lineWidth = 1;
		context.beginPath();
		context.moveTo(x, high[i].canvasy);
		context.lineTo(x, rises ? top : low[i].canvasy);
		if (rises) {
			context.moveTo(x, top + height);
			context.lineTo(x, low[i].canvasy);
		}
		context.stroke();
		/* Hollow if it rises: that needs no colour. */
		if (rises)
			context.strokeRect(x - width / 2, top, width, height);
		else
			context.fillRect(x - width / 2, top, width, height);
	}
};

/* Its legend sets styles that the page's policy forbids; the page has one of its own. */
if (installed())
	Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

export class Chart {
	/* pointed(time or null, [open, high, low, close] of a candle); moved(from, to): the part that is shown has changed. */
	constructor(div, { pointed, moved }) {
		Object.assign(this, { div, pointed, moved });
		this.graph = null;
		this.alerts = [];
		this.candles = new Map(); /* by their times */
		this.moving = 0;
	}

	drawAlerts(context, area, graph) {
		const style = getComputedStyle(document.documentElement);

		for (const { at, value } of this.alerts) {
			const x = graph.toDomXCoord(at);
			if (!(x >= area.x && x <= area.x + area.w))
				continue;
			const y = Number.isNaN(value) ? NaN : graph.toDomYCoord(value);
			context.strokeStyle = context.fillStyle = style.getPropertyValue('--alert');
			context.lineWidth = 1;
			context.setLineDash([3, 4]);
			context.beginPath();
			context.moveTo(x, area.y);
			context.lineTo(x, area.y + area.h);
			context.stroke();
			context.setLineDash([]);
			context.beginPath();
			context.moveTo(x - 6, area.y);
			context.lineTo(x + 6, area.y);
			context.lineTo(x, area.y + 9);
			context.fill();
			if (y >= area.y && y <= area.y + area.h) {
				context.beginPath();
				context.arc(x, y, 5, 0, 2 * Math.PI);
				context.stroke();
			}
		}
	}

	/* The rows, labels and series of what is shown. */
	dataOf({ key, entries, member, candles, averaged, other }) {
		if (candles) {
			const most = Math.max(20, this.div.clientWidth / 12);
			const made = candlesOf(entries, member, most);
			this.candles = new Map(made.map(([at, ...values]) => [at, values]));
			return {
				labels: ['time', 'open', 'high', 'low', 'close'],
				rows: made.map(([at, ...values]) => [new Date(at), ...values.map(Number)]),
				lines: [{ name: 'rises', kind: 'rise' }, { name: 'falls', kind: 'fall' }],
			};
		}
		const numbers = entries.map(({ item }) => Number(item[member]));
		const columns = [numbers], lines = [{ name: `${inside(key)} ${inside(member)}`, kind: 'main' }];
		if (averaged) {
			averages.filter((count) => count < numbers.length).forEach((count, i) => {
				columns.push(average(numbers, count));
				lines.push({ name: `average of ${count}`, kind: i === 0 ? 'first' : 'second' });
			});
		}
		let rows = entries.map(({ at }, i) => [new Date(at), ...columns.map((column) => column[i])]);
		if (other !== null) {
			const filler = columns.map(() => null);
			rows.forEach((row) => row.push(null));
			rows = [...rows, ...other.entries.map(({ at, item }) => [new Date(at), ...filler, Number(item[member])])]
				.sort((a, b) => a[0] - b[0]);
			lines.push({ name: `${inside(other.key)} ${inside(member)} (scale on the right)`, kind: 'other' });
		}
		return { labels: ['time', ...lines.map(({ kind }) => kind)], rows, lines };
	}

	/*
	 * view: {key, entries, member, candles, averaged, other: {key, entries} or null, alerts}. Returns the
	 * lines that are drawn: [{name, kind, pattern}].
	 */
	show(view) {
		const { labels, rows, lines } = this.dataOf(view);
		const style = getComputedStyle(document.documentElement);
		const color = (name) => style.getPropertyValue(`--${name}`).trim();
		const series = {};

		this.alerts = view.alerts;
		if (!view.candles) {
			lines.forEach(({ kind }, i) => {
				series[labels[i + 1]] = { color: color(kind), strokePattern: patterns[kind], strokeWidth: kind === 'second' ? 2 : 1.5,
					axis: kind === 'other' ? 'y2' : 'y1', showInRangeSelector: kind === 'main' };
			});
		}
		const narrow = this.div.clientWidth < 500;
		const compared = view.other !== null && !view.candles;
		const axis = (columns) => {
			const [least, greatest] = this.extremes(rows, columns), room = Math.abs(least) / 10 || 1;
			/* Numbers that differ by less than JavaScript's can are a flat line. */
			const flat = least <= greatest && greatest - least <= Math.abs(greatest) * 1e-13;
			const range = flat ? [least - room, greatest + room] : [least, greatest];
			return { ticker: valueTicks, axisLabelWidth: this.widthOf(rows, range), valueRange: flat ? range : null };
		};
		const options = {
			labels,
			series,
			colors: view.candles ? labels.slice(1).map(() => color('main')) : undefined,
			connectSeparatedPoints: true,
			strokeWidth: view.candles ? 0 : 1.5,
			drawPoints: rows.length === 1,
			pointSize: 4,
			axisLineColor: color('line'),
			gridLineColor: color('grid'),
			axisLineWidth: 1,
			gridLineWidth: 1,
			axisLabelFontSize: 13,
			axes: {
				x: { pixelsPerLabel: narrow ? 70 : 90, axisLabelWidth: narrow ? 66 : 80 },
				y: axis([...labels.keys()].slice(1, compared ? -1 : undefined)),
				y2: { ...axis([labels.length - 1]), drawAxis: compared, independentTicks: true, drawGrid: false },
			},
			yRangePad: 8,
			rightGap: 8,
			highlightCircleSize: 4,
			showRangeSelector: true,
			rangeSelectorHeight: 36,
			rangeSelectorAlpha: Number(color('veil')),
			rangeSelectorPlotStrokeColor: color('main'),
			rangeSelectorPlotFillColor: color('grid'),
			rangeSelectorPlotFillGradientColor: color('ground'),
			rangeSelectorBackgroundStrokeColor: color('line'),
			rangeSelectorForegroundStrokeColor: color('main'),
			underlayCallback: (context, area, graph) => this.drawAlerts(context, area, graph),
			highlightCallback: (event, x) => this.pointed(x, view.candles ? this.candles.get(x) : undefined),
			unhighlightCallback: () => this.pointed(null),
			drawCallback: (graph, first) => this.drawn(first),
		};
		this.draw(view, options, this.padded(rows, labels.length - 1));
		return lines.map((line) => ({ ...line, pattern: patterns[line.kind] ?? null }));
	}

	/* With room at both ends, where marks and candles would be cut. Without rows it is that of now. */
	padded(rows, columns) {
		const nothing = Array(columns).fill(null);
		const begin = Number(rows[0]?.[0] ?? Date.now()), end = Number(rows.at(-1)?.[0] ?? begin);
		const room = end > begin ? (end - begin) * 8 / Math.max(100, this.div.clientWidth) : 30000;
		return [[new Date(begin - room), ...nothing], ...rows, [new Date(end + room), ...nothing]];
	}

	/* [least, greatest] of some columns; those of no value at all are Infinity and -Infinity. */
	extremes(rows, columns) {
		let least = Infinity, greatest = -Infinity;

		for (const row of rows) {
			for (const i of columns) {
				if (row[i] === null)
					continue;
				least = Math.min(least, row[i]);
				greatest = Math.max(greatest, row[i]);
			}
		}
		return [least, greatest];
	}

	/* Pixels for the labels of an axis. */
	widthOf(rows, [least, greatest]) {
		if (least > greatest)
			return 50;
		/* A part that is zoomed into needs more digits. */
		const range = this.part();
		const share = range === null ? 1 : Math.max(1e-4, (range[1] - range[0]) / Math.max(1, rows.at(-1)[0] - rows[0][0]));
		const span = (greatest - least) * share;
		const labels = [least, greatest - span].flatMap((from) => valueTicks(from, from + span, this.div.clientHeight)).map(({ label }) => label.length);
		return Math.max(30, Math.max(0, ...labels) * 8 + 6);
	}

	draw(view, options, file) {
		/* Another width of its axes would be drawn over the old one. */
		const kind = JSON.stringify([view.candles, view.other !== null, options.axes.y.axisLabelWidth, options.axes.y2.axisLabelWidth]);
		const end = Number(file.at(-1)[0]), part = this.part();

		if (this.graph !== null && this.kind !== kind) {
			this.kept = part;
			this.graph.destroy();
			this.graph = null;
		}
		this.quiet = true;
		if (this.graph === null) {
			if (view.candles)
				options.plotter = drawCandles;
			if (this.kept)
				options.dateWindow = this.kept;
			this.kept = null;
			this.graph = new Dygraph(this.div, file, options);
			this.kind = kind;
			/* They are handles for a pointer; the buttons do the same. */
			for (const image of this.div.querySelectorAll('img'))
				image.alt = '';
		} else {
			/* A part that reaches to the newest value moves with it. */
			if (part !== null && this.end !== undefined && part[1] >= this.end && end > this.end)
				options.dateWindow = [part[0] + end - this.end, part[1] + end - this.end];
			this.graph.updateOptions({ ...options, file });
		}
		this.quiet = false;
		this.begin = Number(file[0][0]);
		this.end = end;
	}

	drawn(first) {
		if (first || this.quiet)
			return;
		clearTimeout(this.moving);
		this.moving = setTimeout(() => {
			/* Another graph may have taken its place meanwhile. */
			if (this.graph !== null)
				this.moved(...this.graph.xAxisRange());
		}, 250);
	}

	/* [from, to], or null: all is shown. */
	part() {
		return this.graph !== null && this.graph.isZoomed('x') ? this.graph.xAxisRange() : null;
	}

	/* Shows another part: its length times factor, moved by a share of it. */
	move(factor, share) {
		if (this.graph === null)
			return;
		const [from, to] = this.graph.xAxisRange();
		const length = Math.max(2000, Math.min(this.end - this.begin, (to - from) * factor));
		/* What is newest stays in sight. */
		let end = to >= this.end ? to : (from + to + length) / 2;
		end += length * share;
		end = Math.max(this.begin + length, Math.min(Math.max(this.end, this.begin + length), end));
		if (length >= this.end - this.begin)
			this.whole();
		else
			this.graph.updateOptions({ dateWindow: [end - length, end] });
	}

	whole() {
		this.kept = null;
		this.graph?.resetZoom();
	}
}
