/*
 * browser: opens fxserve's page in Debian's Chromium for the tests of tests/page.bats, and runs the
 * tools of the pipeline. The environment has FX_URL, the address with the token, and FX_SERVER, the
 * pid of fxserve.
 */
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const { chromium } = require('playwright-core');

const url = process.env.FX_URL;
/* Sanitizers are for the tools only, and slow them down. */
const slow = process.env.FX_PRELOAD ? 5 : 1;
const patience = 20000 * slow; /* ms: only a failure waits so long */

const check = (condition, text) => {
	if (!condition)
		throw new Error(text);
};
const same = (found, wanted, what) => {
	check(JSON.stringify(found) === JSON.stringify(wanted),
		`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
};

/* Runs a command with what it is given on standard input; returns its output. */
const run = (command, input = '') => {
	const { FX_PRELOAD: preload, ...env } = process.env;
	return execFileSync('bash', ['-c', command], { input, env: preload ? { ...env, LD_PRELOAD: preload } : env,
		encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] });
};

/* Waits until probe() is true; text names it. */
const until = async (probe, text, most = patience) => {
	for (const end = Date.now() + most; ;) {
		const found = await probe();
		if (found)
			return found;
		check(Date.now() < end, `did not come: ${text}`);
		await new Promise((resolve) => { setTimeout(resolve, 20); });
	}
};

/* Closes the browser at the end, and fails with what the test throws. */
const test = async (body) => {
	let browser;
	try {
		browser = await chromium.launch({
			executablePath: process.env.chromium,
			chromiumSandbox: process.getuid() !== 0, /* which refuses to run as root */
			args: ['--disable-dev-shm-usage', '--disable-gpu'],
			env: { ...process.env, TZ: 'Europe/Berlin' },
		});
		await body(browser);
	} catch (error) {
		console.error(error.stack);
		process.exitCode = 1;
	} finally {
		await browser?.close();
	}
};

/*
 * Opens the page. away: the connection gets lost on purpose, which the console says, and nothing
 * else. key: the one that is chosen; null: there are no values yet. faults() throws if there was an error, or a request that left the origin.
 */
const open = async (browser, { away = false, key = 'BTC/USD', ...options } = {}) => {
	const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, locale: 'en-US',
		timezoneId: 'Europe/Berlin', ...options });
	const page = await context.newPage();
	const bad = [], origin = new URL(url).origin;

	page.on('console', (message) => {
		if (['error', 'warning'].includes(message.type()) && !(away && /net::ERR_|status of 401/.test(message.text())))
			bad.push(`console: ${message.text()}`);
	});
	page.on('pageerror', (error) => bad.push(`page: ${error.stack}`));
	page.on('request', (request) => {
		if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:'))
			bad.push(`request: ${request.url()}`);
	});
	await page.addInitScript(() => { globalThis.opened = Math.random(); });
	await page.goto(url);
	await page.waitForFunction((empty) => empty ? ['Live.', 'Waiting.'].includes(document.getElementById('state').textContent) : document.getElementById('now').textContent !== '',
		key === null, { timeout: patience });
	if (key !== null) {
		await page.selectOption('#key', key, { force: true });
		await page.selectOption('#range', '21600', { force: true });
	}
	const opened = await page.evaluate(() => globalThis.opened);
	const view = {
		page,
		context,
		text: (selector) => page.textContent(selector),
		/* The key is shown. */
		settled: (of = key) => page.waitForFunction((wanted) => document.getElementById('title').textContent === wanted &&
			/^\d+ values?/.test(document.getElementById('said').textContent), of, { timeout: patience }),
		/* The values of a column of the table behind the picture, the newest first. */
		column: (name) => page.evaluate((wanted) => {
			const table = document.getElementById('values');
			const place = [...table.tHead.rows[0].cells].findIndex((cell) => cell.textContent === wanted);
			return [...table.tBodies[0].rows].map((row) => row.cells[place].textContent);
		}, name),
		/* Waits until it is drawn, which its list of lines says. */
		drawn: (line) => page.waitForFunction((wanted) => document.getElementById('lines').textContent.includes(wanted) &&
			new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve(true))); }), line, { timeout: patience }),
		/* Waits until the table has what is stored. */
		shows: async (of, what) => {
			let found, wanted;
			try {
				await until(async () => {
					found = await view.column('exchange_rate');
					wanted = stored(of);
					return JSON.stringify(found) === JSON.stringify(wanted);
				}, what);
			} catch (error) {
				same(found, wanted, what);
				throw error;
			}
		},
		openTable: () => page.evaluate(() => { document.getElementById('behind').open = true; }),
		faults: async () => {
			same(bad, [], 'errors');
			check(await page.evaluate(() => globalThis.opened) === opened, 'the page was loaded again');
		},
		shot: async (name) => {
			fs.mkdirSync(process.env.FX_SCREENSHOTS, { recursive: true });
			await page.screenshot({ path: `${process.env.FX_SCREENSHOTS}/${name}.png`, fullPage: true });
		},
	};
	return view;
};

/* A record of a key, some seconds before now; the value as text. */
const record = (key, value, before = 0) => `${JSON.stringify({ ticker: key, exchange_rate: 'VALUE',
	last_refreshed: new Date(Date.now() - before * 1000).toISOString().replace(/\.\d+/, '') }).replace('"VALUE"', value)}\n`;

/* The values that ddbget prints, the newest first: their text, not a number of JavaScript's. */
const stored = (key, limit = 500) => run(`ddbget -r -n ${limit} '${key}'`).split('\n').filter((line) => line !== '')
	.map((line) => /"exchange_rate":([^,}]*)/.exec(line)[1]);

module.exports = { check, open, patience, record, run, same, slow, stored, test, until, url };
