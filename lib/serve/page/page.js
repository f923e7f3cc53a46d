/* page: shows the latest values and a chart of one key, and follows the stream. */
import { Chart, installed } from './chart.js';
import { Decimal, compare, difference } from './decimal.js';
import { Feed } from './feed.js';
import { age, clock, get, inside, isAhead, local, localAndUtc, numbersOf, parse, shorten, textOf, timeOf, utc, zone } from './record.js';
import { Series, baseOf, itemAt, mainTimes } from './series.js';
import { LatestTable, make, setChange, setText, showAlerts, showValues } from './tables.js';

const find = (id) => document.getElementById(id);
const state = {
	about: { table: null, partition: null, sort: null, keys: null, latest: false, stream: null, alerts: null },
	keys: new Map(), /* key: {item, at, like: its sort key in the table, ahead: of an item with a time far ahead, base} */
	series: null,
	other: null, /* that of the key to compare with */
	alerts: [],
	lost: 0, /* when the connection was lost, ms since 1970; 0: it is not */
	status: 0, /* of the last attempt to connect again; 0: there was no answer */
	findings: [], /* of /v1/health that are not well */
	notice: '', /* of something that went wrong, until all is well again */
	fresh: false, /* there are keys or members that the choices do not have */
	lines: '', /* those that the legend shows, in JSON */
};

const keyOf = (item) => {
	const value = state.about.partition !== null ? item[state.about.partition]
		: item.ticker ?? Object.values(item).find((member) => typeof member === 'string');
	return value === undefined || value === null || typeof value === 'object' && !(value instanceof Decimal)
		? null : String(value);
};
const member = () => find('value').value;
const valueOf = (item) => item[member()] ?? item[numbersOf(item, state.about)[0]];

/* --- the latest values --- */

const changeOf = (entry) => {
	if (!entry.base)
		return null;
	const before = valueOf(entry.base), now = valueOf(entry.item), at = timeOf(entry.base, state.about.sort);
	if (!(before instanceof Decimal && now instanceof Decimal) || !(at < entry.at))
		return null;
	const change = difference(before, now);
	if (change === null)
		return null;
	const [arrow, sign, kind] = change.sign > 0 ? ['▲ ', '+', 'up'] : change.sign < 0 ? ['▼ ', '−', 'down'] : ['= ', '', ''];
	const today = new Date(at).toDateString() === new Date().toDateString();
	const hours = (entry.at - at) / 3600000;
	return {
		text: `${arrow}${/^\d/.test(change.percent) ? sign : ''}${change.percent} % ${hours >= 24 && hours < 25 ? 'in 24 h' : `since ${today ? clock(at) : local(at)}`}`,
		title: `${sign}${change.size} from ${before} at ${localAndUtc(at)}`,
		kind,
	};
};

const showLatest = () => {
	latest.show([...state.keys].map(([key, entry]) => ({ key, at: entry.at, value: valueOf(entry.item), change: changeOf(entry) })));
	setText(find('latest-title'), state.keys.size > LatestTable.most ? `Latest values of ${LatestTable.most} of ${state.keys.size} keys` : 'Latest values');
	const key = find('key').value, entry = state.keys.get(key);
	if (entry === undefined)
		return;
	const value = textOf(valueOf(entry.item));
	document.title = `${value} ${shorten(key)} – fxpipe`;
	setText(find('title'), key, key);
	setText(find('now'), value, value);
	setChange(find('change'), changeOf(entry));
	setText(find('age'), age(entry.at, ' old'), localAndUtc(entry.at));
};

/* For screen readers: not each value. */
let spoken = { at: 0, text: '' };
const speak = (text) => {
	if (text === spoken.text || Date.now() - spoken.at < 15000)
		return;
	spoken = { at: Date.now(), text };
	find('spoken').textContent = shorten(text, 300);
};
const speakLatest = () => {
	const key = find('key').value, entry = state.keys.get(key);
	if (entry !== undefined)
		speak(`${inside(key)}: ${textOf(valueOf(entry.item))}`);
};

