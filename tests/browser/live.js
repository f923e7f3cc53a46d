/* A record that is put, and an alert, appear within a second, without reload. */
'use strict';
const { check, open, record, run, same, slow, stored, test, until } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser);

	await view.settled();
	await view.openTable();
	const times = [];
	for (const value of ['100001.50000000', '0.000000012300', '123456789012345678.90']) {
		run('kput -q', record('BTC/USD', value));
		const began = Date.now();
		await until(async () => await view.text('#now') === value, `${value} on the page`);
		await until(async () => (await view.column('exchange_rate'))[0] === value, `${value} in the table`);
		times.push(Date.now() - began);
		/* The next one has a time of its own. */
		await until(() => run("ddbget -r -n 1 'BTC/USD'").includes(value) && new Date().toISOString().slice(0, 19) > run("ddbget -r -n 1 'BTC/USD'").slice(-22, -3), 'the record in the table of the pipeline');
	}
	/* Another program may take the processor once. */
	const middle = times.sort((a, b) => a - b)[1];
	console.log(`milliseconds until a record is shown: ${times}`);
	check(middle < 1000 * slow, `until a record is shown it takes ${middle} ms`);
	same((await view.column('exchange_rate')).slice(0, 3), stored('BTC/USD', 3), 'the newest values');
	run('kput -q -s alerts', '{"alert":"exchange_rate > 1","ticker":"BTC/USD","last_refreshed":"' + new Date().toISOString() + '","value":100001.5,"text":"BTC/USD: exchange_rate > 1: 100001.50"}\n');
	await until(async () => (await view.text('#alerts')).includes('exchange_rate > 1: 100001.50'), 'the alert');
	await until(async () => (await view.text('#lines')).includes('alert'), 'the mark of the alert');
	/* It is still there for those who come later. */
	const later = await open(browser);
	await until(async () => (await later.text('#alerts')).includes('exchange_rate > 1: 100001.50'), 'the alert of before');
	/* A new key is added. */
	run('kput -q', record('NEW/KEY', '7.70'));
	await until(async () => (await view.text('#latest')).includes('NEW/KEY'), 'a new key');
	check((await view.text('#state')).startsWith('Live'), 'the state');
	await view.faults();
	await later.faults();
});
