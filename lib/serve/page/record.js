/* record: reads records with the digits that they were sent with, and the times in them. */

/* A decimal with its digits: JavaScript's numbers would round them. */
export class Decimal {
	constructor(text) { this.text = text; }
	toString() { return this.text; }
	valueOf() { return Number(this.text); }
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/* No record can have a member of this name except by chance. */
const mark = `decimal ${Math.random()}`;

/* As JSON.parse, but numbers become decimals. */
export const parse = (text) => JSON.parse(
	text.replace(token, (found) => found[0] === '"' ? found : `{"${mark}":"${found}"}`),
	(name, value) => value !== null && typeof value === 'object' && mark in value ? new Decimal(value[mark]) : value);

const timeMembers = ['last_refreshed', 'start', 'at', 'time', 'timestamp'];
const stamp = /^(\d{4}-\d\d-\d\d)(?:([Tt ])(\d\d:\d\d(?::\d\d)?)(\.\d+)?)? ?([Zz]|[+-]\d\d:?\d\d)?$/;

/* A time of a record, ms since 1970; NaN: it is none. Without a zone it is UTC, as for the server. */
export const timeOfValue = (value) => {
	const number = value instanceof Decimal || /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;

	if (!Number.isNaN(number))
		return number < 1e11 ? number * 1000 : number;
	if (typeof value !== 'string')
		return NaN;
	const parts = stamp.exec(value);
	/* Date.parse would find a year in "item-99". */
	if (parts === null)
		return NaN;
	return Date.parse(`${parts[1]}T${parts[3] ?? '00:00'}${parts[4] ?? ''}${(parts[5] ?? 'Z').toUpperCase()}`);
};

/* The time of a record: its sort key, else a member that is usual. */
export const timeOf = (record, sort) => {
	for (const member of sort === null ? timeMembers : [sort, ...timeMembers]) {
		const time = record[member] === undefined ? NaN : timeOfValue(record[member]);

		if (!Number.isNaN(time))
			return time;
	}
	return NaN;
};

/* A time as a sort key that looks like another one; null: that one is no time. */
export const sortKeyAt = (ms, like) => {
	if (like instanceof Decimal)
		return String(Math.floor(Number(like) < 1e11 ? ms / 1000 : ms));
	const parts = typeof like === 'string' ? stamp.exec(like) : null;
	if (parts === null)
		return null;
	const zone = /^([+-])(\d\d):?(\d\d)$/.exec(parts[5] ?? '');
	const offset = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60000;
	const iso = new Date(Math.floor((ms + offset) / 1000) * 1000).toISOString();
	if (parts[3] === undefined)
		return iso.slice(0, 10);
	return iso.slice(0, 10) + parts[2] + iso.slice(11, 11 + parts[3].length) +
		(parts[4] ?? '').replace(/\d/g, '0') + (parts[5] ?? '');
};

/* The members that can be drawn. */
export const numbersOf = (record, about) => Object.keys(record).filter((name) => record[name] instanceof Decimal &&
	name !== about.partition && name !== about.sort && !timeMembers.includes(name) && !name.startsWith('_'));

export const local = (ms) => new Date(ms).toLocaleString();
export const utc = (ms) => Number.isNaN(ms) ? '' : new Date(ms).toISOString().replace('.000', '');
export const age = (ms) => {
	const seconds = Math.max(0, Math.round((Date.now() - ms) / 1000));

	if (seconds < 120)
		return `${seconds} s`;
	if (seconds < 7200)
		return `${Math.round(seconds / 60)} min`;
	return seconds < 172800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86400)} days`;
};

/* A member as text. */
export const textOf = (value) => value === undefined ? '' :
	value instanceof Decimal || typeof value === 'string' ? String(value) :
		JSON.stringify(value, (name, part) => part instanceof Decimal ? part.text : part);

/* What the server answers; throws what went wrong, with the status. */
export const get = async (path) => {
	const reply = await fetch(path, { headers: { Accept: 'application/json' } });
	const text = await reply.text();

	if (reply.ok)
		return parse(text);
	const error = new Error(`status ${reply.status}`);
	error.status = reply.status;
	try {
		error.message = parse(text).detail ?? error.message;
	} catch { /* no problem in JSON: the status says enough */ }
	throw error;
};