const readBase = async (key) => {
	const entry = state.keys.get(key);

	if (entry === undefined || entry.reading || (entry.base !== undefined && (Date.now() - entry.baseRead < 60000 || entry.baseFor === entry.at)))
		return;
	if (state.about.table === null) {
		entry.base ??= entry.item;
		return;
	}
	entry.reading = true;
	try {
		entry.baseFor = entry.at;
		entry.base = await baseOf(key, entry.at, entry.like) ?? null;
		entry.baseRead = Date.now();
	} catch { /* the change is not shown then */
	} finally {
		entry.reading = false;
	}
	showSoon();
};

const note = (item, ofTable) => {
	const key = keyOf(item), at = timeOf(item, state.about.sort);

	if (key === null || (state.about.keys !== null && !state.about.keys.includes(key)))
		return;
	const known = state.keys.get(key);
	if (known === undefined) {
		state.keys.set(key, { item, at, like: item[state.about.sort] });
		state.fresh = true;
		return;
	}
	state.fresh = state.fresh || Object.keys(item).length > Object.keys(known.item).length;
	/* One that is far ahead would be the latest for ever. */
	const wasAhead = isAhead(known.at), ahead = isAhead(at);
	if (wasAhead !== ahead) {
		known.ahead = Math.max(at, known.at);
		known.base = wasAhead ? undefined : known.base;
	}
	if (wasAhead === ahead ? at < known.at : ahead)
		return;
	known.item = item;
	known.at = at;
	if (ofTable)
		known.like = item[state.about.sort];
	/* Its range was one far ahead. */
	if (wasAhead && !ahead)
		[state.series, state.other].filter((series) => series?.key === key).forEach(loadSeries);
};

/* --- the state --- */

const showState = () => {
	const newest = [...state.keys.values()].reduce((most, { at }) => isAhead(at) || !(at > most) ? most : at, -Infinity);
	let text, kind = '', title = '';

	if (state.lost > 0) {
		text = state.status === 401
			? 'The server wants another token: open the address that it printed when it started.'
			: `Connection lost at ${clock(state.lost)}, retrying.`;
		kind = 'lost';
		title = utc(state.lost);
	} else if (state.findings.some(({ check, status }) => Number(status) !== 75 && (check !== 'stream' || state.keys.size > 0))) {
		text = state.findings.some(({ check }) => check === 'stream') ? 'Stale.' : 'Something is wrong.';
		kind = 'stale';
	} else {
		text = feed !== null ? 'Live.' : state.about.table !== null ? 'Read every 5 s.' : 'Waiting.';
	}
	setText(find('state'), text, title);
	find('state').className = kind;
	/* It is not in the live region: nobody wants to hear it each second. */
	setText(find('old'), newest > -Infinity ? `The newest value is ${age(newest, ' old')}.` : '');
	const trouble = state.findings.map(({ check, of, message }) => `${check} ${of}: ${message}`);
	if (state.notice !== '')
		trouble.push(state.notice);
	const shown = find('trouble');
	if (shown.dataset.text !== trouble.join('\n')) {
		shown.dataset.text = trouble.join('\n');
		shown.replaceChildren(...trouble.map((line) => make('li', line)));
		shown.hidden = trouble.length === 0;
	}
};

let checked = 0; /* when health was asked for, ms since 1970 */
const checkHealth = async () => {
	if (document.hidden)
		return;
	checked = Date.now();
	try {
		const got = await get('v1/health?status=200');
		state.findings = got.findings.filter(({ status }) => Number(status) !== 0);
	} catch { /* the feed says that the connection is lost */ }
	showState();
};

/* --- the chart and its table --- */

/* [from, to]: the times of the range that is chosen, which ends at the newest value; null: all. */
const rangeOf = (key) => {
	const seconds = Number(find('range').value), newest = state.keys.get(key)?.at || Date.now();

	return seconds === 0 ? [null, null] : [newest - seconds * 1000, newest];
};

/* What is drawn: {entries, far: the times of those that are left out}. */
const drawable = (series) => {
	const all = series.list().filter(({ item }) => member() === '' || item[member()] instanceof Decimal);
	const range = rangeOf(series.key), isAll = range[0] === null, ahead = state.keys.get(series.key)?.ahead;
	const [from, to] = isAll ? mainTimes(all) : range;
	const far = all.map(({ at }) => at).filter((at) => at > to || (at < from && isAll));

	/* It may not have been read with the range. */
	if (far.length === 0 && ahead > to)
		far.push(ahead);
	return { entries: all.filter(({ at }) => at >= from && at <= to), far };
};

