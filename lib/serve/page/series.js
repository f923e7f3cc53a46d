/*
 * series: the items of one key: those of a range, thinned out by the server; those of the part that
 * is zoomed into, with more detail; and those that came since.
 */
import { Decimal, compare } from './decimal.js';
import { day, get, isAhead, sortKeyAt, textOf, timeOf } from './record.js';

const few = 4000; /* items that are drawn as they are */
const most = 5000; /* items that came since, before the range is read again */
const kept = 50000; /* items that came, if there is no table */
const overlap = 60000; /* ms that the end of the range is read again, for what came late */

/* The items of a series by time: [{at, item}]; those without a time are left out. */
const byTime = (items, sort) => items.map((item) => ({ at: timeOf(item, sort), item }))
	.filter(({ at }) => !Number.isNaN(at)).sort((a, b) => a.at - b.at);

/*
 * [from, to]: the times of all entries but a few that are so far from the others that a picture of
 * all would show nothing else, such as those of a clock that was not set.
 */
export const mainTimes = (entries) => {
	const third = Math.floor(entries.length / 3);
	let first = third, last = entries.length - 1 - third;

	if (entries.length === 0)
		return [-Infinity, Infinity];
	const far = Math.max(366 * day, 10 * (entries[last].at - entries[first].at));
	while (first > 0 && entries[first].at - entries[first - 1].at <= far)
		first--;
	while (last < entries.length - 1 && entries[last + 1].at - entries[last].at <= far)
		last++;
	return [entries[first].at, entries[last].at];
};

export class Series {
	constructor(about, key) {
		this.about = about;
		this.key = key;
		this.read = new Map(); /* by sort key: the items of the range, … */
		this.detail = new Map(); /* … of the part that is zoomed into … */
		this.live = new Map(); /* … and those that came since */
		this.thinned = 0;
		this.turn = 0; /* of loading: what an earlier one got is dropped */
		this.end = 0; /* the time of the newest item that the table gave, unless it is far ahead */
		this.entries = null;
		this.loaded = false;
		this.failure = null; /* why the range could not be read, the last time */
	}

	name(item) {
		return this.about.sort !== null && item[this.about.sort] !== undefined
			? textOf(item[this.about.sort]) : String(timeOf(item, this.about.sort));
	}

	put(map, items) {
		for (const item of items)
			map.set(this.name(item), item);
		this.entries = null;
	}

	/* Of the stream. True: there are many, and the range should be read again. */
	add(items) {
		this.put(this.live, items);
		if (this.about.table === null && this.live.size > kept)
			[...this.live.keys()].slice(0, kept / 10).forEach((name) => this.live.delete(name));
		return this.about.table !== null && this.live.size > most;
	}

	/* [{at, item}] by time. */
	list() {
		this.entries ??= byTime([...new Map([...this.read, ...this.detail, ...this.live]).values()], this.about.sort);
		return this.entries;
	}

	endOf(items) {
		return items.map((item) => timeOf(item, this.about.sort)).filter((at) => !isAhead(at))
			.reduce((end, at) => Math.max(end, at || 0), 0);
	}

	/* The times that a picture of all items shows, and the items that are far from them. */
	async allTimes() {
		const [oldest, newest] = await Promise.all(['asc', 'desc'].map((order) =>
			get(`v1/items?${new URLSearchParams({ key: this.key, limit: '100', order })}`)));
		const ends = byTime([...newest.items, ...oldest.items], this.about.sort), [from, to] = mainTimes(ends);
		return { from, to, far: ends.filter(({ at }) => at < from || at > to).map(({ item }) => item) };
	}

	/* All items, or, of many, those that a picture needs. from, to: times, or null. */
	async query(member, points, from, to) {
		const query = new URLSearchParams({ key: this.key, limit: String(few) });
		const bound = (name, ms) => {
			const text = ms === null ? null : sortKeyAt(ms, this.like);
			if (text !== null)
				query.set(name, text);
		};

		bound('from', from);
		/* Sort keys are made without parts of a second. */
		bound('to', to === null ? null : to + 1000);
		/* Without a time as sort key, or a number, only the last ones can be shown. */
		const last = member === '' || (this.like !== undefined && sortKeyAt(0, this.like) === null);
		if (last)
			query.set('order', 'desc');
		if (last || this.thinned < 2 * few) {
			const got = await get(`v1/items?${query}`);
			if (got.next === undefined || last)
				return got;
		}
		const { far, ...times } = from === null ? await this.allTimes() : { from, to, far: [] };
		bound('from', times.from);
		bound('to', times.to + 1000);
		query.set('points', String(Math.max(100, Math.min(10000, Math.round(points)))));
		query.set('value', member);
		const got = await get(`v1/items?${query}`);
		return { ...got, items: [...got.items, ...far] };
	}

