// What the juror did and the service has not confirmed yet. It is kept in this browser under a name that is hers
// alone, so that neither a lost connection nor a closed tab loses a mark; each act carries a key of its own, so that
// sending it again never counts twice.

const RETRY_MS = [1000, 2000, 5000, 10000, 20000];

export class Outbox extends EventTarget {
  #name;
  #acts;
  #token;
  #sending = false;
  #failures = 0;
  #timer = null;

  constructor(name, token) {
    super();
    this.#name = `contest.judging.${name}`;
    this.#token = token;
    this.#acts = JSON.parse(localStorage.getItem(this.#name) ?? "[]");
    addEventListener("online", () => this.send());
  }

  get waiting() {
    return this.#acts.length;
  }

  // The mark that a work has once everything is sent, or undefined where nothing about it waits.
  mark(handle) {
    const act = this.#acts.findLast((one) => one.handle === handle);
    return act === undefined ? undefined : act.score;
  }

  has(handle) {
    return this.#acts.some((act) => act.handle === handle);
  }

  put(address, fields) {
    const act = { address, key: newKey(), ...fields };
    this.#acts.push(act);
    this.#keep();
    this.send();
    return act;
  }

  async send() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    try {
      while (this.#acts.length > 0) {
        const act = this.#acts[0];
        if (!(await this.#deliver(act))) return;
        this.#acts.shift();
        this.#keep();
      }
      this.#say("empty", {});
    } finally {
      this.#sending = false;
    }
  }

  // Tell whether the act is settled, by being saved or by being refused for good.
  async #deliver(act) {
    const { address, ...fields } = act;
    let response, answer;
    try {
      response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined)),
        headers: { Accept: "application/json", "X-CSRFToken": this.#token },
      });
      answer = await response.json();
    } catch {
      this.#later();
      return false;
    }
    if (response.ok) {
      this.#failures = 0;
      this.#say("saved", { act, answer });
      return true;
    }
    if (response.status >= 500 || response.status === 429) {
      this.#later();
      return false;
    }
    if (answer.code === "sign_in.first" || answer.code === "request.stale") {
      this.#say(answer.code === "sign_in.first" ? "signedout" : "stale", { act, answer });
      return false;
    }
    this.#say("refused", { act, answer });
    return true;
  }

  #later() {
    const pause = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.send(), pause);
    this.#say("waiting", {});
  }

  #keep() {
    if (this.#acts.length > 0) localStorage.setItem(this.#name, JSON.stringify(this.#acts));
    else localStorage.removeItem(this.#name);
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// 128 random bits; crypto.randomUUID is not there on plain http in a local network.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
