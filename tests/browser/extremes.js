/*
 * Before the first record; 38 digits, whose change is exact; long keys and alerts in every script,
 * which a narrow window holds; times that are far from the others, which are left out and said.
 */
'use strict';
const { check, open, record, run, same, test, until } = require('./browser.js');

const far = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
const long = { latin: 'W'.repeat(1000), arabic: '\u0628'.repeat(1000), marks: `Z${'\u0301'.repeat(999)}`, turned: '\u202eturned' };
const at = (time) => record('AHEAD', '77.5').replace(/20[^"]*Z/, time);
const put = (records) => {
	run('tee records | kput -q', records);
	run('ddbput -q -t rates <records');
};
const choose = async ({ page }, key, range = '21600') => {
	await page.selectOption('#key', key);
	await page.selectOption('#range', range);
	await page.waitForFunction((wanted) => document.getElementById('title').textContent === wanted, key);
};

test(async (browser) => {
	const view = await open(browser, { key: null });
	const { page } = view;

	check(await page.isVisible('#none') && !(await page.isVisible('#chart')) && (await view.text('#state')).startsWith('Live'), 'that there is nothing yet');
	await view.shot('empty');
	const normal = [...Array(20).keys()].map((i) => record('AHEAD', `1.${100 + i}`, 60 * (20 - i))).join('');
	put(`${normal}${far.map(at).join('')}${Object.values(long).map((key) => record(key, '1.5')).join('')}`);
	const digits = '1234567890123456789012345678901234567';
	put(`${record('BIG', `${digits}.1`, 120)}${record('BIG', `${digits}.3`, 60)}${record('BIG', `${digits}.2`)}`);
	put(`${record('TWICE', '12345678901234567890123456789012345.678', 60)}${record('TWICE', '24691357802469135780246913578024691.357')}`);
	put(['250', '750'].map((part) => record('PARTS', '1.5').replace('Z"', `.${part}Z"`)).join(''));
	run('kput -q -s alerts', `${JSON.stringify({ alert: long.latin, ticker: 'AHEAD', last_refreshed: far[1], value: 1, text: `${long.latin} ${long.arabic}` })}\n`);

	/* What is shown is what was sent, the change is exact. */
	const change = async (key, text, title) => {
		await choose(view, key);
		await until(async () => (await view.text('#change')).startsWith(text), `the change of ${key}, ${text}`);
		same((await page.getAttribute('#change', 'title')).replace(/ at .*/, ''), title, `the change of ${key}`);
	};
	await change('BIG', '▲ under 0.0001 % since', `+0.1 from ${digits}.1`);
	await until(async () => (await view.text('#said')).includes(`lowest ${digits}.1, highest ${digits}.3.`), 'the lowest and the highest value');
	await change('TWICE', '▲ +100.00 % since', '+12345678901234567890123456789012345.679 from 12345678901234567890123456789012345.678');

	/* The newest one is in its range, also with parts of a second. */
	await choose(view, 'PARTS');
	await until(async () => (await view.text('#said')).startsWith('2 values'), 'both values of a second');

	/* Those of 20 minutes are shown, and the newest of them is the latest. */
	for (const [range, left] of [['21600', far.slice(1)], ['0', far]]) {
		await choose(view, 'AHEAD', range);
		await until(async () => (await view.text('#said')).includes('20 values') && (await view.text('#said')).includes(
			`Left out: ${left.length === 1 ? '1 value with a time far from the others,' : '2 values with times far from the others, such as'} ${left[0]}.`),
		`what is left out of the range ${range}`);
		same(await view.text('#now'), '1.119', 'the latest value');
	}
	put(record('AHEAD', '2.5'));
	await until(async () => await view.text('#now') === '2.5', 'a later value');
	/* From the store alone, too. */
	const later = await open(browser, { key: null, viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true });
	await until(async () => await later.text('#now') === '2.5', 'the latest value of the store');
	await until(async () => (await later.text('#said')).startsWith('21 values'), 'the range before it');

	await later.openTable();
	for (const key of [...Object.values(long), 'BIG']) {
		await choose(later, key);
		await later.settled(key);
		const { wide, title, tall } = await later.page.evaluate(() => ({ wide: document.documentElement.scrollWidth,
			title: document.getElementById('title').title, tall: document.getElementById('title').clientHeight }));
		check(wide <= 320 && tall < 120, `${key.slice(0, 5)} is ${wide} wide and ${tall} high`);
		same(title, key, 'the whole key');
	}
	await later.shot('long');
	/* Digits are never cut. */
	const cut = await later.page.evaluate(() => [...document.querySelectorAll('td.number')].filter((cell) => cell.scrollWidth > cell.clientWidth).length);
	same(cut, 0, 'numbers that are cut');
	for (const { page: shown } of [view, later]) {
		const text = await shown.evaluate(() => document.body.innerText + [...document.querySelectorAll('[title]')].map(({ title }) => title).join());
		check(!/Invalid|NaN|undefined/.test(text), 'an invalid date');
	}
	await view.faults();
	await later.faults();
});
