/* Neither a table nor a stream: the page waits for one. */
'use strict';
const { check, open, record, run, test } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser, { key: null });
	const { page } = view;

	await page.waitForFunction(() => document.getElementById('trouble').textContent.includes('There is neither a table nor a stream yet'));
	run('ddbput -q -t rates -k ticker,last_refreshed', record('BTC/USD', '8.8800'));
	await view.settled('BTC/USD');
	check(!(await view.text('#trouble')).includes('neither'), 'nothing is missing any more');
	await view.openTable();
	await view.shows('BTC/USD', 'the table');
	await view.faults();
});