const say = (entries, far) => {
	const parts = [];

	if (!state.series.loaded) {
		parts.push(state.series.failure !== null ? 'The values could not be read yet.' : 'Reading…');
	} else if (entries.length === 0) {
		parts.push('There are no values in this range.');
	} else {
		const values = entries.map(({ item }) => item[member()]);
		const extreme = (sign) => values.reduce((a, b) => compare(a, b) * sign < 0 ? b : a);
		const times = entries.length === 1 ? `1 value, ${local(entries[0].at)}`
			: `${entries.length} values from ${local(entries[0].at)} to ${local(entries.at(-1).at)}`;
		const what = member() === '' ? 'no numbers' : entries.length === 1 ? values[0] : `lowest ${extreme(-1)}, highest ${extreme(1)}`;
		parts.push(`${times}; ${what}. Times are those of ${zone}.`);
	}
	if (far.length > 0)
		parts.push(`Left out: ${far.length === 1 ? '1 value with a time far from the others,' : `${far.length} values with times far from the others, such as`} ${utc(far[0])}.`);
	if (state.series.thinned > 0)
		parts.push(`Thinned out from ${state.series.thinned}: for each pixel the lowest and the highest value are drawn, and averages and candles are made of these. Zoom in for more.`);
	setText(find('said'), parts.join(' '));
};

const showTable = (entries) => {
	const part = chart?.part() ?? null;

	if (!find('behind').open)
		return;
	const within = part === null ? entries : entries.filter(({ at }) => at >= part[0] && at <= part[1]);
	const shown = showValues(find('values'), within, state.about.sort);
	setText(find('listed'), shown < within.length ? `The newest ${shown} of ${within.length} values; zoom in or choose a shorter range for others.` : '');
};

const lineSample = ({ kind, pattern }) => {
	const space = 'http://www.w3.org/2000/svg', picture = document.createElementNS(space, 'svg');
	const line = document.createElementNS(space, kind === 'rise' || kind === 'fall' ? 'rect' : 'line');
	const set = (element, values) => Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));

	const width = kind === 'alert' || line.tagName === 'rect' ? 12 : 36;
	set(picture, { width, height: 12, class: kind });
	if (kind === 'alert')
		set(line, { x1: 6, y1: 0, x2: 6, y2: 12, 'stroke-width': 2, 'stroke-dasharray': '3 3' });
	else if (line.tagName === 'rect')
		set(line, { x: 1, y: 1, width: 10, height: 10, 'stroke-width': 1.5, class: kind });
	else
		set(line, { x1: 0, y1: 6, x2: width, y2: 6, 'stroke-width': 2, ...(pattern ? { 'stroke-dasharray': pattern.join(' ') } : {}) });
	picture.append(line);
	return picture;
};

const showLines = (lines, alerts) => {
	const all = alerts.length > 0 ? [...lines, { name: 'alert', kind: 'alert' }] : lines;
	const text = JSON.stringify(all);

	if (state.lines === text)
		return;
	state.lines = text;
	find('lines').replaceChildren(...all.map((line) => {
		const item = document.createElement('li');
		item.append(lineSample(line), make('span', line.name));
		return item;
	}));
};

const draw = () => {
	if (state.series === null)
		return;
	const { entries, far } = drawable(state.series);
	const alerts = state.alerts.filter((alert) => keyOf(alert) === state.series.key);
	const candles = find('form').value === 'candles';

	/* They are of lines only. */
	find('second').disabled = find('averages').disabled = candles;
	if (chart !== null && member() !== '') {
		const lines = chart.show({
			key: state.series.key,
			entries,
			member: member(),
			candles,
			averaged: find('averages').checked,
			other: state.other === null ? null : { key: state.other.key, entries: drawable(state.other).entries },
			alerts: alerts.map((alert) => ({ at: timeOf(alert, null), value: Number(alert.value) })),
		});
		showLines(lines, alerts);
		find('chart').setAttribute('aria-label', `Chart of ${inside(member())} of ${inside(state.series.key)}`);
	}
	say(entries, far);
	showTable(entries);
};

