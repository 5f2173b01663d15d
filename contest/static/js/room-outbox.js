// What the juror did and the service has not confirmed yet. It is kept in this browser under a name that is hers
// alone, so that neither a lost connection nor a closed tab loses a mark; each act carries a key of its own, so that
// sending it again, from this tab or from another, never counts twice. What the service refuses for good stays as
// well, until she has read which mark it was.

const RETRY_MS = [1000, 2000, 5000, 10000, 20000];
const ANSWER_MS = 20000; // a connection that hangs is a lost one
const OVER = new Set(["judging.closed", "judging.late"]); // nothing is taken any more, whatever comes
const OTHERS_MS = 5000; // by then the tab that wrote an act has sent it, unless it was closed

export class Outbox extends EventTarget {
  isOver = false; // whether the service takes nothing any more
  #prefix;
  #token;
  #receipts;
  #acts = new Map(); // by their names in this browser's storage, which sort by time
  #count = 0;
  #sending = false;
  #failures = 0;
  #timer = null;

  // `receipts` is the address that tells what the service has written down under a key.
  constructor(name, token, receipts) {
    super();
    this.#prefix = `contest.judging.${name}.`;
    this.#token = token;
    this.#receipts = receipts;
    for (const key of Object.keys(localStorage).sort()) this.#read(key, localStorage.getItem(key));
    addEventListener("online", () => this.send());
    addEventListener("storage", ({ key, newValue }) => {
      if (!key?.startsWith(this.#prefix)) return;
      if (newValue === null) this.#acts.delete(key);
      else this.#read(key, newValue);
      this.#sendAfter(OTHERS_MS);
      this.#say("changed", {});
    });
  }

  // The acts on their way, oldest first.
  get acts() {
    return this.#sorted().filter((act) => !act.refused);
  }

  // The acts that were not taken and not yet read, each with the service's sentence as `refused`.
  get refused() {
    return this.#sorted().filter((act) => act.refused);
  }

  // The latest act about a work that is still on its way, or undefined.
  latest(handle) {
    return this.acts.findLast((act) => act.fields.handle === handle);
  }

  // Keep an act and send it. `memo` is for the page alone and stays here.
  put(address, fields, memo = {}) {
    const act = { address, fields: { ...fields, key: newKey() }, memo };
    const stamp = `${String(Date.now()).padStart(15, "0")}.${String(this.#count++).padStart(6, "0")}`;
    const name = `${this.#prefix}${stamp}.${act.fields.key}`;
    this.#acts.set(name, act);
    this.#store(name, act);
    this.send();
  }

  // The juror has read what was not taken.
  forgetRefused() {
    for (const [name, act] of this.#acts) if (act.refused) this.#drop(name);
  }

  async send() {
    if (this.#sending) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    try {
      for (let next = this.#first(); next !== undefined; next = this.#first()) {
        if (!(await this.#deliver(...next))) return;
      }
      this.#say("empty", {});
    } finally {
      this.#sending = false;
    }
  }

  // Tell whether the act is settled, by being saved or by being refused for good.
  async #deliver(name, act) {
    let response, answer;
    try {
      response = await fetch(act.address, {
        method: "POST",
        body: new URLSearchParams(Object.entries(act.fields)),
        headers: { Accept: "application/json", "X-CSRFToken": this.#token },
        keepalive: true,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      answer = await response.json();
    } catch {
      this.#later();
      return false;
    }
    if (response.ok) {
      this.#saved(name, act, answer);
      return true;
    }
    if (response.status >= 500 || response.status === 429) {
      this.#later();
      return false;
    }
    if (answer.code === "sign_in.first" || answer.code === "request.stale") {
      this.#say(answer.code === "sign_in.first" ? "signedout" : "stale", {});
      return false;
    }
    // The answer to an earlier try may have been lost, and the round closed since: look before alarming anybody.
    const kept = await this.#kept(act.fields.key);
    if (kept === undefined) {
      this.#later();
      return false;
    }
    if (kept !== null) {
      this.#saved(name, act, kept);
    } else {
      act.refused = answer.sentence;
      this.isOver ||= OVER.has(answer.code);
      this.#store(name, act);
      this.#say("refused", { act });
    }
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

  #saved(name, act, answer) {
    this.#failures = 0;
    this.#drop(name);
    this.#say("saved", { act, answer });
  }

  #later() {
    this.#sendAfter(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]);
    this.#failures += 1;
    this.#say("waiting", {});
  }

  #sendAfter(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.send(), pause);
  }

  #first() {
    return [...this.#acts].sort(byName).find(([, act]) => !act.refused);
  }

  #sorted() {
    return [...this.#acts].sort(byName).map(([, act]) => act);
  }

  #read(name, text) {
    if (!name.startsWith(this.#prefix)) return;
    try {
      this.#acts.set(name, JSON.parse(text));
    } catch {
      localStorage.removeItem(name); // half a line of a browser that was killed says nothing
    }
  }

  #store(name, act) {
    try {
      localStorage.setItem(name, JSON.stringify(act));
    } catch {
      this.#say("unkept", {}); // no room in this browser: it is in this tab's memory only
    }
  }

  #drop(name) {
    this.#acts.delete(name);
    localStorage.removeItem(name);
  }

  #say(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

function byName([one], [other]) {
  return one < other ? -1 : 1;
}

// 128 random bits; crypto.randomUUID is not there on plain http in a local network.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
