/* The digits of page and table are those that ddbget prints; markup is text; the axis tells values apart. */
'use strict';
const { check, open, same, stored, test } = require('./browser.js');

const markup = '<img src=x onerror="globalThis.hurt=1">';

test(async (browser) => {
	const view = await open(browser);
	const { page } = view;

	await view.settled();
	await view.openTable();
	for (const key of ['BTC/USD', 'EUR/USD', markup]) {
		await page.selectOption('#key', key);
		await page.waitForFunction((wanted) => document.getElementById('title').textContent === wanted &&
			[...document.querySelectorAll('#values tbody tr td:first-child')].some((cell) => cell.textContent === wanted), key);
		const values = stored(key);
		same(await view.text('#now'), values[0], `the latest value of ${key}`);
		same(await view.column('exchange_rate'), values, `the table of ${key}`);
		check((await view.text('#said')).includes(`${values.length} value`), 'how many values');
	}
	check(await page.title() === `${stored(markup)[0]} ${markup} – fxpipe`, `the title: ${await page.title()}`);
	/* Of all keys at once, too. */
	const latest = await page.evaluate(() => [...document.getElementById('latest').tBodies[0].rows].map((row) => [row.cells[0].textContent, row.cells[1].textContent]));
	same(latest, [markup, 'BTC/USD', 'EUR/USD'].map((key) => [key, stored(key, 1)[0]]), 'the latest values');
	same(await page.evaluate(() => [document.querySelectorAll('#latest img, #title img, #values img, option img').length, globalThis.hurt]), [0, undefined].map((x) => x ?? null),
		'markup of a record');

	/* Where the pointer is: the record's digits, the time here and in UTC. */
	await page.selectOption('#key', 'EUR/USD');
	await page.waitForFunction(() => /lowest 1\.08/.test(document.getElementById('said').textContent));
	await view.drawn('EUR/USD');
	const box = await page.locator('#chart').boundingBox();
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3);
	await page.mouse.move(box.x + box.width / 2 + 3, box.y + box.height / 3);
	await page.waitForFunction(() => document.getElementById('pointed').textContent !== '');
	const [, pointed] = /EUR\/USD ([\d.]+)/.exec(await view.text('#pointed'));
	check(stored('EUR/USD').includes(pointed), `the value at the pointer: ${pointed}`);
	check(/\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)/.test(await view.text('#pointed')), 'the time in UTC at the pointer');
	/* Those of a candle are those of records, too. */
	await page.selectOption('#form', 'candles');
	await view.drawn('rises');
	await page.mouse.move(box.x + box.width / 2 + 40, box.y + box.height / 3);
	await page.waitForFunction(() => document.getElementById('pointed').textContent.includes('close'));
	const candle = /open (\S+); high (\S+); low (\S+); close (\S+)/.exec(await view.text('#pointed')).slice(1);
	check(candle.every((value) => stored('EUR/USD').includes(value)), `the candle at the pointer: ${candle}`);
	await page.selectOption('#form', 'line');
	await view.drawn('average of 60');
	const title = await page.getAttribute('#values tbody td:last-child', 'title');
	check(/20\d\d, \d\d:\d\d:\d\d; \d{4}-\d\d-\d\dT[\d:]*Z$/.test(title), `the time in the zone and in UTC on hover: ${title}`);

	/* Values that differ in the fifth digit after the point have labels that differ. */
	const labels = await page.evaluate(() => [...document.querySelectorAll('.dygraph-axis-label-y')].map((label) => label.textContent));
	check(labels.length >= 3 && new Set(labels).size === labels.length, `labels of the axis: ${labels}`);

	/* They are not cut where a part needs more digits than the whole. */
	await page.selectOption('#key', 'BTC/USD');
	await page.waitForFunction(() => /highest 100/.test(document.getElementById('said').textContent));
	await view.drawn('BTC/USD');
	for (let i = 0; i < 3; i++)
		await page.click('#closer');
	await page.waitForFunction(() => document.getElementById('values').tBodies[0].rows.length < 20);
	await view.drawn('BTC/USD');
	const cut = await page.evaluate(() => [...document.querySelectorAll('.dygraph-axis-label-y')].filter((label) => label.scrollWidth > label.clientWidth).map((label) => label.textContent));
	same(cut, [], 'labels that are cut');
	await page.click('#whole');
	await page.selectOption('#key', 'EUR/USD');
	await page.waitForFunction(() => document.getElementById('title').textContent === 'EUR/USD' && document.getElementById('change').textContent !== '');

	/* The change: since the first value, as there is less than a day. */
	check(/[▲▼=].* % since /.test(await view.text('#change')), `the change: ${await view.text('#change')}`);
	await view.faults();
});
