// How long a work was on the screen: only while the page is visible, from when its pictures are shown.

const MOST_MS = 3600000;

export class Watch {
  #spent = new Map(); // handle -> milliseconds before now
  #handle = null;
  #since = null;

  constructor() {
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop() : this.#go()));
  }

  // Another work is on the screen from now on; null for none.
  look(handle) {
    this.#stop();
    this.#handle = handle;
    if (!document.hidden) this.#go();
  }

  // Give the milliseconds that a work was seen since it was last asked for, and start anew.
  take(handle) {
    if (handle === this.#handle) this.#stop();
    const spent = Math.min(Math.round(this.#spent.get(handle) ?? 0), MOST_MS);
    this.#spent.delete(handle);
    if (handle === this.#handle && !document.hidden) this.#go();
    return spent;
  }

  #go() {
    this.#since = performance.now();
  }

  #stop() {
    if (this.#since === null || this.#handle === null) return;
    this.#spent.set(this.#handle, (this.#spent.get(this.#handle) ?? 0) + performance.now() - this.#since);
    this.#since = null;
  }
}
