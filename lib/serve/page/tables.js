/* tables: shows items and alerts as tables. Texts of records are never markup; long ones are cut by the style, and whole in the title. */
import { Decimal } from './decimal.js';
import { age, local, localAndUtc, textOf, timeOf, utc } from './record.js';

const most = 500; /* rows */

export const make = (name, text, kind = '', title = '') => {
	const made = document.createElement(name);

	made.textContent = text;
	if (kind !== '')
		made.className = kind;
	if (title !== '')
		made.title = title;
	return made;
};

/* Only what has changed, so that neither the focus nor a screen reader is disturbed. */
export const setText = (element, text, title = '') => {
	if (element.textContent !== text)
		element.textContent = text;
	if (element.title !== title)
		element.title = title;
};

/* entries: [{at, item}], the newest last. Returns how many of them are shown. */
export const showValues = (table, entries, sort) => {
	const shown = entries.slice(-most).reverse();
	const columns = shown.length > 0 ? Object.keys(shown[0].item) : [];
	const rows = shown.map(({ at, item }) => {
		const row = document.createElement('tr');

		for (const name of columns) {
			const isTime = sort !== null ? name === sort : name === 'last_refreshed', text = textOf(item[name]);
			row.append(make('td', text, item[name] instanceof Decimal ? 'number' : '', isTime ? localAndUtc(at) : text.length > 30 ? text : ''));
		}
		return row;
	});

	table.tHead.rows[0].replaceChildren(...columns.map((name) => {
		const head = make('th', name, shown[0].item[name] instanceof Decimal ? 'number' : '');
		head.scope = 'col';
		return head;
	}));
	table.tBodies[0].replaceChildren(...rows);
	return shown.length;
};

/* change: null, or {text, title, kind}. */
export const setChange = (element, change) => {
	setText(element, change?.text ?? '', change?.title ?? '');
	element.className = `number ${change?.kind ?? ''}`;
};

/* The newest item of each key: rows stay, and are changed. */
export class LatestTable {
	static most = most;

	constructor(table, choose) {
		this.body = table.tBodies[0];
		this.choose = choose;
		this.rows = new Map();
	}

	row(key) {
		let row = this.rows.get(key);

		if (row !== undefined)
			return row;
		row = document.createElement('tr');
		const head = document.createElement('th'), button = make('button', key, 'key', key);
		head.scope = 'row';
		button.type = 'button';
		button.addEventListener('click', () => this.choose(key));
		head.append(button);
		row.append(head, ...['number', 'number', '', ''].map((kind) => make('td', '', kind)));
		row.key = key;
		this.body.insertBefore(row, [...this.body.rows].find((other) => other.key > key) ?? null);
		this.rows.set(key, row);
		return row;
	}

	/* list: [{key, value, at, change}] */
	show(list) {
		for (const { key, value, at, change } of list.slice(0, most)) {
			const [, value_cell, change_cell, time, old] = this.row(key).cells;

			setText(value_cell, textOf(value));
			setChange(change_cell, change);
			setText(time, local(at), utc(at));
			setText(old, age(at));
		}
	}
}

/* The newest first. */
export const showAlerts = (table, alerts) => {
	table.tBodies[0].replaceChildren(...alerts.slice(-100).reverse().map((alert) => {
		const row = document.createElement('tr'), at = timeOf(alert, null), text = textOf(alert.text ?? alert.alert);

		row.append(make('td', local(at), '', utc(at)), document.createElement('td'));
		row.cells[1].append(make('span', text, 'cut', text));
		return row;
	}));
};
