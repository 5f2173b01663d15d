// What the juror did and the service has not confirmed yet. It is kept in this browser under a name that is hers
// alone, so that neither a lost connection nor a closed tab loses a mark; each act carries a key of its own, so that
// sending it again never counts twice.

const RETRY_MS = [1000, 2000, 5000, 10000, 20000];

export class Outbox extends EventTarget {
  #name;
  #acts;
  #token;
  #receipts;
  #count = 0;
  #sending = false;
  #failures = 0;
  #timer = null;

  // `receipts` is the address that tells what the service has written down under a key.
  constructor(name, token, receipts) {
    super();
    this.#name = `contest.judging.${name}.`;
    this.#token = token;
    this.#receipts = receipts;
    this.#acts = Object.keys(localStorage)
      .filter((name) => name.startsWith(this.#name))
      .sort()
      .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));
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
    // Each under a name of its own, which sorts by time: two tabs of the same juror cannot write over each other's.
    const name = `${this.#name}${String(Date.now()).padStart(15, "0")}.${String(this.#count++).padStart(6, "0")}.${act.key}`;
    localStorage.setItem(name, JSON.stringify(act));
    this.#acts.push({ name, ...act });
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
        localStorage.removeItem(act.name);
      }
      this.#say("empty", {});
    } finally {
      this.#sending = false;
    }
  }

  // Tell whether the act is settled, by being saved or by being refused for good.
  async #deliver(act) {
    const { name, address, ...fields } = act;
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
    // The answer to an earlier try may have been lost, and the round closed since: look before alarming anybody.
    const kept = await this.#kept(act.key);
    if (kept === undefined) {
      this.#later();
      return false;
    }
    if (kept === null) this.#say("refused", { act, answer });
    else this.#say("saved", { act, answer: kept });
    return true;
  }

  // Give what is written down under a key, null where nothing is, undefined while nobody can tell.
  async #kept(key) {
    try {
      const response = await fetch(`${this.#receipts}?key=${key}`, { headers: { Accept: "application/json" } });
      if (response.status === 404) return null;
      return response.ok ? await response.json() : undefined;
    } catch {
      return undefined;
    }
  }

  #later() {
    const pause = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    this.#timer = setTimeout(() => this.send(), pause);
    this.#say("waiting", {});
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// 128 random bits; crypto.randomUUID is not there on plain http in a local network.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
