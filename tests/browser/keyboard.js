/* The keyboard reaches everything, shows where it is, and does what the pointer does. */
'use strict';
const { check, open, same, test, until } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser);
	const { page } = view;
	const focus = () => page.evaluate(() => {
		const element = document.activeElement, style = getComputedStyle(element);
		return {
			name: element.id || element.textContent.trim() || element.getAttribute('aria-label'),
			region: element.getAttribute('role') === 'region',
			seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
		};
	});
	/* Goes on by the tabulator to an element. */
	const go = async (name) => {
		for (let i = 0; i < 60; i++) {
			await page.keyboard.press('Tab');
			if ((await focus()).name === name)
				return;
		}
		check(false, `the tabulator does not reach ${name}`);
	};
	const labels = () => page.evaluate(() => [...document.querySelectorAll('.dygraph-axis-label-x')].map((label) => label.textContent).join());

	await view.settled();
	const reached = [];
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press('Tab');
		const at = await focus();
		if ((reached.length > 0 && at.name === reached[0]) || (await page.evaluate(() => document.activeElement === document.body)))
			break;
		check(at.seen, `the focus is not seen at ${at.name}`);
		reached.push(at.name);
	}
	for (const name of ['key', 'value', 'range', 'second', 'form', 'averages', 'closer', 'wider', 'earlier', 'later', 'whole', 'The values as a table', 'BTC/USD', 'EUR/USD'])
		check(reached.includes(name), `the tabulator does not reach ${name}: ${reached}`);

	await page.evaluate(() => document.activeElement.blur());
	await go('key');
	await page.keyboard.press('E');
	await until(async () => await view.text('#title') === 'EUR/USD', 'the key that was chosen');
	await go('range');
	await page.keyboard.press('End');
	await until(() => page.evaluate(() => document.getElementById('range').value === '0'), 'the range that was chosen');
	await go('form');
	await page.keyboard.press('c');
	await until(async () => (await view.text('#lines')).includes('rises'), 'candles');
	await page.keyboard.press('ArrowUp');
	await until(async () => (await view.text('#lines')).includes('average of 60'), 'a line');
	await go('averages');
	await page.keyboard.press('Space');
	await until(async () => !(await view.text('#lines')).includes('average'), 'no averages');
	let before = await labels();
	for (const [button, what] of [['closer', 'zoomed in'], ['earlier', 'earlier'], ['later', 'later'], ['wider', 'zoomed out']]) {
		await go(button);
		await page.keyboard.press('Enter');
		await until(async () => await labels() !== before, what);
		before = await labels();
	}
	await go('closer');
	await page.keyboard.press('Space');
	await go('whole');
	await page.keyboard.press('Enter');
	await go('The values as a table');
	await page.keyboard.press('Enter');
	await until(async () => (await view.column('exchange_rate')).length > 10, 'the table');
	await page.keyboard.press('Tab');
	same((await focus()).region, true, 'the table can be moved by the keyboard');
	/* A key of the table of latest values. */
	await go('BTC/USD');
	await page.keyboard.press('Enter');
	await until(async () => await view.text('#title') === 'BTC/USD', 'the key of the table');
	await view.faults();
});
