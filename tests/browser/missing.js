/* Without dygraphs: a table, and what to install. Without a stream: the table is read again. */
'use strict';
const { check, open, run, test, until } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser);
	const { page } = view;

	await view.settled();
	check(await page.isVisible('#missing') && (await view.text('#missing')).includes('libjs-dygraphs'), 'what to install');
	check(await page.isVisible('#values') && !(await page.isVisible('#chart')) && !(await page.isVisible('#form')), 'the table instead of a chart');
	await view.shows('BTC/USD', 'the table');
	check((await view.text('#state')).startsWith('Read every 5 s'), 'how it is read');
	run('ddbput -q -t rates', `{"ticker":"BTC/USD","exchange_rate":8.8800,"last_refreshed":"${new Date().toISOString().slice(0, 19)}Z"}\n`);
	await until(async () => (await view.column('exchange_rate'))[0] === '8.8800', 'the item that was added');
	await view.shot('missing');
	await view.faults();
});
