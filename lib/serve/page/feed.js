/*
 * feed: follows server-sent events. EventSource hides the status, the id of the last event and the
 * comments that show that a connection is alive, so it is not used.
 */

const silence = 40000; /* ms: the server sends something every 15 s */
const longest = 10000; /* ms between two attempts */

/*
 * path: "v1/stream". oldest: begin with the oldest record. events(list) gets [{type, data}],
 * state({connected, status}) each change; status: of the answer; 0: there was none.
 */
export class Feed {
	constructor({ path, oldest, events, state }) {
		Object.assign(this, { path, oldest, events, state });
		this.id = null;
		this.connected = false;
		this.run();
	}

	/* Tries at once if it waits, or if nothing has come for so long that the connection may be dead. */
	wake() {
		if (this.connected && Date.now() - this.seen > silence / 2)
			this.abort?.abort();
		this.skip?.();
	}

	lose() { this.abort?.abort(); }

	async run() {
		for (let pause = 500; ; pause = Math.min(longest, pause * 2)) {
			try {
				await this.connect();
			} catch { /* the connection is lost; status says more if there is one */ }
			if (this.connected)
				pause = 500;
			if (this.connected || this.status !== this.said) {
				this.connected = false;
				this.said = this.status;
				this.state({ connected: false, status: this.status });
			}
			await new Promise((resolve) => {
				this.skip = resolve;
				setTimeout(resolve, pause * (0.75 + Math.random() / 2));
			});
		}
	}

	async connect() {
		const headers = { Accept: 'text/event-stream' };
		const abort = this.abort = new AbortController();

		this.status = 0;
		if (this.id !== null)
			headers['Last-Event-ID'] = this.id;
		const reply = await fetch(this.id === null && this.oldest ? `${this.path}?after=` : this.path,
			{ headers, signal: abort.signal, cache: 'no-store' });
		if (!reply.ok) {
			this.status = reply.status;
			/* The place to continue from is of another stream: it begins as at first. */
			if (reply.status === 400)
				this.id = null;
			return;
		}
		this.connected = true;
		this.said = undefined;
		this.seen = Date.now();
		this.state({ connected: true, status: reply.status });
		const watch = setInterval(() => {
			if (Date.now() - this.seen > silence)
				abort.abort();
		}, 5000);
		try {
			await this.read(reply.body.getReader());
		} finally {
			clearInterval(watch);
		}
	}

	async read(reader) {
		const decoder = new TextDecoder();
		let rest = '', event = { type: 'message', data: [] };

		for (;;) {
			const { done, value } = await reader.read();
			const list = [];

			if (done)
				return;
			this.seen = Date.now();
			const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
			rest = lines.pop();
			for (const line of lines) {
				if (line === '') {
					if (event.data.length > 0)
						list.push({ type: event.type, data: event.data.join('\n') });
					if (event.id !== undefined)
						this.id = event.id === '' ? null : event.id;
					event = { type: 'message', data: [] };
				} else if (line.startsWith('data: ')) {
					event.data.push(line.slice(6));
				} else if (line.startsWith('event: ')) {
					event.type = line.slice(7);
				} else if (line.startsWith('id: ')) {
					event.id = line.slice(4);
				}
			}
			if (list.length > 0)
				this.events(list);
		}
	}
}
