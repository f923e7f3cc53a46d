/* A frozen tab, and a lost network: nothing is missing afterwards. */
'use strict';
const { open, record, run, same, stored, test, until } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser, { away: true });
	const complete = async (what) => {
		await view.shows('BTC/USD', what);
		same(await view.text('#now'), stored('BTC/USD', 1)[0], 'the latest value');
	};
	const put = (first) => {
		for (let i = 0; i < 10; i++)
			run('kput -q', record('BTC/USD', `${first + i}.2500`, first % 1000 - i));
	};
	const devtools = await view.context.newCDPSession(view.page);

	await view.settled();
	await view.openTable();
	await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
	put(5090);
	await devtools.send('Page.setWebLifecycleState', { state: 'active' });
	await complete('what came while the tab was frozen');

	await view.context.setOffline(true);
	await until(async () => (await view.text('#state')).startsWith('Connection lost'), 'that the connection is lost');
	put(6050);
	await view.context.setOffline(false);
	await complete('what came while there was no network');
	await until(async () => (await view.text('#state')).startsWith('Live'), 'that it is live again');
	await view.faults();
});
