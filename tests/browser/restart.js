/* After the server was killed and started again, also where retention took records, nothing is missing. */
'use strict';
const { check, open, record, run, same, stored, test, until } = require('./browser.js');

let server = Number(process.env.FX_SERVER);
const start = () => {
	server = Number(run('exec 3>&- 9>&-; setsid fxserve -l "$FX_ADDRESS" --token-file "$FX_TOKEN" --alerts alerts >started 2>&1 </dev/null & echo $!; for i in {1..1500}; do ! grep -q "^http" started || exit 0; sleep 0.02; done; cat started >&2; exit 1'));
	run(`echo ${server} >>servers`);
};
/* Until nothing listens there any more: a process that was killed keeps its socket while it ends. */
const kill = () => {
	process.kill(server, 'SIGKILL');
	run('while (exec 3<>"/dev/tcp/${FX_ADDRESS/://}") 2>/dev/null; do sleep 0.02; done');
};

test(async (browser) => {
	const view = await open(browser, { away: true });
	const complete = async (what) => {
		await view.shows('BTC/USD', what);
		same(await view.text('#now'), stored('BTC/USD', 1)[0], 'the latest value');
	};

	await view.settled();
	await view.openTable();
	await complete('what there is at the start');
	kill();
	await until(async () => /^Connection lost at .*, retrying\.$/.test(await view.text('#state')) && /^The newest value is .* old\.$/.test(await view.text('#old')), 'that the connection is lost');
	await view.shot('lost');
	/* What cannot be read now is read then. */
	await view.page.selectOption('#key', 'EUR/USD');
	await until(async () => (await view.text('#said')) === 'The values could not be read yet.', 'that the values are not there');
	for (let i = 0; i < 20; i++)
		run('kput -q', record('BTC/USD', `1000${i}.50`, 30 - i));
	start();
	await view.settled('EUR/USD');
	await view.page.selectOption('#key', 'BTC/USD');
	await complete('what came while the server was away');
	await until(async () => (await view.text('#state')).startsWith('Live'), 'that it is live again');

	/* What retention took is in the table. */
	kill();
	await until(async () => (await view.text('#state')).startsWith('Connection lost'), 'that the connection is lost again');
	for (let i = 0; i < 5; i++)
		run('kput -q', record('BTC/USD', `2000${i}.50`, 100 - i));
	await until(() => stored('BTC/USD').includes('20004.50'), 'the records in the table');
	run('sqlite3 "$FX_HOME/rates.stream" "DELETE FROM batch"');
	run('kput -q', record('BTC/USD', '30000.10'));
	start();
	await complete('what retention took');

	/* With another token it cannot go on, and says so. */
	kill();
	run('echo another-token-0123456789 >other-token; chmod 600 other-token');
	process.env.FX_TOKEN = 'other-token';
	start();
	await until(async () => (await view.text('#state')).includes('wants another token'), 'that another token is wanted');
	await view.faults();
});