/* Where the pointer is: the values with their digits. */
const showPointed = (x, candle) => {
	if (x === null) {
		setText(find('pointed'), '');
		return;
	}
	const parts = candle !== undefined ? ['open', 'high', 'low', 'close'].map((name, i) => `${name} ${candle[i]}`)
		: [state.series, state.other].map((series) => [series?.key, series?.list().find(({ at }) => at === x)]).filter(([, entry]) => entry !== undefined)
			.map(([key, { item }]) => `${inside(key)} ${textOf(item[member()])}`);
	const near = state.alerts.filter((alert) => keyOf(alert) === state.series.key && Math.abs(timeOf(alert, null) - x) < 1000);
	setText(find('pointed'), [`${local(x)} (${utc(x)})`, ...parts, ...near.map((alert) => inside(textOf(alert.alert)))].join('; '));
};

let waiting = false;
const showSoon = () => {
	if (waiting || document.hidden)
		return;
	waiting = true;
	setTimeout(() => {
		waiting = false;
		showLatest();
		showState();
		draw();
	}, 150);
};

/* --- reading --- */

const points = () => (find('chart').clientWidth || 1000) * Math.min(2, devicePixelRatio);

const failed = (error) => {
	if (error.status !== undefined)
		state.notice = `The values could not be read: ${error.message}`;
	showState();
};

const loadSeries = async (series) => {
	series.failure = null;
	try {
		const done = await series.load(member(), points(), rangeOf(series.key), state.keys.get(series.key)?.like);
		if (done && state.about.table !== null)
			state.notice = '';
	} catch (error) {
		series.failure = error;
		failed(error);
	}
	showSoon();
};

const load = async () => {
	const key = find('key').value, second = find('second').value;

	if (key === '')
		return;
	if (state.series?.key !== key) {
		state.series = new Series(state.about, key);
		chart?.whole();
		showPointed(null);
		draw();
	}
	if (second === '' || second === key)
		state.other = null;
	else if (state.other?.key !== second)
		state.other = new Series(state.about, second);
	showLatest();
	readBase(key);
	await Promise.all([state.series, state.other].filter((series) => series !== null).map(loadSeries));
};

const zoomed = async (from, to) => {
	try {
		for (const series of [state.series, state.other]) {
			if (series !== null)
				await series.zoom(member(), points(), from, to);
		}
	} catch (error) {
		failed(error);
	}
	showSoon();
};

/* What the table has and no event brought, such as what came while nobody was connected. */
const refresh = async () => {
	try {
		if (state.about.latest) {
			const { items, more } = await get('v1/latest');
			items.forEach((item) => note(item, true));
			fillChoices();
			for (const [key, { at, like }] of [...state.keys].filter((entry) => isAhead(entry[1].at)).slice(0, 50)) {
				const item = await itemAt(key, Date.now(), like);
				if (item !== undefined)
					note(item, true);
			}
			if (more)
				state.notice = 'There are more keys than the page can show: fxserve --key names those that matter.';
		}
		for (const series of [state.series, state.other]) {
			if (series !== null && await series.catchUp())
				await loadSeries(series);
		}
		for (const key of [...state.keys.keys()].slice(0, 50))
			await readBase(key);
	} catch (error) {
		failed(error);
	}
	showSoon();
};

const fill = (select, values, first) => {
	const chosen = select.value;
	const have = [...select.options].map((option) => option.value);
	const wanted = first === undefined ? values : ['', ...values];

	if (have.length === wanted.length && have.every((value, i) => value === wanted[i]))
		return;
	select.replaceChildren(...wanted.map((value) => {
		const option = make('option', value === '' ? first : shorten(value), '', value);
		option.value = value;
		return option;
	}));
	if (wanted.includes(chosen))
		select.value = chosen;
};

const fillChoices = () => {
	if (!state.fresh)
		return;
	state.fresh = false;
	const keys = [...state.keys.keys()].sort(), members = new Set();

	for (const { item } of state.keys.values())
		numbersOf(item, state.about).forEach((name) => members.add(name));
	document.body.classList.toggle('empty', keys.length === 0);
	fill(find('key'), keys);
	fill(find('second'), keys, 'nothing');
	fill(find('value'), [...members]);
	if (state.series === null && keys.length > 0)
		load();
};

/* --- following --- */

