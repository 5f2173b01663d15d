// What the juror sees of her own work: progress, the time left, her marks as bars, and when it is time for a break.
// It shows what the service last said with the acts that are still on their way added, so that an act that is refused
// simply drops out again.

import { remember } from "./room-page.js";

const PACE_ACTS = 20;
const PAUSE_MS = 60000; // a longer pause is no part of the pace
const REST_MS = 600000; // after such a pause a new session begins
const SESSION_WORKS = 200;

export class Mirror {
  #outbox;
  #words;
  #told = { scored: 0, total: 0, recused: 0, counts: {} };
  #moments = [];
  #session;
  #sessionName;
  #sessionMs;

  constructor(outbox, words, { name, sessionMinutes }) {
    this.#outbox = outbox;
    this.#words = words;
    this.#sessionName = `contest.session.${name}`;
    this.#sessionMs = sessionMinutes * 60000;
    this.#session = JSON.parse(localStorage.getItem(this.#sessionName) ?? "null") ?? newSession();
  }

  // Start again from what the service says: {scored, total, recused, counts: {mark: how often}}.
  tell(told) {
    this.#told = told;
    this.show();
  }

  get isDone() {
    const { scored, total } = this.#now();
    return scored >= total;
  }

  // An act is written down.
  fold({ fields, memo }, answer) {
    const { counts } = this.#told;
    this.#told.scored = answer.scored ?? this.#told.scored;
    if (!memo.counts) return;
    if (memo.before !== null) counts[memo.before] -= 1;
    if (answer.score !== null) counts[answer.score] = (counts[answer.score] ?? 0) + 1;
    if ("reason" in fields) {
      this.#told.total -= 1;
      this.#told.recused += 1;
    }
  }

  // Count an act for pace and session; tell whether a break is due.
  count() {
    const now = Date.now();
    this.#moments.push(now);
    if (now - this.#session.last > REST_MS) this.#session = newSession();
    this.#session = { ...this.#session, works: this.#session.works + 1, last: now };
    const isDue = now - this.#session.began >= this.#sessionMs || this.#session.works >= SESSION_WORKS;
    if (isDue) this.#session = newSession();
    remember(this.#sessionName, JSON.stringify(this.#session));
    return isDue;
  }

  show() {
    const { scored, total, counts } = this.#now();
    const left = this.#minutesLeft(total - scored);
    document.getElementById("progress-words").textContent =
      `${scored} / ${total}` + (left ? ` · ${this.#words.left.replace("MINUTES", left)}` : "");
    const bar = document.getElementById("progress");
    bar.max = Math.max(total, 1);
    bar.value = scored;
    this.#showBars(counts);
  }

  #now() {
    const now = { ...this.#told, counts: { ...this.#told.counts } };
    for (const { fields, memo } of this.#outbox.acts) {
      if (!memo.counts) continue;
      const isCast = "score" in fields;
      if (memo.before !== null) now.counts[memo.before] -= 1;
      if (isCast) now.counts[fields.score] = (now.counts[fields.score] ?? 0) + 1;
      now.scored += Number(isCast) - Number(memo.before !== null);
      now.total -= Number("reason" in fields);
    }
    return now;
  }

  #showBars(counts) {
    const bars = [...document.querySelectorAll("#bars rect")];
    const sums = bars.map(({ dataset }) =>
      Object.entries(counts).reduce(
        (sum, [mark, count]) => sum + (mark >= Number(dataset.low) && mark <= Number(dataset.high) ? count : 0),
        0,
      ),
    );
    const most = Math.max(...sums, 1);
    bars.forEach((rect, place) => {
      const tall = (38 * sums[place]) / most;
      rect.setAttribute("y", 40 - tall);
      rect.setAttribute("height", tall);
    });
    const title = document.getElementById("bars-title");
    if (title === null) return;
    const told = bars.map(({ dataset }, place) => (sums[place] ? `${dataset.label}: ${sums[place]}; ` : "")).join("");
    title.textContent = `${this.#words.bars} ${told}`;
  }

  #minutesLeft(remaining) {
    const latest = this.#moments.slice(-PACE_ACTS);
    if (latest.length < 5 || remaining <= 0) return null;
    const gaps = latest.slice(1).map((moment, place) => Math.min(moment - latest[place], PAUSE_MS));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    return Math.max(1, Math.round((remaining * mean) / 60000));
  }
}

function newSession() {
  return { began: Date.now(), last: Date.now(), works: 0 };
}
