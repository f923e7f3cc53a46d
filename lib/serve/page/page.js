/* page: shows the latest values and a chart of one key, and follows the stream. */
'use strict';
(() => {
	const find = (id) => document.getElementById(id);
	const number = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

	/* A decimal with its digits: JavaScript's numbers would round them. */
	class Decimal {
		constructor(text) { this.text = text; }
		toString() { return this.text; }
		valueOf() { return Number(this.text); }
	}
	/* As JSON.parse, with decimals as they were sent. */
	const parse = (text) => JSON.parse(
		text.replace(number, (token) => token[0] === '"' ? token : `{"decimal":"${token}"}`),
		(name, value) => value !== null && typeof value === 'object' &&
			typeof value.decimal === 'string' && Object.keys(value).length === 1 ? new Decimal(value.decimal) : value);

	const most = 50000; /* points that are kept */
	const timeMembers = ['last_refreshed', 'start', 'at', 'timestamp'];
	const state = {
		keys: new Map(), /* key: {item, before, at} */
		items: [], /* of the chosen key, by time */
		thinned: null,
		source: null,
		after: null,
		connected: false,
		chart: null,
		loading: 0,
	};

	const keyMember = (item) => state.keyName !== undefined ? item[state.keyName] : Object.values(item)[0];
	const timeOf = (item) => {
		for (const member of timeMembers) {
			const value = item[member];
			if (value instanceof Decimal)
				return Number(value) < 1e11 ? Number(value) * 1000 : Number(value);
			if (typeof value === 'string' && !Number.isNaN(Date.parse(value)))
				return Date.parse(value);
		}
		return NaN;
	};
	const local = (ms) => new Date(ms).toLocaleString();
	const utc = (ms) => new Date(ms).toISOString().replace('.000', '');
	const age = (ms) => {
		const seconds = Math.max(0, Math.round((Date.now() - ms) / 1000));
		if (seconds < 120)
			return `${seconds} s`;
		if (seconds < 7200)
			return `${Math.round(seconds / 60)} min`;
		return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
	};
	const numbers = (item) => Object.keys(item).filter((name) => item[name] instanceof Decimal && !timeMembers.includes(name));
	const shownValue = (item) => item === undefined ? undefined :
		item[find('value').value] ?? item[numbers(item)[0]];

	const cell = (row, text, kind, title) => {
		const made = document.createElement('td');
		made.textContent = text;
		if (kind)
			made.className = kind;
		if (title)
			made.title = title;
		row.append(made);
	};

	const showLatest = () => {
		const body = find('latest').tBodies[0];
		const rows = [];
		for (const [key, entry] of [...state.keys].sort((a, b) => a[0] < b[0] ? -1 : 1)) {
			const row = document.createElement('tr');
			const value = shownValue(entry.item);
			const before = shownValue(entry.before);
			const change = before === undefined ? NaN : (Number(value) - Number(before)) / Number(before) * 100;
			const head = document.createElement('th');
			head.scope = 'row';
			head.textContent = key;
			row.append(head);
			cell(row, value === undefined ? '' : String(value), 'number');
			cell(row, Number.isFinite(change) ? `${change < 0 ? '▼' : change > 0 ? '▲' : ''} ${Math.abs(change).toFixed(2)} %` : '',
				change < 0 ? 'number down' : 'number up');
			cell(row, Number.isNaN(entry.at) ? '' : local(entry.at), '', Number.isNaN(entry.at) ? '' : utc(entry.at));
			cell(row, Number.isNaN(entry.at) ? '' : age(entry.at));
			rows.push(row);
		}
		body.replaceChildren(...rows);
	};

	const showState = () => {
		const newest = Math.max(...[...state.keys.values()].map((entry) => entry.at).filter((at) => !Number.isNaN(at)));
		const shown = find('state');
		let text = state.connected ? 'Live' : 'Not connected: trying again';
		let kind = state.connected ? '' : 'lost';
		if (Number.isFinite(newest)) {
			text += `; the newest value is ${age(newest)} old`;
			if (state.connected && Date.now() - newest > 600000) {
				kind = 'stale';
				text += ': does the producer run? fxhealth says more';
			}
		}
		if (shown.textContent !== text)
			shown.textContent = text;
		shown.className = kind;
	};

	const note = (item) => {
		const key = String(keyMember(item));
		const known = state.keys.get(key);
		const at = timeOf(item);
		if (known !== undefined && at <= known.at)
			return;
		state.keys.set(key, { item, before: known?.item, at });
		if (known === undefined)
			fillChoices();
	};

	const fill = (select, values) => {
		const chosen = select.value;
		select.replaceChildren(...values.map((value) => {
			const option = document.createElement('option');
			option.value = option.textContent = value;
			return option;
		}));
		if (values.includes(chosen))
			select.value = chosen;
	};
	const fillChoices = () => {
		const members = new Set();
		for (const { item } of state.keys.values())
			numbers(item).forEach((name) => members.add(name));
		fill(find('key'), [...state.keys.keys()].sort());
		fill(find('value'), [...members]);
	};

	/* The average of the last count values, each. */
	const average = (values, count) => {
		let sum = 0;
		return values.map((value, i) => {
			sum += value - (i >= count ? values[i - count] : 0);
			return i >= count - 1 ? sum / count : null;
		});
	};

	const drawCandles = (set) => {
		const { drawingContext: context, plotArea } = set;
		const opened = set.allSeriesPoints[0], low = set.allSeriesPoints[2];
		const high = set.allSeriesPoints[1], closed = set.allSeriesPoints[3];
		const style = getComputedStyle(document.documentElement);
		if (set.seriesIndex !== 0 || closed === undefined)
			return;
		const width = Math.max(1, Math.min(12, plotArea.w / opened.length * 0.6));
		for (let i = 0; i < opened.length; i++) {
			const rises = closed[i].yval >= opened[i].yval;
			const x = closed[i].canvasx;
			context.strokeStyle = context.fillStyle = style.getPropertyValue(rises ? '--good' : '--bad');
			context.beginPath();
			context.moveTo(x, high[i].canvasy);
			context.lineTo(x, low[i].canvasy);
			context.stroke();
			const top = Math.min(opened[i].canvasy, closed[i].canvasy);
			const height = Math.max(1, Math.abs(opened[i].canvasy - closed[i].canvasy));
			if (rises)
				context.strokeRect(x - width / 2, top, width, height);
			else
				context.fillRect(x - width / 2, top, width, height);
		}
	};

	/* Open, high, low and close of parts of the shown time. */
	const candlesOf = (points) => {
		const own = state.items.filter((item) => item.open !== undefined && item.close !== undefined);
		if (own.length > 0)
			return own.map((item) => [new Date(timeOf(item)), Number(item.open), Number(item.high), Number(item.low), Number(item.close)]);
		if (points.length === 0)
			return [];
		const span = points[points.length - 1][0] - points[0][0];
		const steps = [1, 5, 15, 60, 300, 900, 3600, 14400, 86400].map((s) => s * 1000);
		const step = steps.find((ms) => span / ms <= 120) ?? steps[steps.length - 1];
		const made = new Map();
		for (const [at, value] of points) {
			const start = Math.floor(at / step) * step;
			const candle = made.get(start);
			if (candle === undefined) {
				made.set(start, [new Date(start), value, value, value, value]);
				continue;
			}
			candle[2] = Math.max(candle[2], value);
			candle[3] = Math.min(candle[3], value);
			candle[4] = value;
		}
		return [...made.values()];
	};

	const say = (points) => {
		let text = points.length === 0 ? 'There are no values in this range.' :
			`${points.length} values from ${local(points[0][0])} to ${local(points[points.length - 1][0])}, times in your zone.`;
		if (state.thinned)
			text += ` Thinned out from ${state.thinned}: of each moment the least and the greatest value are drawn.`;
		find('said').textContent = text;
	};

	const showTable = (member) => {
		const rows = [];
		const head = find('values').tHead.rows[0];
		const shown = state.items.slice(-500).reverse();
		const columns = shown.length > 0 ? Object.keys(shown[0]) : [];
		head.replaceChildren(...columns.map((name) => {
			const made = document.createElement('th');
			made.scope = 'col';
			made.textContent = name;
			return made;
		}));
		for (const item of shown) {
			const row = document.createElement('tr');
			for (const name of columns) {
				const value = item[name];
				const text = value === undefined ? '' : value instanceof Decimal || typeof value === 'string' ? String(value) : JSON.stringify(value);
				cell(row, text, value instanceof Decimal ? 'number' : '', name === member ? utc(timeOf(item)) : '');
			}
			rows.push(row);
		}
		find('values').tBodies[0].replaceChildren(...rows);
	};

	/* Its legend would set styles that the page's policy forbids; the page has one of its own. */
	if (typeof Dygraph !== 'undefined')
		Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

	const draw = () => {
		const member = find('value').value;
		const candles = find('form').value === 'candles';
		const drawn = state.items.filter((item) => item[member] instanceof Decimal && !Number.isNaN(timeOf(item)));
		const points = drawn.map((item) => [timeOf(item), Number(item[member])]);
		say(points);
		showTable(member);
		if (typeof Dygraph === 'undefined') {
			find('missing').hidden = false;
			find('chart').hidden = true;
			return;
		}
		const style = getComputedStyle(document.documentElement);
		const color = (name) => style.getPropertyValue(name).trim();
		let rows = points.map(([at, value]) => [new Date(at), value]);
		let labels = ['time', member];
		if (candles) {
			rows = candlesOf(points);
			labels = ['time', 'open', 'high', 'low', 'close'];
		} else if (find('average').checked && rows.length > 0) {
			const values = points.map((point) => point[1]);
			const ten = average(values, 10), sixty = average(values, 60);
			rows.forEach((row, i) => row.push(ten[i], sixty[i]));
			labels.push('average of 10', 'average of 60');
		}
		const options = {
			file: rows.length > 0 ? rows : [[new Date(), ...labels.slice(1).map(() => null)]],
			labels,
			colors: [color('--first'), color('--second'), color('--third'), color('--first')],
			strokeWidth: candles ? 0 : 1.5,
			series: candles ? {} : { 'average of 10': { strokePattern: [6, 3] }, 'average of 60': { strokePattern: [2, 3] } },
			plotter: candles ? drawCandles : undefined,
			axisLineColor: color('--line'),
			gridLineColor: color('--line'),
			showRangeSelector: true,
			rangeSelectorHeight: 32,
			rangeSelectorPlotStrokeColor: color('--line'),
			rangeSelectorPlotFillColor: color('--line'),
			highlightCallback: (event, x, shown, row) => {
				const item = candles ? undefined : drawn[row];
				const texts = shown.map((point) => `${point.name} ${item !== undefined && point.name === member ? item[member] : point.yval}`);
				find('legend').textContent = `${local(x)} (${utc(x)}): ${texts.join(', ')}`;
			},
			unhighlightCallback: () => { find('legend').textContent = ''; },
		};
		if (state.chart !== null && state.chart.candles !== candles) {
			state.chart.destroy();
			state.chart = null;
		}
		if (state.chart === null) {
			const { file, ...rest } = options;
			if (rest.plotter === undefined)
				delete rest.plotter;
			state.chart = new Dygraph(find('chart'), file, rest);
			state.chart.candles = candles;
		} else {
			delete options.plotter;
			state.chart.updateOptions(options);
		}
		find('chart').setAttribute('aria-label', `${member} of ${find('key').value}`);
	};

	let waiting = false;
	const drawSoon = () => {
		if (waiting)
			return;
		waiting = true;
		setTimeout(() => {
			waiting = false;
			showLatest();
			showState();
			draw();
		}, 200);
	};

	const merge = (items) => {
		const byTime = new Map(state.items.map((item) => [timeOf(item), item]));
		items.forEach((item) => byTime.set(timeOf(item), item));
		state.items = [...byTime].sort((a, b) => a[0] - b[0]).map((entry) => entry[1]).slice(-most);
	};

	const get = async (url) => {
		const reply = await fetch(url, { headers: { Accept: 'application/json' } });
		const text = await reply.text();
		if (!reply.ok)
			throw new Error(parse(text).detail ?? `status ${reply.status}`);
		return parse(text);
	};

	const load = async () => {
		const key = find('key').value;
		const seconds = Number(find('range').value);
		const turn = ++state.loading;
		const query = new URLSearchParams({ key, limit: '50000', points: String(Math.min(2000, Math.max(200, find('chart').clientWidth))), value: find('value').value });
		if (key === '')
			return;
		if (seconds > 0)
			query.set('from', utc(Math.floor((Date.now() - seconds * 1000) / 1000) * 1000));
		try {
			const got = await get(`v1/items?${query}`);
			if (turn !== state.loading)
				return;
			state.items = [];
			state.thinned = got.thinned === undefined ? null : String(got.thinned);
			merge(got.items);
			draw();
		} catch (error) {
			find('said').textContent = `The values could not be read: ${error.message}`;
		}
	};

	const follow = () => {
		state.source?.close();
		const source = new EventSource(state.after === null ? 'v1/stream' : `v1/stream?after=${encodeURIComponent(state.after)}`);
		state.source = source;
		source.onopen = () => {
			state.connected = true;
			showState();
			/* What came while nobody was connected is in the table. */
			refresh();
		};
		source.onmessage = (event) => {
			let item;
			if (event.lastEventId !== '')
				state.after = event.lastEventId;
			try {
				item = parse(event.data);
			} catch {
				return;
			}
			if (item === null || typeof item !== 'object' || Array.isArray(item))
				return;
			note(item);
			if (String(keyMember(item)) === find('key').value) {
				merge([item]);
			}
			drawSoon();
		};
		source.onerror = () => {
			state.connected = false;
			showState();
			if (source.readyState === EventSource.CLOSED && state.source === source) {
				state.after = null;
				setTimeout(follow, 2000);
			}
		};
	};

	const refresh = async () => {
		try {
			const latest = await get('v1/latest');
			latest.items.forEach(note);
			if (state.items.length === 0 || state.stale)
				await load();
			state.stale = false;
		} catch (error) {
			find('state').textContent = `The latest values could not be read: ${error.message}`;
		}
		drawSoon();
	};

	['key', 'value', 'range'].forEach((id) => find(id).addEventListener('change', load));
	['form', 'average'].forEach((id) => find(id).addEventListener('change', draw));
	find('whole').addEventListener('click', () => state.chart?.resetZoom());
	find('choice').addEventListener('submit', (event) => event.preventDefault());
	document.addEventListener('visibilitychange', () => {
		if (!document.hidden) {
			state.stale = true;
			refresh();
		}
	});
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
	setInterval(() => { showLatest(); showState(); }, 5000);
	follow();
})();