const recordsOf = (events) => events.filter(({ type }) => type === 'message').map(({ data }) => {
	try {
		return parse(data);
	} catch {
		return null;
	}
}).filter((item) => item !== null && typeof item === 'object' && !Array.isArray(item));

const took = (events) => {
	const lost = events.filter(({ type }) => type === 'lost').length > 0;
	const items = recordsOf(events);

	items.forEach((item) => note(item, false));
	fillChoices();
	for (const series of [state.series, state.other]) {
		if (series === null)
			continue;
		const many = series.add(items.filter((item) => keyOf(item) === series.key));
		if (many || lost)
			loadSeries(series);
	}
	if (lost && state.about.table === null)
		state.notice = 'Retention took records from the stream before they could be shown.';
	if (lost)
		refresh();
	readBase(find('key').value);
	/* What was stale may not be any more. */
	if (state.findings.length > 0 && Date.now() - checked > 1000)
		checkHealth();
	showSoon();
};

const tookAlerts = (events) => {
	const items = recordsOf(events);

	/* They come again from the start if the place to continue from is refused. */
	const all = new Map([...state.alerts, ...items].map((alert) => [`${keyOf(alert)} ${textOf(alert.id ?? alert)}`, alert]));
	state.alerts = [...all.values()].slice(-1000);
	find('alerted').hidden = state.alerts.length === 0;
	showAlerts(find('alerts'), state.alerts);
	if (items.length > 0)
		speak(`Alert: ${textOf(items.at(-1).text ?? items.at(-1).alert)}`);
	showSoon();
};

const connection = ({ connected, status }) => {
	if (connected) {
		state.lost = 0;
		state.status = 0;
		refresh();
		checkHealth();
	} else {
		state.lost = state.lost || Date.now();
		state.status = status;
	}
	showState();
};

/* --- the start --- */

const choose = (key) => {
	find('key').value = key;
	load();
	find('title').scrollIntoView();
};
const latest = new LatestTable(find('latest'), choose);
const chart = installed() ? new Chart(find('chart'), { pointed: showPointed, moved: zoomed }) : null;
let feed = null, alertFeed = null;

const wake = () => {
	feed?.wake();
	alertFeed?.wake();
	if (!document.hidden) {
		refresh();
		checkHealth();
	}
};

const bind = () => {
	['key', 'value', 'range', 'second'].forEach((id) => find(id).addEventListener('change', load));
	['form', 'averages'].forEach((id) => find(id).addEventListener('change', draw));
	find('behind').addEventListener('toggle', draw);
	find('closer').addEventListener('click', () => chart?.move(0.5, 0));
	find('wider').addEventListener('click', () => chart?.move(2, 0));
	find('earlier').addEventListener('click', () => chart?.move(1, -0.5));
	find('later').addEventListener('click', () => chart?.move(1, 0.5));
	find('whole').addEventListener('click', () => chart?.whole());
	find('choice').addEventListener('submit', (event) => event.preventDefault());
	document.addEventListener('visibilitychange', wake);
	addEventListener('online', wake);
	addEventListener('offline', () => feed?.lose());
	addEventListener('pageshow', wake);
	matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
	setInterval(() => { showLatest(); showState(); speakLatest(); }, 1000);
	setInterval(checkHealth, 15000);
	setInterval(() => { if (!document.hidden) refresh(); }, state.about.stream === null ? 5000 : 30000);
};

const start = async () => {
	for (;;) {
		try {
			state.about = await get('v1/about');
			state.lost = 0;
			if (state.about.table !== null || state.about.stream !== null)
				break;
			state.notice = 'There is neither a table nor a stream yet: ddbput and kput create them.';
		} catch (error) {
			state.lost = state.lost || Date.now();
			state.status = error.status ?? 0;
		}
		showState();
		await new Promise((resolve) => { setTimeout(resolve, 2000); });
	}
	state.notice = '';
	if (chart === null) {
		document.querySelectorAll('.charted').forEach((element) => { element.hidden = true; });
		find('missing').hidden = false;
		find('behind').open = true;
	}
	bind();
	if (state.about.stream !== null)
		feed = new Feed({ path: 'v1/stream', events: took, state: connection });
	else
		refresh();
	if (state.about.alerts !== null)
		alertFeed = new Feed({ path: 'v1/alerts', oldest: true, events: tookAlerts, state: () => {} });
	checkHealth();
};

start();
