/* decimal: numbers with the digits that they were sent with; JavaScript's would round them. */

export class Decimal {
	constructor(text) { this.text = text; }
	toString() { return this.text; }
	valueOf() { return Number(this.text); }
}

const longest = 1000; /* digits that are computed with */

/* Two decimals as whole numbers of one unit: [a, b, places], a unit is 10 ** -places; null: they are too long. */
const aligned = (...decimals) => {
	const parts = decimals.map(({ text }) => {
		const [, whole, fraction = '', exponent = '0'] = /^(-?\d+)(?:\.(\d+))?(?:[eE](.+))?$/.exec(text);
		return { digits: whole + fraction, places: fraction.length - Number(exponent) };
	});
	const places = Math.max(0, ...parts.map((part) => part.places));

	if (parts.some((part) => part.digits.length + places - part.places > longest))
		return null;
	return [...parts.map((part) => BigInt(part.digits + '0'.repeat(places - part.places))), places];
};

/* Less than 0, 0, or more than 0, as for sort. */
export const compare = (a, b) => {
	if (Number(a) !== Number(b))
		return Number(a) - Number(b);
	const [left, right] = aligned(a, b) ?? [0n, 0n];
	return left < right ? -1 : left > right ? 1 : 0;
};

const sizeOf = (number) => number < 0n ? -number : number;
const written = (number, places) => {
	const digits = String(number).padStart(places + 1, '0');
	return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

/* {sign, size, percent}: percent is rounded; null: there is no share of 0, or they are too long. */
export const difference = (before, now) => {
	const [from, to, places] = aligned(before, now) ?? [0n, 0n, 0];

	if (from === 0n)
		return null;
	const base = sizeOf(from), size = sizeOf(to - from);
	const digits = size !== 0n && size * 1000n < base ? 4 : 2;
	const units = (2n * size * 10n ** BigInt(digits + 2) + base) / (2n * base);
	let percent = written(units, digits);

	if (units === 0n && size !== 0n)
		percent = 'under 0.0001';
	else if (units > 10n ** 8n)
		percent = 'over 1000000';
	return { sign: to > from ? 1 : to < from ? -1 : 0, size: written(size, places), percent };
};
