/* 50,000 values: thinned out, said so, fluent, and with more detail where it is zoomed in. */
'use strict';
const { check, open, slow, test, until } = require('./browser.js');

test(async (browser) => {
	const view = await open(browser);
	const { page } = view;

	await view.settled();
	await page.evaluate(() => {
		globalThis.longest = 0;
		new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => { globalThis.longest = Math.max(globalThis.longest, duration); }))
			.observe({ type: 'longtask' });
	});
	await page.selectOption('#range', '0');
	await until(async () => /Thinned out from 50000: for each pixel the lowest and the highest/.test(await view.text('#said')), 'that it is thinned out');
	check(/lowest 1\.00000000, highest 99999\.99999999\./.test(await view.text('#said')), `the extremes stay: ${await view.text('#said')}`);
	check((await view.text('#said')).includes('Left out: 2 values with times far from the others'), `what is left out: ${await view.text('#said')}`);
	const count = async () => Number(/^(\d+) values/.exec(await view.text('#said'))[1]);
	const all = await count();
	check(all > 1000 && all <= 2 * 2400 + 2, `how many values are drawn: ${all}`);
	await page.click('#closer');
	await page.click('#closer');
	await page.click('#closer');
	await page.click('#closer');
	await until(async () => await count() > all + 1000, 'the details of what is zoomed into');
	await page.click('#earlier');
	await page.click('#whole');
	const longest = await page.evaluate(() => globalThis.longest);
	check(longest < 1000 * slow, `the page stood still for ${longest} ms`);
	console.log(`longest task: ${longest} ms`);
	await view.faults();
});
