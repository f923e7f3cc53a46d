/* record: reads records, and the times in them, and writes what they hold as text. */
import { Decimal } from './decimal.js';

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/* No record can have a member of this name except by chance. */
const mark = `decimal ${Math.random()}`;

/* As JSON.parse, but numbers become decimals. */
export const parse = (text) => JSON.parse(
	text.replace(token, (found) => found[0] === '"' ? found : `{"${mark}":"${found}"}`),
	(name, value) => value !== null && typeof value === 'object' && mark in value ? new Decimal(value[mark]) : value);

const timeMembers = ['last_refreshed', 'start', 'at', 'time', 'timestamp'];
const stamp = /^(\d{4}-\d\d-\d\d)(?:([Tt ])(\d\d:\d\d(?::\d\d)?)(\.\d+)?)? ?([Zz]|[+-]\d\d:?\d\d)?$/;

/* The times that sort keys can have. */
const earliest = Date.parse('0000-01-01T00:00:00Z'), latest = Date.parse('9999-12-31T23:59:59.999Z');

/* Without a zone it is UTC, as for the server. */
const timeOfValue = (value) => {
	const number = value instanceof Decimal || /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;

	if (!Number.isNaN(number))
		return Math.abs(number) < 1e11 ? number * 1000 : number;
	if (typeof value !== 'string')
		return NaN;
	const parts = stamp.exec(value);
	/* Date.parse would find a year in "item-99". */
	if (parts === null)
		return NaN;
	return Date.parse(`${parts[1]}T${parts[3] ?? '00:00'}${parts[4] ?? ''}${(parts[5] ?? 'Z').toUpperCase()}`);
};

/* The time of a record, ms since 1970: its sort key, else a member that is usual; NaN: it has none. */
export const timeOf = (record, sort) => {
	for (const member of sort === null ? timeMembers : [sort, ...timeMembers]) {
		const time = record[member] === undefined ? NaN : timeOfValue(record[member]);

		if (time >= earliest && time <= latest)
			return time;
	}
	return NaN;
};

export const day = 86400000; /* ms */

/* So far in the future that it is no clock that is a little fast. */
export const isAhead = (ms) => ms > Date.now() + day;

/* A time as a sort key that looks like another one; null: that one is no time. */
export const sortKeyAt = (ms, like) => {
	const within = (time) => Math.max(earliest, Math.min(latest, time));
	if (like instanceof Decimal)
		return String(Math.floor(within(ms) / (Math.abs(Number(like)) < 1e11 ? 1000 : 1)));
	const parts = typeof like === 'string' ? stamp.exec(like) : null;
	if (parts === null)
		return null;
	const zone = /^([+-])(\d\d):?(\d\d)$/.exec(parts[5] ?? '');
	const offset = zone === null ? 0 : (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) * 60000;
	const iso = new Date(Math.floor(within(ms + offset) / 1000) * 1000).toISOString();
	if (parts[3] === undefined)
		return iso.slice(0, 10);
	return iso.slice(0, 10) + parts[2] + iso.slice(11, 11 + parts[3].length) +
		(parts[4] ?? '').replace(/\d/g, '0') + (parts[5] ?? '');
};

/* The members that can be drawn. */
export const numbersOf = (record, about) => Object.keys(record).filter((name) => record[name] instanceof Decimal &&
	name !== about.partition && name !== about.sort && !timeMembers.includes(name) && !name.startsWith('_'));

/* Times in the zone of the browser, with 24 hours as at the chart; '' for NaN. */
const format = (styles) => {
	const made = new Intl.DateTimeFormat(undefined, { ...styles, hourCycle: 'h23' });
	return (ms) => Number.isNaN(ms) ? '' : made.format(ms);
};
export const local = format({ dateStyle: 'medium', timeStyle: 'medium' });
export const clock = format({ timeStyle: 'medium' });
export const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
export const utc = (ms) => Number.isNaN(ms) ? '' : new Date(ms).toISOString().replace('.000', '');
export const localAndUtc = (ms) => Number.isNaN(ms) ? '' : `${local(ms)}; ${utc(ms)}`;

const units = [['s', 1, 120], ['min', 60, 120], ['h', 3600, 48], ['days', 86400, 730], ['years', 365.25 * 86400, Infinity]];

/* As "64 s", and what follows; "3 h ahead" for what is later than the clock of the browser; '' for NaN. */
export const age = (ms, past = '') => {
	if (Number.isNaN(ms))
		return '';
	const seconds = (Date.now() - ms) / 1000;
	const [name, unit] = units.find(([, length, most]) => Math.abs(seconds) < length * most);
	const count = Math.round(Math.abs(seconds) / unit);
	return seconds < -60 ? `${count} ${name} ahead` : `${seconds < 0 ? 0 : count} ${name}${past}`;
};

/* A member as text. */
export const textOf = (value) => value === undefined ? '' :
	value instanceof Decimal || typeof value === 'string' ? String(value) :
		JSON.stringify(value, (name, part) => part instanceof Decimal ? part.text : part);

/* The beginning of a long text. */
export const shorten = (text, most = 60) => text.length <= most ? text : `${[...text.slice(0, 2 * most)].slice(0, most).join('')}…`;

/* A text as part of another one: short, and the direction that it is written in is its own. */
export const inside = (text) => /^[ -~]*$/.test(text) ? shorten(text) : `\u2068${shorten(text)}\u2069`;

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
