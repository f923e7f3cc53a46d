/* axe finds nothing, the colour-blind tell colours apart: light, dark, narrow, stale. Pictures of all of them are kept. */
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

/* What eyes of a kind make of a colour in linear light (Machado, Oliveira and Fernandes, 2009). */
const eyes = {
	usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
	protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
	deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
};
const times = (matrix, color) => matrix.map((row) => row.reduce((sum, factor, i) => sum + factor * color[i], 0));
const toOklab = (color) => times([[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]],
	times([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]], color).map(Math.cbrt));

/* The colours that are seen side by side are not near each other: 0.02 of OKLab is the least that is seen at all. */
const tellApart = async (page, names) => {
	const colors = await page.evaluate((all) => all.map((name) => {
		const element = document.body.appendChild(document.createElement('i'));
		element.style.setProperty('color', `var(--${name})`);
		const [, ...parts] = /(\d+), (\d+), (\d+)/.exec(getComputedStyle(element).color);
		element.remove();
		return parts.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
	}), names);
	for (const [kind, matrix] of Object.entries(eyes)) {
		const seen = colors.map((color) => toOklab(times(matrix, color).map((part) => Math.max(0, Math.min(1, part)))));
		seen.forEach((a, i) => seen.slice(0, i).forEach((b, j) => {
			const far = Math.hypot(...a.map((part, k) => part - b[k]));
			check(far >= 0.1, `${names[i]} and ${names[j]} are near each other, ${kind}: ${far.toFixed(3)}`);
		}));
	}
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
		await tellApart(page, ['main', 'first', 'second', 'other', 'alert', 'ground']);
		await tellApart(page, ['rise', 'fall', 'alert', 'ground']);
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
