// A small world for the live client: a clock that is moved by hand and a server that is scripted.

export class World {
  constructor() {
    this.time = 1_000_000;
    this.timers = new Map();
    this.requests = [];
    this.answers = [];
    this.wakeUps = new EventTarget();
    this.serial = 0;
  }

  /** What follow() takes as its world. */
  get parts() {
    return {
      now: () => this.time,
      setTimeout: (run, ms) => {
        this.timers.set(++this.serial, { at: this.time + ms, run });
        return this.serial;
      },
      clearTimeout: (timer) => this.timers.delete(timer),
      random: () => 0.5,
      fetch: (url, options) => this.fetch(url, options),
      wakeUps: this.wakeUps,
      locks: null,
      pollUrl: null,
    };
  }

  async fetch(url, options) {
    const answer = this.answers.shift() ?? { refuse: "network" };
    const request = { url, options, at: this.time };
    this.requests.push(request);
    if (answer.refuse) throw new TypeError(answer.refuse);
    if (answer instanceof Response) return answer;
    return answer.open(options.signal);
  }

  /** Queue a stream as the next answer, and return the hand that writes to it. */
  nextStream() {
    const text = new TextEncoder();
    let controller;
    const body = new ReadableStream({ start: (made) => (controller = made) });
    const hand = {
      open(signal) {
        signal.addEventListener("abort", () => {
          hand.aborted = true;
          try {
            controller.error(new DOMException("aborted", "AbortError"));
          } catch {
            // The other side was quicker.
          }
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
      aborted: false,
      send: (type, message) => hand.write(`event: ${type}\ndata: ${JSON.stringify(message)}\n\n`),
      ping: () => hand.write(": ping\n\n"),
      write(words) {
        controller.enqueue(text.encode(words));
        return settled();
      },
      end() {
        controller.close();
        return settled();
      },
    };
    this.answers.push(hand);
    return hand;
  }

  /** Let time pass, and run what falls due on the way. */
  async pass(ms) {
    const until = this.time + ms;
    await settled();
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= until).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].run();
      await settled();
    }
    this.time = until;
    await settled();
  }
}

/** Let everything that is promised happen. */
export async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