	/* Reads a range from a time to another, or all (null). like: a sort key of the table. False: overtaken. */
	async load(member, points, [from, to], like) {
		const turn = ++this.turn, before = new Set(this.live.keys());

		this.like = like;
		if (this.about.table === null) {
			this.loaded = true;
			return true;
		}
		const got = await this.query(member, points, from, to);
		if (turn !== this.turn)
			return false;
		this.loaded = true;
		this.read.clear();
		this.detail.clear();
		this.put(this.read, got.items);
		this.thinned = got.thinned === undefined ? 0 : Number(got.thinned);
		this.end = this.endOf(got.items);
		/* What came stays if the table may not have it yet. */
		for (const [name, item] of this.live) {
			if (before.has(name) && timeOf(item, this.about.sort) < this.end - overlap)
				this.live.delete(name);
		}
		this.entries = null;
		return true;
	}

	/* Reads a part of a range that was thinned out. False: there is nothing to gain. */
	async zoom(member, points, from, to) {
		const turn = this.turn;

		if (this.about.table === null || this.thinned === 0 || member === '')
			return false;
		const got = await this.query(member, points, from, to);
		if (turn !== this.turn)
			return false;
		this.detail.clear();
		this.put(this.detail, got.items);
		return true;
	}

	/* Reads the end again: what the table has and no event brought. True: as for add, or the range was not read. */
	async catchUp() {
		/* What is asked for in vain may cost something. */
		if (this.failure !== null)
			return (this.failure.status ?? 503) >= 429;
		const turn = this.turn, from = sortKeyAt(this.end - overlap, this.like);

		if (this.about.table === null || this.end === 0 || from === null)
			return false;
		for (let cursor = null; ;) {
			const query = new URLSearchParams({ key: this.key, limit: '10000', from });
			if (cursor !== null)
				query.set('cursor', cursor);
			const got = await get(`v1/items?${query}`);
			if (turn !== this.turn)
				return false;
			this.end = Math.max(this.end, this.endOf(got.items));
			if (this.add(got.items))
				return true;
			cursor = got.next;
			if (cursor === undefined)
				return false;
		}
	}
}

const itemOf = async (query) => (await get(`v1/items?${new URLSearchParams({ ...query, limit: '1' })}`)).items[0];

/* The newest item that is not later; undefined: there is none. */
export const itemAt = async (key, at, like) => {
	const to = sortKeyAt(at, like);
	return to === null ? undefined : itemOf({ key, to, order: 'desc' });
};

/* What a value is compared with: the item of a day before, or the first one; undefined: there is none. */
export const baseOf = async (key, at, like) => await itemAt(key, at - day, like) ?? itemOf({ key });

/* The average of the last count numbers, each; null before there are so many. A running sum would keep the rounding of great ones. */
export const average = (numbers, count) => numbers.map((number, i) => {
	let sum = 0;

	if (i < count - 1)
		return null;
	for (let j = i - count + 1; j <= i; j++)
		sum += numbers[j] / count;
	return sum;
});

const steps = [1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 604800].map((seconds) => seconds * 1000);

/* [at, open, high, low, close], decimals: the items' own, or those of up to most parts of the time. */
export const candlesOf = (entries, member, most) => {
	const own = entries.filter(({ item }) => ['open', 'high', 'low', 'close'].every((name) => item[name] instanceof Decimal));
	const made = new Map();

	if (own.length > 0)
		return own.map(({ at, item }) => [at, ...['open', 'high', 'low', 'close'].map((name) => item[name])]);
	if (entries.length === 0)
		return [];
	const span = entries.at(-1).at - entries[0].at;
	/* One item makes no candle. */
	const step = steps.find((ms) => span / ms <= Math.min(most, entries.length / 4)) ?? steps.at(-1);
	for (const { at, item } of entries) {
		const value = item[member], start = Math.floor(at / step) * step;
		const candle = made.get(start);

		if (candle === undefined) {
			made.set(start, [start, value, value, value, value]);
			continue;
		}
		if (compare(value, candle[2]) > 0)
			candle[2] = value;
		if (compare(value, candle[3]) < 0)
			candle[3] = value;
		candle[4] = value;
	}
	return [...made.values()];
};
