/* axe finds nothing: light, dark, narrow, stale. Pictures of all of them are kept. */
'use strict';
const fs = require('fs');
const { check, open, same, test, until } = require('./browser.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const stale = process.argv[2] === 'stale';
const kinds = stale ? { stale: {} } : {
	light: {},
	dark: { colorScheme: 'dark' },
	narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
};

test(async (browser) => {
	for (const [name, options] of Object.entries(kinds)) {
		const view = await open(browser, options);
		const { page } = view;

		await view.settled();
		if (stale) {
			await until(async () => (await view.text('#state')).startsWith('Stale'), 'that it is stale');
			check(/newest record is .* old, and 5m is allowed/.test(await view.text('#trouble')), `what is wrong: ${await view.text('#trouble')}`);
		}
		await view.drawn('average of 60');
		await view.shot(name);
		await view.openTable();
		await page.selectOption('#form', 'candles');
		await view.drawn('rises');
		await view.shot(`${name}-candles`);
		/* The policy of the page is for what it loads, not for what looks at it. */
		await page.evaluate(axe);
		const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
		same(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], `what axe finds, ${name}`);
		const { wide, most } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, most: innerWidth }));
		check(wide <= most, `the page is wider than the window, ${name}: ${wide} of ${most}`);
		await view.faults();
		await view.context.close();
	}
});
